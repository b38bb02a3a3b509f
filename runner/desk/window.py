"""The start window: from a study and a code to a session, and back again when it is over."""

import os
from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise
from pathlib import Path

from PyQt6.QtCore import Qt, QTimer
from PyQt6.QtGui import QCloseEvent, QResizeEvent
from PyQt6.QtWidgets import QApplication, QBoxLayout, QScrollArea, QVBoxLayout, QWidget

from runner.desk import endings, lights
from runner.desk.band import Band
from runner.desk.behind import Child, Question
from runner.desk.choosing import halted, missing, order_of
from runner.desk.duties.duty import Around
from runner.desk.duties.menu import Duties
from runner.desk.foot import Foot
from runner.desk.orders import START, Again, Order
from runner.desk.people import Held, look_up
from runner.desk.person_panel import PersonPanel
from runner.desk.station_panel import StationPanel
from runner.desk.studies import Broken, Study, find
from runner.desk.study_panel import StudyPanel
from runner.desk.wording import words_in
from runner.station.settings import Settings

LAST = 8_000  # ms that the console is given to end before the window takes it along
NARROW = 1000  # px of the window's own scale below which the panels stand one below the other


class Desk(QWidget):
    """One window, one session at a time; while that runs it is hidden and does nothing."""

    def __init__(self, data: Path, settings: Settings, python: str, pilots: Sequence[str] = ()) -> None:
        super().__init__()
        self.setObjectName("desk")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # no stop of the Tab key, which would not be seen
        self.data, self.settings = data, settings
        self._python, self._pilots = python, tuple(pilots)
        self.language = settings.language if settings.language in ("en", "de") else "en"
        self.words = words_in(self.language)
        self.ending: endings.Ending | None = None
        self._order: Order | Again | None = None  # the last one
        self._before: dict[str, int] = {}
        self._leaving = False
        self.band = Band(self.language)
        self.study = StudyPanel(self.words, self.language)
        self.person = PersonPanel(settings.codes == "own")
        self.station = StationPanel(settings.station)
        self._url = os.environ.get("VANTAGE_LEDGER", "") or settings.ledger
        self.duties = Duties(self, python, data, own=settings.codes == "own", server=bool(self._url))
        self.at_duties = False
        self.foot = Foot()
        self.session, self.checking = Child(self), Child(self)
        self._looking, self._finding = Question(self), Question(self)
        self._lay_out()
        self._connect()
        self.speak(self.language)
        self._finding.ask(partial(find, settings.folders(data)))
        self.study.list.setFocus()

    # ------------------------------------------------------------ how it is put together

    def _lay_out(self) -> None:
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        page = QWidget()
        page.setObjectName("page")
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight, page)
        self._columns.setContentsMargins(20, 14, 20, 14)
        self._columns.setSpacing(14)
        right = QVBoxLayout()
        right.setSpacing(14)
        right.addWidget(self.person)
        right.addWidget(self.station, 1)
        right.addWidget(self.duties.page, 1)
        left = QVBoxLayout()
        left.setSpacing(14)
        left.addWidget(self.study)
        left.addWidget(self.duties.menu, 1)
        self._columns.addLayout(left, 1)
        self._columns.addLayout(right, 1)
        scroll = self._scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        scroll.setWidget(page)
        whole.addWidget(self.band)
        whole.addWidget(scroll, 1)
        whole.addWidget(self.foot)
        order = (
            *(self.band.real, self.band.trying, self.band.words, self.study.list, self.study.open),
            *(self.person.code, self.person.new, self.person.reason),
            *(self.person.stratum, self.person.wave, self.person.group, self.person.seats, self.person.language),
            *(self.station.name, self.station.check, *self.duties.order),
            *(self.foot.more, self.foot.again, self.foot.start),
        )
        for one, other in pairwise(order):
            self.setTabOrder(one, other)

    def _connect(self) -> None:
        self.band.changed.connect(self._other_kind)
        self.band.spoken.connect(self.speak)
        self.study.changed.connect(self._other_study)
        self.person.changed.connect(self._tell)
        self.person.wanted.connect(self._look_up)
        self.station.changed.connect(self._tell)
        self.station.check.clicked.connect(self.check)
        self.foot.start.clicked.connect(self._start)
        self.foot.again.clicked.connect(self._go_on)
        self.foot.more.clicked.connect(self._turn)
        self.duties.changed.connect(self._tell)
        self.duties.chosen.connect(self._chose)
        self.duties.done.connect(lambda: self._show(lambda: self.duties.open.result))
        self.duties.console.child.ended.connect(lambda: QApplication.quit() if self._leaving else None)
        self._finding.answered.connect(self._found)
        self._looking.answered.connect(self._looked_up)
        self.checking.ended.connect(self._checked)
        self.session.ended.connect(self._ended)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._follow)

    def _follow(self, _: QWidget | None, now: QWidget | None) -> None:
        """Whoever goes on by the Tab key sees where they are."""
        if now is not None and self._scroll.isAncestorOf(now):
            self._scroll.ensureWidgetVisible(now, 20, 20)

    def resizeEvent(self, event: QResizeEvent | None) -> None:  # noqa: N802
        """One column where two would be too narrow."""
        wide = self.width() >= NARROW
        self._columns.setDirection(QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom)
        for at in (0, 1):
            self._columns.setStretch(at, 1 if wide or at else 0)
        super().resizeEvent(event)

    def closeEvent(self, event: QCloseEvent | None) -> None:  # noqa: N802
        """Not while a session runs, which would lose its window to come back to."""
        if event is None:
            return
        if self.session.runs or self.duties.open.unbreakable:
            event.ignore()
        elif self.duties.console.runs:  # it still writes down what was noted, and then the window goes
            event.ignore()
            self._leaving = True
            self.hide()
            self.duties.console.let_go()
            QTimer.singleShot(LAST, QApplication.quit)
        else:
            event.accept()
            QApplication.quit()

    def shrink(self, small: bool) -> None:
        """Make do with a small screen, or with a large scale."""
        self.band.shrink(small)
        self.foot.shrink(small)
        self._tell()

    # ------------------------------------------------------------ what is said

    def speak(self, language: str) -> None:
        """Say everything in this language."""
        self.language, self.words = language, words_in(language)
        self.setWindowTitle(self.words["window_title"])
        for part in (self.band, self.person, self.station):
            part.speak(self.words)
        self.study.speak(self.words, language)
        self._tell()

    def _tell(self) -> None:
        words, pilot, away = self.words, self.band.pilot, self.at_duties
        self.band.tell(words)
        self.study.tell(pilot, brief=away)
        self.person.tell(pilot)
        self.station.tell(self.checking.runs)
        going_on = not pilot and self._halted is not None
        self.foot.tell(words, self._todo(), pilot=pilot, going_on=going_on)
        self.foot.tell_ending(words, self.ending, bool(self._order and self._order.pilot))
        free = not self.duties.busy
        for widget in (self.band.real, self.band.trying, self.study.list, self.study.open):
            widget.setEnabled(free)
        for panel in (self.person, self.station):
            panel.setVisible(not away)
        around = Around(data=self.data, words=words, language=self.language, study=self.study.study, pilot=pilot)
        self.duties.tell(around, there=away)
        self.foot.tell_duties(words, away, free)

    def _turn(self) -> None:
        """To the other duties, or back to the sessions; nothing that was typed there stays."""
        self.at_duties = not self.at_duties
        self.duties.forget()
        self._tell()
        (self.duties.buttons[self.duties.open.key] if self.at_duties else self.foot.more).setFocus()
        self._show(lambda: self.study)

    def _chose(self) -> None:
        self.duties.open.order[0].setFocus()
        self._show(lambda: self.duties.open)

    def _show(self, what: Callable[[], QWidget]) -> None:
        QTimer.singleShot(0, lambda: self._scroll.ensureWidgetVisible(what(), 0, 20))  # once it has its place

    def _todo(self) -> list[str]:
        busy = self.checking.runs or self.session.runs or self.duties.busy
        return missing(self.study.study, self.person, self.station, pilot=self.band.pilot, busy=busy)

    @property
    def _halted(self) -> Held | None:
        return halted(self.person)

    # ------------------------------------------------------------ what is found out

    def _found(self, answer: object) -> None:
        broken = Broken(path=self.data, why=str(answer))  # what nobody foresaw
        self.study.offer(answer if isinstance(answer, list) else [broken])

    def _other_kind(self) -> None:
        self.ending = None
        self._tell()

    def _other_study(self) -> None:
        self.person.offer(self.study.study, self.language)
        self.person.ask_again()

    def _look_up(self) -> None:
        study, wave = self.study.study, self.person.chosen["wave"]
        self._looking.forget()
        if study is None or (study.protocol.waves and not wave):
            return
        code, station = self.person.typed, self.station.name.text().strip()
        where = (self.data, self._url, study.protocol, code, wave, station)
        self._looking.ask(lambda: (code, look_up(*where)))

    def _looked_up(self, answer: object) -> None:
        code, held = answer if isinstance(answer, tuple) else ("", Held(how="unreachable", about=str(answer)))
        if code in ("", self.person.typed):
            self.person.take(held)

    def check(self) -> None:
        """Look at the station, in a process of its own: it takes the whole screen for a while."""
        if self.checking.runs or self.session.runs:
            return
        self.setFocus()  # the space bar is pressed meanwhile, and may be pressed once too often
        study = [str(self.study.study.path)] if self.study.study else []
        quick = [option for option in self._pilots if option == "--quick"]  # tests
        self.checking.start(self._python, [*START, "doctor", *study, f"--data={self.data}", "--json", *quick])
        self._tell()

    def _checked(self, code: int, said: str, heard: str) -> None:
        self.station.take(lights.read(said), endings.reason(code, said, heard))

    # ------------------------------------------------------------ a session

    def _start(self) -> None:
        study, person = self.study.study, self.person
        if self._todo() or study is None:
            return
        halted = self._halted
        if halted and halted.log and not self.band.pilot:
            late = person.reason.text().strip() if halted.halt and halted.halt.late() else ""
            self._begin(Again(log=halted.log, reason=late))
            return
        self._begin(self.chosen(study))

    def chosen(self, study: Study) -> Order:
        """What stands in the window, as an order."""
        pilot = self._pilots if self.band.pilot else None
        return order_of(study, self.person, self.data, self.station.name.text().strip(), pilot)

    def _go_on(self) -> None:
        if self.ending and self.ending.log and not self.session.runs:
            self._begin(Again(log=self.ending.log, pilot=True, options=self._pilots))

    def _begin(self, order: Order | Again) -> None:
        self._order, self.ending = order, None
        self._before = dict(endings.standing(order.folder))
        self.session.start(self._python, order.arguments())
        self._tell()
        self.hide()

    def _ended(self, code: int, said: str, heard: str) -> None:
        order = self._order
        assert order is not None
        known = order.log if isinstance(order, Again) else None
        self.ending = endings.judge(order.folder, self._before, known, code, heard, said)
        if not order.pilot and self.ending.how in ("completed", "left", "withdrew"):
            self.person.clear()
        self.person.ask_again()
        self.present()
        self.setFocus()  # on no button and in no field: whoever still presses keys of the session presses nothing here

    def present(self) -> None:
        """Come to the front."""
        self.show()
        self.raise_()
        self.activateWindow()
        QTimer.singleShot(0, self._tell)
