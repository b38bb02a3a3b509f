"""Who else is in the room (P14 of paradigms.md): said before the first choice, then looked at and confirmed.

Nobody is made up. The people who run the session arrange who is there; the text says what was arranged, and the
person says who they see. Where the two differ, the person is asked to tell, and to look once more.
"""

from collections.abc import Generator, Iterator
from typing import Literal

from attrs import frozen

from experiments._screens import heading, question_screen, read, text_of
from runner.screens import Continue, Reply, Screen
from runner.tasks import Occasion, Past, Task
from stimuli.kinds import Page, Question, doc

Audience = Literal["ingroup", "mixed", "nobody"]


@frozen(kw_only=True)
class Params:
    audience: Audience = doc("who was arranged to be there: the own group alone, both groups, or nobody")
    text: str = doc("key of the page that says so")
    question: str = doc("key of the one question who is there; ingroup, mixed and nobody are among its options")


@frozen(kw_only=True)
class Given:
    audience: Audience = doc("who was arranged to be in the room: the own group alone, both groups, or nobody")
    pages: tuple[Page, ...] = doc("what was said of it")
    who: Question = doc("the question who is there")
    differs_title: str = doc("title of the page for an answer that differs")
    differs: str = doc("what is to be done then")


@frozen(kw_only=True)
class Outcome:
    seen: str | None = doc("who the person sees, in the last answer; empty when skipped")
    looked: int = doc("how often that was asked, 1 or 2")
    as_arranged: bool | None = doc("whether the last answer is what was arranged; empty when skipped")


def trials(params: Params, occasion: Occasion) -> Iterator[Given]:
    """One trial."""
    materials = occasion.materials
    who = materials.questions(params.question).questions[0]
    if params.audience not in {option.value for option in who.options}:
        raise ValueError(
            f"'audience' is {params.audience!r}, which is no option of the question {params.question!r}; add it there"
        )
    yield Given(
        audience=params.audience,
        pages=materials.pages(params.text).pages,
        who=who,
        differs_title=materials.word("roster_differs_title"),
        differs=materials.word("roster_differs"),
    )


def perform(given: Given, past: Past) -> Generator[Screen, Reply, Outcome]:
    """What was arranged, and who is there; an answer that differs leads to the people who run the session."""
    yield from read(given.pages)
    seen = text_of((yield question_screen(given.who, name="who-is-here")))
    looked = 1
    if seen not in (None, given.audience):
        marks = heading(given.differs_title, given.differs)
        yield Screen(name="roster-differs", marks=marks, accepts=Continue())
        seen = text_of((yield question_screen(given.who, name="who-is-here-again")))
        looked = 2
    return Outcome(seen=seen, looked=looked, as_arranged=None if seen is None else seen == given.audience)


task = Task(name="roster", params=Params, given=Given, outcome=Outcome, trials=trials, perform=perform)
