"""A group session in which somebody would wait for people who never come, or see what others don't, is no protocol."""

from pathlib import Path

import pytest

from runner.checks.check import check

MODULE = Path(__file__).parents[3] / "protocols" / "modules" / "seen-together.yaml"
GROUP = "group: {seats: [2, 8], dropped: go_on}\n"
COMPANY = "    task: gathering\n    params: {point: company}\n"
DISPLAY = "    task: end_display\n    when: {display: end}\n"
FACTOR = "  display: {levels: [end, live], unit: session}\n"
ORDER = f"{FACTOR}  order: {{levels: [one, other], role: counterbalance}}\n"
PAIRS = "    params: {design: pairs-4}\n"
BROKEN = {
    "no group": ([(GROUP, "")], "'gathering' is for sessions of several people, but everyone comes alone here"),
    "nobody waits": (
        [
            (
                "    task: gathering\n    params: {point: start, show: nobody}\n",
                "    task: pages\n    params: {text: modules/thanks}\n",
            ),
            (COMPANY, "    task: pages\n    params: {text: modules/thanks}\n"),
            (
                "    task: live_display\n    when: {display: live}\n    params: {text: modules/together-board}\n",
                "    task: pages\n    params: {text: modules/together-board}\n",
            ),
        ],
        "nothing in them waits for the others",
    ),
    "one point twice": ([("point: company", "point: start")], "'point' is 'start', which another moment"),
    "a point with a meaning": ([("point: company", "point: display")], "'point' is 'display', which another moment"),
    "a treatment of one's own": (
        [(FACTOR, FACTOR.replace(", unit: session", ""))],
        "told different things: this depends on display",
    ),
    "an order of one's own": (
        [
            (FACTOR, ORDER),
            (COMPANY, "    task: gathering\n    when: {order: one}\n    params: {point: company}\n"),
        ],
        "told different things: this depends on order",
    ),
    "an order of one's own at the end": (
        [(FACTOR, ORDER), (DISPLAY, DISPLAY.replace("end}", "end, order: one}"))],
        "told different things: this depends on order",
    ),
    "shuffled": (
        [
            (COMPANY, f"    shuffled: m\n{COMPANY}"),
            ("    task: live_display\n", "    shuffled: m\n    task: live_display\n"),
        ],
        "so people would wait at different ones",
    ),
    "who has stopped": ([(DISPLAY, f"    reaches: consented\n{DISPLAY}")], "and would wait here for the others"),
    "kept apart": ([(COMPANY, f"    unlinkable: {{}}\n{COMPANY}")], "this is kept where nothing is told"),
}


def said(folder, *edits):
    text = MODULE.read_text(encoding="utf-8")
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new, 1)
    (folder / "p.yaml").write_text(text, encoding="utf-8")
    return "\n".join(str(mistake) for mistake in check(folder / "p.yaml", layout=False).mistakes)


@pytest.mark.parametrize("edits, words", BROKEN.values(), ids=BROKEN)
def test_it_is_refused(tmp_path, edits, words):
    assert words in said(tmp_path, *edits)


def test_the_module_is_sound_and_an_order_that_keeps_people_together_is_too(tmp_path):
    assert said(tmp_path) == ""
    assert said(tmp_path, (FACTOR, ORDER), (PAIRS, f"{PAIRS}    when: {{order: [one, other]}}\n")) == ""
