"""A storyboard on A4 for an ethics board: what the study is, then its screens, cells side by side where they differ."""

import re
from collections.abc import Iterator, Sequence
from io import BytesIO

from fpdf import FPDF
from fpdf.output import OutputProducer, PDFInfo
from PIL import Image

from runner.stages.drawing.fonts import STIMULI, covering
from runner.storybook.book import Book, Chapter, Part, unpacked
from runner.storybook.facts import facts
from runner.storybook.grouping import Figure, Group, Row, rows
from runner.storybook.page import compared
from runner.storybook.telling import answering, texts, words

MARGIN, GUTTER, FOOT = 15.0, 6.0, 14.0  # mm
BODY, SMALL, TINY = 10.0, 7.5, 6.0  # points
INK, MUTED, LINE, NOTE = (29, 36, 48), (74, 83, 97), (201, 206, 214), (150, 96, 0)
ACROSS = 2  # pictures side by side
LEADING = 0.48  # mm of line height for each point


class _Timeless(OutputProducer):
    """Leaves out when the file was made, so that the same protocol gives the same bytes."""

    def _add_info(self) -> PDFInfo:
        info = super()._add_info()
        info.creation_date = None  # type: ignore[assignment]
        return info


class _Sheets(FPDF):
    """A4 pages that name the study and the protocol's hash at their foot."""

    def __init__(self, book: Book) -> None:
        super().__init__(format="A4")
        self._hash = book.protocol.sha256[:32]
        self.stamp = f"{book.protocol.study} · protocol SHA-256 {book.protocol.sha256}"
        self.add_font("Noto", "", STIMULI / "fonts" / "NotoSans-Regular.ttf")
        self.add_font("Noto", "B", STIMULI / "fonts" / "NotoSans-Bold.ttf")
        self.set_margins(MARGIN, MARGIN)
        self.c_margin = 0.0
        self.set_auto_page_break(auto=True, margin=FOOT + 4)
        self.set_title(f"{book.protocol.study}: every screen")
        self.set_creator("Vantage")
        self.known = covering("NotoSans")

    def file_id(self) -> str:
        """Two parts, as the format wants them; the library's own would hold the time."""
        return f"<{self._hash}><{self._hash}>"

    def footer(self) -> None:
        self.set_y(-FOOT)
        self.letters(TINY, MUTED)
        self.cell(self.epw - 15, 4, self.stamp)
        self.cell(15, 4, str(self.page_no()), align="R")

    def letters(self, size: float, colour: tuple[int, int, int] = INK, style: str = "") -> None:
        self.set_font("Noto", style, size)
        self.set_text_color(*colour)

    def can(self, text: str) -> bool:
        """Has the captions' font every character?"""
        return all(ord(c) in self.known or c.isspace() for c in text)

    def paragraph(self, text: str, size: float = BODY, colour: tuple[int, int, int] = INK, style: str = "") -> None:
        self.letters(size, colour, style)
        self.multi_cell(0, LEADING * size, text, new_x="LMARGIN", new_y="NEXT", align="L")

    @property
    def lowest(self) -> float:
        """Where a page ends, mm from its top."""
        return float(self.h) - FOOT - 4


def paper(book: Book) -> bytes:
    """The whole storyboard as a PDF file; the same protocol, languages and size give the same bytes."""
    sheets = _Sheets(book)
    sheets.add_page()
    _title_page(sheets, book)
    for part in book.parts:
        sheets.add_page()
        sheets.start_section(f"Screens, language {part.language}")
        sheets.paragraph(f"Screens, language: {part.language}", 15, style="B")
        for chapter in part.chapters:
            _chapter(sheets, book, part, chapter)
    return bytes(sheets.output(output_producer_class=_Timeless))


def _title_page(sheets: _Sheets, book: Book) -> None:
    sheets.start_section("The study")
    sheets.paragraph(book.protocol.study, 20, style="B")
    sheets.paragraph("Every screen that participants can see", 12, MUTED)
    for heading, lines in facts(book):
        sheets.ln(2.5)
        sheets.paragraph(heading, SMALL + 1, MUTED)
        for line in lines:
            sheets.paragraph(_drawable(sheets, line))
    sheets.ln(4)
    sheets.paragraph("Course of a session", 12, style="B")
    for chapter in book.parts[0].chapters:
        if chapter.shown:
            sheets.paragraph(f"{chapter.phase}{_where(book, chapter)}", SMALL)


def _where(book: Book, chapter: Chapter) -> str:
    only = book.only_in(chapter)
    return (f" · task {chapter.task}" if chapter.task else "") + (f" · only in {only}" if only else "")


def _chapter(sheets: _Sheets, book: Book, part: Part, chapter: Chapter) -> None:
    all_rows = rows(book, chapter)
    if not all_rows:
        return
    if sheets.get_y() > sheets.lowest - 75:  # a heading stays with its first pictures
        sheets.add_page()
    sheets.ln(3)
    sheets.start_section(f"{chapter.phase} ({part.language})", level=1)
    sheets.paragraph(f"{chapter.phase}{_where(book, chapter)}", 12, style="B")
    waiting: list[tuple[Row, Figure]] = []  # screens of all cells, until a line of them is full
    for row in all_rows:
        if row.common and len(row.figures[0].group.screens) == 1:
            waiting.append((row, row.figures[0]))
            continue
        _lines(sheets, part, waiting)
        waiting = []
        _lines(sheets, part, [(row, figure) for figure in row.figures], "" if row.common else "Differs between cells:")
    _lines(sheets, part, waiting)


def _lines(sheets: _Sheets, part: Part, figures: Sequence[tuple[Row, Figure]], heading: str = "") -> None:
    """Pictures side by side with their captions; then the lists of groups, over the whole width."""
    boxes = [box for row, figure in figures for box in _boxes(sheets, part, row, figure)]
    for start in range(0, len(boxes), ACROSS):
        _line(sheets, boxes[start : start + ACROSS], "" if start else heading)
    for row, figure in figures:
        if len(figure.group.screens) > 1:
            _told(sheets, row, figure)


def _boxes(sheets: _Sheets, part: Part, row: Row, figure: Figure) -> Iterator[tuple[Image.Image, str, str, str]]:
    """Picture, the cells' label, name with answer and limits, text."""
    group, first = figure.group, row.figures[0].group
    many = len(group.screens)
    shown = group.screens[: 1 if len(row.figures) > 2 else 2]
    if not all(sheets.can(text) for text in group.differing):
        shown = group.screens  # a script that captions can't be set in: the pictures themselves say it
    for number, screen in enumerate(shown, 1):
        name = f"{screen.name}{f' (1 of {many})' if number == 1 < many else ''}: {answering(screen)}"
        said = " ".join(words(screen))
        if not sheets.can(said):
            text = ""
        elif row.common or many > 1:
            text = _escaped(" / ".join(" ".join(each.split()) for each in texts(screen)))
        else:
            stretches = compared(words(first.screens[0]), words(screen))
            text = " ".join(f"**{_escaped(t)}**" if new else _escaped(t) for t, new in stretches)
        yield unpacked(part.pictures[screen]), figure.label, name, text


def _line(sheets: _Sheets, boxes: Sequence[tuple[Image.Image, str, str, str]], heading: str) -> None:
    width = (sheets.epw - (ACROSS - 1) * GUTTER) / ACROSS
    high = [_box(sheets, box, MARGIN, 0, width, dry=True) for box in boxes]
    if sheets.get_y() + max(high) + (LEADING * BODY if heading else 0) > sheets.lowest:
        sheets.add_page()
    if heading:
        sheets.paragraph(heading, SMALL, NOTE, "B")
    top = sheets.get_y()
    for at, box in enumerate(boxes):
        _box(sheets, box, MARGIN + at * (width + GUTTER), top, width)
    sheets.set_xy(MARGIN, top + max(high) + 3)


def _box(
    sheets: _Sheets, box: tuple[Image.Image, str, str, str], x: float, y: float, width: float, *, dry: bool = False
) -> float:
    """One picture with what belongs to it; gives its height in mm, `dry` without drawing."""
    picture, label, name, text = box
    start = y
    if label:
        y += _set(sheets, label, x, y, width, SMALL, INK, "B", dry)
    down = width * picture.height / picture.width
    if not dry:
        sheets.image(_small(picture), x, y, width, down, alt_text=name)
        sheets.set_draw_color(*LINE)
        sheets.rect(x, y, width, down)
    y += down + 0.8
    y += _set(sheets, name, x, y, width, SMALL, MUTED, "", dry)
    if text:
        y += _set(sheets, text, x, y, width, SMALL, INK, "", dry, markdown=True)
    return y - start


def _small(picture: Image.Image) -> BytesIO:
    """The picture with 256 colours, which is a third of its size, as a file: open ones that differ in colours alone
    would be taken for the same picture.
    """
    file = BytesIO()
    picture.quantize(256, dither=Image.Dither.NONE).save(file, "PNG", compress_level=1)
    return file


def _set(
    sheets: _Sheets,
    text: str,
    x: float,
    y: float,
    width: float,
    size: float,
    colour: tuple[int, int, int],
    style: str,
    dry: bool,
    markdown: bool = False,
) -> float:
    """A paragraph in a column; gives its height in mm."""
    sheets.letters(size, colour, style)
    if not dry:
        sheets.set_xy(x, y)
    high = sheets.multi_cell(
        width, LEADING * size, text, align="L", markdown=markdown, padding=0, dry_run=dry, output="HEIGHT"
    )
    assert isinstance(high, float)
    return high


def _told(sheets: _Sheets, row: Row, figure: Figure) -> None:
    """What differs between the screens of a group, text by text."""
    group, first = figure.group, row.figures[0].group
    if not group.differing or not all(sheets.can(text) for text in group.differing):
        return
    order = ", in orders that differ between cells" if row.reordered else ""
    drawn = ", in colours, places or drawn shapes too" if group.drawn_differently else ""
    head = f"{figure.label + ': ' if figure.label else ''}{group.name}, {len(group.screens)} screens like this{order}. "
    if figure is not row.figures[0] and set(group.differing) == set(first.differing):
        sheets.paragraph(f"{head}The texts that differ are those of {row.figures[0].label}.", SMALL, MUTED)
        return
    sheets.paragraph(f"{head}They differ in these texts{drawn}:", SMALL, MUTED)
    sheets.paragraph(_list(group), SMALL)
    sheets.ln(2)


def _list(group: Group) -> str:
    return "  ".join(f"({number}) {text}" for number, text in enumerate(group.differing, 1))


def _drawable(sheets: _Sheets, text: str) -> str:
    """Text of the protocol, if the captions' font has its letters."""
    return text if sheets.can(text) else "(in letters that these captions don't have: see the HTML page)"


def _escaped(text: str) -> str:
    """Text in which nothing is taken for a mark of bold, italics, underlining or a link."""
    return re.sub(r"\*\*|__|--|~~", r"\\\g<0>", text).replace("](", "] (")
