"""The clock that response times are measured with, and the one that dates sessions."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime

from runner.station.doctor.report import Facts, Line

BORN = datetime(2026, 11, 1, tzinfo=UTC)  # no session of this program is older: a clock before it is wrong
COARSE = 1e-4  # seconds


def look_at_clock(facts: Facts) -> Iterator[Line]:
    """Steps of the clock of response times; date, time and time zone."""
    resolution = time.get_clock_info("perf_counter").resolution
    if resolution > COARSE:
        do = "response times would be coarse on this machine; use another"
        yield Line(what="clock", verdict="fail", found=f"response times would come in steps of {resolution} s", do=do)
    now = datetime.now().astimezone()
    offset = now.utcoffset()
    facts["utc_offset"] = round(offset.total_seconds() / 60) if offset else 0
    found = f"{now.isoformat(timespec='seconds')} ({now.tzname()}), steps of {resolution * 1e9:.0f} ns"
    if now < BORN:
        yield Line(what="clock", verdict="fail", found=found, do="set date and time; sessions would be dated wrongly")
    else:
        yield Line(what="clock", verdict="ok", found=found)
