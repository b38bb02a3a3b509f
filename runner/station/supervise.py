"""A small process beside a session's window, which takes the session up again when the window's process dies.

A graphics driver that crashes, or an X server that goes away, ends a process without an exception and without a
last word. Nothing that was acknowledged is lost then; what is missing is somebody who says so, and goes on. The
supervisor imports nothing that takes time, since the window's process waits for it.
"""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runner.records import Record

RESTARTS = 3  # in one session: a machine that breaks more often is not fit for it
PAUSE = 1.0  # seconds that a driver or a display is given to come back
LOCKED, UNFINISHED = ".age", ".unfinished"  # behind a log's name; said here too, since imports take time
RESUME = (sys.executable, "-m", "runner.cli", "resume", "--supervised")

_ASKED = {-getattr(signal, name, 0) for name in ("SIGINT", "SIGTERM", "SIGHUP")} | {0xC000013A}  # the last: Windows


def log_below(folder: Path, pattern: str) -> Path | None:
    """The file of a log: in the clear, locked for its keepers, or locked as long as its session is under way."""
    return next((file for ending in ("", LOCKED, UNFINISHED) for file in folder.glob(pattern + ending)), None)


def supervise(
    command: Sequence[str],
    find_log: Callable[[], Path | None],
    *,
    resume: Sequence[str] = RESUME,
    restarts: int = RESTARTS,
    pause: float = PAUSE,
) -> int:
    """Run `command`; while it dies, go on with `resume LOG`. Gives the exit code of the last one.

    A death is a signal, exit code 1 (how Xlib ends a process whose server is gone) or a code that only a crash on
    Windows gives. Who dies twice without a reply in between is not started again.
    """
    answered = -1
    for life in range(restarts + 1):
        code = _run(command)
        if code == 0:
            return 0
        log = find_log()
        if log is not None and log.suffix == LOCKED:
            _say("The window died after the last screen. The session is complete, and its log is locked.")
            rest = log.with_name(log.name.removesuffix(LOCKED) + UNFINISHED)
            return _run([*resume, str(rest)]) if rest.is_file() else 0  # with its key, which is to go
        if log is None:
            if _died(code):
                _say(f"The window died ({_how(code)}) before the session began; nothing was asked. Start it again.")
            break
        records = _records(log)
        if records is None:  # the session's process has said why
            break
        if records and records[-1].kind == "session_ended":
            _say("The window died after the last screen. The session is complete.")
            return _run([*resume, str(log)]) if log.suffix == UNFINISHED else 0  # and its log is to be locked
        before, answered = answered, sum(record.kind == "screen_replied" for record in records)
        if not _died(code) or code in _ASKED or life == restarts or answered == before:
            _say(f"The session was interrupted; every answer is on the disk. To go on with it later:\n  {_later(log)}")
            break
        _say(
            f"The session's window died ({_how(code)}); every answer is on the disk. "
            f"Going on where it was (restart {life + 1} of at most {restarts})."
        )
        time.sleep(pause)
        command = [*resume, str(log)]
    return code if code > 0 else 1


def _run(command: Sequence[str]) -> int:
    """Run to the end; Ctrl-C is for the session, and to be asked to end is passed on."""
    process = subprocess.Popen(command)
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: process.terminate())
    try:
        return process.wait()
    finally:
        for number, action in before.items():
            signal.signal(number, action)


def _died(code: int) -> bool:
    return code < 0 or code == 1 or code > 255


def _how(code: int) -> str:
    if code < 0:
        with suppress(ValueError):
            return signal.Signals(-code).name
    return f"exit code {code}"


def _records(log: Path) -> "list[Record] | None":
    from runner.errors import VantageError
    from runner.privacy.running import name_of, read

    try:
        return read(name_of(log))
    except VantageError:
        return None


def _later(log: Path) -> str:
    name = str(log)
    return f'vantage resume "{name}"' if " " in name else f"vantage resume {name}"


def _say(what: str) -> None:
    print(f"vantage: {what}", file=sys.stderr, flush=True)
