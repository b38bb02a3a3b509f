"""The study under-the-surface, planned with its real materials."""

from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

import experiments
from experiments import find
from runner.assignment import latin_square, levels
from runner.declarations.materials import library
from runner.declarations.protocols import read_protocol
from runner.planning import plan_session
from runner.tasks import Occasion
from stimuli.kinds import Meeting

STUDY = read_protocol(Path(experiments.__file__).parents[1] / "protocols" / "under-the-surface.yaml")
LIBRARY = library(STUDY, "en")
TARGETS = ("politicised", "disadvantaged", "advantaged", "self")
ROWS = ("one", "two", "three", "four")


def planned(slot=0, **cell):
    return plan_session(STUDY, find, LIBRARY, participant="p1", slot=slot, language="en", cell=cell)


def sorted_targets(plan):
    found = {}
    for trial in plan.trials:
        if trial.task == "sc_iat":
            found.setdefault(trial.phase, trial.given.target)
    return tuple(found.values())


# ---------------------------------------------------------------- design


def test_the_four_orders_are_a_latin_square_balanced_for_what_comes_before():
    orders = [sorted_targets(planned(square=row)) for row in ROWS]
    assert orders == [latin_square(TARGETS, row) for row in range(4)]
    assert len({pair for order in orders for pair in pairwise(order)}) == 12


def test_mapping_and_side_hold_for_all_four():
    plan = planned(mapping="incompatible", pleasant_side="right")
    seen = {(t.given.order, t.given.positive_side) for t in plan.trials if t.task == "sc_iat"}
    assert seen == {("incompatible", "right")}


def test_there_are_192_words_for_each_target():
    counted = Counter(trial.phase for trial in planned().trials if trial.task == "sc_iat")
    assert set(counted.values()) == {24 + 72 + 24 + 72}
    assert len(counted) == 4


def test_what_is_compared_is_balanced():
    slots = 192
    found = defaultdict(Counter)
    for slot in range(slots):
        for factor, level in levels(STUDY, slot).items():
            found[factor][level] += 1
    assert all(len(set(counted.values())) == 1 for counted in found.values())


def test_the_order_is_the_one_that_validity_needs():
    names = [phase.name for phase in STUDY.phases]
    order = ["consent", "eligibility", "trait", "sorting-1", "sorting-4", "warmth", "account", "feelings", "remedy"]
    order += ["choices", "meeting", "announcement", "reported-motives", "report-over", "recall", "consequences"]
    order += ["checks", "probe", "debrief", "data-decision", "thanks"]
    assert sorted(order, key=names.index) == order


def test_motives_are_asked_before_the_account_and_again_under_the_report():
    motives = [t for t in planned().trials if t.task == "scale" and t.given.scale == "motives"]
    assert Counter(t.phase for t in motives) == {"trait": 16, "reported-motives": 16}


def test_two_attention_checks_stand_before_anything_is_varied_and_none_after():
    trials = planned().trials
    first = next(i for i, trial in enumerate(trials) if trial.phase == "account-intro")
    checks = [i for i, trial in enumerate(trials) if getattr(trial.given, "instructed", None) is not None]
    assert len(checks) == 2
    assert max(checks) < first


@pytest.mark.parametrize("content", ["equality", "harm", "protect"])
def test_only_the_own_content_is_in_a_plan(content):
    (trial,) = [t for t in planned(content=content).trials if t.task == "event_account"]
    assert trial.given.content == content
    assert trial.given.principle == LIBRARY.pages(f"under-the-surface/content-{content}").pages


def test_only_who_is_to_speak_aloud_is_listened_to():
    for level, listens in (("confidential", False), ("identified", True)):
        (trial,) = [t for t in planned(report=level).trials if t.task == "report"]
        assert trial.given.listens is listens


def test_autonomy_differs_in_every_pair_of_acts():
    pairs = [t.given for t in planned().trials if t.task == "paired_choice"]
    assert len(pairs) == 8
    assert all(pair.first.profile.autonomy != pair.second.profile.autonomy for pair in pairs)


def test_promises_are_those_of_the_store():
    (consent,) = [t.given for t in planned().trials if t.task == "consent"]
    assert consent.promise.body == (LIBRARY.word("promise_coded"),)
    told = " ".join(text for page in consent.pages for text in page.body)
    assert "aloud" in told  # who will be listened to was told so before


def test_the_debrief_says_what_sorting_words_cannot_tell():
    (debrief,) = [t.given for t in planned().trials if t.phase == "debrief"]
    told = " ".join(text for page in debrief.pages for text in page.body)
    assert "no result for you" in told
    assert "made up" in told


# ---------------------------------------------------------------- materials


@pytest.fixture
def planning() -> Meeting:
    return LIBRARY.meeting("planning")


def test_the_meeting_has_twelve_turns_with_criticism_a_request_and_a_post(planning):
    assert len(planning.turns) == 12
    assert {"criticism", "step_back", "post"} <= {turn.id for turn in planning.turns}


def test_every_turn_offers_both_sides_and_neither(planning):
    for turn in planning.turns:
        codes = [(role.accomplice, role.takeover) for role in turn.roles]
        assert {(1, 0), (0, 1), (0, 0)} == set(codes), turn.id
        assert all(
            (role.behaviour == "neither") == (sum(code) == 0) for role, code in zip(turn.roles, codes, strict=True)
        )
        assert len({role.value for role in turn.roles}) == len(turn.roles)


def test_options_of_a_turn_are_about_equally_long(planning):
    for turn in planning.turns:
        lengths = [len(role.text) for role in turn.roles]
        assert max(lengths) <= 1.35 * min(lengths), (turn.id, lengths)


def test_the_two_sides_are_equally_long_on_the_whole(planning):
    def mean(kind):
        texts = [role.text for turn in planning.turns for role in turn.roles if getattr(role, kind)]
        return sum(map(len, texts)) / len(texts)

    assert mean("takeover") == pytest.approx(mean("accomplice"), rel=0.10)


def test_every_behaviour_of_the_specification_can_be_chosen(planning):
    seen = {role.behaviour for turn in planning.turns for role in turn.roles}
    assert seen == {
        *("listen", "amplify", "ask_advice", "follow", "step_back", "accept_criticism", "side_kick", "neither"),
        *("not_asking", "ignore_effects", "take_over", "co_opt", "trivialise", "lead", "unwanted_advice"),
    }


def test_where_one_can_ask_there_is_a_sheet_or_not_but_both_are_offered_in_most_turns(planning):
    offered = [bool(turn.wish and turn.sheet) for turn in planning.turns]
    assert sum(offered) == 8
    assert [bool(turn.wish) for turn in planning.turns] == [bool(turn.sheet) for turn in planning.turns]


@pytest.mark.parametrize(
    "names", [("pleasant", "unpleasant"), ("disadvantaged", "advantaged")], ids=lambda names: names[0]
)
def test_what_is_set_against_each_other_is_equally_long(names):
    means = [sum(map(len, (words := LIBRARY.word_list(name).words))) / len(words) for name in names]
    assert max(means) <= 1.1 * min(means)


@pytest.mark.parametrize("name", [*TARGETS, "pleasant", "unpleasant"])
def test_a_list_has_five_or_six_words_and_none_is_a_key(name):
    words = LIBRARY.word_list(name).words
    assert len(words) in (5, 6)
    assert len(set(words)) == len(words)
    assert not {"e", "i"} & {word.casefold() for word in words}


def test_no_word_is_in_two_lists():
    words = [word for name in (*TARGETS, "pleasant", "unpleasant") for word in LIBRARY.word_list(name).words]
    assert len(set(words)) == len(words)


def test_an_iat_can_be_made_of_the_same_lists():
    task = find("iat")
    occasion = Occasion(
        random=Random("iat"), assigned={}, materials=LIBRARY, phase="iat", details=LIBRARY.details, identity="coded"
    )
    params = task.params(focal="disadvantaged", contrast="advantaged")
    assert len(list(task.trials(params, occasion))) == 200
