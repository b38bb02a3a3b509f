"""Other people whom participants read about or write to: the shape of their files. Declarations only."""

from collections.abc import Mapping
from typing import Literal

from attrs import field, frozen

from stimuli.kinds import Page, doc

# ---------------------------------------------------------------- people who act: actors/<key>.csv, in no language


@frozen(kw_only=True)
class ActorProfile:
    """What a person did, each attribute by two levels; empty where nothing is known of it, then for everyone."""

    autonomy: int | None = doc("gives goods that others picked (-1), or means that the group uses as it likes (1)")
    role: int | None = doc("does what the disadvantaged group asks (-1), or decides for it (1)")
    public: int | None = doc("acts where hardly anyone sees it (-1), or where many do (1)")
    consistent: int | None = doc("comes and goes (-1), or stays all the time (1)")
    cost: int | None = doc("has borne no cost (-1), or some (1)")
    group: int | None = doc("member of the disadvantaged (-1) or of the advantaged group (1)")


@frozen(kw_only=True)
class OwnMotives:
    """What such people said of their own reasons: low (-1), medium (0), high (1); empty where nobody was asked."""

    outgroup: int | None = doc("outgroup-focused motive, -1 to 1")
    ingroup: int | None = doc("ingroup-focused motive, -1 to 1")
    personal: int | None = doc("personal motive, -1 to 1")
    moral: int | None = doc("moral motive, -1 to 1")


@frozen(kw_only=True)
class Actor:
    """One person to tell of, or several people who did alike."""

    id: str
    block: int  # one observer reads of people of one block
    profile: ActorProfile
    own: OwnMotives  # never shown


@frozen(kw_only=True)
class Actors:
    """A file of them. `made_up`: a design; `choices`: patterns of what real people chose, at least five each."""

    name: str
    origin: Literal["made_up", "choices"]
    actors: tuple[Actor, ...]


# ---------------------------------------------------------------- stories: <language>/vignettes/<key>.yaml


@frozen(kw_only=True)
class VignetteItem:
    """One thing to rate about a person; one with anchors of its own stands without the file's stem."""

    id: str
    construct: Literal["outgroup", "ingroup", "personal", "moral", "trust", "cooperation", "usefulness"]
    text: str
    anchors: tuple[str, ...] = ()


@frozen(kw_only=True)
class Vignettes:
    """Sentences of which stories about people are put together; `{}` stands for the person's name.

    `sentences[attribute][level]`, level "-1" or "+1": both are equally long. The one on the group comes first.
    """

    intro: Mapping[str, tuple[Page, ...]] = field(hash=False)  # where the people come from -> what is said of it
    names: tuple[str, ...]
    sentences: Mapping[str, Mapping[str, str]] = field(hash=False)
    stem: str  # above the items about reasons
    anchors: tuple[str, ...]  # theirs
    items: tuple[VignetteItem, ...]


# ---------------------------------------------------------------- chats: <language>/chats/<key>.yaml


@frozen(kw_only=True)
class ChatLine:
    speaker: str
    text: str


@frozen(kw_only=True)
class ChatTurn:
    """Lines that appear one after the other; then the participant can say something, or let it pass."""

    id: str
    lines: tuple[ChatLine, ...]
    remark: bool = False  # whether the last line is the biased one


@frozen(kw_only=True)
class Chat:
    """A chat with partners who follow a script, whatever is answered."""

    turns: tuple[ChatTurn, ...]
