"""Every model against a second implementation, on public data that neither was made for.

What R and xlogit said stands in `peers/`, beside the scripts that ask them. This file, run as a script, prints the
largest differences, which stand in docs/models.md.
"""

import json
from collections.abc import Callable
from math import sqrt
from pathlib import Path

import attrs
import numpy as np
import pandas as pd
import pytest

from analysis.models import (
    Fit,
    amce,
    binary,
    conditional_logit,
    counts,
    discrete_hazard,
    hurdle,
    linear,
    marginal_means,
    mixed_linear,
    mixed_logit,
    ordinal,
)

PEERS = Path(__file__).parent / "peers"
SAID = {
    **json.loads((PEERS / "models.json").read_text(encoding="utf-8")),
    **json.loads((PEERS / "mixed.json").read_text(encoding="utf-8")),
}
VERBS = ["do", "self", "scold", "shout"]
SEIZURES = ["trt", "lbase", "lage", "V4"]


def data(name: str) -> pd.DataFrame:
    return pd.read_csv(PEERS / f"{name}.csv")


def women(**how: object) -> Fit:
    terms = ["spontaneous", "induced"]
    return conditional_logit(data("infert"), chosen="case", terms=terms, within="stratum", **how)


def steps() -> pd.DataFrame:
    ill = data("lung")
    rows = ill.loc[ill.index.repeat(ill["step"])].copy()
    rows["at"] = rows.groupby("id").cumcount() + 1
    rows["left"] = ((rows["at"] == rows["step"]) & (rows["died"] == 1)).astype(int)
    return rows.reset_index(drop=True)


def homes() -> pd.DataFrame:
    cells = data("housing")
    return cells.loc[cells.index.repeat(cells["freq"])].reset_index(drop=True)


def verbs_mixed(random: list[str], draws: int) -> Fit:
    return mixed_logit(data("verbagg"), chosen="y", terms=VERBS, person="id", random=random, draws=draws)


def part(fit: Fit, name: str) -> Fit:
    own = [term for term in fit.estimates.index if term.startswith(f"{name}@")]
    short = [term.removeprefix(f"{name}@") for term in own]
    covariance = fit.covariance.loc[own, own].set_axis(short, axis=0).set_axis(short, axis=1)
    return attrs.evolve(fit, estimates=fit.estimates[own].set_axis(short), covariance=covariance)


# coxph's robust errors lack the factor of clusters; R's glm of a link other than the canonical one takes the expected
# information as its bread, as statsmodels does
BARE = sqrt(63 / 62 * 82 / 81)
EXACT, MODEL_SE = 2e-5, ("mixed_logit", "mixed_logit_two_slopes", "mixed_logit_sets", "conditional_logit")
CASES: dict[str, tuple[Callable[[], Fit], float, float]] = {  # what; how near the estimates and the errors have to be
    "conditional_logit_clustered": (lambda: women(person="pooled"), EXACT, EXACT),
    "mixed_logit": (lambda: verbs_mixed(["do"], 4000), 1e-3, np.inf),
    "mixed_logit_two_slopes": (lambda: verbs_mixed(["do", "self"], 4000), 2e-3, np.inf),
    "mixed_logit_sets": (
        lambda: mixed_logit(
            data("infert"),
            chosen="case",
            terms=["spontaneous", "induced"],
            person="pooled",
            within="stratum",
            random=["induced"],
            draws=4000,
        ),
        2e-3,
        np.inf,
    ),
    "binary": (lambda: binary(data("verbagg"), outcome="y", terms=VERBS, cluster="id"), EXACT, EXACT),
    "amce": (lambda: linear(data("verbagg"), outcome="y", terms=VERBS, cluster="id"), EXACT, EXACT),
    "counts": (lambda: counts(data("epil"), outcome="y", terms=SEIZURES, cluster="subject"), EXACT, EXACT),
    "counts_of_persons": (lambda: counts(data("quine"), outcome="days", terms=["girl", "white", "slow"]), EXACT, EXACT),
    "hurdle_whether": (
        lambda: part(hurdle(data("epil"), outcome="y", terms=SEIZURES, cluster="subject"), "whether"),
        EXACT,
        EXACT,
    ),
    "hurdle_amount": (
        lambda: part(hurdle(data("epil"), outcome="y", terms=SEIZURES, cluster="subject"), "amount"),
        EXACT,
        EXACT,
    ),
    "hazard": (
        lambda: discrete_hazard(steps(), outcome="left", step="at", terms=["woman", "ecog"], cluster="id"),
        EXACT,
        EXACT,
    ),
    "ordinal": (
        lambda: ordinal(homes(), outcome="sat", terms=["medium", "high", "contact"], cluster="cell"),
        EXACT,
        EXACT,
    ),
    "mixed_linear": (
        lambda: mixed_linear(data("sleepstudy"), outcome="Reaction", terms=["Days"], person="Subject"),
        1e-3,
        1e-3,
    ),
    "mixed_linear_slopes": (
        lambda: mixed_linear(data("sleepstudy"), outcome="Reaction", terms=["Days"], person="Subject", random=["Days"]),
        1e-3,
        1e-3,
    ),
    "linear": (lambda: linear(data("sleepstudy"), outcome="Reaction", terms=["Days"], cluster="Subject"), EXACT, EXACT),
    "linear_hc3": (lambda: linear(data("sleepstudy"), outcome="Reaction", terms=["Days"]), EXACT, EXACT),
}


def differences(name: str) -> tuple[float, float]:
    """The largest difference of an estimate, and of a standard error relative to itself, from what the peer said."""
    fit, said = CASES[name][0](), SAID[name]
    ours = fit.estimates.rename(
        {"intercept": "(Intercept)", "left": "(Intercept)"} if "left" not in said["estimate"] else {}
    )
    ours = ours.rename({"intercept": "(Intercept)"})
    se = pd.Series(np.sqrt(np.diag(fit.covariance)), index=ours.index)
    factor = BARE if name == "conditional_logit_clustered" else 1.0
    estimates = max(abs(ours[term] - value) for term, value in said["estimate"].items())
    errors = max(abs(se[term] / (value * factor) - 1) for term, value in said["se"].items())
    return float(estimates), float(errors)


@pytest.mark.parametrize("name", CASES)
def test_a_model_says_what_its_peer_says(name):
    estimates, errors = differences(name)
    _, near, near_errors = CASES[name]
    assert estimates < near
    assert errors < near_errors


def test_the_dispersion_is_the_peers():
    for name, terms, cluster in (("epil", SEIZURES, "subject"), ("quine", ["girl", "white", "slow"], None)):
        outcome = {"epil": "y", "quine": "days"}[name]
        said = SAID[{"epil": "counts", "quine": "counts_of_persons"}[name]]["dispersion"]
        assert f"dispersion {said:.3g}" in counts(data(name), outcome=outcome, terms=terms, cluster=cluster).method


def test_the_mixed_logits_information_is_the_peers():
    """Errors from the Hessian alone, which glmer and xlogit have; ours come from the sandwich."""
    from analysis.models.choice import rivals_of
    from analysis.models.mixed import _climbed, _points
    from analysis.models.simulated import Panel

    for name, random in (("mixed_logit", ["do"]), ("mixed_logit_two_slopes", ["do", "self"])):
        rivals = rivals_of(data("verbagg"), chosen="y", terms=VERBS, person="id")
        places = tuple(rivals.terms.index(term) for term in random)
        panel = Panel(rivals=rivals, random=places, points=_points(60, 2000, len(random), 1))
        fitted = _climbed(panel, np.concatenate([np.zeros(5), np.ones(len(random))]))
        se = np.sqrt(np.diag(np.linalg.inv(fitted[2])))
        for term, said in SAID[name]["se"].items():
            place = 0 if term in ("(Intercept)", "left") else None
            names = [*rivals.terms, *(f"sd({r})" for r in random)]
            assert se[names.index(term) if place is None else place] == pytest.approx(said, rel=0.01)


def test_grouped_hazards_lie_by_those_of_cox():
    """In steps with Efron's ties, which shrink them a little, and by the day."""
    ours = CASES["hazard"][0]().estimates
    for term, of_cox in SAID["hazard_efron"]["estimate"].items():
        assert 0 < abs(ours[term]) - abs(of_cox) < 0.01
        assert abs(ours[term] - SAID["hazard_days"]["estimate"][term]) < 0.04


def test_marginal_means_are_the_peers():
    said = SAID["marginal_means"]
    found = marginal_means(data("verbagg"), chosen="y", attribute="do", person="id").set_index("level")
    for level in ("0", "1"):
        assert found.loc[int(level), "mean"] == pytest.approx(said["estimate"][level])
        assert found.loc[int(level), "se"] == pytest.approx(said["se"][level])


def test_the_amce_is_the_peers_regression():
    said = SAID["amce"]
    for attribute in VERBS:
        fit = amce(data("verbagg"), chosen="y", attribute=attribute, attributes=VERBS, person="id")
        assert fit.contrast({f"{attribute}[1]": 1.0}) == pytest.approx(
            (said["estimate"][attribute], said["se"][attribute])
        )


def test_pairs_are_the_logit_of_statsmodels():
    verb = data("verbagg")
    ours = conditional_logit(verb, chosen="y", terms=VERBS, person="id")
    theirs = binary(verb, outcome="y", terms=VERBS, cluster="id")
    assert ours.estimates.to_numpy() == pytest.approx(theirs.estimates.to_numpy(), abs=1e-8)
    assert ours.covariance.to_numpy() == pytest.approx(theirs.covariance.to_numpy(), abs=1e-9)


def test_sets_are_the_conditional_logit_of_statsmodels():
    from statsmodels.discrete.conditional_models import ConditionalLogit

    frame, terms = data("infert"), ["spontaneous", "induced"]
    theirs = ConditionalLogit(frame["case"], frame[terms].astype(float), groups=frame["stratum"]).fit(disp=False)
    assert women(person="stratum").estimates.to_numpy() == pytest.approx(theirs.params.to_numpy(), abs=1e-5)


if __name__ == "__main__":
    for case in CASES:
        print("|", case, "|", SAID[case].get("by", "xlogit 0.2.7"), *(f"| {d:.1e}" for d in differences(case)), "|")
