"""A storyboard as one HTML file that holds all its pictures: cells side by side, differing words marked."""

import base64
import html
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import groupby

from runner.storybook.book import Book, Chapter, Part
from runner.storybook.facts import facts
from runner.storybook.grouping import Figure, Group, Row, rows
from runner.storybook.telling import answering, words

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 110rem; padding: 0 1rem; color: #1d2430; }
h2 { margin-top: 4rem; } h3 { margin-top: 3rem; border-bottom: 1px solid #c9ced6; }
h3 small { font-weight: normal; color: #4a5361; } dt { font-weight: bold; } dd { margin: 0 0 .6rem 1.2rem; }
.row { display: flex; flex-wrap: wrap; gap: 1.2rem; }
.differing { border-left: 4px solid #d9a520; padding-left: 1rem; margin-bottom: 1rem; }
figure { margin: 0 0 1.6rem; flex: 1 1 22rem; max-width: 40rem; } img { width: 100%; border: 1px solid #c9ced6; }
figcaption { font-size: .85rem; color: #4a5361; } figcaption b { color: #1d2430; } mark { background: #f5dfa3; }
ol { font-size: .85rem; columns: 24rem; padding-left: 2.5rem; } code { overflow-wrap: anywhere; }
@media print { h2 { break-before: page; } figure { break-inside: avoid; } }
"""


def page(book: Book) -> str:
    """The whole storyboard, self-contained."""
    title = html.escape(f"{book.protocol.study}: every screen")
    told = "".join(
        f"<dt>{html.escape(heading)}</dt>" + "".join(f"<dd>{_said(heading, line)}</dd>" for line in lines)
        for heading, lines in facts(book)
    )
    body = "".join(text for part in book.parts for text in _part(book, part))
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        f'<title>{title}</title><meta name="viewport" content="width=device-width"><style>{_STYLE}</style>'
        f"<h1>{title}</h1><dl>{told}</dl>{body}</html>"
    )


def _said(heading: str, line: str) -> str:
    text = html.escape(line)
    return f"<code>{text}</code>" if heading.startswith("Protocol") else text


def _part(book: Book, part: Part) -> Iterator[str]:
    yield f"<h2>Language: {html.escape(part.language)}</h2>"
    for chapter in part.chapters:
        yield _chapter(book, part, chapter)


def _chapter(book: Book, part: Part, chapter: Chapter) -> str:
    drawn: list[str] = []
    for common, run in groupby(rows(book, chapter), key=lambda row: row.common):
        figures = ["".join(_figure(part, row, figure, row.figures[0].group) for figure in row.figures) for row in run]
        if common:  # screens that all cells share follow one another in the same row
            drawn.append(f'<div class="row">{"".join(figures)}</div>')
        else:
            drawn += [f'<div class="row differing">{each}</div>' for each in figures]
    body = "".join(drawn)
    only = book.only_in(chapter)
    where = "; ".join(filter(None, [chapter.task and f"task {chapter.task}", only and f"only in {only}"]))
    return f"<h3>{html.escape(chapter.phase)} <small>{html.escape(where)}</small></h3>{body}" if drawn else ""


def _figure(part: Part, row: Row, figure: Figure, first: Group) -> str:
    """A screen, or the first of a group's and what differs in the others."""
    group, label = figure.group, f"<b>{html.escape(figure.label)}</b> " if figure.label else ""
    shown = group.screens[: 1 if len(row.figures) > 2 else 2]
    pictures = "".join(
        f'<img src="data:image/webp;base64,{base64.b64encode(part.pictures[screen]).decode()}" '
        f'alt="{html.escape(" ".join(words(screen)), quote=True)}" loading="lazy">'
        for screen in shown
    )
    how = html.escape(answering(group.screens[0]))
    if len(group.screens) == 1:
        text = "" if row.common else _marked(words(first.screens[0]), words(group.screens[0]))
        said = f"{label}{html.escape(group.name)} {_in(part, text)} <i>({how})</i>"
        return f"<figure>{pictures}<figcaption>{said}</figcaption></figure>"
    order = ", in orders that differ between cells" if row.reordered else ""
    drawn = ", in colours, places or drawn shapes too" if group.drawn_differently else ""
    said = f"{label}{html.escape(group.name)}: {len(group.screens)} screens like this{order} <i>({how})</i>"
    if figure is not row.figures[0] and set(group.differing) == set(first.differing):
        listed = "The texts that differ are those of the first column."
    else:
        listed = f"They differ in these texts{drawn}:{_in(part, _list(first, group), 'ol')}"
    return f"<figure>{pictures}<figcaption>{said}. {listed}</figcaption></figure>"


def _list(first: Group, group: Group) -> str:
    known = set(first.differing)
    return "".join(
        f"<li>{html.escape(text) if text in known else f'<mark>{html.escape(text)}</mark>'}</li>"
        for text in group.differing
    )


def _in(part: Part, text: str, tag: str = "span") -> str:
    """Text in the participants' language, in its own direction."""
    return f'<{tag} lang="{part.language}" dir="auto">{text}</{tag}>' if text else ""


def _marked(first: Sequence[str], these: Sequence[str]) -> str:
    """These words, those that the first column doesn't have marked."""
    parts = []
    for text, new in compared(first, these):
        parts.append(f"<mark>{html.escape(text)}</mark>" if new else html.escape(text))
    return " ".join(parts)


def compared(first: Sequence[str], these: Sequence[str]) -> list[tuple[str, bool]]:
    """These words in stretches, each with whether the first column lacks it."""
    codes = SequenceMatcher(None, first, these, autojunk=False).get_opcodes()
    stretches = ((" ".join(these[start:end]), how != "equal") for how, _, _, start, end in codes)
    return [(text, new) for text, new in stretches if text]
