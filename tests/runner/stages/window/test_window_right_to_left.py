"""A window for a language that is read from right to left, with real keys and a real pointer."""

import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from runner import cli
from runner.declarations.materials import Library
from runner.errors import MachineError
from runner.languages import direction
from runner.respondents import Scripted, Uniform
from runner.screens import Allocation, Choice, Likert, Option, Screen, Slider, Text, Words
from runner.stages.autopilot import driving
from runner.stages.inputs import Key
from runner.stages.window import Window, open_window

OPTIONS = tuple(Option(value=v, text=text) for v, text in (("one", "نعم"), ("two", "لا"), ("three", "ليس الآن")))
TITLE = (Text(text="ما رأيك في ذلك؟", style="title"),)
ANSWERS = {
    "row": (Choice(options=OPTIONS, arrange="row"), "three"),
    "cards": (Choice(options=OPTIONS[:2], arrange="cards"), "two"),
    "likert": (Likert(anchors=("لا", "نعم")), 6),
    "slider": (Slider(low=0, high=10, step=0.5, decimals=1), 2.5),
    "allocation": (Allocation(options=OPTIONS, total=100, step=5), (75, 20, 5)),
    "words": (Words(), "as typed"),
}


@pytest.fixture(scope="module")
def window() -> Iterator[Window]:
    words = Library("ar", "planets", {}, {}).interface()
    opened = open_window(words, fullscreen=False, size=(1024, 768), direction=direction("ar"))
    yield opened
    opened.close()


def test_what_the_autopilot_means_is_what_is_answered(window):
    screens = [Screen(name=name, marks=TITLE, accepts=accepts) for name, (accepts, _) in ANSWERS.items()]
    wanted = {name: answer for name, (_, answer) in ANSWERS.items()}
    with driving(window, Scripted(wanted, Uniform(Random("rtl")))):
        replies = {screen.name: window.present(screen) for screen in screens}
    assert {name: reply.answer for name, reply in replies.items()} == wanted


def test_a_tap_near_the_right_end_of_a_line_is_a_low_number(person):
    screen = Screen(name="slider", marks=TITLE, accepts=Slider(low=0, high=10, step=1))

    def tap():
        person.tap("slider", 0.9)  # of the way from left to right
        person.until(lambda: person.window.showing.view.answer == 1, "the 1 marked")
        person.press("Left")
        person.until(lambda: person.window.showing.view.answer == 2, "the mark one further to the left")
        person.press("Return")

    assert person.answer(screen, tap).answer == 2


def test_the_left_arrow_goes_on_and_digits_stay_with_their_point(person):
    def press():
        person.press("3")
        person.until(lambda: person.window.showing.view.answer == 3, "the 3")
        person.press("Left")
        person.until(lambda: person.window.showing.view.focus == "point:4", "the 4, left of the 3")
        person.press("space")
        person.until(lambda: person.window.showing.view.answer == 4, "the 4 chosen")
        person.press("Return")

    assert person.answer(Screen(name="likert", marks=TITLE, accepts=Likert(anchors=("لا", "نعم"))), press).answer == 4


def test_arabic_is_typed_and_the_caret_follows_it(person):
    window = person.window

    def write(text):
        for character in text:
            window.put(Key(name="", text=character, at=time.perf_counter()))
        person.until(lambda: window.showing.view.caret == len(window.showing.view.text) > 0, text)

    def places():
        return window.showing.layout.rows[0].places

    def type_it():
        write("سلام 12 ab")
        person.until(lambda: len(places()) == 11, "the page drawn")
        at = places()
        assert at[0] == max(at) > at[1] > at[2] > at[4], "from the right"
        assert at[5] < at[6], "numbers from the left"
        person.press("Right")
        person.until(lambda: window.showing.view.caret == 9, "one back")
        with person.holding("Control_L"):
            person.press("Return")

    reply = person.answer(Screen(name="words", marks=TITLE, accepts=Words(lines=3)), type_it)
    assert reply.answer == "سلام 12 ab"


def test_the_commands_open_the_window_in_the_direction_of_the_language(monkeypatch, tmp_path):
    opened = []

    def refuse(*_, **options):
        opened.append(options.get("direction", "ltr"))
        raise MachineError("display: seen enough")

    monkeypatch.setattr("runner.stages.window.open_window", refuse)
    taste = str(Path(__file__).parents[4] / "protocols" / "taste.yaml")
    for language in ("ar", "en"):
        cli.main(["storyboard", taste, "--language", language, "--out", str(tmp_path / language)])
        cli.main(["pilot", taste, "--language", language, "--data", str(tmp_path / "data")])
    assert opened == ["rtl", "rtl", "ltr", "ltr"]
