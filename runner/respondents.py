"""Simulated participants: they see a screen and answer it. They know no task; what a screen measures and what an
option stands for is written on it.
"""

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from random import Random
from typing import Protocol

from attrs import define, evolve, field, frozen

from runner.screens import Allocation, Answer, Choice, Keys, Likert, Option, Screen, Slider, Status, Words

MOTIVES = ("O", "I", "P", "M")
_CONSTRUCTS = {
    "motives.outgroup": "mO",
    "motives.ingroup": "mI",
    "motives.personal": "mP",
    "motives.moral": "mM",
}


@frozen(kw_only=True)
class Response:
    """What a respondent does with a screen; `rt` in seconds."""

    answer: Answer | None
    rt: float
    status: Status = "answered"


@frozen(kw_only=True)
class Spec:
    """Which respondent answers a session; kept in its log, so that resuming asks the same one."""

    kind: str  # "theory" or "uniform"
    seed: str
    weights: Mapping[str, float] = field(factory=dict)
    person: str = ""  # seed of what stays the same over a person's sessions, where there are several

    def make(self) -> "Respondent":
        """The respondent, at the beginning of a session."""
        random = Random(self.seed)
        if self.kind == "uniform":
            return Uniform(random)
        return Theory(random, weights=self.weights, person=self.person)


class Respondent(Protocol):
    """Answers every screen that accepts something."""

    name: str

    def respond(self, screen: Screen) -> Response: ...


def ex_gaussian(random: Random, mu: float, sigma: float, tau: float) -> float:
    """A response time in seconds: normal (mu, sigma) plus exponential (mean tau), never under 0.15 s.

    Source: Luce (1986), Response Times, for the distribution; the parameters are the caller's.
    """
    return max(0.15, random.gauss(mu, sigma) + random.expovariate(1 / tau))


@define
class Uniform:
    """Answers anything that can be answered, all answers alike, with ex-Gaussian response times."""

    random: Random
    name: str = "uniform"
    mu: float = 0.9
    sigma: float = 0.2
    tau: float = 0.6

    def respond(self, screen: Screen) -> Response:
        return Response(answer=self.answer(screen), rt=ex_gaussian(self.random, self.mu, self.sigma, self.tau))

    def answer(self, screen: Screen) -> Answer | None:
        """A valid answer to what the screen accepts."""
        random = self.random
        match screen.accepts:
            case Keys(keys=keys):
                return random.choice(keys)
            case Choice(options=options):
                return random.choice(options).value
            case Likert(low=low, high=high):
                return random.randint(low, high)
            case Slider() as slider:
                steps = round((slider.high - slider.low) / slider.step)
                return round(slider.low + random.randint(0, steps) * slider.step, slider.decimals)
            case Allocation() as allocation:
                return _shares(random, allocation)
            case Words():
                return " ".join(random.choice(("one", "or", "two", "words", "more")) for _ in range(8))
        return None


@define
class Scripted:
    """Answers by name: `answers` maps a screen's name, or "name:construct", to what to do; others are answered by
    `otherwise`. An answer of "declined" or "stopped" preceded by "!" is that act."""

    answers: Mapping[str, Answer]
    otherwise: Respondent
    name: str = "scripted"

    def respond(self, screen: Screen) -> Response:
        construct = screen.measures.construct if screen.measures else ""
        for key in (f"{screen.name}:{construct}", screen.name):
            if key in self.answers:
                answer = self.answers[key]
                if answer == "!stopped":
                    return Response(answer=None, rt=1.0, status="stopped")
                if answer == "!declined":
                    return Response(answer=None, rt=1.0, status="declined")
                return Response(answer=answer, rt=1.0)
        return self.otherwise.respond(screen)


@define
class Quick:
    """Answers as another does, as soon as anybody could, for looking a whole study through in its window."""

    as_if: Respondent
    seconds: float = 0.2
    name: str = "quick"

    def respond(self, screen: Screen) -> Response:
        response = self.as_if.respond(screen)
        return evolve(response, rt=min(response.rt, self.seconds))


@define
class Theory(Uniform):
    """Someone whom the study is about, attentive, with motives by degree, who chooses between acts as stated.

    `weights` holds the logit weights of choice: "a_public" for a taste of everyone, "a_public:mI" for what one SD
    of a motive adds to it; everything not named is zero. A motive counts as this person's own answers to its items
    show it once all of them were given, in the SD of such means over people, so that a stated effect is one per SD
    of the measured score.
    """

    name: str = "theory"
    weights: Mapping[str, float] = field(factory=dict)
    reading: float = 3.5  # words per second
    person: str = ""  # seed of the tendencies, of the same person in another session the same
    _latent: dict[str, float] = field(init=False, factory=dict)
    _given: dict[str, list[float]] = field(init=False, factory=dict)
    _common: float = field(init=False, default=0.0)

    LOADING = 0.8  # of an item on its construct
    SPREAD = 1.3  # scale points per SD of an item's tendency
    ACCURACY = 0.9  # share of key presses that are no guess
    PRESS = (0.5, 0.08, 0.15)  # mu, sigma, tau of a press's latency in seconds
    SHARED = 0.3  # correlation between any two motives; all else is independent unless an effect is stated

    def __attrs_post_init__(self) -> None:
        self._common = self._own("").gauss(0, 1)

    def respond(self, screen: Screen) -> Response:
        if isinstance(screen.accepts, Keys):  # pressed at once, and nothing is read
            return Response(answer=self.answer(screen), rt=ex_gaussian(self.random, *self.PRESS))
        words = sum(len(getattr(mark, "text", "").split()) for mark in screen.marks)
        rt = ex_gaussian(self.random, 0.5 + words / self.reading, 0.2, self.tau)
        return Response(answer=self.answer(screen), rt=rt)

    def answer(self, screen: Screen) -> Answer | None:
        match screen.accepts:
            case Likert() if screen.measures and screen.measures.instructed is not None:
                return screen.measures.instructed
            case Likert() as likert if screen.measures:
                return self._rate(likert, screen.measures.construct, screen.measures.keyed)
            case Keys(keys=keys) if screen.measures and screen.measures.instructed is not None:
                right = keys[screen.measures.instructed]
                return right if self.random.random() < self.ACCURACY else self.random.choice(keys)
            case Choice(options=options) if "proceeds" in options[0].codes:
                return self.random.choice([o.value for o in options if o.codes["proceeds"]])
            case Choice(options=options) if options[0].codes:
                return self._choose(options)
        return Uniform.answer(self, screen)

    def motive(self, name: str) -> float:
        """A motive's standing in SD: the mean of the answers so far, or before any the tendency behind them."""
        construct = next(c for c, m in _CONSTRUCTS.items() if m == name)
        given = self._given.get(construct)
        if not given:
            return self._tendency(construct)
        mean, sd = _mean_of_items(len(given), 1, 7, self.LOADING, self.SPREAD)
        return (sum(given) / len(given) - mean) / sd

    def _tendency(self, construct: str) -> float:
        if construct not in self._latent:
            own = self._own(construct).gauss(0, 1)
            shared = self.SHARED if construct in _CONSTRUCTS else 0.0
            self._latent[construct] = math.sqrt(shared) * self._common + math.sqrt(1 - shared) * own
        return self._latent[construct]

    def _own(self, construct: str) -> Random:
        return Random(f"{self.person}/{construct}") if self.person else self.random

    def _rate(self, likert: Likert, construct: str, keyed: int) -> int:
        error = self.random.gauss(0, 1)
        point = _point(self._tendency(construct), error, likert.low, likert.high, self.LOADING, self.SPREAD)
        self._given.setdefault(construct, []).append(point)
        return point if keyed > 0 else likert.low + likert.high - point

    def _choose(self, options: Sequence[Option]) -> str:
        worth = [self._worth(option.codes) for option in options]
        chances = [math.exp(w - max(worth)) for w in worth]
        return self.random.choices(options, chances)[0].value

    def _worth(self, codes: Mapping[str, float]) -> float:
        worth = 0.0
        for term, weight in self.weights.items():
            attribute, _, motive = term.partition(":")
            if attribute in codes:
                worth += weight * codes[attribute] * (self.motive(motive) if motive else 1.0)
        return worth


def _point(tendency: float, error: float, low: int, high: int, loading: float, spread: float) -> int:
    middle = (low + high) / 2
    tendency = loading * tendency + math.sqrt(1 - loading**2) * error
    return min(high, max(low, round(middle + spread * tendency)))


@lru_cache
def _mean_of_items(items: int, low: int, high: int, loading: float, spread: float) -> tuple[float, float]:
    """Mean and SD, over people, of the mean of `items` answers, from 20,000 drawn people."""
    random = Random(f"mean of {items} items")
    means = []
    for _ in range(20_000):
        tendency = random.gauss(0, 1)
        points = [_point(tendency, random.gauss(0, 1), low, high, loading, spread) for _ in range(items)]
        means.append(sum(points) / items)
    mean = sum(means) / len(means)
    return mean, math.sqrt(sum((m - mean) ** 2 for m in means) / (len(means) - 1))


def _shares(random: Random, allocation: Allocation) -> tuple[int, ...]:
    shares = [0] * len(allocation.options)
    for _ in range(allocation.total // allocation.step):
        shares[random.randrange(len(shares))] += allocation.step
    return tuple(shares)
