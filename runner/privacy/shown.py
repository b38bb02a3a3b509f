"""What a session shows and its log doesn't hold: the alias that was picked, and codes to be paid with.

`<session>.jsonl.shown` has them from before they are used until the session is over, so that one that was killed shows
the same ones again. Then it is overwritten: nothing is left that would tie an alias or a code to the session. Where
the log is locked while its session is under way, this is locked with the same key.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from runner import disk
from runner.errors import HistoryError, VantageError
from runner.privacy import keys, running, seals
from runner.records import SessionEnded

ENDING = ".shown"


class Shown:
    """The alias of one session. This class keeps it in memory, for simulations and tests."""

    def __init__(self) -> None:
        self._alias = ""

    @property
    def alias(self) -> str:
        """The alias as it is displayed; empty where none was picked."""
        return self._alias

    def call(self, alias: str) -> None:
        """From now on the participant is called so."""
        self._alias = alias

    def forget(self) -> None:
        """The session is over."""
        self._alias = ""


class KeptShown(Shown):
    """The same on the disk, where it survives a kill."""

    def __init__(self, log: Path) -> None:
        self._log = log
        self._alias = _kept(log)["alias"]

    def call(self, alias: str) -> None:
        _keep(self._log, {**_kept(self._log), "alias": alias})
        super().call(alias)

    def forget(self) -> None:
        super().forget()
        forget(self._log)


def beside(log: Path) -> Path:
    """Where it stands for a session's log."""
    return log.with_name(log.name + ENDING)


def code(log: Path, number: int, draw: Callable[[], str]) -> str:
    """The code of a session's page `number`, from 0, of those with one; drawn once, and on the disk from then on."""
    kept = _kept(log)
    if number < len(kept["codes"]):
        return str(kept["codes"][number])
    drawn = draw()
    _keep(log, {**kept, "codes": [*kept["codes"], drawn]})
    return drawn


def forget(log: Path) -> None:
    """Overwrite and remove it."""
    for path in (beside(log), beside(log).with_name(f"{beside(log).name}.new")):
        seals.erase(path)


def forget_alias(log: Path) -> None:
    """Of a session that may not go on any more the alias is forgotten; its code stays, or it could be paid twice."""
    if _kept(log)["alias"]:
        _keep(log, {**_kept(log), "alias": ""})


def sweep(data: Path, study: str) -> list[Path]:
    """Do for all sessions of a study what a kill kept them from; the logs of those that are not over."""
    for half in (data / study).glob(f"*/*.jsonl{ENDING}.new"):  # what a kill left before it had its name
        log = half.with_name(half.name.removesuffix(f"{ENDING}.new"))
        if not running.stands(log) or running.is_free(log):
            seals.erase(half)
    logs = [path.with_name(path.name.removesuffix(ENDING)) for path in (data / study).glob(f"*/*.jsonl{ENDING}")]
    for log in logs:
        tidy(log)
    return [log for log in sorted(logs) if beside(log).is_file()]


def tidy(log: Path) -> None:
    """Of a session that is over nothing stays."""
    if not beside(log).is_file():
        return
    try:
        records = running.read(log) if running.stands(log) else []
    except VantageError:  # damaged: whoever mends it may want to go on
        return
    if not records or isinstance(records[-1], SessionEnded):
        forget(log)


def _kept(log: Path) -> dict[str, Any]:
    path = beside(log)
    if not path.is_file():
        return {"alias": "", "codes": []}
    try:
        with disk.explained(path, "reading what the session showed"):
            content = path.read_bytes()
        key = keys.get(keys.folder() / running.key_of(log))
        kept = json.loads(keys.unlock(content, key) or b"" if key else content)
        return {"alias": str(kept["alias"]), "codes": [str(each) for each in kept["codes"]]}
    except (ValueError, KeyError, TypeError, RecursionError):
        what = "this is not what the session showed; it was damaged or changed; use a copy that is whole"
        raise HistoryError(what, path) from None


def _keep(log: Path, kept: dict[str, Any]) -> None:
    path = beside(log)
    key, content = keys.get(keys.folder() / running.key_of(log)), json.dumps(kept).encode()
    if not key and running.file_of(log) != log:
        what = f"the key of this session's log is gone from {keys.folder()}, and in the clear nothing of it is kept"
        raise HistoryError(f"{what}; begin a new session", path)
    with disk.explained(path, "keeping what the session showed"), seals.overwriting(path):
        disk.replace_file(path, keys.lock(content, key[0]) if key else content)
