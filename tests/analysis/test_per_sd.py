"""Estimates per SD hang on SDs that are estimated too: against lavaan, and against what was put into made-up people."""

from pathlib import Path

import attrs
import numpy as np
import pandas as pd
import pytest

from analysis import sample as sampling
from analysis.hypotheses import Hypothesis
from analysis.models import Fit, cross_lagged, linear, mediation, per_sd, powers, sd_errors, slope_errors, stacked
from analysis.models.panel import _Model
from analysis.people import standardised
from analysis.sample import Sample
from analysis.templates import TEMPLATES, regression
from analysis.templates import per_sd as least_squares
from analysis.templates import stacked as stk
from analysis.templates.clusters import GROUP

PEERS = Path(__file__).parent / "peers"
X, Y = ["x1", "x2", "x3"], ["y1", "y2"]
LARGE = 0.5  # an effect beside which the SDs of 60 people aren't known well


def asked(model, test, outcome="", **more):
    given = {"id": "H", "says": "", "source": "D", "block": "measurement", "kind": "diff", **more}
    return Hypothesis(model=model, test=test, outcome=outcome, **given)


@pytest.fixture
def without(monkeypatch):
    """From a hypothesis and a sample to estimates, SDs taken as known."""

    def fitted(hypothesis, sample):
        with monkeypatch.context() as patch:
            patch.setattr(Sample, "per_sd", lambda self, fit, *_, **__: fit)
            for template in (regression, stk):
                patch.setattr(template, "least_squares_per_sd", lambda fit, *_: fit)
            return TEMPLATES[hypothesis.model](hypothesis, attrs.evolve(sample))

    return fitted


# ---------------------------------------------------------------------------------------------- the formula


def test_slopes_of_two_standardised_outcomes_have_the_covariance_that_lavaan_gives_them():
    frame = pd.read_csv(PEERS / "per_sd.csv")
    known = pd.read_csv(PEERS / "per_sd_lavaan.csv").set_index("term")
    scores = standardised(frame, [*frame]).astype(float)
    fit = stacked(scores, outcomes=Y, terms=X)
    design = scores[X].assign(intercept=1.0)
    own = pd.concat([slope_errors(design, scores[y]).add_suffix(f"@{y}") for y in Y], axis=1)
    own = own[fit.estimates.index]
    n, k = 2 * len(frame), 8
    factor = len(frame) / (len(frame) - 1) * (n - 1) / (n - k)  # of small samples, which lavaan has not
    assert (own.T @ own * factor).to_numpy() == pytest.approx(fit.covariance.to_numpy(), rel=1e-9, abs=1e-15)
    bare = attrs.evolve(fit, covariance=own.T @ own)
    told = per_sd(bare, sd_errors(scores), powers(fit.estimates.index, [*frame], Y), own)
    theirs = known.drop(columns="estimate").to_numpy()
    assert told.estimates[known.index].to_numpy() == pytest.approx(known["estimate"].to_numpy(), abs=1e-7)
    assert told.covariance.loc[known.index, known.index].to_numpy() == pytest.approx(theirs, abs=1e-9)
    before = np.diag(bare.covariance.loc[known.index, known.index]) / np.diag(theirs)
    assert before.min() < 0.85 and before.max() > 1.3  # without it errors are too small here, and too large there


@pytest.mark.parametrize("r", [0.0, 0.5, 0.9])
def test_of_two_normal_variables_it_is_the_error_of_a_correlation(r):
    both = np.random.default_rng(3).multivariate_normal([0, 0], [[1, r], [r, 1]], 4_000)
    scores = standardised(pd.DataFrame(both, columns=["x", "y"]), ["x", "y"]).astype(float)
    own = slope_errors(scores[["x"]].assign(intercept=1.0), scores["y"])
    fit = linear(scores, outcome="y", terms=["x"])
    told = per_sd(fit, sd_errors(scores), powers(fit.estimates.index, ["x", "y"], ["y"]), own)
    assert told.contrast({"x": 1.0})[1] == pytest.approx((1 - r**2) / np.sqrt(len(scores)), rel=0.06)


def test_what_is_missing_counts_nowhere_and_what_never_varies_has_no_error():
    errors = sd_errors(pd.DataFrame({"x": [-1.0, 1.0, 3.0, None], "flat": 2.0, "none": pd.NA}).astype("Float64"))
    assert errors["x"].tolist() == pytest.approx([1 / 12, -1 / 6, 1 / 12, 0.0])  # z^2 is 1.5, 0, 1.5; n is 3
    assert not errors[["flat", "none"]].to_numpy().any()


def test_only_standardised_columns_count_and_each_as_often_as_it_is_there():
    found = powers(["x:x", "act:x", "whether@x", "group[x]", "x@y", "z@x"], ["x", "y"], ["y"])
    assert found["x:x"] == {"x": 2, "y": -1} and found["x@y"] == {"x": 1, "y": -1}
    assert found["whether@x"]["x"] == 1 and "x" not in found["group[x]"]
    assert powers(["x@y"], ["x", "y"]) == {"x@y": {"x": 1, "y": 1}}


def test_an_estimate_of_nothing_keeps_its_error_to_the_last_digit():
    frame = pd.DataFrame({"x": [-1.0, -1.0, 1.0, 1.0] * 5, "y": [-1.0, 1.0] * 10, "w": np.arange(20.0) - 9.5})
    own = slope_errors(frame[["x"]].assign(intercept=1.0), frame["y"])
    nothing = Fit(
        estimates=pd.Series({"intercept": 0.0, "x": 0.0, "w": 0.0}),
        covariance=pd.DataFrame(
            np.diag([0.1, 1 / 3, 0.7]), index=["intercept", "x", "w"], columns=["intercept", "x", "w"]
        ),
        df=19.0,
        n=20,
        rows=20,
        method="",
    )
    told = per_sd(nothing, sd_errors(frame), powers(nothing.estimates.index, [*frame], ["y"]), own)
    assert told.covariance.equals(nothing.covariance)


# ---------------------------------------------------------------------------------------------- the templates


def people(n, rng, **more):
    scores = {name: rng.normal(4.0, 2.0, size=n) for name in ("mO", "mI", "mP", "mM")}
    frame = pd.DataFrame({**scores, **more}, index=[f"s{i:03}" for i in range(n)]).astype("Float64")
    return frame.rename_axis("session").assign(participant=frame.index)


def sample_of(frame, **more):
    names = tuple(frame.select_dtypes("number"))
    given = {"pairs": pd.DataFrame(columns=["session", "repeated", "first"]), "factors": {}, "sesoi": 0.15, "draws": 0}
    return Sample(**{**given, "people": frame, "scores": names, **more})


def chosen(frame, rng, slope, pairs=24):
    """Choices of acts that help, or leave autonomy, by people of a motive that makes much of it (SD 2)."""
    rows = pd.DataFrame({"session": np.repeat(frame.index, pairs), "repeated": False})
    for side in ("first", "second"):
        rows[f"a_auton_{side}"] = np.tile([1, -1], len(rows) // 2) * (1 if side == "first" else -1)
    rows["a_auton"] = rows["a_auton_first"] - rows["a_auton_second"]
    motive = (frame.loc[rows["session"], "mI"].to_numpy(dtype=float) - 4) / 2
    return rows.assign(first=rng.random(len(rows)) < 1 / (1 + np.exp(-rows["a_auton"] * slope * motive)))


def rated(frame, rng, slope, acts=8, code="a_statuscost"):
    """Ratings of acts, those that cost status (half) the better the stronger the motive; SD over all people 1."""
    motive = (frame["mI"].to_numpy(dtype=float) - 4) / 2
    high = np.tile([1.0, -1.0], acts // 2)
    value = slope * motive[:, None] * high + np.sqrt(1 - slope**2) * rng.normal(size=(len(frame), acts))
    rows = {"session": np.repeat(frame.index, acts), "value": value.ravel(), code: np.tile(high, len(frame))}
    return pd.DataFrame(rows).astype({"value": "Float64"})


def study_of(kind, rng):
    """A hypothesis, and a sample with a large effect and few people."""
    frame = people(60, rng).drop(columns=["mO", "mP", "mM"])
    if kind == "CH":
        return asked("CH", "a_auton:mI"), sample_of(frame, pairs=chosen(frame, rng, LARGE, pairs=60))
    return asked("LIN", "a_statuscost:mI", "support"), sample_of(
        frame, long={"support": rated(frame, rng, LARGE, acts=32)}
    )


@pytest.mark.parametrize("kind", ["CH", "LIN"])
def test_intervals_of_large_effects_hold_them_as_often_as_they_say(kind, monkeypatch):
    fits, rng, held = [], np.random.default_rng(8), []
    for module in (sampling, least_squares):
        monkeypatch.setattr(module, "per_sd", lambda fit, *how: fits.append(fit) or per_sd(fit, *how))
    for _ in range(60):
        hypothesis, sample = study_of(kind, rng)
        _, [(value, se)] = TEMPLATES[kind](hypothesis, sample)
        ((same, bare),) = [fits[-1].contrast({hypothesis.test: 1.0})]
        assert same == value and len(fits) == len(held) + 1
        held.append([abs(value - LARGE) / each < 2.0 for each in (se, bare)])  # t of 59 degrees of freedom
    told, bare = np.mean(held, axis=0)
    assert told > 0.88 and bare < 0.75


def of_each_kind(rng, n=80):
    frame = people(n, rng)
    frame["y"] = frame["mI"] + rng.normal(size=n)
    motive = frame["mI"].to_numpy(dtype=float) - 4
    frame["count"] = pd.array(rng.poisson(np.exp(0.5 + 0.2 * motive)), dtype="Int64")
    frame["given"] = pd.array(
        np.where(rng.random(n) < 0.7, np.exp(0.2 * motive + rng.normal(size=n)), 0.0), dtype="Float64"
    )
    frame["acted"] = pd.array(motive + 2 * rng.normal(size=n) > 0, dtype="boolean")
    pairs = chosen(frame, rng, 0.5, pairs=4).assign(would_do=np.where(rng.random(4 * n) < 0.6, "yes", "no"))
    parts = pd.DataFrame({"session": np.repeat(frame.index, 2), "set": 1, "a_selflead": np.tile([1.0, -1.0], n)})
    leads = rng.random(n) < 1 / (1 + np.exp(-motive))
    steps = pd.DataFrame(
        {"session": frame.index, "time": rng.integers(1, 4, n), "event": rng.random(n) < 0.5, "value": 1.0}
    )
    return sample_of(
        frame.astype({"y": "Float64"}),
        pairs=pairs,
        parts=parts.assign(chosen=np.column_stack([leads, ~leads]).ravel()),
        long={"dropout": steps, "support": rated(frame, rng, 0.4)},
    )


CASES = [
    ("CH", "a_auton:mI", ""),
    ("CH", "a_auton:mI:y", ""),
    ("CH", "a_selflead:mI", ""),
    ("CH", "mI", "would_do"),
    ("BIN", "mI", "acted"),
    ("CNT", "mI", "count"),
    ("HUR", "mI", "given"),
    ("COX", "mI", "dropout"),
]


@pytest.mark.parametrize("model, test, outcome", CASES)
def test_every_model_of_scores_has_the_errors_of_their_sds(model, test, outcome, without):
    sample, hypothesis = of_each_kind(np.random.default_rng(4)), asked(model, test, outcome)
    (_, told), (_, bare) = TEMPLATES[model](hypothesis, sample), without(hypothesis, sample)
    names = [name for name in test.split(":") if name in sample.scores]
    (error,) = (sd_errors(sample.people[names]).sum(axis=1) ** 2,)
    for (value, se), (same, before) in zip(told, bare, strict=True):
        assert value == same and se**2 - before**2 == pytest.approx(value**2 * error.sum(), rel=1e-6)


@pytest.mark.parametrize("model", ["STK", "LIN"])
def test_least_squares_of_scores_have_lavaans_errors(model, without):
    known = pd.read_csv(PEERS / "per_sd_lavaan.csv").set_index("term")
    frame = pd.read_csv(PEERS / "per_sd.csv").astype("Float64").rename(index="s{:03}".format)
    sample = sample_of(frame.assign(participant=frame.index))
    test = "x1@y1 - x1@y2" if model == "STK" else "x1"
    hypothesis = asked(model, test, "" if model == "STK" else "y1", given=("x2", "x3"))
    weights = (known.index == "x1@y1").astype(float) - (known.index == "x1@y2") * (model == "STK")
    scores = standardised(frame, [*frame]).astype(float)
    slopes = [slope_errors(scores[X].assign(intercept=1.0), scores[y])[X].add_suffix(f"@{y}") for y in Y]
    own = pd.concat(slopes, axis=1)[known.index] @ weights
    (_, [(value, se)]), (_, [(_, bare)]) = TEMPLATES[model](hypothesis, sample), without(hypothesis, sample)
    theirs = weights @ known.drop(columns="estimate").to_numpy() @ weights
    assert value == pytest.approx(weights @ known["estimate"], abs=1e-7)
    assert se**2 - bare**2 == pytest.approx(theirs - (own**2).sum(), rel=1e-4)  # which have no small-sample factors


def test_people_of_one_session_count_together_where_errors_are_theirs():
    frame = people(6, np.random.default_rng(1)).assign(**{GROUP: pd.array(["a", "a", "b", "b", None, None], "string")})
    sample = sample_of(frame)
    alone, together = sample.sd_errors(["mI"]), sample.sd_errors(["mI"], GROUP)
    assert len(alone) == 6 and sorted(together.index) == ["a", "alone-s004", "alone-s005", "b"]
    assert together.loc["a", "mI"] == pytest.approx(alone.loc[["s000", "s001"], "mI"].sum())
    again = sample_of(pd.concat([frame, frame.set_axis([f"t{i}" for i in range(6)])]))
    assert len(again.sd_errors(["mI"])) == 6  # who came twice is one person


@pytest.mark.parametrize("model", ["LIN", "BIN"])
def test_a_column_of_the_rows_is_no_score_though_it_has_its_name(model):
    rng = np.random.default_rng(2)
    frame = people(50, rng).assign(own=pd.array(np.arange(50.0), "Float64"))
    rows, hypothesis = rated(frame, rng, 0.5, code="own"), asked(model, "own:id", "seen")
    if model == "BIN":
        rows["value"] = (rows["value"] > 0).astype("Float64")
    frame = frame.rename(columns={"mI": "id"}).drop(columns=["mO", "mP", "mM"])
    errors = []
    for scores in (("id", "own"), ("id",)):
        sample = attrs.evolve(sample_of(frame, long={"seen": rows}), scores=scores)
        errors.append(TEMPLATES[model](hypothesis, sample)[1][0][1])
    assert errors[0] == pytest.approx(errors[1], rel=1e-12)


# ---------------------------------------------------------------------------------------------- paths and panels


def test_resamples_of_paths_have_sds_of_their_own():
    rng = np.random.default_rng(6)
    x = rng.gamma(2.0, size=80)
    m = 0.8 * x + rng.normal(size=80)
    raw = pd.DataFrame({"x": x, "m": m, "y": 0.9 * m + 0.5 * rng.normal(size=80)})
    frame = standardised(raw, ["x", "y"]).astype(float)
    told, bare = (mediation(frame, x="x", mediators=["m"], outcome="y", bootstrap=200, scaled=s) for s in ("xy", ""))
    picked = np.random.default_rng(1).integers(80, size=(200, 80))
    for number in (0, 1, 199):
        own = standardised(raw.iloc[picked[number]].reset_index(drop=True), ["x", "y"]).astype(float)
        a, b = linear(own, outcome="m", terms=["x"]), linear(own, outcome="y", terms=["x", "m"])
        assert told.indirect["m"].draws[number] == pytest.approx(a.estimates["x"] * b.estimates["m"], rel=1e-9)
        assert told.direct.draws[number] == pytest.approx(b.estimates["x"], rel=1e-6)
    assert told.indirect["m"].estimate == bare.indirect["m"].estimate
    assert told.indirect["m"].p == bare.indirect["m"].p
    assert told.indirect["m"].se != pytest.approx(bare.indirect["m"].se, rel=0.05)


def test_the_template_of_paths_asks_for_that_and_of_a_condition_for_the_outcome_alone(monkeypatch):
    from analysis.templates import mediation as template

    seen = []
    real = template.mediation
    monkeypatch.setattr(template, "mediation", lambda *a, **k: seen.append(k["scaled"]) or real(*a, **k, bootstrap=50))
    frame = people(60, np.random.default_rng(5)).assign(frame=pd.array(["a", "b"] * 30, "string"))
    sample = sample_of(frame, factors={"frame": ("a", "b")})
    for path in ("mO>mI>mP", "frame>mI>mP"):
        TEMPLATES["MED"](asked("MED", path), sample)
    assert seen == [["outcome", "mO"], ["outcome"]]


def waves(n, rng, lag):
    stable, now, rows = rng.normal(size=(n, 2)), rng.normal(size=(n, 2)), []
    for wave in range(4):
        rows.append(
            pd.DataFrame({"person": range(n), "wave": wave, "x": stable[:, 0] + now[:, 0], "y": now[:, 1] + wave})
        )
        now = now @ np.array([[0.2, lag], [0.0, 0.2]]) + rng.normal(size=(n, 2)) * 0.8
    whole = pd.concat(rows, ignore_index=True).assign(session="s")
    return standardised(whole.assign(y=whole["y"].where(whole.index % 9 > 0)), ["x", "y"])


def test_lagged_effects_per_sd_have_the_errors_of_the_sds_that_the_panel_implies():
    frame = waves(250, np.random.default_rng(7), 0.6)
    told, bare = (cross_lagged(frame, x="x", y="y", scaled=scaled) for scaled in (True, False))
    people = pd.DataFrame({"x": [1.0, 2.0]}, index=["s", "t"])
    _, [(_, se)] = TEMPLATES["XL"](asked("XL", "x>y"), attrs.evolve(sample_of(people), waves=frame))
    assert se == pytest.approx(told.contrast({"x>y": 1.0})[1]) and se != pytest.approx(bare.contrast({"x>y": 1.0})[1])
    assert told.estimates.equals(bare.estimates)
    ratio = pd.Series(np.diag(told.covariance) / np.diag(bare.covariance), index=told.estimates.index) ** 0.5
    assert ratio[["x>x", "y>y"]].tolist() == pytest.approx([1.0, 1.0])  # of a score on itself, whatever its SD
    assert told.estimates["x>y"] > 0.3 and 0.001 < abs(ratio["x>y"] - 1) < 0.1


def test_the_slopes_of_implied_sds_are_those_of_small_steps():
    model, rng = _Model(waves=3, stable=True), np.random.default_rng(2)
    theta = model.start() + 0.01 * rng.normal(size=model.size)
    middle, counts = rng.normal(size=6), np.array([50, 40, 50, 50, 30, 45])

    def logs(at):
        means, covariance = model.implied(at)
        found = []
        for own in (slice(0, None, 2), slice(1, None, 2)):
            within, between, n = np.diag(covariance)[own], (means + middle)[own], counts[own]
            found.append(np.log(np.average(within + (between - np.average(between, weights=n)) ** 2, weights=n)) / 2)
        return np.array(found)

    steps = [(logs(theta + h) - logs(theta - h)) / 2e-6 for h in 1e-6 * np.eye(model.size)]
    assert model.sd_slopes(theta, middle, counts) == pytest.approx(np.array(steps).T, abs=1e-8)
