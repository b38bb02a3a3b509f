"""The model templates of paradigms.md C0, one file each: from a hypothesis and a sample to a fitted model."""

from collections.abc import Callable, Mapping

from analysis.hypotheses import Hypothesis
from analysis.sample import Sample
from analysis.templates import (
    binary,
    choice,
    counts,
    descriptive,
    dominance,
    hurdle,
    linear,
    mediation,
    mixed,
    ordinal,
    panel,
    stacked,
    surface,
    survival,
)
from analysis.templates.design import Estimates

TEMPLATES: Mapping[str, Callable[[Hypothesis, Sample], Estimates]] = {
    "CH": choice.fit,
    "LIN": linear.fit,
    "BIN": binary.fit,
    "CNT": counts.fit,
    "HUR": hurdle.fit,
    "COX": survival.fit,
    "ORD": ordinal.fit,
    "MIX": mixed.fit,
    "STK": stacked.fit,
    "MED": mediation.fit,
    "XL": panel.fit,
    "DOM": dominance.fit,
    "SURF": surface.fit,
    "DES": descriptive.fit,
}
