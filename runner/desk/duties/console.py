"""The console: started from here, shown in the browser, ended by a button or with the window."""

import re

from PyQt6.QtWidgets import QLineEdit

from runner.desk.duties.duty import Duty
from runner.desk.parts import Button, label
from runner.desk.wording import Words

_ADDRESS = re.compile(r"http://\S+/enter/\S+")
_NOTES = re.compile(r"^\d+ incidents?: (.+)$", re.MULTILINE)
MOST = 100_000  # people wanted, and no typing error


class Console(Duty):
    """A process of its own that ends when this window lets go of it, however that comes to pass."""

    key = "console"
    of_people = False

    def fields(self) -> None:
        """How many people are wanted; start and end; the address, and to open it again."""
        self.people, self.address = QLineEdit(), QLineEdit()
        self.begin, self.end, self.again = Button(), Button(), Button()
        self.people.setMaxLength(64)
        self.address.setReadOnly(True)
        self.labels = {"people": label(self.people), "address": label(self.address)}
        self._title, self._leaving = "", False
        self.add(self.labels["people"])
        self.add(self.people)
        self.add(self.begin, self.end)
        self.add(self.labels["address"])
        self.add(self.address, self.again, stretch=0)
        self.order = (self.people, self.begin, self.end, self.address, self.again)
        self.people.textChanged.connect(self.edited)
        self.begin.clicked.connect(self._begin)
        self.end.clicked.connect(self._end)
        self.again.clicked.connect(lambda: self.open_page(self.address.text()))
        self.child.said.connect(self._hear)

    @property
    def busy(self) -> bool:
        """It goes on beside everything else."""
        return False

    @property
    def runs(self) -> bool:
        """Is it under way?"""
        return self.child.runs

    def barred(self) -> tuple[str, str]:
        typed = self.people.text().strip()
        wrong = typed and not (typed.isascii() and typed.isdigit() and int(typed) <= MOST)
        return ("", self.around.words["console_people_wrong"].format(MOST)) if wrong else ("", "")

    def let_go(self) -> None:
        """End it; it writes the notes down first."""
        self._leaving = True
        self.child.let_go()
        self.changed.emit()

    def forget(self) -> None:
        """Of another study's console nothing is forgotten."""
        if not self.runs:
            super().forget()

    def show_state(self, words: Words, ready: bool) -> None:
        runs, there = self.runs, self.runs and bool(self.address.text()) and not self._leaving
        for name, each in self.labels.items():
            each.setText(words[f"console_{name}"])
            getattr(self, name).setAccessibleName(words[f"console_{name}"].replace("&", ""))
        for name, button in (("begin", self.begin), ("end", self.end), ("again", self.again)):
            button.setText(words[f"console_{name}"])
        self.people.setEnabled(not runs)
        self.begin.setEnabled(ready and not runs)
        self.end.setEnabled(runs and not self._leaving)
        for widget in (self.labels["address"], self.address, self.again):
            widget.setVisible(there)

    def _begin(self) -> None:
        wanted = self.people.text().strip()
        self._title, self._leaving = self.around.title, False
        self.address.clear()
        options = ["--no-browser", "--port=0", "--attended", *([f"--n={int(wanted)}"] if wanted else [])]
        self.start("console", self.file, *options, typed=None)
        self.say("console_starting")

    def _end(self) -> None:
        self.setFocus()  # or it would go to the button that leads away
        self.let_go()

    def _hear(self, line: str) -> None:
        """The address that works once; the next one comes when it was used."""
        if found := _ADDRESS.search(line):
            first = not self.address.text()
            self.address.setText(found[0])
            self.address.setCursorPosition(0)
            if first:
                self.say("console_runs", self._title)
                self.open_page(found[0])
                self.done.emit()
            self.changed.emit()

    def take(self, code: int, said: str, heard: str) -> None:
        self.address.clear()
        notes = _NOTES.search(said)
        if code:
            self.fail(code, "", heard)
        elif notes:
            self.say("console_notes", notes[1])
        else:
            self.say("console_ended")
