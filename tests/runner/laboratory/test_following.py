"""What may be seen of a session: the same steps in every cell, no name of a level, nothing of a part apart."""

from pathlib import Path

import pytest
from attrs import evolve

from experiments import find
from runner.commands.common import library, read
from runner.laboratory.following import Following, Glimpse, shared, tellable
from runner.planning import plan_session
from runner.records import ScreenReplied, SessionEnded, SessionLeft, SessionResumed, TrialEnded, TrialStarted

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def protocol():
    return read(ROOT / "protocols/frame-and-visibility.yaml")


def replied(**rest):
    blank = {"trial": "t", "index": 0, "screen": "s", "digest": "", "onset": 0.0, "offset": 1.0, "status": "answered"}
    none = {"answer": None, "answered": None, "changes": (), "late_frames": 0, "unfocused": 0.0, "device": ""}
    return ScreenReplied(**{**blank, **none, **rest})


def performed(plan):
    for trial in plan.trials:
        yield TrialStarted(trial=trial.id, on_resume="continue")
        yield replied(trial=trial.id, answer=3)
        yield TrialEnded(trial=trial.id, outcome={"rating": 3})
    yield SessionEnded(how="completed", at="")


def glimpses(plan, protocol):
    following, records, found = Following(plan.plain(), protocol), [], []
    for record in performed(plan):
        records.append(record)
        found.append(following.look(records))
    return found


def planned(protocol, cell):
    materials = library(protocol, "en")
    return plan_session(protocol, find, materials, participant="P1", slot=0, language="en", cell=cell)


def test_every_cell_is_seen_to_go_through_the_same_steps(protocol):
    seen = []
    for cell in protocol.cells():
        plan = planned(protocol, cell)
        steps = dict.fromkeys((each.part, each.phase) for each in glimpses(plan, protocol))
        seen.append(list(steps))
    assert len(seen) == 12
    assert all(steps == seen[0] for steps in seen)
    assert seen[0][-1] == (len(shared(protocol)), "thanks")


def test_progress_goes_up_in_steps_to_all_of_it(protocol):
    found = [each.progress for each in glimpses(planned(protocol, {}), protocol)]
    assert found == sorted(found) and found[-1] == 100
    assert {progress % 5 for progress in found} == {0}


def test_phases_of_some_cells_are_never_named(protocol):
    assert "state-motives" not in shared(protocol) and "display" not in shared(protocol)
    named = {each.phase for cell in protocol.cells() for each in glimpses(planned(protocol, cell), protocol)}
    assert named <= {"", *(name for name in shared(protocol) if tellable(protocol, name))}
    assert {"trait", "choices", "thanks"} <= named


def test_a_phase_apart_is_never_named_even_where_it_is_apart_in_one_cell_only(protocol):
    phases = [evolve(p, unlinkable={"setting": ("private",)}) if p.name == "petition" else p for p in protocol.phases]
    assert "petition" in shared(protocol)
    assert "petition" not in shared(evolve(protocol, phases=tuple(phases)))


def test_a_phase_named_after_a_level_is_told_by_its_number_alone(protocol):
    phases = [evolve(p, name="Public-choice") if p.name == "petition" else p for p in protocol.phases]
    assert not tellable(evolve(protocol, phases=tuple(phases)), "Public-choice")
    assert tellable(protocol, "petition")


def test_the_first_wave_and_a_later_one_have_their_own_phases():
    protocol = read(ROOT / "protocols/over-time.yaml")
    for wave in protocol.waves:
        plan = plan_session(protocol, find, library(protocol, "en"), participant="P1", slot=0, language="en", wave=wave)
        assert glimpses(plan, protocol)[-1].progress == 100


def test_stop_and_what_it_leads_to(protocol):
    following = Following({"trials": []}, None)
    records = [replied(status="stopped")]
    assert (following.look(records).state, following.look(records).stopped) == ("stop", 1)
    records.append(replied(screen="stop", answer="distress"))
    assert following.look(records).state == "stop", "the page for somebody for whom it is too much"
    records.append(replied(screen="stop-support", answer="stay"))
    assert following.look(records).state == "running"
    records += [replied(status="stopped"), SessionResumed(versions={}, stage={}, dropped_bytes=0, at="")]
    assert following.look(records).state == "stop", "after a break the same page comes again"
    records += [replied(screen="stop", answer="leave"), SessionLeft(trial="t", reason="stopped")]
    assert following.look(records).state == "leaving"
    records.append(replied())
    assert following.look(records).state == "leaving"
    records.append(SessionEnded(how="left", at=""))
    assert following.look(records) == Glimpse(state="left", stopped=2)


def test_troubles_add_up_and_each_record_counts_once():
    following = Following({"trials": []}, None)
    records = [replied(late_frames=2, unfocused=1.5)]
    following.look(records)
    records.append(replied(late_frames=3, unfocused=0.5))
    for _ in range(3):
        seen = following.look(records)
    assert (seen.late_frames, seen.unfocused) == (5, 2.0)
