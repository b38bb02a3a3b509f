"""What observers read and rate: stories about people who act, a message, and the study that has them."""

from random import Random

import pytest
from attrs import asdict, evolve
from ruamel.yaml import YAML

from experiments import find, own_group, vignettes
from runner.checks.reading import WORD, amstad, counted, kincaid
from runner.checks.wording import found_in
from runner.declarations.actors import ATTRIBUTES, read_actors, text_of
from runner.declarations.materials import STIMULI, Library, library
from runner.declarations.protocols import read_protocol
from runner.declarations.structure import read_yaml
from runner.planning import plan_session
from runner.tasks import Occasion
from stimuli.kinds import Banned
from stimuli.others import Actor, ActorProfile, Actors, OwnMotives

DECLINED = "!declined"
STUDY = read_protocol(STIMULI.parent / "protocols" / "from-the-other-side.yaml")
LIBRARY = library(STUDY, "en")
CANNOT_ACT = {"environment", "protection-of-the-unborn", "groups"}  # nobody of the one group can be told of so
PACKS = sorted(path.stem for path in (STIMULI / "en" / "packs").glob("*.yaml") if path.stem not in CANNOT_ACT)
TOLD = LIBRARY.vignettes("actors")
in_each_language = pytest.mark.parametrize("language", STUDY.languages)
REASONS = {  # words that name a reason or judge
    "en": ("because", "so that", "in order", "really", "only", "even", "good", "bad", "sadly"),
    "de": ("weil", "damit", "um zu", "wirklich", "nur", "sogar", "gut", "schlecht", "leider"),
}


def occasion(seed="seed", materials=LIBRARY):
    return Occasion(random=Random(seed), assigned={}, materials=materials, phase="people", details={}, identity="coded")


def drawn(seed="seed", materials=LIBRARY, **params):
    return list(
        vignettes.task.trials(vignettes.Params(**{"actors": "balanced-64", **params}), occasion(seed, materials))
    )


def real(tmp_path, rows=8, unknown=(), origin="choices", notes=(("least", "5"),)):
    """A library whose laboratory has a file of profiles of its own, `chosen`."""
    stored = LIBRARY.actors("balanced-64").actors[:rows]
    made = [
        Actor(
            id=str(n),
            block=1,
            profile=evolve(each.profile, **dict.fromkeys(unknown)),
            own=OwnMotives(outgroup=1, ingroup=-1, personal=0, moral=None),
        )
        for n, each in enumerate(stored)
    ]
    (tmp_path / "actors").mkdir(parents=True)
    text = text_of(Actors(name="chosen", origin=origin, actors=tuple(made)), dict(notes))
    (tmp_path / "actors" / "chosen.csv").write_text(text, encoding="utf-8")
    return Library("en", "gender", {}, {}, STIMULI, tmp_path)


# ---------------------------------------------------------------- people


def test_eight_people_of_one_block_are_rated_on_everything():
    givens = drawn()
    assert len(givens) == 8 * 11
    block = [each for each in LIBRARY.actors("balanced-64").actors if each.block == givens[0].block]
    assert {given.actor for given in givens} == {each.id for each in block}
    assert len({given.name for given in givens}) == 8
    for place in range(1, 9):
        mine = [given for given in givens if given.place == place]
        assert sorted(given.item for given in mine) == sorted(item.id for item in TOLD.items)
        assert [given.item_number for given in mine] == list(range(1, 12))
        assert len({(given.actor, given.name, given.story) for given in mine}) == 1


def test_a_story_says_each_level_in_its_sentence_and_who_it_is_first():
    for given in drawn("levels"):
        assert given.sentences[0] == "group"
        assert set(given.sentences) == set(ATTRIBUTES)
        for attribute, told in zip(given.sentences, given.story, strict=True):
            level = f"{getattr(given.profile, attribute):+d}"
            assert told == TOLD.sentences[attribute][level].replace("{}", given.name)


def test_people_sentences_and_ratings_come_in_random_order_and_one_observer_keeps_one_order_of_sentences():
    seeds = [drawn(str(seed)) for seed in range(12)]
    assert all(len({given.sentences for given in givens}) == 1 for givens in seeds)
    assert len({givens[0].sentences for givens in seeds}) > 6
    assert len({givens[0].block for givens in seeds}) > 3
    assert {givens[0].reasons_first for givens in seeds} == {True, False}
    assert len({tuple(given.item for given in givens[:11]) for givens in seeds}) > 10


@pytest.mark.parametrize("seed", ["a", "b", "c", "d"])
def test_reasons_and_evaluation_are_not_mixed(seed):
    for given in drawn(seed):
        reason = given.construct in vignettes.MOTIVES
        assert (given.item_number <= (8 if given.reasons_first else 3)) is (reason is given.reasons_first)
        assert bool(given.stem) is reason
        item = next(each for each in TOLD.items if each.id == given.item)
        assert given.anchors == (TOLD.anchors if reason else item.anchors)
        assert "{}" not in given.stem + given.text


def test_the_story_comes_by_itself_once_and_stands_above_every_rating(act, words):
    givens = drawn()
    outcome, screens = act(vignettes.task, givens[0], (5,))
    assert [screen.name for screen in screens] == ["vignette-intro-1", "vignette-story", "vignette-item"]
    assert screens[1].accepts.after == 4.0
    assert outcome.rating == 5
    later, (item,) = act(vignettes.task, givens[1], (DECLINED,))
    assert later.rating is None
    assert all(told in words([item]) for told in givens[1].story)
    assert item.measures.construct == f"seen.{givens[1].construct}"


def test_where_the_people_come_from_is_said_as_the_file_says_it(tmp_path, act, words):
    (made_up, *_), (chosen, *_) = drawn(), drawn(materials=real(tmp_path), actors="chosen")
    shown = [words(act(vignettes.task, given, (4,))[1]) for given in (made_up, chosen)]
    assert "The people are made up for this study" in shown[0]
    assert "at least five people each" in shown[1]
    assert "people are made up" not in shown[1]
    assert (made_up.origin, chosen.origin) == ("made_up", "choices")


def test_what_actors_said_of_their_reasons_is_in_the_data_and_on_no_screen(tmp_path, act):
    for given in drawn(materials=real(tmp_path), actors="chosen"):
        assert asdict(given.own) == {"outgroup": 1, "ingroup": -1, "personal": 0, "moral": None}
        other = evolve(given, own=OwnMotives(outgroup=-1, ingroup=1, personal=1, moral=1))
        assert act(vignettes.task, given, (4,)) == act(vignettes.task, other, (4,))


def test_what_is_known_of_nobody_is_told_of_nobody(tmp_path):
    givens = drawn(materials=real(tmp_path, unknown=("consistent", "group")), actors="chosen")
    assert {len(given.story) for given in givens} == {4}
    assert {frozenset(given.sentences) for given in givens} == {frozenset({"autonomy", "role", "public", "cost"})}


def test_too_few_people_are_refused(tmp_path):
    with pytest.raises(ValueError, match=r"'chosen' has 5 people in block 1, but 8 are to be shown; lower 'number'"):
        drawn(materials=real(tmp_path, rows=5), actors="chosen")
    with pytest.raises(ValueError, match=r"has 10 names for 12 people; add some"):
        drawn(materials=real(tmp_path / "more", rows=12), actors="chosen", number=12)


# ---------------------------------------------------------------- sentences and items


@in_each_language
@pytest.mark.parametrize("attribute", ATTRIBUTES)
def test_both_sentences_on_an_attribute_are_equally_long_and_hard(attribute, language):
    sentences = library(STUDY, language).vignettes("actors").sentences[attribute]
    texts = [sentences[level].replace("{}", "Robin") for level in ("-1", "+1")]
    assert set(sentences) == {"-1", "+1"}
    for lengths in ([len(WORD.findall(text)) for text in texts], [len(text) for text in texts]):
        assert max(lengths) <= 1.1 * min(lengths), (attribute, lengths)
    one, other = ({"en": kincaid, "de": amstad}[language](counted(text, language)) for text in texts)
    assert abs(one - other) <= 1


@in_each_language
@pytest.mark.parametrize("pack", PACKS)
def test_whole_stories_are_equally_long_in_every_cause_that_can_be_told_so(pack, language):
    told = Library(language, pack, {}, {}).vignettes("actors")
    for attribute in ATTRIBUTES:
        middle = dict.fromkeys(ATTRIBUTES, -1)
        stories = [
            " ".join(
                vignettes.sentence(told, name, ActorProfile(**{**middle, attribute: level}), "Robin")
                for name in ATTRIBUTES
            )
            for level in (-1, 1)
        ]
        for lengths in ([len(WORD.findall(text)) for text in stories], [len(text) for text in stories]):
            assert max(lengths) <= 1.1 * min(lengths), (pack, attribute, lengths)


def test_each_motive_is_asked_twice_and_the_rest_once():
    counts = {}
    for item in TOLD.items:
        counts[item.construct] = counts.get(item.construct, 0) + 1
    assert counts == {**dict.fromkeys(vignettes.MOTIVES, 2), "trust": 1, "cooperation": 1, "usefulness": 1}
    assert len({item.id for item in TOLD.items}) == len(TOLD.items)
    assert all(bool(item.anchors) is (item.construct not in vignettes.MOTIVES) for item in TOLD.items)


@in_each_language
def test_no_sentence_names_a_reason_or_judges(language):
    sentences = library(STUDY, language).vignettes("actors").sentences
    told = " ".join(text for levels in sentences.values() for text in levels.values())
    assert not list(found_in(told, REASONS[language]))


@in_each_language
@pytest.mark.parametrize("folder", ["vignettes", "chats"])
def test_no_story_or_chat_shows_a_banned_word(folder, language):
    banned = read_yaml(STIMULI / language / "banned.yaml", Banned)
    for path in sorted((STIMULI / language / folder).glob("*.yaml")):
        text = str(YAML(typ="safe").load(path.read_text(encoding="utf-8")))
        assert list(found_in(text, banned.everywhere)) == []


# ---------------------------------------------------------------- which group


@pytest.mark.parametrize(
    ("answer", "category", "advantaged", "disadvantaged"),
    [
        ("man", "man", True, False),
        ("woman", "woman", False, True),
        ("another", "another", False, False),
        (DECLINED, None, False, False),
    ],
)
def test_the_group_is_asked_and_nobody_is_led_out_for_it(act, answer, category, advantaged, disadvantaged):
    (given,) = own_group.task.trials(own_group.Params(disadvantaged=("woman",)), occasion())
    outcome, (screen,) = act(own_group.task, given, (answer,))
    assert (outcome.category, outcome.advantaged, outcome.disadvantaged) == (category, advantaged, disadvantaged)
    assert own_group.task.leaves(outcome) is None
    assert all(not option.codes for option in screen.accepts.options)


@pytest.mark.parametrize("named", [("man",), ("wombat",), ()])
def test_the_disadvantaged_group_is_named_among_the_packs_categories(named):
    with pytest.raises(ValueError, match=r"'disadvantaged' must name categories .*\(woman, another, own_words\), but"):
        list(own_group.task.trials(own_group.Params(disadvantaged=named), occasion()))


# ---------------------------------------------------------------- the message and the study


@in_each_language
def test_the_message_is_the_same_whoever_says_it(language):
    shelf = library(STUDY, language)
    terms = shelf.pack().terms
    pages = {
        group: shelf.pages(f"from-the-other-side/message-{group}").pages for group in ("advantaged", "disadvantaged")
    }
    (one,), (other,) = pages.values()
    assert one != other
    said = [text.replace(terms["ingroup_member"], terms["outgroup_member"]) for text in one.body]
    assert tuple(said) == other.body
    assert (one.title, one.after) == (other.title, other.after)


def test_what_is_thought_of_the_measure_is_asked_before_and_after_the_message():
    names = [phase.name for phase in STUDY.phases]
    order = ["consent", "own-group", "views-before", "people", "message", "views-after", "message-views"]
    order += ["checks", "message-checks", "probe", "debrief", "data-decision", "thanks"]
    assert sorted(order, key=names.index) == order
    for phase in ("views-before", "views-after"):
        scales = next(each for each in STUDY.phases if each.name == phase).params({}).scales
        assert "consultation" in scales


def test_who_stops_is_debriefed_and_nobody_is_excluded_for_the_group():
    reaches = {phase.name: phase.reaches for phase in STUDY.phases if phase.reaches != "staying"}
    assert reaches == {"debrief": "consented", "data-decision": "consented", "thanks": "everyone"}
    assert STUDY.exclusions.advantaged == ""
    assert "eligibility" not in {phase.task for phase in STUDY.phases}
    assert "{payment}" in (STIMULI / "en" / "texts" / "from-the-other-side" / "consent.yaml").read_text("utf-8")


def test_both_attention_checks_come_before_anything_is_told():
    cell = {"messenger": "advantaged"}
    trials = plan_session(STUDY, find, LIBRARY, participant="p", slot=0, language="en", cell=cell).trials
    first = next(n for n, trial in enumerate(trials) if trial.phase == "people")
    checks = [n for n, trial in enumerate(trials) if getattr(trial.given, "instructed", None) is not None]
    assert len(checks) == 2 == STUDY.exclusions.attention_failures
    assert max(checks) < first


def test_the_stored_file_of_people_can_be_read_as_its_own_kind():
    path = STIMULI / "actors" / "balanced-64.csv"
    assert read_actors(path, "balanced-64") == LIBRARY.actors("balanced-64")
