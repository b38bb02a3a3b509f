"""The single-category implicit association test (P77, F1 of paradigms.md): one target, two attributes, two keys.

Each target is measured alone, so that four of them give an extent each and no winner. Words have to be sorted within
a window of time; otherwise it is as in `iat`.
"""

from collections.abc import Generator, Iterator
from random import Random
from typing import Literal

from attrs import frozen

from experiments._screens import page_screen
from experiments._sorting import (
    OTHER,
    Corners,
    Deck,
    Label,
    Side,
    instruction_screen,
    sort,
    word_lists,
)
from experiments.iat import Order, introduction, sides
from runner.screens import Reply, Screen, Text
from runner.tasks import Materials, Occasion, Past, Task
from stimuli.kinds import Page, doc

Part = Literal["practice", "test"]
BLOCKS = 4
# Of 24 words: target, attribute on the same key, attribute on the other one; so that neither key is right too often.
SHARES = (7, 7, 10)
SLOW = 0.5  # seconds for which the reminder to be faster stands


@frozen(kw_only=True)
class Params:
    target: str = doc("name of the target's word list")
    positive: str = doc("name of the positive attribute's word list", default="pleasant")
    negative: str = doc("name of the negative attribute's word list", default="unpleasant")
    order: Literal["compatible", "incompatible", "drawn"] = doc(
        "which mapping comes first; compatible: target and positive attribute share a key", default="drawn"
    )
    positive_side: Literal["left", "right", "drawn"] = doc("side of the positive attribute", default="drawn")
    practice: int = doc("words of a practice block", default=24)
    test: int = doc("words of a test block", default=72)
    window: float = doc("seconds within which a word has to be sorted", default=1.5)
    gap: float = doc("seconds between a response and the next word", default=0.25)


@frozen(kw_only=True)
class Given:
    target: str = doc("the target")
    order: Order = doc("which mapping came first")
    positive_side: Side = doc("side of the positive attribute")
    block: int = doc("block, 1 to 4; blocks 2 and 4 are scored")
    part: Part = doc("what the block is")
    mapping: Literal["A", "B"] = doc("A: target and positive attribute share a key; B: target and negative attribute")
    compatible: bool = doc("whether target and positive attribute share a key")
    number: int = doc("place in the block, from 1")
    category: str = doc("the word's category")
    stimulus: str = doc("the word")
    side: Side = doc("where it belongs: left is the key E, right the key I")
    corners: Corners = doc("the categories in the corners")
    window: float = doc("seconds within which the word has to be sorted")
    gap: float = doc("seconds before the word in which only the labels are there")
    slow: str = doc("what is said when the time is up")
    intro: Page | None = doc("what the words are, before the first block")
    title: str = doc("title of the block's instruction; empty but for its first trial")
    lines: tuple[str, ...] = doc("the block's instruction; empty but for its first trial")
    button: str = doc("the button that begins the block")


@frozen(kw_only=True)
class Outcome:
    first_rt: float | None = doc("latency of the first response; empty: none within the window", default=None)
    correct: bool | None = doc("whether the first response was right; empty: none within the window", default=None)
    corrected_rt: float | None = doc("latency of the right response, which counts a wrong one in", default=None)


def trials(params: Params, occasion: Occasion) -> Iterator[Given]:
    """One trial per word, block after block: practice and test of one mapping, then of the other."""
    if min(params.practice, params.test) < 2:
        raise ValueError("'practice' and 'test' want 2 words or more; correct them")
    materials, random = occasion.materials, occasion.random
    lists = word_lists(materials, (params.target, params.positive, params.negative))
    order: Order = random.choice(("compatible", "incompatible")) if params.order == "drawn" else params.order
    positive: Side = random.choice(("left", "right")) if params.positive_side == "drawn" else params.positive_side
    for block in range(1, BLOCKS + 1):
        part: Part = "practice" if block % 2 else "test"
        compatible = (order == "compatible") == (block < 3)
        corners = arranged(params, materials, positive if compatible else OTHER[positive], positive)
        title, lines = instructed(materials, block, corners)
        same, other = (params.positive, params.negative)[:: 1 if compatible else -1]
        decks = {name: Deck(each.words, random) for name, each in lists.items()}
        number_of = params.practice if part == "practice" else params.test
        for number, category in enumerate(categories(params.target, same, other, number_of, random), 1):
            first = number == 1
            yield Given(
                target=params.target,
                order=order,
                positive_side=positive,
                block=block,
                part=part,
                mapping="A" if compatible else "B",
                compatible=compatible,
                number=number,
                category=category,
                stimulus=decks[category].deal(),
                side=corners.side(category),
                corners=corners,
                window=params.window,
                gap=params.gap,
                slow=materials.word("sorting_slow"),
                intro=introduction(materials, tuple(lists)) if first and block == 1 else None,
                title=title if first else "",
                lines=lines if first else (),
                button=materials.word("sorting_begin") if first else "",
            )


def arranged(params: Params, materials: Materials, target: Side, positive: Side) -> Corners:
    """The corners of a block, the target above the attributes."""
    label = Label(category=params.target, text=materials.word_list(params.target).label, kind="target")
    corners = Corners(left=(), right=()).put(label, target)
    for name, side in ((params.positive, positive), (params.negative, OTHER[positive])):
        corners = corners.put(Label(category=name, text=materials.word_list(name).label, kind="attribute"), side)
    return corners


def categories(target: str, same: str, other: str, number: int, random: Random) -> list[str]:
    """Categories of a block in random order, in their shares of every 24 words."""
    drawn: list[str] = []
    while len(drawn) < number:
        batch = [name for name, times in zip((target, same, other), SHARES, strict=True) for _ in range(times)]
        drawn += random.sample(batch, len(batch))
    return drawn[:number]


def instructed(materials: Materials, block: int, corners: Corners) -> tuple[str, tuple[str, ...]]:
    """A block's title and instruction."""
    word = materials.word
    title = word("sorting_part").replace("{}", str(block), 1).replace("{}", str(BLOCKS), 1)
    lines = [*sides(materials, corners), word("sorting_mistake"), word("sorting_window")]
    if block == 3:
        lines.insert(0, word("sorting_switched"))
    return title, tuple(lines)


def perform(given: Given, past: Past) -> Generator[Screen, Reply, Outcome]:
    """Before a block its instruction; then one word, and a reminder if the time was up."""
    if given.intro:
        yield page_screen(given.intro, "sorting-introduction")
    if given.title:
        yield instruction_screen(given.title, given.lines, given.corners, given.button)
    done = yield from sort(
        given.stimulus,
        given.category,
        given.corners,
        given.gap,
        given.window,
        target=given.target,
        compatible=given.compatible,
    )
    if done.first_rt is None:
        yield Screen(name="slow", marks=(Text(text=given.slow, style="stimulus", at=(0.0, 0.0)),), seconds=SLOW)
    return Outcome(first_rt=done.first_rt, correct=done.correct, corrected_rt=done.corrected_rt)


task = Task(
    name="sc_iat",
    params=Params,
    given=Given,
    outcome=Outcome,
    trials=trials,
    perform=perform,
    timed=True,
    on_resume="restart",
)
