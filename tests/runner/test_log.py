import errno
import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import msgspec
import pytest
from attrs import evolve

from runner import disk
from runner.errors import HistoryError, MachineError, VantageError
from runner.log import FileLog, Log, parse, read
from runner.records import (
    ScreenReplied,
    SessionEnded,
    SessionLeft,
    SessionResumed,
    SessionStarted,
    TrialEnded,
    TrialStarted,
)

HEAD = SessionStarted(
    session="5e55",
    store="simulated",
    study="small",
    participant="7",
    station="",
    protocol_sha256="0" * 64,
    protocol="study: small\ntitle: Größe\n",
    plan_digest="0" * 64,
    plan={"trials": []},
    versions={"python": "3"},
    stage={"kind": "virtual"},
    at="2026-01-01T00:00:00+00:00",
    utc_offset=60,
)
REPLIED = ScreenReplied(
    trial="rate.1",
    index=0,
    screen="rate",
    digest="d" * 32,
    onset=0.016666666666666666,
    offset=1.0,
    status="answered",
    answer=4,
    answered=1.0,
    changes=((0.75, 3), (1.0, 4)),
    late_frames=0,
    unfocused=0.0,
    device="virtual",
)
STARTED = TrialStarted(trial="rate.1", on_resume="continue")
TRIAL_ENDED = TrialEnded(trial="rate.1", outcome={"rating": 4, "rts": [0.98], "none": None})
SESSION = [
    HEAD,
    STARTED,
    REPLIED,
    TRIAL_ENDED,
    TrialStarted(trial="words.1", on_resume="restart"),
    evolve(REPLIED, trial="words.1", screen="words", answer='“né” \u2028 \x00 \\ " \n\r\t 🙂'),
    SessionResumed(versions={}, stage={}, dropped_bytes=12, at="2026-01-01T00:05:00+00:00"),
    TrialStarted(trial="words.1", on_resume="restart"),
    evolve(REPLIED, trial="words.1", screen="shares", index=1, answer=(3, 0, 7), changes=((0.1, (0, 0, 10)),)),
    evolve(REPLIED, trial="words.1", screen="slider", index=2, answer=0.1, status="answered"),
    evolve(REPLIED, trial="words.1", screen="next", index=3, answer=None, answered=None, status="declined"),
    TrialEnded(trial="words.1", outcome={"text": "né"}),
    SessionLeft(trial="words.1", reason="stopped"),
    SessionEnded(how="left", at="2026-01-01T00:10:00+00:00"),
]


def written(folder: Path, records=SESSION, durable=False) -> Path:
    path = folder / "small" / "simulated" / "5e55.jsonl"
    log = FileLog.create(path, records[0], durable=durable)
    for record in records[1:]:
        log.append(record)
    log.close()
    return path


@pytest.fixture(scope="module")
def content(tmp_path_factory) -> bytes:
    """The bytes of a small log with every kind of record and of answer."""
    return written(tmp_path_factory.mktemp("content")).read_bytes()


def lines_of(content: bytes) -> list[bytes]:
    return content.splitlines(keepends=True)


# ---------------------------------------------------------------- what is written is read


@pytest.mark.parametrize("durable", [True, False])
def test_every_record_is_read_as_it_was_written(tmp_path, durable):
    assert read(written(tmp_path, durable=durable)) == SESSION


def test_a_line_is_one_json_object_that_anyone_can_read(content):
    lines = [msgspec.json.decode(line) for line in lines_of(content)]
    assert [line["n"] for line in lines] == list(range(len(SESSION)))
    assert [line["kind"] for line in lines] == [record.kind for record in SESSION]
    assert lines[2]["changes"] == [[0.75, 3], [1.0, 4]]
    assert all(len(line["h"]) == 32 for line in lines)


def test_a_durable_and_a_simulated_log_of_one_session_are_the_same_bytes(tmp_path, content):
    assert written(tmp_path, durable=True).read_bytes() == content


def test_records_exist_once_settled_without_closing(tmp_path):
    path = tmp_path / "a.jsonl"
    log = FileLog.create(path, HEAD)
    assert read(path) == [HEAD]
    log.append(STARTED)
    assert log.settle()
    assert read(path) == [HEAD, STARTED]
    log.close()


@pytest.mark.parametrize(
    "answer", ["x" * 1_000_000, "\u2028\u2029", "\x00", "\ufeff", "a\r\nb\n", '"h":"', "﷽ \u202e", ""]
)
def test_any_text_that_a_person_can_type_comes_back(tmp_path, answer):
    records = [HEAD, evolve(REPLIED, answer=answer), TrialEnded(trial="rate.1", outcome={"text": answer})]
    assert read(written(tmp_path, records, durable=True)) == records


def test_only_the_owner_can_read_a_log(tmp_path):
    path = written(tmp_path, durable=True)
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_closed_log_leaves_nothing_beside_it(tmp_path):
    path = written(tmp_path, durable=True)
    assert [p.name for p in path.parent.iterdir()] == [path.name]


def test_an_existing_log_is_never_overwritten(tmp_path, content):
    path = written(tmp_path)
    with pytest.raises(MachineError, match=r"5e55\.jsonl: this log exists already; continue it with `vantage resume`"):
        FileLog.create(path, HEAD)
    assert path.read_bytes() == content


# ---------------------------------------------------------------- what can't be told apart later is refused


@pytest.mark.parametrize(
    "record",
    [
        evolve(REPLIED, answer=float("nan")),
        evolve(REPLIED, answered=float("inf")),
        evolve(REPLIED, onset=float("-inf")),
        evolve(REPLIED, changes=((0.1, float("nan")),)),
        evolve(REPLIED, answer="\ud800"),
        evolve(REPLIED, changes=((0.1, "a\udfffb"),)),
        TrialEnded(trial="rate.1", outcome={"rts": [0.1, float("nan")]}),
        TrialEnded(trial="rate.1", outcome={"deep": {"er": [[float("inf")]]}}),
        TrialEnded(trial="rate.1", outcome={"word": "\ud800"}),
        TrialEnded(trial="rate.1", outcome={"thing": object()}),
    ],
)
def test_numbers_and_texts_that_would_not_come_back_are_refused_before_any_byte(tmp_path, record):
    path = tmp_path / "a.jsonl"
    log = FileLog.create(path, HEAD)
    with pytest.raises(VantageError, match="nothing was written") as refused:
        log.append(record)
    assert "\n" not in str(refused.value)
    # The log is none the worse for it, on disk and in memory.
    log.append(STARTED)
    log.close()
    assert read(path) == log.records == [HEAD, STARTED]


def test_a_head_that_would_not_come_back_is_refused_and_leaves_no_file(tmp_path):
    path = tmp_path / "a.jsonl"
    with pytest.raises(VantageError, match="nothing was written"):
        FileLog.create(path, evolve(HEAD, stage={"refresh_hz": float("nan")}))
    assert list(tmp_path.iterdir()) == []


# ---------------------------------------------------------------- cut


def test_a_log_cut_anywhere_reads_as_the_whole_records_before_the_cut(content):
    ends = [0]
    for line in lines_of(content):
        ends.append(ends[-1] + len(line))
    for cut in range(len(content) + 1):
        whole = sum(end <= cut for end in ends) - 1
        assert parse(content[:cut]) == SESSION[:whole], cut


def test_the_torn_end_is_kept_beside_the_log_when_it_goes_on(tmp_path, content):
    path = tmp_path / "a.jsonl"
    for number, cut in enumerate((len(content) - 1, len(content) - 30)):
        path.write_bytes(content[:cut])
        log = FileLog.reopen(path)
        assert log.records == SESSION[:-1]
        torn = content[len(content) - len(lines_of(content)[-1]) : cut]
        assert log.dropped_bytes == len(torn)
        assert path.with_name(f"a.jsonl.tail-{number}").read_bytes() == torn
        log.close()
        assert path.read_bytes() == content[: cut - len(torn)]


def test_what_is_appended_after_reopening_continues_the_chain(tmp_path, content):
    path = tmp_path / "a.jsonl"
    path.write_bytes(content[:-10])
    log = FileLog.reopen(path)
    resumed = SessionResumed(versions={}, stage={}, dropped_bytes=log.dropped_bytes, at="2026-01-01T00:11:00+00:00")
    log.resumed(resumed)
    log.close()
    assert read(path) == [*SESSION[:-1], resumed]


@pytest.mark.parametrize("bytes_left", [0, 1, 100])
def test_a_log_cut_within_its_head_holds_nothing_to_go_on_with(tmp_path, content, bytes_left):
    path = tmp_path / "a.jsonl"
    path.write_bytes(content[:bytes_left])
    with pytest.raises(HistoryError, match=r"a\.jsonl: .*before its head was complete; nothing was answered"):
        FileLog.reopen(path)
    assert path.read_bytes() == content[:bytes_left]


# ---------------------------------------------------------------- changed


def test_every_single_flipped_bit_is_detected(tmp_path, content):
    for position in range(len(content)):
        for bit in range(8):
            flipped = bytearray(content)
            flipped[position] ^= 1 << bit
            with pytest.raises(HistoryError):
                parse(bytes(flipped), tmp_path / "a.jsonl")
                pytest.fail(f"bit {bit} of byte {position} of {len(content)}: not detected")


def test_the_message_names_the_first_line_that_is_wrong(tmp_path, content):
    path = tmp_path / "a.jsonl"
    lines = lines_of(content)
    lines[4] = lines[4].replace(b"words.1", b"words.2")
    path.write_bytes(b"".join(lines))
    with pytest.raises(HistoryError, match=r"a\.jsonl:5: this line or one before it was changed, lost or moved"):
        read(path)
    with pytest.raises(HistoryError, match=r"a\.jsonl:5: "):
        FileLog.reopen(path)
    assert path.read_bytes() == b"".join(lines)


def test_a_lost_a_doubled_and_a_moved_record_are_detected(content):
    lines = lines_of(content)
    for i in range(len(lines)):
        if i < len(lines) - 1:  # records cut off the end are seen by the ledger, which keeps the last link
            with pytest.raises(HistoryError):
                parse(b"".join(lines[:i] + lines[i + 1 :]))
        with pytest.raises(HistoryError):
            parse(b"".join([*lines[: i + 1], lines[i], *lines[i + 1 :]]))
        for j in range(i + 1, len(lines)):
            swapped = list(lines)
            swapped[i], swapped[j] = swapped[j], swapped[i]
            with pytest.raises(HistoryError):
                parse(b"".join(swapped))


def test_records_of_another_log_do_not_pass(tmp_path, content):
    other = written(tmp_path, [evolve(HEAD, session="0ther"), *SESSION[1:]]).read_bytes()
    with pytest.raises(HistoryError):
        parse(lines_of(other)[0] + b"".join(lines_of(content)[1:]))


@pytest.mark.parametrize(
    "resaved",
    [
        lambda content: content.replace(b"\n", b"\r\n"),
        lambda content: b"\xef\xbb\xbf" + content,
        lambda content: (b"\xef\xbb\xbf" + content).replace(b"\n", b"\r\n"),
    ],
)
def test_a_log_that_an_editor_saved_is_refused_and_left_alone(tmp_path, content, resaved):
    path = tmp_path / "a.jsonl"
    path.write_bytes(resaved(content))
    for use in (read, FileLog.reopen):
        with pytest.raises(HistoryError, match=r"a\.jsonl:1: another program saved this log"):
            use(path)
    assert path.read_bytes() == resaved(content)
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("tail", [b"\n", b"\n\n", b"\x00" * 512, b"\x00" * 512 + b"\n", b"hello\n", b"hello"])
def test_bytes_that_are_no_torn_line_of_this_log_are_refused(tmp_path, content, tail):
    # A torn line begins as the next line would have begun; anything else behind the last record is damage,
    # except zeros, which some file systems leave where a power cut came between making room and filling it.
    path = tmp_path / "a.jsonl"
    path.write_bytes(content + tail)
    if not tail.strip(b"\x00"):
        assert read(path) == SESSION
        return
    for use in (read, FileLog.reopen):
        with pytest.raises(HistoryError, match=r"a\.jsonl:15: "):
            use(path)


def test_a_record_of_a_newer_vantage_is_named(content):
    import hashlib

    body = b'{"n":0,"kind":"session_dreamt"'
    link = hashlib.sha256(body).hexdigest()[:32].encode()
    with pytest.raises(HistoryError, match="unknown kind 'session_dreamt': this log is from a newer Vantage"):
        parse(body + b',"h":"' + link + b'"}\n')


# ---------------------------------------------------------------- one process at a time

HOLD = """
import sys
from pathlib import Path
from runner.log import FileLog
log = FileLog.reopen(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


def test_a_second_process_is_refused_until_the_first_is_gone(tmp_path, content):
    path = tmp_path / "a.jsonl"
    path.write_bytes(content)
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, "-c", HOLD, str(path)], **pipes) as first:
        assert first.stdout.readline() == "held\n"
        with pytest.raises(MachineError, match="this session is running in another window or process"):
            FileLog.reopen(path)
        assert read(path) == SESSION  # reading disturbs nobody
        first.kill()
        first.wait()
    FileLog.reopen(path).close()
    assert path.read_bytes() == content


# ---------------------------------------------------------------- a disk that fails, on every system
# tests/durability/test_faults.py does the same with real disks that are full, gone or read-only, on Linux.


def fails(number):
    def failing(*_):
        raise OSError(number, os.strerror(number))

    return failing


def test_after_a_failed_sync_the_log_refuses_everything(tmp_path, monkeypatch):
    path = tmp_path / "a.jsonl"
    log = FileLog.create(path, HEAD)
    monkeypatch.setattr(disk, "sync", fails(errno.EIO))
    log.append(STARTED)
    with pytest.raises(MachineError, match=r"a\.jsonl: writing the log failed \(EIO, .*; the disk reports a fault"):
        log.settle()
    monkeypatch.undo()  # the disk says that it is well again; who knows what became of the lost write
    with pytest.raises(MachineError, match="EIO"):
        log.append(REPLIED)
    with pytest.raises(MachineError, match="EIO"):
        log.close()
    assert read(path)[0] == HEAD


@pytest.mark.parametrize("number", [errno.EIO, errno.EROFS, errno.EBADF])
def test_a_write_that_failed_is_tried_again_only_when_the_disk_was_full(tmp_path, monkeypatch, number):
    log = FileLog.create(tmp_path / "a.jsonl", HEAD)
    calls = []
    monkeypatch.setattr(disk, "write_all", lambda *_: (calls.append(1), fails(number)()))
    log.append(STARTED)
    with pytest.raises(MachineError, match=errno.errorcode[number]):
        log.settle()
    assert len(calls) == 1
    assert not log.gave_ballast
    monkeypatch.undo()
    with pytest.raises(MachineError, match=errno.errorcode[number]):
        log.close()


def test_a_writer_that_dies_of_anything_leaves_nobody_waiting(tmp_path, monkeypatch):
    log = FileLog.create(tmp_path / "a.jsonl", HEAD)

    def broken(*_):
        raise MemoryError("no room")

    monkeypatch.setattr(disk, "write_all", broken)
    log.append(STARTED)
    with pytest.raises(MachineError, match="no room"):
        assert log.settle(10), "settling never ended"
    monkeypatch.undo()
    log.abandon()


def test_short_writes_are_continued(tmp_path, monkeypatch, content):
    write = os.write
    monkeypatch.setattr(os, "write", lambda fd, data: write(fd, bytes(data[:7])))
    assert written(tmp_path, durable=True).read_bytes() == content


@pytest.mark.parametrize("call", ["sync", "sync_folder", "write_all"])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EROFS, errno.EACCES])
def test_a_log_that_can_not_be_begun_says_so_and_leaves_nothing(tmp_path, monkeypatch, call, number):
    monkeypatch.setattr(disk, call, fails(number))
    with pytest.raises(MachineError, match=rf"a\.jsonl: .* failed \({errno.errorcode[number]}, ") as refused:
        FileLog.create(tmp_path / "a.jsonl", HEAD)
    assert "\n" not in str(refused.value)
    assert list(tmp_path.iterdir()) == []


def test_a_file_where_a_folder_should_be_is_not_taken_for_a_log(tmp_path):
    (tmp_path / "data").write_text("a file")
    with pytest.raises(MachineError, match=r"data: .*; a file stands where a folder should be"):
        FileLog.create(tmp_path / "data" / "a.jsonl", HEAD)


def test_a_missing_log_is_told_from_a_damaged_one(tmp_path):
    with pytest.raises(HistoryError, match="no such log; check the name"):
        FileLog.reopen(tmp_path / "none.jsonl")
    with pytest.raises(VantageError, match=r"none\.jsonl"):
        read(tmp_path / "none.jsonl")


def test_closing_twice_is_closing_once(tmp_path, content):
    for durable in (True, False):
        log = FileLog.create(tmp_path / f"{durable}.jsonl", HEAD, durable=durable)
        log.append(STARTED)
        log.close()
        log.close()
        assert read(tmp_path / f"{durable}.jsonl") == [HEAD, STARTED]


# ---------------------------------------------------------------- waiting for the disk


def test_settling_waits_for_a_slow_disk_and_tells_when_patience_ends(tmp_path, monkeypatch):
    log = FileLog.create(tmp_path / "a.jsonl", HEAD)
    go_on, sync = threading.Event(), disk.sync
    monkeypatch.setattr(disk, "sync", lambda fd: (go_on.wait(), sync(fd)))
    log.append(STARTED)
    log.append(REPLIED)  # appending never waits
    assert not log.settle(0.02)
    go_on.set()
    assert log.settle()
    log.close()


# ---------------------------------------------------------------- memory


def remembering() -> Log:
    return Log([HEAD, STARTED, REPLIED, TRIAL_ENDED])


def test_a_log_remembers_replies_to_the_same_screens():
    log = remembering()
    log.append(STARTED)
    assert log.recall("rate.1", 0, "rate", "d" * 32) == REPLIED.reply()
    assert log.remembers
    log.append(TRIAL_ENDED)
    assert not log.remembers
    assert log.recall("rate.2", 0, "rate", "e" * 32) is None
    assert log.records == [HEAD, STARTED, REPLIED, TRIAL_ENDED]  # nothing is written twice


@pytest.mark.parametrize(
    ("trial", "index", "digest"), [("rate.2", 0, "d" * 32), ("rate.1", 1, "d" * 32), ("rate.1", 0, "e" * 32)]
)
def test_another_screen_than_the_remembered_one_is_refused(trial, index, digest):
    log = remembering()
    log.append(STARTED)
    with pytest.raises(HistoryError, match=r"holds trial 'rate\.1', screen 1 'rate' \[dddddddd\], today's code would"):
        log.recall(trial, index, "rate", digest)


def test_another_outcome_than_the_remembered_one_is_refused():
    log = remembering()
    log.append(STARTED)
    log.recall("rate.1", 0, "rate", "d" * 32)
    with pytest.raises(HistoryError, match="can't be continued as it began"):
        log.append(evolve(TRIAL_ENDED, outcome={"rating": 5}))
