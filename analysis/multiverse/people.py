"""The same people scored otherwise, or fewer of them."""

from collections.abc import Mapping
from typing import Any

import attrs
import msgspec
import numpy as np
import pandas as pd

from analysis.hypotheses import load
from analysis.models import FitError
from analysis.people import MOTIVES, measured
from analysis.sample import Sample
from analysis.scoring import iat_d
from analysis.study import Study

VARIANTS: Mapping[str, Mapping[str, Any]] = {
    **{name: {"variant": name} for name in ("D1", "D2", "D3")},
    "D4, SD after": {"variant": "D4", "sd_timing": "after"},
    "D4, SD before": {"variant": "D4", "sd_timing": "before"},
    **{name: {"variant": name} for name in ("D5", "D6")},
}


def among(sample: Sample, sessions: pd.Index) -> Sample:
    """The sample with these sessions alone."""

    def of(rows: pd.DataFrame) -> pd.DataFrame:
        return rows[rows["session"].isin(sessions)] if "session" in rows else rows

    return attrs.evolve(
        sample,
        people=sample.people[sample.people.index.isin(sessions)],
        pairs=of(sample.pairs),
        long={name: of(rows) for name, rows in sample.long.items()},
        waves=of(sample.waves),
        parts=of(sample.parts),
    )


def failed_checks(study: Study) -> pd.Series:
    """Per analysed session (index): was the announcement misunderstood, or another level recalled than the own one?

    A question recalls a factor when the levels of the factor are among its options.
    """
    failed = pd.Series(False, index=study.people.index)
    setting = study.of_analysed("setting")
    if "understood" in setting:
        wrong = setting.loc[(setting["understood"] == False).fillna(False), "session"]  # noqa: E712
        failed |= failed.index.isin(list(wrong))
    asked = study.of_analysed("question")
    asked = asked[asked["phase"].str.contains("check").astype(bool)] if len(asked) else asked
    for _, answers in asked.groupby("question") if len(asked) else ():
        options = _options(answers)
        for name in study.sample.treatments:
            if set(study.sample.factors[name]) <= options:
                own = study.people[name].reindex(answers["session"]).to_numpy()
                wrong = answers["response"].notna().to_numpy() & (answers["response"].to_numpy() != own)
                failed |= failed.index.isin(list(answers.loc[wrong, "session"]))
    return failed


def suspicious(study: Study) -> pd.Series:
    """Per analysed session (index): is the coders' mean at the protocol's bound or above? Never of those not coded."""
    people = study.people
    if "suspicion" not in people:
        return pd.Series(False, index=people.index)
    return (people["suspicion"] >= study.protocol.exclusions.suspicion).fillna(False).astype(bool)


def _options(answers: pd.DataFrame) -> set[str]:
    if answers["kind"].iloc[0] != "choice":
        return set()
    return {str(option["value"]) for option in msgspec.json.decode(answers["options"].iloc[0])}


def factor_scores(items: pd.DataFrame) -> pd.Series:
    """Regression scores of the one common factor of some items, by maximum likelihood (Thomson, 1951).

    Whoever left an item out has no score.
    """
    from statsmodels.multivariate.factor import Factor

    whole = items.astype("Float64").dropna().astype(float)
    if whole.shape[1] < 3 or len(whole) <= whole.shape[1] or (whole.std() == 0).any():
        raise FitError(f"{len(whole)} people and {whole.shape[1]} items are too few for a common factor")
    found = Factor(whole.to_numpy(), n_factor=1, method="ml").fit()
    values = np.asarray(found.factor_scoring(method="regression"))[:, 0]
    turned = np.sign(np.asarray(found.loadings).sum()) or 1.0
    return pd.Series(values * turned, index=whole.index, dtype="Float64").reindex(items.index)


def with_factor_scores(study: Study, sample: Sample) -> Sample:
    """The sample with the motives as factor scores."""
    people = sample.people.copy()
    for motive in MOTIVES:
        score = measured(study.scores, load().variables[motive], study.before)
        if score is not None and motive in people:
            people[motive] = factor_scores(score.items).reindex(people.index)
    return attrs.evolve(sample, people=people)


def with_variant(study: Study, sample: Sample, variant: str) -> Sample:
    """The sample with the D scores of the tests of two targets worked out by another variant of the algorithm."""
    trials = study.of_analysed("iat")
    trials = trials[trials["part"].isin(["practice", "test"])].rename(columns={"session": "person"})
    trials = trials.assign(first=trials["first_rt"] * 1000, corrected=trials["corrected_rt"] * 1000)
    people = sample.people.copy()
    for focal, rows in trials.groupby("focal", sort=False):
        if f"D_{focal}" in people:
            scores = iat_d(rows, **VARIANTS[variant])["D"]
            people[f"D_{focal}"] = scores.reindex(people.index).astype("Float64")
    return attrs.evolve(sample, people=people)
