"""Scores that no single scale gives, with a tendency of their own: implicit tests, means of ratings of some acts, of
several subscales, of what is seen in somebody, and a single question.

Simulated people always count them by the tendency, asked or not: no screen says that its answer belongs to one.
"""

from collections.abc import Mapping
from typing import NamedTuple

from analysis import latencies
from analysis.latencies import ASSOCIATIONS
from runner.theory import Asked, Rated, Scale


class Kind(NamedTuple):
    """Some of the acts that are rated: for what, and by which code they are picked from which kind of pairs."""

    construct: str
    kind: str
    code: str
    value: float


KINDS: Mapping[str, Kind] = {
    "protective": Kind("willingness", "protection", "a_confront", -1.0),
    "confrontational": Kind("willingness", "protection", "a_confront", 1.0),
}
SUBSCALES: Mapping[str, tuple[str, str]] = {  # variable -> scale, and how the names of its subscales end
    "cons_good": ("consequences", "_good"),
    "cons_bad": ("consequences", "_bad"),
}
SEEN: Mapping[str, tuple[str, ...]] = {  # variable with a row for each person seen -> what is rated of that person
    "inferred_om": ("seen.outgroup", "seen.moral"),
    "inferred_ip": ("seen.ingroup", "seen.personal"),
    "evaluation": ("seen.trust", "seen.cooperation"),
}
QUESTIONS: Mapping[str, str] = {"fit": "question.goal_shared"}
BODILY = frozenset({"d_sbp", "d_pp", "d_co", "d_tpr"})  # changes that devices tell
RELIABLE = 0.8  # how reliable these are
COMPOSED = frozenset({*BODILY, *ASSOCIATIONS, *KINDS, *SUBSCALES, *SEEN, *QUESTIONS})
CODES = ("a_", "v_")  # how names of what differs between things that are chosen or rated begin

Terms = dict[str, dict[str, float]]


def tendency_of(name: str) -> str:
    """What a composed score's own tendency is called."""
    return ASSOCIATIONS.get(name) or QUESTIONS.get(name) or name


def parts(name: str, asked: Asked) -> tuple[str, ...]:
    """The constructs of the ratings that go by a score's tendency wherever they are asked for."""
    if name in SUBSCALES:
        scale, end = SUBSCALES[name]
        own = (s.construct for s in asked.scales if s.construct.startswith(f"{scale}.") and s.construct.endswith(end))
        return tuple(dict.fromkeys(own))
    measured = {scale.construct for scale in asked.scales}
    return SEEN.get(name, ()) if measured.issuperset(SEEN.get(name, ())) else ()


def acts(name: str, asked: Asked) -> list[Rated]:
    """The things whose ratings go by a score's tendency, known by their texts."""
    if name in KINDS:
        construct, kind, code, value = KINDS[name]
        rated = [each for each in asked.rated if each.construct == construct and each.kind == kind]
        return [each for each in rated if each.codes.get(code) == value]
    return [each for each in asked.rated if each.construct == QUESTIONS.get(name)]


def scale_of(name: str, asked: Asked) -> Scale | None:
    """A composed score as one measurement; None where a study doesn't have all of it."""
    tendency = tendency_of(name)
    if name in ASSOCIATIONS:
        there = tendency in asked.sorting
        return Scale(construct=tendency, phase="", items=1, low=0, high=1, late=False) if there else None
    if name in BODILY:
        after = next((scale.phase for scale in asked.scales if scale.late), "")
        return Scale(construct=name, phase=after, items=1, low=0, high=1, late=True) if asked.bodily and after else None
    if name in QUESTIONS:
        return asked.measured(tendency, "late")
    of_it = [s for s in asked.scales if s.construct in parts(name, asked)]
    items = sum(scale.items for scale in of_it)
    if name in KINDS:
        whole = asked.measured(KINDS[name].construct, "late")
        of_it, items = [whole] if whole else [], len(acts(name, asked))
    elif name in SEEN:
        items //= max(1, len(asked.actors[0])) if asked.actors else 1
    if not of_it or not items or len({scale.phase for scale in of_it}) > 1:
        return None
    low, high, late = of_it[0].low, of_it[0].high, of_it[0].late
    return Scale(construct=tendency, phase=of_it[0].phase, items=items, low=low, high=high, late=late)


def reliability(name: str, asked: Asked) -> float | None:
    """That of what is no mean of ratings; None for what is one."""
    if name in BODILY:
        return RELIABLE
    test = latencies.of(name, asked)
    return latencies.reliability(test) if test else None


def given_to_parts(
    mixed: Mapping[str, Mapping[str, float]], shifts: Mapping[str, Mapping[str, float]], asked: Asked
) -> tuple[Terms, Terms, dict[str, str]]:
    """`Effects.mixed` and `Effects.shifts` with every part of a composed score going by its tendency, and
    `Effects.own`: text -> tendency."""
    mixed, shifts = ({name: dict(terms) for name, terms in each.items()} for each in (mixed, shifts))
    own: dict[str, str] = {}
    for name in sorted(COMPOSED):
        tendency = tendency_of(name)
        if tendency not in mixed and tendency not in shifts:
            continue
        mixed.setdefault(tendency, {tendency: 1.0})
        for part in parts(name, asked):
            mixed[part] = mixed[tendency]
            if tendency in shifts:
                shifts[part] = shifts[tendency]
        own |= {each.text: tendency for each in acts(name, asked)}
    return mixed, shifts, own
