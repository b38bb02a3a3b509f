"""The colours of every screen: calm and neutral, no green or red that could judge an answer.

All text stands at a WCAG 2.1 contrast of at least 4.5 to 1 on what lies behind it; a test computes it.
"""

from collections.abc import Mapping

from runner.errors import DeclarationError, Mistake

RGB = tuple[int, int, int]

BACKGROUND: RGB = (246, 246, 243)
INK: RGB = (32, 36, 42)
MUTED: RGB = (92, 98, 106)
ACCENT: RGB = (43, 92, 143)
ACCENT_DARK: RGB = (29, 70, 114)
ACCENT_PALE: RGB = (227, 236, 246)
PLATE: RGB = (255, 255, 255)
PLATE_HOVER: RGB = (239, 242, 246)
PLATE_OFF: RGB = (228, 229, 227)
EDGE: RGB = (196, 200, 204)
EDGE_STRONG: RGB = (140, 146, 153)
TRACK: RGB = (221, 223, 223)
PILOT: RGB = (240, 190, 70)

NAMES: Mapping[str, RGB] = {
    "ink": INK,
    "muted": MUTED,
    "accent": ACCENT,
    "background": BACKGROUND,
    "plate": PLATE,
    "track": TRACK,
    # Colours for groups and bars, of like lightness, none of which says good or bad.
    "blue": (43, 92, 143),
    "violet": (104, 78, 148),
    "teal": (20, 107, 115),
    "ochre": (132, 88, 20),
    "slate": (78, 88, 100),
}


def colour(name: str) -> RGB:
    """The colour of a palette name or of #rrggbb; anything else is a mistake of whoever wrote it."""
    if name in NAMES:
        return NAMES[name]
    digits = name.removeprefix("#")
    if len(digits) == 6 and name.startswith("#") and all(c in "0123456789abcdefABCDEF" for c in digits):
        return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)
    raise DeclarationError(Mistake(f"colour {name!r}", 0, 0, f"unknown; use #rrggbb or one of {', '.join(NAMES)}"))


def contrast(one: RGB, other: RGB) -> float:
    """WCAG 2.1 contrast ratio, 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def text_on(plate: RGB) -> RGB:
    """White or ink, whichever reads better on `plate`."""
    return max((PLATE, INK), key=lambda text: contrast(text, plate))


def _luminance(rgb: RGB) -> float:
    """Relative luminance of WCAG 2.1, 0 to 1."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in rgb)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
