"""Announcement of the setting in which choices are made (P22, D4 of paradigms.md): before the first choice.

In a public setting the person picks an alias. It is picked from a list and never typed, so that no name can get
into the data; which one it was the session knows until it is over, and no log does. Then the person says who will see
the choices; a wrong answer leads back to the announcement once, and no answer, which may be given at any question,
doesn't. In a study that keeps some choices apart, a page that is not
the author's says how those of this session are kept.
"""

from collections.abc import Generator, Iterator
from typing import Literal

from attrs import evolve, frozen

from experiments._screens import question_screen, read, text_of
from runner.screens import ALIAS, Aliases, Choice, Reply, Screen, Text
from runner.tasks import Occasion, Past, Task
from stimuli.kinds import Page, Question, doc, within


@frozen(kw_only=True)
class Params:
    setting: Literal["private", "public"] = doc("who sees the choices")
    text: str = doc("key of the announcement in stimuli/<language>/texts")
    question: str = doc("key of the one question who will see the choices")
    correct: str = doc("the value of the answer that fits the announcement")
    aliases: int = doc("how many aliases are offered in a public setting", default=6, validator=within(2, 100))


@frozen(kw_only=True)
class Given:
    setting: Literal["private", "public"] = doc("the setting announced")
    pages: tuple[Page, ...] = doc("the announcement")
    aliases: Question | None = doc("the aliases offered; empty in a private setting")
    who: Question = doc("the question who will see the choices")
    correct: str = doc("the answer that fits the announcement")
    again: str = doc("what introduces the announcement the second time")


@frozen(kw_only=True)
class Outcome:
    alias: str | None = doc("stands for the alias that was picked; empty in a private setting or when skipped")
    who_sees: str | None = doc("the last answer to who will see the choices")
    attempts: int = doc("how often that was asked, 1 or 2")
    understood: bool | None = doc("whether the last answer fits the announcement; empty when skipped")


def trials(params: Params, occasion: Occasion) -> Iterator[Given]:
    """One trial."""
    materials = occasion.materials
    who = materials.questions(params.question).questions[0]
    if params.correct not in {option.value for option in who.options}:
        raise ValueError(f"'correct' is {params.correct!r}, which is no option of the question {params.question!r}")
    aliases = None
    if params.setting == "public":
        question = materials.questions("aliases").questions[0]
        drawn = occasion.random.sample(question.options, min(params.aliases, len(question.options)))
        aliases = evolve(question, options=tuple(drawn))
    yield Given(
        setting=params.setting,
        pages=(*materials.pages(params.text).pages, *_kept(params, occasion)),
        aliases=aliases,
        who=who,
        correct=params.correct,
        again=materials.word("setting_again"),
    )


def _kept(params: Params, occasion: Occasion) -> tuple[Page, ...]:
    """How the choices are kept, in a study in which some are kept apart; so that no author can promise otherwise."""
    if occasion.apart is None:
        return ()
    how = "apart" if occasion.apart.here else "shown" if params.setting == "public" else "coded"
    return (Page(title=occasion.materials.word("kept_title"), body=(occasion.materials.word(f"kept_{how}"),)),)


def perform(given: Given, past: Past) -> Generator[Screen, Reply, Outcome]:
    """Announcement, alias, and who will see the choices, which is asked at most twice."""
    yield from read(given.pages)
    alias = None
    if given.aliases is not None:
        value = text_of((yield _alias_screen(given.aliases)))
        known = {option.value: option.text for option in given.aliases.options}  # in logs of earlier versions
        alias = value and known.get(value, ALIAS)
    who_sees = text_of((yield question_screen(given.who, name="who-sees")))
    attempts = 1
    if who_sees not in (None, given.correct):
        yield from read(given.pages, "again")
        above = (Text(text=given.again, style="note"),)
        who_sees = text_of((yield question_screen(given.who, name="who-sees-again", above=above)))
        attempts = 2
    understood = None if who_sees is None else who_sees == given.correct
    return Outcome(alias=alias, who_sees=who_sees, attempts=attempts, understood=understood)


def _alias_screen(aliases: Question) -> Screen:
    screen = question_screen(aliases, name="alias")
    assert isinstance(screen.accepts, Choice)  # a test holds the question to that
    return evolve(screen, accepts=Aliases(options=screen.accepts.options))


task = Task(name="setting", params=Params, given=Given, outcome=Outcome, trials=trials, perform=perform)
