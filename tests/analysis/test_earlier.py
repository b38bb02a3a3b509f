"""Scales of an earlier study of the same people, put beside a later one by participant code."""

import attrs
import pytest

from analysis.blind import blinded
from analysis.earlier import items
from analysis.hypotheses import load
from analysis.pipeline import analyze
from analysis.reading.logs import read_logs
from analysis.report.particulars import sample
from analysis.study import examine
from analysis.testing import test_all as tested
from runner.cli import main
from runner.declarations.protocols import read_protocol
from runner.errors import VantageError

N, EARLIER = 24, 20
PROTOCOLS = {name: f"protocols/{name}.yaml" for name in ("seen-giving", "seen-giving-before")}


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("earlier")
    for name, n in (("seen-giving", N), ("seen-giving-before", EARLIER)):
        assert main(["simulate", PROTOCOLS[name], "-n", str(n), "--seed", "days", "--out", str(folder / name)]) == 0
    return folder


@pytest.fixture(scope="module")
def studies(data):
    found = {}
    for name, path in PROTOCOLS.items():
        protocol = read_protocol(path)
        found[name] = examine(protocol, read_logs(data / name, protocol.study))
    return found


@pytest.fixture(scope="module")
def both(studies):
    now, before = studies["seen-giving"], studies["seen-giving-before"]
    return attrs.evolve(now, earlier=items(now, before))


def test_what_was_asked_before_counts_as_measured_before_the_treatment(studies, both):
    assert "external" not in studies["seen-giving"].people
    assert both.people["external"].notna().sum() == EARLIER
    assert not {"external", "internal"} & both.sample.late
    assert both.before[0].startswith("seen-giving-before: ")
    earlier = studies["seen-giving-before"]
    score = next(s for s in earlier.scores if s.construct == "internal_external.external")
    codes = earlier.sessions.set_index("session")["participant"]
    there = {codes[session]: value for session, value in score.means.items()}
    here = both.people.dropna(subset="external")
    assert dict(zip(here["participant"], here["external"], strict=True)) == there


def test_nothing_else_of_this_study_changes(studies, both):
    now = studies["seen-giving"]
    assert both.excluded.equals(now.excluded)
    assert both.tables.task("scale").equals(now.tables.task("scale"))
    assert ("of them with a session of seen-giving-before", str(EARLIER)) in sample(both)
    assert blinded(both, "x").people["external"].notna().sum() == EARLIER


def test_the_test_that_needs_it_is_put_to_the_data(both):
    (found,) = tested(load().named(("H12d",)), both.sample)
    assert found.verdict is not None or "too few" in found.note or "converge" in found.note, found.note
    assert "was not measured" not in found.note


def test_studies_of_nobody_in_common_or_of_another_kind_are_refused(studies):
    now, before = studies["seen-giving"], studies["seen-giving-before"]
    sessions = before.tables.sessions.assign(participant="x" + before.tables.sessions["participant"])
    strangers = attrs.evolve(before, tables=attrs.evolve(before.tables, sessions=sessions))
    with pytest.raises(
        VantageError, match=r"--before: nobody who is analysed was in seen-giving-before; people are put"
    ):
        items(now, strangers)
    heads = [attrs.evolve(s, head=attrs.evolve(s.head, store="pilot")) for s in before.logs.sessions]
    pilots = attrs.evolve(before, logs=attrs.evolve(before.logs, sessions=tuple(heads)))
    with pytest.raises(VantageError, match=r"the sessions of seen-giving-before are pilot, and these are simulated"):
        items(now, pilots)


def test_the_whole_way_from_two_folders_of_logs(data, tmp_path):
    protocols = {name: read_protocol(path) for name, path in PROTOCOLS.items()}
    protocol = attrs.evolve(protocols["seen-giving"], hypotheses=("H12d",))
    before = (protocols["seen-giving-before"], data / "seen-giving-before")
    (found,) = analyze(protocol, data / "seen-giving", tmp_path / "out", before=before).hypotheses
    assert "was not measured" not in found.method
