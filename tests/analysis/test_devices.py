"""Summaries of devices: what is let in, where it is kept, and what the analysis makes of it."""

from collections.abc import Callable
from pathlib import Path
from random import Random

import attrs
import pytest

from analysis.devices import RANGES, TABLE, file_of, keep, read_summaries, with_devices
from analysis.hypotheses import load
from analysis.measures import bodily
from analysis.reading.logs import read_logs
from analysis.reading.whole import read_tables
from analysis.scoring import reactivity
from analysis.study import Study
from analysis.testing import test_all as tested
from runner import sessions
from runner.cli import main
from runner.declarations.protocols import read_protocol
from runner.errors import VantageError

PROTOCOL = Path(__file__).parents[2] / "protocols" / "status-and-help-instability.yaml"
STUDY = PROTOCOL.stem
SOUND = """participant,phase,sbp,dbp,hr,co
p1,baseline,118.5,75,70,5.0
p1,news,126,77.5,75,5.1
p2,baseline,121,80,,
p2,news,122,80,,
"""


@pytest.fixture
def read(tmp_path):
    def written(text, encoding="utf-8"):
        (tmp_path / "d.csv").write_bytes(text.encode(encoding))
        return read_summaries(tmp_path / "d.csv", ["rest", "scores", "help"])

    return written


# ---------------------------------------------------------------- what is let in


def test_rows_go_by_participant_or_by_session(read):
    key, rows = read(SOUND)
    assert key == "participant" and [row.code for row in rows] == ["p1", "p1", "p2", "p2"]
    assert rows[0].values == {"sbp": "118.5", "dbp": "75", "hr": "70", "co": "5.0", "map": "", "tpr": ""}
    turned = "dbp,session,sbp,phase\n75,s1,118,baseline\n70,s1,119,help\n"
    key, rows = read(turned, "utf-8-sig")
    assert key == "session" and [row.phase for row in rows] == ["baseline", "help"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("sbp,dbp", "sbp,pressure", r"d.csv:1: the columns must be participant \(or session\), phase, sbp, dbp, and "),
        ("hr,co", "hr,name", r"d.csv:1: the columns must be .* but are .*name; .* delete what is not to be known"),
        ("participant,", "participant,session,", r"d.csv:1: the columns must be"),
        ("hr,co", "hr,hr", r"d.csv:1: the columns must be"),
        ("p2,news", "p 2,news", r"d.csv:5: 'participant' must be plain letters, digits, _ and -, but is 'p 2'"),
        ("p1,news", "p1,nws", r"d.csv:3: there is no phase 'nws'; did you mean 'news'\?"),
        ("p1,news", "p1,lunch", r"d.csv:3: there is no phase 'lunch'; write baseline, news or a phase of the protocol"),
        ("126,", "12.6.1,", r"d.csv:3: 'sbp' must be a number such as 110, but is '12.6.1'"),
        ("126,", "1e2,", r"d.csv:3: 'sbp' must be a number"),
        ("126,", "nan,", r"d.csv:3: 'sbp' must be a number"),
        ("126,", ",", r"d.csv:3: 'sbp' must be a number such as 110, but is ''"),
        ("126,", "-126,", r"d.csv:3: 'sbp' must be a number"),
        ("126,", "16.8,", r"d.csv:3: 'sbp' must be 60 to 260 mmHg, but is 16.8; correct it, or leave the row out"),
        ("5.1", "5100", r"d.csv:3: 'co' must be 1 to 25 l/min, but is 5100"),
        ("126,77.5", "77.5,126", r"d.csv:3: 'sbp' must be above 'dbp', but they are 77.5 and 126; were they exchanged"),
        ("75,5.1", "75", r"d.csv:3: the line has more or fewer values than there are columns"),
        ("75,5.1", "75,5.1,9", r"d.csv:3: the line has more or fewer values"),
        ("p1,news", "p1,baseline", r"d.csv:3: 'p1' has the phase 'baseline' in line 2 already; keep one of the two"),
        ("p2,baseline", "p2,rest", r"d.csv:4: 'p2' has no row of the phase 'baseline'.*; add one"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(read, old, new, said):
    assert old in SOUND
    with pytest.raises(VantageError, match=said) as refused:
        read(SOUND.replace(old, new, 1))
    assert len(str(refused.value).splitlines()) == 1  # one mistake, one line


def test_every_mistake_has_its_line_and_many_are_not_all_told(read):
    with pytest.raises(VantageError) as refused:
        read(SOUND.replace("126", "x").replace("p2,news", "p2,nws"))
    assert [line.rpartition("d.csv:")[2][0] for line in str(refused.value).splitlines()] == ["3", "5"]
    with pytest.raises(VantageError, match="and 15 more"):
        read("participant,phase,sbp,dbp\n" + "".join(f"p{n},baseline,x,70\n" for n in range(25)))


def test_a_file_that_is_not_there_or_no_text_or_empty_is_told(read, tmp_path):
    with pytest.raises(VantageError, match=r"none.csv: the summaries can't be read \(No such file"):
        read_summaries(tmp_path / "none.csv", [])
    with pytest.raises(VantageError, match="save them as CSV in UTF-8"):
        read(SOUND.replace("p2", "pé"), "latin-1")
    with pytest.raises(VantageError, match="there is no row below the columns"):
        read(SOUND.splitlines()[0] + "\n")
    with pytest.raises(VantageError, match="but are nothing"):
        read("")


# ---------------------------------------------------------------- beside the logs


@pytest.fixture(scope="module")
def simulated(tmp_path_factory):
    """Sessions of the study with a second round, without summaries."""
    data = tmp_path_factory.mktemp("simulated")
    assert main(["simulate", str(PROTOCOL), "-n", "64", "--seed", "devices", "--out", str(data)]) == 0
    return data


@pytest.fixture(scope="module")
def logs(simulated):
    return read_logs(simulated, STUDY)


def made(logs, tmp_path, effect=0.0, seed="1"):
    """A laboratory's file: at rest all alike; then `effect` mmHg more, and less output, where status is unstable."""
    random, rows = Random(seed), ["participant,phase,sbp,dbp,hr,co"]
    for session in logs.sessions:
        raised = effect * (session.head.plan["assigned"]["stability"] == "unstable")
        sbp, dbp, co = random.gauss(120, 10), random.gauss(75, 6), random.gauss(5, 0.4)
        rows.append(f"{session.head.participant},baseline,{sbp:.1f},{dbp:.1f},{random.gauss(70, 8):.0f},{co:.2f}")
        sbp, dbp = sbp + raised + random.gauss(4, 5), dbp + random.gauss(2, 3)
        co += random.gauss(0, 0.3) - 0.05 * raised
        rows.append(f"{session.head.participant},news,{sbp:.1f},{dbp:.1f},{random.gauss(74, 8):.0f},{co:.2f}")
    file = tmp_path / "pressure.csv"
    file.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return file


@pytest.fixture
def bring(simulated, capsys) -> Callable[..., tuple[int, str]]:
    def run(file, *options):
        arguments = ["devices", "import", str(file), "--protocol", str(PROTOCOL), "--data", str(simulated), *options]
        code = main(arguments)
        told = capsys.readouterr()
        return code, told.out + told.err

    yield run
    for file in simulated.rglob("*.devices.csv"):
        file.unlink()


H21 = ("H21_sbp", "H21_pp", "H21_tpr", "H21_co")


def verdicts(simulated, names=H21):
    logs, tables = read_tables(simulated, STUDY, keep=False)
    study = Study(protocol=read_protocol(PROTOCOL), logs=logs, tables=tables)
    return {finding.hypothesis.id: finding for finding in tested(load().named(names), study.sample)}


def test_an_effect_that_was_put_in_is_found_and_none_where_there_is_none(simulated, logs, tmp_path, bring):
    untold = verdicts(simulated, ["H21_sbp"])["H21_sbp"]
    assert untold.verdict is None and "'d_sbp' was not measured" in untold.note
    assert bring(made(logs, tmp_path, effect=8.0))[0] == 0
    found = verdicts(simulated)
    assert {name: finding.verdict for name, finding in found.items()} == dict.fromkeys(H21, "supported")
    assert bring(made(logs, tmp_path, effect=0.0), "--replace")[0] == 0
    assert {finding.verdict for finding in verdicts(simulated).values()} <= {"inconclusive", "not supported"}


def test_what_is_not_there_is_hardly_ever_found(simulated, logs, tmp_path, bring):
    assert bring(made(logs, tmp_path))[0] == 0
    known, tables = read_tables(simulated, STUDY, keep=False)
    study, supported = Study(protocol=read_protocol(PROTOCOL), logs=known, tables=tables), 0
    for number in range(20):
        file = made(logs, tmp_path, seed=f"null {number}")
        keep(file, *read_summaries(file, []), known.sessions, replace=True)
        told = with_devices(tables, known.sessions, set(simulated.rglob("*.devices.csv")))
        pressure = bodily.d_sbp(told).reindex(study.sample.people.index).astype("Float64")
        people = study.sample.people.assign(d_sbp=pressure.to_numpy())
        (finding,) = tested(load().named(["H21_sbp"]), attrs.evolve(study.sample, people=people))
        assert finding.n == 64
        supported += finding.verdict == "supported"
    assert supported <= 3  # of 20, where 0.5 to 1 are expected


def test_each_sessions_rows_stand_beside_its_log_and_make_a_table(simulated, logs, tmp_path, bring):
    file = made(logs, tmp_path)
    assert bring(file) == (0, "summaries of 64 sessions are kept beside their logs; `vantage analyze` takes them\n")
    kept = sorted(simulated.rglob("*.devices.csv"))
    assert [path.name for path in kept] == sorted(f"{path.name}.devices.csv" for path in simulated.rglob("*.jsonl"))
    assert "sim-" not in kept[0].read_text()  # no code in it: what it is of, its name says
    assert kept[0].stat().st_mode & 0o077 == 0
    _, tables = read_tables(simulated, STUDY, keep=False)
    table = tables.task(TABLE)
    assert len(table) == 128 and set(table["session"]) == set(tables.sessions["session"])
    assert list(table) == [column.name for column in tables.columns[TABLE]]
    assert all(str(table[name].dtype) == "Float64" for name in RANGES)
    assert bodily.d_sbp(tables).notna().all() and len(bodily.d_sbp(tables)) == 64
    assert bring(file)[0] == 0  # the same again is nothing new


def test_other_summaries_of_the_same_sessions_are_taken_only_when_asked_for(simulated, logs, tmp_path, bring):
    assert bring(made(logs, tmp_path))[0] == 0
    before = {path: path.read_bytes() for path in simulated.rglob("*.devices.csv")}
    code, said = bring(made(logs, tmp_path, effect=5))
    assert code == 2 and " sessions have other summaries already, the first in " in said and "--replace" in said
    assert {path: path.read_bytes() for path in simulated.rglob("*.devices.csv")} == before
    assert bring(made(logs, tmp_path, effect=5), "--replace")[0] == 0


def test_whose_session_is_not_here_is_told_and_nothing_is_kept(simulated, logs, tmp_path, bring):
    file = made(logs, tmp_path)
    file.write_text(file.read_text().replace("sim-00003,", "sim-x0003,"), encoding="utf-8")
    code, said = bring(file)
    assert code == 2
    assert "pressure.csv:8: no session here has the participant 'sim-x0003'; correct it, or delete the rows" in said
    assert list(simulated.rglob("*.devices.csv")) == []


def test_who_came_twice_goes_by_session(simulated, logs, tmp_path):
    session = logs.sessions[0]
    twice = [session, attrs.evolve(session, path=session.path.with_name("other.jsonl"))]
    key, rows = read_summaries(made(logs, tmp_path), [])
    with pytest.raises(VantageError, match="has 2 sessions; name the rows by 'session' instead of 'participant'"):
        keep(tmp_path / "pressure.csv", key, rows[:2], twice)


def test_a_changed_summary_is_told_and_can_be_imported_again(simulated, logs, tmp_path, bring):
    file = made(logs, tmp_path)
    assert bring(file)[0] == 0
    first = min(simulated.rglob("*.devices.csv"))
    first.write_text(first.read_text().replace("baseline,1", "baseline,x1"))
    with pytest.raises(VantageError, match=r"devices.csv: the device's summary can't be read .* again with --replace"):
        read_tables(simulated, STUDY, keep=False)
    assert bring(file, "--replace")[0] == 0
    read_tables(simulated, STUDY, keep=False)


def test_whoever_takes_the_data_back_takes_the_summary_back(simulated, logs, tmp_path, bring):
    assert bring(made(logs, tmp_path))[0] == 0
    session = logs.sessions[-1]
    log, summary = session.path.read_bytes(), file_of(session.path).read_bytes()
    stone = sessions.withdraw(session.path, session.head, None)
    try:
        assert not file_of(session.path).exists() and not session.path.exists()
    finally:
        stone.unlink()
        session.path.write_bytes(log)
        file_of(session.path).write_bytes(summary)


def test_a_study_that_promised_not_to_trace_anybody_keeps_none(simulated, logs, tmp_path, capsys):
    study = tmp_path / "study.yaml"
    text = PROTOCOL.read_text(encoding="utf-8").replace("identity: coded", "identity: unlinkable")
    text = text.replace("task: allocation\n", "task: allocation\n    unlinkable: true\n")
    study.write_text(text, encoding="utf-8")
    file = made(logs, tmp_path)
    assert main(["devices", "import", str(file), "--protocol", str(study), "--data", str(simulated)]) == 2
    assert "promises that nobody can be traced" in capsys.readouterr().err


def test_resistance_that_a_device_tells_is_taken_as_it_is():
    import pandas as pd

    rows = pd.DataFrame({"person": "a", "phase": ["rest", "task"], "sbp": 120.0, "dbp": 75.0, "co": 5.0})
    told = rows.assign(tpr=[1400.0, 1500.0])
    assert reactivity(told, baseline="rest")["d_tpr"].tolist() == [100.0]
    assert reactivity(told.assign(tpr=[None, None]), baseline="rest")["d_tpr"].tolist() == [0.0]


def test_a_heart_that_gives_nothing_is_no_resistance_without_end():
    import pandas as pd

    rows = pd.DataFrame({"person": "a", "phase": ["rest", "task"], "sbp": [120.0, 132.0], "dbp": [75.0, 78.0]})
    found = reactivity(rows.assign(co=[5.0, 0.0]), baseline="rest")
    assert found["d_co"].isna().all() and found["d_tpr"].isna().all() and found["d_sbp"].tolist() == [12.0]
