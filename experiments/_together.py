"""What tasks share in a group session: who is there, what is displayed of the others, and what is told of oneself."""

from collections.abc import Iterable

from runner.screens import ALIAS, OTHER, Board, Mark
from runner.tasks import Happened, Past

POINT = "choices"  # the point of the session at which choices are told as they are made


def gathered(past: Past) -> bool:
    """Has this session been one of a group?"""
    return any(each.task == "gathering" for each in past)


def again(point: str, before: int) -> str:
    """A moment that comes `before` times before this one is another moment, or nobody would be waited for.

    >>> again("display", 0), again("display", 1)
    ('display', 'display 2')
    """
    return f"{point} {before + 1}" if before else point


def board(past: Past, number: int) -> tuple[Mark, ...]:
    """The board on the screen of choice `number` (from 1), from the announcement of a display or of a feed on.

    In a cell without a display it is an empty place of the same height.
    """
    for each in reversed(past):
        if each.task == "live_display":
            told, point = each.outcome.told, POINT if each.outcome.live else ""
            return (Board(point=point, heading=each.given.heading, rows=each.given.rows, tells=told),)
        if each.task == "simulated_feed":
            return (
                Board(point=POINT, heading=each.given.heading, rows=each.given.rows, script=_due(each, past, number)),
            )
    return ()


def _due(feed: Happened, past: Past, number: int) -> tuple[tuple[float, str, str], ...]:
    """The script for one choice: the last lines of earlier ones stand there before it comes on, in their order.

    Nobody in it is called what the person is called, which the stage knows when it draws.
    """
    own = next((each.outcome.alias for each in reversed(past) if each.task == "setting"), None)
    entries, rows = feed.given.entries, feed.given.rows
    earlier = [entry for entry in entries if entry.choice < number][-rows:]
    came = [(float(at - len(earlier)), entry) for at, entry in enumerate(earlier)]
    come = [(entry.after, entry) for entry in entries if entry.choice == number]
    spare = feed.given.spare
    names = {name: OTHER % (name, spare) if own == ALIAS else spare if name == own else name for name in _names(feed)}
    return tuple((after, names[entry.name], entry.text) for after, entry in came + come)


def _names(feed: Happened) -> set[str]:
    return {entry.name for entry in feed.given.entries}


def counted(acts: Iterable[str]) -> tuple[str, ...]:
    """Each act once, in the order in which it came first, with how often it was picked.

    >>> counted(["march", "write", "march"])
    ('2 \N{MULTIPLICATION SIGN} march', 'write')
    """
    times: dict[str, int] = {}
    for act in acts:
        times[act] = times.get(act, 0) + 1
    return tuple(f"{n} \N{MULTIPLICATION SIGN} {act}" if n > 1 else act for act, n in times.items())
