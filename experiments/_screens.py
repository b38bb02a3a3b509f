"""Screens that several tasks share: a page of text, a question, a rating."""

from collections.abc import Generator, Iterable
from typing import TypeVar

from attrs import evolve

from runner.screens import (
    Answer,
    Badge,
    Choice,
    Continue,
    Likert,
    Mark,
    Measure,
    Option,
    Reply,
    Screen,
    Slider,
    Text,
    Words,
)
from runner.tasks import Past
from stimuli.kinds import Page, Question

T = TypeVar("T")

Reading = Generator[Screen, Reply, None]


def said(reply: Reply) -> Answer | None:
    """The answer of a reply; None when there is none, for whatever reason."""
    return reply.answer if reply.status == "answered" else None


def text_of(reply: Reply) -> str | None:
    """The answer of a choice or of a text box."""
    answer = said(reply)
    return None if answer is None else str(answer)


def point_of(reply: Reply) -> int | None:
    """The answer of a rating."""
    answer = said(reply)
    return answer if isinstance(answer, int) else None


def heading(title: str, *paragraphs: str) -> tuple[Mark, ...]:
    """A title or a question, if there is one, and paragraphs below it."""
    body = (Text(text="\n\n".join(paragraphs)),) if paragraphs else ()
    return (*((Text(text=title, style="title"),) if title else ()), *body)


def page_screen(page: Page, name: str, *below: Mark) -> Screen:
    """One page of text, with marks below it if there are any."""
    marks = (*heading(page.title, *page.body), *below)
    return Screen(name=name, marks=marks, accepts=Continue(label=page.button, after=page.after))


def read(pages: Iterable[Page], name: str = "page") -> Reading:
    """Pages one after the other."""
    for number, page in enumerate(pages, 1):
        yield page_screen(page, f"{name}-{number}")


def options(question: Question) -> tuple[Option, ...]:
    """The options of a question of choice, in the order of its file."""
    return tuple(Option(value=option.value, text=option.text) for option in question.options)


def question_screen(question: Question, *, name: str = "question", above: tuple[Mark, ...] = ()) -> Screen:
    """One question of a questionnaire; `above` it may stand what it asks about."""
    accepts: Choice | Likert | Words | Slider
    match question.kind:
        case "choice":
            accepts = Choice(options=options(question))
        case "rating":
            accepts = Likert(anchors=question.anchors, low=question.low, high=question.high)
        case "words":
            accepts = Words(lines=question.lines, least=question.least)
        case "number":
            ends = (str(question.low), str(question.high))
            accepts = Slider(low=question.low, high=question.high, step=1, anchors=ends)
    marks = (*above, *heading(question.text))
    return Screen(name=name, marks=marks, accepts=accepts, decline=question.decline)


def rating_screen(
    name: str,
    *,
    stem: str,
    text: str,
    anchors: tuple[str, ...],
    low: int = 1,
    high: int = 7,
    measures: Measure | None = None,
) -> Screen:
    """Something to rate on a row of points, what is asked above it; it may be declined."""
    marks = (*((Text(text=stem),) if stem else ()), Text(text=text, style="stimulus"))
    accepts = Likert(anchors=anchors, low=low, high=high)
    return Screen(name=name, marks=marks, accepts=accepts, decline=True, measures=measures)


def badge(past: Past) -> tuple[Mark, ...]:
    """The badge of the group that the person was told to belong to; none before that."""
    told = (each.given.own for each in past if each.task == "minimal_group")
    return tuple(Badge(text=own.label, colour=own.colour) for own in told)[:1]


def badged(performance: Generator[Screen, Reply, T], worn: tuple[Mark, ...]) -> Generator[Screen, Reply, T]:
    """A performance whose every screen has a badge at its top."""
    try:
        screen = next(performance)
        while True:
            screen = performance.send((yield evolve(screen, marks=(*worn, *screen.marks))))
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]
