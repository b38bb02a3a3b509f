"""Payment codes: what they are worth is kept without a session, a time or an order; sums stay right."""

import json
import os
import re
import shutil
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


SUMS = ("paid", "people_paid", "passed_on")


def vantage(capfd, *arguments):
    code = main(["payments", *map(str, arguments)])
    return code, *capfd.readouterr()


def test_what_is_kept_leads_to_no_session_and_tells_no_order(tmp_path):
    codes = [payouts.new() for _ in range(40)]
    for code in codes:
        payouts.add(tmp_path, "paying", code, "4.50", "1.50")
    kept = json.loads(payouts.place(tmp_path, "paying").read_bytes())
    assert list(kept["open"]) == sorted(codes) and set(kept) == {*("open", "closed", "elsewhere"), *SUMS}
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


ENDLESS = '{"open": {}, "paid": "1", "passed_on": "1", "people_paid": Infinity}'


@pytest.mark.parametrize("text", ["", "{}", '{"open": {"X": "1"}}', "[" * 9999, '{"open": {}, "paid": "nan"}', ENDLESS])
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


# ---------------------------------------------------------------- several stations


@pytest.fixture
def laboratory(tmp_path):
    """The protocol's file, and the data folders of three stations, each of which gave out four codes."""
    file = tmp_path / "paying.yaml"
    file.write_text(STUDY)
    stations = [tmp_path / f"lab-{n}" for n in (1, 2, 3)]
    for n in range(12):
        payouts.add(stations[n % 3], "paying", payouts.new(), f"{n}.50", "1.00")
    return file, stations


def codes_in(folders):
    return sorted(code for folder in folders for code in payouts.read(folder, "paying").open)


def listed(out):
    return [line.split()[0] for line in out.splitlines() if re.match(r"[0-9A-Z]{4}-", line)]


def test_who_pays_for_several_stations_has_one_list_that_tells_no_station(laboratory, tmp_path, capfd):
    file, stations = laboratory
    for order in (stations, stations[::-1]):
        code, out, _ = vantage(capfd, file, "--data", tmp_path / "office", "--also", *order)
        assert code == 0 and listed(out) == codes_in(stations) and "lab-" not in out
        told = json.loads(vantage(capfd, file, "--data", tmp_path / "office", "--also", *order, "--json")[1])
        assert list(told["codes"]) == codes_in(stations)
        assert told["sums"] == {"open": "72.00", "paid": "0.00", "passed_on": "12.00"}
    table = tmp_path / "codes.csv"
    assert vantage(capfd, file, "--data", tmp_path / "office", "--also", *stations, "--out", table)[0] == 0
    assert [line.split(",")[0].strip('"') for line in table.read_text().splitlines()[1:]] == codes_in(stations)


def test_what_is_paid_for_another_station_is_paid_once_and_its_folder_stays_as_it_is(laboratory, tmp_path, capfd):
    file, stations = laboratory
    code = codes_in(stations)[5]
    before = {folder: payouts.place(folder, "paying").read_bytes() for folder in stations}
    how = (file, "--data", tmp_path / "office", "--also", *stations)
    amount = vantage(capfd, *how, "--paid", code)[1].partition(":")[0]
    exit_code, _, err = vantage(capfd, *how, "--paid", code)
    assert exit_code == 2 and "paid already" in err
    assert before == {folder: payouts.place(folder, "paying").read_bytes() for folder in stations}
    told = json.loads(vantage(capfd, *how, "--json")[1])
    assert code not in told["codes"] and len(told["codes"]) == 11 and told["people_paid"] == 1
    assert told["sums"]["paid"] == amount and Decimal(told["sums"]["open"]) == 72 - Decimal(amount)


def test_a_code_that_its_own_station_paid_is_not_paid_again(laboratory, tmp_path, capfd):
    file, stations = laboratory
    code = codes_in(stations[:1])[0]
    payouts.settle(stations[0], "paying", code)
    how = (file, "--data", tmp_path / "office", "--also", *stations)
    exit_code, _, err = vantage(capfd, *how, "--paid", code)
    assert exit_code == 2 and "paid already" in err
    assert code not in listed(vantage(capfd, *how)[1])


def test_what_was_paid_from_a_copy_and_on_its_station_is_told(laboratory, tmp_path, capfd):
    file, stations = laboratory
    copy, code = tmp_path / "copy", codes_in(stations[:1])[0]
    shutil.copytree(stations[0], copy)
    vantage(capfd, file, "--data", tmp_path / "office", "--also", copy, "--paid", code)
    how = (file, "--data", tmp_path / "office", "--also", stations[0])
    assert vantage(capfd, *how)[2] == ""
    payouts.settle(stations[0], "paying", code)
    assert f"{code}: paid twice" in vantage(capfd, *how)[2]


def test_copies_and_folders_without_payments_are_refused(laboratory, tmp_path, capfd):
    file, stations = laboratory
    copy = tmp_path / "copy"
    shutil.copytree(stations[0], copy)
    for code in codes_in([stations[0]]):  # the copy is older than what was paid
        payouts.settle(stations[0], "paying", code)
    for twice in ((stations[0], stations[0]), (stations[0], copy), (copy, stations[1], stations[0])):
        exit_code, _, err = vantage(capfd, file, "--data", tmp_path / "office", "--also", *twice)
        assert exit_code == 2 and "one is a copy of the other" in err and "name each station once" in err
    assert vantage(capfd, file, "--data", stations[0], "--also", copy)[0] == 2
    exit_code, _, err = vantage(capfd, file, "--data", tmp_path / "office", "--also", tmp_path / "empty")
    assert exit_code == 2 and "there are no payments of 'paying'" in err
    exit_code, _, err = vantage(capfd, file, "--data", tmp_path / "office", "--paid", codes_in(stations)[0])
    assert exit_code == 2 and "name the data folders of all stations with --also" in err
