"""Screens of one form are one group in which no text is lost, and cells stand side by side where they differ."""

from attrs import evolve

from runner.protocol import Protocol
from runner.screens import Choice, Continue, Keys, Likert, Option, Screen, Shape, Text
from runner.storybook.book import Book, Chapter, Shown, levels
from runner.storybook.grouping import FOLDED, groups, rows
from runner.storybook.telling import answering, texts

CELLS = tuple({"frame": f, "setting": s} for f in ("gain", "loss") for s in ("private", "public"))


def page(name, text, **rest):
    return Screen(name=name, marks=(Text(text=text),), accepts=Continue(), **rest)


def trial(word, key="e"):
    return Screen(name="word", marks=(Text(text="left"), Text(text=word, style="stimulus")), accepts=Keys(keys=(key,)))


def trials(number):
    return tuple(trial(f"word {i}") for i in range(number))


def book(*columns):
    """Each column: what one cell shows."""
    shown = [Shown(cell=cell, screens=tuple(screens)) for cell, screens in zip(CELLS, columns, strict=True)]
    protocol = Protocol(
        study="toy", title={"en": "Toy"}, minutes=1, languages=("en",), identity="coded", pack="p", phases=()
    )
    return Book(protocol=protocol, size=(16, 9), cells=CELLS, parts=()), Chapter(phase="x", shown=shown)


def laid(*columns):
    """Row by row: each figure's label and the names of its screens."""
    return [[(f.label, [s.name for s in f.group.screens]) for f in row.figures] for row in rows(*book(*columns))]


def test_every_screen_is_in_exactly_one_group_and_every_text_is_told(book):
    for part in book.parts:
        for chapter in part.chapters:
            for shown in chapter.shown:
                told = groups(shown.screens)
                assert sorted(map(repr, (s for g in told for s in g.screens))) == sorted(map(repr, shown.screens))
                for group in told:
                    always = set.intersection(*(set(texts(s)) for s in group.screens))
                    for text in {t for s in group.screens for t in texts(s)} - always:
                        assert any(" ".join(text.split()) in line for line in group.differing), text


def test_a_few_screens_of_one_form_stand_alone_and_many_are_one_group_where_the_first_is():
    first, last = page("intro", "Now"), page("outro", "Then")
    assert len(groups((first, *trials(FOLDED - 1), last))) == FOLDED + 1
    told = groups((first, *trials(FOLDED), last))
    assert [len(g.screens) for g in told] == [1, FOLDED, 1]
    assert told[1].differing == tuple(f"word {i}" for i in range(FOLDED))


def test_what_is_asked_for_is_a_text_that_differs_and_colours_and_shapes_are_named():
    (group,) = groups([trial(f"word {i}", "ei"[i % 2]) for i in range(FOLDED)])
    assert group.differing == tuple(
        f"one key: {key}: " + "; ".join(f"word {i}" for i in range(first, FOLDED, 2)) for first, key in enumerate("ei")
    )
    (group,) = groups([trial(f"word {i}", "abcdefgh"[i]) for i in range(FOLDED)])  # nothing to be told once
    assert group.differing[:2] == ("word 0 | one key: a", "word 1 | one key: b")
    assert not group.drawn_differently
    (dots,) = groups([Screen(name="d", marks=(Shape(form="circle", size=(i, i)),), seconds=1) for i in range(FOLDED)])
    assert dots.differing == () and dots.drawn_differently


def test_another_form_is_another_group():
    likert = tuple(evolve(s, accepts=Likert(anchors=("no", "yes"))) for s in trials(FOLDED))
    assert len(groups((*trials(FOLDED), *likert))) == 2


def test_cells_that_differ_stand_side_by_side_and_the_others_are_told_once():
    same, gain, loss = page("p", "same"), page("q", "men gain"), page("q", "women lose")
    assert laid((same, gain), (same, gain), (same, loss), (same, loss)) == [
        [("", ["p"])],
        [("frame=gain", ["q"]), ("frame=loss", ["q"])],
    ]


def test_a_screen_that_some_cells_lack_moves_nothing_beside_something_else():
    a, more, b = page("a", "one"), page("more", "only here"), page("b", "two")
    assert laid((a, b), (a, more, b), (a, b), (a, more, b)) == [
        [("", ["a"])],
        [("setting=public", ["more"])],
        [("", ["b"])],
    ]


def test_trials_in_another_order_are_the_same_and_it_is_said():
    one, other = trials(FOLDED), trials(FOLDED)[::-1]
    (row,) = rows(*book(one, other, one, other))
    assert row.common and row.reordered
    (row,) = rows(*book(one, one, one, one))
    assert not row.reordered


def test_cells_are_named_by_the_levels_that_only_they_have():
    assert levels(CELLS, CELLS) == ""
    assert levels(CELLS, CELLS[:2]) == "frame=gain"
    assert levels(CELLS, CELLS[3:]) == "frame=loss, setting=public"
    assert levels(CELLS, [CELLS[0], CELLS[3]]) == "frame=gain, setting=private; frame=loss, setting=public"
    assert (
        levels(CELLS, CELLS[:3])
        == "frame=gain, setting=private; frame=gain, setting=public; frame=loss, setting=private"
    )


def test_answers_and_limits_are_said():
    choice = Choice(options=(Option(value="a", text="A", lines=("more",)), Option(value="b", text="B")))
    screen = Screen(name="s", marks=(Text(text="Q"),), accepts=choice, seconds=2.5, decline=True, stop=False)
    assert texts(screen) == ("Q", "A", "more", "B")
    assert answering(screen) == "one of 2 options; ends by itself after 2.5 s; may be left unanswered; no stop control"
    assert answering(page("p", "t")) == "button, space or Enter"
