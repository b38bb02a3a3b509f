"""Simulated people who act as stated, and those who don't take part as a study would like."""

import math
from random import Random
from statistics import mean

import msgspec
import pytest

from runner.commands import simulate
from runner.commands.simulate import People, Shares, one_of
from runner.leaving import stop_screen, support_screen
from runner.respondents import Careless, Leaving, Spec, Suspicious, Theory
from runner.screens import Allocation, Choice, Likert, Measure, Option, Screen, Slider, Words
from runner.theory import Act, Asked, Effects

YES_NO = Choice(options=(Option(value="yes", text="yes"), Option(value="no", text="no")))
PETITION = Screen(name="any", accepts=YES_NO, measures=Measure(construct="petition"))


def share(screen, act, assigned, counts, people=3000):
    effects = Effects(acts=(act,))
    answers = [Theory(Random(seed), effects=effects, assigned=assigned).answer(screen) for seed in range(people)]
    return mean(float(counts(answer)) for answer in answers)


def test_an_act_goes_by_its_terms_in_logits():
    act = Act(construct="petition", chosen="yes", link="logit", base=0.5, terms={"setting[public]": 1.0})
    public = share(PETITION, act, {"setting": "public"}, lambda a: a == "yes")
    private = share(PETITION, act, {"setting": "private"}, lambda a: a == "yes")
    assert private == pytest.approx(0.5, abs=0.03)
    assert public == pytest.approx(1 / (1 + math.exp(-1)), abs=0.03)


def test_help_goes_by_rates_and_which_kind_by_weights():
    codes = {"nothing": {"a_help": 0.0, "a_auton": 0.0}, "hint": {"a_help": 1.0, "a_auton": 1.0}}
    codes["answer"] = {"a_help": 1.0, "a_auton": -1.0}
    options = tuple(Option(value=v, text=v, codes=c) for v, c in codes.items())
    screen = Screen(name="any", accepts=Choice(options=options, arrange="cards"), measures=Measure(construct="help"))
    act = Act(construct="help", chosen="a_help", link="log", base=0.4, terms={"threat[threatened]": 0.5})
    effects = Effects(acts=(act,), weights={"a_auton:threat[threatened]": -0.5})
    threatened = [
        Theory(Random(s), effects=effects, assigned={"threat": "threatened"}).answer(screen) for s in range(3000)
    ]
    helped = [answer for answer in threatened if answer != "nothing"]
    assert len(helped) / 3000 == pytest.approx(0.4 * math.exp(0.5), abs=0.03)
    assert mean(answer == "answer" for answer in helped) == pytest.approx(1 / (1 + math.exp(-1)), abs=0.03)


def test_withdrawing_goes_by_hazards():
    options = (Option(value="stay", text=""), Option(value="withdraw", text=""))
    screen = Screen(name="any", accepts=Choice(options=options), measures=Measure(construct="staying"))
    act = Act(construct="staying", chosen="withdraw", link="cloglog", base=0.2, terms={"f[b]": 1.0})
    assert share(screen, act, {"f": "a"}, lambda a: a == "withdraw") == pytest.approx(0.2, abs=0.03)
    assert share(screen, act, {"f": "b"}, lambda a: a == "withdraw") == pytest.approx(1 - 0.8**math.e, abs=0.03)


def test_amounts_are_nothing_or_something_and_causes_are_counted():
    slider = Screen(name="any", accepts=Slider(low=0, high=6, step=0.5, decimals=2), measures=Measure(construct="gift"))
    act = Act(construct="gift", chosen="", link="logit", base=0.5, terms={"f[b]": 2.0})
    assert share(slider, act, {"f": "b"}, lambda a: a > 0) == pytest.approx(1 / (1 + math.exp(-2)), abs=0.03)
    options = tuple(Option(value=str(i), text=str(i)) for i in range(10))
    menu = Allocation(options=options, total=100, step=5)
    causes = Screen(name="any", accepts=menu, measures=Measure(construct="causes"))
    act = Act(construct="causes", chosen="", link="log", base=0.3, terms={"f[b]": 0.4})
    assert share(causes, act, {"f": "a"}, lambda a: sum(x > 0 for x in a), 800) == pytest.approx(3.0, rel=0.06)
    assert share(causes, act, {"f": "b"}, lambda a: sum(x > 0 for x in a), 800) == pytest.approx(
        3 * math.exp(0.4), rel=0.06
    )
    assert all(menu.admits(Theory(Random(s), effects=Effects(acts=(act,))).answer(causes)) for s in range(50))


# ---------------------------------------------------------------- those who don't take part as a study would like


def test_a_straight_liner_gives_one_point_whatever_is_asked_and_goes_on():
    person = Careless(Random(3), straight=True)
    items = [Measure(construct="x"), Measure(construct="x", keyed=-1), Measure(construct="attention", instructed=2)]
    screens = [Screen(name="i", accepts=Likert(anchors=("", "")), measures=m) for m in items * 5]
    responses = [person.respond(screen) for screen in screens]
    assert len({response.answer for response in responses}) == 1
    assert mean(response.rt for response in responses) < 0.8
    agree = Option(value="agree", text="", codes={"proceeds": 1.0})
    consent = Choice(options=(Option(value="disagree", text="", codes={"proceeds": 0.0}), agree))
    assert person.answer(Screen(name="c", accepts=consent)) == "agree"


def test_careless_ones_differ_in_the_point_that_they_give():
    item = Screen(name="i", accepts=Likert(anchors=("", "")))
    assert {Careless(Random(seed)).answer(item) for seed in range(100)} == set(range(1, 8))
    one = Careless(Random(1), straight=False)
    assert len({one.answer(item) for _ in range(100)}) == 7


def test_a_suspicious_one_says_so_when_asked_freely_and_not_in_texts_of_the_study():
    person = Suspicious(Theory(Random(1)))
    assert "did not believe" in person.respond(Screen(name="q", accepts=Words())).answer
    written = Screen(name="q", accepts=Words(), measures=Measure(construct="account"))
    assert "did not believe" not in person.respond(written).answer
    assert len(person.respond(Screen(name="q", accepts=Words(limit=10))).answer) == 10


@pytest.mark.parametrize("distressed, ways", [(False, ["leave"]), (True, ["distress", "leave"])])
def test_one_who_leaves_stops_at_a_screen_by_the_control(distressed, ways, words):
    person = Leaving(Theory(Random(1)), at=3, distressed=distressed)
    item = Screen(name="i", accepts=Likert(anchors=("", "")))
    assert [person.respond(item).status for _ in range(3)] == ["answered", "answered", "stopped"]
    shown = [stop_screen(words), support_screen(words)][: len(ways)]
    assert [person.respond(screen).answer for screen in shown] == ways
    assert person.respond(item).status == "answered"  # the debriefing


@pytest.fixture
def words():
    from collections import defaultdict

    return defaultdict(str)


def test_shares_are_of_people_and_kept_in_what_a_log_says_of_them():
    shares = Shares(careless=0.2, suspicious=0.3, dropout=0.1)
    people = People(effects=Effects(), asked=Asked(screens=50), shares=shares)
    specs = [one_of(people, f"s/{i}", "", (), {}) for i in range(4000)]
    assert mean(s.manner in ("straight", "random") for s in specs) == pytest.approx(0.2, abs=0.02)
    assert mean(s.manner == "suspicious" for s in specs) == pytest.approx(0.3 * 0.8, abs=0.03)
    assert mean(s.leaves_at > 0 for s in specs) == pytest.approx(0.1, abs=0.02)
    assert all(0 <= s.leaves_at <= 50 for s in specs)
    again = [msgspec.json.decode(msgspec.json.encode(s), type=Spec) for s in specs[:50]]
    assert again == specs[:50]


def test_who_drops_out_of_a_study_with_waves_comes_no_more():
    people = People(effects=Effects(), asked=Asked(screens=50), shares=Shares(dropout=1.0))
    waves = ("first", "second", "third")
    for number in range(60):
        came = [one_of(people, f"s/{number}", wave, waves, {}) for wave in waves]
        stays = [spec is not None and not spec.leaves_at for spec in came]
        last = stays.index(False)
        assert came[last] is not None and came[last].leaves_at  # stops in that session
        assert all(spec is None for spec in came[last + 1 :])


def test_stated_values_that_are_no_numbers_are_refused():
    from runner.errors import DeclarationError

    for text in ("H9a=nan", "H9a=inf", "H9a=", "H9a"):
        with pytest.raises(DeclarationError, match="wants HYPOTHESIS=NUMBER"):
            simulate.stated([text])


def test_a_session_that_was_cut_goes_on_with_the_same_person(tmp_path):
    """Effects, levels, manners and tastes are in the log, so that going on gives the log that would have been."""
    from pathlib import Path

    from runner.cli import main

    protocol = Path(__file__).parents[2] / "protocols" / "taste.yaml"
    people = simulate.who(protocol, "en", {"H11_pool": 0.4}, 0.5, Shares(suspicious=1.0))
    simulate.perform(protocol, "en", tmp_path, "7", people, range(1))
    (log,) = tmp_path.rglob("*.jsonl")
    whole = log.read_text(encoding="utf-8").splitlines(keepends=True)
    answers = [line for line in whole if '"answer"' in line]
    log.write_text("".join(whole[: len(whole) // 2]), encoding="utf-8")
    assert main(["resume", str(log)]) == 0
    pick = lambda lines: [msgspec.json.decode(line).get("answer") for line in lines if '"answer"' in line]  # noqa: E731
    assert pick(log.read_text(encoding="utf-8").splitlines()) == pick(answers)
