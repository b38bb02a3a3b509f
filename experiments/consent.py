"""Informed consent (paradigms.md E3): pages, the promise of who can see what, and a decision.

The promise is not the author's to word: it is chosen by the protocol's identity mode, so that words and storage
can't part (E4). Where some choices are kept apart, a page before it says how, against whom that helps and against whom
not, and until when data can be taken back.
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
        pages=(*materials.pages(params.text).pages, *_kept_apart(occasion)),
        promise=Page(title=materials.word("promise_title"), body=tuple(_promise(occasion))),
        question=materials.word("consent_question"),
        agree=materials.word("agree"),
        disagree=materials.word("disagree"),
        farewell=materials.pages(params.farewell).pages,
    )


def _kept_apart(occasion: Occasion) -> tuple[Page, ...]:
    """The pages on what is kept apart; none in a study that keeps nothing so."""
    if occasion.apart is None:
        return ()
    word, until = occasion.materials.word, occasion.details.get("withdraw_until", "")
    return (
        Page(
            title=word("apart_title"),
            body=(
                word("apart_all" if occasion.apart.everywhere else "apart_some"),
                word("apart_how").format(occasion.apart.pool),
            ),
        ),
        Page(
            title=word("apart_limits_title"),
            body=(word("apart_limits"), word("apart_until").format(until) if until else word("apart_never")),
        ),
    )


def _promise(occasion: Occasion) -> Iterator[str]:
    """Who can see what; with the exception that a part apart in some sessions is."""
    yield occasion.materials.word(f"promise_{occasion.identity}")
    if occasion.apart and not occasion.apart.everywhere:
        yield occasion.materials.word("promise_but_apart")


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
