"""A code to be paid with, instead of an amount on a page: nothing on it tells what was chosen (E4 of paradigms.md).

What the code is worth is kept apart from the session, and what is passed on is added to a sum over everybody. The code
is drawn when it is shown; here, and in the log, stands its placeholder.
"""

from collections.abc import Generator, Iterator

from attrs import frozen

from experiments._screens import heading
from experiments.donation import given_away, money
from experiments.extra_effort import earned_for_the_cause
from runner.screens import PAYOUT, Continue, Reply, Screen, Text
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
    use: str = doc("where the code is paid, and what it tells")
    kept: str = doc("what stands before the amount kept")
    advice: str = doc("to note it")
    bonus: float = doc("the bonus before giving")
    currency: str = doc("the bonus's currency")
    decimal_mark: str = doc("what stands before the decimals of a number")


@frozen(kw_only=True)
class Outcome:
    paid: float = doc("bonus that the code is worth")
    passed_on: float = doc("amount that the laboratory passes on: what was given, and what extra minutes earned")


def trials(params: Params, occasion: Occasion) -> Iterator[Given]:
    """One trial."""
    word = occasion.materials.word
    yield Given(
        title=word("payout_title"),
        use=word("payout_use"),
        kept=word("payment_kept"),
        advice=word("payout_advice"),
        bonus=params.bonus,
        currency=occasion.details.get("bonus_currency", ""),
        decimal_mark=occasion.materials.interface()["decimal_mark"],
    )


def perform(given: Given, past: Past) -> Generator[Screen, Reply, Outcome]:
    """One page."""
    amount, earned = given_away(past) or 0.0, earned_for_the_cause(past) or 0.0
    paid, passed_on = given.bonus - amount, amount + earned
    code = Text(text=PAYOUT % (f"{paid:.2f}", f"{passed_on:.2f}"), style="title")
    worth = Text(text=f"{given.kept}: {money(given.currency, paid, given.decimal_mark)}")
    marks = (*heading(given.title, given.use), code, worth, Text(text=given.advice))
    yield Screen(name="payout", marks=marks, accepts=Continue(after=3.0))
    return Outcome(paid=paid, passed_on=passed_on)


task = Task(name="payout", params=Params, given=Given, outcome=Outcome, trials=trials, perform=perform, owed=True)
