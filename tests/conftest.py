"""What tests of the whole tree share."""

import atexit
import importlib.util
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
import pytest_xvfb

from runner.cli import main

ROOT = Path(__file__).parents[1]
_ended: list[int] = []  # the run's exit code, once it is known


def pytest_sessionfinish(exitstatus: int) -> None:
    _ended.append(int(exitstatus))


@atexit.register  # so early that it runs after everybody's but the virtual display's own
def leave_before_the_display_is_missed() -> None:
    """Xlib ends a process whose X server is gone with exit code 1, whatever the tests said: end with theirs.

    A thread of psychtoolbox's notices at once, so the server may only go when this process has gone.
    """
    if not _ended:
        return
    sys.stdout.flush()
    sys.stderr.flush()
    display = getattr(pytest_xvfb.xvfb_instance, "_virtual_display", None)
    if display is not None:
        after_us = f"while kill -0 {os.getpid()} 2>/dev/null; do sleep 0.1; done; kill {display.pid}"
        none = subprocess.DEVNULL
        subprocess.Popen(["sh", "-c", after_us], stdin=none, stdout=none, stderr=none, start_new_session=True)
    os._exit(_ended[-1])


@pytest.fixture(scope="session")
def tracked() -> list[Path]:
    """Every file that is in the repository, or would be with the next commit."""
    # A checkout made by another user, as in a container, is still this one.
    listing = ("git", "-c", "safe.directory=*", "ls-files", "--cached", "--others", "--exclude-standard", "-z")
    names = subprocess.run(listing, cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\0")
    return [ROOT / name for name in names if name and (ROOT / name).exists()]


@pytest.fixture
def vantage(capfd: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """vantage(*arguments) -> exit code, standard output, standard error."""

    def run(*arguments: object) -> tuple[int, str, str]:
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as end:  # argparse
            code = int(end.code or 0)
        out, err = capfd.readouterr()
        assert "Traceback" not in out + err
        return code, out, err

    return run


@pytest.fixture(scope="session")
def benchmark() -> Callable[[str], ModuleType]:
    """benchmark(name) -> a script of tests/benchmarks, loaded once, under its own name as when it is run."""

    def load(name: str) -> ModuleType:
        if name not in sys.modules:
            spec = importlib.util.spec_from_file_location(name, ROOT / "tests" / "benchmarks" / f"{name}.py")
            assert spec and spec.loader
            sys.modules[name] = module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
        return sys.modules[name]

    return load
