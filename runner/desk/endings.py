"""How a session went, by what its process left behind: the log, an exit code, and what it said last."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from attrs import frozen

from runner.errors import VantageError
from runner.lines import UNFINISHED
from runner.privacy.running import read
from runner.records import SessionEnded

How = Literal["completed", "left", "withdrew", "interrupted", "refused", "fault"]

_SAID = re.compile(r"^vantage [a-z]+: ", re.MULTILINE)  # how `runner.cli` begins what it has to say
_NOISE = re.compile(r"\s|\d+\.\d+\s|.*\.py:\d+:|vantage: |Traceback")  # libraries' lines, and those for a terminal
_HOW = re.compile(r"^session [^ ]+ (completed|left): ", re.MULTILINE)  # what a session's process says at its end
LOCKED = ".age"  # what a log's name has added where only its keepers read it
MOST_NOTES, LONGEST = 3, 600  # lines and characters: a message is read while somebody waits


@frozen(kw_only=True)
class Ending:
    """One thing to say to the assistant."""

    how: How
    said: str = ""  # by the session's process, in one piece, never a traceback
    notes: tuple[str, ...] = ()
    log: Path | None = None  # of an interrupted session


def standing(folder: Path) -> Mapping[str, int]:
    """What a store holds, by name, in bytes: logs, however they stand, and the counts that withdrawals leave."""
    try:
        files = [path for path in folder.iterdir() if path.suffix in (".jsonl", ".json", LOCKED, UNFINISHED)]
        return {path.name.removesuffix(UNFINISHED): path.stat().st_size for path in files}
    except OSError:
        return {}


def judge(folder: Path, before: Mapping[str, int], log: Path | None, code: int, heard: str, said: str = "") -> Ending:
    """What became of a session; `log` is known for one that went on, else it is what is new in the folder. Of a log
    that was locked when the session was over, only what the process `said` tells how it went.
    """
    now = standing(folder)
    new = [name for name in now if name not in before]
    if log is None:
        log = next((folder / name for name in new if name.endswith(".jsonl")), None)
    notes = tuple(line for line in heard.splitlines() if line and not _NOISE.match(line) and not _SAID.match(line))
    if any(name.endswith(".withdrawn.json") for name in new) and (log is None or log.name not in now):
        return Ending(how="withdrew", notes=notes[:MOST_NOTES])
    locked = log.name + LOCKED in now if log else any(name.removesuffix(LOCKED) not in before for name in _locked(new))
    told = _HOW.search(said) if locked else None
    over = told[1] if told else _over(log) if log and log.name in now else ""
    if over:
        return Ending(how="completed" if over == "completed" else "left", notes=notes[:MOST_NOTES])
    why = message(heard)
    went_on = log is not None and now.get(log.name) != before.get(log.name)
    if went_on:
        return Ending(how="interrupted", said=why, log=log)
    return Ending(how="refused" if code == 2 and why else "fault", said=why, log=log)


def _locked(names: list[str]) -> list[str]:
    return [name for name in names if name.endswith(f".jsonl{LOCKED}")]


def message(heard: str) -> str:
    """The last thing that Vantage itself said, without its name before it."""
    starts = list(_SAID.finditer(heard))
    if not starts:
        return ""
    text = heard[starts[-1].end() :].partition("Traceback")[0]
    return " ".join(text.split())[:LONGEST]


def reason(code: int, said: str, heard: str) -> str:
    """Why a command did not do what was asked, in one piece, also where it tells its mistakes to programs."""
    try:
        first = json.loads(said)["mistakes"][0]
        told = " ".join(f"{first['file']}: {first['what']}".split())[:LONGEST]
    except (ValueError, KeyError, TypeError, IndexError):
        told = ""
    return message(heard) or told or f"exit code {code}"


def _over(log: Path) -> str:
    try:
        records = read(log)
    except VantageError:
        return ""
    return records[-1].how if records and isinstance(records[-1], SessionEnded) else ""
