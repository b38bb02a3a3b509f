"""The pages of a station's pre-flights, kept with the data."""

import json
import re
from pathlib import Path

from runner import disk
from runner.station.doctor.report import Report

FOLDER = "preflight"
KEPT = 100  # days of a station


def keep_page(data: Path, report: Report) -> Path:
    """Write `<data>/preflight/<date>-<station>.txt` and `.json`, in the place of an earlier one of the day."""
    folder = data / FOLDER
    name = re.sub(r"[^A-Za-z0-9_-]+", "-", report.station).strip("-") or "station"
    page = folder / f"{report.at[:10]}-{name}.txt"
    with disk.explained(folder, "keeping the page"):
        disk.make_folder(folder.absolute())
        disk.replace_file(page, (report.page() + "\n").encode())
        content = json.dumps(report.plain(), ensure_ascii=False, indent=1)
        disk.replace_file(page.with_suffix(".json"), (content + "\n").encode())
        for old in sorted(folder.glob(f"????-??-??-{name}.txt"))[:-KEPT]:
            old.unlink()
            old.with_suffix(".json").unlink(missing_ok=True)
    return page
