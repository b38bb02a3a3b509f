"""Stations that claim, finish, drop out and ask again, and say each answer that they got.

    python claiming.py FOLDER URL

forks a station for each line `NAME FIRST END` on its standard input, since starting Python anew takes a second, and
says `began NAME PID`. A station's lines are acknowledgements: `claimed SESSION SLOT`, `done SESSION`,
`returned SESSION`; at its end comes `over NAME`. Whoever kills one starts it again where it was; it asks again for
the session that it was about.
"""

import os
import signal
import sys
import time
import traceback
from pathlib import Path
from random import Random

from runner.ledger import Ledger, UnreachableError


def say(*words: object) -> None:
    """One write, so that the lines of several stations don't mix."""
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


def sit(ledger: Ledger, name: str, number: int) -> None:
    """One session: its slot, sometimes asked for twice, and its end, in a fifth of them a dropout."""
    session, chance = f"{name}-{number}", Random(f"{name}/{number}")
    slot = ledger.claim("toy", "real", "", session, f"P-{session}", name)
    say("claimed", session, slot)
    if chance.random() < 0.1:  # the answer got lost
        assert ledger.claim("toy", "real", "", session, f"P-{session}", name) == slot
    if chance.random() < 0.2:
        assert ledger.give_back(session, "left")
        say("returned", session)
    else:
        assert ledger.finish(session, "ff")
        say("done", session)


def station(folder: Path, url: str, name: str, first: int, end: int) -> None:
    ledger, number = None, first
    while number < end:
        try:
            ledger = ledger or Ledger(folder, url)
            sit(ledger, name, number)
            number += 1
        except UnreachableError:
            time.sleep(0.05)  # leaves the processor to the server, which is being started again
    say("over", name)


if __name__ == "__main__":
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the dead
    for line in sys.stdin:
        name, first, end = line.split()
        pid = os.fork()
        if pid == 0:
            try:
                station(Path(sys.argv[1]), sys.argv[2], name, int(first), int(end))
            except BaseException:
                traceback.print_exc()
                say("failed", name)
            os._exit(0)
        say("began", name, pid)
