"""The stimuli of one language: found by key, checked, and their placeholders filled from pack and protocol."""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from attrs import evolve

from runner.declarations.actors import read_actors
from runner.declarations.choice_designs import read_design
from runner.declarations.composing import parse
from runner.declarations.nodes import Map, Node, Scalar, Source, did_you_mean, rewritten, shown
from runner.declarations.rules import LANGUAGE
from runner.declarations.sources import read_source
from runner.declarations.structure import Structuring, in_order
from runner.errors import DeclarationError, Mistake
from runner.protocol import Protocol
from stimuli.causes import Commitment, Matched, Policies, Reports
from stimuli.kinds import (
    Design,
    Meeting,
    Pack,
    Page,
    Pages,
    Puzzles,
    Questions,
    Scale,
    WordList,
    WordLists,
)
from stimuli.others import Actors, Chat, Vignettes

T = TypeVar("T")

STIMULI = Path(__file__).parents[2] / "stimuli"
KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}(/[a-z0-9][a-z0-9_-]{0,63})?")
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")  # "{}" is left alone: a place that is filled while the session runs
OWN_TEXT = "texts: "  # what stands for the file of a text that the protocol itself holds
COMMON = "common"  # the word lists that all causes share


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
        own: Path | None = None,  # the laboratory's own materials, in folders like those of `folder`
    ) -> None:
        if not LANGUAGE.fullmatch(language):
            what = f"must be a code such as en or pt-BR, but is {shown(language)}"
            raise DeclarationError(Mistake("language", 0, 0, what))
        self.language, self.folder = language, folder
        self._folders = (own, folder) if own else (folder,)
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
        return self._table("designs", key, read_design)

    def actors(self, key: str) -> Actors:
        return self._table("actors", key, read_actors)

    def vignettes(self, key: str) -> Vignettes:
        return self._once("vignettes", key, Vignettes)

    def chat(self, key: str) -> Chat:
        return self._once("chats", key, Chat)

    def meeting(self, key: str) -> Meeting:
        return self._once("meetings", key, Meeting)

    def word_list(self, name: str) -> WordList:
        below = f"{self.language}/wordlists"
        files = [key for key in (self._pack_key, COMMON) if self._there(f"{below}/{key}.yaml")]
        known: dict[str, WordList] = {}
        for key in reversed(files):  # the cause's own come last and win
            known.update(self._once("wordlists", key, WordLists).lists)
        if name in known:
            return known[name]
        what = f"the word list {shown(name)} is missing{did_you_mean(name, known) or '; write it'}"
        raise MissingMaterialError(name, Mistake(str(self._folders[0] / below / f"{self._pack_key}.yaml"), 0, 0, what))

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
            path = self._path(kind, key, f"{self.language}/{kind}", ".yaml")
            self._known[kind, key] = self._read(path, cls)
        return self._known[kind, key]  # type: ignore[no-any-return]

    def _table(self, kind: str, key: str, read: Callable[[Path, str], T]) -> T:
        """A file of rows, the same in all languages."""
        if (kind, key) not in self._known:
            self._known[kind, key] = read(self._path(kind, key, kind, ".csv"), key)
        return self._known[kind, key]  # type: ignore[no-any-return]

    def _flat(self, name: str) -> Mapping[str, str]:
        if (name, "") not in self._known:
            path = self.folder / self.language / f"{name}.yaml"
            self._known[name, ""] = self._read(path, Mapping[str, str])
        return self._known[name, ""]  # type: ignore[no-any-return]

    def _there(self, name: str) -> list[Path]:
        """The files of this name, the laboratory's own first."""
        return [folder / name for folder in self._folders if (folder / name).is_file()]

    def _path(self, kind: str, key: str, below: str, ending: str) -> Path:
        """Where a key's file is; a key can't lead out of its folder, since it is made of plain words."""
        places = [folder / below for folder in self._folders]
        if not KEY.fullmatch(key):
            what = f"a name in {kind} must be lower-case words, with at most one /, but is {shown(key)}; rename it"
            raise MissingMaterialError(key, Mistake(str(places[0]), 0, 0, what))
        found = self._there(f"{below}/{key}{ending}")
        if not found:
            there = sorted(
                p.relative_to(at).with_suffix("").as_posix() for at in places for p in at.rglob(f"*{ending}")
            )
            what = f"{shown(key)} is not in {kind}{did_you_mean(key, there) or '; write the file, or name another'}"
            raise MissingMaterialError(key, Mistake(str(places[0] / f"{key}{ending}"), 0, 0, what))
        if len(found) > 1:  # or nobody could say by the protocol which one was shown
            what = f"{shown(key)} is a name in Vantage's own {kind} too; rename this file, here and in the protocol"
            raise DeclarationError(Mistake(str(found[0]), 0, 0, what))
        return found[0]

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
    said = protocol.details_in(language)
    missing = {name: f"[{name}]" for name in protocol.to_fill_in if not said.get(name)}
    facts = {"minutes": str(protocol.minutes), "study_title": protocol.title.get(language, protocol.study)}
    own = Path(protocol.materials) if protocol.materials else None
    texts = protocol.texts.get(language, {})
    return Library(language, protocol.pack, {**facts, **said, **missing}, texts, folder, own)


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
