"""Questionnaires that are not scales, one question per screen: demographics (P76), checks and the funnel probe (E1)."""

from collections.abc import Generator, Iterator
from typing import Literal

from attrs import frozen

from experiments._screens import badge, badged, page_screen, question_screen, said
from runner.screens import Reply, Screen
from runner.tasks import Occasion, Past, Task
from stimuli.kinds import Page, Question, QuestionOption, doc


@frozen(kw_only=True)
class Params:
    questions: str = doc("key of the questionnaire in stimuli/<language>/questions")
    badge: bool = doc("whether the badge of the person's minimal group stands above", default=False)


@frozen(kw_only=True)
class Given:
    question: str = doc("the question's id")
    kind: Literal["choice", "rating", "words", "number"] = doc("how it is answered")
    text: str = doc("the question itself")
    options: tuple[QuestionOption, ...] = doc("the options of a choice")
    anchors: tuple[str, ...] = doc("the labels of a rating")
    low: int = doc("lowest rating or number")
    high: int = doc("highest rating or number")
    lines: int = doc("height of a text box")
    least: int = doc("characters below which the person is asked once whether that is all")
    declinable: bool = doc("whether the question can be skipped")
    title: str = doc("the questionnaire's title, at its first question")
    instruction: str = doc("the questionnaire's instruction, a page before its first question")
    badge: bool = doc("whether the badge of the person's minimal group stood above", default=False)


@frozen(kw_only=True)
class Outcome:
    response: str | None = doc("the option's value or the words; empty when skipped")
    number: float | None = doc("the rating or the number; empty when skipped")


def trials(params: Params, occasion: Occasion) -> Iterator[Given]:
    """One trial per question, in the order of the file."""
    questionnaire = occasion.materials.questions(params.questions)
    for place, each in enumerate(questionnaire.questions):
        yield Given(
            question=each.id,
            kind=each.kind,
            text=each.text,
            options=each.options,
            anchors=each.anchors,
            low=each.low,
            high=each.high,
            lines=each.lines,
            least=each.least,
            declinable=each.decline,
            title=questionnaire.title if place == 0 else "",
            instruction=questionnaire.instruction if place == 0 else "",
            badge=params.badge,
        )


def perform(given: Given, past: Past) -> Generator[Screen, Reply, Outcome]:
    """The question, after the instruction if there is one; under the badge where it is worn."""
    return badged(asked(given), badge(past)) if given.badge else asked(given)


def asked(given: Given) -> Generator[Screen, Reply, Outcome]:
    """The instruction, if there is one, then the question."""
    if given.instruction:
        yield page_screen(Page(title=given.title, body=(given.instruction,)), "instruction")
    question = Question(
        id=given.question,
        text=given.text,
        kind=given.kind,
        options=given.options,
        anchors=given.anchors,
        low=given.low,
        high=given.high,
        lines=given.lines,
        least=given.least,
        decline=given.declinable,
    )
    answer = said((yield question_screen(question, name=f"question-{given.question}")))
    if given.kind in ("rating", "number"):
        return Outcome(response=None, number=float(answer) if isinstance(answer, int | float) else None)
    return Outcome(response=None if answer is None else str(answer), number=None)


task = Task(name="question", params=Params, given=Given, outcome=Outcome, trials=trials, perform=perform)
