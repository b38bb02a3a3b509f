"""What people say beside what an implicit test gives: residuals, no differences; thermometers are part of no scale."""

import math

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from analysis.measures.implicit import aligned
from analysis.outcomes import outcome_tables
from analysis.reading.logs import Logs, session_of
from analysis.report.page import render
from analysis.results import results_of
from analysis.scoring import alignment, constructs, scale_means
from analysis.study import examine

N = 40


def both(n=60, slope=0.5, bend=0.0, seed=4):
    rng = np.random.default_rng(seed)
    d = rng.normal(0.2, 0.4, n)
    z = (d - d.mean()) / d.std(ddof=1)
    warmth = 55 + 15 * (slope * z + bend * z**2 + rng.normal(size=n))
    return pd.Series(warmth, dtype="Float64"), pd.Series(d, dtype="Float64")


def test_residuals_and_curve_are_those_of_statsmodels():
    warmth, d = both(bend=0.4)
    found = alignment(warmth, d)
    z = pd.DataFrame({"y": warmth.astype(float), "x": d.astype(float)}).pipe(lambda f: (f - f.mean()) / f.std())
    line = sm.OLS(z["y"], sm.add_constant(z["x"])).fit()
    assert found.residuals.astype(float).to_numpy() == pytest.approx(line.resid / np.sqrt(line.scale))
    assert found.r == pytest.approx(line.params["x"])
    parabola = sm.OLS(z["y"], sm.add_constant(z[["x"]].assign(xx=z["x"] ** 2))).fit(cov_type="HC3")
    assert (found.curve, found.curve_se) == (
        pytest.approx(parabola.params["xx"]),
        pytest.approx(parabola.bse["xx"]),
    )
    assert found.curve > 2 * found.curve_se


def test_alignment_knows_no_unit_and_is_no_difference():
    warmth, d = both()
    found = alignment(warmth, d)
    other = alignment(warmth / 10 - 3, d * 7 + 2)
    assert other.residuals.astype(float).to_numpy() == pytest.approx(found.residuals.astype(float).to_numpy())
    assert abs(np.corrcoef(found.residuals.astype(float), d.astype(float))[0, 1]) < 1e-12
    assert found.residuals.astype(float).std() == pytest.approx(math.sqrt(58 / 59))


def test_where_nothing_can_be_told_nothing_is():
    few = alignment(pd.Series([1.0, 2.0, 3.0]), pd.Series([3.0, 1.0, 2.0]))
    assert (few.n, math.isnan(few.r), few.residuals.isna().all()) == (3, True, True)
    flat = alignment(pd.Series([50.0] * 6), pd.Series([1.0, 2, 3, 4, 5, 6]))
    assert math.isnan(flat.r)
    whole = alignment(pd.Series([1.0, 2, 3, 4, 5, 6]), pd.Series([2.0, 4, 6, 8, 10, 12]))
    assert whole.r == pytest.approx(1.0)
    assert whole.residuals.isna().all()


def test_a_thermometer_is_never_averaged_with_items_of_a_scale():
    items = pd.DataFrame({"a": [1, 7], "b": [4, 4], "warmth": [73, 5]})
    with pytest.raises(ValueError, match="'warmth' has answers outside 1 to 7; score it by itself"):
        scale_means(items)
    assert scale_means(items[["a", "b"]]).tolist() == [2.5, 5.5]


@pytest.fixture(scope="module")
def study(protocol, person):
    rng, sessions = np.random.default_rng(8), []
    for i in range(N):
        one, taste = person(i, "warmth"), rng.normal()
        for target, at in (("self", taste), ("advantaged", 0.0)):
            warmth = int(np.clip(55 + 12 * at + 8 * rng.normal(), 0, 100))
            given = {"target": target, "label": target, "question": "?", "ends": ["cold", "warm"]}
            one.do("warmth", "thermometer", given, {"warmth": warmth}, warmth)
            for compatible in (True, False):
                for trial in range(24):
                    rt = float(0.6 + rng.gamma(2, 0.04) + (0.0 if compatible else 0.12 * at))
                    block = {"part": "test", "order": "compatible", "compatible": compatible, "target": target}
                    said = {"correct": True, "first_rt": rt, "answered": True, "corrected_rt": rt}
                    one.do("sorting", "sc_iat", {**block, "number": trial}, said)
        sessions.append(session_of(one.log()))
    return examine(protocol, Logs(sessions=tuple(sessions), damaged=()))


def test_a_study_has_a_row_a_session_and_a_row_a_target(study):
    people, whole = aligned(study.tables)
    assert whole["target"].tolist() == ["self", "advantaged"]
    own = whole.set_index("target")
    assert own.loc["self", "low"] > 0.2 > own.loc["advantaged", "low"]
    assert (own["n"] == N).all()
    assert len(people) == 2 * N
    assert abs(people.groupby("target")["alignment"].mean().astype(float)).max() < 1e-9
    found = outcome_tables(study)
    assert {"alignment", "alignment-summary"} <= set(found)
    for name in ("alignment", "alignment-summary"):
        frame, docs = found[name]
        assert set(frame) <= set(docs)


def test_warmth_is_in_no_scale(study):
    assert not [score for score in constructs(study.tables.task("scale")) if "warm" in score.construct]


def test_the_report_tells_it_and_that_it_diagnoses_nobody(study):
    page = render(study, results_of(study), [])
    assert "Stated warmth and implicit associations" in page
    assert "it diagnoses nobody" in page
