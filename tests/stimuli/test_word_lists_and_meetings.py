"""Words to be sorted and meetings, in every language: their shape, their words, how a cause's own list is found."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from runner.declarations.materials import Library, MissingMaterialError
from runner.declarations.structure import read_yaml
from stimuli.kinds import Banned, WordLists

Filled = Callable[[str, str], Library]

STIMULI = Path(__file__).parents[2] / "stimuli"
LISTS = sorted(STIMULI.glob("*/wordlists/*.yaml"))
MEETINGS = sorted(STIMULI.glob("*/meetings/*.yaml"))


def language(path: Path) -> str:
    return path.relative_to(STIMULI).parts[0]


def packs(language: str) -> list[str]:
    return sorted(path.stem for path in (STIMULI / language / "packs").glob("*.yaml"))


def named(path: Path) -> str:
    return f"{language(path)}-{path.stem}"


each_list = pytest.mark.parametrize("path", LISTS, ids=named)
TOLD = [(path, pack) for path in MEETINGS for pack in packs(language(path))]


@each_list
def test_every_list_has_a_label_and_five_or_six_different_words(path: Path) -> None:
    assert path.stem == "common" or path.stem in packs(language(path))
    for name, each in read_yaml(path, WordLists).lists.items():
        assert each.label, name
        assert each.named, name
        assert len(set(each.words)) == len(each.words), name
        assert 5 <= len(each.words) <= 6, name


@each_list
def test_no_word_is_in_two_lists(path: Path) -> None:
    words = [word for each in read_yaml(path, WordLists).lists.values() for word in each.words]
    assert len(set(words)) == len(words)


@pytest.mark.parametrize("name", sorted({language(path) for path in LISTS}))
def test_capital_letters_do_not_tell_the_categories_apart(name: str) -> None:
    """German nouns have one and German pronouns have none, where nobody sees to it."""
    lists = [each for path in LISTS if language(path) == name for each in read_yaml(path, WordLists).lists.values()]
    assert len({word[0].isupper() for each in lists for word in each.words}) == 1


@each_list
def test_opposite_lists_are_about_equally_long(path: Path) -> None:
    """In letters, within a fifth: the speed of sorting depends on it."""
    lists = read_yaml(path, WordLists).lists
    pair = ("pleasant", "unpleasant") if path.stem == "common" else ("disadvantaged", "advantaged")
    lengths = sorted(sum(map(len, lists[name].words)) for name in pair)
    assert lengths[1] <= 1.2 * lengths[0]


@each_list
def test_a_cause_names_the_same_categories_as_the_others(path: Path) -> None:
    wanted = {"pleasant", "unpleasant", "self"} if path.stem == "common" else {"politicised", "disadvantaged"}
    assert wanted | (set() if path.stem == "common" else {"advantaged"}) == set(read_yaml(path, WordLists).lists)


@pytest.mark.parametrize("path", [*LISTS, *MEETINGS], ids=named)
def test_nothing_banned_is_read(path: Path) -> None:
    banned = read_yaml(STIMULI / language(path) / "banned.yaml", Banned)
    text = re.sub(r"(?m)^ *(#.*|[a-z_]+:)", "", path.read_text(encoding="utf-8"))
    shown = re.sub(r"\{?(value|behaviour|accomplice|takeover): *\w+,?|\{\w+\}", "", text)
    words = "|".join([*banned.everywhere, *banned.instructions])
    assert not re.findall(rf"\b({words})\b", shown, re.IGNORECASE)


@pytest.mark.parametrize(("path", "pack"), TOLD, ids=[f"{named(path)}-{pack}" for path, pack in TOLD])
def test_a_meeting_is_filled_by_every_cause(path: Path, pack: str, library: Filled) -> None:
    assert not re.search(r"\{\w+\}", str(library(language(path), pack).meeting(path.stem)))


def library_of(folder: Path, lists: Mapping[str, str]) -> Library:
    (folder / "en" / "packs").mkdir(parents=True)
    (folder / "en" / "wordlists").mkdir()
    category = "{value: a, text: A, advantaged: true}"
    pack = f'name: toy\ntitle: Toys\nterms: {{ingroup: dolls}}\nquestion: "Which?"\ncategories: [{category}]\n'
    (folder / "en" / "packs" / "toy.yaml").write_text(pack, encoding="utf-8")
    for name, text in lists.items():
        (folder / "en" / "wordlists" / f"{name}.yaml").write_text(text, encoding="utf-8")
    return Library("en", "toy", {}, {}, folder)


def one(name: str, label: str) -> str:
    return f'lists:\n  {name}: {{label: "{label}", named: "the {{ingroup}}", words: [a, b]}}\n'


def test_a_cause_s_own_list_goes_before_the_shared_one_and_is_filled(tmp_path: Path) -> None:
    library = library_of(tmp_path, {"common": one("self", "Me"), "toy": one("self", "We")})
    found = library.word_list("self")
    assert (found.label, found.named) == ("We", "the dolls")


def test_a_list_that_all_share_is_found_without_one_of_the_cause(tmp_path: Path) -> None:
    assert library_of(tmp_path, {"common": one("self", "Me")}).word_list("self").label == "Me"


def test_a_missing_list_is_told_with_the_file_where_it_belongs(tmp_path: Path) -> None:
    library = library_of(tmp_path, {"common": one("self", "Me")})
    with pytest.raises(MissingMaterialError, match=r"toy\.yaml.*word list 'sefl' is missing.*self"):
        library.word_list("sefl")
