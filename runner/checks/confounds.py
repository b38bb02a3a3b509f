"""Differences between the levels of a factor that nobody declared: more words, harder words, more screens, more time.

Compared are means over the cells of each level, phase by phase; neighbouring phases that depend on the same factor
are taken together, since one often stands for another ("when: private", then "when: public").
"""

from collections.abc import Iterator, Mapping, Sequence

from attrs import frozen

from runner.checks.wording import Load
from runner.protocol import Phase, Protocol

Cell = Mapping[str, str]
Loads = Mapping[str, Load]  # phase -> what it asks of a reader

SHARE = 0.10  # paradigms.md P01: renderings are equal to within 10 % ...
GRADES = 1.0  # ... and one reading grade
MEASURES = ("words", "characters", "screens", "seconds", "pictures")
GRADED = {"en"}  # languages for which the reading grade's formula was made


@frozen(kw_only=True)
class Confound:
    """One stretch of a session that differs between the levels of a factor."""

    phases: tuple[str, ...]
    factor: str
    differences: tuple[str, ...]  # "words: 40 (private), 52 (public)"

    def __str__(self) -> str:
        named = " and ".join(self.phases)
        return f"{named} differ{'s' * (len(self.phases) == 1)} by {self.factor!r}: {'; '.join(self.differences)}"


def confounds(protocol: Protocol, loads: Sequence[tuple[Cell, Loads]], language: str) -> Iterator[Confound]:
    """What differs between the levels of each treatment factor by more than declared renderings may."""
    for name, factor in protocol.factors.items():
        if factor.role != "treatment":
            continue
        for stretch in stretches(protocol.phases, name):
            means = {level: _mean(loads, name, level, stretch) for level in factor.levels}
            if differences := tuple(_differences(means, language)):
                yield Confound(phases=stretch, factor=name, differences=differences)


def stretches(phases: Sequence[Phase], factor: str) -> Iterator[tuple[str, ...]]:
    """Names of phases to compare: neighbours that depend on the factor together, others alone."""
    together: list[str] = []
    for phase in phases:
        if depends(phase, factor):
            together.append(phase.name)
            continue
        if together:
            yield tuple(together)
            together = []
        yield (phase.name,)
    if together:
        yield tuple(together)


def depends(phase: Phase, factor: str) -> bool:
    """Does the protocol make the phase depend on the factor?"""
    return factor in phase.when or any(factor in levels for levels, _ in phase.variants)


def _mean(loads: Sequence[tuple[Cell, Loads]], factor: str, level: str, stretch: Sequence[str]) -> Load:
    cells = [by_phase for cell, by_phase in loads if cell[factor] == level]
    total = sum((by_phase[phase] for by_phase in cells for phase in stretch if phase in by_phase), Load())
    return total.share(max(1, len(cells)))


def _differences(means: Mapping[str, Load], language: str) -> Iterator[str]:
    for measure in MEASURES:
        values = {level: getattr(load, measure) for level, load in means.items()}
        if max(values.values()) - min(values.values()) > SHARE * max(values.values()):
            yield f"{measure}: {_figures(values, 0)}"
    if language in GRADED and all(load.words for load in means.values()):
        grades = {level: load.grade for level, load in means.items()}
        if max(grades.values()) - min(grades.values()) > GRADES:
            yield f"reading grade: {_figures(grades, 1)}"


def _figures(values: Mapping[str, float], decimals: int) -> str:
    return ", ".join(f"{value:.{decimals}f} ({level})" for level, value in values.items())
