"""The texts that stand for the levels of a factor, measured: as a table for people and as plain data for programs."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from runner.checks.confounds import Comparison

MEASURES = ("words", "characters", "screens", "seconds")


def plain(text: Comparison) -> dict[str, Any]:
    """As JSON types: the measures at each level, and what differs by more than it may."""
    grades = text.grades
    levels = {
        level: {
            **{name: round(getattr(load, name), 2) for name in MEASURES},
            "reading_grade": round(grades[level], 2) if level in grades else None,
        }
        for level, load in text.levels.items()
    }
    shares = {name: round(share, 4) for name, share in differences(text).items()}
    return {
        "language": text.language,
        "factor": text.factor,
        "phases": list(text.phases),
        "levels": levels,
        "differences": shares,
        "too_different": list(text.differences),
    }


def differences(text: Comparison) -> Mapping[str, float]:
    """How far the levels are apart: a share of the most for what is counted, school years for the grade."""
    found = {}
    for name in MEASURES:
        values = [getattr(load, name) for load in text.levels.values()]
        found[name] = (max(values) - min(values)) / max(values) if max(values) else 0.0
    if grades := text.grades:
        found["reading_grade"] = max(grades.values()) - min(grades.values())
    return found


def table(texts: Sequence[Comparison]) -> str:
    """One block for each stretch of a session: a line for each level, and one for how far they are apart."""
    if not texts:
        return "no texts stand for the levels of a factor"
    return "\n".join(line for text in texts for line in _block(text))


def _block(text: Comparison) -> Iterator[str]:
    named, grades, apart = " and ".join(text.phases), text.grades, differences(text)
    head = f"{named} by {text.factor} [{text.language}]"
    yield f"{head:<44}" + "".join(f"{name:>12}" for name in (*MEASURES, "grade"))
    for level, load in text.levels.items():
        grade = f"{grades[level]:12.1f}" if level in grades else f"{'-':>12}"
        yield f"  {level:<42}" + "".join(f"{getattr(load, name):12.0f}" for name in MEASURES) + grade
    grade = f"{apart['reading_grade']:12.1f}" if grades else f"{'-':>12}"
    mark = "   too different" if text.differences else ""
    yield f"  {'apart':<42}" + "".join(f"{apart[name]:12.0%}" for name in MEASURES) + grade + mark
