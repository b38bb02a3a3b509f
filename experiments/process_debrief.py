"""Debrief after something that was not so, or only partly so (E3 of paradigms.md, after Ross, Lepper & Hubbard, 1975).

Saying that it was not so leaves the impression in place; so it is also told how the draw was made and why a first
impression stays, the person puts it in their own words, and is asked about it. Who gets a check wrong reads it once
more. Every answer may be left out.
"""

from collections.abc import Generator, Iterator, Mapping

from attrs import frozen

from experiments._screens import Reading, heading, question_screen, text_of
from runner.screens import Continue, Reply, Screen, Text
from runner.tasks import Occasion, Past, Task
from stimuli.kinds import Page, Question, doc, within


@frozen(kw_only=True)
class Params:
    texts: tuple[str, ...] = doc("keys of the pages, in order: what was not so, the person's own draw, why it stays")
    questions: str = doc("key of the questions: one of words, to be told in own words, and the checks, of choice")
    correct: Mapping[str, str] = doc("check's id -> the right option's value", hash=False)
    times: int = doc("how often the pages are read at most", default=2, validator=within(1, 10))
    code: int = doc("marker sent when the first page comes on; 0: none", default=0, validator=within(0, 255))


@frozen(kw_only=True)
class Given:
    pages: tuple[Page, ...] = doc("the pages")
    own_words: Question = doc("the question to be answered in own words")
    checks: tuple[Question, ...] = doc("the questions with a right answer")
    correct: Mapping[str, str] = doc("check's id -> the right option's value", hash=False)
    again: str = doc("what introduces the pages the second time")
    times: int = doc("how often the pages are read at most")
    code: int = doc("marker sent when the first page comes on; 0: none")


@frozen(kw_only=True)
class Outcome:
    words: str | None = doc("what it was, in the person's own words; empty when skipped")
    answers: Mapping[str, str | None] = doc("check's id -> the last answer; empty when skipped", hash=False)
    readings: int = doc("how often the pages were read")
    understood: bool = doc("whether every check was right in the end")


def trials(params: Params, occasion: Occasion) -> Iterator[Given]:
    """One trial."""
    materials = occasion.materials
    questions = materials.questions(params.questions).questions
    own_words = next((each for each in questions if each.kind == "words"), None)
    checks = tuple(each for each in questions if each.kind == "choice")
    wrong = [each.id for each in checks if params.correct.get(each.id) not in {option.value for option in each.options}]
    if own_words is None or wrong or len(checks) != len(params.correct):
        what = "needs a question of words, and for each check, one of choice, its right option in 'correct'"
        raise ValueError(f"{params.questions!r} {what}; look at {', '.join(wrong) or 'its questions'}")
    yield Given(
        pages=tuple(page for key in params.texts for page in materials.pages(key).pages),
        own_words=own_words,
        checks=checks,
        correct=params.correct,
        again=materials.word("debrief_again"),
        times=params.times,
        code=params.code,
    )


def perform(given: Given, past: Past) -> Generator[Screen, Reply, Outcome]:
    """Pages, own words, checks; as long as a check is wrong, the pages and that check once more."""
    answers: dict[str, str | None] = {}
    words = None
    for reading in range(1, given.times + 1):
        yield from read_through(given, reading)
        if reading == 1:
            words = text_of((yield question_screen(given.own_words, name="own-words")))
        for check in [each for each in given.checks if reading == 1 or wrong(given, answers, each)]:
            answers[check.id] = text_of((yield question_screen(check, name=f"check-{check.id}")))
        if not any(wrong(given, answers, check) for check in given.checks):
            break
    return Outcome(words=words, answers=answers, readings=reading, understood=answers == given.correct)


def wrong(given: Given, answers: Mapping[str, str | None], check: Question) -> bool:
    """Was a check answered, and not rightly? One that was left out is not asked again."""
    return answers[check.id] not in (None, given.correct[check.id])


def read_through(given: Given, reading: int) -> Reading:
    """All pages; the first one sends the marker, or says that they come a second time."""
    for number, page in enumerate(given.pages, 1):
        note = (Text(text=given.again, style="note"),) if number == 1 and reading > 1 else ()
        yield Screen(
            name=f"debrief-{number}",
            marks=(*note, *heading(page.title, *page.body)),
            accepts=Continue(label=page.button, after=page.after),
            code=given.code if number == reading == 1 else 0,
        )


task = Task(
    name="process_debrief",
    params=Params,
    given=Given,
    outcome=Outcome,
    trials=trials,
    perform=perform,
    debriefs=True,
)
