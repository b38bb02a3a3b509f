"""Some screens of a storyboard on one sheet."""

from collections.abc import Sequence

from PIL import Image

PER_ROW = 4


def overview(pictures: Sequence[Image.Image], width: int = 1600) -> Image.Image:
    """Pictures four to a row; `width` in pixels."""
    gap = width // 100
    across = (width - gap * (PER_ROW + 1)) // PER_ROW
    down = across * pictures[0].height // pictures[0].width
    rows = -(-len(pictures) // PER_ROW)
    sheet = Image.new("RGB", (width, gap + rows * (down + gap)), "#d5d9df")
    for at, picture in enumerate(pictures):
        small = picture.resize((across, down), Image.Resampling.LANCZOS)
        sheet.paste(small, (gap + at % PER_ROW * (across + gap), gap + at // PER_ROW * (down + gap)))
    return sheet
