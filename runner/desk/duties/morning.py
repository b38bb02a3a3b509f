"""The page of the morning: is the laboratory fit for sessions?"""

from pathlib import Path

from runner import disk
from runner.desk.duties.duty import Duty, plain
from runner.desk.duties.pages import keep, morning_page
from runner.desk.endings import reason
from runner.desk.parts import Button
from runner.desk.wording import Words


class Morning(Duty):
    """Made of what the stations said of themselves, and shown in the browser."""

    key = "morning"
    of_study = of_people = False

    def fields(self) -> None:
        """Two buttons."""
        self.make, self.again = Button(), Button()
        self._page: Path | None = None
        self.add(self.make, self.again)
        self.order = (self.make, self.again)
        self.make.clicked.connect(lambda: self.start("doctor", "--laboratory", "--json"))
        self.again.clicked.connect(lambda: self.open_page(self._page) if self._page else None)

    def show_state(self, words: Words, ready: bool) -> None:
        self.make.setText(words["morning_make"])
        self.make.setEnabled(ready)
        self.again.setText(words["morning_again"])
        self.again.setVisible(bool(self._page) and not self.busy)

    def take(self, code: int, said: str, heard: str) -> None:
        found = plain(said)
        if found is None or "fit" not in found:
            if reason(code, said, heard).startswith("--laboratory: no station"):
                self.say("morning_none", bad=True)
            else:
                self.fail(code, said, heard)
            return
        page = morning_page(found, self.around.words, self.around.language)
        try:
            self._page = keep(self.around.data, page, found["at"])
        except OSError as error:
            self.say("duty_failed", disk.explain(error, self.around.data, "keeping the page"), bad=True)
            return
        how = "morning" if self.open_page(self._page) else "page"
        self.say(f"{how}_fit" if found["fit"] else f"{how}_unfit", self._page)
