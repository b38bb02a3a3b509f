"""Screens of every kind fit every screen size, can be read and pressed, and stand still while they are answered."""

from collections.abc import Iterator, Mapping
from math import floor

import pytest
from attrs import evolve

from runner.errors import DeclarationError
from runner.screens import (
    Bar,
    Choice,
    Continue,
    Image,
    Likert,
    Option,
    Screen,
    Slider,
    Text,
    Words,
)
from runner.stages.answers.interaction import View, begin, targets
from runner.stages.drawing.fonts import FAMILIES, FILES, UNDRAWN, missing_glyphs, named
from runner.stages.drawing.layout import INTERFACE_KEYS, Canvas, Layout, lay_out
from runner.stages.drawing.lettering import spans, width, wrapped
from runner.stages.drawing.palette import BACKGROUND, NAMES, colour, contrast, text_on
from runner.stages.drawing.pieces import Piece, Plate, Target
from runner.stages.drawing.scales import number

HD = Canvas(width=1280, height=720)
TYPED = "When I am out at night I never think about it.\n\nIn meetings people listen to me."
VIEWS: Mapping[str, tuple[dict[str, object], ...]] = {
    "likert-all": ({"answer": 5, "focus": "point:5"}, {"hover": "point:2"}),
    "cards": ({"answer": "option_0"}, {"hover": "option:1", "focus": "option:1"}),
    "choice-five": ({"answer": "option_2", "hover": "option:3"}, {"asked": "choose"}),
    "slider": ({"answer": 0.0}, {"answer": 3.5, "hover": "slider"}, {"answer": 5}),
    "allocation": ({"answer": (100, 0, 0, 0, 0, 0)}, {"answer": (5, 10, 0, 5, 5, 0), "focus": "amount:2"}),
    "words": ({"text": TYPED, "caret": 7, "focus": "words", "asked": "short"}, {"text": TYPED * 3, "caret": 240}),
    "long-text": ({"open": True}, {"hover": "continue", "open": True}),
    "choice-two": ({"asked": "choose", "hover": "decline"}, {"pressed": "stop"}),
}


def views(screen: Screen) -> Iterator[View]:
    yield begin(screen)
    for change in VIEWS.get(screen.name, ()):
        yield evolve(begin(screen), **change)


def layouts(samples: Mapping[str, Screen], canvas: Canvas, words: Mapping[str, str]) -> Iterator[tuple[str, Layout]]:
    for name, screen in samples.items():
        for view in views(screen):
            yield name, lay_out(screen, view, canvas, words)


def overlap(one: Piece | Target, other: Piece | Target) -> bool:
    across = one.x < other.x + other.width and other.x < one.x + one.width
    return across and one.y < other.y + other.height and other.y < one.y + one.height


def within(inner: Piece | Target, outer: Piece | Target | Canvas) -> bool:
    x, y = (outer.x, outer.y) if not isinstance(outer, Canvas) else (0, 0)
    across = x <= inner.x and inner.x + inner.width <= x + outer.width
    return across and y <= inner.y and inner.y + inner.height <= y + outer.height


def without_bleed(plate: Plate) -> Plate:
    """The box of the lines alone; the image is a little larger so that no accent is cut."""
    bleed = plate.lines[0].size // 8
    return evolve(plate, y=plate.y + bleed, height=plate.height - 2 * bleed)


def lettered(layout: Layout) -> list[Plate]:
    return [piece for piece in layout.pieces if isinstance(piece, Plate) and piece.lines]


# ---------------------------------------------------------------- everything fits, nothing covers anything


def test_everything_fits_and_lies_on_the_screen(
    samples: Mapping[str, Screen], canvas: Canvas, interface: Mapping[str, str]
) -> None:
    for name, layout in layouts(samples, canvas, interface):
        assert layout.overflow == 0, name
        for box in (*layout.pieces, *layout.targets):
            assert within(box, canvas), (name, box)
            assert box.width > 0 and box.height > 0, (name, box)


def test_targets_are_the_screens_own_large_enough_and_apart(
    samples: Mapping[str, Screen], canvas: Canvas, interface: Mapping[str, str]
) -> None:
    for name, layout in layouts(samples, canvas, interface):
        assert sorted(target.name for target in layout.targets) == sorted(targets(samples[name]))
        for i, target in enumerate(layout.targets):
            assert target.height >= 0.05 * canvas.height and target.width >= 0.05 * canvas.height, (name, target)
            assert not any(overlap(target, other) for other in layout.targets[i + 1 :]), (name, target)


def test_words_stand_inside_their_plates_and_on_no_other_words(
    samples: Mapping[str, Screen], canvas: Canvas, interface: Mapping[str, str]
) -> None:
    for name, layout in layouts(samples, canvas, interface):
        for plate in lettered(layout):
            for line in plate.lines:
                assert line.x >= 0 and line.x + width(line.text, line.size, line.weight) <= plate.width, (name, line)
                assert line.baseline - 0.8 * line.size >= 0, (name, line)
                assert line.baseline + 0.22 * line.size <= plate.height, (name, line)
        free = [without_bleed(plate) for plate in lettered(layout) if plate.fill is None]
        for i, plate in enumerate(free):
            assert not any(overlap(plate, other) for other in free[i + 1 :]), (name, plate)
            controls = [target for target in layout.targets if target.name not in ("words", "slider")]
            assert not any(overlap(plate, target) for target in controls), (name, plate)


def test_letters_are_large_enough_and_lines_short_enough_to_read(
    samples: Mapping[str, Screen], canvas: Canvas, interface: Mapping[str, str]
) -> None:
    for name, layout in layouts(samples, canvas, interface):
        for plate in lettered(layout):
            for line in plate.lines:
                assert line.size >= 0.022 * canvas.height, (name, line)
                assert len(line.text) <= 82, (name, line)  # at most about 75 of average width
        if name in ("long-text", "choice-seven", "words"):
            assert max(line.size for plate in lettered(layout) for line in plate.lines) >= 0.026 * canvas.height
        for plate in lettered(layout):
            if samples[name].name == "long-text" and len(plate.lines) > 3:
                assert plate.width <= 0.63 * canvas.width or canvas.width < 1.5 * canvas.height
                assert plate.lines[0].size >= 0.026 * canvas.height


def test_all_words_can_be_read_against_what_is_behind_them(
    samples: Mapping[str, Screen], interface: Mapping[str, str]
) -> None:
    for name, screen in samples.items():
        for view in views(screen):
            pieces = lay_out(screen, view, HD, interface, pilot=True).pieces
            for i, plate in enumerate(pieces):
                for line in plate.lines if isinstance(plate, Plate) else ():
                    behind = [p.fill for p in pieces[: i + 1] if isinstance(p, Plate) and p.fill and within(plate, p)]
                    assert contrast(line.colour, behind[-1] if behind else BACKGROUND) >= 4.5, (name, line)


def test_every_colour_of_the_palette_can_carry_words() -> None:
    for name, rgb in NAMES.items():
        assert contrast(text_on(rgb), rgb) >= 4.5, name
        if name not in ("background", "plate", "track"):
            assert contrast(rgb, BACKGROUND) >= 4.5, name
    assert contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
    assert contrast((119, 119, 119), (255, 255, 255)) == pytest.approx(4.48, abs=0.01)  # a well-known near miss
    assert colour("#0a0B0c") == (10, 11, 12)
    with pytest.raises(DeclarationError, match="colour 'pinkish': unknown; use #rrggbb or one of ink, muted"):
        colour("pinkish")


# ---------------------------------------------------------------- too much to show


def page(words: int, accepts: Continue | Likert | None = None) -> Screen:
    return Screen(name="p", marks=(Text(text="someword " * words),), accepts=accepts or Continue())


def body(screen: Screen, interface: Mapping[str, str]) -> int:
    return lettered(lay_out(screen, begin(screen), HD, interface))[0].lines[0].size


def test_letters_shrink_stepwise_when_a_page_is_full_then_it_overflows(interface: Mapping[str, str]) -> None:
    sizes = [body(page(n), interface) for n in (10, 130, 150, 170, 400)]
    assert sizes[0] == round(0.03 * 720) and sizes[-1] == 16
    assert sizes == sorted(sizes, reverse=True) and len(set(sizes)) >= 4
    over = [lay_out(page(n), View(), HD, interface).overflow for n in (10, 170, 300, 400)]
    assert over[0] == over[1] == 0 < over[2] < over[3]


def test_nothing_is_ever_smaller_than_the_floor(interface: Mapping[str, str]) -> None:
    labels = (
        "Hardlyeveratall",
        "Occasionallyonly",
        "Sometimesperhaps",
        "Rathermoreoften",
        "Quiteoftenindeed",
        "A",
        "B",
    )
    crowded = evolve(page(300, Likert(anchors=labels)), decline=True)
    for plate in lettered(lay_out(crowded, View(asked="choose"), HD, interface, pilot=True)):
        assert min(line.size for line in plate.lines) >= 0.022 * HD.height


def test_overflow_is_the_part_of_the_height_that_is_missing(interface: Mapping[str, str]) -> None:
    more = lay_out(page(500), View(), HD, interface).overflow - lay_out(page(400), View(), HD, interface).overflow
    lines = len(wrapped("someword " * 500, 16, "regular", 37 * 16)) - len(
        wrapped("someword " * 400, 16, "regular", 592)
    )
    assert more == pytest.approx(lines * 23 / 720)


def test_a_word_too_wide_for_its_place_and_a_mark_off_the_screen_overflow(interface: Mapping[str, str]) -> None:
    labels = tuple(f"Extraordinarilylongadjectives{i}" for i in range(7))
    assert lay_out(Screen(name="l", accepts=Likert(anchors=labels)), View(), HD, interface).overflow > 0
    off = Screen(name="o", marks=(Text(text="off", at=(0.0, 0.55)),), seconds=1.0)
    assert lay_out(off, View(), HD, interface).overflow > 0


# ---------------------------------------------------------------- things stand still


def test_scales_stand_at_the_same_place_whatever_the_length_of_the_item(interface: Mapping[str, str]) -> None:
    boxes = {lay_out(page(n, Likert(anchors=("no", "yes"))), View(), HD, interface).targets for n in (1, 10, 40)}
    assert len(boxes) == 1


def test_the_bottom_row_is_the_same_on_every_screen_that_has_it(
    samples: Mapping[str, Screen], canvas: Canvas, interface: Mapping[str, str]
) -> None:
    for button in ("continue", "stop", "decline"):
        boxes = {
            target
            for name, layout in layouts(samples, canvas, interface)
            for target in layout.targets
            if target.name == button and name != "long-text"  # has a longer label of its own
        }
        assert len(boxes) == 1


def test_answering_leaves_all_other_pieces_equal(samples: Mapping[str, Screen], interface: Mapping[str, str]) -> None:
    for name, changed in (
        ("likert-all", {"answer": 5}),
        ("cards", {"answer": "first"}),
        ("choice-five", {"hover": "option:2"}),
    ):
        before = set(lay_out(samples[name], begin(samples[name]), HD, interface).pieces)
        after = set(lay_out(samples[name], evolve(begin(samples[name]), **changed), HD, interface).pieces)
        assert 0 < len(after - before) <= 3, name


def test_cards_are_of_equal_height_and_their_lines_stand_side_by_side(
    samples: Mapping[str, Screen], canvas: Canvas, interface: Mapping[str, str]
) -> None:
    layout = lay_out(samples["cards"], View(), canvas, interface)
    one, other = (piece for piece in lettered(layout) if len(piece.lines) > 5)
    assert (one.y, one.width, one.height) == (other.y, other.width, other.height)
    starts = [
        {line.baseline for line in card.lines if line.text.startswith(first)}
        for card, first in ((one, "It takes"), (other, "It takes"))
    ]
    assert starts[0] == starts[1] and len(starts[0]) == 1


def test_a_fixation_cross_is_in_the_very_middle_of_the_screen(samples: Mapping[str, Screen]) -> None:
    for canvas in (HD, Canvas(width=1365, height=767), Canvas(width=1280, height=701)):
        for piece in lay_out(samples["fixation"], View(), canvas, {}).pieces:
            assert 2 * piece.x + piece.width == canvas.width
            assert 2 * piece.y + piece.height == canvas.height


def test_a_mark_stands_at_its_own_place(
    samples: Mapping[str, Screen], canvas: Canvas, interface: Mapping[str, str]
) -> None:
    pieces = {p.lines[0].text: p for p in lettered(lay_out(samples["keys"], View(), canvas, interface)) if p.lines}
    for text, (x, y) in (("women", (-0.5, 0.4)), ("men", (0.5, 0.4))):
        plate = pieces[text]
        assert plate.x + plate.width / 2 == pytest.approx(canvas.width / 2 + x * canvas.height, abs=2)
        assert plate.y + plate.height / 2 == pytest.approx(canvas.height / 2 - y * canvas.height, abs=2)


# ---------------------------------------------------------------- the parts of a page


def test_an_unmarked_slider_has_no_marker_and_says_so(interface: Mapping[str, str]) -> None:
    screen = Screen(name="s", accepts=Slider(low=0, high=10, step=1, unit="{} points"))
    unmarked, marked = (lay_out(screen, View(answer=a), HD, interface) for a in (None, 0))
    said = {line.text for plate in lettered(unmarked) for line in plate.lines}
    assert interface["slider_none"] in said and "0 points" not in said
    said = {line.text for plate in lettered(marked) for line in plate.lines}
    assert interface["slider_none"] not in said and "0 points" in said
    discs = [
        len([p for p in layout.pieces if isinstance(p, Plate) and p.radius * 2 >= p.width > 20])
        for layout in (unmarked, marked)
    ]
    assert discs == [0, 1]


def test_the_slider_is_hit_where_its_marker_then_stands(interface: Mapping[str, str]) -> None:
    screen = Screen(name="s", accepts=Slider(low=0, high=100, step=1))
    layout = lay_out(screen, View(), HD, interface)
    target = next(target for target in layout.targets if target.name == "slider")
    for share in (0.0, 0.31, 1.0):
        x = target.x + target.inset + share * (target.width - 2 * target.inset)
        assert layout.hit(x, target.y + 1).share == pytest.approx(share)
        marked = lay_out(screen, View(answer=round(100 * share)), HD, interface)
        thumb = next(p for p in marked.pieces if isinstance(p, Plate) and p.width == p.height and p.radius)
        assert thumb.x + thumb.width / 2 == pytest.approx(x, abs=1.5)
    assert layout.hit(0, 0, held="slider").share == 0.0
    assert layout.hit(1279, 719, held="slider").share == 1.0
    assert layout.hit(1, 1).target == ""


def test_a_held_target_stays_held_on_the_way_over_others(
    samples: Mapping[str, Screen], interface: Mapping[str, str]
) -> None:
    layout = lay_out(samples["allocation"], begin(samples["allocation"]), HD, interface)
    first, third = (next(t for t in layout.targets if t.name == f"amount:{i}") for i in (0, 2))
    assert layout.hit(first.x + 5, first.y + 5).target == "amount:0"
    assert layout.hit(first.x + 5, first.y + 5, held="amount:2") == layout.hit(third.x + 5, third.y + 5)


def test_numbers_are_written_with_their_unit() -> None:
    money = Slider(low=-5, high=5, step=0.5, unit="€ {}", decimals=2)
    assert number(2.5, money, ".") == "€ 2.50"
    assert number(2.5, money, ",") == "€ 2,50"
    assert number(-1, evolve(money, unit="points", decimals=0), ",") == "\u20131 points"
    assert number(3, evolve(money, unit="", decimals=0), ",") == "3"


def test_a_bars_fill_is_its_share(interface: Mapping[str, str]) -> None:
    def widths(share: float) -> list[int]:
        layout = lay_out(
            Screen(name="b", marks=(Bar(label="x", share=share),), seconds=1.0, stop=False), View(), HD, interface
        )
        return [piece.width for piece in layout.pieces if isinstance(piece, Plate) and piece.fill]

    assert len(widths(0.0)) == 1
    track, filled = widths(0.25)
    assert filled == pytest.approx(track / 4, abs=1)
    assert widths(1.0)[0] == widths(1.0)[1] == widths(7.0)[1]


def test_words_box_scrolls_with_the_caret_and_finds_the_place_that_is_pressed(interface: Mapping[str, str]) -> None:
    screen = Screen(name="w", accepts=Words(lines=3, limit=2000))
    text = "one two three four five six seven eight nine ten " * 12
    for caret in (0, 150, 301, len(text)):
        layout = lay_out(screen, View(text=text, caret=caret, focus="words"), HD, interface)
        box = next(target for target in layout.targets if target.name == "words")
        stroke = [p for p in layout.pieces if isinstance(p, Plate) and p.width <= 2 and within(p, box)]
        assert len(stroke) == 1, "one caret, inside the box"
        assert layout.hit(stroke[0].x + 1, stroke[0].y + 5).caret == caret
        assert all(within(plate, box) for plate in lettered(layout) if plate.lines[0].text.startswith("one"))
        up = layout.beside(caret, -1)
        assert up is None if caret == 0 else up is not None and caret - 100 < up < caret


def test_a_pilot_can_not_be_taken_for_a_real_session(
    samples: Mapping[str, Screen], interface: Mapping[str, str]
) -> None:
    for screen in samples.values():
        real, pilot = (lay_out(screen, begin(screen), HD, interface, pilot=p) for p in (False, True))
        frame = [piece for piece in pilot.pieces if piece not in real.pieces]
        assert {interface["pilot"]} <= {line.text for p in frame if isinstance(p, Plate) for line in p.lines}
        assert {(p.x, p.y) for p in frame} >= {(0, 0)} and max(p.x + p.width for p in frame) == HD.width
        assert pilot.targets == real.targets


def test_interface_words_are_all_that_a_layout_asks_for(
    samples: Mapping[str, Screen], interface: Mapping[str, str]
) -> None:
    assert set(interface) == set(INTERFACE_KEYS)


def test_a_picture_is_found_below_stimuli_and_nowhere_else(interface: Mapping[str, str]) -> None:
    for path in ("missing.png", "../pyproject.toml", "fonts/OFL.txt"):
        screen = Screen(name="i", marks=(Image(path=path),), seconds=1.0)
        with pytest.raises(DeclarationError, match=path.replace(".", r"\.")):
            lay_out(screen, View(), HD, interface)


def test_many_short_options_still_fit(interface: Mapping[str, str]) -> None:
    options = tuple(Option(value=f"o{i}", text=f"Option number {i}") for i in range(10))
    screen = Screen(name="c", marks=(Text(text="Which one?"),), accepts=Choice(options=options), decline=True)
    assert lay_out(screen, View(), HD, interface).overflow == 0


# ---------------------------------------------------------------- letters


def test_no_character_is_lost_by_wrapping() -> None:
    text = "Well-known acts \u2014 like 10-20 others \u2014 Donaudampfschifffahrtsgesellschaft  or a/b.\n\n And so on"
    for most in (30, 90, 200, 2000):
        found = spans(text, 20, "regular", most)
        assert "".join(text[start:end] for start, end in found) == text.replace("\n", "")
        for start, end in found:
            assert end - start <= 1 or floor(width(text[start:end].rstrip(" "), 20)) <= most


def test_a_paragraph_does_not_end_in_one_short_word() -> None:
    text = "Men are listened to in meetings more often than women are, as it was found by others."
    for most in range(250, 800, 10):
        lines = wrapped(text, 20, "regular", most)
        assert len(lines) == len(spans(text, 20, "regular", most))
        if len(lines) > 1 and lines[-1] == "others.":
            assert most < 300, lines


def test_characters_without_a_glyph_are_found_before_anyone_sees_boxes() -> None:
    assert missing_glyphs("Grüße, Ωμέγα, Привет, naïve “so” … £5 €5\n") == ""
    assert missing_glyphs("a \u2212 b \u2264 \u4e2d \u2212") == "\u2212\u2264\u4e2d"
    assert named("\u2212\u200e") == "'\u2212' (U+2212), '?' (U+200E)"


def test_coverage_is_what_the_fonts_themselves_say() -> None:
    from fontTools.ttLib import TTFont

    drawn = set[int]()
    for family in FAMILIES:
        faces = [set(TTFont(FILES[family, weight]).getBestCmap()) for weight in ("regular", "bold")]
        assert faces[0] == faces[1]
        drawn |= faces[0]
    assert missing_glyphs("".join(map(chr, drawn))) == ""
    asked = [chr(point) for point in range(0x20, 0xD800)]
    lacking = [c for c in asked if ord(c) not in drawn and c not in UNDRAWN]
    assert list(missing_glyphs("".join(asked))) == lacking
