"""Simulated people of a group session take part together: they wait, see one another choose, and may go by it."""

from pathlib import Path

import pytest

from runner.cli import main
from runner.commands import common, simulate
from runner.log import read
from runner.records import ScreenReplied, SessionLeft
from runner.stages.companions import Circle

STUDY = Path(__file__).parents[2] / "protocols" / "modules" / "seen-together.yaml"
SEATS = common.read(STUDY).group.seats[1]


def simulated(folder, n=2 * SEATS, seed="1", conformity=0.0, **shares):
    people = simulate.who(STUDY, "en", {}, 0.0, simulate.Shares(**shares), conformity)
    simulate.perform(STUDY, "en", folder, seed, people, range(n))
    return [read(path) for path in sorted(folder.glob("*/simulated/*.jsonl"))]


def replies(records, screen):
    return [r for r in records if isinstance(r, ScreenReplied) and r.screen == screen]


def display(records):
    return records[0].plan["assigned"]["display"]


def by_group(sessions):
    groups = {}
    for records in sessions:
        groups.setdefault(records[0].group, []).append(records)
    return groups


def test_a_group_begins_together_and_each_sees_what_the_others_chose_until_then(tmp_path):
    groups = by_group(simulated(tmp_path))
    assert [len(members) for members in groups.values()] == [SEATS, SEATS]
    assert {display(members[0]) for members in groups.values()} == {"end", "live"}
    for members in groups.values():
        begun = [replies(records, "waiting")[0] for records in members]
        ends = [reply.offset for reply in begun]
        assert max(ends) - min(ends) < 0.02  # a frame after the last one has come
        assert {reply.status for reply in begun} == {"answered"}
        chosen = [(r.answered, heading(records, r)) for records in members for r in replies(records, "pair")]
        for records in members:
            others = [choice for choice in chosen if choice not in own(records)]
            for reply in replies(records, "pair"):
                if display(records) == "end":
                    assert reply.heard == ()
                assert all(h.at <= reply.offset for h in reply.heard)
                assert all(any(h.says == act and at <= h.at for at, act in others) for h in reply.heard)
    live = next(members for members in groups.values() if display(members[0]) == "live")
    assert all(replies(records, "pair")[-1].heard for records in live)


def own(records):
    return [(r.answered, heading(records, r)) for r in replies(records, "pair")]


def heading(records, reply):
    """The act that was picked, as it reads."""
    given = next(trial["given"] for trial in records[0].plan["trials"] if trial["id"] == reply.trial)
    return given[reply.answer]["heading"]


def test_the_same_seed_gives_the_same_logs_in_however_many_processes(tmp_path):
    told = ["simulate", str(STUDY), "-n", "20", "--seed", "x", "--conformity", "2"]
    for name, jobs in (("one", "1"), ("two", "2")):
        assert main([*told, "--out", str(tmp_path / name), "--jobs", jobs]) == 0
    one, two = ({p.name: p.read_bytes() for p in (tmp_path / n).rglob("*.jsonl")} for n in ("one", "two"))
    assert one == two and len(one) == 20
    last = [records for records in map(read, (tmp_path / "one").rglob("*.jsonl")) if records[0].group[-1] == "2"]
    assert len(last) == 4  # a group that is not full
    assert all(len(replies(records, "waiting")[0].heard) == 3 for records in last)


def test_who_goes_by_others_picks_what_stands_on_the_board_and_who_does_not_picks_as_before(tmp_path):
    followed = {}
    for weight in (0.0, 6.0):
        seen = []
        for records in simulated(tmp_path / str(weight), 20 * SEATS, conformity=weight):
            for reply in replies(records, "pair"):
                given = next(t["given"] for t in records[0].plan["trials"] if t["id"] == reply.trial)
                said = [h.says for h in reply.heard if h.at <= reply.onset]
                first, second = (said.count(given[side]["heading"]) for side in ("first", "second"))
                if first != second and display(records) == "live":
                    seen.append((first > second) == (reply.answer == "first"))
        assert len(seen) > 60
        followed[weight] = sum(seen) / len(seen)
    assert 0.35 < followed[0.0] < 0.65 and followed[6.0] > 0.75
    answers = [
        [r.answer for records in found for r in replies(records, "pair") if display(records) == "end"]
        for found in ([read(p) for p in sorted((tmp_path / w).rglob("*.jsonl"))] for w in ("0.0", "6.0"))
    ]
    assert answers[0] == answers[1]  # where nothing is seen, nobody goes by it


def test_who_leaves_is_waited_for_no_longer(tmp_path):
    sessions = simulated(tmp_path, dropout=0.5)
    left = [records for records in sessions if any(isinstance(r, SessionLeft) for r in records)]
    assert 0 < len(left) < len(sessions)
    for records in sessions:
        if records not in left:
            assert all(reply.status == "answered" for reply in replies(records, "waiting"))


def test_a_conformity_that_nothing_could_show_is_refused_with_one_message(tmp_path, capsys):
    taste = STUDY.parents[1] / "taste.yaml"
    for told, words in (
        ([str(taste), "--conformity", "1"], "nobody in taste sees others choose; leave it out"),
        ([str(STUDY), "--conformity", "11"], "wants logits from -10 to 10, got 11"),
    ):
        assert main(["simulate", *told, "-n", "2", "--out", str(tmp_path)]) == 2
        assert words in capsys.readouterr().err


def test_a_fault_in_one_session_ends_the_simulation_and_leaves_nobody_waiting():
    def waits(companion):
        companion.say("p", "", key="1/0")
        ended.append(companion.wait(lambda: companion.complete("p"), 0.0, 60.0))

    def fails(companion):
        companion.reach(5.0)
        raise ZeroDivisionError

    ended = []
    with pytest.raises(ZeroDivisionError):
        Circle(2).hold([waits, fails])
    assert ended == [5.0]


def test_two_simulated_people_with_one_alias_are_told_apart():
    def tells(companion):
        companion.say("names", "", key="n/0", name="Iris")
        companion.wait(lambda: companion.complete("names"), 0.0, 60.0)
        names.append(companion.names())

    names = []
    Circle(2).hold([tells, tells])
    assert sorted(names, key=lambda each: each[0]) == [
        {0: "Iris", 1: "Iris", 2: "Iris 2"},
        {0: "Iris 2", 1: "Iris", 2: "Iris 2"},
    ]
