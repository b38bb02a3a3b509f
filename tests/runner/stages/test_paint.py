"""What is painted looks as it was laid out."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from attrs import evolve
from PIL import Image

from runner.screens import Image as Pictured
from runner.screens import Screen, Text
from runner.stages.answers.interaction import begin
from runner.stages.drawing import marks
from runner.stages.drawing import paint as painting
from runner.stages.drawing.layout import Canvas, lay_out
from runner.stages.drawing.paint import paint, picture
from runner.stages.drawing.palette import ACCENT, BACKGROUND, INK, PILOT, PLATE
from runner.stages.drawing.pieces import Line, Picture, Plate

CANVAS = Canvas(width=1280, height=720)
PLAIN = Plate(x=0, y=0, width=80, height=40, fill=PLATE, outline=ACCENT, stroke=2, radius=10)


def alpha(image: Image.Image, x: int, y: int) -> int:
    pixel = image.getpixel((x, y))
    assert isinstance(pixel, tuple)
    return pixel[3]


def test_every_piece_is_painted_in_its_box(samples: Mapping[str, Screen], interface: Mapping[str, str]) -> None:
    for screen in samples.values():
        for piece in lay_out(screen, begin(screen), CANVAS, interface).pieces:
            image = paint(piece)
            assert (image.mode, image.size) == ("RGBA", (piece.width, piece.height))
            assert image.getbbox(alpha_only=True) is not None, (screen.name, piece)


def test_no_letter_is_cut_at_the_edge_of_its_image(
    samples: Mapping[str, Screen], canvas: Canvas, interface: Mapping[str, str]
) -> None:
    wavy = Screen(name="wavy", marks=(Text(text="jÅfÿ ÉÇ Ǧỹ (Wj) f"), Text(text="ĴfÅ", style="stimulus")), seconds=1.0)
    for screen in (*samples.values(), wavy):
        for piece in lay_out(screen, begin(screen), canvas, interface).pieces:
            if isinstance(piece, Plate) and piece.lines and piece.fill is None:
                box = paint(piece).getbbox(alpha_only=True)
                assert box is not None and min(box[:2]) > 0, piece
                assert box[2] < piece.width and box[3] < piece.height, piece


def test_a_plate_has_round_smooth_corners_an_outline_and_a_fill() -> None:
    image = paint(PLAIN)
    assert alpha(image, 0, 0) == 0
    assert image.getpixel((40, 0)) == (*ACCENT, 255) and image.getpixel((40, 20)) == (*PLATE, 255)
    edge = {alpha(image, x, 3) for x in range(10)}
    assert edge - {0, 255}, "corners are smooth"
    flipped = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT).transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    assert list(flipped.getdata()) == list(image.getdata())


def test_an_outline_alone_leaves_its_middle_clear() -> None:
    image = paint(evolve(PLAIN, fill=None))
    assert alpha(image, 40, 20) == 0 and alpha(image, 40, 1) == 255


def test_letters_have_their_colour_without_dark_fringes() -> None:
    line = Line(text="Wave", x=4, baseline=28, size=24, colour=ACCENT)
    image = paint(Plate(x=0, y=0, width=80, height=40, lines=(line,)))
    colours = {pixel[:3] for pixel in image.getdata() if pixel[3] > 0}
    assert all(max(abs(a - b) for a, b in zip(c, ACCENT, strict=True)) <= 2 for c in colours)
    assert max(pixel[3] for pixel in image.getdata()) == 255


def test_the_same_piece_elsewhere_is_not_painted_again() -> None:
    assert paint(PLAIN) is paint(evolve(PLAIN, x=300, y=200))
    assert paint(PLAIN) is not paint(evolve(PLAIN, radius=4))


def test_a_whole_screen_becomes_a_picture(samples: Mapping[str, Screen], interface: Mapping[str, str]) -> None:
    cross = picture(lay_out(samples["fixation"], begin(samples["fixation"]), CANVAS, interface), CANVAS)
    assert (cross.mode, cross.size) == ("RGB", (1280, 720))
    assert cross.getpixel((640, 360)) == INK and cross.getpixel((10, 10)) == BACKGROUND
    pilot = picture(lay_out(samples["badge"], begin(samples["badge"]), CANVAS, interface, pilot=True), CANVAS)
    assert [pilot.getpixel(at) for at in ((1, 360), (1278, 360), (640, 1), (640, 718))] == [PILOT] * 4


def test_a_picture_file_is_scaled_to_its_box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Image.new("RGB", (60, 30), (10, 20, 30)).save(tmp_path / "plain.png")
    monkeypatch.setattr(painting, "STIMULI", tmp_path)
    monkeypatch.setattr(marks, "STIMULI", tmp_path)
    screen = Screen(name="image", marks=(Pictured(path="plain.png", height=0.5),), seconds=1.0)
    (piece,) = (p for p in lay_out(screen, begin(screen), CANVAS, {"stop": "Stop"}).pieces if isinstance(p, Picture))
    assert (piece.x, piece.y, piece.width, piece.height) == (280, 180, 720, 360)
    assert paint(piece).size == (720, 360) and paint(piece).getpixel((300, 100)) == (10, 20, 30, 255)
