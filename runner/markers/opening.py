"""Opens the devices that a station has: for a session, or to see whether they answer."""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Literal

from attrs import frozen

from runner.errors import MachineError, VantageError
from runner.markers.csv import Csv
from runner.markers.device import Device
from runner.markers.lsl import Lsl
from runner.markers.parallel import open_port
from runner.markers.sending import Markers, Wanted
from runner.markers.serial import Serial
from runner.markers.settings import Settings


@frozen(kw_only=True)
class Looked:
    """One device, as a pre-flight tells of it."""

    what: str
    verdict: Literal["ok", "warn", "fail"]
    found: str
    do: str = ""


def open_markers(settings: Settings, wanted: Wanted, log: Path | None) -> Markers:
    """The devices for a session with this log; where the study requires markers, each that is named must be there.

    A device that does not answer is left out and told in the log's head. Sessions that can't be linked to a person
    send nothing: a recording beside them would tell whose they are.
    """
    if wanted == "never":
        return Markers((), wanted=wanted)
    if wanted == "required" and not settings.named:
        raise MachineError(
            "markers: this study requires them, and station.toml in the data folder names no device; "
            'add a table [markers] with a line such as serial = "COM3"'
        )
    devices: list[Device] = []
    absent: dict[str, str] = {}
    for name, make in _makers(settings, log).items():
        try:
            devices.append(make())
        except Exception as fault:  # drivers and libraries fail in many ways, none of which may cost a session
            absent[name] = _why(fault)
    if wanted == "required" and absent:
        for device in devices:
            device.close()
        told = "; ".join(f"{name} ({why})" for name, why in absent.items())
        raise MachineError(
            f"markers: this study requires them, and not every device answers: {told}; mend that, or take it out of "
            "[markers] in station.toml, and start again"
        )
    return Markers(devices, wanted=wanted, absent=absent)


def look(settings: Settings, wanted: Wanted = "if_there") -> Iterator[Looked]:
    """Does each device answer? No code is sent. Without devices there is a line only where the study requires them."""
    if wanted == "required" and not settings.named:
        do = 'add a table [markers] with a line such as serial = "COM3" to station.toml in the data folder'
        yield Looked(what="markers", verdict="fail", found="this study requires them, and no device is named", do=do)
    for name, make in _makers(settings, None).items():
        try:
            device = make()
            found = ", ".join(f"{key} {value}" for key, value in device.describe().items() if key != "kind")
            device.close()
        except Exception as fault:
            verdict: Literal["warn", "fail"] = "fail" if wanted == "required" else "warn"
            do = "plug it in and switch it on, or correct [markers] in station.toml"
            yield Looked(what="markers", verdict=verdict, found=f"{name} does not answer: {_why(fault)}", do=do)
        else:
            yield Looked(what="markers", verdict="ok", found=f"{name} answers: {found}")


def _makers(settings: Settings, log: Path | None) -> Mapping[str, Callable[[], Device]]:
    """How each device that is named is opened; the file only where there is a log to stand beside."""
    every: dict[str, Callable[[], Device]] = {
        "lsl": lambda: Lsl(settings.lsl),
        "serial": lambda: Serial(settings.serial, settings.baud),
        "parallel": lambda: open_port(settings.parallel, settings.pulse_ms),
    }
    if log is not None:
        every["csv"] = lambda: Csv(log)
    return {name: make for name, make in every.items() if name in settings.named}


def _why(fault: Exception) -> str:
    """One line."""
    said = str(fault) if isinstance(fault, OSError | VantageError) else f"{type(fault).__name__}: {fault}"
    return re.sub(r"^\[Errno \d+\] ", "", " ".join(said.split()))
