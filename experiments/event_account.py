"""An account of a wrong, read with an instruction how to take it in (P10) and told as one principle's breach (P12).

The account is the same for everyone. The pages on the principle after it are as long for each principle; which one
it was is asked after the outcomes, by a question of the checks.
"""

from collections.abc import Generator, Iterator
from typing import Literal

from attrs import frozen

from experiments._screens import heading, page_screen, read, text_of
from runner.screens import Measure, Reply, Screen, Words
from runner.tasks import Occasion, Past, Task
from stimuli.kinds import Page, doc, within

Perspective = Literal["imagine_self", "imagine_other", "objective"]
Content = Literal["equality", "harm", "protect", "loyalty", "purity"]


@frozen(kw_only=True)
class Params:
    perspective: Perspective = doc("how the account is to be read")
    instruction: str = doc("key of the pages that say so; the last page's title stands above the writing box")
    account: str = doc("key of the account")
    content: Content = doc("which principle the wrong is told to break")
    principle: str = doc("key of the pages that tell it so")
    least: int = doc(
        "characters below which the person is asked once whether that is all", default=80, validator=within(0, 1000)
    )
    limit: int = doc("most characters", default=1500, validator=within(1, 10000))


@frozen(kw_only=True)
class Given:
    perspective: Perspective = doc("how the account was to be read")
    content: Content = doc("which principle the wrong was told to break")
    instruction: tuple[Page, ...] = doc("how to read the account")
    account: tuple[Page, ...] = doc("the account")
    principle: tuple[Page, ...] = doc("the principle that the wrong breaks")
    prompt: Page = doc("what stands above the writing box")
    least: int = doc("characters below which the person is asked once whether that is all")
    limit: int = doc("most characters")


@frozen(kw_only=True)
class Outcome:
    text: str | None = doc("what was written; empty when skipped")
    characters: int = doc("its number of characters")
    account_seconds: float = doc("how long the account was on the screen")
    principle_seconds: float = doc("how long the pages on the principle were on the screen")
    writing_seconds: float = doc("how long the writing box was on the screen")


def trials(params: Params, occasion: Occasion) -> Iterator[Given]:
    """One trial."""
    pages = occasion.materials.pages
    *instruction, prompt = pages(params.instruction).pages
    if not instruction:
        raise ValueError(f"the text {params.instruction!r} needs two pages: the instruction, and what to write about")
    yield Given(
        perspective=params.perspective,
        content=params.content,
        instruction=tuple(instruction),
        account=pages(params.account).pages,
        principle=pages(params.principle).pages,
        prompt=prompt,
        least=params.least,
        limit=params.limit,
    )


def perform(given: Given, past: Past) -> Generator[Screen, Reply, Outcome]:
    """Instruction, account, principle, writing."""
    yield from read(given.instruction, "perspective")
    account = yield from timed(given.account, "account")
    principle = yield from timed(given.principle, "principle")
    written = yield Screen(
        name="writing",
        marks=heading(given.prompt.title, *given.prompt.body),
        accepts=Words(lines=6, limit=given.limit, least=given.least),
        decline=True,
        measures=Measure(construct="account"),
    )
    text = text_of(written)
    return Outcome(
        text=text,
        characters=len(text or ""),
        account_seconds=account,
        principle_seconds=principle,
        writing_seconds=written.offset - written.onset,
    )


def timed(pages: tuple[Page, ...], name: str) -> Generator[Screen, Reply, float]:
    """Pages one after the other; how many seconds they were on the screen."""
    seconds = 0.0
    for number, page in enumerate(pages, 1):
        reply = yield page_screen(page, f"{name}-{number}")
        seconds += reply.offset - reply.onset
    return seconds


task = Task(name="event_account", params=Params, given=Given, outcome=Outcome, trials=trials, perform=perform)
