"""The report: one HTML file that needs nothing else, to be read on any screen and printed."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.choices import consistency, marginal_means, once
from analysis.coding.codes import TABLE
from analysis.figures import strips
from analysis.figures.arms import arms_picture, means_by_level
from analysis.figures.choices import marginal_means_picture, motives_by_attribute, motives_picture
from analysis.figures.common import flow_picture, hypotheses_pictures, timing_picture
from analysis.figures.drawing import Picture
from analysis.findings import Finding
from analysis.flow import adverse
from analysis.hypotheses import load
from analysis.models import Fit
from analysis.multiverse import shares
from analysis.multiverse.axes import AFTER_TREATMENT
from analysis.outcomes import aligned
from analysis.people import MOTIVES
from analysis.prohibited import prohibited
from analysis.registration.deviations import Compared
from analysis.report import particulars, wording
from analysis.report.cautions import cautions, subset
from analysis.report.checks import background, manipulation_checks
from analysis.report.instruments import instruments
from analysis.report.methods import methods, used
from analysis.report.references import references
from analysis.report.suspicion import told as suspicion
from analysis.results import Results
from analysis.study import Study

TEMPLATE = Path(__file__).with_name("page.html.j2")
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
    people = study.people["participant"] if not study.people.empty else pd.Series(dtype="string")
    pairs = pairs.assign(participant=pairs["session"].map(people))
    drawn = [
        *hypotheses_pictures(study.findings),
        arms_picture(means_by_level(study)),
        motives_by_attribute(fit if isinstance(fit, Fit) else None, study.protocol.sesoi),
        marginal_means_picture(marginal_means(pairs, prohibited(study.protocol))) if not pairs.empty else None,
        motives_picture(_motives(study)),
        flow_picture(study.flow),
        timing_picture(pairs["rt"], shown["timing_quality"]) if not pairs.empty else None,
    ]
    return [picture for picture in drawn if picture is not None]


def render(
    study: Study,
    results: Results,
    drawn: Sequence[Picture],
    compared: Compared | None = None,
    multiverse: pd.DataFrame | None = None,
) -> str:
    """The report as HTML; `compared` is how it stands to its preregistration, `multiverse` each declared analysis."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(TEMPLATE.parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.filters |= {"number": wording.number, "p_value": wording.p_value}
    counted = None if multiverse is None else shares(multiverse).to_dict("records")
    late = (
        multiverse is not None and "exclusions" in multiverse and multiverse["exclusions"].isin(AFTER_TREATMENT).any()
    )
    more = {"compared": compared, "multiverse": counted, "late_exclusions": bool(late)}
    return environment.get_template(TEMPLATE.name).render(**_content(study, results, drawn), **more)


def _content(study: Study, results: Results, drawn: Sequence[Picture]) -> dict[str, Any]:
    protocol = study.protocol
    return {
        "title": next(iter(protocol.title.values())),
        "protocol": protocol,
        "banners": [*filter(None, [study.blind]), *(_NOT_REAL[s] for s in study.logs.stores if s in _NOT_REAL)],
        "warnings": [*study.warnings(), *cautions(study)],
        "n": study.sessions["participant"].nunique(),
        "n_sessions": results.n_sessions,
        "findings": _all_told(study),
        "figures": {p.name: _embedded(p) for p in drawn},
        "flow": study.flow,
        "adverse": adverse(protocol, study.tables),
        "reasons": particulars.reasons(study),
        "excluded": study.excluded.to_dict("records"),
        "without_score": study.without_score.to_dict("records"),
        "withdrawn": len(study.logs.withdrawn),
        "damaged": study.logs.damaged,
        "other_studies": study.logs.other_studies,
        "sample": particulars.sample(study),
        "background": background(study),
        "when_motives": "before the treatment" if "mO" in study.people else "as they were measured last",
        "instruments": instruments(s.head for s in study.logs.sessions),
        "reliability": particulars.reliabilities(study.scores),
        "alignment": aligned(study),
        "checks": manipulation_checks(study),
        "suspicion": suspicion(study),
        "consistency": consistency(study.pairs) if not study.pairs.empty else (0, 0),
        "timing": particulars.timing(study),
        "methods": methods(study),
        "references": references(
            used(study)
            | ({"cohen"} if TABLE in study.tables.tasks else set())
            | ({"steegen"} if any("multiverse" in p.name for p in drawn) else set())
        ),
        "versions": results.versions,
    }


def _all_told(study: Study) -> list[dict[str, Any]]:
    """The hypotheses, the primary ones first; a caution that several need is told in full once."""
    findings = sorted(study.findings, key=lambda finding: not finding.hypothesis.primary)
    first: dict[str, str] = {}
    told = []
    for finding in findings:
        cautions = [f"Mind what is said under {first[c]}." if c in first else c for c in finding.cautions]
        first = {**dict.fromkeys(finding.cautions, finding.id), **first}
        told.append(_told(study, finding) | {"cautions": cautions})
    return told


def _told(study: Study, finding: Finding) -> dict[str, Any]:
    """One hypothesis as the report tells it."""
    block = finding.hypothesis.block
    family = sum(f.hypothesis.block == block and f.p_holm is not None for f in study.findings)
    return {
        "finding": finding,
        "sentence": wording.sentence(finding, family),
        "source": wording.source(finding),
        "late": study.late_predictors(finding),
        "subset": subset(study, finding),
        "strips": [
            {
                "source": _image(strips.strip(part.judged, finding.sesoi)),
                "alt": strips.said(part.judged, finding.sesoi),
            }
            for part in finding.parts
        ],
    }


def _motives(study: Study) -> pd.DataFrame:
    """The motives that the models use; where they were measured too late for that, as they were measured last."""
    if "mO" in study.people:  # in a study with waves the first one's, in each row of a person
        return study.people.drop_duplicates("participant")[[m for m in MOTIVES if m in study.people]]
    constructs = {variable.construct: name for name, variable in load().variables.items() if name in MOTIVES}
    late = {constructs[s.construct]: s.means for s in study.scores if s.construct in constructs}
    return pd.DataFrame({motive: late[motive] for motive in MOTIVES if motive in late})


def _embedded(picture: Picture) -> dict[str, str]:
    """A picture as an image of its own, so that no two drawings' marks get mixed up in one page; and its numbers."""
    data = b64encode(picture.csv.encode()).decode()
    return {
        "name": picture.name,
        "title": picture.title,
        "alt": picture.alt,
        "source": _image(picture.svg),
        "data": f"data:text/csv;base64,{data}",
    }


def _image(svg: str) -> str:
    return f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"
