"""The page of coverage: it is fresh, every paradigm has its row, and no row names what does not exist."""

import re
from pathlib import Path

import pytest
from attrs import evolve

from analysis.coverage import NUMBERS, PAGE, Coverage, Row, page, read_coverage

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def coverage() -> Coverage:
    return read_coverage()


def with_row(coverage: Coverage, **changes: object) -> list[str]:
    """What is wrong once the row of the choice task says something else."""
    rows = {**coverage.rows, "P24": evolve(coverage.rows["P24"], **changes)}
    return list(evolve(coverage, rows=rows).wrong())


def test_the_page_is_fresh(coverage: Coverage) -> None:
    assert PAGE.read_text(encoding="utf-8") == page(coverage), "run: python -m analysis.coverage"


def test_every_row_has_a_file_and_a_column_and_names_what_exists(coverage: Coverage) -> None:
    assert list(coverage.wrong()) == []


def test_there_is_a_row_for_every_paradigm_and_no_other(coverage: Coverage) -> None:
    assert len(NUMBERS) == 84
    fewer = {number: row for number, row in coverage.rows.items() if number != "P12"}
    said = list(evolve(coverage, rows={**fewer, "P85": Row(what="More")}).wrong())
    assert "P12: there is no row; write one" in said and "P85: there is no such paradigm; delete the row" in said


def test_links_of_the_page_lead_somewhere(coverage: Coverage) -> None:
    targets = re.findall(r"\]\((\.\./[^)]+)\)", page(coverage))
    assert len(targets) > 150
    assert [target for target in targets if not (ROOT / "docs" / target).exists()] == []


def test_protocols_columns_constructs_and_hypotheses_are_derived(coverage: Coverage) -> None:
    framing, guilt = coverage.rows["P01"], coverage.rows["P51"]
    assert "frame-and-visibility" in coverage.used_in(framing) and "where-the-line-is" not in coverage.used_in(framing)
    assert coverage.columns(framing) == ["framing.rating"]
    assert "H18b" in coverage.hypotheses(framing) and "H19a" not in coverage.hypotheses(framing)
    assert coverage.constructs(guilt) == ["guilt"] and "H18b" in coverage.hypotheses(guilt)
    assert "disidentification.detachment" in coverage.constructs(coverage.rows["P46"])


def test_a_hypothesis_counts_only_where_a_protocol_with_the_paradigm_tests_it(coverage: Coverage) -> None:
    by_text, by_scores = coverage.rows["P05"], coverage.rows["P03"]  # the factor has the same name in both
    assert "H19a" in coverage.hypotheses(by_scores) and "H19a" not in coverage.hypotheses(by_text)


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"tasks": ("paired_choise",)}, "P24: there is no experiments/paired_choise.py; correct the name"),
        ({"scales": ("gilt",)}, "P24: there is no stimuli/en/scales/gilt.yaml; correct the name"),
        ({"materials": ("dessigns",)}, "P24: there is no stimuli/en/dessigns.yaml; correct the name"),
        ({"columns": ("paired_choice.choosen",)}, "P24: there is no column paired_choice.choosen; correct it"),
        ({"columns": ("sessions.nothing_such",)}, "P24: there is no column sessions.nothing_such; correct it"),
        ({"scores": ("nothing_such",)}, "P24: nothing in the analysis is called nothing_such; correct it, or put it"),
        ({"terms": ("a_autonn",)}, "P24: nothing in the analysis is called a_autonn; correct it, or put it"),
        ({"keys": ("no/such",)}, "P24: no protocol says 'no/such'; correct the key"),
        ({"terms": ()}, "P24: no hypothesis is tested with it; say 'why'"),
        ({"scores": ()}, "P24: it has no score; say 'why', or put one under 'to_come'"),
        ({"tasks": (), "materials": ()}, "P24: no file does it; name tasks, scales or materials, or say 'hook'"),
        ({"tasks": ()}, "P24: it leaves no column; name its columns"),
    ],
)
def test_a_row_that_lacks_something_is_told(coverage: Coverage, changes: dict[str, object], what: str) -> None:
    assert [said for said in with_row(coverage, **changes) if said.startswith(what)]


def test_scores_to_come_are_listed_at_the_end_and_fail_nothing(coverage: Coverage) -> None:
    rows = {**coverage.rows, "P24": evolve(coverage.rows["P24"], to_come=("nothing_such",))}
    changed = evolve(coverage, rows=rows)
    assert "nothing_such (to come)" in page(changed)
    assert "- P24: nothing_such" in page(changed).split("## To come")[1]
    assert not [said for said in changed.wrong() if said.startswith("P24")]
