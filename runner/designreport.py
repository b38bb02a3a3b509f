"""What a choice design can and can't tell, as plain data and as a page for people."""

from collections.abc import Sequence
from math import isfinite, sqrt
from statistics import median
from typing import Any

from runner.designs import ATTRIBUTES, blocks, correlations, d_error, differences, levels
from stimuli.kinds import Design


def told(design: Design, attributes: Sequence[str] = ATTRIBUTES, chance: Sequence[float] = ()) -> dict[str, Any]:
    """As JSON types: D-errors, how often each attribute differs, level balance, correlations.

    `chance` are the D-errors of designs drawn at random. An infinite D-error, of a part that can't tell every effect
    by itself, is null.
    """
    parts, counted = blocks(design.sets), differences(design.sets)
    found = correlations(design.sets, attributes)
    middle = median(chance) if chance else None
    return {
        "name": design.name,
        "seed": design.seed,
        "sets": len(design.sets),
        "d_error": _finite(design.d_error),
        "random": {"designs": len(chance), "median_d_error": _finite(middle)},
        "blocks": [{"sets": len(part), "d_error": _finite(d_error(part, attributes))} for part in parts],
        "attributes": {
            name: {
                "differs": counted[name],
                "share": round(counted[name] / len(design.sets), 4),
                "per_block": [differences(part)[name] for part in parts],
                "levels": {str(level): n for (a, level), n in sorted(levels(design.sets).items()) if a == name},
            }
            for name in ATTRIBUTES
        },
        "correlations": {
            "root_mean_square": round(sqrt(sum(r * r for r, _, _ in found) / len(found)), 4) if found else 0.0,
            "pairs": [{"r": round(r, 4), "one": one, "other": other} for r, one, other in found],
        },
    }


def page(found: dict[str, Any]) -> str:
    """The same for people."""
    parts = found["blocks"]
    lines = [
        f"{found['sets']} sets in {len(parts)} block(s), seed {found['seed']!r}",
        f"D-error {found['d_error']:.6f}",
    ]
    lines += [f"  block {i}: {_number(part['d_error'])} ({part['sets']} sets)" for i, part in enumerate(parts, 1)]
    if found["random"]["designs"]:
        lines.append(f"  {found['random']['designs']} designs by chance, median: {_by_chance(found)}")
    lines += ["", f"{'attribute':<12}{'differs':>8}{'share':>7}  {'per block':<12}levels shown"]
    for name, one in found["attributes"].items():
        counts = ", ".join(f"{int(level):+d}: {n}" for level, n in one["levels"].items())
        per_block = "/".join(map(str, one["per_block"]))
        lines.append(f"{name:<12}{one['differs']:>8}{one['share']:>7.0%}  {per_block:<12}{counts}")
    close = found["correlations"]
    lines += [
        "",
        f"correlations between attribute differences, root mean square {close['root_mean_square']:.2f}; largest:",
    ]
    return "\n".join([*lines, *(f"  {p['r']:+.2f}  {p['one']} with {p['other']}" for p in close["pairs"][:5])])


def _by_chance(found: dict[str, Any]) -> str:
    middle = found["random"]["median_d_error"]
    if middle is None:
        return "can't tell every effect"
    return f"{middle:.6f}, {middle / found['d_error']:.2f} times as large"


def _number(value: float | None) -> str:
    return f"{value:.6f}" if value is not None else "can't tell every effect by itself"


def _finite(value: float | None) -> float | None:
    return round(value, 6) if value is not None and isfinite(value) else None
