"""A key that only the participant has: shown once, to be noted, and good for taking the data back (E4 of paradigms.md).

The key is no chance of the plan, which could be drawn again from its seed: the session draws it when the page is shown.
What stands here, and in the log, is its placeholder.
"""

from collections.abc import Generator, Iterator
from typing import Literal

from attrs import frozen

from experiments._screens import heading, text_of
from runner.screens import TOKEN, Choice, Option, Reply, Screen, Text
from runner.tasks import Occasion, Past, Task
from stimuli.kinds import doc


@frozen(kw_only=True)
class Params:
    """There is nothing to set."""


@frozen(kw_only=True)
class Given:
    title: str = doc("the screen's title")
    use: str = doc("what the key is good for, and until when")
    advice: str = doc("to note it, and how it is written")
    noted: str = doc("what having noted it reads like")
    unwanted: str = doc("what not wanting it reads like")


@frozen(kw_only=True)
class Outcome:
    key_kept: Literal["noted", "unwanted"] | None = doc("whether the person noted the key; empty when skipped")


def trials(params: Params, occasion: Occasion) -> Iterator[Given]:
    """One trial; the day until which data can be taken back comes from the protocol's `withdraw_until`."""
    word, until = occasion.materials.word, occasion.details.get("withdraw_until", "")
    if not until:
        raise ValueError("a key is good until a day that the protocol tells; write 'withdraw_until' there")
    yield Given(
        title=word("token_title"),
        use=word("token_use").format(until),
        advice=word("token_advice"),
        noted=word("token_noted"),
        unwanted=word("token_unwanted"),
    )


def perform(given: Given, past: Past) -> Generator[Screen, Reply, Outcome]:
    """One screen."""
    options = (
        Option(value="noted", text=given.noted, codes={"proceeds": 1.0}),
        Option(value="unwanted", text=given.unwanted, codes={"proceeds": 0.0}),
    )
    marks = (*heading(given.title, given.use), Text(text=TOKEN, style="title"), Text(text=given.advice))
    reply = yield Screen(name="token", marks=marks, accepts=Choice(options=options), decline=True)
    return Outcome(key_kept=text_of(reply))  # type: ignore[arg-type]  # the screen admits no other


task = Task(name="token", params=Params, given=Given, outcome=Outcome, trials=trials, perform=perform, owed=True)
