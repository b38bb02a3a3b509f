"""How likely is a risk of acting, and how much would it matter? (P16, P71 of paradigms.md)

Likelihood and importance are asked of each risk one after the other and never as one number: where acting is dangerous,
anger and identity may raise the one and lower the other (Ayanian & Tausch, 2016). Their product is for the analysis.
"""

from collections.abc import Generator, Iterator

from attrs import frozen

from experiments._screens import point_of, rating_screen
from runner.screens import Measure, Reply, Screen
from runner.tasks import Occasion, Past, Task
from stimuli.kinds import doc


@frozen(kw_only=True)
class Params:
    risks: str = doc("key of the questions `risks` (a choice, each option a risk), `likelihood` and `importance`")
    only: tuple[str, ...] = doc("which risks, in random order; all if not given", default=())


@frozen(kw_only=True)
class Given:
    risk: str = doc("the risk's id")
    number: int = doc("place among the risks, from 1")
    stem: str = doc("what stands above every risk: which action it is a risk of")
    text: str = doc("the risk")
    likelihood_question: str = doc("what is asked about how likely it is")
    likelihood_anchors: tuple[str, ...] = doc("labels of likelihood")
    importance_question: str = doc("what is asked about how much it matters")
    importance_anchors: tuple[str, ...] = doc("labels of importance")


@frozen(kw_only=True)
class Outcome:
    likelihood: int | None = doc("very unlikely (1) to very likely (7); empty when skipped")
    importance: int | None = doc("would not matter at all (1) to would matter a great deal (7); empty when skipped")


def trials(params: Params, occasion: Occasion) -> Iterator[Given]:
    """One trial per risk, in random order."""
    questions = {question.id: question for question in occasion.materials.questions(params.risks).questions}
    if missing := [name for name in ("risks", "likelihood", "importance") if name not in questions]:
        raise ValueError(f"{params.risks!r} lacks the question {', '.join(missing)}; it has {', '.join(questions)}")
    risks = {option.value: option.text for option in questions["risks"].options}
    if unknown := [name for name in params.only if name not in risks]:
        raise ValueError(f"{params.risks!r} has no risk {', '.join(unknown)}; it has {', '.join(risks)}")
    names = params.only or tuple(risks)
    likelihood, importance = questions["likelihood"], questions["importance"]
    for number, name in enumerate(occasion.random.sample(names, len(names)), 1):
        yield Given(
            risk=name,
            number=number,
            stem=questions["risks"].text,
            text=risks[name],
            likelihood_question=likelihood.text,
            likelihood_anchors=likelihood.anchors,
            importance_question=importance.text,
            importance_anchors=importance.anchors,
        )


def perform(given: Given, past: Past) -> Generator[Screen, Reply, Outcome]:
    """Likelihood; then, of the same risk, importance."""
    asked = (
        ("likelihood", given.likelihood_question, given.likelihood_anchors),
        ("importance", given.importance_question, given.importance_anchors),
    )
    points = {}
    for name, question, anchors in asked:
        points[name] = point_of(
            (
                yield rating_screen(
                    f"risk-{name}",
                    stem=f"{given.stem}\n\n{question}",
                    text=given.text,
                    anchors=anchors,
                    measures=Measure(construct=f"risk_{name}"),
                )
            )
        )
    return Outcome(**points)


task = Task(name="risk_rating", params=Params, given=Given, outcome=Outcome, trials=trials, perform=perform)
