"""Simulated participants: they see a screen and answer it. They know no task; what a screen measures and what an
option stands for is written on it.
"""

from collections.abc import Mapping
from random import Random
from typing import Literal

from attrs import field, frozen

from runner.respondents.answers import Quick, Respondent, Response, Scripted, Uniform, ex_gaussian
from runner.respondents.manners import Careless, Leaving, Suspicious
from runner.respondents.person import Theory
from runner.theory import Effects

__all__ = [
    "Careless",
    "Leaving",
    "Quick",
    "Respondent",
    "Response",
    "Scripted",
    "Spec",
    "Suspicious",
    "Theory",
    "Uniform",
    "ex_gaussian",
]


@frozen(kw_only=True)
class Spec:
    """Which respondent answers a session; kept in its log, so that resuming asks the same one."""

    kind: str  # "theory" or "uniform"
    seed: str
    weights: Mapping[str, float] = field(factory=dict)
    person: str = ""  # seed of what stays the same over a person's sessions, where there are several
    effects: Effects = field(factory=Effects)
    assigned: Mapping[str, str] = field(factory=dict)  # the session's levels, which a condition acts by
    manner: Literal["", "straight", "random", "suspicious"] = ""  # careless in one of two ways, or suspicious
    leaves_at: int = 0  # the screen at which the person stops, from 1; 0: stays
    distressed: bool = False  # stops because it is too much

    def make(self) -> Respondent:
        """The respondent, at the beginning of a session."""
        random = Random(self.seed)
        made: Respondent
        if self.kind == "uniform":
            made = Uniform(random)
        elif self.manner in ("straight", "random"):
            made = Careless(random, straight=self.manner == "straight")
        else:
            made = Theory(
                random, weights=self.weights, person=self.person, effects=self.effects, assigned=self.assigned
            )
        if self.manner == "suspicious":
            made = Suspicious(made)
        return Leaving(made, at=self.leaves_at, distressed=self.distressed) if self.leaves_at else made
