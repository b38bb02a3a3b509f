"""What devices for blood pressure and heart would tell of simulated people, and the summaries of it beside their logs.

A change from rest is a tendency, with all that shifts it, and error; each device tells all four by itself.
"""

from collections.abc import Callable, Mapping
from math import sqrt
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from analysis import devices
from analysis.composed import RELIABLE as RELIABILITY
from analysis.measures.bodily import BASELINE, NEWS

Array = np.ndarray[Any, np.dtype[Any]]
AT_REST: Mapping[str, tuple[float, float]] = {  # mean and SD over people, in the devices' units
    "sbp": (122.0, 10.0),
    "pp": (46.0, 4.0),
    "co": (5.4, 0.7),
    "tpr": (1300.0, 150.0),
}
CHANGES: Mapping[str, tuple[float, float]] = {  # the same of changes
    "d_sbp": (6.0, 7.0),
    "d_pp": (2.0, 4.0),
    "d_co": (0.3, 0.5),
    "d_tpr": (20.0, 120.0),
}


def scores(name: str, tendency: Array, random: np.random.Generator) -> Array:
    """Changes in their units (people), from the tendencies behind them."""
    mean, sd = CHANGES[name]
    return np.asarray(
        mean + sd * (sqrt(RELIABILITY) * tendency + sqrt(1 - RELIABILITY) * random.normal(size=len(tendency)))
    )


def keep(log: Path, behind: Callable[[str, float], float], seed: str) -> None:
    """Put the summary of a simulated session beside its log, as an import does with that of a laboratory."""
    devices.put(log, summary(behind, seed))


def summary(behind: Callable[[str, float], float], seed: str) -> list[devices.Row]:
    """Rest and news of a simulated session, as they are written.

    `behind` gives the person's tendency to a change, from one that effects have nothing to do with.
    """
    random = Random(f"{seed}/device")
    rest = {name: random.gauss(*told) for name, told in AT_REST.items()}
    news = dict(rest)
    for name, (mean, sd) in CHANGES.items():
        own, error = random.gauss(0, 1), random.gauss(0, 1)
        tendency = behind(name, own)
        news[name.removeprefix("d_")] += mean + sd * (sqrt(RELIABILITY) * tendency + sqrt(1 - RELIABILITY) * error)
    phases = ((BASELINE, rest), (NEWS, news))
    return [devices.Row(line=0, code="", phase=phase, values=_told(means)) for phase, means in phases]


def _told(means: Mapping[str, float]) -> dict[str, str]:
    """The device's columns, as they are written."""
    pressures = {"sbp": means["sbp"], "dbp": means["sbp"] - means["pp"]}
    known = {**pressures, "co": means["co"], "tpr": means["tpr"]}
    return {
        name: f"{max(low, min(high, known[name])):.3f}" if name in known else ""
        for name, (low, high, *_) in devices.RANGES.items()
    }
