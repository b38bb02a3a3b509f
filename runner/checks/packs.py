"""What a cause still lacks, in every language, all of it at once, measured by the pack that is complete.

What its own file lacks is a mistake. The further files of a cause are needed by some protocols only, so a missing
one is a warning; one that is there and lacks a part is a mistake.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from attrs import define, field

from runner.checks.check import Report
from runner.declarations.composing import parse
from runner.declarations.materials import STIMULI
from runner.declarations.nodes import Map, Node, Scalar, Sequence, Source, did_you_mean, shown
from runner.declarations.rules import TEMPLATES
from runner.declarations.sources import read_source
from runner.declarations.structure import Structuring, in_order
from runner.errors import DeclarationError, Mistake
from stimuli.causes import Commitment, Matched, Policies, Reports
from stimuli.kinds import Pack, WordLists

COMPLETE = "gender"  # the pack that every task can do with
RENDERINGS = ("privilege", "disadvantage", "neutral", "source")
FURTHER: Mapping[str, tuple[type, str, str, str]] = {  # folder -> shape, where its parts stand, what names one, word
    "reports": (Reports, "reports", "", "report"),
    "policies": (Policies, "policies", "id", "policy"),
    "matched": (Matched, "pairs", "contrast", "pair of matched acts with the contrast"),
    "commitments": (Commitment, "ladders", "id", "rising cost"),
    "wordlists": (WordLists, "lists", "", "word list"),
}


def check_pack(name: str, folder: Path = STIMULI, complete: Path = STIMULI) -> Report:
    """Everything that a cause lacks in the languages of `folder`."""
    languages = sorted(path.name for path in folder.glob("*") if (path / "packs").is_dir())
    there = [language for language in languages if (folder / language / "packs" / f"{name}.yaml").is_file()]
    if not there:
        known = sorted({path.stem for path in folder.glob("*/packs/*.yaml")})
        near = did_you_mean(name, known) or f"; there are {', '.join(known) or 'none'}"
        where = folder / (languages or ["en"])[0] / "packs" / f"{name}.yaml"
        return Report(mistakes=(Mistake(str(where), 0, 0, f"there is no pack {shown(name)}{near}"),))
    checking = _Checking(name, folder, complete)
    for language in languages:
        if language in there:
            checking.language(language)
        else:
            checking.warn(language, "packs", "the pack is not there in this language; translate it if a study needs it")
    return Report(mistakes=tuple(in_order(checking.mistakes)), warnings=tuple(in_order(checking.warnings)))


@define
class _Checking:
    name: str
    folder: Path
    complete: Path
    mistakes: list[Mistake] = field(factory=list)
    warnings: list[Mistake] = field(factory=list)

    def path(self, language: str, kind: str) -> Path:
        return self.folder / language / kind / f"{self.name}.yaml"

    def warn(self, language: str, kind: str, what: str) -> None:
        self.warnings.append(Mistake(str(self.path(language, kind)), 0, 0, what))

    def language(self, language: str) -> None:
        """The pack and the further files in one language."""
        if read := self._read(self.path(language, "packs"), Pack):
            source, pack = read
            self.mistakes += [source.mistake(what, at) for at, what in _pack(pack, self._complete(language, "packs"))]
        for kind, (cls, part, key, word) in FURTHER.items():
            if not self.path(language, kind).is_file():
                what = f"there is no such file, which protocols with {kind} of a cause need; copy that of {COMPLETE}"
                self.warn(language, kind, what)
            elif read := self._read(self.path(language, kind), cls):
                source, root = read
                wanted = _names(self._complete(language, kind).values.get(part), key)
                self.mistakes += [source.mistake(what, at) for at, what in _without(root, part, key, wanted, word)]

    def _complete(self, language: str, kind: str) -> Map:
        """The complete pack's file, in English where the language doesn't have it yet."""
        places = [self.complete / each / kind / f"{COMPLETE}.yaml" for each in (language, "en")]
        node, _ = parse(read_source(next(place for place in places if place.is_file()))[0])
        return node if isinstance(node, Map) else Map({}, {}, 1, 1)

    def _read(self, path: Path, cls: type) -> tuple[Source, Map] | None:
        """A file's nodes; what is wrong with its shape is noted."""
        try:
            source, _ = read_source(path)
            node, found = parse(source)
        except DeclarationError as error:
            self.mistakes += error.mistakes
            return None
        Structuring(source, found).value(node, cls)
        self.mistakes += found
        return (source, node) if isinstance(node, Map) else None


# ---------------------------------------------------------------- what is not there

Lacking = Iterator[tuple[Node, str]]


def _pack(pack: Map, complete: Map) -> Lacking:
    yield from _without(pack, "terms", "", _names(complete.values.get("terms"), ""), "term")
    yield from _facts(pack, len(_items(complete.values.get("facts"))))
    templates = [str(number) for number in range(1, TEMPLATES + 1)]
    yield from _without(pack, "acts", "template", templates, "act for the template")
    phrases, wanted = pack.values.get("phrases"), complete.values.get("phrases")
    for attribute in _names(wanted, ""):
        levels = _names(wanted.values[attribute], "") if isinstance(wanted, Map) else []
        if isinstance(phrases, Map) and attribute in phrases.values:
            yield from _without(phrases, attribute, "", levels, f"phrase of {attribute!r} for the level")
        else:
            yield phrases or pack, f"'phrases' lacks {attribute!r}; add it, with the levels {', '.join(levels)}"
    if not _text(pack, "petition"):
        yield pack, "'petition' is missing; say what a real petition asks for"


def _facts(pack: Map, wanted: int) -> Lacking:
    """Every fact has its renderings and its source, and there are as many as the tasks may draw."""
    facts = _items(pack.values.get("facts"))
    for fact in facts:
        for rendering in RENDERINGS:
            if isinstance(fact, Map) and not _text(fact, rendering):
                named = shown(_text(fact, "id"))
                known = rendering in fact.values or rendering not in ("privilege", "disadvantage")  # or told already
                if known:
                    yield fact.keys.get(rendering, fact), f"the fact {named} has no {rendering!r}; write it"
    if len(facts) < wanted:
        yield pack.keys.get("facts", pack), f"there are {len(facts)} of {wanted} facts; write the others"


def _without(root: Map, part: str, key: str, wanted: Iterable[str], word: str) -> Lacking:
    """Each of the names that are wanted and not there."""
    node = root.values.get(part)
    missing = [name for name in wanted if name not in _names(node, key)]
    if missing:
        yield root.keys.get(part, root), f"there is no {word} {', '.join(map(shown, missing))}; add what is missing"


def _names(node: Node | None, key: str) -> list[str]:
    """The names in a part of a file: those of a map, or what each item of a list has under `key`."""
    if isinstance(node, Map):
        return list(node.values)
    return list(dict.fromkeys(_text(item, key) for item in _items(node)))


def _items(node: Node | None) -> list[Node]:
    return node.items if isinstance(node, Sequence) else []


def _text(node: Node, key: str) -> str:
    value = node.values.get(key) if isinstance(node, Map) else None
    return value.text.strip() if isinstance(value, Scalar) else ""
