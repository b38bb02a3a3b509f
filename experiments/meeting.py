"""A meeting of the disadvantaged group, told in turns (P36, P37 of paradigms.md): what would one do there?

Some things to do follow the group's lead, some take it over, some do neither; the two are scored apart. Where a turn
has a wish or a sheet, the group can be asked what it wants first, which takes time, and a sheet can be opened that
says what each way would mean for it. Nobody is told to do either.
"""

from collections.abc import Generator, Iterator

from attrs import frozen

from experiments._screens import heading, read, text_of
from runner.screens import Choice, Continue, Measure, Option, Reply, Screen, Text
from runner.tasks import Occasion, Past, Task
from stimuli.kinds import Page, Role, doc, within

ASK, SHEET = "ask_first", "open_sheet"


@frozen(kw_only=True)
class Params:
    meeting: str = doc("key of the meeting in stimuli/<language>/meetings")
    wait: float = doc("seconds that asking the group takes", default=12.0, validator=within(0, 600))


@frozen(kw_only=True)
class Given:
    turn: str = doc("the turn's id")
    number: int = doc("place in the meeting, from 1")
    number_of: int = doc("how many turns there are")
    intro: tuple[Page, ...] = doc("pages before the first turn")
    text: str = doc("what happens")
    question: str = doc("what is asked")
    roles: tuple[Role, ...] = doc("what can be done, in the order shown")
    wish: str = doc("what the group says when asked first; empty: it can't be asked here")
    sheet: tuple[str, ...] = doc("what each way would mean for the group; empty: no sheet here")
    wait: float = doc("seconds that asking takes")
    ask: str = doc("the option of asking")
    asking: str = doc("what stands on the screen meanwhile")
    asked_title: str = doc("title of the group's answer")
    open_sheet: str = doc("the option of opening the sheet")
    sheet_title: str = doc("title of the sheet")


@frozen(kw_only=True)
class Outcome:
    chosen: str | None = doc("what was chosen to do; empty when skipped")
    behaviour: str | None = doc("the behaviour of P36 that it stands for")
    accomplice: int | None = doc("1: follows the group's lead, else 0; empty when skipped")
    takeover: int | None = doc("1: takes the lead or something else from the group, else 0; empty when skipped")
    asked: bool | None = doc("whether the group was asked first; empty where it couldn't be")
    ask_latency: float | None = doc("seconds from the turn's onset until asking")
    sheet_opened: bool | None = doc("whether the sheet was opened; empty where there was none")
    sheet_latency: float | None = doc("seconds from the turn's onset until opening it")
    sheet_seconds: float | None = doc("how long the sheet was on the screen")


def trials(params: Params, occasion: Occasion) -> Iterator[Given]:
    """One trial per turn, in the order of the story; what can be done comes in random order."""
    word, meeting = occasion.materials.word, occasion.materials.meeting(params.meeting)
    for number, turn in enumerate(meeting.turns, 1):
        values = [ASK, SHEET, *(role.value for role in turn.roles)]
        if len(set(values)) < len(values):
            raise ValueError(f"turn {turn.id!r} of {params.meeting!r} uses a value twice, or {ASK} or {SHEET}")
        yield Given(
            turn=turn.id,
            number=number,
            number_of=len(meeting.turns),
            intro=meeting.intro if number == 1 else (),
            text=turn.text,
            question=turn.question,
            roles=tuple(occasion.random.sample(turn.roles, len(turn.roles))),
            wish=turn.wish,
            sheet=turn.sheet,
            wait=params.wait,
            ask=word("meeting_ask").replace("{}", f"{params.wait:.0f}"),
            asking=word("meeting_asking"),
            asked_title=word("meeting_asked"),
            open_sheet=word("meeting_sheet"),
            sheet_title=word("meeting_sheet_title"),
        )


def perform(given: Given, past: Past) -> Generator[Screen, Reply, Outcome]:
    """What happens; asking and the sheet lead back to it, each once; what is done ends the turn."""
    yield from read(given.intro, "meeting-intro")
    before = {name for name, there in ((ASK, given.wish), (SHEET, given.sheet)) if there}
    left, latency, dwell, onset = set(before), {}, None, None
    while True:
        reply = yield turn_screen(given, left)
        onset = reply.onset if onset is None else onset
        answer = text_of(reply)
        if answer not in left:
            break
        left.remove(answer)
        latency[answer] = (reply.answered or reply.offset) - onset
        if answer == ASK:
            yield Screen(name="meeting-asking", marks=heading("", given.asking), seconds=given.wait)
            yield Screen(name="meeting-wish", marks=heading(given.asked_title, given.wish), accepts=Continue())
        else:
            shown = yield Screen(
                name="meeting-sheet", marks=heading(given.sheet_title, *given.sheet), accepts=Continue()
            )
            dwell = shown.offset - shown.onset
    role = next((each for each in given.roles if each.value == answer), None)
    return Outcome(
        chosen=role.value if role else None,
        behaviour=role.behaviour if role else None,
        accomplice=role.accomplice if role else None,
        takeover=role.takeover if role else None,
        asked=ASK in latency if ASK in before else None,
        ask_latency=latency.get(ASK),
        sheet_opened=SHEET in latency if SHEET in before else None,
        sheet_latency=latency.get(SHEET),
        sheet_seconds=dwell,
    )


def turn_screen(given: Given, left: set[str]) -> Screen:
    """What happens, and what can be done about it; asking and the sheet stand below, as long as they are left."""
    options = [
        Option(
            value=role.value,
            text=role.text,
            codes={"accomplice": float(role.accomplice), "takeover": float(role.takeover)},
        )
        for role in given.roles
    ]
    extra = ((ASK, given.ask), (SHEET, given.open_sheet))
    options += [Option(value=value, text=text) for value, text in extra if value in left]
    marks = (
        Text(text=f"{given.number} / {given.number_of}", style="note"),
        Text(text=given.text),
        Text(text=given.question, style="strong"),
    )
    return Screen(
        name="meeting-turn",
        marks=marks,
        accepts=Choice(options=tuple(options)),
        decline=True,
        measures=Measure(construct="meeting"),
    )


task = Task(name="meeting", params=Params, given=Given, outcome=Outcome, trials=trials, perform=perform)
