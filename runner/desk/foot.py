"""The strip along the bottom, which is always in view: how the last session went, what is still to do, and start."""

from collections.abc import Sequence

from PyQt6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from runner.desk.band import mark
from runner.desk.endings import Ending
from runner.desk.parts import Button, Said
from runner.desk.wording import Words


class Foot(QFrame):
    """Two messages and three buttons: to the other duties and back, for an interrupted pilot alone, and start."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("foot")
        self.went, self.todo = Said("message"), Said()
        self.start, self.again, self.more = Button(), Button(), Button()
        self.start.setObjectName("start")
        self._small = False
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(20, 10, 20, 10)
        row.setSpacing(14)
        said = QVBoxLayout()
        said.addWidget(self.went)
        said.addWidget(self.todo)
        row.addLayout(said, 1)
        row.addWidget(self.more)
        row.addWidget(self.again)
        row.addWidget(self.start)

    def shrink(self, small: bool) -> None:
        """Leave more of a small screen to the page."""
        self._small = small
        self._row.setContentsMargins(*((10, 4, 10, 4) if small else (20, 10, 20, 10)))

    def tell(self, words: Words, todo: Sequence[str], *, pilot: bool, going_on: bool) -> None:
        """What is missing, by its keys; or that it can start."""
        self.start.setText(words["start_pilot" if pilot else "start_continue" if going_on else "start_real"])
        mark(self.start, pilot)
        ready = words["ready_pilot" if pilot else "ready_continue" if going_on else "ready_real"]
        self.todo.say(words["todo"].format(", ".join(words[f"todo_{each}"] for each in todo)) if todo else ready)
        self.start.setEnabled(not todo)

    def tell_duties(self, words: Words, there: bool, free: bool) -> None:
        """The way to the other duties, or back, where nothing can be started; `free`: may it be gone now?"""
        self.more.setText(words["duties_back" if there else "duties_open_small" if self._small else "duties_open"])
        self.more.setEnabled(free)
        self.start.setVisible(not there)
        if there:
            self.again.setVisible(False)
            self.went.say("")
            self.todo.say("")

    def tell_ending(self, words: Words, ending: Ending | None, pilot: bool) -> None:
        """How the last session went; `pilot`: whether that was one."""
        self.went.say(went(words, ending, pilot) if ending else "")
        self.again.setText(words["start_continue_pilot"])
        self.again.setVisible(bool(pilot and ending and ending.how == "interrupted"))


def went(words: Words, ending: Ending, pilot: bool) -> str:
    """One message."""
    plain = ending.how in ("refused", "fault") or not pilot
    key = f"ended_{ending.how}" if plain else f"ended_pilot_{ending.how}"
    about = ending.said or (words["ended_fault_silent"] if ending.how == "fault" else "")
    said = words[key].format(about)
    notes = [ending.said] if ending.how == "interrupted" and ending.said else list(ending.notes)
    return " ".join([said, *(words["ended_note"].format(note) for note in notes)])
