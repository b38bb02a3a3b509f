"""Who gets which condition: permuted blocks, drawn from a seed that can be read, before anyone sits down.

A slot is a place in the allocation list of one stratum. Its levels depend on the protocol's factors, the seed and
the slot's number, on nothing else: the list can be printed, checked and preregistered.
"""

from collections.abc import Mapping, Sequence
from random import Random
from typing import TypeVar

from runner.protocol import Factor, Protocol

T = TypeVar("T")


def levels(protocol: Protocol, slot: int, *, stratum: str = "", group: int | None = None) -> Mapping[str, str]:
    """Factor -> level for a slot (from 0). In a group session the factors whose unit is the session follow `group`.

    Without a group every participant is a session of their own, and all factors are balanced together.
    """
    seed = list_seed(protocol, stratum)
    if group is None:
        return _at(protocol.drawn, protocol.blocks, seed, slot)
    shared = {name: f for name, f in protocol.drawn.items() if f.unit == "session"}
    own = {name: f for name, f in protocol.drawn.items() if f.unit == "participant"}
    together = _at(shared, protocol.blocks, f"{seed}/groups", group)
    apart = _at(own, protocol.blocks, f"{seed}/in/{'+'.join(together.values())}", slot)
    return {name: {**together, **apart}[name] for name in protocol.drawn}


def seating(protocol: Protocol, number: int) -> tuple[int | None, int]:
    """Group and slot of the `number`th person (from 0) when sessions are held in full groups, one after the other.

    Without groups there is none, and the slot is the number.
    """
    if protocol.group is None:
        return None, number
    size = protocol.group.seats[1]
    group, place = divmod(number, size)
    shared = [name for name, factor in protocol.drawn.items() if factor.unit == "session"]
    cells = [tuple(levels(protocol, 0, group=each)[name] for name in shared) for each in range(group + 1)]
    return group, cells[:group].count(cells[group]) * size + place


def orders(protocol: Protocol, slot: int, *, stratum: str = "") -> Mapping[str, tuple[str, ...]]:
    """Within-participant factor -> its levels in the order of a slot: a row of a balanced Latin square.

    Each row comes equally often in every permuted block of rows.
    """
    seed = list_seed(protocol, stratum)
    found = {}
    for name, factor in protocol.factors.items():
        if factor.unit == "within":
            n = len(factor.levels)
            row = permuted(range(n if n % 2 == 0 else 2 * n), 1, f"{seed}/order/{name}", slot)
            found[name] = latin_square(factor.levels, row)
    return found


def list_seed(protocol: Protocol, stratum: str = "") -> str:
    """The readable seed of an allocation list."""
    return "/".join(filter(None, (protocol.study, protocol.seed, stratum)))


def permuted(cells: Sequence[T], times: int, seed: str, place: int) -> T:
    """The entry at `place` of an endless list of permuted blocks, in each of which every cell comes `times` times."""
    size = len(cells) * times
    block = list(cells) * times
    Random(f"{seed}/block/{place // size}").shuffle(block)
    return block[place % size]


def latin_square(entries: Sequence[T], row: int) -> tuple[T, ...]:
    """Row `row` of a Latin square that is balanced for first-order carry-over when the number of entries is even.

    Williams (1949): 0, 1, n-1, 2, n-2, ... shifted by the row; for odd n the second half of 2n rows runs backwards.
    """
    n = len(entries)
    zigzag = [(i + 1) // 2 if i % 2 else (n - i // 2) % n for i in range(n)]
    order = [entries[(z + row) % n] for z in zigzag]
    return tuple(reversed(order) if n % 2 and row % (2 * n) >= n else order)


def _at(factors: Mapping[str, Factor], blocks: int, seed: str, place: int) -> dict[str, str]:
    cells: list[dict[str, str]] = [{}]
    for name, factor in factors.items():
        cells = [{**cell, name: level} for cell in cells for level in factor.levels]
    return permuted(cells, blocks, seed, place)
