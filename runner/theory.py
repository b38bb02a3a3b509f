"""What simulated people are made of: tendencies, how answers show them, and stated effects on both. Pure.

Two ways of simulating read it: respondents, who answer screen after screen, and arrays of people (`analysis.power`).
"""

import math
from collections.abc import Mapping
from functools import lru_cache
from typing import Literal

from attrs import field, frozen

LOADING = 0.8  # of an item on its construct's tendency
SPREAD = 1.3  # scale points per SD of what is behind an item
SHARED = 0.3  # correlation between any two motives; all else is independent unless an effect is stated
STABLE = 0.6  # of a tendency's variance over several sessions: what stays; the rest is of each session anew
ACCURACY = 0.9  # share of key presses that are no guess
PRESS = (0.5, 0.08, 0.15)  # mu, sigma, tau of a press's latency in seconds
PULL = 0.03  # s per SD of an association: by how much a press is quicker where what goes together shares a key
SLIP = 0.02  # per SD of it: how much more of such presses are no guess
STEPS = "/steps"  # after an allocation's construct: how many steps there are to give
AFTER, AT = "@after", "@"  # "guilt@after": by answers since a treatment was shown; "guilt@second": in one session
MOTIVES: Mapping[str, str] = {
    "mO": "motives.outgroup",
    "mI": "motives.ingroup",
    "mP": "motives.personal",
    "mM": "motives.moral",
}
Link = Literal["logit", "log", "cloglog", "linear"]


@frozen(kw_only=True)
class Act:
    """A decision that is no scale point: how likely it is, by its link, from `base` and weighted terms.

    `chosen` is the option's value, or the code (0 or 1) of the options that count; empty for a slider (an amount above
    nothing) and an allocation (the share of its options that get something; one does at least). Of an allocation, an
    option's value stands for each step that it gets, or with "logit" for getting any. Several acts at one screen
    exclude one another.
    """

    construct: str  # of the screen that asks for it
    chosen: str
    link: Link
    base: float
    terms: Mapping[str, float]

    def chance(self, sum_of_terms: float) -> float:
        """Its probability; "log" gives rates, "cloglog" proportional hazards of steps, "linear" shares of many."""
        if self.link == "linear":
            return min(1.0, max(0.0, self.base + sum_of_terms))
        if self.link == "log":
            return min(0.98, self.base * math.exp(sum_of_terms))
        if self.link == "cloglog":
            return 1 - math.exp(math.log(1 - self.base) * math.exp(sum_of_terms))
        return 1 / (1 + math.exp(-math.log(self.base / (1 - self.base)) - sum_of_terms))


@frozen(kw_only=True)
class Belief:
    """What somebody thinks of acts before being asked, which the later ratings then show.

    Acts that share their codes in `alike` are thought alike of: the mean of their ratings, each drawn in advance.
    """

    construct: str  # of the screens that ask for ratings
    alike: tuple[str, ...]
    ratings: Mapping[str, int]  # `same` of acts -> how many of them are rated
    low: int = 1
    high: int = 7

    def same(self, codes: Mapping[str, float]) -> str:
        """What acts with these codes are alike in; a key of `ratings`."""
        return "/".join(f"{codes.get(name, 0.0):g}" for name in self.alike)


@frozen(kw_only=True)
class Effects:
    """Stated effects, as what people are made of has to be for them.

    Terms are products such as "setting[public]:mI": of levels of factors, codes of options, and `names`.
    """

    weights: Mapping[str, float] = field(factory=dict)  # of choice, in logits per unit: "a_public:mI"
    tastes: float = 0.0  # SD over people of what each attribute of an act weighs for them
    conformity: float = 0.0  # in logits: what weighs for an act if all choices of others on the board are of it
    mixed: Mapping[str, Mapping[str, float]] = field(factory=dict)  # tendency <- independent standard normal parts
    shifts: Mapping[str, Mapping[str, float]] = field(factory=dict)  # tendency <- terms, in its SDs
    acts: tuple[Act, ...] = ()
    names: Mapping[str, str] = MOTIVES  # name in terms -> construct, as its answers after a treatment with AFTER
    beliefs: Mapping[str, Belief] = field(factory=dict)  # name in weights -> what it stands for
    rated: Mapping[str, Mapping[str, float]] = field(factory=dict)  # text of what is rated -> its codes
    own: Mapping[str, str] = field(factory=dict)  # text of what is rated -> the tendency that it goes by, if it has one
    wave: str = ""  # which of several sessions this is
    before: Mapping[str, int] = field(factory=dict)  # construct -> answers that are given before any treatment is shown
    shown: Mapping[str, Mapping[str, int]] = field(factory=dict)  # factor -> the same, before this one is


@frozen(kw_only=True)
class Scale:
    """One measurement of a construct; `only` holds the levels under which it takes place."""

    construct: str
    phase: str
    items: int
    low: int
    high: int
    late: bool  # after a treatment was shown
    only: Mapping[str, tuple[str, ...]] = field(factory=dict)
    first: bool = False  # in the first of several sessions


@frozen(kw_only=True)
class Rated:
    """One of several things that are rated for the same, such as acts for how willing one would be."""

    construct: str
    text: str  # as it stands on its screen
    kind: str  # what its task calls it: a contrast, a form; or empty
    codes: Mapping[str, float] = field(factory=dict)


@frozen(kw_only=True)
class Sorting:
    """An implicit test of one target: words of each of its two scored blocks, and seconds within which one counts."""

    words: int
    window: float


@frozen(kw_only=True)
class Pair:
    """Two acts to choose between, by their codes."""

    set: str
    one: Mapping[str, float]
    other: Mapping[str, float]


@frozen(kw_only=True)
class Asked:
    """What a study asks of its people, as far as effects and arrays of people have to know it."""

    factors: Mapping[str, tuple[str, ...]] = field(factory=dict)  # drawn between sessions
    follows: Mapping[str, Mapping[str, tuple[str, ...]]] = field(factory=dict)  # what follows from a factor: its levels
    # -> those of the factor, as terms name them: setting -> public -> "situation[public_mixed]", ...
    scales: tuple[Scale, ...] = ()  # in the order of the study; subscales, and their scale as a whole
    codes: frozenset[str] = frozenset()  # what options carry
    decisions: Mapping[str, frozenset[str]] = field(factory=dict)  # construct of one -> values and codes of its options
    places: Mapping[str, int] = field(factory=dict)  # construct of a decision -> trials, or rows of an allocation; with
    # STEPS its steps
    decided_after: Mapping[str, frozenset[str]] = field(factory=dict)  # the same -> constructs measured before it
    pairs: tuple[tuple[Pair, ...], ...] = ()  # the lists of choices that people get, one alike as often as another
    chosen_after: frozenset[str] = frozenset()  # the constructs that were measured when the choices come
    rated: tuple[Rated, ...] = ()
    coded: Mapping[str, tuple[Mapping[str, float], ...]] = field(factory=dict)  # construct of a decision -> what the
    # screens are about that say so
    sorting: Mapping[str, Sorting] = field(factory=dict)  # construct of an association -> its test
    actors: tuple[tuple[Mapping[str, float], ...], ...] = ()  # lists of people who are rated, one alike as often as
    # another, by what they do
    categories: Mapping[str, tuple[str, ...]] = field(factory=dict)  # screen that asks for one's group -> its answers
    # of those who go on, one alike as often as another
    pack: str = ""
    bodily: bool = False  # does it test what devices for blood pressure and heart tell?
    wave: str = ""  # the factor that tells several sessions apart
    before: Mapping[str, Mapping[str, int]] = field(factory=dict)  # wave ("" for the only session) -> Effects.before
    shown: Mapping[str, Mapping[str, Mapping[str, int]]] = field(factory=dict)  # wave -> Effects.shown
    seats: int = 1  # how many take part together
    shared: frozenset[str] = frozenset()  # the factors whose levels they have together
    screens: int = 0  # that accept something, up to the last one that somebody still in the study answers

    def measured(self, construct: str, when: str) -> Scale | None:
        """The measurement that "before", "after", "early" or "late" means (as in `analysis.people.measured`)."""
        of_it = [scale for scale in self.scales if scale.construct == construct]
        if when in ("before", "early") and (first := next((s for s in of_it if s.first), None)):
            return first
        early, late = ([s for s in of_it if s.late is later] for later in (False, True))
        if when == "before":
            late = []
        elif when == "after":
            early = []
        if when in ("before", "early"):
            return next(iter(early or late), None)
        return next(reversed(late or early), None)


@frozen(kw_only=True)
class Moments:
    """What the mean of some items is like over people."""

    mean: float
    sd: float
    reliability: float  # squared correlation with the tendency


def point(tendency: float, error: float, low: int, high: int) -> int:
    """The answer to an item: its construct's tendency and its own error, both standard normal, on a bounded scale."""
    behind = LOADING * tendency + math.sqrt(1 - LOADING**2) * error
    return min(high, max(low, round((low + high) / 2 + SPREAD * behind)))


def up_to(answer: int, tendency: float, low: int, high: int) -> float:
    """The chance that `point` gives this answer or a lower one, over errors."""
    if answer == high:
        return 1.0
    edge = (answer + 0.5 - (low + high) / 2) / SPREAD
    return _normal((edge - LOADING * tendency) / math.sqrt(1 - LOADING**2))


@lru_cache
def moments(items: int, low: int, high: int) -> Moments:
    """Mean, SD and reliability of the mean of `items` answers, by integrating `point` over tendencies and errors.

    A tendency that is higher by d raises the mean by d * sqrt(reliability) of its SDs (Stein's lemma), as long as d is
    small beside the scale's width.

    >>> four = moments(4, 1, 7)
    >>> four.mean, round(four.sd, 2), round(four.reliability, 2)
    (4.0, 1.1, 0.86)
    """
    step = 0.05
    mean = between = within = along = 0.0
    middle = (low + high) / 2
    for place in range(-120, 121):
        t = place * step
        density = step * math.exp(-t * t / 2) / math.sqrt(2 * math.pi)
        first = second = below = 0.0
        for answer in range(low, high + 1):
            above = up_to(answer, t, low, high)
            first += (above - below) * (answer - middle)
            second += (above - below) * (answer - middle) ** 2
            below = above
        mean += density * first
        between += density * first**2
        within += density * (second - first**2)
        along += density * first * t
    sd = math.sqrt(between - mean**2 + within / items)
    return Moments(mean=middle + round(mean, 12), sd=sd, reliability=(along / sd) ** 2)


def _normal(z: float) -> float:
    return (1 + math.erf(z / math.sqrt(2))) / 2
