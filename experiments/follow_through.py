"""What came of the last wave's sign-up, and the commitment once more with other costs (P15, P35, P38 of paradigms.md).

Whoever signed up for a part in the last wave is asked whether they took it; everyone else, whether they came to the
event all the same. Then something that one has agreed to do is asked about as in `redecision_chain`, but one step in
each wave: its costs are those that the protocol raises in this wave. Calling it off for the first time is the
drop-out, counted in raised costs over the waves. Without earlier waves (in a first wave, a check or a pilot) it begins
here.
"""

from collections.abc import Generator, Iterator, Mapping
from typing import Any, Literal

from attrs import frozen

from experiments._screens import text_of
from experiments.sign_up import NONE
from experiments.sign_up import task as sign_up
from runner.screens import Choice, Measure, Option, Reply, Screen, Text
from runner.tasks import Occasion, Past, Task
from stimuli.causes import Ladder
from stimuli.kinds import doc, within

Did = Literal["done", "prevented", "called_off", "not_done"]
SIGNED_UP: Mapping[Did, str] = {  # answer -> what it reads like
    "done": "follow_done",
    "prevented": "follow_prevented",
    "called_off": "follow_called_off",
}
NOT_SIGNED_UP: Mapping[Did, str] = {"done": "follow_there", "not_done": "follow_not_there"}
NO_PART = ("", NONE)
NOT_ASKED: Mapping[str, Any] = {"signed_up": "", "event": "", "did_question": "", "did_answers": ()}


@frozen(kw_only=True)
class Params:
    follow: bool = doc("ask what came of the last wave's sign-up; not in a first wave", default=False)
    raised: tuple[str, ...] = doc("the commitment's costs that stand above their lowest; the last one is new")
    level: int = doc("line at which a raised cost stands, 0 for the lowest", default=2, validator=within(1, 9))

    def __attrs_post_init__(self) -> None:
        if len(set(self.raised)) < len(self.raised):
            raise ValueError("'raised' names a cost more than once; name each cost once")


@frozen(kw_only=True)
class Given:
    signed_up: str = doc(
        "the part wanted at the last wave; none: no part; empty: not known, or the event isn't asked about"
    )
    event: str = doc("which event it was; empty: it isn't asked about")
    did_question: str = doc("what is asked about the event; empty: it isn't asked")
    did_answers: tuple[tuple[Did, str], ...] = doc("the answers about it: what is stored, and what each reads like")
    raised: tuple[str, ...] = doc("the costs that stand above their lowest")
    step: int = doc("number of raised costs")
    text: str = doc("the commitment")
    costs: tuple[str, ...] = doc("the lines of all costs as they stand now")
    place: int = doc("which of the lines is new since the last wave, from 0; -1: none")
    question: str = doc("what is asked about the commitment")
    answers: tuple[str, str] = doc("what staying and calling off read like")
    changed: str = doc("what stands before the line that is new")
    last: Literal["stay", "withdraw"] | None = doc("the decision at the last wave that had one; empty: none is known")
    dropped_before: int | None = doc("raised costs when it was first called off in earlier waves; empty: it never was")


@frozen(kw_only=True)
class Outcome:
    did: Did | None = doc("what came of the event; empty when skipped or not asked")
    kept: bool | None = doc("took the part that was signed up for; empty without one, when skipped or not asked")
    decision: Literal["stay", "withdraw"] | None = doc("whether the person stays with it; empty when skipped")
    switched: bool = doc("whether the decision is another one than the last one known")
    dropped_at: int | None = doc("raised costs when it was first called off, over all waves so far; empty: never yet")


def trials(params: Params, occasion: Occasion) -> Iterator[Given]:
    """One trial; nothing in it is drawn."""
    word, commitment = occasion.materials.word, occasion.materials.commitment()
    ladders = {ladder.id: ladder for ladder in commitment.ladders}
    if missing := [name for name in params.raised if name not in ladders]:
        raise ValueError(f"the cause's commitment has no cost {', '.join(missing)}; it has {', '.join(ladders)}")
    decisions = [each.outcome for each in occasion.earlier if each.task == task.name]
    yield Given(
        **asked_of_event(occasion) if params.follow else NOT_ASKED,
        raised=params.raised,
        step=len(params.raised),
        text=commitment.text,
        costs=tuple(line(ladder, params) for ladder in commitment.ladders),
        place=list(ladders).index(params.raised[-1]) if params.raised else -1,
        question=word("chain_question" if params.raised else "chain_first"),
        answers=(word("chain_stay"), word("chain_withdraw")),
        changed=word("chain_changed"),
        last=next((each.decision for each in reversed(decisions) if each.decision), None),
        dropped_before=next((each.dropped_at for each in decisions if each.dropped_at is not None), None),
    )


def asked_of_event(occasion: Occasion) -> dict[str, Any]:
    """What is asked about the event, by what is known of the sign-up."""
    word = occasion.materials.word
    part, text = last_part(occasion.earlier)
    wanted = part not in NO_PART
    return {
        "signed_up": part,
        "event": word("follow_which").replace("{}", occasion.details.get("event", "")),
        "did_question": word("follow_part" if wanted else "follow_event").replace("{}", text),
        "did_answers": tuple((did, word(key)) for did, key in (SIGNED_UP if wanted else NOT_SIGNED_UP).items()),
    }


def line(ladder: Ladder, params: Params) -> str:
    """A cost's line as it stands now."""
    if ladder.id in params.raised and params.level >= len(ladder.lines):
        what = f"the cost {ladder.id!r} has lines 0 to {len(ladder.lines) - 1}, but 'level' is {params.level}"
        raise ValueError(f"{what}; lower it")
    return f"{ladder.label}: {ladder.lines[params.level if ladder.id in params.raised else 0]}"


def last_part(earlier: Past) -> tuple[str, str]:
    """The part last signed up for, and what it read like; empty where there is nothing, or no answer."""
    for each in reversed(earlier):
        if each.task == sign_up.name:
            texts = {part.value: part.text for part in each.given.parts}
            return each.outcome.part or "", texts.get(each.outcome.part, "")
    return "", ""


def perform(given: Given, past: Past) -> Generator[Screen, Reply, Outcome]:
    """What came of the event, where it is asked; then the commitment."""
    did = text_of((yield did_screen(given))) if given.did_question else None
    decision = text_of((yield decision_screen(given)))
    dropped_at = given.dropped_before
    if dropped_at is None and decision == "withdraw":
        dropped_at = given.step
    wanted = given.signed_up not in NO_PART
    return Outcome(
        did=did,  # type: ignore[arg-type]  # the screens admit no others
        kept=did == "done" if wanted and did is not None else None,
        decision=decision,  # type: ignore[arg-type]
        switched=None not in (given.last, decision) and given.last != decision,
        dropped_at=dropped_at,
    )


def did_screen(given: Given) -> Screen:
    """What came of the event since the last wave."""
    options = tuple(Option(value=value, text=text) for value, text in given.did_answers)
    return Screen(
        name="follow",
        marks=(Text(text=given.event), Text(text=given.did_question, style="strong")),
        accepts=Choice(options=options),
        decline=True,
        measures=Measure(construct="follow_through"),
    )


def decision_screen(given: Given) -> Screen:
    """The commitment with its costs; the one that is new stands out."""
    costs = tuple(
        Text(text=f"{given.changed} {text}", style="strong") if at == given.place else Text(text=text)
        for at, text in enumerate(given.costs)
    )
    options = tuple(Option(value=v, text=t) for v, t in zip(("stay", "withdraw"), given.answers, strict=True))
    return Screen(
        name="commitment",
        marks=(Text(text=given.text), *costs, Text(text=given.question, style="strong")),
        accepts=Choice(options=options, arrange="row"),
        decline=True,
        measures=Measure(construct="staying"),
    )


task = Task(name="follow_through", params=Params, given=Given, outcome=Outcome, trials=trials, perform=perform)
