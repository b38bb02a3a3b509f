"""What descriptions of acts make of their being chosen: AMCE and marginal means, over what the design allows."""

from collections.abc import Mapping, Sequence

import attrs
import numpy as np
import pandas as pd

from analysis.models.fit import Fit, FitError, column, numbers
from analysis.models.regression import linear
from analysis.models.tost import quantile

Level = int | float | str
Prohibited = Sequence[Mapping[str, Level]]


def amce(
    acts: pd.DataFrame,
    *,
    chosen: str,
    attribute: str,
    attributes: Sequence[str],
    person: str,
    base: Level | None = None,
    prohibited: Prohibited = (),
) -> Fit:
    """How much each level of an attribute, against `base`, changes the probability that an act is chosen.

    `acts` has one row per act that was shown, with a column per attribute (levels) and `chosen`. Least squares on
    dummies of all attributes, errors clustered by person (Hainmueller, Hopkins & Yamamoto, 2014). With `prohibited`
    combinations, such as {"public": -1, "selflead": 1}, only acts count that might have had each level of this
    attribute without breaking one: elsewhere levels can't be compared. It is an effect on choice in this design, no
    measure of how strong a preference is (Ganter, 2021), and not to be compared between groups (use marginal means).

    Terms are "attribute[level]"; `base` is the lowest level unless given.

    >>> acts = pd.DataFrame({"public": [1, -1] * 4, "taken": [1, 0, 1, 0, 1, 0, 0, 1], "who": [1, 1, 2, 2, 3, 3, 4, 4]})
    >>> fit = amce(acts, chosen="taken", attribute="public", attributes=["public"], person="who")
    >>> float(round(fit.estimates["public[1]"], 4))  # 3/4 - 1/4
    0.5
    """
    allowed = admissible(acts, attribute, prohibited)
    order = [attribute, *(name for name in attributes if name != attribute)]
    frame, terms = pd.DataFrame({"chosen": numbers(allowed, chosen), "person": column(allowed, person)}), []
    for name in order:
        levels = sorted(allowed[name].dropna().unique())
        first = base if name == attribute and base is not None else levels[0] if levels else None
        if name == attribute and (len(levels) < 2 or first not in levels):
            raise FitError(f"{attribute!r} has no two levels to compare among the acts that the design allows")
        for level in (x for x in levels if x != first):
            terms.append(f"{name}[{level}]")
            frame[terms[-1]] = (allowed[name] == level).astype("Float64")
    fit = linear(frame, outcome="chosen", terms=_apart(frame, terms), cluster="person")
    own = [term for term in terms if term.startswith(f"{attribute}[")]
    return attrs.evolve(
        fit,
        estimates=fit.estimates[own],
        covariance=fit.covariance.loc[own, own],
        method=f"AMCE of {attribute} over {fit.rows} admissible acts, errors clustered by person",
    )


def marginal_means(
    acts: pd.DataFrame, *, chosen: str, attribute: str, person: str, prohibited: Prohibited = ()
) -> pd.DataFrame:
    """How often acts with each level of an attribute were chosen: level, mean, se, low, high (95 %), n_acts.

    Rows as in `amce`; errors are clustered by person, intervals use t with a degree of freedom less than persons
    (Leeper, Hobolt & Tilley, 2020). Over the admissible acts only. In pairs one of two acts is always chosen, so that
    the means of two levels that were always against each other average one half.

    >>> acts = pd.DataFrame({"public": [1, -1] * 4, "taken": [1, 0, 1, 0, 1, 0, 0, 1], "who": [1, 1, 2, 2, 3, 3, 4, 4]})
    >>> marginal_means(acts, chosen="taken", attribute="public", person="who")[["level", "mean"]].values.tolist()
    [[-1.0, 0.25], [1.0, 0.75]]
    """
    allowed = admissible(acts, attribute, prohibited)
    rows = []
    known = numbers(allowed, chosen).notna() & column(allowed, person).notna()  # a choice not made is none against it
    for level, shown in allowed[known].groupby(attribute):
        groups = int(shown[person].nunique())
        mean, se = clustered_mean(shown[chosen].astype(float), shown[person])
        reach = quantile(0.975, groups - 1) * se if groups > 1 else float("nan")
        rows.append((level, mean, se, mean - reach, mean + reach, len(shown)))
    return pd.DataFrame(rows, columns=["level", "mean", "se", "low", "high", "n_acts"])


def clustered_mean(values: pd.Series, cluster: pd.Series) -> tuple[float, float]:
    """A mean with its cluster-robust standard error, sqrt(G/(G-1) * sum of squared cluster sums of residuals) / n.

    >>> mean, se = clustered_mean(pd.Series([1.0, 1.0, 0.0, 0.0]), pd.Series([1, 1, 2, 2]))
    >>> float(mean), round(float(se), 4)
    (0.5, 0.5)
    """
    mean = float(values.mean())
    sums = (values - mean).groupby(cluster).sum()
    groups = len(sums)
    if groups < 2:
        return mean, float("nan")
    return mean, float(np.sqrt(groups / (groups - 1) * (sums**2).sum()) / len(values))


def admissible(acts: pd.DataFrame, attribute: str, prohibited: Prohibited) -> pd.DataFrame:
    """The acts that could have had any level of an attribute, given their other ones.

    >>> acts = pd.DataFrame({"public": [1, 1, -1], "lead": [1, -1, -1]})
    >>> admissible(acts, "public", [{"public": -1, "lead": 1}])["lead"].tolist()
    [-1, -1]
    """
    whole = acts[column(acts, attribute).notna()]
    for combination in prohibited:
        others = {name: level for name, level in combination.items() if name != attribute}
        if attribute in combination and others:
            broken = np.logical_and.reduce([(whole[n] == level).fillna(False) for n, level in others.items()])
            whole = whole[~broken]
    return whole


def _apart(frame: pd.DataFrame, terms: Sequence[str]) -> list[str]:
    """The terms without those that never vary among the acts that are left."""
    return [term for term in terms if frame[term].nunique() > 1]
