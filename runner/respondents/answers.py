"""Answers that anybody could give: to whatever a screen accepts, by a script, or as fast as can be."""

from collections.abc import Mapping
from random import Random
from typing import Protocol

from attrs import define, evolve, frozen

from runner.screens import Allocation, Answer, Choice, Keys, Likert, Screen, Slider, Status, Words
from runner.theory import Act


@frozen(kw_only=True)
class Response:
    """What a respondent does with a screen; `rt` in seconds."""

    answer: Answer | None
    rt: float
    status: Status = "answered"


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
                return shared_out(random, allocation, range(len(allocation.options)))
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


def shared_out(random: Random, allocation: Allocation, among: "range | list[int]") -> tuple[int, ...]:
    """Everything that there is to give, step by step to one of some options; each of a list gets a step at least."""
    shares = [0] * len(allocation.options)
    steps = allocation.total // allocation.step
    sure = list(among)[:steps] if isinstance(among, list) else []
    for place in sure:
        shares[place] += allocation.step
    for _ in range(steps - len(sure)):
        shares[among[random.randrange(len(among))]] += allocation.step
    return tuple(shares)


def step_by_step(random: Random, allocation: Allocation, act: Act, chance: float) -> tuple[int, ...]:
    """Everything that there is to give, of which one option gets each step with this chance, or anything at all
    ("logit"); the others get what is left, all alike."""
    mine = [option.value for option in allocation.options].index(act.chosen)
    others = [place for place in range(len(allocation.options)) if place != mine]
    shares = [0] * len(allocation.options)
    anything = act.link == "logit" and random.random() < chance
    shares[mine] += anything
    for _ in range(allocation.total // allocation.step - anything):
        if act.link == "logit":
            place = random.choice([mine, *others] if anything else others)
        else:
            place = mine if random.random() < chance else random.choice(others)
        shares[place] += 1
    return tuple(share * allocation.step for share in shares)
