"""The participant's key: how it is written, what is noticed, and what can be done with what is kept of it."""

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.errors import DeclarationError
from runner.privacy import payouts, tokens
from runner.stages.drawing.bidi import levels, order


def test_a_key_is_read_however_it_was_typed():
    for _ in range(200):
        token = tokens.new()
        assert re.fullmatch(r"[A-Z][0-9A-Z]{3}(-[0-9A-Z]{4}){4}", token)
        spoken = token.lower().replace("-", " ").replace("0", "o").replace("1", "l")
        assert tokens.parse(f" {spoken}\n") == token == tokens.parse(token.replace("-", ""))


@pytest.mark.parametrize(("new", "parse"), [(tokens.new, tokens.parse), (payouts.new, payouts.parse)])
def test_every_wrong_character_and_every_two_that_changed_places_are_noticed(new, parse):
    plain = new().replace("-", "")
    wrong = [plain[:i] + c + plain[i + 1 :] for i in range(len(plain)) for c in tokens.ALPHABET if c != plain[i]]
    for i, j in itertools.combinations(range(len(plain)), 2):
        swapped = list(plain)
        swapped[i], swapped[j] = swapped[j], swapped[i]
        wrong += ["".join(swapped)] if plain[i] != plain[j] else []
    for text in wrong:
        with pytest.raises(DeclarationError, match="a character is wrong or two changed places"):
            parse(text)


@pytest.mark.parametrize(
    "text",
    ["", "K7M2", "=cmd()", "K7M2\0", "1234-1234-1234-1234-1234-1", "U" * 20, "٣" * 20, "A" * 20, "../../etc/passwd"],
)
def test_what_is_no_key_is_refused_in_one_sentence_that_does_not_repeat_it(text):
    with pytest.raises(DeclarationError) as refused:
        tokens.parse(text)
    said = str(refused.value)
    assert said.startswith("token: ") and "\n" not in said and (len(text) < 6 or text not in said)


@given(st.text(max_size=300))
def test_nothing_that_is_typed_ends_in_a_fault(text):
    try:
        tokens.parse(text)
    except DeclarationError as refused:
        assert "\n" not in str(refused)


def test_the_made_up_one_is_known_and_opens_nothing():
    for parse, name in ((tokens.parse, "token"), (payouts.parse, "payout")):
        with pytest.raises(DeclarationError, match="belongs to nobody"):
            parse(payouts.MADE_UP[name].lower())


def test_a_seal_is_opened_by_its_key_only_and_never_twice_the_same():
    token = tokens.new()
    one, other = tokens.sealed(token), tokens.sealed(token)
    assert one != other and token not in one and token.replace("-", "") not in one
    assert tokens.opens(token, one) and tokens.opens(token, other) and not tokens.opens(tokens.new(), one)
    with pytest.raises(ValueError, match="not what `sealed` writes"):
        tokens.opens(token, one[:-1])


def test_keys_do_not_come_again_and_are_spread_evenly():
    drawn = [tokens.new().replace("-", "") for _ in range(2000)]
    assert len(set(drawn)) == 2000
    counts = [sum(token[1:18].count(c) for token in drawn) for c in tokens.ALPHABET]
    assert max(counts) < 1.25 * min(counts)  # 34,000 characters over 32: 1,062 +- 32


def test_on_a_page_from_the_right_a_key_stands_as_it_is():
    for _ in range(500):
        for code in (tokens.new(), payouts.new()):
            assert "".join(code[i] for i in order(levels(code, "rtl"))) == code
