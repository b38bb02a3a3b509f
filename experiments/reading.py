"""A text on how a cause's groups stand, read for a minimum time, and a question that shows whether it was read.

Status threat (P05 of paradigms.md, after Halabi et al., 2008) and how the own group is seen (P17). The question is
about a detail that all texts of one factor share, so that asking it tells nothing about what is varied. A wrong answer
leads back to the text once.
"""

from collections.abc import Generator, Iterator

from attrs import evolve, frozen

from experiments._screens import page_screen, question_screen, text_of
from runner.screens import Reply, Screen, Text
from runner.tasks import Occasion, Past, Task
from stimuli.kinds import Page, Question, doc, within


@frozen(kw_only=True)
class Params:
    report: str = doc("name of the text in stimuli/<language>/reports/<pack>.yaml")
    minimum: float = doc("seconds for which each page stands at least", default=10.0, validator=within(0, 600))


@frozen(kw_only=True)
class Given:
    report: str = doc("name of the text that was read")
    pages: tuple[Page, ...] = doc("the text's pages")
    words: int = doc("number of words")
    question: Question = doc("the question about a detail of the text")
    correct: str = doc("the value of its right option")
    again: str = doc("what introduces the text the second time")


@frozen(kw_only=True)
class Outcome:
    answer: str | None = doc("the last answer about the detail; empty when skipped")
    attempts: int = doc("how often that was asked, 1 or 2")
    understood: bool = doc("whether the last answer is right")
    reading_seconds: float = doc("seconds spent on the pages the first time")


def trials(params: Params, occasion: Occasion) -> Iterator[Given]:
    """One trial."""
    reports = occasion.materials.reports()
    if params.report not in reports.reports:
        raise ValueError(f"the cause has no report {params.report!r}; it has {', '.join(reports.reports)}")
    report = reports.reports[params.report]
    pages = tuple(evolve(page, after=max(page.after, params.minimum)) for page in report.pages)
    yield Given(
        report=params.report,
        pages=pages,
        words=sum(len(text.split()) for page in pages for text in page.body),
        question=next(each for each in reports.questions if each.id == report.question),
        correct=report.correct,
        again=occasion.materials.word("reading_again"),
    )


def perform(given: Given, past: Past) -> Generator[Screen, Reply, Outcome]:
    """The text, then the question; both once more after a wrong answer."""
    seconds = 0.0
    for number, page in enumerate(given.pages, 1):
        reply = yield page_screen(page, f"report-{number}")
        seconds += reply.rt or 0.0
    answer = text_of((yield question_screen(given.question, name="detail")))
    attempts = 1
    if answer is not None and answer != given.correct:
        for number, page in enumerate(given.pages, 1):
            yield page_screen(evolve(page, after=0.0), f"again-{number}")
        above = (Text(text=given.again, style="note"),)
        answer = text_of((yield question_screen(given.question, name="detail-again", above=above)))
        attempts = 2
    return Outcome(
        answer=answer, attempts=attempts, understood=answer == given.correct, reading_seconds=round(seconds, 3)
    )


task = Task(name="reading", params=Params, given=Given, outcome=Outcome, trials=trials, perform=perform)
