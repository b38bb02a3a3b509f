"""Payment codes: what they are worth is kept without a session, a time or an order; sums stay right."""

import json
import os
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest

from runner.cli import main
from runner.errors import HistoryError, MachineError
from runner.privacy import payouts

STUDY = """
study: paying
title: {en: "Work and choices"}
minutes: 5
languages: [en]
identity: coded
pack: gender
details: {support: "the desk"}
phases:
  - {phase: payout, task: payout, reaches: everyone}
"""


def vantage(capfd, *arguments):
    code = main(["payments", *map(str, arguments)])
    return code, *capfd.readouterr()


def test_what_is_kept_leads_to_no_session_and_tells_no_order(tmp_path):
    codes = [payouts.new() for _ in range(40)]
    for code in codes:
        payouts.add(tmp_path, "paying", code, "4.50", "1.50")
    kept = json.loads(payouts.place(tmp_path, "paying").read_bytes())
    assert list(kept["open"]) == sorted(codes) and set(kept) == {"open", "paid", "people_paid", "passed_on"}
    for path in (tmp_path / "paying" / "payments").iterdir():
        assert path.stat().st_mtime == 946684800.0 and path.stat().st_mode & 0o077 == 0
    assert payouts.read(tmp_path, "paying").passed_on == Decimal("60.00")


def test_a_code_is_paid_once(tmp_path):
    one, other = payouts.new(), payouts.new()
    payouts.add(tmp_path, "paying", one, "4.50", "1.50")
    payouts.add(tmp_path, "paying", other, "6.00", "0.00")
    assert payouts.settle(tmp_path, "paying", one) == Decimal("4.50")
    with pytest.raises(MachineError, match="paid already"):
        payouts.settle(tmp_path, "paying", one)
    now = payouts.read(tmp_path, "paying")
    assert (dict(now.open), now.owed, now.paid, now.people_paid) == ({other: Decimal("6.00")}, 6, Decimal("4.50"), 1)


def test_several_at_once_lose_nothing(tmp_path):
    codes = [payouts.new() for _ in range(24)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda code: payouts.add(tmp_path, "paying", code, "0.10", "0.20"), codes))
    now = payouts.read(tmp_path, "paying")
    assert set(now.open) == set(codes) and (now.owed, now.passed_on) == (Decimal("2.40"), Decimal("4.80"))


@pytest.mark.parametrize("text", ["", "{}", '{"open": {"X": "1"}}', "[1]", '{"open": {}, "paid": "nan"}'])
def test_damage_is_told(tmp_path, text):
    payouts.add(tmp_path, "paying", payouts.new(), "4.50", "1.50")
    payouts.place(tmp_path, "paying").write_text(text)
    with pytest.raises(HistoryError, match="not payments as they were kept"):
        payouts.read(tmp_path, "paying")


def test_whoever_pays_sees_amounts_and_sums(tmp_path, capfd):
    file = tmp_path / "paying.yaml"
    file.write_text(STUDY)
    code = payouts.new()
    payouts.add(tmp_path, "paying", code, "4.50", "1.50")
    _, out, _ = vantage(capfd, file, "--data", tmp_path)
    assert f"{code}       4.50" in out and "passed on by everybody together       1.50" in out
    assert vantage(capfd, file, "--data", tmp_path, "--paid", code.lower())[:2] == (
        0,
        "4.50: paid, and the code is closed\n",
    )
    exit_code, _, err = vantage(capfd, file, "--data", tmp_path, "--paid", code)
    assert exit_code == 2 and "paid already" in err
    exit_code, _, err = vantage(capfd, file, "--data", tmp_path, "--paid", "TEST-TEST-TEST")
    assert exit_code == 2 and "belongs to nobody" in err
    told = json.loads(vantage(capfd, file, "--data", tmp_path, "--json")[1])
    assert told == {"codes": {}, "people_paid": 1, "sums": {"open": "0.00", "paid": "4.50", "passed_on": "1.50"}}
    assert os.listdir(tmp_path / "paying") == ["payments"]
