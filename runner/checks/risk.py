"""What a study with `high_risk: true` may not keep of one person: willingness to break rules."""

from collections.abc import Sequence
from typing import Any

from attrs import asdict

from runner.screens import Screen


def incriminates(given: Any, screens: Sequence[Screen]) -> bool:
    """Does a trial ask one person about an act outside the rules, so that the answer would stand by itself?"""
    return any(screen.measures or screen.decline for screen in screens) and _outside_the_rules(asdict(given))


def _outside_the_rules(value: Any) -> bool:
    if isinstance(value, dict):
        normative = value.get("normative")
        if (isinstance(normative, int | float) and normative < 0) or value.get("form") == "nonnormative":
            return True
        return any(map(_outside_the_rules, value.values()))
    return isinstance(value, list | tuple) and any(map(_outside_the_rules, value))
