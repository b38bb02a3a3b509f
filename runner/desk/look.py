"""How the start window looks: large type, the colours of the sessions' screens, a focus that can't be overlooked."""

from PyQt6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PyQt6.QtWidgets import QApplication

from runner.stages.drawing import palette
from runner.stages.drawing.fonts import FILES

SIZE = 17  # px of ordinary text, before the desktop's own scaling
LIGHTS = {"ok": "#1f7a3a", "warn": "#8a5a00", "fail": "#b3261e"}  # never without a sign and a word
SIGNS = {"ok": "✓", "warn": "!", "fail": "✗"}


def _hex(colour: palette.RGB) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)


PILOT, REAL = _hex(palette.PILOT), _hex(palette.ACCENT_DARK)  # the pilot's as on the screens of pilots

SHEET = f"""
* {{ font-size: {SIZE}px; color: {_hex(palette.INK)}; }}
QWidget#desk, QWidget#page {{ background: {_hex(palette.BACKGROUND)}; }}
QScrollArea {{ border: none; background: {_hex(palette.BACKGROUND)}; }}
QLabel#heading {{ font-size: {SIZE + 5}px; font-weight: bold; }}
QLabel#note, QLabel#happens {{ color: {_hex(palette.INK)}; }}
QLabel#message {{ font-weight: bold; }}
QLabel#bad {{ color: {LIGHTS["fail"]}; font-weight: bold; }}
QFrame#card {{ background: {_hex(palette.PLATE)}; border: 1px solid {_hex(palette.EDGE)}; border-radius: 6px; }}
QFrame#foot {{ background: {_hex(palette.PLATE)}; border-top: 1px solid {_hex(palette.EDGE)}; }}
QFrame#band {{ background: {REAL}; }}
QFrame#band QLabel {{ color: white; }}
QFrame#band[pilot="true"] {{ background: {PILOT}; }}
QFrame#band[pilot="true"] QLabel {{ color: {_hex(palette.INK)}; }}
QLabel#sign {{ font-size: {SIZE + 9}px; font-weight: bold; }}
QPushButton {{ background: {_hex(palette.PLATE)}; border: 2px solid {_hex(palette.EDGE_STRONG)}; border-radius: 5px;
  padding: 5px 14px; min-height: 24px; }}
QPushButton:hover {{ background: {_hex(palette.PLATE_HOVER)}; }}
QPushButton:checked {{ background: {_hex(palette.ACCENT_PALE)}; border-color: {REAL}; font-weight: bold; }}
QPushButton:disabled {{ color: {_hex(palette.MUTED)}; background: {_hex(palette.PLATE_OFF)}; }}
QPushButton#start {{ background: {REAL}; color: white; border-color: {REAL}; font-size: {SIZE + 4}px; font-weight: bold;
  padding: 10px 26px; }}
QPushButton#start[pilot="true"] {{ background: {PILOT}; color: {_hex(palette.INK)}; border-color: {PILOT}; }}
QPushButton#start:disabled {{ background: {_hex(palette.PLATE_OFF)}; color: {_hex(palette.MUTED)};
  border-color: {_hex(palette.EDGE)}; }}
QLineEdit, QComboBox {{ background: {_hex(palette.PLATE)}; border: 2px solid {_hex(palette.EDGE_STRONG)};
  border-radius: 5px; padding: 5px 8px; min-height: 24px; }}
QLineEdit:disabled, QComboBox:disabled {{ background: {_hex(palette.PLATE_OFF)}; color: {_hex(palette.MUTED)}; }}
QListWidget {{ background: {_hex(palette.PLATE)}; border: 2px solid {_hex(palette.EDGE_STRONG)}; border-radius: 5px; }}
QLineEdit#code {{ font-size: {SIZE + 7}px; font-weight: bold; letter-spacing: 3px; min-height: 40px; padding: 0 8px; }}
QPushButton:focus, QLineEdit:focus, QComboBox:focus, QListWidget:focus {{ border: 3px solid #e07b00; }}
QPushButton#start:focus {{ border: 4px solid #e07b00; }}
QRadioButton {{ padding: 4px 8px; border: 3px solid transparent; border-radius: 5px; }}
QFrame#band QRadioButton {{ color: white; font-weight: bold; }}
QFrame#band[pilot="true"] QRadioButton {{ color: {_hex(palette.INK)}; }}
QRadioButton::indicator {{ width: 14px; height: 14px; border: 2px solid {_hex(palette.INK)}; border-radius: 9px;
  background: white; }}
QRadioButton::indicator:checked {{ width: 6px; height: 6px; border: 6px solid white; background: {_hex(palette.INK)}; }}
QFrame#band[pilot="true"] QRadioButton::indicator:checked {{ border-color: {_hex(palette.INK)}; background: white; }}
QFrame#card QRadioButton::indicator:checked {{ border-color: {REAL}; background: white; }}
QComboBox::drop-down {{ border: none; width: 30px; }}
QRadioButton:focus {{ border-color: #e07b00; }}
QFrame#band QRadioButton:focus {{ border-color: white; }}
QFrame#band[pilot="true"] QRadioButton:focus {{ border-color: {_hex(palette.INK)}; }}
QComboBox QAbstractItemView {{ background: {_hex(palette.PLATE)};
  selection-background-color: {_hex(palette.ACCENT_PALE)};
  selection-color: {_hex(palette.INK)}; }}
"""


def dress(app: QApplication) -> None:
    """The same look on every system: Qt's own style, the font that comes with Vantage, light colours."""
    app.setStyle("Fusion")
    for (family, _), file in FILES.items():
        if family == "NotoSans":
            QFontDatabase.addApplicationFont(str(file))
    font = QFont("Noto Sans")
    font.setPixelSize(SIZE)
    app.setFont(font)
    colours = QPalette()
    for role, colour in (
        (QPalette.ColorRole.Window, palette.BACKGROUND),
        (QPalette.ColorRole.Base, palette.PLATE),
        (QPalette.ColorRole.Button, palette.PLATE),
        (QPalette.ColorRole.Text, palette.INK),
        (QPalette.ColorRole.WindowText, palette.INK),
        (QPalette.ColorRole.ButtonText, palette.INK),
        (QPalette.ColorRole.Highlight, palette.ACCENT),
        (QPalette.ColorRole.PlaceholderText, palette.MUTED),
    ):
        colours.setColor(role, QColor(*colour))
    app.setPalette(colours)
    app.setStyleSheet(SHEET)
