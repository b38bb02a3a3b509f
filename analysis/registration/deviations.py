"""How an analysis stands to its preregistration: what was changed, added and left out, each thing in a sentence."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs

_NAMES: Mapping[str, str] = {
    "sesoi": "the smallest effect of interest",
    "exclusions": "the exclusions",
    "factors": "the factors",
    "allocation": "the allocation list",
    "choice_designs": "the designs of paired choices",
    "deception": "what participants are told that is not so",
    "scoring": "the scoring",
    "verdicts": "the rule of verdicts",
    "multiverse": "the multiverse",
    "texts": "what participants see",
    "study": "the study's name",
    "identity": "who can see an answer",
    "languages": "the languages",
    "pack": "the cause",
    "waves": "the sessions of each participant",
}
_TOLD_APART = ("protocol_sha256", "hypotheses", "n", "stop", "versions", "title", "purpose", "format")


@attrs.frozen(kw_only=True)
class Compared:
    """An analysis beside its preregistration."""

    sha256: str  # of the preregistration's content
    deviations: tuple[str, ...]  # found by comparing
    told: tuple[str, ...]  # appended to the document by the laboratory
    notes: tuple[str, ...] = ()  # what differs without being a deviation

    @property
    def matches(self) -> bool:
        """Does nothing differ?"""
        return not self.deviations


def deviations(
    registered: Mapping[str, Any], now: Mapping[str, Any], ran_with: Counter[str], n: int
) -> tuple[str, ...]:
    """Every difference between the preregistered content and today's, and between it and the data.

    `ran_with` counts the sessions by the hash of the protocol that they ran with; `n` people are analysed.
    """
    return (
        *_protocol(registered, now, ran_with),
        *_hypotheses(registered["hypotheses"], now["hypotheses"]),
        *_others(registered, now),
        *_reached(registered, n),
    )


def notes(registered: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[str, ...]:
    """Versions that differ: no deviation, but worth knowing."""
    before, after = registered["versions"], now["versions"]
    return tuple(
        f"{name}: preregistered with {before.get(name) or 'none'}, analysed with {after.get(name) or 'none'}."
        for name in sorted({*before, *after})
        if before.get(name) != after.get(name)
    )


def _protocol(registered: Mapping[str, Any], now: Mapping[str, Any], ran_with: Counter[str]) -> Iterator[str]:
    wanted, today = registered["protocol_sha256"], now["protocol_sha256"]
    if wanted != today:
        yield f"The protocol file was changed: preregistered was {wanted[:12]}, the analysis has {today[:12]}."
    others = {hash_: n for hash_, n in ran_with.items() if hash_ != wanted}
    if others:
        of = f"{sum(others.values())} of {sum(ran_with.values())} sessions"
        listed = ", ".join(f"{hash_[:12]} ({n})" for hash_, n in others.items())
        yield f"{of} ran with another protocol file than the preregistered one ({wanted[:12]}): {listed}."


def _hypotheses(registered: Sequence[Mapping[str, Any]], now: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    before, after = ({each["id"]: each for each in listed} for listed in (registered, now))
    for name in before:
        if name not in after:
            yield f"Hypothesis {name} was preregistered and is not tested."
    for name in after:
        if name not in before:
            yield f"Hypothesis {name} was not preregistered: exploratory."
    for name in (n for n in before if n in after):
        for key in sorted({*before[name], *after[name]}):
            then, today = before[name].get(key), after[name].get(key)
            if then != today:
                yield f"Hypothesis {name}: {key} was {_shown(then)}, and is {_shown(today)}."


def _others(registered: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    for key in sorted({*registered, *now} - set(_TOLD_APART)):
        for where, then, today in _differences(registered.get(key), now.get(key)):
            what, place = _NAMES.get(key, key), f" ({where})" if where else ""
            yield f"{what[:1].upper()}{what[1:]}{place}: preregistered was {_shown(then)}, now it is {_shown(today)}."


def _reached(registered: Mapping[str, Any], n: int) -> Iterator[str]:
    if registered["n"] is None:
        yield f"No number of participants was preregistered; {n} are analysed."
    elif registered["n"] != n:
        rule = f" (stopping rule: {registered['stop'].rstrip('.')})" if registered["stop"] else ""
        yield f"{registered['n']} participants were preregistered{rule}; {n} are analysed."


def _differences(then: Any, now: Any, where: str = "") -> Iterator[tuple[str, Any, Any]]:
    if isinstance(then, Mapping) and isinstance(now, Mapping):
        for key in sorted({*then, *now}):
            yield from _differences(then.get(key), now.get(key), f"{where}.{key}" if where else str(key))
    elif then != now:
        yield where, then, now


def _shown(value: Any) -> str:
    if value is None or value == "" or value == []:
        return "nothing"
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_shown(entry)}" for key, entry in value.items())
    if isinstance(value, list):
        return ", ".join(_shown(entry) for entry in value)
    return f"“{value}”" if isinstance(value, str) and " " in value else str(value)
