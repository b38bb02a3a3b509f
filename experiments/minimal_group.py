"""A group said to follow from a test and in truth drawn (P07 of paradigms.md); from here on its badge is worn.

Names and colours are neutral: nothing says that one group is better, or what its members have in common beyond how
they take in dots. Later tasks find the group in `past`. The debrief must tell how it came about.
"""

from collections.abc import Generator, Iterator

from attrs import frozen

from experiments._screens import badged, heading, read
from runner.screens import Badge, Continue, Reply, Screen, Text
from runner.tasks import Materials, Occasion, Past, Task
from stimuli.kinds import Page, doc, within


@frozen(kw_only=True)
class Group:
    key: str = doc("the level of the factor that stands for it")
    label: str = doc("its name on badges")
    colour: str = doc("its colour in the palette")


@frozen(kw_only=True)
class Params:
    group: str = doc("the person's group: a level of the factor that draws it, such as {by: group}")
    groups: tuple[str, ...] = doc(
        "both groups: names of palette colours, each with a word group_<name>", default=("teal", "violet")
    )
    text: str = doc("key of the pages read once the group is known; its badge stands above them")
    wait: float = doc("seconds for which the group is said to be worked out", default=4.0, validator=within(0, 600))


@frozen(kw_only=True)
class Given:
    own: Group = doc("the group that the person was told to belong to")
    other: Group = doc("the other group")
    groups: tuple[Group, ...] = doc("both, in the order in which they are always shown")
    told: str = doc("the sentence that tells the group")
    waiting: str = doc("what is said before")
    wait: float = doc("seconds for which that is said")
    pages: tuple[Page, ...] = doc("what is read once the group is known")


@frozen(kw_only=True)
class Outcome:
    told_group: str = doc("the group that was told; it was drawn before the session")


def trials(params: Params, occasion: Occasion) -> Iterator[Given]:
    """One trial."""
    materials = occasion.materials
    if params.group not in params.groups or len(set(params.groups)) != 2:
        raise ValueError(f"'groups' must be two, {params.group!r} one of them, got {', '.join(params.groups)}")
    groups = tuple(Group(key=key, label=materials.word(f"group_{key}"), colour=key) for key in params.groups)
    own, other = sorted(groups, key=lambda group: group.key != params.group)
    yield Given(
        own=own,
        other=other,
        groups=groups,
        told=materials.word("group_told").replace("{}", own.label),
        waiting=materials.word("group_waiting"),
        wait=params.wait,
        pages=materials.pages(params.text).pages,
    )


def perform(given: Given, past: Past) -> Generator[Screen, Reply, Outcome]:
    """A wait, the group with its badge, and what it means."""
    yield Screen(name="group-wait", marks=(Text(text=given.waiting),), seconds=given.wait)
    yield from badged(told(given), (Badge(text=given.own.label, colour=given.own.colour),))
    return Outcome(told_group=given.own.key)


def told(given: Given) -> Generator[Screen, Reply, None]:
    """The group, then its pages."""
    yield Screen(name="group", marks=heading(given.told), accepts=Continue(after=2.0))
    yield from read(given.pages)


def told_groups(past: Past, otherwise: tuple[Group, ...]) -> tuple[Group, tuple[Group, ...]]:
    """The group that the person was told, and both in the order in which they are shown.

    `otherwise` stands in, own group first, where none was told: in a pilot that starts in the middle.
    """
    told = ((each.given.own, each.given.groups) for each in past if each.task == "minimal_group")
    return next(told, (otherwise[0], otherwise))


def unnamed_groups(materials: Materials) -> tuple[Group, Group]:
    """Two groups without a name or a colour of their own, the own one first."""
    own, other = (
        Group(key=key, label=materials.word(f"group_unnamed_{key}"), colour="slate") for key in ("own", "other")
    )
    return own, other


task = Task(
    name="minimal_group",
    params=Params,
    given=Given,
    outcome=Outcome,
    trials=trials,
    perform=perform,
    deceives="about oneself",
)
