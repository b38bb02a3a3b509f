"""What many simulated studies came to: how often each verdict, with Monte Carlo intervals."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, get_args

import pandas as pd

from analysis.power.replications import Outcome, Replication
from analysis.verdicts import Verdict

VERDICTS: tuple[str, ...] = get_args(Verdict)


def wilson(hits: int, of: int, z: float = 1.959964) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson, 1927): (p + z^2/2n +- z sqrt(p(1-p)/n + z^2/4n^2)) / (1 + z^2/n).

    >>> low, high = wilson(8, 10)
    >>> round(low, 4), round(high, 4)
    (0.4902, 0.9433)
    """
    if of == 0:
        return 0.0, 1.0
    p, share = hits / of, z * z / of
    reach = z * math.sqrt(p * (1 - p) / of + share / (4 * of))
    return max(0.0, (p + share / 2 - reach) / (1 + share)), min(1.0, (p + share / 2 + reach) / (1 + share))


def summarised(replications: Iterable[Replication]) -> pd.DataFrame:
    """One row per scenario, N and hypothesis.

    Columns: scenario, n, hypothesis, studies (tested ones), untested; for each verdict its share with `_low` and
    `_high`; the share `borne_out` (after Holm's correction, where there is one); estimate (mean), sd (of the
    estimates), se (mean).
    """
    found: dict[tuple[str, int, str], list[Outcome]] = {}
    for replication in replications:
        for outcome in replication.outcomes:
            found.setdefault((replication.scenario, replication.n, outcome.id), []).append(outcome)
    return pd.DataFrame([_row(*key, outcomes) for key, outcomes in found.items()])


def _row(scenario: str, n: int, hypothesis: str, outcomes: Sequence[Outcome]) -> dict[str, object]:
    tested = [outcome for outcome in outcomes if outcome.verdict]
    row: dict[str, object] = {"scenario": scenario, "n": n, "hypothesis": hypothesis}
    row |= {"studies": len(tested), "untested": len(outcomes) - len(tested)}
    for verdict in VERDICTS:
        row |= _share(verdict, sum(outcome.verdict == verdict for outcome in tested), len(tested))
    row |= _share("borne_out", sum(outcome.borne_out for outcome in tested), len(tested))
    estimates = pd.Series([outcome.estimate for outcome in tested], dtype=float)
    errors = pd.Series([outcome.se for outcome in tested], dtype=float)
    return row | {"estimate": estimates.mean(), "sd": estimates.std(), "se": errors.mean()}


def _share(name: str, hits: int, of: int) -> dict[str, float | None]:
    low, high = wilson(hits, of)
    share = hits / of if of else None
    return {name: share, f"{name}_low": low if of else None, f"{name}_high": high if of else None}


def table(summary: pd.DataFrame) -> str:
    """The verdicts as text, for a terminal."""
    lines = [f"{'effects':<10}{'N':>6}  {'hypothesis':<14}{'studies':>8}" + "".join(f"{v:>18}" for v in VERDICTS)]
    for row in summary.to_dict("records"):
        shares = "".join(f"{_written(row, verdict):>18}" for verdict in VERDICTS)
        lines.append(f"{row['scenario']:<10}{row['n']:>6}  {row['hypothesis']:<14}{row['studies']:>8}{shares}")
    return "\n".join(lines)


def _written(row: Mapping[Any, Any], verdict: str) -> str:
    share = row[verdict]
    if pd.isna(share):
        return "-"
    return f"{share:.2f} [{row[f'{verdict}_low']:.2f},{row[f'{verdict}_high']:.2f}]".replace("0.", ".")
