"""The analysis sees careless, suspicious and leaving simulated people as it sees real ones."""

from pathlib import Path

import pytest

from analysis.reading.logs import read_logs
from analysis.study import examine
from runner.commands import common, simulate
from runner.commands.simulate import Shares

STUDY = Path(__file__).parents[3] / "protocols" / "frame-and-visibility.yaml"


def seen(folder, n=40, **shares):
    people = simulate.who(STUDY, "en", {}, 0.0, Shares(**shares))
    simulate.perform(STUDY, "en", folder, "1", people, range(n))
    return examine(common.read(STUDY), read_logs(folder, "frame-and-visibility"))


def test_careless_people_fail_attention_checks_and_are_excluded_for_that(tmp_path):
    excluded = seen(tmp_path, careless=1.0).excluded
    assert len(excluded[excluded["rule"] == "E3"]) > 25  # some hit a check by chance
    assert excluded.loc[excluded["rule"] == "E3", "reason"].str.contains("attention checks").all()


def test_everyone_who_drops_out_stops_by_the_control_and_some_say_that_it_is_too_much(tmp_path):
    study = seen(tmp_path, dropout=1.0)
    reasons = study.tables.sessions["left_reason"].fillna("stayed").value_counts()
    assert reasons.get("stayed", 0) <= 4  # at the very end, where all was answered
    assert reasons["stopped"] > 10 and reasons["distressed"] > 10
    assert (study.tables.sessions["n_stops"] > 0).sum() >= 36
    assert len(study.excluded) >= 36 and set(study.excluded["rule"]) == {"E1"}


def test_suspicious_people_say_so_in_the_probe_and_are_not_excluded(tmp_path):
    study = seen(tmp_path, n=10, suspicious=1.0)
    probe = study.tables.task("question")
    said = probe[(probe["phase"] == "probe") & (probe["kind"] == "words")]["response"]
    assert len(said) == 60 and said.str.contains("did not believe").all()
    assert study.excluded.empty or "suspicious" not in " ".join(study.excluded["reason"])


def test_others_are_neither(tmp_path):
    study = seen(tmp_path, n=10)
    assert not study.tables.task("question")["response"].fillna("").str.contains("did not believe").any()
    assert study.tables.sessions["n_stops"].sum() == 0


@pytest.mark.parametrize("share", [-0.1, 1.5])
def test_a_share_is_between_nothing_and_everybody(share, capsys, tmp_path):
    from runner.cli import main

    assert main(["simulate", str(STUDY), "-n", "1", "--out", str(tmp_path), "--careless", str(share)]) == 2
    assert f"--careless: wants a share from 0 to 1, got {share:g}" in capsys.readouterr().err
