"""Bring your own instrument: the example runs from its check to its scores, and what is wrong is told in place."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from attrs import evolve
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from analysis.reading.logs import read_logs
from analysis.study import examine
from runner.checks.check import Report, check
from runner.cli import main
from runner.declarations.laboratory import kept
from runner.declarations.protocols import read_protocol, read_protocol_text
from runner.declarations.schema import schemas
from runner.log import read
from runner.records import SessionStarted

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "protocols" / "examples"
SCALE = "materials/en/scales/weather_sense.yaml"

Changed = Callable[..., Report]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The example in a laboratory's own folder."""
    shutil.copytree(EXAMPLES, tmp_path / "lab")
    return tmp_path / "lab" / "own-instrument.yaml"


@pytest.fixture
def changed(copy: Path) -> Changed:
    """Checks the example after changes to the English instrument."""

    def run(*edits: tuple[str, str]) -> Report:
        path = copy.parent / SCALE
        text = path.read_text(encoding="utf-8")
        for old, new in edits:
            assert old in text, old
            text = text.replace(old, new, 1)
        path.write_text(text, encoding="utf-8")
        return check(copy)

    return run


def test_the_example_runs_from_its_check_to_scores_of_its_subscales(tmp_path: Path, copy: Path) -> None:
    report = check(copy)
    assert report.mistakes == report.warnings == ()
    assert main(["simulate", str(copy), "-n", "8", "--out", str(tmp_path / "data")]) == 0
    assert main(["analyze", str(copy), "--data", str(tmp_path / "data"), "--out", str(tmp_path / "out")]) == 0
    scores = pd.read_csv(tmp_path / "out" / "tables" / "scores.csv")
    names = {"weather_sense", "weather_sense.noticing", "weather_sense.planning", "individualism"}
    assert set(scores["construct"]) == names
    items = pd.read_csv(tmp_path / "out" / "tables" / "scale.csv")
    for session, answers in items[items["subscale"] == "noticing"].groupby("session"):
        given = answers.set_index("item")["response"]
        by_hand = pd.Series([given["ws1"], given["ws2"], 7 - given["ws3"]]).mean()  # six points: low + high - x
        mine = scores[(scores["session"] == session) & (scores["construct"] == "weather_sense.noticing")]
        assert mine["score"].iloc[0] == pytest.approx(by_hand)
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "Journal of Examples, 1, 1-9. Terms of use: Invented for this example" in page


def test_a_log_keeps_the_instrument_in_the_sessions_language_and_nothing_else(tmp_path: Path, copy: Path) -> None:
    (copy.parent / "materials/de/scales/other.yaml").write_text("name: of another study\n", encoding="utf-8")
    assert main(["simulate", str(copy), "-n", "1", "--out", str(tmp_path), "--language", "de"]) == 0
    [log] = tmp_path.glob("own-instrument/simulated/*.jsonl")
    head = read(log)[0]
    assert isinstance(head, SessionStarted)
    name = "de/scales/weather_sense.yaml"
    assert head.materials == {name: (copy.parent / "materials" / name).read_text(encoding="utf-8")}
    assert kept(read_protocol_text(head.protocol, "log"), "de") == {}  # a log's copy of a protocol has no folder


def test_versions_of_an_instrument_are_told(tmp_path: Path, copy: Path) -> None:
    assert main(["simulate", str(copy), "-n", "2", "--out", str(tmp_path / "data")]) == 0
    logs = read_logs(tmp_path / "data", "own-instrument")
    one, two = logs.sessions
    [(name, text)] = two.head.materials.items()
    other = evolve(two, head=evolve(two.head, materials={name: text.replace("wind turns", "wind changes")}))
    told = "The sessions ran with 2 versions of the laboratory's own materials."
    protocol = read_protocol(copy)
    assert told not in examine(protocol, logs).warnings()
    assert told in examine(protocol, evolve(logs, sessions=(one, other))).warnings()


@pytest.mark.parametrize(
    ("old", "new", "line", "what"),
    [
        ('anchors: ["not at all", "completely"]   # both ends; or all six\n', "", 2, "'anchors' is missing; add it"),
        ('anchors: ["not at all", "completely"]', "anchors: [no]", 8, "'anchors' must be 2 (both ends), 3 (ends and"),
        ("id: ws2", "id: ws1", 15, "'ws1' stands here a second time; give it another name"),
        ("reversed: true ", "reversed: perhaps ", 21, "'reversed' must be true or false, but is the text 'perhaps'"),
        ("reversed: true ", "reverse: true ", 21, "unknown key 'reverse'; did you mean 'reversed'?"),
        ("items:", "reversed: [ws3]\nitems:", 11, "unknown key 'reversed'"),
        ('licence: "Invented', '#: "Invented', 9, "needs its terms of use; add 'licence: ...', or write 'source: own'"),
        ('source: "Example', '#: "Example', 2, "'source' is missing; add it (a text)"),
        ("source: ", "source: '' # ", 9, "'source' is empty; write 'own', or the instrument's reference"),
        ("    subscale: planning\n", "", 22, "some items have a subscale and this one hasn't"),
    ],
)
def test_what_is_wrong_in_an_instrument_is_told_with_its_line(
    changed: Changed, old: str, new: str, line: int, what: str
) -> None:
    found = [mistake for mistake in changed((old, new)).mistakes if what in mistake.what]
    assert found, "not told"
    assert found[0].file.endswith(SCALE) and found[0].line == line


def test_an_instrument_can_be_checked_by_itself(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = copy.parent / SCALE
    assert main(["check", str(path)]) == 0
    assert "weather_sense.yaml: 0 mistakes" in capsys.readouterr().out
    path.write_text(path.read_text(encoding="utf-8").replace("id: ws2", "id: ws1"), encoding="utf-8")
    assert main(["check", str(path)]) == 2
    assert f"{path}:15:9: 'ws1' stands here a second time" in capsys.readouterr().err


def test_an_instrument_of_ones_own_needs_no_terms(changed: Changed) -> None:
    assert changed(('source: "Example', "source: own #"), ('licence: "Invented', '#: "Invented')).ok


def test_an_own_file_does_not_stand_in_for_one_of_vantages(copy: Path) -> None:
    (copy.parent / SCALE).with_name("individualism.yaml").write_text("name: mine\n", encoding="utf-8")
    [mistake] = check(copy).mistakes
    assert mistake.file.endswith("materials/en/scales/individualism.yaml")
    assert "'individualism' is a name in Vantage's own scales too; rename this file" in mistake.what


def test_a_missing_own_file_is_told_where_the_protocol_names_it(copy: Path) -> None:
    (copy.parent / SCALE).rename((copy.parent / SCALE).with_name("weather_sence.yaml"))
    [mistake] = check(copy).mistakes
    assert "'weather_sense' is not in scales; did you mean 'weather_sence'?" in mistake.what
    assert str(Path("materials/en/scales/weather_sense.yaml")) in mistake.what
    assert "weather_sense" in mistake.source


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("scales/x.yaml", "materials stand in <language>/<kind>, such as en/scales; the kinds are "),
        ("en/scale/x.yaml", "materials stand in <language>/<kind>"),
        ("en/scales/x.yml", "materials are files that end in .yaml"),
        ("designs/x.txt.yaml", "what stands in designs are files that end in .csv"),
    ],
)
def test_files_that_nothing_reads_are_warned_of(copy: Path, name: str, what: str) -> None:
    path = copy.parent / "materials" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("name: x\n", encoding="utf-8")
    (copy.parent / "materials" / "README.md").write_text("ours", encoding="utf-8")  # may lie there
    [warning] = check(copy).warnings
    assert warning.file == str(path) and warning.what.startswith("nothing reads this file: " + what)


def test_facts_may_differ_by_language_and_are_then_told_in_all(copy: Path) -> None:
    protocol = read_protocol(copy)
    assert protocol.details_in("de") == {"laboratory": "Das Beispiellabor"}
    text = copy.read_text(encoding="utf-8")
    copy.write_text(text.replace(', de: "Das Beispiellabor"', ', fr: "le labo"'), encoding="utf-8")
    said = [mistake.what for mistake in check(copy).mistakes]
    assert said == [
        "'laboratory' is not told in de; add it, or give one text for all",
        "'fr' is not among the languages; add it there or delete this",
    ]


def test_a_fact_that_lacks_in_one_language_is_still_to_be_filled_in(copy: Path) -> None:
    text = copy.read_text(encoding="utf-8").replace('"Das Beispiellabor"', '""')
    copy.write_text(text.replace("details:", "to_fill_in: [laboratory]\ndetails:"), encoding="utf-8")
    assert read_protocol(copy).unfilled == ("laboratory",)
    assert [w.what for w in check(copy).warnings] == [
        "no real session starts before these are in 'details': laboratory"
    ]


def test_editors_know_the_example(copy: Path) -> None:
    document = YAML(typ="safe", pure=True).load(copy)
    assert list(Draft202012Validator(schemas()["protocol"]).iter_errors(document)) == []
    document["details"]["laboratory"]["de"] = 5
    assert list(Draft202012Validator(schemas()["protocol"]).iter_errors(document))


def test_the_page_shows_the_example_as_it_is() -> None:
    page = (ROOT / "docs/own-instrument.md").read_text(encoding="utf-8")
    shown = re.findall(r"```yaml\n(name: .*?)```", page, re.DOTALL)[0]
    real = (EXAMPLES / SCALE).read_text(encoding="utf-8")
    lines = {line.split("  #")[0].strip() for line in real.splitlines()}
    told = [line.strip() for line in shown.splitlines() if not line.startswith("source")]
    assert [line for line in told if line not in lines] == []
