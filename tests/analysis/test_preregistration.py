"""What was fixed beforehand can't be edited, and whatever differs from it later is told."""

from collections import Counter

import attrs
import pytest

from analysis.registration.preregistration import (
    Planned,
    Registered,
    appended,
    compared,
    content,
    digest,
    document,
    read,
)
from runner.errors import VantageError
from runner.protocol import Exclusions

PLANNED = Planned(
    n=48,
    stop="when 48 are analysed",
    slots=1000,
    allocation={"": "c" * 64},
    designs={"pairs-24": "d" * 64},
    texts={"en": "e" * 64},
)
HASH = "a" * 64


@pytest.fixture
def registered(protocol):
    """registered(protocol of today, what was planned today) -> the made-up study's preregistration beside it."""

    def beside(now=protocol, planned=PLANNED, told=()):
        fixed = content(protocol, PLANNED)
        return Registered(content=fixed, sha256="f" * 64, told=told, now=content(now, planned))

    return beside


@pytest.fixture
def written(protocol, tmp_path):
    path = tmp_path / "made-up.preregistration.md"
    path.write_text(document(content(protocol, PLANNED)), encoding="utf-8")
    return path


def test_the_same_study_gives_the_same_bytes_and_its_own_hash(protocol, written):
    text = written.read_text(encoding="utf-8")
    assert document(content(protocol, PLANNED)) == text
    entries, sha256, told = read(written)
    assert entries == content(protocol, PLANNED)
    assert f"SHA-256 of its content: `{sha256}`" in text
    assert told == ()
    line = next(line for line in text.splitlines() if line.startswith('{"'))
    assert digest(line) == sha256


def test_the_document_tells_people_everything_that_is_fixed(written):
    text = written.read_text(encoding="utf-8")
    for told in (
        "### H11_pool, primary",
        "- Test: `a_public:mI`, predicted: above 0; smallest effect of interest ±0.15",
        "- Test: `a_public:mO`, predicted: no difference; smallest effect of interest ±0.15",
        "- Class D: derived in this project, not a prediction of the paper",
        "- People to be analysed: 48",
        "- Stopping rule: when 48 are analysed",
        "- Factor frame: privilege, disadvantage, neutral (treatment, by participant)",
        "from the seed `made-up/main`",
        f"- Allocation list, first 1000 places (SHA-256): `{'c' * 64}`",
        "- E2 is asked in the phase `eligibility`.",
        "None is declared.",
        "Opaque codes for conditions",
    ):
        assert told in text, told


@pytest.mark.parametrize(
    ("was", "made"),
    [
        ("- Stopping rule: when 48 are analysed", "- Stopping rule: when it is significant"),
        ('"n":48', '"n":49'),
        ('{"allocation"', '{"allocated"'),
        ("content: `", "content: `" + "0" * 64 + "`, not `"),
    ],
)
def test_a_document_that_was_edited_is_refused(written, was, made):
    text = written.read_text(encoding="utf-8")
    assert was in text
    written.write_text(text.replace(was, made), encoding="utf-8")
    with pytest.raises(VantageError, match="it was edited since it was written"):
        read(written)


def test_a_document_that_another_version_words_otherwise_is_sound(protocol, written, monkeypatch):
    monkeypatch.setattr("analysis.registration.preregistration.written", lambda *_: "worded otherwise")
    assert read(written)[0] == content(protocol, PLANNED)


def test_what_is_no_preregistration_is_refused(tmp_path):
    (tmp_path / "x.md").write_text("# Something else\n", encoding="utf-8")
    with pytest.raises(VantageError, match="no preregistration that `vantage preregister` wrote"):
        read(tmp_path / "x.md")
    with pytest.raises(VantageError, match="can't be read"):
        read(tmp_path / "none.md")


def test_deviations_are_appended_and_none_is_edited(written):
    before = written.read_text(encoding="utf-8")
    for line in ("we stopped at 40,\n since the term ended", "one scale was left out"):
        written.write_text(appended(written, line, "2026-11-21"), encoding="utf-8")
    text = written.read_text(encoding="utf-8")
    assert text.startswith(before)
    told = ("2026-11-21: we stopped at 40, since the term ended", "2026-11-21: one scale was left out")
    assert read(written)[2] == told
    written.write_text(text.replace("at 40", "at 48"), encoding="utf-8")
    with pytest.raises(VantageError, match="deviation 1 was edited"):
        read(written)
    written.write_text(text + "- 2026-11-22: by hand\n", encoding="utf-8")
    with pytest.raises(VantageError, match="was written by hand"):
        read(written)
    lines = text.splitlines(keepends=True)
    written.write_text("".join([*lines[:-2], lines[-1]]), encoding="utf-8")
    with pytest.raises(VantageError, match="deviation 1 was edited"):  # the first of two was taken out
        read(written)


def test_an_analysis_as_it_was_planned_matches(registered):
    found = compared(registered(), Counter({HASH: 50}), 48)
    assert found.matches and found.deviations == found.notes == ()


def test_every_deviation_is_told(protocol, registered):
    now = attrs.evolve(
        protocol,
        hypotheses=("H9a", "H9b", *protocol.hypotheses[2:]),
        sesoi=0.2,
        exclusions=Exclusions(advantaged="eligibility", attention_failures=1),
        sha256="b" * 64,
    )
    planned = attrs.evolve(PLANNED, texts={"en": "9" * 64}, allocation={"": "8" * 64})
    found = compared(registered(now, planned, ("2026-11-21: we hurried",)), Counter({HASH: 20, "b" * 64: 10}), 30)
    assert not found.matches
    assert found.told == ("2026-11-21: we hurried",)
    for told in (
        "The protocol file was changed: preregistered was aaaaaaaaaaaa, the analysis has bbbbbbbbbbbb.",
        "10 of 30 sessions ran with another protocol file than the preregistered one (aaaaaaaaaaaa): "
        "bbbbbbbbbbbb (10).",
        "Hypothesis H10_pool was preregistered and is not tested.",
        "Hypothesis H9b was not preregistered: exploratory.",
        "Hypothesis H9a: sesoi was 0.15, and is 0.2.",
        "The smallest effect of interest: preregistered was 0.15, now it is 0.2.",
        "The exclusions (attention_failures): preregistered was 2, now it is 1.",
        f"What participants see (en): preregistered was {'e' * 64}, now it is {'9' * 64}.",
        "48 participants were preregistered (stopping rule: when 48 are analysed); 30 are analysed.",
    ):
        assert told in found.deviations, told


def test_a_hypothesis_that_was_turned_round_is_a_deviation(registered):
    plan = registered()
    plan.now["hypotheses"][0]["sign"] = -1
    found = compared(plan, Counter({HASH: 48}), 48)
    assert found.deviations == ("Hypothesis H9a: sign was 1, and is -1.",)


def test_other_versions_are_a_note_and_no_number_is_said(registered):
    plan = registered()
    plan.now["versions"]["numpy"] = "9.9"
    plan.content["n"] = None
    found = compared(plan, Counter({HASH: 48}), 48)
    assert found.deviations == ("No number of participants was preregistered; 48 are analysed.",)
    assert found.notes[0].endswith("analysed with 9.9.")
