"""Somebody wants the answers deleted: looked up first, erased only when that is said once more, with a receipt."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PyQt6.QtWidgets import QButtonGroup, QLineEdit, QRadioButton, QWidget

from runner.desk import typed
from runner.desk.duties.duty import Duty, plain
from runner.desk.endings import reason
from runner.desk.parts import Button, Said, label
from runner.desk.wording import Words, sessions
from runner.errors import DeclarationError
from runner.privacy import tokens

LENGTH = tokens.DRAWN + tokens.CHECKS  # characters of a key


class Withdrawal(Duty):
    """By the participant's own key, or by the code."""

    key = "withdraw"
    own = False  # the laboratory's codes

    def fields(self) -> None:
        """Key or code; look; what would be gone, and whether that is meant."""
        self.by_key, self.by_code, self.field = QRadioButton(), QRadioButton(), QLineEdit()
        self.look, self.erase, self.leave = Button(), Button(), Button()
        self.gone, self.label = Said("message"), label(self.field)
        self.by_key.setChecked(True)
        self.field.setMaxLength(200)
        group = QButtonGroup(self)
        for radio in (self.by_key, self.by_code):
            group.addButton(radio)
            radio.toggled.connect(self._empty)
            radio.toggled.connect(self.changed)
        self._there: dict[str, Any] | None = None
        self._erases = False
        self.add(self.by_key, self.by_code)
        self.add(self.label, self.field, self.look, stretch=1)
        self.add(self.gone)
        self.add(self.erase, self.leave)
        self.order = (self.by_key, self.by_code, self.field, self.look, self.erase, self.leave)
        self.field.textChanged.connect(self._edited)
        self.field.returnPressed.connect(self._look)
        self.look.clicked.connect(self._look)
        self.erase.clicked.connect(self._erase)
        self.leave.clicked.connect(self._leave)

    def rest(self) -> None:
        """The receipt."""
        self.receipt, self.again, self.more = Said(), Button(), Said("bad")
        self._page: Path | None = None
        self._left: dict[str, Any] = {}  # what is to be done by somebody else
        for widget in (self.more, self.receipt, self.again):
            self.add(widget)
        self.order = (*self.order, self.again)
        self.again.clicked.connect(lambda: self.open_page(self._page) if self._page else None)

    # ------------------------------------------------------------ what is typed

    def barred(self) -> tuple[str, str]:
        words, text = self.around.words, self.field.text()
        if not self.by_key.isChecked():
            found = typed.problem(text, self.own)
            return (words["withdraw_code_hint"], "") if found == "empty" else typed.message(words, found, self.own)
        if not text.strip():
            return words["withdraw_key_hint"], ""
        try:
            tokens.parse(text)
        except DeclarationError:
            short = len(text.replace("-", "").replace(" ", "")) < LENGTH
            plainly = text.isascii() and text.replace("-", "").replace(" ", "").isalnum()
            return (words["withdraw_key_short"], "") if short and plainly else ("", words["withdraw_key_wrong"])
        return "", ""

    def _edited(self) -> None:
        self._drop()
        self.edited()

    def _drop(self) -> None:
        self._there, self._page, self._left = None, None, {}
        self.receipt.say("")

    def _empty(self) -> None:
        super().forget()
        self.field.clear()
        self._drop()

    def forget(self) -> None:
        self.by_key.setChecked(True)  # or the next person's key would be typed where it is shown
        self._empty()

    # ------------------------------------------------------------ what is done

    def _arguments(self) -> tuple[list[str], str]:
        if self.by_key.isChecked():
            return ["--token=-"], f"{tokens.parse(self.field.text())}\n"
        return [f"--participant={typed.code(self.field.text(), self.own)}"], ""

    def _look(self) -> None:
        if any(self._hindrance()):
            return
        self._drop()
        who, key = self._arguments()
        self.start("withdraw", self.file, *who, "--look", "--json", typed=key)

    def _erase(self) -> None:
        study = self.around.study
        if self._there is None or study is None:
            return
        (who, key), languages = self._arguments(), study.protocol.languages
        language = self.around.language if self.around.language in languages else languages[0]
        self._erases = True
        self.start("withdraw", self.file, *who, "--yes", "--json", f"--language={language}", typed=key)

    def _leave(self) -> None:
        self.forget()
        self.say("withdraw_left")
        self.setFocus()

    @property
    def result(self) -> QWidget:
        """Below what would be gone stands the question whether that is meant."""
        return super().result if self._there is None else self.leave

    @property
    def unbreakable(self) -> bool:
        """Is it erasing just now?"""
        return self._erases and self.busy

    def take(self, code: int, said: str, heard: str) -> None:
        found, erased = plain(said), self._erases
        self._erases = False
        if erased:
            self._there = None
            self._erased(found, code, said, heard)
        elif code or found is None:
            self.fail(code, said, heard)
        elif found["sessions"] or found["claimed"] or found["apart"]:
            self._there = found
            self.changed.emit()
            self.leave.setFocus()  # and not what erases
        else:
            self._left = {"missing": found["missing"]}
            self.say("withdraw_away" if found["away"] else "withdraw_nothing", found["away"], bad=True)

    def _erased(self, found: dict[str, Any] | None, code: int, said: str, heard: str) -> None:
        if found is None:
            self.fail(code, said, heard)
            return
        self.field.clear()
        self._left = {**found, "no_receipt": [reason(code, "", heard)] if code and not found["away"] else []}
        self._page = Path(found["receipt"]) if found["receipt"] else None
        self.receipt.say("\n".join(found["lines"]))
        opened = bool(self._page and self.open_page(self._page))
        self.say("withdraw_receipt" if opened else "withdraw_erased", found["erased"], self._page)

    # ------------------------------------------------------------ what is seen

    def show_state(self, words: Words, ready: bool) -> None:
        self.by_key.setText(words["withdraw_by_key"])
        self.by_code.setText(words["withdraw_by_code"])
        self.label.setText(words["withdraw_label"])
        self.field.setAccessibleName(words["withdraw_label"].replace("&", ""))
        hidden = QLineEdit.EchoMode.Password if self.by_key.isChecked() else QLineEdit.EchoMode.Normal
        self.field.setEchoMode(hidden)
        for name, button in (("look", self.look), ("erase", self.erase), ("leave", self.leave), ("again", self.again)):
            button.setText(words[f"withdraw_{name}"])
        free = not self.busy and not self.around.pilot and self.around.study is not None
        for widget in (self.by_key, self.by_code, self.field):
            widget.setEnabled(free)
        self.look.setEnabled(ready and self._there is None)
        asked = self._there is not None and not self.busy
        for button in (self.erase, self.leave):
            button.setVisible(asked)
        self.gone.say(self._would_go(words) if asked else "")
        self.more.say("\n".join(_left_to_do(self._left, words)))
        self.again.setVisible(self._page is not None)

    def _would_go(self, words: Words) -> str:
        there = self._there or {}
        lines = [words["withdraw_gone"].format(sessions(words, there["sessions"]), self.around.title)]
        lines += [words["withdraw_gone_apart"]] if there["apart"] else []
        lines += [words["withdraw_gone_made"].format(", ".join(there["made"]))] if there["made"] else []
        places = {what: there[what] for what in ("gathered", "missing", "away")}
        return "\n".join([*lines, *_left_to_do(places, words)])


def _left_to_do(found: Mapping[str, Any], words: Words) -> list[str]:
    """What is elsewhere, or stays, and is somebody else's to do."""
    left = [words[f"withdraw_more_{what}"] for what in ("contacts", "apart") if found.get(what)]
    for what in ("no_receipt", "unread", "still", "gathered", "missing"):
        left += [words[f"withdraw_more_{what}"].format(", ".join(found[what]))] if found.get(what) else []
    return [*left, *([words["withdraw_away"].format(found["away"])] if found.get("away") else [])]
