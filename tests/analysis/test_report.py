"""What a report says of itself: where it rests on little, who assigned whom to what, and that it can be read."""

import io
import re

import attrs
import pypdf
import pytest

from analysis.figures.arms import arms_picture, means_by_level
from analysis.figures.common import hypotheses_pictures
from analysis.figures.strips import strip
from analysis.findings import Finding, Part
from analysis.hypotheses import load
from analysis.report.cautions import cautions, subset
from analysis.report.methods import assignment, deception, design
from analysis.report.page import TEMPLATE
from analysis.report.paper import pdf
from analysis.report.references import REFERENCES, references
from analysis.study import examine
from analysis.verdicts import judge
from runner.protocol import Deception, Factor


@pytest.fixture(scope="module")
def study(protocol, many):
    return examine(protocol, many(30, "report", shift={"privilege": 1.0}))


def concluded(hypothesis, n=1):
    parts = tuple(Part(test=f"x{i}", sign=1, judged=judge(0.3, 0.1, sesoi=0.15)) for i in range(n))
    return Finding(id=hypothesis.id, hypothesis=hypothesis, sesoi=0.15, parts=parts, verdict="supported", n=30)


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_letters_stand_out_from_what_they_stand_on():
    style = TEMPLATE.read_text(encoding="utf-8")
    names = dict(re.findall(r"--(\w+): (#[0-9a-f]{3,6});", style))
    full = {name: c if len(c) == 7 else "#" + "".join(2 * x for x in c[1:]) for name, c in names.items()}
    for paper in ("#ffffff", "#fdf3e1"):
        assert all(contrast(full[name], paper) >= 4.5 for name in ("ink", "soft", "blue")), paper
    verdicts = re.findall(r"\.verdict \{[^}]*background: (#\w{3,6})", style)
    assert len(verdicts) == 4
    grounds = [*verdicts, re.search(r"\.banner \{ background: (#\w{6})", style)[1]]
    for ground in grounds:
        whole = ground if len(ground) == 7 else "#" + "".join(2 * x for x in ground[1:])
        assert contrast("#ffffff", whole) >= 4.5, ground


def test_small_arms_and_settings_of_a_whole_session_are_told(protocol, study):
    assert any(
        line.startswith("Arms with fewer than 20 people") and "neutral · public (5)" in line for line in cautions(study)
    )
    assert not any("design effect" in line for line in cautions(study))
    shared = attrs.evolve(
        protocol, factors={**protocol.factors, "setting": Factor(levels=("private", "public"), unit="session")}
    )
    said = cautions(attrs.evolve(study, protocol=shared))
    assert any(line.startswith("The level of setting holds for a whole session.") for line in said)


@pytest.mark.parametrize(
    ("changed", "label"),
    [
        ({}, ""),
        ({"filter": "frame == neutral"}, "Only where frame == neutral"),
        ({"filter": "real_act == True"}, "Post-treatment subset (real_act == True)"),
        ({"outcome": "dependency_given_help"}, "Post-treatment subset (those who did what the outcome is about)"),
        ({"filter": "variant == rate and wave != first"}, "Only where variant == rate and wave != first"),
    ],
)
def test_a_test_on_some_of_the_people_says_so(study, changed, label):
    hypothesis = attrs.evolve(load().named(("H18b",))[0], **{"filter": "", **changed})
    said = subset(study, concluded(hypothesis))
    assert said.startswith(label) and bool(said) == bool(label)


def test_means_by_condition_are_those_of_the_people(study):
    means = means_by_level(study).set_index(["outcome", "level"])
    people = study.people
    for level in ("privilege", "neutral"):
        here = people.loc[people["frame"] == level, "guilt"].astype(float)
        assert means.loc[("guilt", level), "mean"] == pytest.approx(here.mean())
        assert means.loc[("guilt", level), "n"] == len(here)
        assert means.loc[("guilt", level), "se"] == pytest.approx(here.std(ddof=0) / (len(here) - 1) ** 0.5)
    assert "Group-based guilt".lower() in arms_picture(means_by_level(study)).alt.lower()


def test_the_methods_say_what_the_protocol_does(protocol):
    assert "frame (privilege, disadvantage, neutral); setting (private, public)" in design(protocol)
    assert "6 combinations of levels were assigned by permuted blocks of 12, in which each comes 2 times" in assignment(
        attrs.evolve(protocol, blocks=2)
    )
    assert "separately in each stratum (men, women)" in assignment(attrs.evolve(protocol, strata=("men", "women")))
    lie = Deception(what="That others watch.", told_in=("choices",), debriefed_in="debrief")
    told = deception(attrs.evolve(protocol, deception=(lie,)))
    assert told == "Participants were told what was not so: That others watch (debriefed in the phase “debrief”)."


def test_many_estimates_are_a_figure_for_each_model():
    few, many_ = (load().named(("H9a", "H18b")) for _ in range(2))
    assert [p.name for p in hypotheses_pictures([concluded(h) for h in few])] == ["hypotheses"]
    drawn = hypotheses_pictures([concluded(h, 20) for h in many_])
    assert [p.name for p in drawn] == ["hypotheses-ch", "hypotheses-lin"]
    assert all(len(p.data) == 20 for p in drawn)
    assert hypotheses_pictures([]) == []


def test_a_strip_puts_the_estimate_between_the_ends_of_its_interval():
    svg = strip(judge(0.3, 0.1, sesoi=0.15), 0.15)
    point = float(re.search(r'circle cx="([\d.]+)"', svg)[1])
    low, high = map(float, re.search(r'x1="([\d.]+)" x2="([\d.]+)" y1="17"', svg).groups())
    assert 240 < low < point < high <= 480


def test_references_are_in_order_and_complete():
    listed = references(("mcfadden", "holm"))
    assert listed == sorted(listed) and len(listed) == 7
    assert all(re.search(r"\(\d{4}\)\. .+\.", text) for text in REFERENCES.values())


def test_a_page_becomes_a_pdf_that_can_be_searched_and_fetches_nothing(tmp_path):
    (tmp_path / "secret.css").write_text("p { display: none }", encoding="utf-8")
    link = f'<link rel="stylesheet" href="{(tmp_path / "secret.css").as_uri()}">'
    page = f"<html><head>{link}</head><p>Found again</p></html>"
    made = pdf(page)
    assert made == pdf(page)
    assert "Found again" in pypdf.PdfReader(io.BytesIO(made)).pages[0].extract_text()
