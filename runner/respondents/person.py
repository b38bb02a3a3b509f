"""Somebody whom the theory describes: motives by degree, and answers and acts that follow from them as stated."""

import math
from collections.abc import Mapping, Sequence
from random import Random

from attrs import define, evolve, field

from runner.respondents.answers import Response, Uniform, ex_gaussian, shared_out, step_by_step
from runner.screens import Allocation, Answer, Board, Choice, Coded, Keys, Likert, Option, Screen, Slider
from runner.theory import ACCURACY, AFTER, AT, MOTIVES, PRESS, PULL, SHARED, SLIP, STABLE, Act, Effects, moments, point


@define
class Theory(Uniform):
    """Someone whom the study is about, attentive, with motives by degree, who answers and chooses as stated.

    `weights` holds logit weights of choice, "a_public" for a taste of everyone, "a_public:mI" for what one SD of a
    motive adds to it; `effects` those and effects on everything else. What isn't named is zero. A score that has a part
    in an effect counts as this person's own answers show it, once they were given, in the SD of such means over people,
    so that a stated effect is one per SD of the measured score. Conditions act on what is answered after they were
    shown. Over several sessions a part of every tendency stays, and the rest is of each session.
    """

    name: str = "theory"
    weights: Mapping[str, float] = field(factory=dict)
    reading: float = 3.5  # words per second
    person: str = ""  # seed of the tendencies, of the same person in another session the same
    effects: Effects = field(factory=Effects)
    assigned: Mapping[str, str] = field(factory=dict)  # factor -> level
    _latent: dict[str, float] = field(init=False, factory=dict)
    _parts: dict[str, float] = field(init=False, factory=dict)
    _given: dict[str, list[int]] = field(init=False, factory=dict)
    _others: dict[str, "Theory"] = field(init=False, factory=dict)  # the same person in other sessions
    _is: dict[str, str] = field(init=False, factory=dict)  # answers to questions of what one is, by their screen
    _range: dict[str, tuple[int, int]] = field(init=False, factory=dict)
    _common: float = field(init=False, default=0.0)
    _thought: dict[tuple[str, str], list[int]] = field(init=False, factory=dict)  # ratings by belief and kind of act
    _said: dict[tuple[str, str], int] = field(init=False, factory=dict)  # how many of them were given

    def __attrs_post_init__(self) -> None:
        if self.weights:
            self.effects = evolve(self.effects, weights={**self.effects.weights, **self.weights})
        self._common = self._normal("")

    def respond(self, screen: Screen) -> Response:
        if isinstance(screen.accepts, Keys):  # pressed at once, and nothing is read
            pull, (mu, sigma, tau) = PULL * self._pulled(screen), PRESS
            return Response(answer=self.answer(screen), rt=ex_gaussian(self.random, mu - pull, sigma, tau))
        words = sum(len(getattr(mark, "text", "").split()) for mark in screen.marks)
        rt = ex_gaussian(self.random, 0.5 + words / self.reading, 0.2, self.tau)
        return Response(answer=self.answer(screen), rt=rt)

    def answer(self, screen: Screen) -> Answer | None:
        construct = screen.measures.construct if screen.measures else ""
        if acts := {act.chosen: act for act in reversed(self.effects.acts) if act.construct == construct}:
            return self._act(screen, list(acts.values()))
        match screen.accepts:
            case Likert() if screen.measures and screen.measures.instructed is not None:
                return screen.measures.instructed
            case Likert() as likert if screen.measures:
                return self._rate(likert, construct, screen.measures.keyed, self._codes(screen), self._own_of(screen))
            case Likert() as likert if own := self._own_of(screen):
                return self._rate(likert, "", 1, {}, own)
            case Keys(keys=keys) if screen.measures and screen.measures.instructed is not None:
                right = keys[screen.measures.instructed]
                sure = min(1.0, ACCURACY + SLIP * self._pulled(screen))
                return right if self.random.random() < sure else self.random.choice(keys)
            case Choice(options=options) if "proceeds" in options[0].codes:
                return self.random.choice([o.value for o in options if o.codes["proceeds"]])
            case Choice(options=options) if not options[0].codes:
                self._is[screen.name] = self.random.choice(options).value
                return self._is[screen.name]
            case Choice(options=options) if options[0].codes:
                return self._choose(options, _seen(screen))
        return Uniform.answer(self, screen)

    def motive(self, name: str) -> float:
        """A motive's standing in SD."""
        return self.standing(MOTIVES[name])

    def standing(self, construct: str) -> float:
        """Where this person stands on a construct, in SD: by the answers so far (those before a treatment, if there
        were any; with AFTER those since), or before any answer by the tendency behind them."""
        construct, after, _ = construct.partition(AFTER)
        construct, at, wave = construct.partition(AT)
        if at:  # as it was in another session, whatever was answered
            return self._then(wave)._tendency(construct)
        given = self._given.get(construct, [])
        first = self.effects.before.get(construct, 0)
        given = given[first:] if after else given[:first] if first else given
        if not given:
            return self._tendency(construct)
        over_people = moments(len(given), *self._range[construct])
        return (sum(given) / len(given) - over_people.mean) / over_people.sd

    def behind(self, construct: str, otherwise: float) -> float:
        """A tendency that no screen asks for, with all that shifts it; `otherwise` if no effect has to do with it."""
        tendency = self._tendency(construct) if construct in self.effects.mixed else otherwise
        return tendency + self._shift(construct, {})

    def _then(self, wave: str) -> "Theory":
        """The same person in another session."""
        if wave not in self._others:
            effects = evolve(self.effects, wave=wave)
            self._others[wave] = Theory(self.random, person=self.person, effects=effects, assigned=self.assigned)
        return self._others[wave]

    def _tendency(self, construct: str) -> float:
        if construct not in self._latent:
            now = self.effects.mixed.get(f"{construct}{AT}{self.effects.wave}")
            mixed = now or self.effects.mixed.get(construct)
            if mixed is not None:
                self._latent[construct] = sum(weight * self._part(part) for part, weight in mixed.items())
            else:
                own = self._normal(construct)
                shared = SHARED if construct in MOTIVES.values() else 0.0
                self._latent[construct] = math.sqrt(shared) * self._common + math.sqrt(1 - shared) * own
        return self._latent[construct]

    def _part(self, name: str) -> float:
        if name not in self._parts:
            self._parts[name] = self._normal(name)
        return self._parts[name]

    def _normal(self, name: str) -> float:
        """A standard normal of this person; where there are several sessions, in part of this session alone."""
        lasting = self._own(name).gauss(0, 1)
        wave = self.effects.wave
        if not wave or AT in name or name.startswith("taste/"):
            return lasting
        return math.sqrt(STABLE) * lasting + math.sqrt(1 - STABLE) * self._own(f"{name}{AT}{wave}").gauss(0, 1)

    def _own(self, construct: str) -> Random:
        return Random(f"{self.person}/{construct}") if self.person else self.random

    def _rate(self, likert: Likert, construct: str, keyed: int, codes: Mapping[str, float], own: str = "") -> int:
        if (thought := self._thought_of(construct, codes)) is not None:
            return thought
        target = own or self._target(construct)
        tendency = self._tendency(target) + self._shift(target, codes)
        answer = point(tendency, self.random.gauss(0, 1), likert.low, likert.high)
        for name in {construct, construct.rpartition(".")[0]} - {""}:
            self._given.setdefault(name, []).append(answer)
            self._range[name] = (likert.low, likert.high)
        return answer if keyed > 0 else likert.low + likert.high - answer

    def _pulled(self, screen: Screen) -> float:
        """How strongly an association helps with a press, in SD of it; below 0 where it hinders, 0 without one."""
        measures = screen.measures
        if measures is None or measures.construct not in self.effects.mixed:
            return 0.0
        return measures.keyed * self._tendency(measures.construct)

    def _target(self, construct: str) -> str:
        """What the items of a construct go by: its own tendency, or its whole scale's where an effect is on that."""
        ruled = {name.partition(AT)[0] for name in (*self.effects.mixed, *self.effects.shifts)}
        whole = construct.rpartition(".")[0]
        return whole if whole in ruled and construct not in ruled else construct

    def _codes(self, screen: Screen) -> Mapping[str, float]:
        """What is known of a thing that is rated, by its words or with what is asked."""
        rated = self.effects.rated
        if isinstance(screen.measures, Coded):
            return screen.measures.codes
        return next((rated[text] for mark in screen.marks if (text := getattr(mark, "text", "")) in rated), {})

    def _own_of(self, screen: Screen) -> str:
        """The tendency of its own that a rating goes by, known by the words of what is rated."""
        own = self.effects.own
        return next((own[text] for mark in screen.marks if (text := getattr(mark, "text", "")) in own), "")

    def _shift(self, construct: str, codes: Mapping[str, float]) -> float:
        """What conditions, and what a rated thing is, add to a tendency; conditions once they were shown."""
        terms = self.effects.shifts.get(construct, {})
        return sum(weight * self._value(t, codes) for t, weight in terms.items() if self._acts_now(t, construct))

    def _acts_now(self, term: str, construct: str) -> bool:
        """Were the conditions in a term shown, and its scores of afterwards given, before what is asked now?"""
        given = len(self._given.get(construct, ()))
        for part in term.split(":"):
            name, after, _ = self.effects.names.get(part, "").partition(AFTER)
            if after and len(self._given.get(name, ())) <= self.effects.before.get(name, 0):
                return False
        factors = [part.partition("[")[0] for part in term.split(":") if "[" in part]
        return all(given >= self.effects.shown.get(factor, {}).get(construct, 0) for factor in factors)

    def _value(self, term: str, codes: Mapping[str, float]) -> float:
        """A product's value for this person; a code that the option at hand doesn't carry makes it 0."""
        value = 1.0
        for factor in term.split(":"):
            name, bracket, level = factor.rstrip("]").partition("[")
            if bracket:
                value *= float(self.assigned.get(name, self._is.get(name)) == level)
            elif name in self.effects.names:
                value *= self.standing(self.effects.names[name])
            else:
                value *= codes.get(name, 0.0)
        return value

    def _choose(self, options: Sequence[Option], others: Sequence[str] = ()) -> str:
        """One of the options; `others` are the acts that others are seen to choose, in words."""
        worth = [self._worth(option.codes) for option in options]
        if others and self.effects.conformity:
            shares = [others.count(option.text) / len(others) for option in options]
            worth = [w + self.effects.conformity * share for w, share in zip(worth, shares, strict=True)]
        chances = [math.exp(w - max(worth)) for w in worth]
        return self.random.choices(options, chances)[0].value

    def _thought_of(self, construct: str, codes: Mapping[str, float]) -> int | None:
        """The next of the ratings that were there before they were asked for, if this is one of them."""
        for name, belief in self.effects.beliefs.items():
            key = name, belief.same(codes)
            if belief.construct == construct and self._said.get(key, 0) < len(self._ratings(name, codes)):
                self._said[key] = self._said.get(key, 0) + 1
                return self._thought[key][self._said[key] - 1]
        return None

    def _ratings(self, name: str, codes: Mapping[str, float]) -> list[int]:
        """What this person would give to acts with these codes, one by one."""
        belief = self.effects.beliefs[name]
        key = name, belief.same(codes)
        if key not in self._thought:
            tendency, number = self._tendency(belief.construct), belief.ratings.get(key[1], 0)
            errors = [self.random.gauss(0, 1) for _ in range(number)]
            self._thought[key] = [point(tendency, error, belief.low, belief.high) for error in errors]
        return self._thought[key]

    def _worth(self, codes: Mapping[str, float]) -> float:
        thought = {name: self._ratings(name, codes) for name in self.effects.beliefs}
        known = {**codes, **{name: sum(ratings) / len(ratings) for name, ratings in thought.items() if ratings}}
        worth = sum(weight * self._value(term, known) for term, weight in self.effects.weights.items())
        if self.effects.tastes:
            worth += sum(self._taste(name) * code for name, code in codes.items() if name.startswith("a_"))
        return worth

    def _taste(self, attribute: str) -> float:
        """What an attribute weighs for this person, beside all that was stated."""
        return self.effects.tastes * self._part(f"taste/{attribute}")

    def _act(self, screen: Screen, acts: Sequence[Act]) -> Answer | None:
        match screen.accepts:
            case Choice(options=options):
                return self._decide(options, acts, self._codes(screen))
            case Slider() as slider if self._taken(acts[:1], {}):
                steps = round((slider.high - slider.low) / slider.step)
                return round(slider.low + self.random.randint(1, steps) * slider.step, slider.decimals)
            case Slider() as slider:
                return slider.low
            case Allocation(options=options) as allocation if acts[0].chosen in [option.value for option in options]:
                return step_by_step(self.random, allocation, acts[0], self._chance(acts[0], {}))
            case Allocation(options=options) as allocation:
                more = (self._chance(acts[0], {}) * len(options) - 1) / max(1, len(options) - 1)  # beside the first one
                number = 1 + sum(self.random.random() < more for _ in options[1:])
                return shared_out(self.random, allocation, self.random.sample(range(len(options)), number))
        return Uniform.answer(self, screen)

    def _decide(self, options: Sequence[Option], acts: Sequence[Act], codes: Mapping[str, float]) -> str:
        """An option; those that only look something up, without a code where others have one, don't decide."""
        coded = [option for option in options if option.codes]
        if coded and self.random.random() >= len(coded) / len(options):
            return self._choose([option for option in options if not option.codes])
        taken, left = self._taken(acts, codes), list(coded or options)
        for act in acts:
            counts = [option for option in left if option.value == act.chosen or bool(option.codes.get(act.chosen))]
            if act is taken:
                return self._choose(counts or left)
            left = [option for option in left if option not in counts] or left
        return self._choose(left)

    def _taken(self, acts: Sequence[Act], codes: Mapping[str, float]) -> Act | None:
        """Which of acts that exclude one another is taken, if any."""
        drawn = self.random.random()
        for act in acts:
            drawn -= self._chance(act, codes)
            if drawn < 0:
                return act
        return None

    def _chance(self, act: Act, codes: Mapping[str, float]) -> float:
        return act.chance(sum(weight * self._value(term, codes) for term, weight in act.terms.items()))


def _seen(screen: Screen) -> list[str]:
    """What stands on a screen's board, without the names."""
    lines = next((mark.lines for mark in screen.marks if isinstance(mark, Board)), ())
    return [line.partition(": ")[2] for line in lines]
