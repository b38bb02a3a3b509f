"""Parts of affirmative action, each with a line that points to one of its consequences (P11 of paradigms.md).

What the own group loses, what the other group gains, or that the own group keeps what it has (Lowery et al., 2006,
K3). The parts are those that Swim and Miller and others asked about; each is rated for itself, never as one package.
"""

from collections.abc import Generator, Iterator
from typing import Literal

from attrs import frozen

from experiments._screens import point_of
from runner.screens import Likert, Measure, Reply, Screen, Text
from runner.tasks import Occasion, Past, Task
from stimuli.kinds import doc

Focus = Literal["loss", "gain", "none"]
Part = Literal["recruitment", "monitoring", "mentoring", "structures"]
PARTS: tuple[Part, ...] = ("recruitment", "monitoring", "mentoring", "structures")


@frozen(kw_only=True)
class Params:
    focus: Focus = doc("what the line points to: own group's loss, other group's gain, no effect on the own group")
    policies: tuple[Part, ...] = doc("which parts, in random order", default=PARTS)
    fairness: bool = doc("ask also how fair each part is", default=True)


@frozen(kw_only=True)
class Given:
    focus: Focus = doc("what the line pointed to")
    policy: Part = doc("the part's id")
    number: int = doc("place among the parts, from 1")
    title: str = doc("what the part is called")
    text: str = doc("what the part consists of")
    effect: str = doc("the line about its consequence")
    question: str = doc("what is asked about support")
    anchors: tuple[str, ...] = doc("labels of the ends of support")
    fairness_question: str = doc("what is asked about fairness; empty: it isn't asked")
    fairness_anchors: tuple[str, ...] = doc("labels of the ends of fairness")


@frozen(kw_only=True)
class Outcome:
    support: int | None = doc("against (1) to for it (7); empty when skipped")
    fairness: int | None = doc("very unfair (1) to very fair (7); empty when skipped or not asked")


def trials(params: Params, occasion: Occasion) -> Iterator[Given]:
    """One trial per part, in random order."""
    word = occasion.materials.word
    policies = {policy.id: policy for policy in occasion.materials.policies().policies}
    missing = [name for name in params.policies if name not in policies]
    if missing:
        raise ValueError(f"the cause has no policy {', '.join(missing)}; it has {', '.join(policies)}")
    for number, name in enumerate(occasion.random.sample(params.policies, len(params.policies)), 1):
        policy = policies[name]
        yield Given(
            focus=params.focus,
            policy=name,
            number=number,
            title=policy.title,
            text=policy.text,
            effect=policy.effects[params.focus],
            question=word("policy_question"),
            anchors=(word("policy_low"), word("policy_high")),
            fairness_question=word("fairness_question") if params.fairness else "",
            fairness_anchors=(word("fairness_low"), word("fairness_high")),
        )


def perform(given: Given, past: Past) -> Generator[Screen, Reply, Outcome]:
    """Support; then, on the same card, fairness."""
    support = point_of((yield card(given, "support", given.question, given.anchors)))
    fairness = None
    if given.fairness_question:
        fairness = point_of((yield card(given, "fairness", given.fairness_question, given.fairness_anchors)))
    return Outcome(support=support, fairness=fairness)


def card(given: Given, name: str, question: str, anchors: tuple[str, ...]) -> Screen:
    """One part with its line, and one question about it."""
    marks = (
        Text(text=given.title, style="title"),
        Text(text=given.text),
        Text(text=given.effect),
        Text(text=question, style="strong"),
    )
    measures = Measure(construct=f"policy_{name}")
    return Screen(name=f"policy-{name}", marks=marks, accepts=Likert(anchors=anchors), decline=True, measures=measures)


task = Task(name="policy_cards", params=Params, given=Given, outcome=Outcome, trials=trials, perform=perform)
