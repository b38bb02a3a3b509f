"""The declared grid (paradigms.md F7): in what the analyses of a hypothesis differ, where it applies to it."""

import re
from collections.abc import Callable, Mapping, Sequence

import attrs
import pandas as pd

from analysis.choices import ATTRIBUTES
from analysis.hypotheses import Hypothesis
from analysis.multiverse.choosing import Choosing
from analysis.multiverse.people import VARIANTS, among, failed_checks, suspicious, with_factor_scores, with_variant
from analysis.people import MOTIVES
from analysis.sample import Sample
from analysis.study import Study
from analysis.templates.clusters import GROUP, by_session
from analysis.templates.covariates import covariates

Asked = tuple[Hypothesis, Sample]
SUSPICION, CHECKS = "also suspicion", "also failed checks"
AFTER_TREATMENT = (SUSPICION, CHECKS)  # whom they leave out may differ between the arms: sensitivity only
_CONTENT = re.compile(r"@content\[\w+\]")
_WHOLE = "preregistered"


@attrs.frozen(kw_only=True)
class Axis:
    """One way in which analyses differ: which levels a hypothesis has, the declared one first, and what each does."""

    label: str
    levels: Callable[[Study, Hypothesis], Sequence[str]]  # fewer than two: it does not apply
    put: Callable[[Study, Asked, str], Asked]
    alike: bool = False  # does it do the same to the sample whatever the hypothesis, and nothing to the hypothesis?


def axes_of(study: Study, hypothesis: Hypothesis) -> dict[str, tuple[str, ...]]:
    """The axes that apply to a hypothesis with their levels, the declared one first."""
    found = {name: tuple(axis.levels(study, hypothesis)) for name, axis in AXES.items()}
    return {name: levels for name, levels in found.items() if len(levels) > 1}


def _predictors(hypothesis: Hypothesis) -> set[str]:
    if hypothesis.model in ("MED", "XL", "DES", "DOM", "SURF"):
        return set()
    return {name for test in hypothesis.combinations() for term in test for name in term.names}


def _motives(hypothesis: Hypothesis) -> list[str]:
    return [m for m in MOTIVES if m in _predictors(hypothesis)]


# ---------------------------------------------------------------- who is analysed


def _exclusions(study: Study, hypothesis: Hypothesis) -> list[str]:
    people, found = study.people, [_WHOLE]
    if suspicious(study).any():
        found.append(SUSPICION)
    if failed_checks(study).any():
        found.append(CHECKS)
    if "actor_base" in people and (~people["actor_base"].fillna(False)).any() and people["actor_base"].any():
        found.append("actors only")
    return found


def _excluded(study: Study, asked: Asked, level: str) -> Asked:
    hypothesis, sample = asked
    people = study.people
    kept = pd.Series(True, index=people.index)
    if level == SUSPICION:
        kept = ~suspicious(study)
    elif level == CHECKS:
        kept = ~failed_checks(study)
    elif level == "actors only":
        kept = people["actor_base"].fillna(False)
    return hypothesis, among(sample, people.index[kept.astype(bool)])


# ---------------------------------------------------------------- how motives and associations are scored


def _scoring(study: Study, hypothesis: Hypothesis) -> list[str]:
    used = {*_predictors(hypothesis), hypothesis.outcome, *_equations(hypothesis)}
    if study.protocol.wave or not used & set(MOTIVES):
        return []
    return ["mean", "factor score"]


def _equations(hypothesis: Hypothesis) -> set[str]:
    return {term.at.name for test in hypothesis.combinations() for term in test if term.at}


def _scored(study: Study, asked: Asked, level: str) -> Asked:
    hypothesis, sample = asked
    return hypothesis, with_factor_scores(study, sample)


def _entry(study: Study, hypothesis: Hypothesis) -> list[str]:
    """Only for tests of one motive: contrasts between motives need them in one model."""
    measured = [m for m in MOTIVES if m in study.people]
    return ["together", "alone"] if len(_motives(hypothesis)) == 1 and len(measured) > 1 else []


def _alone(study: Study, asked: Asked, level: str) -> Asked:
    hypothesis, sample = asked
    others = [m for m in MOTIVES if m not in _motives(hypothesis) and m in sample.people]
    scores = tuple(name for name in sample.scores if name not in others)
    return hypothesis, attrs.evolve(sample, people=sample.people.drop(columns=others), scores=scores)


def _variants(study: Study, hypothesis: Hypothesis) -> list[str]:
    implicit = any(name.startswith("D_") for name in _predictors(hypothesis))
    return [*VARIANTS] if implicit and len(study.of_analysed("iat")) else []


def _variant(study: Study, asked: Asked, level: str) -> Asked:
    return asked[0], with_variant(study, asked[1], level)


# ---------------------------------------------------------------- the model


def _attributes(study: Study, hypothesis: Hypothesis) -> list[str]:
    tested = _predictors(hypothesis) & set(ATTRIBUTES)
    there = [a for a in ATTRIBUTES if a in study.pairs]
    return ["all", "tested only"] if hypothesis.model == "CH" and tested and len(tested) < len(there) else []


def _subset(study: Study, asked: Asked, level: str) -> Asked:
    hypothesis, sample = asked
    others = [a for a in ATTRIBUTES if a in sample.pairs and a not in _predictors(hypothesis)]
    return hypothesis, attrs.evolve(sample, pairs=sample.pairs.drop(columns=others))


def _publicness(study: Study, hypothesis: Hypothesis) -> list[str]:
    """Where people rated acts after the choices, and the test is about publicness."""
    rated = "rated_public" in study.pairs and bool((study.pairs["rated_public"].fillna(0) != 0).any())
    return (
        ["researcher", "rated"] if hypothesis.model == "CH" and rated and "a_public" in _predictors(hypothesis) else []
    )


def _as_rated(study: Study, asked: Asked, level: str) -> Asked:
    """Each person's own ratings for the researcher's codes; whoever rated none leaves the model, as its n says."""
    hypothesis, sample = asked
    rated = {f"a_public{end}": sample.pairs[f"rated_public{end}"] for end in ("", "_first", "_second")}
    return hypothesis, attrs.evolve(sample, pairs=sample.pairs.assign(**rated))


def _models(study: Study, hypothesis: Hypothesis) -> list[str]:
    if hypothesis.model != "CH":
        return []
    first = "mixed logit" if study.sample.draws else "conditional logit"
    return [first, *(m for m in ("mixed logit", "conditional logit", "linear probability") if m != first)]


def _model(study: Study, asked: Asked, level: str) -> Asked:
    return asked[0], Choosing.of(asked[1], level)


def _given(study: Study, hypothesis: Hypothesis) -> list[str]:
    held = hypothesis.given or covariates(hypothesis, study.sample)
    return [_WHOLE, "none"] if held and hypothesis.model != "DOM" else []


def _no_covariates(study: Study, asked: Asked, level: str) -> Asked:
    hypothesis, sample = asked  # the antecedents of a motive are entered in the block of antecedents alone
    return attrs.evolve(hypothesis, given=(), block="measurement"), sample


def _errors(study: Study, hypothesis: Hypothesis) -> list[str]:
    grouped = GROUP in study.people and study.people[GROUP].dropna().duplicated().any()
    if not grouped or hypothesis.model not in ("LIN", "BIN", "CNT", "HUR", "COX", "ORD", "STK", "CH", "MED"):
        return []
    together = by_session(hypothesis, study.sample)
    return ["group session", "person"] if together else ["person", "group session"]


def _clustered(study: Study, asked: Asked, level: str) -> Asked:
    return attrs.evolve(asked[0], cluster="session" if level == "group session" else "person"), asked[1]


def _literal(study: Study, hypothesis: Hypothesis) -> list[str]:
    content = hypothesis.outcome == "accomplice" and any(_CONTENT.search(text) for text in hypothesis.tests)
    return ["by content", "Table 1 literally"] if content else []


def _literally(study: Study, asked: Asked, level: str) -> Asked:
    """The theory's table knows no content of morality: the motive's slope over all of them."""
    hypothesis, sample = asked
    tests = tuple(_CONTENT.sub("", text) for text in hypothesis.tests)
    overall = attrs.evolve(hypothesis, test=tests)
    if any(not any(test.values()) for test in overall.combinations()):  # contents against each other
        names = [next(iter(test)).names[0] for test in overall.combinations()]
        overall = attrs.evolve(hypothesis, test=tuple(names))
    return overall, sample


AXES: Mapping[str, Axis] = {
    "scoring": Axis(label="motive scores", levels=_scoring, put=_scored, alike=True),
    "variant": Axis(label="IAT algorithm", levels=_variants, put=_variant, alike=True),
    "publicness": Axis(label="publicness coded by", levels=_publicness, put=_as_rated, alike=True),
    "exclusions": Axis(label="exclusions", levels=_exclusions, put=_excluded, alike=True),
    "entry": Axis(label="motives entered", levels=_entry, put=_alone),
    "attributes": Axis(label="attributes", levels=_attributes, put=_subset),
    "covariates": Axis(label="covariates", levels=_given, put=_no_covariates),
    "errors": Axis(label="errors by", levels=_errors, put=_clustered),
    "table1": Axis(label="moral motive", levels=_literal, put=_literally),
    "model": Axis(label="model", levels=_models, put=_model, alike=True),  # last: it says how what is there is fitted
}
