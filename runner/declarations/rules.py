"""What materials must obey beyond the types of their fields: names, ranges, lengths, and what belongs together.

Each rule takes one object of its class and yields where in it something is wrong, as keys and positions, and what.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from runner.declarations.nodes import did_you_mean, shown
from stimuli.kinds import (
    Act,
    Category,
    Commitment,
    Fact,
    Item,
    Matched,
    MatchedAct,
    MatchedPair,
    Pack,
    Page,
    Pages,
    Policies,
    Puzzle,
    Puzzles,
    Question,
    QuestionOption,
    Questions,
    Reports,
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
EFFECTS = ("loss", "gain", "none")  # what a policy's line points to; paradigms.md P11
CONTRASTS = {"help": "autonomy", "status": "statuscost", "protection": "confront", "own_cost": "selfcost"}

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


# ---------------------------------------------------------------- where help ends


def _reports(reports: Reports) -> Found:
    options = {q.id: {option.value for option in q.options} for q in reports.questions}
    yield from _questions(Questions(questions=reports.questions))
    for name, report in reports.reports.items():
        if what := badly_named(name):
            yield ("reports", name), what
        if report.question not in options:
            near = did_you_mean(report.question, options) or f"; there are {', '.join(options)}"
            yield ("reports", name, "question"), f"there is no question {shown(report.question)}{near}"
        elif report.correct not in options[report.question]:
            there = ", ".join(sorted(options[report.question])) or "none, since it is no choice"
            what = f"'correct' must be one of its question's options ({there}), but is {shown(report.correct)}"
            yield ("reports", name, "correct"), f"{what}; correct it"


def _policies(policies: Policies) -> Found:
    for at, what in repeated(policy.id for policy in policies.policies):
        yield ("policies", at, "id"), what
    for at, policy in enumerate(policies.policies):
        if set(policy.effects) != set(EFFECTS):
            what = f"'effects' must be {', '.join(EFFECTS)}, but are {', '.join(policy.effects) or 'none'}"
            yield ("policies", at, "effects"), f"{what}; write one line for each"


def _pair(pair: MatchedPair) -> Found:
    own = CONTRASTS[pair.contrast]
    wanted = {attribute for attribute in CODES if attribute != own}
    for attribute in sorted(wanted - set(pair.codes)):
        yield ("codes",), f"the code {attribute!r} is missing; add it ({', '.join(map(str, CODES[attribute]))})"
    for side in ("minus", "plus"):
        act: MatchedAct = getattr(pair, side)
        if what_else := badly_named(act.id, "'id'"):
            yield (side, "id"), what_else
        if (words := len(act.text.split())) > LONGEST_ACT:
            yield (side, "text"), f"an act has at most {LONGEST_ACT} words, but this one has {words}; shorten it"
    for where, codes in (((), pair.codes), (("minus",), pair.minus.codes), (("plus",), pair.plus.codes)):
        for attribute, code in codes.items():
            if attribute not in wanted:
                because = (
                    "follows from the side"
                    if attribute == own
                    else f"is unknown; known are {', '.join(sorted(wanted))}"
                )
                yield (*where, "codes", attribute), f"the code {shown(attribute)} {because}; delete it"
            elif code not in CODES[attribute]:
                allowed = ", ".join(map(str, CODES[attribute]))
                yield (*where, "codes", attribute), f"{attribute!r} must be one of {allowed}, but is {code}; correct it"


def _matched(matched: Matched) -> Found:
    for at, what in repeated(pair.id for pair in matched.pairs):
        yield ("pairs", at, "id"), what
    sides = [(at, side, getattr(pair, side).id) for at, pair in enumerate(matched.pairs) for side in ("minus", "plus")]
    for place, what in repeated(name for _, _, name in sides):
        at, side, _ = sides[place]
        yield ("pairs", at, side, "id"), what


def _commitment(commitment: Commitment) -> Found:
    for at, what in repeated(ladder.id for ladder in commitment.ladders):
        yield ("ladders", at, "id"), what
    for at, ladder in enumerate(commitment.ladders):
        if what_else := badly_named(ladder.id, "'id'"):
            yield ("ladders", at, "id"), what_else
        if len(ladder.lines) < 2:
            yield ("ladders", at, "lines"), "a cost that rises needs at least two lines; add one"


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
    Reports: _reports,
    Policies: _policies,
    MatchedPair: _pair,
    Matched: _matched,
    Commitment: _commitment,
    Puzzle: _puzzle,
    Puzzles: _puzzles,
}
