"""Codes that are issued: whatever one does wrong with one key, or with two that change places, is noticed."""

from itertools import combinations
from random import Random

import pytest

from runner.privacy import codes

ISSUED = [codes.issue(Random(f"codes/{n}")) for n in range(3000)]

HOSTILE = [
    "../../evil", "..\\..\\evil", "/etc/passwd", "C:\\CON", "CON", "NUL.txt", "~root", "a/b", "a b", "K7M2Q5\n7",
    "K7M2\x00Q", "=1+1", "+1", "-1", "@SUM(A1)", "'; DROP TABLE claim; --", '"quoted"', "<b>x</b>", "&amp;", "%s%n",
    "{0}", "$(id)", "`id`", "\u202eK7M2Q5", "K7\u200bM2Q5", "\uff2b7M2Q5", "K\u0301",
    "\u0130", "\ud800", "K" * 1_000_000, ".",
]  # fmt: skip


def test_a_code_has_six_characters_that_nobody_confuses():
    assert all(len(code) == 6 and set(code) <= set(codes.ALPHABET) for code in ISSUED)
    assert not set("ILOU") & set(codes.ALPHABET)
    assert all(codes.check(code) == "" for code in ISSUED)


def test_chance_alone_makes_a_code():
    assert codes.issue(Random("one")) == codes.issue(Random("one"))
    assert len(set(ISSUED)) > 2990


def test_every_single_wrong_character_is_noticed():
    noticed = tried = 0
    for code in ISSUED:
        for at, right in enumerate(code):
            for wrong in codes.ALPHABET.replace(right, ""):
                tried += 1
                noticed += codes.check(code[:at] + wrong + code[at + 1 :]) == "mistyped"
    assert (noticed, tried) == (558_000, 558_000)


def test_every_two_characters_that_changed_places_are_noticed():
    tried = 0
    for code in ISSUED:
        for one, other in combinations(range(6), 2):
            swapped = list(code)
            swapped[one], swapped[other] = code[other], code[one]
            if code[one] != code[other]:
                tried += 1
                assert codes.check("".join(swapped)) == "mistyped"
    assert tried > 43_000


def test_one_in_32_codes_by_chance_is_right():
    random = Random("guess")
    guesses = ["".join(random.choices(codes.ALPHABET, k=6)) for _ in range(32_000)]
    assert 850 < sum(codes.check(guess) == "" for guess in guesses) < 1150


def test_what_a_hand_or_a_scanner_adds_is_taken_off():
    code = next(code for code in ISSUED if {"0", "1"} <= set(code))
    assert codes.check(f" {code.lower()}\r\n") == ""
    typed = code.replace("0", "o").replace("1", "l")
    assert codes.normal(typed) == code and codes.check(typed) == ""


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("", "empty"),
        ("  ", "empty"),
        ("K7M2Q", "short"),
        ("K7M2Q55", "long"),
        ("K7M2U5", "character"),
        ("K7-M2Q", "character"),
    ],
)
def test_each_mistake_has_its_name(typed, problem):
    assert codes.check(typed) == problem


@pytest.mark.parametrize("typed", HOSTILE, ids=lambda text: ascii(text[:20]))
def test_hostile_codes_are_refused(typed):
    assert codes.check(typed) != ""
    assert codes.check_own(typed) != "" or typed == "CON"  # a name of Windows' own is never a file's name here


@pytest.mark.parametrize("typed", ["P1", "lab_2-007", "A" * 32])
def test_a_laboratorys_own_codes_need_no_check_character(typed):
    assert codes.check_own(typed) == ""


def test_own_codes_are_not_mended():
    assert codes.check_own(" P1") == codes.check_own("P1\n") == "character"
    assert codes.check_own("A" * 33) == "long"
