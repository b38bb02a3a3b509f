"""The laboratory handbook and the page for the ethics board: short, legible on paper, and true of the program."""

import argparse
import importlib.util
import re
import shlex
import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader
from ruamel.yaml import YAML

from runner.cli import COMMANDS
from runner.station import settings

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = {"handbook": 6, "handbook-de": 6, "ethics": 1}  # sheets of A4 at most
HANDBOOKS = {"handbook": "en", "handbook-de": "de"}
A4 = (595.28, 841.89)  # points
SMALLEST = 10.0  # points of any letter
KB = 1024


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    """Each page as whoever prints it gets it."""
    folder = tmp_path_factory.mktemp("paper")
    for name in PAGES:
        command = [sys.executable, ".ci/handbook", "--pdf", folder / f"{name}.pdf", "--page", DOCS / f"{name}.md"]
        subprocess.run(command, cwd=ROOT, check=True, timeout=120)
    return {name: PdfReader(folder / f"{name}.pdf") for name in PAGES}


def text_of(name):
    return (DOCS / f"{name}.md").read_text(encoding="utf-8")


def pictures_in(name):
    return re.findall(r"!\[[^]]*\]\(([^)]+)\)", text_of(name))


@pytest.mark.parametrize("name", PAGES)
def test_it_is_no_longer_than_promised_and_legible(printed, name):
    pages = printed[name].pages
    assert len(pages) <= PAGES[name]
    sizes = []

    def look(text, page, line, _, size):
        if text.strip():
            sizes.append(round(abs(page[3] * line[3]) * size, 1))

    for page in pages:
        assert [float(page.mediabox.width), float(page.mediabox.height)] == pytest.approx(A4, abs=0.5)
        page.extract_text(visitor_text=look)
    assert len(sizes) > 50 and min(sizes) >= SMALLEST


@pytest.mark.parametrize("name", HANDBOOKS)
def test_its_pictures_are_on_the_paper(printed, name):
    on_paper = sum(len(re.findall(rb" Do\b", page.get_contents().get_data())) for page in printed[name].pages)
    assert on_paper == len(pictures_in(name)) >= 8


def scenes():
    """The script's own list of what it takes."""
    sys.path.insert(0, str(ROOT / ".ci"))
    try:
        spec = importlib.util.spec_from_file_location("handbook_pictures", ROOT / ".ci/handbook_pictures.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(ROOT / ".ci"))
    return module


@pytest.mark.parametrize(("name", "language"), HANDBOOKS.items())
def test_each_picture_is_small_and_can_be_taken_again(name, language):
    taken = {picture for _, pictures in scenes().SCENES.values() for picture in pictures}
    folder = scenes().PICTURES[language]
    shown = {(DOCS / path).resolve() for path in pictures_in(name)}
    assert shown == {folder / f"{picture}.png" for picture in taken} == set(folder.glob("*.png"))
    for path in shown:
        with Image.open(path) as image:
            assert image.mode == "P" and image.width >= 400
        assert path.stat().st_size <= 120 * KB


# ---------------------------------------------------------------- what it says of the program


def commands(name):
    """Every command with its options, in blocks and within sentences."""
    blocks = re.findall(r"^```\w*$(.*?)^```$", text_of(name), re.MULTILINE | re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    lines += re.findall(r"`([^`\n]+)`", text_of(name))
    return [found[1] for line in lines if (found := re.search(r"(?:^|[\\/])vantage (\w.*)$", line.strip()))]


@pytest.mark.parametrize("name", HANDBOOKS)
def test_its_commands_are_ones_that_the_program_takes(name):
    found = commands(name)
    assert {"station", "doctor", "console", "withdraw", "contacts", "payments", "ledger"} <= {
        c.split()[0] for c in found
    }
    for line in found:
        command, *arguments = shlex.split(line.replace("\\", "/"))
        assert command in COMMANDS
        parser = argparse.ArgumentParser()
        import_module(f"runner.commands.{command}").add_arguments(parser)
        try:
            args = parser.parse_args(arguments)
        except SystemExit:
            pytest.fail(f"vantage {line}")
        study = getattr(args, "protocol", None)
        assert study is None or (ROOT / study).is_file()


@pytest.mark.parametrize("name", HANDBOOKS)
def test_its_settings_are_ones_that_a_station_takes(name, tmp_path):
    from runner.station.doctor.wanted import expected_stations

    (said,) = re.findall(r"^```toml$(.*?)^```$", text_of(name), re.MULTILINE | re.DOTALL)
    (tmp_path / settings.FILE).write_text(said, encoding="utf-8")
    read = settings.read(tmp_path)
    assert (read.station, read.language) == ("lab-3", HANDBOOKS[name])
    assert read.ledger.startswith("postgresql+psycopg://") and "lab-3" in expected_stations(tmp_path)
    from runner.privacy import contacts

    assert set(tomllib.loads(said)["contacts"]) == {"keys"} and len(contacts._said(tmp_path)[1]) == 2


def words(language):
    """Everything that stands on a screen in this language: start window, sessions, console; and the programs' pages."""
    yaml = YAML(typ="safe")
    files = [ROOT / "runner/desk/words" / f"{language}.yaml"]
    files += [ROOT / "stimuli" / language / name for name in ("interface.yaml", "words.yaml")]
    for file in files:
        yield from (str(text) for text in yaml.load(file.read_text(encoding="utf-8")).values())
    console = tomllib.loads((ROOT / "runner/console/words.toml").read_text(encoding="utf-8"))
    yield from console[language].values()
    yield (ROOT / "runner/station/doctor/morning.py").read_text(encoding="utf-8")


@pytest.mark.parametrize(("name", "language"), HANDBOOKS.items())
def test_what_it_quotes_stands_on_a_screen(name, language):
    plain = " ".join(text_of(name).split())
    opening, closing = {"en": "“”", "de": "„“"}[language]
    quoted = set(re.findall(f"{opening}([^{opening}{closing}]+){closing}", plain))
    quoted = {re.sub(r"\blab-\d\b", "{}", each) for each in quoted}
    quoted -= {"quotation marks", "Anführungszeichen", "works", "geht"}
    there = [re.sub(r"\{\w*\}", "{}", re.sub(r" \(&.\)|&", "", text)) for text in words(language)]
    unknown = {each for each in quoted if not any(each in text for text in there)}
    assert len(quoted) > 30 and not unknown


def test_both_handbooks_say_the_same():
    english, german = text_of("handbook"), text_of("handbook-de")
    assert [re.sub(r" --language de", "", c) for c in commands("handbook-de") if "doctor" not in c] == [
        c for c in commands("handbook") if "doctor" not in c
    ]
    for mark in (r"^#+ ", r"^\d\. ", r"^\| ", r"^!\["):
        assert len(re.findall(mark, english, re.MULTILINE)) == len(re.findall(mark, german, re.MULTILINE)), mark
    assert [Path(path).name for path in pictures_in("handbook")] == [
        Path(path).name for path in pictures_in("handbook-de")
    ]


def test_the_ethics_page_leaves_nothing_out_that_is_kept():
    said = text_of("ethics")
    for what in ("ledger", "payment", "alias", "unlinkable", "coded", "shown", "high risk", "receipt", "salted hash"):
        assert what in said.casefold(), what
    for risk in ("solid-state", "backups", "write-ahead log", "in the room", "rules the computer"):
        assert risk in said.split("What remains", 1)[1], risk
