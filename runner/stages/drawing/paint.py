"""Pieces as images, and whole screens as pictures, without a display."""

from functools import lru_cache

from PIL import Image, ImageDraw

from runner.stages.drawing.fonts import STIMULI
from runner.stages.drawing.palette import BACKGROUND
from runner.stages.drawing.pieces import Canvas, Layout, Line, Picture, Piece, Plate, bare
from runner.stages.drawing.runs import as_it_stands, face, setting

FINE = 8  # corners are drawn this many times larger and made smaller, so that they are smooth


def paint(piece: Piece) -> Image.Image:
    """The piece as an RGBA image of its box's size, straight alpha; kept, so don't change it."""
    return _painted(bare(piece))


def picture(layout: Layout, canvas: Canvas) -> Image.Image:
    """The whole screen as an RGB image."""
    page = Image.new("RGB", (canvas.width, canvas.height), BACKGROUND)
    for piece in layout.pieces:
        image = paint(piece)
        page.paste(image, (piece.x, piece.y), image)
    return page


@lru_cache(maxsize=32)
def _painted(piece: Piece) -> Image.Image:
    if isinstance(piece, Picture):
        with Image.open(STIMULI / piece.path) as image:
            scaled: Image.Image = image.convert("RGBA").resize((piece.width, piece.height), Image.Resampling.LANCZOS)
            return scaled
    plate = _plate(piece)
    draw = ImageDraw.Draw(plate)
    for line in piece.lines:
        _write(draw, line)
    return plate


def _write(draw: ImageDraw.ImageDraw, line: Line) -> None:
    if as_it_stands(line.text, line.direction):
        here = face(line.size, line.weight)
        draw.text((line.x, line.baseline), line.text, fill=line.colour, font=here, anchor="ls")
        return
    for run in setting(line.text, line.size, line.weight, line.direction).runs:
        here = face(line.size, line.weight, run.family)
        draw.text((line.x + run.x, line.baseline), run.text, fill=line.colour, font=here, anchor="ls")


def _plate(plate: Plate) -> Image.Image:
    """Outline and fill, rounded."""
    size = (plate.width, plate.height)
    if plate.fill is None and plate.outline is None:
        return Image.new("RGBA", size, (*BACKGROUND, 0))
    edge = plate.outline if plate.outline is not None and plate.stroke else plate.fill
    assert edge is not None
    image = Image.new("RGBA", size, (*edge, 0))
    image.putalpha(_rounded(*size, plate.radius))
    inner = (plate.width - 2 * plate.stroke, plate.height - 2 * plate.stroke)
    if edge == plate.fill or min(inner) <= 0:
        return image
    mask = _rounded(*inner, max(0, plate.radius - plate.stroke))
    at = (plate.stroke, plate.stroke)
    if plate.fill is None:
        alpha = image.getchannel("A")
        alpha.paste(0, at, mask)
        image.putalpha(alpha)
    else:
        image.paste(Image.new("RGBA", inner, (*plate.fill, 255)), at, mask)
    return image


@lru_cache(maxsize=64)
def _rounded(width: int, height: int, radius: int) -> Image.Image:
    """A mask (mode L) of a rectangle with round corners."""
    mask = Image.new("L", (width, height), 255)
    radius = min(radius, (width + 1) // 2, (height + 1) // 2)
    if radius <= 0:
        return mask
    corner = _corner(radius)
    for x, y, turned in (
        (0, 0, corner),
        (width - radius, 0, corner.transpose(Image.Transpose.FLIP_LEFT_RIGHT)),
        (0, height - radius, corner.transpose(Image.Transpose.FLIP_TOP_BOTTOM)),
        (width - radius, height - radius, corner.transpose(Image.Transpose.ROTATE_180)),
    ):
        mask.paste(turned, (x, y))
    return mask


@lru_cache(maxsize=64)
def _corner(radius: int) -> Image.Image:
    """The upper left quarter of a disc."""
    large = Image.new("L", (radius * FINE, radius * FINE), 0)
    ImageDraw.Draw(large).ellipse((0, 0, 2 * radius * FINE - 1, 2 * radius * FINE - 1), fill=255)
    return large.resize((radius, radius), Image.Resampling.BOX)
