"""All duties: buttons to choose one by, and the one that is chosen."""

from pathlib import Path

from PyQt6.QtCore import QObject, pyqtSignal
from PyQt6.QtWidgets import QButtonGroup, QGridLayout, QVBoxLayout, QWidget

from runner.desk.duties.console import Console
from runner.desk.duties.contacts import Address, Due
from runner.desk.duties.duty import Around, Duty
from runner.desk.duties.morning import Morning
from runner.desk.duties.payments import Payments
from runner.desk.duties.server import Server
from runner.desk.duties.withdrawal import Withdrawal
from runner.desk.parts import Button, Card

COLUMNS = 2


class Duties(QObject):
    """`menu` and `page` stand in two places of the window; emits `changed`, `chosen` for another one, and `done`."""

    changed, chosen, done = pyqtSignal(), pyqtSignal(), pyqtSignal()

    def __init__(self, parent: QObject, python: str, data: Path, *, own: bool, server: bool) -> None:
        super().__init__(parent)
        self.console, self.withdrawal = Console(python, data), Withdrawal(python, data)
        address, shared = Address(python, data), Server(python, data)
        self.withdrawal.own = address.own = own
        shared.there = server
        self.open: Duty = Morning(python, data)
        rest = (address, Due(python, data), Payments(python, data), shared)
        self.all = {duty.key: duty for duty in (self.open, self.console, self.withdrawal, *rest)}
        self.menu, self.page = Card(), QWidget()
        self.buttons = {key: Button() for key in self.all}
        self._lay_out()

    def _lay_out(self) -> None:
        group, grid, column = QButtonGroup(self), QGridLayout(), QVBoxLayout(self.page)
        grid.setSpacing(8)
        column.setContentsMargins(0, 0, 0, 0)
        for at, (key, button) in enumerate(self.buttons.items()):
            button.setCheckable(True)
            group.addButton(button)
            grid.addWidget(button, at // COLUMNS, at % COLUMNS)
            button.clicked.connect(lambda _, key=key: self.choose(key))
            column.addWidget(self.all[key])
            self.all[key].changed.connect(self.changed)
            self.all[key].done.connect(self.done)
        self.buttons[self.open.key].setChecked(True)
        self.menu.column.addLayout(grid)
        self.menu.column.addStretch(1)

    @property
    def order(self) -> list[QWidget]:
        """By the Tab key."""
        return [*self.buttons.values(), *(each for duty in self.all.values() for each in (duty, *duty.order))]

    @property
    def busy(self) -> bool:
        """Is one of them at work that has to be waited for?"""
        return self.open.busy

    def choose(self, key: str) -> None:
        """Open one; nothing stays of what was typed into the one before."""
        self.open.forget()
        self.open = self.all[key]
        self.open.forget()
        self.changed.emit()
        self.chosen.emit()

    def forget(self) -> None:
        """Nobody reads here what somebody else typed."""
        self.open.forget()

    def tell(self, around: Around, there: bool) -> None:
        """How it stands; `there`: are they to be seen?"""
        self.menu.setVisible(there)
        self.page.setVisible(there)
        self.menu.heading.setText(around.words["duties_heading"])
        for key, button in self.buttons.items():
            button.setText(around.words[f"duty_{key}"])
            button.setChecked(self.all[key] is self.open)
            button.setEnabled(not self.busy)
            self.all[key].setVisible(self.all[key] is self.open)
        if there:
            self.open.tell(around)
