"""What the tests of durability share, and what they need of the machine.

A test marked `needs("mounts")` and the like runs where the machine has that, and is left out elsewhere: a laptop
without root can't cut its own power. What was left out is said at the end of the run; with VANTAGE_STRICT=1 in the
environment, as in the project's own CI, it is an error instead, so that it can't go unnoticed.
"""

import ctypes
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

HERE = Path(__file__).parent


def _module(name: str) -> ModuleType:
    """A plain module beside this file; stations import it by the same name, since they run as scripts."""
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, HERE / f"{name}.py")
        assert spec and spec.loader
        sys.modules[name] = module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    return sys.modules[name]


@pytest.fixture(scope="session")
def study() -> ModuleType:
    return _module("study")


@pytest.fixture(scope="session")
def stations() -> ModuleType:
    _module("study")
    return _module("stations")


@pytest.fixture
def memory_folder(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory, where there is one: for what is not about the disk and would only wait for it."""
    shared = Path("/dev/shm")
    if shared.is_dir() and os.access(shared, os.W_OK):
        with tempfile.TemporaryDirectory(dir=shared) as folder:
            yield Path(folder)
    else:
        yield tmp_path


@pytest.fixture
def disk_folder(tmp_path: Path) -> Path:
    """A folder on a disk: in memory a sync does nothing, and a test of it shows nothing."""
    if sys.platform == "linux":
        found = subprocess.run(["stat", "-f", "-c", "%T", tmp_path], capture_output=True, text=True, check=True)
        if found.stdout.strip() in ("tmpfs", "ramfs"):
            pytest.fail(f"{tmp_path} is in memory; run with --basetemp=FOLDER, a folder on a disk")
    return tmp_path


# ---------------------------------------------------------------- what the machine can do


def _fork() -> str:
    return "" if hasattr(os, "fork") else "a system that can fork"


def _mounts() -> str:
    """Loop mounts of a real ext4, and the right to make them."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return "Linux and root"
    missing = [tool for tool in ("mkfs.ext4", "mount", "umount", "losetup") if not shutil.which(tool)]
    if missing:
        return f"{', '.join(missing)} (apt install e2fsprogs mount)"
    with tempfile.TemporaryDirectory() as folder:
        image = Path(folder, "image")
        with image.open("wb") as file:
            file.truncate(8 << 20)
        commands = (["mkfs.ext4", "-q", image], ["mount", "-o", "loop", image, folder])
        if any(subprocess.run(command, capture_output=True).returncode for command in commands):
            return "a kernel or container that lets root mount a loop device"
        subprocess.run(["umount", folder], check=True)
    return ""


def _strace() -> str:
    if sys.platform != "linux" or not shutil.which("strace"):
        return "strace (apt install strace)"
    tried = subprocess.run(["strace", "-qq", "-o", os.devnull, "true"], capture_output=True)
    return "the right to trace processes" if tried.returncode else ""


def _postgres() -> str:
    return "" if _module("postgres").binaries() else "a PostgreSQL server's programs (apt install postgresql)"


NEEDS: dict[str, Callable[[], str]] = {"fork": _fork, "mounts": _mounts, "strace": _strace, "postgres": _postgres}
_left_out = pytest.StashKey[dict[str, int]]()


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "needs(*what): runs only where the machine has that")
    config.stash[_left_out] = {}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    lacks: dict[str, str] = {}
    out = []
    for item in items:
        for what in [what for mark in item.iter_markers("needs") for what in mark.args]:
            if what not in lacks:
                lacks[what] = NEEDS[what]()
            if lacks[what]:
                out.append(item)
                config.stash[_left_out][lacks[what]] = config.stash[_left_out].get(lacks[what], 0) + 1
                break
    if out and os.environ.get("VANTAGE_STRICT") == "1":
        raise pytest.UsageError("; ".join(f"{n} tests need {what}" for what, n in config.stash[_left_out].items()))
    if out:
        items[:] = [item for item in items if item not in out]
        config.hook.pytest_deselected(items=out)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for what, number in config.stash[_left_out].items():
        terminalreporter.write_line(f"NOT RUN here: {number} tests of durability, which need {what}", yellow=True)


# ---------------------------------------------------------------- mounts


FS_IOC_SHUTDOWN, NOLOGFLUSH = 0x8004587D, 2


class Mount:
    """A small ext4 of its own, whose power can be cut."""

    def __init__(self, folder: Path, megabytes: int = 16) -> None:
        self.image, self.root = folder / "disk.ext4", folder / "disk"
        self.root.mkdir()
        with self.image.open("wb") as file:
            file.truncate(megabytes << 20)
        subprocess.run(["mkfs.ext4", "-q", "-F", "-O", "has_journal", "-m", "0", self.image], check=True)
        self.attach()

    def attach(self, *options: str) -> None:
        subprocess.run(["mount", "-o", ",".join(("loop", *options)), self.image, self.root], check=True)

    def remount(self, option: str) -> None:
        subprocess.run(["mount", "-o", f"remount,{option}", self.root], check=True)

    def detach(self) -> None:
        subprocess.run(["umount", self.root], check=True)

    def cut_power(self) -> None:
        """What is not on the disk now never will be: the journal in memory is thrown away, every later call fails."""
        import fcntl

        fd = os.open(self.root, os.O_RDONLY)
        try:
            fcntl.ioctl(fd, FS_IOC_SHUTDOWN, ctypes.c_uint32(NOLOGFLUSH))
        finally:
            os.close(fd)


@pytest.fixture
def mount(disk_folder: Path) -> Iterator[Mount]:
    made = Mount(disk_folder)
    yield made
    subprocess.run(["umount", "-l", made.root], capture_output=True)


@pytest.fixture(scope="session")
def server(stations: ModuleType) -> Iterator[object]:
    made = stations.Server()
    yield made
    made.close()


@pytest.fixture(scope="session")
def postgres() -> ModuleType:
    return _module("postgres")


@pytest.fixture(scope="session")
def rooms() -> ModuleType:
    return _module("rooms")


@pytest.fixture
def database(postgres: ModuleType) -> Iterator[object]:
    made = postgres.Postgres()
    yield made
    made.close()
