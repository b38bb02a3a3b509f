"""Questions about a manipulation, asked before what it is to change, are found in every study."""

from functools import cache
from pathlib import Path

import pytest
from attrs import evolve

from experiments import find
from runner.checks.order import measuring, too_early
from runner.commands import common
from runner.planning import plan_session
from runner.protocol import Protocol
from runner.rehearsal import rehearse
from runner.screens import Screen

STUDIES = sorted((Path(__file__).parents[3] / "protocols").glob("*.yaml"))
ACTS = {
    *("paired_choice", "matched_pairs", "matched_acts", "quick_relief", "redecision_chain", "donation", "petition"),
    *("extra_effort", "sign_up", "help_requests", "allocation", "mobility", "act_rating", "policy_cards", "meeting"),
    *("protest_support", "punish_consult", "scale", "sc_iat", "thermometer"),
}
NO_MEASURES = {
    "pages",
    "consent",
    "data_decision",
    "payment",
    "end_display",
    "process_debrief",
    "setting",
    "eligibility",
}
SCALES = {"typicality", "status_stability", "status_security", "status_legitimacy", "privilege_awareness"}


@cache
def of(name: str) -> Protocol:
    return common.read(next(path for path in STUDIES if path.stem == name))


@cache
def screens_of(name: str) -> set[tuple[str, Screen]]:
    return seen(of(name))


def seen(protocol: Protocol) -> set[tuple[str, Screen]]:
    """Every phase with each of its screens, in cells in which each level comes once."""
    screens: set[tuple[str, Screen]] = set()
    materials, tasks = common.library(protocol, "en"), common.tasks(protocol)
    every = [(name, level) for name, factor in protocol.between.items() for level in factor.levels]
    cells = [next(c for c in protocol.cells() if c[name] == level) for name, level in every] or [{}]
    for cell in [c for at, c in enumerate(cells) if c not in cells[:at]]:
        plan = plan_session(protocol, find, materials, participant="P1", slot=0, language="en", cell=cell)
        for happened, shown in rehearse(plan, tasks):
            screens |= {(happened.phase, screen) for screen in shown}
    return screens


@pytest.mark.parametrize("path", STUDIES, ids=lambda path: path.stem)
def test_what_comes_too_early_is_found_in_every_study(path: Path) -> None:
    protocol, screens = of(path.stem), screens_of(path.stem)
    measured = measuring(screens)
    wanted = {p.name for p in protocol.phases if p.task in ACTS}
    assert wanted <= measured, "tasks whose screens don't tell that something is measured"
    assert not {p.name for p in protocol.phases if p.task in NO_MEASURES} & measured
    is_check = SCALES.__contains__
    assert list(too_early(protocol, screens, is_check)) == []
    checks = [p for p in protocol.phases if p.name.endswith("checks")]
    for check in checks:
        rest = tuple(p for p in protocol.phases if p is not check)
        early = evolve(protocol, phases=(check, *rest))
        ((name, what),) = too_early(early, screens, is_check)
        assert name == check.name
        assert [phase for phase in wanted - {c.name for c in checks} if f" {phase}" not in what] == []


def test_a_scale_that_is_a_check_may_stand_among_ratings_and_before_no_act() -> None:
    protocol, screens = of("frame-and-visibility"), screens_of("frame-and-visibility")
    beliefs = next(p for p in protocol.phases if p.name == "beliefs")
    rest = [p for p in protocol.phases if p is not beliefs]

    def before(name: str) -> list[tuple[str, str]]:
        at = [p.name for p in rest].index(name)
        moved = evolve(protocol, phases=(*rest[:at], beliefs, *rest[at:]))
        return list(too_early(moved, screens, SCALES.__contains__))

    assert before("willingness") == []
    ((name, what),) = before("petition")
    assert name == "beliefs" and "petition, donation" in what
    ((_, what),) = before("choices")
    assert "choices, petition" in what


def test_it_goes_by_the_texts_too() -> None:
    protocol, screens = of("seen-giving"), screens_of("seen-giving")
    check = next(p for p in protocol.phases if p.name == "checks")
    renamed = evolve(check, name="some-questions")
    rest = tuple(p for p in protocol.phases if p is not check)
    assert [name for name, _ in too_early(evolve(protocol, phases=(renamed, *rest)), screens, lambda scale: False)] == [
        "some-questions"
    ]
