"""Pointer, controls and focus through the window stage."""

from Xlib import X

from runner.screens import Choice, Continue, Keys, Likert, Option, Screen, Slider, Words

OPTIONS = tuple(Option(value=v, text=v) for v in ("one", "two", "three"))


def test_a_tap_of_no_length_counts(person):
    def tap():
        person.tap("option:1")
        person.until(lambda: person.window.showing.view.answer == "two", "the option marked")
        person.until(lambda: person.window.showing.view.hover == "option:1", "the pointer seen")
        person.tap("continue")

    reply = person.answer(Screen(name="choice", accepts=Choice(options=OPTIONS)), tap)
    assert (reply.status, reply.answer, reply.device) == ("answered", "two", "mouse")


def test_each_of_many_quick_taps_counts(person):
    def tap():
        for i in (0, 1, 2, 0, 1):
            person.tap(f"option:{i}")
        person.until(lambda: len(person.window.showing.view.changes) == 5, "five choices")
        person.press("Return")

    reply = person.answer(Screen(name="choice", accepts=Choice(options=OPTIONS)), tap)
    assert [v for _, v in reply.changes] == ["one", "two", "three", "one", "two"]


def test_a_point_is_chosen_by_mouse(person):
    def choose():
        person.tap("point:6")
        person.until(lambda: person.window.showing.view.answer == 6, "the 6 marked")
        person.tap("continue")

    reply = person.answer(Screen(name="likert", accepts=Likert(anchors=("no", "yes"))), choose)
    assert (reply.answer, reply.device) == (6, "mouse")


def test_a_slider_follows_a_drag(person):
    def drag():
        person.point("slider", 0.2)
        person._fake(X.ButtonPress, 1)
        person.point("slider", 0.5)
        person.point("slider", 1.0)
        person._fake(X.ButtonRelease, 1)
        person.until(lambda: person.window.showing.view.answer == 10, "the end of the slider")
        person.tap("continue")

    reply = person.answer(Screen(name="slider", accepts=Slider(low=0, high=10, step=1)), drag)
    assert reply.answer == 10


def test_other_buttons_and_the_wheel_press_nothing(person):
    def fumble():
        person.point("option:0")
        for button in (2, 3, 4, 5):
            person._fake(X.ButtonPress, button)
            person._fake(X.ButtonRelease, button)
        person.tap("option:2")
        person.until(lambda: person.window.showing.view.answer, "an option marked")
        person.press("Return")

    reply = person.answer(Screen(name="choice", accepts=Choice(options=OPTIONS)), fumble)
    assert [v for _, v in reply.changes] == ["three"]


def test_what_the_pointer_is_over_looks_so_on_the_next_screen_too(person):
    screens = [Screen(name=name, accepts=Choice(options=OPTIONS), decline=True) for name in ("one", "other")]

    def first():
        person.point("option:1")
        person.until(lambda: person.window.showing.view.hover == "option:1", "the pointer seen")
        person.press("F9")

    def second():
        person.until(lambda: person.window.showing.view.hover == "option:1", "the pointer still there")
        person.press("F9")

    replies = person.go_through([(screens[0], first), (screens[1], second)])
    assert [r.status for r in replies] == ["declined"] * 2


def test_decline_and_stop(person):
    screen = Screen(name="choice", accepts=Choice(options=OPTIONS), decline=True)
    timed = Screen(name="timed", accepts=Keys(keys=("f",)), seconds=30)
    assert person.answer(screen, lambda: person.tap("decline")).status == "declined"
    assert person.answer(screen, lambda: person.tap("stop")).status == "stopped"
    assert person.answer(screen, lambda: person.press("Escape")).status == "stopped"
    assert person.answer(timed, lambda: person.tap("stop")).status == "stopped"


def test_the_close_button_is_the_stop_control(person):
    words = Screen(name="words", accepts=Words())
    assert person.answer(words, person.close_window).status == "stopped"


def test_the_close_button_waits_until_a_screen_may_be_stopped(person, window):
    short = Screen(name="short", seconds=0.2, stop=False)
    assert person.answer(short, person.close_window).status == "elapsed"
    assert window.present(Screen(name="page", accepts=Continue(), seconds=5)).status == "stopped"


def test_time_without_the_keyboard_is_told(person):
    page = Screen(name="page", accepts=Continue())
    root = person.x.screen().root
    other = root.create_window(0, 0, 5, 5, 0, X.CopyFromParent, event_mask=X.StructureNotifyMask)
    handle = person.window._window.winHandle
    gone = []

    def look_away():
        other.map()
        person.x.sync()
        other.set_input_focus(X.RevertToParent, X.CurrentTime)
        person.x.sync()
        person.until(lambda: person.window._listener.unfocused() > 0.1, "the focus lost")
        person.press("space")  # goes to the other window
        person.x.create_resource_object("window", handle._window).set_input_focus(X.RevertToParent, X.CurrentTime)
        person.x.sync()
        lost = person.window._listener.unfocused
        person.until(lambda: lost() == lost(), "the focus back")
        gone.append(lost())
        person.press("space")

    before = person.window._listener.unfocused()
    reply = person.answer(page, look_away)
    other.destroy()
    person.x.sync()
    assert reply.status == "answered"
    assert 0.1 < reply.unfocused <= gone[0] - before + 0.001
    assert person.answer(page, lambda: person.press("space")).unfocused == 0.0
