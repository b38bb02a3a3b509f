"""Is a protocol fit to be run? All that can be known without a participant, every mistake and warning at once.

For every cell and language the trials are drawn with a fixed chance and performed on paper, so that a missing text,
a word that gives the hypothesis away or a page that doesn't fit is found before anyone sits down.
"""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from attrs import asdict, define, field, frozen

from runner.checks.confounds import Cell, Comparison, Loads, comparisons, confounds, depends
from runner.checks.fitting import unfit
from runner.checks.incell import Rehearsal
from runner.checks.onpaper import Rehearsals, cells
from runner.checks.order import measuring, too_early
from runner.checks.promises import broken
from runner.checks.wording import found_in, instructions, texts
from runner.declarations.laboratory import misplaced
from runner.declarations.materials import OWN_TEXT, STIMULI, Library, MissingMaterialError, library
from runner.declarations.nodes import Node, Scalar, Sequence, did_you_mean, shown
from runner.declarations.protocols import Reading, read_with_places
from runner.declarations.structure import Structuring, in_order, read_yaml
from runner.errors import DeclarationError, Mistake
from runner.leaving import ways_out
from runner.planning import controls
from runner.protocol import Phase, Protocol
from runner.screens import Screen
from runner.tasks import Task
from stimuli.kinds import Banned

HYPOTHESES = Path(__file__).parents[2] / "analysis" / "hypotheses.yaml"


@frozen(kw_only=True)
class Report:
    """What is wrong, so that the study can't be run, and what its author should look at."""

    mistakes: tuple[Mistake, ...] = ()
    warnings: tuple[Mistake, ...] = ()
    texts: tuple[Comparison, ...] = ()  # what stands for the levels of a factor, measured

    @property
    def ok(self) -> bool:
        """Can it be run?"""
        return not self.mistakes

    def plain(self) -> dict[str, list[dict[str, Any]]]:
        """As JSON types."""
        return {"mistakes": [asdict(m) for m in self.mistakes], "warnings": [asdict(w) for w in self.warnings]}

    def __str__(self) -> str:
        return "\n".join([*map(str, self.mistakes), *(f"warning: {warning}" for warning in self.warnings)])


def check(path: Path, *, layout: bool = True, stimuli: Path = STIMULI) -> Report:
    """Everything wrong with a protocol and the materials that it names; `layout` also lays crowded screens out."""
    try:
        reading = read_with_places(path)
    except DeclarationError as error:
        return Report(mistakes=error.mistakes)
    checking = _Checking(reading, stimuli, layout)
    checking.declarations()
    for language in reading.protocol.languages:
        checking.language(language)
    mistakes, warnings = in_order(checking.mistakes), in_order(checking.warnings)
    return Report(mistakes=tuple(mistakes), warnings=tuple(warnings), texts=tuple(checking.texts))


# ---------------------------------------------------------------- one protocol


@define
class _Checking:
    """One protocol under way; what is found is collected."""

    reading: Reading
    stimuli: Path
    layout: bool
    mistakes: list[Mistake] = field(factory=list)
    warnings: list[Mistake] = field(factory=list)
    texts: list[Comparison] = field(factory=list)
    tasks: Mapping[str, Task] = field(init=False)
    rehearsals: Rehearsals = field(factory=Rehearsals)
    seen: set[tuple[str, Screen]] = field(factory=set)  # in one language: each phase with each of its screens

    def __attrs_post_init__(self) -> None:
        from experiments import find

        self.tasks = {name: find(name) for name in {phase.task for phase in self.protocol.phases}}

    @property
    def protocol(self) -> Protocol:
        return self.reading.protocol

    def key(self, name: str) -> Node:
        """Where a key of the protocol stands, or the protocol's beginning."""
        return self.reading.root.keys.get(name, self.reading.root)

    def phase(self, name: str) -> Node:
        """Where a phase's name stands."""
        return self.reading.phase(name).values["phase"]

    def wrong(self, what: str, at: Node) -> None:
        self.mistakes.append(self.reading.source.mistake(what, at))

    def warn(self, what: str, at: Node) -> None:
        self.warnings.append(self.reading.source.mistake(what, at))

    # ------------------------------------------------------------ without materials

    def declarations(self) -> None:
        """What the protocol says of itself."""
        if missing := self.protocol.unfilled:
            what = f"no real session starts before these are in 'details': {', '.join(missing)}"
            if "withdraw_until" in missing:
                what += " ('withdraw_until' at the top of the protocol)"
            self.warn(what, self.key("to_fill_in"))
        named = {*self.protocol.details, *self.protocol.to_fill_in}
        if "support" not in named and any(task.consents for task in self.tasks.values()):
            what = "whoever finds it too much is told nobody to turn to, and no real session starts so"
            self.warn(f"{what}; add 'support' to 'to_fill_in' or 'details'", self.key("details"))
        if self.protocol.deception and not self.protocol.ethics.strip():
            what = "a study with deception names the approval of an ethics board; add 'ethics'"
            self.warn(what, self.key("deception"))
        for where, what in broken(self.protocol, self.tasks):
            self.wrong(what, Structuring(self.reading.source, []).place(self.reading.root, where))
        if self.protocol.materials:
            for file, reason in misplaced(Path(self.protocol.materials), self.stimuli):
                self.warnings.append(Mistake(str(file), 0, 0, f"nothing reads this file: {reason}; move or rename it"))
        if self.protocol.hypotheses and HYPOTHESES.is_file():
            known = re.findall(r"\bid: *([A-Za-z0-9_]+)", HYPOTHESES.read_text(encoding="utf-8"))
            nodes = self.reading.root.values["hypotheses"]
            for at, name in enumerate(self.protocol.hypotheses):
                if name not in known and isinstance(nodes, Sequence):
                    near = did_you_mean(name, known) or "; see analysis/hypotheses.yaml"
                    self.wrong(f"there is no hypothesis {shown(name)}{near}", nodes.items[at])

    # ------------------------------------------------------------ one language

    def language(self, language: str) -> None:
        """Every cell in one language."""
        before = len(self.mistakes)
        self.rehearsals = Rehearsals(language)
        materials = library(self.protocol, language, self.stimuli)
        if self._part(materials.pack) is None:
            return
        interface = self._part(materials.interface)
        self._controls(language, interface or {})
        loads: list[tuple[Cell, Loads]] = []
        screens: dict[Screen, str] = {}
        self.seen = set()
        for cell, compared in cells(self.protocol):
            rehearsal = Rehearsal(self, materials, cell)
            asked = rehearsal.run()
            loads += [(cell, asked)] if compared else []
            self.seen.update(rehearsal.screens)
            for name, seen in rehearsal.screens:
                screens.setdefault(seen, name)
        self._wording(language, screens)
        if len(self.mistakes) == before and interface is not None:
            for name, what in unfit(screens, interface, self.layout):
                self.wrong(f"phase {name!r}: {what}", self.phase(name))
            for _, what in unfit(dict.fromkeys(ways_out(controls(materials)), ""), interface, self.layout):
                self.wrong(f"the control for stopping: {what}", self.key("details"))
            self._order(materials)
            self.texts += [found for found in comparisons(self.protocol, loads, language) if found.declared]
            still = {phase.name for phase in self._until_measured()}
            for confound in confounds(self.protocol, loads, language):
                if not still.intersection(confound.phases):
                    continue  # what differs after everything was measured changes nothing
                self.warn(f"{confound} [{language}]", self.phase(confound.phases[0]))

    def _controls(self, language: str, interface: Mapping[str, str]) -> None:
        """Another language has the controls that English has, which a test holds to the stages."""
        path = self.stimuli / "en" / "interface.yaml"
        if language != "en" and path.is_file():
            for key in read_yaml(path, Mapping[str, str]):  # type: ignore[type-abstract]
                if key not in interface:
                    what = f"the control {key!r} is missing; translate it from {path.name} of en"
                    self.mistakes.append(Mistake(str(self.stimuli / language / "interface.yaml"), 0, 0, what))

    def _part(self, part: Callable[[], Any]) -> Any:
        """What nothing can do without; None, and its mistakes noted, if it can't be had."""
        try:
            return part()
        except DeclarationError as error:
            self.found(error, self.reading.root)
            return None

    def found(self, error: DeclarationError, among: Node) -> None:
        """A material's mistakes; one that is missing is told where the protocol names it."""
        if isinstance(error, MissingMaterialError):
            place = _naming(among, error.key)
            if place is not None:
                self.wrong(f"{error.mistakes[0].what} ({error.mistakes[0].file})", place)
                return
        for mistake in error.mistakes:
            if mistake.file.startswith(OWN_TEXT):
                text = self.reading.own_text(*mistake.file.removeprefix(OWN_TEXT).split(": "))
                self.wrong(mistake.what, _naming(text, mistake.what) or text)
            else:
                self.mistakes.append(mistake)

    def _wording(self, language: str, screens: Mapping[Screen, str]) -> None:
        path = self.stimuli / language / "banned.yaml"
        if not path.is_file():
            return
        try:
            banned = read_yaml(path, Banned)
        except DeclarationError as error:
            self.mistakes += error.mistakes
            return
        titles = f"{self.protocol.title[language]}\n{self.protocol.study.replace('-', ' ')}"
        for word in found_in(titles, banned.everywhere):
            what = f"the title or the study's name says {word!r}, which {banned.everywhere[word]}; choose another"
            self.wrong(what, self.key("title"))
        phases = {phase.name: phase for phase in self.protocol.phases}
        instructing = self._instructing()
        for screen, name in screens.items():
            where, at = f"screen {screen.name!r} of phase {name!r} says", self.phase(name)
            for word in found_in("\n".join(texts(screen)), banned.everywhere):
                self.wrong(f"{where} {word!r}: {banned.everywhere[word]}; say it otherwise", at)
            if phases[name] in instructing:
                for word in found_in("\n".join(instructions(screen)), banned.instructions):
                    self.warn(f"{where} {word!r}: {banned.instructions[word]}; say it otherwise", at)

    def _instructing(self) -> list[Phase]:
        """The phases whose words must not hint: up to the last thing measured, and no factor's own."""
        treatments = [name for name, factor in self.protocol.factors.items() if factor.treats]
        return [p for p in self._until_measured() if not any(depends(p, name) for name in treatments)]

    def _until_measured(self) -> tuple[Phase, ...]:
        """The phases up to the last one in which something is measured."""
        measured = measuring(self.seen)
        last = max((at for at, phase in enumerate(self.protocol.phases) if phase.name in measured), default=-1)
        return self.protocol.phases[: last + 1]

    def _order(self, materials: Library) -> None:
        """A question about the manipulation, asked before what it is to change, is a manipulation itself."""
        for name, what in too_early(self.protocol, self.seen, lambda scale: materials.scale(scale).check):
            self.warn(what, self.phase(name))


def _naming(node: Node, text: str) -> Node | None:
    """The first value that is `text`, or a placeholder in it that `text` quotes."""
    if isinstance(node, Scalar):
        inside = re.findall(r"\{[^{}]*\}", node.text)
        return node if node.text == text or any(shown(name[1:-1]) in text for name in inside) else None
    parts = node.items if isinstance(node, Sequence) else node.values.values()
    return next((place for part in parts if (place := _naming(part, text)) is not None), None)
