"""Sorting words by two keys, as the implicit measures do: decks of words, labels in the corners, a red X (F1)."""

from collections.abc import Generator, Iterator, Mapping, Sequence
from random import Random
from typing import Literal

from attrs import frozen

from runner.screens import Continue, Keys, Mark, Measure, Reply, Screen, Text
from runner.tasks import Materials
from stimuli.kinds import WordList, doc

Side = Literal["left", "right"]
Kind = Literal["target", "attribute"]
Draw = tuple[str, str]  # category, word

KEYS: Mapping[Side, str] = {"left": "e", "right": "i"}
OTHER: Mapping[Side, Side] = {"left": "right", "right": "left"}
COLOURS: Mapping[Kind, str] = {"target": "ink", "attribute": "accent"}
RED = "#b3261e"  # of the X, whose form says the same


@frozen(kw_only=True)
class Label:
    """A category's name in a corner."""

    category: str = doc("the category's name")
    text: str = doc("what stands in the corner")
    kind: Kind = doc("one of the groups (or the self), or pleasant and unpleasant")


@frozen(kw_only=True)
class Corners:
    """Which categories go to which side in a block."""

    left: tuple[Label, ...] = doc("categories of the key E, from the top")
    right: tuple[Label, ...] = doc("categories of the key I, from the top")

    def side(self, category: str) -> Side:
        """Where a category goes."""
        return "left" if any(label.category == category for label in self.left) else "right"

    def kind(self, category: str) -> Kind:
        """What a category is."""
        return next(label.kind for label in (*self.left, *self.right) if label.category == category)

    def put(self, label: Label, side: Side) -> "Corners":
        """One more category, below those that are there."""
        left, right = (self.left, (*self.right, label)) if side == "right" else ((*self.left, label), self.right)
        return Corners(left=left, right=right)


@frozen(kw_only=True)
class Sorted:
    """How one word was sorted; times in seconds from its onset."""

    first_rt: float | None
    correct: bool | None
    corrected_rt: float | None


# ---------------------------------------------------------------- drawing


def word_lists(materials: Materials, names: Sequence[str]) -> Mapping[str, WordList]:
    """The categories, which may share no word, since a word must have one side."""
    lists = {name: materials.word_list(name) for name in names}
    words = [word.casefold() for each in lists.values() for word in each.words]
    if len(lists) < len(names):
        raise ValueError(f"the categories {', '.join(names)} must differ; name each once")
    if twice := {word for word in words if words.count(word) > 1}:
        raise ValueError(f"the word {min(twice)!r} is in two places of {', '.join(names)}; change one")
    if short := [name for name, each in lists.items() if len(each.words) < 2]:
        raise ValueError(f"the word list {short[0]!r} needs two words or more, or one would follow on itself; add some")
    return lists


class Deck:
    """A category's words, dealt in random order over and over; none follows on itself."""

    def __init__(self, words: Sequence[str], random: Random) -> None:
        self._words, self._random = tuple(words), random
        self._left: list[str] = []
        self._last = ""

    def deal(self) -> str:
        """The next word."""
        if not self._left:
            self._left = self._random.sample(self._words, len(self._words))
            if self._left[-1] == self._last:
                self._left.reverse()
        self._last = self._left.pop()
        return self._last


def shared(categories: Sequence[str], number: int, random: Random) -> list[str]:
    """Categories in random order, each as often as any other; what can't be shared evenly goes to random ones."""
    rest = random.sample(list(categories), number % len(categories))
    drawn = [*list(categories) * (number // len(categories)), *rest]
    random.shuffle(drawn)
    return drawn


# ---------------------------------------------------------------- screens


def corner_marks(corners: Corners) -> tuple[Mark, ...]:
    """The labels in the upper corners."""
    return (*_column(corners.left, -0.46), *_column(corners.right, 0.46))


def _column(labels: Sequence[Label], x: float) -> Iterator[Mark]:
    for place, label in enumerate(labels):
        yield Text(text=label.text, style="strong", colour=COLOURS[label.kind], at=(x, 0.43 - 0.055 * place))


def instruction_screen(title: str, lines: Sequence[str], corners: Corners, button: str) -> Screen:
    """What a block asks for, with its labels where they will stand."""
    marks = (*corner_marks(corners), Text(text=title, style="title"), Text(text="\n\n".join(lines)))
    return Screen(name="sorting-instruction", marks=marks, accepts=Continue(label=button))


def sort(
    word: str,
    category: str,
    corners: Corners,
    gap: float,
    window: float | None = None,
    *,
    target: str = "",
    compatible: bool = True,
) -> Generator[Screen, Reply, Sorted]:
    """A gap with the labels only, the word until a key, and after a wrong key a red X until the right one.

    `target` is whose association with what is pleasant shows: in quick presses where `compatible`, else in slow ones.
    """
    labels, side = corner_marks(corners), corners.side(category)
    shown = (*labels, Text(text=word, style="stimulus", colour=COLOURS[corners.kind(category)], at=(0.0, 0.0)))
    right = KEYS[side]
    keys = tuple(KEYS.values())
    yield Screen(name="gap", marks=labels, seconds=gap)
    first = yield Screen(
        name="word",
        marks=shown,
        accepts=Keys(keys=keys),
        seconds=window,
        measures=Measure(
            construct=f"sorting.{target}" if target else "sorting",
            keyed=1 if compatible else -1,
            instructed=keys.index(right),
        ),
    )
    if first.status != "answered":
        return Sorted(first_rt=None, correct=None, corrected_rt=None)
    if first.answer == right:
        return Sorted(first_rt=first.rt, correct=True, corrected_rt=first.rt)
    cross = Text(text="X", style="stimulus", colour=RED, at=(0.0, -0.14))
    corrected = yield Screen(name="corrected", marks=(*shown, cross), accepts=Keys(keys=(right,)))
    rt = None if corrected.answered is None else corrected.answered - first.onset
    return Sorted(first_rt=first.rt, correct=False, corrected_rt=rt)
