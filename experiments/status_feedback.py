"""How both groups are said to have done in the test, part by part, and what is said to follow (P03, P04).

All scores stand in the protocol's table and none is worked out from answers (trap 26 of paradigms.md). A second
round may be announced afterwards, which nobody was told of before. The debrief must tell how the scores came about.
"""

from collections.abc import Generator, Iterator

from attrs import evolve, frozen

from experiments._screens import badge, badged, heading, page_screen, read, text_of
from experiments.minimal_group import Group, told_groups, unnamed_groups
from runner.screens import Bar, Choice, Continue, Mark, Option, Reply, Screen, Text
from runner.tasks import Occasion, Past, Task
from stimuli.kinds import Page, doc, within

HIGHEST = 100  # points in each part and over all


@frozen(kw_only=True)
class Score:
    part: str = doc("the part of the test, as puzzles name it")
    own: int = doc("points said to be the own group's, 0 to 100")
    other: int = doc("points said to be the other group's, 0 to 100")


@frozen(kw_only=True)
class Params:
    scores: tuple[Score, ...] = doc("the table of what is shown, part by part; the mean is shown as the result")
    text: str = doc("key of the pages that sum it up")
    announcement: str = doc("key of the pages that announce a second round; empty: none is", default="")
    wait: float = doc("seconds for which the scores are said to be put together", default=6.0, validator=within(0, 600))
    feedback_code: int = doc("marker sent when the scores come on", default=21, validator=within(0, 255))
    announcement_code: int = doc("marker sent when the announcement comes on", default=22, validator=within(0, 255))


@frozen(kw_only=True)
class Given:
    scores: tuple[Score, ...] = doc("points shown, part by part")
    parts: tuple[str, ...] = doc("the parts' names, as they are shown")
    own_points: int = doc("the own group's result shown: the mean of its parts, rounded")
    other_points: int = doc("the other group's result shown")
    waiting: str = doc("what is said before")
    wait: float = doc("seconds for which that is said")
    parts_title: str = doc("title of the page with the parts")
    result_title: str = doc("title of the page with the results")
    unnamed: tuple[Group, ...] = doc("what the groups are called where none was told")
    points: str = doc("how points are written, {} standing for the number")
    yours: str = doc("what is written behind the own group's name, {} standing for the name")
    pages: tuple[Page, ...] = doc("what sums it up")
    question: str = doc("the question which group has more points")
    same: str = doc("the answer that both have as many")
    again: str = doc("what introduces the question the second time")
    announcement: tuple[Page, ...] = doc("the announcement of a second round; empty: none")
    feedback_code: int = doc("marker sent when the scores came on")
    announcement_code: int = doc("marker sent when the announcement came on")


@frozen(kw_only=True)
class Outcome:
    recalled: str | None = doc("which group was said to have more points: own, other or same; empty when skipped")
    attempts: int = doc("how often that was asked, 1 or 2")
    right: bool = doc("whether the last answer is what was shown")


def trials(params: Params, occasion: Occasion) -> Iterator[Given]:
    """One trial."""
    materials, word, scores = occasion.materials, occasion.materials.word, params.scores
    if not scores or any(not 0 <= points <= HIGHEST for each in scores for points in (each.own, each.other)):
        raise ValueError(f"'scores' must be a table of parts with points from 0 to {HIGHEST}; correct it")
    yield Given(
        scores=scores,
        parts=tuple(word(f"test_{each.part}") for each in scores),
        own_points=round(sum(each.own for each in scores) / len(scores)),
        other_points=round(sum(each.other for each in scores) / len(scores)),
        waiting=word("scores_waiting"),
        wait=params.wait,
        parts_title=word("scores_parts"),
        result_title=word("scores_result"),
        unnamed=unnamed_groups(materials),
        points=word("scores_points"),
        yours=word("scores_yours"),
        pages=materials.pages(params.text).pages,
        question=word("scores_question"),
        same=word("scores_same"),
        again=word("scores_again"),
        announcement=materials.pages(params.announcement).pages if params.announcement else (),
        feedback_code=params.feedback_code,
        announcement_code=params.announcement_code,
    )


def perform(given: Given, past: Past) -> Generator[Screen, Reply, Outcome]:
    """A wait, the scores, what they come to, and which group has more; then the announcement, if there is one."""
    own, groups = told_groups(past, given.unnamed)
    return badged(shown(given, own, groups), badge(past))


def shown(given: Given, own: Group, groups: tuple[Group, ...]) -> Generator[Screen, Reply, Outcome]:
    """The same without the badge."""
    yield Screen(name="scores-wait", marks=(Text(text=given.waiting),), seconds=given.wait)
    yield evolve(parts_screen(given, own, groups), code=given.feedback_code)
    yield result_screen(given, own, groups)
    yield from read(given.pages, "scores-page")
    right = "same" if given.own_points == given.other_points else "own"
    right = "other" if given.own_points < given.other_points else right
    recalled, attempts = text_of((yield recall_screen(given, own, groups, again=False))), 1
    if recalled != right:
        yield result_screen(given, own, groups)
        recalled, attempts = text_of((yield recall_screen(given, own, groups, again=True))), 2
    for number, page in enumerate(given.announcement, 1):
        code = given.announcement_code if number == 1 else 0
        yield evolve(page_screen(page, f"announcement-{number}"), code=code)
    return Outcome(recalled=recalled, attempts=attempts, right=recalled == right)


def bars(given: Given, own: Group, groups: tuple[Group, ...], points: tuple[int, int]) -> tuple[Mark, ...]:
    """One bar for each group, always in the same order; `points` are the own group's and the other's."""
    return tuple(
        Bar(
            label=given.yours.replace("{}", group.label) if group == own else group.label,
            share=points[group != own] / HIGHEST,
            note=given.points.replace("{}", str(points[group != own])),
        )
        for group in groups
    )


def parts_screen(given: Given, own: Group, groups: tuple[Group, ...]) -> Screen:
    """The scores part by part."""
    marks: list[Mark] = [Text(text=given.parts_title, style="title")]
    for part, score in zip(given.parts, given.scores, strict=True):
        marks += [Text(text=part, style="note"), *bars(given, own, groups, (score.own, score.other))]
    return Screen(name="scores-parts", marks=tuple(marks), accepts=Continue(after=4.0))


def result_screen(given: Given, own: Group, groups: tuple[Group, ...]) -> Screen:
    """The results over all parts."""
    marks = bars(given, own, groups, (given.own_points, given.other_points))
    title = Text(text=given.result_title, style="title")
    return Screen(name="scores-result", marks=(title, *marks), accepts=Continue(after=3.0))


def recall_screen(given: Given, own: Group, groups: tuple[Group, ...], *, again: bool) -> Screen:
    """Which group has more points?"""
    options = (
        *(Option(value="own" if group == own else "other", text=group.label) for group in groups),
        Option(value="same", text=given.same),
    )
    return Screen(
        name="scores-recall-again" if again else "scores-recall",
        marks=(*((Text(text=given.again, style="note"),) if again else ()), *heading(given.question)),
        accepts=Choice(options=options),
        decline=True,
    )


task = Task(
    name="status_feedback",
    params=Params,
    given=Given,
    outcome=Outcome,
    trials=trials,
    perform=perform,
    deceives="about oneself",
)
