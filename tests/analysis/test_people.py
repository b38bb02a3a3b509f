import attrs
import pandas as pd
import pytest

from analysis.hypotheses import Variable, load
from analysis.people import levels_of, standardised
from analysis.reading.logs import Logs, session_of
from analysis.report.methods import methods
from analysis.study import examine
from analysis.testing import test_all as evaluate
from runner.protocol import Factor


@pytest.fixture
def measured(protocol, blank):
    """One person whose ingroup motive rises from 2 over 4 to 6, and whose guilt is asked afterwards only."""
    one = blank()
    for phase, value in (("trait", 2), ("state", 4), ("probe", 6)):
        one.scale(phase, "motives", "ingroup", [value] * 3)
    one.scale("state", "guilt", "", [5] * 3)
    one.scale("trait", "disidentification", "", [3] * 3)
    return examine(protocol, Logs(sessions=(session_of(one.log()),), damaged=()))


def test_a_variable_is_measured_when_it_says(measured):
    people = measured.people
    assert (people["mI"].item(), people["mI_state"].item(), people["guilt"].item()) == (2.0, 6.0, 5.0)
    assert "mO" not in people and "id_in" not in people


@pytest.mark.parametrize(("when", "value"), [("before", 2.0), ("early", 2.0), ("after", 6.0), ("late", 6.0)])
def test_early_and_late_take_what_there_is(measured, protocol, when, value):
    from analysis.people import people

    variables = {
        "motive": Variable(construct="motives.ingroup", when=when, label=""),
        "guilt": Variable(construct="guilt", when=when, label=""),
        "disid": Variable(construct="disidentification", when=when, label=""),
    }
    frame = people(protocol, measured.tables, measured.sessions, measured.scores, variables)
    assert frame["motive"].item() == value
    assert ("guilt" in frame) == (when != "before")
    assert ("disid" in frame) == (when != "after")


def test_scores_are_standardised_over_the_analysed_people(protocol, many):
    logs = many(30, "z")
    unfinished = session_of(logs.sessions[0].counted[:-1])
    study = examine(protocol, attrs.evolve(logs, sessions=(unfinished, *logs.sessions[1:])))
    assert len(study.people) == 29
    for motive in ("mO", "mI", "mP", "mM"):
        values = study.sample.standard[motive].astype(float)
        assert values.mean() == pytest.approx(0, abs=1e-12)
        assert values.std() == pytest.approx(1)


def test_a_score_that_does_not_vary_is_missing():
    frame = standardised(pd.DataFrame({"x": [3.0, 3.0], "y": [1.0, 2.0]}), ["x", "y"])
    assert frame["x"].isna().all()
    assert frame["y"].notna().all()


def test_people_without_a_motive_are_counted_and_in_no_model(protocol, person):
    sessions = []
    for i in range(45):
        one = person(i, "missing")
        if i < 3:  # declined three of four items of a motive
            asked = [t["id"] for t in one.trials if t["given"].get("subscale") == "moral"]
            one.records = [
                attrs.evolve(r, outcome={"response": None})
                if getattr(r, "outcome", None) and r.trial in asked[:3]
                else r
                for r in one.records
            ]
        sessions.append(session_of(one.log()))
    study = examine(protocol, Logs(sessions=tuple(sessions), damaged=()))
    assert study.without_motives == ["s00000", "s00001", "s00002"]
    assert study.sample.choices.n == 42
    assert "Analysed people without a score for some motive, in no model with motives: 3." in study.warnings()


def test_holm_is_within_a_block(protocol, many):
    sample = examine(protocol, many(50, "blocks")).sample
    one, other = load().named(("H9a", "H10_pool"))
    together = evaluate([one, other], sample)
    apart = evaluate([attrs.evolve(one, block="measurement"), other], sample)
    smaller = min(f.deciding.p for f in together)
    assert min(f.p_holm for f in together) == pytest.approx(min(1.0, 2 * smaller))
    assert [f.p_holm for f in apart] == [f.deciding.p for f in apart]


def test_methods_tell_of_models_that_were_fitted_only(protocol, many):
    fitted = examine(protocol, many(50, "methods"))
    not_fitted = examine(protocol, many(5, "methods"))
    assert any("conditional logit" in paragraph for _, paragraph in methods(fitted))
    assert not any("conditional logit" in paragraph for _, paragraph in methods(not_fitted))
    told = [
        [paragraph for _, paragraph in methods(each) if "SDs of the analysed" in paragraph]
        for each in (fitted, not_fitted)
    ]
    assert [len(each) for each in told] == [1, 0] and "Yuan & Chan, 2011" in told[0][0]


def test_where_people_come_again_what_counts_as_before_is_of_their_first_session(protocol, blank):
    waves = {"wave": Factor(levels=("first", "second"), unit="wave")}
    sessions = []
    for number, (wave, value) in enumerate((("first", 2), ("second", 6))):
        one = blank(number, participant="p1")
        one.assigned = {"frame": "privilege", "setting": "private", "wave": wave}
        one.scale("state", "motives", "outgroup", [value] * 3)
        sessions.append(session_of(one.log()))
    panel = attrs.evolve(protocol, factors={**protocol.factors, **waves})
    people = examine(panel, Logs(sessions=tuple(sessions), damaged=())).people
    assert people["mO"].tolist() == [2.0, 2.0]
    assert people["mO_state"].tolist() == [2.0, 6.0]


def test_measures_in_words_serve_as_factors_of_the_levels_that_occur():
    variables = {"audience": load().variables["audience"], "variant": load().variables["variant"]}
    people = pd.DataFrame({"audience": ["mixed", "nobody", None], "variant": ["rate"] * 3}, dtype="string")
    assert levels_of(people, variables) == {"audience": ("nobody", "mixed")}
