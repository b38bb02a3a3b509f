"""Are questions about a manipulation asked before what it is to change? Then they manipulate, too (E1)."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any

from attrs import asdict

from runner.protocol import Phase, Protocol
from runner.screens import Choice, Likert, Screen

CHECKS = re.compile(r"(^|[-_/])(manipulation[-_])?checks?$")


def measuring(seen: Iterable[tuple[str, Screen]]) -> set[str]:
    """The phases in which something is measured, by what they show."""
    return {phase for phase, screen in seen if measures(screen)}


def measures(screen: Screen) -> bool:
    """Does its answer tell something of the person? A choice of acts does, one of whether to go on doesn't."""
    options = screen.accepts.options if isinstance(screen.accepts, Choice) else ()
    return screen.measures is not None or any(set(option.codes) - {"proceeds"} for option in options)


def too_early(
    protocol: Protocol, seen: Collection[tuple[str, Screen]], is_check: Callable[[str], bool]
) -> Iterator[tuple[str, str]]:
    """Phases of checks with something behind them that they may change, and what is wrong.

    A phase is one of checks if it is called so, or if its texts are: then nothing is measured behind it. A scale that
    is a check (`is_check`) may stand among ratings, but before no choice or other act.
    """
    measured, acts = measuring(seen), measuring((phase, screen) for phase, screen in seen if not _rates(screen))
    varied = any(factor.treats for factor in protocol.factors.values())
    called = {phase.name for phase in protocol.phases if _called_so(phase)}
    for at, phase in enumerate(protocol.phases):
        changed = measured if phase.name in called else acts if varied and any(map(is_check, _scales(phase))) else set()
        later = [p.name for p in protocol.phases[at + 1 :] if p.name in changed - called]
        if later:
            what = f"the checks come before {', '.join(later)}, which they may change; move them behind"
            yield phase.name, what


def _rates(screen: Screen) -> bool:
    return isinstance(screen.accepts, Likert)


def _called_so(phase: Phase) -> bool:
    texts = (text for _, params in phase.variants for text in _texts(asdict(params, recurse=False).values()))
    return bool(CHECKS.search(phase.name)) or any(CHECKS.search(text) for text in texts)


def _texts(values: Any) -> Iterator[str]:
    for value in values:
        if isinstance(value, str):
            yield value
        elif isinstance(value, tuple):
            yield from _texts(value)


def _scales(phase: Phase) -> Iterator[str]:
    for _, params in phase.variants:
        yield from getattr(params, "scales", ())
