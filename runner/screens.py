"""What a participant can be shown and can answer: pure data, drawn by a stage.

Positions and sizes are in units of the screen's height, origin in the centre, y upwards; a mark without a
position takes the next place in the page's column. Times are seconds.
"""

from collections.abc import Mapping
from typing import Literal

from attrs import field, frozen

Answer = str | int | float | tuple[int, ...]
TOKEN = "{token}"  # stands in a text for a key that is drawn when it is shown, and is in no log
PAYOUT = "{payout %s %s}"  # the same for a code to be paid with, and the amounts paid and passed on that it stands for
ALIAS = "{alias}"  # the same for the alias that the participant picked
OTHER = "{other %s|%s}"  # a made-up person's alias, or the second one where the participant has picked that
Status = Literal["answered", "declined", "elapsed", "stopped"]


# ---------------------------------------------------------------- marks: what is seen


@frozen(kw_only=True)
class Text:
    """Words. Blank lines part paragraphs; long lines are wrapped by the stage."""

    text: str
    style: Literal["title", "body", "strong", "note", "stimulus"] = "body"
    colour: str = "ink"  # a name of the palette or #rrggbb
    at: tuple[float, float] | None = None


@frozen(kw_only=True)
class Image:
    """A picture file below `stimuli/`, `height` in screen heights."""

    path: str
    height: float = 0.4
    at: tuple[float, float] | None = None


@frozen(kw_only=True)
class Shape:
    """A filled rectangle, circle or cross."""

    form: Literal["rectangle", "circle", "cross"]
    size: tuple[float, float]
    colour: str = "ink"
    at: tuple[float, float] | None = None


@frozen(kw_only=True)
class Bar:
    """A labelled horizontal bar, filled to `share` (0 to 1)."""

    label: str
    share: float
    note: str = ""


@frozen(kw_only=True)
class Badge:
    """A short label on a coloured plate, such as a group's name; stands at the top of the page."""

    text: str
    colour: str = "accent"


@frozen(kw_only=True)
class Board:
    """What the others of a group session choose, as it is chosen; the stage fills in `lines`, the newest last.

    It takes the same room always, empty without a `point`; there stands what was said at it, and with `tells` the
    answer to its own screen is said there once on the disk. `script`: made-up others' seconds from onset, name, choice.
    """

    point: str
    heading: str
    rows: int = 6
    tells: bool = False
    script: tuple[tuple[float, str, str], ...] = ()
    lines: tuple[str, ...] = ()


def name_of(seat: int = 0, alias: str = "") -> str:
    """What stands in a text for what a seat of a group session is called, 0 one's own; filled in when it is drawn."""
    return f"{{seat {seat} {alias}}}" if alias else f"{{seat {seat}}}"


Mark = Text | Image | Shape | Bar | Badge | Board


# ---------------------------------------------------------------- accepts: what can be answered


@frozen(kw_only=True)
class Continue:
    """Nothing but going on (space, Enter or the button), at the earliest `after` seconds from onset."""

    label: str = ""  # empty: the session language's word for "Continue"
    after: float = 0.0

    def admits(self, answer: Answer | None) -> bool:
        return answer is None


@frozen(kw_only=True)
class Keys:
    """One press of one of `keys` (PsychoPy key names); answers at once. The answer is the key."""

    keys: tuple[str, ...]

    def admits(self, answer: Answer | None) -> bool:
        return answer in self.keys


@frozen(kw_only=True)
class Option:
    """One thing that can be chosen. `lines` are shown below `text`; `codes` say what it stands for (not shown)."""

    value: str
    text: str
    lines: tuple[str, ...] = ()
    codes: Mapping[str, float] = field(factory=dict, hash=False)


@frozen(kw_only=True)
class Choice:
    """One of several options, then the button; `cards` puts two to four side by side. The answer is its value."""

    options: tuple[Option, ...]
    arrange: Literal["column", "row", "cards"] = "column"

    def admits(self, answer: Answer | None) -> bool:
        return any(option.value == answer for option in self.options)


@frozen(kw_only=True)
class Aliases(Choice):
    """Aliases to pick from. Log and task are told no more than that one was picked: the answer is `ALIAS`."""


@frozen(kw_only=True)
class Likert:
    """A point from `low` to `high`; `anchors` label both ends, ends and middle, or every point."""

    anchors: tuple[str, ...]
    low: int = 1
    high: int = 7

    def admits(self, answer: Answer | None) -> bool:
        return isinstance(answer, int) and self.low <= answer <= self.high


@frozen(kw_only=True)
class Slider:
    """A number from `low` to `high` in steps; nothing is marked until the participant marks it."""

    low: float
    high: float
    step: float
    anchors: tuple[str, ...] = ()
    unit: str = ""  # shown with the number, "{}" standing for it: "{} points"; "€ {}"
    decimals: int = 0

    def admits(self, answer: Answer | None) -> bool:
        return isinstance(answer, int | float) and self.low <= answer <= self.high


@frozen(kw_only=True)
class Allocation:
    """`total` units shared out over the options in steps. The answer is one amount per option, in order."""

    options: tuple[Option, ...]
    total: int
    step: int = 1
    exact: bool = True  # must the whole total be given out?

    def admits(self, answer: Answer | None) -> bool:
        if not isinstance(answer, tuple) or len(answer) != len(self.options) or min(answer) < 0:
            return False
        return sum(answer) == self.total if self.exact else sum(answer) <= self.total


@frozen(kw_only=True)
class Words:
    """Free text of at most `limit` characters; with fewer than `least` the stage asks once whether that is all."""

    lines: int = 4
    limit: int = 2000
    least: int = 0

    def admits(self, answer: Answer | None) -> bool:
        return isinstance(answer, str) and len(answer) <= self.limit


@frozen(kw_only=True)
class Others:
    """Waiting for the others of a group session: each says something at `point`, and when all have, the screen ends.

    What they said is the reply's `heard`. Nobody waits alone, for who is gone, or longer than the screen's `seconds`.
    """

    point: str
    says: str = ""
    name: str = ""  # the alias under which the others see this participant from now on; empty: as before

    def admits(self, answer: Answer | None) -> bool:
        return answer is None


Accepts = Continue | Keys | Choice | Likert | Slider | Allocation | Words | Others


@frozen(kw_only=True)
class Measure:
    """What an answer measures, and in which direction it is keyed; for respondents and codebooks, never shown."""

    construct: str
    keyed: int = 1  # -1: a higher answer means less of the construct
    instructed: int | None = None  # the answer that is asked for: a point of a scale; of keys, the right one's place


@frozen(kw_only=True)
class Coded(Measure):
    """The same of an answer about something that hypotheses speak of; `codes` as they name it."""

    codes: Mapping[str, float] = field(factory=dict, hash=False)


@frozen(kw_only=True, cache_hash=True)
class Screen:
    """One thing shown until it is answered (`accepts`) or its time is up (`seconds`); none exists that never ends."""

    name: str
    marks: tuple[Mark, ...] = ()
    accepts: Accepts | None = None
    seconds: float | None = None
    decline: bool = False  # may the participant say "I'd rather not answer"?
    stop: bool = True  # is the stop control there? Only very short timed screens go without
    code: int = 0  # marker sent at the flip that shows it; 0: none
    measures: Measure | None = None

    def __attrs_post_init__(self) -> None:
        if self.accepts is None and self.seconds is None:
            raise ValueError(f"screen {self.name!r} could never end: give it seconds or something to accept")


@frozen(kw_only=True)
class Heard:
    """What another participant of a group session said, and when it was there to be seen."""

    at: float  # seconds of the stage's clock
    point: str
    seat: int  # who: a place at the table, from 1, never a name; 0: a script
    says: str


@frozen(kw_only=True)
class Sent:
    """What became of a screen's marker at one device."""

    device: str  # "lsl", "serial", "parallel" or "csv"
    code: int
    latency: float | None  # seconds from onset until the device had it; None: it did not get there
    error: str = ""  # why not: "gone", "slow" (not by the end of the screen)


@frozen(kw_only=True)
class Reply:
    """How a screen went, in seconds of the stage's one monotonic clock; the response time is derived."""

    onset: float  # the flip that first showed it
    offset: float  # the flip that took it away, or as near as is known
    status: Status
    answer: Answer | None = None
    answered: float | None = None  # the event that confirmed the answer
    changes: tuple[tuple[float, Answer], ...] = ()  # every selection on the way, the last one included
    late_frames: int = 0  # frames that came more than half a frame late between onset and offset
    unfocused: float = 0.0  # seconds for which another window had the keyboard
    device: str = ""  # "keyboard", "mouse", "touch", "virtual"
    heard: tuple[Heard, ...] = ()  # what others of a group session said that was on the screen, in its order
    sent: tuple[Sent, ...] = ()  # what became of its marker, device by device

    @property
    def rt(self) -> float | None:
        """Seconds from onset to the confirming event; None without one."""
        return None if self.answered is None else self.answered - self.onset


def written(value: float, decimals: int, mark: str) -> str:
    """A number with so many decimals behind the language's `decimal_mark`: the one place where decimals are written.

    >>> written(2.5, 2, ","), written(2.5, 2, "."), written(3, 0, ",")
    ('2,50', '2.50', '3')
    """
    return f"{value:.{decimals}f}".replace(".", mark)
