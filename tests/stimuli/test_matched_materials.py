"""What each cause needs for where-the-line-is: texts to read, measures, matched acts, a commitment."""

import re
from collections.abc import Callable, Mapping
from itertools import combinations
from pathlib import Path

import pytest

from runner.declarations.materials import Library
from runner.declarations.structure import read_yaml

Words = Callable[[str], list[str]]
Grade = Callable[[str], float]
Grades = Callable[[str], Grade]
Filled = Callable[[str, str], Library]

STIMULI = Path(__file__).parents[2] / "stimuli"
KINDS = ("reports", "policies", "matched", "commitments")
CAUSES = sorted({(path.parents[1].name, path.stem) for kind in KINDS for path in STIMULI.glob(f"*/{kind}/*.yaml")})
FAMILIES = [("closing", "stable", "neutral"), ("image-negative", "image-positive", "image-none")]


@pytest.fixture(params=CAUSES, ids=["-".join(cause) for cause in CAUSES])
def materials(request: pytest.FixtureRequest, library: Filled) -> Library:
    """The materials of each cause in each language in turn."""
    return library(*request.param)


@pytest.fixture
def of_text(materials: Library, grade: Grades) -> Grade:
    return grade(materials.language)


@pytest.fixture
def of_sentence(materials: Library, grade_of_a_sentence: Grades) -> Grade:
    return grade_of_a_sentence(materials.language)


def unequal(texts: list[str], words: Words) -> list[str]:
    """In what lengths the texts differ by more than a tenth."""
    lengths = {"words": [len(words(text)) for text in texts], "characters": [len(text) for text in texts]}
    return [f"{what}: {found}" for what, found in lengths.items() if max(found) > 1.1 * min(found)]


def apart(texts: list[str], grade: Grade) -> float:
    """The largest difference between the texts' reading grades."""
    return max(abs(grade(one) - grade(other)) for one, other in combinations(texts, 2))


def test_a_cause_with_one_of_the_materials_has_all(materials: Library) -> None:
    assert materials.reports() and materials.policies() and materials.matched() and materials.commitment()


# ---------------------------------------------------------------- what is read


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family[0])
def test_texts_of_one_factor_are_alike_in_length_grade_build_and_question(
    materials: Library, family: tuple[str, ...], words: Words, of_text: Grade
) -> None:
    reports = materials.reports().reports
    texts = [" ".join(text for page in reports[name].pages for text in page.body) for name in family]
    assert unequal(texts, words) == []
    assert apart(texts, of_text) <= 1
    assert len({tuple((page.title, len(page.body)) for page in reports[name].pages) for name in family}) == 1
    assert len({(reports[name].question, reports[name].correct) for name in family}) == 1


def test_the_neutral_text_names_neither_group(materials: Library, words: Words) -> None:
    text = " ".join(text for page in materials.reports().reports["neutral"].pages for text in page.body)
    terms = materials.pack().terms
    groups = {terms["ingroup"].lower(), terms["outgroup"].lower()}
    assert not groups & {word.lower() for word in words(text)}


# ---------------------------------------------------------------- measures


def test_there_are_four_measures_whose_lines_are_equally_long(
    materials: Library, words: Words, of_sentence: Grade
) -> None:
    policies = materials.policies().policies
    assert [policy.id for policy in policies] == ["recruitment", "monitoring", "mentoring", "structures"]
    for policy in policies:
        lines = list(policy.effects.values())
        assert len(set(lines)) == 3
        assert unequal(lines, words) == [], policy.id
        assert apart(lines, of_sentence) <= 1, policy.id


# ---------------------------------------------------------------- matched acts


def test_there_are_enough_pairs_of_each_kind(materials: Library) -> None:
    kinds = [pair.contrast for pair in materials.matched().pairs]
    counts = {kind: kinds.count(kind) for kind in kinds}
    assert counts == {"help": 6, "status": 6, "protection": 6, "own_cost": 4}


def test_the_acts_of_a_pair_are_equally_long_and_hard(materials: Library, words: Words, of_sentence: Grade) -> None:
    wrong = {}
    for pair in materials.matched().pairs:
        texts = [pair.minus.text, pair.plus.text]
        found = unequal(texts, words)
        found += [f"grade: {apart(texts, of_sentence):.1f} apart"] if apart(texts, of_sentence) > 1 else []
        if found:
            wrong[pair.id] = found
    assert wrong == {}


def test_both_acts_cost_the_same_unless_own_cost_is_what_differs(materials: Library, words: Words) -> None:
    for pair in materials.matched().pairs:
        assert pair.line, pair.id
        assert bool(pair.minus.line) == bool(pair.plus.line) == (pair.contrast == "own_cost"), pair.id
        if pair.contrast == "own_cost":
            assert unequal([pair.minus.line, pair.plus.line], words) == [], pair.id


def test_acts_are_all_different(materials: Library) -> None:
    texts = [side.text for pair in materials.matched().pairs for side in (pair.minus, pair.plus)]
    assert len(set(texts)) == len(texts)


def test_protests_and_ways_to_make_up_are_told_at_equal_length(
    materials: Library, words: Words, of_text: Grade
) -> None:
    matched = materials.matched()
    both = [matched.protests.normative, matched.protests.nonnormative]
    assert unequal(both, words) == []
    assert apart(both, of_text) <= 1
    for levels in (["fast", "slow"], ["compensation", "opportunity"]):
        assert unequal([getattr(matched.relief, level) for level in levels], words) == []


# ---------------------------------------------------------------- a commitment


def test_a_commitment_has_four_costs_whose_lines_are_equally_long(materials: Library, words: Words) -> None:
    commitment = materials.commitment()
    assert [ladder.id for ladder in commitment.ladders] == ["time", "weather", "distance", "peers"]
    for ladder in commitment.ladders:
        assert len(set(ladder.lines)) == len(ladder.lines) == 4
        assert unequal(list(ladder.lines), words) == [], ladder.id
    assert unequal([commitment.lead, commitment.assist], words) == []


# ---------------------------------------------------------------- words


def test_no_placeholder_and_no_banned_word_is_left(materials: Library) -> None:
    path = STIMULI / materials.language / "banned.yaml"
    banned = read_yaml(path, Mapping[str, Mapping[str, str]])["everywhere"]  # type: ignore[type-abstract]
    made = str((materials.reports(), materials.policies(), materials.matched(), materials.commitment()))
    assert not re.search(r"\{\w+\}", made)
    assert not re.search(rf"\b({'|'.join(banned)})\b", made, re.IGNORECASE)
