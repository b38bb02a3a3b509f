"""Who takes part: a code, issued, typed or scanned, and looked up at once; stratum, visit, group and language."""

from random import SystemRandom

from PyQt6.QtCore import QTimer, pyqtSignal
from PyQt6.QtWidgets import QLineEdit

from runner.desk import typed
from runner.desk.parts import Button, Card, Chooser, Said, label
from runner.desk.people import Held
from runner.desk.studies import Study
from runner.desk.wording import LANGUAGES, Words, interrupted
from runner.privacy import codes

CHOICES = ("stratum", "wave", "group", "seats", "language")
GROUPS = tuple("ABCDEFGH")  # what group sessions that are under way at the same time are called
PAUSE = 250  # ms after the last key before a code is looked up: those of a laboratory have no last character


class PersonPanel(Card):
    """Emits `changed` at every edit, and `wanted` when a code could be right and should be looked up."""

    changed, wanted = pyqtSignal(), pyqtSignal()

    def __init__(self, own: bool) -> None:
        super().__init__()
        self.own = own  # the laboratory's codes, without check characters
        self.held: Held | None = None
        self.pilot = False
        self._words: Words = {}
        self._study: Study | None = None
        self.code, self.new = QLineEdit(), Button()
        self.code.setObjectName("code")
        self.code.setMaxLength(64)
        self.note, self.bad = Said(), Said("bad")
        self.reason = QLineEdit()
        self.reason.setMaxLength(500)
        self.stratum, self.wave, self.group, self.seats, self.language = (Chooser() for _ in CHOICES)
        self.labels = {name: label(getattr(self, name)) for name in ("code", "reason", *CHOICES)}
        self.add(self.labels["code"])
        self.add(self.code, self.new, stretch=0)
        for widget in (self.note, self.bad, self.labels["reason"], self.reason):
            self.add(widget)
        for name in CHOICES:
            self.add(self.labels[name], getattr(self, name), stretch=1)
        self.column.addStretch(1)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PAUSE)
        self._timer.timeout.connect(self._want)
        self.code.textChanged.connect(self._edited)
        self.new.clicked.connect(self.issue)
        self.reason.textChanged.connect(self.changed)
        self.stratum.currentIndexChanged.connect(self.changed)
        self.language.currentIndexChanged.connect(self.changed)
        self.seats.currentIndexChanged.connect(self.changed)
        self.group.currentIndexChanged.connect(self.changed)
        self.wave.currentIndexChanged.connect(self.ask_again)

    # ------------------------------------------------------------ what is chosen

    @property
    def typed(self) -> str:
        """The code as it will be used."""
        return typed.code(self.code.text(), self.own)

    @property
    def problem(self) -> codes.Problem:
        """What is wrong with it by itself."""
        return typed.problem(self.code.text(), self.own)

    @property
    def chosen(self) -> dict[str, str]:
        """Stratum, visit, group, seats, language; "" where nothing is chosen or there is nothing to choose."""
        return {name: self._value(name) for name in CHOICES}

    def _value(self, name: str) -> str:
        if self._study is None or not self._offered(name):
            return ""
        at = getattr(self, name).currentIndex()
        return self._offered(name)[at] if at >= 0 else ""

    def _offered(self, name: str) -> tuple[str, ...]:
        if self._study is None:
            return ()
        protocol = self._study.protocol
        least, most = protocol.group.seats if protocol.group else (1, 0)
        return {
            "stratum": protocol.strata,
            "wave": protocol.waves,
            "group": GROUPS if protocol.group else (),
            "seats": tuple(str(number) for number in range(least, most + 1)),
            "language": protocol.languages,
        }[name]

    # ------------------------------------------------------------ deeds

    def issue(self) -> None:
        """A new code, drawn by the operating system."""
        self.code.setText(codes.issue(SystemRandom()))
        self.code.setFocus()

    def clear(self) -> None:
        """Ready for the next."""
        self.code.clear()
        self.reason.clear()
        self.stratum.setCurrentIndex(-1)
        self.wave.setCurrentIndex(-1)

    def ask_again(self) -> None:
        """What was found out about the code counts no more."""
        self.held = None
        self._timer.stop()
        self._want()
        self.changed.emit()

    def take(self, held: Held) -> None:
        """This was found out about the code."""
        self.held = held
        self.changed.emit()

    def _edited(self) -> None:
        self.held = None
        self._timer.start()
        self.changed.emit()

    def _want(self) -> None:
        if not self.problem:
            self.wanted.emit()

    # ------------------------------------------------------------ what is seen

    def offer(self, study: Study | None, language: str) -> None:
        """The strata, visits and languages of another study."""
        self._study = study
        for name in ("stratum", "wave", "group"):
            getattr(self, name).offer(list(self._offered(name)))
        seats = self._offered("seats")
        self.seats.offer(list(seats), len(seats) - 1)
        languages = self._offered("language")
        first = languages.index(language) if language in languages else 0 if languages else -1
        self.language.offer([LANGUAGES.get(each, each) for each in languages], first)

    def speak(self, words: Words) -> None:
        """Say everything in these words."""
        self._words = words
        self.heading.setText(words["person_heading"])
        self.new.setText(words["code_new"])
        for name, each in self.labels.items():
            each.setText(words[f"{name}_label"])
            getattr(self, name).setAccessibleName(words[f"{name}_label"].replace("&", ""))
        for name in ("stratum", "wave", "group"):
            getattr(self, name).setPlaceholderText(words[f"{name}_choose"])

    def tell(self, pilot: bool) -> None:
        """How it stands with the code."""
        self.pilot = pilot
        self.code.setEnabled(not pilot)
        self.new.setEnabled(not pilot)
        self.new.setVisible(not self.own)
        for name in CHOICES:
            there = len(self._offered(name)) > (1 if name in ("language", "seats") else 0)
            there = there and not (pilot and name == "stratum")
            self.labels[name].setVisible(there)
            getattr(self, name).setVisible(there)
        late = bool(not pilot and self.held and self.held.halt and self.held.halt.late())
        self.labels["reason"].setVisible(late)
        self.reason.setVisible(late)
        good, bad = self._message(pilot)
        self.note.say(good)
        self.bad.say(bad)

    def _message(self, pilot: bool) -> tuple[str, str]:
        """One message, as good or as bad news."""
        words = self._words
        if pilot:
            return words["code_pilot"], ""
        if self.problem:
            return typed.message(words, self.problem, self.own)
        if self._study is None:
            return "", ""
        if self.held is None:
            return words["code_looking"] if self._value("wave") or not self._offered("wave") else "", ""
        if self.held.halt:
            return interrupted(words, self.held.halt), ""
        said = words[f"code_{self.held.how}"].format(self.held.about)
        return (said, "") if self.held.startable else ("", said)
