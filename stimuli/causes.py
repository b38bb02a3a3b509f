"""What a cause may need besides its pack: the shape of each file that has the pack's name. Declarations only."""

from collections.abc import Mapping
from typing import Literal

from attrs import field, frozen

from stimuli.kinds import Page, Question

# ---------------------------------------------------------------- what is read: <language>/reports/<pack>.yaml


@frozen(kw_only=True)
class Report:
    """A text on how a cause's groups stand, or its control, and the question that shows whether it was read."""

    pages: tuple[Page, ...]
    question: str  # id of a question of choice in the same file
    correct: str  # the value of its right option


@frozen(kw_only=True)
class Reports:
    """A cause's texts, by name; those that stand for the levels of a factor are equally long (P05, P17)."""

    reports: Mapping[str, Report] = field(hash=False)
    questions: tuple[Question, ...]


# ---------------------------------------------------------------- measures: <language>/policies/<pack>.yaml


@frozen(kw_only=True)
class Policy:
    """One part of affirmative action (P11), and the line that says what comes of it, one for each focus."""

    id: Literal["recruitment", "monitoring", "mentoring", "structures"]
    title: str
    text: str
    effects: Mapping[str, str] = field(hash=False)  # loss, gain, none


@frozen(kw_only=True)
class Policies:
    policies: tuple[Policy, ...]


# ---------------------------------------------------------------- matched acts: <language>/matched/<pack>.yaml


@frozen(kw_only=True)
class MatchedAct:
    """One side of a pair, at most 20 words, with a line of its own if its cost is what differs."""

    id: str
    text: str
    line: str = ""
    codes: Mapping[str, int] = field(factory=dict, hash=False)  # where it differs from its pair's


@frozen(kw_only=True)
class MatchedPair:
    """Two acts of equal length and cost that differ in one thing (P25, P30, P31, P32).

    | contrast | minus | plus | attribute |
    |---|---|---|---|
    | help | makes dependent | gives autonomy | autonomy |
    | status | leaves the own group's status | costs it status | statuscost |
    | protection | protects | confronts | confront |
    | own_cost | costs oneself nothing | costs oneself something | selfcost |
    """

    id: str
    contrast: Literal["help", "status", "protection", "own_cost"]
    minus: MatchedAct
    plus: MatchedAct
    line: str  # what both cost
    codes: Mapping[str, int] = field(hash=False)  # what both are; the contrast's attribute is left out


@frozen(kw_only=True)
class Relief:
    """Ways to make up for a wrong (P40): how soon it is over and what is given, both levels of each equally long."""

    text: str  # what it is about
    fast: str
    slow: str
    compensation: str
    opportunity: str


@frozen(kw_only=True)
class Protests:
    """A protest of the disadvantaged group in two forms of equal length (P28)."""

    occasion: str
    normative: str
    nonnormative: str


@frozen(kw_only=True)
class Matched:
    """What a cause needs for the question where help ends; every act with one of the same length beside it."""

    pairs: tuple[MatchedPair, ...]
    protests: Protests
    relief: Relief


# ---------------------------------------------------------------- commitments: <language>/commitments/<pack>.yaml


@frozen(kw_only=True)
class Ladder:
    """One cost, its lines from the lowest to the highest."""

    id: str  # time, weather, distance, peers
    label: str
    lines: tuple[str, ...]


@frozen(kw_only=True)
class Commitment:
    """Something that one has agreed to do, and the costs that may rise afterwards (P15, P38)."""

    text: str
    ladders: tuple[Ladder, ...]
    lead: str  # the part in which one leads
    assist: str  # the part in which one does what others ask
