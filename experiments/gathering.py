"""Waiting until everyone of a group session is here, and who that is (P14 and P22, S2 and S3 of paradigms.md).

Names are the aliases that people picked; they stand on the display, and in no log. A session of one person waits for
nobody. Who is not heard of after the given time isn't waited for any longer.
"""

from collections.abc import Generator, Iterator
from typing import Literal

from attrs import frozen

from experiments._screens import heading
from experiments._together import again
from runner.screens import Continue, Others, Reply, Screen, name_of
from runner.tasks import Occasion, Past, Task
from stimuli.kinds import doc, within


@frozen(kw_only=True)
class Params:
    point: str = doc("a name for this moment; each gathering of a study has its own")
    show: Literal["names", "nobody"] = doc("whether the aliases of those who are here are listed", default="names")
    wait: float = doc("seconds for which others are waited for at most", default=900.0, validator=within(1, 7200))


@frozen(kw_only=True)
class Given:
    point: str = doc("the moment's name")
    show: Literal["names", "nobody"] = doc("whether aliases are listed")
    wait: float = doc("seconds for which others are waited for at most")
    waiting_title: str = doc("title of the page on which others are waited for")
    waiting: str = doc("what it says")
    here_title: str = doc("title of the list of those who are here")
    here: str = doc("what it says above the names")
    yourself: str = doc("how the own alias is marked, {} standing for it")
    alone: str = doc("what it says when nobody else is here")


@frozen(kw_only=True)
class Outcome:
    others: tuple[int, ...] = doc("the places of the others who were here, without their names")
    everyone: bool = doc("whether all who were expected came in time")


def trials(params: Params, occasion: Occasion) -> Iterator[Given]:
    """One trial."""
    word = occasion.materials.word
    yield Given(
        point=params.point,
        show=params.show,
        wait=params.wait,
        waiting_title=word("gathering_waiting_title"),
        waiting=word("gathering_waiting"),
        here_title=word("gathering_here_title"),
        here=word("gathering_here"),
        yourself=word("gathering_yourself"),
        alone=word("gathering_alone"),
    )


def perform(given: Given, past: Past) -> Generator[Screen, Reply, Outcome]:
    """A page to wait on, and who is here."""
    alias = next((each.outcome.alias for each in reversed(past) if each.task == "setting"), None) or ""
    before = sum(each.task == "gathering" and each.given.point == given.point for each in past)
    reply = yield Screen(
        name="waiting",
        marks=heading(given.waiting_title, given.waiting),
        accepts=Others(point=again(given.point, before), name=alias),
        seconds=given.wait,
    )
    others = tuple(sorted({said.seat for said in reply.heard}))
    if given.show == "names":
        mine = (given.yourself.replace("{}", name_of(alias=alias)),) if alias else ()
        listed = "\n".join((*mine, *(name_of(seat) for seat in others)))
        text = (given.here, listed) if others else (given.alone,)
        yield Screen(name="who-is-here", marks=heading(given.here_title, *text), accepts=Continue())
    return Outcome(others=others, everyone=reply.status == "answered")


task = Task(name="gathering", params=Params, given=Given, outcome=Outcome, trials=trials, perform=perform)
