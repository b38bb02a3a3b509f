"""Differences between the levels of a factor that nobody declared: more words, harder words, more screens, more time.

Compared are means over the cells of each level, phase by phase; neighbouring phases that depend on the same factor
are taken together, since one often stands for another ("when: private", then "when: public").
"""

from collections.abc import Iterator, Mapping, Sequence

from attrs import frozen

from runner.checks.reading import comparable
from runner.checks.wording import Load
from runner.protocol import Phase, Protocol

Cell = Mapping[str, str]
Loads = Mapping[str, Load]  # phase -> what it asks of a reader

SHARE = 0.10  # paradigms.md P01: renderings are equal to within 10 % ...
GRADES = 1.0  # ... and one reading grade
MEASURES = ("words", "characters", "screens", "seconds", "pictures")


@frozen(kw_only=True)
class Comparison:
    """One stretch of a session and what it asks of a reader at each level of a factor."""

    phases: tuple[str, ...]
    factor: str
    language: str
    declared: bool  # does the protocol make it depend on the factor, so that its texts stand for the levels?
    levels: Mapping[str, Load]

    @property
    def grades(self) -> Mapping[str, float]:
        """The reading grade at each level; none where the language has no formula or a level no text."""
        return comparable(self.levels, self.language)

    @property
    def differences(self) -> tuple[str, ...]:
        """What differs by more than declared renderings may."""
        return tuple(_differences(self.levels, self.grades))


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
    for found in comparisons(protocol, loads, language):
        if found.differences:
            yield Confound(phases=found.phases, factor=found.factor, differences=found.differences)


def comparisons(protocol: Protocol, loads: Sequence[tuple[Cell, Loads]], language: str) -> Iterator[Comparison]:
    """Every stretch of a session at the levels of each treatment factor."""
    for name, factor in protocol.factors.items():
        if not factor.treats:
            continue
        for stretch in stretches(protocol.phases, name):
            means = {level: _mean(loads, name, level, stretch) for level in factor.levels}
            declared = any(depends(phase, name) for phase in protocol.phases if phase.name in stretch)
            yield Comparison(phases=stretch, factor=name, language=language, declared=declared, levels=means)


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


def _differences(means: Mapping[str, Load], grades: Mapping[str, float]) -> Iterator[str]:
    for measure in MEASURES:
        values = {level: getattr(load, measure) for level, load in means.items()}
        if max(values.values()) - min(values.values()) > SHARE * max(values.values()):
            yield f"{measure}: {_figures(values, 0)}"
    if grades and max(grades.values()) - min(grades.values()) > GRADES:
        yield f"reading grade: {_figures(grades, 1)}"


def _figures(values: Mapping[str, float], decimals: int) -> str:
    return ", ".join(f"{value:.{decimals}f} ({level})" for level, value in values.items())
