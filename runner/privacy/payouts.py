"""Codes to be paid with: what a code is worth is kept apart from sessions, without a name, a time or an order.

`data/<study>/payments/open.json` holds the open codes with their amounts in the order of the codes, which are random,
those that were paid without theirs, and sums. It is written whole, its time is always the same, and nothing in it leads
to a session. Who pays for several stations keeps what was paid in a folder of their own, and changes none of theirs.
"""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

from attrs import evolve, field, frozen

from runner import disk
from runner.errors import DeclarationError, HistoryError, MachineError
from runner.privacy import tokens

CHARACTERS = 10  # drawn for a code; two more check it
MADE_UP = {"token": tokens.SPECIMEN, "payout": "TEST-TEST-TEST"}  # what pilots and storyboards show
_TIME = 946_684_800  # 2000-01-01, of the file, whoever came last
_NOTHING = Decimal("0.00")


@frozen(kw_only=True)
class Payments:
    """What is still to be paid, by code, and the sums over everybody."""

    open: Mapping[str, Decimal] = field(factory=dict)
    closed: frozenset[str] = frozenset()  # codes of this folder that were paid
    elsewhere: frozenset[str] = frozenset()  # codes of other folders that were paid from here
    paid: Decimal = _NOTHING  # to people, so far
    people_paid: int = 0
    passed_on: Decimal = _NOTHING  # for the organisation, from everybody together

    @property
    def twice(self) -> frozenset[str]:
        """Codes that were paid here and there: one of the lists was older than what was paid."""
        return self.closed & self.elsewhere

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
        closed, elsewhere = (frozenset(map(parse, kept.get(name, []))) for name in ("closed", "elsewhere"))
        people = int(kept["people_paid"])
        return Payments(open=amounts, closed=closed, elsewhere=elsewhere, people_paid=people, **sums)
    except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError, RecursionError, DeclarationError):
        raise HistoryError("these are not payments as they were kept; use a copy that is whole", path) from None


def together(data: Path, study: str, others: Sequence[Path] = ()) -> Payments:
    """The payments of several data folders as one list, in the order of the codes; refused where one comes twice."""
    whole, where = Payments(), dict[str, Path]()
    for folder in (data, *others):
        one = read(folder, study)
        if folder != data and not place(folder, study).is_file():
            raise MachineError(f"{folder}: there are no payments of {study!r}; check the folder, or leave it out")
        for code in (*one.open, *one.closed):
            if code in where:
                what = f"has codes that {where[code]} has, too; one is a copy of the other"
                raise MachineError(f"{folder}: {what}, and they would be paid twice; name each station once")
            where[code] = folder
        whole = Payments(
            open={**whole.open, **one.open},
            closed=whole.closed | one.closed,
            elsewhere=whole.elsewhere | one.elsewhere,
            paid=whole.paid + one.paid,
            people_paid=whole.people_paid + one.people_paid,
            passed_on=whole.passed_on + one.passed_on,
        )
    return evolve(whole, open={code: whole.open[code] for code in sorted(whole.open) if code not in whole.elsewhere})


def add(data: Path, study: str, code: str, paid: str, passed_on: str) -> None:
    """From now on the code is worth `paid`; `passed_on` only adds to the sum. Amounts as "4.50". Once for each code,
    however often it is asked for: also if the code was paid meanwhile.
    """
    with _changing(data, study):
        old = read(data, study)
        if code in old.open or code in old.closed:
            return
        amounts = {**old.open, code: _amount(paid)}
        _write(data, study, evolve(old, open=amounts, passed_on=old.passed_on + _amount(passed_on)))


def settle(data: Path, study: str, code: str, others: Sequence[Path] = ()) -> Decimal:
    """The code's amount, which counts as paid from now on; refused for a code that is not open.

    For one of another folder that is noted in `data`, so that copies of other stations' folders are as good as these.
    """
    with _changing(data, study):
        whole, old = together(data, study, others), read(data, study)
        if code in whole.closed or code in whole.elsewhere:
            raise MachineError(f"{place(data, study)}: this code is not open; it was paid already")
        if code not in whole.open:
            what = "this code is not open here; name the data folders of all stations with --also"
            raise MachineError(f"{place(data, study)}: {what}")
        amount = whole.open[code]
        new = evolve(old, paid=old.paid + amount, people_paid=old.people_paid + 1)
        if code in old.open:
            left = {other: amount for other, amount in old.open.items() if other != code}
            new = evolve(new, open=left, closed=old.closed | {code})
        else:
            new = evolve(new, elsewhere=old.elsewhere | {code})
        _write(data, study, new)
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
        "closed": sorted(payments.closed),
        "elsewhere": sorted(payments.elsewhere),
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
        if not disk.lock_soon(fd):
            raise MachineError(f"{path}: another program is changing the payments; try again")
        yield
    finally:
        os.close(fd)
        with disk.explained(path, "keeping the payments"):
            os.utime(lock, (_TIME, _TIME))
