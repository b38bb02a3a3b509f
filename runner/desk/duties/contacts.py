"""Names and addresses: taken and locked at once, never read here; and whose turn it is, by codes alone."""

import csv
import unicodedata

from PyQt6.QtWidgets import QLineEdit, QListWidget

from runner.desk import typed
from runner.desk.duties.duty import Duty
from runner.desk.endings import reason
from runner.desk.parts import Button, label
from runner.desk.wording import Words
from runner.privacy.contacts import LONGEST

LABELS = 170  # px, so that the fields stand below one another
ODD = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")  # categories of characters that can't be seen, or end a line


class Address(Duty):
    """How a participant can be reached."""

    key = "address"
    own = False  # the laboratory's codes

    def fields(self) -> None:
        """Code, name, address, purpose."""
        self.code, self.name, self.reach, self.wants = (QLineEdit() for _ in range(4))
        self.keep = Button()
        self.labels = {name: label(getattr(self, name)) for name in ("code", "name", "reach", "wants")}
        for name, each in self.labels.items():
            field = getattr(self, name)
            field.setMaxLength(1000)
            each.setMinimumWidth(LABELS)
            field.textChanged.connect(self.edited)
            self.add(each, field, stretch=1)
        self.add(self.keep)
        self.order = (self.code, self.name, self.reach, self.wants, self.keep)
        self.keep.clicked.connect(self._keep)

    def barred(self) -> tuple[str, str]:
        words, texts = self.around.words, self._texts()
        if any(unicodedata.category(character) in ODD for text in texts for character in text):
            return "", words["address_odd"]
        if any(len(text) > LONGEST for text in texts):
            return "", words["address_long"].format(LONGEST)
        found = typed.problem(self.code.text(), self.own)
        if found:
            return (words["address_code"], "") if found == "empty" else typed.message(words, found, self.own)
        return ("", "") if texts[0] or texts[1] else (words["address_empty"], "")

    def _texts(self) -> list[str]:
        return [field.text().strip() for field in (self.name, self.reach, self.wants)]

    def _keep(self) -> None:
        code = typed.code(self.code.text(), self.own)
        lines = "".join(f"{text}\n" for text in self._texts())
        self.start("contacts", "add", self.file, f"--participant={code}", typed=lines)

    def take(self, code: int, said: str, heard: str) -> None:
        if code and reason(code, said, heard).startswith("contacts: are encrypted to two"):
            self.say("address_no_keys", bad=True)
            return
        if code:
            self.fail(code, said, heard)
            return
        self.forget()
        self.say("address_kept")

    @property
    def unbreakable(self) -> bool:
        return self.busy

    def forget(self) -> None:
        super().forget()
        for field in (self.code, self.name, self.reach, self.wants):
            field.blockSignals(True)
            field.clear()
            field.blockSignals(False)

    def show_state(self, words: Words, ready: bool) -> None:
        free = not self.busy and not self.around.pilot and self.around.study is not None
        for name, each in self.labels.items():
            each.setText(words[f"address_{name}_label"])
            getattr(self, name).setAccessibleName(words[f"address_{name}_label"].replace("&", ""))
            getattr(self, name).setEnabled(free)
        self.keep.setText(words["address_keep"])
        self.keep.setEnabled(ready)


class Due(Duty):
    """Who comes next, when: codes and days and nothing else."""

    key = "due"

    def fields(self) -> None:
        """One button."""
        self.ask = Button()
        self.add(self.ask)
        self.order = (self.ask,)
        self.ask.clicked.connect(lambda: self.start("contacts", "due", self.file))

    def rest(self) -> None:
        """The list."""
        self.list = QListWidget()
        self.list.setMinimumHeight(220)
        self.add(self.list)
        self.order = (*self.order, self.list)
        self._rows: list[dict[str, str]] = []

    def barred(self) -> tuple[str, str]:
        study = self.around.study
        return (self.around.words["due_once"], "") if study and not study.protocol.waves else ("", "")

    def take(self, code: int, said: str, heard: str) -> None:
        self._rows = [] if code else list(csv.DictReader(said.splitlines()))
        if code:
            self.fail(code, said, heard)
        else:
            self.say("due_found" if self._rows else "due_nobody", str(len(self._rows)))

    def forget(self) -> None:
        super().forget()
        self._rows = []

    def show_state(self, words: Words, ready: bool) -> None:
        self.ask.setText(words["due_ask"])
        self.ask.setEnabled(ready)
        lines = [_turn(row, words) for row in self._rows]
        if lines != [item.text() for at in range(self.list.count()) if (item := self.list.item(at))]:
            self.list.clear()
            self.list.addItems(lines)
        self.list.setAccessibleName(words["duty_due"].replace("&", ""))
        self.list.setVisible(bool(lines) and not self.busy)


def _turn(row: dict[str, str], words: Words) -> str:
    key = "due_row" if row["from"] else "due_row_any"
    return words[key].format(**row) + (words["due_late"] if row["late"] else "")
