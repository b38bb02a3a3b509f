"""What is paid out and what is passed on: so that money said to be real is (E3 and D6 of paradigms.md).

What is not passed on is paid out, also to who leaves early: what was passed on before that stays passed on.
"""

from collections.abc import Generator, Iterator

from attrs import frozen

from experiments._screens import heading
from experiments.donation import given_away, money
from experiments.extra_effort import earned_for_the_cause
from runner.screens import Continue, Reply, Screen
from runner.tasks import Occasion, Past, Task
from stimuli.kinds import doc, within


@frozen(kw_only=True)
class Params:
    bonus: float = doc(
        "the bonus before giving; the same as in the task donation", default=6.0, validator=within(0, 10000)
    )


@frozen(kw_only=True)
class Given:
    title: str = doc("the screen's title")
    kept: str = doc("what stands before the amount kept")
    passed: str = doc("what stands before the amount given")
    note: str = doc("how the money is paid")
    bonus: float = doc("the bonus before giving")
    currency: str = doc("the bonus's currency")
    decimal_mark: str = doc("what stands before the decimals of a number", default=".")


@frozen(kw_only=True)
class Outcome:
    paid: float = doc("bonus paid out to the person")
    passed_on: float = doc("amount that the laboratory passes on: what was given, and what extra minutes earned")


def trials(params: Params, occasion: Occasion) -> Iterator[Given]:
    """One trial."""
    word, details = occasion.materials.word, occasion.details
    yield Given(
        title=word("payment_title"),
        kept=word("payment_kept"),
        passed=f"{word('payment_given')} {details.get('organisation', '')}".strip(),
        note=word("payment_note"),
        bonus=params.bonus,
        currency=details.get("bonus_currency", ""),
        decimal_mark=occasion.materials.interface()["decimal_mark"],
    )


def perform(given: Given, past: Past) -> Generator[Screen, Reply, Outcome]:
    """One page; an amount passed on is named only where the person was asked for it."""
    amount, earned = given_away(past), earned_for_the_cause(past)
    paid, passed_on = given.bonus - (amount or 0.0), (amount or 0.0) + (earned or 0.0)
    lines = [f"{given.kept}: {money(given.currency, paid, given.decimal_mark)}"]
    if amount is not None or earned is not None:
        lines.append(f"{given.passed}: {money(given.currency, passed_on, given.decimal_mark)}")
    yield Screen(name="payment", marks=heading(given.title, *lines, given.note), accepts=Continue())
    return Outcome(paid=paid, passed_on=passed_on)


task = Task(name="payment", params=Params, given=Given, outcome=Outcome, trials=trials, perform=perform, owed=True)
