"""What the page may ask to be done: group sessions started, held and closed, and notes kept."""

from collections.abc import Callable, Mapping
from typing import TypeVar, cast

import msgspec

from runner.console.looking import Looking
from runner.console.words import Words
from runner.errors import MachineError
from runner.laboratory import gatherings, incidents
from runner.laboratory.gatherings import Gathering
from runner.laboratory.incidents import About
from runner.laboratory.place import Place

T = TypeVar("T")
REASON = "whoever looks after the session said so"
STATES: Mapping[str, tuple[str, ...]] = {  # in which each can be asked for
    "start": ("gathering",),
    "pause": ("running",),
    "go-on": ("paused",),
    "close": gatherings.OPEN,
    "release": ("running", "paused"),
}
_DO: Mapping[str, Callable[[Place, str], None]] = {
    "start": gatherings.start,
    "pause": gatherings.pause,
    "go-on": gatherings.go_on,
}


class RefusedError(Exception):
    """What the page asked for can't be done: the key of the sentence that says why, and its values."""

    def __init__(self, key: str, status: int = 400, **values: object) -> None:
        super().__init__(key)
        self.key, self.status, self.values = key, status, values

    def said(self, words: Words) -> str:
        """The sentence."""
        return words[self.key].format(**self.values)


class Note(msgspec.Struct, forbid_unknown_fields=True):
    """A note as the page sends it."""

    about: str
    name: str
    text: str


class Nothing(msgspec.Struct, forbid_unknown_fields=True):
    """What the page sends where everything is in the address."""


def turn(looking: Looking, id: str, action: str, seat: int | None, body: bytes) -> None:
    """Start, pause, go on with or close a group session of this study, or wait for a seat no longer."""
    _read(body, Nothing)
    found = next((group for group in looking.groups() if group.id == id), None)
    if found is None:
        raise RefusedError("no_such_group", 404)
    if found.state not in STATES.get(action, ()) or (action == "start" and not found.taken):
        raise RefusedError("not_now", 409)
    try:
        _turn(looking.place, found, action, seat)
    except MachineError:  # another console, or the last to come, was faster
        looking.groups()  # raises where it was the database that failed
        raise RefusedError("not_now", 409) from None


def _turn(place: Place, group: Gathering, action: str, seat: int | None) -> None:
    if action == "close":
        gatherings.close(place, group.id, REASON)
    elif action == "release":
        if seat is None or seat not in [each.number for each in group.taken if each.state == "here"]:
            raise RefusedError("not_now", 409)
        gatherings.release(place, group.id, seat, REASON)
    else:
        _DO[action](place, group.id)


def keep(looking: Looking, body: bytes) -> None:
    """Keep a note about an incident."""
    said = _read(body, Note)
    text = said.text.replace("\r\n", "\n")
    problem = incidents.wrong(said.about, said.name, text)
    if problem:
        raise RefusedError(f"wrong_{problem}", n=incidents.LONGEST)
    incidents.note(looking.place, looking.protocol.study, cast(About, said.about), said.name, text)


def _read(body: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise RefusedError("wrong_request") from None
