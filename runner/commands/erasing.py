"""What `withdraw` and `purge` share: every ledger that knows a participant, and no erasing under a running session."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runner.ledger import Ledger


def ledgers_of(data: Path, url: str) -> list["Ledger"]:
    """The server's, and what this machine keeps; a server that can't be reached is refused, for it knows the code."""
    from runner.ledger import Ledger, Reserve
    from runner.ledger.reserve import FILE

    found = [Ledger(data, url)] if url else []
    if (data / "ledger.sqlite").is_file():
        found.append(Ledger(data))
    return [*found, *([Reserve(data)] if (data / FILE).is_file() else [])]


def refuse_running(paths: Iterable[Path]) -> None:
    """A session that is being held now is ended first, or it would go on writing."""
    from runner import disk
    from runner.errors import MachineError

    for path in paths:
        fd = os.open(path, os.O_RDWR | disk.BINARY)
        try:
            if not disk.lock(fd):
                raise MachineError(f"{path}: this session is running; end it first, then erase it")
        finally:
            os.close(fd)
