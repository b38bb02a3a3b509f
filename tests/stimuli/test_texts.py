"""The materials themselves, in every language: matched where they must be, plain, and free of telling words.

That the languages hold the same is in test_languages.py.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import combinations
from pathlib import Path

import pytest

from runner.declarations.materials import Library
from runner.declarations.structure import read_yaml
from runner.stages.drawing.layout import INTERFACE_KEYS
from stimuli.kinds import Act, Pack, Pages, Questions, Scale

Words = Callable[[str], list[str]]
Grades = Callable[[str], Callable[[str], float]]
Filled = Callable[[str, str], Library]

STIMULI = Path(__file__).parents[2] / "stimuli"
LANGUAGES = sorted(path.parent.name for path in STIMULI.glob("*/interface.yaml"))
KINDS = {"texts": Pages, "questions": Questions, "scales": Scale, "packs": Pack}
FILES = [
    (language, path, cls)
    for language in LANGUAGES
    for kind, cls in KINDS.items()
    for path in sorted((STIMULI / language / kind).rglob("*.yaml"))
]
NAMES = [path.relative_to(STIMULI).as_posix() for _, path, _ in FILES]
PACKS = [(language, path.stem) for language, path, cls in FILES if cls is Pack]
MADE_UP = {"planets": "for the demo", "groups": "groups made in the session, without facts and acts"}
STUDY_PACKS = [(language, name) for language, name in PACKS if name not in MADE_UP]

STUDY = "frame-and-visibility"
FRAMES = ("privilege", "disadvantage", "neutral")
MATCHED = [  # texts that stand for the levels of a factor
    [f"{STUDY}/framing-intro-{frame}" for frame in FRAMES],
    [f"{STUDY}/generate-{frame}" for frame in FRAMES],
    *[[f"{STUDY}/{text}-private", f"{STUDY}/{text}-public"] for text in ("setting", "petition", "donation")],
    ["taste/setting-private", "taste/setting-public"],
    ["status-and-help/profile-atypical", "status-and-help/profile-typical"],
    ["status-and-help/scores-secure", "status-and-help/scores-threatened"],
    *[[f"status-and-help/{text}-stable", f"status-and-help/{text}-unstable"] for text in ("scores", "round-two")],
    [f"status-and-help/prime-{prime}" for prime in ("separate", "one-group", "dual", "politicised")],
    [f"under-the-surface/content-{content}" for content in ("equality", "harm", "protect", "loyalty", "purity")],
    [f"under-the-surface/perspective-{how}" for how in ("self", "other", "objective")],
    [f"under-the-surface/report-{report}" for report in ("confidential", "identified")],
    [f"under-the-surface/report-over-{report}" for report in ("confidential", "identified")],
    [f"under-the-surface/recall-{prompt}" for prompt in ("courage", "help")],
    [f"where-the-line-is/draw-{threat}" for threat in ("closing", "stable", "neutral")],
    [f"from-the-other-side/message-{group}" for group in ("advantaged", "disadvantaged")],
    *[[f"modules/{text}-{ties}" for ties in ("strong", "weak")] for text in ("ties", "draw-ties")],
    [f"seen-giving/roster-{audience}" for audience in ("nobody", "ingroup", "mixed")],
    [f"over-time/goal-{goal}" for goal in ("first", "equality", "structural")],
    *[
        [f"seen-giving/{text}-private", f"seen-giving/{text}-public"]
        for text in ("setting", "donation", "petition", "extra", "part")
    ],
]
NOT_REVERSED = {
    "motives": "each reason is asked by its extent (B7 of paradigms.md)",
    "motives-short": "each reason is asked by its extent (B7 of paradigms.md)",
    "motives-groups": "each reason is asked by its extent (B7 of paradigms.md)",
    "disidentification": "a reversed item would ask for identification, another construct",
    "everyday_preferences": "a filler, never scored",
    "consequences": "good and bad consequences are asked apart",
    "participation_expectancy": "likelihood of single consequences; a bad one has a low value, not a reversed item",
    "participation_value": "value of single consequences, in both directions",
}
PEOPLE = {  # words that a neutral fact does without
    "en": {"man", "men", "woman", "women", "people", "he", "she", "boy", "girl", "father", "mother"},
    "de": {
        *("mann", "männer", "männern", "frau", "frauen", "mensch", "menschen", "leute", "leuten", "person", "personen"),
        *("junge", "jungen", "mädchen", "vater", "väter", "mutter", "mütter"),
    },
}
ATTENTION_CHECKS = {"need_for_approval", "everyday_preferences", "moral_profile"}  # before anything is varied


in_every_pack = pytest.mark.parametrize(("language", "name"), PACKS, ids=["-".join(each) for each in PACKS])
in_every_language = pytest.mark.parametrize("language", LANGUAGES)


@pytest.fixture(params=STUDY_PACKS, ids=["-".join(each) for each in STUDY_PACKS])
def cause(request: pytest.FixtureRequest) -> tuple[str, str]:
    """Language and name of each cause in turn that a study can be about."""
    language, name = request.param
    return language, name


@pytest.fixture
def pack(cause: tuple[str, str], library: Filled) -> Pack:
    """Its pack."""
    return library(*cause).pack()


def close(numbers: list[int], share: float = 0.1) -> bool:
    """Is the largest at most a tenth above the smallest?"""
    return max(numbers) <= (1 + share) * min(numbers)


def unmatched(texts: list[str], words: Words) -> list[str]:
    """In what the texts' lengths differ."""
    lengths = {"words": [len(words(text)) for text in texts], "characters": [len(text) for text in texts]}
    return [f"{what}: {numbers}" for what, numbers in lengths.items() if not close(numbers)]


def body(pages: Pages) -> str:
    return " ".join(text for page in pages.pages for text in (page.title, *page.body))


# ---------------------------------------------------------------- every file


@pytest.mark.parametrize(("language", "path", "cls"), FILES, ids=NAMES)
def test_every_file_has_the_shape_of_its_kind(language: str, path: Path, cls: type) -> None:
    read_yaml(path, cls)


@in_every_pack
def test_every_placeholder_is_filled_by_every_pack(language: str, name: str, library: Filled) -> None:
    materials = library(language, name)
    materials.pack(), materials.interface(), materials.word("agree")
    files = [(path, cls) for folder, path, cls in FILES if folder == language]
    for (path, _), read in zip(files, map(reader(materials), files), strict=True):
        assert not re.search(r"\{\w+\}", str(read(key(path)))), path


def key(path: Path) -> str:
    """A file's name in a protocol: what follows language and kind."""
    return "/".join(path.relative_to(STIMULI).with_suffix("").parts[2:])


def reader(materials: Library) -> Callable[[tuple[Path, type]], Callable[[str], object]]:
    by_kind: Mapping[type, Callable[[str], object]] = {
        Pages: materials.pages,
        Questions: materials.questions,
        Scale: materials.scale,
        Pack: lambda key: materials.pack(),
    }
    return lambda file: by_kind[file[1]]


@in_every_language
def test_the_controls_have_all_their_words_and_no_others(language: str) -> None:
    assert set(read_yaml(STIMULI / language / "interface.yaml", Mapping[str, str])) == set(INTERFACE_KEYS)  # type: ignore[type-abstract]


@in_every_language
def test_there_is_a_promise_for_each_identity_mode(language: str, library: Filled) -> None:
    promises = {mode: library(language, "planets").word(f"promise_{mode}") for mode in ("unlinkable", "coded", "shown")}
    assert len(set(promises.values())) == 3


# ---------------------------------------------------------------- facts, acts, phrases


def test_facts_come_in_renderings_of_equal_length_and_grade(
    cause: tuple[str, str], pack: Pack, words: Words, grade_of_a_sentence: Grades
) -> None:
    wrong, grade = {}, grade_of_a_sentence(cause[0])
    for fact in pack.facts:
        texts = [fact.privilege, fact.disadvantage, fact.neutral]
        apart = max(abs(grade(one) - grade(other)) for one, other in combinations(texts, 2))
        found = unmatched(texts, words) + ([f"grade: {apart:.1f} apart"] if apart > 1 else [])
        if found:
            wrong[fact.id] = found
    assert wrong == {}


def test_there_are_24_facts_each_with_its_source_and_no_figures(pack: Pack) -> None:
    assert len({fact.id for fact in pack.facts}) == 24
    texts = [text for fact in pack.facts for text in (fact.privilege, fact.disadvantage, fact.neutral)]
    assert len(set(texts)) == 72
    assert all(fact.source for fact in pack.facts)
    assert not any(re.search(r"\d|%|per ?cent|prozent", text) for text in texts)


def test_a_neutral_fact_names_no_group(cause: tuple[str, str], pack: Pack, words: Words) -> None:
    people = PEOPLE[cause[0]]
    assert not [fact.id for fact in pack.facts if people & {word.lower() for word in words(fact.neutral)}]
    groups = [pack.terms[term].lower() for term in ("ingroup", "outgroup")]
    assert not [fact.id for fact in pack.facts if any(group in fact.neutral.lower() for group in groups)]


@in_every_pack
def test_every_pack_has_the_same_terms(language: str, name: str, library: Filled) -> None:
    terms = library(language, name).pack().terms
    assert set(terms) == set(library(language, "planets").pack().terms)
    assert all(terms[term.capitalize()].lower() == terms[term].lower() for term in ("ingroup", "outgroup"))


def test_a_pack_asks_who_belongs_to_which_group_and_leaves_room_for_other_words(pack: Pack) -> None:
    assert {category.advantaged for category in pack.categories} == {True, False}
    assert [category.advantaged for category in pack.categories if category.value == "own_words"] == [False]


def test_a_pack_says_what_its_petition_asks_for(pack: Pack) -> None:
    assert pack.petition


@in_every_pack
def test_demo_and_study_facts_are_matched_between_their_two_renderings(
    language: str, name: str, library: Filled, words: Words
) -> None:
    facts = library(language, name).pack().facts
    assert not {f.id: bad for f in facts if (bad := unmatched([f.privilege, f.disadvantage], words))}


@in_every_pack
def test_the_levels_of_an_attribute_are_told_at_equal_length(
    language: str, name: str, library: Filled, words: Words
) -> None:
    phrases = library(language, name).pack().phrases
    if name == "groups":  # which has no acts
        assert not phrases
        return
    assert set(phrases) == {"act", "autonomy", "statuscost", "selflead", "risk", "effort"}
    assert set(phrases["act"]) == {"+1+1", "+1-1", "-1+1", "-1-1"}
    assert not {a: bad for a, levels in phrases.items() if (bad := unmatched(list(levels.values()), words))}


def test_there_is_one_act_of_at_most_20_words_for_each_template(pack: Pack, words: Words) -> None:
    assert sorted(act.template for act in pack.acts) == list(range(1, 17))
    assert not {act.id: len(words(act.text)) for act in pack.acts if len(words(act.text)) > 20}


def test_every_act_has_every_code_and_none_is_led_in_private(pack: Pack) -> None:
    for act in pack.acts:
        assert set(act.codes) == {"public", "normative", "autonomy", "statuscost", "selflead", "risk", "effort"}, act.id
        assert act.codes["effort"] in (1, 2, 3), act.id
        assert act.codes["autonomy"] in (-1, 0, 1), act.id
        assert all(code in (-1, 1) for name, code in act.codes.items() if name not in ("effort", "autonomy")), act.id
        assert not (act.codes["public"] == -1 and act.codes["selflead"] == 1), act.id


@pytest.mark.parametrize(("one", "other", "differs"), [(12, 13, "autonomy"), (14, 15, "statuscost")])
def test_matched_pairs_of_acts_differ_in_one_code_only(
    one: int, other: int, differs: str, pack: Pack, words: Words
) -> None:
    acts: dict[int, Act] = {act.template: act for act in pack.acts}
    first, second = acts[one], acts[other]
    assert {name for name in first.codes if first.codes[name] != second.codes[name]} == {differs}
    assert unmatched([first.text, second.text], words) == []


# ---------------------------------------------------------------- texts


def matched_in(language: str) -> list[list[str]]:
    """Which texts of different conditions a language has; that it has all of them is in test_languages.py."""
    there = {key(path) for folder, path, cls in FILES if folder == language and cls is Pages}
    return [keys for keys in MATCHED if there.issuperset(keys)]


@in_every_pack
def test_texts_of_different_conditions_are_equally_long(
    language: str, name: str, library: Filled, words: Words, grade: Grades
) -> None:
    materials, wrong = library(language, name), {}
    told = [keys for keys in matched_in(language) if materials.pack().facts or not keys[0].startswith(f"{STUDY}/")]
    for keys in told:  # groups without facts are in no study that tells about them
        texts = [body(materials.pages(key)) for key in keys]
        grades = list(map(grade(language), texts))
        apart = max(grades) - min(grades)
        if found := unmatched(texts, words) + ([f"grade: {apart:.1f} apart"] if apart > 1 else []):
            wrong[keys[0]] = found
    assert wrong == {}


@in_every_language
def test_texts_of_different_conditions_have_equally_many_pages_and_paragraphs(language: str, library: Filled) -> None:
    materials = library(language, "planets")
    for keys in matched_in(language):
        assert len({tuple(len(page.body) for page in materials.pages(key).pages) for key in keys}) == 1, keys


TEXTS = [(language, path) for language, path, cls in FILES if cls is Pages]


@pytest.mark.parametrize(("language", "path"), TEXTS, ids=[f"{language}-{key(path)}" for language, path in TEXTS])
def test_texts_are_plain_to_read(language: str, path: Path, library: Filled, grade: Grades, words: Words) -> None:
    name = "gender" if (language, "gender") in PACKS else "planets"
    pages = library(language, name).pages(key(path))
    bodies = [" ".join(page.body) for page in pages.pages]
    assert max(map(grade(language), bodies)) <= 9
    assert max(len(words(text)) for text in bodies) <= 160


@pytest.mark.parametrize(
    ("name", "promised", "not_promised"),
    [
        ("en/texts/frame-and-visibility/consent", "less what you have already passed on", "whole bonus"),
        ("en/texts/seen-giving/consent", "less what you have already passed on", "whole bonus"),
        ("de/texts/frame-and-visibility/consent", "abzüglich", "ganzen Bonus"),
        ("de/texts/seen-giving/consent", "abzüglich", "ganzen Bonus"),
        ("en/texts/taste/welcome", "stored on this computer", "nothing is stored"),
        ("de/texts/taste/welcome", "auf diesem Computer", "nichts gespeichert"),
        ("ar/texts/taste/welcome", "على هذا الحاسوب", "لا يُحفظ"),
        ("en/texts/frame-and-visibility/welcome", "Nearly all of it", "All of it"),
        ("de/texts/frame-and-visibility/welcome", "Fast alles", "Alles findet"),
        ("en/texts/frame-and-visibility/framing-intro-neutral", "records and studies", "public figures"),
        ("de/texts/frame-and-visibility/framing-intro-neutral", "Messungen und Studien", "öffentliche Zahlen"),
    ],
)
def test_a_text_promises_what_is_kept(name: str, promised: str, not_promised: str) -> None:
    text = body(read_yaml(STIMULI / f"{name}.yaml", Pages))
    assert promised in text
    assert not_promised not in text


# ---------------------------------------------------------------- words that are never read


def shown(value: object) -> Iterator[str]:
    """What of a material is shown: every text of it but ids, values, sources and the like."""
    if isinstance(value, Pages):
        yield body(value)
    elif isinstance(value, Questions):
        yield from (value.title, value.instruction)
        for question in value.questions:
            yield from (question.text, *question.anchors, *(option.text for option in question.options))
    elif isinstance(value, Scale):
        yield from (value.instruction, value.stem, *value.anchors, *(item.text for item in value.items))
    elif isinstance(value, Pack):
        yield from (value.title, value.question, value.petition, *value.terms.values())
        yield from (category.text for category in value.categories)
        yield from (text for fact in value.facts for text in (fact.privilege, fact.disadvantage, fact.neutral))
        yield from (act.text for act in value.acts)
        yield from (text for levels in value.phrases.values() for text in levels.values())


def asked(value: object) -> Iterator[str]:
    """What of a material instructs: items of scales, facts and acts are what is asked about, and left out."""
    if isinstance(value, Scale):
        yield from (value.instruction, value.stem, *value.anchors)
    elif isinstance(value, Pack):
        yield from (value.title, value.question, *(category.text for category in value.categories))
    else:
        yield from shown(value)


def banned(language: str, scope: str) -> re.Pattern[str]:
    words = read_yaml(STIMULI / language / "banned.yaml", Mapping[str, Mapping[str, str]])[scope]  # type: ignore[type-abstract]
    assert all(words.values()), "a reason for each"
    return re.compile(rf"\b({'|'.join(words)})\b", re.IGNORECASE)


@pytest.mark.parametrize(("language", "path", "cls"), FILES, ids=NAMES)
def test_no_file_shows_a_banned_word(language: str, path: Path, cls: type) -> None:
    value: object = read_yaml(path, cls)
    assert not banned(language, "everywhere").findall(" ".join(shown(value)))
    assert not banned(language, "instructions").findall(" ".join(asked(value)))


@pytest.mark.parametrize("name", ["words", "interface"])
@in_every_language
def test_no_word_of_tasks_or_controls_is_banned(language: str, name: str) -> None:
    path = STIMULI / language / f"{name}.yaml"
    values = " ".join(read_yaml(path, Mapping[str, str]).values())  # type: ignore[type-abstract]
    assert not banned(language, "everywhere").findall(values) + banned(language, "instructions").findall(values)


# ---------------------------------------------------------------- scales

SCALES = [path for _, path, cls in FILES if cls is Scale]
each_scale = pytest.mark.parametrize("path", SCALES, ids=lambda path: path.relative_to(STIMULI).as_posix())


@each_scale
def test_a_scale_is_scorable(path: Path) -> None:
    scale = read_yaml(path, Scale)
    scored = [item for item in scale.items if item.instructed is None]
    assert scale.name == path.stem.split("-")[0]  # "motives-short" is a form of "motives"
    assert len({item.id for item in scale.items}) == len(scale.items)
    assert (scale.low, scale.high) == (1, 7)
    assert len(scale.anchors) in (2, 3, 7)
    assert len(scored) >= 3
    assert all(item.subscale for item in scored) or not any(item.subscale for item in scored)
    assert any(item.reversed for item in scored) != (path.stem in NOT_REVERSED)
    assert not all(item.reversed for item in scored)


@each_scale
def test_attention_checks_stand_only_where_nothing_is_varied_yet(path: Path) -> None:
    checks = [item for item in read_yaml(path, Scale).items if item.instructed is not None]
    assert len(checks) == (1 if path.stem in ATTENTION_CHECKS else 0)
    for item in checks:
        assert str(item.instructed) in item.text
        assert not item.reversed


@in_every_language
def test_no_two_scales_share_an_item(language: str) -> None:
    scales = [path for folder, path, cls in FILES if cls is Scale and folder == language]
    texts = [item.text for path in scales if path.stem != "motives-short" for item in read_yaml(path, Scale).items]
    assert len(set(texts)) == len(texts)


HAVING_BOTH = [language for language in LANGUAGES if (STIMULI / language / "scales" / "motives.yaml").is_file()]


@pytest.mark.parametrize("language", HAVING_BOTH)
def test_each_motive_is_asked_four_times_and_twice_in_the_short_form(language: str) -> None:
    folder = STIMULI / language / "scales"
    full, short = (read_yaml(folder / f"{name}.yaml", Scale) for name in ("motives", "motives-short"))
    for scale, times in ((full, 4), (short, 2)):
        counts = {item.subscale: sum(i.subscale == item.subscale for i in scale.items) for item in scale.items}
        assert counts == dict.fromkeys(("outgroup", "ingroup", "personal", "moral"), times)
    assert set(short.items) <= set(full.items), "the same ids for the same words"
    assert short.name == full.name
