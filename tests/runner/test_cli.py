"""The command line as people meet it: exit codes, messages, no tracebacks, and the paths between commands."""

import argparse
import errno
import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from attrs import evolve

from runner import disk
from runner.cli import COMMANDS
from runner.commands import live
from runner.declarations.schema import FILES
from runner.errors import MachineError
from runner.log import FileLog, read

ROOT = Path(__file__).parents[2]
TASTE = str(ROOT / "protocols" / "taste.yaml")


def logs(folder):
    return sorted(Path(folder).glob("**/*.jsonl"))


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_helps_with_an_example_and_without_a_graphics_stack(command):
    code = (
        "import sys; from runner.cli import main\n"
        f"try: main([{command!r}, '--help'])\n"
        "except SystemExit as end: assert end.code == 0\n"
        "assert not {'psychopy', 'pyglet', 'pandas', 'numpy', 'sqlalchemy'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert f"example:\n  vantage {command}" in done.stdout


def test_the_overview_names_every_command(vantage):
    code, out, _ = vantage("--help")
    assert code == 0
    assert all(f"  {name} " in out for name in COMMANDS)


def test_an_unknown_command_is_refused(vantage):
    code, _, err = vantage("pilto")
    assert code == 2
    assert "invalid choice: 'pilto'" in err


def test_a_plan_is_the_same_each_time_and_follows_the_cell(vantage):
    code, one, _ = vantage("plan", TASTE, "--cell", "frame=privilege", "setting=public", "--json")
    assert code == 0
    assert vantage("plan", TASTE, "--cell", "frame=privilege", "setting=public", "--json")[1] == one
    plan = json.loads(one)
    assert plan["assigned"] == {"frame": "privilege", "setting": "public"}
    code, text, _ = vantage("plan", TASTE, "--cell", "frame=privilege", "setting=public")
    assert plan["digest"] in text


def test_a_plan_is_compared_with_one_that_was_kept(vantage, tmp_path):
    kept = tmp_path / "plan.json"
    kept.write_text(vantage("plan", TASTE, "--json")[1], encoding="utf-8")
    code, out, _ = vantage("plan", TASTE, "--against", kept)
    assert (code, out.startswith("the same plan: ")) == (0, True)
    code, out, _ = vantage("plan", TASTE, "--participant", "P02", "--against", kept)
    assert code == 0
    assert out.splitlines()[0] == "plan.participant: 'P01', 'P02'"
    assert vantage("plan", TASTE, "--against", TASTE)[0] == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["plan", "nothing.yaml"], "nothing.yaml"),
        (["plan", TASTE, "--cell", "frame"], "wants FACTOR=LEVEL"),
        (["plan", TASTE, "--cell", "frame=none"], "no level frame=none"),
        (["plan", TASTE, "--participant", "../../evil"], "wants 1 to 32 letters"),
        (["plan", TASTE, "--participant", "P1\n"], "wants 1 to 32 letters"),
        (["plan", TASTE, "--language", "tlh"], "taste has en"),
        (["simulate", TASTE, "-n", "0", "--out", "x"], "want 1 or more"),
        (["simulate", TASTE, "-n", "1", "--out", "x", "--effect", "H11_pool=big"], "wants HYPOTHESIS=NUMBER"),
        (["simulate", TASTE, "-n", "1", "--out", "x", "--effect", "H11_poll=0.3"], "H11_pool"),
        (["run", TASTE, "--participant", "a b"], "wants 1 to 32 letters"),
        (["resume", "nothing.jsonl"], "no such log"),
        (["schema", "protcol"], "wants one of"),
        (["storyboard", TASTE, "--out", "x", "--size", "big"], "wants WIDTHxHEIGHT"),
        (["storyboard", TASTE, "--out", "x", "--cell", "frame=none"], "no cell with frame=none; it has frame="),
        (["storyboard", TASTE, "--out", f"{TASTE}/x"], "making the storyboard's folder failed (ENOTDIR"),
        (["plan", TASTE, "--cell", "frame=privilege", "frame=merit"], "--cell: names frame 2 times"),
        (["plan", TASTE, "--slot", "-1"], "wants a whole number from 0, got '-1'"),
        (["pilot", TASTE, "--slot", "-1"], "wants a whole number from 0, got '-1'"),
        (["plan", "--cell", "frame=privilege", TASTE], "required: PROTOCOL; write it first"),
        (["simulate", TASTE, "-n", "1", "--out", "x", "--effect", "H11a=1", "H11a=2"], "--effect: names H11a 2 times"),
        (
            ["simulate", TASTE, "-n", "1", "--out", "x", "--effect", "H11c=1"],
            "no option in this study carries a_effect",
        ),
        (["resume", "."], "is a folder"),
    ],
)
def test_what_people_can_mend_is_one_message_and_exit_2(vantage, arguments, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, out, err = vantage(*arguments)
    assert code == 2, err
    assert message in err
    assert out == ""


def test_simulated_sessions_are_the_same_from_the_same_seed_on_any_number_of_processes(vantage, tmp_path):
    for name, jobs in (("one", 1), ("two", 2)):
        assert vantage("simulate", TASTE, "-n", 30, "--out", tmp_path / name, "--jobs", jobs)[0] == 0
    one, two = ([path.read_bytes() for path in logs(tmp_path / name)] for name in ("one", "two"))
    assert len(one) == 30
    assert one == two


def test_a_simulation_never_adds_to_an_old_one(vantage, tmp_path):
    assert vantage("simulate", TASTE, "-n", 1, "--out", tmp_path)[0] == 0
    code, _, err = vantage("simulate", TASTE, "-n", 1, "--out", tmp_path)
    assert code == 2
    assert "already holds simulated sessions" in err


def test_a_cut_simulated_session_is_resumed_to_the_same_end(vantage, tmp_path):
    vantage("simulate", TASTE, "-n", 1, "--out", tmp_path)
    (path,) = logs(tmp_path)
    whole = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(whole[:31]) + "\n" + whole[31][:20], encoding="utf-8")
    code, _, err = vantage("resume", path)
    assert code == 0, err
    again = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    kept = [{k: v for k, v in r.items() if k not in "nh"} for r in again if r["kind"] != "session_resumed"]
    before = [{k: v for k, v in json.loads(line).items() if k not in "nh"} for line in whole]
    assert kept[:-1] == before[:-1]
    code, _, err = vantage("resume", path)
    assert code == 2
    assert "this session is over" in err


def test_a_resumed_simulation_says_how_it_ended(vantage, tmp_path):
    vantage("simulate", TASTE, "-n", 1, "--out", tmp_path)
    (path,) = logs(tmp_path)
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(lines[:-1]) + "\n", encoding="utf-8")
    how = json.loads(lines[-1])["how"]
    assert f"session sim-00000 {how}: {path}" in vantage("resume", path)[1]


def test_a_real_session_is_resumed_from_inside_its_folder_and_nowhere_else(tmp_path, monkeypatch):
    folder = tmp_path / "data" / "taste" / "real"
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)
    assert live.data_of(Path("s.jsonl"), "taste") == (tmp_path / "data").resolve()
    for place, study in ((tmp_path, "taste"), (folder.parent, "taste"), (folder, "another")):
        with pytest.raises(MachineError, match="a real session goes on only where it began"):
            live.data_of(place / "s.jsonl", study)


def test_a_copy_of_a_real_log_is_refused_before_a_window_opens(vantage, tmp_path):
    vantage("simulate", TASTE, "-n", 1, "--out", tmp_path)
    (path,) = logs(tmp_path)
    head = evolve(read(path)[0], store="real", stage={"kind": "window"})
    (tmp_path / "copies").mkdir()
    FileLog.create(tmp_path / "copies" / "s.jsonl", head).close()
    code, _, err = vantage("resume", tmp_path / "copies" / "s.jsonl")
    assert code == 2
    assert "goes on only where it began, in taste/real" in err
    assert not list(tmp_path.glob("**/ledger.sqlite")) and not (tmp_path.parent / "ledger.sqlite").exists()


def test_every_pilot_has_a_participant_of_its_own_and_a_part_says_so(vantage, tmp_path, monkeypatch):
    begun = []

    def begin(protocol, plan, tasks, data, **more):  # in place of the window, after all that is looked at here
        begun.append((plan, more))
        return 0

    monkeypatch.setattr(live, "begin", begin)
    assert vantage("pilot", TASTE, "--data", tmp_path)[0] == 0
    (whole, about), phases = begun[0], list(dict.fromkeys(trial.phase for trial in begun[0][0].trials))
    assert vantage("pilot", TASTE, "--data", tmp_path, "--from", phases[-1])[0] == 0
    part, about_part = begun[1]
    assert whole.participant == f"pilot-{about['session']}" != part.participant
    assert (about["station"], about_part["station"]) == ("", f"from {phases[-1]}")


def test_a_simulation_says_what_choices_weigh_and_counts_in_english(vantage, tmp_path):
    code, out, err = vantage("simulate", TASTE, "-n", 1, "--out", tmp_path, "--effect", "H11_pool=0.3")
    assert code == 0, err
    assert "a_public:mI 0.15" in out and "others 0" in out
    assert "\n1 simulated session in" in out


@pytest.mark.parametrize("command", COMMANDS)
def test_every_argument_is_explained(command):
    parser = argparse.ArgumentParser()
    import_module(f"runner.commands.{command}").add_arguments(parser)
    assert [action.dest for action in parser._actions if not action.help] == []


def test_a_command_that_is_a_question_ends_as_one(vantage):
    assert "sessions?\n" in vantage("doctor", "--help")[1]


def test_the_commands_page_names_every_kind_of_schema():
    page = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8").partition("## vantage schema")[2]
    assert {kind for kind in FILES if f"`{kind}`" not in page} == set()


def test_advice_about_the_disk_names_no_option_that_a_command_may_lack():
    for number in (errno.EROFS, errno.EACCES, errno.EPERM, errno.EEXIST, errno.ENOTDIR):
        assert "--" not in str(disk.explain(OSError(number, ""), Path("x"), "writing the log"))
    assert "may not read it" in str(disk.explain(OSError(errno.EACCES, ""), Path("x"), "reading the log"))


def test_a_withdrawn_session_whose_erasure_was_cut_off_is_erased_by_resuming(vantage, tmp_path):
    study = ROOT / "protocols" / "frame-and-visibility.yaml"
    from experiments import find
    from runner import sessions
    from runner.commands import common
    from runner.log import FileLog
    from runner.planning import plan_session
    from runner.respondents import Scripted, Spec
    from runner.stages.virtual import Virtual

    protocol = common.read(study)
    plan = plan_session(protocol, find, common.library(protocol, "en"), participant="P1", slot=0, language="en")
    stage = Virtual(Scripted({"data-decision": "withdraw"}, Spec(kind="theory", seed="1").make()))
    head = sessions.head(protocol, plan, stage, session="abc", store="pilot")
    path = sessions.log_path(tmp_path, protocol.study, "pilot", "abc")
    log = FileLog.create(path, head)
    assert sessions.perform(plan, common.tasks(plan), stage, log).withdrawn
    log.close()  # and here the power goes
    code, out, err = vantage("resume", path)
    assert code == 0, err
    assert "the answers are erased" in out
    assert [file.suffix for file in path.parent.iterdir()] == [".json"]


def test_a_real_session_waits_for_the_laboratorys_details(vantage, tmp_path):
    study = ROOT / "protocols" / "frame-and-visibility.yaml"
    code, _, err = vantage("run", study, "--participant", "P01", "--data", tmp_path, "--session", "abc")
    assert code == 2
    assert "fill in laboratory, contact" in err
    assert logs(tmp_path) == []


@pytest.fixture
def real(vantage, tmp_path):
    """Begins a real session of a study after changes to its text, up to where the window would be opened."""

    def run(study, *edits):
        text = (ROOT / "protocols" / f"{study}.yaml").read_text(encoding="utf-8")
        for old, new in edits:
            assert old in text, old
            text = text.replace(old, new, 1)
        file = tmp_path / f"{study}.yaml"
        file.write_text(text, encoding="utf-8")
        code, _, err = vantage("run", file, "--participant", "P01", "--data", tmp_path / "data", "--session", "abc")
        assert code == 2 and logs(tmp_path) == []
        return err

    return run


HELP = {
    **dict.fromkeys(("laboratory", "contact", "support", "ethics_reference", "payment"), "x"),
}
FILLED = ("details: {}", f"withdraw_until: 30 days\ndetails: {json.dumps(HELP)}")


@pytest.mark.parametrize("study", ["status-and-help", "status-and-help-instability", "where-the-line-is"])
@pytest.mark.parametrize("ethics", ["", 'ethics: ""\n', 'ethics: "  "\n'])
def test_a_real_session_with_deception_waits_for_the_approval_and_names_the_deception(real, study, ethics):
    err = real(study, FILLED, ("deception:", f"{ethics}deception:"))
    assert "participants are told what isn't so (" in err and "takes the approval of an ethics board" in err
    assert ("groups follow from estimates" in err) == study.startswith("status") and "name it in 'ethics'" in err


def test_a_real_session_without_the_declaration_is_refused_whatever_the_approval(real):
    err = real(
        "status-and-help", FILLED, ("deception:", "ethics: A-1\ndeception:"), ("[dots-intro, group]", "[dots-intro]")
    )
    assert "the task 'minimal_group' deceives about oneself" in err and "`vantage check` tells all" in err


def test_a_real_session_wants_support_information_also_if_it_is_not_asked_for(real):
    details = {name: fact for name, fact in HELP.items() if name != "support"}
    said = f"withdraw_until: 30 days\ndetails: {json.dumps(details)}"
    edits = (FILLED[0], said), ("deception:", "ethics: A-1\ndeception:")
    assert "fill in support before a real session" in real("status-and-help", *edits, ("  - support\n", ""))


def test_a_real_session_wants_a_day_that_programs_keep_to(real):
    told = f"details: {json.dumps({**HELP, 'withdraw_until': 'in May'})}"
    err = real("status-and-help", (FILLED[0], told), ("deception:", "ethics: A-1\ndeception:"))
    assert "no program keeps to it" in err and "at the top of the protocol" in err


def test_a_fault_of_our_own_is_exit_1_with_a_report(vantage, tmp_path, monkeypatch):
    import runner.commands.schema as schema

    def broken(args):
        raise ZeroDivisionError

    monkeypatch.setattr(schema, "run", broken)
    monkeypatch.chdir(tmp_path)
    code, _, err = vantage("schema")
    assert code == 1
    assert "Vantage itself failed" in err
    assert "ZeroDivisionError" in (tmp_path / "vantage-fault-schema.txt").read_text()


def test_from_logs_to_a_report(vantage, tmp_path):
    vantage("simulate", TASTE, "-n", 13, "--out", tmp_path / "data")
    (tmp_path / "data" / "taste" / "simulated" / "sim-00003.jsonl").write_text("", encoding="utf-8")
    code, out, err = vantage("analyze", TASTE, "--data", tmp_path / "data", "--out", tmp_path / "out")
    assert code == 0, err
    assert "left out: taste/simulated/sim-00003.jsonl: the log was cut before" in out
    assert "12 sessions" in out
    assert (tmp_path / "out" / "report.html").exists()
