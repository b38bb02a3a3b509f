"""Markers as levels on the eight data pins of a parallel port, held for a moment and put back to zero.

Linux speaks to the port through its ppdev driver, Windows through InpOut32 (a DLL that the laboratory installs; with it
any program may write to ports). Neither could be tried on the machines that this was written on.
"""

import errno
import os
import sys
from collections.abc import Callable, Mapping
from typing import Any

from runner.errors import MachineError

_CLAIM, _RELEASE, _EXCLUSIVE, _WRITE = 0x708B, 0x708C, 0x708F, 0x40017086  # linux/ppdev.h
_DLLS = ("inpoutx64.dll", "inpout32.dll")


class Parallel:
    """A port at `address`; `write` puts a byte on its pins, `let_go` gives the port back."""

    name = "parallel"

    def __init__(self, address: str, pulse_ms: float, write: Callable[[int], None], let_go: Callable[[], None]) -> None:
        self.pulse = pulse_ms / 1000
        self._write, self._let_go = write, let_go
        self._facts = {"kind": self.name, "port": address, "pulse_ms": pulse_ms}
        write(0)

    def send(self, code: int, onset: float) -> None:
        self._write(code)

    def rest(self) -> None:
        self._write(0)

    def describe(self) -> Mapping[str, Any]:
        return self._facts

    def close(self) -> None:
        self._let_go()


def open_port(address: str, pulse_ms: float) -> Parallel:
    """The port at an address; an OSError or a MachineError says why not."""
    if sys.platform == "win32":
        return Parallel(address, pulse_ms, _inpout(address), lambda: None)
    if sys.platform == "linux":
        return _ppdev(address, pulse_ms)
    raise MachineError(f"{address}: there is no way to a parallel port on this system; use serial or lsl")


def _ppdev(address: str, pulse_ms: float) -> Parallel:
    import fcntl

    if not address.startswith("/"):
        raise MachineError(f"{address}: on Linux a parallel port is a file; write /dev/parport0")
    port = os.open(address, os.O_RDWR)
    try:
        fcntl.ioctl(port, _EXCLUSIVE)
        fcntl.ioctl(port, _CLAIM)
    except OSError as error:
        os.close(port)
        taken = errno.errorcode.get(error.errno or 0, "")
        raise OSError(error.errno, f"{address} is no parallel port, or another driver has it ({taken})") from None

    def let_go() -> None:
        fcntl.ioctl(port, _RELEASE)
        os.close(port)

    return Parallel(address, pulse_ms, lambda level: _set(port, level), let_go)


def _set(port: int, level: int) -> None:
    import fcntl

    fcntl.ioctl(port, _WRITE, bytes((level,)))


def _inpout(address: str) -> Callable[[int], None]:
    import ctypes

    load: Any = getattr(ctypes, "WinDLL", None)
    try:
        number = int(address, 16)
    except ValueError:
        raise MachineError(f"{address}: a parallel port is a number such as 0x378; see the device manager") from None
    for name in _DLLS:
        try:
            dll = load(name)
        except OSError:
            continue
        if not dll.IsInpOutDriverOpen():
            raise MachineError(f"{name}: its driver does not run; start InstallDriver.exe once as administrator")
        return lambda level: dll.Out32(number, level)
    raise MachineError(f"{address}: neither {' nor '.join(_DLLS)} is installed; install InpOut32")
