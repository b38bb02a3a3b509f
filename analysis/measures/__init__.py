"""What hypotheses speak of that is no scale score: one function a measure, from the tables to its values.

A function takes the tables and gives a Series (index session; number, boolean or string) or, for an outcome with
several rows a person, a DataFrame with the columns session, value and whatever differs between the rows. A table
that the study lacks gives an empty one. `hypotheses.yaml` names it as "file.function".
"""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pandas as pd

from analysis.reading.tables import Tables

Measure = Callable[[Tables], pd.Series | pd.DataFrame]


def find(name: str) -> Measure:
    """The measure that `hypotheses.yaml` names; a ValueError says which there are."""
    file, _, function = name.partition(".")
    if file in _files() and not function.startswith("_"):
        module = import_module(f"{__name__}.{file}")
        found: Measure | None = vars(module).get(function)
        if callable(found) and getattr(found, "__module__", "") == module.__name__:
            return found
    raise ValueError(f"there is no measure {name!r}; write file.function, the file one of {', '.join(_files())}")


def _files() -> list[str]:
    return sorted(path.stem for path in Path(__file__).parent.glob("*.py") if not path.stem.startswith("_"))
