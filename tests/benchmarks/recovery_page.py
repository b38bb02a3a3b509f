"""The page docs/recovery.md with its figures, from what `recovery.py` measured."""

from pathlib import Path

import pandas as pd

NAMES = {"effect": "twice the bound", "bound": "the bound itself", "null": "nothing"}


def page(table: pd.DataFrame, compared, d3, study: str, n: int, d3_studies: int, folder: Path) -> None:
    """Writes the page, and its figures beside it."""
    (folder / "recovery.svg").write_text(figure(table), encoding="utf-8")
    studies = int(table["studies"].min())
    parts = [
        "# Does the analysis find what was put in?",
        f"Simulated studies of `{study}`, N = {n}, {studies} or more of each kind, put to the study's own analysis, "
        "choices to the conditional logit. In each study one primary hypothesis has an effect: twice the smallest "
        "effect of interest, or just that (the bound); or nothing has one. What is demanded: bias under 5 % of the "
        'effect, coverage of the 95 % interval between 93 and 97 %, "supported" without an effect in no more than '
        '2.5 %, and "equivalent" at the bound in no more than 5 %, each within Monte Carlo error.',
        "![Mean estimates against what was put in, and how often intervals hold it](recovery.svg)",
    ]
    for scenario, name in NAMES.items():
        rows = table[table["scenario"] == scenario]
        if len(rows):
            parts += [f"## Put in: {name}", _table(rows, scenario)]
    if compared:
        parts += _comparison(compared, d3, d3_studies)
    parts.append(
        "Made with `.venv/bin/python tests/benchmarks/recovery.py --page`; a short version is in "
        "`tests/analysis/power/test_recovery.py`. That drawn studies are like those that go through the engine is "
        "tested in `tests/analysis/power/test_two_ways.py`."
    )
    (folder / "recovery.md").write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def _table(rows: pd.DataFrame, scenario: str) -> str:
    last = {"effect": "supported", "bound": "equivalent", "null": "supported"}[scenario]
    falsely = "" if scenario == "effect" else "falsely "
    head = [
        "hypothesis",
        "put in",
        "mean estimate",
        "bias",
        "SD of estimates",
        "mean SE",
        "coverage",
        f"{falsely}{last}",
    ]
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for row in rows.to_dict("records"):
        bias = f"{row['bias']:+.1%}" if row["truth"] else f"{row['mean']:+.4f}"
        cells = [
            row["hypothesis"],
            f"{row['truth']:g}",
            f"{row['mean']:.4f}",
            bias,
            f"{row['sd']:.4f}",
            f"{row['se']:.4f}",
        ]
        lines.append("| " + " | ".join([*cells, f"{row['coverage']:.3f}", f"{row[last]:.3f}"]) + " |")
    return "\n".join(lines)


def _comparison(compared, d3, studies: int) -> list[str]:
    names = list(d3)
    head = ["people", "test", "D3", *(f"tastes {sd:g}" for sd in compared)]
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for name in names:
        for n, known in d3[name].items():
            here = [f"{found.loc[n, name]:.2f}" if n in found.index else "-" for found in compared.values()]
            lines.append("| " + " | ".join([str(n), name, f"{known:.2f}", *here]) + " |")
    means = ", ".join(f"{found['estimate'].mean():.3f} with tastes {sd:g}" for sd, found in compared.items())
    return [
        "## Beside the power table of the specification (D3)",
        "Effect of the ingroup-focused and of the personal motive on publicness 0.15 logit per SD, one-sided tests at "
        f".05, {studies} studies for each cell, conditional logit with errors clustered by person, the study's own "
        "pairs (`pairs-24`: 12 for each person). `tastes` is the SD over people of what an attribute weighs.",
        "\n".join(lines),
        f"The pooled contrast of 0.15 is estimated as {means}. Differing tastes make a conditional logit's weights "
        "smaller (it has one scale for all), which is why they count as more than noise here; the mixed logit of the "
        "report (`vantage power --mixed`) gave 0.11 with an SD of 0.06 in six studies of N = 400, too few to say how "
        "much of that it gives back. D3 gave some slopes an SD of 0.6 and lies between the two "
        "columns, except for equivalence, which is easier here in both; it does not say which slopes or how choices "
        "were analysed, and its pairs were made for publicness, so that a closer agreement can't be asked for. With "
        "alike tastes, these "
        "pairs reach what D3 promises: the pooled contrasts at N = 150, single ones at N = 300.",
    ]


def figure(table: pd.DataFrame) -> str:
    """Bias and coverage of every hypothesis, as an SVG."""
    from analysis.figures.drawing import BAND, BLUE, FAINT, GREEN, VERMILLION, picture

    colours = {"effect": BLUE, "bound": VERMILLION, "null": GREEN}
    names = list(dict.fromkeys(table["hypothesis"]))

    def draw(drawn):
        left, right = drawn.subplots(1, 2, sharey=True)
        for offset, (scenario, colour) in enumerate(colours.items()):
            rows = table[table["scenario"] == scenario]
            places = [names.index(name) + 0.2 * (offset - 1) for name in rows["hypothesis"]]
            known = {"color": colour, "fmt": "o", "ms": 4, "lw": 1.2}
            left.errorbar(
                rows["mean"] - rows["truth"], places, xerr=1.96 * rows["error"], label=NAMES[scenario], **known
            )
            reach = 1.96 * (rows["coverage"] * (1 - rows["coverage"]) / rows["studies"]) ** 0.5
            right.errorbar(rows["coverage"], places, xerr=reach, **known)
        left.axvline(0, color=FAINT, lw=0.8)
        left.set_title("Estimate minus truth")
        right.axvspan(0.93, 0.97, color=BAND, zorder=0)
        right.set_title("Coverage")
        left.set_yticks(range(len(names)), names)
        left.invert_yaxis()
        drawn.legend(loc="outside upper left", ncols=3, frameon=False, fontsize=9)

    return picture("recovery", "Recovery", "Bias and coverage by hypothesis", draw, 1.2 + 0.42 * len(names), table).svg
