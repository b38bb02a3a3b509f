"""The hypotheses as data (`hypotheses.yaml`), read with every mistake at its place."""

from collections import Counter
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

from attrs import Attribute, field, frozen

from analysis.paths import Path as PathOfNames
from analysis.paths import is_path, names_of, parse_path
from analysis.terms import Term, parse
from runner.declarations.structure import read_yaml
from runner.errors import VantageError

FILE = Path(__file__).with_name("hypotheses.yaml")

SOURCES: Mapping[str, str] = {
    "T": "stated in the theory's table",
    "X": "stated in the theory's text",
    "R": "replication of a cited study",
    "D": "derived in this project, not a prediction of the paper",
}
Model = Literal["CH", "LIN", "STK", "BIN", "CNT", "HUR", "COX", "ORD", "MIX", "MED", "XL", "DOM", "SURF", "DES"]
# The smallest effect of interest by model, in the model's unit; choices have the protocol's (paradigms.md C0).
BOUNDS: Mapping[str, float] = {
    "LIN": 0.10,
    "STK": 0.10,
    "CNT": 0.10,
    "MED": 0.10,
    "XL": 0.10,
    "BIN": 0.2,
    "HUR": 0.2,
    "COX": 0.2,
    "ORD": 0.2,
    "MIX": 0.1,
}


def _readable(instance: Any, attribute: "Attribute[Any]", value: str | tuple[str, ...]) -> None:
    for text in (value,) if isinstance(value, str) else value:
        parse_path(text) if is_path(text) else parse(text)


def _measures(instance: Any, attribute: "Attribute[Any]", value: str) -> None:
    from analysis.measures import find

    if value:
        find(value)


@frozen(kw_only=True)
class Variable:
    """What a name in a test stands for: a construct, scored from its scale, or a measure of another kind.

    `when` says which measurement of a construct counts. A measure is a function in `analysis/measures`.
    """

    label: str
    construct: str = ""
    when: Literal["before", "after", "early", "late"] = "late"
    measure: str = field(default="", validator=_measures)
    levels: tuple[str, ...] = ()  # of a measure in words, which then serves as a factor; the first is the reference

    def __attrs_post_init__(self) -> None:
        if bool(self.construct) == bool(self.measure):
            raise ValueError("a variable has a construct or a measure: write one of them")


@frozen(kw_only=True)
class Hypothesis:
    """One prediction: what to estimate, and what would bear it out."""

    id: str
    says: str
    source: Literal["T", "X", "R", "D"]
    block: Literal["antecedents", "action", "manipulations", "measurement"]
    model: Model
    test: str | tuple[str, ...] = field(validator=_readable)
    outcome: str | tuple[str, ...] = ""
    sign: int | tuple[int, ...] = 1
    kind: Literal["diff", "equal"]
    combine: Literal["all", "each"] = "all"
    given: tuple[str, ...] = ()
    filter: str = ""
    cluster: str = ""  # "session": a shared setting; "person"; else by what the test compares
    sesoi: float | None = None
    primary: bool = False
    note: str = ""
    protocols: tuple[str, ...] = ()

    def __attrs_post_init__(self) -> None:
        if set(self.signs) - {1, -1}:
            raise ValueError(f"{self.id}: a sign is 1 or -1, got {', '.join(map(str, self.signs))}")
        if len(self.signs) != len(self.tests):
            raise ValueError(
                f"{self.id}: {len(self.signs)} signs for {len(self.tests)} tests; write one for each, or one for all"
            )
        if self.sesoi is not None and not self.sesoi > 0:
            raise ValueError(f"{self.id}: the smallest effect of interest must be above 0, got {self.sesoi:g}")
        if self.cluster not in ("", "session", "person"):
            raise ValueError(f"{self.id}: cluster is session or person, got {self.cluster!r}")

    @property
    def tests(self) -> tuple[str, ...]:
        return (self.test,) if isinstance(self.test, str) else self.test

    @property
    def signs(self) -> tuple[int, ...]:
        return (self.sign,) * len(self.tests) if isinstance(self.sign, int) else self.sign

    def combinations(self) -> tuple[Mapping[Term, float], ...]:
        """The weights of each test's terms; none for a path."""
        return tuple(self._terms(text) for text in self.tests)

    def paths(self) -> tuple[PathOfNames, ...]:
        """What stands at each place of each test, where these are paths of a mediation or of a panel."""
        return tuple(parse_path(text) for text in self.tests)

    def names(self) -> set[str]:
        """Every variable, attribute and factor that it speaks of."""
        found = {*self.given, *((self.outcome,) if isinstance(self.outcome, str) else self.outcome)} - {""}
        for text in self.tests:
            found.update(names_of(parse_path(text)))
            found.update(t.at.name for t in self._terms(text) if t.at)
        for condition in self.filter.split(" and ") if self.filter else ():
            found.add(condition.replace("!=", "==").partition("==")[0].strip())
        return found

    @staticmethod
    def _terms(text: str) -> Mapping[Term, float]:
        return {} if is_path(text) else parse(text)

    def bound(self, sesoi: float) -> float:
        """The smallest effect of interest, `sesoi` being the protocol's for choices."""
        return self.sesoi if self.sesoi is not None else BOUNDS.get(self.model, sesoi)


@frozen(kw_only=True)
class Hypotheses:
    """The whole file."""

    variables: Mapping[str, Variable]
    columns: tuple[str, ...] = ()  # what else tests may name: codes of acts, factors of protocols
    antecedents: Mapping[str, tuple[str, ...]] = field(factory=dict)  # motive -> what it is regressed on, together
    hypotheses: tuple[Hypothesis, ...]

    def __attrs_post_init__(self) -> None:
        several = [name for name, n in Counter(h.id for h in self.hypotheses).items() if n > 1]
        if several:
            raise ValueError(f"{several[0]} stands there more than once; a hypothesis has one entry")
        known = {*self.variables, *self.columns}
        strange = [(motive, set(names) | {motive}) for motive, names in self.antecedents.items()]
        strange += [(h.id, h.names()) for h in self.hypotheses]
        told = [f"{where}: {name!r}" for where, names in strange for name in sorted(names - known)]
        if told:
            raise ValueError(f"{'; '.join(told)}: no such name; correct it, or add it to variables or columns")

    def named(self, ids: tuple[str, ...]) -> tuple[Hypothesis, ...]:
        """The hypotheses of these ids, in their order; an unknown one is an error that names those known."""
        known = {h.id: h for h in self.hypotheses}
        unknown = [i for i in ids if i not in known]
        if unknown:
            raise VantageError(
                f"{FILE.name}: there is no hypothesis {unknown[0]!r}; there are {', '.join(known)}; "
                "correct the protocol's list, or add it there"
            )
        return tuple(known[i] for i in ids)


@cache
def load(path: Path = FILE) -> Hypotheses:
    """The hypotheses of a file; a DeclarationError holds every mistake in it."""
    return read_yaml(path, Hypotheses)
