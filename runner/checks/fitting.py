"""Can each screen be drawn: does the font have its characters, and does it fit on the smallest canvas?"""

import re
from collections.abc import Iterator, Mapping
from math import ceil

from runner.checks.wording import texts
from runner.screens import Allocation, Bar, Choice, Continue, Likert, Screen, Text, Words

WIDTH, HEIGHT = 1280, 720  # pixels; the smallest canvas on which every screen has to fit
WIDE = re.compile("[^\u0000-\u024f\u2010-\u2027\u2030\u20ac]")  # maybe wider than the estimate takes letters to be
LINE = 76  # characters across the page, at the size of body text
CARDS = 80  # the same, shared by cards that stand side by side
FITS, FITS_LARGE = 20, 9  # lines that fit for certain; the same where a thing to judge is set in large type
# Characters that the fonts have, which a test holds them to: most studies need no others.
COMMON = frozenset("".join(map(chr, range(32, 127))) + "\n\u00b7\u2013\u2014\u2018\u2019\u201c\u201d\u2026\u20ac")


def unfit(screens: Mapping[Screen, str], interface: Mapping[str, str], layout: bool) -> Iterator[tuple[str, str]]:
    """The screens that can't be drawn as they are: phase, and why. `layout` also lays out those that are crowded."""
    yield from undrawable(screens, interface)
    if layout and (full := {screen: phase for screen, phase in screens.items() if crowded(screen)}):
        yield from overflowing(full, interface)


def undrawable(screens: Mapping[Screen, str], interface: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Screens with characters that the fonts haven't."""
    used = {screen: set().union(*texts(screen)) for screen in screens}
    rare = set().union(*used.values(), *interface.values()) - COMMON
    if not rare:
        return
    from runner.stages.drawing.fonts import missing_glyphs, named

    missing = set(missing_glyphs("".join(rare)))
    for screen, phase in screens.items() if missing else ():
        if here := "".join(sorted(missing & used[screen])):
            yield phase, f"screen {screen.name!r} needs {named(here)}, which the font hasn't; write it otherwise"


def overflowing(screens: Mapping[Screen, str], interface: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Screens that don't fit."""
    from runner.stages.answers.interaction import View
    from runner.stages.drawing.layout import Canvas, lay_out

    canvas = Canvas(width=WIDTH, height=HEIGHT)
    for screen, phase in screens.items():
        over = lay_out(screen, View(), canvas, interface).overflow
        if over > 0:
            what = f"screen {screen.name!r} is {over:.0%} of a screen too high at {WIDTH}x{HEIGHT}"
            yield phase, f"{what}; shorten it, or make two of it"


# ---------------------------------------------------------------- which screens may be too full


def crowded(screen: Screen) -> bool:
    """May it not fit? A cheap estimate that errs towards yes, so that few screens have to be laid out."""
    large = any(isinstance(mark, Text) and mark.style == "stimulus" for mark in screen.marks)
    large = large and (screen.accepts is None or isinstance(screen.accepts, Likert | Continue))
    wide = any(WIDE.search(text) for text in texts(screen))
    return wide or lines(screen) > (FITS_LARGE if large else FITS)


def lines(screen: Screen) -> float:
    """About how many lines of body text a screen takes, without its controls."""
    total = sum(map(_mark_lines, screen.marks))
    accepts = screen.accepts
    if isinstance(accepts, Choice | Allocation):
        across = (CARDS if _columns(screen) > 1 else LINE) / _columns(screen)
        heights = [sum(ceil(len(t) / across) for t in (o.text, *o.lines)) + 0.8 for o in accepts.options]
        total += max(heights, default=0.0) if _columns(screen) > 1 else sum(heights)
        total += len(heights) if isinstance(accepts, Allocation) else 0
    elif isinstance(accepts, Words):
        total += accepts.lines * 1.1 + 1
    elif accepts is not None and not isinstance(accepts, Continue):
        total += 3
    return total


def _mark_lines(mark: object) -> float:
    if not isinstance(mark, Text):
        return 1.6 if isinstance(mark, Bar) else 2.0
    size = {"title": 1.6, "note": 0.8, "stimulus": 1.15}.get(mark.style, 1.0)
    return 0.6 + size * sum(ceil(len(line) * size / LINE) if line else 0.4 for line in mark.text.split("\n"))


def _columns(screen: Screen) -> int:
    accepts = screen.accepts
    return len(accepts.options) if isinstance(accepts, Choice) and accepts.arrange != "column" else 1
