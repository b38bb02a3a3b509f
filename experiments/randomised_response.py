"""Statements answered under the rule of a die that only the participant sees (forced response; Boruch, 1971).

One face asks for a yes, another for a no, the other four for what is so. No answer tells what is so of anybody; the
share of people of whom it is so can be worked out over many (analysis.scoring.forced_response). The die is a real one:
nothing that was rolled is ever in the program. That a person understood the rule is asked once, before it counts.
"""

from collections.abc import Generator, Iterator

from attrs import frozen

from experiments._screens import heading, text_of
from runner.screens import Choice, Continue, Option, Reply, Screen, Text
from runner.tasks import Occasion, Past, Task
from stimuli.kinds import doc

TRUTH, YES = 4 / 6, 1 / 6  # of the faces of a die; NO is the rest


@frozen(kw_only=True)
class Params:
    statements: str = doc("key of the questions with `statements`: a choice, each option a statement about oneself")


@frozen(kw_only=True)
class Given:
    statement: str = doc("the statement's id")
    number: int = doc("place among the statements, from 1")
    stem: str = doc("what stands above every statement")
    text: str = doc("the statement")
    title: str = doc("the explanation's title")
    rule: str = doc("what each face of the die asks for")
    why: str = doc("why nobody can tell what is so of whom")
    example: str = doc("the question whether the rule was understood")
    again: str = doc("what is said when it was not")
    roll: str = doc("the page on which the die is rolled")
    reminder: str = doc("the rule in short, above each answer")
    yes: str = doc("what yes reads like")
    no: str = doc("what no reads like")
    p_truth: float = doc("probability of a face that asks for what is so")
    p_yes: float = doc("probability of a face that asks for a yes")


@frozen(kw_only=True)
class Outcome:
    said_yes: bool | None = doc("the answer under the rule, which is no statement about the person; empty when skipped")
    example_right: bool | None = doc("whether the rule was understood at once; empty when skipped, and after the first")


def trials(params: Params, occasion: Occasion) -> Iterator[Given]:
    """One trial per statement, in random order."""
    questions = {question.id: question for question in occasion.materials.questions(params.statements).questions}
    if "statements" not in questions or len(questions["statements"].options) < 1:
        raise ValueError(f"{params.statements!r} lacks the question 'statements' with an option for each statement")
    asked, word = questions["statements"], occasion.materials.word
    for number, option in enumerate(occasion.random.sample(asked.options, len(asked.options)), 1):
        yield Given(
            statement=option.value,
            number=number,
            stem=asked.text,
            text=option.text,
            title=word("die_title"),
            rule=word("die_rule"),
            why=word("die_why"),
            example=word("die_example"),
            again=word("die_again"),
            roll=word("die_roll"),
            reminder=word("die_reminder"),
            yes=word("yes"),
            no=word("no"),
            p_truth=TRUTH,
            p_yes=YES,
        )


def perform(given: Given, past: Past) -> Generator[Screen, Reply, Outcome]:
    """The rule, once; then a roll that nobody else sees, and a yes or a no."""
    options = (Option(value="yes", text=given.yes), Option(value="no", text=given.no))
    right: bool | None = None
    if given.number == 1:
        yield Screen(name="die-rule", marks=heading(given.title, given.rule, given.why), accepts=Continue())
        said = text_of(
            (
                yield Screen(
                    name="die-example",
                    marks=heading(given.title, given.rule, given.example),
                    accepts=Choice(options=options, arrange="row"),
                    decline=True,
                )
            )
        )
        right = None if said is None else said == "yes"
        if not right:
            yield Screen(name="die-again", marks=heading(given.title, given.again, given.rule), accepts=Continue())
    yield Screen(name="die-roll", marks=heading("", given.roll), accepts=Continue())
    marks = (Text(text=given.reminder, style="note"), Text(text=given.stem), Text(text=given.text, style="stimulus"))
    reply = yield Screen(name="die-answer", marks=marks, accepts=Choice(options=options, arrange="row"), decline=True)
    answer = text_of(reply)
    return Outcome(said_yes=None if answer is None else answer == "yes", example_right=right)


task = Task(name="randomised_response", params=Params, given=Given, outcome=Outcome, trials=trials, perform=perform)
