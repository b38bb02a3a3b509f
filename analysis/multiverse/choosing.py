"""Choices put to another model than the declared one."""

from collections.abc import Sequence
from typing import Literal, get_args

import attrs
import pandas as pd

from analysis.models import DRAWS, Fit, choice_model, linear
from analysis.sample import Sample

Kind = Literal["mixed logit", "conditional logit", "linear probability"]


@attrs.frozen(kw_only=True, slots=False)
class Choosing(Sample):
    """A sample whose choices go to a model of this kind."""

    kind: Kind

    @classmethod
    def of(cls, sample: Sample, kind: str) -> "Choosing":
        """The same sample for another model."""
        if kind not in get_args(Kind):
            raise ValueError(f"there is no model {kind!r} of choices")
        given = {f.name: getattr(sample, f.name) for f in attrs.fields(Sample)}
        return cls(**given, kind=kind)  # type: ignore[arg-type]

    def _chosen(self, pairs: pd.DataFrame, terms: Sequence[str], random: Sequence[str], cluster: str) -> Fit:
        """The model of pairs; `random` slopes differ between people in a mixed logit.

        A linear probability is given in logits at even odds, where a logit is worth a quarter: estimates times 4.
        """
        person = "participant" if "participant" in pairs else "session"
        if self.kind != "linear probability":
            draws = DRAWS if self.kind == "mixed logit" else 0
            return choice_model(
                pairs, chosen="first", terms=terms, person=person, random=random, draws=draws, cluster=cluster
            )
        by = cluster or person
        fit = linear(pairs, outcome="first", terms=terms, cluster=by)  # the intercept is what the left place adds
        called = cluster.replace("_", " ") or "person"
        method = f"linear probability of differences times 4, errors clustered by {called}"
        return attrs.evolve(fit, estimates=fit.estimates * 4, covariance=fit.covariance * 16, method=method)
