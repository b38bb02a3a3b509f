"""Opening the start window: the one way in, for `vantage run` without arguments."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from PyQt6.QtCore import QLibraryInfo, QLocale, QTranslator
from PyQt6.QtWidgets import QApplication, QMessageBox

from runner.desk.look import dress
from runner.desk.window import Desk
from runner.desk.wording import words_in
from runner.errors import MachineError, VantageError
from runner.station.settings import Settings, read

SIZE = (1240, 700)  # of the window, where the screen has room for it
SMALL = 860  # px of width below which the band is short: 1280x720 at 200 %


def open_desk(data: Path, python: str, pilots: Sequence[str] = ()) -> int:
    """Show it until it is closed; 2 when this station's settings can't be used.

    `python` runs the sessions; `pilots` are options of a pilot (tests: who answers it).
    """
    if sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        raise MachineError("display: DISPLAY is not set, so there is no screen here; start Vantage from the desktop")
    app = QApplication([sys.argv[0], "-name", "vantage"])
    app.setApplicationName("Vantage")
    app.setQuitOnLastWindowClosed(False)  # it is hidden while a session runs
    dress(app)
    try:
        settings = read(data)
    except VantageError as error:
        words = words_in(QLocale.system().name()[:2])
        QMessageBox.critical(None, words["window_title"], words["settings_broken"].format(error))
        return 2
    translate(app, settings)
    desk = Desk(data, settings, python, pilots)
    fit(desk)
    desk.present()
    return _waiting(app, data, settings)


def _waiting(app: QApplication, data: Path, settings: Settings) -> int:
    """Until the window is closed; a laboratory's console sees meanwhile that nobody is at work here."""
    url = os.environ.get("VANTAGE_LEDGER", "") or settings.ledger
    if not url and not (data / "ledger.sqlite").is_file():
        return app.exec()
    from runner.laboratory.presence import wait_for_work

    reporter = wait_for_work(data, url, settings.station)
    try:
        return app.exec()
    finally:
        reporter.end()


def translate(app: QApplication, settings: Settings) -> None:
    """Qt's own words, those of the file dialogue, in the window's language."""
    translator = QTranslator(app)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if translator.load(f"qtbase_{settings.language or 'en'}", folder):
        app.installTranslator(translator)


def fit(desk: Desk) -> None:
    """As large as is good to read, and never larger than the screen."""
    screen = QApplication.primaryScreen()
    room = screen.availableGeometry() if screen else None
    width, height = SIZE if room is None else (min(SIZE[0], room.width()), min(SIZE[1], room.height()))
    desk.shrink(width < SMALL)
    desk.resize(width, height)
    if room is not None:
        desk.move(room.x() + (room.width() - width) // 2, room.y() + (room.height() - height) // 2)
