"""Storyboards: every screen of every cell, cells side by side only where they differ, differing words marked."""

from pathlib import Path

import pytest
from PIL import Image

from runner import storybook
from runner.commands.storyboard import picture_cells
from runner.declarations.protocols import read_protocol
from runner.screens import Continue, Screen, Text
from runner.storybook import Chapter, Shown

TASTE = read_protocol(Path(__file__).parents[2] / "protocols" / "taste.yaml")


def blank(screen):
    return Image.new("RGB", (16, 9), "white")


@pytest.fixture(scope="module")
def board():
    """Chapters and pictures of the demo, before a camera that sees white."""
    pictures = {}
    return picture_cells(TASTE, "en", {}, blank, pictures), pictures


def page(name, text):
    return Screen(name=name, marks=(Text(text=text),), accepts=Continue())


def test_every_phase_of_every_cell_is_there(board):
    chapters, _ = board
    assert [c.phase for c in chapters[:-1]] == [p.name for p in TASTE.phases]
    cells = [dict(shown.cell) for shown in next(c for c in chapters if c.phase == "framing").shown]
    assert cells == [dict(cell) for cell in TASTE.cells()]


def test_branches_that_no_simulated_person_took_are_there_too(board):
    chapters, _ = board
    names = {s.name for c in chapters for shown in c.shown for s in shown.screens}
    assert {"who-sees-again", "stop"} <= names


def test_a_screen_is_pictured_once_however_many_cells_show_it(board):
    taken = []
    pictures = {}
    picture_cells(TASTE, "en", {}, lambda screen: taken.append(screen) or blank(screen), pictures)
    assert len(taken) == len(set(taken)) == len(pictures)


def test_cells_that_show_the_same_are_one_picture_and_others_stand_side_by_side(board):
    chapters, pictures = board
    whole = storybook.page(TASTE, "en", (16, 9), chapters, pictures)
    assert TASTE.sha256 in whole
    assert 'src="http' not in whole and "href=" not in whole
    by_phase = dict(part.split("</h2>", 1) for part in whole.split("<h2>")[1:])
    assert by_phase["welcome"].count("<img") == 1
    framing = by_phase["framing"]
    assert framing.count("frame=privilege") == framing.count("frame=disadvantage") == 6
    assert "setting=" not in framing
    assert "<mark>" in framing


def test_words_that_the_first_column_lacks_are_marked():
    shown = [
        Shown(cell={"frame": "privilege", "setting": s}, screens=(page("p", "men gain & win"),))
        for s in ("private", "public")
    ] + [
        Shown(cell={"frame": "disadvantage", "setting": s}, screens=(page("p", "women lose & win"), page("q", "more")))
        for s in ("private", "public")
    ]
    pictures = {s: blank(s) for each in shown for s in each.screens}
    whole = storybook.page(TASTE, "en", (16, 9), [Chapter(phase="x", shown=shown)], pictures)
    assert "<b>frame=privilege</b> p men gain &amp; win" in whole
    assert "<b>frame=disadvantage</b> p <mark>women lose</mark> &amp; win" in whole
    assert "<b>frame=disadvantage</b> q more" in whole


def test_the_overview_holds_four_to_a_row():
    sheet = storybook.overview([Image.new("RGB", (160, 90), "red")] * 6, width=400)
    assert sheet.width == 400
    reds = sum(count for count, colour in sheet.getcolors(10**6) if colour == (255, 0, 0))
    across = (400 - 4 * 5) // 4
    assert reds == 6 * across * (across * 90 // 160)
