"""The start window as an assistant uses it: by keyboard only, by mouse only, and when something is not as it should."""

import os
import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from attrs import evolve
from PyQt6.QtCore import QTimer
from PyQt6.QtWidgets import QApplication

from experiments import find
from runner import sessions
from runner.declarations.materials import library
from runner.declarations.protocols import read_protocol
from runner.desk import look
from runner.ledger import Ledger
from runner.log import FileLog, read
from runner.planning import plan_session
from runner.privacy import codes
from runner.records import SessionResumed
from runner.respondents import Uniform
from runner.stages.virtual import Virtual

SMALL = """\
study: small
title: {en: "Short questions", de: "Kurze Fragen"}
purpose: PURPOSE-THAT-NOBODY-READS
minutes: 3
resume_within: 24
languages: [en, de]
identity: coded
ethics: "2026-17"
pack: planets
phases:
  - phase: motives
    task: scale
    params: {scales: [motives-short]}
details: {support: "room 12"}
"""
PROTOCOLS = Path(__file__).parents[3] / "protocols"
CODE, OTHER = codes.issue(Random(1)), codes.issue(Random(2))


@pytest.fixture
def studies(tmp_path):
    """A folder with one small study that is ready for real sessions."""
    folder = tmp_path / "studies"
    folder.mkdir()
    (folder / "small.yaml").write_text(SMALL, encoding="utf-8")
    return folder


def place(somebody, study):
    """Where a study stands in the list."""
    return next(n for n, each in enumerate(somebody.desk.study._studies) if each.protocol.study == study)


def over(somebody):
    """How the session went, once the window is back."""
    somebody.until(lambda: somebody.desk.ending, "the session to be over")
    somebody.until(lambda: somebody.desk.isActiveWindow(), "the window to come back")
    return somebody.desk.ending.how


def logs(somebody, study, store):
    return sorted((somebody.desk.data / study / store).glob("*.jsonl"))


def interrupted(data, code, hours, study):
    """A session of `code` that began so long ago and stands after its first answers."""
    protocol = read_protocol(study)
    plan = plan_session(protocol, find, library(protocol, "en"), participant=code, slot=0, language="en")
    stage = Virtual(Uniform(Random(1)))
    began = datetime.now(UTC) - timedelta(hours=hours)
    name = sessions.new_id()
    head = sessions.head(protocol, plan, stage, session=name, store="real", station="lab-3", at=began)
    log = FileLog.create(sessions.log_path(data, "small", "real", name), evolve(head, stage={"kind": "window"}))
    whole = sessions.Log()
    sessions.run(plan, {"scale": find("scale")}, stage, whole)
    for record in whole.records[: 2 * len(whole.records) // 3]:
        log.append(record)
    log.close()
    ledger = Ledger(data)
    ledger.claim("small", "real", "", name, code, "lab-3")
    ledger.close()
    return log.path


def begin_answering(somebody, store):
    """Be the participant of the small study until something was answered; the session's log."""
    somebody.until(lambda: logs(somebody, "small", store), "the session to begin")
    (log,) = logs(somebody, "small", store)
    somebody.answer(lambda: b'"trial_ended"' in log.read_bytes())
    assert somebody.desk.session.runs
    return log


def answer(somebody):
    """Be the participant until the session is over."""
    somebody.answer(lambda: somebody.desk.ending)


def children(pid):
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


# ---------------------------------------------------------------- pilots


def test_a_pilot_from_start_to_finish_by_keyboard_only(assistant, studies):
    somebody = assistant(ready=False, studies=(str(PROTOCOLS), str(studies)))
    desk = somebody.desk
    somebody.alt("p")
    somebody.until(lambda: desk.band.pilot, "the pilot to be chosen")
    somebody.alt("t")
    assert desk.study.list.hasFocus()
    for _ in range(place(somebody, "small") + 1):
        somebody.press("Down")
    assert desk.study.study.protocol.study == "small"
    for _ in range(30):
        if not desk.foot.start.hasFocus():
            somebody.press("Tab")
    somebody.press("Return")
    assert desk.session.runs and not desk.isVisible()
    assert over(somebody) == "completed"
    assert "The pilot is finished." in somebody.said()
    (log,) = logs(somebody, "small", "pilot")
    assert read(log)[0].participant.startswith("pilot-")
    assert not logs(somebody, "small", "real")


def test_a_pilot_from_start_to_finish_by_mouse_only(assistant, studies):
    somebody = assistant(ready=False, studies=(str(PROTOCOLS), str(studies)))
    desk = somebody.desk
    somebody.click(desk.band.trying)
    somebody.pick(desk.study.list, place(somebody, "small"))
    somebody.pick(desk.person.language, 1)
    somebody.click(desk.foot.start)
    assert over(somebody) == "completed"
    (log,) = logs(somebody, "small", "pilot")
    assert read(log)[0].plan["language"] == "de"


def test_an_interrupted_pilot_can_be_continued_or_left(assistant, studies):
    somebody = assistant(ready=False, pilots=(), studies=(str(studies),))
    desk = somebody.desk
    somebody.alt("p")
    somebody.until(lambda: desk.foot.start.isEnabled(), "the pilot to be startable")
    somebody.alt("s")
    begin_answering(somebody, "pilot")
    desk.session._process.terminate()
    assert over(somebody) == "interrupted"
    assert "The pilot was interrupted." in somebody.said() and desk.foot.start.isEnabled()
    somebody.click(desk.foot.again)
    answer(somebody)
    assert over(somebody) == "completed" and not desk.foot.again.isVisible()
    (log,) = logs(somebody, "small", "pilot")
    assert sum(isinstance(record, SessionResumed) for record in read(log)) == 1


def test_a_pilot_can_not_be_mistaken_for_a_real_session(assistant):
    somebody = assistant()
    desk = somebody.desk
    spot = desk.band.mapToGlobal(desk.band.rect().bottomLeft())
    seen = {}
    for button in (desk.band.real, desk.band.trying):
        somebody.click(button)
        seen[button] = somebody.picture().getpixel((spot.x() + 3, spot.y() - 3))
    assert seen == {desk.band.real: look.palette.ACCENT_DARK, desk.band.trying: look.palette.PILOT}
    assert desk.band.sign.text() == "PILOT" and desk.foot.start.text() == "&Start the pilot"
    assert not desk.person.code.isEnabled() and not desk.person.new.isEnabled()


def test_a_group_sessions_place_is_taken_by_mouse_only_and_named_in_the_order(assistant):
    somebody = assistant(studies=(str(PROTOCOLS / "modules"),))
    desk = somebody.desk
    assert not desk.person.group.isVisible() and not desk.person.seats.isVisible()
    somebody.click(desk.band.trying)
    somebody.pick(desk.study.list, place(somebody, "seen-together"))
    assert "2 to 8 people take part at the same time" in somebody.said()
    order = desk.chosen(desk.study.study)
    assert "--group" not in " ".join(order.arguments())  # a pilot may be of one person
    somebody.pick(desk.person.group, 1)
    somebody.pick(desk.person.seats, 2)
    assert {"--group=B", "--seats=4"} <= {*desk.chosen(desk.study.study).arguments()}
    somebody.click(desk.band.real)
    assert {"--group=B", "--seats=4"} <= {*desk.chosen(desk.study.study).arguments()}
    desk.person.group.setCurrentIndex(-1)
    assert "group" in desk._todo()
    somebody.pick(desk.study.list, place(somebody, "told-ties"))
    assert not desk.person.group.isVisible() and "group" not in desk._todo()


# ---------------------------------------------------------------- real sessions


def test_a_real_session_is_interrupted_and_continued_and_the_next_one_can_come(assistant, studies):
    somebody = assistant(studies=(str(studies),))
    desk = somebody.desk
    somebody.click(desk.person.new)
    code = desk.person.code.text()
    assert codes.check(code) == ""
    somebody.until(lambda: desk.foot.start.isEnabled(), "the code to be looked up")
    somebody.click(desk.foot.start)
    log = begin_answering(somebody, "real")
    (window,) = children(desk.session._process.processId())
    os.kill(window, signal.SIGTERM)
    assert over(somebody) == "interrupted"
    assert "Every answer is kept, and it can be continued." in somebody.said()
    somebody.until(lambda: desk.foot.start.isEnabled(), "the session to be offered again")
    assert desk.foot.start.text() == "Continue the &session" and desk.person.code.text() == code
    assert "It began 1 minute ago" in somebody.said() or "minutes ago" in somebody.said()
    somebody.alt("s")
    somebody.until(lambda: desk.session.runs, "the session to go on")
    answer(somebody)
    assert over(somebody) == "completed"
    assert "The session is finished." in somebody.said() and desk.person.code.text() == ""
    head = read(log)[0]
    assert (head.participant, head.station) == (code, "lab-3")
    somebody.click(desk.person.code)
    somebody.type(code)
    somebody.until(lambda: "has had its session" in somebody.said(), "the code to be refused")
    assert not desk.foot.start.isEnabled()


def test_after_the_protocols_limit_a_session_goes_on_for_a_reason_only(assistant, studies, tmp_path):
    log = interrupted(tmp_path / "data", CODE, 30, studies / "small.yaml")
    somebody = assistant(studies=(str(studies),))
    desk = somebody.desk
    somebody.click(desk.person.code)
    somebody.type(CODE)
    somebody.until(lambda: desk.person.reason.isVisible(), "a reason to be asked for")
    assert "It began 30 hours ago" in somebody.said() and "for 24 hours only" in somebody.said()
    assert not desk.foot.start.isEnabled() and "write the reason" in desk.foot.todo.text()
    somebody.click(desk.person.reason)
    somebody.type("fire alarm")
    somebody.click(desk.foot.start)
    answer(somebody)
    assert over(somebody) == "completed", somebody.said()
    (resumed,) = (record for record in read(log) if isinstance(record, SessionResumed))
    assert resumed.reason == "fire alarm"


def test_a_session_within_the_limit_is_offered_with_its_age_and_how_far_it_got(assistant, studies, tmp_path):
    interrupted(tmp_path / "data", CODE, 3.5, studies / "small.yaml")
    somebody = assistant(studies=(str(studies),))
    somebody.desk.person.code.setText(CODE)
    somebody.until(lambda: "interrupted session" in somebody.said(), "the session to be offered")
    assert "It began 3 hours ago; " in somebody.said() and "until 24 hours after its beginning" in somebody.said()
    assert not somebody.desk.person.reason.isVisible()
    somebody.until(lambda: somebody.desk.foot.start.isEnabled(), "it to be startable")


def test_a_running_session_and_one_of_another_station_are_not_begun_again(assistant, studies, tmp_path):
    log = FileLog.reopen(interrupted(tmp_path / "data", CODE, 1, studies / "small.yaml"))
    ledger = Ledger(tmp_path / "data")
    ledger.claim("small", "real", "", "elsewhere", OTHER, "lab-7")
    ledger.close()
    somebody = assistant(studies=(str(studies),))
    for code, said in ((CODE, "is running now"), (OTHER, "“lab-7”")):
        somebody.desk.person.code.setText(code)
        somebody.until(lambda said=said: said in somebody.said(), said)
        assert not somebody.desk.foot.start.isEnabled()
    log.abandon()


def test_what_the_session_refuses_is_one_message(assistant, studies):
    somebody = assistant(studies=(str(studies),))
    desk = somebody.desk
    desk.person.issue()
    somebody.until(lambda: desk.foot.start.isEnabled(), "everything to be there")
    (studies / "small.yaml").write_text(SMALL.replace("minutes: 3", "minutes: none"), encoding="utf-8")
    somebody.click(desk.foot.start)
    assert over(somebody) == "refused"
    said = desk.foot.went.text()
    assert said.startswith("It could not begin. ") and "'minutes' must be a whole number" in said
    assert "Traceback" not in said and "\n" not in said


# ---------------------------------------------------------------- codes


HOSTILE = [
    *("../../evil", "..\\..\\evil", "/etc/passwd", "C:\\CON", "CON", "NUL.txt", "~root", "a/b", "a b", "K7M2Q5\n7"),
    *("K7M2\x00Q", "=1+1", "+1", "-1", "@SUM(A1)", "'; DROP TABLE claim; --", '"quoted"', "<b>x</b>", "&amp;", "%s%n"),
    *("{0}", "$(id)", "`id`", "\u202eK7M2Q5", "K7\u200bM2Q5", "\uff2b7M2Q5", "K\u0301", "\u0130", ".", "K" * 1_000_000),
    "--help",
]


@pytest.mark.parametrize("own", ["issued", "own"])
def test_hostile_codes_are_refused_with_one_message(assistant, studies, own):
    somebody = assistant(studies=(str(studies),), codes=own)
    desk = somebody.desk
    messages = {desk.words[f"code_{kind}"] for kind in ("short", "long", "character", "mistyped")}
    messages |= {desk.words["code_own_long"], desk.words["code_own_character"]}
    for hostile in HOSTILE if own == "issued" else [code for code in HOSTILE if code != "CON"]:
        QApplication.clipboard().setText(hostile)
        somebody.click(desk.person.code)
        somebody.press("a", "Control_L")
        somebody.press("v", "Control_L")
        assert desk.person.code.text()[:2] == hostile[:2]
        shown = [label.text() for label in (desk.person.note, desk.person.bad) if label.isVisible()]
        assert len(shown) == 1 and set(shown) <= messages, hostile[:40]
        assert not desk.foot.start.isEnabled()
    assert not desk.data.exists() or not list(desk.data.rglob("*.jsonl"))


def test_a_laboratorys_own_codes_are_refused_unless_the_station_says_so(assistant, studies):
    somebody = assistant(studies=(str(studies),))
    somebody.click(somebody.desk.person.code)
    somebody.type("lab-7_x")
    assert "letters and digits only" in somebody.said() and not somebody.desk.foot.start.isEnabled()


def test_a_laboratorys_own_codes_are_taken_where_the_station_says_so(assistant, studies):
    somebody = assistant(studies=(str(studies),), codes="own")
    somebody.click(somebody.desk.person.code)
    somebody.type("lab-7_x")
    somebody.until(lambda: somebody.desk.foot.start.isEnabled(), "the code to be free")
    assert not somebody.desk.person.new.isVisible()


def test_a_scanner_that_ends_with_return_starts_nothing(assistant, studies):
    somebody = assistant(studies=(str(studies),))
    somebody.click(somebody.desk.person.code)
    somebody.type(CODE.lower())
    somebody.press("Return")
    somebody.until(lambda: somebody.desk.foot.start.isEnabled(), "the code to be looked up")
    assert not somebody.desk.session.runs


# ---------------------------------------------------------------- studies and station


def test_an_unreadable_protocol_is_named_and_the_others_are_there(assistant, studies):
    (studies / "broken.yaml").write_text("study: [", encoding="utf-8")
    (studies / "notes.txt").write_text("not a study", encoding="utf-8")
    somebody = assistant(studies=(str(studies), "/nowhere"))
    assert "Can't be used: broken.yaml:1" in somebody.said() and "notes" not in somebody.said()
    assert somebody.desk.study.study.protocol.study == "small"


def test_a_file_from_elsewhere_is_opened_by_the_dialogue(assistant, studies, tmp_path):
    other = tmp_path / "elsewhere.yaml"
    other.write_text(SMALL.replace("study: small", "study: other"), encoding="utf-8")
    somebody = assistant(studies=(str(studies),))
    QApplication.clipboard().setText(str(other))

    def in_the_dialogue():
        dialog = QApplication.activeModalWidget()
        dialog.activateWindow()
        somebody.until(dialog.isActiveWindow, "the dialogue")
        somebody.press("v", "Control_L")
        somebody.press("Return")

    QTimer.singleShot(300, in_the_dialogue)
    somebody.click(somebody.desk.study.open)
    somebody.until(lambda: somebody.desk.study.study.protocol.study == "other", "the other study")
    names = [somebody.desk.study.list.itemText(at) for at in range(somebody.desk.study.list.count())]
    assert names == ["Short questions (small)", "Short questions (other)"]


def test_group_and_visit_are_asked_for_where_the_study_has_them(assistant, studies):
    (studies / "small.yaml").write_text(SMALL + "strata: [women, men]\n", encoding="utf-8")
    somebody = assistant(studies=(str(studies), str(PROTOCOLS)))
    desk = somebody.desk
    somebody.pick(desk.study.list, place(somebody, "small"))
    desk.person.issue()
    somebody.until(lambda: desk.person.held, "the code to be looked up")
    assert desk.foot.todo.text() == "Still to do: choose the group."
    somebody.pick(desk.person.stratum, 1)
    chosen = {"stratum": "men", "wave": "", "group": "", "seats": "", "language": "en"}
    assert desk.person.chosen == chosen and desk.foot.start.isEnabled()
    assert not desk.person.wave.isVisible()
    somebody.pick(desk.study.list, place(somebody, "over-time"))
    assert "choose the visit" in desk.foot.todo.text() and not desk.person.stratum.isVisible()
    somebody.pick(desk.person.wave, 1)
    somebody.until(lambda: "no finished visit before this one" in somebody.said(), "the visit to be looked up")


def test_neither_purpose_nor_cells_nor_deceptions_are_told(assistant, studies):
    somebody = assistant()
    for at, study in enumerate(somebody.desk.study._studies):
        somebody.desk.study.list.setCurrentIndex(at)
        said = somebody.said()
        assert str(study.protocol.minutes) in said
        hidden = [study.protocol.purpose, *(each.what for each in study.protocol.deception)]
        assert not [text for text in hidden if text and text[:30] in said]
        assert not [text for text in study.protocol.factors if f" {text} " in said]


def test_the_window_stays_alive_while_the_station_is_checked(assistant, studies):
    somebody = assistant(ready=False, studies=(str(studies),))
    desk = somebody.desk
    assert "check the station" in desk.foot.todo.text()
    somebody.alt("k")
    somebody.until(lambda: desk.checking.runs, "the check to begin")
    somebody.alt("c")
    somebody.type("k7")
    assert desk.checking.runs and desk.person.code.text() == "k7"
    assert "being checked" in somebody.said()
    somebody.until(lambda: not desk.checking.runs, "the check to end")
    somebody.settle()
    assert desk.station.verdict in ("ok", "warn", "fail")
    assert {light.what for light in desk.station._lights} >= {"disk", "display", "keyboard"}, somebody.said()


def test_what_is_red_bars_a_real_session_and_says_what_to_do(assistant, studies):
    somebody = assistant(ready=False, studies=(str(studies),))
    desk = somebody.desk
    said = '{"lines": [{"what": "room", "verdict": "fail", "found": "3 MB free", "do": "x"}]}'
    desk._checked(2, said, "")
    desk.person.issue()
    somebody.until(lambda: desk.person.held, "the code to be looked up")
    assert not desk.foot.start.isEnabled() and "mend what is not ready" in desk.foot.todo.text()
    told = ["✗", "Free space: not ready", "Free some space on this disk. Details: 3 MB free"]
    assert desk.station.rows.said.splitlines() == told
    somebody.click(desk.band.trying)
    assert desk.foot.start.isEnabled()


def test_a_long_word_of_the_pre_flight_leaves_the_columns_as_wide_as_they_are(assistant, studies):
    somebody = assistant(ready=False, studies=(str(studies),))
    said = '{"lines": [{"what": "protocol", "verdict": "warn", "found": "SHA-256 %s", "do": ""}]}'
    somebody.desk._checked(0, said.replace("%s", "07df2634" * 8), "")
    somebody.settle()
    assert somebody.desk.study.width() == somebody.desk.station.width()


def test_the_words_change_at_once(assistant, studies):
    somebody = assistant(studies=(str(studies),))
    somebody.pick(somebody.desk.band.words, 1)
    assert somebody.desk.foot.start.text() == "Sitzung &starten"
    assert "Was geschehen wird" in somebody.desk.study.happens_heading.text()
    assert somebody.desk.study.list.currentText() == "Kurze Fragen"


def test_a_code_is_shown_whole_so_that_no_j_looks_like_an_i(assistant, studies):
    field = assistant(studies=(str(studies),)).desk.person.code
    assert field.height() - 2 * 3 >= field.fontMetrics().height()  # without its border


@pytest.mark.parametrize("language", ["en", "de"])
def test_everything_fits_a_small_screen_at_200_percent(assistant, studies, language):
    desk = assistant(studies=(str(studies),), language=language).desk
    desk.shrink(True)
    for button in (desk.band.trying, desk.band.real):
        button.click()
        assert desk.minimumSizeHint().width() <= 640 and desk.minimumSizeHint().height() <= 360
