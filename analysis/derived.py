"""The tables that the analysis works out, each with what its columns mean; the codebook lists them too."""

from collections.abc import Iterable, Mapping

import attrs
import pandas as pd

from analysis.exclusions import RULES
from analysis.hypotheses import SOURCES, load
from analysis.multiverse import AXES
from analysis.outcomes import meaning, outcome_tables
from analysis.reading.columns import Column
from analysis.reading.quality import QUALITY, TIMING, quality_table, timing_table
from analysis.results import described_table, findings_table
from analysis.scoring import reliability_table, scores_table
from analysis.study import Study

Described = tuple[pd.DataFrame, tuple[Column, ...]]

_PLACE = {
    "session": "Random code of the session, the key over all tables.",
    "phase": "The phase in which it was measured.",
    "construct": "The scale, or scale.subscale.",
}
_SCORES = {
    "score": "Mean of the keyed items, missing with fewer than two thirds of them answered; the sum of a loaded "
    "true-or-false instrument of need for approval, missing when any answer is.",
    "n_answered": "Items that were answered.",
    "n_items": "Items that were asked.",
}
_RELIABILITY = {
    "n": "People with a score.",
    "items": "Items of the scale.",
    "mean": "Mean of the scores.",
    "sd": "Standard deviation of the scores (n - 1).",
    "coefficient": "The reliability.",
    "low": "Lower end of its 95 % interval.",
    "high": "Upper end of its 95 % interval.",
    "method": "Which coefficient it is.",
    "omega_total": "Omega by a factor model: share of the sum's variance that is common.",
    "omega_hierarchical": "Share of it that the general factor above the subscales explains.",
    "weakest_item": "The item that goes least with the others.",
    "weakest_item_rest": "Correlation of that item with the mean of the others.",
}
_HYPOTHESES = {
    "id": "The hypothesis.",
    "class": "Where it comes from: " + "; ".join(f"{key} {meaning}" for key, meaning in SOURCES.items()) + ".",
    "primary": "Is it corrected for together with the other primary tests of its block?",
    "kind": "What is predicted: a difference (diff), or none that matters (equal).",
    "verdict": "What the data say about the whole; missing when it was not tested.",
    "p_holm": "Two-sided p after Holm's correction over the primary tests of the block.",
    "sesoi": "The smallest effect of interest, in the unit of the estimate.",
    "unit": "Unit of the estimate.",
    "n": "People in the model.",
    "method": "The model.",
    "note": "Why it was not tested, or only described.",
    "test": "The part: the combination of coefficients that was estimated.",
    "sign": "The direction that was predicted for the part.",
    "estimate": "Estimate of the part.",
    "se": "Its standard error.",
    "low": "Lower end of its 95 % interval.",
    "high": "Upper end of its 95 % interval.",
    "low90": "Lower end of its 90 % interval, for equivalence.",
    "high90": "Upper end of its 90 % interval, for equivalence.",
    "p": "Two-sided p of the part, against 0.",
    "p_tost": "p of the equivalence test: the larger of the two one-sided ones.",
    "verdict_of_part": "What the data say about this part.",
}
_DESCRIBED = {
    "id": "The hypothesis.",
    "what": "Which number it is.",
    "estimate": "The number.",
    "se": "Its standard error.",
    "low": "Lower end of its 95 % interval.",
    "high": "Upper end of its 95 % interval.",
    "low_bca": "Lower end of the bias-corrected and accelerated bootstrap interval (95 %).",
    "high_bca": "Upper end of it.",
    "rho": "The correlation of the errors of mediator and outcome at which the indirect effect would be 0.",
    "share": "Share of R2.",
    "n": "People whom it comes from.",
}
_EXCLUSIONS = {
    "rule": "The first rule that applied: " + "; ".join(f"{key} {meaning}" for key, meaning in RULES.items()) + ".",
    "reason": "What was the case.",
    "measure": "The measure that the person has no score in, staying in all else; missing: left out of everything.",
}
_PEOPLE = {
    "participant": "The participant's code.",
    "group_session": "Random code of the group session that the person took part in; missing: alone.",
    "pack": "The cause pack of the study.",
    "real_act": "Did the person really act: sign, or give some of the bonus?",
    "actor_base": "Acted for the group before, or willing to (4 of 7 or more), asked before any treatment.",
    "variant": 'Which form of the framing the person got: "rate" or "generate".',
}


def derived(study: Study) -> dict[str, Described]:
    """Every table that is worked out from the logs; `sessions` anew, with who is analysed."""
    scores = {name: meaning(name) for name in load().variables}
    factors = {name: "Assigned level of this factor." for name in study.people.columns}
    arms = {name: "Sessions of this arm." for name in study.flow.columns}
    plain = {
        "exclusions": (_excluded(study), _PLACE | _EXCLUSIONS),
        "flow": (study.flow.rename_axis("stage").reset_index(), arms | {"stage": "How far they came, or a rule."}),
        "scores": (scores_table(study.scores), _PLACE | _SCORES),
        "reliability": (reliability_table(study.scores), _PLACE | _RELIABILITY),
        "people": (study.people.rename_axis("session").reset_index(), factors | _PLACE | scores | _PEOPLE),
        "hypotheses": (findings_table(study), _HYPOTHESES),
    }
    plain |= {
        "timing": (timing_table(study.tables), dict(TIMING)),
        "quality": (quality_table(study.tables), dict(QUALITY)),
    }
    plain |= outcome_tables(study)
    if len(shown := described_table(study)):
        plain["described"] = (shown, _DESCRIBED)
    tables = {name: (frame, tuple(_columns(frame, docs))) for name, (frame, docs) in plain.items()}
    return {"sessions": _sessions(study), **tables}


def _excluded(study: Study) -> pd.DataFrame:
    """Who is analysed nowhere, then who lacks the score of a measure only."""
    rows = pd.concat([study.excluded, study.without_score], ignore_index=True)
    return rows.reindex(columns=["session", "rule", "reason", "measure"]).astype("string")


def specified(cells: pd.DataFrame) -> Described:
    """The table of `analysis.multiverse.multiverse` with what its columns mean."""
    axes = {name: f"Level of the axis: {axis.label}; missing where it does not apply." for name, axis in AXES.items()}
    more = {
        "is_preregistered": "Is it the declared analysis?",
        "note": "Why it could not be fitted.",
        "verdict": "What the data say in this analysis; missing where it could not be fitted.",
    }
    return cells, tuple(_columns(cells, _HYPOTHESES | axes | more))


def _sessions(study: Study) -> Described:
    rules = study.excluded.set_index("session")["rule"].reindex(study.tables.sessions["session"])
    frame = study.tables.sessions.assign(analysed=rules.isna().to_numpy(), rule=rules.to_numpy())
    frame = frame.astype({"analysed": "boolean", "rule": "string"})
    docs = {"analysed": "Is the session analysed?", "rule": "The rule that excluded it; see the table exclusions."}
    return frame, (*study.tables.columns["sessions"], *_columns(frame[list(docs)], docs))


def _columns(frame: pd.DataFrame, docs: Mapping[str, str]) -> Iterable[Column]:
    for name in map(str, frame.columns):
        column = Column(name=name, dtype=_dtype(frame[name]), doc=docs.get(name, ""))
        yield attrs.evolve(column, values=tuple(RULES)) if name == "rule" else column


def _dtype(values: pd.Series) -> str:
    """The nullable type that `cells.from_csv` is to read a column as."""
    known = values.dropna()
    if len(known) and known.map(lambda value: isinstance(value, str)).all():
        return "string"
    if pd.api.types.is_bool_dtype(values.dtype):
        return "boolean"
    if pd.api.types.is_integer_dtype(values.dtype):
        return "Int64"
    return "Float64" if pd.api.types.is_float_dtype(values.dtype) else "string"
