"""Optional modules that deceive: a bogus measurement of ties, and a chat with partners who follow a script."""

import re
from random import Random

import pytest

from experiments import chat, find, identification_feedback, minimal_group
from runner.checks.check import check
from runner.checks.reading import WORD, counted, kincaid
from runner.declarations.materials import STIMULI, Library, library
from runner.declarations.protocols import read_protocol
from runner.planning import plan_session
from runner.screens import Bar
from runner.tasks import Happened, Occasion

DECLINED = "!declined"
FOLDER = STIMULI.parent / "protocols" / "modules"
MODULES = {path.stem: read_protocol(path) for path in sorted(FOLDER.glob("*.yaml"))}
LIBRARIES = {name: library(protocol, "en") for name, protocol in MODULES.items()}
CELLS = [(name, cell) for name, protocol in MODULES.items() for cell in protocol.cells()]


def trials(task, name, materials=None, **params):
    materials = materials or LIBRARIES[name]
    occasion = Occasion(
        random=Random("seed"), assigned={}, materials=materials, phase="here", details={}, identity="coded"
    )
    return list(task.trials(task.params(**params), occasion))


# ---------------------------------------------------------------- as protocols


@pytest.mark.parametrize("name", MODULES)
def test_a_module_is_fit_to_be_run(name):
    assert [str(mistake) for mistake in check(FOLDER / f"{name}.yaml").mistakes] == []


@pytest.mark.parametrize(
    ("name", "cell"), CELLS, ids=lambda part: part if isinstance(part, str) else "-".join(part.values())
)
def test_a_module_can_be_planned_in_every_cell(name, cell):
    plan = plan_session(MODULES[name], find, LIBRARIES[name], participant="p", slot=0, language="en", cell=cell)
    own = {"told-ties": "identification_feedback", "group-chat": "chat", "at-risk": "randomised_response"}
    assert own.get(name, "consent") in {t.task for t in plan.trials}


def without(tmp_path, name, *edits):
    """What is said of a module after changes to its text."""
    text = (FOLDER / f"{name}.yaml").read_text(encoding="utf-8")
    for pattern, new in edits:
        text, times = re.subn(pattern, new, text, flags=re.DOTALL)
        assert times == 1, pattern
    (tmp_path / "p.yaml").write_text(text, encoding="utf-8")
    return "\n".join(str(mistake) for mistake in check(tmp_path / "p.yaml", layout=False).mistakes)


UNDECLARED = (r"deception:.*?phases:", "phases:")
PLAIN_DEBRIEF = (
    r"task: process_debrief(\n    reaches: consented)\n    params:.*?(?=  - phase: data-decision)",
    r"task: pages\1\n    params: {text: modules/stays}\n",
)


@pytest.mark.parametrize(("name", "task"), [("told-ties", "identification_feedback"), ("group-chat", "chat")])
def test_a_module_is_refused_without_its_deception_declared(tmp_path, name, task):
    said = without(tmp_path, name, UNDECLARED)
    assert re.search(rf"the task '{task}' deceives about (oneself|others), but no entry of 'deception'", said)


def test_ties_are_refused_without_a_process_debrief(tmp_path):
    said = without(tmp_path, "told-ties", PLAIN_DEBRIEF)
    assert "'identification_feedback' deceives about oneself, and saying that it was not so leaves" in said
    assert "'process_debrief'" in said


def test_a_chat_needs_a_debrief_of_any_kind(tmp_path):
    assert without(tmp_path, "group-chat", PLAIN_DEBRIEF) == ""


def test_partners_are_never_passed_off_as_real(tmp_path):
    said = without(tmp_path, "group-chat", (r"simulated: true", "simulated: false"))
    assert "'simulated' must be true, since the partners follow a script, but is false; write true" in said
    assert "'simulated' is missing" in without(tmp_path, "group-chat", (r", simulated: true", ""))


@pytest.mark.parametrize("name", MODULES)
def test_everyone_who_consented_is_told_the_truth(name):
    reaches = {phase.task: phase.reaches for phase in MODULES[name].phases}
    told = ["process_debrief", "data_decision"] if name in ("told-ties", "group-chat") else ["data_decision"]
    assert {reaches[task] for task in told} == {"consented"}


# ---------------------------------------------------------------- ties


@pytest.fixture
def ties():
    return lambda level, score: trials(
        identification_feedback.task, "told-ties", ties=level, score=score, text=f"modules/ties-{level}"
    )[0]


@pytest.mark.parametrize(("level", "score"), [("strong", 81), ("weak", 27)])
def test_what_is_told_is_the_protocols_and_its_number_stands_below(ties, act, level, score):
    outcome, screens = act(identification_feedback.task, ties(level, score), (level,))
    assert [screen.name for screen in screens] == ["ties-wait", "ties-1", "ties-recall"]
    assert (screens[0].seconds, screens[0].accepts) == (6.0, None)
    (bar,) = [mark for mark in screens[1].marks if isinstance(mark, Bar)]
    assert (bar.share, bar.note) == (score / 100, f"{score} points")
    assert (outcome.recalled, outcome.right) == (level, True)


@pytest.mark.parametrize("answer", ["strong", "unsure", DECLINED])
def test_what_was_not_told_is_not_right(ties, act, answer):
    outcome, _ = act(identification_feedback.task, ties("weak", 27), (answer,))
    assert outcome.recalled == (None if answer == DECLINED else answer)
    assert not outcome.right


def test_nothing_that_was_answered_changes_what_is_told(ties, act, happened):
    given = ties("weak", 27)
    (group,) = trials(minimal_group.task, "told-ties", group="teal", text="status-and-help/group")
    past = (happened(minimal_group.task, group, None),)
    _, plain = act(identification_feedback.task, given, ("weak",))
    _, worn = act(identification_feedback.task, given, ("weak",), past)
    assert [screen.marks for screen in plain] == [screen.marks[1:] for screen in worn]  # the badge is all


def test_a_score_is_at_most_a_hundred(tmp_path):
    said = without(tmp_path, "told-ties", (r"strong: 81", "strong: 181"))
    assert "'score' must be 0 to 100, but is 181; correct it" in said


@pytest.mark.parametrize("kind", ["ties", "draw-ties"])
def test_both_levels_are_told_at_equal_length(kind):
    texts = []
    for level in ("strong", "weak"):
        pages = LIBRARIES["told-ties"].pages(f"modules/{kind}-{level}").pages
        texts.append(" ".join(text for page in pages for text in (page.title, *page.body)))
    for lengths in ([len(WORD.findall(text)) for text in texts], [len(text) for text in texts]):
        assert max(lengths) <= 1.1 * min(lengths)
    one, other = (kincaid(counted(text, "en")) for text in texts)
    assert abs(one - other) <= 1


# ---------------------------------------------------------------- chat


@pytest.fixture
def turns():
    return lambda **params: trials(chat.task, "group-chat", chat="gender", simulated=True, **params)


def test_one_turn_has_the_remark_and_every_turn_can_be_answered(turns):
    givens = turns()
    assert [given.remark for given in givens] == [False, True, False]
    assert {given.order for given in givens} == {givens[0].order}
    assert sorted(givens[0].order) == sorted(chat.ACTS)


def test_lines_come_one_after_the_other(turns, act):
    outcome, screens = act(chat.task, turns(pause=2.0)[0], ("ignore",))
    assert [screen.name for screen in screens] == ["chat-line", "chat-line", "chat-act"]
    assert [screen.seconds for screen in screens] == [2.0, 2.0, None]
    shown = [screen.marks[0].text.count("Partner") for screen in screens]
    assert shown == [1, 2, 3]
    assert outcome == chat.Outcome(act="ignore", reply=None, characters=0)


@pytest.mark.parametrize("picked", ["reply", "object", "change"])
def test_who_says_something_writes_it(turns, act, picked):
    outcome, screens = act(chat.task, turns()[1], (picked, " That is not so. "))
    assert screens[-1].name == "chat-write"
    assert outcome == chat.Outcome(act=picked, reply="That is not so.", characters=15)


@pytest.mark.parametrize(
    ("asked", "answers", "expected"),
    [
        ("options", ("object",), ("object", None)),
        ("words", ("No.",), (None, "No.")),
        ("words", ("  ",), (None, None)),
        ("words", (DECLINED,), (None, None)),
        ("both", (DECLINED,), (None, None)),
        ("both", ("object", DECLINED), ("object", None)),
    ],
)
def test_options_and_words_can_be_had_each_alone_and_left_out(turns, act, asked, answers, expected):
    outcome, _ = act(chat.task, turns(asked=asked)[1], answers)
    assert (outcome.act, outcome.reply) == expected


def test_what_one_wrote_stands_in_the_talk_and_the_script_goes_on_as_it_was(turns, act, words):
    first, second, _ = turns()
    said = chat.Outcome(act="reply", reply="Coffee is fine.", characters=15)
    past = (Happened(phase="here", task="chat", given=first, outcome=said),)
    silent = (
        Happened(phase="here", task="chat", given=first, outcome=chat.Outcome(act=None, reply=None, characters=0)),
    )
    _, spoken = act(chat.task, second, ("ignore",), past)
    _, quiet = act(chat.task, second, ("ignore",), silent)
    assert "You: Coffee is fine." in words(spoken)
    assert spoken[-1].marks[0].text.replace("You: Coffee is fine.\n\n", "") == quiet[-1].marks[0].text


def test_only_the_last_lines_are_on_the_screen(turns, act):
    *before, last = turns()
    past = tuple(
        Happened(phase="here", task="chat", given=each, outcome=chat.Outcome(act="reply", reply="So.", characters=3))
        for each in before
    )
    _, screens = act(chat.task, last, ("ignore",), past)
    lines = screens[-1].marks[0].text.split("\n\n")
    assert len(lines) == chat.LINES
    assert lines[-1].startswith("Partner 2: The second week")


def test_a_script_without_a_remark_is_refused(tmp_path):
    script = tmp_path / "en" / "chats" / "dull.yaml"
    script.parent.mkdir(parents=True)
    script.write_text("turns: [{id: one, lines: [{speaker: A, text: Hello.}]}]", encoding="utf-8")
    own = Library("en", "gender", {}, {}, STIMULI, tmp_path)
    with pytest.raises(ValueError, match="'dull' must have lines in each turn and a remark in one; correct it"):
        trials(chat.task, "group-chat", own, chat="dull", simulated=True)
