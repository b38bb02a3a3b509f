"""One duty: what it is for, its fields and buttons, one message, and the command that does it."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from attrs import frozen
from PyQt6.QtCore import Qt, QUrl, pyqtSignal
from PyQt6.QtGui import QDesktopServices
from PyQt6.QtWidgets import QWidget

from runner.desk.behind import Child
from runner.desk.endings import reason
from runner.desk.orders import START
from runner.desk.parts import Card, Said
from runner.desk.studies import Study
from runner.desk.wording import Words, sessions, words_in


@frozen(kw_only=True)
class Around:
    """What the rest of the window says."""

    data: Path
    words: Words
    language: str
    study: Study | None = None
    pilot: bool = False

    @property
    def title(self) -> str:
        """The study's, as participants read it."""
        return self.study.title(self.language) if self.study else ""


class Duty(Card):
    """Emits `changed`, and `done` when a command is over; what it found out is of one study, and forgotten with it."""

    changed, done = pyqtSignal(), pyqtSignal()
    key = ""  # of its words
    of_study, of_people = True, True  # does it need a study; is it about real people, and nothing for a pilot?

    def __init__(self, python: str, data: Path) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._python = python
        self.around = Around(data=data, words=words_in("en"), language="en")
        self.child = Child(self)
        self.about, self.hint, self.note, self.bad = Said(), Said(), Said("message"), Said("bad")
        self._told: tuple[bool, str, tuple[object, ...]] | None = None
        self._unopened: Path | str = ""  # the page that no browser could be found for
        self.order: Sequence[QWidget] = ()  # by the Tab key
        self.add(self.about)
        self.fields()
        for said in (self.hint, self.note, self.bad):
            self.add(said)
        self.rest()
        self.column.addStretch(1)
        self.child.ended.connect(self._ended)

    # ------------------------------------------------------------ what each duty has of its own

    def fields(self) -> None:
        """Put the fields and buttons there, above the messages, and set `order`."""

    def rest(self) -> None:
        """Put what stands below the messages there."""

    def barred(self) -> tuple[str, str]:
        """Why it can't be done with what stands in the fields, as good or as bad news; both empty if it can."""
        return "", ""

    def show_state(self, words: Words, ready: bool) -> None:
        """Say everything in these words; `ready`: can it be done now?"""

    def take(self, code: int, said: str, heard: str) -> None:
        """This is what the command had to say."""

    def forget(self) -> None:
        """Nothing that was typed or found out stays."""
        self._told, self._unopened = None, ""

    # ------------------------------------------------------------ what all have

    @property
    def busy(self) -> bool:
        """Is something under way that is to be waited for?"""
        return self.child.runs

    def tell(self, around: Around) -> None:
        """How it stands."""
        before, self.around, words = self.around, around, around.words
        if (before.study, before.pilot) != (around.study, around.pilot):
            self.forget()
        self.heading.setText(words[f"duty_{self.key}"].replace("&", ""))
        self.about.say(words[f"{self.key}_about"])
        good, bad = self._hindrance()
        wrong, key, about = self._told or (False, "", ())
        self.hint.say(words["duty_busy"] if self.busy else "" if key else good)
        counted = (sessions(words, each) if isinstance(each, int) else each for each in about)
        said = words[key].format(*counted) if key and not self.busy else ""
        self.note.say("" if wrong else said)
        alone = words["duty_no_browser"].format(self._unopened) if self._unopened and not self.busy else ""
        self.bad.say("\n".join(filter(None, (bad or (said if wrong else ""), alone))))
        self.show_state(words, not (good or bad or self.busy))

    def _hindrance(self) -> tuple[str, str]:
        if self.of_people and self.around.pilot:
            return self.around.words["duty_pilot"], ""
        if self.of_study and self.around.study is None:
            return self.around.words["duty_study"], ""
        return self.barred()

    def say(self, key: str, *about: object, bad: bool = False) -> None:
        """The one message from now on; a whole number is one of sessions."""
        self._told = (bad, key, about)
        self.changed.emit()

    def edited(self) -> None:
        """What was said before doesn't go with what stands there now."""
        self._told, self._unopened = None, ""
        self.changed.emit()

    def start(self, *arguments: str, typed: str | None = "") -> None:
        """Begin a command on this study; `typed` is what it reads."""
        if self.child.runs or any(self._hindrance()):
            return
        self._told, self._unopened = None, ""
        self.setFocus()  # on no button: whoever presses Enter once too often presses nothing
        self.child.start(self._python, [*START, *arguments, f"--data={self.around.data}"], typed)
        self.changed.emit()

    def fail(self, code: int, said: str, heard: str) -> None:
        """The command refused, or failed."""
        self.say("duty_failed", reason(code, said, heard), bad=True)

    def open_page(self, page: Path | str) -> bool:
        """Show a page, or an address, in the system's browser; where none is found, that is said besides all else."""
        url = QUrl.fromLocalFile(str(page)) if isinstance(page, Path) else QUrl(page)
        opened = QDesktopServices.openUrl(url)
        self._unopened = "" if opened else page
        self.changed.emit()
        return opened

    @property
    def unbreakable(self) -> bool:
        """Is it doing something just now of which somebody has to see the end?"""
        return False

    @property
    def result(self) -> QWidget:
        """What should be in view once a command is over."""
        return next((said for said in (self.bad, self.note) if not said.isHidden()), self)

    @property
    def file(self) -> str:
        """The study's."""
        return str(self.around.study.path) if self.around.study else ""

    def _ended(self, code: int, said: str, heard: str) -> None:
        self.take(code, said, heard)
        self.changed.emit()
        self.done.emit()


def plain(said: str) -> dict[str, Any] | None:
    """What a command told as JSON; None when it is no such thing."""
    try:
        found = json.loads(said)
    except ValueError:
        return None
    return found if isinstance(found, dict) and "mistakes" not in found else None
