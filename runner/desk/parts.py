"""The few widgets that the panels are made of."""

import re
from collections.abc import Sequence

from PyQt6.QtCore import QPointF, Qt
from PyQt6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PyQt6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from runner.desk import look
from runner.desk.lights import Light
from runner.desk.wording import Words
from runner.stages.drawing import palette

_LONG = re.compile(r"\S{20,}")  # a path or a hash ...
_JOINT = re.compile(r"[/\\:,;_=.-]|\w{16}")  # ... and behind what its line may be broken


class Button(QPushButton):
    """A button that Enter presses, too, as everybody expects."""

    def keyPressEvent(self, event: QKeyEvent | None) -> None:  # noqa: N802
        """Qt presses a button by the space bar alone."""
        if event and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)


class Said(QLabel):
    """Text that wraps, is not there when empty, and is never taken for markup: it may come from a file."""

    def __init__(self, name: str = "note") -> None:
        super().__init__()
        self.setObjectName(name)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setVisible(False)

    def say(self, text: str) -> None:
        """Show this, or nothing."""
        plain = self.textFormat() == Qt.TextFormat.PlainText
        self.setText(_LONG.sub(lambda word: _JOINT.sub("\\g<0>\u200b", word[0]), text) if plain else text)
        self.setVisible(bool(text))


class Chooser(QComboBox):
    """A list of which one is chosen; the wheel of a mouse that only scrolls past changes nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(12)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: object) -> None:  # noqa: N802
        """Scroll the page instead."""
        if hasattr(event, "ignore"):
            event.ignore()

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: N802
        """As the style sheet wants it, and with an arrow, which it leaves out."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(*palette.INK), 2.0))
        x, y = self.width() - 20.0, self.height() / 2
        painter.drawPolyline(QPolygonF([QPointF(x - 5, y - 3), QPointF(x, y + 3), QPointF(x + 5, y - 3)]))
        painter.end()

    def offer(self, names: list[str], chosen: int = -1) -> None:
        """Put other entries there, quietly."""
        self.blockSignals(True)
        self.clear()
        self.addItems(names)
        self.setCurrentIndex(chosen)
        self.blockSignals(False)


class Card(QFrame):
    """A heading and what belongs below it."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("card")
        self.heading = QLabel()
        self.heading.setObjectName("heading")
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(16, 12, 16, 14)
        self.column.setSpacing(8)
        self.column.addWidget(self.heading)

    def add(self, *widgets: QWidget, stretch: int = -1) -> None:
        """A row of widgets; the one numbered `stretch` takes the room."""
        if len(widgets) == 1:
            self.column.addWidget(widgets[0])
            return
        row = QHBoxLayout()
        row.setSpacing(10)
        for at, widget in enumerate(widgets):
            row.addWidget(widget, 1 if at == stretch else 0)
        self.column.addLayout(row)


def label(buddy: QWidget) -> QLabel:
    """The name of a field, whose underlined letter leads there."""
    made = QLabel()
    made.setBuddy(buddy)
    return made


class Lights(QWidget):
    """What is not well, each with a sign, a verdict in words and what to do beneath; and what is well in one line."""

    def __init__(self) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self._shown: object = None

    def show_lights(self, lights: Sequence[Light], words: Words) -> None:
        """These, if they are others than before: this is called at every key press."""
        if (state := (tuple(lights), words)) == self._shown:
            return
        self._shown = state
        while (item := self._column.takeAt(0)) is not None:
            if row := item.widget():
                row.setParent(None)
                row.deleteLater()
        for light in lights:
            if light.verdict != "ok":
                title = f"{light.name(words)}: {words[f'light_{light.verdict}']}"
                self._column.addWidget(_row(light.verdict, title, light.advice(words)))
        ill = {light.what for light in lights if light.verdict != "ok"}
        well = [light.name(words) for light in lights if light.what not in ill]
        if well:
            self._column.addWidget(_row("ok", f"{', '.join(well)}: {words['light_ok']}", ""))

    @property
    def said(self) -> str:
        """Its words."""
        return "\n".join(label.text() for label in self.findChildren(QLabel))


def _row(verdict: str, title: str, advice: str) -> QWidget:
    row = QWidget()
    box = QHBoxLayout(row)
    box.setContentsMargins(0, 0, 0, 0)
    sign = QLabel(look.SIGNS[verdict])
    sign.setFixedSize(28, 28)
    sign.setAlignment(Qt.AlignmentFlag.AlignCenter)
    sign.setStyleSheet(f"background: {look.LIGHTS[verdict]}; color: white; border-radius: 14px; font-weight: bold;")
    text = QVBoxLayout()
    text.setSpacing(0)
    for said, style in ((title, f"color: {look.LIGHTS[verdict]}; font-weight: bold;"), (advice, "")):
        label = Said()
        label.setStyleSheet(style)
        text.addWidget(label)
        label.say(said)
    box.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
    box.addLayout(text, 1)
    return row
