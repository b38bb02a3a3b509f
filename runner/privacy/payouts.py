"""Codes to be paid with: what a code is worth is kept apart from sessions, without a name, a time or an order.

`data/<study>/payments/open.json` holds the open codes with their amounts in the order of the codes, which are random,
and sums. It is written whole, its time is always the same, and nothing in it leads to a session.
"""

import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal, InvalidOperation
from pathlib import Path

from attrs import evolve, field, frozen

from runner import disk
from runner.errors import DeclarationError, HistoryError, MachineError
from runner.privacy import tokens

CHARACTERS = 10  # drawn for a code; two more check it
MADE_UP = {"token": tokens.SPECIMEN, "payout": "TEST-TEST-TEST"}  # what pilots and storyboards show
_TIME = 946_684_800  # 2000-01-01, of the file, whoever came last
_NOTHING = Decimal("0.00")
_TRIES = 100  # times 0.05 s: others need no longer than a sync


@frozen(kw_only=True)
class Payments:
    """What is still to be paid, by code, and the sums over everybody."""

    open: Mapping[str, Decimal] = field(factory=dict)
    paid: Decimal = _NOTHING  # to people, so far
    people_paid: int = 0
    passed_on: Decimal = _NOTHING  # for the organisation, from everybody together

    @property
    def owed(self) -> Decimal:
        """The sum of the open codes."""
        return sum(self.open.values(), _NOTHING)


def new() -> str:
    """A code that has never been given out; it carries nothing."""
    return tokens.drawn(CHARACTERS)


def parse(text: str) -> str:
    """A code as it was typed or read aloud; a DeclarationError says what is wrong with it."""
    return tokens.typed(text, CHARACTERS, "payment code")


def place(data: Path, study: str) -> Path:
    """Where a study's payments are kept."""
    return data / study / "payments" / "open.json"


def read(data: Path, study: str) -> Payments:
    """What is kept of a study's payments; nothing, where there are none yet."""
    path = place(data, study)
    if not path.is_file():
        return Payments()
    try:
        with disk.explained(path, "reading the payments"):
            kept = json.loads(path.read_bytes())
        amounts = {parse(code): _amount(amount) for code, amount in kept["open"].items()}
        sums = {name: _amount(kept[name]) for name in ("paid", "passed_on")}
        return Payments(open=amounts, people_paid=int(kept["people_paid"]), **sums)
    except (ValueError, KeyError, TypeError, AttributeError, InvalidOperation, DeclarationError):
        raise HistoryError("these are not payments as they were kept; use a copy that is whole", path) from None


def add(data: Path, study: str, code: str, paid: str, passed_on: str) -> None:
    """From now on the code is worth `paid`; `passed_on` only adds to the sum. Amounts as "4.50"."""
    with _changing(data, study):
        old = read(data, study)
        amounts = {**old.open, code: _amount(paid)}
        _write(data, study, evolve(old, open=amounts, passed_on=old.passed_on + _amount(passed_on)))


def settle(data: Path, study: str, code: str) -> Decimal:
    """The code's amount, which counts as paid from now on; refused for a code that is not open."""
    with _changing(data, study):
        old = read(data, study)
        if code not in old.open:
            raise MachineError(
                f"{place(data, study)}: this code is not open; it was paid already, or given out on another station"
            )
        left = {other: amount for other, amount in old.open.items() if other != code}
        amount = old.open[code]
        _write(data, study, evolve(old, open=left, paid=old.paid + amount, people_paid=old.people_paid + 1))
    return amount


def _amount(text: str) -> Decimal:
    amount = Decimal(text).quantize(_NOTHING)
    if not amount.is_finite() or amount < 0:
        raise ValueError(text)
    return amount


def _write(data: Path, study: str, payments: Payments) -> None:
    path = place(data, study)
    kept = {
        "open": {code: str(payments.open[code]) for code in sorted(payments.open)},
        "paid": str(payments.paid),
        "people_paid": payments.people_paid,
        "passed_on": str(payments.passed_on),
    }
    with disk.explained(path, "keeping the payments"):
        disk.replace_file(path, json.dumps(kept, indent=1).encode())
        os.utime(path, (_TIME, _TIME))


@contextmanager
def _changing(data: Path, study: str) -> Iterator[None]:
    """One process at a time."""
    path = place(data, study)
    lock = path.with_name("lock")
    with disk.explained(path, "keeping the payments"):
        disk.make_folder(path.parent)
        fd = os.open(lock, os.O_RDWR | os.O_CREAT | disk.BINARY, 0o600)
    try:
        for _ in range(_TRIES):
            if disk.lock(fd):
                break
            time.sleep(0.05)
        else:
            raise MachineError(f"{path}: another program is changing the payments; try again")
        yield
    finally:
        os.close(fd)
        with disk.explained(path, "keeping the payments"):
            os.utime(lock, (_TIME, _TIME))
