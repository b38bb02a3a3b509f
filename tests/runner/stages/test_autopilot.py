"""Acts bring every kind of screen to the wished end, by pointer and by keyboard, under the rules of `react`."""

from collections.abc import Iterator

import pytest

from runner.errors import MachineError
from runner.respondents import Response
from runner.screens import Allocation, Choice, Continue, Keys, Likert, Option, Screen, Slider, Words
from runner.stages.acts import Act, By, Click, Press, Type, next_act
from runner.stages.answers.interaction import (
    Ending,
    Event,
    Hit,
    KeyDown,
    PointerDown,
    PointerMove,
    PointerUp,
    View,
    begin,
    react,
    shown,
)
from runner.stages.autopilot import QueueHand, driving
from runner.stages.drawing.layout import INTERFACE_KEYS
from runner.stages.window import Window, open_window

OPTIONS = tuple(Option(value=value, text=value) for value in ("one", "two", "three"))
STAMP = 0.001  # s: the X server stamps inputs in whole milliseconds, and a stamp stands for the middle of its own
CASES = {
    "keys": (Keys(keys=("e", "i")), "i"),
    "continue": (Continue(), None),
    "continue later": (Continue(after=2.0), None),
    "choice": (Choice(options=OPTIONS), "two"),
    "cards": (Choice(options=OPTIONS, arrange="cards"), "three"),
    "likert": (Likert(anchors=("no", "yes")), 6),
    "likert through zero": (Likert(anchors=("no", "yes"), low=-3, high=3), -2),
    "likert of two digits": (Likert(anchors=("no", "yes"), low=0, high=10), 10),
    "slider": (Slider(low=0, high=6, step=0.1, decimals=1), 4.3),
    "slider's end": (Slider(low=0, high=100, step=1), 100),
    "allocation": (Allocation(options=OPTIONS, total=100, step=5), (35, 0, 65)),
    "allocation by ones": (Allocation(options=OPTIONS, total=7), (1, 4, 2)),
    "words": (Words(), "Some words, and more."),
    "one line": (Words(lines=1), "Short"),
    "too few words": (Words(least=50), "No more."),
    "no words": (Words(), ""),
}


def events(act: Act, screen: Screen, view: View, at: float) -> Iterator[Event]:
    match act:
        case Press(key):
            yield KeyDown(key=key, at=at)
        case Type(text):
            for character in text:
                yield KeyDown(key=character.lower(), text=character, at=at)
        case Click(target, share):
            caret = len(view.text) if target == "words" else None
            hit = Hit(target=target, share=share, caret=caret)
            yield PointerMove(hit=hit, at=at)
            yield PointerDown(hit=hit, at=at)
            yield PointerUp(at=at)


def perform(screen: Screen, response: Response, by: By) -> tuple[Ending, list[Act]]:
    view, at, acts = shown(screen, begin(screen), 10.0), 10.0, []
    for _ in range(100):
        at += 0.5
        act = next_act(screen, view, response, by)
        if act is None:
            view, _ = react(screen, view, PointerUp(at=at))  # time passes
            continue
        acts.append(act)
        for event in events(act, screen, view, at):
            view, ending = react(screen, view, event)
            if ending:
                return ending, acts
    raise AssertionError(f"100 acts led nowhere, the last ones {acts[-3:]}")


@pytest.mark.parametrize("by", ["pointer", "keyboard"])
@pytest.mark.parametrize("case", CASES)
def test_every_answer_can_be_given(case: str, by: By) -> None:
    accepts, wanted = CASES[case]
    ending, acts = perform(Screen(name=case, accepts=accepts), Response(answer=wanted, rt=1.0), by)
    assert ending.status == "answered"
    assert ending.answer == (pytest.approx(wanted) if isinstance(wanted, float) else wanted)
    assert len(acts) < 20


@pytest.mark.parametrize("status", ["declined", "stopped"])
def test_a_participant_can_decline_and_stop(status: str) -> None:
    screen = Screen(name="item", accepts=Likert(anchors=("no", "yes")), decline=True)
    ending, acts = perform(screen, Response(answer=None, rt=1.0, status=status), "keyboard")  # type: ignore[arg-type]
    assert ending.status == status
    assert len(acts) == 1


def test_nothing_is_done_to_a_screen_that_only_passes() -> None:
    screen = Screen(name="fixation", seconds=0.5)
    assert next_act(screen, begin(screen), Response(answer=None, rt=1.0)) is None


def test_words_that_are_not_wanted_are_taken_back() -> None:
    screen = Screen(name="why", accepts=Words())
    assert next_act(screen, View(text="Sonw"), Response(answer="Some", rt=1.0)) == Press("backspace")
    assert next_act(screen, View(text="So"), Response(answer="Some", rt=1.0)) == Type("me")


# ---------------------------------------------------------------- through a real window


class Wanting:
    """A respondent who has one answer for each screen, by its name, and is quick about it."""

    name = "wanting"

    def __init__(self, responses: dict[str, Response]) -> None:
        self.responses = responses

    def respond(self, screen: Screen) -> Response:
        return self.responses[screen.name]


@pytest.fixture(scope="module")
def window() -> Iterator[Window]:
    words = {key: f"{key} {{}} {{}}" if key in ("words_count", "allocation_left") else key for key in INTERFACE_KEYS}
    opened = open_window(words, fullscreen=False, size=(1000, 700), pilot=True)
    yield opened
    opened.close()


def test_answers_come_through_the_window_as_input_events(window: Window) -> None:
    screens = [Screen(name=case, accepts=accepts) for case, (accepts, _) in CASES.items()]
    screens.insert(3, Screen(name="fixation", seconds=0.1))
    respondent = Wanting({case: Response(answer=wanted, rt=0.3) for case, (_, wanted) in CASES.items()})
    with driving(window, respondent):
        replies = {screen.name: window.present(screen) for screen in screens}
    assert replies.pop("fixation").status == "elapsed"
    for case, reply in replies.items():
        wanted = CASES[case][1]
        assert (reply.status, reply.answer) == ("answered", pytest.approx(wanted) if wanted == 4.3 else wanted), case
        assert reply.rt is not None and reply.rt >= 0.3 - STAMP
    assert {reply.device for reply in replies.values()} == {"keyboard", "mouse"}


def test_where_nothing_can_make_up_events_inputs_are_put_into_the_window(window: Window) -> None:
    wanted = {"words": "Some words.", "choice": "two", "likert": 6}
    respondent = Wanting({case: Response(answer=answer, rt=0.3) for case, answer in wanted.items()})
    with driving(window, respondent, QueueHand(window.put)):
        given = {case: window.present(Screen(name=case, accepts=CASES[case][0])).answer for case in wanted}
    assert given == wanted


def test_a_participant_stops_through_the_window(window: Window) -> None:
    with driving(window, Wanting({"page": Response(answer=None, rt=0.3, status="stopped")})):
        assert window.present(Screen(name="page", accepts=Continue())).status == "stopped"


def test_an_answer_that_nothing_can_give_ends_the_session_with_a_message(window: Window) -> None:
    impossible = Wanting({"page": Response(answer=None, rt=0.3, status="declined")})
    message = "autopilot: screen 'page': there is no 'decline' to click on"
    with pytest.raises(MachineError, match=message), driving(window, impossible):
        window.present(Screen(name="page", accepts=Continue()))
