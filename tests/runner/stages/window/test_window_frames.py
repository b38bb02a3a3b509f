"""The rhythm of frames: timed screens end on the right one, late ones are told, and nothing is built in between."""

import time
from itertools import pairwise

import pytest

from runner.screens import Continue, Keys, Likert, Screen, Shape, Text
from runner.stages.answers.interaction import begin

FRAME = 1 / 60


@pytest.mark.parametrize("seconds", [0.05, 0.2, 0.517])
def test_a_timed_screen_lasts_as_long_as_it_says(window, seconds):
    fixation = Screen(name="fixation", marks=(Shape(form="cross", size=(0.05, 0.05)),), seconds=seconds, stop=False)
    after = Screen(name="after", seconds=0.05, stop=False)
    window.prepare((fixation, after))
    off = []
    for _ in range(60):  # a busy machine delays frames, and says so; a few undelayed ones tell what is meant
        first, second = window.present(fixation), window.present(after)
        assert first.status == "elapsed" and first.answer is None
        if first.late_frames == second.late_frames == 0:
            assert first.offset - first.onset == pytest.approx(seconds, abs=FRAME)
            off.append(abs(second.onset - first.onset - seconds))
        if len(off) == 3:
            break
    assert sorted(off)[1] <= FRAME / 2 + 0.003  # half a frame is what whole frames can miss


def test_a_key_in_the_last_frame_still_counts(person):
    go = Screen(name="go", accepts=Keys(keys=("f",)), seconds=0.3)

    def press():
        onset = person.window.showing.view.onset
        person.until(lambda: time.perf_counter() > onset + 0.3 - 0.014)
        person.press("f")

    for _ in range(20):
        reply = person.answer(go, press)
        if person.pressed[-1] < reply.onset + 0.3 - 0.010:  # else the press itself came late
            break
    assert reply.status == "answered"
    assert 0.28 < reply.rt < 0.31


def test_a_frame_that_came_late_is_told(window, monkeypatch):
    draw, calls = window._pages.draw, []

    def slow():
        calls.append(1)
        if len(calls) == 5:
            time.sleep(0.05)
        draw()

    screen = Screen(name="timed", seconds=0.3, stop=False)
    calm = next((0 for _ in range(60) if not window.present(screen).late_frames), 1)  # some time the machine is free
    monkeypatch.setattr(window._pages, "draw", slow)
    reply = window.present(screen)
    assert calm == 0
    assert reply.late_frames >= 1
    assert reply.offset - reply.onset == pytest.approx(0.3, abs=1.5 * FRAME)  # late frames don't make it longer


def test_nothing_is_built_while_a_timed_trial_runs(window, person):
    page = Screen(name="page", marks=(Text(text="Get ready"),), accepts=Continue())
    trials = [
        Screen(name=f"trial-{i}", marks=(Text(text=f"word {i}", style="stimulus"),), accepts=Keys(keys=("f",)))
        for i in range(12)
    ]
    blank = Screen(name="blank", seconds=0.05, stop=False)
    window.prepare((page, blank, *trials))
    person.answer(page, lambda: person.press("space"))
    window.present(blank)
    made, laid_out = window._pages.textures.made, dict(window._pages._layouts)
    for trial in trials:
        person.go_through([(blank, lambda: None), (trial, lambda: person.press("f"))])
    assert window._pages.textures.made == made
    assert dict(window._pages._layouts) == laid_out


def test_screens_are_built_while_the_one_before_is_read(window, person):
    page = Screen(name="page", marks=(Text(text="Read me"),), accepts=Continue())
    coming = Screen(name="coming", marks=(Text(text="Never shown before"),), accepts=Likert(anchors=("a", "b")))
    window.prepare((coming,))

    def read():
        person.until(lambda: coming in person.window._pages._layouts, "the next page laid out")
        person.until(lambda: person.window._pages.ready, "everything built")
        person.press("space")

    person.answer(page, read)
    made = window._pages.textures.made
    window._pages.show(coming, begin(coming))
    assert window._pages.textures.made == made


def test_reading_costs_little(person):
    page = Screen(name="page", marks=(Text(text="Read me"),), accepts=Continue())
    spent = []

    def read():
        person.until(lambda: person.window._pages.ready, "everything built")
        thread, process = time.thread_time(), time.process_time()
        time.sleep(0.5)  # how much is done in half a second
        spent.append(time.process_time() - process - (time.thread_time() - thread))
        person.press("space")

    person.answer(page, read)
    assert spent[0] < 0.15


def test_the_next_screen_keeps_to_the_beat(window):
    screens = [Screen(name=f"s{i}", seconds=0.1, stop=False) for i in range(8)]
    window.prepare(screens)
    gaps = []
    for _ in range(10):
        replies = [window.present(screen) for screen in screens]
        gaps += [b.onset - a.onset for a, b in pairwise(replies) if a.late_frames == b.late_frames == 0]
        if len(gaps) > 5:
            break
    assert sorted(gaps)[len(gaps) // 2] == pytest.approx(0.1, abs=0.004)
