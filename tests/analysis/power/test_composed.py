"""Implicit tests, views of others, allocations and chains: people who answer screens are those drawn as arrays."""

from random import Random

import numpy as np
import pandas as pd
import pytest
from scipy.stats import ks_2samp

from analysis import bodies, devices, even, latencies
from analysis.acting import decision, together
from analysis.power import decided
from analysis.power.draws import generator
from analysis.scoring import reactivity, sc_iat_d
from analysis.shares import pairs_of, weights
from runner.errors import VantageError
from runner.respondents import Theory
from runner.screens import Allocation, Choice, Coded, Keys, Likert, Measure, Option, Screen, Text
from runner.theory import STEPS, Act, Asked, Effects, Pair, Sorting

TEST = Sorting(words=72, window=1.5)
PRESSED = "sorting.self"


def person(number, **effects):
    return Theory(Random(f"composed/{number}"), effects=Effects(**effects))


def block(respondent, compatible):
    """A block of presses as a task would keep them: latency in ms of the first one, and whether it was right."""
    measures = Measure(construct=PRESSED, keyed=1 if compatible else -1, instructed=0)
    screen = Screen(name="word", accepts=Keys(keys=("e", "i")), seconds=TEST.window, measures=measures)
    for _ in range(TEST.words):
        said = respondent.respond(screen)
        late = said.rt >= TEST.window
        yield compatible, None if late else said.rt * 1000, not late and said.answer == "e"


def test_presses_carry_an_association_as_reliably_as_is_reckoned_with():
    people = {number: person(number, mixed={PRESSED: {"association": 1.0}}) for number in range(250)}
    rows = [(n, *trial) for n, each in people.items() for way in (True, False) for trial in block(each, way)]
    d = sc_iat_d(pd.DataFrame(rows, columns=["person", "compatible", "first", "correct"]))["D"].astype(float)
    behind = [people[number].standing(PRESSED) for number in d.index]
    reliable = latencies.reliability(TEST)
    assert reliable == pytest.approx(0.795, abs=0.005)  # what the numbers in the documents were made with
    assert np.corrcoef(d, behind)[0, 1] ** 2 == pytest.approx(reliable, abs=0.07)
    assert np.corrcoef(d, behind)[0, 1] > 0  # quick where target and what is pleasant share a key
    random = generator("presses")
    drawn = latencies.scores(random.normal(size=4000), TEST, random)
    assert ks_2samp(d, drawn).pvalue > 0.001
    assert d.std() == pytest.approx(drawn.std(), rel=0.15)


def test_presses_without_an_effect_are_as_ever():
    one, other = person(1), person(1, mixed={"sorting.other": {"association": 1.0}})
    assert [*block(one, True)] == [*block(other, True)]


def test_an_act_of_one_kind_goes_by_a_tendency_of_its_own():
    def rated(text):
        measures = Measure(construct="willingness")
        return Screen(name="act", marks=(Text(text=text),), accepts=Likert(anchors=("no", "yes")), measures=measures)

    found = []
    for number in range(300):
        mixed = {"protective": {"protective": 1.0}, "willingness": {"other": 1.0}}
        each = person(number, mixed=mixed, own={"Walk her home": "protective"})
        means = [np.mean([each.answer(rated(text)) for _ in range(8)]) for text in ("Walk her home", "Speak up")]
        found.append((each.standing("protective"), *means))
    r = np.corrcoef(np.array(found).T)
    assert r[0, 1] > 0.9 and abs(r[0, 2]) < 0.2


def test_what_is_said_of_somebody_goes_by_what_they_do():
    shifts = {"seen.moral": {"v_cost": 0.3, "v_group:own-group[woman]": 0.5}}
    sides = tuple(Option(value=value, text=value) for value in ("woman", "man"))
    asks, found = Screen(name="own-group", accepts=Choice(options=sides)), []
    for number in range(800):
        each = person(number, mixed={"seen.moral": {"seen": 1.0}}, shifts=shifts)
        group = each.answer(asks)
        for cost, of in ((1, 1), (1, -1), (-1, 1), (-1, -1)):
            measures = Coded(construct="seen.moral", codes={"v_cost": cost, "v_group": of})
            rating = each.answer(Screen(name="v", accepts=Likert(anchors=("no", "yes")), measures=measures))
            found.append((group, cost, of, rating))
    rows = pd.DataFrame(found, columns=["group", "cost", "of", "rating"])
    by_cost, by_group = (rows.groupby(by)["rating"].mean() for by in (["cost"], ["group", "of"]))
    assert by_cost[1] - by_cost[-1] == pytest.approx(0.6 * 0.8 * 1.3, abs=0.2)
    assert by_group["woman", 1] - by_group["woman", -1] == pytest.approx(1.0 * 0.8 * 1.3, abs=0.25)
    assert by_group["man", 1] - by_group["man", -1] == pytest.approx(0, abs=0.25)


@pytest.mark.parametrize(
    "outcome, act",
    [
        ("punish", Act(construct="remedies", chosen="punish", link="linear", base=0.4, terms={})),
        ("environment", Act(construct="causes", chosen="environment", link="logit", base=0.3, terms={})),
        ("entropy", Act(construct="causes", chosen="", link="linear", base=0.4, terms={})),
        ("entropy", None),
        ("environment", None),
    ],
)
def test_allocations_on_a_screen_are_those_that_are_drawn(outcome, act):
    names = ("punish", "restore", "protect", "reform") if outcome == "punish" else ("environment", *"abcdefghi")
    options = tuple(Option(value=name, text=name) for name in names)
    construct = "remedies" if outcome == "punish" else "causes"
    screen = Screen(
        name="points", accepts=Allocation(options=options, total=100, step=5), measures=Measure(construct=construct)
    )
    each = person(outcome, acts=(act,) if act else ())
    given = np.array([each.answer(screen) for _ in range(1500)]) / 100
    assert given.sum(axis=1) == pytest.approx(1)
    shares = np.where(given > 0, given, 1.0)
    found = {
        "punish": given[:, 0],
        "environment": given[:, 0] > 0,
        "entropy": -(shares * np.log(shares)).sum(axis=1),
    }[outcome].astype(float)
    chances = {(act.construct, act.chosen): np.full(6000, act.base)} if act else {}
    places = {construct: len(names), f"{construct}{STEPS}": 20}
    drawn = decided.given(outcome, chances, places, 6000, generator(outcome)).astype(float)
    assert found.mean() == pytest.approx(drawn.mean(), abs=4 * drawn.std() / 1500**0.5)
    assert ks_2samp(found, drawn).pvalue > 0.001


def test_a_chain_goes_by_what_its_screens_say():
    stays = Act(construct="staying", chosen="stay", link="logit", base=0.5, terms={"peer_interest": 0.8})
    options = tuple(Option(value=value, text=value) for value in ("stay", "withdraw"))
    each, shares = person("chain", acts=(stays,)), []
    for interest in (0, 3):
        measures = Coded(construct="staying", codes={"peer_interest": interest})
        screen = Screen(name="chain", accepts=Choice(options=options), measures=measures)
        shares.append(np.mean([each.answer(screen) == "stay" for _ in range(1500)]))
    assert shares == pytest.approx([0.5, 1 / (1 + np.exp(-2.4))], abs=0.05)


def test_a_person_is_as_in_the_session_that_is_meant():
    def of(wave):
        return Theory(Random(wave), person="somebody", effects=Effects(wave=wave))

    then, now = of("first"), of("second")
    assert now.standing("motives.moral@first") == then.standing("motives.moral") != now.standing("motives.moral")


def rows_of(number):
    return bodies.summary(person(number, mixed={"d_sbp": {"d_sbp": 1.0}}).behind, str(number))


def test_a_devices_summary_is_one_that_an_import_would_keep(tmp_path):
    found = []
    for number in range(400):
        each = person(number, mixed={"d_sbp": {"d_sbp": 1.0}})
        rows = bodies.summary(each.behind, str(number))
        found += [{"person": number, "phase": r.phase, "behind": each.standing("d_sbp"), **r.values} for r in rows]
    frame = pd.DataFrame(found).replace("", None)
    changes = reactivity(frame, baseline="baseline")[["d_sbp", "d_pp", "d_co", "d_tpr"]]
    values = np.column_stack([frame["behind"][::2], changes]).astype(float)
    log = tmp_path / "log.jsonl"
    bodies.keep(log, person(0, mixed={"d_sbp": {"d_sbp": 1.0}}).behind, "0")
    assert devices._kept(devices.file_of(log)) == [{"phase": row.phase, **row.values} for row in rows_of(0)]
    assert np.corrcoef(values[:, 0], values[:, 1])[0, 1] ** 2 == pytest.approx(bodies.RELIABILITY, abs=0.06)
    assert np.abs(np.corrcoef(values[:, 1:].T) - np.eye(4)).max() < 0.2  # each by itself
    random = generator("bodies")
    for place, name in enumerate(bodies.CHANGES):
        own = values[:, 1 + ["d_sbp", "d_pp", "d_co", "d_tpr"].index(name)]
        assert ks_2samp(own, bodies.scores(name, random.normal(size=4000), random)).pvalue > 0.001, place


def test_outcomes_of_one_decision_are_not_had_together():
    with pytest.raises(VantageError, match=r"--effect: entropy and n_causes are one decision; state one of them"):
        together(["n_causes", "entropy", "willing"])
    with pytest.raises(ValueError, match="nothing in this study tells"):
        decision("focal_share", Asked(decisions={"causes": frozenset({"", "race"})}, pack="gender"))


def test_a_share_of_choices_has_the_slope_that_was_stated_and_not_more_than_there_can_be():
    pairs = tuple(
        Pair(set=str(n), one={"a_fast": 1.0, "a_compensation": n}, other={"a_fast": -1.0, "a_compensation": n})
        for n in (-1.0, 1.0)
    )
    its = Asked(pairs=(pairs,), factors={"frame": ("one", "other")})
    assert len(pairs_of("quick_relief", its)) == 2 and pairs_of("dependency", its) == []
    ((term, weight),) = weights("quick_relief", {"frame[other]": 0.5}, {}, its).items()
    chance = 1 / (1 + np.exp(-2 * weight * np.array([0.0, 1.0])))
    spread = (chance.var() + (chance * (1 - chance)).mean() / 2) ** 0.5
    assert term == "a_fast:frame[other]" and (chance[1] - chance[0]) / spread == pytest.approx(0.5, abs=1e-3)
    with pytest.raises(VantageError, match="effects on 'quick_relief' of this size can't be had; state smaller ones"):
        weights("quick_relief", {"frame[other]": 3.0}, {}, its)


def test_entropy_has_the_slope_that_was_stated():
    its = Asked(places={"causes": 10, f"causes{STEPS}": 20})
    random = generator("entropy")
    x = random.normal(size=60_000)
    share = np.clip(0.3 + even.weight(0.3, 0.09, its) * 0.3 * x, 0, 1)
    entropy = even.entropies(decided.numbers(share, 10, random), 20, 10, random)
    assert np.corrcoef(entropy, x)[0, 1] == pytest.approx(0.3, abs=0.015)
    with pytest.raises(VantageError, match="effects on 'entropy' of this size can't be had"):
        even.weight(0.3, 4.0, its)
