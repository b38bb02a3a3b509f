"""What a cause's files besides its pack must obey beyond the types of their fields; see `rules`."""

from collections.abc import Callable, Mapping
from typing import Any

from runner.declarations.nodes import did_you_mean, shown
from runner.declarations.rules import CODES, LONGEST_ACT, Found, badly_named, repeated
from stimuli.causes import Commitment, Matched, MatchedAct, MatchedPair, Policies, Reports

EFFECTS = ("loss", "gain", "none")  # what a policy's line points to; paradigms.md P11
CONTRASTS = {"help": "autonomy", "status": "statuscost", "protection": "confront", "own_cost": "selfcost"}


def cause_rule_for(cls: type) -> Callable[[Any], Found] | None:
    """The rule of a class, if it has one."""
    return _RULES.get(cls)


def _reports(reports: Reports) -> Found:
    options = {q.id: {option.value for option in q.options} for q in reports.questions}
    for at, twice in repeated(question.id for question in reports.questions):
        yield ("questions", at, "id"), twice
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


_RULES: Mapping[type, Callable[[Any], Found]] = {
    Reports: _reports,
    Policies: _policies,
    MatchedPair: _pair,
    Matched: _matched,
    Commitment: _commitment,
}
