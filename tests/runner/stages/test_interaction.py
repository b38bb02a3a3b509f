"""Every kind of screen can be answered by keyboard alone and by pointer alone, and never with an answer it refuses."""

from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runner.screens import Accepts, Allocation, Answer, Choice, Continue, Keys, Likert, Option, Screen, Slider, Words
from runner.stages.answers.interaction import (
    DOUBLE_CLICK,
    Ending,
    Event,
    Hit,
    KeyDown,
    PointerDown,
    PointerMove,
    PointerUp,
    Tick,
    View,
    begin,
    react,
    shown,
    targets,
)
from runner.stages.drawing.layout import Canvas, lay_out

ONSET = 10.0
THREE = tuple(Option(value=value, text=value) for value in ("one", "two", "three"))


def screen(accepts: Accepts | None, *, decline: bool = True, stop: bool = True) -> Screen:
    return Screen(name="s", accepts=accepts, decline=decline, stop=stop, seconds=None if accepts else 1.0)


def play(shown_screen: Screen, *events: Event) -> tuple[View, Ending | None]:
    """The view and ending after events; none may come after the ending."""
    view, ending = shown(shown_screen, begin(shown_screen), ONSET), None
    for event in events:
        assert ending is None, f"{event} comes after the screen has ended"
        view, ending = react(shown_screen, view, event)
    return view, ending


def keys(*names: str, first: float = ONSET + 1) -> list[Event]:
    return [KeyDown(key=name, text=name if len(name) == 1 else "", at=first + i) for i, name in enumerate(names)]


def typed(text: str, first: float = ONSET + 1) -> list[Event]:
    return [KeyDown(key="x", text=character, at=first + i / 10) for i, character in enumerate(text)]


def taps(*names: str, share: float = 0.5, first: float = ONSET + 1) -> list[Event]:
    """Fingers that go down and never move."""
    return [PointerDown(hit=Hit(target=name, share=share), at=first + i) for i, name in enumerate(names)]


def answer(accepts: Accepts, *events: Event) -> Answer | None:
    _, ending = play(screen(accepts), *events)
    assert ending is not None and ending.status == "answered" and ending.at == events[-1].at
    assert accepts.admits(ending.answer)
    return ending.answer


# ---------------------------------------------------------------- keyboard alone


def test_a_page_is_left_with_space_or_enter_but_not_before_its_time() -> None:
    later = Continue(after=3.0)
    assert play(screen(later), *keys("space", "return"))[1] is None
    assert answer(later, *keys("space", "return", "x", "space")) is None
    assert answer(Continue(), *keys("num_enter")) is None


def test_the_button_opens_with_a_tick_once_its_time_has_come() -> None:
    page = screen(Continue(after=3.0))
    assert not play(page, Tick(at=ONSET + 2.9))[0].open
    assert play(page, Tick(at=ONSET + 3.0))[0].open


def test_a_key_answers_at_its_own_time_and_not_from_before_onset() -> None:
    timed = screen(Keys(keys=("e", "i")))
    assert play(timed, KeyDown(key="e", at=ONSET - 0.001))[1] is None
    view, ending = play(timed, KeyDown(key="x", at=ONSET + 0.1), KeyDown(key="i", at=ONSET + 0.25))
    assert ending == Ending(status="answered", answer="i", at=ONSET + 0.25)
    assert view.changes == ((ONSET + 0.25, "i"),)


def test_keypad_digits_count_as_digits_with_number_lock_on_and_off() -> None:
    for key in ("4", "num_4", "num_left"):
        assert answer(Keys(keys=("4",)), *keys(key)) == "4"
        assert answer(Likert(anchors=("no", "yes")), *keys(key, "num_enter")) == 4


def test_a_digit_chooses_enter_confirms_and_every_change_is_kept() -> None:
    view, ending = play(screen(Choice(options=THREE)), *keys("1", "3", "2", "2", "9", "return"))
    assert ending == Ending(status="answered", answer="two", at=ONSET + 6)
    assert view.changes == ((ONSET + 1, "one"), (ONSET + 2, "three"), (ONSET + 3, "two"))


def test_arrows_move_without_choosing_and_enter_chooses_then_confirms() -> None:
    view, ending = play(screen(Choice(options=THREE)), *keys("down", "down"))
    assert (view.focus, view.answer, ending) == ("option:1", None, None)
    assert answer(Choice(options=THREE), *keys("down", "down", "return", "return")) == "two"
    assert answer(Choice(options=THREE, arrange="cards"), *keys("left", "space", "space")) == "three"
    assert answer(Choice(options=THREE), *keys("1", "right", "return", "return")) == "two"


def test_enter_without_an_answer_asks_for_one() -> None:
    view, ending = play(screen(Likert(anchors=("no", "yes"))), *keys("return"))
    assert ending is None and view.asked == "choose"
    assert play(screen(Likert(anchors=("no", "yes"))), *keys("return", "3"))[0].asked == ""


def test_points_of_two_digits_are_typed_quickly_and_points_below_zero_reached_by_arrows() -> None:
    eleven = Likert(anchors=("no", "yes"), low=0, high=10)
    one, zero, enter = (KeyDown(key=key, at=at) for key, at in (("1", 11.0), ("0", 11.4), ("return", 12.0)))
    assert answer(eleven, one, zero, enter) == 10
    assert answer(eleven, one, evolve(zero, at=13.0), evolve(enter, at=14.0)) == 0
    assert answer(Likert(anchors=("no", "yes"), low=-3, high=3), *keys("right", "right", "return", "return")) == -2


def test_a_slider_is_unmarked_until_an_arrow_puts_its_marker_in_the_middle() -> None:
    slider = Slider(low=0, high=100, step=5)
    assert play(screen(slider), *keys("return"))[1] is None
    assert answer(slider, *keys("right", "return")) == 50
    assert answer(slider, *keys("right", "right", "up", "left", "pageup", "return")) == 65
    assert answer(slider, *keys("end", "right", "return")) == 100
    assert answer(Slider(low=0, high=1, step=0.1), *keys("home", "right", "right", "right", "return")) == 0.3


def test_amounts_are_given_by_arrows_and_never_exceed_the_total() -> None:
    allocation = Allocation(options=THREE, total=10, step=4)
    assert answer(allocation, *keys("right", "right", "right", "right", "return")) == (10, 0, 0)
    assert answer(allocation, *keys("right", "2", "plus", "down", "right", "right", "return")) == (4, 4, 2)
    assert play(screen(allocation), *keys("right", "left", "left", "return"))[0].answer == (0, 0, 0)
    view, ending = play(screen(allocation), *keys("right", "return"))
    assert ending is None and view.asked == "choose"  # not all is given out yet
    free = evolve(allocation, exact=False)
    assert answer(free, *keys("return")) == (0, 0, 0)


def test_words_are_typed_edited_and_sent_with_control_enter() -> None:
    send = KeyDown(key="return", at=ONSET + 60, ctrl=True)
    words = Words(lines=3, limit=20)
    assert answer(words, *typed("Hallo"), *keys("left", "backspace", "home", "delete", first=20.0), send) == "alo"
    assert answer(words, *typed("a"), *keys("return"), *typed("b"), send) == "a\nb"
    assert answer(words, *typed("x" * 30), send) == "x" * 20
    assert answer(words, *typed("so"), *keys("tab", "return", first=30.0)) == "so"
    assert answer(Words(lines=1), *typed("one line"), *keys("return", first=30.0)) == "one line"


def test_up_and_down_go_where_the_layout_says_else_from_typed_line_to_typed_line() -> None:
    words = screen(Words())
    text = [*typed("abcd"), *keys("return"), *typed("ef")]
    assert play(words, *text, *keys("up"))[0].caret == 2
    assert play(words, *text, *keys("up", "end", "down"))[0].caret == 7
    assert play(words, *text, KeyDown(key="up", at=50.0, caret=1))[0].caret == 1


def test_what_can_not_be_stored_or_seen_is_not_taken_in() -> None:
    words = screen(Words())
    assert play(words, *typed("a\x00\x1b\ud800\u202e\ue000\r\tb"))[0].text == "ab"
    assert play(words, KeyDown(key="v", text="v", at=20.0, ctrl=True))[0].text == ""


def test_an_accent_goes_with_its_letter() -> None:
    assert play(screen(Words()), *typed("ae\u0301"), *keys("backspace"))[0].text == "a"


def test_little_written_is_asked_about_once() -> None:
    words = screen(Words(least=10))
    send = KeyDown(key="return", at=ONSET + 60, ctrl=True)
    view, ending = play(words, *typed("no"), send)
    assert ending is None and view.asked == "short"
    _, ending = play(words, *typed("no"), send, send)
    assert ending == Ending(status="answered", answer="no", at=send.at)


def test_tab_goes_round_everything_and_back() -> None:
    likert = screen(Likert(anchors=("no", "yes")))
    stops = ["point:1", "continue", "decline", "stop", "point:1"]
    assert [play(likert, *keys(*["tab"] * n))[0].focus for n in range(1, 6)] == stops
    assert play(likert, KeyDown(key="tab", at=20.0, shift=True))[0].focus == "stop"
    _, ending = play(likert, *keys("tab", "tab", "tab", "space"))
    assert ending == Ending(status="declined", at=ONSET + 4)


def test_escape_stops_and_f9_declines_where_that_is_offered() -> None:
    for accepts in (Continue(after=9.0), Keys(keys=("e",)), Likert(anchors=("no", "yes")), Words(), None):
        assert play(screen(accepts), *keys("escape"))[1] == Ending(status="stopped", at=ONSET + 1)
        assert play(screen(accepts), *keys("f9"))[1] == Ending(status="declined", at=ONSET + 1)
        without = screen(accepts, decline=False, stop=False)
        assert play(without, *keys("escape", "f9"))[1] is None


# ---------------------------------------------------------------- pointer alone


def test_every_kind_can_be_answered_by_taps() -> None:
    assert answer(Continue(), *taps("continue")) is None
    assert answer(Choice(options=THREE), *taps("option:0", "option:2", "continue")) == "three"
    assert answer(Likert(anchors=("no", "yes"), low=-3), *taps("point:-2", "continue")) == -2
    assert answer(Slider(low=0, high=100, step=1), *taps("slider", "continue", share=0.253)) == 25
    assert answer(Allocation(options=THREE, total=3), *taps("more:0", *["more:2"] * 3, "less:2", "more:1", "continue"))
    half = Allocation(options=THREE, total=10, step=5, exact=False)
    assert answer(half, *taps("amount:1", "amount:2", "continue", share=0.49)) == (0, 5, 5)
    assert answer(Words(), *taps("words", "continue")) == ""


def test_stop_and_decline_are_tapped_where_they_are_offered() -> None:
    for accepts in (Continue(after=9.0), Keys(keys=("e",)), Choice(options=THREE), None):
        assert play(screen(accepts), *taps("stop"))[1] == Ending(status="stopped", at=ONSET + 1)
        assert play(screen(accepts), *taps("decline"))[1] == Ending(status="declined", at=ONSET + 1)
        assert play(screen(accepts, decline=False, stop=False), *taps("stop", "decline", "option:7"))[1] is None


def test_the_second_click_of_a_double_click_does_not_leave_the_next_page() -> None:
    page = screen(Continue())
    assert play(page, *taps("continue", first=ONSET + DOUBLE_CLICK - 0.01))[1] is None
    assert play(page, *taps("continue", first=ONSET + DOUBLE_CLICK))[1] is not None


def test_a_drag_goes_on_outside_its_target_and_leaves_one_change() -> None:
    slider = screen(Slider(low=0, high=10, step=1))
    moves = [PointerMove(hit=Hit(target="slider", share=share), at=12 + share) for share in (0.2, 0.5, 0.9)]
    view, _ = play(slider, *taps("slider", share=0.1), *moves, PointerUp(at=13.0), moves[0])
    assert (view.answer, view.changes) == (9, ((12.9, 9),))
    view, _ = play(slider, *taps("slider", share=0.1), PointerUp(at=12.0), *taps("slider", share=0.1, first=14.0))
    assert view.changes == ((11.0, 1),)


def test_pressing_nothing_and_moving_about_change_nothing_but_the_hover() -> None:
    choice = screen(Choice(options=THREE))
    events = [PointerMove(hit=Hit(target="option:1"), at=11.0), PointerDown(hit=Hit(), at=12.0), PointerUp(at=13.0)]
    assert play(choice, *events)[0] == View(hover="option:1")


# ---------------------------------------------------------------- whatever is done


NUMBERS = st.integers(-5, 12)
ACCEPTS: st.SearchStrategy[Accepts | None] = st.one_of(
    st.none(),
    st.builds(Continue, after=st.sampled_from([0.0, 1.0])),
    st.just(Keys(keys=("e", "i", "4", "return"))),
    st.builds(Choice, options=st.just(THREE), arrange=st.sampled_from(["column", "row", "cards"])),
    st.builds(lambda low, more: Likert(anchors=("a", "b"), low=low, high=low + more), NUMBERS, st.integers(1, 11)),
    st.builds(
        lambda low, more, step: Slider(low=low, high=low + more, step=step),
        st.sampled_from([0, -1.5, 7]),
        st.sampled_from([1, 5, 0.7, 100]),
        st.sampled_from([1, 0.1, 0.3, 7]),
    ),
    st.builds(
        Allocation, options=st.just(THREE), total=st.integers(1, 12), step=st.integers(1, 5), exact=st.booleans()
    ),
    st.builds(Words, lines=st.integers(1, 3), limit=st.integers(0, 8), least=st.integers(0, 4)),
)
DIGITS = ["0", "1", "2", "9", "num_3", "num_end"]
MOVES = ["left", "right", "up", "down", "home", "end", "pageup", "pagedown", "tab", "plus", "minus"]
NAMES = st.sampled_from(
    [*DIGITS, *MOVES, "e", "i", "return", "num_enter", "space", "escape", "f9", "backspace", "delete"]
)
TARGETS = st.sampled_from(
    ["", "continue", "decline", "stop", "slider", "words", *(f"option:{i}" for i in range(4))]
    + [f"point:{i}" for i in range(-3, 9)]
    + [f"{what}:{i}" for what in ("less", "more", "amount") for i in range(4)]
)
HITS = st.builds(Hit, target=TARGETS, share=st.floats(0, 1), caret=st.none() | st.integers(-2, 20))
TIMES = st.floats(ONSET - 0.5, ONSET + 4)
EVENTS: st.SearchStrategy[Event] = st.one_of(
    st.builds(KeyDown, key=NAMES, at=TIMES),
    st.builds(KeyDown, key=st.sampled_from(["return", "tab", "space", "right", "down", "1"]), at=TIMES),
    st.builds(
        KeyDown,
        key=NAMES,
        text=st.text(max_size=2),
        at=TIMES,
        shift=st.booleans(),
        ctrl=st.booleans(),
        caret=st.none() | st.integers(-2, 20),
    ),
    st.builds(PointerDown, hit=HITS, at=TIMES),
    st.builds(PointerMove, hit=HITS, at=TIMES),
    st.builds(PointerUp, at=TIMES),
    st.builds(Tick, at=TIMES),
)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(accepts=ACCEPTS, decline=st.booleans(), stop=st.booleans(), events=st.lists(EVENTS, max_size=25))
def test_no_events_raise_or_bring_an_answer_that_is_refused(
    accepts: Accepts | None, decline: bool, stop: bool, events: list[Event]
) -> None:
    asked = screen(accepts, decline=decline, stop=stop)
    view = shown(asked, begin(asked), ONSET)
    for event in sorted(events, key=lambda event: event.at):
        view, ending = react(asked, view, event)
        assert 0 <= view.caret <= len(view.text)
        assert not view.focus or view.focus in targets(asked)
        assert all(at >= ONSET for at, _ in view.changes)
        if ending is not None:
            assert ending.at == event.at >= ONSET
            assert ending.status != "declined" or decline
            assert ending.status != "stopped" or stop
            if ending.status == "answered":
                assert accepts is not None and accepts.admits(ending.answer)
                assert ending.answer is None or view.changes[-1][1] == ending.answer
            break


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(accepts=ACCEPTS, events=st.lists(EVENTS, max_size=12))
def test_whatever_was_done_can_be_laid_out(
    accepts: Accepts | None, events: list[Event], interface: dict[str, str]
) -> None:
    asked = screen(accepts)
    view = shown(asked, begin(asked), 0.0)
    for event in sorted(events, key=lambda event: event.at):
        view, ending = react(asked, view, event)
        if ending is not None:
            break
    layout = lay_out(asked, view, Canvas(width=1280, height=720), interface)
    assert {target.name for target in layout.targets} == set(targets(asked))
