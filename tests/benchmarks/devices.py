"""How far the markers of a session are from its log: a recorder of LSL, a reader of a serial line, a file.

    xvfb-run -a -s "-screen 0 1280x800x24" .venv/bin/python tests/benchmarks/devices.py [--markers N]

A real window shows a screen every frame, each with a code; the recorder and the reader are other processes. The log
has each screen's onset, and how long after it each device had the code.
"""

import argparse
import tempfile
from pathlib import Path

import marked

from runner.log import read
from runner.markers.settings import Settings


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--markers", type=int, default=1000)
    n = parser.parse_args().markers
    with (
        tempfile.TemporaryDirectory(dir="/var/tmp") as folder,
        marked.window() as stage,
        marked.lsl(n) as (stream, recorder),
        marked.serial(n) as (port, reader),
    ):
        path = Path(folder, "s.jsonl")
        settings = Settings(lsl=stream, serial=port, csv=True)
        marked.perform(stage, path, marked.plan(n), settings, opened=recorder.ready)
        recorded, got, records = recorder.received(), reader.received(), read(path)
    shown = marked.replies(records)
    ahead = records[0].stage["markers"]["devices"][0]["lsl_clock_ahead_s"]  # type: ignore[union-attr]
    codes = [marked.code_of(number) for number in range(n)]
    whole = [[code for _, code, _ in each] == codes for each in (recorded, got)]
    print(f"{n:,} markers; all received in order: LSL {whole[0]}, serial {whole[1]}\n")
    print("| from the onset in the log to | median ms | p99 ms |\n|---|---|---|")
    times = {
        "the time that LSL's recording bears": [
            at - ahead - r.onset for (at, _, _), r in zip(recorded, shown, strict=True)
        ],
        "arrival at the recorder": [at - ahead - r.onset for (_, _, at), r in zip(recorded, shown, strict=True)],
        "arrival at the reader of the serial line": [at - r.onset for (_, _, at), r in zip(got, shown, strict=True)],
    }
    for name in ("lsl", "serial", "csv"):
        sent = [each for reply in shown for each in reply.sent if each.device == name]
        late = sum(each.error == "slow" for each in sent)
        times[f"{name}, as the log says ({late} later than the screen's end)"] = [
            each.latency for each in sent if each.latency is not None
        ]
    for name, values in times.items():
        print(f"| {name} | {marked.told(values)} |")


if __name__ == "__main__":
    main()
