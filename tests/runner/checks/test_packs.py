"""What a cause still lacks: told all at once, in every language, each where it belongs."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from runner.checks import reading, wording
from runner.checks.check import check
from runner.checks.packs import FURTHER, check_pack
from runner.cli import main
from runner.declarations.materials import STIMULI

Copied = Callable[..., Path]


@pytest.fixture
def stimuli(tmp_path: Path) -> Path:
    """A laboratory's own materials, with a copy of the complete cause in English."""
    folder = tmp_path / "materials"
    for kind in ("packs", *FURTHER):
        (folder / "en" / kind).mkdir(parents=True)
        shutil.copy(STIMULI / "en" / kind / "gender.yaml", folder / "en" / kind / "new.yaml")
    return folder


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text, old
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def told(folder: Path) -> list[str]:
    return [f"{Path(m.file).parent.name}:{m.line}: {m.what}" for m in check_pack("new", folder).mistakes]


def test_the_complete_cause_lacks_nothing(stimuli: Path) -> None:
    report = check_pack("new", stimuli)
    assert report.mistakes == report.warnings == ()


@pytest.mark.parametrize("path", sorted(STIMULI.glob("en/packs/*.yaml")), ids=lambda path: path.stem)
def test_every_shipped_cause_can_be_checked(path: Path) -> None:
    report = check_pack(path.stem)
    if path.stem not in {"planets", "groups"}:  # toys, which no study needs whole
        assert report.mistakes == ()


def test_everything_that_is_missing_is_told_at_once(stimuli: Path) -> None:
    pack = stimuli / "en/packs/new.yaml"
    change(pack, "  movement:", "  muvement:")
    change(pack, "template: 16", "template: 15")
    change(pack, "template: 2\n", "template: 3\n")
    text = pack.read_text(encoding="utf-8")
    pack.write_text(re.sub(r" {4}neutral: >-\n( {6}.*\n)+", "", text, count=1), encoding="utf-8")
    change(pack, '    source: "', '    source: "" # "')
    change(pack, '    "3": ', '    # "3": ')
    change(pack, "petition: >-", "title2: >-")
    change(stimuli / "en/policies/new.yaml", "id: mentoring", "id: monitoring")
    change(stimuli / "en/matched/new.yaml", "contrast: own_cost", "contrast: help")
    (stimuli / "en/wordlists/new.yaml").unlink()
    said = told(stimuli)
    for what in (
        "there is no term 'movement'; add what is missing",
        "there is no act for the template '2', '16'; add what is missing",
        "has no 'neutral'; write it",
        "has no 'source'; write it",
        "there is no phrase of 'effort' for the level '3'; add what is missing",
        "'petition' is missing; say what a real petition asks for",
        "unknown key 'title2'",
        "there is no policy 'mentoring'; add what is missing",
    ):
        assert [one for one in said if what in one], (what, said)
    [missing] = check_pack("new", stimuli).warnings
    assert missing.file == str(stimuli / "en/wordlists/new.yaml")
    assert "there is no such file, which protocols with wordlists of a cause need" in missing.what


def test_what_is_missing_is_told_at_its_line(stimuli: Path) -> None:
    change(stimuli / "en/packs/new.yaml", "  movement:", "  muvement:")
    lines = (stimuli / "en/packs/new.yaml").read_text(encoding="utf-8").splitlines()
    [mistake] = check_pack("new", stimuli).mistakes
    assert lines[mistake.line - 1] == "terms:"


def test_a_cause_that_is_missing_in_a_language_is_warned_of_and_that_languages_own_terms_are_asked_for(
    stimuli: Path,
) -> None:
    (stimuli / "de/packs").mkdir(parents=True)
    [warning] = check_pack("new", stimuli).warnings
    assert "the pack is not there in this language" in warning.what and "de" in Path(warning.file).parts
    shutil.copy(stimuli / "en/packs/new.yaml", stimuli / "de/packs/new.yaml")
    german = [mistake.what for mistake in check_pack("new", stimuli).mistakes if "de" in Path(mistake.file).parts]
    assert any("there is no term " in what and "'ingroup_dative'" in what for what in german)


def test_fewer_facts_than_tasks_may_draw_are_told(stimuli: Path) -> None:
    pack = stimuli / "en/packs/new.yaml"
    text = pack.read_text(encoding="utf-8")
    start, end = text.index("  - id: valued_work"), text.index("# One act for each")
    pack.write_text(text[:start] + text[end:], encoding="utf-8")
    [said] = told(stimuli)
    assert said.endswith("there are 23 of 24 facts; write the others")


def test_an_unknown_cause_and_a_file_that_cannot_be_read_are_told(stimuli: Path) -> None:
    [unknown] = check_pack("nwe", stimuli).mistakes
    assert unknown.what == "there is no pack 'nwe'; did you mean 'new'?"
    (stimuli / "en/packs/new.yaml").write_text("name: [", encoding="utf-8")
    assert "can't be read as YAML" in told(stimuli)[0]


# ---------------------------------------------------------------- the command


def test_the_command_takes_a_pack_by_its_file_or_its_name(
    stimuli: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["check", str(stimuli / "en/packs/new.yaml")]) == 0
    assert "new.yaml: 0 mistakes, 0 warnings" in capsys.readouterr().out
    monkeypatch.chdir(stimuli / "en")
    assert main(["check", "packs/new.yaml"]) == 0
    assert main(["check", "--pack", "race"]) == 0
    assert "the pack race: 0 mistakes" in capsys.readouterr().out
    assert main(["check", "--pack", "rase"]) == 2
    assert "there is no pack 'rase'; did you mean 'race'?" in capsys.readouterr().err


def test_the_command_wants_something_to_check(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == 2
    assert "PROTOCOL: is missing; name the file of a study, or a cause with --pack NAME" in capsys.readouterr().err


# ---------------------------------------------------------------- texts that stand for levels

TASTE = STIMULI.parent / "protocols" / "taste.yaml"


def test_texts_of_a_factors_levels_are_measured_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    main(["check", str(TASTE), "--json"])
    found = json.loads(capsys.readouterr().out)["texts"]
    framing = next(text for text in found if text["phases"] == ["framing"] and text["language"] == "en")
    assert framing["factor"] == "frame" and set(framing["levels"]) == {"privilege", "disadvantage"}
    words = [level["words"] for level in framing["levels"].values()]
    assert framing["differences"]["words"] == pytest.approx(1 - min(words) / max(words), abs=1e-3)
    assert all(isinstance(level["reading_grade"], float) for level in framing["levels"].values())
    assert framing["too_different"] == [] and framing["differences"]["reading_grade"] <= 1
    german = next(text for text in found if text["phases"] == ["framing"] and text["language"] == "de")
    assert all(isinstance(level["reading_grade"], float) for level in german["levels"].values())
    wall = next(text for text in found if text["phases"] == ["wall"])
    assert wall["levels"]["private"]["reading_grade"] is None and wall["too_different"]


def test_a_study_is_measured_in_each_of_its_languages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "german_syllables", lambda word: 1)
    wording.load.cache_clear()
    for text in (text for text in check(TASTE, layout=False).texts if text.language in ("en", "de")):
        one_each = [load.syllables == load.words for load in text.levels.values() if load.words]
        assert all(one_each) is (text.language == "de")
    wording.load.cache_clear()


def test_texts_of_a_factors_levels_are_shown_to_people_who_ask(capsys: pytest.CaptureFixture[str]) -> None:
    main(["check", str(TASTE)])
    assert "framing by frame" not in capsys.readouterr().out
    main(["check", str(TASTE), "--details"])
    shown = capsys.readouterr().out
    block = shown[shown.index("framing by frame [en]") :].splitlines()
    assert block[0].split()[-5:] == ["words", "characters", "screens", "seconds", "grade"]
    assert [line.split()[0] for line in block[1:4]] == ["privilege", "disadvantage", "apart"]
    assert block[3].split()[1].endswith("%")


def test_an_ordinary_check_loads_nothing_for_tables_and_packs() -> None:
    code = (
        "import sys; from runner.cli import main\n"
        f"main(['check', {str(TASTE)!r}])\n"
        "assert not {'runner.checks.packs', 'runner.checks.texttable', 'numpy', 'pandas', 'msgspec'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, cwd=TASTE.parents[1])
