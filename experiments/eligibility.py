"""Is the person advantaged on the focal axis, and have they acted before? (P76, exclusion E2, trap 20 of paradigms.md)

The category is asked neutrally, before anything is said about groups being better or worse off. Acting before and
willingness define the actors of C0 before any manipulation.
"""

from collections.abc import Generator, Iterator

from attrs import frozen

from experiments._screens import heading, point_of, question_screen, read, text_of
from runner.screens import Choice, Option, Reply, Screen
from runner.tasks import Occasion, Past, Task
from stimuli.kinds import Category, Page, Question, doc


@frozen(kw_only=True)
class Params:
    farewell: str = doc("key of the pages for a person whom the study is not about")
    questions: str = doc(
        "key of the questions `acted_before` (choice of yes and no) and `willingness`", default="eligibility"
    )


@frozen(kw_only=True)
class Given:
    question: str = doc("the neutral question, from the cause pack")
    categories: tuple[Category, ...] = doc("its answers, and which of them are the advantaged group")
    acted: Question = doc("the question about the last 12 months")
    willing: Question = doc("the question about being willing to do something")
    farewell: tuple[Page, ...] = doc("the pages for a person whom the study is not about")


@frozen(kw_only=True)
class Outcome:
    category: str | None = doc("the category chosen; empty when declined")
    advantaged: bool = doc("whether the category is the advantaged group; no when declined")
    acted_before: bool | None = doc("did something for the disadvantaged group in the last 12 months")
    willingness: int | None = doc("baseline willingness to do something, 1 to 7")


def trials(params: Params, occasion: Occasion) -> Iterator[Given]:
    """One trial."""
    pack = occasion.materials.pack()
    questions = {question.id: question for question in occasion.materials.questions(params.questions).questions}
    yield Given(
        question=pack.question,
        categories=pack.categories,
        acted=questions["acted_before"],
        willing=questions["willingness"],
        farewell=occasion.materials.pages(params.farewell).pages,
    )


def perform(given: Given, past: Past) -> Generator[Screen, Reply, Outcome]:
    """The category; then, for members of the advantaged group, acting before and willingness."""
    category = text_of((yield category_screen(given.question, given.categories)))
    advantaged = any(each.value == category and each.advantaged for each in given.categories)
    if not advantaged:
        yield from read(given.farewell, "farewell")
        return Outcome(category=category, advantaged=False, acted_before=None, willingness=None)
    acted = text_of((yield question_screen(given.acted, name="acted-before")))
    willingness = point_of((yield question_screen(given.willing, name="willingness")))
    return Outcome(
        category=category,
        advantaged=True,
        acted_before=None if acted is None else acted == "yes",
        willingness=willingness,
    )


def category_screen(question: str, categories: tuple[Category, ...]) -> Screen:
    """The question which group a person belongs to."""
    options = tuple(
        Option(value=each.value, text=each.text, codes={"proceeds": float(each.advantaged)}) for each in categories
    )
    return Screen(name="category", marks=heading(question), accepts=Choice(options=options), decline=True)


task = Task(
    name="eligibility",
    params=Params,
    given=Given,
    outcome=Outcome,
    trials=trials,
    perform=perform,
    leaves=lambda outcome: None if outcome.advantaged else "not_eligible",
)
