"""Markers over a serial port, or a USB device that looks like one: one byte each."""

from collections.abc import Mapping
from typing import Any

PATIENCE = 1.0  # seconds after which a port that takes nothing counts as gone


class Serial:
    """A port of its own, such as COM3 or /dev/ttyUSB0; 8 data bits, no parity, 1 stop bit."""

    name = "serial"
    pulse = 0.0  # a byte is over by itself

    def __init__(self, port: str, baud: int) -> None:
        import serial

        # Two programs on one port would mix their codes; Windows allows only one anyway.
        self._port = serial.Serial(port, baud, timeout=0, write_timeout=PATIENCE, exclusive=True)
        self._facts = {"kind": self.name, "port": port, "baud": baud}

    def send(self, code: int, onset: float) -> None:
        self._port.write(bytes((code,)))
        self._port.flush()  # until it has left the machine, as far as the driver knows

    def rest(self) -> None:
        pass

    def describe(self) -> Mapping[str, Any]:
        return self._facts

    def close(self) -> None:
        self._port.close()
