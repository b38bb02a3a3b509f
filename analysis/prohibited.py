"""Which levels a study's designs of paired choices never let stand together in an act."""

import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path

from analysis.choices import ATTRIBUTES, PROHIBITED
from analysis.models.conjoint import Level, Prohibited
from runner.protocol import Protocol
from stimuli import FOLDER

_OPTION = "--prohibit"
_COLUMNS = {name: column for column, name in ATTRIBUTES.items()}


def prohibited(protocol: Protocol) -> Prohibited:
    """What every stored design prohibits, and what `vantage design --prohibit` added to those that the protocol names.

    A design is the laboratory's own or one of Vantage's; its file says by which command it was made.
    """
    found: list[Mapping[str, Level]] = [*PROHIBITED]
    for text in _designs(protocol):
        command = next((line for line in text.splitlines() if line.startswith("# command:")), "")
        found += [each for each in added(command) if each not in found]
    return found


def added(command: str) -> list[dict[str, Level]]:
    """The combinations of levels that a command `vantage design` prohibits, by the columns of attributes.

    >>> added("vantage design mine --prohibit public=1,risk=1 effort=3,selflead=1 --seed x")
    [{'a_public': 1, 'a_risk': 1}, {'a_effort': 3, 'a_selflead': 1}]
    """
    combinations: list[dict[str, Level]] = []
    within = False
    for word in shlex.split(command.removeprefix("# ")):
        option, _, rest = word.partition("=")
        if word.startswith("--"):
            within = option == _OPTION
            word = rest if within else ""
        if within and word:
            levels = (each.partition("=") for each in word.split(","))
            combinations.append({_COLUMNS[name]: int(level) for name, _, level in levels})
    return combinations


def _designs(protocol: Protocol) -> Iterator[str]:
    """The texts of the files of the designs that the protocol names."""
    folders = [Path(protocol.materials)] if protocol.materials else []
    names = {getattr(params, "design", "") for phase in protocol.phases for _, params in phase.variants}
    for name in sorted(filter(None, names)):
        files = (folder / "designs" / f"{name}.csv" for folder in (*folders, FOLDER))
        yield next((file.read_text(encoding="utf-8") for file in files if file.is_file()), "")
