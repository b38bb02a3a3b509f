"""docs/models.md names every model that estimates, and no function that isn't there."""

import re
from pathlib import Path

import analysis.models as models

PAGE = (Path(__file__).parents[2] / "docs" / "models.md").read_text(encoding="utf-8")
OURS = {
    "amce",
    "binary",
    "conditional_logit",
    "counts",
    "discrete_hazard",
    "hurdle",
    "linear",
    "marginal_means",
    "mixed_linear",
    "mixed_logit",
    "ordinal",
}


def test_every_model_has_its_peer_on_the_page():
    rows = [line for line in PAGE.splitlines() if line.startswith("|")]
    named = {name for row in rows for name in re.findall(r"`(\w+)`", row.split("|")[2])}
    assert named >= OURS
    assert all(hasattr(models, name) for name in named)


def test_the_numbers_of_draws_on_the_page_are_those_of_the_code():
    from analysis.models.mixed import DRAWS, FEW, SEED
    from analysis.templates.clusters import FEW as GROUPS

    text = " ".join(PAGE.split())
    assert f"{DRAWS} scrambled Halton draws a person, seed {SEED}" in text
    assert f"fewer than {FEW} people are analysed" in text
    assert f"fewer than {GROUPS} groups" in text
