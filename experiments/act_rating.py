"""Single acts, rated: willingness (P24, format 2 in D3 of paradigms.md), how much they would achieve (P73), or how
visible they make one (the multiverse's publicness in F7, to be asked after every choice)."""

from collections.abc import Generator, Iterator
from typing import Literal

from attrs import frozen

from experiments._screens import point_of, rating_screen
from runner.screens import Measure, Reply, Screen
from runner.tasks import Occasion, Past, Task
from stimuli.kinds import Profile, doc

CORE = (1, 2, 3, 4, 5, 6, 9, 10, 12, 13, 14, 15)  # templates of D2: both matched pairs, every attribute at both levels


@frozen(kw_only=True)
class Params:
    rated: Literal["willingness", "effectiveness", "publicness"] = doc("what is rated")
    templates: tuple[int, ...] = doc("which act templates of D2; the core set of twelve if not given", default=CORE)


@frozen(kw_only=True)
class Given:
    rated: Literal["willingness", "effectiveness", "publicness"] = doc("what is rated")
    act: str = doc("the act's id")
    template: int = doc("the act's template, 1 to 16 (D2)")
    text: str = doc("the act")
    codes: Profile = doc("the act's attribute codes; autonomy 0 where it doesn't apply")
    question: str = doc("what is asked about the act")
    anchors: tuple[str, ...] = doc("the labels of the points")


@frozen(kw_only=True)
class Outcome:
    rating: int | None = doc("1 to 7; empty when skipped")


def trials(params: Params, occasion: Occasion) -> Iterator[Given]:
    """One trial per act, in random order."""
    materials = occasion.materials
    pack = materials.pack()
    acts = [act for act in pack.acts if act.template in params.templates]
    missing = set(params.templates) - {act.template for act in acts}
    if missing:
        raise ValueError(f"pack {pack.name!r} has no act of template {sorted(missing)}; add it, or leave it out")
    occasion.random.shuffle(acts)
    for act in acts:
        yield Given(
            rated=params.rated,
            act=act.id,
            template=act.template,
            text=act.text,
            codes=Profile(**act.codes),
            question=materials.word(f"{params.rated}_question"),
            anchors=(materials.word(f"{params.rated}_low"), materials.word(f"{params.rated}_high")),
        )


def perform(given: Given, past: Past) -> Generator[Screen, Reply, Outcome]:
    """The act and its rating."""
    screen = rating_screen(
        given.rated,
        stem=given.question,
        text=given.text,
        anchors=given.anchors,
        measures=Measure(construct=given.rated),
    )
    return Outcome(rating=point_of((yield screen)))


task = Task(name="act_rating", params=Params, given=Given, outcome=Outcome, trials=trials, perform=perform)
