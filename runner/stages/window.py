"""Opens the window that people sit at, or says why there can be none. The only module that imports psychopy."""

import gc
import os
import sys
import tempfile
import time
import warnings
from collections.abc import Mapping
from typing import Any

from runner.errors import MachineError
from runner.languages import Direction
from runner.stages.drawing.palette import BACKGROUND
from runner.stages.drawing.pieces import Canvas
from runner.stages.inputs import Key, Listener
from runner.stages.keyboard import PollStamps, QueueStamps, Stamps
from runner.stages.pages import Pages
from runner.stages.showing import Window
from runner.stages.x11 import Server, ServerStamps

__all__ = ["Window", "open_window"]

SPACE = 65  # X's code of the space bar


def open_window(
    words: Mapping[str, str],
    *,
    fullscreen: bool,
    size: tuple[int, int] = (1280, 800),
    screen: int = 0,
    direction: Direction = "ltr",
    pilot: bool = False,
) -> Window:
    """A window that is ready to be used; a MachineError says why there can be none.

    `words` are the controls' (layout.INTERFACE_KEYS), `direction` is that of the language (runner.languages).
    """
    collecting = gc.isenabled()
    gc.disable()  # importing PsychoPy makes 170,000 objects that stay: looking through them takes a tenth of a second
    try:
        window = _psychopy_window(fullscreen, size, screen)
        try:
            return _stage(window, words, direction, pilot)
        except BaseException:
            window.close()
            raise
    finally:
        gc.freeze()
        if collecting:
            gc.enable()


def _stage(window: Any, words: Mapping[str, str], direction: Direction, pilot: bool) -> Window:
    from pyglet import gl
    from pyglet.window import key

    width, height = (int(v) for v in window.frameBufferSize)
    stamps, keyboard = _keyboard(window.winHandle)
    command = key.MOD_COMMAND if sys.platform == "darwin" else key.MOD_CTRL
    focused = keyboard.get("focus_at_start", True)
    listener = Listener(window.winHandle, key, stamps, command=command, focused=focused)
    if isinstance(stamps, ServerStamps):
        _hear(listener, stamps.server)
    facts = {
        "driver": window.backend._driver,
        "size": [width, height],
        "fullscreen": bool(window._isFullScr),
        "screen": int(window.screen),
        "pilot": pilot,
        "keyboard": keyboard,
    }
    pages = Pages(gl, Canvas(width=width, height=height), words, direction=direction, pilot=pilot)
    return Window(window, listener, pages, facts)


def _psychopy_window(fullscreen: bool, size: tuple[int, int], screen: int) -> Any:
    """PsychoPy's window, opened as quickly and quietly as it goes."""
    os.environ.setdefault("PSYCHOPYNOPACKAGES", "1")  # leave PATH and PYTHONPATH of our children alone
    if sys.platform != "win32" and not os.access(os.environ.get("HOME", ""), os.W_OK):
        os.environ["HOME"] = tempfile.mkdtemp(prefix="vantage-home-")  # PsychoPy keeps its settings there
    _check_display()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # theirs, about each other
        from psychopy import logging

        logging.console.setLevel(logging.CRITICAL)
        import pyglet
        from psychopy.visual import Window as PsychopyWindow

    own_icon = pyglet.window.Window.set_icon
    pyglet.window.Window.set_icon = lambda *images: None  # PsychoPy's icon: 80 ms, and not what we are
    try:
        window = PsychopyWindow(
            size=size,
            fullscr=fullscreen,
            screen=screen,
            title=" ",
            color=BACKGROUND,
            colorSpace="rgb255",
            units="pix",
            allowGUI=True,
            checkTiming=False,
            autoLog=False,
            winType="pyglet",
            gammaErrorPolicy="ignore",
        )
    finally:
        pyglet.window.Window.set_icon = own_icon
    window.mouseVisible = True
    return window


def _check_display() -> None:
    """Refuse where a window would fail without a clear word, or hang for ever."""
    if not sys.platform.startswith("linux"):
        return
    name = os.environ.get("DISPLAY")
    if not name:
        raise MachineError("display: DISPLAY is not set, so there is no screen here; start Vantage from the desktop")
    from pyglet.canvas import xlib as canvas
    from pyglet.libs.x11 import xlib

    try:
        display = canvas.XlibDisplay(name)
    except canvas.NoSuchDisplayException:
        raise MachineError(f"display: no X server answers at DISPLAY={name}; start Vantage from the desktop") from None
    depth = xlib.XDefaultDepth(display._display, xlib.XDefaultScreen(display._display))
    if depth < 24:
        raise MachineError(f"display: {name} has {depth}-bit colour and needs 24; with less, windows never open")


def _keyboard(handle: Any) -> tuple[Stamps, Mapping[str, Any]]:
    """The best way to know when keys go down on this machine, and what the log says about it."""
    facts: dict[str, Any] = {}
    if hasattr(handle, "_x_display"):
        from pyglet.libs.x11 import xlib

        server = Server(handle, xlib)
        if server.keyboard_taken():
            raise MachineError(
                "keyboard: another program has taken it, so no key would ever arrive here; "
                "close menus, screen lockers and other full-screen programs, and start again"
            )
        server.tell_repeats()
        facts["focus_at_start"] = server.take_focus()
        low, high = server.clock_offset()
        facts["server_clock_ahead_ms"] = [round(low * 1000, 3), round(high * 1000, 3)]
        if low < 0.001 and high > -0.001:
            return ServerStamps(server, handle, xlib), {"stamps": ServerStamps.name, **facts}
    try:
        from psychtoolbox import GetSecs, hid

        return QueueStamps(hid, GetSecs), {"stamps": QueueStamps.name, **facts}
    except (ImportError, RuntimeError) as failure:  # on Linux: libjack is missing
        return PollStamps(), {"stamps": PollStamps.name, "psychtoolbox": str(failure), **facts}


def _hear(listener: Listener, server: Server) -> None:
    """Let the server send the window a key, and refuse a window that doesn't hear it, or hears it at a wrong time."""
    listener.poll()
    before = time.perf_counter()
    server.send_key(SPACE)
    heard = [i for i in listener.poll() if isinstance(i, Key)]
    if not heard or abs(heard[0].at - before) > 0.1:
        raise MachineError(
            f"keyboard: a key sent to the window came back as {heard or 'nothing'}; "
            "Vantage and the installed pyglet do not fit together: install the versions of constraints.txt"
        )
