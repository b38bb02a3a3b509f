"""What was measured after the treatment: known as such, no covariate by default, and told where it predicts."""

from pathlib import Path

import attrs
import pytest

from analysis.hypotheses import load
from analysis.reading.whole import read_tables
from analysis.study import Study
from analysis.templates.covariates import covariates
from analysis.testing import test_all as tested
from runner.cli import main
from runner.declarations.protocols import read_protocol

PROTOCOLS = Path(__file__).parents[2] / "protocols"


def simulated(name, folder, n, *hypotheses):
    path = PROTOCOLS / f"{name}.yaml"
    assert main(["simulate", str(path), "-n", str(n), "--out", str(folder), "--jobs", "1"]) == 0
    protocol = attrs.evolve(read_protocol(path), hypotheses=hypotheses)
    logs, tables = read_tables(folder, protocol.study, keep=False)
    return Study(protocol=protocol, logs=logs, tables=tables)


@pytest.fixture(scope="module")
def line(tmp_path_factory):
    hypotheses = ("H1a", "H1e", "H2c", "H7", "H10d_image", "H18e", "H22_fair")
    return simulated("where-the-line-is", tmp_path_factory.mktemp("line"), 60, *hypotheses)


def test_no_antecedent_from_after_the_treatment_enters_a_model_of_others(line):
    assert {"priv", "anger", "guilt", "aa_support", "protest_gap"} <= line.sample.late
    assert not {"id_in", "zerosum", "patern", "sdo"} & line.sample.late
    for hypothesis in load().named(load_of(line)):
        own = {name for test in hypothesis.combinations() for term in test for name in term.names}
        entered = set(covariates(hypothesis, line.sample))
        assert not entered & line.sample.late, hypothesis.id
        assert ("threat" in entered) == bool({*own, *hypothesis.given} & line.sample.late), hypothesis.id


def load_of(study):
    """Every hypothesis of a study that is about antecedents."""
    return tuple(
        h.id
        for h in load().hypotheses
        if study.protocol.study in h.protocols and h.block == "antecedents" and h.model in ("LIN", "STK")
    )


def test_a_predictor_from_after_the_treatment_is_told(line):
    told = {
        f.hypothesis.id: line.late_predictors(f) for f in tested(load().named(line.protocol.hypotheses), line.sample)
    }
    assert told["H1a"] == told["H10d_image"] == told["H22_fair"] == []
    assert told["H1e"] == ["group-based anger"]
    assert told["H2c"] == ["empathy", "sympathy"]
    assert told["H18e"] == ["awareness of privilege"]
    assert set(told["H7"]) == {"group-based guilt", "sympathy"}  # all that it compares


def test_paths_hold_the_treatments_constant_that_vary(line):
    methods = {f.hypothesis.id: f.method for f in tested(load().named(("H18e", "H22_fair")), line.sample)}
    assert methods["H18e"].endswith("held constant: threat, focus")
    assert methods["H22_fair"].endswith("held constant: threat")  # it holds in one focus


def test_a_measure_is_late_where_what_came_later_is_in_it(tmp_path):
    study = simulated("under-the-surface", tmp_path, 6, "H29_norm", "H31a", "H31d")
    assert "cons_bad" in study.sample.late
    assert not {"D_politicised", "D_self"} & study.sample.late
