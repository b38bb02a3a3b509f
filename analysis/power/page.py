"""The files of a power analysis: `power.json`, `power.csv`, `power.svg` and a page that shows them."""

import html
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pandas as pd

from analysis.figures.drawing import BLUE, FAINT, GREEN, ORANGE, VERMILLION, Picture, picture
from analysis.power.summary import VERDICTS
from analysis.reading.cells import to_csv

COLOURS = {"supported": BLUE, "opposite": VERMILLION, "equivalent": GREEN, "trivial": ORANGE, "inconclusive": FAINT}
MARKS = dict(zip(COLOURS, "osD^v", strict=True))
SAYS = {
    "stated": "The stated effects are there",
    "null": "There is no effect",
    "reversed": "The stated effects are there with the opposite sign",
}


def write(summary: pd.DataFrame, about: Mapping[str, Any], cautions: Sequence[str], folder: Path) -> None:
    """All four files into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    drawn = curves(summary)
    rows = [{k: None if pd.isna(v) else v for k, v in row.items()} for row in summary.to_dict("records")]
    content = {"about": dict(about), "cautions": list(cautions), "rows": rows}
    (folder / "power.json").write_bytes(msgspec.json.format(msgspec.json.encode(content), indent=1) + b"\n")
    (folder / "power.csv").write_text(to_csv(summary), encoding="utf-8", newline="\n")
    (folder / "power.svg").write_text(drawn.svg, encoding="utf-8", newline="\n")
    (folder / "power.html").write_text(page(summary, about, cautions, drawn), encoding="utf-8", newline="\n")


def curves(summary: pd.DataFrame) -> Picture:
    """The share of each verdict by N: a row of the figure per hypothesis, a column per scenario."""
    hypotheses = list(dict.fromkeys(summary["hypothesis"]))
    scenarios = list(dict.fromkeys(summary["scenario"]))

    def draw(figure: Any) -> None:
        axes = figure.subplots(len(hypotheses), len(scenarios), sharex=True, sharey=True, squeeze=False)
        for place, hypothesis in enumerate(hypotheses):
            for column, scenario in enumerate(scenarios):
                one = summary[(summary["hypothesis"] == hypothesis) & (summary["scenario"] == scenario)]
                _panel(axes[place][column], one.sort_values("n"))
                if place == 0:
                    axes[0][column].set_title(f"{hypothesis}\n{scenario}" if column == 0 else f"\n{scenario}")
                elif column == 0:
                    axes[place][0].set_title(hypothesis)
        axes[-1][0].set_xlabel("people")
        axes[0][0].set_ylabel("share of studies")
        handles, labels = axes[0][0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside upper left", ncols=3, frameon=False, fontsize=9)

    alt = (
        "Lines over the number of people: the share of simulated studies with each verdict, bars for Wilson intervals."
    )
    return picture("power", "How often each verdict", alt, draw, 0.9 + 1.35 * len(hypotheses), summary)


def _panel(axes: Any, rows: pd.DataFrame) -> None:
    for verdict in VERDICTS:
        share = rows[verdict].astype(float)
        if not (share > 0).any():
            share = share.where(share > 0)  # a line along nothing would only be in the way, but the legend needs it
        below, above = share - rows[f"{verdict}_low"].astype(float), rows[f"{verdict}_high"].astype(float) - share
        reach = [below.clip(lower=0), above.clip(lower=0)]
        style = {"color": COLOURS[verdict], "marker": MARKS[verdict], "ms": 5, "mec": "white", "lw": 1.4}
        axes.errorbar(rows["n"], share, yerr=reach, label=verdict, **style)
    axes.set_ylim(-0.03, 1.03)
    axes.set_xticks(sorted(set(rows["n"])))
    axes.axhline(0.8, color=FAINT, lw=0.6, ls=":")


def page(summary: pd.DataFrame, about: Mapping[str, Any], cautions: Sequence[str], drawn: Picture) -> str:
    """One page: what was simulated, the figure, a table per scenario."""
    said = "".join(f"<p><strong>{html.escape(text)}</strong></p>" for text in cautions)
    effects = ", ".join(f"{h} = {v:g}" for h, v in about["effects"].items()) or "none"
    parts = []
    for scenario in dict.fromkeys(summary["scenario"]):
        rows = summary[summary["scenario"] == scenario].to_dict("records")
        parts.append(f"<h2>{html.escape(SAYS.get(scenario, scenario))}</h2>{_table(rows)}")
    svg = drawn.svg[drawn.svg.index("<svg") :]
    return f"""<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Power: {html.escape(str(about["study"]))}</title>
<style>body{{font:16px/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222}}
table{{border-collapse:collapse;font-variant-numeric:tabular-nums}}td,th{{padding:.2rem .6rem;text-align:right;
border-bottom:1px solid #ddd}}td:first-child,th:first-child{{text-align:left}}svg{{max-width:100%;height:auto}}</style>
<h1>Power of the analysis of {html.escape(str(about["study"]))}</h1>{said}
<p>Stated effects: {html.escape(effects)}. Seed {html.escape(str(about["seed"]))};
data {html.escape(str(about["data"]))}. A share is of the studies in which the hypothesis could be
tested; brackets hold its 95 % Monte Carlo interval (Wilson). "Borne out" is after Holm's correction, among the primary
hypotheses simulated here.</p>
<figure role="img" aria-label="{html.escape(drawn.alt)}">{svg}</figure>{"".join(parts)}
</html>
"""


def _table(rows: Sequence[Mapping[Any, Any]]) -> str:
    names = [*VERDICTS, "borne_out"]
    head = "".join(
        f"<th>{name.replace('_', ' ')}</th>" for name in ("hypothesis", "N", "studies", *names, "estimate", "SD")
    )
    body = []
    for row in rows:
        shares = "".join(f"<td>{_share(row, name)}</td>" for name in names)
        numbers = "".join(f"<td>{_number(row[name])}</td>" for name in ("estimate", "sd"))
        body.append(
            f"<tr><td>{html.escape(row['hypothesis'])}</td><td>{row['n']}</td><td>{row['studies']}</td>{shares}{numbers}</tr>"
        )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody></table>"


def _share(row: Mapping[Any, Any], name: str) -> str:
    if pd.isna(row[name]):
        return "-"
    return f"{row[name]:.3f} <small>[{row[f'{name}_low']:.3f}, {row[f'{name}_high']:.3f}]</small>"


def _number(value: float | None) -> str:
    return "-" if pd.isna(value) else f"{value:.3f}"
