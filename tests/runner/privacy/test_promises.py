"""What participants read about who can see what is what is done: worded by the mode, in every language."""

from random import Random

import pytest
from attrs import evolve

from experiments import consent, find, setting
from runner.declarations.materials import library
from runner.declarations.protocols import read_protocol
from runner.planning import plan_session
from runner.tasks import KeptApart, Occasion


@pytest.fixture(params=["en", "de", "ar"])
def materials(request, study):
    protocol = evolve(read_protocol(study), languages=(request.param,), pack="planets")
    return library(protocol, request.param)


def occasion(materials, identity, apart, until=""):
    return Occasion(
        random=Random("x"),
        assigned={},
        materials=materials,
        phase="here",
        details={"withdraw_until": until} if until else {},
        identity=identity,
        apart=apart,
    )


def told(materials, identity, apart, until=""):
    """Everything that the consent says which is not the author's."""
    params = consent.Params(text="taste/welcome", farewell="taste/close")
    (given,) = consent.trials(params, occasion(materials, identity, apart, until))
    own = materials.pages("taste/welcome").pages
    pages = (*given.pages[len(own) :], given.promise)
    return " ".join(" ".join(page.body) for page in pages)


ALL, SOME = KeptApart(pool=12, here=True, everywhere=True), KeptApart(pool=12, here=False, everywhere=False)


@pytest.mark.parametrize("identity", ["coded", "shown"])
def test_a_study_that_keeps_nothing_apart_promises_nothing_of_it(materials, identity):
    said = told(materials, identity, None)
    assert said == materials.word(f"promise_{identity}")
    assert materials.word("apart_some") not in said


@pytest.mark.parametrize(("apart", "identity"), [(ALL, "unlinkable"), (SOME, "shown"), (SOME, "coded")])
def test_it_says_how_many_have_to_be_together_who_could_still_guess_and_what_is_under_the_code(
    materials, apart, identity
):
    said = told(materials, identity, apart)
    assert materials.word("apart_how").format(12) in said and "12" in said
    assert materials.word("apart_limits") in said
    assert materials.word(f"promise_{identity}") in said
    assert (materials.word("apart_all") in said) == apart.everywhere
    assert (materials.word("apart_some") in said) != apart.everywhere
    assert (materials.word("promise_but_apart") in said) != apart.everywhere


def test_it_says_until_when_a_part_can_be_taken_back_or_that_it_can_not(materials):
    never, until = materials.word("apart_never"), materials.word("apart_until").format("31.12.2099")
    without, with_day = told(materials, "unlinkable", ALL), told(materials, "unlinkable", ALL, "31.12.2099")
    assert never in without and until not in without
    assert until in with_day and never not in with_day


@pytest.mark.parametrize(
    ("here", "shown", "word"), [(True, "private", "apart"), (False, "private", "coded"), (False, "public", "shown")]
)
def test_the_announcement_says_how_the_choices_of_this_session_are_kept(materials, here, shown, word):
    params = setting.Params(setting=shown, text="taste/setting-private", question="taste/setting", correct="nobody")
    apart = KeptApart(pool=10, here=here, everywhere=False)
    (given,) = setting.trials(params, occasion(materials, "shown", apart))
    assert given.pages[-1].body == (materials.word(f"kept_{word}"),)
    (plain,) = setting.trials(params, occasion(materials, "shown", None))
    assert plain.pages == given.pages[:-1]


def test_the_three_ways_of_keeping_are_told_at_equal_length(materials):
    texts = [materials.word(f"kept_{how}") for how in ("apart", "coded", "shown")]
    for measure in (len, lambda text: len(text.split())):
        lengths = [measure(text) for text in texts]
        assert max(lengths) <= 1.1 * min(lengths), lengths


@pytest.mark.parametrize("cell", ["unseen", "shown"])
def test_what_a_session_says_is_what_its_plan_does(laboratory, cell):
    plan = laboratory.plan("s", cell=cell)
    materials = library(laboratory.protocol, "en")
    whole = plan_session(
        laboratory.protocol, find, materials, participant="s", slot=0, language="en", cell={"setting": cell}, whole=True
    )
    pages = next(trial.given.pages for trial in whole.trials if trial.phase == "announcement")
    says_apart = pages[-1].body == (materials.word("kept_apart"),)
    assert says_apart == any(trial.task == "part_apart" for trial in plan.trials) == (cell == "unseen")
    assert says_apart != any(trial.task == "paired_choice" for trial in plan.trials)
