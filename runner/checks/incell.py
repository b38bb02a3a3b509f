"""One cell of a study gone through on paper: what each phase asks of a reader, and every screen that can come."""

from random import Random
from typing import TYPE_CHECKING

from attrs import define, field

from runner.checks.confounds import Cell, Loads
from runner.checks.onpaper import Watched
from runner.checks.wording import Load
from runner.declarations.materials import Library
from runner.errors import DeclarationError
from runner.protocol import Phase
from runner.screens import Screen
from runner.tasks import Happened, Occasion, Task

if TYPE_CHECKING:
    from runner.checks.check import _Checking


@define
class Rehearsal:
    """One session on paper."""

    checking: "_Checking"
    materials: Library
    cell: Cell
    screens: list[tuple[str, Screen]] = field(factory=list)
    past: list[Happened] = field(factory=list)

    def run(self) -> Loads:
        """What each phase asks of a reader on the ordinary way; all screens that can come are kept."""
        loads: dict[str, Load] = {}
        protocol = self.checking.protocol
        for phase in protocol.phases:
            for level in protocol.factors[phase.each].levels if phase.each else ("",):
                here = {**self.cell, phase.each: level} if phase.each else self.cell
                if phase.applies(here):
                    load = self._phase(phase, self.checking.tasks[phase.task], here)
                    loads[phase.name] = loads.get(phase.name, Load()) + load
        return loads

    def _phase(self, phase: Phase, task: Task, cell: Cell) -> Load:
        total = Load()
        try:
            for given in task.trials(phase.params(cell), self._occasion(phase, cell)):
                trial = self.checking.rehearsals.trial(task, given, Watched(self.past))
                happened = Happened(phase=phase.name, task=task.name, given=given, outcome=trial.outcome)
                self.past.append(happened)
                total += trial.load
                self.screens += [(phase.name, screen) for screen in trial.screens]
        except DeclarationError as error:
            self.checking.found(error, self.checking.reading.phase(phase.name))
        except Exception as error:
            at = self.checking.reading.phase(phase.name).values["task"]
            reason = str(error) if isinstance(error, ValueError) else f"{type(error).__name__}: {error}"
            self.checking.wrong(f"task {task.name!r} can't make its trials: {reason}", at)
        return total

    def _occasion(self, phase: Phase, cell: Cell) -> Occasion:
        protocol = self.checking.protocol
        return Occasion(
            random=Random(f"check/{phase.name}"),
            assigned=cell,
            materials=self.materials,
            phase=phase.name,
            details=self.materials.details,
            identity=protocol.identity,
        )
