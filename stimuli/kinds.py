"""What kinds of material there are: the shape of each YAML file in the language folders. Declarations only.

Texts may hold `{placeholders}`, filled from the cause pack's `terms` and the protocol's `details` when a session
is planned; an unknown one is refused by `vantage check`.
"""

from collections.abc import Callable, Mapping
from typing import Any, Literal

from attrs import field, frozen


def doc(text: str, **kwargs: object) -> Any:
    """A field with its description, which becomes the codebook, the schema and the documentation."""
    return field(metadata={"doc": text}, **kwargs)  # type: ignore[call-overload]


def within(low: float, high: float) -> Callable[[Any, Any, float | None], None]:
    """A validator for a parameter that is a number from `low` to `high`; an empty one is left alone."""

    def refuse(_: Any, attribute: Any, value: float | None) -> None:
        if value is not None and not low <= value <= high:
            raise ValueError(f"{attribute.name!r} must be {low:g} to {high:g}, but is {value:g}; correct it")

    return refuse


# ---------------------------------------------------------------- texts: <language>/texts/<key>.yaml


@frozen(kw_only=True)
class Page:
    """One page of text."""

    title: str = ""
    body: tuple[str, ...]  # paragraphs
    button: str = ""  # empty: "Continue"
    after: float = 0.0  # seconds before it can be left


@frozen(kw_only=True)
class Pages:
    """Pages read one after the other."""

    pages: tuple[Page, ...]


# ---------------------------------------------------------------- questions: <language>/questions/<key>.yaml


@frozen(kw_only=True)
class QuestionOption:
    value: str  # what is stored: lower case, one word
    text: str


@frozen(kw_only=True)
class Question:
    """One question of a questionnaire that is not a scale: demographics, checks, probes."""

    id: str
    text: str
    kind: Literal["choice", "rating", "words", "number"]
    options: tuple[QuestionOption, ...] = ()  # choice
    anchors: tuple[str, ...] = ()  # rating
    low: int = 1  # rating, number
    high: int = 7  # rating, number
    lines: int = 4  # words
    least: int = 0  # words: characters below which the participant is asked once whether that is all
    decline: bool = True


@frozen(kw_only=True)
class Questions:
    title: str = ""
    instruction: str = ""
    questions: tuple[Question, ...]


# ---------------------------------------------------------------- scales: <language>/scales/<key>.yaml


@frozen(kw_only=True)
class Item:
    """One item. An instructed item (an attention check) names the answer that it asks for and is never scored."""

    id: str
    text: str
    reversed: bool = False
    subscale: str = ""
    instructed: int | None = None


@frozen(kw_only=True)
class Scale:
    """A self-report scale, read by presentation and by scoring."""

    name: str  # the construct's name in the analysis: "ingroup_identification"
    instruction: str = ""  # its own page before the first item; empty: no page
    stem: str = ""  # stands above every item
    items: tuple[Item, ...]
    anchors: tuple[str, ...]
    low: int = 1
    high: int = 7
    source: str  # "own" or the instrument's reference
    licence: str = ""  # terms of use; an instrument that is not one's own needs them
    check: bool = False  # does it tell whether a manipulation worked? Then it comes behind what that is to change


# ---------------------------------------------------------------- cause packs: <language>/packs/<key>.yaml


@frozen(kw_only=True)
class Category:
    """One answer to the neutral question which group a person belongs to."""

    value: str
    text: str
    advantaged: bool


@frozen(kw_only=True)
class Fact:
    """One inequality, stored once, in two renderings of equal length: what the advantaged group gains, what the
    disadvantaged group goes without. `neutral` is its control: as long, about nothing that concerns groups."""

    id: str
    privilege: str
    disadvantage: str
    neutral: str = ""
    source: str = ""


@frozen(kw_only=True)
class Act:
    """One thing that a person could do for the disadvantaged group, at most 20 words, and its attribute codes.

    Codes (paradigms.md D1): public, normative, autonomy (0: not applicable), statuscost, selflead, risk as -1/+1;
    effort 1 to 3.
    """

    id: str
    template: int  # 1 to 16, paradigms.md D2
    text: str
    codes: Mapping[str, int] = field(hash=False)


@frozen(kw_only=True)
class Pack:
    """A cause: its groups, its words, its facts, its acts, and the phrases from which paired acts are put together.

    `phrases[attribute][level]`, level "-1" or "+1" (effort "1", "2", "3"), is the line that a card shows;
    `phrases["act"]["<public><normative>"]` such as "+1-1" is a card's heading.
    """

    name: str
    title: str
    terms: Mapping[str, str] = field(hash=False)
    question: str  # the neutral self-categorisation question
    categories: tuple[Category, ...]
    facts: tuple[Fact, ...] = ()
    acts: tuple[Act, ...] = ()
    phrases: Mapping[str, Mapping[str, str]] = field(hash=False, factory=dict)
    petition: str = ""  # what the petition asks for, one or two sentences
    risk: Literal["low", "high"] = "low"


# ---------------------------------------------------------------- words to avoid: <language>/banned.yaml


@frozen(kw_only=True)
class Banned:
    """Words that participants must not read, each with the reason: `stimuli/<language>/banned.yaml`.

    Those of `instructions` only where nothing is rated or chosen yet; a factor's own texts and items may use them.
    """

    everywhere: Mapping[str, str] = field(factory=dict)
    instructions: Mapping[str, str] = field(factory=dict)


# ---------------------------------------------------------------- words to be sorted: <language>/wordlists/<pack>.yaml


@frozen(kw_only=True)
class WordList:
    """A category and the words that stand for it, to be sorted fast by key presses."""

    label: str  # what stands in a corner of the screen: "Women"
    named: str  # the same within a sentence: "the women's rights movement", "yourself"
    words: tuple[str, ...]  # five or six, about as long as those of the other categories


@frozen(kw_only=True)
class WordLists:
    """The categories of one cause, by name; `common.yaml` holds those that all causes share."""

    lists: Mapping[str, WordList] = field(hash=False)


# ---------------------------------------------------------------- meetings: <language>/meetings/<key>.yaml


@frozen(kw_only=True)
class Role:
    """One thing to do in a meeting, and whether it follows the group's lead or takes it over (paradigms.md P36)."""

    value: str  # what is stored: lower case, one word
    text: str
    behaviour: str  # the behaviour of P36 that it stands for: "listen", "take_over"; "neither"
    accomplice: int = 0  # 1: follows the lead of the disadvantaged group
    takeover: int = 0  # 1: takes the lead, or something else, from it


@frozen(kw_only=True)
class Turn:
    """One event of a meeting. With `wish` the group can be asked first; with `sheet` there is one to be opened."""

    id: str
    text: str
    question: str
    roles: tuple[Role, ...]
    wish: str = ""  # what the group says when it is asked what it wants
    sheet: tuple[str, ...] = ()  # what each way would mean for the group


@frozen(kw_only=True)
class Meeting:
    """A meeting told turn by turn."""

    intro: tuple[Page, ...]
    turns: tuple[Turn, ...]


# ---------------------------------------------------------------- puzzles: <language>/puzzles/<key>.yaml


@frozen(kw_only=True)
class Puzzle:
    """Something with one right answer. A test offers it among others; help with it is the hint or the solution."""

    id: str
    part: str  # the part of a test that it belongs to: "numbers", "words", "figures"
    text: str
    answer: str
    others: tuple[str, ...] = ()  # wrong answers
    hint: str = ""  # how to find the answer: help that leaves the solving to the other person
    solution: str = ""  # the answer and why: help that does the solving for them; about as long as the hint


@frozen(kw_only=True)
class Puzzles:
    puzzles: tuple[Puzzle, ...]


# ---------------------------------------------------------------- choice designs: designs/<key>.csv


@frozen(kw_only=True)
class Profile:
    """One act as attribute codes: -1 or +1 each, effort 1 to 3."""

    public: int
    normative: int
    autonomy: int
    statuscost: int
    selflead: int
    risk: int
    effort: int


@frozen(kw_only=True)
class ChoiceSet:
    id: str
    block: int
    one: Profile
    other: Profile


@frozen(kw_only=True)
class Design:
    """A stored efficient design; its CSV's comment lines hold seed, D-error and the command that made it."""

    name: str
    seed: str
    d_error: float
    sets: tuple[ChoiceSet, ...]
