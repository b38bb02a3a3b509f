"""Every study that Vantage ships, simulated and analysed: what it lists is tested, or a known reason says why not."""

import re
from pathlib import Path

import pytest

from analysis.hypotheses import load
from analysis.outcomes import outcome_tables
from analysis.reading.logs import read_logs
from analysis.study import Study, examine
from analysis.testing import DESCRIBED
from runner.cli import main
from runner.declarations.protocols import read_protocol

PROTOCOLS = Path(__file__).parents[2] / "protocols"
STUDIES = sorted(path.stem for path in PROTOCOLS.glob("*.yaml"))
N = 40

# Why 40 simulated people leave something untested. Nothing else may: a measure that isn't found, a level that no factor
# has, an attribute in which no acts differ would each be a mistake in the list of hypotheses or of a study.
SMALL = (
    r"\d+ (persons|group sessions|participants) are too few for \d+ coefficients",
    r"the fit did not converge \(.*\): some term may decide the outcome",
    r"the cross-lagged panel has no proper solution: a variance would be negative",
    r"some resamples leave nothing to tell the paths by: too few persons in a condition",
)
ELSEWHERE = {  # what comes from another session, from a device, or from people who chose and said why
    "seen-giving": {"H12d": "'external' was not measured"},
    "status-and-help-instability": {
        "H21_sbp": "'d_sbp' was not measured",
        "H21_pp": "'d_pp' was not measured",
        "H21_tpr": "'d_tpr' was not measured",
        "H21_co": "'d_co' was not measured",
        "H21_id": "'d_sbp' was not measured",
        "H21_mI": "'d_sbp' was not measured",
    },
    "from-the-other-side": {"H33c": "'own' was not measured"},
}
CERTAIN = {  # with 40 people these have a verdict, or are described
    "frame-and-visibility": {"H1a", "H1b", "H9a", "H10_pool", "H11_pool", "H12a", "H13a", "H17", "H18b", "H18d", "H6"},
    "frame-and-visibility-generate": {"H18a", "H18b", "H18b_priv"},
    "from-the-other-side": {"H33b", "H33d", "H33e_persuasive", "H33e_interest"},
    "over-time": {"H15a", "H16", "H16_entropy", "H16_focal", "H16_environment", "H26", "H30_importance", "H34"},
    "seen-giving": {"H12a", "H12c", "H24", "H24_mixed", "H28", "H28_public", "H28_self"},
    "status-and-help": {"H1a", "H1a_rel", "H7"},
    "status-and-help-instability": {"H1a", "H1a_rel", "H7"},
    "under-the-surface": {
        "H3a",
        "H4a",
        "H9d_punish",
        "H14a",
        "H14b",
        "H14c",
        "H14c_table1",
        "H31a",
        "H31c",
        "H31e",
        "H32",
    },
    "where-the-line-is": {
        "H2b_relief",
        "H9a",
        "H10d",
        "H13a",
        "H13b",
        "H13c",
        "H15a",
        "H15b_stay",
        "H18e",
        "H22",
        "H27",
        "H28",
    },
}


def study_of(name: str, folder: Path) -> Study:
    protocol = PROTOCOLS / f"{name}.yaml"
    assert main(["simulate", str(protocol), "-n", str(N), "--seed", "smoke", "--out", str(folder)]) == 0
    read = read_protocol(protocol)
    return examine(read, read_logs(folder, read.study))


@pytest.mark.parametrize("name", STUDIES)
def test_what_a_study_lists_is_tested_or_a_known_reason_says_why_not(name, tmp_path):
    study = study_of(name, tmp_path)
    elsewhere, tested = ELSEWHERE.get(name, {}), set()
    for finding in study.findings:
        hypothesis = finding.hypothesis.id
        if finding.verdict is not None or finding.note == DESCRIBED:
            tested.add(hypothesis)
            continue
        note = finding.note.removeprefix("not yet tested: ")
        known = note == elsewhere.get(hypothesis) or any(re.fullmatch(reason, note) for reason in SMALL)
        assert known, f"{hypothesis}: {finding.note}"
    assert CERTAIN.get(name, set()) <= tested
    assert not tested & set(elsewhere)
    for table, (frame, docs) in outcome_tables(study).items():
        assert set(frame) <= {column for column, doc in docs.items() if doc}, table


def test_studies_and_hypotheses_name_each_other():
    listed = {name: list(read_protocol(PROTOCOLS / f"{name}.yaml").hypotheses) for name in STUDIES}
    named: dict[str, list[str]] = {name: [] for name in STUDIES}
    for hypothesis in load().hypotheses:
        for study in hypothesis.protocols:
            named[study].append(hypothesis.id)
    assert {name: sorted(ids) for name, ids in listed.items()} == {name: sorted(ids) for name, ids in named.items()}


def test_every_prediction_of_the_specification_is_there():
    ids = {h.id for h in load().hypotheses}
    wanted = "1a 1b 1c 1d 1e 1f 1g 2a 2b 2c 2d 2e 2f 2g 3a 3b 3c 3d 4a 4b 4c 5 6 7 8 9a 9b 9c 9d 9e 10a 10b 10c 10d"
    wanted += " 11a 11b 11c 12a 12b 12c 12d 13a 13b 13c 14a 14b 14c 15a 15b 16 17 18a 18b 18c 18d 18e 19a 19b 19c 19d"
    wanted += " 20 21 22 23 24 25a 25b 26 27 28 29 30 31a 31b 31c 31d 31e 32 33a 33b 33c 33d 33e 34 10_pool 11_pool"
    there = {re.sub(r"(?<=[a-z])\d", "", i) for i in ids}  # H9e0, H9e1 and H9e2 are all of H9e
    assert not [each for each in wanted.split() if not any(re.match(rf"H{each}(?![0-9a-z])", i) for i in there)]


def test_only_what_no_study_can_test_is_in_none():
    alone = {h.id for h in load().hypotheses if not h.protocols}
    assert alone == {"H20_politicised"}
    assert all(h.note for h in load().hypotheses if h.id in alone)


def test_what_is_derived_here_is_never_called_a_prediction_of_the_paper():
    derived = {h.id for h in load().hypotheses if h.source == "D"}
    assert {"H9e0", "H12a", "H12b", "H12d", "H13c", "H18c", "H18d", "H19d", "H33a_om", "H33a_ip", "H33c"} <= derived
    assert {"H5_anger", "H6", "H9a", "H16"} <= {h.id for h in load().hypotheses if h.source == "T"}
