"""The way out that stands on every screen: rest, get support, go on or stop. Pure; the engine shows these screens."""

from collections.abc import Mapping
from typing import Literal

from runner.screens import Choice, Option, Others, Screen, Text

STAY, TOO_MUCH, LEAVE = "stay", "distress", "leave"  # the answers
STOPPED, DISTRESSED = "stopped", "distressed"  # the reasons in `session_left`
PAUSE = "pause"  # the point at which a company is complete when the pause is over
STOP, SUPPORT = WAYS_OUT = ("stop", "stop-support")  # the screens' names


def stop_screen(words: Mapping[str, str]) -> Screen:
    """What the control brings up: the session waits here, says where support is to be had, and asks how to go on."""
    return Screen(
        name=STOP,
        marks=(
            Text(text=words["stop_title"], style="title"),
            Text(text=words["stop_question"]),
            *_support(words, "note"),
        ),
        accepts=Choice(
            options=(
                Option(value=STAY, text=words["stop_stay"]),
                Option(value=TOO_MUCH, text=words["stop_distress"]),
                Option(value=LEAVE, text=words["stop_leave"]),
            )
        ),
        stop=False,
    )


def support_screen(words: Mapping[str, str]) -> Screen:
    """For somebody for whom it is too much: time, whom to turn to, and no more than one question."""
    return Screen(
        name=SUPPORT,
        marks=(
            Text(text=words["support_title"], style="title"),
            Text(text=words["support_text"]),
            *_support(words, "strong"),
        ),
        accepts=Choice(
            options=(
                Option(value=STAY, text=words["support_stay"]),
                Option(value=LEAVE, text=words["support_leave"]),
            )
        ),
        stop=False,
    )


def paused_screen(words: Mapping[str, str]) -> Screen:
    """What a group session shows while whoever looks after it has it wait."""
    marks = (Text(text=words.get("paused_title", ""), style="title"), Text(text=words.get("paused_text", "")))
    return Screen(name="paused", marks=marks, accepts=Others(point=PAUSE))


def ways_out(words: Mapping[str, str]) -> tuple[Screen, ...]:
    """Both screens, for checks and storyboards."""
    return stop_screen(words), support_screen(words)


def _support(words: Mapping[str, str], style: Literal["note", "strong"]) -> tuple[Text, ...]:
    """Whom to turn to, where the protocol's details say it."""
    support = words.get("support", "")
    if not support:
        return ()
    return (Text(text=words["support_contact"].replace("{}", support), style=style),)
