"""The page in Chromium: live without a reload, by keyboard, on a phone, in two languages; what must not be in it."""

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from runner.commands.common import read
from runner.laboratory import gatherings, incidents, joining
from runner.laboratory.following import Glimpse
from runner.ledger import Ledger
from runner.ledger.replay import listing

ROOT = Path(__file__).parents[3]
STUDY = "frame-and-visibility"
HOSTILE = "<img src=x onerror=alert(1)>"
SCRIPT = "</p></li><script>document.title='taken'</script>{{ 7*7 }}"


@pytest.fixture(scope="module")
def protocol():
    return read(ROOT / f"protocols/{STUDY}.yaml")


def fine(seen, console):
    """Nothing was refused to our own page, and nothing was asked of anybody else."""
    assert seen.complaints == []
    assert {re.match(r"https?://[^/]+", url)[0] for url in seen.requests} == {console.root}


def row(page, station):
    return page.locator("#stations tbody tr").filter(has=page.locator("th", has_text=station))


def test_a_station_is_seen_live_without_a_reload(console, stations, pages):
    page, seen = pages(console)
    assert "No station has been heard of" in page.locator("#stations").inner_text()
    stations.show("lab-3", Glimpse(phase="trait", part=5, parts=20, progress=25))
    row(page, "lab-3").wait_for()
    assert "running" in row(page, "lab-3").inner_text()
    assert "5 of 20 · trait" in row(page, "lab-3").inner_text()
    stations.show("lab-3", Glimpse(state="stop", part=6, parts=20, progress=30, stopped=1, unfocused=12.3), "slow")
    page.get_by_text("on stop page").wait_for()
    told = row(page, "lab-3").inner_text()
    assert all(words in told for words in ("stop pressed: 1", "focus lost: 12 s", "disk slow", "30 %"))
    stations.show("lab-3", Glimpse(state="ended", part=20, parts=20, progress=100))
    page.get_by_text("ended", exact=False).wait_for()
    asked = Counter(url for url in seen.requests if not url.endswith("icon.svg"))  # the browser's own affair
    assert asked[f"{console.root}/"] == 1, "loaded once"
    assert len(asked) == asked.total(), "nothing is asked for again and again"
    fine(seen, console)


def test_pilots_are_shown_apart(console, stations, pages):
    page, _ = pages(console)
    stations.show("lab-1", Glimpse(part=1, parts=2), pilot=True)
    page.locator("#pilots tbody tr").wait_for()
    assert "Pilots (no real sessions)" in page.locator("#pilots").inner_text()
    assert page.locator("#stations tbody tr").count() == 0


def test_a_real_session_tells_of_itself(console, data, pages):
    page, seen = pages(console)
    pilot = [sys.executable, "-m", "runner.cli", "pilot", "protocols/taste.yaml", "--quick", "--data", str(data)]
    with subprocess.Popen(pilot, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as session:
        page.locator("#pilots .running").wait_for()
        page.locator("#pilots .ended").wait_for()
        told = session.communicate()[0]
    assert session.returncode == 0, told
    assert "100 %" in page.locator("#pilots tbody tr").inner_text()
    assert "in taste" in page.locator("#pilots tbody tr").inner_text()
    fine(seen, console)


def group(place, seats=2, taken=2, code="A"):
    for number in range(taken):
        found = joining.join(place, STUDY, "real", code, seats, f"session-{code}-{number}", f"lab-{number + 1}")
    return found.id


def state(place, id):
    return gatherings.named(place, id).state


def press(page, name, *, yes=True):
    page.get_by_role("button", name=name, exact=True).first.click()
    dialog = page.get_by_role("dialog")
    dialog.wait_for()
    told = dialog.inner_text()
    dialog.get_by_role("button", name=name if yes else "No, leave it as it is", exact=True).click()
    return told


def test_a_group_is_started_paused_and_closed_each_after_a_question(console, place, stations, pages, until):
    page, seen = pages(console)
    stations.show("lab-1", Glimpse(part=1, parts=2))
    id = group(place, seats=3)
    page.get_by_text("2 of 3 seats taken").wait_for()
    assert "Start group A now?" in press(page, "Start now", yes=False)
    assert state(place, id) == "gathering"
    press(page, "Start now")
    until(lambda: state(place, id) == "running", "started")
    press(page, "Pause")
    until(lambda: state(place, id) == "paused", "paused")
    row(page, "lab-1").get_by_text("paused").wait_for()
    press(page, "Go on")
    until(lambda: state(place, id) == "running", "goes on")
    assert "without lab-2" in press(page, "Don't wait for lab-2")
    until(lambda: [seat.state for seat in gatherings.named(place, id).taken] == ["here", "released"], "released")
    page.get_by_text("no longer waited for").wait_for()
    press(page, "Close")
    until(lambda: state(place, id) == "closed", "closed")
    page.get_by_text("No group session is open").wait_for()
    fine(seen, console)


def test_everything_can_be_done_by_keyboard(console, place, pages, until):
    page, _ = pages(console)
    id = group(place)
    page.locator(f"#start-{id}").wait_for()
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == f"start-{id}":
            break
    page.keyboard.press("Enter")
    page.get_by_role("dialog").wait_for()
    assert page.evaluate("document.activeElement.id") == "no", "what changes nothing comes first"
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    until(lambda: state(place, id) == "running", "started")
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "text":
            break
    page.keyboard.type("A fuse blew.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    until(lambda: [each.text for each in incidents.incidents(place)] == ["A fuse blew."], "kept")


def test_what_is_typed_stays_while_the_page_changes(console, stations, pages):
    page, _ = pages(console)
    page.locator("#text").fill("half a sentence")
    page.locator("#text").focus()
    stations.show("lab-8", Glimpse(part=1, parts=2))
    row(page, "lab-8").wait_for()
    assert page.locator("#text").input_value() == "half a sentence"
    assert page.evaluate("document.activeElement.id") == "text"


def test_an_incident_is_noted_shown_and_written_when_the_console_ends(console, data, place, stations, pages):
    page, seen = pages(console)
    stations.show("lab-2", Glimpse(part=1, parts=2))
    row(page, "lab-2").wait_for()
    page.locator("#about").select_option("station:lab-2")
    page.locator("#text").fill("=HYPERLINK(1) was what the screen said\nand it went dark")
    page.get_by_role("button", name="Keep the note").click()
    page.locator("#incidents li").wait_for()
    assert "station lab-2" in page.locator("#incidents li").inner_text()
    assert page.locator("#text").input_value() == ""
    assert page.locator("#said").inner_text() == "The note is kept."
    assert console.stop()[0] == 0
    table = (data / "incidents.csv").read_text(encoding="utf-8")
    assert '"station","lab-2","\'=HYPERLINK(1) was what the screen said\nand it went dark"' in table
    page.get_by_text("connection lost").wait_for()
    assert [text for text in seen.complaints if "ERR_CONNECTION" not in text] == []


def test_hostile_texts_stay_texts(console, place, stations, pages):
    page, seen = pages(console)
    stations.show(HOSTILE, Glimpse(phase=HOSTILE, part=1, parts=2), study=HOSTILE)
    group(place, taken=1, code=HOSTILE)
    incidents.note(place, STUDY, "general", "", f"{SCRIPT}\u2028id: 9")
    page.get_by_text("</script>").wait_for()
    row(page, HOSTILE).wait_for()
    page.get_by_text(f"Group {HOSTILE}", exact=False).first.wait_for()
    press(page, "Start now", yes=False)
    assert page.locator("img, main script").count() == 0
    assert page.title() == f"Laboratory · {STUDY}"
    assert "{{ 7*7 }}" in page.locator("#incidents").inner_text()
    fine(seen, console)


def test_no_condition_no_code_and_no_answer_is_anywhere(console, data, place, stations, protocol, pages, until):
    ledger = Ledger(data)
    for number in range(14):  # more than a block of twelve, so that `ledger status` would tell cells
        session = f"{number:016x}"
        ledger.claim(STUDY, "real", "", session, f"QX{number}", f"lab-{number % 4}", listing=listing(protocol))
        if number < 12:
            ledger.finish(session, "ff")
    ledger.close()
    id = group(place)
    gatherings.start(place, id)
    stations.show("lab-1", Glimpse(phase="trait", part=5, parts=20))
    client = console.client()
    page, _ = pages(console)
    page.locator("#balance td").get_by_text("12", exact=True).wait_for()
    until(lambda: page.locator("#balance tbody tr").inner_text().split() == ["all", "12", "2", "0", "1"], "the balance")
    row(page, "lab-1").wait_for()
    with client.stream("GET", "/events") as stream:
        lines = []
        for line in stream.iter_lines():
            lines.append(line)
            if "event: trouble" in lines and "event: incidents" in lines and not line and "event: about" in lines:
                break
    for text in (page.content(), "\n".join(lines)):
        assert "lab-1" in text
        words = set(re.findall(r"[\w-]+", text))
        levels = {level for factor in protocol.factors.values() for level in factor.levels}
        assert not levels & words
        assert not {f"QX{number}" for number in range(14)} & words
        assert "session-A-0" not in text


def test_events_have_ids_and_a_page_that_comes_back_gets_what_it_missed(console, place):
    client = console.client()

    def some(wanted, **headers):
        with client.stream("GET", "/events", headers=headers) as stream:
            found = []
            for line in stream.iter_lines():
                if line.startswith(("id: ", "event: ")):
                    found.append(line.partition(": ")[2])
                if wanted in found:
                    return found

    first = some("about")
    last = max(first[::2], key=lambda id: int(id.partition("-")[2]))
    incidents.note(place, STUDY, "general", "", "one more")
    missed = some("incidents", **{"Last-Event-ID": last})
    assert missed[1::2] == ["incidents"]
    assert int(missed[0].partition("-")[2]) > int(last.partition("-")[2])
    anew = some("incidents", **{"Last-Event-ID": "of-another-run-7"})
    assert set(anew[1::2]) == set(first[1::2])


def test_german_by_the_browser_and_by_the_link(console, stations, pages):
    stations.show("lab-1", Glimpse(state="stop", part=1, parts=2, stopped=2))
    page, seen = pages(console, locale="de-DE")
    assert page.locator("html").get_attribute("lang") == "de"
    page.get_by_text("auf der Abbruchseite").wait_for()
    page.get_by_role("link", name="English").click()
    page.get_by_text("on stop page").wait_for()
    fine(seen, console)


@pytest.mark.parametrize("locale", ["en-GB", "de-DE"])
def test_a_phone_shows_all_of_it_without_scrolling_sideways(console, data, place, stations, protocol, pages, locale):
    for number in range(4):
        stations.show(f"lab-{number}-with-a-very-long-name-indeed", Glimpse(phase="trait", part=5, parts=20, stopped=3))
    group(place, seats=4)
    ledger = Ledger(data)
    ledger.claim(STUDY, "real", "", "s", "P1", "lab-1", listing=listing(protocol))
    ledger.close()
    incidents.note(place, STUDY, "general", "", "a" * 500)
    page, seen = pages(console, width=360, height=740, locale=locale)
    page.locator("#balance tbody tr").wait_for()
    page.locator("#incidents li").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    fine(seen, console)


def test_states_differ_in_more_than_colour(console, stations, pages):
    page, _ = pages(console)
    for number, told in enumerate(("running", "stop", "leaving", "ended", "left", "idle")):
        stations.show(f"lab-{number}", Glimpse(state=told))
    page.locator("#stations tbody tr").nth(5).wait_for()
    texts = page.locator("#stations td.state").all_inner_texts()
    assert len(set(texts)) == 6 and all(len(text.split()) >= 2 for text in texts)


def test_when_the_database_goes_the_page_says_so_and_when_it_is_back_too(consoles, data, place, pages):
    console = consoles(data)
    page, _ = pages(console)
    with place.engine.begin() as db:
        db.exec_driver_sql("ALTER TABLE presence RENAME TO presence_away")
    page.get_by_text("database doesn't answer").wait_for()
    with place.engine.begin() as db:
        db.exec_driver_sql("ALTER TABLE presence_away RENAME TO presence")
    page.get_by_text("database doesn't answer").wait_for(state="detached")
