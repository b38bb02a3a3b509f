"""A study, as its protocol file declares it."""

from collections.abc import Mapping
from typing import Any, Literal

from attrs import field, frozen

from runner.deadline import Deadline
from runner.tasks import KeptApart

Identity = Literal["unlinkable", "coded", "shown"]
Markers = Literal["required", "if_there"]


@frozen(kw_only=True)
class Factor:
    """What differs between sessions, or, with the unit "within", between repetitions of phases in one session.

    `counterbalance` factors vary the form (an order, a side), not the treatment. The levels of the one factor with
    the unit "wave" are the sessions of each participant, in their order; the other factors keep their levels over
    them.
    """

    levels: tuple[str, ...]
    unit: Literal["participant", "session", "within", "wave"] = "participant"
    role: Literal["treatment", "counterbalance"] = "treatment"
    days: tuple[int, int] | None = None  # from one wave to the next: at least, at most

    @property
    def treats(self) -> bool:
        """Is it what the study varies, so that its levels are compared?"""
        return self.role == "treatment" and self.unit != "wave"


@frozen(kw_only=True)
class Phase:
    """One stretch of a session: a task with its parameters.

    A parameter may depend on a factor: `frame: {by: frame}` takes the assigned level itself,
    `text: {by: setting, private: a, public: b}` one value per level; so `variants` holds the parameters for each
    combination of the levels that they depend on. `when` restricts the phase to some levels.
    With `each`, the phase and its neighbours with the same mark are performed once for every level of that
    within-participant factor, in an order from a Latin square. `reaches` says who gets here: those still in the
    study ("staying", the rule), everyone who once consented, those of them only who go no further ("leaving"), or
    everyone. All but the first are how a participant who stops still reads the debrief.
    """

    name: str
    task: str
    variants: tuple[tuple[Mapping[str, str], Any], ...]
    when: Mapping[str, tuple[str, ...]] = field(factory=dict)
    reaches: Literal["staying", "consented", "leaving", "everyone"] = "staying"
    each: str = ""  # a within-participant factor
    shuffled: str = ""  # phases in a row with the same mark come in a random order
    code: int = 0  # marker of the first screen of each of its trials, where the task sends none there; 0: none
    unlinkable: Mapping[str, tuple[str, ...]] | None = None  # in the part apart: None nowhere, {} everywhere

    def params(self, assigned: Mapping[str, str]) -> Any:
        """The parameters for one assignment."""
        return next(p for levels, p in self.variants if levels.items() <= assigned.items())

    @property
    def depends_on(self) -> frozenset[str]:
        """The factors whose levels decide whether it takes place, or how."""
        return frozenset(self.when) | {factor for levels, _ in self.variants for factor in levels}

    def apart(self, assigned: Mapping[str, str]) -> bool:
        """Do its trials belong to the session's part apart, which nothing that is kept ties to its participant?"""
        return self.unlinkable is not None and _in(self.unlinkable, assigned)

    def applies(self, assigned: Mapping[str, str]) -> bool:
        return _in(self.when, assigned)


def _in(levels: Mapping[str, tuple[str, ...]], assigned: Mapping[str, str]) -> bool:
    return all(assigned[factor] in those for factor, those in levels.items())


@frozen(kw_only=True)
class Exclusions:
    """Rules E1 to E6 of paradigms.md C0, as far as they need a number or a name; applied by the analysis in order."""

    advantaged: str = ""  # phase whose outcome says whether the person is a member of the advantaged group
    attention_failures: int = 2  # E3: this many failed instructed items exclude
    suspicion: float = 2.0  # coders' mean, 0 to 3, from which one analysis of the multiverse, and no other, leaves out


@frozen(kw_only=True)
class Group:
    """Participants who take part at the same time, each at a station of their own, and see one another's aliases."""

    seats: tuple[int, int]  # at least, at most
    dropped: Literal["go_on", "wait"] = "go_on"  # when a station is not heard of any more: go on without it, or wait


@frozen(kw_only=True)
class Deception:
    """One thing that participants are told which is not so; the debrief must name it."""

    what: str
    told_in: tuple[str, ...] = ()  # names of the phases that say so; empty: not said, so in all cells
    debriefed_in: str  # name of the phase


@frozen(kw_only=True)
class Protocol:
    """A study that can be planned."""

    study: str  # its name in file names and logs: lower case, digits and hyphens
    title: Mapping[str, str]  # language -> what participants read
    minutes: int  # median duration
    resume_within: float | None = None  # hours after its beginning in which an interrupted session may go on
    languages: tuple[str, ...]
    identity: Identity
    pack: str
    purpose: str = ""  # what it tests; for researchers, never shown
    factors: Mapping[str, Factor] = field(factory=dict)
    blocks: int = 1  # every cell comes this many times in each permuted block
    strata: tuple[str, ...] = ()  # groups known before the session (`run --stratum`), each with its own blocks
    seed: str = "main"  # allocation lists with another seed are other lists
    phases: tuple[Phase, ...]
    group: Group | None = None  # sessions of several people at once; None: everyone comes alone
    details: Mapping[str, str | Mapping[str, str]] = field(factory=dict)  # facts for placeholders; or language -> fact
    high_risk: bool = False  # could its data put people at risk? Then logs are locked, and finished ones tell less
    withdraw_until: str = ""  # "2027-03-15", or "30 days" after the session: until when data can be taken back
    to_fill_in: tuple[str, ...] = ()  # details without which no real session starts
    deception: tuple[Deception, ...] = ()
    ethics: str = ""  # the approval's reference
    hypotheses: tuple[str, ...] = ()  # ids in analysis/hypotheses.yaml
    pool: int = 10  # parts apart of people with the same levels that are needed before any is opened
    sesoi: float = 0.15  # logit per SD of motive on a +-1 coded attribute
    exclusions: Exclusions = Exclusions()
    markers: Markers = "if_there"  # may a session be held without the station's devices for markers?
    texts: Mapping[str, Mapping[str, Any]] = field(factory=dict)  # the study's own texts: language -> key -> Pages
    text: str = ""  # the file's own text
    sha256: str = ""
    materials: str = ""  # folder of the laboratory's own materials, beside the file; empty where there is none

    def details_in(self, language: str) -> Mapping[str, str]:
        """The laboratory's facts as they are told in one language."""
        said = {name: fact if isinstance(fact, str) else fact.get(language, "") for name, fact in self.details.items()}
        return said if self.deadline is None else {**said, "withdraw_until": self.deadline.told(language)}

    @property
    def deadline(self) -> Deadline | None:
        """Until when data can be taken back, where the protocol says it for programs too; None otherwise."""
        return Deadline.parse(self.withdraw_until) if self.withdraw_until else None

    @property
    def unfilled(self) -> tuple[str, ...]:
        """Details without which no real session starts, and which are not there in every language yet. The day until
        which data can be taken back is there only if programs keep to it.
        """
        told = [self.details_in(language) for language in self.languages]
        if self.deadline is None:
            told = [{name: fact for name, fact in facts.items() if name != "withdraw_until"} for facts in told]
        return tuple(name for name in self.to_fill_in if not all(facts.get(name, "").strip() for facts in told))

    @property
    def between(self) -> Mapping[str, Factor]:
        """The factors that a session has one level of."""
        return {name: factor for name, factor in self.factors.items() if factor.unit != "within"}

    @property
    def drawn(self) -> Mapping[str, Factor]:
        """The factors whose levels are drawn for a participant."""
        return {name: factor for name, factor in self.between.items() if factor.unit != "wave"}

    @property
    def wave(self) -> str:
        """The factor whose levels are each participant's sessions; empty where everyone comes once."""
        return next((name for name, factor in self.factors.items() if factor.unit == "wave"), "")

    @property
    def waves(self) -> tuple[str, ...]:
        """The sessions of each participant, in order; none where everyone comes once."""
        return self.factors[self.wave].levels if self.wave else ()

    @property
    def apart(self) -> tuple[Phase, ...]:
        """The phases that are in the part apart of some session."""
        return tuple(phase for phase in self.phases if phase.unlinkable is not None)

    @property
    def untraceable(self) -> bool:
        """Is anybody promised that nobody can tell what they chose?"""
        return self.identity == "unlinkable" or bool(self.apart)

    @property
    def told_apart(self) -> tuple[str, ...]:
        """The factors whose levels a part apart tells: the treatments, and those that decide what is in it."""
        decide = {factor for phase in self.apart for factor in phase.depends_on}
        return tuple(n for n, f in self.drawn.items() if f.treats or n in decide) if self.apart else ()

    def is_apart(self, assigned: Mapping[str, str]) -> bool:
        """Has a session with these levels a part apart?"""
        known = [(phase, {f: n for f, n in phase.when.items() if f in assigned}) for phase in self.apart]
        return any(phase.apart(assigned) and _in(when, assigned) for phase, when in known)

    def kept_apart(self, assigned: Mapping[str, str]) -> KeptApart | None:
        """What tasks may know of the part apart; None in a study without one."""
        if not self.apart:
            return None
        everywhere = all(map(self.is_apart, self.cells()))
        return KeptApart(pool=self.pool, here=self.is_apart(assigned), everywhere=everywhere)

    @property
    def before_treatment(self) -> tuple[str, ...]:
        """The phases before the first one that depends on a treatment factor; all of them when none does."""
        treatments = {name for name, factor in self.factors.items() if factor.treats}
        first = next((place for place, phase in enumerate(self.phases) if phase.depends_on & treatments), None)
        return tuple(phase.name for phase in self.phases[:first])

    def cells(self, only: Literal["treatment", "all"] = "all") -> tuple[Mapping[str, str], ...]:
        """Every combination of factor levels, in the order of declaration."""
        cells: list[dict[str, str]] = [{}]
        for name, factor in self.between.items():
            if only == "all" or factor.treats:
                cells = [{**cell, name: level} for cell in cells for level in factor.levels]
        return tuple(cells)
