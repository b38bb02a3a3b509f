"""One suite for all stages: whatever shows a screen keeps the same promises about the reply."""

from itertools import pairwise
from random import Random

import pytest

from runner.respondents import Scripted, Uniform
from runner.screens import Allocation, Choice, Continue, Keys, Likert, Option, Screen, Slider, Text, Words
from runner.stages.autopilot import driving
from runner.stages.drawing.layout import INTERFACE_KEYS
from runner.stages.storyboard import Storyboard
from runner.stages.virtual import Virtual
from runner.stages.window import open_window

OPTIONS = tuple(Option(value=v, text=f"Option {v}") for v in ("one", "two", "three"))
QUESTION = (Text(text="A question that is put to the person", style="title"),)
ACCEPTING = {
    "continue": Continue(),
    "continue-later": Continue(after=0.3),
    "keys": Keys(keys=("f", "j")),
    "column": Choice(options=OPTIONS),
    "row": Choice(options=OPTIONS, arrange="row"),
    "cards": Choice(options=OPTIONS[:2], arrange="cards"),
    "likert": Likert(anchors=("not at all", "completely")),
    "slider": Slider(low=0, high=6, step=0.5, decimals=1, anchors=("none", "all")),
    "allocation": Allocation(options=OPTIONS, total=20, step=10),
    "words": Words(),
}
WORDS = {key: f"{key} {{}} {{}}" if key == "words_count" else key for key in INTERFACE_KEYS}


def screen(kind, **rest):
    return Screen(name=kind, marks=QUESTION, accepts=ACCEPTING[kind], **rest)


@pytest.fixture(scope="module")
def window():
    """One real window for all of this file."""
    window = open_window(WORDS, fullscreen=False, size=(1000, 700))
    yield window
    window.close()


@pytest.fixture(params=["virtual", "storyboard", "window"])
def performed(request):
    """performed(screens, answers) -> the replies of a stage to screens shown one after the other."""

    def perform(screens, answers=None):
        respondent = Scripted(answers or {}, Uniform(Random("conformance")))
        if request.param == "virtual":
            stage = Virtual(respondent)
        else:
            window = request.getfixturevalue("window")
            if request.param == "window":
                window.prepare(screens)
                with driving(window, respondent):
                    return [window.present(each) for each in screens]
            stage = Storyboard(window.picture, Virtual(respondent))
        stage.prepare(screens)
        return [stage.present(each) for each in screens]

    return perform


@pytest.mark.parametrize("kind", ACCEPTING)
def test_an_answer_is_one_that_the_screen_accepts_with_times_in_order(performed, kind):
    (reply,) = performed([screen(kind)])
    assert reply.status == "answered"
    assert ACCEPTING[kind].admits(reply.answer)
    assert reply.onset <= reply.answered <= reply.offset
    assert reply.rt == reply.answered - reply.onset
    times = [at for at, _ in reply.changes]
    assert times == sorted(times)
    assert all(reply.onset <= at <= reply.answered for at in times)
    assert reply.device


@pytest.mark.parametrize("kind", ["column", "likert", "slider", "allocation", "words"])
def test_what_was_asked_for_is_what_is_answered_and_the_last_change(performed, kind):
    wanted = {"column": "two", "likert": 6, "slider": 2.5, "allocation": (0, 20, 0), "words": "Some words."}[kind]
    (reply,) = performed([screen(kind)], {kind: wanted})
    assert reply.answer == wanted
    if kind != "words":
        assert reply.changes[-1][1] == wanted


def test_a_screen_that_accepts_nothing_lasts_as_long_as_it_says(performed):
    replies = performed([Screen(name="fixation", marks=(Text(text="+", style="stimulus"),), seconds=0.2)] * 3)
    for reply in replies:
        assert (reply.status, reply.answer, reply.answered) == ("elapsed", None, None)
        assert reply.offset - reply.onset == pytest.approx(0.2, abs=0.05)


def test_screens_follow_one_another_on_one_clock(performed):
    replies = performed([screen(kind) for kind in ("continue", "likert", "column")])
    for before, after in pairwise(replies):
        assert before.offset <= after.onset


def test_a_page_is_not_left_before_its_time(performed):
    (reply,) = performed([screen("continue-later")])
    assert reply.rt >= 0.3


def test_declining_and_stopping_have_no_answer(performed):
    declining = performed([screen("likert", decline=True)], {"likert": "!declined"})[0]
    stopping = performed([screen("likert")], {"likert": "!stopped"})[0]
    assert (declining.status, declining.answer) == ("declined", None)
    assert (stopping.status, stopping.answer) == ("stopped", None)


def test_every_stage_says_what_kind_it_is(window):
    virtual = Virtual(Uniform(Random(1)))
    stages = [virtual, Storyboard(window.picture, virtual), window]
    assert [stage.describe()["kind"] for stage in stages] == ["virtual", "storyboard", "window"]
