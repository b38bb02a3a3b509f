"""What materials must obey beyond the types of their fields: names, ranges, lengths, and what belongs together.

Each rule takes one object of its class and yields where in it something is wrong, as keys and positions, and what.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from runner.declarations.nodes import shown
from stimuli.kinds import (
    Act,
    Category,
    Fact,
    Item,
    Pack,
    Page,
    Pages,
    Puzzle,
    Puzzles,
    Question,
    QuestionOption,
    Questions,
    Scale,
)

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z][A-Za-z]{1,3})?")
LONGEST_ACT = 20  # words; paradigms.md D1
TEMPLATES = 16  # paradigms.md D2
CODES: Mapping[str, tuple[int, ...]] = {
    "public": (-1, 1),
    "normative": (-1, 1),
    "autonomy": (-1, 0, 1),  # 0: not applicable
    "statuscost": (-1, 1),
    "selflead": (-1, 1),
    "risk": (-1, 1),
    "effort": (1, 2, 3),
}

Where = tuple[str | int, ...]
Found = Iterator[tuple[Where, str]]


def rule_for(cls: type) -> Callable[[Any], Found] | None:
    """The rule of a class, if it has one."""
    return _RULES.get(cls)


# ---------------------------------------------------------------- names and numbers


def badly_named(name: str, what: str = "a name") -> str | None:
    """Why a text can't be a name in files, tables and formulas; None if it can."""
    if NAME.fullmatch(name):
        return None
    return f"{what} must be plain letters, digits, _ and -, at most 64, but is {shown(name)}; rename it"


def repeated(names: Iterable[str]) -> Iterator[tuple[int, str]]:
    """The positions at which a name stands that stood before."""
    seen: set[str] = set()
    for position, name in enumerate(names):
        if name in seen:
            yield position, f"{shown(name)} stands here a second time; give it another name"
        seen.add(name)


def _named(*fields: str) -> Callable[[Any], Found]:
    def rule(made: Any) -> Found:
        for field in fields:
            if what := badly_named(getattr(made, field), f"{field!r}"):
                yield (field,), what

    return rule


def _range(made: Question | Scale, anchors: tuple[str, ...]) -> Found:
    points = made.high - made.low + 1
    if points < 2:
        yield ("high",), f"'high' must be more than 'low', but is {made.high} with 'low' {made.low}; exchange them"
    elif len(anchors) not in {2, 3, points}:
        what = f"'anchors' must be 2 (both ends), 3 (ends and middle) or {points} (every point), but are {len(anchors)}"
        yield ("anchors",), f"{what}; add or delete some"
    elif len(anchors) == 3 and points % 2 == 0:
        yield ("anchors",), f"a scale of {points} points has no middle for a third anchor; give 2 or {points} anchors"


# ---------------------------------------------------------------- texts and questions


def _page(page: Page) -> Found:
    if not page.body and not page.title:
        yield ("body",), "a page without any text; write a paragraph or delete the page"
    if page.after < 0 or page.after > 600:
        yield ("after",), f"'after' must be 0 to 600 seconds, but is {page.after:g}; change it"


def _pages(pages: Pages) -> Found:
    if not pages.pages:
        yield ("pages",), "there is no page; write at least one"


def _question(question: Question) -> Found:
    yield from _named("id")(question)
    if question.kind == "choice":
        if len(question.options) < 2:
            yield ("options",), f"a choice needs at least two options, but has {len(question.options)}; add some"
        for at, what in repeated(option.value for option in question.options):
            yield ("options", at, "value"), what
    elif question.options:
        yield ("options",), f"only a choice has options, but this is of the kind {question.kind!r}; delete them"
    if question.kind == "rating":
        yield from _range(question, question.anchors)


def _questions(questions: Questions) -> Found:
    for at, what in repeated(question.id for question in questions.questions):
        yield ("questions", at, "id"), what


# ---------------------------------------------------------------- scales


def _item(item: Item) -> Found:
    yield from _named("id")(item)
    if item.subscale and (what := badly_named(item.subscale, "'subscale'")):
        yield ("subscale",), what
    if item.instructed is not None and (item.reversed or item.subscale):
        yield ("instructed",), "an instructed item is never scored; delete its 'subscale' and 'reversed'"


def _scale(scale: Scale) -> Found:
    yield from _named("name")(scale)
    yield from _range(scale, scale.anchors)
    yield from _origin(scale)
    if not scale.items:
        yield ("items",), "a scale needs items; add some"
    for at, what in repeated(item.id for item in scale.items):
        yield ("items", at, "id"), what
    for at, item in enumerate(scale.items):
        if item.instructed is not None and not scale.low <= item.instructed <= scale.high:
            what = f"'instructed' must be {scale.low} to {scale.high}, but is {item.instructed}"
            yield ("items", at, "instructed"), f"{what}; name a point of the scale"
    scored = [bool(item.subscale) for item in scale.items if item.instructed is None]
    if any(scored) and not all(scored):
        first = next(at for at, item in enumerate(scale.items) if not item.subscale and item.instructed is None)
        yield ("items", first), "some items have a subscale and this one hasn't; give one to all or to none"


def _origin(scale: Scale) -> Found:
    """Who else's instrument it is, and by what leave it is used."""
    if not scale.source.strip():
        yield ("source",), "'source' is empty; write 'own', or the instrument's reference"
    elif scale.source != "own" and not scale.licence.strip():
        what = "an instrument that is not your own needs its terms of use"
        yield ("source",), f"{what}; add 'licence: ...', or write 'source: own'"


# ---------------------------------------------------------------- cause packs


def _act(act: Act) -> Found:
    yield from _named("id")(act)
    if not 1 <= act.template <= TEMPLATES:
        yield ("template",), f"'template' must be 1 to {TEMPLATES}, but is {act.template}; see paradigms.md D2"
    if (words := len(act.text.split())) > LONGEST_ACT:
        yield ("text",), f"an act has at most {LONGEST_ACT} words, but this one has {words}; shorten it"
    for attribute, allowed in CODES.items():
        if attribute not in act.codes:
            yield ("codes",), f"the code {attribute!r} is missing; add it ({', '.join(map(str, allowed))})"
        elif act.codes[attribute] not in allowed:
            what = f"{attribute!r} must be one of {', '.join(map(str, allowed))}, but is {act.codes[attribute]}"
            yield ("codes", attribute), f"{what}; correct it"
    for attribute in act.codes:
        if attribute not in CODES:
            yield ("codes", attribute), f"unknown code {shown(attribute)}; known are {', '.join(CODES)}"
    if act.codes.get("selflead") == 1 and act.codes.get("public") == -1:
        yield ("codes", "selflead"), "one can't lead in private; code 'selflead' -1 or 'public' 1"


def _pack(pack: Pack) -> Found:
    yield from _named("name")(pack)
    for part, made in (("facts", pack.facts), ("acts", pack.acts)):
        for at, what in repeated(one.id for one in made):
            yield (part, at, "id"), what
    for at, what in repeated(category.value for category in pack.categories):
        yield ("categories", at, "value"), what
    if not any(category.advantaged for category in pack.categories):
        yield ("categories",), "no category is 'advantaged: true', so nobody could take part; mark at least one"
    for attribute, phrases in pack.phrases.items():
        for level in phrases:
            known = _levels(attribute)
            if known and level not in known:
                what = f"unknown level {shown(level)} of {attribute!r}; known are {', '.join(known)}"
                yield ("phrases", attribute, level), what


def _levels(attribute: str) -> list[str]:
    """The levels of an attribute as phrases are keyed: "-1", "+1"; effort "1" to "3"."""
    return [str(code) if attribute == "effort" else f"{code:+d}" for code in CODES.get(attribute, ()) if code]


def _puzzle(puzzle: Puzzle) -> Found:
    yield from _named("id", "part")(puzzle)
    if puzzle.answer in puzzle.others:
        yield ("others",), f"{shown(puzzle.answer)} is the right answer and stands among the others; delete it there"
    for at, what in repeated(puzzle.others):
        yield ("others", at), what
    if bool(puzzle.hint) != bool(puzzle.solution):
        yield ("hint",), "a puzzle that one can help with needs both 'hint' and 'solution'; add the missing one"


def _puzzles(puzzles: Puzzles) -> Found:
    for at, what in repeated(puzzle.id for puzzle in puzzles.puzzles):
        yield ("puzzles", at, "id"), what


_RULES: Mapping[type, Callable[[Any], Found]] = {
    Page: _page,
    Pages: _pages,
    QuestionOption: _named("value"),
    Question: _question,
    Questions: _questions,
    Item: _item,
    Scale: _scale,
    Category: _named("value"),
    Fact: _named("id"),
    Act: _act,
    Pack: _pack,
    Puzzle: _puzzle,
    Puzzles: _puzzles,
}
