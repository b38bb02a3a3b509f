import hashlib
from pathlib import Path

import pytest

from runner.declarations.protocols import read_protocol, read_protocol_text, read_with_places
from runner.errors import DeclarationError
from runner.protocol import Deception
from stimuli.kinds import Pages

HEAD = """
study: try-out
title: {en: Choices}
minutes: 5
languages: [en]
identity: coded
pack: gender
factors:
  frame: {levels: [privilege, disadvantage, neutral]}
  setting: {levels: [public, private], unit: session}
  order: {levels: [ab, ba], role: counterbalance}
phases:
"""
USES = "  - {phase: uses, task: pages, params: {text: {by: frame}}, when: {setting: public, order: [ab, ba]}}\n"


def phases(text: str) -> dict[str, object]:
    protocol = read_protocol_text(HEAD + USES + text, "p.yaml")
    return {phase.name: phase for phase in protocol.phases}


def mistakes(text: str) -> list[str]:
    with pytest.raises(DeclarationError) as refused:
        read_protocol_text(text, "p.yaml")
    return [str(mistake).split("\n")[0] for mistake in refused.value.mistakes]


def test_a_protocol_has_its_fields_its_text_and_its_hash(tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    data = b"\xef\xbb\xbf" + (HEAD + USES).replace("\n", "\r\n").encode()
    path.write_bytes(data)
    protocol = read_protocol(path)
    assert protocol.study == "try-out" and protocol.title == {"en": "Choices"} and protocol.minutes == 5
    assert protocol.factors["setting"].unit == "session" and protocol.factors["order"].role == "counterbalance"
    assert protocol.sha256 == hashlib.sha256(data).hexdigest()
    assert read_protocol_text(protocol.text, "log") == protocol


def test_a_parameter_by_factor_is_the_level_itself_or_one_value_per_level() -> None:
    phase = phases(
        "  - phase: p\n    task: pages\n    params: {text: {by: frame, privilege: a, disadvantage: b, neutral: c}}\n"
    )["p"]
    texts = {level: phase.params({"frame": level, "setting": "public"}).text for level in ("privilege", "neutral")}
    assert texts == {"privilege": "a", "neutral": "c"}
    assert phases("")["uses"].params({"frame": "neutral", "setting": "public"}).text == "neutral"


def test_there_is_one_variant_for_every_combination_of_the_factors_used() -> None:
    phase = phases("  - {phase: p, task: scale, params: {scales: [{by: frame}, {by: setting}, x]}}\n")["p"]
    assert len(phase.variants) == 6
    assert phase.params({"setting": "private", "frame": "neutral", "order": "ab"}).scales == ("neutral", "private", "x")


def test_a_value_by_factor_may_hold_another() -> None:
    nested = "{by: frame, privilege: {by: setting, public: a, private: b}, disadvantage: c, neutral: d}"
    phase = phases(f"  - {{phase: p, task: pages, params: {{text: {nested}}}}}\n")["p"]
    assert phase.params({"frame": "privilege", "setting": "private"}).text == "b"
    assert phase.params({"frame": "neutral", "setting": "private"}).text == "d"


def test_only_the_levels_that_get_to_a_phase_need_a_value() -> None:
    text = "{by: frame, privilege: a, neutral: b}"
    text = f"  - {{phase: p, task: pages, when: {{frame: [privilege, neutral]}}, params: {{text: {text}}}}}\n"
    assert len(phases(text)["p"].variants) == 2


def test_conditions_take_one_level_or_several() -> None:
    uses = phases("")["uses"]
    assert uses.when == {"setting": ("public",), "order": ("ab", "ba")}
    assert uses.applies({"setting": "public", "order": "ba"}) and not uses.applies(
        {"setting": "private", "order": "ba"}
    )


def test_a_task_without_parameters_needs_no_params() -> None:
    assert phases("  - {phase: p, task: end_display, reaches: everyone, shuffled: x}\n")["p"].reaches == "everyone"


def test_every_variant_is_checked() -> None:
    text = HEAD + USES + "  - {phase: p, task: framing, params: {frame: {by: setting}}}\n"
    assert [m.split(": ")[0] for m in mistakes(text)] == ["p.yaml:14:47", "p.yaml:14:47"]


def test_texts_of_the_protocols_own_are_pages() -> None:
    own = "texts: {en: {mine: {pages: [{title: T, body: [one, two]}]}}}\n"
    made = read_protocol_text(own + HEAD.lstrip() + USES, "p").texts["en"]["mine"]
    assert isinstance(made, Pages) and made.pages[0].body == ("one", "two")


def test_deception_is_fine_when_everybody_who_consented_is_debriefed() -> None:
    text = "deception: [{what: a wall, debriefed_in: truth}]\n" + HEAD.lstrip() + USES
    protocol = read_protocol_text(
        text + "  - {phase: truth, task: pages, reaches: consented, params: {text: a}}\n", "p"
    )
    assert protocol.deception == (Deception(what="a wall", debriefed_in="truth"),)


def test_deception_is_debriefed_in_the_cells_in_which_it_is_told() -> None:
    told = "  - {phase: told, task: pages, params: {text: a}, when: {frame: privilege}}\n"
    truth = (
        "  - {phase: truth, task: pages, reaches: consented, params: {text: a}, when: {frame: [privilege, neutral]}}\n"
    )
    text = "deception: [{what: a wall, told_in: [told], debriefed_in: truth}]\n" + HEAD.lstrip() + USES
    assert read_protocol_text(text + told + truth, "p").deception[0].told_in == ("told",)
    elsewhere = truth.replace("[privilege, neutral]", "neutral")
    assert any("left out in some cells" in found for found in mistakes(text + told + elsewhere))
    assert any("or say in 'told_in'" in m for m in mistakes(text.replace("told_in: [told], ", "") + told + truth))


WAVES = HEAD.lstrip().replace("phases:", "  wave: {levels: [one, two, three], unit: wave}\nphases:")


@pytest.mark.parametrize(
    ("told", "leaving", "what"),
    [
        ("one", "[one, two]", ""),
        ("two", "two", ""),
        ("three", "", ""),
        ("one", "two", "who goes no further in wave 'one'"),
        ("one", "one", "who goes no further in wave 'two'"),
    ],
)
def test_in_a_study_with_waves_who_leaves_before_the_debrief_has_one_of_their_own(
    told: str, leaving: str, what: str
) -> None:
    text = f"deception: [{{what: a wall, told_in: [told], debriefed_in: truth}}]\n{WAVES}{USES}"
    text += f"  - {{phase: told, task: pages, params: {{text: a}}, when: {{wave: {told}}}}}\n"
    if leaving:
        text += f"  - {{phase: gone, task: pages, reaches: leaving, params: {{text: a}}, when: {{wave: {leaving}}}}}\n"
    text += "  - {phase: truth, task: pages, reaches: consented, params: {text: a}, when: {wave: three}}\n"
    if what:
        assert any(what in found for found in mistakes(text))
    else:
        assert read_protocol_text(text, "p").deception


def test_a_debrief_in_a_wave_before_the_deception_is_none() -> None:
    text = f"deception: [{{what: a wall, told_in: [told], debriefed_in: truth}}]\n{WAVES}{USES}"
    text += "  - {phase: told, task: pages, params: {text: a}, when: {wave: two}}\n"
    text += "  - {phase: truth, task: pages, reaches: consented, params: {text: a}, when: {wave: one}}\n"
    assert any("left out in some cells" in found for found in mistakes(text))


def test_a_phase_for_those_who_leave_may_stand_before_another_sessions_phases() -> None:
    gone = "  - {phase: gone, task: pages, reaches: leaving, params: {text: a}, when: {wave: one}}\n"
    later = "  - {phase: later, task: pages, params: {text: a}, when: {wave: two}}\n"
    assert read_protocol_text(WAVES + USES + gone + later, "p")
    same = later.replace("wave: two", "wave: [one, two]")
    assert any("who leaves in 'later'" in found for found in mistakes(WAVES + USES + gone + same))


def test_types_and_names_are_told_together() -> None:
    text = HEAD.replace("minutes: 5", "minutes: x").replace("levels: [ab, ba]", "levels: [ab]") + USES
    found = mistakes(text + "  - {phase: p, task: pagse}\n")
    assert [m.split(": ")[0] for m in found] == ["p.yaml:4:10", "p.yaml:11:19", "p.yaml:13:97", "p.yaml:14:22"]


def test_a_wrong_factor_does_not_make_every_use_of_it_wrong() -> None:
    found = mistakes(HEAD.replace("[public, private]", "public") + USES)
    assert len(found) == 1 and "'levels' must be a list" in found[0]


def test_shuffled_phases_reach_the_same_people() -> None:
    pair = "  - {phase: a, task: pages, params: {text: a}, shuffled: x}\n"
    other = "  - {phase: b, task: pages, params: {text: a}, shuffled: x, reaches: everyone}\n"
    assert "must reach the same people" in mistakes(HEAD + USES + pair + other)[0]


def test_many_values_by_many_factors_are_refused_in_time() -> None:
    factors = "".join(f"  f{i}: {{levels: [a, b]}}\n" for i in range(8))
    by = ", ".join(f"{{by: f{i}, a: a{i}, b: b{i}}}" for i in range(8))  # a scale may be named once
    many = "".join(f"  - {{phase: p{i}, task: scale, params: {{scales: [{by}]}}}}\n" for i in range(300))
    text = HEAD.split("factors:")[0] + "factors:\n" + factors + "phases:\n" + many
    assert "depend on fewer factors" in mistakes(text)[0]


def test_a_phase_can_be_found_in_its_file(tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    path.write_text(HEAD + USES, encoding="utf-8")
    assert read_with_places(path).phase("uses").line == 13
