"""The band along the top: a real session or a pilot, which can't be mistaken for one another, and whose words."""

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QLabel, QRadioButton, QVBoxLayout, QWidget

from runner.desk.parts import Chooser, Said, label
from runner.desk.wording import LANGUAGES, Words


class Band(QFrame):
    """Emits `changed` when the kind of session changes, and `spoken` with a language for the window's words."""

    changed, spoken = pyqtSignal(), pyqtSignal(str)

    def __init__(self, language: str) -> None:
        super().__init__()
        self.setObjectName("band")
        self.sign, self.says = QLabel(), Said()
        self.sign.setObjectName("sign")
        self.real, self.trying = QRadioButton(), QRadioButton()
        self.real.setChecked(True)
        self._group = QButtonGroup(self)
        for button in (self.real, self.trying):
            self._group.addButton(button)
        self._small = False
        self.words = Chooser()
        self.words.setMinimumContentsLength(8)
        self.words.offer(list(LANGUAGES.values()), list(LANGUAGES).index(language))
        self.label = label(self.words)
        self._lay_out()
        self.real.toggled.connect(self.changed)
        self.words.currentIndexChanged.connect(lambda at: self.spoken.emit(list(LANGUAGES)[at]))

    def _lay_out(self) -> None:
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(20, 8, 20, 8)
        row.setSpacing(14)
        text = QVBoxLayout()
        text.setSpacing(0)
        text.addWidget(self.sign)
        text.addWidget(self.says)
        row.addLayout(text, 1)
        for widget in (self.real, self.trying, self.label, self.words):
            row.addWidget(widget)

    def shrink(self, small: bool) -> None:
        """Only the necessary, where there is no room for more."""
        self._small = small
        self._row.setContentsMargins(*((10, 8, 10, 8) if small else (20, 8, 20, 8)))
        self._row.setSpacing(6 if small else 14)

    @property
    def pilot(self) -> bool:
        """Is it a pilot that will be started?"""
        return self.trying.isChecked()

    def speak(self, words: Words) -> None:
        """Say everything in these words."""
        self.real.setText(words["mode_real"])
        self.trying.setText(words["mode_pilot"])
        self.label.setText(words["window_language"])
        self.words.setAccessibleName(words["window_language"].replace("&", ""))

    def tell(self, words: Words) -> None:
        """The colour and the word for it."""
        kind = "pilot" if self.pilot else "real"
        self.sign.setText(words[f"band_{kind}"])
        self.says.say("" if self._small else words[f"band_{kind}_says"])
        self.label.setVisible(not self._small)
        mark(self, self.pilot)


def mark(widget: QWidget, pilot: bool) -> None:
    """Have the style sheet see whether it belongs to a pilot."""
    if widget.property("pilot") == pilot:
        return
    widget.setProperty("pilot", pilot)
    for each in (widget, *widget.findChildren(QWidget)):
        if style := each.style():
            style.unpolish(each)
            style.polish(each)
