"""The incidents as a file that a spreadsheet can't be made to run."""

import csv
import io
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from runner import disk
from runner.laboratory.incidents import Incident

FILE = "incidents.csv"
COLUMNS = ("id", "at", "study", "about", "name", "text")
# What a spreadsheet may take for the start of a formula, full-width forms included: at the start of a cell, or after
# what another country's spreadsheet takes for the end of one. Our own mark too, so that it can be taken off again.
_LIVE = re.compile(r"(^|[;,\t\n|])([ \"]*)(?=[=+\-@%'|＝＋－＠])")  # noqa: RUF001


def as_csv(incidents: Iterable[Incident]) -> str:
    """Quoted cells, lines ended by a line feed, times in UTC; an apostrophe before whatever could be run."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(COLUMNS)
    for each in incidents:
        at = datetime.fromtimestamp(each.at, UTC).isoformat(timespec="seconds")
        texts = (_safe(text) for text in (each.study, each.about, each.name, each.text))
        writer.writerow((each.id, at, *texts))
    return out.getvalue()


def write(incidents: Iterable[Incident], data: Path) -> Path:
    """Put the file into the data folder, in one piece."""
    file = data / FILE
    content = as_csv(incidents).encode()
    with disk.explained(file, "writing the incidents"):
        disk.replace_file(file, content)
    return file


def _safe(text: str) -> str:
    """A text with an apostrophe where a spreadsheet could run it.

    >>> _safe("=1+1"), _safe("late; =HYPERLINK(1)"), _safe("10-15 min late")
    ("'=1+1", "late; '=HYPERLINK(1)", '10-15 min late')
    """
    return _LIVE.sub(r"\1\2'", text)
