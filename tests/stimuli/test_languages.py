"""A language holds all that the protocols which declare it need, and what it holds is the same as in English.

The same ids, codes, keys and parts, in other words.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from runner.checks.check import check
from runner.declarations.protocols import read_protocol

STIMULI = Path(__file__).parents[2] / "stimuli"
PROTOCOLS = sorted(path for form in ("*", "modules/*") for path in (STIMULI.parent / "protocols").glob(f"{form}.yaml"))
LANGUAGES = sorted(path.parent.name for path in STIMULI.glob("*/interface.yaml"))
OTHERS = [language for language in LANGUAGES if language != "en"]
TRANSLATED = [
    *("frame-and-visibility", "frame-and-visibility-generate", "status-and-help", "status-and-help-instability"),
    *("seen-giving", "seen-giving-before", "where-the-line-is", "under-the-surface"),
    *("over-time", "from-the-other-side", "told-ties", "group-chat"),
]
OWN = {"banned.yaml"}  # made anew for each language: other words tell
KEPT = {  # keys whose values are no words to read, or say what stands in them
    *("id", "value", "name", "kind", "subscale", "source", "licence", "correct", "risk", "codes"),
    *("behaviour", "contrast", "part", "template", "reversed", "instructed", "advantaged", "low", "high"),
}
GROWING = {"terms"}  # a language with cases has more of them
DETAIL = re.compile(  # filled by the protocol, the same in every language
    r"\{(laboratory|contact|support|organisation|petition_place|petition_owner|ethics_reference|bonus_currency|payment"
    r"|withdraw_until|minutes|study_title|organisation_does|event|event_owner|list_place)?\}"
)
WRITTEN = re.compile(r"[^\W\d_]{2,}")


def files(language: str) -> set[str]:
    folder = STIMULI / language
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*.yaml")}


def loaded(language: str, name: str) -> Any:
    return YAML(typ="safe").load((STIMULI / language / name).read_text(encoding="utf-8"))


COMMON = [(language, name) for language in OTHERS for name in sorted(files(language) & files("en"))]
each_common_file = pytest.mark.parametrize(("language", "name"), COMMON, ids=["/".join(each) for each in COMMON])
each_other = pytest.mark.parametrize("language", OTHERS)


# ---------------------------------------------------------------- which files


DECLARED = [(path, language) for path in PROTOCOLS for language in read_protocol(path).languages]


@pytest.mark.parametrize("path", PROTOCOLS, ids=lambda path: path.stem)
def test_declared_languages_hold_everything_that_a_session_shows(path: Path) -> None:
    """Every cell is planned and gone through in every language that the protocol declares."""
    assert [str(each) for each in check(path, layout=False).mistakes] == []


@pytest.mark.parametrize("language", sorted({language for _, language in DECLARED}))
def test_a_declared_language_has_its_own_words_to_avoid(language: str) -> None:
    assert {"words.yaml", "interface.yaml", "banned.yaml"} <= files(language)


def test_german_is_declared_where_it_was_written() -> None:
    assert {path.stem for path, language in DECLARED if language == "de"} >= {"taste", *TRANSLATED}


@each_other
def test_texts_and_questions_of_a_study_are_there_together_or_not_at_all(language: str) -> None:
    """Also those that no cell of a protocol shows as it comes: texts for levels that one may add."""
    english, other = files("en"), files(language)
    begun = {study(name) for name in other} - {None}
    missing = sorted(name for name in english - other if study(name) in begun)
    assert not missing, f"write these in stimuli/{language}:\n" + "\n".join(missing)


def study(name: str) -> str | None:
    """The study that a text or a question belongs to; None where it is in no study's folder."""
    parts = name.split("/")
    return parts[1] if len(parts) == 3 and parts[0] in ("texts", "questions") else None


@each_other
def test_no_file_stands_without_its_english_one(language: str) -> None:
    assert sorted(files(language) - files("en")) == []


# ---------------------------------------------------------------- what is in them


def skeleton(value: Any, key: str = "") -> Any:
    """A file without its words: what every language has alike."""
    if isinstance(value, Mapping):
        return {name: skeleton(part, name) for name, part in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [skeleton(part, key) for part in value]
    is_id = key == "question" and isinstance(value, str) and re.fullmatch(r"[a-z_]+", value)
    return value if key in KEPT or is_id or not isinstance(value, str) else bool(value)


def differences(one: Any, other: Any, where: str = "") -> Iterator[str]:
    """Where two skeletons part, told by their keys."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        own = set(other) - set(one) if where.rsplit("/", 1)[-1] not in GROWING else set()
        yield from (f"{where}/{name} is missing" for name in one if name not in other)
        yield from (f"{where}/{name} is too much" for name in sorted(own))
        for name in one:
            if name in other:
                yield from differences(one[name], other[name], f"{where}/{name}")
    elif isinstance(one, list) and isinstance(other, list):
        if len(one) != len(other):
            yield f"{where}: {len(other)} and not {len(one)}"
        for at, (first, second) in enumerate(zip(one, other, strict=False)):
            named = first.get("id", at) if isinstance(first, Mapping) else at
            yield from differences(first, second, f"{where}/{named}")
    elif one != other:
        yield f"{where}: {other!r} and not {one!r}"


@each_common_file
def test_a_file_has_the_parts_of_its_english_one(language: str, name: str) -> None:
    if name in OWN:
        assert set(loaded(language, name)) == set(loaded("en", name))
        return
    differ = list(differences(skeleton(loaded("en", name)), skeleton(loaded(language, name))))
    assert not differ, f"{language}/{name}:\n" + "\n".join(differ)


def test_differences_are_found_and_named() -> None:
    english = {"items": [{"id": "a", "reversed": True, "text": "One"}], "terms": {"ingroup": "x"}, "low": 1}
    other = {"items": [{"id": "a", "text": ""}, {}], "terms": {"ingroup": "y", "ingroup_dative": "z"}, "low": 2}
    assert list(differences(skeleton(english), skeleton(other))) == [
        "/items: 2 and not 1",
        "/items/a/reversed is missing",
        "/items/a/text: False and not True",
        "/low: 2 and not 1",
    ]


def leaves(value: Any, where: str = "") -> Iterator[tuple[str, str]]:
    """Every text, with the keys that lead to it."""
    if isinstance(value, Mapping):
        for name, part in value.items():
            yield from leaves(part, f"{where}/{name}") if name not in KEPT else ()
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for at, part in enumerate(value):
            yield from leaves(part, f"{where}/{at}")
    elif isinstance(value, str):
        yield where, value


@each_common_file
def test_what_the_protocol_and_the_session_fill_in_stands_in_both(language: str, name: str) -> None:
    english, other = (dict(leaves(loaded(each, name))) for each in ("en", language))
    places = {where: (filled_in(english[where]), filled_in(other[where])) for where in english if where in other}
    assert {where: both for where, both in places.items() if both[0] != both[1]} == {}


def filled_in(text: str) -> list[str]:
    """What is filled in: `{}` by the session, each time that it stands there; details of the protocol."""
    marks = [match[0] for match in DETAIL.finditer(text)]
    return sorted({*(mark for mark in marks if mark != "{}")}) + [mark for mark in marks if mark == "{}"]


@each_common_file
def test_nothing_is_left_in_english(language: str, name: str) -> None:
    english = {text for _, text in leaves(loaded("en", name)) if len(WRITTEN.findall(text)) >= 4}
    assert [text for _, text in leaves(loaded(language, name)) if text in english and name not in OWN] == []


# ---------------------------------------------------------------- the controls, as texts speak of them

QUOTED = {"en": "'{}'", "de": "„{}“", "ar": "«{}»"}
FORMERLY = re.compile(r"stop control|control for stopping|Knopf zum Beenden", re.IGNORECASE)
NAMED = [  # texts that name the control for stopping in English
    name for name in sorted(files("en")) if name.startswith("texts/") and "Pause or stop" in str(loaded("en", name))
]


def test_every_welcome_and_long_consent_names_the_control_for_stopping() -> None:
    welcomes = {name for name in files("en") if re.match(r"texts/.*/(\w+-)?welcome(-again)?\.yaml", name)}
    assert welcomes - {"texts/taste/welcome.yaml"} <= set(NAMED)
    assert len([name for name in NAMED if "consent" in name]) >= 8


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_name_the_control_for_stopping_as_it_reads(language: str) -> None:
    name = QUOTED[language].format(loaded(language, "interface.yaml")["stop"])
    there = files(language)
    assert [text for text in NAMED if text in there and name not in str(list(leaves(loaded(language, text))))] == []
    assert [text for text in sorted(there) if FORMERLY.search(str(loaded(language, text)))] == []


def test_decimals_are_written_as_the_language_does() -> None:
    marks = {language: loaded(language, "interface.yaml")["decimal_mark"] for language in LANGUAGES}
    assert marks == {"en": ".", "de": ",", "ar": "."}


# ---------------------------------------------------------------- German

GERMAN = [(name, text) for name in sorted(files("de")) for _, text in leaves(loaded("de", name))]
FAMILIAR = re.compile(r"\b(du|dich|dir|dein\w*|euch|euer|eure\w*)\b", re.IGNORECASE)
SPECIAL = re.compile(r"\w[*:_/·]-?in(nen)?\b|[a-zäöüß]In(nen)?\b|\w\(in")


def test_german_addresses_people_as_sie() -> None:
    assert [(name, text) for name, text in GERMAN if FAMILIAR.search(text)] == []


def test_german_means_everyone_without_special_characters() -> None:
    assert [(name, text) for name, text in GERMAN if SPECIAL.search(text)] == []
    assert all(
        map(
            SPECIAL.search,
            (
                "Teilnehmer:innen",
                "Helfer*in",
                "StudentInnen",
                "Forscher/-innen",
                "Leser(innen)",
            ),
        )
    )


# ---------------------------------------------------------------- Arabic

ARABIC = [(name, text) for name in sorted(files("ar") - OWN) for _, text in leaves(loaded("ar", name))]
GENDERED = re.compile(  # imperatives, verbs in the second person and participles that are not written alike for all
    r"\b(اختر|اختاري|اكتب|اكتبي|اضغط|اضغطي|انقر|اقرأ|أجب|حدد|ضع|ابدأ|انتظر|تابع|قم|تفضل|تفضلين|ترغب|ترغبين|تريد|تريدين"
    r"|تختار|تختارين|ستختار|ستقوم|تقوم|تستطيع|تود|تودّ|تعيش|ترى|مستعد|مستعدة|متأكد|متأكدة|راغب|أنتِ|عزيزي)\b"
)


def test_arabic_is_declared_for_the_demo() -> None:
    assert {path.stem for path, language in DECLARED if language == "ar"} == {"taste"}


def test_arabic_addresses_women_and_men_alike() -> None:
    assert [(name, text) for name, text in ARABIC if GENDERED.search(text)] == []
    assert GENDERED.search("هل ترغب في المشاركة؟")


def test_arabic_has_western_digits_and_no_signs_that_nobody_sees() -> None:
    hidden = [text for _, text in ARABIC if any(unicodedata.category(c) == "Cf" for c in text)]
    eastern = [text for _, text in ARABIC if re.search(r"[\u0660-\u0669\u06f0-\u06f9]", text)]
    assert hidden + eastern == []


def test_letters_are_single_characters() -> None:
    assert [text for _, text in GERMAN + ARABIC if not unicodedata.is_normalized("NFC", text)] == []
