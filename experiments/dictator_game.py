"""Points shared out between oneself and another person, of one's own group or of the other.

Nobody is paid for the points, and the question says so. The study tells beforehand which two groups there are.
"""

from collections.abc import Generator, Iterator

from attrs import frozen

from experiments._screens import badge, heading, text_of
from runner.screens import Choice, Measure, Option, Reply, Screen
from runner.tasks import Occasion, Past, Task
from stimuli.kinds import doc, within


@frozen(kw_only=True)
class Params:
    stakes: tuple[int, ...] = doc("points to share, one trial for each", default=(20, 40, 60, 100))
    splits: int = doc("how many ways to share are offered, evenly spaced", default=5, validator=within(2, 5))


@frozen(kw_only=True)
class Given:
    stake: int = doc("points to share")
    to_own: bool = doc("is the other person a member of the own group?")
    gifts: tuple[int, ...] = doc("points that each way to share gives to the other person, in the order shown")
    labels: tuple[str, ...] = doc("what each way leaves oneself and gives, in the same order")
    question: str = doc("the question how to share")
    who: str = doc("the sentence that says who the other person is")


@frozen(kw_only=True)
class Outcome:
    points_given: int | None = doc("points given to the other person; empty when skipped")


def trials(params: Params, occasion: Occasion) -> Iterator[Given]:
    """Stakes in random order, both groups about equally often; which end gives nothing is drawn once."""
    word, random = occasion.materials.word, occasion.random
    steps, number = params.splits - 1, len(params.stakes)
    uneven = [stake for stake in params.stakes if stake <= 0 or stake % steps]
    if uneven or not number:
        what = ", ".join(map(str, uneven)) or "none"
        raise ValueError(
            f"'stakes' must be positive multiples of {steps} ('splits' less one), got {what}; correct them"
        )
    people = random.sample([True, False] * ((number + 1) // 2), number)
    ascending = random.random() < 0.5
    for stake, to_own in zip(random.sample(params.stakes, number), people, strict=True):
        gifts = tuple(range(0, stake + 1, stake // steps))[:: 1 if ascending else -1]
        yield Given(
            stake=stake,
            to_own=to_own,
            gifts=gifts,
            labels=tuple(filled(word("dictator_split"), stake - gift, gift) for gift in gifts),
            question=filled(word("dictator_question"), stake),
            who=word("dictator_own" if to_own else "dictator_other"),
        )


def filled(text: str, *numbers: int) -> str:
    """A word with its numbers, in their order."""
    return text.format(*numbers)


def perform(given: Given, past: Past) -> Generator[Screen, Reply, Outcome]:
    """One row of splits, under the group's badge where one is worn."""
    options = tuple(
        Option(value=str(gift), text=label, codes={"share_given": gift / given.stake})
        for gift, label in zip(given.gifts, given.labels, strict=True)
    )
    marks, accepts = heading(given.question, given.who), Choice(options=options, arrange="row")
    measures = Measure(construct="dictator_game")
    screen = Screen(name="sharing", marks=(*badge(past), *marks), accepts=accepts, decline=True, measures=measures)
    answer = text_of((yield screen))
    return Outcome(points_given=None if answer is None else int(answer))


task = Task(name="dictator_game", params=Params, given=Given, outcome=Outcome, trials=trials, perform=perform)
