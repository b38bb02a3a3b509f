"""What people of a study rate, sort and see, and which groups they are of, found by rehearsing it."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Literal, get_origin

from attrs import asdict, fields

from runner.screens import Choice, Coded, Likert, Screen
from runner.tasks import Happened
from runner.theory import Rated, Sorting

if TYPE_CHECKING:
    from runner.protocol import Protocol
    from runner.tasks import Materials

Acts = dict[tuple[str, str], Rated]  # by construct and text
Rehearsal = Iterable[tuple[Happened, tuple[Screen, ...]]]
_SHORT = {"normative": "a_norm", "autonomy": "a_auton"}  # codes that hypotheses call otherwise than acts do
QUESTION = "question-"  # how the names of screens begin that ask a single question


def sorting(rehearsed: Rehearsal) -> dict[str, Sorting]:
    """The implicit tests of one target each, by the construct of their presses."""
    counts: dict[tuple[str, float], int] = {}
    for happened, screens in rehearsed:
        given = happened.given
        if getattr(given, "part", "") != "test" or not hasattr(given, "window"):
            continue
        for screen in screens:
            if screen.measures and screen.measures.instructed is not None and screen.measures.keyed > 0:
                key = screen.measures.construct, float(given.window)
                counts[key] = counts.get(key, 0) + 1
    return {construct: Sorting(words=words, window=window) for (construct, window), words in counts.items()}


def coded(rehearsed: Rehearsal) -> dict[str, tuple[Mapping[str, float], ...]]:
    """What decisions are about whose screens say so, by construct."""
    found: dict[str, list[Mapping[str, float]]] = {}
    for screen in (screen for _, screens in rehearsed for screen in screens):
        if isinstance(screen.measures, Coded) and screen.measures.codes and isinstance(screen.accepts, Choice):
            found.setdefault(screen.measures.construct, []).append(screen.measures.codes)
    return {construct: tuple(codes) for construct, codes in found.items()}


def bodily(protocol: "Protocol") -> bool:
    """Does a study test what devices for blood pressure and heart tell?"""
    if not protocol.hypotheses:
        return False
    from analysis.composed import BODILY
    from analysis.hypotheses import load
    from analysis.paths import names_of

    tested = load().named(protocol.hypotheses)
    return any(BODILY & {h.outcome, *(name for path in h.paths() for name in names_of(path))} for h in tested)


def categories(rehearsed: Rehearsal) -> dict[str, tuple[str, ...]]:
    """The groups of those who go on, by the screen that asks for one's group."""
    found: dict[str, tuple[str, ...]] = {}
    for happened, screens in rehearsed:
        asks = screens[0].accepts if screens else None
        if hasattr(happened.given, "categories") and isinstance(asks, Choice):
            found[screens[0].name] = tuple(o.value for o in asks.options if o.codes.get("proceeds", 1.0))
    return found


def belonging(rehearsed: Rehearsal) -> dict[str, dict[str, tuple[str, ...]]]:
    """Whose eyes observers see with, by the groups that mean it."""
    for happened, screens in rehearsed:
        given = happened.given
        if hasattr(given, "named") and hasattr(given, "categories"):
            found: dict[str, list[str]] = {"advantaged": [], "disadvantaged": [], "neither": []}
            for each in given.categories:
                side = "disadvantaged" if each.value in given.named else "advantaged" if each.advantaged else "neither"
                found[side].append(f"{screens[0].name}[{each.value}]")
            return {"observer": {side: tuple(terms) for side, terms in found.items() if terms}}
    return {}


def actors(
    rehearsed: Rehearsal, materials: "Materials", protocol: "Protocol", cell: Mapping[str, str]
) -> tuple[tuple[Mapping[str, float], ...], ...]:
    """The lists of made-up people that observers may get, by what these do; none where a list is longer than what is
    read."""
    number = next((h.given.number_of for h, _ in rehearsed if hasattr(h.given, "actor")), 0)
    keys = [key for phase in protocol.phases if (key := getattr(phase.params(cell), "actors", ""))]
    if not number or len(keys) != 1:
        return ()
    blocks: dict[int, list[Mapping[str, float]]] = {}
    for each in materials.actors(keys[0]).actors:
        known = {f"v_{name}": float(code) for name, code in asdict(each.profile).items() if code is not None}
        blocks.setdefault(each.block, []).append(known)
    return tuple(tuple(block) for block in blocks.values()) if {*map(len, blocks.values())} == {number} else ()


def rated(rehearsed: Rehearsal) -> Acts:
    """The acts, and the forms of a protest, that are rated one by one; and single questions."""
    found: Acts = {}
    for happened, screens in rehearsed:
        given = happened.given
        if hasattr(given, "codes"):
            text = given.text
            known = {_SHORT.get(name, f"a_{name}"): float(code) for name, code in asdict(given.codes).items()}
            known |= {f"a_{name}": float(getattr(given, name)) for name in ("confront",) if hasattr(given, name)}
            kind = getattr(given, "contrast", "") or str(getattr(given, "template", ""))
        elif hasattr(given, "form"):
            text, known, kind = given.account, {"a_norm": 1.0 if given.form == "normative" else -1.0}, given.form
        else:
            for screen in screens:
                if construct := single(screen):
                    found[construct, given.text] = Rated(construct=construct, text=given.text, kind="")
            continue
        for construct in {s.measures.construct for s in screens if s.measures and isinstance(s.accepts, Likert)}:
            found[construct, text] = Rated(construct=construct, text=text, kind=kind, codes=known)
    return found


def single(screen: Screen) -> str:
    """What a single question to be rated is called; empty for what is none."""
    alone = isinstance(screen.accepts, Likert) and screen.measures is None and screen.name.startswith(QUESTION)
    return f"question.{screen.name.removeprefix(QUESTION)}" if alone else ""


def told(rehearsed: Rehearsal) -> Mapping[str, set[str]]:
    """What trials are given that has levels of its own: each field's levels."""
    found: dict[str, set[str]] = {}
    for happened, _ in rehearsed:
        for field in fields(type(happened.given)):
            if get_origin(field.type) is Literal:
                found.setdefault(field.name, set()).add(str(getattr(happened.given, field.name)))
    return found


def follows(
    protocol: "Protocol", told: Iterable[tuple[Mapping[str, str], Mapping[str, set[str]]]]
) -> dict[str, dict[str, tuple[str, ...]]]:
    """What follows from the level of one factor without being it: level -> the levels of the factor."""
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    cells = list(told)
    for name in sorted({name for _, fields_ in cells for name in fields_} - set(protocol.factors)):
        for factor in protocol.drawn:
            by_level: dict[str, set[str]] = {}
            for cell, levels in cells:
                by_level.setdefault(cell[factor], set()).update(levels.get(name, {""}))
            every = {next(iter(said)) for said in by_level.values()}
            if all(len(said) == 1 for said in by_level.values()) and "" not in every and len(every) > 1:
                where = {one: [level for level, said in by_level.items() if one in said] for one in sorted(every)}
                found[name] = {one: tuple(f"{factor}[{level}]" for level in at) for one, at in where.items()}
                break
    return found
