"""A PostgreSQL server of the tests' own, which can be killed as hard as a power cut ends one."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

import psycopg


def binaries() -> Path | None:
    """Where initdb and postgres are; Debian keeps them off the PATH."""
    found = shutil.which("initdb")
    places = [*([Path(found).resolve().parent] if found else []), *sorted(Path("/usr/lib/postgresql").glob("*/bin"))]
    return next((place for place in places if (place / "postgres").is_file()), None)


class Postgres:
    """A server on a socket in a folder of its own. It refuses to run as root, so there it runs as nobody."""

    def __init__(self) -> None:
        self._bin = binaries()
        assert self._bin
        self.folder = Path(tempfile.mkdtemp(prefix="ledger-"))
        self.store, self.log = self.folder / "data", self.folder / "log"
        self.url = f"postgresql+psycopg://lab@/postgres?host={self.folder}"
        self._as = {}
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            os.chown(self.folder, nobody.pw_uid, nobody.pw_gid)
            self._as = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        who = ("-U", "lab", "-A", "trust", "--no-locale", "-E", "UTF8")
        make = [self._bin / "initdb", "-D", self.store, *who]
        subprocess.run(make, cwd=self.folder, stdout=subprocess.DEVNULL, check=True, **self._as)
        self.start()

    def start(self) -> None:
        """Start, and wait until it answers."""
        quiet = ("-c", "listen_addresses=", "-c", f"unix_socket_directories={self.folder}")
        with self.log.open("ab") as log:
            command = [self._bin / "postgres", "-D", self.store, *quiet]
            self._server = subprocess.Popen(command, cwd=self.folder, stderr=log, **self._as)
        while True:
            try:
                psycopg.connect(f"host={self.folder} user=lab dbname=postgres").close()
                return
            except psycopg.OperationalError:
                assert self._server.poll() is None, self.log.read_text()

    def be_up(self) -> None:
        """Start it if it was stopped."""
        if self._server.poll() is not None:
            self.start()

    def kill(self) -> None:
        """kill -9 of the server and of every process of it, as when the machine goes off."""
        master = self._server.pid
        os.kill(master, signal.SIGSTOP)  # so that it has no further children
        children = [*map(int, Path(f"/proc/{master}/task/{master}/children").read_text().split())]
        for pid in (master, *children):
            os.kill(pid, signal.SIGKILL)
        self._server.wait()
        while any(map(_runs, children)):
            os.sched_yield()

    def stop(self) -> None:
        """An orderly end."""
        self._server.send_signal(signal.SIGINT)
        self._server.wait()

    def close(self) -> None:
        """End it, and leave nothing behind."""
        self.stop()
        shutil.rmtree(self.folder)


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
