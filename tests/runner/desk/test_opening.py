"""When `vantage run` opens the start window, and when it doesn't."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from Xlib import X, display

TASTE = str(Path(__file__).parents[3] / "protocols" / "taste.yaml")


def vantage(*arguments, **environment):
    command = [sys.executable, "-m", "runner.cli", *arguments]
    env = {name: value for name, value in {**os.environ, **environment}.items() if value}
    done = subprocess.run(command, capture_output=True, text=True, env=env, timeout=60)
    assert "Traceback" not in done.stderr
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    ("arguments", "missing"),
    [
        ([TASTE], "--participant"),
        (["--participant", "K7M2Q5"], "PROTOCOL"),
        (["--station", "lab-3"], "PROTOCOL, --participant"),
        (["--data", "x", "--language", "de"], "PROTOCOL, --participant"),
        (["--data", "x", "--ledger", "postgresql://x"], "PROTOCOL, --participant"),
    ],
)
def test_half_of_a_session_is_no_wish_for_the_window(arguments, missing):
    code, said = vantage("run", *arguments)
    assert code == 2 and f"the following arguments are required: {missing}" in said


def test_without_a_display_one_message_says_so(tmp_path):
    code, said = vantage("run", "--data", str(tmp_path), DISPLAY="", WAYLAND_DISPLAY="")
    assert code == 2
    assert said == (
        "vantage run: display: DISPLAY is not set, so there is no screen here; start Vantage from the desktop\n"
    )


def test_broken_settings_are_told_in_a_window_since_there_may_be_no_terminal(tmp_path):
    (tmp_path / "station.toml").write_text("station = 3\n", encoding="utf-8")
    process = subprocess.Popen([sys.executable, "-m", "runner.cli", "run", "--data", str(tmp_path)])
    server = display.Display()
    try:
        end = time.monotonic() + 60
        while not seen(server):
            assert process.poll() is None and time.monotonic() < end
    finally:
        process.kill()
        process.wait()
        server.close()


def seen(server):
    """The windows on the display that are called Vantage."""
    windows = server.screen().root.query_tree().children
    visible = [window for window in windows if window.get_attributes().map_state == X.IsViewable]
    return [window for window in visible if window.get_wm_name() == "Vantage"]


def test_a_sessions_process_has_nothing_of_the_window():
    code = (
        "import sys, runner.commands.run, runner.commands.live, runner.stages.window, psychopy.visual\n"
        "print(*sorted(name for name in sys.modules if name.startswith(('PyQt', 'runner.desk'))))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120)
    assert done.stdout.split() == []
