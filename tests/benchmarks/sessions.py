"""Simulated sessions per second on one core: Vantage with its logs written, Vantage in memory, and jsPsych.

    python tests/benchmarks/sessions.py [--sessions N] [--rounds R] [--all-cores] [--alone] [--profile]

Vantage plans each session from the protocol, performs it on the virtual stage through the engine and writes the log
that a real session writes; jsPsych builds each timeline and simulates it data-only. All ways take turns, `--rounds`
times; the table shows medians.
"""

import argparse
import cProfile
import os
import platform
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import peer_jspsych
from reference_session import FIXATIONS, PROTOCOL, SCREENS, TASKS, plan

from runner.log import FileLog, Log, read
from runner.plans import SessionPlan
from runner.records import Record, ScreenReplied, SessionStarted
from runner.respondents import Uniform
from runner.sessions import head, perform
from runner.stages.virtual import Virtual

TARGETS = {"Vantage, logs written": 5.0, "Vantage, logs in memory": 10.0}  # times jsPsych
_AT = datetime(2026, 1, 1, tzinfo=UTC)


def main() -> None:
    """Measure, and print the table."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--sessions", type=int, default=300, help="of each way in each round")
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--profile", action="store_true", help="show where Vantage's time goes, and nothing else")
    arguments.add_argument("--all-cores", action="store_true", help="do not keep everything to one core")
    arguments.add_argument("--alone", action="store_true", help="without the peer")
    wanted = arguments.parse_args()
    if wanted.profile:
        cProfile.run(f"_in_memory({wanted.sessions})", sort="tottime")
        return
    if not wanted.all_cores and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})  # the browser inherits it
    lacking = "not asked for" if wanted.alone else peer_jspsych.missing()
    ways: dict[str, Callable[[int], float]] = {
        "Vantage, logs written": _written,
        "Vantage, logs in memory": _in_memory,
        **({} if lacking else {"jsPsych 8.3, data-only, Chromium": peer_jspsych.seconds}),
    }
    _table(_rates(ways, wanted.sessions, wanted.rounds))
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    print(f"\n{platform.python_implementation()} {platform.python_version()}, {platform.system()}, cores used: {cores}")
    if lacking:
        print(f"Without the peer: {lacking}.")


def _rates(ways: dict[str, Callable[[int], float]], sessions: int, rounds: int) -> dict[str, float]:
    measured: dict[str, list[float]] = {name: [] for name in ways}
    for way in ways.values():
        way(max(10, sessions // 10))  # caches, imports and the peer's installation are not what is measured
    for _ in range(rounds):
        for name, way in ways.items():
            measured[name].append(sessions / way(sessions))
    return {name: statistics.median(rates) for name, rates in measured.items()}


def _table(rates: dict[str, float]) -> None:
    peer = next((rate for name, rate in rates.items() if name.startswith("jsPsych")), None)
    print("| way | sessions per second | times jsPsych | target |")
    print("|---|---|---|---|")
    for name, rate in rates.items():
        ratio = f"{rate / peer:.1f}" if peer else "-"
        target = f"{TARGETS[name]:.0f}" if name in TARGETS else ""
        print(f"| {name} | {rate:.0f} | {ratio} | {target} |")


def _written(sessions: int) -> float:
    """Seconds for that many sessions, each with its log in a file."""
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        for slot in range(sessions):
            session = plan(slot)
            stage = _stage(session)
            log = FileLog.create(Path(folder) / f"{slot}.jsonl", _head(session, stage), durable=False)
            perform(session, TASKS, stage, log, _AT)
            log.close()
        seconds = time.perf_counter() - began
        for slot in range(0, sessions, 50):
            _complete(read(Path(folder) / f"{slot}.jsonl"))
    return seconds


def _in_memory(sessions: int) -> float:
    """Seconds for that many sessions with nothing but records to show for it."""
    began = time.perf_counter()
    for slot in range(sessions):
        session = plan(slot)
        stage, log = _stage(session), Log()
        log.append(_head(session, stage))
        perform(session, TASKS, stage, log, _AT)
    seconds = time.perf_counter() - began
    _complete(log.records)
    return seconds


def _stage(session: SessionPlan) -> Virtual:
    return Virtual(Uniform(Random(f"{session.seed}/respondent")))


def _head(session: SessionPlan, stage: Virtual) -> SessionStarted:
    name = f"session-{session.slot}"
    return head(PROTOCOL, session, stage, session=name, store="simulated", respondent="uniform", at=_AT)


def _complete(records: list[Record]) -> None:
    shown = [record for record in records if isinstance(record, ScreenReplied)]
    assert len(shown) == SCREENS + FIXATIONS, f"{len(shown)} screens in a session, not {SCREENS + FIXATIONS}"


if __name__ == "__main__":
    main()
