"""Screens to columns, and from them the times of trials: a chunk's screens at once, whatever trials they belong to."""

from collections.abc import Mapping, Sequence
from operator import attrgetter
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from analysis.reading.arrays import array
from analysis.reading.seen import Said, Shown, Went
from analysis.reading.shapes import SCREENS
from runner.leaving import WAYS_OUT

Places = npt.NDArray[np.int64]
_LOGGED = {
    name: attrgetter(name)
    for name in ("index", "screen", "onset", "offset", "status", "answered", "late_frames", "unfocused", "device")
}
_MADE = (
    "clock",
    "answer",
    "markers",
    "heard",
    "n_heard",
    "time_to_first_change",
    "rt_first_select",
    "n_changes",
    "switched_final",
)
_CHANGES = attrgetter("changes")
_ANSWER = attrgetter("answer")
_SENT = attrgetter("sent")
_HEARD = attrgetter("heard")


class Screens:
    """What the table `screens` says of each screen, without where it was."""

    def __init__(self) -> None:
        self.decide: list[bool] = []  # was each given an answer that has to do with its trial?
        self._values: dict[str, list[Any]] = {name: [] for name in (*_LOGGED, *_MADE)}
        self._texts: dict[bytes, str | None] = {}  # answers as they are logged, and as the table has them

    def add(self, shown: Sequence[Shown], clocks: Sequence[int]) -> None:
        """The screens of one session, each with the run of the clock."""
        new: dict[str, list[Any]] = {name: list(map(get, shown)) for name, get in _LOGGED.items()}
        onset, changes = new["onset"], list(map(_CHANGES, shown))
        new["clock"] = list(clocks)
        new["answer"] = self._answers(shown)
        new["markers"] = [_markers(sent) if sent else None for sent in map(_SENT, shown)]
        heard = list(map(_HEARD, shown))
        new["heard"] = [_heard(said, at) if said else None for said, at in zip(heard, onset, strict=True)]
        new["n_heard"] = list(map(len, heard))
        new["time_to_first_change"] = [
            c[1][0] - at if len(c) > 1 else None for c, at in zip(changes, onset, strict=True)
        ]
        new["rt_first_select"] = [c[0][0] - at if c else None for c, at in zip(changes, onset, strict=True)]
        new["n_changes"] = [len(c) - 1 if c else 0 for c in changes]
        new["switched_final"] = [len(c) > 1 and c[0][1] != c[-1][1] if c else None for c in changes]
        for name, values in new.items():
            self._values[name] += values
        self.decide += [
            answer is not None and status == "answered" and screen not in WAYS_OUT
            for answer, status, screen in zip(new["answer"], new["status"], new["screen"], strict=True)
        ]

    def _answers(self, shown: Sequence[Shown]) -> list[str | None]:
        """Each answer as JSON in one way of writing; most are given often, and are looked at once."""
        logged, texts = list(map(bytes, map(_ANSWER, shown))), self._texts
        for text in {*logged}.difference(texts):
            answer = msgspec.json.decode(text)
            texts[text] = None if answer is None else msgspec.json.encode(answer).decode()
        return list(map(texts.__getitem__, logged))

    def arrays(self) -> dict[str, pa.Array]:
        """The columns by name."""
        values = self._values
        found = {
            column.name: array("screens", column, values[column.name]) for column in SCREENS if column.name in values
        }
        found["rt_confirm"] = pc.subtract(pa.array(values["answered"], pa.float64()), found["onset"])
        found["timing_quality"] = _timing_quality(found)
        return found


def _markers(sent: Sequence[Went]) -> str:
    """A marker in short: its code, and device by device the milliseconds, or the error."""
    told = (f"{went.device}={went.error if went.latency is None else f'{1e3 * went.latency:.2f}'}" for went in sent)
    return " ".join((str(sent[0].code), *told))


def _heard(said: Sequence[Said], onset: float) -> str:
    """What others said, as JSON: seconds after the screen's onset, seat, words."""
    return msgspec.json.encode([[round(each.at - onset, 4), each.seat, each.says] for each in said]).decode()


def _timing_quality(screens: Mapping[str, pa.Array]) -> pa.Array:
    ok, late, lost, touch = (pa.scalar(t, pa.large_string()) for t in ("ok", "late frames", "focus lost", "touch"))
    found = pc.if_else(pc.equal(screens["device"], touch), touch, ok)
    found = pc.if_else(pc.greater(screens["late_frames"], 0), late, found)
    return pc.if_else(pc.greater(screens["unfocused"], 0), lost, found)


# ---------------------------------------------------------------- times of trials


def times(
    trials: Sequence[int], done: Sequence[bool], decide: Sequence[bool], screens: Mapping[str, pa.Array]
) -> dict[str, pa.Array]:
    """`started`, `ended` and `rt` of each trial.

    `trials` has the place of each screen's trial, `decide` whether it is a deciding screen; `done`, whether each trial
    was finished.
    """
    of, every, n = np.array(trials, dtype=np.int64), np.arange(len(trials)), len(done)
    last = _first(of, every[::-1], n)
    last[~np.array(done, dtype=bool)] = -1
    rt = _first(of, every[np.array(decide, dtype=bool)], n)
    return {
        "started": _taken(screens["onset"], _first(of, every, n)),
        "ended": _taken(screens["offset"], last),
        "rt": _taken(screens["rt_confirm"], rt),
    }


def _first(trials: Places, screens: Places, n: int) -> Places:
    """Of each of `n` trials the one of `screens` that comes first, -1 where there is none."""
    found = np.full(n, -1)
    having, places = np.unique(trials[screens], return_index=True)
    found[having] = screens[places]
    return found


def _taken(values: pa.Array, places: Places) -> pa.Array:
    return values.take(pa.array(places, mask=places < 0))
