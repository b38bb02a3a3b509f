"""The displays of this machine as the desktop knows them, as JSON: python -m runner.desk.screens

A process of its own, since Qt and a session's window are not to meet in one.
"""

import json
from typing import Any

from PyQt6.QtGui import QGuiApplication


def displays() -> list[dict[str, Any]]:
    """Name, place and size in pixels, size in mm (0: not told), scaling, Hz, and which one is the primary."""
    application = QGuiApplication([])
    primary = application.primaryScreen()
    found = []
    for screen in application.screens():
        place, size, ratio = screen.geometry(), screen.physicalSize(), screen.devicePixelRatio()
        found.append(
            {
                "name": screen.name(),
                "place": [place.x(), place.y()],
                "size": [round(place.width() * ratio), round(place.height() * ratio)],
                "mm": [round(size.width()), round(size.height())],
                "scaling": ratio,
                "hz": round(screen.refreshRate(), 2),
                "primary": screen is primary or screen == primary,
            }
        )
    return found


if __name__ == "__main__":
    print(json.dumps(displays()))
