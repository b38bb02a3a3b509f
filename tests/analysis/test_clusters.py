"""People who took part together: known from the logs, and what it costs to leave that out of account."""

import attrs
import numpy as np
import pandas as pd
import pytest

from analysis.blind import blinded
from analysis.choices import ATTRIBUTES
from analysis.derived import derived
from analysis.export.release import Choices, release
from analysis.hypotheses import Hypothesis, load
from analysis.models import mixed_logit
from analysis.multiverse import axes_of
from analysis.people import MOTIVES
from analysis.reading.logs import Logs, read_logs, session_of
from analysis.reading.whole import read_tables
from analysis.report.cautions import cautions
from analysis.report.methods import assignment
from analysis.sample import Sample
from analysis.study import examine
from analysis.templates.clusters import by_session
from analysis.testing import test_all as tested
from runner.protocol import Factor

SIZE, GROUPS = 4, 12


def of(number):
    """The level of somebody's group session, and its random code; the last two came alone."""
    place = number // SIZE
    return ("private", "public")[place % 2], f"g{place:02d}" if place < GROUPS else ""


@pytest.fixture(scope="module")
def people(person):
    made = []
    for i in range(SIZE * GROUPS + 2):
        setting, group = of(i)
        one = person(i, "together", group=group)
        one.assigned["setting"] = setting
        made.append(one)
    return made


@pytest.fixture(scope="module")
def protocol_of_groups(protocol):
    factors = {**protocol.factors, "setting": Factor(levels=("private", "public"), unit="session")}
    return attrs.evolve(protocol, factors=factors, hypotheses=("H18b", "H11_pool"))


@pytest.fixture(scope="module")
def study(people, protocol_of_groups):
    logs = Logs(sessions=tuple(session_of(one.log()) for one in people), damaged=())
    found = examine(protocol_of_groups, logs)
    found.__dict__["sample"] = attrs.evolve(found.sample, draws=0)
    return found


def hypothesis(test, **more):
    fields = {"id": "H", "says": "so", "source": "D", "block": "action", "kind": "diff", "model": "LIN"}
    return Hypothesis(**{**fields, "outcome": "guilt", **more}, test=test)


def test_a_log_says_who_took_part_together_whichever_way_it_is_read(people, keep_in, tmp_path):
    for one in people[-3:]:
        keep_in(tmp_path, one.log())
    _, tables = read_tables(tmp_path, "made-up", keep=False)
    groups = tables.sessions.set_index("session")["group_session"]
    assert groups.fillna("none").to_dict() == {"s00047": "g11", "s00048": "none", "s00049": "none"}
    logs = read_logs(tmp_path, "made-up")
    assert [s.head.group for s in logs.sessions] == ["g11", "", ""]


def test_what_follows_from_the_level_of_a_group_session_is_shared(study):
    assert study.sample.shared == {"setting"}
    assert study.people["group_session"].nunique() == GROUPS
    assert study.people["group_session"].isna().sum() == 2


def test_a_test_of_a_level_of_whole_sessions_has_errors_by_group_session(study):
    asked = hypothesis("setting[public]")
    (found,) = tested([asked], study.sample)
    assert found.method == "linear regression, errors clustered by group session"
    assert found.cautions[0].startswith("People of one session are alike to an intraclass correlation of 0.")
    assert found.cautions[1].startswith("There are 14 group sessions only")
    (by_person,) = tested([attrs.evolve(asked, cluster="person")], study.sample)
    assert by_person.method == "linear regression, HC3 errors"
    (frame,) = tested([hypothesis("frame[privilege]")], study.sample)
    assert frame.method == "linear regression, HC3 errors"


def test_so_have_choices_and_stacked_equations(study):
    (choice,) = tested([hypothesis("a_public:setting[public]", model="CH", outcome="")], few_terms(study.sample))
    assert choice.method == "conditional logit, errors clustered by group session"
    assert choice.cautions == ("There are 14 group sessions only: with fewer than 30, errors come out too small.",)
    (stacked,) = tested([hypothesis("setting[public]@mO - setting[public]@mI", model="STK", outcome="")], study.sample)
    assert stacked.method == "stacked regressions, errors clustered by group session"
    assert stacked.n == SIZE * GROUPS + 2


def test_clustering_choices_changes_errors_and_nothing_else(study):
    sample = few_terms(study.sample)
    own, together = (
        tested([hypothesis("a_public:mO", model="CH", outcome="", cluster=c)], sample)[0] for c in ("", "session")
    )
    assert together.method == "conditional logit, errors clustered by group session"
    assert together.deciding.estimate == pytest.approx(own.deciding.estimate)
    assert together.deciding.se != pytest.approx(own.deciding.se)
    assert together.n == own.n == SIZE * GROUPS + 2


def test_a_mixed_logit_sums_scores_over_groups():
    rng, n = np.random.default_rng(6), 160
    rows = pd.DataFrame({"person": np.repeat(np.arange(n), 8), "a_public": rng.choice([-2.0, 2.0], 8 * n)})
    rows["group_session"] = rows["person"] // 4
    taste = 0.3 + 0.5 * rng.normal(size=n) + np.repeat(0.6 * rng.normal(size=n // 4), 4)
    gain = rows["a_public"] * np.repeat(taste, 8)
    rows["first"] = rng.random(8 * n) < 1 / (1 + np.exp(-gain))
    how = {"chosen": "first", "terms": ["a_public"], "person": "person", "random": ["a_public"], "draws": 100}
    own, together = mixed_logit(rows, **how), mixed_logit(rows, **how, cluster="group_session")
    assert together.estimates.equals(own.estimates)
    assert (own.n, own.df, together.n, together.df) == (n, n - 1, n, n // 4 - 1)
    assert together.contrast({"a_public": 1.0})[1] > 1.2 * own.contrast({"a_public": 1.0})[1]
    assert together.method.endswith("errors clustered by group session")


def few_terms(sample):
    """Fewer coefficients than group sessions."""
    pairs = sample.pairs.drop(columns=[a for a in ATTRIBUTES if a in sample.pairs and a not in ("a_public", "a_norm")])
    motives = [m for m in MOTIVES if m in sample.people]
    return attrs.evolve(
        sample,
        people=sample.people.drop(columns=motives[1:]),
        pairs=pairs,
        scores=tuple(s for s in sample.scores if s not in motives[1:]),
    )


def test_the_report_tells_what_sitting_together_costs(study, protocol_of_groups):
    asked = (hypothesis("setting[public]"),)
    study.__dict__["findings"] = tested(asked, study.sample)
    said = next(line for line in cautions(study) if "took part in" in line)
    assert said.startswith(
        "The level of setting holds for a whole session: 48 of 50 people took part in 12 group sessions, 4.0 in each"
    )
    assert "The largest design effect is that of guilt: " in said
    assert "There are 12 group sessions only" in " ".join(cautions(study))
    assert "The unit of assignment was the participant, of setting the group session" in assignment(protocol_of_groups)


def test_an_axis_of_the_multiverse_takes_persons_instead(study):
    axes = axes_of(study, hypothesis("setting[public]"))
    assert axes["errors"] == ("group session", "person")
    assert axes_of(study, load().named(("H18b",))[0])["errors"] == ("person", "group session")
    assert axes_of(study, load().named(("H11_pool",))[0])["errors"] == ("person", "group session")
    assert "Random code" in {c.name: c.doc for c in derived(study)["people"][1]}["group_session"]


def test_a_blind_analysis_still_knows_the_groups_and_no_export_does(study):
    scrambled = blinded(study, "seed")
    groups = scrambled.people.dropna(subset="group_session").groupby("group_session")
    assert (groups["setting"].nunique() == 1).all()
    assert (groups["frame"].nunique() > 1).sum() > GROUPS / 2
    there, here = (groups["setting"].first(), study.people.groupby("group_session")["setting"].first())
    assert there.value_counts().sum() == GROUPS and (there != here).any()
    assert scrambled.sample.shared == {"setting"}
    given = release(study, Choices(least=1, seed="x"))
    assert not [name for name, frame in given.tables.items() if "group_session" in frame]


def without_effect(rng, groups=40, size=6, icc=0.2):
    """No effect of a setting that holds for whole sessions, whose people are alike."""
    place = np.repeat(np.arange(groups), size)
    alike = rng.normal(size=groups) * np.sqrt(icc / (1 - icc))
    public = rng.permutation(np.arange(groups) % 2 == 0)
    frame = pd.DataFrame(
        {
            "participant": [f"p{i}" for i in range(len(place))],
            "group_session": pd.array([f"g{i}" for i in place], dtype="string"),
            "setting": pd.array(np.where(public[place], "public", "private"), dtype="string"),
            "guilt": pd.array(alike[place] + rng.normal(size=len(place)), dtype="Float64"),
        },
        index=pd.Index([f"s{i}" for i in range(len(place))], name="session"),
    )
    return Sample(
        people=frame,
        pairs=pd.DataFrame(),
        factors={"setting": ("private", "public")},
        scores=("guilt",),
        sesoi=0.15,
        shared=frozenset({"setting"}),
    )


def test_whoever_ignores_the_groups_finds_what_is_not_there():
    """By persons a test at 5 % finds something in about a sixth of studies without an effect, by groups in 5 %."""
    rng, studies = np.random.default_rng(3), 400
    respected, ignored = hypothesis("setting[public]"), hypothesis("setting[public]", cluster="person")
    found = {"respected": 0, "ignored": 0}
    for _ in range(studies):
        sample = without_effect(rng)
        assert by_session(respected, sample)
        assert not by_session(ignored, sample)
        for name, asked in (("respected", respected), ("ignored", ignored)):
            (one,) = tested([asked], sample)
            found[name] += one.deciding.p < 0.05
    assert found["respected"] / studies < 0.05 + 3 * np.sqrt(0.05 * 0.95 / studies)
    assert found["ignored"] / studies > 0.12
