"""Every screen that a study in this repository can show is legible: nothing cut, covered, too small or too pale."""

from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest
from attrs import evolve

from experiments import find
from runner.checks.onpaper import Rehearsals, Watched, cells
from runner.declarations import materials
from runner.declarations.protocols import read_protocol
from runner.languages import direction
from runner.leaving import ways_out
from runner.planning import plan_session
from runner.protocol import Protocol
from runner.screens import Screen, Shape, Text
from runner.stages.answers.interaction import begin
from runner.stages.drawing.layout import Canvas, Layout, lay_out
from runner.stages.drawing.palette import BACKGROUND, contrast
from runner.stages.drawing.pieces import Piece, Plate, Target
from runner.tasks import Happened

STUDIES = sorted((Path(__file__).parents[3] / "protocols").glob("*.yaml"))
SIZES = [Canvas(width=w, height=h) for w, h in ((1280, 720), (1920, 1080), (2560, 1440))]
SMALLEST, PALEST = 0.022, 4.5  # letters, in screen heights; contrast, as WCAG 2.2 counts it (AA)
TOO_SMALL, COVERED = "letters of {} pixels", "{!r} and {!r} lie on each other"


def screens(protocol: Protocol, language: str) -> Iterator[Screen]:
    """Every screen of every cell, with every branch."""
    library = materials.library(protocol, language)
    rehearsals = Rehearsals(language)
    for cell, _ in cells(protocol):
        plan = plan_session(protocol, find, library, participant="P01", slot=0, language=language, cell=cell)
        past: list[Happened] = []
        for trial in plan.trials:
            on_paper = rehearsals.trial(find(trial.task), trial.given, Watched(past))
            yield from on_paper.screens
            past.append(Happened(phase=trial.phase, task=trial.task, given=trial.given, outcome=on_paper.outcome))
        yield from ways_out(plan.interface)


def plain(screen: Screen) -> Screen:
    """The screen without what is not drawn, so that many are the same."""
    marks = tuple(mark for i, mark in enumerate(screen.marks) if not isinstance(mark, Shape) or i < 3)
    return evolve(screen, name="", code=0, measures=None, seconds=1.0 if screen.seconds else None, marks=marks)


def inside(inner: Piece | Target, outer: Piece | Target) -> bool:
    across = outer.x <= inner.x and inner.x + inner.width <= outer.x + outer.width
    return across and outer.y <= inner.y and inner.y + inner.height <= outer.y + outer.height


def meet(one: Piece | Target, other: Piece | Target) -> bool:
    across = one.x < other.x + other.width and other.x < one.x + one.width
    return across and one.y < other.y + other.height and other.y < one.y + one.height


def of_words(plate: Plate) -> Plate:
    """Where its words are; a plate without fill is a little larger, so that no accent is cut."""
    bleed = 0 if plate.fill or plate.outline else plate.lines[0].size // 8
    return evolve(plate, y=plate.y + bleed, height=plate.height - 2 * bleed)


def faults(layout: Layout, canvas: Canvas) -> Iterator[str]:
    """What keeps people from reading or pressing it."""
    if layout.overflow > 0:
        yield f"{layout.overflow:.1%} too high or too wide"
    whole = Plate(x=0, y=0, width=canvas.width, height=canvas.height)
    boxes = [*layout.pieces, *layout.targets]
    yield from (f"{box} sticks out" for box in boxes if not inside(box, whole))
    yield from (COVERED.format(a.name, b.name) for a, b in combinations(layout.targets, 2) if meet(a, b))
    lettered = [of_words(piece) for piece in layout.pieces if isinstance(piece, Plate) and piece.lines]
    for one, other in combinations(lettered, 2):
        if meet(one, other) and not inside(one, other) and not inside(other, one):
            yield COVERED.format(one.lines[0].text, other.lines[0].text)
    behind = BACKGROUND
    for place, plate in enumerate(layout.pieces):
        for line in plate.lines if isinstance(plate, Plate) else ():
            if line.size < SMALLEST * canvas.height:
                yield TOO_SMALL.format(line.size)
            under = [p.fill for p in layout.pieces[: place + 1] if isinstance(p, Plate) and p.fill and inside(plate, p)]
            behind = under[-1] if under else BACKGROUND
            if contrast(line.colour, behind) < PALEST:
                yield f"{line.text!r} in {line.colour} on {behind}: contrast {contrast(line.colour, behind):.1f}"


@pytest.fixture(scope="module")
def looked_at() -> set[object]:
    """Screens, with the words around them; studies share many."""
    return set()


@pytest.mark.parametrize("study", STUDIES, ids=lambda path: path.stem)
def test_every_screen_of_every_cell_and_language_is_legible_at_every_size(study: Path, looked_at: set[object]) -> None:
    protocol = read_protocol(study)
    for language in protocol.languages:
        words = materials.library(protocol, language).interface()
        around = tuple(words.items())
        for screen in dict.fromkeys(map(plain, screens(protocol, language))):
            if (screen, around) in looked_at:
                continue
            looked_at.add((screen, around))
            for canvas in SIZES:
                layout = lay_out(screen, begin(screen), canvas, words, direction=direction(language))
                assert list(faults(layout, canvas)) == [], (language, canvas, screen)


@pytest.mark.parametrize(
    ("screen", "fault"),
    [
        (Screen(name="s", marks=(Text(text="far", at=(0.95, 0.0)),), seconds=1.0), "sticks out"),
        (Screen(name="s", marks=(Text(text="word " * 500),), seconds=1.0), "too high"),
        (
            Screen(name="s", marks=(Text(text="one", at=(0.0, 0.0)), Text(text="two", at=(0.01, 0.01))), seconds=1.0),
            "'one' and 'two' lie on each other",
        ),
        (Screen(name="s", marks=(Text(text="pale", colour="#c0c0c0"),), seconds=1.0), "contrast 1."),
    ],
    ids=["outside", "too-full", "covered", "pale"],
)
def test_what_is_not_legible_is_found(screen: Screen, fault: str, interface: dict[str, str]) -> None:
    layout = lay_out(screen, begin(screen), SIZES[0], interface)
    assert any(fault in found for found in faults(layout, SIZES[0])), list(faults(layout, SIZES[0]))
