"""Attacks on what is promised: is anything on the disk in the order in which people came, or shared with their logs?"""

import itertools
import json
import os
import re
import secrets
from hashlib import sha256

import pytest
from attrs import fields
from scipy.stats import kendalltau

from experiments import find, names
from runner.ledger import Ledger
from runner.log import read
from runner.planning import plan_apart
from runner.plans import SessionPlan, Trial
from runner.privacy import apart, keys
from runner.privacy.pool import Pool, read_open
from runner.records import ScreenReplied, TrialEnded

N = 60
FEW = 0.25  # the most that |tau| may be with 60 people (its standard deviation by chance is 0.09)


def tau(places):
    """Between the order in which people came and the places where something of theirs was found."""
    return abs(kendalltau(range(len(places)), places).statistic)


@pytest.fixture(scope="module")
def chance():
    """Chance that is the same in each run, or one run in two hundred would fail by bad luck."""
    from random import Random

    return Random("sixty people")


@pytest.fixture
def crowd(laboratory, monkeypatch, chance):
    """Sixty sessions, one after the other; what each part looks like, by its mark, and the secret of each."""
    monkeypatch.setattr("runner.privacy.pool._CHANCE", chance)
    marks = []

    def marked(*args, **how):
        drawn = plan_apart(*args, **how)
        marks.append(how["seed"])
        return drawn

    monkeypatch.setattr("runner.planning.plan_apart", marked)
    record_of, came = apart.record_of, {}

    def remembered(plan, sha256, records):
        record = record_of(plan, sha256, records)
        if record is not None:
            came[content_of(record)] = len(came)
        return record

    monkeypatch.setattr(apart, "record_of", remembered)
    monkeypatch.setattr(os, "fsync", lambda fd: None)
    monkeypatch.setattr(os, "fdatasync", lambda fd: None)
    ledger = Ledger(laboratory.data)
    for _ in range(N):
        session, code = secrets.token_hex(8), f"C{secrets.token_hex(5)}"
        slot = ledger.claim("unseen-choices", "real", "", session, code, "lab-3")
        laboratory.hold(session, code=code, slot=slot)
        ledger.finish(session, "")
    ledger.close()
    laboratory.came = came  # the part -> the place at which its person came
    laboratory.seeds = marks
    return laboratory


def content_of(part):
    """A part's trials, as a text that can be compared."""
    return sha256(json.dumps(part["trials"], sort_keys=True).encode()).hexdigest()


def order_of(crowd, parts):
    return [crowd.came[content_of(part)] for part in parts]


def test_nothing_is_in_the_order_in_which_people_came_or_shared_with_what_is_kept_of_them(crowd, tmp_path):
    path = crowd.folder / "pooled.jsonl"
    parts = read_open(path)
    assert len(parts) == N
    orders = {
        "lines of the file": order_of(crowd, parts),
        "names": order_of(crowd, sorted(parts, key=lambda part: part["name"])),
        "where in the raw bytes": order_of(
            crowd, sorted(parts, key=lambda part: path.read_bytes().find(part["name"].encode()))
        ),
        "hashes of what recognises tokens": order_of(crowd, sorted(parts, key=lambda part: part.get("token", ""))),
    }
    for attack, order in orders.items():
        assert tau(order) < FEW, attack

    # There is one file, so neither times, inodes nor the order of a folder's entries say anything of single parts.
    files = [entry for entry in os.scandir(crowd.folder) if entry.is_file()]
    assert {entry.name for entry in files} == {"pooled.jsonl", "held.age", ".lock"}
    assert {entry.stat().st_mtime for entry in files} == {os.stat(crowd.folder).st_mtime} == {946684800.0}
    assert not any(os.scandir(crowd.folder / "under-way"))

    # Nothing that says who a session was of, when, where or in which place stands in the pool.
    pool = b"".join(file.read_bytes() for file in crowd.folder.rglob("*") if file.is_file())
    keyed = b"".join(file.read_bytes() for file in keys.folder().iterdir())
    for log in sorted((crowd.data / "unseen-choices" / "real").glob("*.jsonl")):
        records = read(log)
        head = records[0]
        private = [head.session, head.participant, head.station, head.plan["seed"], head.plan_digest, head.at]
        private += [record.digest for record in records if isinstance(record, ScreenReplied)]
        for value in private:
            assert value.encode() not in pool + keyed, value
        content = log.read_bytes()
        for part in parts:
            assert part["name"].encode() not in content
            assert part["token"].encode() not in content if "token" in part else True
    ledger = (crowd.data / "ledger.sqlite").read_bytes()
    wal = crowd.data / "ledger.sqlite-wal"
    ledger += wal.read_bytes() if wal.exists() else b""
    everywhere = ledger + b"".join(
        file.read_bytes() for file in (crowd.data / "unseen-choices").rglob("*") if file.is_file()
    )
    assert not [seed for seed in crowd.seeds if seed.encode() in everywhere + keyed]
    assert not [part["name"] for part in parts if part["name"].encode() in ledger]

    # No clock: how long a session took, or when it was, can't be compared with anything.
    for part in parts:
        assert not {"onset", "offset", "answered", "changes", "rt", "at", "started", "ended"} & set(named_in(part))
        assert not re.search(r"20\d\d-\d\d-\d\d", json.dumps(part))


def named_in(value):
    """Every name of a value inside a value."""
    if isinstance(value, dict):
        yield from value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from named_in(inner)


def test_the_times_that_tasks_keep_are_known_by_their_names():
    for name in names():
        for column in fields(find(name).outcome):
            tells = re.search(r"\bseconds\b|how long|\btime on\b", column.metadata.get("doc", ""))
            assert bool(tells) <= bool(apart.TIMES.search(column.name)), f"{name}.{column.name}"


def test_no_time_in_an_outcome_is_kept():
    plan = SessionPlan(
        study="s",
        participant="",
        language="en",
        seed="",
        slot=-1,
        assigned={},
        trials=(Trial(id="a", phase="a", task="t", given=None),),
        interface={},
    )
    outcome = {"reading_seconds": 3.5, "inner": {"ask_latency": 2.0, "said": "x"}}
    kept = apart.record_of(plan, "", [TrialEnded(trial="a", outcome=outcome)])
    assert kept["trials"][0]["outcome"] == {"reading_seconds": None, "inner": {"ask_latency": None, "said": "x"}}


def test_an_order_that_leaks_is_found():
    """The same measure on a file to which parts are appended, and on one of which every batch stays together."""
    assert tau(range(N)) == 1.0
    batches = list(itertools.chain.from_iterable(range(10 * n, 10 * n + 10)[::-1] for n in range(6)))
    assert tau(batches) > 0.6


def test_copies_of_what_is_held_can_not_be_opened_later_and_are_of_a_size_that_tells_nothing(tmp_path):
    pool = Pool(tmp_path / "data", "study", "real", least=30)
    sizes, copies = [], []
    for n in range(6):
        trials = [{"given": "x" * n * 40}]
        pool.add(f"n{n}", {"assigned": {}, "language": "en", "protocol_sha256": "", "trials": trials})
        copies.append((pool.folder / "held.age").read_bytes())
        sizes.append(len(copies[-1]))
    grown = [other - one for one, other in itertools.pairwise(sizes)]
    assert all(3600 < growth < 4600 for growth in grown)  # 4096, give or take what chance adds to age's header
    found = keys.get(next(keys.folder().iterdir()))
    assert [keys.unlock(copy.partition(b"\n")[2], found) is None for copy in copies] == [True] * 5 + [False]


def test_a_stolen_data_folder_opens_nothing_that_is_held(laboratory, tmp_path, monkeypatch):
    laboratory.hold("aaaa")
    monkeypatch.setenv(keys.FOLDER, str(tmp_path / "another-account"))
    from runner.commands.parts import pool_of
    from runner.errors import HistoryError

    with pytest.raises(HistoryError, match="their key isn't among this account's keys"):
        pool_of(laboratory.protocol, laboratory.data, "real").counts()
    content = b"".join(file.read_bytes() for file in laboratory.data.rglob("*") if file.is_file())
    assert b"need_for_approval_1" not in content.replace((laboratory.study).read_bytes(), b"")


def test_keys_never_lie_in_the_data_folder(laboratory, monkeypatch):
    from runner.errors import MachineError

    monkeypatch.setenv(keys.FOLDER, str(laboratory.data / "keys"))
    with pytest.raises(MachineError, match="keys must not lie in the data folder"):
        laboratory.hold("aaaa")
