"""What must hold in a protocol beyond the types of its fields: names, ranges, and parts that need each other.

Each check yields where in the protocol something is wrong, as keys and positions, and what; all are told at once.
"""

import re
from collections.abc import Iterator, Mapping
from math import prod

from runner.declarations.deceptions import MOST_CELLS, misplaced_for_leavers, undebriefed
from runner.declarations.keeping import undated, unlocked
from runner.declarations.nodes import did_you_mean, shown
from runner.declarations.rules import LANGUAGE, Found, badly_named, repeated
from runner.protocol import Factor, Protocol

STUDY = re.compile(r"[a-z][a-z0-9-]{1,40}")
IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,40}")  # what can be a column in a formula and a placeholder
MOST_CODE = 255  # what one byte, and the eight pins of a port, can say
LEAST_POOL, MOST_POOL = 5, 1000  # people among whom one can't be told (paradigms.md E4)
LONGEST_BREAK = 24 * 365  # hours
MOST_SEATS = 30
TAKEN = {"by", "session", "participant", "trial", "phase", "task", "study", "language", "slot", "seed", "store"}


def unsound(protocol: Protocol | None, factors: Mapping[str, Factor]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Everything wrong; without a protocol (its types were wrong) only what its factors show."""
    yield from _factors(factors)
    if protocol is not None:
        for check in (
            _names,
            _numbers,
            _languages,
            _details,
            undated,
            unlocked,
            _group,
            _identity,
            _phases,
            _markers,
            _repeated_phases,
            _factors_used,
            undebriefed,
            misplaced_for_leavers,
        ):
            yield from check(protocol)


# ---------------------------------------------------------------- factors


def _factors(factors: Mapping[str, Factor]) -> Found:
    for name, factor in factors.items():
        if not IDENTIFIER.fullmatch(name):
            what = f"a factor's name must be letters, digits and _, but is {shown(name)}; rename it"
            yield ("factors", name), what
        elif name in TAKEN:
            yield ("factors", name), f"a factor can't be called {name!r}, which means something else; rename it"
        if len(factor.levels) == 1:
            yield ("factors", name, "levels"), f"factor {name!r} has one level only; give it two or more"
        for at, level in enumerate(factor.levels):
            if what_else := badly_named(level, "a level"):
                yield ("factors", name, "levels", at), what_else
            elif level == "by":
                what = "a level can't be called 'by', which means something else; rename it"
                yield ("factors", name, "levels", at), what
        for at, what in repeated(factor.levels):
            yield ("factors", name, "levels", at), what
        yield from _waves(name, factor)
    several = [name for name, factor in factors.items() if factor.unit == "wave"][1:]
    for name in several:
        yield ("factors", name, "unit"), "a study has one factor with 'unit: wave' at most; make this one another"
    cells = prod(max(1, len(factor.levels)) for factor in factors.values())
    if cells > MOST_CELLS:
        number = f"{cells:,}" if cells < 10**9 else "over a billion"
        what = f"the factors make {number} cells, but at most {MOST_CELLS} can be run"
        yield ("factors",), f"{what}; leave some out"


def _waves(name: str, factor: Factor) -> Found:
    if factor.days is None:
        return
    if factor.unit != "wave":
        what = f"only a factor with 'unit: wave' has days from one level to the next; delete it, or make {name!r} one"
        yield ("factors", name, "days"), what
    elif not 0 < factor.days[0] <= factor.days[1]:
        least, most = factor.days
        yield (
            ("factors", name, "days"),
            f"'days' must be [at least, at most], from 1, but is [{least}, {most}]; correct it",
        )


def _factors_used(protocol: Protocol) -> Found:
    used = {f for phase in protocol.phases for levels, _ in phase.variants for f in levels}
    used |= {factor for phase in protocol.phases for factor in phase.when}
    used |= {phase.each for phase in protocol.phases}
    for name in protocol.factors:
        if name not in used:
            use = f"use it in 'when' or as {{by: {name}}} in params"
            yield ("factors", name), f"no phase uses the factor {name!r}; {use}, or delete it"


# ---------------------------------------------------------------- names and numbers


def _names(protocol: Protocol) -> Found:
    if not STUDY.fullmatch(protocol.study):
        what = f"'study' must be 2 to 41 lower-case letters, digits and hyphens, but is {shown(protocol.study)}"
        yield ("study",), f"{what}; rename it"
    for key in ("seed", "pack"):
        if what_else := badly_named(getattr(protocol, key), f"{key!r}"):
            yield (key,), what_else
    for key in ("strata", "hypotheses"):
        for at, name in enumerate(getattr(protocol, key)):
            if what_else := badly_named(name, f"a name in {key!r}"):
                yield (key, at), what_else
        for at, what in repeated(getattr(protocol, key)):
            yield (key, at), what
    for where, name in [(("details", name), name) for name in protocol.details] + [
        (("to_fill_in", at), name) for at, name in enumerate(protocol.to_fill_in)
    ]:
        if not IDENTIFIER.fullmatch(name):
            yield where, f"a detail's name must be letters, digits and _, but is {shown(name)}; rename it"


def _numbers(protocol: Protocol) -> Found:
    for key, low, high in (("minutes", 1, 600), ("blocks", 1, 100)):
        if not low <= (got := getattr(protocol, key)) <= high:
            yield (key,), f"{key!r} must be {low} to {high}, but is {got}; correct it"
    if not 0 < protocol.sesoi <= 10:
        yield ("sesoi",), f"'sesoi' must be above 0 and at most 10, but is {protocol.sesoi:g}; correct it"
    if (hours := protocol.resume_within) is not None and not 0 < hours <= LONGEST_BREAK:
        what = f"'resume_within' must be above 0 and at most {LONGEST_BREAK} hours, but is {hours:g}; correct it"
        yield ("resume_within",), what
    if (failures := protocol.exclusions.attention_failures) < 1:
        what = f"'attention_failures' must be 1 or more, but is {failures}; correct it"
        yield ("exclusions", "attention_failures"), what
    if not 0 < (bound := protocol.exclusions.suspicion) <= 3:
        what = f"'suspicion' must be above 0 and at most 3, as coders rate, but is {bound:g}; correct it"
        yield ("exclusions", "suspicion"), what


def _languages(protocol: Protocol) -> Found:
    if not protocol.languages:
        yield ("languages",), "no language is named; write [en] or another for which there are materials"
    for at, what in repeated(protocol.languages):
        yield ("languages", at), what
    for at, language in enumerate(protocol.languages):
        if not LANGUAGE.fullmatch(language):
            what = f"a language must be a code such as en or pt-BR, but is {shown(language)}; correct it"
            yield ("languages", at), what
        elif not protocol.title.get(language, "").strip():
            yield ("title",), f"there is no title in {language!r}; add '{language}: ...'"
    for part in ("title", "texts"):
        for language in getattr(protocol, part):
            if language not in protocol.languages:
                near = did_you_mean(language, protocol.languages) or "; add it there or delete this"
                yield (part, language), f"{shown(language)} is not among the languages{near}"


def _details(protocol: Protocol) -> Found:
    """A fact that is told language by language is told in all of them."""
    for name, fact in protocol.details.items():
        if isinstance(fact, str):
            continue
        for language in fact:
            if language not in protocol.languages:
                near = did_you_mean(language, protocol.languages) or "; add it there or delete this"
                yield ("details", name, language), f"{shown(language)} is not among the languages{near}"
        if missing := [language for language in protocol.languages if language not in fact]:
            yield ("details", name), f"{name!r} is not told in {', '.join(missing)}; add it, or give one text for all"


def _group(protocol: Protocol) -> Found:
    """A group is more than one, and no part of it can be told from another by a code that nobody may keep."""
    if protocol.group is None:
        return
    least, most = protocol.group.seats
    if not 2 <= least <= most <= MOST_SEATS:
        what = f"'seats' must be two numbers, 2 or more and at most {MOST_SEATS}, the smaller first"
        yield ("group", "seats"), f"{what}, but is {least}, {most}; correct it"
    if protocol.wave:
        what = "group sessions in several waves are not possible: the same people would have to come together again"
        yield ("group",), f"{what}; delete this, or the factor with the unit 'wave'"


# ---------------------------------------------------------------- phases


def _repeated_phases(protocol: Protocol) -> Found:
    within = [name for name, factor in protocol.factors.items() if factor.unit == "within"]
    for at, phase in enumerate(protocol.phases):
        if phase.each and phase.each not in within:
            near = did_you_mean(phase.each, within) or f"; there are {', '.join(within) or 'none'}"
            yield ("phases", at, "each"), f"{shown(phase.each)} is no factor with 'unit: within'{near}"
        uses = {factor for levels, _ in phase.variants for factor in levels} | set(phase.when)
        for factor in sorted(uses.intersection(within) - {phase.each}):
            what = f"{factor!r} differs within a session, so only a phase with 'each: {factor}' can use it"
            yield ("phases", at), f"{what}; add that, or make the factor one between participants"


def _phases(protocol: Protocol) -> Found:
    names = [phase.name for phase in protocol.phases]
    if not names:
        yield ("phases",), "there are no phases; add at least one"
    for at, name in enumerate(names):
        if what_else := badly_named(name, "a phase's name"):
            yield ("phases", at, "phase"), what_else
    for at, what in repeated(names):
        yield ("phases", at, "phase"), what
    yield from _shuffled(protocol)
    advantaged = protocol.exclusions.advantaged
    if advantaged and advantaged not in names:
        near = did_you_mean(advantaged, names) or "; name the phase that asks for the group"
        yield ("exclusions", "advantaged"), f"there is no phase {shown(advantaged)}{near}"


def _markers(protocol: Protocol) -> Found:
    """A marker is a byte, and stands for one phase; devices beside a session would tell whose it was."""
    of: dict[int, str] = {}
    for at, phase in enumerate(protocol.phases):
        if phase.code and phase.code in of:
            what = f"{phase.code} is the code of the phase {of[phase.code]!r} already"
            yield ("phases", at, "code"), f"{what}; give each phase a code of its own"
        of.setdefault(phase.code, phase.name)
    if protocol.identity == "unlinkable" and protocol.markers == "required":
        what = "a recording beside the session tells whose it is, so 'unlinkable' sessions send no markers"
        yield ("markers",), f"{what}; delete this, or write 'identity: coded'"


def _shuffled(protocol: Protocol) -> Found:
    """Phases that change places stand next to one another and reach the same people."""
    last: dict[str, int] = {}
    for at, phase in enumerate(protocol.phases):
        mark = phase.shuffled
        if mark and mark in last:
            if last[mark] != at - 1:
                what = f"phases with the mark {shown(mark)} must follow one another to be shuffled; move this one up"
                yield ("phases", at, "shuffled"), what
            if phase.reaches != protocol.phases[last[mark]].reaches:
                what = f"phases with the mark {shown(mark)} must reach the same people; give them the same 'reaches'"
                yield ("phases", at, "shuffled"), what
        if mark:
            last[mark] = at


# ---------------------------------------------------------------- promises


def _identity(protocol: Protocol) -> Found:
    if not protocol.apart and protocol.identity == "unlinkable":
        what = "nothing is kept apart in this study, so nobody may be promised that answers can't be traced"
        yield ("identity",), f"{what}; write 'unlinkable: true' in the phases with the choices, or 'identity: coded'"
    if protocol.wave and (protocol.apart or protocol.identity == "unlinkable"):
        what = "the sessions of a person can be put together by a code only, so they aren't unlinkable"
        yield ("factors", protocol.wave, "unit"), f"{what}; write 'identity: coded', and say so in the consent"
    for at, phase in enumerate(protocol.phases):
        for factor in phase.unlinkable or ():
            if protocol.factors[factor].unit in ("within", "wave"):
                what = f"{factor!r} differs between parts of one person's data, and a session is kept apart or isn't"
                yield ("phases", at, "unlinkable", factor), f"{what}; name a factor between participants, or write true"
    if not LEAST_POOL <= protocol.pool <= MOST_POOL:
        what = f"'pool' must be {LEAST_POOL} to {MOST_POOL} parts of people with the same levels"
        yield ("pool",), f"{what}, but is {protocol.pool}; correct it"
