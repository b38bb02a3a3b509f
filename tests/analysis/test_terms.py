import pytest

from analysis.terms import Factor, Term, TermError, parse, written


def weights(text):
    return {str(term): weight for term, weight in parse(text).items()}


def test_a_pooled_contrast():
    assert weights("0.5*a_norm:mI + 0.5*a_norm:mP - 0.5*a_norm:mO - 0.5*a_norm:mM") == {
        "a_norm:mI": 0.5,
        "a_norm:mP": 0.5,
        "a_norm:mO": -0.5,
        "a_norm:mM": -0.5,
    }


def test_a_mean_is_shared_out_and_a_minus_reaches_into_it():
    assert weights("id@mI - mean(id@mO, id@mP, id@mM)") == pytest.approx(
        {"id@mI": 1, "id@mO": -1 / 3, "id@mP": -1 / 3, "id@mM": -1 / 3}
    )


def test_levels_equations_and_slopes_have_parts():
    (slope,) = parse("mM@content[equality]")
    assert slope == Term((Factor("mM"),), Factor("content", "equality"))
    (level,) = parse("setting[public]:mI")
    assert level.factors == (Factor("setting", "public"), Factor("mI"))


def test_the_same_term_twice_is_added_up():
    assert weights("a - 0.25*a") == {"a": 0.75}


@pytest.mark.parametrize(
    ("text", "at", "what"),
    [
        ("a ++ b", 3, r"expected a term, got '\+' at character 4"),
        ("a:", 2, "expected a name, got the end at character 3"),
        ("a # b", 2, "this can't stand here, got '#' at character 3"),
        ("mean(a", 6, r"expected '\)', got the end at character 7"),
        ("2a", 1, r"expected '\*', got 'a' at character 2"),
        ("", 0, "expected a term, got the end at character 1"),
        ("a b", 2, r"expected \+ or - or the end, got 'b' at character 3"),
        ("frame[]", 6, r"expected a level, got '\]' at character 7"),
    ],
)
def test_a_mistake_is_told_with_its_place(text, at, what):
    with pytest.raises(TermError, match=what) as caught:
        parse(text)
    assert caught.value.at == at


def test_what_is_written_reads_back():
    for text in ("a_public:mI - 0.5*a_public:mO", "mM@content[equality] + mO", "- a + 2*b"):
        assert parse(written(parse(text))) == parse(text)
