"""What was held without the laboratory's server is told to it when it is back."""

from runner.desk.duties.duty import Duty, plain
from runner.desk.parts import Button
from runner.desk.wording import Words


class Server(Duty):
    """One button, for stations that have a server."""

    key = "server"
    of_study = of_people = False
    there = False  # is one named?

    def fields(self) -> None:
        """It."""
        self.sync = Button()
        self.add(self.sync)
        self.order = (self.sync,)
        self.sync.clicked.connect(lambda: self.start("ledger", "sync", "--json"))

    def barred(self) -> tuple[str, str]:
        return ("", "") if self.there else (self.around.words["server_none"], "")

    def take(self, code: int, said: str, heard: str) -> None:
        found = plain(said)
        if code or found is None:
            self.fail(code, said, heard)
        else:
            self.say("server_told", found["sessions"], found["ends"])

    def show_state(self, words: Words, ready: bool) -> None:
        self.sync.setText(words["server_sync"])
        self.sync.setEnabled(ready)
