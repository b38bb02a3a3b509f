"""What a reader is told before the first screen: no dates, so that the same protocol gives the same page."""

from collections.abc import Sequence

from runner.protocol import Protocol
from runner.storybook.book import Book, Cell

IDENTITY = {
    "unlinkable": "unlinkable: nothing that is stored leads from an answer back to a person",
    "coded": "coded: answers are kept under a code and shown to nobody",
    "shown": "shown: some answers are displayed to people who are present, in at least one cell",
}
MOST = 16  # more cells than this are not told one by one


def facts(book: Book) -> list[tuple[str, list[str]]]:
    """Heading and lines, in order."""
    protocol = book.protocol
    return [
        ("Title that participants see", [f"{protocol.title[p.language]} ({p.language})" for p in book.parts]),
        ("Purpose (not shown to participants)", [protocol.purpose or "not stated in the protocol"]),
        ("Duration", [f"about {protocol.minutes} minutes"]),
        ("Ethics approval", [protocol.ethics or "not stated in the protocol"]),
        ("Identity of participants", [IDENTITY[protocol.identity], *_apart(protocol)]),
        ("Deception", deception(protocol)),
        ("Factors", _factors(protocol)),
        ("Cells", _cells(book.cells)),
        ("Pages", [_pages(book)]),
        ("Protocol (SHA-256)", [protocol.sha256]),
    ]


def _apart(protocol: Protocol) -> list[str]:
    """Which phases nobody can trace to a person, where, and among how many they are opened."""
    if not protocol.apart:
        return []
    where = dict.fromkeys(
        ", ".join(f"{factor}={'|'.join(levels)}" for factor, levels in (phase.unlinkable or {}).items()) or "all cells"
        for phase in protocol.apart
    )
    names = ", ".join(phase.name for phase in protocol.apart)
    return [f"kept apart, and opened among {protocol.pool} alike at least: {names} (in {'; '.join(where)})"]


def deception(protocol: Protocol) -> list[str]:
    """What participants are told that is not so, and where they learn it."""
    told = [f"{each.what} (debriefed in the phase {each.debriefed_in})" for each in protocol.deception]
    return told or ["none is declared"]


def _factors(protocol: Protocol) -> list[str]:
    return [
        f"{name}: {', '.join(factor.levels)} (by {factor.unit}{', form only' if factor.role != 'treatment' else ''})"
        for name, factor in protocol.factors.items()
    ] or ["none: every session is the same"]


def _cells(cells: Sequence[Cell]) -> list[str]:
    if len(cells) > MOST:
        return [f"{len(cells)}: every combination of these levels"]
    return [", ".join(f"{factor}={level}" for factor, level in cell.items()) or "one" for cell in cells]


def _pages(book: Book) -> str:
    languages = ", ".join(part.language for part in book.parts)
    return (
        f"{book.count} different screens of one session in each cell, with every branch, "
        f"at {book.size[0]} x {book.size[1]} pixels; languages: {languages}. "
        "Names in [brackets] are filled in by the laboratory."
    )
