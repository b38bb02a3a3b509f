"""Giving from a real bonus (P33, D6 of paradigms.md): a slider that starts unmarked. Skipping gives nothing."""

from collections.abc import Generator, Iterator

from attrs import frozen

from experiments._screens import heading, read, said
from runner.screens import Measure, Reply, Screen, Slider, written
from runner.tasks import Occasion, Past, Task
from stimuli.kinds import Page, doc, within


@frozen(kw_only=True)
class Params:
    text: str = doc("key of the pages that say what the money is for and who sees the amount")
    most: float = doc("the bonus, all of which can be given", default=6.0, validator=within(0.01, 10000))
    step: float = doc("steps of the slider", default=0.5, validator=within(0.01, 10000))

    def __attrs_post_init__(self) -> None:
        steps = round(self.most / self.step)
        if steps < 1 or abs(steps * self.step - self.most) > 1e-6:
            what = f"'most' must be a whole number of steps, but is {self.most:g} with 'step' {self.step:g}"
            raise ValueError(f"{what}; change one of them")


@frozen(kw_only=True)
class Given:
    pages: tuple[Page, ...] = doc("what the money is for and who sees the amount")
    question: str = doc("the question how much to give")
    anchors: tuple[str, ...] = doc("labels of the ends")
    most: float = doc("the bonus")
    step: float = doc("steps of the slider")
    currency: str = doc("the bonus's currency, from the protocol's details")


@frozen(kw_only=True)
class Outcome:
    amount: float | None = doc("how much was given; empty when skipped, which gives nothing")


def trials(params: Params, occasion: Occasion) -> Iterator[Given]:
    """One trial."""
    materials, currency = occasion.materials, occasion.details.get("bonus_currency", "")
    mark = materials.interface()["decimal_mark"]
    yield Given(
        pages=materials.pages(params.text).pages,
        question=materials.word("donation_question"),
        anchors=(
            f"{materials.word('donation_low')}: {money(currency, 0.0, mark)}",
            f"{materials.word('donation_high')}: {money(currency, params.most, mark)}",
        ),
        most=params.most,
        step=params.step,
        currency=currency,
    )


def money(currency: str, amount: float, mark: str) -> str:
    """An amount as it is shown, with its language's mark before the decimals."""
    return f"{currency} {written(amount, 2, mark)}".strip()


def perform(given: Given, past: Past) -> Generator[Screen, Reply, Outcome]:
    """What it is for, then the slider."""
    yield from read(given.pages)
    accepts = Slider(
        low=0,
        high=given.most,
        step=given.step,
        anchors=given.anchors,
        unit=f"{given.currency} {{}}".strip(),
        decimals=2,
    )
    reply = yield Screen(
        name="donation",
        marks=heading(given.question),
        accepts=accepts,
        decline=True,
        measures=Measure(construct="donation"),
    )
    answer = said(reply)
    return Outcome(amount=float(answer) if isinstance(answer, int | float) else None)


def given_away(past: Past) -> float | None:
    """What the session's person gave; None if they were not asked or skipped it."""
    amounts = [each.outcome.amount for each in past if each.task == "donation"]
    return amounts[-1] if amounts else None


task = Task(name="donation", params=Params, given=Given, outcome=Outcome, trials=trials, perform=perform)
