"""The implicit association test with seven blocks (P77, F1 of paradigms.md): two targets, two attributes, two keys.

It measures a preference for one target over another, never how much either is liked, and it diagnoses nobody. A
wrong key brings a red X that stays until the right one, so latencies to the corrected response hold the error penalty
already. Targets and attributes take turns where both are sorted.
"""

from collections.abc import Generator, Iterator, Mapping, Sequence
from random import Random
from typing import Literal

from attrs import frozen

from experiments._screens import page_screen
from experiments._sorting import (
    OTHER,
    Corners,
    Deck,
    Draw,
    Label,
    Side,
    instruction_screen,
    shared,
    sort,
    word_lists,
)
from runner.screens import Reply, Screen
from runner.tasks import Materials, Occasion, Past, Task
from stimuli.kinds import Page, doc

Part = Literal["targets", "attributes", "practice", "test"]
Order = Literal["compatible", "incompatible"]
PARTS: tuple[Part, ...] = ("targets", "attributes", "practice", "test", "targets", "practice", "test")


@frozen(kw_only=True)
class Params:
    focal: str = doc("name of the target's word list for which a positive score speaks")
    contrast: str = doc("name of the other target's word list")
    positive: str = doc("name of the positive attribute's word list", default="pleasant")
    negative: str = doc("name of the negative attribute's word list", default="unpleasant")
    order: Literal["compatible", "incompatible", "drawn"] = doc(
        "which pairing comes first; compatible: focal target and positive attribute", default="drawn"
    )
    positive_side: Literal["left", "right", "drawn"] = doc("side of the positive attribute", default="drawn")
    trials: tuple[int, ...] = doc("trials of the seven blocks", default=(20, 20, 20, 40, 40, 20, 40))
    gap: float = doc("seconds between a response and the next word", default=0.25)


@frozen(kw_only=True)
class Given:
    focal: str = doc("the target for which a positive score speaks")
    contrast: str = doc("the other target")
    order: Order = doc("which pairing came first")
    positive_side: Side = doc("side of the positive attribute")
    block: int = doc("block, 1 to 7; blocks 3, 4, 6 and 7 are scored")
    part: Part = doc("what the block is: targets or attributes alone, combined practice, combined test")
    compatible: bool | None = doc("whether focal target and positive attribute share a key; empty: not combined")
    number: int = doc("place in the block, from 1")
    category: str = doc("the word's category")
    stimulus: str = doc("the word")
    side: Side = doc("where it belongs: left is the key E, right the key I")
    corners: Corners = doc("the categories in the corners")
    gap: float = doc("seconds before the word in which only the labels are there")
    intro: Page | None = doc("what the words are, before the first block")
    title: str = doc("title of the block's instruction; empty but for its first trial")
    lines: tuple[str, ...] = doc("the block's instruction; empty but for its first trial")
    button: str = doc("the button that begins the block")


@frozen(kw_only=True)
class Outcome:
    first_rt: float | None = doc("latency of the first response", default=None)
    correct: bool | None = doc("whether the first response was right", default=None)
    corrected_rt: float | None = doc("latency of the right response, which counts a wrong one in", default=None)


def trials(params: Params, occasion: Occasion) -> Iterator[Given]:
    """One trial per word, block after block."""
    if len(params.trials) != len(PARTS) or min(params.trials) < 2:
        raise ValueError(f"'trials' wants {len(PARTS)} numbers of 2 or more, got {list(params.trials)}")
    materials, random = occasion.materials, occasion.random
    lists = word_lists(materials, (params.focal, params.contrast, params.positive, params.negative))
    order: Order = random.choice(("compatible", "incompatible")) if params.order == "drawn" else params.order
    positive: Side = random.choice(("left", "right")) if params.positive_side == "drawn" else params.positive_side
    for block, (part, number_of) in enumerate(zip(PARTS, params.trials, strict=True), 1):
        compatible = (order == "compatible") == (block < 5)
        corners = arranged(params, materials, part, positive if compatible else OTHER[positive], positive)
        title, lines = instructed(materials, block, part, corners)
        decks = {name: Deck(each.words, random) for name, each in lists.items()}
        for number, (category, word) in enumerate(drawn(params, part, number_of, decks, random), 1):
            first = number == 1
            yield Given(
                focal=params.focal,
                contrast=params.contrast,
                order=order,
                positive_side=positive,
                block=block,
                part=part,
                compatible=compatible if part in ("practice", "test") else None,
                number=number,
                category=category,
                stimulus=word,
                side=corners.side(category),
                corners=corners,
                gap=params.gap,
                intro=introduction(materials, tuple(lists)) if first and block == 1 else None,
                title=title if first else "",
                lines=lines if first else (),
                button=materials.word("sorting_begin") if first else "",
            )


def arranged(params: Params, materials: Materials, part: Part, focal: Side, positive: Side) -> Corners:
    """The corners of a block, targets above attributes."""

    def label(name: str, kind: Literal["target", "attribute"]) -> Label:
        return Label(category=name, text=materials.word_list(name).label, kind=kind)

    corners = Corners(left=(), right=())
    if part != "attributes":
        corners = corners.put(label(params.focal, "target"), focal).put(label(params.contrast, "target"), OTHER[focal])
    if part != "targets":
        corners = corners.put(label(params.positive, "attribute"), positive)
        corners = corners.put(label(params.negative, "attribute"), OTHER[positive])
    return corners


def drawn(params: Params, part: Part, number: int, decks: Mapping[str, Deck], random: Random) -> Iterator[Draw]:
    """Categories and words of one block; where both are sorted, target and attribute take turns."""
    targets, attributes = (params.focal, params.contrast), (params.positive, params.negative)
    if part in ("targets", "attributes"):
        categories = shared(targets if part == "targets" else attributes, number, random)
    else:
        halves = [shared(targets, (number + 1) // 2, random), shared(attributes, (number + 1) // 2, random)]
        random.shuffle(halves)
        categories = [each for pair in zip(*halves, strict=True) for each in pair][:number]
    for category in categories:
        yield category, decks[category].deal()


def introduction(materials: Materials, names: Sequence[str]) -> Page:
    """The page that names all categories with their words."""
    listed = [f"{each.label}: {', '.join(each.words)}" for each in map(materials.word_list, names)]
    word = materials.word
    return Page(title=word("sorting_title"), body=(word("sorting_about"), "\n".join(listed), word("sorting_keys")))


def instructed(materials: Materials, block: int, part: Part, corners: Corners) -> tuple[str, tuple[str, ...]]:
    """A block's title and instruction."""
    word = materials.word
    title = word("sorting_part").replace("{}", str(block), 1).replace("{}", str(len(PARTS)), 1)
    lines = [*sides(materials, corners), word("sorting_mistake"), word("sorting_fast")]
    if block == 5:
        lines.insert(0, word("sorting_switched"))
    if part in ("practice", "test"):
        lines.insert(0, word("sorting_together"))
    return title, tuple(lines)


def sides(materials: Materials, corners: Corners) -> Iterator[str]:
    """Which key is for what."""
    for key, labels in (("sorting_left", corners.left), ("sorting_right", corners.right)):
        yield materials.word(key).replace("{}", ", ".join(label.text for label in labels))


def perform(given: Given, past: Past) -> Generator[Screen, Reply, Outcome]:
    """Before a block its instruction; then one word."""
    if given.intro:
        yield page_screen(given.intro, "sorting-introduction")
    if given.title:
        yield instruction_screen(given.title, given.lines, given.corners, given.button)
    done = yield from sort(given.stimulus, given.category, given.corners, given.gap)
    return Outcome(first_rt=done.first_rt, correct=done.correct, corrected_rt=done.corrected_rt)


task = Task(
    name="iat",
    params=Params,
    given=Given,
    outcome=Outcome,
    trials=trials,
    perform=perform,
    timed=True,
    on_resume="restart",
)
