"""The public setting's display: alias and choices on this screen at the end (P22, S2 in D4 of paradigms.md).

It is shown only in cells that were told of it before they chose. A person who withdrew the data isn't shown, and
one who doesn't want to be shown isn't either. A simulated wall is the same display with a heading that says that it
is simulated; a protocol says so too, or `vantage check` holds it to the rules for real ones.

In a group session (after a `gathering`) everyone's choices are shown on every screen, and nobody's before all have
chosen: one page a person, in the order of their places. Who doesn't want to be shown has no page. Whoever waited in
vain sees nobody's but their own.
"""

from collections.abc import Generator, Iterator

from attrs import frozen

from experiments._screens import heading, text_of
from experiments._together import again, counted, gathered
from experiments.data_decision import withdrawn
from experiments.donation import given_away, money
from experiments.paired_choice import Card
from experiments.sign_up import part_taken
from runner.screens import Badge, Choice, Continue, Mark, Option, Others, Reply, Screen, Text, name_of
from runner.tasks import Occasion, Past, Task
from stimuli.kinds import Page, doc, within


@frozen(kw_only=True)
class Params:
    text: str = doc("key of a page that heads the display; empty: the alias alone does", default="")
    ask: bool = doc("ask first whether to show it", default=True)
    simulated: bool = doc("whether nobody but the person sees it, as its text has to say", default=False)
    question: str = doc("key of the word that asks so, and says what is shown", default="display_ready")
    per_page: int = doc("choices on one screen", default=2, validator=within(1, 20))
    seconds: float | None = doc(
        "how long each screen stays; empty: until continued", default=None, validator=within(0.1, 600)
    )

    def __attrs_post_init__(self) -> None:
        if self.simulated and not self.text:
            raise ValueError("a simulated display needs a 'text' that says that it is simulated; name one")


@frozen(kw_only=True)
class Given:
    head: Page | None = doc("what heads the display")
    ask: bool = doc("whether the person is asked first")
    per_page: int = doc("choices on one screen")
    seconds: float | None = doc("how long each screen stays; empty: until continued")
    nobody: str = doc("what stands for an alias when none was picked")
    ready_title: str = doc("title of the question whether to show")
    ready: str = doc("the question whether to show")
    show: str = doc("what showing reads like")
    hide: str = doc("what not showing reads like")
    nothing: str = doc("what is said when nothing is displayed")
    chose: str = doc("what stands above the choices")
    signed: str = doc("what stands for a signature")
    not_signed: str = doc("what stands for none")
    gave: str = doc("what stands before the amount")
    organisation: str = doc("to whom it was given")
    currency: str = doc("the bonus's currency")
    decimal_mark: str = doc("what stands before the decimals of a number", default=".")


@frozen(kw_only=True)
class Outcome:
    shown: bool = doc("whether the choices were displayed")


def trials(params: Params, occasion: Occasion) -> Iterator[Given]:
    """One trial."""
    word, details = occasion.materials.word, occasion.details
    yield Given(
        head=occasion.materials.pages(params.text).pages[0] if params.text else None,
        ask=params.ask,
        per_page=params.per_page,
        seconds=params.seconds,
        nobody=word("display_alias"),
        ready_title=word("display_ready_title"),
        ready=word(params.question),
        show=word("display_show"),
        hide=word("display_hide"),
        nothing=word("display_none"),
        chose=word("display_chose"),
        signed=word("display_signed"),
        not_signed=word("display_not_signed"),
        gave=word("display_gave"),
        organisation=details.get("organisation", ""),
        currency=details.get("bonus_currency", ""),
        decimal_mark=occasion.materials.interface()["decimal_mark"],
    )


def perform(given: Given, past: Past) -> Generator[Screen, Reply, Outcome]:
    """Ask, then the choices a few at a time, then the real acts."""
    hidden = withdrawn(past) or (given.ask and text_of((yield ready_screen(given))) != "show")
    if gathered(past) and not withdrawn(past):
        return (yield from _everyone(given, past, hidden))
    if hidden:
        yield Screen(name="display-none", marks=heading("", given.nothing), accepts=Continue())
        return Outcome(shown=False)
    name = _alias(past) or given.nobody
    entries = list(chosen_acts(past))
    for start in range(0, len(entries), given.per_page):
        shown = entries[start : start + given.per_page]
        yield display_screen(given, name, Text(text=given.chose, style="note"), *(m for entry in shown for m in entry))
    real = tuple(real_acts(given, past))
    if real or not entries:
        yield display_screen(given, name, *real)
    return Outcome(shown=True)


def _everyone(given: Given, past: Past, hidden: bool) -> Generator[Screen, Reply, Outcome]:
    """All wait for all; then what each shows, page by page."""
    mine = () if hidden else _summary(given, past)
    alias = _alias(past)
    before = sum(each.task == "end_display" for each in past)
    gathering = next(each.given for each in reversed(past) if each.task == "gathering")
    reply = yield Screen(
        name="waiting",
        marks=heading(gathering.waiting_title, gathering.waiting),
        accepts=Others(point=again("display", before), says="\n".join(mine), name=alias),
        seconds=gathering.wait,
    )
    own = name_of(alias=alias) if alias else given.nobody
    pages = [(gathering.yourself.replace("{}", own), mine)] if mine else []
    heard = reply.heard if reply.status == "answered" else ()  # nobody's before all have chosen
    for said in sorted(heard, key=lambda each: each.seat):
        pages += [(name_of(said.seat), tuple(said.says.split("\n")))] if said.says else []
    for name, lines in pages:
        marks = (Text(text=given.chose, style="note"), *(Text(text=line, style="strong") for line in lines))
        yield display_screen(given, name, *marks)
    if not pages:
        yield Screen(name="display-none", marks=heading("", given.nothing), accepts=Continue())
    return Outcome(shown=bool(mine))


def _summary(given: Given, past: Past) -> tuple[str, ...]:
    """The acts picked, with how often, and the real acts: what fits on one page."""
    picked = [marks[0] for marks in chosen_acts(past)]
    acts = counted(mark.text for mark in picked if isinstance(mark, Text))
    return (*acts, *(mark.text for mark in real_acts(given, past) if isinstance(mark, Text)))


def _alias(past: Past) -> str:
    return next((each.outcome.alias for each in reversed(past) if each.task == "setting" and each.outcome.alias), "")


def ready_screen(given: Given) -> Screen:
    """The question whether to show; not showing costs nothing."""
    options = (Option(value="show", text=given.show), Option(value="hide", text=given.hide))
    marks = heading(given.ready_title, given.ready)
    return Screen(name="display-ready", marks=marks, accepts=Choice(options=options), decline=True)


def display_screen(given: Given, name: str, *marks: Mark) -> Screen:
    """One screen of the display, headed by the alias."""
    head = heading(given.head.title, *given.head.body) if given.head else ()
    return Screen(
        name="display",
        marks=(Badge(text=name), *head, *marks),
        accepts=Continue(),
        seconds=given.seconds,
    )


def chosen_acts(past: Past) -> Iterator[tuple[Mark, ...]]:
    """The acts picked in paired choices, as marks; the repeated set counts once."""
    for each in past:
        if each.task == "paired_choice" and not each.given.repeated and each.outcome.chosen:
            cards: tuple[Card, Card] = (each.given.first, each.given.second)
            yield act_marks(*(cards if each.outcome.chosen == "first" else reversed(cards)))


def act_marks(picked: Card, other: Card) -> tuple[Mark, ...]:
    """The picked act, with the lines in which it differs from the other: those were the choice."""
    lines = [line.rstrip(".") for line in picked.lines if line not in other.lines]
    act = Text(text=picked.heading, style="title")
    return (act, Text(text=" · ".join(lines))) if lines else (act,)


def real_acts(given: Given, past: Past) -> Iterator[Mark]:
    """What was signed, given and counted, and the part taken, where the person was asked and answered."""
    for each in past:
        if each.task == "petition" and each.outcome.signed is not None:
            yield Text(text=given.signed if each.outcome.signed else given.not_signed, style="title")
    amount = given_away(past)
    if amount is not None:
        to_whom = f" ({given.organisation})" if given.organisation else ""
        given_up = money(given.currency, amount, given.decimal_mark)
        yield Text(text=f"{given.gave}: {given_up}{to_whom}", style="title")
    for each in past:
        if each.task == "extra_effort" and each.given.block and each.outcome.ended is not None:
            yield Text(text=f"{each.given.shown_as}: {each.outcome.done}", style="title")
    part = part_taken(past)
    if part is not None:
        yield Text(text=part, style="title")


task = Task(name="end_display", params=Params, given=Given, outcome=Outcome, trials=trials, perform=perform)
