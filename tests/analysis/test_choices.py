import attrs
import pandas as pd
import pytest

from analysis import models
from analysis.choices import (
    ATTRIBUTES,
    PROHIBITED,
    acts_shown,
    choice_pairs,
    consistency,
    marginal_means,
    once,
    varying,
    with_effect,
)
from analysis.prohibited import prohibited
from analysis.reading.logs import Logs, session_of
from analysis.reading.tables import build
from analysis.study import examine
from runner.protocol import Phase
from stimuli import FOLDER

ACT = {"public": 1, "normative": 1, "autonomy": 1, "statuscost": -1, "selflead": -1, "risk": -1, "effort": 1}


def card(**levels):
    return {"heading": "March with others", "lines": ["an hour", "seen by all"], "profile": {**ACT, **levels}}


@pytest.fixture
def pairs(blank):
    """Four pairs of one person: public or private, the public act always chosen; the last repeats the first."""
    one = blank()
    for place, (left, chosen) in enumerate(((1, "first"), (-1, "second"), (1, "first"), (-1, "second"))):
        given = {"set": str(place % 3), "block": 1, "repeated": place == 3}
        given |= {"first": card(public=left), "second": card(public=-left)}
        one.do("choices", "paired_choice", given, {"chosen": chosen, "would_do": "no"}, chosen, "no")
    given |= {"set": "9", "repeated": False}
    one.do("choices", "paired_choice", given, {"chosen": None, "would_do": None}, None, status="declined")
    tables = build(Logs(sessions=(session_of(one.log()),), damaged=()))
    return choice_pairs(tables.task("paired_choice"))


def test_differences_are_first_minus_second(pairs):
    assert pairs["a_public"].tolist() == [2, -2, 2, -2]
    assert pairs["first"].tolist() == [True, False, True, False]
    assert varying(pairs) == ["a_public"]
    assert set(ATTRIBUTES) <= set(pairs)


def test_declined_pairs_are_left_out_and_words_are_counted(pairs):
    assert len(pairs) == 4
    assert pairs["words_first"].tolist() == [7] * 4


def test_the_repeated_set_is_for_consistency_alone(pairs):
    assert len(once(pairs)) == 3
    assert consistency(pairs) == (1, 1)
    changed = pairs.assign(first=[True, False, True, True])
    assert consistency(changed) == (0, 1)


def test_marginal_means_of_a_forced_choice_average_one_half(pairs):
    means = marginal_means(once(pairs)).set_index("level")
    assert means["chosen"].to_dict() == {-1: 0.0, 1: 1.0}
    assert means.loc[1, "label"] == "public"
    assert means["n_acts"].tolist() == [3, 3]


def test_marginal_means_count_only_acts_that_could_have_had_any_level(many, protocol):
    """The design prohibits acts that one leads oneself in private: these say nothing of publicness (F3)."""
    study = examine(protocol, many(90, "prohibited", weights={"a_selflead": -1.5}))
    pairs = once(study.pairs)
    acts = acts_shown(pairs)
    assert len(acts) == 2 * len(pairs) == 2160
    assert not ((acts["a_public"] == -1) & (acts["a_selflead"] == 1)).any()
    found = marginal_means(pairs).set_index(["attribute", "level"])
    allowed = acts[acts["a_selflead"] == -1]
    public = allowed[allowed["a_public"] == 1]
    assert found.loc[("a_public", 1), "n_acts"] == len(public)
    assert found.loc[("a_public", 1), "chosen"] == pytest.approx(float(public["chosen"].mean()))
    assert found.loc[("a_effort", 3), "n_acts"] == (acts["a_effort"] == 3).sum()
    # Leading was made unattractive, and only public acts are led: over all acts, public ones would look so too.
    over_all = marginal_means(pairs, prohibited=()).set_index(["attribute", "level"])
    gap = [means.loc[("a_public", 1), "chosen"] - means.loc[("a_public", -1), "chosen"] for means in (found, over_all)]
    assert abs(gap[0]) < 0.07
    assert gap[1] < -0.15


def test_what_a_design_of_ones_own_prohibits_is_known_from_its_file(protocol, tmp_path):
    @attrs.frozen
    class Params:
        design: str

    (tmp_path / "designs").mkdir()
    text = (FOLDER / "designs" / "pairs-24.csv").read_text(encoding="utf-8")
    mine = text.replace("--blocks 2", "--blocks 2 --prohibit public=1,risk=1 effort=3,selflead=1")
    (tmp_path / "designs" / "mine.csv").write_text(mine, encoding="utf-8")
    phases = (Phase(name="choices", task="paired_choice", variants=(({}, Params("mine")),)),)
    own = attrs.evolve(protocol, phases=phases, materials=str(tmp_path))
    more = [{"a_public": 1, "a_risk": 1}, {"a_effort": 3, "a_selflead": 1}]
    assert prohibited(own) == [*PROHIBITED, *more]
    stored = attrs.evolve(own, phases=(Phase(name="c", task="paired_choice", variants=(({}, Params("pairs-24")),)),))
    assert prohibited(stored) == [*PROHIBITED] == prohibited(protocol)


def test_the_means_are_those_of_the_public_model(many, protocol):
    pairs = once(examine(protocol, many(20, "one")).pairs)
    found = marginal_means(pairs)
    risk = found[found["attribute"] == "a_risk"].reset_index(drop=True)
    model = models.marginal_means(
        acts_shown(pairs), chosen="chosen", attribute="a_risk", person="person", prohibited=PROHIBITED
    )
    assert (
        risk[["se", "low", "high", "n_acts"]].values.tolist() == model[["se", "low", "high", "n_acts"]].values.tolist()
    )


def test_no_choices_are_no_error():
    empty = choice_pairs(pd.DataFrame())
    assert len(empty) == 0
    assert varying(empty) == []


def test_the_model_is_fitted_without_the_repeated_set(protocol, many):
    study = examine(protocol, many(50, "repeated", pairs=6))
    assert len(study.pairs) == 350
    assert study.sample.choices.rows == 300


def test_what_acts_are_expected_to_do_comes_from_ratings_of_acts_alike():
    rows = [("a", 1, 1, 6), ("a", 1, 1, 4), ("a", -1, 1, 2), ("b", -1, 1, 7)]
    names = ["session", "codes_public", "codes_normative", "rating"]
    ratings = pd.DataFrame(rows, columns=names).assign(rated="effectiveness")
    sides = {"a_public_first": [1, 1], "a_norm_first": [1, 1], "a_public_second": [-1, -1], "a_norm_second": [1, 1]}
    shown = pd.DataFrame({"session": ["a", "b"], **sides})
    found = with_effect(shown, ratings)
    assert found["a_effect"].tolist() == [3.0, pd.NA]  # (6 + 4) / 2 - 2; the other person rated no public act
    assert "a_effect" not in with_effect(shown, ratings.assign(rated="willingness"))


def test_matched_pairs_have_attributes_of_their_own(pairs):
    assert (pairs["a_confront"] == 0).all()
    assert "a_confront" not in varying(pairs)
    sides = {}
    for side, code in (("first", 1), ("second", -1)):
        sides |= {f"{side}_{name}": code for name in ("confront", "selfcost")}
        sides |= {f"{side}_profile_{name}": 0 for name in ("public", "normative", "autonomy", "statuscost")}
        sides |= {f"{side}_profile_{name}": 0 for name in ("selflead", "risk", "effort")}
        sides |= {f"{side}_heading": "an act", f"{side}_lines": "[]"}
    given = {"session": "a", "set": "1", "repeated": False, "rt": 1.0, "position": 1, "chosen": "second"}
    found = choice_pairs(pd.DataFrame([given | sides]))
    assert (found["a_confront"].item(), found["a_auton"].item(), found["first"].item()) == (2, 0, False)
