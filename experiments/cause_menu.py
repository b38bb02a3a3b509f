"""How many causes, and which? (P39 of paradigms.md): 100 points over causes, then a petition of each one that is there.

The points can go to one cause or to all of them, and so can signatures; the own cause of the study is one among the
others and looks like them. Nothing of it is carried out, and the pages around it have to say so. How evenly the points
are spread is for the analysis to say.
"""

from collections.abc import Generator, Iterator, Mapping

from attrs import frozen

from experiments._screens import heading, text_of
from runner.screens import Allocation, Choice, Measure, Option, Reply, Screen, Text
from runner.tasks import Occasion, Past, Task
from stimuli.kinds import Question, doc, within

FEWEST = 10  # causes that a menu holds, so that breadth can show


@frozen(kw_only=True)
class Params:
    causes: str = doc("key of the questions `points` and `petitions`: choices with the same causes as options")
    total: int = doc("points to be given out", default=100, validator=within(10, 1000))
    step: int = doc("points given or taken back at a time", default=5, validator=within(1, 100))

    def __attrs_post_init__(self) -> None:
        if self.total % self.step:
            raise ValueError(f"'total' must be a multiple of 'step', but is {self.total} with {self.step}; correct it")


@frozen(kw_only=True)
class Cause:
    value: str = doc("the cause's id, a cause pack's name where there is one")
    text: str = doc("the cause in one line")
    petition: str = doc("what its petition asks for")


@frozen(kw_only=True)
class Given:
    causes: tuple[Cause, ...] = doc("the causes, in the order of the rows")
    petitions: tuple[str, ...] = doc("the causes' ids, in the order of their petitions")
    focal: str = doc("the cause that the study is about; empty if it isn't among them")
    total: int = doc("points to be given out")
    step: int = doc("points given or taken back at a time")
    question: str = doc("what is asked about the points")
    sign_question: str = doc("what is asked about each petition")
    yes: str = doc("what yes reads like")
    no: str = doc("what no reads like")


@frozen(kw_only=True)
class Outcome:
    points: Mapping[str, int] | None = doc("cause's id -> points; empty when skipped", hash=False)
    n_causes: int | None = doc("causes that got points; empty when skipped")
    focal_points: int | None = doc("points for the study's own cause; empty when skipped or not among them")
    signed: Mapping[str, bool | None] = doc("cause's id -> would sign its petition; empty when skipped", hash=False)
    n_signed: int | None = doc("petitions that the person would sign; empty when all were skipped")


def trials(params: Params, occasion: Occasion) -> Iterator[Given]:
    """One trial; rows and petitions each in a random order of their own."""
    materials, word = occasion.materials, occasion.materials.word
    points, petitions = menu(params.causes, {q.id: q for q in materials.questions(params.causes).questions})
    asks = {option.value: option.text for option in petitions.options}
    causes = [Cause(value=each.value, text=each.text, petition=asks[each.value]) for each in points.options]
    focal = materials.pack().name
    yield Given(
        causes=tuple(occasion.random.sample(causes, len(causes))),
        petitions=tuple(occasion.random.sample(list(asks), len(asks))),
        focal=focal if focal in asks else "",
        total=params.total,
        step=params.step,
        question=points.text,
        sign_question=petitions.text,
        yes=word("yes"),
        no=word("no"),
    )


def menu(key: str, questions: Mapping[str, Question]) -> tuple[Question, Question]:
    """The two questions, with the same causes and enough of them."""
    points, petitions = questions.get("points"), questions.get("petitions")
    if points is None or petitions is None:
        raise ValueError(f"{key!r} needs the questions points and petitions; it has {', '.join(questions)}")
    one, other = ({option.value for option in question.options} for question in (points, petitions))
    if one != other:
        what = f"the questions points and petitions of {key!r} must have the same causes"
        raise ValueError(f"{what}; only one of them has {', '.join(sorted(one ^ other))}")
    if len(one) < FEWEST:
        raise ValueError(f"{key!r} must have at least {FEWEST} causes, but has {len(one)}; add some")
    return points, petitions


def perform(given: Given, past: Past) -> Generator[Screen, Reply, Outcome]:
    """The points on one screen, then one petition after the other."""
    reply = yield points_screen(given)
    points = None
    if isinstance(reply.answer, tuple) and reply.status == "answered":
        points = {cause.value: amount for cause, amount in zip(given.causes, reply.answer, strict=True)}
    signed: dict[str, bool | None] = {}
    for value in given.petitions:
        answer = text_of((yield petition_screen(given, value)))
        signed[value] = None if answer is None else answer == "yes"
    said = [each for each in signed.values() if each is not None]
    return Outcome(
        points=points,
        n_causes=None if points is None else sum(amount > 0 for amount in points.values()),
        focal_points=points.get(given.focal) if points else None,
        signed=signed,
        n_signed=sum(said) if said else None,
    )


def points_screen(given: Given) -> Screen:
    """A row for each cause."""
    options = tuple(Option(value=cause.value, text=cause.text) for cause in given.causes)
    return Screen(
        name="causes",
        marks=(Text(text=given.question, style="strong"),),
        accepts=Allocation(options=options, total=given.total, step=given.step),
        decline=True,
        measures=Measure(construct="causes"),
    )


def petition_screen(given: Given, value: str) -> Screen:
    """One petition, yes or no."""
    (petition,) = (cause.petition for cause in given.causes if cause.value == value)
    options = (Option(value="yes", text=given.yes), Option(value="no", text=given.no))
    return Screen(
        name="cause-petition",
        marks=(*heading("", given.sign_question), Text(text=petition, style="stimulus")),
        accepts=Choice(options=options, arrange="row"),
        decline=True,
        measures=Measure(construct="cause_petition"),
    )


task = Task(name="cause_menu", params=Params, given=Given, outcome=Outcome, trials=trials, perform=perform)
