"""The demo's storyboard in both languages, painted without a window, small enough to be made in a second."""

from pathlib import Path

import pytest
from PIL import Image

from runner.commands.storyboard import picture_cells
from runner.declarations.protocols import read_protocol
from runner.storybook.book import Book, Part, packed

TASTE = Path(__file__).parents[3] / "protocols" / "taste.yaml"
WHITE = packed(Image.new("RGB", (16, 9), "white"))


@pytest.fixture(scope="session")
def book() -> Book:
    """Every cell of the demo before a camera that sees white."""
    protocol = read_protocol(TASTE)
    parts = []
    for language in ("en", "de"):
        pictures: dict = {}
        chapters = picture_cells(protocol, language, {}, lambda screen: WHITE, pictures)
        parts.append(Part(language=language, chapters=chapters, pictures=pictures))
    return Book(protocol=protocol, size=(16, 9), cells=protocol.cells(), parts=parts)
