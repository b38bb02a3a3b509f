"""`vantage storyboard` itself, through a real window, and what keeps it from writing."""

from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader

from runner.cli import main
from runner.declarations.protocols import read_protocol

TASTE = Path(__file__).parents[3] / "protocols" / "taste.yaml"
SMALL = ["--cell", "frame=privilege", "setting=public", "--language", "de", "--size", "640x360"]


@pytest.fixture
def storyboard(capfd):
    """storyboard(folder) -> exit code, standard error."""

    def run(folder, *arguments):
        code = main(["storyboard", str(TASTE), "--out", str(folder), *arguments])
        return code, capfd.readouterr().err

    return run


def test_one_language_and_cell_in_a_small_window(storyboard, tmp_path):
    assert storyboard(tmp_path, *SMALL) == (0, "")
    sha = read_protocol(TASTE).sha256
    assert sha in (tmp_path / "taste.html").read_text(encoding="utf-8")
    reader = PdfReader(tmp_path / "storyboard.pdf")
    assert sha in reader.pages[0].extract_text()
    assert "Screens, language: de" in reader.pages[1].extract_text()
    assert [folder.name for folder in (tmp_path / "screens").iterdir()] == ["de"]
    pictures = sorted((tmp_path / "screens" / "de").glob("*.png"))
    assert len(pictures) > 20
    with Image.open(pictures[0]) as first:
        assert first.size == (640, 360)
        assert len(first.getcolors(10**6) or ()) > 10  # something was drawn


def test_a_damaged_folder_is_found_before_anything_is_drawn(storyboard, tmp_path):
    (tmp_path / "screens").mkdir()
    (tmp_path / "screens" / "de").write_text("not a folder", encoding="utf-8")
    code, err = storyboard(tmp_path, *SMALL)
    assert code == 2
    assert "making the storyboard's folder failed" in err


def test_a_folder_in_the_place_of_a_file_too(storyboard, tmp_path):
    (tmp_path / "storyboard.pdf").mkdir()
    code, err = storyboard(tmp_path, *SMALL)
    assert code == 2
    assert "storyboard.pdf: is a folder, and the storyboard's file has this name; move it away" in err


def test_a_language_that_the_study_has_not_is_refused(storyboard, tmp_path):
    code, err = storyboard(tmp_path / "out", "--language", "tlh")
    assert code == 2
    assert "--language: taste has en, de" in err
    assert not (tmp_path / "out").exists()
