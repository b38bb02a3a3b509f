"""Informed consent (paradigms.md E3): pages, the promise of who can see what, and a decision.

The promise is not the author's to word: it is chosen by the protocol's identity mode, so that words and storage
can't part (E4).
"""

from collections.abc import Generator, Iterator

from attrs import frozen

from experiments._screens import heading, page_screen, read
from runner.screens import Choice, Option, Reply, Screen
from runner.tasks import Occasion, Past, Task
from stimuli.kinds import Page, doc


@frozen(kw_only=True)
class Params:
    text: str = doc("key of the pages that inform, in stimuli/<language>/texts")
    farewell: str = doc("key of the pages for a person who doesn't agree")


@frozen(kw_only=True)
class Given:
    pages: tuple[Page, ...] = doc("the pages that inform")
    promise: Page = doc("who can see what, as the identity mode has it")
    question: str = doc("the question that asks for consent")
    agree: str = doc("what agreeing reads like")
    disagree: str = doc("what not agreeing reads like")
    farewell: tuple[Page, ...] = doc("the pages for a person who doesn't agree")


@frozen(kw_only=True)
class Outcome:
    agreed: bool = doc("whether the person agreed to take part")


def trials(params: Params, occasion: Occasion) -> Iterator[Given]:
    """One trial."""
    materials = occasion.materials
    yield Given(
        pages=materials.pages(params.text).pages,
        promise=Page(title=materials.word("promise_title"), body=(materials.word(f"promise_{occasion.identity}"),)),
        question=materials.word("consent_question"),
        agree=materials.word("agree"),
        disagree=materials.word("disagree"),
        farewell=materials.pages(params.farewell).pages,
    )


def perform(given: Given, past: Past) -> Generator[Screen, Reply, Outcome]:
    """Information, promise, decision; who doesn't agree reads a farewell."""
    yield from read(given.pages)
    yield page_screen(given.promise, "promise")
    options = (
        Option(value="agree", text=given.agree, codes={"proceeds": 1.0}),
        Option(value="disagree", text=given.disagree, codes={"proceeds": 0.0}),
    )
    reply = yield Screen(name="consent", marks=heading(given.question), accepts=Choice(options=options))
    agreed = reply.answer == "agree"
    if not agreed:
        yield from read(given.farewell, "farewell")
    return Outcome(agreed=agreed)


task = Task(
    name="consent",
    params=Params,
    given=Given,
    outcome=Outcome,
    trials=trials,
    perform=perform,
    leaves=lambda outcome: None if outcome.agreed else "no_consent",
    consents=True,
)
