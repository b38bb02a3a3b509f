"""The handbook's pictures: real windows, at which somebody is simulated, or real keys are pressed."""

import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from displays import PATIENCE, ROOT, display, grab, keep, press, settled, until, vantage
from PIL import Image, ImageChops

PICTURES = {"en": ROOT / "docs" / "handbook", "de": ROOT / "docs" / "handbook" / "de"}
FILLED = {
    "support": '"the laboratory, room 12, telephone 1234"',
    "laboratory": '"the laboratory"',
    "contact": '"lab@example.org"',
    "payment": '"10 euros"',
    "ethics_reference": '"2026-17"',
}
NOTE = {
    "en": "Fire alarm at 10:40. Everyone went out and came back at 11:05.",
    "de": "Feueralarm um 10:40. Alle gingen hinaus und waren um 11:05 wieder da.",
}


def picture_of(language: str, name: str) -> Path:
    """Where a picture stands."""
    return PICTURES[language] / f"{name}.png"


def ready(name: str, folder: Path) -> Path:
    """A study as a laboratory has it: with its details filled in."""
    text = (ROOT / "protocols" / name).read_text(encoding="utf-8")
    folder.mkdir(parents=True, exist_ok=True)
    details = ", ".join(f"{key}: {value}" for key, value in FILLED.items())
    filled = re.sub(r"^to_fill_in:.*\n(?:  - .*\n)*", "", text, flags=re.MULTILINE)
    path = folder / Path(name).name
    path.write_text(
        f'{filled}withdraw_until: "2027-06-30"\nethics: "2026-17"\ndetails: {{{details}}}\n', encoding="utf-8"
    )
    return path


# ---------------------------------------------------------------- the scenes


def session(work: Path, language: str) -> None:
    """A choice in a pilot's window, and the page behind "Pause or stop"."""
    study = ready("taste.yaml", work / "protocols")
    with (
        display() as on,
        vantage("pilot", study, "--from", "choices", "--language", language, "--data", work / "data", on=on),
    ):
        page = settled(on)
        keep(page, picture_of(language, "session"))
        press(on, "Escape")
        keep(settled(on, before=page), picture_of(language, "stop"))


def group(work: Path, language: str) -> None:
    """Two pilots of one group session: waiting, who is here, what the others chose."""
    for attempt in range(5):  # who chooses sooner is chance, and sees nothing of the other's choices
        replies, frames = _together(work / str(attempt), language)
        boards = [reply for reply in replies if reply.screen == "pair" and len(reply.heard) > 1]
        if boards:
            break
    else:
        raise SystemExit("handbook: nobody saw anything on the board")
    for screen, name in (("waiting", "waiting"), ("who-is-here", "roster"), ("pair", "board")):
        reply = boards[-1] if name == "board" else next(reply for reply in replies if reply.screen == screen)
        until_then = [image for at, image in frames if reply.onset < at < reply.offset]
        if not until_then:
            raise SystemExit(f"handbook: {screen!r} passed unseen")
        keep(until_then[-1], picture_of(language, name))


def _together(work: Path, language: str) -> tuple[list[Any], list[tuple[float, Image.Image]]]:
    """What one of two answered, and what was to be seen at that display, with the clock that logs have."""
    from runner.log import read
    from runner.records import ScreenReplied

    study = ready("modules/seen-together.yaml", work / "protocols")
    told = ("pilot", study, "--group", "A", "--seats", 2, "--slot", 4, "--autopilot", "--data", work / "data")
    told += ("--language", language, "--cell", "display=live")
    frames: list[tuple[float, Image.Image]] = []
    with display() as one, display() as other, vantage(*told, on=one) as first:
        log = until(lambda: next(work.glob("data/*/pilot/*.jsonl"), None), "the first pilot")
        with vantage(*told, on=other):
            end = time.monotonic() + 2 * PATIENCE
            while first.poll() is None and time.monotonic() < end:
                image = grab(one)
                if not frames or ImageChops.difference(image, frames[-1][1]).getbbox():
                    frames.append((time.perf_counter(), image))
                time.sleep(0.1)
    assert isinstance(log, Path)
    return [record for record in read(log) if isinstance(record, ScreenReplied)], frames


def console(work: Path, language: str) -> None:
    """The console while stations of a group session are taken."""
    from playwright.sync_api import sync_playwright

    study, data = ready("modules/seen-together.yaml", work / "protocols"), work / "data"
    with ExitStack() as there:
        for place, code in enumerate(("K7M2QD", "3F9TWP", "X5R8HA"), start=1):
            on = there.enter_context(display())
            seat = (
                "--language",
                language,
                "--group",
                "A",
                "--seats",
                4,
                "--station",
                f"lab-{place}",
                "--participant",
                code,
            )
            there.enter_context(vantage("run", study, *seat, "--language", language, "--data", data, on=on))
            page = settled(on)
            if place == 2:
                press(on, "Escape")
                settled(on, before=page)
        served = there.enter_context(vantage("console", study, "--data", data, "--no-browser", "--port", 0, on=""))
        assert served.stdout
        address = re.search(r"http://\S+", served.stdout.readline())
        browser = there.enter_context(sync_playwright()).chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        page = browser.new_page(
            viewport={"width": 1280, "height": 800}, locale={"en": "en-GB", "de": "de-DE"}[language]
        )
        page.goto(address[0] if address else "")
        words = tomllib.loads((ROOT / "runner/console/words.toml").read_text(encoding="utf-8"))[language]
        page.get_by_text(words["state_stop"]).wait_for()
        page.get_by_role("textbox").fill(NOTE[language])
        page.get_by_role("button", name=words["save"]).click()
        page.locator("li", has_text=NOTE[language]).wait_for()
        shot = work / "console.png"
        page.screenshot(path=shot)
        keep(Image.open(shot).convert("RGB"), picture_of(language, "console"))
        browser.close()


def window(work: Path, language: str) -> None:
    """The start window: all that is needed is there; a group session; a code with an interrupted session."""
    from random import Random

    from runner.privacy import codes

    study, data = ready("taste.yaml", work / "protocols"), work / "data"
    ready("modules/seen-together.yaml", work / "protocols")
    code = codes.issue(Random("handbook"))
    with display("1240x760") as on:
        told = ("--participant", code, "--station", "lab-3", "--language", language)
        with vantage("run", study, *told, "--data", data, on=on):
            page = settled(on)
            press(on, "space")
            settled(on, before=page)
        subprocess.run(
            [sys.executable, str(ROOT / ".ci/handbook"), "--desk", work, code, language],
            env={**os.environ, "DISPLAY": on},
            cwd=ROOT,
            check=True,
        )


def desk(work: Path, code: str, language: str) -> None:
    """In a process with a display of its own: the start window, used from within."""
    from PyQt6.QtCore import QPoint
    from PyQt6.QtWidgets import QApplication, QWidget

    from runner.desk.look import dress
    from runner.desk.opening import fit
    from runner.desk.window import Desk
    from runner.station.settings import Settings
    from runner.station.shortcuts import talking

    app = QApplication(["vantage"])
    dress(app)
    desk = Desk(
        work / "data", Settings(station="lab-3", language=language, studies=(str(work / "protocols"),)), talking()
    )
    fit(desk)
    desk.present()

    def wait(what: Callable[[], object], told: str) -> None:
        def holds() -> object:
            app.processEvents()
            return what()

        until(holds, told)

    def picture(name: str, part: QWidget = desk) -> None:
        for _ in range(20):
            app.processEvents()
            time.sleep(0.02)
        place, size = part.mapToGlobal(QPoint(0, 0)), part.size()
        box = (place.x(), place.y(), place.x() + size.width(), place.y() + size.height())
        keep(grab(os.environ["DISPLAY"]).crop(box), picture_of(language, name))

    def choose(study: str) -> None:
        wait(lambda: desk.study._studies, "the studies")
        names = [each.protocol.study for each in desk.study._studies]
        desk.study.list.setCurrentIndex(names.index(study))

    choose("taste")
    desk.station.check.click()
    wait(lambda: desk.station.verdict, "the check")
    desk.person.new.click()
    wait(lambda: desk.person.held, "the code")
    picture("start")
    desk.person.code.setText(code)
    wait(lambda: desk.person.held and desk.person.held.halt, "the interrupted session")
    picture("interrupted", desk.person)
    choose("seen-together")
    desk.person.new.click()
    wait(lambda: desk.person.held and desk.person.held.how == "free", "the code")
    desk.person.group.setCurrentIndex(0)
    picture("seats", desk.person)
    choose("taste")
    desk.foot.more.click()
    desk.duties.buttons["withdraw"].click()
    desk.duties.withdrawal.by_code.click()
    desk.duties.withdrawal.field.setText(code)
    desk.duties.withdrawal.look.click()
    wait(lambda: desk.duties.withdrawal.erase.isVisible(), "the question whether that is meant")
    picture("duties")
    desk.close()


def key(work: Path, language: str) -> None:
    """The page with a key of one's own."""
    study = ready("modules/unseen-choices.yaml", work / "protocols")
    told = ("--from", "token", "--language", language, "--data", work / "data")
    with display() as on, vantage("pilot", study, *told, on=on):
        keep(settled(on), picture_of(language, "key"))


def receipt(work: Path, language: str) -> None:
    """A withdrawal's receipt, in a browser."""
    from playwright.sync_api import sync_playwright

    study, data = ready("taste.yaml", work / "protocols"), work / "data"
    with display() as on, vantage("pilot", study, "--quick", "--data", data, on=on) as process:
        process.wait(PATIENCE)
    code = f"pilot-{next(data.glob('*/pilot/*.jsonl')).stem}"
    told = ("--participant", code, "--data", data, "--language", language, "--yes")
    told += ("--receipt", work / "receipt.html")
    with vantage("withdraw", study, *told) as process:
        said, _ = process.communicate(timeout=PATIENCE)
        if process.returncode:
            raise SystemExit(f"handbook: {said}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 760, "height": 400})
        page.goto((work / "receipt.html").as_uri())
        shot = work / "receipt.png"
        page.screenshot(path=shot, full_page=True)
        keep(Image.open(shot).convert("RGB"), picture_of(language, "receipt"))
        browser.close()


SCENES = {
    "window": (window, ("start", "interrupted", "seats", "duties")),
    "session": (session, ("session", "stop")),
    "group": (group, ("waiting", "roster", "board")),
    "console": (console, ("console",)),
    "key": (key, ("key",)),
    "receipt": (receipt, ("receipt",)),
}
