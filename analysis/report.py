"""The report: one HTML file that needs nothing else, to be read on any screen and printed."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from analysis import wording
from analysis.checks import background, manipulation_checks
from analysis.choices import consistency, marginal_means, once
from analysis.drawing import Picture
from analysis.figures import (
    flow_picture,
    hypotheses_picture,
    marginal_means_picture,
    motives_by_attribute,
    motives_picture,
    timing_picture,
)
from analysis.hypotheses import load
from analysis.models import Fit
from analysis.people import MOTIVES
from analysis.results import Results
from analysis.scoring import reliability_table
from analysis.study import Study

TEMPLATE = Path(__file__).with_name("report.html.j2")
_NOT_REAL: Mapping[str, str] = {
    "simulated": "Simulated data: nobody took part",
    "pilot": "Pilot data: not for conclusions",
}


def pictures(study: Study) -> list[Picture]:
    """Every figure that this study has data for."""
    tables = study.tables
    shown = tables.screens[tables.screens["session"].isin(study.sessions["session"])]
    fit = study.sample.choices if not study.pairs.empty else None
    pairs = once(study.pairs)
    drawn = [
        hypotheses_picture(study.findings),
        motives_by_attribute(fit if isinstance(fit, Fit) else None, study.protocol.sesoi),
        marginal_means_picture(marginal_means(pairs)) if not pairs.empty else None,
        motives_picture(_motives(study)),
        flow_picture(study.flow),
        timing_picture(pairs["rt"], shown["timing_quality"]) if not pairs.empty else None,
    ]
    return [picture for picture in drawn if picture is not None]


def render(study: Study, results: Results, drawn: Sequence[Picture]) -> str:
    """The report as HTML."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(TEMPLATE.parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.filters |= {"number": wording.number, "p_value": wording.p_value}
    return environment.get_template(TEMPLATE.name).render(**_content(study, results, drawn))


def _content(study: Study, results: Results, drawn: Sequence[Picture]) -> dict[str, Any]:
    protocol, sessions = study.protocol, study.sessions
    families = {f.hypothesis.block: sum(g.p_holm is not None for g in _same_block(study, f)) for f in study.findings}
    return {
        "title": next(iter(protocol.title.values())),
        "protocol": protocol,
        "banners": [_NOT_REAL[s] for s in study.logs.stores if s in _NOT_REAL],
        "warnings": study.warnings(),
        "n": len(sessions),
        "n_sessions": results.n_sessions,
        "findings": [
            {
                "finding": f,
                "sentence": wording.sentence(f, families[f.hypothesis.block]),
                "source": wording.source(f),
                "late": study.late_predictors(f),
            }
            for f in study.findings
        ],
        "figures": {p.name: _embedded(p) for p in drawn},
        "flow": study.flow,
        "excluded": study.excluded.to_dict("records"),
        "rules": study.excluded["rule"].value_counts(sort=False).to_dict(),
        "withdrawn": len(study.logs.withdrawn),
        "damaged": study.logs.damaged,
        "other_studies": study.logs.other_studies,
        "sample": _sample(study),
        "background": background(study),
        "when_motives": "before the treatment" if "mO" in study.people else "as they were measured last",
        "reliability": reliability_table(study.scores).astype(object).to_dict("records"),
        "checks": manipulation_checks(study),
        "consistency": consistency(study.pairs) if not study.pairs.empty else (0, 0),
        "timing": _timing(study),
        "methods": wording.methods(study),
        "versions": results.versions,
    }


def _same_block(study: Study, finding: Any) -> list[Any]:
    return [f for f in study.findings if f.hypothesis.block == finding.hypothesis.block]


def _motives(study: Study) -> pd.DataFrame:
    """The motives that the models use; where they were measured too late for that, as they were measured last."""
    if "mO" in study.people:
        return study.people[[m for m in MOTIVES if m in study.people]]
    constructs = {variable.construct: name for name, variable in load().variables.items() if name in MOTIVES}
    late = {constructs[s.construct]: s.means for s in study.scores if s.construct in constructs}
    return pd.DataFrame({motive: late[motive] for motive in MOTIVES if motive in late})


def _embedded(picture: Picture) -> dict[str, str]:
    """A picture as an image of its own, so that no two drawings' marks get mixed up in one page."""
    data = b64encode(picture.svg.encode()).decode()
    return {"title": picture.title, "alt": picture.alt, "source": f"data:image/svg+xml;base64,{data}"}


def _sample(study: Study) -> list[tuple[str, str]]:
    sessions = study.sessions
    rows = [("people analysed", str(len(sessions)))]
    languages = sessions["language"].value_counts().items()
    rows.append(("languages", ", ".join(f"{name} {n}" for name, n in languages) or wording.NONE))
    minutes = sessions["duration_s"].dropna().astype(float) / 60
    if len(minutes):
        quarter, half, three = minutes.quantile([0.25, 0.5, 0.75])
        rows.append(("minutes, median (middle half)", f"{half:.1f} ({quarter:.1f} to {three:.1f})"))
    rows.append(("interrupted and resumed", str(int((sessions["n_resumed"] > 0).sum()))))
    actors = study.people["actor_base"].dropna() if "actor_base" in study.people else pd.Series(dtype="boolean")
    if len(actors):
        rows.append(("acted before, or willing to", f"{int(actors.sum())} of {len(actors)}"))
    acted = study.people["real_act"].dropna()
    if len(acted):
        rows.append(("did the real act", f"{int(acted.sum())} of {len(acted)}"))
    return rows


def _timing(study: Study) -> list[tuple[str, str]]:
    ids = study.sessions["session"]
    shown = study.tables.screens[study.tables.screens["session"].isin(ids)]
    rows = [("screens", f"{len(shown):,}".replace(",", "\u202f"))]
    for quality, share in shown["timing_quality"].value_counts(normalize=True).items():
        rows.append((f"timing: {quality}", f"{100 * share:.1f} %"))
    devices = shown.loc[shown["device"].fillna("") != "", "device"].value_counts(normalize=True)
    rows.append(
        ("answered with", ", ".join(f"{name} {100 * share:.0f} %" for name, share in devices.items()) or wording.NONE)
    )
    rows.append(("late frames per session, median", wording.number(_median(study.sessions["n_late_frames"]), 0)))
    rows.append(("stages", ", ".join(sorted(study.sessions["stage"].dropna().unique())) or wording.NONE))
    return rows


def _median(values: pd.Series) -> float | None:
    known = values.dropna()
    return float(known.median()) if len(known) else None
