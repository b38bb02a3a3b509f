"""A group session in which somebody would wait for people who never come, or see what others don't, is no protocol."""

from pathlib import Path

import pytest

from experiments import find
from runner.checks.check import check
from runner.commands import common
from runner.planning import plan_session
from runner.rehearsal import rehearse
from runner.stages.answers.views import View
from runner.stages.drawing.layout import Canvas, lay_out

MODULE = Path(__file__).parents[3] / "protocols" / "modules" / "seen-together.yaml"
GROUP = "group: {seats: [2, 8], dropped: go_on}\n"
COMPANY = "    task: gathering\n    params: {point: company}\n"
DISPLAY = "    task: end_display\n    when: {display: end}\n"
FACTOR = "  display: {levels: [end, live], unit: session}\n"
ORDER = f"{FACTOR}  order: {{levels: [one, other], role: counterbalance}}\n"
PAIRS = "    params: {design: pairs-4}\n"
NO_BOARD = (
    "    task: live_display\n    when: {display: end}\n    params: {text: modules/together-no-board, board: empty}\n"
)
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
    "a board in some cells only": (
        [(NO_BOARD, NO_BOARD.replace("live_display", "pages").replace(", board: empty", ""))],
        "add 'live_display' with 'board: empty' and as many 'rows' before it in the others",
    ),
    "boards of two heights": (
        [("board: empty}", "board: empty, rows: 6}")],
        "stands lower, and may be smaller, in those cells that have a board",
    ),
    "an empty board is no display": (
        [
            (
                "    task: end_display\n    when: {display: end}\n    params: {question: display_ready_group}\n",
                "    task: pages\n    when: {display: end}\n    params: {text: modules/thanks}\n",
            )
        ],
        "but in some cells that announce it nothing is displayed",
    ),
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


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080), (2560, 1440), (1024, 768)], ids=str)
def test_what_is_chosen_from_stands_in_the_same_place_and_is_as_large_whether_there_is_a_board_or_not(language, size):
    protocol, canvas = common.read(MODULE), Canvas(width=size[0], height=size[1])
    materials = common.library(protocol, language)
    line = "Silver Birch 2: " + max(materials.pack().phrases["act"].values(), key=len)
    places = {}
    for display in ("end", "live"):
        cell = {"display": display}
        plan = plan_session(protocol, find, materials, participant="P", slot=0, language=language, cell=cell)
        screens = [screen for _, screens in rehearse(plan, common.tasks(plan)) for screen in screens]
        pairs = [screen for screen in screens if screen.name == "pair"]
        for others in (0, 1, 3, 7):  # beside this person
            view = View(board=(line,) * others if display == "live" else ())
            laid = [lay_out(screen, view, canvas, plan.interface) for screen in pairs]
            places[display, others] = [
                (target, [plate.lines for plate in layout.pieces if (plate.x, plate.y) == (target.x, target.y)])
                for layout in laid
                for target in layout.targets
            ]
            texts = {text.text for layout in laid for piece in layout.pieces for text in getattr(piece, "lines", ())}
            assert any("Silver Birch" in text for text in texts) == bool(view.board)
            assert (materials.word("board_heading") in texts) == (display == "live")
    assert len(pairs) == 5
    assert all(where == places["end", 0] for where in places.values())
