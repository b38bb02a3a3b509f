"""The bots that ship with the studies: each goes as its script says, also when it is cut off in the middle."""

from pathlib import Path
from random import Random

import pytest
from attrs import evolve

from runner import sessions
from runner.checks.bots import Bot, Kept, Sight, unmet
from runner.cli import main
from runner.commands import bots as command
from runner.log import FileLog, Log
from runner.records import SessionStarted, TrialEnded
from runner.respondents import Uniform
from runner.stages.virtual import Virtual

FOLDER = Path("protocols")
SCRIPTS = sorted((FOLDER / "bots").glob("*.yaml"))
STUDIES = {script.stem: command.read(FOLDER / script.name) for script in SCRIPTS}
BOTS = [(name, bot) for name, (_, bots) in STUDIES.items() for bot in bots]
NAMED = pytest.mark.parametrize(("study", "bot"), BOTS, ids=[f"{study}: {bot.name}" for study, bot in BOTS])


@NAMED
def test_every_bot_goes_as_its_script_says(study, bot):
    assert list(unmet(command.session(STUDIES[study][0], bot))) == []


@NAMED
def test_a_bot_that_was_cut_off_in_the_middle_ends_with_the_same_trials(study, bot, tmp_path):
    protocol, _ = STUDIES[study]
    whole = command.session(protocol, bot)
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
def test_bots_see_every_level_every_language_and_somebody_who_stops(study):
    protocol, bots = STUDIES[study]
    for name, factor in protocol.between.items():
        if factor.treats:
            assert {bot.cell.get(name) for bot in bots} >= set(factor.levels), name
    assert {bot.language or protocol.languages[0] for bot in bots} >= set(protocol.languages)
    assert {"stopped", "completed"} <= {bot.ends for bot in bots}
    assert all(bot.keeps or bot.ends != "completed" for bot in bots) and sum(bool(bot.sees) for bot in bots) >= 2


def outcomes(seen):
    return [(r.trial, r.outcome) for r in seen.records if isinstance(r, TrialEnded)]


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
        ({"ends": "stopped"}, "ended with 'completed', not with 'stopped'"),
        ({"answers": {"choices/pair": "third"}}, "screen 'pair': can't be answered with 'third'"),
        ({"answers": {"choices/pairs": "first"}}, "no screen 'choices/pairs' came to be answered; there were welcome/"),
    ],
)
def test_what_is_not_as_expected_is_told(change, message):
    bare = Bot(name="bare", cell=FIRST.cell, answers=FIRST.answers)
    found = list(unmet(command.session(TASTE, evolve(bare, **change))))
    assert any(message in what for what in found), found


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
