"""Short stories about people who act, and what an observer takes their reasons to be (P80, H33 of paradigms.md).

The people come from a file of profiles: a balanced design, or patterns of what real people chose. Each level of an
attribute has one sentence, as long as that of the other level. Order of people, of sentences and of ratings is
random; whether reasons or the evaluation come first is drawn once. What the actors said of their own reasons goes
into the data and onto no screen.
"""

from collections.abc import Generator, Iterator
from random import Random
from typing import Literal

from attrs import asdict, frozen

from experiments._screens import point_of, read
from runner.screens import Coded, Continue, Likert, Reply, Screen, Text
from runner.tasks import Occasion, Past, Task
from stimuli.kinds import Page, doc, within
from stimuli.others import Actor, ActorProfile, OwnMotives, VignetteItem, Vignettes

GROUP = "group"  # its sentence comes first: who the person is
MOTIVES = ("outgroup", "ingroup", "personal", "moral")


@frozen(kw_only=True)
class Params:
    actors: str = doc("key of the people in stimuli/actors; one of its blocks is drawn")
    vignettes: str = doc("key of the sentences and items in stimuli/<language>/vignettes", default="actors")
    number: int = doc("how many people one observer reads of", default=8, validator=within(1, 64))
    minimum: float = doc("seconds before a story can be left", default=4.0, validator=within(0, 60))


@frozen(kw_only=True)
class Given:
    actor: str = doc("the person's id in the file")
    block: int = doc("the file's block, drawn at random for each observer")
    origin: Literal["made_up", "choices"] = doc("where the people come from")
    place: int = doc("place among the people, from 1")
    number_of: int = doc("how many people there are")
    profile: ActorProfile = doc("what the person did")
    own: OwnMotives = doc("what such people said of their own reasons; never shown")
    name: str = doc("the name in the story, drawn at random")
    story: tuple[str, ...] = doc("its sentences, in the order shown")
    sentences: tuple[str, ...] = doc("the attributes that they tell of, in this order, the same for all people")
    reasons_first: bool = doc("whether reasons are rated before trust, cooperation and usefulness")
    intro: tuple[Page, ...] = doc("pages before the first person")
    item: str = doc("the item's id")
    item_number: int = doc("the item's place among those on this person, from 1")
    construct: str = doc("what it asks for: one of four motives, trust, cooperation or usefulness")
    stem: str = doc("what stands above the item")
    text: str = doc("the item")
    anchors: tuple[str, ...] = doc("the labels of the points")
    minimum: float = doc("seconds before the story can be left")


@frozen(kw_only=True)
class Outcome:
    rating: int | None = doc("1 to 7; empty when skipped")


def trials(params: Params, occasion: Occasion) -> Iterator[Given]:
    """One trial per person and item."""
    random, told = occasion.random, occasion.materials.vignettes(params.vignettes)
    people = occasion.materials.actors(params.actors)
    chosen = drawn(people.actors, params, random)
    if len(told.names) < len(chosen):
        raise ValueError(f"{params.vignettes!r} has {len(told.names)} names for {len(chosen)} people; add some")
    names = random.sample(told.names, len(chosen))
    order = sentence_order(chosen[0].profile, random)
    reasons_first, items = random.random() < 0.5, told.items
    for place, (actor, name) in enumerate(zip(chosen, names, strict=True), 1):
        story = tuple(sentence(told, attribute, actor.profile, name) for attribute in order)
        for number, item in enumerate(mixed(items, reasons_first, random), 1):
            first = place == number == 1
            yield Given(
                actor=actor.id,
                block=actor.block,
                origin=people.origin,
                place=place,
                number_of=len(chosen),
                profile=actor.profile,
                own=actor.own,
                name=name,
                story=story,
                sentences=order,
                reasons_first=reasons_first,
                intro=introduced(told, people.origin) if first else (),
                item=item.id,
                item_number=number,
                construct=item.construct,
                stem="" if item.anchors else told.stem.replace("{}", name),
                text=item.text.replace("{}", name),
                anchors=item.anchors or told.anchors,
                minimum=params.minimum,
            )


def drawn(actors: tuple[Actor, ...], params: Params, random: Random) -> list[Actor]:
    """People of one block, in random order."""
    block = random.choice(sorted({actor.block for actor in actors}))
    there = [actor for actor in actors if actor.block == block]
    if len(there) < params.number:
        what = f"{params.actors!r} has {len(there)} people in block {block}, but {params.number} are to be shown"
        raise ValueError(f"{what}; lower 'number', or name another file")
    return random.sample(there, params.number)


def sentence_order(profile: ActorProfile, random: Random) -> tuple[str, ...]:
    """Who the person is, then the other attributes that are known, in random order."""
    known = [name for name, level in asdict(profile).items() if level is not None and name != GROUP]
    first = (GROUP,) if profile.group is not None else ()
    return (*first, *random.sample(known, len(known)))


def sentence(told: Vignettes, attribute: str, profile: ActorProfile, name: str) -> str:
    """What is told of one attribute."""
    level = f"{getattr(profile, attribute):+d}"
    try:
        return told.sentences[attribute][level].replace("{}", name)
    except KeyError:
        raise ValueError(f"there is no sentence for {attribute} {level!r}; add it to the vignettes") from None


def introduced(told: Vignettes, origin: str) -> tuple[Page, ...]:
    """What is said of where the people come from."""
    try:
        return told.intro[origin]
    except KeyError:
        raise ValueError(f"the vignettes have no 'intro' for people that are {origin!r}; add it") from None


def mixed(items: tuple[VignetteItem, ...], reasons_first: bool, random: Random) -> list[VignetteItem]:
    """Reasons and evaluation one after the other, each in random order."""
    reasons = [item for item in items if item.construct in MOTIVES]
    others = [item for item in items if item.construct not in MOTIVES]
    random.shuffle(reasons)
    random.shuffle(others)
    return reasons + others if reasons_first else others + reasons


def perform(given: Given, past: Past) -> Generator[Screen, Reply, Outcome]:
    """The story by itself before its first item; then the item below the story."""
    yield from read(given.intro, "vignette-intro")
    marks = (Text(text=f"{given.place} / {given.number_of}", style="note"), Text(text=" ".join(given.story)))
    if given.item_number == 1:
        yield Screen(name="vignette-story", marks=marks, accepts=Continue(after=given.minimum))
    asked = (*((Text(text=given.stem),) if given.stem else ()), Text(text=given.text, style="strong"))
    reply = yield Screen(
        name="vignette-item",
        marks=(*marks, *asked),
        accepts=Likert(anchors=given.anchors),
        decline=True,
        measures=Coded(
            construct=f"seen.{given.construct}",
            codes={f"v_{name}": level for name, level in asdict(given.profile).items() if level is not None},
        ),
    )
    return Outcome(rating=point_of(reply))


task = Task(name="vignettes", params=Params, given=Given, outcome=Outcome, trials=trials, perform=perform)
