"""After the debrief: may the data be kept? (E3 of paradigms.md; exclusion E1)"""

from collections.abc import Generator, Iterator
from typing import Literal

from attrs import frozen

from experiments._screens import heading, text_of
from runner.screens import Choice, Option, Reply, Screen
from runner.tasks import Occasion, Past, Task
from stimuli.kinds import doc


@frozen(kw_only=True)
class Params:
    """There is nothing to set."""


@frozen(kw_only=True)
class Given:
    title: str = doc("the screen's title")
    question: str = doc("the question")
    keep: str = doc("what keeping the data reads like")
    withdraw: str = doc("what withdrawing them reads like")


@frozen(kw_only=True)
class Outcome:
    decision: Literal["keep", "withdraw"] | None = doc(
        "what is to happen with the data; empty: not decided, so they are kept and not analysed"
    )


def trials(params: Params, occasion: Occasion) -> Iterator[Given]:
    """One trial."""
    word = occasion.materials.word
    yield Given(
        title=word("data_title"), question=word("data_question"), keep=word("data_keep"), withdraw=word("data_withdraw")
    )


def perform(given: Given, past: Past) -> Generator[Screen, Reply, Outcome]:
    """One screen, which asks for a decision and so can't be skipped."""
    options = (
        Option(value="keep", text=given.keep, codes={"proceeds": 1.0}),
        Option(value="withdraw", text=given.withdraw, codes={"proceeds": 0.0}),
    )
    marks = heading(given.title, given.question)
    decision = text_of((yield Screen(name="data-decision", marks=marks, accepts=Choice(options=options))))
    return Outcome(decision=decision)  # type: ignore[arg-type]  # the screen admits no other


def withdrawn(past: Past) -> bool:
    """Has the session's person withdrawn their data?"""
    return any(each.task == "data_decision" and each.outcome.decision == "withdraw" for each in past)


task = Task(
    name="data_decision",
    params=Params,
    given=Given,
    outcome=Outcome,
    trials=trials,
    perform=perform,
    settles=True,
    undecided=Outcome(decision=None),
    owed=True,
    withdraws=lambda outcome: outcome.decision == "withdraw",
)
