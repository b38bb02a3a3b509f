"""A stored choice design: its CSV file, whose comment lines say where it came from, as a `Design`."""

import re
from collections.abc import Mapping
from pathlib import Path

from runner.declarations.nodes import shown
from runner.declarations.sources import read_source
from runner.errors import DeclarationError, Mistake
from stimuli.kinds import ChoiceSet, Design, Profile

ATTRIBUTES = ("public", "normative", "autonomy", "statuscost", "selflead", "risk", "effort")


def read_design(path: Path, name: str) -> Design:
    """A stored choice design: comment lines `# seed:` and `# d_error:`, a head line, one line for each set."""
    source, _ = read_source(path)
    notes: dict[str, str] = {}
    head: list[str] = []
    sets: list[ChoiceSet] = []
    mistakes: list[Mistake] = []
    for number, line in enumerate(source.lines, 1):
        if line.startswith("#"):
            key, _, value = line[1:].partition(":")
            notes[key.strip()] = value.strip()
        elif line.strip() and not head:
            head = line.split(",")
        elif line.strip():
            try:
                sets.append(_choice_set(dict(zip(head, line.split(","), strict=True))))
            except (ValueError, KeyError) as error:
                mistakes.append(source.at(number, 1, f"is no choice set ({shown(str(error))}); make the design anew"))
    if not sets or "seed" not in notes or not _is_number(notes.get("d_error", "")):
        mistakes.append(source.mistake("lacks sets, '# seed:' or '# d_error:'; make the design anew"))
    if mistakes:
        raise DeclarationError(*mistakes)
    return Design(name=name, seed=notes["seed"], d_error=float(notes["d_error"]), sets=tuple(sets))


def _choice_set(row: Mapping[str, str]) -> ChoiceSet:
    one, other = (Profile(**{a: _code(a, row[f"{side}_{a}"]) for a in ATTRIBUTES}) for side in ("one", "other"))
    return ChoiceSet(id=row["set"], block=int(row["block"]), one=one, other=other)


def _code(attribute: str, text: str) -> int:
    code = int(text)
    if code not in ((1, 2, 3) if attribute == "effort" else (-1, 1)):
        raise ValueError(f"{attribute} can't be {code}")
    return code


def _is_number(text: str) -> bool:
    return re.fullmatch(r"[0-9]+(\.[0-9]+)?", text) is not None
