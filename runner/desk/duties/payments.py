"""What payment codes are worth: one looked up and closed, or all that are open as a table for whoever pays."""

from pathlib import Path

from PyQt6.QtWidgets import QFileDialog, QLineEdit

from runner.desk.duties.duty import Duty, plain
from runner.desk.parts import Button, Said, label
from runner.desk.wording import Words
from runner.errors import DeclarationError
from runner.privacy import payouts


class Payments(Duty):
    """Looked up first, since a code is closed for good."""

    key = "payments"

    def fields(self) -> None:
        """A code, what it is worth, that it is paid; the list."""
        self.code, self.look, self.paid, self.list = QLineEdit(), Button(), Button(), Button()
        self.label = label(self.code)
        self.code.setMaxLength(200)
        self._worth, self._file, self._asked = "", "", ""
        self.add(self.label, self.code, self.look, stretch=1)
        self.add(self.paid)
        self.order = (self.code, self.look, self.paid, self.list)
        self.code.textChanged.connect(self._edited)
        self.code.returnPressed.connect(self._look)
        self.look.clicked.connect(self._look)
        self.paid.clicked.connect(self._pay)
        self.list.clicked.connect(self._save)

    def rest(self) -> None:
        """What is there for whoever pays: the list, and the folders of other stations that it counts."""
        self.also, self.alone, self.counted = Button(), Button(), Said()
        self._folders: list[str] = []
        for widget in (self.list, self.also, self.counted, self.alone):
            self.add(widget)
        self.order = (*self.order, self.also, self.alone)
        self.also.clicked.connect(self._add)
        self.alone.clicked.connect(self._leave_out)

    def _add(self) -> None:
        begin, title = str(self.around.data.parent), self.around.words["payments_also_title"]
        folder = QFileDialog.getExistingDirectory(self, title, begin)
        here = {str(self.around.data.resolve()), *self._folders}
        if folder and str(Path(folder).resolve()) not in here:
            self._folders.append(str(Path(folder).resolve()))
        self._edited()

    def _leave_out(self) -> None:
        self._folders = []
        self.setFocus()
        self._edited()

    def _ask(self, *options: str) -> None:
        self.start("payments", self.file, *options, *(f"--also={folder}" for folder in self._folders))

    def _edited(self) -> None:
        self._worth = ""
        self.edited()

    def forget(self) -> None:
        super().forget()
        self._folders = []
        self.code.clear()

    @property
    def _typed(self) -> str:
        """The code as it was given out; "" if it can't be one."""
        try:
            return payouts.parse(self.code.text())
        except DeclarationError:
            return ""

    def barred(self) -> tuple[str, str]:
        wrong = self.code.text().strip() and not self._typed
        return ("", self.around.words["payments_wrong"]) if wrong else ("", "")

    @property
    def unbreakable(self) -> bool:
        return self.busy and self._asked == "pay"

    def _look(self) -> None:
        if self._typed:
            self._asked = "look"
            self._ask("--json")

    def _pay(self) -> None:
        if self._worth:
            self._asked = "pay"
            self._ask(f"--paid={self._typed}", "--json")

    def _save(self) -> None:
        words, study = self.around.words, self.around.study
        begin = self.around.data.parent / f"payments-{study.protocol.study if study else ''}.csv"
        options = QFileDialog.Option.DontConfirmOverwrite  # nothing is overwritten
        ask = QFileDialog.getSaveFileName
        self._worth = ""
        name, _ = ask(self, words["payments_title"], str(begin), words["payments_filter"], options=options)
        if name and Path(name).exists():
            self.say("payments_exists", name, bad=True)
        elif name:
            self._asked, self._file = "list", name
            self._ask(f"--out={name}")

    def take(self, code: int, said: str, heard: str) -> None:
        found = plain(said)
        if code or (found is None and self._asked != "list"):
            self.fail(code, said, heard)
        elif self._asked == "list" or found is None:
            self.say("payments_written", self._file)
        elif self._asked == "pay":
            self.code.clear()
            self.say("payments_closed", found["paid"])
        elif worth := found["codes"].get(self._typed, ""):
            self._worth = worth
            self.say("payments_worth", worth)
        else:
            self.say("payments_unknown", bad=True)

    def show_state(self, words: Words, ready: bool) -> None:
        self.label.setText(words["payments_code"])
        self.code.setAccessibleName(words["payments_code"].replace("&", ""))
        for name, button in (
            ("look", self.look),
            ("paid", self.paid),
            ("list", self.list),
            ("also", self.also),
            ("alone", self.alone),
        ):
            button.setText(words[f"payments_{name}"])
        self.code.setEnabled(not self.busy and not self.around.pilot and self.around.study is not None)
        self.look.setEnabled(ready and bool(self._typed) and not self._worth)
        self.paid.setEnabled(ready and bool(self._worth))
        self.list.setEnabled(ready)
        self.also.setEnabled(ready)
        self.alone.setEnabled(ready)
        self.alone.setVisible(bool(self._folders))
        there = ", ".join(self._folders)
        self.counted.say(words["payments_counted"].format(there) if there else "")
