"""The pool of a study's parts apart: held locked until enough are together, then kept where nothing tells whose.

Parts with the same levels, language and protocol are alike; `least` of those that are held are opened together, so that
each hides among that many. Both files are written anew as a whole each time, in an order by chance, with no time of
their own: what is held under a new key (earlier copies of it can't be opened any more), what is open under new names.
"""

import json
import os
import re
import secrets
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from attrs import frozen

from runner import disk
from runner.errors import HistoryError, MachineError
from runner.privacy import gathered, keys, seals, tokens
from runner.privacy.apart import FOLDER, Kept
from runner.privacy.likeness import VERSION, Alike, alike, hidden, told_less

HELD, OPEN = "held.age", "pooled.jsonl"
EPOCH = (946684800, 946684800)  # 2000-01-01: the time of every file here
_ROOM = 4096  # bytes: what is held of a part is filled up to a multiple, so that lengths tell little
_PATIENCE = 60.0  # seconds for which another process may use the pool
_CHANCE = secrets.SystemRandom()
_ID = re.compile(r"vantage held ([0-9a-f]{16})")


@frozen(kw_only=True)
class Counts:
    """How many parts there are: held, by what makes them alike, and open."""

    held: Mapping[Alike, int]
    opened: Mapping[Alike, int]


class Pool:
    """The pool of one study's store on this station; whatever it does is done as a whole or not at all."""

    def __init__(self, data: Path, study: str, store: str, *, least: int, until: date | None = None) -> None:
        self.folder = data / study / store / FOLDER
        self.least, self.until = least, until  # the last day on which a token finds a part
        self._data, self._study, self._store = data, study, store

    def add(self, name: str, record: Kept) -> None:
        """Take a part in, once however often it is handed over, and open those of which there are enough now."""
        with self._alone():
            state = self._state()
            if name not in state["handed"]:
                state["parts"].append(record)
                state["handed"].append(name)
                self._hold(state)
            self._open(state, [part for part in state["parts"] if self._enough(state["parts"], part)])

    def add_open(self, records: Iterable[Kept]) -> None:
        """Parts that nobody has to be protected from: of simulated people."""
        with self._alone():
            self._put_open([*self._opened(), *records], by_chance=False)

    def counts(self) -> Counts:
        """What there is."""
        with self._alone():
            state = self._state()
            return Counts(held=Counter(map(alike, state["parts"])), opened=Counter(map(alike, self._opened())))

    def release(self, *, destroy: bool = False) -> tuple[int, int]:
        """At a study's end: open the rest among those that are open already; how many were opened, and destroyed.

        Where fewer than `least` would be alike, the protocol's version is left out, of all of these, if nothing else in
        them tells it. What then still isn't among enough is refused, or destroyed.
        """
        with self._alone():
            state, opened = self._state(), self._opened()
            fits, before = Counter(map(alike, (*state["parts"], *opened))), len(opened)
            parts = [part for part in state["parts"] if fits[alike(part)] < self.least]
            opened += [part for part in state["parts"] if fits[alike(part)] >= self.least]
            if joining := hidden(parts, opened, self.least):
                same = {alike(part, VERSION) for part in joining}
                opened = [told_less(each, VERSION) if alike(each, VERSION) in same else each for each in opened]
                opened += [told_less(part, VERSION) for part in joining]
                parts = [part for part in parts if not any(part is each for each in joining)]
            if parts and not destroy:
                raise MachineError(
                    f"{self.folder}: {len(parts)} parts are of people with levels that fewer than {self.least} share, "
                    "and were promised not to be opened so; wait for more sessions, or destroy them with --destroy"
                )
            self._open(state, state["parts"], into=opened)
            return len(opened) - before, len(parts)

    def find(self, token: str) -> set[str]:
        """The parts that a token opens, held or open, by seals, alike in all copies. None after the announced day."""
        with self._alone():
            parts = [*self._state()["parts"], *self._opened()]
            return set() if self._over() else {part["token"] for part in parts if _is_of(part, token)}

    def withdraw(self, token: str) -> int:
        """Remove the parts that a token opens; how many there were."""
        with self._alone():
            state, opened = self._state(), self._opened()
            if self._over():
                return 0
            held = [part for part in state["parts"] if not _is_of(part, token)]
            kept = [part for part in opened if not _is_of(part, token)]
            disk.forget_tables(self.folder, overwrite=True)
            if len(kept) < len(opened):
                self._put_open(kept)
            if len(held) < len(state["parts"]):
                self._hold({**state, "parts": held})
            return len(state["parts"]) - len(held) + len(opened) - len(kept)

    def refresh(self) -> int:
        """Drop what finds a part by its token once the announced day is past; of how many parts."""
        with self._alone():
            state, opened = self._state(), self._opened()
            held, found = (sum("token" in part for part in parts) for parts in (state["parts"], opened))
            if self._over() and held:
                self._hold(state)
            if self._over() and found:
                self._put_open(opened)
            return held + found if self._over() else 0

    # ------------------------------------------------------------ what is open

    def _opened(self) -> list[Kept]:
        return read_open(self.folder / OPEN)

    def _open(self, state: dict[str, Any], which: list[Kept], into: list[Kept] | None = None) -> None:
        """Move held parts to the open ones. A kill between the two files is mended by `_state`."""
        if not which:
            return
        content = self._content([*self._opened(), *which] if into is None else into)
        rest = [part for part in state["parts"] if not any(part is each for each in which)]
        digest = sha256(content).hexdigest()
        self._hold({**state, "opening": {"sha256": digest, "rest": rest}})
        self._write(self.folder / OPEN, content)
        self._hold({**state, "parts": rest, "opening": None})

    def _put_open(self, parts: Sequence[Kept], *, by_chance: bool = True) -> None:
        self._write(self.folder / OPEN, self._content(parts, by_chance=by_chance))

    def _content(self, parts: Sequence[Kept], *, by_chance: bool = True) -> bytes:
        """A line a part, under a new name, in a new order: neither tells when it came."""
        anew = {"name", "study", "store", *self._past}
        told = [{name: value for name, value in part.items() if name not in anew} for part in parts]
        if by_chance:
            _CHANCE.shuffle(told)
            names = [secrets.token_hex(8) for _ in told]
        else:  # the same simulation gives the same file
            told.sort(key=_line)
            names = [sha256(f"{n}".encode()).hexdigest()[:16] for n, _ in enumerate(told)]
        about = {"study": self._study, "store": self._store}
        return b"".join(_line({"name": n, **about, **part}) + b"\n" for n, part in zip(names, told, strict=True))

    # ------------------------------------------------------------ what is held

    def _state(self) -> dict[str, Any]:
        """What is held, an opening that was cut short undone or completed."""
        path = self.folder / HELD
        self._keep_to(1, gathered.read(self.folder).until)
        if not path.is_file():
            return {"id": secrets.token_hex(8), "parts": [], "handed": [], "opening": None}
        with disk.explained(path, "reading the parts that are held"):
            sealed = path.read_bytes().partition(b"\n")[2]
        which = id_of(path)
        where = self._key(which)
        seals.erase(where.with_name(f"{where.name}.new"))
        plain = keys.unlock(sealed, keys.get(where))
        if plain is None:
            what = "the parts that are held can't be opened: their key isn't among this account's keys"
            raise HistoryError(f"{what} ({where}), or they were changed; nothing was done", path)
        first, *lines = plain.split(b"\n")
        state = {**json.loads(first), "id": which, "parts": [json.loads(line) for line in lines if line.strip()]}
        self._keep_to(state.get("least", 1), state.get("until", ""))
        opening = state["opening"]
        if opening is not None:
            there = self.folder / OPEN
            done = there.is_file() and sha256(there.read_bytes()).hexdigest() == opening["sha256"]
            state = {**state, "parts": opening["rest"] if done else state["parts"], "opening": None}
            self._hold(state)
        return state

    def _hold(self, state: dict[str, Any]) -> None:
        """Write what is held under a new key; the one before is destroyed when the new file is there."""
        which, path = state["id"], self.folder / HELD
        parts = [{n: value for n, value in part.items() if n not in self._past} for part in state["parts"]]
        _CHANCE.shuffle(parts)
        handed = sorted(state["handed"])  # by chance, since they are drawn so
        promised = {"least": self.least, "until": self.until.isoformat() if self.until else ""}
        lines = [_line({"handed": handed, "opening": state["opening"], **promised}), *map(_line, parts)]
        plain = b"\n".join(line.ljust(-(-len(line) // _ROOM) * _ROOM) for line in lines)
        key, place = keys.make(), self._key(which)
        keys.put(place, key, *keys.get(place))  # whichever opens what is there now, until it is replaced
        self._write(path, f"vantage held {which}\n".encode() + keys.lock(plain, key))
        keys.put(place, key)

    def _keep_to(self, least: int, until: str) -> None:
        """Hold to what was promised before, whatever the protocol says since."""
        self.least = max(self.least, least)
        if until:
            self.until = max(self.until or date.min, date.fromisoformat(until))

    def _key(self, which: str) -> Path:
        return keys.outside(self._data) / f"pool-{which}.key"

    # ------------------------------------------------------------ files

    def _write(self, path: Path, content: bytes) -> None:
        """A file as a whole, durable, without the time at which it was written."""
        with disk.explained(path, "writing the pool"):
            disk.make_folder(path.parent)
            with seals.overwriting(path):
                disk.replace_file(path, content)
            os.utime(path, EPOCH)
            if os.name == "posix":  # Windows opens no folder for that
                os.utime(path.parent, EPOCH)
        disk.forget_tables(self.folder)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """The pool for this process alone."""
        path = self.folder / ".lock"
        with disk.explained(path, "using the pool"):
            disk.make_folder(self.folder)
            fd = os.open(path, os.O_RDWR | os.O_CREAT | disk.BINARY, 0o600)
        try:
            deadline = time.monotonic() + _PATIENCE
            while not disk.lock(fd):
                if time.monotonic() > deadline:
                    raise MachineError(f"{self.folder}: another process has been using the pool for a minute; end it")
                time.sleep(0.01)
            os.utime(path, EPOCH)
            for name in (HELD, OPEN):  # what a kill left half-done
                seals.erase(self.folder / f"{name}.new")
            yield
        finally:
            os.close(fd)

    def _enough(self, parts: Sequence[Kept], part: Kept) -> bool:
        return sum(alike(each) == alike(part) for each in parts) >= self.least

    def _over(self) -> bool:
        return self.until is not None and date.today() > self.until

    @property
    def _past(self) -> tuple[str, ...]:
        """What is no longer kept of a part."""
        return ("token",) if self._over() else ()


def id_of(path: Path) -> str:
    """By what the key of a file of held parts goes; nothing else in that line may become the name of a file."""
    with disk.explained(path, "reading the parts that are held"), path.open("rb") as file:
        found = _ID.fullmatch(file.readline(64).decode("ascii", "replace").rstrip("\n"))
    if found is None:
        raise HistoryError("this is not what the pool wrote; use a copy that is whole", path)
    return found[1]


def read_open(path: Path) -> list[Kept]:
    """The parts of a file of open ones; none where it isn't there."""
    if not path.is_file():
        return []
    try:
        with disk.explained(path, "reading the pool"):
            found = [json.loads(line) for line in path.read_bytes().split(b"\n") if line]
        for part in found:
            hash(alike(part)), part["trials"], _is_of(part, tokens.SPECIMEN)  # each raises for what is none
        return found
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise HistoryError("this is not what the pool wrote; use a copy that is whole", path) from None


def gather(sources: Sequence[Path], pool: Pool) -> int:
    """Put the open parts of several stations into one pool, which has none yet; how many they are."""
    found = [part for source in sources for part in read_open(source)]
    with pool._alone():
        pool._state()
        if pool._opened():
            raise MachineError(f"{pool.folder / OPEN}: there is one already; gather into a new folder")
        gathered.note([each.parent for each in sources], pool.folder, pool.until.isoformat() if pool.until else "")
        pool._put_open(found)
    return len(found)


def _is_of(part: Kept, token: str) -> bool:
    return "token" in part and tokens.opens(token, part["token"])


def _line(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()
