"""The short version of tests/benchmarks/recovery.py: estimates are where they were put, and intervals hold them."""

from pathlib import Path

import pandas as pd
import pytest

from analysis.power.replications import Outcome, Replication
from analysis.power.summary import summarised, wilson

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def table(recovery):
    path = ROOT / "protocols" / "frame-and-visibility.yaml"
    return recovery.recovered(path, ("H9a", "H11_pool"), studies=25, n=200, jobs=1, progress=lambda done, total: None)


def test_what_was_put_in_is_found(recovery, table):
    assert set(table["scenario"]) == {"effect", "bound", "null"} and len(table) == 6
    assert recovery.wrong(table) == []
    assert (table.loc[table["scenario"] == "effect", "supported"] > 0.8).all()


def test_a_biased_or_overconfident_analysis_would_be_named(recovery, table):
    biased = table.assign(bias=table["bias"] + 0.3)
    assert [said for said in recovery.wrong(biased) if "bias" in said]
    assert [said for said in recovery.wrong(table.assign(coverage=0.6)) if "coverage" in said]
    assert [said for said in recovery.wrong(table.assign(supported=0.2)) if "false support" in said]
    assert [said for said in recovery.wrong(table.assign(equivalent=0.3)) if "falsely equivalent" in said]


def test_shares_and_intervals_are_of_the_tested_studies():
    def one(number, verdict):
        found = Outcome(
            id="H", verdict=verdict, borne_out=verdict == "supported", estimate=0.1, se=0.1, low=0.0, high=0.2
        )
        return Replication(scenario="null", n=10, number=number, seed="s", outcomes=(found,))

    verdicts = ["supported"] * 3 + ["trivial"] + [None]
    (row,) = summarised([one(i, v) for i, v in enumerate(verdicts)]).to_dict("records")
    assert (row["studies"], row["untested"], row["supported"], row["trivial"]) == (4, 1, 0.75, 0.25)
    assert (row["supported_low"], row["supported_high"]) == pytest.approx(wilson(3, 4))
    assert wilson(0, 100) == pytest.approx((0.0, 0.0370), abs=1e-4)  # statsmodels' proportion_confint(method="wilson")
    from statsmodels.stats.proportion import proportion_confint

    for hits, of in ((0, 7), (3, 9), (200, 200)):
        assert wilson(hits, of) == pytest.approx(proportion_confint(hits, of, method="wilson"), abs=1e-5)
    assert isinstance(summarised([one(0, None)]), pd.DataFrame)
