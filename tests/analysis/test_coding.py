"""Suspicion, coded by two people: blind forms, every mistake in them, agreement, and where the codes go and don't."""

import csv

import attrs
import pandas as pd
import pytest

from analysis.coding import read_codes, with_codes, written
from analysis.coding.codes import coded
from analysis.coding.forms import forms, write
from analysis.hypotheses import load
from analysis.measures import find
from analysis.multiverse import axes_of, specifications
from analysis.reading.cells import plain
from analysis.reading.logs import Logs, session_of
from analysis.report.suspicion import told
from analysis.results import results_of
from analysis.study import examine
from analysis.testing import test_all as put_to_the_data
from runner.cli import main
from runner.errors import VantageError
from runner.protocol import Exclusions

N = 24
suspicion = find("suspicion.suspicion")
DOUBT = {"kind": "words", "text": "?", "options": [], "anchors": [], "low": 1, "high": 7}


@pytest.fixture(scope="module")
def study(protocol, person):
    sessions = []
    for i in range(N):
        one = person(i, "coding", weights={"a_auton:mO": 0.4})
        said = None if i == 0 else "=cmd()" if i == 1 else "no"
        one.do("probe", "question", {**DOUBT, "question": "doubt"}, {"response": said, "number": None}, said)
        if i == 0:
            one.records = [_silent(record) for record in one.records]
        sessions.append(session_of(one.log()))
    found = examine(attrs.evolve(protocol, hypotheses=("H18b", "H11_pool")), Logs(sessions=tuple(sessions), damaged=()))
    return found


def _silent(record):
    if "response" in getattr(record, "outcome", {}) and "number" in record.outcome:
        return attrs.evolve(record, outcome={"response": " ", "number": None})
    return record


@pytest.fixture(scope="module")
def answers(study):
    return written(study.tables, list(study.sessions["session"]), "probe")


@pytest.fixture
def filled(answers, tmp_path):
    """Two forms, filled in by a rule that knows only a form's own rows, and their key."""

    def fill(change=lambda coder, rows: rows, delimiter=","):
        made, key = forms(answers, ["anna", "ben"], "probe/1")
        write(tmp_path / "forms", made, tmp_path / "keys" / "key.csv", key)
        place = {row: n for n, row in enumerate(sorted(key["row"]))}
        for coder in made:
            path = tmp_path / "forms" / f"{coder}.csv"
            with path.open(encoding="utf-8-sig", newline="") as file:
                rows = list(csv.DictReader(file))
            for row in rows:
                n = place[row["row"]]
                row["suspicion"] = str(n % 4) if coder == "anna" or n % 3 else "0"
            rows = change(coder, rows)
            with path.open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, rows[0], delimiter=delimiter)
                writer.writeheader()
                writer.writerows(rows)
        return [tmp_path / "forms" / f"{coder}.csv" for coder in made], tmp_path / "keys" / "key.csv"

    return fill


def with_these(study, codes):
    return attrs.evolve(study, tables=with_codes(study.tables, codes))


# ---------------------------------------------------------------- forms


def test_a_form_holds_free_answers_under_random_ids_and_nothing_else(study, answers, tmp_path):
    made, key = forms(answers, ["anna", "ben"], "probe/1")
    assert list(made["anna"]) == ["row", "coder", "answer: odd", "answer: doubt", "suspicion"]
    assert len(answers) == N - 1  # somebody wrote nothing
    assert "s00000" not in set(key["session"])
    assert key["row"].str.fullmatch("[bcdfghjkmnpqrstvwxz]{5}").all()
    write(tmp_path / "forms", made, tmp_path / "key.csv", key)
    text = (tmp_path / "forms" / "anna.csv").read_text(encoding="utf-8-sig")
    assert not any(name in text for name in (*study.sessions["session"], *study.sessions["participant"]))
    assert not any(level in text for level in ("privilege", "disadvantage", "private", "public"))
    assert '"\'=cmd()"' in text  # no spreadsheet runs it
    assert '"=cmd()"' not in text


def test_both_forms_have_the_same_rows_in_orders_that_the_seed_gives(answers):
    made, key = forms(answers, ["anna", "ben"], "probe/1")
    again, same = forms(answers, ["anna", "ben"], "probe/1")
    other, _ = forms(answers, ["anna", "ben"], "probe/2")
    assert made["anna"].equals(again["anna"])
    assert key.equals(same)
    assert sorted(made["anna"]["row"]) == sorted(made["ben"]["row"]) == list(key["row"])
    assert list(made["anna"]["row"]) != list(made["ben"]["row"])
    assert set(made["anna"]["row"]) != set(other["anna"]["row"])
    session = key.set_index("row")["session"]
    assert list(made["anna"]["row"].map(session)) != sorted(session)


def test_the_key_stays_away_from_the_coders_and_nothing_filled_in_is_lost(answers, tmp_path):
    made, key = forms(answers, ["anna", "ben"], "x")
    with pytest.raises(VantageError, match=r"the key may not lie beside the forms, which coders get; name another"):
        write(tmp_path, made, tmp_path / "key.csv", key)
    write(tmp_path / "forms", made, tmp_path / "key.csv", key)
    with pytest.raises(VantageError, match=r"anna\.csv: is there already, and somebody may have filled it in"):
        write(tmp_path / "forms", made, tmp_path / "other.csv", key)


def test_a_phase_that_asked_nothing_in_words_is_told_with_those_that_did(study):
    with pytest.raises(VantageError, match=r"--phase: 'checks' has no questions .* such phases are probe"):
        written(study.tables, list(study.sessions["session"]), "checks")


# ---------------------------------------------------------------- filled-in forms


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_the_codes_come_back_to_the_sessions(study, filled, delimiter):
    files, key = filled(delimiter=delimiter)
    codes = read_codes(files, key)
    assert len(codes) == 2 * (N - 1)
    assert dict(codes.dtypes.astype(str)) == {"session": "string", "coder": "string", "suspicion": "Int64"}
    with key.open(encoding="utf-8-sig", newline="") as file:
        session = {row["row"]: row["session"] for row in csv.DictReader(file)}
    with files[1].open(encoding="utf-8", newline="") as file:
        told_by_ben = {session[r["row"]]: int(r["suspicion"]) for r in csv.DictReader(file, delimiter=delimiter)}
    own = codes[codes["coder"] == "ben"].set_index("session")["suspicion"]
    assert own.to_dict() == told_by_ben


def _put(which, line, /, **cells):
    return lambda who, rows: [r | cells if (who, n) == (which, line) else r for n, r in enumerate(rows)]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_put("anna", 2, row="zzzzz"), r"anna\.csv:4: the key knows no row 'zzzzz'; put back the row's own letters"),
        (_put("anna", 2, suspicion=""), r"anna\.csv:4: the code is missing; write 0, 1, 2, 3 under 'suspicion'"),
        (_put("ben", 0, suspicion="4"), r"ben\.csv:2: the code must be 0, 1, 2 or 3, but is '4'; correct it"),
        (_put("ben", 0, suspicion="1.5"), r"ben\.csv:2: the code must be 0, 1, 2 or 3, but is '1.5'; correct it"),
        (_put("ben", 3, coder=""), r"ben\.csv:5: the coder is missing; write who coded"),
        (_put("ben", 3, coder="bill"), r"ben\.csv:5: the coder is 'bill', but 'ben' above; a form is one coder's"),
        (lambda who, rows: rows[1:] if who == "ben" else rows, r"ben\.csv: rows are missing: \w{5}; put them back"),
        (lambda who, rows: rows + rows[:1], r"anna\.csv:25: the row '\w{5}' is in line 2 too; delete one of them"),
        (
            lambda who, rows: [r | {"coder": "anna"} for r in rows],
            r"ben\.csv: anna is the coder of .*anna\.csv too; two different people must code",
        ),
    ],
)
def test_each_mistake_in_a_form_is_one_clear_message(filled, change, said):
    files, key = filled(change)
    with pytest.raises(VantageError, match=said) as refused:
        read_codes(files, key)
    about = str(refused.value).splitlines()
    assert len(about) <= 2  # a row that was renamed is missing too; a row that is twice is twice in both forms


def test_a_form_without_its_columns_and_a_key_that_is_none_are_told(filled):
    files, key = filled(lambda who, rows: [{n: c for n, c in r.items() if n != "coder"} for r in rows])
    with pytest.raises(VantageError, match=r"anna\.csv:1: there is no column 'coder', but row, answer: odd"):
        read_codes(files, key)
    with pytest.raises(VantageError, match=r"anna\.csv:1: there is no column 'session'"):
        read_codes(files, files[0])
    key.write_text("row,session\nbbbbb,s1\nbbbbb,s2\n", encoding="utf-8")
    with pytest.raises(VantageError, match=r"the key has a row or a session twice"):
        read_codes(files, key)
    key.write_bytes(b"row,session\n\xff,s\n")
    with pytest.raises(VantageError, match=r"can't be read .*; save it as CSV in UTF-8"):
        read_codes(files, key)


# ---------------------------------------------------------------- what comes of them


@pytest.fixture
def codes(study):
    """The first six are suspicious to one coder, a little less so to the other."""
    sessions = sorted(study.sessions["session"])[1:]
    first = [3 if n < 6 else 0 for n in range(N - 1)]
    other = [2 if n < 5 else 0 for n in range(N - 1)]
    rows = [(s, "anna", code) for s, code in zip(sessions, first, strict=True)]
    rows += [(s, "ben", code) for s, code in zip(sessions, other, strict=True)]
    table = pd.DataFrame([*rows, ("gone", "anna", 3), ("gone", "ben", 3)], columns=["session", "coder", "suspicion"])
    return table.astype({"session": "string", "coder": "string", "suspicion": "Int64"})


def test_suspicion_is_the_mean_of_the_coders_and_missing_for_those_not_coded(study, codes):
    more = with_these(study, codes)
    values = suspicion(more.tables)
    assert "gone" not in values  # the participant took the data back meanwhile
    assert values.value_counts().to_dict() == {0.0: 17, 2.5: 5, 1.5: 1}
    assert more.people["suspicion"].isna().sum() == 1
    assert suspicion(study.tables).empty
    assert "suspicion" not in study.people


def test_codes_change_nothing_but_what_asks_for_them(study, codes):
    more = with_these(study, codes)
    assert more.excluded.equals(study.excluded)
    asked = load().named(("H18b",))
    assert put_to_the_data(asked, more.sample) == put_to_the_data(asked, study.sample)
    assert results_of(more).hypotheses == results_of(study).hypotheses


def test_one_cell_of_the_multiverse_leaves_suspicious_people_out(study, codes):
    more = with_these(study, codes)
    (hypothesis,) = load().named(("H18b",))
    assert (
        "exclusions" not in axes_of(study, hypothesis)
        or "also suspicion" not in axes_of(study, hypothesis)["exclusions"]
    )
    assert axes_of(more, hypothesis)["exclusions"][:2] == ("preregistered", "also suspicion")
    table = specifications(more, hypothesis).set_index("exclusions")
    assert table["is_preregistered"].to_dict()["preregistered"]
    assert (table.loc["preregistered", "n"], table.loc["also suspicion", "n"]) == (N, N - 5)
    strict = attrs.evolve(more, protocol=attrs.evolve(more.protocol, exclusions=Exclusions(suspicion=1.5)))
    assert specifications(strict, hypothesis).set_index("exclusions").loc["also suspicion", "n"] == N - 6


def test_the_report_tells_agreement_and_that_nobody_is_excluded(study, codes):
    more = with_these(study, codes)
    said = told(more)
    both = coded(more.tables.task("suspicion"))
    text = " ".join(said["sentences"])
    assert f"kappa with quadratic weights {both.weighted.kappa:.2f} (95 % interval " in text
    assert "coded what 23 people wrote" in text
    assert "1 of 24 analysed sessions have no code" in text
    assert "it is 2 or more for 5 of 23" in text
    assert "excludes nobody" in text
    assert said["table"].columns[:2] == ("all", "privilege")
    assert told(study) is None


def test_coders_who_gave_one_code_to_all_have_no_agreement_to_tell(study, codes):
    text = " ".join(told(with_these(study, codes.assign(suspicion=0).astype({"suspicion": "Int64"})))["sentences"])
    assert "cannot be told, since all codes are the same" in text


def test_from_logs_to_forms_to_the_report_by_commands(tmp_path, capsys):
    protocol, data, out = "protocols/frame-and-visibility.yaml", str(tmp_path / "data"), tmp_path / "out"
    assert main(["simulate", protocol, "-n", "8", "--seed", "coding", "--suspicious", "1", "--out", data]) == 0
    where = ["--out", str(tmp_path / "forms"), "--key", str(tmp_path / "key.csv"), "--seed", "probe/1"]
    assert main(["coding", protocol, "--data", data, *where, "--coders", "anna", "ben"]) == 0
    assert "8 rows; key, for nobody who codes: " in capsys.readouterr().out
    filled = []
    for coder in ("anna", "ben"):
        path = tmp_path / "forms" / f"{coder}.csv"
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = [row | {"suspicion": str(n % 4)} for n, row in enumerate(csv.DictReader(file))]
        assert {plain(row["coder"]) for row in rows} == {coder}
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, rows[0])
            writer.writeheader()
            writer.writerows(rows)
        filled.append(str(path))
    analyze = ["analyze", protocol, "--data", data, "--out", str(out), "--coders", *filled]
    assert main(analyze) == 2
    assert "--coders, --key: one is of no use without the other; name both" in capsys.readouterr().err
    assert main([*analyze, "--key", str(tmp_path / "key.csv")]) == 0
    page = (out / "report.html").read_text(encoding="utf-8")
    assert '<h2 id="suspicion">' in page
    assert "Weighted kappa" in page
    table = pd.read_csv(out / "tables" / "suspicion.csv")
    assert len(table) == 16
    assert (pd.read_csv(out / "codebook.csv")["table"] == "suspicion").sum() == 3
    assert main(["coding", protocol, "--data", data, *where, "--coders", "anna", "anna"]) == 2
    assert "--coders: names anna twice; two different people must code" in capsys.readouterr().err
