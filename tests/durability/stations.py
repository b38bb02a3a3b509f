"""Lab stations to be hard on: processes that perform sessions and say which replies they have acknowledged.

A `Server` is a process with everything imported that forks a station in a few milliseconds, so that a thousand of
them can be killed within a minute. A station writes one line per reply that a participant would have seen
acknowledged, that is, once the next screen comes; what it has written before it dies must be in the log.
"""

import ctypes
import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from time import perf_counter
from typing import Any

import msgspec
import study

from runner import disk, log
from runner.errors import VantageError
from runner.records import Record, ScreenReplied
from runner.screens import Reply, Screen
from runner.stages.virtual import Virtual

TRIALS = 4
Reported = list[Any]  # screen, answer, answered: what a station says about one reply


class Acknowledging(Virtual):
    """A virtual stage that says which replies were durable when the next screen came."""

    def __init__(self, say: Callable[[object], None]) -> None:
        super().__init__(study.Steady())
        self._say, self._replies = say, []  # type: ignore[var-annotated]

    def present(self, screen: Screen) -> Reply:
        if "within" not in screen.name:  # screens within a timed trial wait for no disk and acknowledge nothing
            self.acknowledge()
        reply = super().present(screen)
        self._replies.append((screen.name, reply.answer, reply.answered))
        return reply

    def acknowledge(self) -> None:
        for reply in self._replies:
            self._say(reply)
        self._replies.clear()


class Dying(Acknowledging):
    """Kills its own process, in one of the ways in which drivers do, instead of showing a certain screen."""

    def __init__(self, say: Callable[[object], None], how: str, screens: int) -> None:
        super().__init__(say)
        self._how, self._left = how, screens

    def present(self, screen: Screen) -> Reply:
        if self._left == 0:
            if self._how == "segfault":
                ctypes.string_at(0)
            elif self._how == "exit":  # as Xlib does when its server is gone: nothing of Python's runs any more
                os._exit(1)
            else:
                signal.raise_signal(getattr(signal, self._how))
        self._left -= 1
        return super().present(screen)


def sit(path: Path, say: Callable[[object], None], durable: bool = True, stage: Acknowledging | None = None) -> int:
    """One life of a station: begin the session or take it up, and perform it to its end. Gives the exit code."""
    stage = stage or Acknowledging(say)
    begun = None
    try:
        begun = study.take_up(path, stage) if path.exists() else study.begin(path, TRIALS, durable)
        say({"begun": True})
        study.perform(begun, stage)
        stage.acknowledge()
        begun.close()
        say({"end": 0, "gave_ballast": begun.gave_ballast})
        return 0
    except VantageError as error:
        if begun:
            begun.abandon()
        say({"end": 2, "message": str(error), "gave_ballast": bool(begun and begun.gave_ballast)})
        return 2
    except BaseException as error:
        say({"end": 1, "message": repr(error)})
        return 1


def reported(records: Iterable[Record]) -> list[Reported]:
    """The replies in a log as stations report them, those of trials that started again included."""
    replies = [(r.screen, r.answer, r.answered) for r in records if isinstance(r, ScreenReplied)]
    plain: list[Reported] = msgspec.json.decode(msgspec.json.encode(replies))
    return plain


# ---------------------------------------------------------------- ways in which a machine is poor


def _no_sync() -> None:
    disk.sync = disk.sync_folder = lambda *_: None


def _as_nobody() -> None:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)


def _no_more_files() -> None:
    import resource

    spare = os.open(os.devnull, os.O_RDONLY)
    os.close(spare)
    resource.setrlimit(resource.RLIMIT_NOFILE, (spare, spare))


def _small_files() -> None:
    """No file may grow beyond 12 kB, so that a write that reaches the border is cut short there; no ballast."""
    import resource

    disk.BALLAST = 1000
    resource.setrlimit(resource.RLIMIT_FSIZE, (12_000, 12_000))


MACHINES: Mapping[str, Callable[[], None]] = {
    "good": lambda: None,
    "undurable": lambda: None,
    "no sync": _no_sync,
    "as nobody": _as_nobody,
    "no more files": _no_more_files,
    "small files": _small_files,
}


# ---------------------------------------------------------------- the server and its driver


def serve(replies: int) -> None:
    """Fork a station for each line `{"path": ..., "machine": ...}`, say its number, and bury it when told so.

    A dead station stays a zombie until then, so its number can't come to mean another process.
    """

    def say(thing: object) -> None:
        os.write(replies, json.dumps(thing).encode() + b"\n")

    study.perform(log.Log([study.head()]))  # everything is imported before stations with few rights are forked
    for line in sys.stdin:
        order = json.loads(line)
        station = os.fork()
        if station == 0:
            MACHINES[order["machine"]]()
            os._exit(sit(Path(order["path"]), say, durable=order["machine"] != "undurable"))
        print(station, flush=True)
        sys.stdin.readline()
        _, status = os.waitpid(station, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


class Server:
    """Starts stations one after the other and listens to them."""

    def __init__(self) -> None:
        self._heard, write = os.pipe()
        os.set_blocking(self._heard, False)
        self._process = subprocess.Popen(
            [sys.executable, __file__, "serve", str(write)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            pass_fds=[write],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
        )
        os.close(write)

    def start(self, path: Path, machine: str = "good") -> "Station":
        number = int(self._ask(json.dumps({"path": str(path), "machine": machine})))
        return Station(number, self._heard, lambda: int(self._ask("bury")))

    def _ask(self, line: str) -> str:
        assert self._process.stdin and self._process.stdout
        print(line, file=self._process.stdin, flush=True)
        return self._process.stdout.readline()

    def close(self) -> None:
        self._process.communicate()
        os.close(self._heard)


class Station:
    """One life of a station, as seen from outside."""

    def __init__(self, number: int, heard: int, bury: Callable[[], int]) -> None:
        self._number, self._descriptor, self._bury = number, heard, bury
        self._began = perf_counter()
        self._bytes = b""

    def listen(self, seconds: float = 0.0) -> None:
        """Hear what it says until so many seconds after its start; with 0, what it has said by now."""
        self._listen(self._began + seconds)

    def pause(self, seconds: float) -> None:
        """Hear what it says for so many seconds more."""
        self._listen(perf_counter() + seconds)

    def _listen(self, end: float) -> None:
        while True:
            left = end - perf_counter()
            ready, _, _ = select.select([self._descriptor], [], [], max(0.0, left))
            if ready:
                self._bytes += os.read(self._descriptor, 1 << 20)
            if self.ended or (not ready and left <= 0):
                return

    def until(self, done: Callable[["Station"], object], seconds: float = 20.0) -> None:
        """Hear it until something has come about."""
        while not done(self):
            ready, _, _ = select.select([self._descriptor], [], [], seconds)
            if not ready:
                self.kill()
                raise TimeoutError(f"the station said nothing for {seconds} s; it had said {self._heard()[-3:]}")
            self._bytes += os.read(self._descriptor, 1 << 20)

    def kill(self) -> int:
        """Kill it at once; gives the exit code that it had, -9 unless it was over before."""
        os.kill(self._number, signal.SIGKILL)
        code = self._bury()
        self.listen()
        return code

    def wait(self, seconds: float = 20.0) -> int:
        """Let it come to its own end."""
        self.until(lambda station: station.ended, seconds)
        return self._bury()

    def _heard(self) -> list[Any]:
        return [json.loads(line) for line in self._bytes.split(b"\n")[:-1]]

    @property
    def acknowledged(self) -> list[Reported]:
        """The replies that it has said to be safe, in order."""
        return [said for said in self._heard() if isinstance(said, list)]

    @property
    def begun(self) -> bool:
        return {"begun": True} in self._heard()

    @property
    def ended(self) -> dict[str, Any]:
        """Its last word, when it came to an end by itself."""
        return next((said for said in self._heard() if isinstance(said, dict) and "end" in said), {})


def sit_at_window(path: Path) -> int:
    """As `sit`, in a real window, with the autopilot as participant."""
    from runner.stages.autopilot import driving
    from runner.stages.drawing.layout import INTERFACE_KEYS
    from runner.stages.window import open_window

    try:
        window = open_window(INTERFACE_KEYS, fullscreen=False, size=(800, 600), pilot=True)
        begun = study.take_up(path, window) if path.exists() else study.begin(path, 1)
        with driving(window, study.Steady(hurries=True)):
            study.perform(begun, Telling(window))
        begun.close()
        return 0
    except VantageError as error:
        print_out({"end": 2, "message": str(error)})
        return 2


class Telling:
    """A stage that says which screen it is asked for, and is otherwise the one that it holds."""

    def __init__(self, stage: Any) -> None:
        self._stage = stage

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stage, name)

    def present(self, screen: Screen) -> Reply:
        print_out({"shows": screen.name})
        reply: Reply = self._stage.present(screen)
        return reply


def print_out(thing: object) -> None:
    """How a station of its own says things."""
    print(json.dumps(thing), flush=True)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["serve", descriptor]:
            serve(int(descriptor))
        case ["once", log_path]:
            sys.exit(sit(Path(log_path), print_out))
        case ["window", log_path]:
            sys.exit(sit_at_window(Path(log_path)))
        case ["dying", how, screens, log_path]:
            sys.exit(sit(Path(log_path), print_out, stage=Dying(print_out, how, int(screens))))
