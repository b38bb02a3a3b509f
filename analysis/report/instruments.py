"""Instruments that a laboratory brought along: where they are from and by what leave they are used, from the logs."""

from collections.abc import Iterable, Mapping

from runner.declarations.nodes import Source
from runner.declarations.structure import structured
from runner.errors import DeclarationError
from runner.records import SessionStarted
from stimuli.kinds import Scale


def instruments(heads: Iterable[SessionStarted]) -> Mapping[str, str]:
    """Name of each scale of the laboratory's own -> its source and its terms of use, as the report tells them."""
    files = {(name, text) for head in heads for name, text in head.materials.items() if "/scales/" in name}
    return {scale.name: told(scale) for scale in map(_scale, sorted(files)) if scale is not None}


def told(scale: Scale) -> str:
    """A scale's source and terms of use in a sentence or two.

    >>> told(Scale(name="a", items=(), anchors=(), source="Doe (2020)", licence="CC BY 4.0"))
    'Doe (2020). Terms of use: CC BY 4.0.'
    """
    source = "The laboratory's own" if scale.source == "own" else scale.source.rstrip(".")
    return f"{source}. Terms of use: {scale.licence.rstrip('.')}." if scale.licence else f"{source}."


def versions(heads: Iterable[SessionStarted]) -> int:
    """How many versions of the laboratory's own materials the sessions ran with, in the language with the most."""
    found: dict[str, set[str]] = {}
    for head in heads:
        for name, text in head.materials.items():
            found.setdefault(name, set()).add(text)
    return max(map(len, found.values()), default=0)


def _scale(file: tuple[str, str]) -> Scale | None:
    """The scale of a file; none if today's code wants another shape than the file has."""
    try:
        return structured(Source(*file), Scale)
    except DeclarationError:
        return None
