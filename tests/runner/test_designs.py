import json
import shlex
from pathlib import Path

import numpy as np
import pytest
from attrs import astuple, evolve

from runner import designs
from runner.cli import main
from runner.designreport import page, told
from runner.designs import ATTRIBUTES, d_error, differences, differing, obvious, profiles
from runner.exchange import by_chance, generate
from stimuli.kinds import ChoiceSet, Design, Profile

STORED = sorted((Path(__file__).parents[2] / "stimuli" / "designs").glob("*.csv"))
ACT = Profile(public=1, normative=1, autonomy=1, statuscost=1, selflead=1, risk=1, effort=1)


def stored(path: Path) -> Design:
    lines = path.read_text(encoding="utf-8").splitlines()
    head = dict(line.removeprefix("# ").split(": ", 1) for line in lines if line.startswith("#"))
    columns, *rows = [line.split(",") for line in lines if not line.startswith("#")]
    assert columns == ["set", "block", *(f"{side}_{a}" for side in ("one", "other") for a in ATTRIBUTES)]
    sets = []
    for name, block, *codes in rows:
        one, other = (Profile(**dict(zip(ATTRIBUTES, map(int, half), strict=True))) for half in (codes[:7], codes[7:]))
        sets.append(ChoiceSet(id=name, block=int(block), one=one, other=other))
    return Design(name=path.stem, seed=head["seed"], d_error=float(head["d_error"]), sets=tuple(sets))


def test_108_acts_are_admissible():
    acts = profiles()
    assert len(acts) == len(set(acts)) == 108
    assert not any(p.public == -1 and p.selflead == 1 for p in acts)
    assert not any(p.normative == -1 and p.risk == -1 for p in acts)


def test_d_error_of_a_design_that_can_be_done_in_the_head():
    # One binary attribute that differs in each of 4 sets: information 4 sets * (2 / 2)**2 = 4, so D-error 1/4.
    pair = ChoiceSet(id="1", block=1, one=ACT, other=evolve(ACT, public=-1))
    assert d_error([pair] * 4, ["public"]) == pytest.approx(0.25)
    # Of the same sets nothing else can be learned.
    assert d_error([pair] * 4, ["public", "risk"]) == np.inf


def test_d_error_is_the_covariance_of_the_logit_at_zero():
    # An independent way to the same number: the Hessian of the log likelihood, by differences.
    sets = generate(sets=12, seed="hessian", restarts=1).sets
    x = np.array([designs.contrast(s.one, s.other) for s in sets])

    def log_likelihood(beta):
        return -sum(0.5 * np.log1p(np.exp(-x @ beta)) + 0.5 * np.log1p(np.exp(x @ beta)))

    step, effects = 1e-3, x.shape[1]
    unit = np.eye(effects) * step
    hessian = np.array(
        [
            [
                log_likelihood(a + b) - log_likelihood(a - b) - log_likelihood(b - a) + log_likelihood(-a - b)
                for b in unit
            ]
            for a in unit
        ]
    ) / (4 * step**2)
    assert np.linalg.det(-hessian) ** (-1 / effects) == pytest.approx(d_error(sets), rel=1e-4)


@pytest.mark.parametrize(("sets", "bar"), [(12, 0.137), (16, 0.1025), (24, 0.068)])
def test_designs_reach_the_d_error_that_is_known_to_be_reachable(sets, bar):
    design = generate(sets=sets, seed="bar", restarts=15)
    assert design.d_error == d_error(design.sets) < bar


def test_two_blocks_of_12_are_alike_and_each_can_tell_every_effect():
    sets = generate(sets=24, blocks=2, seed="blocks", restarts=10).sets
    one, two = designs.blocks(sets)
    assert len(one) == len(two) == 12
    assert all(abs(differences(one)[a] - differences(two)[a]) <= 1 for a in ATTRIBUTES)
    assert max(d_error(one), d_error(two)) < 0.15


def test_no_level_leans_to_one_side():
    sets = generate(sets=24, blocks=2, seed="sides", restarts=5).sets
    for block in designs.blocks(sets):
        lean = sum(np.array(astuple(s.one)) - np.array(astuple(s.other)) for s in block)
        assert np.abs(lean).max() <= 4  # two sets, of the 8 to 12 that differ


@pytest.mark.parametrize("targeted", ["public", "risk", "effort"])
def test_a_targeted_attribute_differs_in_three_quarters_of_each_block(targeted):
    design = generate(sets=24, blocks=2, seed="targeted", targeted=targeted, restarts=3)
    assert all(differences(block)[targeted] >= 9 for block in designs.blocks(design.sets))
    assert design.d_error < 0.072


def test_only_what_may_differ_differs():
    sets = generate(sets=12, seed="few", attributes=["public", "autonomy", "risk"], most=2, restarts=3).sets
    assert all(1 <= len(differing(s.one, s.other)) <= 2 for s in sets)
    assert set(differences(sets)) == {"public", "autonomy", "risk"}


def test_the_same_seed_gives_the_same_design_and_another_seed_another():
    one, again, other = (generate(sets=12, seed=seed, restarts=2) for seed in ("a", "a", "b"))
    assert one == again
    assert one.sets != other.sets


@pytest.mark.parametrize(
    ("changes", "is_obvious"),
    [
        ({}, True),
        ({"effort": 3}, True),
        ({"effort": 3, "risk": 1}, True),
        ({"effort": 1, "risk": 1}, False),  # one costs effort, the other is risky
        ({"public": -1}, False),
        ({"public": -1, "effort": 3}, False),
        ({"statuscost": 1}, False),  # what it costs the group is a question, not a cost to the person
    ],
)
def test_a_pair_is_obvious_when_one_act_only_costs_more(changes, is_obvious):
    act = Profile(public=1, normative=1, autonomy=1, statuscost=-1, selflead=-1, risk=-1, effort=2)
    assert obvious(act, evolve(act, **changes)) is obvious(evolve(act, **changes), act) is is_obvious


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"sets": 7}, r"7 sets can't tell 8 effects apart"),
        ({"sets": 25, "blocks": 2}, r"25 sets can't be parted into 2 equal blocks"),
        ({"attributes": ["publik"]}, r"no attribute publik; there are public, "),
        ({"attributes": ["public"], "targeted": "risk"}, r"risk is to differ in most sets, but is not among"),
        ({"most": 0}, r"differences in a set and restarts must be 1 or more, but are 0 and 1"),
        (
            {"share": 1.5, "targeted": "risk"},
            r"share of a targeted attribute must be above 0 and at most 1, but is 1.5",
        ),
        ({"prohibited": [{"fame": 1}]}, r"no attribute fame to prohibit; there are public, "),
        ({"prohibited": [{"effort": 5}]}, r"effort has no level 5 to prohibit; it has 1, 2, 3"),
        ({"prohibited": [{"risk": 1}], "targeted": "risk"}, r"risk can't differ in any pair with what is prohibited"),
        ({"prohibited": [{"risk": 1}]}, r"can't be told apart by such sets; take more sets, fewer attributes"),
        ({"prohibited": [{"effort": 1}, {"effort": 2}, {"public": 1}]}, r"can't be told apart|different pairs worth"),
        ({"sets": 6000}, r"there are \d+ different pairs worth asking, which can't fill 6000 sets"),
    ],
)
def test_impossible_designs_are_refused(wrong, message):
    with pytest.raises(ValueError, match=message):
        generate(**{"sets": 12, "seed": "no", "restarts": 1, **wrong})


# ---------------------------------------------------------------- the stored files


def test_there_are_stored_designs():
    assert {path.stem for path in STORED} >= {"pairs-24", "pairs-4"}


@pytest.mark.parametrize("path", STORED, ids=lambda path: path.stem)
def test_a_stored_design_is_what_its_own_command_gives(path, tmp_path, capsys):
    words = shlex.split(path.read_text(encoding="utf-8").split("# command: ")[1].splitlines()[0])
    assert words[:3] == ["vantage", "design", path.stem]
    assert main([*words[1:], "--random", "5", "--out", str(tmp_path)]) == 0
    fresh = (tmp_path / path.name).read_text(encoding="utf-8")
    assert fresh.replace(" --random 5", "") == path.read_text(encoding="utf-8")
    assert f"D-error {stored(path).d_error:.6f}" in capsys.readouterr().out


@pytest.mark.parametrize("path", STORED, ids=lambda path: path.stem)
def test_a_stored_design_holds_only_pairs_worth_asking(path):
    sets = stored(path).sets
    admissible = set(profiles())
    assert {s.one for s in sets} | {s.other for s in sets} <= admissible
    assert not any(obvious(s.one, s.other) for s in sets)
    assert len({frozenset((s.one, s.other)) for s in sets}) == len({s.id for s in sets}) == len(sets)


def test_the_design_of_the_first_study_is_as_good_as_it_says():
    design = stored(next(path for path in STORED if path.stem == "pairs-24"))
    assert round(d_error(design.sets), 6) == design.d_error <= 0.068
    assert [len(block) for block in designs.blocks(design.sets)] == [12, 12]
    assert min(differences(design.sets).values()) >= 16


def test_the_demo_asks_one_thing_at_a_time():
    design = stored(next(path for path in STORED if path.stem == "pairs-4"))
    assert sorted(a for s in design.sets for a in differing(s.one, s.other)) == sorted(ATTRIBUTES[:4])


def test_the_report_says_what_a_design_can_tell():
    design = generate(sets=24, blocks=2, seed="report", restarts=2)
    chance = by_chance(sets=24, seed="report", number=50)
    found = told(design, chance=chance)
    assert found["random"]["median_d_error"] == pytest.approx(np.median(chance), abs=1e-6)
    assert found["random"]["median_d_error"] > 1.5 * found["d_error"]
    one = found["attributes"]["risk"]
    assert one["differs"] == sum(s.one.risk != s.other.risk for s in design.sets) == sum(one["per_block"])
    assert sum(one["levels"].values()) == 48
    text = page(found)
    assert f"D-error {design.d_error:.6f}" in text
    assert f"block 2: {d_error(designs.blocks(design.sets)[1]):.6f} (12 sets)" in text
    assert "50 designs by chance, median: " in text
    assert "with" in text.splitlines()[-1]


def test_correlations_are_those_of_the_differences_about_zero():
    sets = generate(sets=12, seed="r", attributes=["public", "autonomy"], restarts=1).sets
    x = np.array([[s.one.public - s.other.public, s.one.autonomy - s.other.autonomy] for s in sets])
    by_hand = (x[:, 0] @ x[:, 1]) / np.sqrt((x[:, 0] @ x[:, 0]) * (x[:, 1] @ x[:, 1]))
    [(r, one, other)] = designs.correlations(sets, ["public", "autonomy"])
    assert (r, one, other) == (pytest.approx(by_hand), "public", "autonomy")
    assert told(generate(sets=12, seed="r", restarts=1))["correlations"]["root_mean_square"] > 0


def test_a_block_that_cannot_tell_every_effect_by_itself_says_so():
    found = told(generate(sets=8, blocks=2, seed="halves", restarts=2))
    assert [block["d_error"] for block in found["blocks"]] == [None, None]
    assert page(found).count("can't tell every effect by itself (4 sets)") == 2


def test_what_is_prohibited_never_comes_together():
    never = [{"public": -1, "effort": 3}, {"risk": 1, "statuscost": 1}]
    design = generate(sets=16, seed="never", prohibited=never, restarts=2)
    acts = [act for s in design.sets for act in (s.one, s.other)]
    assert not [act for act in acts if (act.public, act.effort) == (-1, 3) or act.risk == act.statuscost == 1]
    assert [act for act in acts if act.public == -1 or act.effort == 3]


def test_a_share_may_be_other_than_three_quarters():
    design = generate(sets=20, blocks=2, seed="share", targeted="public", share=0.9, restarts=2)
    assert all(differences(block)["public"] >= 9 for block in designs.blocks(design.sets))


# ---------------------------------------------------------------- the command


@pytest.fixture
def vantage(capsys, tmp_path):
    """vantage(*arguments of `design`) -> exit code, standard output, standard error; files go to tmp_path."""

    def run(*arguments):
        code = main(["design", *arguments, "--random", "20", "--restarts", "2", "--out", str(tmp_path)])
        said = capsys.readouterr()
        assert "Traceback" not in said.out + said.err
        return code, said.out, said.err

    return run


def test_the_command_stores_a_design_that_a_protocol_can_name(vantage, tmp_path):
    code, out, _ = vantage("mine", "--sets", "16", "--blocks", "2", "--seed", "x", "--targeted", "risk")
    assert code == 0
    assert f"stored in {tmp_path / 'mine.csv'}" in out
    design = stored(tmp_path / "mine.csv")
    assert len(design.sets) == 16 and design.seed == "x"
    assert all(differences(block)["risk"] >= 6 for block in designs.blocks(design.sets))


def test_the_command_tells_programs_the_same_as_people(vantage, tmp_path):
    code, out, _ = vantage("mine", "--sets", "12", "--seed", "x", "--prohibit", "public=-1,effort=3", "--json")
    found = json.loads(out)
    assert code == 0
    assert found["file"] == str(tmp_path / "mine.csv") and found["d_error"] == stored(tmp_path / "mine.csv").d_error
    assert found["random"]["designs"] == 20 and set(found["attributes"]) == set(ATTRIBUTES)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["mine", "--sets", "3", "--seed", "x"], "the design mine: 3 sets can't tell 8 effects apart; take more"),
        (["Mine/x", "--seed", "x"], "NAME: must be lower-case letters, digits, - and _, but is 'Mine/x'; rename it"),
        (["mine", "--seed", "x", "--prohibit", "public"], "--prohibit: wants ATTRIBUTE=LEVEL,ATTRIBUTE=LEVEL, got"),
        (["mine", "--seed", "x", "--prohibit", "risk=1,risk=-1"], "--prohibit: names risk 2 times"),
        (["mine", "--seed", "x", "--most", "-1"], "--most, --random: want 1 or more"),
        (["mine", "--seed", "x", "--attributes", "publik"], "the design mine: no attribute publik; there are public,"),
    ],
)
def test_a_mistake_on_the_command_line_is_told_in_one_message(vantage, tmp_path, arguments, message):
    code, out, err = vantage(*arguments)
    assert (code, out) == (2, "")
    assert message in err and not list(tmp_path.iterdir())


def test_a_design_that_is_there_is_not_replaced(vantage, tmp_path):
    (tmp_path / "mine.csv").write_text("somebody's", encoding="utf-8")
    code, _, err = vantage("mine", "--sets", "12", "--seed", "x")
    assert code == 2 and "mine.csv: is there already, and studies may use it; name another" in err
    assert (tmp_path / "mine.csv").read_text(encoding="utf-8") == "somebody's"


def test_a_folder_that_cannot_be_written_is_told(vantage, tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    code = main(["design", "mine", "--sets", "12", "--seed", "x", "--restarts", "1", "--out", str(tmp_path / "file")])
    assert code == 2
