import math

import pytest

from analysis.models import bayes_factor, equivalence
from analysis.verdicts import counts_as_support, holm, judge, together


@pytest.mark.parametrize(
    ("estimate", "se", "p_tost", "p", "verdict"),
    [
        (0.04, 0.08, 0.0228, 0.617, "equivalent"),
        (0.04, 0.16, 0.159, 0.80, "inconclusive"),
        (0.12, 0.04, 0.0228, 0.0027, "trivial"),
    ],
)
def test_the_fixtures_of_the_specification(estimate, se, p_tost, p, verdict):
    judged = judge(estimate, se, sesoi=0.20, kind="equal")
    assert judged.p_tost == pytest.approx(p_tost, abs=5e-4)
    assert judged.p == pytest.approx(p, abs=3e-3)
    assert judged.verdict == verdict


def test_the_two_statistics_of_an_equivalence_test():
    found = equivalence(0.04, 0.08, 0.20)
    assert (found.lower, found.upper) == (pytest.approx(3.0), pytest.approx(-2.0))


def test_not_significant_is_not_equal():
    judged = judge(0.01, 0.30, sesoi=0.15, kind="equal")
    assert judged.p > 0.9
    assert judged.verdict == "inconclusive"
    assert not counts_as_support(judged.verdict, "equal")


@pytest.mark.parametrize(
    ("estimate", "sign", "verdict"),
    [(0.5, 1, "supported"), (-0.5, 1, "opposite"), (-0.5, -1, "supported"), (0.5, -1, "opposite")],
)
def test_a_direction_is_borne_out_on_its_own_side_only(estimate, sign, verdict):
    assert judge(estimate, 0.1, sesoi=0.15, sign=sign).verdict == verdict


def test_a_real_difference_is_never_support_for_equality():
    assert judge(0.5, 0.1, sesoi=0.15, kind="equal").verdict == "opposite"
    assert not counts_as_support("supported", "equal")


def test_an_effect_too_small_to_matter_is_trivial_whatever_was_predicted():
    assert judge(0.08, 0.02, sesoi=0.15).verdict == "trivial"
    assert not counts_as_support("trivial", "diff")
    assert counts_as_support("trivial", "equal")


def test_the_verdict_turns_at_the_edge_of_the_interval():
    edge = 1.959964 * 0.1
    assert judge(edge + 1e-5, 0.1, sesoi=0.01).verdict == "supported"
    assert judge(edge - 1e-5, 0.1, sesoi=0.01).verdict == "inconclusive"


def test_few_degrees_of_freedom_make_wider_intervals():
    assert judge(0.2, 0.1, sesoi=0.01, df=5).verdict == "inconclusive"
    assert judge(0.2, 0.1, sesoi=0.01, df=math.inf).verdict == "supported"


def test_a_claim_of_several_parts_needs_all_of_them():
    clear, unclear, none, against = (
        judge(e, s, sesoi=0.15) for e, s in ((0.4, 0.1), (0.1, 0.1), (0.0, 0.03), (-0.4, 0.1))
    )
    assert together([clear, clear], "diff") == "supported"
    assert together([clear, unclear], "diff") == "inconclusive"
    assert together([clear, none], "diff") == "equivalent"
    assert together([clear, against], "diff") == "opposite"


def test_equality_in_several_parts():
    equal, small, unclear = (judge(e, s, sesoi=0.15, kind="equal") for e, s in ((0.0, 0.03), (0.08, 0.02), (0.1, 0.1)))
    assert together([equal, equal], "equal") == "equivalent"
    assert together([equal, small], "equal") == "trivial"
    assert together([equal, unclear], "equal") == "inconclusive"


def test_one_part_speaks_against_the_whole_only_after_correction():
    barely = judge(0.205, 0.1, sesoi=0.15, kind="equal")  # p = .040, one of two parts
    equal = judge(0.0, 0.03, sesoi=0.15, kind="equal")
    assert barely.verdict == "opposite"
    assert together([barely, equal], "equal") == "inconclusive"


@pytest.mark.parametrize("df", [8, 40, math.inf])
def test_equivalence_is_the_90_percent_interval_within_the_bounds(df):
    for estimate in (0.0, 0.03, 0.06, 0.09):
        judged = judge(estimate, 0.05, sesoi=0.15, df=df)
        assert (judged.p_tost < 0.05) == (judged.low90 > -0.15 and judged.high90 < 0.15)


def test_holm():
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.6, 0.9]) == [1.0, 1.0]
    assert holm([]) == []


@pytest.mark.parametrize(("estimate", "se"), [(math.nan, 0.1), (0.1, 0.0), (0.1, math.nan)])
def test_no_verdict_without_an_estimate_and_its_error(estimate, se):
    with pytest.raises(ValueError, match="a positive standard error"):
        judge(estimate, se, sesoi=0.15)


def test_the_bayes_factor_of_the_interval_is_that_of_the_integrals():
    from scipy.integrate import quad
    from scipy.stats import norm

    estimate, se, bound, prior_sd = 0.1, 0.08, 0.15, 0.3

    def weight(effect):
        return norm.pdf(estimate, effect, se) * norm.pdf(effect, 0, prior_sd)

    inside = quad(weight, -bound, bound)[0]
    outside = quad(weight, -3, -bound)[0] + quad(weight, bound, 3)[0]
    share = norm.cdf(bound, 0, prior_sd) - norm.cdf(-bound, 0, prior_sd)
    wanted = (inside / share) / (outside / (1 - share))
    assert bayes_factor(estimate, se, bound, prior_sd=prior_sd) == pytest.approx(wanted, rel=1e-6)
    with pytest.raises(ValueError, match="must be above 0"):
        bayes_factor(0.1, 0.1, 0.0, prior_sd=1.0)
