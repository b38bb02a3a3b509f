"""What a study asks of its people, found by rehearsing it: which scales when, which decisions, which pairs of acts."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from attrs import evolve

from runner.commands import common, things
from runner.plans import SessionPlan, Trial
from runner.rehearsal import foresee, rehearse
from runner.screens import Allocation, Choice, Coded, Likert, Screen, Slider
from runner.tasks import Happened
from runner.theory import STEPS, Asked, Pair, Scale, Sorting

if TYPE_CHECKING:
    from runner.protocol import Phase, Protocol

LISTS = 12  # slots that are looked at for the lists of pairs that people get
Rehearsed = list[tuple[str, tuple[Screen, ...]]]  # phase and screens of each trial


def asked(protocol: "Protocol", language: str) -> Asked:
    """Everything that a study asks, over all its cells and waves."""
    waves = protocol.waves or ("",)
    places = {phase.name: place for place, phase in enumerate(protocol.phases)}
    first: dict[str, Rehearsed] = {}
    scales: dict[tuple[str, str], Scale] = {}
    codes: set[str] = set()
    decisions: dict[str, set[str]] = {}
    taking: dict[str, int] = {}
    after: dict[str, frozenset[str]] = {}
    acts: things.Acts = {}
    coded: dict[str, tuple[Mapping[str, float], ...]] = {}
    sorting: dict[str, Sorting] = {}
    categories: dict[str, tuple[str, ...]] = {}
    told: list[tuple[Mapping[str, str], Mapping[str, set[str]]]] = []
    for cell in _cells(protocol):
        happened = _happened(protocol, language, cell)
        acts |= things.rated(happened)
        sorting |= things.sorting(happened)
        coded |= things.coded(happened)
        categories |= things.categories(happened)
        told.append((cell, things.told(happened)))
        rehearsed = [(each.phase, screens) for each, screens in happened]
        wave = cell.get(protocol.wave, "")
        if wave not in first or len(rehearsed) > len(first[wave]):
            first[wave] = rehearsed
        for scale in _scales(protocol, rehearsed):
            scales.setdefault((scale.construct, scale.phase), scale)
        for construct, (number, known) in _taken(rehearsed).items():
            taking[construct] = max(number, taking.get(construct, 0))
            after.setdefault(construct, known)
        for screen in (screen for _, screens in rehearsed for screen in screens):
            codes |= {*screen.measures.codes} if isinstance(screen.measures, Coded) else set()
            if isinstance(screen.accepts, Choice):
                codes |= {code for option in screen.accepts.options for code in option.codes}
            if screen.measures and (offered := _offered(screen)):
                decisions.setdefault(screen.measures.construct, set()).update(offered)
    shown, before = {}, {}
    for wave in waves:
        shown[wave], before[wave] = _given_before(protocol, wave, first[wave])
    lists, measured = _pairs(protocol, language)
    return Asked(
        factors={name: factor.levels for name, factor in protocol.drawn.items()},
        follows={} if protocol.wave else {**things.follows(protocol, told), **things.belonging(happened)},
        scales=tuple(sorted(scales.values(), key=lambda scale: places[scale.phase])),
        codes=frozenset(codes),
        decisions={construct: frozenset(found) for construct, found in decisions.items()},
        places=taking,
        decided_after=after,
        pairs=lists,
        chosen_after=measured,
        rated=tuple(acts.values()),
        coded=coded,
        sorting=sorting,
        actors=things.actors(happened, common.library(protocol, language), protocol, cell),
        categories=categories,
        pack=protocol.pack,
        bodily=things.bodily(protocol),
        wave=protocol.wave,
        before=before,
        shown=shown,
        seats=protocol.group.seats[1] if protocol.group else 1,
        shared=frozenset(name for name, factor in protocol.drawn.items() if factor.unit == "session"),
        screens=_staying(protocol, first[waves[0]]),
    )


def _cells(protocol: "Protocol") -> list[Mapping[str, str]]:
    """Every combination of treatments and waves, the other factors' levels taking turns."""
    cells = [{**cell, protocol.wave: wave} for cell in protocol.cells("treatment") for wave in protocol.waves]
    cells = cells or [dict(cell) for cell in protocol.cells("treatment")]
    turning = {name: f.levels for name, f in protocol.drawn.items() if not f.treats}
    rounds = max([1, *(-(-len(levels) // len(cells)) for levels in turning.values())])
    return [
        {**cell, **{name: levels[(place + place // len(levels)) % len(levels)] for name, levels in turning.items()}}
        for place, cell in enumerate(cells * rounds)
    ]


def _rehearsed(protocol: "Protocol", language: str, cell: Mapping[str, str], slot: int = 0) -> Rehearsed:
    return [(happened.phase, screens) for happened, screens in _happened(protocol, language, cell, slot)]


def _happened(
    protocol: "Protocol", language: str, cell: Mapping[str, str], slot: int = 0
) -> list[tuple[Happened, tuple[Screen, ...]]]:
    plan, tasks = _planned(protocol, language, cell, slot)
    return rehearse(plan, tasks)


def _planned(
    protocol: "Protocol", language: str, cell: Mapping[str, str] | None, slot: int
) -> tuple[SessionPlan, Mapping[str, Any]]:
    from experiments import find
    from runner.planning import plan_session

    materials = common.library(protocol, language)
    plan = plan_session(
        protocol, find, materials, participant="P01", slot=slot, language=language, cell=cell, whole=True
    )
    return plan, common.tasks(protocol)


def _scales(protocol: "Protocol", rehearsed: Rehearsed) -> Iterator[Scale]:
    """Every measurement, and that of a whole scale where subscales were measured."""
    phases: Mapping[str, Phase] = {phase.name: phase for phase in protocol.phases}
    found: dict[tuple[str, str], Scale] = {}
    for phase, screens in rehearsed:
        for screen in screens:
            wanted, measures, alone = screen.accepts, screen.measures, things.single(screen)
            if not isinstance(wanted, Likert) or (measures and measures.instructed is not None):
                continue
            for construct in _with_whole(measures.construct) if measures else [alone] if alone else []:
                one = found.get((phase, construct)) or Scale(
                    construct=construct,
                    phase=phase,
                    items=0,
                    low=wanted.low,
                    high=wanted.high,
                    late=phase not in protocol.before_treatment,
                    only=phases[phase].when,
                    first=bool(protocol.wave) and _at_first(phases[phase], protocol),
                )
                found[phase, construct] = evolve(one, items=one.items + 1)
    yield from found.values()


def _at_first(phase: "Phase", protocol: "Protocol") -> bool:
    return protocol.waves[0] in phase.when.get(protocol.wave, protocol.waves)


def _taken(rehearsed: Rehearsed) -> dict[str, tuple[int, frozenset[str]]]:
    """Each decision's construct: in how many trials it is asked for, or its rows, and what was measured before."""
    known: set[str] = set()
    found: dict[str, tuple[int, frozenset[str]]] = {}
    for _, screens in rehearsed:
        here: dict[str, int] = {}
        for screen in screens:
            if screen.measures and isinstance(screen.accepts, Likert):
                known.update(_with_whole(screen.measures.construct))
            elif screen.measures and _offered(screen):
                rows = len(screen.accepts.options) if isinstance(screen.accepts, Allocation) else 1
                here[screen.measures.construct] = rows
                if isinstance(screen.accepts, Allocation):
                    here[f"{screen.measures.construct}{STEPS}"] = screen.accepts.total // screen.accepts.step
        for construct, rows in here.items():
            number, before = found.get(construct, (0, frozenset(known)))
            found[construct] = number + rows, before
    return found


def _with_whole(construct: str) -> Iterable[str]:
    whole = construct.rpartition(".")[0]
    return (construct, whole) if whole else (construct,)


def _offered(screen: Screen) -> set[str]:
    """How an answer to a decision can be named."""
    match screen.accepts:
        case Choice(options=options):
            return {option.value for option in options} | {code for option in options for code in option.codes}
        case Slider():
            return {""}
        case Allocation(options=options):
            return {"", *(option.value for option in options)}
    return set()


def _given_before(
    protocol: "Protocol", wave: str, rehearsed: Rehearsed
) -> tuple[Mapping[str, Mapping[str, int]], Mapping[str, int]]:
    """How many answers to each construct are given in a session before a factor, and before any treatment, is shown."""
    earlier = protocol.waves[: protocol.waves.index(wave)] if wave else ()
    treatments = [name for name, factor in protocol.drawn.items() if factor.treats]
    shown = {}
    for factor in protocol.drawn:
        if any(_shows(phase, factor, protocol, past) for past in earlier for phase in protocol.phases):
            shown[factor] = dict[str, int]()  # known from an earlier session
            continue
        at = next((p.name for p in protocol.phases if _shows(p, factor, protocol, wave)), None)
        shown[factor] = _counted(rehearsed, at)
    first = {c: min(shown[f].get(c, 0) for f in treatments) for f in treatments for c in shown[f]} if treatments else {}
    return shown, first


def _shows(phase: "Phase", factor: str, protocol: "Protocol", wave: str) -> bool:
    takes_place = not wave or wave in phase.when.get(protocol.wave, (wave,))
    return takes_place and factor in phase.depends_on


def _counted(rehearsed: Rehearsed, until: str | None) -> dict[str, int]:
    counts: dict[str, int] = {}
    for phase, screens in rehearsed:
        if phase == until:
            break
        for screen in screens:
            if isinstance(screen.accepts, Likert) and screen.measures and screen.measures.instructed is None:
                for construct in _with_whole(screen.measures.construct):
                    counts[construct] = counts.get(construct, 0) + 1
    return counts


def _pairs(protocol: "Protocol", language: str) -> tuple[tuple[tuple[Pair, ...], ...], frozenset[str]]:
    """The different lists of pairs that people get, without repeated ones, and what was measured before them."""
    if protocol.wave:
        return (), frozenset()
    lists: dict[frozenset[tuple[str, ...]], tuple[Pair, ...]] = {}
    measured: set[str] = set()
    for slot in range(LISTS):
        plan, tasks = _planned(protocol, language, None, slot)
        found: list[Pair] = []
        for trial in plan.trials:
            if not hasattr(trial.given, "set"):
                continue
            if not found:
                measured = measured or _measured_before(protocol, language, trial)
            if not getattr(trial.given, "repeated", False) and (pair := _pair(trial, tasks)):
                found.append(pair)
        if not found and slot == 0:
            return (), frozenset()
        key = frozenset((pair.set, *sorted((_key(pair.one), _key(pair.other)))) for pair in found)
        lists.setdefault(key, tuple(sorted(found, key=lambda pair: pair.set)))
    return tuple(lists.values()), frozenset(measured)


def _pair(trial: Trial, tasks: Mapping[str, Any]) -> Pair | None:
    screen = foresee(tasks[trial.task], trial.given, ())[0]
    options = screen.accepts.options if isinstance(screen.accepts, Choice) else ()
    if len(options) != 2 or not all(option.codes for option in options):
        return None
    return Pair(set=trial.given.set, one=options[0].codes, other=options[1].codes)


def _key(codes: Mapping[str, float]) -> str:
    return repr(sorted(codes.items()))


def _measured_before(protocol: "Protocol", language: str, trial: Trial) -> set[str]:
    return set(_counted(_rehearsed(protocol, language, {}), trial.phase))


def _staying(protocol: "Protocol", rehearsed: Rehearsed) -> int:
    """How many screens with something to answer there are, for somebody who stays, before the debriefing."""
    reaches = {phase.name: phase.reaches for phase in protocol.phases}
    last = max((at for at, (phase, _) in enumerate(rehearsed) if reaches[phase] == "staying"), default=0)
    until = next((at for at, (phase, _) in enumerate(rehearsed) if reaches[phase] == "consented"), last)
    shown = [screens[0] for phase, screens in rehearsed[:until] if reaches[phase] == "staying"]
    return sum(screen.accepts is not None for screen in shown)
