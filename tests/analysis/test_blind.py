"""A blind analysis: whole, without a result, and without a trace of who was in which condition."""

import csv
import json
import re

import attrs
import pandas as pd
import pytest

from analysis.blind import blinded
from analysis.pipeline import analyze
from analysis.reading.logs import Logs, Withdrawn, session_of
from analysis.study import examine
from runner.errors import VantageError
from runner.protocol import Factor

SHIFT = {"privilege": 1.5, "disadvantage": -1.5}
LEVELS = {"privilege", "disadvantage", "neutral", "private", "public"}


@pytest.fixture(scope="module")
def made(protocol, person, keep_in, tmp_path_factory):
    """A folder with logs and a blind analysis of them, the true levels by session, and the results."""
    folder, true = tmp_path_factory.mktemp("blind"), {}
    for i in range(60):
        one = person(i, "blind", shift=SHIFT)
        true[one.head["session"]] = (one.assigned["frame"], one.assigned["setting"])
        keep_in(folder / "data", one.log())
    before = {p: p.read_bytes() for p in (folder / "data").rglob("*.jsonl")}
    few = attrs.evolve(protocol, hypotheses=("H18b", "H34"))
    results = analyze(few, folder / "data", folder / "blind", blind="7")
    assert {p: p.read_bytes() for p in (folder / "data").rglob("*.jsonl")} == before
    return folder, few, true, results


def test_blind_stands_on_top_of_everything(made):
    folder, _, _, results = made
    said = "BLIND: conditions scrambled with the seed '7'; nothing here is a result"
    assert results.blind == said
    assert next(iter(json.loads((folder / "blind" / "results.json").read_bytes()).items())) == ("blind", said)
    text = (folder / "blind" / "report.html").read_text(encoding="utf-8")
    assert re.findall(r'<div class="banner" role="note">(.*?)</div>', text)[0].startswith("BLIND: conditions scrambled")


def test_no_file_pairs_a_session_with_its_true_condition(made):
    folder, _, true, _ = made
    dealt, rows = {}, 0
    for path in (folder / "blind").rglob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                known = [v for v in row.values() if v in true]
                told = [v for v in row.values() if v in LEVELS]
                if known and told:
                    rows += 1
                    assert dealt.setdefault(known[0], tuple(told)) == tuple(told), path.name
    assert rows >= 2 * len(true)  # sessions and people
    assert sorted(dealt.values()) == sorted(true.values())  # arms keep their sizes
    same = sum(dealt[s] == true[s] for s in true)
    assert same <= 20  # 10 of 60 are expected by chance
    for text in (
        p.read_text(encoding="utf-8") for p in (folder / "blind").rglob("*") if p.suffix in (".json", ".html")
    ):
        for session in true:
            for line in (line for line in text.splitlines() if session in line):
                assert not any(f'"{level}"' in line for level in LEVELS)


def test_nothing_is_written_that_was_shown_or_planned(made):
    folder, *_ = made
    tables = {p.stem for p in (folder / "blind" / "tables").iterdir()}
    assert tables == {"sessions", "exclusions", "flow", "reliability", "people", "hypotheses", "described"}
    with (folder / "blind" / "tables" / "sessions.csv").open(encoding="utf-8", newline="") as file:
        columns = set(next(csv.reader(file)))
    assert not columns & {"slot", "plan_digest", "respondent", "started_at", "station", "n_screens", "left_in"}
    with (folder / "blind" / "codebook.csv").open(encoding="utf-8", newline="") as file:
        book = [(row["table"], row["column"]) for row in csv.DictReader(file)]
    assert {table for table, _ in book} == tables
    assert ("sessions", "slot") not in book and ("sessions", "frame") in book


def test_what_is_true_does_not_come_out(made):
    folder, protocol, _, results = made
    open_eyed = analyze(protocol, folder / "data", folder / "true")
    assert open_eyed.blind == ""
    seen, blind = (next(h for h in r.hypotheses if h.id == "H18b") for r in (open_eyed, results))
    assert seen.verdict == "supported"
    assert blind.verdict != "supported" and abs(blind.estimate) < seen.estimate / 2
    same = [next(h for h in r.hypotheses if h.id == "H34").n for r in (open_eyed, results)]
    assert same[0] == same[1]  # what has nothing to do with conditions is as it will be


def test_the_seed_decides(made):
    folder, protocol, *_ = made
    again = analyze(protocol, folder / "data", folder / "again", blind="7")
    other = analyze(protocol, folder / "data", folder / "other", blind="8")
    _, _, _, results = made
    assert again.json() == results.json()
    assert other.hypotheses[0].estimate != results.hypotheses[0].estimate


def test_scrambling_is_fair():
    """An order chosen to have few in their places would turn effects round."""
    from analysis.blind import _dealt

    labels = [("a",)] * 10 + [("b",)] * 10
    matches = [sum(x == y for x, y in zip(labels, _dealt(labels, str(i)), strict=True)) for i in range(300)]
    assert 9.7 < sum(matches) / 300 < 10.3  # the mean's SE is 0.13


def test_a_person_keeps_one_condition_over_all_sessions(protocol, many):
    study = examine(protocol, many(40, "waves"))
    sessions = study.tables.sessions
    pairs = sessions.assign(participant=pd.array([f"p{i // 2}" for i in range(40)], dtype="string"))
    study = attrs.evolve(study, tables=attrs.evolve(study.tables, sessions=pairs))
    found = blinded(study, "1").tables.sessions
    assert (found.groupby("participant")[["frame", "setting"]].nunique() == 1).all(axis=None)
    assert (found["frame"] != sessions["frame"]).any()


def test_counterbalanced_factors_stay_as_they_are(protocol, many):
    factors = {**protocol.factors, "setting": Factor(levels=("private", "public"), role="counterbalance")}
    study = examine(attrs.evolve(protocol, factors=factors), many(40, "roles"))
    found = blinded(study, "1").tables.sessions
    assert (found["setting"] == study.tables.sessions["setting"]).all()
    assert (found["frame"] != study.tables.sessions["frame"]).any()


def test_measures_that_tell_the_condition_are_scrambled_with_it(protocol, person):
    sessions = []
    for i in range(60):
        one = person(i, "restated")
        told = {"privilege": "nobody", "disadvantage": "ingroup", "neutral": "mixed"}[one.assigned["frame"]]
        who = {"id": "who", "kind": "choice", "text": "Who is here?", "options": []}
        given = {"audience": told, "pages": [], "who": who, "differs_title": "", "differs": ""}
        one.do("roster", "roster", given, {"seen": told, "looked": 1, "as_arranged": True}, told)
        sessions.append(session_of(one.log()))
    study = examine(protocol, Logs(sessions=tuple(sessions), damaged=()))
    assert study.people.groupby("frame")["audience"].nunique().eq(1).all()
    found = blinded(study, "1").people
    true = study.people["audience"].reindex(found.index)
    assert (found["audience"] != true).any()
    assert found.groupby("frame")["audience"].nunique().eq(1).all()  # it goes with the scrambled level
    assert found["guilt"].equals(study.people["guilt"].reindex(found.index))


def test_who_withdrew_is_dealt_a_condition_too(protocol, many):
    study = examine(protocol, many(40, "withdrawn"))
    gone = Withdrawn(study="made-up", store="real", assigned={"frame": "privilege", "setting": "public"})
    study = attrs.evolve(study, logs=attrs.evolve(study.logs, withdrawn=(gone,) * 12))
    found = blinded(study, "1")
    assert any(dict(one.assigned) != dict(gone.assigned) for one in found.logs.withdrawn)
    together = [*found.tables.sessions["frame"], *(one.assigned["frame"] for one in found.logs.withdrawn)]
    assert sorted(together) == sorted([*study.tables.sessions["frame"], *["privilege"] * 12])


def test_a_study_without_conditions_has_nothing_to_hide(protocol, many):
    study = examine(attrs.evolve(protocol, factors={}), many(4, "none"))
    with pytest.raises(VantageError, match="--blind: the study 'made-up' has no condition that could be scrambled"):
        blinded(study, "1")
