"""A protocol file to a `Protocol`: types, names, and everything that can be judged without its materials."""

import hashlib
from collections.abc import Iterator, Mapping
from itertools import product
from math import prod
from pathlib import Path
from typing import Any

from attrs import Attribute, evolve, fields, frozen

from runner.declarations.composing import parse
from runner.declarations.deceptions import MOST_CELLS
from runner.declarations.laboratory import beside
from runner.declarations.nodes import Map, Node, Scalar, Sequence, Source, did_you_mean, shown, size
from runner.declarations.soundness import MOST_CODE, unsound
from runner.declarations.sources import decoded, read_source
from runner.declarations.structure import WRONG, Structuring, in_order
from runner.declarations.values import plain
from runner.errors import DeclarationError, Mistake
from runner.protocol import Factor, Phase, Protocol
from stimuli.kinds import Pages

OWN_TEXTS = Mapping[str, Mapping[str, Pages]]
MOST_WORK = 100_000  # values over all combinations; what people write needs a hundredth
_KEYS = ("phase", "task", "params", "when", "each", "reaches", "shuffled", "code", "unlinkable")  # of a phase
FROM_THE_FILE = {"text", "sha256", "materials"}  # not written, but taken from the file and its place


@frozen
class Reading:
    """A protocol with the nodes that it was made of, so that later mistakes find their place."""

    protocol: Protocol
    source: Source
    root: Map

    def phase(self, name: str) -> Map:
        """Where a phase stands."""
        phases = self.root.values["phases"]
        assert isinstance(phases, Sequence)
        return next(n for n in phases.items if isinstance(n, Map) and _text(n, "phase") == name)

    def own_text(self, language: str, key: str) -> Node:
        """Where a text of the protocol's own stands."""
        texts = self.root.values["texts"]
        assert isinstance(texts, Map)
        there = texts.values[language]
        assert isinstance(there, Map)
        return there.values[key]


def read_protocol(path: Path) -> Protocol:
    """The study that a file declares; a DeclarationError holds every mistake found."""
    return read_with_places(path).protocol


def read_protocol_text(text: str, name: str) -> Protocol:
    """The study that a log's copy of a protocol declares; `name` stands for the file in messages."""
    data = text.encode("utf-8", "surrogatepass")
    return _read(decoded(name, data), data).protocol


def read_with_places(path: Path) -> Reading:
    """The study with its places."""
    source, data = read_source(Path(path))
    reading = _read(source, data)
    return evolve(reading, protocol=evolve(reading.protocol, materials=beside(Path(path))))


def _read(source: Source, data: bytes) -> Reading:
    root, mistakes = parse(source)
    structuring = _ProtocolStructuring(source, mistakes)
    made = structuring.value(root, Protocol)
    protocol = None if made is WRONG else made
    if isinstance(root, Map):
        for where, what in unsound(protocol, structuring.factors):
            structuring.wrong(structuring.place(root, where), what)
    if mistakes or protocol is None or not isinstance(root, Map):
        raise DeclarationError(*in_order(mistakes))
    whole = evolve(protocol, text=data.decode("utf-8"), sha256=hashlib.sha256(data).hexdigest())
    return Reading(whole, source, root)


def _text(node: Node, key: str) -> str:
    value = node.values.get(key) if isinstance(node, Map) else None
    return value.text if isinstance(value, Scalar) else ""


# ---------------------------------------------------------------- types


class _ProtocolStructuring(Structuring):
    """As for any class, but phases are written with `phase:` and `params:`, and texts have a known shape."""

    def __init__(self, source: Source, mistakes: list[Mistake]) -> None:
        super().__init__(source, mistakes)
        self.factors: Mapping[str, Factor] = {}
        self.params: dict[str, type] = {}  # task -> its class of parameters
        self.work = 0  # values made for combinations of levels so far

    def fields(self, cls: type) -> dict[str, "Attribute[Any]"]:
        return {k: f for k, f in super().fields(cls).items() if cls is not Protocol or k not in FROM_THE_FILE}

    def value(self, node: Node, hint: Any, name: str = "") -> Any:
        if hint is Phase:
            return self._phase(node)
        made = super().value(node, OWN_TEXTS if hint == _TEXTS_HINT else hint, name)
        if name == "factors" and isinstance(node, Map):
            self.factors = made if made is not WRONG else self._whole_factors(node)
        return made

    def _whole_factors(self, node: Map) -> Mapping[str, Factor]:
        """The factors that can be read, so that one wrong factor doesn't make every use of the others wrong."""
        quiet = Structuring(self.source, [])
        made = {name: quiet.value(factor, Factor) for name, factor in node.values.items()}
        return {n: f if f is not WRONG else Factor(levels=()) for n, f in made.items()}

    # ------------------------------------------------------------ phases

    def _phase(self, node: Node) -> Any:
        if not isinstance(node, Map):
            what = f"a phase must be a map with the keys {', '.join(_KEYS)}"
            return self.wrong(node, f"{what}; write '- phase: name' and 'task: ...' below it")
        before = self.found
        self.unknown(node, _KEYS)
        hints = {"phase": str, "task": str, "reaches": _hint("reaches"), "each": str, "shuffled": str, "code": int}
        for key in ("phase", "task"):
            if key not in node.values:
                self.wrong(node, f"{key!r} is missing; add it (a text)")
        made = {k: self.value(node.values[k], hint, k) for k, hint in hints.items() if k in node.values}
        if isinstance(code := made.get("code"), int) and not 1 <= code <= MOST_CODE:
            self.wrong(node.values["code"], f"'code' must be 1 to {MOST_CODE}, but is {code}; correct it")
        when = self._when(node.values["when"]) if "when" in node.values else {}
        apart = self._apart(node.values["unlinkable"]) if "unlinkable" in node.values else None
        task = made.get("task", WRONG)
        params = self._task_params(node, task) if task is not WRONG else None
        variants = self._variants(node, params, when) if params is not None else ()
        if self.found > before:
            return WRONG
        return Phase(name=made.pop("phase"), variants=variants, when=when, unlinkable=apart, **made)

    def _task_params(self, node: Map, task: str) -> type | None:
        from experiments import find, names

        if task in self.params:
            return self.params[task]
        if task in (known := names()):
            self.params[task] = find(task).params
            return self.params[task]
        near = did_you_mean(task, known) or f"; there are {', '.join(known)}"
        self.wrong(node.values["task"], f"there is no task {shown(task)}{near}")
        return None

    def _apart(self, node: Node) -> Mapping[str, tuple[str, ...]] | None:
        """The levels at which a phase is in the part apart: all of them where it says `true`."""
        if isinstance(node, Map):
            return self._when(node)
        said = plain(node) if isinstance(node, Scalar) else None
        if not isinstance(said, bool):
            self.wrong(node, "'unlinkable' must be true, or a map from factors to levels; write {factor: level}")
        return {} if said is True else None

    def _when(self, node: Node) -> Mapping[str, tuple[str, ...]]:
        if not isinstance(node, Map):
            self.wrong(node, "'when' must be a map from factors to levels; write {factor: level}")
            return {}
        when: dict[str, tuple[str, ...]] = {}
        for name, wanted in node.values.items():
            if not self._is_factor(name, node.keys[name]):
                continue
            each = wanted.items if isinstance(wanted, Sequence) else [wanted]
            levels = [self.value(level, str, name) for level in each]
            for level, at in zip(levels, each, strict=True):
                if level is not WRONG and level not in self.factors[name].levels:
                    self._no_level(name, level, at)
            if not each:
                self.wrong(wanted, f"no level of {name!r} is named, so nobody gets here; name one or more")
            when[name] = tuple(level for level in levels if level in self.factors[name].levels)
        return when

    def _is_factor(self, name: str, at: Node) -> bool:
        if name in self.factors:
            return True
        near = did_you_mean(name, self.factors) or f"; there are {', '.join(self.factors) or 'none'}"
        self.wrong(at, f"there is no factor {shown(name)}{near}")
        return False

    def _no_level(self, factor: str, level: str, at: Node) -> None:
        levels = self.factors[factor].levels
        if levels:  # without any, the factor's own mistake has been told
            near = did_you_mean(level, levels) or f"; it has {', '.join(levels)}"
            self.wrong(at, f"factor {factor!r} has no level {shown(level)}{near}")

    # ------------------------------------------------------------ parameters by factor

    def _variants(self, node: Map, cls: type, when: Mapping[str, tuple[str, ...]]) -> tuple[Any, ...]:
        """The parameters for every combination of the factors that they depend on."""
        params = node.values.get("params", Map({}, {}, node.line, node.column))
        before = self.found
        used = tuple(dict.fromkeys(self._check_by(params, when)))
        levels = [when.get(factor, self.factors[factor].levels) for factor in used]
        combinations = prod(map(len, levels))
        if self.found > before or combinations > MOST_CELLS:
            return ()
        self.work += combinations * size(params)
        if self.work > MOST_WORK:
            self.wrong(params, "too many values by too many factors; let the parameters depend on fewer factors")
            return ()
        variants = []
        for combination in product(*levels):
            assigned = dict(zip(used, combination, strict=True))
            variants.append((assigned, self.value(_assigned(params, assigned), cls)))
        return tuple(variants)

    def _check_by(self, node: Node, when: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
        """The factors on which parameters depend; what is wrong with `{by: ...}` is noted."""
        if isinstance(node, Scalar):
            return
        if isinstance(node, Sequence) or "by" not in node.values:
            for part in node.items if isinstance(node, Sequence) else node.values.values():
                yield from self._check_by(part, when)
            return
        by = node.values["by"]
        if not isinstance(by, Scalar):
            self.wrong(by, "'by' must name a factor; write {by: factor} or {by: factor, level: value, ...}")
        elif self._is_factor(by.text, by):
            yield by.text
            given = [key for key in node.values if key != "by"]
            for key in given:
                if key not in self.factors[by.text].levels:
                    self._no_level(by.text, key, node.keys[key])
            needed = when.get(by.text, self.factors[by.text].levels)
            if given and (missing := [level for level in needed if level not in given]):
                self.wrong(node, f"no value for the level {', '.join(missing)} of {by.text!r}; add it")
            for key in given:
                yield from self._check_by(node.values[key], when)


def _assigned(node: Node, assigned: Mapping[str, str]) -> Node:
    """Parameters with each `{by: factor, ...}` replaced by what one assignment makes of it."""
    if isinstance(node, Scalar):
        return node
    if isinstance(node, Sequence):
        return evolve(node, items=[_assigned(item, assigned) for item in node.items])
    if "by" not in node.values:
        return evolve(node, values={key: _assigned(value, assigned) for key, value in node.values.items()})
    level = assigned[_text(node, "by")]
    if len(node.values) == 1:
        return Scalar(level, False, node.line, node.column, node.width)
    return _assigned(node.values[level], assigned)


def _hint(field: str) -> Any:
    return next(f.type for f in fields(Phase) if f.name == field)


_TEXTS_HINT = next(f.type for f in fields(Protocol) if f.name == "texts")
