from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import pytest
from attrs import field, frozen, validators

from runner.declarations.nodes import MOST_MISTAKES, Source
from runner.declarations.structure import read_yaml, structured
from runner.errors import DeclarationError


@frozen(kw_only=True)
class Inner:
    name: str
    many: tuple[int, ...] = ()


@frozen(kw_only=True)
class Other:
    weight: float


@frozen(kw_only=True)
class Whole:
    text: str = ""
    number: int = 0
    real: float = 0.0
    yes: bool = False
    maybe: int | None = None
    mode: Literal["one", "two"] = "one"
    pair: tuple[float, str] = (0.0, "")
    inner: Inner = Inner(name="")
    inners: tuple[Inner, ...] = ()
    by_name: Mapping[str, tuple[str, ...]] = field(factory=dict)
    either: Inner | Other | None = None
    what: Any = None
    share: float = field(default=0.0, validator=[validators.ge(0), validators.le(1)])
    even: int = field(default=0)

    @even.validator
    def _is_even(self, attribute: object, value: int) -> None:
        if value % 2:
            raise ValueError(f"must be even, but is {value}; add one")

    def __attrs_post_init__(self) -> None:
        if self.number > self.real > 0:
            raise ValueError("'number' must not exceed 'real'; exchange them")


def whole(text: str) -> Whole:
    return structured(Source("w.yaml", text), Whole)


def mistakes(text: str) -> list[str]:
    with pytest.raises(DeclarationError) as refused:
        whole(text)
    return [str(mistake).split("\n")[0] for mistake in refused.value.mistakes]


def test_each_kind_of_value() -> None:
    made = whole(
        """
text: "5"
number: -3
real: 2
yes: true
maybe: null
mode: two
pair: [1.5, a]
inner: {name: x, many: [1, 2]}
inners: [{name: y}]
by_name: {a: [b, c], 1: []}
either: {weight: .5}
what: [1, {a: no}]
"""
    )
    assert made == Whole(
        text="5",
        number=-3,
        real=2.0,
        yes=True,
        mode="two",
        pair=(1.5, "a"),
        inner=Inner(name="x", many=(1, 2)),
        inners=(Inner(name="y"),),
        by_name={"a": ("b", "c"), "1": ()},
        either=Other(weight=0.5),
        what=(1, {"a": "no"}),
    )
    assert type(made.real) is float


@pytest.mark.parametrize("text", ["yes", "no", "on", "2020-01-01", "1:30", "1_000", "0x1F", "010a", "0o17", "1.2.3"])
def test_what_only_looks_like_something_else_is_text(text: str) -> None:
    assert whole(f"text: {text}").text == text


def test_a_number_with_zeros_in_front_is_ten_and_not_eight() -> None:
    assert whole("number: 010").number == 10


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("text: 5", "w.yaml:1:7: 'text' must be a text, but is the number 5; put it in quotes: \"5\""),
        ("text: true", "w.yaml:1:7: 'text' must be a text, but is true (true or false); put it in quotes: \"true\""),
        ("text:", "w.yaml:1:1: 'text' must be a text, but is empty; write it out, or leave the line out"),
        ("text: [a]", "w.yaml:1:7: 'text' must be a text, but is a list"),
        ("number: 1.5", "w.yaml:1:9: 'number' must be a whole number, but is the number 1.5"),
        ("number: '1'", "w.yaml:1:9: 'number' must be a whole number, but is the text '1'; write it without quotes"),
        ("number: true", "w.yaml:1:9: 'number' must be a whole number, but is true"),
        ("real: .nan", "w.yaml:1:7: 'real' must be a number, but is the text '.nan'; write a finite number"),
        ("real: 1e999", "w.yaml:1:7: 'real' must be a number"),
        ("number: " + "7" * 6000, "w.yaml:1:9: 'number' must be a whole number"),
        ("yes: 'true'", "w.yaml:1:6: 'yes' must be true or false, but is the text 'true'; write it without quotes"),
        ("yes: 1", "w.yaml:1:6: 'yes' must be true or false, but is the number 1"),
        ("maybe: x", "w.yaml:1:8: 'maybe' must be a whole number, but is the text 'x'"),
        ("mode: tow", "w.yaml:1:7: 'mode' must be one of one, two, but is the text 'tow'; did you mean 'two'?"),
        ("mode: [one]", "w.yaml:1:7: 'mode' must be one of one, two, but is a list"),
        ("pair: [1]", "w.yaml:1:7: 'pair' must be a list of 2 values, but has 1; add or delete some"),
        ("pair: [x, y]", "w.yaml:1:8: must be a number, but this is the text 'x'"),
        ("inner: x", "w.yaml:1:8: must be a map with the keys name, many, but this is the text 'x'"),
        ("inner: {}", "w.yaml:1:8: 'name' is missing; add it (a text)"),
        ("inners: {name: y}", "w.yaml:1:9: 'inners' must be a list, but is a map (name: value); write [a, b]"),
        ("inners: [{name: y, mony: []}]", "w.yaml:1:20: unknown key 'mony'; did you mean 'many'?"),
        ("by_name: {a: b}", "w.yaml:1:14: 'a' must be a list, but is the text 'b'"),
        ("either: {wait: 1, weight: 2}", "w.yaml:1:10: unknown key 'wait'; did you mean 'weight'?"),
        ("either: 5", "w.yaml:1:9: 'either' must be"),
        ("share: 2", "w.yaml:1:8: 'share' must be <= 1: 2"),
        ("even: 3", "w.yaml:1:7: 'even': must be even, but is 3; add one"),
        ("number: 5\nreal: 2", "w.yaml:1:1: 'number' must not exceed 'real'; exchange them"),
        ("- a", "w.yaml:1:1: must be a map with the keys text, number"),
    ],
)
def test_a_wrong_value_is_told_with_its_place_and_what_to_do(line: str, message: str) -> None:
    found = mistakes(line)
    assert len(found) == 1 and found[0].startswith(message), found


def test_every_mistake_is_told_at_once_in_order() -> None:
    found = mistakes("number: x\nyes: y\nshares: 1\ninner: {many: [1, b]}\ntext: a\ntext: b\n")
    assert [int(line.split(":")[1]) for line in found] == [1, 2, 3, 4, 4, 6]


def test_there_is_an_end_to_telling_mistakes() -> None:
    assert len(mistakes("".join(f"k{i}: 1\n" for i in range(5000)))) == MOST_MISTAKES


def test_read_yaml_reads_a_file(tmp_path: Path) -> None:
    path = tmp_path / "w.yaml"
    path.write_bytes("\ufefftext: gr\u00fcn\r\n".encode())
    assert read_yaml(path, Whole) == Whole(text="gr\u00fcn")
    assert dict(read_yaml(path, Mapping[str, str])) == {"text": "gr\u00fcn"}  # type: ignore[type-abstract]
