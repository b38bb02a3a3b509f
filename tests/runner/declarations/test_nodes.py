from pathlib import Path

import pytest

from runner.declarations import composing
from runner.declarations.composing import parse
from runner.declarations.nodes import (
    DEEPEST,
    LARGEST,
    MOST,
    MOST_MISTAKES,
    Map,
    Scalar,
    Sequence,
    Source,
    did_you_mean,
    rewritten,
    shown,
    size,
)
from runner.declarations.sources import decoded, read_source
from runner.errors import DeclarationError

ROOT = Path(__file__).parents[3]


def nodes(text: str) -> Map:
    node, mistakes = parse(Source("x.yaml", text))
    assert not mistakes and isinstance(node, Map)
    return node


def refusal(text: str) -> str:
    with pytest.raises(DeclarationError) as refused:
        node, mistakes = parse(decoded("x.yaml", text.encode("utf-8")))
        raise DeclarationError(*mistakes) if mistakes else AssertionError(node)
    return str(refused.value)


def test_each_node_knows_its_line_column_and_width() -> None:
    root = nodes("a: one\nb:\n  - 'two words'\n  - {c: 3}\n")
    assert root.keys["b"] == Scalar("b", True, 2, 1, 1)
    assert root.values["a"] == Scalar("one", True, 1, 4, 3)
    listed = root.values["b"]
    assert isinstance(listed, Sequence)
    assert listed.items[0] == Scalar("two words", False, 3, 5, 11)
    assert isinstance(listed.items[1], Map) and (listed.items[1].line, listed.items[1].column) == (4, 5)


def test_columns_count_characters_and_not_bytes() -> None:
    assert nodes('a: {"\u00e9t\u00e9": x}').values["a"].values["\u00e9t\u00e9"].column == 12  # type: ignore[union-attr]


def test_an_empty_value_stands_where_its_name_stands() -> None:
    assert nodes("a:\n\n\nb: 1\n").values["a"].line == 1


def test_a_byte_order_mark_and_any_line_ends_are_accepted() -> None:
    unix = decoded("x", b"a: 1\nb: 2\n")
    assert decoded("x", b"\xef\xbb\xbfa: 1\r\nb: 2\r\n") == unix
    assert decoded("x", b"a: 1\rb: 2\r") == unix


def test_depth_is_bounded_exactly() -> None:
    nodes("a: " + "[" * (DEEPEST - 1) + "]" * (DEEPEST - 1))
    assert "x.yaml:1:19: is nested more than 16 levels" in refusal("a: " + "[" * DEEPEST + "]" * DEEPEST)


def test_the_number_of_values_is_bounded_exactly() -> None:
    entries = MOST - 3  # the map, its key and the list are values as well
    assert size(nodes(f"a: [{','.join('1' * entries)}]")) == entries + 2
    assert "more than 20,000 values" in refusal(f"a: [{','.join('1' * (entries + 1))}]")


def test_the_size_of_a_file_is_bounded_exactly(tmp_path: Path) -> None:
    path = tmp_path / "large.yaml"
    path.write_bytes(b"#" * LARGEST)
    assert len(read_source(path)[1]) == LARGEST
    path.write_bytes(b"#" * (LARGEST + 1))
    with pytest.raises(DeclarationError, match=r"large\.yaml: is larger than 256 KB"):
        read_source(path)


def test_a_folder_and_a_missing_file_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(DeclarationError, match="this is a folder"):
        read_source(tmp_path)
    with pytest.raises(DeclarationError, match="there is no such file"):
        read_source(tmp_path / "none.yaml")


@pytest.mark.parametrize(
    "code", [0x0, 0x7, 0x1B, 0x7F, 0x85, 0x9F, 0x200B, 0x200E, 0x2029, 0x202E, 0x2066, 0xFEFF, 0xFFFF, 0xE0041]
)
def test_a_character_that_nobody_sees_is_refused_raw_and_escaped(code: int) -> None:
    assert f"x.yaml:2:5: holds the invisible or control character U+{code:04X}" in refusal(f'a: b\nc: "{chr(code)}"')
    assert f"U+{code:04X}" in refusal(f'a: "\\U{code:08x}"')


@pytest.mark.parametrize(
    "text", ["caf\u00e9", "\u4f60\u597d", "\u0645\u0631\u062d\u0628\u0627", "\U0001f98a", "a\u00a0b", "\u2013 \u2019"]
)
def test_characters_that_people_write_are_kept(text: str) -> None:
    assert nodes(f"a: {text}").values["a"].text == text  # type: ignore[union-attr]


def test_a_message_never_holds_the_character_that_it_is_about() -> None:
    assert "\u202e" not in refusal("a: \u202eb") and "\x1b" not in refusal('a: "\x1b[2J"')
    assert "\x1b" not in shown("\x1b[2J") and "\u202e" not in shown("\u202e")


def test_every_mistake_of_a_file_that_can_be_read_on_is_told() -> None:
    _, mistakes = parse(Source("x", "a: 1\na: 2\nb: !x 3\nc: 4\nc: 5\n"))
    assert [mistake.line for mistake in mistakes] == [2, 3, 5]


def test_there_is_an_end_to_telling_mistakes() -> None:
    with pytest.raises(DeclarationError) as refused:
        parse(Source("x", "a: 1\n" * 5000))
    assert len(refused.value.mistakes) == MOST_MISTAKES


def test_a_long_line_is_shown_in_part_and_a_far_place_not_at_all() -> None:
    source = Source("x", "y" * 100_000)
    assert len(str(source.at(1, 50, "wrong"))) < 400
    assert str(source.at(1, 90_000, "wrong")) == "x:1:90000: wrong"


def test_the_caret_stands_below_the_place() -> None:
    _, where, caret = str(Source("x", "a:\tbad here").at(1, 4, "wrong", 3)).split("\n")
    assert where[caret.index("^") : caret.rindex("^") + 1] == "bad"


def test_a_near_word_is_suggested_and_a_far_one_is_not() -> None:
    assert did_you_mean("tilte", ["title", "minutes"]) == "; did you mean 'title'?"
    assert did_you_mean("zzz", ["title", "minutes"]) == ""


def test_texts_change_in_place_and_names_stay() -> None:
    changed = rewritten(nodes("a: [b, {a: b}]"), lambda scalar: scalar.text.upper())
    assert changed == rewritten(nodes("a: [B, {a: B}]"), lambda scalar: scalar.text)


def test_both_parsers_make_the_same_nodes_of_everything_that_ships():
    files = [*(ROOT / "protocols").glob("*.yaml"), *(ROOT / "stimuli").glob("*/**/*.yaml")]
    assert len(files) > 100
    for file in files:
        source, _ = read_source(file)
        assert parse(source) == composing._parse_carefully(source), file
