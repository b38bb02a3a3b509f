"""Support for a protest of the disadvantaged group's own, within the rules or against them (P28 of paradigms.md).

After Teixeira et al. (2019; K8): what is measured is backing what that group does, not an act of one's own. Each form
is rated for support, for what it does to how one's own group is seen, and for what it would achieve.
"""

from collections.abc import Generator, Iterator
from typing import Literal

from attrs import frozen

from experiments._screens import point_of
from runner.screens import Continue, Likert, Measure, Reply, Screen, Text
from runner.tasks import Occasion, Past, Task
from stimuli.kinds import doc, within

Form = Literal["normative", "nonnormative"]
FORMS: tuple[Form, ...] = ("normative", "nonnormative")


@frozen(kw_only=True)
class Params:
    forms: tuple[Form, ...] = doc("which forms of the protest, in random order", default=FORMS)
    minimum: float = doc("seconds for which the account stands alone at least", default=5.0, validator=within(0, 600))


@frozen(kw_only=True)
class Asked:
    rating: Literal["support", "image_damage", "effectiveness"] = doc("what is rated")
    question: str = doc("what is asked")
    anchors: tuple[str, ...] = doc("labels of the ends")


@frozen(kw_only=True)
class Given:
    form: Form = doc("which form of the protest")
    number: int = doc("place among the forms, from 1")
    occasion: str = doc("what the protest is about")
    account: str = doc("what is done")
    asked: tuple[Asked, ...] = doc("the ratings in the order asked: support first, the two others in random order")
    minimum: float = doc("seconds for which the account stood alone at least")


@frozen(kw_only=True)
class Outcome:
    support: int | None = doc("backs the protest, 1 to 7; empty when skipped")
    image_damage: int | None = doc("makes the own group look bad, 1 to 7; empty when skipped")
    effectiveness: int | None = doc("would better the other group's position, 1 to 7; empty when skipped")


def trials(params: Params, occasion: Occasion) -> Iterator[Given]:
    """One trial per form; both ask in the same order."""
    word, random = occasion.materials.word, occasion.random
    protests = occasion.materials.matched().protests
    others = random.sample(("image_damage", "effectiveness"), 2)
    asked = tuple(
        Asked(
            rating=rating,  # type: ignore[arg-type]  # one of the three
            question=word(f"protest_{rating}"),
            anchors=(word(f"protest_{rating}_low"), word(f"protest_{rating}_high")),
        )
        for rating in ("support", *others)
    )
    for number, form in enumerate(random.sample(params.forms, len(params.forms)), 1):
        yield Given(
            form=form,
            number=number,
            occasion=protests.occasion,
            account=getattr(protests, form),
            asked=asked,
            minimum=params.minimum,
        )


def perform(given: Given, past: Past) -> Generator[Screen, Reply, Outcome]:
    """The account alone, then with each rating."""
    account = (Text(text=given.occasion), Text(text=given.account))
    yield Screen(name="protest", marks=account, accepts=Continue(after=given.minimum))
    ratings: dict[str, int | None] = {}
    for each in given.asked:
        ratings[each.rating] = point_of(
            (
                yield Screen(
                    name=f"protest-{each.rating.replace('_', '-')}",
                    marks=(*account, Text(text=each.question, style="strong")),
                    accepts=Likert(anchors=each.anchors),
                    decline=True,
                    measures=Measure(construct=f"protest_{each.rating}"),
                )
            )
        )
    return Outcome(**ratings)


task = Task(name="protest_support", params=Params, given=Given, outcome=Outcome, trials=trials, perform=perform)
