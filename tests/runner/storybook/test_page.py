"""The page: every phase, cell and language in one file, differing words marked."""

from html import unescape

from attrs import evolve
from PIL import Image

from runner.screens import Continue, Screen, Text
from runner.storybook.book import Chapter, Part, Shown, packed, unpacked
from runner.storybook.page import page
from runner.storybook.sheet import overview
from runner.storybook.telling import texts

WHITE = packed(Image.new("RGB", (16, 9), "white"))


def screen(name, text):
    return Screen(name=name, marks=(Text(text=text),), accepts=Continue())


def test_every_phase_of_every_cell_is_there_with_branches_that_nobody_took(book):
    chapters = book.parts[0].chapters
    assert [c.phase for c in chapters[:-1]] == [p.name for p in book.protocol.phases]
    cells = [dict(shown.cell) for shown in next(c for c in chapters if c.phase == "framing").shown]
    assert cells == [dict(cell) for cell in book.protocol.cells()]
    names = {s.name for c in chapters for shown in c.shown for s in shown.screens}
    assert {"who-sees-again", "stop"} <= names


def test_the_page_holds_all_it_shows_and_each_language_after_the_other(book):
    whole = page(book)
    assert book.protocol.sha256 in whole
    assert 'src="http' not in whole and "href=" not in whole
    english, german = whole.split("<h2>")[1:]
    assert english.startswith("Language: en") and german.startswith("Language: de")
    by_phase = {part.split(" ", 1)[0]: part for part in english.split("<h3>")[1:]}
    assert by_phase["welcome"].count("<img") == 1
    framing = by_phase["framing"]
    assert framing.count("frame=privilege") == framing.count("frame=disadvantage") > 0
    assert "setting=" not in framing
    assert "<mark>" in framing
    assert "only in setting=public" in by_phase["wall"]


def test_no_text_of_any_screen_is_missing(book):
    whole = unescape(page(book))
    flat = " ".join(whole.replace("<mark>", "").replace("</mark>", "").split())
    for part in book.parts:
        for each in part.pictures:
            for text in texts(each):
                assert " ".join(text.split()) in flat, text


def test_words_that_the_first_column_lacks_are_marked(book):
    shown = [
        Shown(cell=cell, screens=(screen("p", "men gain & win"),))
        if cell["frame"] == "privilege"
        else Shown(cell=cell, screens=(screen("p", "women lose & win"), screen("q", "more")))
        for cell in book.cells
    ]
    pictures = {s: WHITE for each in shown for s in each.screens}
    part = Part(language="en", chapters=[Chapter(phase="x", shown=shown)], pictures=pictures)
    whole = page(evolve(book, parts=[part]))
    assert '<b>frame=privilege</b> p <span lang="en" dir="auto">men gain &amp; win</span>' in whole
    assert '<b>frame=disadvantage</b> p <span lang="en" dir="auto"><mark>women lose</mark> &amp; win</span>' in whole
    assert "<b>frame=disadvantage</b> q" in whole


def test_a_picture_is_kept_to_the_last_pixel():
    image = Image.effect_noise((64, 36), 90).convert("RGB")
    assert unpacked(packed(image)).tobytes() == image.tobytes()


def test_the_overview_holds_four_to_a_row():
    sheet = overview([Image.new("RGB", (160, 90), "red")] * 6, width=400)
    assert sheet.width == 400
    reds = sum(count for count, colour in sheet.getcolors(10**6) if colour == (255, 0, 0))
    across = (400 - 4 * 5) // 4
    assert reds == 6 * across * (across * 90 // 160)
