"""Opening the window: what is said about it, and when it is refused."""

import os
import subprocess
import sys

import pytest
from Xlib import X, display

from runner.errors import MachineError
from runner.stages import keyboard
from runner.stages.window import open_window


def test_the_log_is_told_what_is_used(window):
    told = window.describe()
    assert told["kind"] == "window"
    assert told["keyboard"]["stamps"] == "X server"
    low, high = told["keyboard"]["server_clock_ahead_ms"]
    assert -1 < low <= high < 1
    assert told["size"] == [1024, 768]
    assert told["refresh_hz"] == 60.0 and told["vertical_sync"] is False  # Xvfb has no display to wait for
    assert told["driver"]


def test_a_keyboard_that_another_program_holds_is_refused(interface):
    thief = display.Display()
    assert thief.screen().root.grab_keyboard(False, X.GrabModeAsync, X.GrabModeAsync, X.CurrentTime) == 0
    thief.sync()
    try:
        with pytest.raises(MachineError, match=r"keyboard: another program has taken it.*start again"):
            open_window(interface, fullscreen=False, size=(320, 240))
    finally:
        thief.ungrab_keyboard(X.CurrentTime)
        thief.sync()
        thief.close()


def test_a_window_that_hears_no_keys_is_refused(interface, monkeypatch):
    """As when a pyglet to come would no longer call what is hooked into this one."""
    from pyglet.window.xlib import XlibWindow

    def deaf(self, event):
        pass

    deaf.__dict__.update(vars(XlibWindow._event_key_view))  # which events it is for
    monkeypatch.setattr(XlibWindow, "_event_key_view", deaf)
    with pytest.raises(MachineError, match=r"keyboard: a key sent to the window came back as nothing"):
        open_window(interface, fullscreen=False, size=(320, 240))


def test_without_any_stamps_keys_are_timed_by_looking(interface, monkeypatch):
    monkeypatch.setattr("runner.stages.x11.Server.clock_offset", lambda self: (0.5, 0.6))  # a server elsewhere
    monkeypatch.setattr(keyboard.QueueStamps, "__init__", _no_libjack)
    opened = open_window(interface, fullscreen=False, size=(320, 240))
    try:
        told = opened.describe()["keyboard"]
        assert told["stamps"] == "poll"
        assert "libjack" in told["psychtoolbox"]
    finally:
        opened.close()


def _no_libjack(self, hid, now):
    raise ImportError("libjack.so.0: cannot open shared object file")


OPEN = "from runner.stages.window import open_window; open_window({}, fullscreen=False)"


def refusal(**environment):
    done = subprocess.run(
        [sys.executable, "-c", OPEN], env={**os.environ, **environment}, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 1
    return done.stderr.splitlines()[-1]


def test_no_display_is_said_plainly():
    assert "MachineError: display: DISPLAY is not set" in refusal(DISPLAY="")
    assert "MachineError: display: no X server answers at DISPLAY=:987" in refusal(DISPLAY=":987")


def test_a_display_with_few_colours_is_refused_instead_of_waited_for():
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "640x480x16"]
    server = subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL)
    os.close(writing)
    try:
        with os.fdopen(reading) as number:
            name = ":" + number.readline().strip()
        assert f"MachineError: display: {name} has 16-bit colour and needs 24" in refusal(DISPLAY=name)
    finally:
        server.terminate()
        server.wait()
