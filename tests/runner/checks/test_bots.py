"""The bots that ship with the studies: each goes as its script says, also when it is cut off in the middle."""

import json
from functools import cache
from pathlib import Path
from random import Random

import pytest
from attrs import evolve

from runner import sessions
from runner.checks.bots import Bot, Kept, Sight, unmet
from runner.checks.wording import texts
from runner.cli import main
from runner.commands import bots as command
from runner.log import FileLog, Log
from runner.records import SessionStarted, TrialEnded
from runner.respondents import Uniform
from runner.stages.virtual import Virtual

FOLDER = Path("protocols")
PROTOCOLS = sorted(
    path for path in FOLDER.rglob("*.yaml") if path.parent in (FOLDER, FOLDER / "modules", FOLDER / "examples")
)
STUDIES = {path.stem: command.read(path) for path in PROTOCOLS}
BOTS = [(name, bot) for name, (_, bots) in STUDIES.items() for bot in bots]
NAMED = pytest.mark.parametrize(("study", "bot"), BOTS, ids=[f"{study}: {bot.name}" for study, bot in BOTS])


@cache
def went(study, name):
    protocol, bots = STUDIES[study]
    return command.session(protocol, next(bot for bot in bots if bot.name == name))


def test_every_protocol_comes_with_bots_and_no_bots_are_left_over():
    assert {path.parent / "bots" / path.name for path in PROTOCOLS} == {*FOLDER.rglob("bots/*.yaml")}


@NAMED
def test_every_bot_goes_as_its_script_says(study, bot):
    assert list(unmet(went(study, bot.name))) == []


@NAMED
def test_a_bot_that_was_cut_off_in_the_middle_ends_with_the_same_trials(study, bot, tmp_path):
    protocol, _ = STUDIES[study]
    whole = went(study, bot.name)
    head = sessions.head(protocol, whole.plan, Virtual(Uniform(Random(1))), session="bot", store="simulated")
    log = FileLog.create(tmp_path / "bot.jsonl", head, durable=False)
    command.session(protocol, bot, log)
    log.close()
    data = (tmp_path / "bot.jsonl").read_bytes()
    beginning = data.index(b"\n") + 1
    (tmp_path / "bot.jsonl").write_bytes(data[: beginning + (len(data) - beginning) // 2])
    log, _ = sessions.reopen(tmp_path / "bot.jsonl")
    sessions.note_resumed(log, Virtual(Uniform(Random(1))))
    again = command.session(protocol, bot, log)
    log.close()
    assert outcomes(again) == outcomes(whole)
    assert list(unmet(again)) == []


@pytest.mark.parametrize("study", STUDIES)
def test_bots_see_every_level_in_every_language(study):
    protocol, bots = STUDIES[study]
    for name, factor in protocol.between.items():
        if factor.treats or factor.unit == "wave":
            assert {bot.cell.get(name) for bot in bots} >= set(factor.levels), name
    assert {bot.language or protocol.languages[0] for bot in bots} >= set(protocol.languages)
    assert all(bot.keeps or bot.ends != "completed" for bot in bots) and sum(bool(bot.sees) for bot in bots) >= 2


@pytest.mark.parametrize("study", STUDIES)
def test_bots_take_every_way_out_and_leave_out_what_they_can(study):
    protocol, bots = STUDIES[study]
    tasks = {phase.task for phase in protocol.phases}
    assert {bot.ends for bot in bots} == {
        "completed",
        "stopped",
        "distressed",
        *(["no_consent"] if "consent" in tasks else []),
        *(["not_eligible"] if "eligibility" in tasks else []),
    }
    assert any(bot.withdraws for bot in bots) == ("data_decision" in tasks)
    assert any(bot.answers.get("*") == "!declined" and bot.ends == "completed" for bot in bots)
    if "setting" in tasks:
        assert any("announcement/who-sees-again" in bot.answers for bot in bots)
    truths = {phase.name for phase in protocol.phases if phase.reaches in ("consented", "leaving")}
    left = [bot for bot in bots if bot.ends in ("stopped", "distressed", "not_eligible")]
    assert all(truths & set(bot.phases) for bot in left) or not truths


def test_what_a_bot_must_not_see_is_seen_by_another():
    # or else a changed wording makes the expectation an empty one
    said = {
        (study, bot.name): "\n".join(text for _, screen in went(study, bot.name).screens for text in texts(screen))
        for study, bot in BOTS
    }
    for study, bot in BOTS:
        others = [words for who, words in said.items() if who != (study, bot.name)]
        for sight in bot.never_sees:
            assert any(sight.says in words for words in others), (study, bot.name, sight.says)


def outcomes(seen):
    """As a log has them, which knows no tuples."""
    return [(r.trial, json.loads(json.dumps(r.outcome))) for r in seen.records if isinstance(r, TrialEnded)]


TASTE, (FIRST, *_) = STUDIES["taste"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"sees": (Sight(phase="bars", says="you are a type"),)}, "phase 'bars' never said 'you are a type'; it said"),
        ({"sees": (Sight(phase="bar", says="degrees"),)}, "has no phase 'bar' in its plan; it has welcome, group"),
        ({"never_sees": (Sight(says="degrees"),)}, "said 'degrees'"),
        ({"phases": ("close", "welcome")}, "did not come through the phases close, welcome in this order"),
        ({"never_in": ("choices",)}, "came into phase 'choices'"),
        ({"keeps": (Kept(task="paired_choice", trials=5),)}, "task 'paired_choice' ended 4 trials, not 5"),
        (
            {"keeps": (Kept(task="framing", has={"rating": 7}),)},
            "left no trial with {'rating': 7}; it left [{'rating': 6}",
        ),
        ({"keeps": (Kept(task="framing", has={"ratings": 7}),)}, "(no such column)"),
        ({"sees": (Sight(phase="choices", says="Which", screens=3),)}, "said 'Which' on 4 screens, not on 3"),
        (
            {"keeps": (Kept(task="framing", has={"rating": 6}, matching=2),)},
            "left 3 trials with {'rating': 6}, not 2; it left",
        ),
        (
            {"keeps": (Kept(task="framing", has={"rating": {"least": 7}}),)},
            "left no trial with {'rating': {'least': 7}}; it left",
        ),
        (
            {"keeps": (Kept(task="paired_choice", has={"first.heading.e": 1}),)},
            "{'first.heading.e': '(no such column)'}",
        ),
        ({"withdraws": True}, "did not take the data back"),
        ({"ends": "stopped"}, "ended with 'completed', not with 'stopped'"),
        ({"answers": {"choices/pair": "third"}}, "screen 'pair': can't be answered with 'third'"),
        ({"answers": {"framing/fact": "!declined"}}, "screen 'fact': can't be answered with '!declined'"),
        ({"answers": {"choices/pair#5": "first"}}, "no screen 'choices/pair#5' came to be answered"),
        ({"answers": {"choices/pairs": "first"}}, "no screen 'choices/pairs' came to be answered; there were welcome/"),
    ],
)
def test_what_is_not_as_expected_is_told(change, message):
    bare = Bot(name="bare", cell=FIRST.cell, answers=FIRST.answers)
    found = list(unmet(command.session(TASTE, evolve(bare, **change))))
    assert any(message in what for what in found), found


def test_the_narrowest_key_counts_and_numbers_name_one_time():
    answers = {"*": "!declined", "choices/pair": "first", "choices/pair#3": "second", "motives/item:motives.moral": 2}
    seen = command.session(TASTE, Bot(name="numbers", cell=FIRST.cell, answers=answers))
    outcomes = [r.outcome for r in seen.records if isinstance(r, TrialEnded)]
    assert [each["chosen"] for each in outcomes if "chosen" in each] == ["first", "first", "second", "first"]
    assert sorted(str(each["response"]) for each in outcomes if "response" in each) == ["2", "2"] + ["None"] * 6
    assert [each["rating"] for each in outcomes if "rating" in each] == [None] * 3


def test_ranges_and_columns_inside_others_are_met():
    keeps = (
        Kept(task="framing", has={"rating": {"least": 6, "most": 6}}, matching=3),
        Kept(task="paired_choice", has={"first.profile.public": {"least": -1, "most": 1}}, matching=4),
        Kept(task="framing", has={"rating": 1}, matching=0),
    )
    assert list(unmet(command.session(TASTE, evolve(FIRST, keeps=keeps)))) == []


def test_the_command_counts_and_refuses(capsys, tmp_path):
    assert main(["bots", str(FOLDER / "taste.yaml")]) == 0
    assert "stops at the first choice: as expected" in capsys.readouterr().out
    copy = tmp_path / "taste.yaml"
    copy.write_text((FOLDER / "taste.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    assert main(["bots", str(copy)]) == 2
    assert "no bots come with this protocol; write them in" in capsys.readouterr().err
    (tmp_path / "bots").mkdir()
    script = (
        (FOLDER / "bots/taste.yaml")
        .read_text(encoding="utf-8")
        .replace("has: {frame: privilege, rating: 6}", "has: {rating: 1}")
    )
    (tmp_path / "bots/taste.yaml").write_text(script, encoding="utf-8")
    assert main(["bots", str(copy)]) == 2
    assert "left no trial with {'rating': 1}" in capsys.readouterr().out
    (tmp_path / "bots/taste.yaml").write_text(script.replace("    sees:", "    seen:", 1), encoding="utf-8")
    assert main(["bots", str(copy)]) == 2
    assert "unknown key 'seen'; did you mean 'sees'?" in capsys.readouterr().err


def test_a_bot_leaves_no_file(tmp_path, monkeypatch):
    log = Log()
    command.session(TASTE, FIRST, log)
    assert log.records and not isinstance(log.records[0], SessionStarted)
    assert list(tmp_path.iterdir()) == []
