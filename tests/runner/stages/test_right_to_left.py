"""Pages that are read from right to left: the mirror image of the others, but for what data call left and right."""

from collections.abc import Mapping
from math import ceil

import pytest
from attrs import evolve
from PIL import Image, ImageChops

from runner.declarations.materials import Library
from runner.screens import Allocation, Bar, Choice, Continue, Keys, Likert, Option, Screen, Slider, Text, Words
from runner.stages.answers.interaction import KeyDown, View, begin, react, targets
from runner.stages.drawing.fonts import missing_glyphs
from runner.stages.drawing.layout import lay_out
from runner.stages.drawing.lettering import places, spans, width
from runner.stages.drawing.paint import paint, picture
from runner.stages.drawing.pieces import Canvas, Layout, Line, Plate, Target
from runner.stages.drawing.runs import ARABIC, face, setting

HD = Canvas(width=1280, height=720)
LONG = "يعيش التافان والبيلين على كوكبين من نسج الخيال (Orvane و Luneth)، وعددهم 100 أو أكثر. " * 3
OPTIONS = tuple(
    Option(value=value, text=text, lines=("يستغرق ذلك نحو 15 دقيقة من وقتك.",))
    for value, text in (("first", "كتابة رسالة"), ("second", "المشاركة في مسيرة"), ("third", "قراءة README"))
)
TITLE = Text(text="ما رأيك في ذلك؟", style="title")
SCREENS: Mapping[str, Screen] = {
    screen.name: screen
    for screen in (
        Screen(name="text", marks=(TITLE, Text(text=LONG)), accepts=Continue()),
        Screen(name="likert", marks=(TITLE,), accepts=Likert(anchors=("بارد", "دافئ")), decline=True),
        Screen(name="slider", marks=(TITLE,), accepts=Slider(low=0, high=100, step=1, anchors=("لا شيء", "كلها"))),
        Screen(name="column", marks=(TITLE,), accepts=Choice(options=OPTIONS), decline=True),
        Screen(name="row", marks=(TITLE,), accepts=Choice(options=OPTIONS, arrange="row"), decline=True),
        Screen(name="cards", marks=(TITLE,), accepts=Choice(options=OPTIONS[:2], arrange="cards"), decline=True),
        Screen(name="allocation", marks=(TITLE,), accepts=Allocation(options=OPTIONS, total=100, step=5)),
        Screen(name="words", marks=(TITLE,), accepts=Words(lines=4, limit=600), decline=True),
        Screen(
            name="bars", marks=(TITLE, Bar(label="من أجل نفسي", share=0.25, note="2.5 (1 إلى 7)")), accepts=Continue()
        ),
        Screen(
            name="keys",
            marks=(
                Text(text="رجال", style="stimulus", at=(-0.5, 0.4)),
                Text(text="نساء", style="stimulus", at=(0.5, 0.4)),
                Text(text="قلم", style="stimulus"),
            ),
            accepts=Keys(keys=("e", "i")),
        ),
    )
}
VIEWS = {
    "likert": View(answer=2, focus="point:2"),
    "slider": View(answer=30, focus="slider"),
    "row": View(answer="second", asked="choose"),
    "allocation": View(answer=(5, 10, 0), focus="amount:1"),
    "words": View(text=LONG, caret=20, focus="words", asked="short"),
}
each_screen = pytest.mark.parametrize("name", SCREENS)


@pytest.fixture(scope="module")
def words() -> Mapping[str, str]:
    """The controls in Arabic."""
    return Library("ar", "planets", {}, {}).interface()


def laid_out(name: str, words: Mapping[str, str], canvas: Canvas = HD, view: View | None = None) -> Layout:
    """The page in Arabic; by default as it looks while it is answered."""
    view = view or VIEWS.get(name, begin(SCREENS[name]))
    return lay_out(SCREENS[name], view, canvas, words, direction="rtl")


def lines(layout: Layout) -> dict[str, tuple[Plate, Line]]:
    return {line.text: (p, line) for p in layout.pieces if isinstance(p, Plate) for line in p.lines}


def target(layout: Layout, name: str) -> Target:
    return next(each for each in layout.targets if each.name == name)


# ---------------------------------------------------------------- where things stand


@each_screen
def test_everything_lies_on_the_screen_and_words_inside_their_plates(
    name: str, canvas: Canvas, words: Mapping[str, str]
) -> None:
    layout = laid_out(name, words, canvas)
    assert layout.overflow == 0 and layout.direction == "rtl"
    for box in (*layout.pieces, *layout.targets):
        assert box.x >= 0 and box.x + box.width <= canvas.width, box
        assert box.y >= 0 and box.y + box.height <= canvas.height, box
    for text, (plate, line) in lines(layout).items():
        assert line.direction == "rtl"
        assert line.x >= 0 and line.x + width(text, line.size, line.weight) <= plate.width + 1, text
    assert sorted(each.name for each in layout.targets) == sorted(targets(SCREENS[name]))


@pytest.mark.parametrize("name", [name for name in SCREENS if name not in ("cards", "keys", "words")])
def test_a_page_is_the_mirror_image_of_one_from_left_to_right(name: str, words: Mapping[str, str]) -> None:
    left = lay_out(SCREENS[name], VIEWS.get(name, begin(SCREENS[name])), HD, words)
    right = laid_out(name, words)
    assert [(p.x, p.y, p.width) for p in right.pieces] == [
        (HD.width - p.x - p.width, p.y, p.width) for p in left.pieces
    ]
    assert {(t.name, t.x) for t in right.targets} == {(t.name, HD.width - t.x - t.width) for t in left.targets}


def test_lines_begin_at_the_right_and_the_controls_change_sides(words: Mapping[str, str]) -> None:
    layout = laid_out("text", words)
    ends = {
        p.x + line.x + width(line.text, line.size, line.weight) for p, line in lines(layout).values() if p.fill is None
    }
    assert max(ends) - min(ends) <= 2 and min(ends) > 0.7 * HD.width
    asked = laid_out("row", words)
    assert target(asked, "stop").x > target(asked, "decline").x > target(asked, "continue").x


def test_a_scale_begins_at_the_right_and_options_of_a_row_too(words: Mapping[str, str]) -> None:
    likert = laid_out("likert", words)
    assert [target(likert, f"point:{n}").x for n in range(1, 8)] == sorted(
        (target(likert, f"point:{n}").x for n in range(1, 8)), reverse=True
    )
    anchors = lines(likert)
    assert anchors["بارد"][0].x > HD.width / 2 > anchors["دافئ"][0].x
    row = laid_out("row", words)
    assert target(row, "option:0").x > target(row, "option:1").x > target(row, "option:2").x


def test_what_data_call_left_stays_at_the_left(words: Mapping[str, str]) -> None:
    cards = laid_out("cards", words)
    assert target(cards, "option:0").x < target(cards, "option:1").x
    keys = lines(laid_out("keys", words))
    assert keys["رجال"][0].x < HD.width / 2 < keys["نساء"][0].x
    middle = keys["رجال"][0].x + keys["رجال"][0].width / 2
    assert middle == pytest.approx(HD.width / 2 - 0.5 * HD.height, abs=2)


def test_a_bar_fills_from_the_right(words: Mapping[str, str]) -> None:
    high = round(3.2 * HD.height / 100)
    track, filled = (p for p in laid_out("bars", words).pieces if isinstance(p, Plate) and p.fill and p.height == high)
    assert filled.width == round(track.width / 4) and filled.x + filled.width == track.x + track.width


def test_a_hit_counts_from_the_low_end(words: Mapping[str, str]) -> None:
    layout = laid_out("slider", words, view=View())
    track = target(layout, "slider")
    assert layout.hit(track.x + track.width - track.inset, track.y + 1).share == 0.0
    assert layout.hit(track.x + track.inset, track.y + 1).share == 1.0
    for value in (0, 30, 100):
        x, y = track.place(value / 100)
        assert layout.hit(x, y).share == pytest.approx(value / 100, abs=0.002)
        marked = laid_out("slider", words, view=View(answer=value))
        thumb = next(p for p in marked.pieces if isinstance(p, Plate) and p.width == p.height and p.radius)
        assert thumb.x + thumb.width / 2 == pytest.approx(x, abs=2)
    likert = laid_out("likert", words)
    seven = target(likert, "point:7")
    assert likert.hit(seven.x + 1, seven.y + 1).target == "point:7" and seven.x < target(likert, "point:1").x


# ---------------------------------------------------------------- keys


def after(screen: Screen, key: str, view: View) -> View:
    return react(screen, view, KeyDown(key=key, at=1.0, mirrored=True))[0]


def test_arrows_move_to_where_they_point() -> None:
    likert, row, cards = SCREENS["likert"], SCREENS["row"], SCREENS["cards"]
    assert after(likert, "left", View(answer=3)).focus == "point:4"
    assert after(likert, "right", View(answer=3)).focus == "point:2"
    assert after(likert, "3", View()).answer == 3
    assert after(row, "left", View(focus="option:0")).focus == "option:1"
    assert after(cards, "right", View(focus="option:0")).focus == "option:1", "cards stand alike on every page"
    assert after(SCREENS["slider"], "left", View(answer=30)).answer == 31
    assert after(SCREENS["slider"], "up", View(answer=30)).answer == 31
    assert after(SCREENS["allocation"], "left", View(answer=(5, 0, 0), focus="amount:0")).answer == (10, 0, 0)
    assert after(SCREENS["words"], "left", View(text="سلام", caret=1, focus="words")).caret == 2
    assert after(SCREENS["words"], "right", View(text="سلام", caret=1, focus="words")).caret == 0


# ---------------------------------------------------------------- a box for words


@pytest.mark.parametrize("caret", [0, 4, 30, 60, 150, len(LONG)])
def test_the_caret_stands_where_the_text_goes_on_and_a_press_there_finds_it(
    caret: int, words: Mapping[str, str]
) -> None:
    layout = laid_out("words", words, view=View(text=LONG, caret=caret, focus="words"))
    box = target(layout, "words")
    (stroke,) = (p for p in layout.pieces if isinstance(p, Plate) and p.width <= 2 and p.height > p.width)
    assert box.x <= stroke.x and stroke.x + stroke.width <= box.x + box.width
    found = layout.hit(stroke.x + 1, stroke.y + 5).caret
    assert found is not None
    row = next(row for row in reversed(layout.rows) if row.start <= caret)
    assert row.places[found - row.start] == row.places[min(caret - row.start, len(row.places) - 1)]


def test_the_caret_begins_at_the_right_and_goes_left_with_each_letter() -> None:
    at = places("سلام", 30, "rtl")
    assert at[0] == 0 and list(at) == sorted(at) and at[-1] == round(width("سلام", 30))
    assert len(set(at)) == 5, "between the two letters of a ligature too"
    both = places("عن Vantage", 30, "rtl")
    assert both[3] > both[4] > both[9], "Latin letters go on to the right"


def test_the_caret_of_an_empty_box_is_at_the_right(words: Mapping[str, str]) -> None:
    layout = laid_out("words", words, view=begin(SCREENS["words"]))
    (stroke,) = (p for p in layout.pieces if isinstance(p, Plate) and p.width <= 2 and p.height > p.width)
    box = target(layout, "words")
    assert stroke.x > box.x + 0.9 * box.width


# ---------------------------------------------------------------- letters


def ink(text: str, way: str = "rtl") -> Image.Image:
    line = Line(text=text, x=10, baseline=60, size=40, colour=(0, 0, 0), direction=way)  # type: ignore[arg-type]
    return paint(Plate(x=0, y=0, width=20 + ceil(width(text, 40)), height=90, lines=(line,))).getchannel("A")


def test_lines_break_in_the_order_of_reading() -> None:
    found = spans(LONG, 24, "regular", 400)
    assert "".join(LONG[start:end] for start, end in found) == LONG
    assert all(width(LONG[start:end].rstrip(" "), 24) <= 400 for start, end in found)


def test_arabic_letters_digits_and_latin_letters_have_glyphs() -> None:
    assert missing_glyphs("شكرًا، هل قرأت README؟ نعم: 100% (٣ مرات) «لا» ـ پچگ") == ""
    assert missing_glyphs("شالوم שלום") == "שלום"


def test_no_letter_is_drawn_as_a_box() -> None:
    box = face(40, "regular", ARABIC).getmask("\ue123", mode="L")
    for run in setting("والأشخاص يقرؤون شيئًا آخر؟ إلى لآلئ ٣،", 40, "regular", "rtl").runs:
        for character in run.text.replace(" ", ""):
            drawn = face(40, "regular", run.family).getmask(character, mode="L")
            assert (drawn.size, bytes(drawn)) != (box.size, bytes(box)), hex(ord(character))


def test_joined_letters_are_not_the_isolated_ones_side_by_side() -> None:
    joined, apart = ink("سلام"), ink(" ".join("سلام"))
    assert joined.getbbox() is not None and joined.width < apart.width
    forms = {run.text for run in setting("ببب", 40, "regular", "rtl").runs}
    assert forms == {"\ufe90\ufe92\ufe91"}


def test_the_first_letter_of_a_line_stands_at_its_right() -> None:
    image = ink("لا ششش")
    first, last = image.crop((image.width - 24, 0, image.width, 90)), image.crop((0, 0, 24, 90))
    assert first.getbbox()[1] < last.getbbox()[1] - 5  # type: ignore[index]  # both have ink


def test_marks_stand_above_their_letter() -> None:
    bare, marked = ink("شكرا"), ink("شكرًا")
    assert bare.size == marked.size
    changed = ImageChops.difference(bare, marked).getbbox()
    assert changed is not None and changed[3] < 45, "above the line of the letters"


def test_what_is_measured_is_what_is_drawn() -> None:
    for text in (LONG[:60], "Vantage (log) هنا", "5.0 (1 إلى 7)", "شكرًا"):
        box = ink(text).getbbox()
        assert box is not None and box[0] >= 8 and box[2] <= ink(text).width - 6, text
        assert setting(text, 40, "regular", "rtl").width == pytest.approx(width(text, 40), abs=1.5)


def test_deep_letters_are_not_cut(words: Mapping[str, str]) -> None:
    for size in (16, 22, 31, 48):
        screen = Screen(name="deep", marks=(Text(text="ييي ججج إإإ", style="title"),), seconds=1.0, stop=False)
        canvas = Canvas(width=80 * size // 2, height=24 * size)
        (plate,) = (p for p in lay_out(screen, View(), canvas, words, direction="rtl").pieces if isinstance(p, Plate))
        box = paint(plate).getchannel("A").getbbox()
        assert box is not None and box[1] > 0 and box[3] < plate.height


def test_numbers_that_stand_alone_are_written_as_numbers(words: Mapping[str, str]) -> None:
    for text in ("-3", "–3", "1 / 4", "50%", "€ -2.50"):  # noqa: RUF001
        assert ImageChops.difference(ink(text, "rtl"), ink(text, "ltr")).getbbox() is None


def test_an_arabic_name_in_an_english_line_is_drawn_too() -> None:
    assert places("by سلام", 30)[3] > places("by سلام", 30)[4]
    assert setting("by سلام", 30, "regular", "ltr").runs[0].text == "by "


def test_a_page_is_painted(words: Mapping[str, str]) -> None:
    assert picture(laid_out("bars", words), HD).size == (1280, 720)
    assert evolve(SCREENS["bars"], name="other") != SCREENS["bars"]


def test_brackets_open_towards_what_they_hold() -> None:
    drawn = "".join(run.text for run in setting("(مرة) «هنا»", 40, "regular", "rtl").runs)
    assert [c for c in drawn if c in "()«»"] == ["«", "»", "(", ")"]
