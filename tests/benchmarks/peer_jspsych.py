"""The reference session in jsPsych's data-only simulation, in a headless Chromium: the peer's fastest way in a browser.

The packages come from npm by name, once, into `build/jspsych`; the page itself is served from this machine. One page
simulates all sessions one after the other, which is kinder to the peer than a fresh page for each.
"""

import json
import os
import shutil
import subprocess
import tempfile
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue
from typing import Any

from reference_session import FIXATIONS, SCREENS, WORDS

BUILD = Path(__file__).parents[2] / "build" / "jspsych"
PACKAGES = ("jspsych@8.3", "@jspsych/plugin-html-button-response@2", "@jspsych/plugin-html-keyboard-response@2")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
PATIENCE = 300  # seconds

_PAGE = """<!doctype html><meta charset="utf-8"><title>reference session</title>
<script src="node_modules/jspsych/dist/index.browser.min.js"></script>
<script src="node_modules/@jspsych/plugin-html-button-response/dist/index.browser.min.js"></script>
<script src="node_modules/@jspsych/plugin-html-keyboard-response/dist/index.browser.min.js"></script>
<body><script>
const words = WORDS, sessions = SESSIONS, warm_up = WARM_UP;
const button = (stimulus, choices) => ({type: jsPsychHtmlButtonResponse, stimulus, choices});
const keys = (stimulus, choices) => ({type: jsPsychHtmlKeyboardResponse, stimulus, choices});
const likert = [words.anchors[0], "2", "3", "4", "5", "6", words.anchors[1]];

function timeline(jsPsych, slot) {
  const shuffle = jsPsych.randomization.shuffle;
  const frame = Object.keys(words.framing)[slot % 2];
  return [
    button(words.consent, ["yes", "no"]),
    ...words.instructions.map(text => button(text, ["Continue"])),
    button(words.framing[frame], ["Continue"]),
    button(words.question, words.answers),
    ...shuffle(words.items).map(item => button(item, likert)),
    ...shuffle(words.acts).flatMap(acts => [
      {...keys("+", "NO_KEYS"), trial_duration: 500}, button("", shuffle(acts))]),
    ...words.sorted.flatMap(block => shuffle(block).map(stimulus => keys(stimulus, ["e", "i"]))),
    button(words.debriefing, ["Continue"]),
  ];
}

async function simulate(slot) {
  const jsPsych = initJsPsych({on_finish: () => {}});
  await jsPsych.simulate(timeline(jsPsych, slot), "data-only");
  return jsPsych.data.get().json();
}

(async () => {
  for (let slot = 0; slot < warm_up; slot++) await simulate(slot);
  let rows = 0;
  const began = performance.now();
  for (let slot = 0; slot < sessions; slot++) rows = JSON.parse(await simulate(slot)).length;
  const seconds = (performance.now() - began) / 1000;
  await fetch("result", {method: "POST", body: JSON.stringify({seconds, rows})});
})();
</script>
"""


def missing() -> str:
    """What this machine lacks to run the peer; empty when nothing."""
    if not shutil.which("npm"):
        return "npm is not installed"
    return "" if _browser() else f"none of {', '.join(BROWSERS)} is installed"


def seconds(sessions: int, warm_up: int = 10) -> float:
    """How long the peer takes for that many sessions."""
    _install()
    page = _PAGE.replace("WORDS", json.dumps(WORDS)).replace("SESSIONS", str(sessions)).replace("WARM_UP", str(warm_up))
    (BUILD / "index.html").write_text(page, encoding="utf-8", newline="\n")
    results: Queue[dict[str, Any]] = Queue()
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Page, results)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
            browser = _start(f"http://127.0.0.1:{server.server_port}/index.html", profile)
            try:
                result = results.get(timeout=PATIENCE)
            finally:
                browser.terminate()
                browser.wait()
                server.shutdown()
    if result["rows"] != SCREENS + FIXATIONS:
        raise RuntimeError(f"jsPsych made {result['rows']} rows a session, not {SCREENS + FIXATIONS}")
    return float(result["seconds"])


class _Page(SimpleHTTPRequestHandler):
    """Serves the page and its packages, and takes the result."""

    def __init__(self, results: Queue[dict[str, Any]], *args: Any) -> None:
        self.results = results
        super().__init__(*args, directory=str(BUILD))

    def do_POST(self) -> None:
        self.results.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *args: Any) -> None:
        pass


def _install() -> None:
    if (BUILD / "node_modules" / "jspsych").exists():
        return
    BUILD.mkdir(parents=True, exist_ok=True)
    (BUILD / "package.json").write_text('{"private": true}\n', encoding="utf-8")
    subprocess.run(("npm", "install", "--silent", "--no-audit", "--no-fund", *PACKAGES), cwd=BUILD, check=True)


def _browser() -> str:
    return next(filter(None, map(shutil.which, BROWSERS)), "")


def _start(address: str, profile: str) -> subprocess.Popen[bytes]:
    flags = ["--headless", "--disable-gpu", "--no-first-run", "--disable-background-timer-throttling"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        flags.append("--no-sandbox")  # Chromium refuses root with it
    command = (_browser(), *flags, f"--user-data-dir={profile}", address)
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
