"""Others who aren't there: a board of choices that a script makes (P22, S6 of paradigms.md).

It looks as a live display does, and its lines come from chance before the session. That is a deception about others:
a protocol has to declare it, and the debrief to tell it. The log marks each line as a script's.
"""

from collections.abc import Generator, Iterator

from attrs import frozen

from experiments._screens import read
from runner.screens import Reply, Screen
from runner.tasks import Occasion, Past, Task
from stimuli.kinds import Page, doc, within


@frozen(kw_only=True)
class Entry:
    choice: int = doc("on the screen of which choice it comes, from 1")
    after: float = doc("seconds after that screen came on")
    name: str = doc("the alias that stands before it")
    text: str = doc("the act")


@frozen(kw_only=True)
class Params:
    text: str = doc("key of the pages that announce it")
    people: int = doc("how many others there seem to be", default=3, validator=within(1, 8))
    choices: int = doc("how many choices follow", validator=within(1, 100))
    public: float = doc("share of their acts that others can see", default=0.5, validator=within(0, 1))
    rows: int = doc("lines on the board", default=4, validator=within(1, 12))


@frozen(kw_only=True)
class Given:
    pages: tuple[Page, ...] = doc("the announcement")
    heading: str = doc("what stands above the board")
    rows: int = doc("lines on the board")
    entries: tuple[Entry, ...] = doc("the script")
    spare: str = doc("the alias that stands for one of theirs which the person picked")


@frozen(kw_only=True)
class Outcome:
    simulated_audience: bool = doc("whether the others were a script")


def trials(params: Params, occasion: Occasion) -> Iterator[Given]:
    """One trial; each of the others makes each choice once, in a random order, 1 to 9 seconds after it came on."""
    materials, random = occasion.materials, occasion.random
    acts = materials.pack().phrases["act"]
    aliases = [option.text for option in materials.questions("aliases").questions[0].options]
    if params.people >= len(aliases):
        left = len(aliases) - 1  # without the person's own
        raise ValueError(f"'people' is {params.people}, but there are only {left} aliases for them; write fewer")
    spare, *names = random.sample(aliases, params.people + 1)
    entries = []
    for choice in range(1, params.choices + 1):
        times = sorted(round(random.uniform(1.0, 9.0), 2) for _ in names)
        for after, name in zip(times, random.sample(names, len(names)), strict=True):
            seen = "+1" if random.random() < params.public else "-1"
            kinds = [text for code, text in sorted(acts.items()) if code.startswith(seen)]
            entries.append(Entry(choice=choice, after=after, name=name, text=random.choice(kinds)))
    yield Given(
        pages=materials.pages(params.text).pages,
        heading=materials.word("board_heading"),
        rows=params.rows,
        entries=tuple(entries),
        spare=spare,
    )


def perform(given: Given, past: Past) -> Generator[Screen, Reply, Outcome]:
    """The announcement."""
    yield from read(given.pages)
    return Outcome(simulated_audience=True)


task = Task(
    name="simulated_feed",
    params=Params,
    given=Given,
    outcome=Outcome,
    trials=trials,
    perform=perform,
    deceives="about others",
)
