"""Datasets for others: whole or not there, in the standards' forms, and nothing in them that leads back to a person."""

import csv
import errno
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd
import pytest
from attrs import evolve

from analysis.export import sheets
from analysis.export.cells_rare import coarsened
from analysis.export.pseudonyms import pseudonyms
from analysis.export.release import Choices, Release, release
from analysis.export.writing import FORMS, export
from analysis.reading.logs import Damaged, Logs, session_of
from analysis.study import examine
from runner import cli
from runner.declarations.protocols import read_protocol
from runner.errors import MachineError, VantageError

ROOT = Path(__file__).parents[2]
PROTOCOLS = sorted((ROOT / "protocols").glob("*.yaml"))
MADE: dict[str, Release] = {}
QUESTION = {"kind": "words", "text": "?", "options": [], "anchors": [], "low": 1, "high": 7, "lines": 3, "least": 0}
QUESTION |= {"declinable": True, "title": "", "instruction": "", "badge": False}


@pytest.fixture(scope="module")
def exported(tmp_path_factory) -> Iterator[Path]:
    """Every protocol, simulated with two people and exported in every form: <form>/<protocol>."""
    folder = tmp_path_factory.mktemp("exported")
    for path in PROTOCOLS:
        assert cli.main(["simulate", str(path), "-n", "2", "--out", str(folder / "data")]) == 0
        made = export(read_protocol(path), folder / "data", folder / "csv" / path.stem, "csv")
        for form in ("bids", "psych-ds"):
            (folder / form / path.stem).mkdir(parents=True)
            FORMS[form](made, folder / form / path.stem)
        MADE[path.stem] = made
    return folder


def test_bids_has_no_error_in_any_study(exported):
    validator = Path(sys.executable).with_name("bids-validator-deno")

    def errors(path: Path) -> list[str]:
        told = subprocess.run((validator, exported / "bids" / path.stem, "--json"), capture_output=True, text=True)
        issues = json.loads(told.stdout)["issues"]["issues"]
        return [f"{path.stem}: {i['code']} {i.get('location')}" for i in issues if i["severity"] == "error"]

    with ThreadPoolExecutor(2) as pool:
        assert [error for found in pool.map(errors, PROTOCOLS) for error in found] == []


@pytest.mark.parametrize("name", [path.stem for path in PROTOCOLS])
def test_psych_ds_follows_the_rules_of_its_schema(exported, name):
    folder = exported / "psych-ds" / name
    about = json.loads((folder / "dataset_description.json").read_text(encoding="utf-8"))
    assert about["@context"] == "https://schema.org/"
    assert about["@type"] == "Dataset"
    assert about["name"] and about["description"]
    assert all(v["@type"] == "PropertyValue" and v["description"] for v in about["variableMeasured"])
    listed = [v["name"] for v in about["variableMeasured"]]
    assert len(listed) == len(set(listed))
    files = list((folder / "data").iterdir())
    found = set()
    for file in files:
        assert re.fullmatch(r"([a-z]+-[a-zA-Z0-9]+)(_[a-z]+-[a-zA-Z0-9]+)*_data\.csv", file.name)
        with file.open(encoding="utf-8", newline="") as lines:
            header, *rows = csv.reader(lines)
        assert len(header) == len(set(header))
        assert all(len(row) == len(header) for row in rows)
        assert "row_id" not in header
        found |= set(header)
    assert files
    assert found == set(listed)
    assert all(file.stat().st_size for file in folder.rglob("*") if file.is_file())


@pytest.mark.parametrize("name", [path.stem for path in PROTOCOLS])
def test_csv_gives_back_the_very_tables(exported, name):
    back = sheets.read(exported / "csv" / name)
    assert {"participants", "sessions", "screens", "timing", "quality"} <= set(back)
    assert set(back) == set(MADE[name].tables)
    for table, frame in back.items():
        pd.testing.assert_frame_equal(frame, MADE[name].tables[table], obj=table)


def test_formulas_stay_texts_there_and_back(tmp_path):
    texts = ["=1+1", "+1", "-1a", "@a", "\ta", "\ra", "'", "''", "", None, "None", "a\nb", 'a"b', "-5"]
    frame = pd.DataFrame({"=x": pd.array(texts, dtype="string"), "n": pd.array([None, *range(13)], dtype="Int64")})
    (tmp_path / "t.csv").write_text(sheets.to_csv(frame, exact=True), encoding="utf-8", newline="")
    with (tmp_path / "t.csv").open(encoding="utf-8", newline="") as lines:
        cells = [cell for row in csv.reader(lines) for cell in row]
    assert not [cell for cell in cells if cell[:1] in tuple("=+@\t\r") and cell[:1]]
    pd.testing.assert_frame_equal(sheets.from_csv(tmp_path / "t.csv", {"=x": "string", "n": "Int64"}), frame)


# ---------------------------------------------------------------- what may leave


@pytest.fixture
def studied(protocol, person):
    """A study of twelve people: two of them older, one who wrote something."""

    def made(store="real", identity="coded", n=12, **head):
        people = []
        for i in range(n):
            one = person(i, "export", store=store, at=f"2026-03-{i + 1:02d}T09:30:00+00:00", station="lab-3", **head)
            age = "under_25" if i < 10 else "from_65"
            options = [{"value": v, "text": v} for v in ("under_25", "from_65")]
            asked = {**QUESTION, "question": "age", "kind": "choice", "options": options}
            one.do("about", "question", asked, {"response": age, "number": None}, age)
            wrote = "my brother told me of it in Mill Lane" if i == 3 else "nothing"
            one.do("probe", "question", {**QUESTION, "question": "odd"}, {"response": wrote, "number": None}, wrote)
            people.append(session_of(one.log()))
        logs = Logs(sessions=tuple(people), damaged=())
        return examine(evolve(protocol, identity=identity, study="made-up"), logs)

    return made


def cells(made) -> set[str]:
    return {str(v) for frame in made.tables.values() for name in frame for v in frame[name].dropna().unique()}


def test_nothing_that_is_known_elsewhere_is_in_any_table(studied):
    study = studied()
    made = release(study, Choices())
    known = {"lab-3"} | set(study.tables.sessions["session"]) | set(study.tables.sessions["participant"])
    known |= set(study.tables.sessions["started_at"])
    assert not {cell for cell in cells(made) for code in known if code in cell}
    private = {"session", "participant", "station", "slot", "plan_digest", "started_at", "alias"}
    assert not private & {name for frame in made.tables.values() for name in frame}
    assert set(made.tables["sessions"]["week"]) == {"2026-W09", "2026-W10", "2026-W11"}


def test_free_texts_stay_unless_they_are_asked_for(studied):
    text = "my brother told me of it in Mill Lane"
    made = release(studied(), Choices())
    assert not [cell for cell in cells(made) if "Mill Lane" in cell]
    assert "nothing" in cells(made)  # many said so
    assert any(re.fullmatch(r"question\.response: \d+ free texts left out\.", note) for note in made.notes)
    assert text in cells(release(studied(), Choices(texts=True)))


def test_rare_people_are_not_told_apart(studied):
    rare = release(studied(), Choices()).tables["participants"]
    assert rare["age"].isna().all()  # two older people: to lack the age would single them out too
    enough = release(studied(), Choices(least=2)).tables
    assert enough["participants"]["age"].value_counts().to_dict() == {"under_25": 10, "from_65": 2}
    assert enough["question"].loc[enough["question"]["question"] == "age", "response"].isna().all()
    screens = enough["screens"]
    assert not screens["answer"].isin(['"under_25"', '"from_65"']).any()


def test_combinations_are_coarsened_column_by_column():
    people = pd.DataFrame({"age": ["20-29"] * 6 + ["30-39"] * 6 + ["90-99"] * 5, "group": ["a"] * 12 + ["b"] * 5})
    kept, told = coarsened(people, ["age", "group"], 5)
    assert told == {"age": 0, "group": 0}
    people.loc[16, "group"] = "c"
    kept, told = coarsened(people, ["age", "group"], 5)
    shared = kept.groupby(["age", "group"], dropna=False).size()
    assert shared.min() >= 5


def test_labels_are_by_chance_or_by_a_seed():
    codes = [f"p{i}" for i in range(40)]
    assert pseudonyms(codes) != pseudonyms(codes)
    assert pseudonyms(codes, "a") == pseudonyms(reversed(codes), "a") != pseudonyms(codes, "b")
    labels = pseudonyms(codes, "a")
    assert [labels[code] for code in codes] != sorted(labels.values())


def test_an_unlinkable_study_tells_nothing_of_the_machine_and_needs_enough_people(studied, tmp_path, protocol):
    made = release(studied(identity="unlinkable"), Choices())
    names = {name for frame in made.tables.values() for name in frame}
    assert not {"versions", "stage", "refresh_hz", "wall_s"} & names
    with pytest.raises(VantageError, match=r"nobody can be traced, and 3 people took part; export it when there are 5"):
        release(studied(identity="unlinkable", n=3), Choices())
    with pytest.raises(VantageError, match="--pseudonyms: this study promised"):
        release(studied(identity="unlinkable"), Choices(seed="a"))
    with pytest.raises(VantageError, match="--raw: this study promised"):
        export(evolve(protocol, identity="unlinkable"), tmp_path, tmp_path / "out", "csv", raw=True)


def test_who_did_not_consent_is_not_exported(protocol, person):
    logs = [person(i, "consent").log() for i in range(6)]
    for record in logs[0]:
        if getattr(record, "outcome", {}).get("agreed"):
            record.outcome["agreed"] = False
    damaged = (Damaged(file="a.jsonl", reason="line 3 was changed"),)
    study = examine(protocol, Logs(sessions=tuple(map(session_of, logs)), damaged=damaged))
    made = release(study, Choices())
    assert len(made.tables["participants"]) == 5
    assert made.notes[:2] == ("Sessions without consent, left out: 1.", "Damaged logs, left out: 1.")


def test_stores_are_never_mixed_and_simulations_say_so(person, keep, protocol, tmp_path):
    keep(person(1, "a", store="simulated").log())
    made = export(protocol, tmp_path / "data", tmp_path / "one", "bids")
    assert "(simulated data)" in (tmp_path / "one" / "dataset_description.json").read_text(encoding="utf-8")
    assert made.store == "simulated"
    keep(person(2, "a", store="real").log())
    with pytest.raises(VantageError, match="real and simulated sessions stand there together, and a dataset holds one"):
        export(protocol, tmp_path / "data", tmp_path / "two", "bids")
    assert not (tmp_path / "two").exists()


def test_logs_go_with_it_only_when_all_else_may(person, keep, protocol, tmp_path):
    path = keep(person(1, "raw").log())
    with pytest.raises(VantageError, match=r"--raw: logs hold codes, times, texts.*ask for --texts --min-cell 1 too"):
        export(protocol, tmp_path / "data", tmp_path / "out", "bids", raw=True)
    export(protocol, tmp_path / "data", tmp_path / "out", "bids", Choices(texts=True, least=1), raw=True)
    assert (tmp_path / "out" / "sourcedata" / path.name).read_bytes() == path.read_bytes()


# ---------------------------------------------------------------- whole or not there


def test_an_existing_folder_is_left_alone(person, keep, protocol, tmp_path):
    keep(person(1, "there").log())
    (tmp_path / "out").mkdir()
    with pytest.raises(VantageError, match="this is there already; name a folder that is not"):
        export(protocol, tmp_path / "data", tmp_path / "out", "csv")


def test_a_full_disk_leaves_nothing_and_says_so(person, keep, protocol, tmp_path, monkeypatch):
    keep(person(1, "full").log())

    def full(made, folder):
        sheets.write(made, folder)
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setitem(FORMS, "csv", full)
    with pytest.raises(MachineError, match=r"out: the dataset can't be written \(No space left on device\); make room"):
        export(protocol, tmp_path / "data", tmp_path / "out", "csv")
    assert [p.name for p in tmp_path.iterdir()] == ["data"]


def test_no_file_says_when_anybody_came(exported):
    times = {path.stat().st_mtime for path in (exported / "csv" / "taste").iterdir()}
    assert len(times) == 1


def test_the_command(exported, tmp_path, capsys):
    protocol, data = str(ROOT / "protocols" / "taste.yaml"), str(exported / "data")
    command = ["export", protocol, "--data", data, "--format", "csv", "--no-cache", "--out"]
    assert cli.main([*command, str(tmp_path / "out")]) == 0
    assert "2 participants (simulated) as csv in" in capsys.readouterr().out
    assert cli.main([*command, str(tmp_path / "out")]) == 2
    assert "this is there already" in capsys.readouterr().err
    assert cli.main([*command, str(tmp_path / "other"), "--min-cell", "0"]) == 2
    assert "--min-cell: wants 1 or more, got 0" in capsys.readouterr().err
