"""The stimuli of one language: found by key, checked, and their placeholders filled from pack and protocol."""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from attrs import evolve

from runner.declarations.composing import parse
from runner.declarations.nodes import Map, Node, Scalar, Source, did_you_mean, rewritten, shown
from runner.declarations.rules import LANGUAGE
from runner.declarations.sources import read_source
from runner.declarations.structure import Structuring, in_order
from runner.errors import DeclarationError, Mistake
from runner.protocol import Protocol
from stimuli.causes import Commitment, Matched, Policies, Reports
from stimuli.kinds import (
    ChoiceSet,
    Design,
    Meeting,
    Pack,
    Page,
    Pages,
    Profile,
    Puzzles,
    Questions,
    Scale,
    WordList,
    WordLists,
)

T = TypeVar("T")

STIMULI = Path(__file__).parents[2] / "stimuli"
KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}(/[a-z0-9][a-z0-9_-]{0,63})?")
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")  # "{}" is left alone: a place that is filled while the session runs
OWN_TEXT = "texts: "  # what stands for the file of a text that the protocol itself holds
COMMON = "common"  # the word lists that all causes share
ATTRIBUTES = ("public", "normative", "autonomy", "statuscost", "selflead", "risk", "effort")


class MissingMaterialError(DeclarationError):
    """A protocol names a material that isn't there; `key` is what it wrote."""

    def __init__(self, key: str, mistake: Mistake) -> None:
        self.key = key
        super().__init__(mistake)


class Library:
    """All materials of one language for one cause; each is read once. Implements `runner.tasks.Materials`."""

    def __init__(
        self,
        language: str,
        pack: str,
        details: Mapping[str, str],
        texts: Mapping[str, Pages],
        folder: Path = STIMULI,
    ) -> None:
        if not LANGUAGE.fullmatch(language):
            what = f"must be a code such as en or pt-BR, but is {shown(language)}"
            raise DeclarationError(Mistake("language", 0, 0, what))
        self.language, self.folder = language, folder
        self.details = details  # for what a task says itself
        self._pack_key, self._texts = pack, texts
        self._known: dict[tuple[str, str], Any] = {}

    def pages(self, key: str) -> Pages:
        return self._once("texts", key, Pages) if key not in self._texts else self._own_text(key)

    def questions(self, key: str) -> Questions:
        return self._once("questions", key, Questions)

    def scale(self, key: str) -> Scale:
        return self._once("scales", key, Scale)

    def puzzles(self, key: str) -> Puzzles:
        return self._once("puzzles", key, Puzzles)

    def pack(self) -> Pack:
        return self._once("packs", self._pack_key, Pack)

    def reports(self) -> Reports:
        return self._once("reports", self._pack_key, Reports)

    def policies(self) -> Policies:
        return self._once("policies", self._pack_key, Policies)

    def matched(self) -> Matched:
        return self._once("matched", self._pack_key, Matched)

    def commitment(self) -> Commitment:
        return self._once("commitments", self._pack_key, Commitment)

    def design(self, key: str) -> Design:
        if ("designs", key) not in self._known:
            path = self._path("designs", key, self.folder / "designs", ".csv")
            self._known["designs", key] = read_design(path, key)
        return self._known["designs", key]  # type: ignore[no-any-return]

    def meeting(self, key: str) -> Meeting:
        return self._once("meetings", key, Meeting)

    def word_list(self, name: str) -> WordList:
        folder = self.folder / self.language / "wordlists"
        files = [key for key in (self._pack_key, COMMON) if (folder / f"{key}.yaml").is_file()]
        known: dict[str, WordList] = {}
        for key in reversed(files):  # the cause's own come last and win
            known.update(self._once("wordlists", key, WordLists).lists)
        if name in known:
            return known[name]
        what = f"the word list {shown(name)} is missing{did_you_mean(name, known) or '; write it'}"
        raise MissingMaterialError(name, Mistake(str(folder / f"{self._pack_key}.yaml"), 0, 0, what))

    def interface(self) -> Mapping[str, str]:
        return self._flat("interface")

    def word(self, key: str) -> str:
        words = self._flat("words")
        if key in words:
            return words[key]
        path = self.folder / self.language / "words.yaml"
        what = f"the word {shown(key)} is missing{did_you_mean(key, words) or '; add it'}"
        raise MissingMaterialError(key, Mistake(str(path), 0, 0, what))

    # ------------------------------------------------------------ finding

    def _once(self, kind: str, key: str, cls: type[T]) -> T:
        if (kind, key) not in self._known:
            path = self._path(kind, key, self.folder / self.language / kind, ".yaml")
            self._known[kind, key] = self._read(path, cls)
        return self._known[kind, key]  # type: ignore[no-any-return]

    def _flat(self, name: str) -> Mapping[str, str]:
        if (name, "") not in self._known:
            path = self.folder / self.language / f"{name}.yaml"
            self._known[name, ""] = self._read(path, Mapping[str, str])
        return self._known[name, ""]  # type: ignore[no-any-return]

    def _path(self, kind: str, key: str, folder: Path, ending: str) -> Path:
        """Where a key's file is; a key can't lead out of its folder, since it is made of plain words."""
        if not KEY.fullmatch(key):
            what = f"a name in {kind} must be lower-case words, with at most one /, but is {shown(key)}; rename it"
            raise MissingMaterialError(key, Mistake(str(folder), 0, 0, what))
        path = folder / f"{key}{ending}"
        if not path.is_file():
            there = sorted(p.relative_to(folder).with_suffix("").as_posix() for p in folder.rglob(f"*{ending}"))
            what = f"{shown(key)} is not in {kind}{did_you_mean(key, there) or '; write the file, or name another'}"
            raise MissingMaterialError(key, Mistake(str(path), 0, 0, what))
        return path

    # ------------------------------------------------------------ reading and filling

    def _read(self, path: Path, cls: Any) -> Any:
        source, node, found = _parsed(path)
        mistakes = list(found)
        terms = self._terms(node) if cls is Pack else self._fillings()
        filled = rewritten(node, lambda scalar: _fill(scalar.text, terms, _at(source, scalar, mistakes)))
        value = Structuring(source, mistakes).value(filled, cls)
        if mistakes:
            raise DeclarationError(*in_order(mistakes))
        return value

    def _fillings(self) -> Mapping[str, str]:
        return {**self.pack().terms, **self.details}

    def _terms(self, pack: Node) -> Mapping[str, str]:
        terms = pack.values.get("terms") if isinstance(pack, Map) else None
        own = terms.values if isinstance(terms, Map) else {}
        return {**{key: node.text for key, node in own.items() if isinstance(node, Scalar)}, **self.details}

    def _own_text(self, key: str) -> Pages:
        """A text that stands in the protocol itself."""
        if ("own", key) not in self._known:
            mistakes: list[Mistake] = []
            name, terms = f"{OWN_TEXT}{self.language}: {key}", self._fillings()

            def fill(text: str) -> str:
                return _fill(text, terms, lambda what: mistakes.append(Mistake(name, 0, 0, what)))

            pages = tuple(_page(page, fill) for page in self._texts[key].pages)
            if mistakes:
                raise DeclarationError(*in_order(mistakes))
            self._known["own", key] = Pages(pages=pages)
        return self._known["own", key]  # type: ignore[no-any-return]


def library(protocol: Protocol, language: str, folder: Path = STIMULI) -> Library:
    """A protocol's materials in one language; details that are still to be filled in stand visibly in brackets."""
    missing = {name: f"[{name}]" for name in protocol.to_fill_in if not protocol.details.get(name)}
    facts = {"minutes": str(protocol.minutes), "study_title": protocol.title.get(language, protocol.study)}
    details = {**facts, **protocol.details, **missing}
    return Library(language, protocol.pack, details, protocol.texts.get(language, {}), folder)


@lru_cache(maxsize=256)
def _parsed_version(path: Path, changed: int, size: int) -> tuple[Source, Node, tuple[Mistake, ...]]:
    source, _ = read_source(path)
    node, mistakes = parse(source)
    return source, node, tuple(mistakes)


def _parsed(path: Path) -> tuple[Source, Node, tuple[Mistake, ...]]:
    """A file's nodes; read again only when the file has changed."""
    try:
        status = path.stat()
    except OSError:
        return _parsed_version(path, 0, 0)  # which says what is wrong with it
    return _parsed_version(path, status.st_mtime_ns, status.st_size)


def _fill(text: str, terms: Mapping[str, str], wrong: Callable[[str], object]) -> str:
    if "{" not in text and "}" not in text:
        return text

    def filling(found: re.Match[str]) -> str:
        name = found[1]
        if not name or name in terms:
            return terms[name] if name else found[0]
        wrong(f"unknown placeholder {shown(name)}{did_you_mean(name, terms) or '; known are ' + ', '.join(terms)}")
        return found[0]

    if "{" in (rest := PLACEHOLDER.sub("", text)) or "}" in rest:
        wrong("a brace without its partner; placeholders are written {so}")
    return PLACEHOLDER.sub(filling, text)


def _at(source: Source, scalar: Scalar, mistakes: list[Mistake]) -> Callable[[str], None]:
    def wrong(what: str) -> None:
        mistakes.append(source.mistake(what, scalar))

    return wrong


def _page(page: Page, fill: Callable[[str], str]) -> Page:
    return evolve(page, title=fill(page.title), body=tuple(map(fill, page.body)), button=fill(page.button))


# ---------------------------------------------------------------- designs


def read_design(path: Path, name: str) -> Design:
    """A stored choice design: comment lines `# seed:` and `# d_error:`, a head line, one line for each set."""
    source, _ = read_source(path)
    notes: dict[str, str] = {}
    head: list[str] = []
    sets: list[ChoiceSet] = []
    mistakes: list[Mistake] = []
    for number, line in enumerate(source.lines, 1):
        if line.startswith("#"):
            key, _, value = line[1:].partition(":")
            notes[key.strip()] = value.strip()
        elif line.strip() and not head:
            head = line.split(",")
        elif line.strip():
            try:
                sets.append(_choice_set(dict(zip(head, line.split(","), strict=True))))
            except (ValueError, KeyError) as error:
                mistakes.append(source.at(number, 1, f"is no choice set ({shown(str(error))}); make the design anew"))
    if not sets or "seed" not in notes or not _is_number(notes.get("d_error", "")):
        mistakes.append(source.mistake("lacks sets, '# seed:' or '# d_error:'; make the design anew"))
    if mistakes:
        raise DeclarationError(*mistakes)
    return Design(name=name, seed=notes["seed"], d_error=float(notes["d_error"]), sets=tuple(sets))


def _choice_set(row: Mapping[str, str]) -> ChoiceSet:
    one, other = (Profile(**{a: _code(a, row[f"{side}_{a}"]) for a in ATTRIBUTES}) for side in ("one", "other"))
    return ChoiceSet(id=row["set"], block=int(row["block"]), one=one, other=other)


def _code(attribute: str, text: str) -> int:
    code = int(text)
    if code not in ((1, 2, 3) if attribute == "effort" else (-1, 1)):
        raise ValueError(f"{attribute} can't be {code}")
    return code


def _is_number(text: str) -> bool:
    return re.fullmatch(r"[0-9]+(\.[0-9]+)?", text) is not None
