"""Reads the path of a mediation or of a panel: "frame[privilege] - frame[disadvantage]>guilt>mO_state - mI_state".

path := combination (">" combination)+     each as analysis.terms reads it
"""

from collections.abc import Mapping

from analysis.terms import Term, TermError, parse

Path = tuple[Mapping[Term, float], ...]
STEP = ">"


def is_path(text: str) -> bool:
    """Is a test a path, and no combination?"""
    return STEP in text


def parse_path(text: str) -> Path:
    """What stands at each place of a path, from where it begins to its end.

    >>> [[str(term) for term in place] for place in parse_path("frame>guilt>mO - mI")]
    [['frame'], ['guilt'], ['mO', 'mI']]
    """
    places, at = [], 0
    for part in text.split(STEP):
        try:
            places.append(parse(part))
        except TermError as error:
            what = str(error).rpartition(" at character ")[0]
            raise TermError(text, at + error.at, what) from None
        at += len(part) + 1
    return tuple(places)


def names_of(path: Path) -> list[str]:
    """Every name in a path, in its order."""
    return list(dict.fromkeys(name for place in path for term in place for name in term.names))
