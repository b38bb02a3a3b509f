"""One cell of a study gone through on paper: what each phase asks of a reader, and every screen that can come."""

from random import Random
from typing import TYPE_CHECKING

from attrs import define, field

from runner.checks.apart import left_outside, looks_across, on_both_sides, revealing
from runner.checks.confounds import Cell, Loads
from runner.checks.onpaper import Watched
from runner.checks.risk import incriminates
from runner.checks.wording import Load
from runner.declarations.materials import Library
from runner.errors import DeclarationError
from runner.planning import told_apart
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
    sides: tuple[list[Happened], list[Happened]] = field(factory=lambda: ([], []))  # outside and in the part apart

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
        if protocol.is_apart(self.cell):
            self._tied()
        return loads

    def _phase(self, phase: Phase, task: Task, cell: Cell) -> Load:
        total = Load()
        try:
            for given in task.trials(phase.params(cell), self._occasion(phase, cell)):
                own = self.sides[phase.apart(self.cell)]
                trial = self.checking.rehearsals.trial(task, given, Watched(own))
                if len(own) < len(self.past) and looks_across(task, given, own, self.past, self.checking.rehearsals):
                    self._wrong(phase, "looks back from one side of the part apart to the other, where it sees nothing")
                if self.checking.protocol.high_risk and incriminates(given, trial.screens):
                    what = "asks about acts outside the rules, which 'high_risk' keeps of nobody by themselves"
                    self._wrong(phase, f"{what}; ask with the task 'randomised_response'")
                happened = Happened(phase=phase.name, task=task.name, given=given, outcome=trial.outcome)
                self.past.append(happened)
                own.append(happened)
                total += trial.load
                self.screens += [(phase.name, screen) for screen in trial.screens]
        except DeclarationError as error:
            self.checking.found(error, self.checking.reading.phase(phase.name))
        except Exception as error:
            at = self.checking.reading.phase(phase.name).values["task"]
            reason = str(error) if isinstance(error, ValueError) else f"{type(error).__name__}: {error}"
            self.checking.wrong(f"task {task.name!r} can't make its trials: {reason}", at)
        return total

    def _tied(self) -> None:
        """What would tie the part apart to its participant."""
        protocol, tasks = self.checking.protocol, self.checking.tasks
        phases = {phase.name: phase for phase in protocol.phases}
        apart = [phase.name for phase in protocol.apart if phase.apart(self.cell)]
        for name, screen in self.screens:
            if name in apart and (what := revealing(screen)):
                self._wrong(phases[name], f"screen {screen.name!r} {what}; move it out of the part apart")
        for name, what in on_both_sides(self.screens, apart):
            where = f"asks in the part apart what is asked outside it, too ({what[:60]})"
            self._wrong(phases[name], f"{where}, and alike answers would tie the two together; ask once")
        for name in left_outside(protocol, self.screens, apart, tasks) if protocol.identity == "unlinkable" else ():
            what = "measures something, and would be kept under a code in a study that is 'unlinkable'"
            self._wrong(phases[name], f"{what}; give it 'unlinkable: true'")

    def _wrong(self, phase: Phase, what: str) -> None:
        self.checking.wrong(f"phase {phase.name!r} {what}", self.checking.phase(phase.name))

    def _occasion(self, phase: Phase, cell: Cell) -> Occasion:
        protocol = self.checking.protocol
        known = told_apart(protocol, phase, cell) if phase.apart(self.cell) else cell
        return Occasion(
            random=Random(f"check/{phase.name}"),
            assigned=known,
            materials=self.materials,
            phase=phase.name,
            details=self.materials.details,
            identity=protocol.identity,
            apart=protocol.kept_apart(cell),
        )
