"""The PDF, read with another library: what the study is, every text, and the same bytes each time."""

import re
from io import BytesIO

import pytest
from attrs import evolve
from PIL import Image
from pypdf import PdfReader

from runner.protocol import Deception
from runner.screens import Continue, Screen, Text
from runner.storybook.book import Book, Chapter, Part, Shown, packed
from runner.storybook.paper import paper
from runner.storybook.telling import texts


def read(file):
    return PdfReader(BytesIO(file))


def flat(reader):
    """All words without the spaces and feet of pages, which line ends and page ends change."""
    pages = (re.sub(r"taste · protocol SHA-256 \w+\s*\d+", "", page.extract_text()) for page in reader.pages)
    return "".join("".join(pages).split())


def squeezed(text):
    return "".join(text.split())


@pytest.fixture(scope="module")
def file(book):
    return paper(book)


def one_chapter(book: Book, *screens: Screen, language: str = "en") -> Book:
    chapter = Chapter(phase="x", shown=[Shown(cell=cell, screens=screens) for cell in book.cells])
    pictures = {s: packed(Image.new("RGB", (16, 9), (0, 0, i))) for i, s in enumerate(screens)}
    part = Part(language=language, chapters=[chapter], pictures=pictures)
    return evolve(book, parts=[part])


def test_the_title_page_says_what_the_study_is(book, file):
    deceived = evolve(book.protocol, deception=(Deception(what="Scores are drawn by lot", debriefed_in="debrief"),))
    text = read(paper(evolve(book, protocol=deceived))).pages[0].extract_text()
    protocol = book.protocol
    for expected in (
        protocol.study,
        "A taste (en)",
        protocol.sha256,
        "coded: answers are kept under a code and shown to nobody",
        "languages: en, de",
        "frame=disadvantage, setting=public",
        "Scores are drawn by lot (debriefed in the phase debrief)",
    ):
        assert expected in text
    assert "none is declared" in read(file).pages[0].extract_text()


def test_every_page_is_a4_and_carries_the_hash_and_its_number(book, file):
    reader = read(file)
    assert 10 <= len(reader.pages) <= 40
    for number, page in enumerate(reader.pages, 1):
        assert (round(float(page.mediabox.width)), round(float(page.mediabox.height))) == (595, 842)
        assert re.search(rf"SHA-256 {book.protocol.sha256}\s*{number}\b", page.extract_text())


def test_no_text_of_any_screen_is_missing(book, file):
    whole = flat(read(file))
    for part in book.parts:
        for screen in part.pictures:
            for text in texts(screen):
                assert squeezed(text) in whole, text


def test_cells_are_named_where_they_differ_and_phases_can_be_jumped_to(book, file):
    reader = read(file)
    whole = flat(reader)
    assert whole.count("Differsbetweencells:frame=privilege") > 0 and "frame=disadvantage" in whole
    assert "onlyinsetting=public" in whole
    titles = [entry.title for each in reader.outline for entry in (each if isinstance(each, list) else [each])]
    assert {"The study", "Screens, language en", "framing (en)", "framing (de)"} <= set(titles)


def test_the_same_storyboard_is_the_same_file_without_a_date(book, file):
    assert paper(book) == file
    assert b"/CreationDate" not in file and b"/ModDate" not in file


def test_signs_of_markup_in_a_text_are_just_text(book):
    said = "two ** stars, a __ line, -- dashes, ~~ waves, [a](b), snake_case and non-binary"
    text = flat(read(paper(one_chapter(book, Screen(name="p", marks=(Text(text=said),), accepts=Continue())))))
    assert squeezed(said) in text


def test_trials_in_a_script_that_captions_have_no_letters_for_are_all_pictured(book):
    def trials(word):
        return tuple(Screen(name="t", marks=(Text(text=f"{word} {i}"),), accepts=Continue()) for i in range(12))

    pictures = [
        sum(len(page.images) for page in read(paper(one_chapter(book, *trials(word), language=language))).pages)
        for word, language in (("word", "en"), ("كلمة", "ar"))
    ]
    assert pictures == [2, 12]
