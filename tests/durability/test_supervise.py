"""A window that dies takes nothing with it: the supervisor says so, and goes on at the trial where it was."""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from runner.log import read
from runner.station.supervise import supervise

STATION = [sys.executable, str(Path(__file__).with_name("stations.py"))]
ENVIRONMENT = os.pathsep.join(p for p in sys.path if p)


def existing(path):
    return path if path.exists() else None


@pytest.fixture
def watch(tmp_path, monkeypatch):
    """Supervise a station that dies in some way, once or every time; the exit code."""
    monkeypatch.setenv("PYTHONPATH", ENVIRONMENT)
    path = tmp_path / "a.jsonl"

    def watching(how, screens, *, again=False, resume=None, **more):
        dying = [*STATION, "dying", how, str(screens)]
        resume = resume or (dying if again else [*STATION, "once"])
        return supervise([*dying, str(path)], lambda: existing(path), resume=resume, pause=0.0, **more)

    watching.path = path
    return watching


posix = pytest.mark.needs("fork")


@posix
@pytest.mark.parametrize(("how", "word"), [("segfault", "SIGSEGV"), ("exit", "exit code 1"), ("SIGKILL", "SIGKILL")])
def test_a_session_whose_window_dies_goes_on_by_itself(watch, study, capfd, how, word):
    assert watch(how, 15) == 0
    records = read(watch.path)
    assert records[-1].kind == "session_ended"
    assert sum(r.kind == "session_resumed" for r in records) == 1
    said = capfd.readouterr().err
    assert f"died ({word}); every answer is on the disk. Going on where it was (restart 1 of at most 3)." in said
    assert "Traceback" not in said


@posix
def test_the_session_ends_as_if_nothing_had_happened(watch, study, stations, tmp_path):
    assert watch("segfault", 15) == 0
    assert stations.sit(tmp_path / "uncut.jsonl", lambda said: None) == 0
    assert study.table(read(watch.path)) == study.table(read(tmp_path / "uncut.jsonl"))


@posix
def test_it_gives_up_after_some_restarts_and_names_the_command_that_goes_on(watch, capfd):
    assert watch("segfault", 6, again=True, restarts=2) == 1
    said = capfd.readouterr().err
    assert said.count("Going on where it was") == 2
    assert said.endswith(f"To go on with it later:\n  vantage resume {watch.path}\n")
    assert subprocess.run([*STATION, "once", watch.path], stdout=subprocess.DEVNULL).returncode == 0


@posix
def test_a_window_that_dies_twice_at_the_same_place_is_not_started_a_third_time(watch, capfd):
    assert watch("segfault", 6, resume=[*STATION, "dying", "segfault", "0"]) == 1
    assert capfd.readouterr().err.count("Going on where it was") == 1


@posix
def test_a_display_that_stays_away_is_said_with_the_command_that_goes_on(watch, capfd):
    refused = "import sys; print('vantage resume: display: no X server answers', file=sys.stderr); sys.exit(2)"
    assert watch("exit", 6, resume=[sys.executable, "-c", refused]) == 2
    said = capfd.readouterr().err
    assert "no X server answers\nvantage: The session was interrupted; every answer is on the disk." in said
    assert f"vantage resume {watch.path}" in said


@posix
def test_who_is_told_to_end_is_not_started_again(watch, capfd):
    assert watch("SIGTERM", 6) == 1
    said = capfd.readouterr().err
    assert "Going on" not in said
    assert f"vantage resume {watch.path}" in said


@posix
def test_a_window_that_dies_before_the_log_began_has_nothing_to_go_on_with(tmp_path, capfd):
    crash = [sys.executable, "-c", "import ctypes; ctypes.string_at(0)"]
    assert supervise(crash, lambda: None, pause=0.0) == 1
    said = capfd.readouterr().err
    assert "before the session began; nothing was asked. Start it again." in said
    assert "resume" not in said


@pytest.mark.parametrize("code", [0, 2])
def test_an_ordinary_end_is_passed_on_without_a_word(code, capfd):
    assert supervise([sys.executable, "-c", f"raise SystemExit({code})"], lambda: None) == code
    assert capfd.readouterr().err == ""


ASKED = """
import signal, sys
from pathlib import Path
signal.signal(signal.SIGINT, signal.SIG_DFL)  # whoever runs the tests in the background may have it ignored
from runner.station.supervise import supervise
path = Path(sys.argv[1])
child = [sys.executable, "-c", "import signal, sys; print('here', flush=True); signal.pause()"]
sys.exit(supervise(child, lambda: None))
"""


@posix
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_supervisor_that_is_told_to_end_ends_the_session_and_itself(tmp_path, monkeypatch, number):
    monkeypatch.setenv("PYTHONPATH", ENVIRONMENT)
    command = [sys.executable, "-c", ASKED, str(tmp_path / "a.jsonl")]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        assert process.stdout.readline() == "here\n"
        if number == signal.SIGINT:
            os.killpg(process.pid, number)  # as a terminal does
        else:
            process.send_signal(number)
        try:
            code = process.wait(20)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        assert code == 1


SUPERVISED = """
import sys
from pathlib import Path
from runner.station.supervise import supervise
path, *station = map(str, sys.argv[1:])
find = lambda: Path(path) if Path(path).exists() else None
sys.exit(supervise([*station, path], find, resume=station, pause=0.1))
"""


@pytest.fixture
def displays():
    """Starts X servers of our own, one after the other on the same number; ends those that are left."""
    started = []

    def start(number=""):
        read_end, write_end = os.pipe()
        command = ["Xvfb", *filter(None, [number]), "-displayfd", str(write_end), "-screen", "0", "1024x768x24"]
        started.append(subprocess.Popen(command, pass_fds=[write_end], stderr=subprocess.DEVNULL))
        os.close(write_end)
        with os.fdopen(read_end) as answered:
            return started[-1], f":{answered.readline().strip()}"

    yield start
    for process in started:
        process.kill()
        process.wait()


@posix
def test_a_display_that_dies_under_the_window_costs_no_acknowledged_reply(tmp_path, monkeypatch, study, displays):
    server, number = displays()
    monkeypatch.setenv("PYTHONPATH", ENVIRONMENT)
    monkeypatch.setenv("DISPLAY", number)
    path = tmp_path / "a.jsonl"
    command = [sys.executable, "-c", SUPERVISED, path, *STATION, "window"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        screens = [process.stdout.readline() for _ in range(5)]
        assert all("shows" in line for line in screens), process.stderr.read()
        server.kill()
        server.wait()
        said = process.stderr.read()
        # The window's process died inside Xlib; a new one found no display and said so.
        assert process.wait(30) == 2
    assert "every answer is on the disk. Going on where it was (restart 1 of at most 3)." in said
    assert f"To go on with it later:\n  vantage resume {path}" in said
    assert "Traceback" not in said
    answered = [r for r in read(path) if r.kind == "screen_replied"]
    assert len(answered) >= len(screens) - 1

    displays(number)
    assert subprocess.run([*STATION, "window", path], stdout=subprocess.DEVNULL).returncode == 0
    assert read(path)[-1].kind == "session_ended"
    assert [r for r in read(path) if r.kind == "screen_replied"][: len(answered)] == answered


@posix
def test_an_autopilot_whose_display_is_gone_leaves_without_a_word(monkeypatch, displays):
    from runner.stages.xtest import XHand

    server, number = displays()
    monkeypatch.setenv("DISPLAY", number)
    hand = XHand(lambda: (0, 0))
    hand.press("a")
    server.kill()
    server.wait()
    with pytest.raises(ConnectionError, match="the display is gone"):
        for _ in range(100):
            hand.press("a")
    hand.close()


def test_the_supervisor_imports_nothing_that_takes_time():
    listing = "import sys, runner.station.supervise; print(*(m for m in sys.modules if m in sys.argv[1:]))"
    heavy = ["attrs", "msgspec", "psychopy", "numpy", "runner.log", "runner.engine", "argparse", "PIL"]
    found = subprocess.run([sys.executable, "-c", listing, *heavy], capture_output=True, text=True, check=True)
    assert found.stdout.split() == []
