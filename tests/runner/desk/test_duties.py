"""What there is to do besides sessions, in one window that these tests share: by keyboard, by mouse, and refused."""

import json
import re
import shutil
import unicodedata
import urllib.request
from pathlib import Path
from random import Random

import pytest
from PyQt6.QtCore import QObject, QTimer, QUrl, pyqtSlot
from PyQt6.QtGui import QDesktopServices
from PyQt6.QtWidgets import QApplication, QLineEdit

from experiments import find
from runner import sessions
from runner.commands import common
from runner.commands.secrets import telling
from runner.declarations.protocols import read_protocol
from runner.desk import look
from runner.desk.duties.server import Server
from runner.desk.parts import Said
from runner.desk.wording import words_in
from runner.laboratory.checkups import Checkup, keep
from runner.laboratory.place import open_place
from runner.ledger import Ledger
from runner.log import FileLog
from runner.planning import plan_session
from runner.privacy import codes, contacts, payouts, tokens
from runner.respondents import Uniform
from runner.stages.virtual import Virtual
from runner.station.shortcuts import talking

STUDY = """\
study: paying
title: {en: "Work and choices", de: "Arbeit und Entscheidungen"}
minutes: 5
languages: [en, de]
identity: coded
pack: planets
ethics: "1"
withdraw_until: 2099-03-15
factors:
  visit: {levels: [first, second], unit: wave}
phases:
  - {phase: key, task: token}
  - {phase: motives, task: scale, params: {scales: [motives-short]}}
  - {phase: again, task: scale, when: {visit: second}, params: {scales: [motives-short]}}
  - {phase: payout, task: payout, params: {bonus: 4.5}, reaches: everyone}
details: {support: "room 12", contact: "lab@example.org"}
"""
ONCE = """\
study: once
title: {en: "Once", de: "Einmal"}
minutes: 5
languages: [en, de]
identity: coded
pack: planets
phases:
  - {phase: motives, task: scale, params: {scales: [motives-short]}}
"""
CODES = [codes.issue(Random(seed)) for seed in range(3)]
HOSTILE = [
    *("../../evil", "C:\\CON", "a b;c", "=1+1", "'; DROP TABLE claim; --", "<b>x</b>", "%s{0}", "$(id)", "--help"),
    *("\u202eK7M2Q5", "K7\u200bM2Q5", "\uff2b7M2Q5", "K\u0301", "K" * 100_000, "K7M2\tQ", "\ud83d\ude00" * 300),
]


class Watched(Virtual):
    """A stage that keeps the key and the payment code that were on its screens."""

    seen: dict[str, str]

    def present(self, screen):
        if screen.name in ("token", "payout"):
            self.seen[screen.name] = screen.marks[2].text
        return super().present(screen)


def hold(data, file, code):
    """A session to its end; its log, and what its participant was shown."""
    protocol, name, on = read_protocol(file), sessions.new_id(), Watched(Uniform(Random(1)))
    on.seen = {}
    plan = plan_session(
        protocol, find, common.library(protocol, "en"), participant=code, slot=0, language="en", wave="first"
    )
    head = sessions.head(protocol, plan, on, session=name, store="real", station="lab-3")
    ledger = Ledger(data)
    ledger.claim("paying", "real", "", name, code, "lab-3", wave="first")
    log = FileLog.create(sessions.log_path(data, "paying", "real", name), head)
    sessions.perform(plan, common.tasks(plan), telling(on, log.path, head), log)
    link = log.head_link
    log.close()
    ledger.finish(name, link)
    ledger.close()
    return log.path, on.seen


@pytest.fixture(scope="module")
def lab(lasting, tmp_path_factory):
    """Somebody at the other duties of a station, where three people have taken part."""
    studies = tmp_path_factory.mktemp("studies")
    for name, text in (("once", ONCE), ("paying", STUDY)):
        (studies / f"{name}.yaml").write_text(text, encoding="utf-8")
    somebody = lasting(studies=(str(studies),))
    data = somebody.desk.data
    somebody.held = [hold(data, studies / "paying.yaml", code) for code in CODES]
    somebody.private, public = zip(*(contacts.new_key() for _ in range(2)), strict=True)
    keys = ", ".join(f'"{key}"' for key in public)
    (data / "station.toml").write_text(f'station = "lab-3"\n[contacts]\nkeys = [{keys}]\n', encoding="utf-8")
    return somebody


class Browser(QObject):
    """What the system would open."""

    def __init__(self):
        super().__init__()
        self.pages = []

    @pyqtSlot(QUrl)
    def open(self, url):
        self.pages.append(url.toLocalFile() or url.toString())


@pytest.fixture
def opened():
    """What was opened in the system's browser."""
    browser = Browser()
    for scheme in ("file", "http"):
        QDesktopServices.setUrlHandler(scheme, browser, "open")
    yield browser.pages
    for scheme in ("file", "http"):
        QDesktopServices.unsetUrlHandler(scheme)


@pytest.fixture
def somebody(lab, opened):
    """At the other duties, a study chosen, nothing open but the morning page."""
    desk = lab.desk
    desk.study.list.setCurrentIndex(1)
    desk.band.real.click()
    if desk.at_duties:
        lab.click(desk.foot.more)
    lab.click(desk.foot.more)
    lab.click(desk.duties.buttons["morning"])
    lab.opened = opened
    yield lab
    desk.duties.console.let_go()
    lab.until(lambda: not desk.duties.console.runs, "the console to end")
    lab.until(lambda: not desk.duties.busy, "what was begun to be over")


def duty(somebody, key):
    """Open one by the pointer."""
    somebody.click(somebody.desk.duties.buttons[key])
    return somebody.desk.duties.open


def put(somebody, field, text):
    """Paste into a field, in the place of what stands there."""
    QApplication.clipboard().setText(text)
    somebody.click(field)
    somebody.press("a", "Control_L")
    somebody.press("v", "Control_L")


def by_letter(somebody, letter, holds):
    """What the underlined letter leads to: a button goes down and up again, as under a finger."""
    somebody.alt(letter)
    somebody.until(holds, f"what Alt and {letter} lead to")


def done(somebody):
    """Wait for the command; all that the duty says then."""
    somebody.until(lambda: not somebody.desk.duties.busy, "the command")
    return somebody.said()


def answer_the_dialogue(somebody):
    """Paste a name into the system's dialogue, which opens next."""

    def answer():
        dialog = QApplication.activeModalWidget()
        dialog.activateWindow()
        somebody.until(dialog.isActiveWindow, "the dialogue")
        somebody.press("a", "Control_L")
        somebody.press("v", "Control_L")
        somebody.press("Return")

    QTimer.singleShot(300, answer)


def shown(duty):
    """The messages that are to be seen."""
    return [said.text() for said in (duty.hint, duty.note, duty.bad) if said.isVisible()]


# ---------------------------------------------------------------- the laboratory


def test_the_page_of_the_morning_is_made_by_keyboard_only_and_opened(somebody):
    desk = somebody.desk
    place = open_place(desk.data)
    line = {"what": "room", "verdict": "fail", "found": "3 MB <free>", "do": "x"}
    for station, lines in (("lab-3", ()), ("lab-4", (line,))):
        facts = {"versions": {"vantage-lab": "1"}, "protocols": {}}
        keep(place, Checkup(station=station, at=place.look(place.time), fit=not lines, facts=facts, lines=lines))
    place.close()
    by_letter(somebody, "b", lambda: not desk.at_duties)
    assert desk.person.isVisible() and desk.foot.start.isVisible()
    by_letter(somebody, "d", lambda: desk.at_duties)
    assert not desk.person.isVisible() and not desk.foot.start.isVisible()
    by_letter(somebody, "m", desk.duties.open.make.hasFocus)
    somebody.press("Return")
    assert desk.duties.busy and "One moment" in somebody.said()
    said = done(somebody)
    (page,) = somebody.opened
    assert page.endswith("-laboratory.html") and "There is something to mend first." in said
    text = Path(page).read_text(encoding="utf-8")
    assert "lab-3" in text and "Free some space on this disk. Details: 3 MB &lt;free&gt;" in text
    assert not [code for code in CODES if code in text]


def test_the_console_runs_beside_everything_and_ends_by_its_button(somebody):
    desk = somebody.desk
    console = desk.duties.console
    by_letter(somebody, "c", console.people.hasFocus)
    somebody.type("80")
    by_letter(somebody, "r", lambda: console.runs)
    somebody.until(lambda: somebody.opened, "the address to be opened")
    (address,) = somebody.opened
    assert console.address.text() == address and re.fullmatch(r"http://127\.0\.0\.1:\d+/enter/\S+", address)
    assert "The console of “Work and choices” is running." in somebody.said()
    with urllib.request.urlopen(address, timeout=60) as page:
        assert page.status == 200
    somebody.until(lambda: console.address.text() != address, "the next address")
    duty(somebody, "due")
    assert console.runs and not desk.duties.busy
    duty(somebody, "console")
    somebody.click(console.end)
    somebody.until(lambda: not console.runs, "the console to end")
    assert "The console has ended." in somebody.said() and not console.address.isVisible()
    with pytest.raises(OSError):
        urllib.request.urlopen(address, timeout=5)


def test_the_console_ends_with_the_window(somebody):
    desk = somebody.desk
    console = duty(somebody, "console")
    somebody.click(console.begin)
    somebody.until(lambda: somebody.opened, "the console")
    desk.close()
    assert not desk.isVisible()
    somebody.until(lambda: not console.runs, "the console to end")
    desk._leaving = False
    desk.present()
    somebody.until(desk.isActiveWindow, "the window")


# ---------------------------------------------------------------- withdrawal


def test_by_the_key_it_is_looked_up_left_and_then_erased_with_a_receipt_by_mouse_only(somebody):
    (log, seen), erasing = somebody.held[0], duty(somebody, "withdraw")
    put(somebody, erasing.field, seen["token"].lower())
    assert erasing.field.echoMode() == QLineEdit.EchoMode.Password
    somebody.click(erasing.look)
    assert "the answers of 1 session of “Work and choices”" in done(somebody) and log.is_file()
    somebody.click(erasing.leave)
    assert "Nothing was erased." in somebody.said() and erasing.field.text() == "" and log.is_file()
    put(somebody, erasing.field, seen["token"])
    somebody.click(erasing.look)
    done(somebody)
    somebody.click(erasing.erase)
    assert erasing.unbreakable
    said = done(somebody)
    receipt = somebody.desk.data.parent / "withdrawal-receipt.html"
    assert f"{receipt}".replace("/", "/\u200b") in said or str(receipt) in said.replace("\u200b", "")
    assert "Confirmation of deletion" in said or erasing.receipt.text()
    assert not log.exists() and somebody.opened == [str(receipt)] and erasing.field.text() == ""
    assert CODES[0] not in said and seen["token"] not in said
    put(somebody, erasing.field, seen["token"])
    somebody.click(erasing.look)
    assert "There is nothing of this person here." in done(somebody)


def test_where_answers_may_be_besides_is_said_before_and_when_nothing_is_found(somebody):
    pool = somebody.desk.data / "paying" / "real" / "unlinkable"
    pool.mkdir()
    note = {"came": [], "went": [str(somebody.desk.data.parent / "office")], "until": "2099-03-15"}
    (pool / "gathered.json").write_text(json.dumps(note), encoding="utf-8")
    erasing = duty(somebody, "withdraw")
    for key, said in ((somebody.held[2][1]["token"], "This would be erased"), (tokens.new(), "There is nothing of")):
        put(somebody, erasing.field, key)
        somebody.click(erasing.look)
        told = done(somebody).replace("\u200b", "")
        assert said in told and "are to be erased there" in told and note["went"][0] in told
        somebody.desk.speak("de")
        assert "are to be erased there" not in somebody.said() and "müssen dort gelöscht werden" in somebody.said()
        somebody.desk.speak("en")
    shutil.rmtree(pool)
    somebody.click(erasing.by_code)
    somebody.click(somebody.desk.duties.buttons["morning"])
    assert duty(somebody, "withdraw").by_key.isChecked()  # nobody's key is typed where it is shown


def test_by_the_code_it_is_erased_by_keyboard_only_and_a_change_asks_anew(somebody):
    log, _ = somebody.held[1]
    erasing = somebody.desk.duties.withdrawal
    by_letter(somebody, "e", erasing.by_key.hasFocus)
    somebody.press("Right")
    by_letter(somebody, "r", erasing.field.hasFocus)
    somebody.type(CODES[1].lower())
    somebody.press("Return")
    assert "would be erased for good" in done(somebody)
    assert erasing.leave.hasFocus()  # whoever presses Enter once too often erases nothing
    by_letter(somebody, "r", erasing.field.hasFocus)
    somebody.press("End")
    somebody.press("BackSpace")
    assert not erasing.erase.isVisible() and "would be erased" not in somebody.said()
    receipt = somebody.desk.data.parent / "withdrawal-receipt.html"
    receipt.unlink(missing_ok=True)
    receipt.mkdir()  # where the page can't be written
    somebody.type(CODES[1][-1])
    somebody.press("Return")
    done(somebody)
    by_letter(somebody, "f", lambda: somebody.desk.duties.busy)
    said = done(somebody)
    assert "Erased: the answers of 1 session." in said and "No receipt could be made." in said
    assert not log.exists() and somebody.held[2][0].is_file()
    receipt.rmdir()


# ---------------------------------------------------------------- people and money


def test_an_address_is_locked_away_and_nothing_of_it_stays_in_the_window(somebody):
    address = duty(somebody, "address")
    for text in (CODES[2], "Zoë", "zoe-example", "results"):
        somebody.desk.focusWidget().setText(text)
        somebody.press("Tab")
    somebody.press("Return")
    assert address.unbreakable and not somebody.desk.close()  # nobody would know whether it was kept
    assert "Locked away." in done(somebody) and "Zoë" not in somebody.said()
    assert not any(field.text() for field in address.findChildren(QLineEdit))
    folder = somebody.desk.data.parent / "contacts"
    (kept,) = contacts.read(folder, "paying", somebody.private[0])
    assert (kept.participant, kept.name, kept.reach, kept.wants) == (CODES[2], "Zoë", "zoe-example", "results")
    assert not [path for path in folder.rglob("*") if path.is_file() and b"Zo" in path.read_bytes()]


def test_what_was_typed_is_gone_with_another_duty_another_study_or_the_page(somebody):
    desk = somebody.desk
    leave = (
        lambda: somebody.click(desk.duties.buttons["due"]),
        lambda: somebody.pick(desk.study.list, 0),
        lambda: somebody.click(desk.band.trying),
        lambda: somebody.click(desk.foot.more),
    )
    for go in leave:
        address = duty(somebody, "address")
        address.name.setText("Zoë")
        go()
        assert address.name.text() == ""
        if desk.band.pilot:
            somebody.click(desk.band.real)


def test_who_is_due_is_told_by_code(somebody):
    duty(somebody, "due")
    by_letter(somebody, "i", lambda: somebody.desk.duties.busy)
    said = done(somebody)
    due = somebody.desk.duties.open.list
    assert "Due: 1" in said and due.item(0).text() == f"{CODES[2]}   visit “second”, on any day"
    somebody.pick(somebody.desk.study.list, 0)
    assert "everybody comes once" in somebody.said() and not due.isVisible()


def test_a_payment_code_is_looked_up_and_closed_and_the_open_ones_are_written(somebody, tmp_path):
    paying, seen, out = duty(somebody, "payments"), somebody.held[2][1], tmp_path / "list.csv"
    put(somebody, paying.code, seen["payout"])
    somebody.press("Return")
    assert "worth 4.50" in done(somebody)

    for said in (f"The list is in {out}.", "none is overwritten"):
        QApplication.clipboard().setText(str(out))
        answer_the_dialogue(somebody)
        somebody.click(paying.list)
        assert said in done(somebody).replace("\u200b", "")
    assert seen["payout"] in out.read_text(encoding="utf-8")
    somebody.click(paying.look)
    done(somebody)
    somebody.click(paying.paid)
    assert "It was worth 4.50." in done(somebody) and paying.code.text() == ""
    assert payouts.read(somebody.desk.data, "paying").people_paid == 1
    put(somebody, paying.code, seen["payout"])
    somebody.click(paying.look)
    assert "This code is not open" in done(somebody)


def test_codes_of_another_station_are_open_where_its_folder_is_added(somebody, tmp_path):
    other = tmp_path / "lab-4"
    code = payouts.new()
    payouts.add(other, "paying", code, "7", "0")
    paying = duty(somebody, "payments")

    QApplication.clipboard().setText(str(other))
    answer_the_dialogue(somebody)
    somebody.click(paying.also)
    assert f"Counted, too: {other}" in somebody.said().replace("\u200b", "")
    for said in ("worth 7.00", "This code is not open"):
        put(somebody, paying.code, code)
        somebody.click(paying.look)
        assert said in done(somebody)
        somebody.click(paying.alone) if paying.alone.isVisible() else None
    assert not paying.paid.isEnabled() and not paying.alone.isVisible()


# ---------------------------------------------------------------- what can't be


def test_without_a_browser_what_was_found_out_is_said_all_the_same(somebody):
    morning = duty(somebody, "morning")
    morning.say("page_unfit")
    assert not morning.open_page("//[")  # no address at all
    said = somebody.said()
    assert "There is something to mend first." in said and "Open this yourself: //[" in said
    somebody.desk.speak("de")
    assert "Öffnen Sie das selbst" in somebody.said()
    somebody.desk.speak("en")
    somebody.click(morning.make)
    assert "yourself" not in done(somebody) and somebody.opened


def test_hostile_input_is_one_message_in_every_field(somebody):
    desk = somebody.desk
    for key, name in (("console", "people"), ("withdraw", "field"), ("address", "code"), ("payments", "code")):
        there = duty(somebody, key)
        for radio in (there.by_key, there.by_code) if key == "withdraw" else (None,):
            if radio:
                somebody.click(radio)
            for hostile in HOSTILE:
                field = getattr(there, name)
                field.setText(hostile)
                assert len(shown(there)) == 1, (key, hostile[:20])
                field.clear()
    put(somebody, duty(somebody, "address").name, "A\nB")
    assert len(shown(desk.duties.open)) == 1 and not desk.duties.busy


def test_of_an_address_only_what_can_be_seen_is_taken(somebody):
    address = duty(somebody, "address")
    address.code.setText(CODES[2])
    for field in (address.name, address.reach, address.wants):
        address.name.setText("Zoë")
        for hostile in HOSTILE:
            field.setText(hostile)
            unseen = {"Cc", "Cf", "Zl", "Zp"} & {unicodedata.category(character) for character in hostile}
            refused = bool(unseen) or len(hostile) > contacts.LONGEST
            assert address.bad.isVisible() == refused and address.keep.isEnabled() != refused, hostile[:20]
        field.clear()


def test_a_pilot_stays_one_and_has_no_duties_to_real_people(somebody):
    desk = somebody.desk
    somebody.click(desk.band.trying)
    for key in ("withdraw", "address", "due", "payments"):
        assert "This is about real people." in " ".join(shown(duty(somebody, key)))
        buttons = [each for each in desk.duties.open.order if hasattr(each, "click") and each.isVisible()]
        assert not [button.text() for button in buttons if button.isEnabled() and button.text()], key
        spot = desk.band.mapToGlobal(desk.band.rect().bottomLeft())
        assert somebody.picture().getpixel((spot.x() + 3, spot.y() - 3)) == look.palette.PILOT
    assert desk.band.sign.text() == "PILOT"


def test_a_server_out_of_reach_is_one_message(app, lab, tmp_path):
    (tmp_path / "station.toml").write_text('ledger = "postgresql+psycopg://x@127.0.0.1:1/none"\n', encoding="utf-8")
    server = Server(talking(), tmp_path)
    server.there = True
    server.sync.click()
    lab.until(lambda: not server.busy, "the command")
    server.tell(server.around)
    assert server.bad.text().startswith("That was not done. ") and "127.0.0.1" in server.bad.text()
    assert "Traceback" not in server.bad.text() and not server.note.text()


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_duty_fits_a_small_screen_at_200_percent_and_speaks(somebody, language):
    desk = somebody.desk
    desk.speak(language)
    desk.shrink(True)
    somebody.settle()
    words = words_in(language)
    for key, button in desk.duties.buttons.items():
        button.click()
        somebody.settle()
        assert desk.minimumSizeHint().width() <= 640 and desk.minimumSizeHint().height() <= 360, key
        assert desk.duties.open.heading.text() == words[f"duty_{key}"].replace("&", "")
        assert not [said.text() for said in desk.duties.open.findChildren(Said) if "{" in said.text()]
        assert desk.duties.page.minimumSizeHint().width() <= 640 - 2 * 20, key
    desk.shrink(False)
    desk.speak("en")
