"""A participant's code: drawn by chance, five characters and one that shows a mistyped one.

Crockford's base 32, whose values are elements of GF(32): the six of a code, each times 2 to the power of its place
from the right, sum to zero. So any one wrong character is noticed, and any two that changed places, next to one
another or not. A code is an order number, not a secret, and is never derived from a person.
"""

import re
from random import Random
from typing import Literal

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no I, L, O, U
DRAWN = 5  # characters by chance, some 33 million codes

Problem = Literal["", "empty", "character", "short", "long", "mistyped"]

_OWN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}")  # what a laboratory may give by itself: safe in files and formulas
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})


def issue(random: Random) -> str:
    """A new code of 6 characters, such as "K7M2Q5"; give it the operating system's `random.SystemRandom`."""
    values = [random.randrange(32) for _ in range(DRAWN)]
    return "".join(ALPHABET[value] for value in (*values, _doubled(_sum(values))))


def normal(typed: str) -> str:
    """A code as `issue` writes it: no blanks around it, capitals, O read as 0, I and L as 1; nothing else is mended."""
    stripped = typed.strip(" \t\r\n")
    return stripped.upper().translate(_READ_AS) if stripped.isascii() else stripped


def check(typed: str) -> Problem:
    """What is wrong with a code that was typed or scanned; "" when nothing is."""
    code = normal(typed)
    if not code:
        return "empty"
    if any(character not in ALPHABET for character in code):
        return "character"
    if len(code) != DRAWN + 1:
        return "short" if len(code) <= DRAWN else "long"
    return "mistyped" if _sum([ALPHABET.index(character) for character in code]) else ""


def check_own(typed: str) -> Problem:
    """The same for a code of a laboratory's own: 1 to 32 letters, digits, - or _, with no check character."""
    if not typed:
        return "empty"
    if _OWN.fullmatch(typed):
        return ""
    return "long" if _OWN.fullmatch(typed[:32]) and len(typed) > 32 else "character"


def _sum(values: list[int]) -> int:
    """Values times 2 to the power of their place from the right, added up in GF(32), by Horner's rule."""
    total = 0
    for value in values:
        total = _doubled(total) ^ value
    return total


def _doubled(value: int) -> int:
    """Times the element 2 of GF(32), the field's polynomial being x^5 + x^2 + 1."""
    return value << 1 ^ (0b100101 if value & 16 else 0)
