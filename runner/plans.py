"""A session before it happens: frozen, printable, hashable, comparable."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal

from attrs import frozen

from runner.tasks import Task

PART = "part_apart"  # id, phase and task of the trial that stands in a plan for the whole part apart


@frozen(kw_only=True)
class Trial:
    """One performance of a task, with everything that it needs; `id` is unique in its plan."""

    id: str
    phase: str
    task: str
    given: Any
    within: str = ""  # "factor=level" of the within-participant factor that its phase is repeated for
    reaches: str = "staying"  # who gets here; see protocol.Phase
    code: int = 0  # marker of its first screen, where the task has none of its own; 0: none


@frozen(kw_only=True)
class SessionPlan:
    """Everything that one session will do, in order, all chance already drawn from `seed`."""

    study: str
    participant: str
    language: str
    seed: str  # readable: "frame-and-visibility/main/7"
    slot: int
    assigned: Mapping[str, str]  # factor -> level
    trials: tuple[Trial, ...]
    interface: Mapping[str, str]  # words of the controls and `support`, in the session's language

    @property
    def digest(self) -> str:
        """SHA-256 over the canonical JSON, 64 hex digits."""
        import msgspec  # here, since `vantage check` needs plans and no JSON

        return hashlib.sha256(msgspec.json.encode(self._written("deterministic"))).hexdigest()

    def plain(self) -> dict[str, Any]:
        """As JSON types."""
        return self._written(None)

    def _written(self, order: Literal["deterministic"] | None) -> dict[str, Any]:
        # A trial without a marker is written as it was before there were any: digests of earlier sessions last.
        import msgspec

        plain: dict[str, Any] = msgspec.to_builtins(self, order=order)
        for trial in plain["trials"]:
            if not trial["code"]:
                del trial["code"]
        return plain


def planned(plain: Mapping[str, Any], find: Callable[[str], Task]) -> SessionPlan:
    """The plan that `plain` was made of; raises msgspec.ValidationError, KeyError or TypeError if tasks changed."""
    import msgspec

    rest = {name: value for name, value in plain.items() if name != "trials"}
    trials = [
        Trial(**{**t, "given": None if t["task"] == PART else msgspec.convert(t["given"], find(t["task"]).given)})
        for t in plain["trials"]
    ]
    return SessionPlan(**rest, trials=tuple(trials))


def differences(one: Mapping[str, Any], other: Mapping[str, Any]) -> Iterator[str]:
    """Where two plans as JSON types part, as "path: this, that", in order."""
    yield from _differences(one, other, "plan")


def _differences(one: Any, other: Any, path: str) -> Iterator[str]:
    if isinstance(one, dict) and isinstance(other, dict):
        for key in {**one, **other}:
            yield from _differences(one.get(key), other.get(key), f"{path}.{key}")
    elif isinstance(one, list) and isinstance(other, list):
        if len(one) != len(other):
            yield f"{path}: {len(one)} entries, {len(other)} entries"
        for i, (a, b) in enumerate(zip(one, other, strict=False)):
            yield from _differences(a, b, f"{path}[{i}]")
    elif one != other:
        yield f"{path}: {one!r}, {other!r}"
