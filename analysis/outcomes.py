"""Tables of what is no single value a person: outcomes with several rows, implicit tests, times of decisions."""

import attrs
import pandas as pd

from analysis.decisions import decisions
from analysis.hypotheses import load
from analysis.measures import find
from analysis.measures.implicit import aligned as alignments
from analysis.measures.implicit import d_reliability, d_scores
from analysis.reading.tables import Tables
from analysis.study import Study

_SESSION = "Random code of the session, the key over all tables."
_ROWS = {
    "session": _SESSION,
    "a_statuscost": "Does the act cost the own group status (1), or not (-1)?",
    "a_norm": "Is the protest within the rules (1), or against them (-1)?",
    "asked": "Was help asked for (1), or not (-1)?",
    "time": "Place of the first withdrawal, or of the last decision that is known, from 1; or where the stretch ends.",
    "start": "The beginning of the stretch.",
    "event": "Did the person withdraw then?",
    "raised": "Steps by which all costs stand above their lowest.",
    "peer_interest": "How many friends take an interest: 0, none, to 3, most.",
    "actor": "The person that is seen.",
    "motive": "The motive that is seen.",
    "own": "What such people said of their own motive, -1 to 1.",
}
_IMPLICIT = {
    "session": _SESSION,
    "target": "The target; for an IAT, the one for which a positive score speaks.",
    "test": "Which kind of test.",
    "D": "The score: positive when the target goes with what is good; an extent, and no diagnosis.",
    "D_practice": "The score of the practice blocks.",
    "D_test": "The score of the test blocks.",
    "n_trials": "Trials that were scored.",
    "share_fast": "Share of trials under 300 ms.",
    "share_errors": "Share of trials whose first response was wrong.",
    "share_late": "Share of trials without a response in time.",
    "excluded": "Why there is no score.",
}
_RELIABLE = {
    "test": "Which kind of test.",
    "target": "The target.",
    "mean": "Mean of D.",
    "sd": "Standard deviation of D (n - 1).",
    "n": "People with both halves.",
    "method": "How the reliability was found: methods differ widely on the same data.",
    "reliability": "The reliability.",
    "low": "Lower end of its 95 % interval.",
    "high": "Upper end of its 95 % interval.",
    "order_effect": "Mean of D with the compatible pairing first minus that with it second.",
    "order_low": "Lower end of its 95 % interval.",
    "order_high": "Upper end of its 95 % interval.",
}
_ALIGNED = {
    "session": _SESSION,
    "target": "The target.",
    "test": "Which kind of implicit test.",
    "warmth": "Stated warmth, 0 to 100; part of no scale.",
    "D": "The score of the implicit test of the same target.",
    "alignment": "Standardised residual of warmth given D: above 0, more warmth is stated than the test lets expect.",
}
_ALIGNMENT = {
    "target": "The target.",
    "test": "Which kind of implicit test.",
    "mean": "Mean of the stated warmth, 0 to 100.",
    "sd": "Standard deviation of it (n - 1).",
    "n": "People with both.",
    "r": "Correlation of stated warmth with D.",
    "low": "Lower end of its 95 % interval (Fisher's z).",
    "high": "Upper end of it.",
    "curve": "What the squared z score of D adds to the z score of warmth: 0 if a line is enough.",
    "curve_se": "Its standard error (HC3).",
}
_DECISIONS = {
    "session": _SESSION,
    "trial": "The trial's id in its plan.",
    "task": "The task.",
    "position": "Place of the trial in its phase, from 1.",
    "words": "Words of both acts together.",
    "rt_confirm": "Onset to the confirming event, s.",
    "rt_first_select": "Onset to the first selection, s.",
    "time_to_first_change": "Onset to the first change of the selection, s.",
    "n_changes": "Changes of the selection after the first.",
    "switched_final": "Is the last selection another one than the first?",
    "rt_per_word": "Seconds per word, to the confirming event.",
    "device": "What the answer was given with.",
    "timing_quality": "What stands against the times.",
}


def outcome_tables(study: Study) -> dict[str, tuple[pd.DataFrame, dict[str, str]]]:
    """Each table that has rows, of analysed sessions, with what its columns mean."""
    found: dict[str, tuple[pd.DataFrame, dict[str, str]]] = {}
    for name, rows in study.sample.long.items():
        found[f"outcome-{name}"] = (rows, {**_further(rows), **_ROWS, "value": meaning(name)})
    for name, table, docs in (
        ("implicit", d_scores(study.tables), _IMPLICIT),
        ("decisions", decisions(study.tables), _DECISIONS),
    ):
        if len(own := table[table["session"].isin(study.sessions["session"])]):
            found[name] = (own.reset_index(drop=True), docs)
    if len(reliable := d_reliability(_of_analysed(study))):
        found["implicit-reliability"] = (reliable, _RELIABLE)
    people, whole = alignments(_of_analysed(study))
    if len(people):
        found["alignment"], found["alignment-summary"] = (people, _ALIGNED), (whole, _ALIGNMENT)
    return found


def aligned(study: Study) -> list[dict[str, object]]:
    """Stated warmth and implicit tests over the analysed people, a row a target and test."""
    return [
        {str(name): value for name, value in row.items()}
        for row in alignments(_of_analysed(study))[1].to_dict("records")
    ]


def _of_analysed(study: Study) -> Tables:
    """The tables of implicit tests and thermometers, of analysed sessions."""
    tests = {name: study.of_analysed(name) for name in ("sc_iat", "iat", "thermometer") if name in study.tables.tasks}
    return attrs.evolve(study.tables, tasks=tests)


def meaning(name: str) -> str:
    """What a variable of `hypotheses.yaml` is, in a sentence: its construct, or what its measure says of itself."""
    variable = load().variables[name]
    if variable.construct:
        return f"Score: {variable.label} (raw)."
    return (find(variable.measure).__doc__ or variable.label).strip().splitlines()[0]


def _further(rows: pd.DataFrame) -> dict[str, str]:
    """Columns that stand for what the person does that is seen, for the motives seen, or for single costs."""
    docs = {}
    for name in map(str, rows.columns):
        kind, _, of = name.partition("_")
        if kind == "v":
            docs[name] = f"What the person that is seen does: {of}, -1 or 1."
        elif kind == "seen":
            docs[name] = f"Mean rating of the {of} motive that is seen, 1 to 7."
        elif kind == "cost":
            docs[name] = f"Steps by which the cost {of} stands above its lowest."
    return docs
