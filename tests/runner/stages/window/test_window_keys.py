"""Keys through the window stage: stamped when they happen, none lost, none counted twice."""

import subprocess

import pytest
from psychtoolbox import GetSecs, hid

from runner.screens import Continue, Keys, Likert, Screen, Words
from runner.stages.keyboard import QueueStamps, key_name
from runner.stages.x11 import WRAP, plausible, seconds

GO = Screen(name="go", accepts=Keys(keys=("f", "j")))
REST = Screen(name="rest", seconds=0.05, stop=False)


@pytest.mark.parametrize("hold", [0.0, 0.002])
def test_a_key_that_is_let_go_at_once_is_not_lost_and_has_its_own_time(person, hold):
    replies = person.go_through([(GO, lambda: person.press("f", hold)) for _ in range(20)])
    assert [r.answer for r in replies] == ["f"] * 20
    assert {r.device for r in replies} == {"keyboard"}
    late = sorted(r.answered - at for r, at in zip(replies, person.pressed, strict=True))
    # A poll once a frame would stamp them up to 17 ms late, 8 ms in the middle.
    assert abs(late[10]) < 0.003


def test_keys_that_come_in_a_burst_keep_their_order(person):
    def burst():
        for key in "xqj":
            person.press(key)
        person.press("f")

    reply = person.answer(GO, burst)
    assert reply.answer == "j"
    assert reply.answered - person.pressed[2] < person.pressed[3] - person.pressed[2] + 0.02


def test_a_key_from_before_the_screen_does_not_answer_it(person, window):
    person.press("f")
    reply = window.present(Screen(name="go", accepts=Keys(keys=("f",)), seconds=0.15))
    assert (reply.status, reply.answer) == ("elapsed", None)


def test_a_held_key_answers_once(person):
    subprocess.run(["xset", "r", "rate", "60", "50"], check=True)
    try:
        follow = Screen(name="follow", accepts=Keys(keys=("f",)), seconds=0.4)
        first, second = person.go_through([(GO, lambda: person.down("f")), (follow, lambda: None)])
        person.up("f")
        assert first.answer == "f"
        assert second.status == "elapsed"
        words = Screen(name="words", accepts=Words(lines=1))

        def hold_then_send():  # shows that the server did repeat: in a text it types
            person.down("f")
            person.until(lambda: len(person.window.showing.view.text) > 4, "repeated letters")
            person.up("f")
            person.press("Return")

        assert set(person.answer(words, hold_then_send).answer) == {"f"}
    finally:
        subprocess.run(["xset", "r", "rate", "660", "25"], check=True)


def test_words_are_typed_and_sent(person):
    def write():
        person.type("Hi you")
        person.press("Return")
        person.type("Bye.x")
        person.press("BackSpace")
        person.press("Up")
        person.press("Home")
        person.type("Oh ")
        with person.holding("Control_L"):
            person.press("Return")

    reply = person.answer(Screen(name="words", accepts=Words(lines=4)), write)
    assert reply.answer == "Oh Hi you\nBye."


def test_what_was_typed_into_one_box_does_not_come_up_in_the_next(person):
    one, other = (Screen(name=name, accepts=Words(lines=1)) for name in ("one", "other"))

    def first():
        person.type("ab")
        person.press("Return")
        person.type("cd")  # too late for this one, and too early for the next

    def second():
        person.type("ef")
        person.press("Return")

    replies = person.go_through([(one, first), (other, second)])
    assert replies[0].answer == "ab"
    assert replies[1].answer.endswith("ef") and not replies[1].answer.startswith("ab")


def test_a_point_is_chosen_by_its_digit(person):
    def choose():
        person.press("4")
        person.until(lambda: person.window.showing.view.answer == 4, "the 4 marked")
        person.press("KP_Begin")  # the keypad's 5 while its number lock is off
        person.until(lambda: person.window.showing.view.answer == 5, "the 5 marked")
        person.press("Return")

    reply = person.answer(Screen(name="likert", accepts=Likert(anchors=("no", "yes"))), choose)
    assert reply.answer == 5
    assert [value for _, value in reply.changes] == [4, 5]
    assert reply.onset < reply.changes[0][0] < reply.changes[1][0] < reply.answered <= reply.offset


def test_a_page_that_may_not_be_left_yet_stays(person):
    page = Screen(name="page", accepts=Continue(after=0.3))

    def press():
        person.press("space")
        person.until(lambda: person.window.showing.view.open, "the button open")
        person.press("space")

    reply = person.answer(page, press)
    assert reply.rt >= 0.3


def test_psychtoolbox_agrees_with_the_server(person, window, monkeypatch):
    """The way that is taken on Windows and macOS, tried here: its stamps and the server's, of the same presses."""
    queue, pairs, hear = QueueStamps(hid, GetSecs), [], window._listener.stamps.key

    def both():
        pairs.append((hear()[0], queue.key()[0]))
        return hear()

    monkeypatch.setattr(window._listener.stamps, "key", both)
    person.go_through([(GO, lambda: person.press("f", 0.01)) for _ in range(10)])
    apart = sorted(abs(server - psychtoolbox) for server, psychtoolbox in pairs)
    assert len(apart) == 10
    assert apart[5] < 0.003


def test_server_time_is_put_on_our_clock():
    assert seconds(5000, 5.2) == 5.0005
    assert seconds(5, (WRAP + 20) / 1000) == pytest.approx((WRAP + 5.5) / 1000)  # after 49.7 days it starts anew
    assert seconds(WRAP - 5, (WRAP + 20) / 1000) == pytest.approx((WRAP - 4.5) / 1000)
    assert plausible(4900, 5.0) and not plausible(0, 5.0) and not plausible(5900, 5.0)


@pytest.mark.parametrize(
    ("symbol", "name"),
    [("_1", "1"), ("F", "f"), ("SPACE", "space"), ("ENTER", "return"), ("RETURN", "return"), ("NUM_END", "num_1")],
)
def test_keys_have_the_names_that_psychopy_gives_them(symbol, name):
    assert key_name(symbol) == name
