"""One commitment, asked about again and again as one cost after another changes (P15, P38 of paradigms.md).

Everything begins at its lowest cost. Then each cost in turn climbs its ladder line by line, and falls back to the
bottom before the next one rises; or, with `stay`, stays up until all have risen, and then they fall back one by one.
Every step is asked of everyone, whatever was said before: the first step at which a person calls it off is the
drop-out, and coming back when a cost falls is wavering.
"""

from collections.abc import Generator, Iterator
from random import Random
from typing import Literal

from attrs import frozen

from experiments._screens import text_of
from runner.screens import Choice, Coded, Option, Reply, Screen, Text
from runner.tasks import Occasion, Past, Task
from stimuli.causes import Ladder
from stimuli.kinds import doc

PEERS = "peers"  # the cost that is others' interest


@frozen(kw_only=True)
class Params:
    ladders: tuple[str, ...] = doc("which costs change, in random order; all of the cause's if not given", default=())
    stay: bool = doc("whether costs stay up while the next one rises", default=False)
    role_at: tuple[str, ...] = doc(
        "costs at whose steps, and at the start, whoever stays is asked for a part", default=()
    )


@frozen(kw_only=True)
class Given:
    chain: str = doc("the phase; steps of one chain look back on one another")
    step: int = doc("place in the chain, 0 for the start")
    last_step: int = doc("the last step's place")
    ladder: str = doc("the cost that has changed; empty at the start")
    direction: Literal["start", "up", "back"] = doc("whether it has risen or fallen back")
    level: int = doc("the line at which it stands now, 0 for the lowest")
    raised: int = doc("number of steps by which all costs stand above their lowest")
    text: str = doc("the commitment")
    costs: tuple[str, ...] = doc("the lines of all costs as they stand now")
    place: int = doc("which of the lines has changed, from 0; -1 at the start")
    question: str = doc("what is asked")
    answers: tuple[str, str] = doc("what staying and calling off read like")
    changed: str = doc("what stands before the line that has changed")
    role_question: str = doc("what is asked about the part; empty: it isn't asked at this step")
    roles: tuple[str, str] = doc("what leading and assisting read like")


@frozen(kw_only=True)
class Outcome:
    decision: Literal["stay", "withdraw"] | None = doc("whether the person stays with it; empty when skipped")
    role: Literal["lead", "assist"] | None = doc("the part picked; empty when skipped, not asked, or called off")
    switched: bool = doc("whether the decision is another one than the last one given")
    dropped_at: int | None = doc("first step of the chain, up to here, at which it was called off; empty: none yet")


def trials(params: Params, occasion: Occasion) -> Iterator[Given]:
    """One trial per step, the costs in random order."""
    word, commitment = occasion.materials.word, occasion.materials.commitment()
    ladders = {ladder.id: ladder for ladder in commitment.ladders}
    names = params.ladders or tuple(ladders)
    if missing := [name for name in (*names, *params.role_at) if name not in ladders]:
        raise ValueError(f"the cause's commitment has no cost {', '.join(missing)}; it has {', '.join(ladders)}")
    shown = [ladders[name] for name in ladders if name in names]
    steps = list(climb(shown, params.stay, occasion.random))
    for step, (name, direction, levels) in enumerate(steps):
        yield Given(
            chain=occasion.phase,
            step=step,
            last_step=len(steps) - 1,
            ladder=name,
            direction=direction,
            level=levels.get(name, 0),
            raised=sum(levels.values()),
            text=commitment.text,
            costs=tuple(f"{ladder.label}: {ladder.lines[levels[ladder.id]]}" for ladder in shown),
            place=[ladder.id for ladder in shown].index(name) if name else -1,
            question=word("chain_question" if step else "chain_first"),
            answers=(word("chain_stay"), word("chain_withdraw")),
            changed=word("chain_changed"),
            role_question=word("chain_role") if name in ("", *params.role_at) and params.role_at else "",
            roles=(commitment.lead, commitment.assist),
        )


Step = tuple[str, Literal["start", "up", "back"], dict[str, int]]


def climb(ladders: list[Ladder], stay: bool, random: Random) -> Iterator[Step]:
    """The steps: which cost has changed, up or back, and where all of them stand then."""
    levels = dict.fromkeys((ladder.id for ladder in ladders), 0)
    yield "", "start", dict(levels)
    order = random.sample(ladders, len(ladders))
    for ladder in order:
        for level in range(1, len(ladder.lines)):
            levels[ladder.id] = level
            yield ladder.id, "up", dict(levels)
        if not stay:
            levels[ladder.id] = 0
            yield ladder.id, "back", dict(levels)
    for ladder in order if stay else ():
        levels[ladder.id] = 0
        yield ladder.id, "back", dict(levels)


def perform(given: Given, past: Past) -> Generator[Screen, Reply, Outcome]:
    """Stay or call off; then, where it is asked, which part."""
    before = [each for each in past if each.task == task.name and each.given.chain == given.chain]
    decision = text_of((yield decision_screen(given)))
    role = text_of((yield role_screen(given))) if decision == "stay" and given.role_question else None
    last = next((each.outcome.decision for each in reversed(before) if each.outcome.decision), None)
    dropped_at = before[-1].outcome.dropped_at if before else None
    if dropped_at is None and decision == "withdraw":
        dropped_at = given.step
    switched = None not in (last, decision) and last != decision
    return Outcome(decision=decision, role=role, switched=switched, dropped_at=dropped_at)  # type: ignore[arg-type]


def decision_screen(given: Given) -> Screen:
    """The commitment with its costs; the one that has changed stands out."""
    costs = tuple(
        Text(text=f"{given.changed} {line}", style="strong") if at == given.place else Text(text=line)
        for at, line in enumerate(given.costs)
    )
    options = tuple(Option(value=v, text=t) for v, t in zip(("stay", "withdraw"), given.answers, strict=True))
    return Screen(
        name="chain",
        marks=(Text(text=given.text), *costs, Text(text=given.question, style="strong")),
        accepts=Choice(options=options, arrange="row"),
        decline=True,
        measures=Coded(construct="staying", codes=interest(given)),
    )


def interest(given: Given) -> dict[str, float]:
    """How many friends take an interest, 0 to 3: at the start, and at their own steps if no other cost has risen."""
    alone = given.ladder in ("", PEERS) and given.raised == given.level
    return {"peer_interest": float(3 - given.level)} if alone else {}


def role_screen(given: Given) -> Screen:
    """Which part in it."""
    options = tuple(Option(value=v, text=t) for v, t in zip(("lead", "assist"), given.roles, strict=True))
    return Screen(
        name="chain-role",
        marks=(Text(text=given.role_question, style="strong"),),
        accepts=Choice(options=options),
        decline=True,
        measures=Coded(construct="lead", codes=interest(given)),
    )


task = Task(name="redecision_chain", params=Params, given=Given, outcome=Outcome, trials=trials, perform=perform)
