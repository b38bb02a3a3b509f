import math
import subprocess
import sys

import attrs
import pytest

from analysis.effects import choice_weights
from analysis.findings import Finding, Part
from analysis.hypotheses import load
from analysis.paths import is_path
from analysis.reading.logs import Logs, session_of
from analysis.report.wording import MINUS, number, sentence, source
from analysis.study import examine
from analysis.terms import parse
from analysis.verdicts import judge, together
from runner.errors import DeclarationError, VantageError

ENTRY = """
variables: {mO: {construct: motives.outgroup, label: one}, mI: {construct: motives.ingroup, label: another}}
columns: [a_norm]
hypotheses:
  - {id: H1, says: "So it is", source: T, block: action, model: CH, test: "%s", kind: diff, sign: 1}
"""

NULL = ("H9_rel", "H10_pool", "H11_pool", "H13a", "H17")


def test_every_test_in_the_file_can_be_read():
    for hypothesis in load().hypotheses:
        assert len(hypothesis.signs) == len(hypothesis.tests), hypothesis.id
        if not is_path(hypothesis.tests[0]):
            assert all(hypothesis.combinations()), hypothesis.id
        assert hypothesis.kind == "diff" or hypothesis.sesoi is not None, hypothesis.id


def test_the_primary_tests_are_those_of_the_specification():
    primary = {h.id for h in load().hypotheses if h.primary}
    omnibus = {i for i in primary if i.startswith("H5_")}
    assert primary - omnibus == {"H9a", "H9b", "H10_pool", "H11_pool", "H13a", "H14a", "H16"}
    assert len(omnibus) == 16  # one for each antecedent that belongs to a motive


def test_ids_are_unique():
    ids = [h.id for h in load().hypotheses]
    assert len(ids) == len(set(ids)) > 150


def test_a_mistake_in_a_test_is_told_with_its_line_and_place(tmp_path):
    path = tmp_path / "hypotheses.yaml"
    path.write_text(ENTRY % "a_norm:mO ++ a_norm:mI", encoding="utf-8")
    with pytest.raises(
        DeclarationError, match=r"hypotheses.yaml:5:\d+: 'test': expected a term, got '\+' at character 12"
    ):
        load(path)
    path.write_text(ENTRY % "a_norm:mO", encoding="utf-8")
    assert load(path).hypotheses[0].combinations() == (parse("a_norm:mO"),)


@pytest.mark.parametrize(
    "written, words",
    [
        ("sign: 2", r"hypotheses.yaml:5:\d+: H1: a sign is 1 or -1, got 2"),
        ("sign: [1, -1]", "H1: 2 signs for 1 tests; write one for each"),
        ("sign: 1, sesoi: 0", "H1: the smallest effect of interest must be above 0, got 0"),
        ("sign: 1, cluster: room", "H1: cluster is session or person, got 'room'"),
    ],
)
def test_a_number_that_means_nothing_is_refused(tmp_path, written, words):
    path = tmp_path / "hypotheses.yaml"
    path.write_text((ENTRY % "a_norm:mO").replace("sign: 1", written), encoding="utf-8")
    with pytest.raises(DeclarationError, match=words):
        load(path)


@pytest.mark.parametrize(
    "written, strange",
    [
        ('test: "a_norm:mQ"', "mQ"),
        ('test: "a_nrom:mO"', "a_nrom"),
        ('test: "a_norm>mQ>mO"', "mQ"),
        ('test: "a_norm@mQ"', "mQ"),
        ('test: "a_norm:mO", outcome: mQ', "mQ"),
        ('test: "a_norm:mO", given: [mI, mQ]', "mQ"),
        ('test: "a_norm:mO", filter: "a_norm == 1 and foo != bar"', "foo"),
    ],
)
def test_a_name_that_nothing_has_is_refused(tmp_path, written, strange):
    path = tmp_path / "hypotheses.yaml"
    path.write_text(ENTRY.replace('test: "%s"', written), encoding="utf-8")
    with pytest.raises(DeclarationError, match=f"H1: '{strange}': no such name; correct it, or add it to variables"):
        load(path)


def test_a_hypothesis_has_one_entry(tmp_path):
    path = tmp_path / "hypotheses.yaml"
    path.write_text(ENTRY % "a_norm:mO" + ENTRY.splitlines()[-1] % "a_norm:mI" + "\n", encoding="utf-8")
    with pytest.raises(DeclarationError, match="H1 stands there more than once"):
        load(path)


def test_an_equality_is_corrected_by_its_test_of_equivalence():
    hypothesis = attrs.evolve(load().named(("H9e0",))[0], primary=True)
    judged = judge(0.0, 0.05, sesoi=0.15, kind="equal")
    found = Finding(
        id="H9e0",
        hypothesis=hypothesis,
        sesoi=0.15,
        parts=(Part(test="", sign=1, judged=judged),),
        verdict="equivalent",
    )
    assert judged.p == 1.0 and found.p == judged.p_tost < 0.01


def test_an_unknown_hypothesis_is_told_with_those_that_exist():
    with pytest.raises(VantageError, match=r"there is no hypothesis 'H99'; there are H1a, H1a_rel"):
        load().named(("H99",))


def test_what_the_project_derived_is_never_called_the_papers(protocol, many):
    study = examine(attrs.evolve(protocol, hypotheses=("H9e0", "H12a")), many(40, "source"))
    for finding in study.findings:
        assert source(finding) == "derived in this project, not a prediction of the paper"


def test_effects_become_the_smallest_weights_that_give_them():
    weights = choice_weights({"H11_pool": 0.30})
    assert weights == {"a_public:mI": 0.15, "a_public:mP": 0.15, "a_public:mO": -0.15, "a_public:mM": -0.15}
    both = choice_weights({"H11_pool": 0.30, "H9a": 0.2})
    assert both["a_auton:mO"] == 0.2
    assert choice_weights({"H11a": 0.2})["a_public:mP"] == 0.2


def test_effects_that_can_not_be_had_are_refused():
    with pytest.raises(VantageError, match=r"--effect H18b: .* of the model LIN"):
        choice_weights({"H18b": 0.3})
    with pytest.raises(VantageError, match="H9a, H9b, H9_rel can't have these values together"):
        choice_weights({"H9a": 0.2, "H9b": 0.2, "H9_rel": 0.5})


@pytest.fixture(scope="module")
def strong(protocol, many):
    weights = choice_weights({"H11_pool": 0.6})
    return examine(protocol, many(100, "strong", weights=weights, shift={"privilege": 1.0, "disadvantage": -0.5}))


def test_a_known_effect_is_found_again_and_others_are_not(strong):
    found = {f.id: f for f in strong.findings}
    pooled = found["H11_pool"].deciding
    assert found["H11_pool"].verdict == "supported"
    assert abs(pooled.estimate - 0.6) < 3 * pooled.se
    assert found["H11b"].verdict == "opposite"  # the effect was laid on all four motives
    assert found["H10_pool"].p_holm > 0.05
    assert found["H18b"].verdict == "supported"
    assert found["H18b"].n == 100


def test_what_can_not_be_tested_yet_says_so_and_has_no_verdict(strong):
    found = {f.id: f for f in strong.findings}
    assert (found["H11c"].verdict, found["H11c"].deciding) == (None, None)
    assert found["H11c"].note == "not yet tested: 'a_effect' was not measured"
    assert found["H18c"].note == "not yet tested: 'id_in_state' was not measured"
    assert sentence(found["H18c"]) == "Not yet tested: 'id_in_state' was not measured."


def test_holm_is_over_the_primary_tests_of_a_block(strong):
    found = {f.id: f for f in strong.findings}
    family = [f for f in strong.findings if f.p_holm is not None]
    assert {f.id for f in family} == {"H9a", "H10_pool", "H11_pool", "H13a"}
    assert found["H11_pool"].p_holm == pytest.approx(4 * found["H11_pool"].deciding.p)
    assert found["H11_pool"].borne_out
    assert "It holds when the 4 primary tests of its kind are corrected for together" in sentence(found["H11_pool"], 4)


def test_a_verdict_that_does_not_outlast_holm_is_not_borne_out(strong):
    finding = next(f for f in strong.findings if f.id == "H11_pool")
    weaker = attrs.evolve(finding, p_holm=0.06)
    assert not weaker.borne_out
    assert "It does not hold when the 4 primary tests" in sentence(weaker, 4)


def test_a_filter_that_nobody_fits_is_told(protocol, many):
    study = examine(attrs.evolve(protocol, hypotheses=("H18a",)), many(40, "filter"))
    assert study.findings[0].note == "not yet tested: it holds where variant == generate, and nobody here fits"


def test_a_study_too_small_for_its_model_says_so(protocol, many):
    study = examine(attrs.evolve(protocol, hypotheses=("H11_pool",)), many(20, "small"))
    assert study.findings[0].note == "not yet tested: 20 persons are too few for 36 coefficients"
    assert any("20 people are analysed. With fewer than 150" in w for w in study.warnings())


def test_no_effect_is_seldom_called_one(protocol, many):
    wrong = 0
    for i in range(12):
        study = examine(attrs.evolve(protocol, hypotheses=NULL), many(50, f"none/{i}", pairs=8))
        wrong += sum(f.deciding.p < 0.05 for f in study.findings)
    assert wrong <= 9  # 3 are expected of 60; more than 9 come in 1 of 1000


def test_the_deciding_part_is_the_weakest(strong):
    finding = next(f for f in strong.findings if f.id == "H11a")
    assert finding.deciding.p == max(p.judged.p for p in finding.parts)
    assert math.isfinite(finding.deciding.estimate)


def test_the_effects_of_a_simulation_load_no_statistics():
    code = (
        "import sys, analysis.effects; print([m for m in ('pandas', 'statsmodels', 'matplotlib') if m in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def part(test, estimate, se, kind="diff", sesoi=0.15):
    return Part(test=test, sign=1, judged=judge(estimate, se, sesoi=sesoi, kind=kind))


def claim(strong, kind, *parts):
    """What is said of several parts together."""
    finding = next(f for f in strong.findings if f.id == "H11a")
    verdict = together([p.judged for p in parts], kind)
    hypothesis = attrs.evolve(finding.hypothesis, kind=kind)
    return sentence(attrs.evolve(finding, hypothesis=hypothesis, parts=parts, verdict=verdict, p_holm=None))


def test_every_part_has_its_own_sentence_before_the_joint_one(strong):
    said = claim(strong, "diff", part("a_public:mI", 0.4, 0.1), part("a_public:mP", 0.0, 0.03))
    assert said == (
        "a_public:mI: the data support this. a_public:mP: the data speak against this: if there is an effect, it is "
        "smaller than ±0.15 logit per SD, too small to matter. "
        "Every part has to hold: not all do, and the data do not bear out the whole."
    )


def test_no_effect_remains_possible_is_never_said_of_an_interval_without_0(strong):
    barely, equal = part("a_norm:mO", 0.205, 0.1, "equal"), part("a_norm:mM", 0.0, 0.03, "equal")
    said = claim(strong, "equal", barely, equal)
    assert "so does none" not in said
    assert said.endswith("does not outlast the correction for 2 parts, and the whole stays undecided.")


def test_a_rounded_0_keeps_its_sign():
    assert (number(-0.001), number(-0.001, 3), number(0.0)) == (f"{MINUS}0.00", f"{MINUS}0.001", "0.00")


def test_nobody_or_one_person_is_told_before_anything_else(protocol, many):
    for n, who in ((0, "nobody is analysed"), (1, "only one person is analysed")):
        logs = many(1, "few")
        logs = logs if n else attrs.evolve(logs, sessions=tuple(session_of(s.counted[:-1]) for s in logs.sessions))
        study = examine(attrs.evolve(protocol, hypotheses=("H11_pool", "H18b", "H18a")), logs)
        assert [f.note for f in study.findings] == [f"not yet tested: {who}"] * 3
        assert any(w.startswith("1 person is analysed." if n else "Nobody is analysed.") for w in study.warnings())


def test_a_slope_of_a_score_is_in_sd_per_sd_and_a_difference_of_arms_in_sd(strong):
    units = {h.id: Finding(id=h.id, hypothesis=h, sesoi=0.1).unit for h in load().hypotheses}
    assert (units["H1a"], units["H18b"], units["H1a_rel"], units["H9a"]) == (
        "SD per SD",
        "SD",
        "SD per SD",
        "logit per SD",
    )


def test_a_predictor_measured_after_the_treatment_is_named(protocol, blank):
    one = blank()
    one.scale("trait", "motives", "outgroup", [3, 4, 5])
    one.scale("trait", "prejudice", "", [3, 4, 5])
    one.scale("state", "privilege_awareness", "", [3, 4, 5])
    study = examine(protocol, Logs(sessions=(session_of(one.log()),), damaged=()))
    (hypothesis,) = load().named(("H1f",))
    finding = Finding(id="H1f", hypothesis=hypothesis, sesoi=0.1, verdict="inconclusive")
    assert study.late_predictors(finding) == ["awareness of privilege"]
