"""Allocation lists: balanced in every block, the same from the same seed, different in every stratum."""

from collections import Counter
from itertools import pairwise

import pytest

from runner.assignment import latin_square, levels, permuted, seating
from runner.protocol import Factor, Group, Protocol


def study(**rest):
    factors = {
        "frame": Factor(levels=("privilege", "disadvantage", "neutral")),
        "setting": Factor(levels=("private", "public"), unit="session"),
    }
    values = {
        "study": "toy",
        "title": {"en": "Toy"},
        "minutes": 1,
        "languages": ("en",),
        "identity": "coded",
        "pack": "",
        "factors": factors,
        "phases": (),
    }
    return Protocol(**{**values, **rest})


def test_every_block_holds_every_cell_equally_often():
    protocol = study(blocks=2)
    for block in range(5):
        cells = Counter(tuple(levels(protocol, block * 12 + i).values()) for i in range(12))
        assert len(cells) == 6
        assert set(cells.values()) == {2}


def test_the_list_is_the_same_from_the_same_seed_and_another_from_another():
    lists = [
        [tuple(levels(study(seed=seed), i, stratum=stratum).values()) for i in range(60)]
        for seed, stratum in (("main", ""), ("main", ""), ("other", ""), ("main", "women"))
    ]
    assert lists[0] == lists[1]
    assert lists[0] != lists[2] != lists[3] != lists[0]


def test_the_first_slots_are_known_so_that_the_draw_can_never_change_unseen():
    assert [tuple(levels(study(), i).values()) for i in range(3)] == [
        ("privilege", "private"),
        ("neutral", "private"),
        ("neutral", "public"),
    ]


def test_a_group_session_shares_its_setting_and_balances_the_rest_within():
    protocol = study()
    settings = [levels(protocol, 0, group=g)["setting"] for g in range(20)]
    assert Counter(settings) == {"private": 10, "public": 10}
    inside = [levels(protocol, slot, group=4) for slot in range(6)]
    assert {cell["setting"] for cell in inside} == {settings[4]}
    assert Counter(cell["frame"] for cell in inside) == {"privilege": 2, "disadvantage": 2, "neutral": 2}


def test_permuted_needs_no_state():
    drawn = [permuted("abc", 1, "s", place) for place in range(30)]
    assert [permuted("abc", 1, "s", place) for place in reversed(range(30))] == drawn[::-1]


@pytest.mark.parametrize("n", [2, 3, 4, 5, 6])
def test_latin_squares_are_balanced_for_position_and_carry_over(n):
    rows = [latin_square(range(n), row) for row in range(n if n % 2 == 0 else 2 * n)]
    for position in range(n):
        assert len(set(Counter(row[position] for row in rows).values())) == 1
    follows = Counter(pair for row in rows for pair in pairwise(row))
    assert len(follows) == n * (n - 1)
    assert len(set(follows.values())) == 1


def test_people_in_full_groups_share_a_cell_and_fill_each_list_without_a_gap():
    protocol = study(group=Group(seats=(2, 3)))
    seats = [seating(protocol, number) for number in range(36)]
    assert [group for group, _ in seats] == [number // 3 for number in range(36)]
    cells = [levels(protocol, slot, group=group) for group, slot in seats]
    for setting in ("private", "public"):
        taken = [slot for (_, slot), cell in zip(seats, cells, strict=True) if cell["setting"] == setting]
        assert taken == list(range(18))
        frames = Counter(cell["frame"] for cell in cells if cell["setting"] == setting)
        assert set(frames.values()) == {6}
    assert seating(study(), 7) == (None, 7)
