"""Markers as lines of a file beside the log, each on the disk itself before it counts as sent."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from runner import disk

HEAD = b"run,code,onset_s\n"


class Csv:
    """`<log>.markers.csv`: run of the log's clock (0, and one more after each interruption), code, onset in seconds.

    It is only ever appended to. When a session goes on, half a line at the end is cut off. Its name begins with the
    log's, so that whatever removes a session removes it too.
    """

    name = "csv"
    pulse = 0.0

    def __init__(self, log: Path) -> None:
        self._path = file_of(log)
        self._fd = -1  # there is no file before there is a marker
        written = self._path.read_bytes() if self._path.exists() else b""
        self._whole = written.rfind(b"\n") + 1  # bytes up to half a line
        rows = written[: self._whole].splitlines()[1:]
        self._run = int(rows[-1].split(b",")[0]) + 1 if rows else 0

    def send(self, code: int, onset: float) -> None:
        if self._fd < 0:
            self._begin()
        disk.write_all(self._fd, b"%d,%d,%.6f\n" % (self._run, code, onset))
        disk.sync(self._fd)

    def _begin(self) -> None:
        disk.make_folder(self._path.parent)
        self._fd = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND | disk.BINARY, 0o600)
        os.ftruncate(self._fd, self._whole)
        if not self._whole:
            disk.write_all(self._fd, HEAD)
        disk.sync_folder(self._path.parent)

    def rest(self) -> None:
        pass

    def describe(self) -> Mapping[str, Any]:
        return {"kind": self.name, "file": self._path.name, "run": self._run}

    def close(self) -> None:
        if self._fd >= 0:
            os.close(self._fd)


def file_of(log: Path) -> Path:
    """Where the markers of a log stand."""
    return log.with_name(f"{log.name}.markers.csv")
