"""Which study, and what will happen in it, as far as an assistant may know."""

from collections.abc import Sequence
from html import escape
from pathlib import Path

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QFileDialog

from runner.desk.parts import Button, Card, Chooser, Said, label
from runner.desk.studies import Broken, Found, Study, read, titles
from runner.desk.wording import Words


class StudyPanel(Card):
    """Emits `changed` whenever another study is chosen."""

    changed = pyqtSignal()

    def __init__(self, words: Words, language: str) -> None:
        super().__init__()
        self._words, self._language = words, language
        self._studies: list[Study] = []
        self._broken: list[Broken] = []
        self._looking = True
        self.list = Chooser()
        self.label = label(self.list)
        self.open = Button()
        self.note, self.bad = Said(), Said("bad")
        self.happens_heading, self.happens = Said("heading"), Said("happens")
        self.happens.setTextFormat(Qt.TextFormat.RichText)  # of the window's own words alone
        self.add(self.label)
        self.add(self.list, self.open, stretch=0)
        for widget in (self.note, self.bad, self.happens_heading, self.happens):
            self.add(widget)
        self.column.addStretch(1)
        self.list.currentIndexChanged.connect(self.changed)
        self.open.clicked.connect(self._open)

    @property
    def study(self) -> Study | None:
        """The chosen one."""
        at = self.list.currentIndex()
        return self._studies[at] if 0 <= at < len(self._studies) else None

    def offer(self, found: Sequence[Found]) -> None:
        """These are there; what was chosen stays chosen, and an only one is."""
        before = self.study.path if self.study else None
        self._looking = False
        self._studies = [each for each in found if isinstance(each, Study)]
        self._broken = [each for each in found if isinstance(each, Broken)]
        at = next((n for n, each in enumerate(self._studies) if each.path == before), -1)
        self._list(0 if len(self._studies) == 1 else at)
        self.changed.emit()

    def speak(self, words: Words, language: str) -> None:
        """Say everything in these words."""
        self._words, self._language = words, language
        self.heading.setText(words["study_heading"])
        self.label.setText(words["study_label"])
        self.open.setText(words["study_open"])
        self.list.setAccessibleName(words["study_label"].replace("&", ""))
        self.list.setPlaceholderText(words["study_choose"])
        self._list(self.list.currentIndex())

    def tell(self, pilot: bool, brief: bool = False) -> None:
        """What there is to know of the chosen study; `brief`: only which one it is."""
        words, study = self._words, self.study
        broken = [words["study_broken"].format(each.why) for each in self._broken]
        none = words["study_looking" if self._looking else "study_none"]
        self.note.say("\n".join([*([] if self._studies else [none]), *broken]))
        missing = ", ".join(study.missing) if study and study.missing else words["study_unready_rest"]
        self.bad.say(words["study_unready"].format(missing) if study and not (study.ready or pilot or brief) else "")
        self.happens_heading.say(words["happens_heading"] if study and not brief else "")
        self.happens.say(_listed(_happens(study, words, pilot)) if study and not brief else "")

    def _list(self, chosen: int) -> None:
        self.list.offer(titles(self._studies, self._language), chosen)

    def _open(self) -> None:
        words, begin = self._words, str(self.study.path.parent if self.study else Path.cwd())
        name, _ = QFileDialog.getOpenFileName(self, words["dialog_title"], begin, words["dialog_filter"])
        if name:
            self.take(Path(name))

    def take(self, path: Path) -> None:
        """Add one file and choose it."""
        found = read(path)
        studies = [each for each in self._studies if each.path.resolve() != path.resolve()]
        broken = [each for each in self._broken if each.path.resolve() != path.resolve()]
        self.offer([*studies, *broken, found])
        if isinstance(found, Study):
            self.list.setCurrentIndex(self._studies.index(found))


def _happens(study: Study, words: Words, pilot: bool) -> list[str]:
    """What the assistant and the participant are in for."""
    protocol = study.protocol
    lines = [
        words["happens_window" if pilot else "happens_screen"],
        words["happens_minutes"].format(protocol.minutes),
        words["happens_consent" if study.consents else "happens_no_consent"],
        words[f"identity_{protocol.identity}"],
        words["happens_stop"],
    ]
    if protocol.waves:
        lines.insert(2, words["happens_visits"].format(len(protocol.waves)))
    if protocol.group:
        lines.insert(2, words["happens_group"].format(*protocol.group.seats))
    return lines


def _listed(lines: Sequence[str]) -> str:
    rows = "".join(f"<tr><td>•&nbsp;&nbsp;</td><td>{escape(line)}</td></tr>" for line in lines)
    return f"<table cellspacing='3'>{rows}</table>"
