"""`vantage power`: the same numbers however the work is shared out, an interrupted run goes on, refusals in words."""

import json
from pathlib import Path

import pytest

from runner.cli import main

PROTOCOLS = Path(__file__).parents[2] / "protocols"
STUDY = str(PROTOCOLS / "frame-and-visibility.yaml")
SMALL = ["power", STUDY, "--n", "80", "--reps", "6", "--effect", "H11_pool=0.3", "--hypotheses", "H11_pool", "H11b"]


@pytest.fixture
def power(capsys):
    def run(*arguments):
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as exit_:  # argparse
            code = exit_.code
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


@pytest.fixture(scope="module")
def once(tmp_path_factory):
    """The folder of a run that tests compare with."""
    folder = tmp_path_factory.mktemp("once")
    assert main([*SMALL, "--out", str(folder)]) == 0
    return folder


def rows(folder):
    return json.loads((folder / "power.json").read_bytes())["rows"]


def test_it_counts_verdicts_and_writes_four_files(power, tmp_path):
    code, out, err = power(*SMALL, "--out", tmp_path / "out")
    assert code == 0, err
    assert "warning: With N = 80, below 150, tests of motives are weak." in err
    assert "weights of choice: a_public:mI 0.15" in out and "H11_pool" in out
    found = {(r["scenario"], r["hypothesis"]): r for r in rows(tmp_path / "out")}
    assert len(found) == 6
    assert found["stated", "H11_pool"]["supported"] > 0.5
    assert found["reversed", "H11_pool"]["opposite"] > 0.5
    assert found["null", "H11_pool"]["supported"] < 0.5
    for row in found.values():
        verdicts = ("supported", "opposite", "equivalent", "trivial", "inconclusive")
        assert sum(row[v] for v in verdicts) == pytest.approx(1)
        assert all(row[f"{v}_low"] <= row[v] <= row[f"{v}_high"] for v in verdicts)
        assert row["studies"] == 6
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {"power.json", "power.csv", "power.svg", "power.html", "replications.jsonl"}
    page = (tmp_path / "out" / "power.html").read_text(encoding="utf-8")
    assert "<svg" in page and "H11_pool = 0.3" in page and "http" not in page.split("<svg")[0]


def test_the_same_seed_gives_the_same_numbers_however_many_processes(power, once, tmp_path):
    assert power(*SMALL, "--out", tmp_path / "two", "--jobs", 2)[0] == 0
    assert power(*SMALL, "--out", tmp_path / "other", "--seed", "other")[0] == 0
    assert rows(once) == rows(tmp_path / "two")
    assert rows(once) != rows(tmp_path / "other")


def test_an_interrupted_run_goes_on_with_the_same_numbers(power, once, tmp_path):
    lines = (once / "replications.jsonl").read_bytes().splitlines(keepends=True)
    assert len(lines) == 1 + 18
    cut = tmp_path / "cut"
    cut.mkdir()
    altered = lines[1].replace(b'"verdict":"', b'"verdict":"trivial","was":"')  # shows that it was not done again
    (cut / "replications.jsonl").write_bytes(b"".join([lines[0], altered, *lines[2:7], lines[7][:40]]))
    assert power(*SMALL, "--out", cut)[0] == 0
    after = (cut / "replications.jsonl").read_bytes().splitlines(keepends=True)
    assert after[:7] == [lines[0], altered, *lines[2:7]]
    assert sorted(after[2:]) == sorted(lines[2:])


def test_more_replications_take_up_those_that_are_there(power, tmp_path):
    assert power(*SMALL, "--scenarios", "stated", "--out", tmp_path)[0] == 0
    first = (tmp_path / "replications.jsonl").read_bytes()
    more = [*SMALL, "--scenarios", "stated", "--out", tmp_path]
    more[more.index("6")] = "9"
    assert power(*more)[0] == 0
    assert (tmp_path / "replications.jsonl").read_bytes().startswith(first)
    assert rows(tmp_path)[0]["studies"] == 9


def test_replications_of_something_else_are_not_mixed_in(power, once):
    other = [argument.replace("H11_pool=0.3", "H11_pool=0.2") for argument in SMALL]
    code, _, err = power(*other, "--out", once)
    assert code == 2
    assert "holds studies of something else: effects was {'H11_pool': 0.3}, is {'H11_pool': 0.2}" in err


def test_a_dask_cluster_gives_the_same_numbers(power, once, tmp_path):
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        code, _, err = power(*SMALL, "--out", tmp_path / "there", "--dask", cluster.scheduler_address)
        assert code == 0, err
    assert rows(once) == rows(tmp_path / "there")


def test_the_whole_way_through_the_engine_can_be_asked_for(power, tmp_path):
    arguments = ["power", STUDY, "--n", "40", "--reps", "1", "--hypotheses", "H18b", "--effect", "H18b=1.0"]
    code, _, err = power(*arguments, "--scenarios", "stated", "--full", "--out", tmp_path)
    assert code == 0, err
    assert json.loads((tmp_path / "power.json").read_bytes())["about"]["data"] == "through the engine"
    assert rows(tmp_path)[0]["studies"] == 1


@pytest.mark.parametrize(
    "arguments, says",
    [
        (["--n", "many", "--reps", "1"], "--n: wants numbers of people, such as 150,300, got 'many'"),
        (["--n", "1", "--reps", "1"], "--n: wants 2 people or more"),
        (["--n", "100", "--reps", "0"], "--reps, --jobs: want 1 or more"),
        (["--n", "100", "--reps", "1", "--effect", "H16=0.3"], "--effect: frame-and-visibility does not test H16"),
        (
            ["--n", "100", "--reps", "1", "--effect", "H18c=0.9"],
            "paths by way of id_in_state, guilt can't be of this size",
        ),
        (["--n", "100", "--reps", "1", "--hypotheses", "H99"], "--hypotheses: frame-and-visibility does not test H99"),
        (["--n", "100", "--reps", "1", "--scenarios", "stated"], "--scenarios: stated needs an effect"),
        (["--n", "100", "--reps", "1", "--tastes", "-1"], "--tastes: wants a standard deviation from 0 to 10"),
        (
            ["--n", "100", "--reps", "1", "--dask", "tcp://127.0.0.1:1", "--hypotheses", "H9a"],
            "--dask: nothing answers",
        ),
    ],
    ids=lambda each: each[-1] if isinstance(each, list) else "",
)
def test_what_people_can_mend_is_one_message(power, arguments, says, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    code, _, err = power("power", STUDY, *arguments)
    assert code == 2 and says in err
    assert not list(tmp_path.glob("vantage-fault*"))


def test_what_arrays_do_not_hold_goes_through_the_engine_by_itself(power, tmp_path):
    study = PROTOCOLS / "over-time.yaml"
    code, _, err = power("power", study, "--n", "12", "--reps", "1", "--hypotheses", "H15a", "H16", "--out", tmp_path)
    assert code == 0
    assert "H15a needs dropout, which arrays don't hold: studies go through the engine (as --full)" in err
    assert json.loads((tmp_path / "power.json").read_bytes())["about"]["data"] == "through the engine"
    assert {row["hypothesis"] for row in rows(tmp_path)} == {"H15a", "H16"}


def test_what_is_only_described_has_no_power(power):
    code, _, err = power("power", PROTOCOLS / "over-time.yaml", "--n", "100", "--reps", "1", "--hypotheses", "H34")
    assert code == 2 and "--hypotheses: H34 is described, without a verdict that could have power; leave it out" in err


def test_paths_and_panels_have_power(power, tmp_path):
    effect = ["--effect", "H25b=0.3", "H30=0.2", "--hypotheses", "H25b", "H30", "--out", tmp_path]
    code, out, err = power("power", PROTOCOLS / "over-time.yaml", "--n", "500", "--reps", "2", *effect)
    assert code == 0 and "engine" not in err
    assert "in each session, by those before: " in out and "would_do (linear, from 0.333333)" in out
    found = {(row["scenario"], row["hypothesis"]): row for row in rows(tmp_path)}
    for name in ("H25b", "H30.1", "H30.2"):
        assert found["stated", name]["supported"] == found["reversed", name]["opposite"] == 1, name
        assert found["null", name]["supported"] == found["null", name]["opposite"] == 0, name


def test_the_first_of_several_sessions_is_drawn_as_arrays(power):
    effect = ["--effect", "H16=0.4", "--scenarios", "stated"]
    code, out, err = power("power", PROTOCOLS / "over-time.yaml", "--n", "300", "--reps", "3", *effect)
    assert code == 0 and "left out" not in err
    (row,) = [line.split() for line in out.splitlines() if "H16" in line.split()]
    assert row[:5] == ["stated", "300", "H16", "3", "1.00"]
