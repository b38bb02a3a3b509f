"""Many stations, one ledger: nobody is given a slot that another holds, whoever is killed, and nothing told is lost."""

import os
import signal
import subprocess
import sys
from collections import Counter
from contextlib import suppress
from itertools import count
from pathlib import Path
from random import Random

import pytest

from runner.assignment import permuted
from runner.ledger import Ledger

STATIONS, KILLS = 16, 40
CLAIMS = 16_000
CELLS = ("privilege", "disadvantage")
TIMES = 2  # each cell in each permuted block
HERE = Path(__file__).parent


class Stations:
    """Processes that are started again where they were when they are killed."""

    def __init__(self, folder: Path, url: str, claims: int) -> None:
        self._claims = claims
        self._from, to = os.pipe()
        command = [sys.executable, HERE / "claiming.py", folder, url]
        self._server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=to, text=True, start_new_session=True)
        os.close(to)
        self.told, self.over, self._pids, self._rest = [], set(), {}, b""
        for number in range(STATIONS):
            self._start(f"s{number}", 0)

    def _start(self, name: str, first: int) -> None:
        number = int(name[1:])
        end = self._claims * (number + 1) // STATIONS - self._claims * number // STATIONS
        self._server.stdin.write(f"{name} {first} {end}\n")
        self._server.stdin.flush()
        while name not in self._pids:
            self.listen()

    def listen(self) -> None:
        """Wait until somebody says something."""
        *lines, self._rest = (self._rest + os.read(self._from, 65536)).split(b"\n")
        for what, *rest in (line.decode().split() for line in lines):
            assert what != "failed", rest
            if what == "began":
                self._pids[rest[0]] = int(rest[1])
            elif what == "over":
                self.over.add(rest[0])
            else:
                self.told.append((what, *rest))

    def kill(self, name: str) -> None:
        """Kill a station, unless it has come to its end, and start it again where it was as far as it has said."""
        if name in self.over:
            return
        with suppress(ProcessLookupError):
            os.kill(self._pids.pop(name), signal.SIGKILL)
        ended = {session for what, session, *_ in self.told if what != "claimed"}
        self._start(name, next(number for number in count() if f"{name}-{number}" not in ended))

    def close(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._server.pid, signal.SIGKILL)
        self._server.stdin.close()
        self._server.wait()
        os.close(self._from)


def claim_all(folder, url, claims, strike, kills=KILLS):
    """All stations to their end, struck on the way; what they were told."""
    stations, random, struck = Stations(folder, url, claims), Random("kills"), 0
    try:
        while len(stations.over) < STATIONS:
            stations.listen()
            if struck < kills and len(stations.told) > (struck + 1) * 2 * claims // (kills + 2):
                strike(struck, stations, f"s{random.randrange(STATIONS)}")
                struck += 1
    finally:
        stations.close()
    assert struck == kills
    return stations.told


def proven(folder, url, told, expected):
    """No slot has two holders, nothing that was told is missing, complete blocks are balanced; how many there are."""
    ledger = Ledger(folder, url)
    claims = {claim.session: claim for claim in ledger.claims("toy")}
    ledger.close()
    assert len(claims) == expected
    for what, session, *slot in told:
        assert what in ("claimed", claims[session].state)
        assert not slot or int(slot[0]) == claims[session].slot
    held = Counter(claim.slot for claim in claims.values() if claim.state == "done")
    assert max(held.values()) == 1
    attempts = Counter((claim.slot, claim.attempt) for claim in claims.values())
    assert max(attempts.values()) == 1
    assert any(claim.attempt > 1 and claim.state == "done" for claim in claims.values())
    size = len(CELLS) * TIMES
    blocks = [range(first, first + size) for first in range(0, max(held), size)]
    whole = [block for block in blocks if all(slot in held for slot in block)]
    assert len(whole) > len(blocks) * 0.8
    for block in whole:
        cells = Counter(permuted(CELLS, TIMES, "toy/main", slot) for slot in block)
        assert set(cells.values()) == {TIMES}
    open_slots = set(range(max(held))) - set(held)
    assert len(open_slots) <= STATIONS * 2
    return len(whole)


@pytest.mark.timeout(900)
def test_sixteen_stations_on_one_machine(disk_folder):
    told = claim_all(disk_folder, "", CLAIMS, lambda _, stations, name: stations.kill(name))
    proven(disk_folder, "", told, CLAIMS)


def strike(database):
    """One blow in sixteen is at the server."""

    def blow(number, stations, name):
        if number % 16 == 8:
            database.kill()
            database.start()
        else:
            stations.kill(name)

    return blow


@pytest.mark.timeout(900)
@pytest.mark.needs("postgres")
def test_sixteen_stations_on_a_server_that_is_itself_killed(disk_folder, database):
    told = claim_all(disk_folder, database.url, CLAIMS, strike(database))
    proven(disk_folder, database.url, told, CLAIMS)
