"""The token that a participant keeps: random, shown once, readable aloud; the data hold only what recognises it.

Twenty characters of Crockford's base 32, in groups of four: eighteen are drawn (89 bits), two are check characters of
a Reed-Solomon code over GF(32). Its distance is 3, so up to two wrong characters anywhere, and any two that changed
places, are noticed. Nothing can be found out about a token from another one, nor from anything else that is kept.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence

from runner.errors import DeclarationError, Mistake

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no I, L, O, U
DRAWN, CHECKS, GROUP = 18, 2, 4  # characters of a token drawn, characters that check, characters of a group
SPECIMEN = "TEST-TEST-TEST-TEST-TEST"  # where nobody takes part; its check characters are wrong, so it opens nothing

_SALT, _HASH = 16, 20  # bytes
_LONGEST = 100  # characters that are looked at
_TYPED = re.compile(r"[0-9A-Za-z\s-]*", re.ASCII)
_SEALED = re.compile(rf"([0-9a-f]{{{2 * _SALT}}}):([0-9a-f]{{{2 * _HASH}}})")
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})


def new() -> str:
    """A token that has never been given out, "K7M2-..."; drawn by the operating system, never from a session's seed."""
    return drawn(DRAWN)


def parse(text: str) -> str:
    """A token as `new` writes it, from one that was read aloud or typed: o for 0, i and l for 1, any grouping.

    Raises DeclarationError, which doesn't repeat what was typed: it may be nearly right, and messages get kept.
    """
    return typed(text, DRAWN, "token")


def drawn(characters: int) -> str:
    """So many characters by chance, at most 29, and their check characters.

    The first one is a letter, or digits at the beginning would change places on a page that is read from the right.
    """
    first = 10 + secrets.randbelow(22)
    return _written([first, *(secrets.randbelow(32) for _ in range(characters - 1))])


def typed(text: str, characters: int, what: str) -> str:
    """What `drawn` wrote, from how it was typed; `what` names it in messages. Raises as `parse`."""
    short = re.sub(r"[\s-]", "", text[:_LONGEST]).upper()
    if short and len(short) >= GROUP and not short.replace("TEST", ""):
        raise _refused(what, "this is the made-up one of pilots and storyboards, which belongs to nobody")
    short = short.translate(_READ_AS)
    length = characters + CHECKS
    if len(text) > _LONGEST or not _TYPED.fullmatch(text) or set(short) - set(ALPHABET):
        raise _refused(what, f"wants {length} letters and digits in groups of {GROUP}, without U, got something else")
    if len(short) != length:
        raise _refused(what, f"wants {length} letters and digits, got {len(short)}")
    values = [ALPHABET.index(character) for character in short]
    if _checks(values[:characters]) != values[characters:]:
        raise _refused(what, "a character is wrong or two changed places; compare it with the note")
    return _written(values[:characters])


def digest(token: str, salt: bytes) -> str:
    """What recognises a token, 40 hex digits: BLAKE2b over it, with 16 bytes of salt.

    A slow hash would add nothing: a token has 89 random bits, unlike a password.
    """
    return hashlib.blake2b(token.encode("ascii"), digest_size=_HASH, salt=salt, person=b"vantage token").hexdigest()


def sealed(token: str) -> str:
    """What a store keeps of a token, "salt:hash" in hex, with a salt of its own."""
    salt = secrets.token_bytes(_SALT)
    return f"{salt.hex()}:{digest(token, salt)}"


def opens(token: str, sealed: str) -> bool:
    """Is it this token that was sealed? Raises ValueError for a seal that is none, so that damage isn't a "no"."""
    found = _SEALED.fullmatch(sealed)
    if found is None:
        raise ValueError("this is not what `sealed` writes")
    return hmac.compare_digest(digest(token, bytes.fromhex(found[1])), found[2])


# ---------------------------------------------------------------- check characters


def _written(drawn: Sequence[int]) -> str:
    characters = "".join(ALPHABET[value] for value in (*drawn, *_checks(drawn)))
    return "-".join(characters[at : at + GROUP] for at in range(0, len(characters), GROUP))


def _powers() -> list[int]:
    """The powers of the element 2 in GF(32), the field's polynomial being x^5 + x^2 + 1."""
    powers = [1]
    for _ in range(30):
        double = powers[-1] << 1
        powers.append(double ^ 0b100101 if double & 32 else double)
    return powers


_POWER = _powers()
_EXPONENT = {value: exponent for exponent, value in enumerate(_POWER)}


def _times(a: int, b: int) -> int:
    return _POWER[(_EXPONENT[a] + _EXPONENT[b]) % 31] if a and b else 0


def _checks(drawn: Sequence[int]) -> list[int]:
    """Two characters that make both the sum of all, and their sum weighted by 2^place, zero in GF(32)."""
    plain = weighted = 0
    for place, value in enumerate(drawn):
        plain ^= value
        weighted ^= _times(value, _POWER[place])
    here, there = _POWER[len(drawn)], _POWER[len(drawn) + 1]
    divided = _EXPONENT[here ^ there]  # never zero: they differ
    second = _times(weighted ^ _times(here, plain), _POWER[-divided % 31])
    return [plain ^ second, second]


def _refused(what: str, why: str) -> DeclarationError:
    return DeclarationError(Mistake(what, 0, 0, why))
