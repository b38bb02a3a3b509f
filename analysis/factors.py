"""What a factor of a hypothesis's term is to simulated people: a level, a code of what they see, or a score."""

from analysis.rated import EFFECT, ROWS, belief, scale_of
from analysis.terms import Factor
from runner.theory import MOTIVES, Asked

CHOICE = "choice"  # what effects on choices are on


def factor_of(factor: Factor, asked: Asked, target: str = "") -> str:
    """A factor of a term as simulated people read it: a level, a code or a score; a ValueError where it is none."""
    name, choice = factor.name, target == CHOICE
    if name in asked.factors:
        levels = asked.factors[name]
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
    if not is_score(name, asked) and not (choice and name in MOTIVES):  # people have motives, asked or not
        raise ValueError(f"{name!r} is not asked for in this study")
    return name


def idle(name: str, asked: Asked) -> str:
    """Why there is no effect on an attribute that no option carries."""
    offered = ", ".join(sorted(code for code in asked.codes if code.startswith("a_"))) or "none"
    return f"no option in this study carries {name}; state effects on what one carries: {offered}"


def is_score(name: str, asked: Asked) -> bool:
    """Is it one number a person, that screens of this study ask for?"""
    return name not in ROWS and scale_of(name, asked) is not None
