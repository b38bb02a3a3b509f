"""What a factor of a hypothesis's term is to simulated people: a level, a code of what they see, or a score."""

from collections.abc import Mapping, Sequence

from analysis.composed import CODES, SEEN
from analysis.hypotheses import Hypothesis, load
from analysis.rated import EFFECT, ROWS, belief, scale_of
from analysis.terms import Factor
from runner.theory import AT, MOTIVES, Asked

CHOICE = "choice"  # what effects on choices are on


def factor_of(factor: Factor, asked: Asked, target: str = "") -> str:
    """A factor of a term as simulated people read it: a level, a code or a score; a ValueError where it is none."""
    name, choice = factor.name, target == CHOICE
    if levels := levels_of(name, asked):
        if factor.level and factor.level not in levels:
            raise ValueError(f"the factor {name!r} has no level {factor.level!r} here; it has {', '.join(levels)}")
        if not factor.level and len(levels) != 2:
            raise ValueError(f"the factor {name!r} has {len(levels)} levels, and its test names none of them")
        return f"{name}[{factor.level or levels[1]}]"
    if factor.level:
        raise ValueError(f"{name!r} is no factor of this study; it has {', '.join(asked.factors) or 'none'}")
    if choice and name.startswith("a_"):
        if name not in asked.codes and not (name == EFFECT and belief(asked)):
            raise ValueError(idle(name, asked))
        return name
    if target in ROWS and name == ROWS[target].code:
        return name
    if name in asked.codes and not name.startswith(CODES) and not choice:
        return name
    if target in SEEN and name.startswith(CODES) and any(name in each for block in asked.actors for each in block):
        return name
    if not is_score(name, asked) and not (choice and name in MOTIVES):  # people have motives, asked or not
        raise ValueError(f"{name!r} is not asked for in this study")
    return name


def levels_of(name: str, asked: Asked) -> tuple[str, ...]:
    """Of a factor, or of what follows from one and is a variable that serves as a factor; none of what is neither."""
    variable = load().variables.get(name)
    if name in asked.factors or variable is None:
        return asked.factors.get(name, ())
    return tuple(level for level in variable.levels if level in asked.follows.get(name, {}))


def drawn(terms: Mapping[str, float], asked: Asked) -> dict[str, float]:
    """Terms of what follows from a factor as terms of that factor, which people have.

    >>> seen = {"setting": {"public": ("room[open]", "room[full]"), "private": ("room[empty]",)}}
    >>> drawn({"setting[public]:mI": 0.2}, Asked(factors={"room": ("empty", "open", "full")}, follows=seen))
    {'room[open]:mI': 0.2, 'room[full]:mI': 0.2}
    """
    found: dict[str, float] = {}
    for term, weight in terms.items():
        ways = [""]
        for part in term.split(":"):
            name, _, level = part.rstrip("]").partition("[")
            levels = asked.follows.get(name, {}).get(level, ()) if name not in asked.factors else ()
            ways = [f"{way}:{one}" if way else one for way in ways for one in levels or (part,)]
        for way in ways:
            found[way] = found.get(way, 0.0) + weight
    return found


def idle(name: str, asked: Asked) -> str:
    """Why there is no effect on an attribute that no option carries."""
    offered = ", ".join(sorted(code for code in asked.codes if code.startswith("a_"))) or "none"
    return f"no option in this study carries {name}; state effects on what one carries: {offered}"


def is_score(name: str, asked: Asked) -> bool:
    """Is it one number a person, that screens of this study ask for?"""
    return name not in ROWS and name not in SEEN and scale_of(name, asked) is not None


def in_session(parts: Sequence[str], hypothesis: Hypothesis, asked: Asked) -> list[str]:
    """A product of scores that has an effect in one later session alone, as its hypothesis says; scores that are those
    of the first session count as people were then.
    """
    named, _, level = hypothesis.filter.partition(" == ")
    first = next(iter(asked.before), "")
    if not asked.wave or named != asked.wave or level == first or len(parts) < 2 or any("[" in p for p in parts):
        return list(parts)
    variables = load().variables
    early = {p for p in parts if p in variables and variables[p].construct and variables[p].when in ("before", "early")}
    return [f"{named}[{level}]", *(f"{part}{AT}" if part in early else part for part in parts)]
