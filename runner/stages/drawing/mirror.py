"""A page as it is read from right to left: what began at the left begins at the right."""

from attrs import evolve

from runner.stages.drawing.lettering import width
from runner.stages.drawing.pieces import Canvas, Layout, Line, Piece, Plate, Row, Target


def mirrored(layout: Layout, canvas: Canvas) -> Layout:
    """The layout with each box on the other side. Pictures and letters are not turned, only where they stand."""
    return evolve(
        layout,
        pieces=tuple(_piece(piece, canvas) for piece in layout.pieces),
        targets=tuple(_target(target, canvas) for target in layout.targets),
        rows=tuple(_row(row, canvas) for row in layout.rows),
        direction="rtl",
    )


def _piece(piece: Piece, canvas: Canvas) -> Piece:
    x = canvas.width - piece.x - piece.width
    if not isinstance(piece, Plate):
        return evolve(piece, x=x)
    return evolve(piece, x=x, lines=tuple(_line(line, piece.width) for line in piece.lines))


def _line(line: Line, across: int) -> Line:
    wide = round(width(line.text, line.size, line.weight))
    return evolve(line, x=max(0, across - line.x - wide), direction="rtl")


def _target(target: Target, canvas: Canvas) -> Target:
    return evolve(target, x=canvas.width - target.x - target.width, begins="right")


def _row(row: Row, canvas: Canvas) -> Row:
    return evolve(row, places=tuple(canvas.width - place for place in row.places))
