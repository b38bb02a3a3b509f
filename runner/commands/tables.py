"""Tables that commands print, or write into a new file that only its owner reads."""

import csv
import io
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from runner.commands import common


def put(out: Path | None, head: Sequence[str], rows: Iterable[Sequence[str]], warning: str = "") -> None:
    """CSV that no spreadsheet can be made to run: to the terminal, or to the file `out`, of which a line tells."""
    from analysis.reading.cells import safe
    from runner import disk

    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerows([head, *([safe(cell) for cell in row] for row in rows)])
    if out is None:
        sys.stdout.write(text.getvalue())
        return
    if out.exists():
        raise common.refusal("--out", f"{out} is there already, and no file is overwritten; name another one")
    with disk.explained(out, "writing the table"):
        fd = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL | disk.BINARY, 0o600)
        try:
            disk.write_all(fd, text.getvalue().encode())
        finally:
            os.close(fd)
    print(f"{out}: {warning}")
