"""The tables that the analysis works out, each with what its columns mean; the codebook lists them too."""

from collections.abc import Iterable, Mapping

import attrs
import pandas as pd

from analysis.columns import Column
from analysis.exclusions import RULES
from analysis.hypotheses import SOURCES, load
from analysis.results import findings_table
from analysis.scoring import reliability_table, scores_table
from analysis.study import Study

Described = tuple[pd.DataFrame, tuple[Column, ...]]

_PLACE = {
    "session": "Random code of the session, the key over all tables.",
    "phase": "The phase in which it was measured.",
    "construct": "The scale, or scale.subscale.",
}
_SCORES = {
    "score": "Mean of the keyed items, missing with fewer than two thirds of them answered.",
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
    "note": "Why it was not tested.",
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
_EXCLUSIONS = {
    "rule": "The first rule that applied: " + "; ".join(f"{key} {meaning}" for key, meaning in RULES.items()) + ".",
    "reason": "What was the case.",
}
_PEOPLE = {
    "participant": "The participant's code.",
    "real_act": "Did the person really act: sign, or give some of the bonus?",
    "actor_base": "Acted for the group before, or willing to (4 of 7 or more), asked before any treatment.",
    "variant": 'Which form of the framing the person got: "rate" or "generate".',
}


def derived(study: Study) -> dict[str, Described]:
    """Every table that is worked out from the logs; `sessions` anew, with who is analysed."""
    scores = {name: f"Score: {variable.label} (raw)." for name, variable in load().variables.items()}
    factors = {name: "Assigned level of this factor." for name in study.people.columns}
    arms = {name: "Sessions of this arm." for name in study.flow.columns}
    plain = {
        "exclusions": (study.excluded, _PLACE | _EXCLUSIONS),
        "flow": (study.flow.rename_axis("stage").reset_index(), arms | {"stage": "How far they came, or a rule."}),
        "scores": (scores_table(study.scores), _PLACE | _SCORES),
        "reliability": (reliability_table(study.scores), _PLACE | _RELIABILITY),
        "people": (study.people.rename_axis("session").reset_index(), factors | _PLACE | scores | _PEOPLE),
        "hypotheses": (findings_table(study), _HYPOTHESES),
    }
    tables = {name: (frame, tuple(_columns(frame, docs))) for name, (frame, docs) in plain.items()}
    return {"sessions": _sessions(study), **tables}


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
