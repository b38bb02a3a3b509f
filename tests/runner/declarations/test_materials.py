from pathlib import Path

import pytest

from runner.declarations.choice_designs import read_design
from runner.declarations.materials import STIMULI, Library, MissingMaterialError, library
from runner.declarations.protocols import read_protocol_text
from runner.errors import DeclarationError
from stimuli.kinds import Page, Pages, Profile

PACK = """
name: shapes
title: Circles and squares
terms: {ingroup: circles, outgroup: squares, Ingroup: Circles}
question: Are you one of the {ingroup}?
categories: [{value: circle, text: Circle, advantaged: true}]
acts:
  - {id: petition, template: 1, text: "Sign for {outgroup}", codes: CODES}
"""
CODES = "{public: -1, normative: 1, autonomy: 0, statuscost: -1, selflead: -1, risk: -1, effort: 1}"
DESIGN = """# seed: a/1
# d_error: 0.5
set,block,one_public,one_normative,one_autonomy,one_statuscost,one_selflead,one_risk,one_effort,other_public,\
other_normative,other_autonomy,other_statuscost,other_selflead,other_risk,other_effort
7,2,-1,1,-1,-1,-1,1,3,1,1,-1,-1,1,-1,1
"""


@pytest.fixture
def stimuli(tmp_path: Path) -> Path:
    for path, text in {
        "en/packs/shapes.yaml": PACK.replace("CODES", CODES),
        "en/texts/try/hello.yaml": "pages: [{title: '{Ingroup}!', body: ['To {outgroup}, from {contact}. {}']}]",
        "en/words.yaml": "yes: 'Yes, {ingroup}'",
        "en/interface.yaml": "continue: Go on",
        "designs/two.csv": DESIGN,
    }.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    return tmp_path


def make(stimuli: Path, **texts: Pages) -> Library:
    return Library("en", "shapes", {"contact": "us"}, texts, stimuli)


def told(stimuli: Path, path: str, text: str, key: str = "") -> str:
    """What is said of one material file."""
    (stimuli / path).parent.mkdir(parents=True, exist_ok=True)
    (stimuli / path).write_text(text, encoding="utf-8")
    made, kind = make(stimuli), path.split("/")[1]
    with pytest.raises(DeclarationError) as refused:
        made.pack() if kind == "packs" else getattr(made, {"texts": "pages", "scales": "scale"}.get(kind, kind))(key)
    return str(refused.value)


def test_placeholders_are_filled_from_the_pack_and_the_details(stimuli: Path) -> None:
    made = make(stimuli)
    assert made.pages("try/hello").pages == (Page(title="Circles!", body=("To squares, from us. {}",)),)
    assert made.pack().question == "Are you one of the circles?" and made.pack().acts[0].text == "Sign for squares"
    assert made.word("yes") == "Yes, circles" and made.interface() == {"continue": "Go on"}


def test_a_text_of_the_protocols_own_comes_before_the_file_and_is_filled(stimuli: Path) -> None:
    own = Pages(pages=(Page(body=("Own, for {outgroup}.",)),))
    assert make(stimuli, **{"try/hello": own}).pages("try/hello").pages[0].body == ("Own, for squares.",)


def test_an_unknown_placeholder_is_told_with_file_line_and_a_suggestion(stimuli: Path) -> None:
    said = told(stimuli, "en/texts/a.yaml", "pages:\n  - body:\n    - Fine.\n    - For {outgruop}.\n", "a")
    assert "a.yaml:4:7: unknown placeholder 'outgruop'; did you mean 'outgroup'?" in said
    assert "a brace without its partner" in told(stimuli, "en/texts/b.yaml", "pages: [{body: ['For {outgroup']}]", "b")


def test_a_missing_material_says_what_there_is(stimuli: Path) -> None:
    with pytest.raises(
        MissingMaterialError, match=r"hallo\.yaml: 'try/hallo' is not in texts; did you mean 'try/hello'"
    ):
        make(stimuli).pages("try/hallo")
    with pytest.raises(MissingMaterialError, match=r"words\.yaml: the word 'yess' is missing; did you mean 'yes'"):
        make(stimuli).word("yess")
    with pytest.raises(DeclarationError, match="'tow' is not in designs; did you mean 'two'"):
        make(stimuli).design("tow")


@pytest.mark.parametrize(
    "key",
    [
        "../packs/shapes",
        "/etc/passwd",
        "a/b/c",
        "try/../hello",
        "TRY/hello",
        "try\\hello",
        "",
        "hello\n",
        "con.",
        "\u202ea",
    ],
)
def test_a_key_never_leads_out_of_its_folder(stimuli: Path, key: str) -> None:
    for find in (make(stimuli).pages, make(stimuli).scale, make(stimuli).questions, make(stimuli).design):
        with pytest.raises(MissingMaterialError, match="must be lower-case words, with at most one /"):
            find(key)


def test_a_language_never_leads_out_of_its_folder(stimuli: Path) -> None:
    with pytest.raises(DeclarationError, match="must be a code such as en or pt-BR"):
        Library("../en", "shapes", {}, {}, stimuli)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("effort: 1", "effort: 4"), "packs/shapes.yaml:8:"),
        (("effort: 1", "effort: 4"), "'effort' must be one of 1, 2, 3, but is 4"),
        (("risk: -1", "risk: 0"), "'risk' must be one of -1, 1, but is 0"),
        ((", effort: 1", ""), "the code 'effort' is missing"),
        (("effort: 1", "effort: 1, fame: 1"), "unknown code 'fame'"),
        (("selflead: -1", "selflead: 1"), "one can't lead in private"),
        (("template: 1", "template: 17"), "'template' must be 1 to 16"),
        (("Sign for", "Sign " + "and sign " * 9 + "for"), "at most 20 words, but this one has 21"),
        (("id: petition", "id: a petition"), "'id' must be plain letters"),
        (("advantaged: true", "advantaged: false"), "nobody could take part"),
        (("question:", "phrases: {effort: {4: x}}\nquestion:"), "unknown level '4' of 'effort'; known are 1, 2, 3"),
    ],
)
def test_a_pack_that_can_not_be_right_is_refused(stimuli: Path, change: tuple[str, str], message: str) -> None:
    text = PACK.replace("CODES", CODES)
    assert change[0] in text
    assert message in told(stimuli, "en/packs/shapes.yaml", text.replace(*change))


SCALE = (
    "name: s\nsource: own\nlow: 1\nhigh: 7\nanchors: [low, high]\nitems:\n  - {id: a, text: A}\n  - {id: b, text: B}\n"
)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            ("[low, high]", "[low, b, c, high]"),
            "s.yaml:5:10: 'anchors' must be 2 (both ends), 3 (ends and middle) or 7",
        ),
        (("high: 7\nanchors: [low, ", "high: 6\nanchors: [low, mid, "), "has no middle for a third anchor"),
        (("high: 7", "high: 1"), "s.yaml:4:7: 'high' must be more than 'low'"),
        (("id: b", "id: a"), "s.yaml:8:10: 'a' stands here a second time"),
        (("text: B", "text: B, instructed: 9"), "'instructed' must be 1 to 7, but is 9"),
        (("text: B", "text: B, instructed: 2, reversed: true"), "an instructed item is never scored"),
        (("text: B", "text: B, subscale: x"), "s.yaml:7:5: some items have a subscale and this one hasn't"),
    ],
)
def test_a_scale_that_can_not_be_right_is_refused(stimuli: Path, change: tuple[str, str], message: str) -> None:
    assert change[0] in SCALE
    assert message in told(stimuli, "en/scales/s.yaml", SCALE.replace(*change), "s")


@pytest.mark.parametrize(
    ("question", "message"),
    [
        ("{id: q, text: Q, kind: choice, options: [{value: a, text: A}]}", "at least two options, but has 1"),
        ("{id: q, text: Q, kind: words, options: [{value: a, text: A}]}", "only a choice has options"),
        ("{id: q, text: Q, kind: rating, anchors: [a]}", "'anchors' must be 2"),
        ("{id: q 1, text: Q, kind: words}", "'id' must be plain letters"),
        (
            "{id: q, text: Q, kind: choice, options: [{value: a, text: A}, {value: a, text: B}]}",
            "'a' stands here a second time",
        ),
    ],
)
def test_a_question_that_can_not_be_asked_is_refused(stimuli: Path, question: str, message: str) -> None:
    assert message in told(stimuli, "en/questions/q.yaml", f"questions:\n  - {question}\n", "q")


def test_a_design_is_read_with_its_origin(stimuli: Path) -> None:
    design = make(stimuli).design("two")
    assert (design.name, design.seed, design.d_error) == ("two", "a/1", 0.5)
    assert (design.sets[0].id, design.sets[0].block) == ("7", 2)
    assert design.sets[0].one == Profile(
        public=-1, normative=1, autonomy=-1, statuscost=-1, selflead=-1, risk=1, effort=3
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("7,2,-1", "7,2,-2"), "two.csv:4:1: is no choice set"),
        (("7,2,-1", "7,2"), "two.csv:4:1: is no choice set"),
        ((",3,1", ",x,1"), "two.csv:4:1: is no choice set"),
        (("# seed: a/1\n", ""), "lacks sets, '# seed:' or '# d_error:'"),
        (("0.5", "nan"), "lacks sets, '# seed:' or '# d_error:'"),
    ],
)
def test_a_damaged_design_is_refused(stimuli: Path, change: tuple[str, str], message: str) -> None:
    assert change[0] in DESIGN
    path = stimuli / "designs" / "two.csv"
    path.write_text(DESIGN.replace(*change), encoding="utf-8")
    with pytest.raises(DeclarationError) as refused:
        read_design(path, "two")
    assert message in str(refused.value)


def test_a_changed_file_is_read_again(stimuli: Path) -> None:
    assert make(stimuli).word("yes") == "Yes, circles"
    (stimuli / "en" / "words.yaml").write_text("yes: Certainly so", encoding="utf-8")
    assert make(stimuli).word("yes") == "Certainly so"


def test_details_to_fill_in_stand_visibly_in_their_place(stimuli: Path) -> None:
    text = (
        "study: aa\ntitle: {en: A}\nminutes: 7\nlanguages: [en]\nidentity: coded\npack: shapes\nto_fill_in: [contact]\n"
        "phases: [{phase: a, task: pages, params: {text: try/hello}}]\n"
    )
    made = library(read_protocol_text(text, "p"), "en", stimuli)
    assert made.pages("try/hello").pages[0].body == ("To squares, from [contact]. {}",)
    assert made.details["minutes"] == "7"


def test_shipped_designs_can_be_read() -> None:
    for path in (STIMULI / "designs").glob("*.csv"):
        assert read_design(path, path.stem).sets
