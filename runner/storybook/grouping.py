"""Which screens of a phase are told as one, and which cells stand side by side.

Trials that differ in what they say alone are one group: its first pictures, and every text that differs.
"""

from collections.abc import Mapping, Sequence

from attrs import evolve, field, frozen

from runner.screens import Allocation, Badge, Bar, Board, Choice, Mark, Screen, Shape, Text
from runner.storybook.book import Book, Cell, Chapter, levels
from runner.storybook.telling import answering, texts

FOLDED = 8  # so many screens of one form, or more, are told as one group
PARTED = " | "  # between texts of one screen
DIFFERENT, NAMESAKES, ALIKE, SAME = 1, 2, 4, 8  # how much worth it is to have two groups side by side


@frozen(kw_only=True)
class Group:
    """One screen, or many of the same form, in the order of a session."""

    screens: tuple[Screen, ...]
    content: frozenset[Screen] = field(init=False)  # whatever the order

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "content", frozenset(self.screens))

    @property
    def name(self) -> str:
        return self.screens[0].name

    @property
    def differing(self) -> tuple[str, ...]:
        """What differs between its screens, one line for each that is said; empty for a single screen."""
        told = [(*texts(screen), answering(screen)) for screen in self.screens]
        places = [i for i in range(len(told[0])) if len({each[i] for each in told}) > 1]
        lines = list(dict.fromkeys(tuple(" ".join(each[i].split()) for i in places) for each in told if places))
        return _gathered(lines) or tuple(map(PARTED.join, lines))

    @property
    def drawn_differently(self) -> bool:
        """Do its screens differ in more than words: in colours, places, shapes or lengths of bars?"""
        return len({tuple(map(_wordless, screen.marks)) for screen in self.screens}) > 1


@frozen(kw_only=True)
class Figure:
    """One group of screens as some cells have it."""

    label: str  # these cells, by their levels; empty: every cell that has the phase
    group: Group


@frozen(kw_only=True)
class Row:
    """What stands side by side."""

    figures: tuple[Figure, ...]
    reordered: bool = False  # do cells show these screens in different orders?

    @property
    def common(self) -> bool:
        return self.figures[0].label == ""


@frozen(kw_only=True)
class _Line:
    """One row while the columns are being laid beside each other: column number -> group."""

    groups: Mapping[int, Group] = field(factory=dict)


def groups(screens: Sequence[Screen]) -> tuple[Group, ...]:
    """Screens in groups; a group stands where its first screen is."""
    forms: dict[object, list[Screen]] = {}
    for screen in screens:
        forms.setdefault(_form(screen), []).append(screen)
    whole = {
        screen: tuple(alike) if len(alike) >= FOLDED else (screen,) for alike in forms.values() for screen in alike
    }
    return tuple(Group(screens=each) for each in dict.fromkeys(whole[screen] for screen in screens))


def rows(book: Book, chapter: Chapter) -> list[Row]:
    """A phase, row by row. Cells that show the same, in whatever order, are one column."""
    different = dict.fromkeys(shown.screens for shown in chapter.shown if shown.screens)
    told = {screens: groups(screens) for screens in different}
    orders: dict[frozenset[Screen], set[tuple[Screen, ...]]] = {}
    for each in told.values():
        for group in each:
            orders.setdefault(group.content, set()).add(group.screens)
    columns: dict[tuple[frozenset[Screen], ...], list[Cell]] = {}
    for shown in chapter.shown:
        if shown.screens:
            columns.setdefault(tuple(g.content for g in told[shown.screens]), []).append(shown.cell)
    by_content = {tuple(g.content for g in each): each for each in reversed(told.values())}  # the first one's order
    lines: list[_Line] = []
    for number, content in enumerate(columns):
        lines = _beside(lines, number, by_content[content])
    return [_row(book, line, list(columns.values()), orders) for line in lines]


def _row(
    book: Book,
    line: _Line,
    cells_of: Sequence[Sequence[Cell]],
    orders: Mapping[frozenset[Screen], set[tuple[Screen, ...]]],
) -> Row:
    same: dict[frozenset[Screen], list[int]] = {}
    for number, group in line.groups.items():
        same.setdefault(group.content, []).append(number)
    reordered = any(len(orders[content]) > 1 for content in same)
    everywhere = len(same) == 1 and len(line.groups) == len(cells_of)
    figures = [
        Figure(
            label="" if everywhere else levels(book.cells, [cell for n in numbers for cell in cells_of[n]]),
            group=line.groups[numbers[0]],
        )
        for numbers in same.values()
    ]
    return Row(figures=tuple(figures), reordered=reordered)


def _gathered(lines: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """Lines that differ mostly in one place, once for all that share the rest; empty: that would not be shorter."""
    if not lines or len(lines[0]) < 2:
        return ()
    most = max(range(len(lines[0])), key=lambda place: len({line[place] for line in lines}))
    sharing: dict[tuple[str, ...], list[str]] = {}
    for line in lines:
        sharing.setdefault((*line[:most], *line[most + 1 :]), []).append(line[most])
    if len(sharing) > len(lines) // 3:
        return ()
    return tuple(f"{PARTED.join(shared)}: {'; '.join(each)}" for shared, each in sharing.items())


def _form(screen: Screen) -> object:
    """All but what a screen says, in words, colours, places and drawn shapes."""
    marks = tuple((type(mark), getattr(mark, "style", "")) for mark in screen.marks if not isinstance(mark, Shape))
    options = (
        tuple(len(option.lines) for option in screen.accepts.options)
        if isinstance(screen.accepts, Choice | Allocation)
        else ()
    )
    return screen.name, marks, type(screen.accepts), options, len(texts(screen))


def _wordless(mark: Mark) -> object:
    match mark:
        case Text() | Badge():
            return evolve(mark, text="")
        case Bar():
            return evolve(mark, label="", note="")
        case Board():
            return evolve(mark, heading="", script=())
        case _:
            return mark


# ---------------------------------------------------------------- columns beside each other


def _worth(line: _Line, group: Group) -> int:
    """The most that this group is like any in the line."""
    best = DIFFERENT
    for other in line.groups.values():
        if other.content == group.content:
            return SAME
        if other.name == group.name and _form(other.screens[0]) == _form(group.screens[0]):
            best = max(best, ALIKE)
        elif other.name == group.name:
            best = max(best, NAMESAKES)
    return best


def _beside(lines: list[_Line], number: int, column: Sequence[Group]) -> list[_Line]:
    """Another column laid beside the lines so far, like to like (Needleman and Wunsch 1970, gaps cost nothing)."""
    if not lines:
        return [_Line(groups={number: group}) for group in column]
    worth = [[_worth(line, group) for group in column] for line in lines]
    best = [[0] * (len(column) + 1) for _ in range(len(lines) + 1)]
    for i in reversed(range(len(lines))):
        for j in reversed(range(len(column))):
            best[i][j] = max(best[i + 1][j + 1] + worth[i][j], best[i + 1][j], best[i][j + 1])
    joined, i, j = [], 0, 0
    while i < len(lines) or j < len(column):
        if i < len(lines) and j < len(column) and best[i][j] == best[i + 1][j + 1] + worth[i][j]:
            joined.append(_Line(groups={**lines[i].groups, number: column[j]}))
            i, j = i + 1, j + 1
        elif i < len(lines) and best[i][j] == best[i + 1][j]:
            joined.append(lines[i])
            i += 1
        else:
            joined.append(_Line(groups={number: column[j]}))
            j += 1
    return joined
