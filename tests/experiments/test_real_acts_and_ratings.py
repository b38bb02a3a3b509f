"""Single acts, petition, donation, payment, bars."""

import pytest

from experiments import act_rating, donation, end_display, framing, motive_bars, payment, petition, scale

DECLINED = "!declined"


@pytest.mark.parametrize("rated", ["willingness", "effectiveness", "publicness"])
def test_twelve_acts_are_rated_in_random_order(draw, act, rated):
    givens = draw(act_rating.task, rated=rated)
    assert sorted(given.template for given in givens) == sorted(act_rating.CORE)
    assert [g.act for g in givens] != [g.act for g in draw(act_rating.task, "other", rated=rated)]
    outcome, (screen,) = act(act_rating.task, givens[0], (7,))
    assert outcome.rating == 7
    assert screen.measures.construct == rated
    assert act(act_rating.task, givens[0], (DECLINED,))[0].rating is None


def test_matched_pairs_of_acts_are_in_the_core_set():
    assert {12, 13, 14, 15} <= set(act_rating.CORE)
    assert len(set(act_rating.CORE)) == 12


def test_an_acts_codes_come_with_it(draw):
    given = draw(act_rating.task, rated="willingness", templates=(3,))[0]
    assert (given.codes.public, given.codes.autonomy, given.codes.effort) == (1, 0, 2)


def test_a_template_without_an_act_is_refused(draw, shelf):
    few = shelf(acts=shelf().pack().acts[:3])
    with pytest.raises(ValueError, match=r"pack 'toy' has no act of template \[9\]"):
        draw(act_rating.task, shelf=few, rated="willingness", templates=(1, 9))


@pytest.mark.parametrize(("answer", "signed"), [("yes", True), ("no", False), (DECLINED, None)])
def test_only_what_the_person_says_about_signing_is_kept(draw, act, words, answer, signed):
    outcome, screens = act(petition.task, draw(petition.task, text="t")[0], (answer,))
    assert outcome == petition.Outcome(signed=signed)
    assert "We ask for more." in words([screens[1]])


@pytest.mark.parametrize(("answer", "amount"), [(0, 0.0), (2.5, 2.5), (6, 6.0), (DECLINED, None)])
def test_any_amount_up_to_the_bonus_can_be_given(draw, act, answer, amount):
    outcome, screens = act(donation.task, draw(donation.task, text="t")[0], (answer,))
    assert outcome.amount == amount
    slider = screens[-1].accepts
    assert (slider.low, slider.high, slider.step, slider.unit) == (0, 6.0, 0.5, "EUR {}")
    assert slider.anchors == ("[donation_low]: EUR 0.00", "[donation_high]: EUR 6.00")


@pytest.mark.parametrize(("gift", "kept", "passed"), [(2.5, 3.5, 2.5), (None, 6.0, 0.0)])
def test_what_is_given_is_passed_on_and_the_rest_is_paid(draw, act, happened, words, gift, kept, passed):
    past = () if gift is None else (happened(donation.task, None, donation.Outcome(amount=gift)),)
    outcome, screens = act(payment.task, draw(payment.task)[0], (), past)
    assert (outcome.paid, outcome.passed_on) == (kept, passed)
    assert f"EUR {kept:.2f}" in words(screens)
    assert ("The House" in words(screens)) is (gift is not None)


def test_money_and_means_are_written_with_the_languages_decimal_mark(draw, act, happened, words, shelf):
    german = shelf(mark=",")
    (asked,) = draw(donation.task, shelf=german, text="t")
    assert asked.anchors == ("[donation_low]: EUR 0,00", "[donation_high]: EUR 6,00")
    past = (happened(donation.task, asked, donation.Outcome(amount=2.5)),)
    _, screens = act(payment.task, draw(payment.task, shelf=german)[0], (), past)
    assert "EUR 3,50" in words(screens) and "EUR 2,50" in words(screens)
    _, screens = act(end_display.task, draw(end_display.task, shelf=german)[0], ("show",), past)
    assert "[display_gave]: EUR 2,50" in words(screens)
    items = tuple(happened(scale.task, item, scale.Outcome(response=4)) for item in draw(scale.task, scales=("x",)))
    _, (screen,) = act(motive_bars.task, draw(motive_bars.task, shelf=german)[0], (), items)
    assert "4,0 (1 [bars_to] 7)" in words([screen])


def test_bars_are_keyed_means_of_the_persons_own_answers(draw, happened):
    answers = {"i1": 7, "i2": 1, "i3": 7, "i4": None, "i5": 4, "i6": 4, "i7": 1, "i8": None, "check": 6}
    past = tuple(
        happened(scale.task, given, scale.Outcome(response=answers[given.item]))
        for given in draw(scale.task, scales=("x",))
    )
    assert motive_bars.mean("motives", "outgroup", past) == (7.0, 1, 7)  # i2 is reversed, i4 skipped
    assert motive_bars.mean("motives", "moral", past) == (3.0, 1, 7)
    assert motive_bars.mean("motives", "personal", past) is None


def test_bars_stand_side_by_side_in_one_order_for_everyone(draw, act, happened):
    given = draw(motive_bars.task)[0]
    items = draw(scale.task, scales=("x",))
    past = tuple(happened(scale.task, item, scale.Outcome(response=4)) for item in items)
    outcome, (screen,) = act(motive_bars.task, given, (), past)
    _, *bars, note = screen.marks
    assert [bar.label for bar in bars] == [f"[motive_{m}]" for m in ("outgroup", "ingroup", "personal", "moral")]
    assert [bar.share for bar in bars] == [0.5, 0.0, 0.0, 0.5]
    assert [bar.note for bar in bars] == ["4.0 (1 [bars_to] 7)", "[bars_none]", "[bars_none]", "4.0 (1 [bars_to] 7)"]
    assert note.text == "[bars_note]"
    assert outcome.bars == 2


@pytest.mark.parametrize(
    ("task", "params", "what"),
    [
        (donation.task, {"text": "t", "step": 0.0}, "'step' must be 0.01 to 10000, but is 0"),
        (donation.task, {"text": "t", "most": -6.0}, "'most' must be 0.01 to 10000, but is -6"),
        (donation.task, {"text": "t", "step": 0.7}, "'most' must be a whole number of steps, but is 6 with 'step' 0.7"),
        (donation.task, {"text": "t", "step": 10.0}, "'most' must be a whole number of steps"),
        (payment.task, {"bonus": -1.0}, "'bonus' must be 0 to 10000"),
        (framing.task, {"frame": "neutral", "minimum": -3.0}, "'minimum' must be 0 to 600"),
        (framing.task, {"frame": "neutral", "minimum": 1e9}, "'minimum' must be 0 to 600"),
        (framing.task, {"frame": "neutral", "facts": -1}, "'facts' must be 0 to 1000"),
        (scale.task, {"scales": ("x", "x")}, "'scales' names a scale more than once"),
    ],
)
def test_parameters_that_no_session_could_keep_are_refused(task, params, what):
    with pytest.raises(ValueError, match=what):
        task.params(**params)


def test_a_pack_without_facts_tells_none(draw, shelf):
    with pytest.raises(ValueError, match="has no facts"):
        draw(framing.task, shelf=shelf(facts=()), frame="privilege")


def test_who_stops_after_giving_is_paid_what_is_left(draw, act, happened):
    gift = happened(donation.task, draw(donation.task, text="t")[0], donation.Outcome(amount=2.5))
    outcome, _ = act(payment.task, draw(payment.task, bonus=6.0)[0], (), (gift,))
    assert (outcome.paid, outcome.passed_on) == (3.5, 2.5)
