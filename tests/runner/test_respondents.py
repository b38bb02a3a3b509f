"""Respondents answer everything validly, and the theory's ones as stated."""

import math
from random import Random
from statistics import correlation, mean, stdev

import pytest

from runner.respondents import Quick, Scripted, Spec, Theory, Uniform, ex_gaussian
from runner.screens import Allocation, Choice, Continue, Keys, Likert, Measure, Option, Screen, Slider, Text, Words
from runner.theory import STABLE, Belief, Effects

OPTIONS = tuple(Option(value=v, text=v) for v in ("a", "b", "c"))
ACCEPTS = [
    Continue(),
    Keys(keys=("f", "j")),
    Choice(options=OPTIONS),
    Likert(anchors=("no", "yes")),
    Slider(low=0, high=6, step=0.5, decimals=1),
    Allocation(options=OPTIONS, total=100, step=5),
    Words(limit=200),
]


@pytest.mark.parametrize("accepts", ACCEPTS, ids=lambda a: type(a).__name__)
@pytest.mark.parametrize("kind", ["uniform", "theory"])
def test_every_answer_is_one_that_the_screen_accepts(accepts, kind):
    respondent = Spec(kind=kind, seed="1").make()
    screen = Screen(name="s", accepts=accepts)
    for _ in range(200):
        response = respondent.respond(screen)
        assert accepts.admits(response.answer)
        assert response.rt >= 0.15


def test_the_same_spec_answers_the_same():
    screen = Screen(name="s", accepts=Likert(anchors=("no", "yes")), measures=Measure(construct="guilt"))
    one, other = (Spec(kind="theory", seed="7").make() for _ in range(2))
    assert [one.respond(screen) for _ in range(20)] == [other.respond(screen) for _ in range(20)]


def test_a_script_answers_by_name_and_leaves_the_rest():
    respondent = Scripted({"s:guilt": 6, "s": 1}, Uniform(Random(1)))
    likert = Likert(anchors=("no", "yes"))
    assert respondent.respond(Screen(name="s", accepts=likert, measures=Measure(construct="guilt"))).answer == 6
    assert respondent.respond(Screen(name="s", accepts=likert)).answer == 1
    assert respondent.respond(Screen(name="t", accepts=Keys(keys=("q",)))).answer == "q"


def test_ex_gaussian_has_the_mean_that_its_parameters_say():
    random = Random("rt")
    times = [ex_gaussian(random, 0.6, 0.1, 0.3) for _ in range(20_000)]
    assert mean(times) == pytest.approx(0.9, abs=0.01)
    assert stdev(times) == pytest.approx(math.sqrt(0.1**2 + 0.3**2), abs=0.015)


def _item(construct, keyed=1):
    return Screen(
        name="item",
        marks=(Text(text="x"),),
        accepts=Likert(anchors=("", "")),
        measures=Measure(construct=construct, keyed=keyed),
    )


def test_items_of_one_construct_agree_and_reversed_ones_oppose():
    rows = []
    for seed in range(400):
        person = Theory(Random(seed))
        rows.append([person.answer(_item("motives.moral", keyed)) for keyed in (1, 1, -1)])
    first, second, reversed_ = zip(*rows, strict=True)
    assert _r(first, second) > 0.45
    assert _r(first, reversed_) < -0.45


def test_choices_follow_the_stated_weight_per_sd_of_the_measured_motive():
    card = tuple(Option(value=v, text=v, codes={"a_public": c}) for v, c in (("one", 1), ("other", -1)))
    screen = Screen(name="pair", accepts=Choice(options=card))
    xs, ys = [], []
    for seed in range(3000):
        person = Theory(Random(seed), weights={"a_public:mI": 0.5})
        ratings = [person.answer(_item("motives.ingroup")) for _ in range(4)]
        xs.append(mean(ratings))
        ys.append(person.answer(screen) == "one")
    sd, middle = stdev(xs), mean(xs)
    # V(one) - V(other) is 2 x 0.5 x z: the logit slope per SD is 1
    slope = _logit_slope([(x - middle) / sd for x in xs], ys)
    assert slope == pytest.approx(1.0, abs=0.12)


def _r(a, b):
    ma, mb = mean(a), mean(b)
    cov = sum((x - ma) * (y - mb) for x, y in zip(a, b, strict=True))
    return cov / math.sqrt(sum((x - ma) ** 2 for x in a) * sum((y - mb) ** 2 for y in b))


def _logit_slope(xs, ys):
    a = b = 0.0
    for _ in range(25):
        p = [1 / (1 + math.exp(-a - b * x)) for x in xs]
        ga = sum(y - q for y, q in zip(ys, p, strict=True))
        gb = sum((y - q) * x for x, y, q in zip(xs, ys, p, strict=True))
        w = [q * (1 - q) for q in p]
        haa, hab = sum(w), sum(v * x for v, x in zip(w, xs, strict=True))
        hbb = sum(v * x * x for v, x in zip(w, xs, strict=True))
        det = haa * hbb - hab * hab
        a, b = a + (hbb * ga - hab * gb) / det, b + (haa * gb - hab * ga) / det
    return b


def test_a_quick_one_answers_as_the_other_does_but_faster():
    screen = Screen(name="s", accepts=Likert(anchors=("no", "yes")), measures=Measure(construct="guilt"))
    slow, fast = Spec(kind="theory", seed="7").make(), Quick(Spec(kind="theory", seed="7").make())
    for _ in range(20):
        one, other = slow.respond(screen), fast.respond(screen)
        assert one.answer == other.answer and other.rt == min(0.2, one.rt)


def test_a_person_stays_the_same_over_sessions():
    screen = Screen(name="s", accepts=Likert(anchors=("no", "yes")), measures=Measure(construct="guilt"))

    def mean_of(person, seed):
        respondent = Spec(kind="theory", seed=seed, person=person).make()
        return mean(respondent.respond(screen).answer for _ in range(40))

    pairs = [(mean_of(f"p{n}", f"{n}/first"), mean_of(f"p{n}", f"{n}/second")) for n in range(40)]
    assert correlation(*zip(*pairs, strict=True)) > 0.9


def test_over_several_sessions_a_part_of_a_person_stays():
    screen = Screen(name="s", accepts=Likert(anchors=("no", "yes")), measures=Measure(construct="guilt"))

    def mean_of(person, wave):
        spec = Spec(kind="theory", seed=f"{person}/{wave}", person=person, effects=Effects(wave=wave))
        respondent = spec.make()
        return mean(respondent.respond(screen).answer for _ in range(40))

    pairs = [(mean_of(f"p{n}", "first"), mean_of(f"p{n}", "second")) for n in range(300)]
    assert correlation(*zip(*pairs, strict=True)) == pytest.approx(STABLE, abs=0.12)


def test_what_acts_are_thought_to_achieve_is_what_is_said_of_them_later():
    acts = {"aloud": {"a_public": 1.0}, "quietly": {"a_public": -1.0}}
    belief = Belief(construct="effectiveness", alike=("a_public",), ratings={"1": 2, "-1": 2})
    made = Effects(weights={"a_effect": 50.0}, beliefs={"a_effect": belief}, rated=acts)
    card = tuple(Option(value=value, text=value, codes=codes) for value, codes in acts.items())
    pair = Screen(name="pair", accepts=Choice(options=card))
    seen = set()
    for seed in range(200):
        person = Theory(Random(seed), effects=made)
        chosen = person.answer(pair)
        said = {act: [person.answer(_rating(act)) for _ in range(2)] for act in acts}
        assert person.answer(pair) == chosen or mean(said["aloud"]) == mean(said["quietly"])  # rating changes nothing
        if mean(said["aloud"]) != mean(said["quietly"]):
            assert chosen == max(said, key=lambda act, said=said: mean(said[act]))
        seen |= {rating for ratings in said.values() for rating in ratings}
    assert len(seen) > 4


def test_ratings_of_acts_go_by_what_the_acts_are():
    acts = {"costly": {"a_statuscost": 1.0}, "neutral": {"a_statuscost": -1.0}}
    made = Effects(shifts={"willingness": {"a_statuscost": 1.0}}, rated=acts)
    people = [Theory(Random(seed), effects=made) for seed in range(200)]
    means = [mean(p.answer(_rating(act, "willingness")) for p in people) for act in acts]
    assert means[0] - means[1] > 1.2  # two tendencies apart, times loading and spread
    other = mean(p.answer(_rating("something else", "willingness")) for p in people)
    assert means[1] < other < means[0]


def _rating(act, construct="effectiveness"):
    accepts, measures = Likert(anchors=("", "")), Measure(construct=construct)
    return Screen(name="rating", marks=(Text(text="How?"), Text(text=act)), accepts=accepts, measures=measures)
