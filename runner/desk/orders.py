"""What is to be started, as the same command line that a terminal would use."""

from pathlib import Path

from attrs import field, frozen

START = ("-m", "runner.cli")


@frozen(kw_only=True)
class Order:
    """One session, chosen in the window."""

    protocol: Path
    data: Path
    language: str
    study: str  # names the folder of its logs
    pilot: bool = False
    code: str = ""
    station: str = ""
    stratum: str = ""
    wave: str = ""
    group: str = ""  # what the group session is called, and how many are expected
    seats: str = ""
    levels: tuple[str, ...] = ()  # pilots: FACTOR=LEVEL
    slot: int = 0  # pilots: each next one is the next cell
    options: tuple[str, ...] = ()  # tests: who answers a pilot

    @property
    def folder(self) -> Path:
        """Where its log will stand."""
        return self.data / self.study / ("pilot" if self.pilot else "real")

    def arguments(self) -> list[str]:
        """After the Python that runs it. Values stand behind "=", so that none can be taken for an option."""
        named = {"language": self.language, "data": str(self.data), "group": self.group}
        named["seats"] = self.seats if self.group else ""
        if self.pilot:
            named["slot"] = str(self.slot)
            cell = ["--cell", *self.levels] if self.levels else []
            rest = [*_options(named), *self.options]
            return [*START, "pilot", str(self.protocol), *cell, *rest]
        named |= {"participant": self.code, "station": self.station, "stratum": self.stratum, "wave": self.wave}
        return [*START, "run", str(self.protocol), *_options(named)]


@frozen(kw_only=True)
class Again:
    """An interrupted session to go on with."""

    log: Path
    pilot: bool = False
    reason: str = ""  # why after the protocol's limit
    options: tuple[str, ...] = field(default=())

    @property
    def folder(self) -> Path:
        """Where its log stands."""
        return self.log.parent

    def arguments(self) -> list[str]:
        """After the Python that runs it."""
        return [
            *START,
            "resume",
            str(self.log),
            *_options({"late": self.reason}),
            *(self.options if self.pilot else ()),
        ]


def _options(named: dict[str, str]) -> list[str]:
    return [f"--{name}={value}" for name, value in named.items() if value]
