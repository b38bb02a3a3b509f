"""Which machine this is, and whether it is fit for a session today."""

from collections.abc import Sequence
from datetime import date

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QLineEdit

from runner.desk import lights
from runner.desk.lights import Light
from runner.desk.parts import Button, Card, Lights, Said, label
from runner.desk.wording import Words
from runner.station.settings import unnamed


class StationPanel(Card):
    """Emits `changed`; whoever has it starts the check when its button is pressed."""

    changed = pyqtSignal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = QLineEdit(name)
        self.name.setMaxLength(64)
        self.label = label(self.name)
        self.check = Button()
        self.hint, self.summary, self.bad = Said(), Said("message"), Said("bad")
        self.rows = Lights()
        self._words: Words = {}
        self._lights: Sequence[Light] = ()
        self._broken = ""
        self._day: date | None = None
        self.add(self.label, self.name, stretch=1)
        for widget in (self.bad, self.check, self.hint, self.summary, self.rows):
            self.add(widget)
        self.column.addStretch(1)
        self.name.textChanged.connect(self.changed)

    @property
    def wrong(self) -> bool:
        """Can't this be a station's name?"""
        return bool(unnamed(self.name.text().strip()))

    @property
    def verdict(self) -> str:
        """Of today's check: "ok", "warn" or "fail"; "" without one."""
        if self._broken:
            return "fail"
        return lights.worst(self._lights) if self._lights and self._day == date.today() else ""

    def take(self, found: Sequence[Light] | None, broken: str = "") -> None:
        """What a check found, or why there was none."""
        self._lights, self._broken, self._day = found or (), broken if not found else "", date.today()
        self.changed.emit()

    def speak(self, words: Words) -> None:
        """Say everything in these words."""
        self._words = words
        self.heading.setText(words["station_heading"])
        self.label.setText(words["station_label"])
        self.name.setAccessibleName(words["station_label"].replace("&", ""))
        self.check.setText(words["check_button"])

    def tell(self, running: bool) -> None:
        """How it stands."""
        words = self._words
        self.bad.say(words["station_wrong"] if self.wrong else "")
        self.check.setEnabled(not running)
        self.hint.say(words["check_running"] if running else "" if self.verdict else words["check_hint"])
        key = {"ok": "check_all_well", "warn": "check_notes"}.get(self.verdict, "check_failed")
        said = words["check_broken"].format(self._broken) if self._broken else words[key]
        self.summary.say(said if self.verdict and not running else "")
        self.rows.show_lights([] if running or not self.verdict else self._lights, words)
