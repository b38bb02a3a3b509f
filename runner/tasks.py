"""What a task is: inputs, a pure drawing of trials, and a generator that performs one.

A task draws nothing at random while it is performed, reads no clock and keeps nothing between trials; all chance
is in `trials`, from the `Random` of its occasion.
"""

from collections.abc import Callable, Generator, Iterable, Mapping
from random import Random
from typing import Any, Literal, Protocol

from attrs import fields, frozen

from runner.screens import Reply, Screen
from stimuli.causes import Commitment, Matched, Policies, Reports
from stimuli.kinds import Design, Meeting, Pack, Pages, Puzzles, Questions, Scale, WordList
from stimuli.others import Actors, Chat, Vignettes

Performance = Generator[Screen, Reply, Any]


class Materials(Protocol):
    """The stimuli of one language, placeholders filled from the cause pack; a missing one is a DeclarationError."""

    @property
    def details(self) -> Mapping[str, str]:
        """The laboratory's own facts, such as the organisation's name, and the study's."""
        ...

    def pages(self, key: str) -> Pages: ...
    def questions(self, key: str) -> Questions: ...
    def scale(self, key: str) -> Scale: ...
    def design(self, key: str) -> Design: ...
    def puzzles(self, key: str) -> Puzzles: ...
    def pack(self) -> Pack: ...
    def reports(self) -> Reports: ...
    def policies(self) -> Policies: ...
    def matched(self) -> Matched: ...
    def commitment(self) -> Commitment: ...
    def meeting(self, key: str) -> Meeting: ...
    def actors(self, key: str) -> Actors: ...
    def vignettes(self, key: str) -> Vignettes: ...
    def chat(self, key: str) -> Chat: ...
    def word_list(self, name: str) -> WordList:
        """A category of words to be sorted: the cause's own, or one that all causes share."""
        ...

    def interface(self) -> Mapping[str, str]:
        """The words of the controls (`stimuli/<language>/interface.yaml`)."""
        ...

    def word(self, key: str) -> str:
        """One short text of the tasks' own (`stimuli/<language>/words.yaml`), such as a button's label."""
        ...


@frozen(kw_only=True)
class Happened:
    """One trial that is over, as later trials of the session, and later waves, may look back on it."""

    phase: str
    task: str
    given: Any
    outcome: Any


Past = tuple[Happened, ...]


@frozen(kw_only=True)
class KeptApart:
    """Of a study some of whose choices are kept so that nothing leads from them to a person."""

    pool: int  # how many such parts have to be together before any is opened
    here: bool  # are this session's choices kept so?
    everywhere: bool  # are those of all sessions?


@frozen(kw_only=True)
class Occasion:
    """What a task may know when its trials are drawn: chance, condition and materials; never the time or a name."""

    random: Random
    assigned: Mapping[str, str]  # factor -> level
    materials: Materials
    phase: str
    details: Mapping[str, str]  # the laboratory's own facts (organisation, contact ...) and the payment's
    identity: Literal["unlinkable", "coded", "shown"]  # who can see choices at most; see protocol.Protocol
    apart: KeptApart | None = None  # None: the study keeps no part apart
    earlier: Past = ()  # trials of this participant's earlier waves; none in a first wave, a check or a pilot


@frozen(kw_only=True)
class Task:
    """One kind of thing that participants do; `experiments/<name>.py` ends in `task = Task(...)`.

    `params` is what a protocol writes, `given` what one trial gets, `outcome` what it leaves: attrs classes whose
    field metadata `{"doc": ...}` is the codebook. `leaves` names the reason for which the session goes no further
    (None: it goes on); whoever is not led out of a task that `consents` has consented; an outcome that `withdraws`
    has the session's data erased at its end; after a task that `settles`, nothing is asked for the study any more, and
    who stops then has completed it; who stops at it has its outcome `undecided`. Nobody goes without a task that is
    `owed`, however often they stop: the decision on the data, the key, the payment. A task that `deceives` is refused
    in a protocol that doesn't tell the truth afterwards; where it deceives people about themselves, in a phase that
    `debriefs` about the process. A `timed` task waits for the disk only between trials. On resuming, a half-done trial
    either goes on where it was or starts again.
    """

    name: str
    params: type
    given: type
    outcome: type
    trials: Callable[[Any, Occasion], Iterable[Any]]
    perform: Callable[[Any, Past], Performance]
    leaves: Callable[[Any], str | None] = lambda outcome: None
    consents: bool = False
    settles: bool = False
    undecided: Any = None
    owed: bool = False
    withdraws: Callable[[Any], bool] = lambda outcome: False
    deceives: Literal["", "about others", "about oneself"] = ""
    debriefs: bool = False
    timed: bool = False
    on_resume: Literal["continue", "restart"] = "continue"

    def __attrs_post_init__(self) -> None:
        both = {a.name for a in fields(self.given)} & {a.name for a in fields(self.outcome)}
        if both:
            raise TypeError(f"task {self.name!r}: {sorted(both)} stand in both Given and Outcome; they meet in one row")
