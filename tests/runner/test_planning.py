"""Plans: pure, the same from the same seed, phases as the factors and marks say; `differences` names what parts two."""

from collections.abc import Mapping
from random import Random
from typing import ClassVar

import pytest
from attrs import evolve, frozen

from runner.errors import DeclarationError
from runner.planning import plan_session
from runner.plans import differences
from runner.protocol import Factor, Phase, Protocol
from runner.screens import Continue, Screen, Text
from runner.tasks import Task


@frozen(kw_only=True)
class Params:
    words: str


@frozen(kw_only=True)
class Given:
    text: str
    draw: float


@frozen(kw_only=True)
class Outcome:
    pass


def _perform(given, past):
    yield Screen(name="page", marks=(Text(text=given.text),), accepts=Continue())
    return Outcome()


TELL = Task(
    name="tell",
    params=Params,
    given=Given,
    outcome=Outcome,
    trials=lambda params, occasion: [
        Given(text=f"{params.words} {occasion.assigned['frame']}", draw=occasion.random.random()) for _ in range(2)
    ],
    perform=_perform,
)


class Materials:
    details: ClassVar[Mapping[str, str]] = {"support": "a person"}

    def interface(self):
        return {"continue": "Continue"}


def phase(name, words="", **rest):
    return Phase(name=name, task="tell", variants=(({}, Params(words=words)),), **rest)


PROTOCOL = Protocol(
    study="toy",
    title={"en": "Toy"},
    minutes=1,
    languages=("en",),
    identity="coded",
    pack="",
    factors={"frame": Factor(levels=("a", "b")), "setting": Factor(levels=("private", "public"))},
    phases=(
        Phase(
            name="first",
            task="tell",
            variants=(({"frame": "a"}, Params(words="A")), ({"frame": "b"}, Params(words="B"))),
        ),
        *(phase(f"scale-{n}", shuffled="scales") for n in range(6)),
        phase("shown", when={"setting": ("public",)}),
    ),
)


def plan(slot=0, protocol=PROTOCOL, **rest):
    return plan_session(protocol, lambda name: TELL, Materials(), participant="P01", slot=slot, language="en", **rest)


def phases(plan):
    return list(dict.fromkeys(trial.phase for trial in plan.trials))


def test_the_same_seed_gives_the_same_plan_and_digest():
    assert plan(3) == plan(3)
    assert plan(3).digest == plan(3).digest != plan(4).digest


def test_parameters_follow_the_assigned_level():
    for level, words in (("a", "A a"), ("b", "B b")):
        assert plan(cell={"frame": level}).trials[0].given.text == words


def test_a_phase_is_there_only_for_its_levels():
    assert "shown" in phases(plan(cell={"setting": "public"}))
    assert "shown" not in phases(plan(cell={"setting": "private"}))


def test_marked_neighbours_are_shuffled_and_only_they():
    orders = {tuple(phases(plan(slot, cell={"setting": "public"}))) for slot in range(20)}
    assert len(orders) > 10
    assert {(order[0], order[-1]) for order in orders} == {("first", "shown")}
    assert {frozenset(order[1:-1]) for order in orders} == {frozenset(f"scale-{n}" for n in range(6))}


def test_a_phase_draws_from_a_seed_of_its_own():
    fewer = evolve(PROTOCOL, phases=PROTOCOL.phases[:1] + PROTOCOL.phases[3:])
    draws = {t.id: t.given.draw for t in plan().trials}
    assert all(draws[t.id] == t.given.draw for t in plan(protocol=fewer).trials)
    assert draws["first-01"] == Random("toy/main/0/first").random()


def test_members_of_two_groups_with_the_same_slot_share_no_chance():
    one, other, alone = (plan(group=group) for group in (0, 1, None))
    draws = [[trial.given.draw for trial in each.trials] for each in (one, other, alone)]
    assert not set(draws[0]) & set(draws[1]) and not set(draws[0]) & set(draws[2])
    assert (one.seed, alone.seed) == ("toy/main/group-0/0", "toy/main/0")


def test_an_unknown_level_is_refused_with_the_known_ones():
    with pytest.raises(DeclarationError, match=r"no level frame=c; it has frame=a, frame=b"):
        plan(cell={"frame": "c"})


def test_differences_name_the_place():
    assert list(differences(plan(0).plain(), plan(0).plain())) == []
    other = evolve(plan(0), participant="P02")
    assert list(differences(plan(0).plain(), other.plain())) == ["plan.participant: 'P01', 'P02'"]


def test_tasks_are_told_the_identity_mode_and_the_laboratorys_details():
    seen = []
    listening = evolve(TELL, trials=lambda params, occasion: seen.append((occasion.identity, occasion.details)) or ())
    protocol = evolve(PROTOCOL, identity="shown")
    plan_session(protocol, lambda name: listening, Materials(), participant="P01", slot=0, language="en")
    assert seen == [("shown", Materials.details)] * len(seen) and seen


WITHIN = evolve(
    PROTOCOL,
    factors={**PROTOCOL.factors, "cause": Factor(levels=("x", "y", "z"), unit="within")},
    phases=(phase("start"), *(phase(f"about-{n}", each="cause") for n in range(2)), phase("end")),
)


def test_phases_of_a_within_participant_factor_come_once_for_each_level_in_a_balanced_order():
    orders = set()
    for slot in range(12):
        trials = plan(slot, WITHIN).trials
        marks = list(dict.fromkeys(t.within for t in trials if t.within))
        assert sorted(marks) == ["cause=x", "cause=y", "cause=z"]
        runs = [(t.phase, t.within) for t in trials if t.within]
        assert list(dict.fromkeys(runs)) == [(f"about-{n}", mark) for mark in marks for n in range(2)]
        assert len({t.id for t in trials}) == len(trials)
        assert (trials[0].phase, trials[-1].phase) == ("start", "end")
        orders.add(tuple(marks))
    assert len(orders) == 6  # a Williams square of three has six rows, each once in six slots


def test_a_within_participant_factor_is_no_cell_and_is_not_assigned():
    assert "cause" not in plan(0, WITHIN).assigned
    assert WITHIN.cells() == PROTOCOL.cells()
    with pytest.raises(DeclarationError, match="no level cause=x"):
        plan(0, WITHIN, cell={"cause": "x"})


def test_the_controls_words_say_whom_to_turn_to():
    assert plan().interface["support"] == "a person"
