"""The reference session: 82 screens with a reply, and a 500 ms fixation before each of 24 choices.

Consent, 2 instruction pages, a framing text and a question on it, 12 Likert items, 24 binary choices, 2 blocks of 20
speeded sortings, debriefing. `WORDS` is shared with the peer, so that both show the same.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from attrs import field, frozen

from runner.planning import plan_session
from runner.plans import SessionPlan
from runner.protocol import Factor, Phase, Protocol
from runner.screens import Choice, Continue, Keys, Likert, Measure, Option, Screen, Shape, Text
from runner.tasks import Occasion, Past, Performance, Task

SCREENS = 82
FIXATIONS = 24
_PARAGRAPH = "This paragraph stands for a text of ordinary length, which a participant reads before going on. " * 6
WORDS: Mapping[str, Any] = {
    "consent": _PARAGRAPH,
    "instructions": [_PARAGRAPH, _PARAGRAPH],
    "framing": {"gains": _PARAGRAPH, "losses": _PARAGRAPH},
    "question": "Which of these was the text about?",
    "answers": ["Work", "Housing", "School"],
    "items": [f"Statement number {n}, which one can agree or disagree with." for n in range(1, 13)],
    "anchors": ["do not agree at all", "agree completely"],
    "acts": [[f"Something that could be done, number {n}{side}" for side in "ab"] for n in range(1, 25)],
    "sorted": [[f"word {n}" for n in range(1, 21)], [f"name {n}" for n in range(1, 21)]],
    "debriefing": _PARAGRAPH,
}


@frozen(kw_only=True)
class Nothing:
    """Parameters of a task that needs none."""


@frozen(kw_only=True)
class Reading:
    """A page, or a question when there are options."""

    name: str
    text: str
    options: tuple[str, ...] = ()


@frozen(kw_only=True)
class Rating:
    item: str
    anchors: tuple[str, ...]


@frozen(kw_only=True)
class Pair:
    number: int
    first: str
    second: str


@frozen(kw_only=True)
class Sorting:
    stimulus: str
    block: int


@frozen(kw_only=True)
class Answered:
    response: str | int | None = None
    seconds: float | None = None


@frozen(kw_only=True)
class Page:
    """Which of the session's texts a phase shows."""

    name: str
    texts: tuple[str, ...] = ()
    options: tuple[str, ...] = ()


def _read(given: Reading, past: Past) -> Performance:
    reply = yield Screen(
        name=given.name,
        marks=(Text(text=given.name, style="title"), Text(text=given.text)),
        accepts=Choice(options=tuple(Option(value=o, text=o) for o in given.options)) if given.options else Continue(),
    )
    return Answered(response=reply.answer, seconds=reply.rt)


def _rate(given: Rating, past: Past) -> Performance:
    reply = yield Screen(
        name="item",
        marks=(Text(text=given.item),),
        accepts=Likert(anchors=given.anchors),
        decline=True,
        measures=Measure(construct="motives.moral"),
    )
    return Answered(response=reply.answer, seconds=reply.rt)


def _choose(given: Pair, past: Past) -> Performance:
    yield Screen(name="fixation", marks=(Shape(form="cross", size=(0.05, 0.05)),), seconds=0.5, stop=False)
    options = (Option(value="first", text=given.first), Option(value="second", text=given.second))
    reply = yield Screen(name="pair", accepts=Choice(options=options, arrange="cards"))
    return Answered(response=reply.answer, seconds=reply.rt)


def _sort(given: Sorting, past: Past) -> Performance:
    mark = Text(text=given.stimulus, style="stimulus")
    reply = yield Screen(name="stimulus", marks=(mark,), accepts=Keys(keys=("e", "i")), stop=False)
    return Answered(response=reply.answer, seconds=reply.rt)


def _pages(params: Page, occasion: Occasion) -> Iterator[Reading]:
    for text in params.texts:
        yield Reading(name=params.name, text=text, options=params.options)


def _items(params: Nothing, occasion: Occasion) -> Iterator[Rating]:
    for item in occasion.random.sample(WORDS["items"], len(WORDS["items"])):
        yield Rating(item=item, anchors=tuple(WORDS["anchors"]))


def _pairs(params: Nothing, occasion: Occasion) -> Iterator[Pair]:
    for number, acts in enumerate(occasion.random.sample(WORDS["acts"], len(WORDS["acts"])), 1):
        first, second = occasion.random.sample(acts, 2)
        yield Pair(number=number, first=first, second=second)


def _stimuli(params: Nothing, occasion: Occasion) -> Iterator[Sorting]:
    for block, stimuli in enumerate(WORDS["sorted"], 1):
        for stimulus in occasion.random.sample(stimuli, len(stimuli)):
            yield Sorting(stimulus=stimulus, block=block)


TASKS: Mapping[str, Task] = {
    task.name: task
    for task in (
        Task(name="page", params=Page, given=Reading, outcome=Answered, trials=_pages, perform=_read),
        Task(name="items", params=Nothing, given=Rating, outcome=Answered, trials=_items, perform=_rate),
        Task(name="pairs", params=Nothing, given=Pair, outcome=Answered, trials=_pairs, perform=_choose, timed=True),
        Task(
            name="sorting", params=Nothing, given=Sorting, outcome=Answered, trials=_stimuli, perform=_sort, timed=True
        ),
    )
}


def _phase(name: str, task: str, params: Any) -> Phase:
    return Phase(name=name, task=task, variants=(({}, params),))


def _framing() -> Phase:
    variants = tuple(({"frame": f}, Page(name="framing", texts=(text,))) for f, text in WORDS["framing"].items())
    return Phase(name="framing", task="page", variants=variants)


PROTOCOL = Protocol(
    study="reference",
    title={"en": "Reference session"},
    minutes=15,
    languages=("en",),
    identity="coded",
    pack="",
    factors={"frame": Factor(levels=("gains", "losses"))},
    phases=(
        _phase("consent", "page", Page(name="consent", texts=(WORDS["consent"],), options=("yes", "no"))),
        _phase("instructions", "page", Page(name="instructions", texts=tuple(WORDS["instructions"]))),
        _framing(),
        _phase("question", "page", Page(name="question", texts=(WORDS["question"],), options=tuple(WORDS["answers"]))),
        _phase("items", "items", Nothing()),
        _phase("pairs", "pairs", Nothing()),
        _phase("sorting", "sorting", Nothing()),
        _phase("debriefing", "page", Page(name="debriefing", texts=(WORDS["debriefing"],))),
    ),
)


@frozen
class _NoMaterials:
    """The reference session brings its own words."""

    details: Mapping[str, str] = field(factory=dict)

    def interface(self) -> Mapping[str, str]:
        return {}


def plan(slot: int) -> SessionPlan:
    """The session that the participant of a slot gets."""
    return plan_session(
        PROTOCOL,
        TASKS.__getitem__,
        _NoMaterials(),  # type: ignore[arg-type]
        participant=f"S{slot:05d}",
        slot=slot,
        language="en",
    )
