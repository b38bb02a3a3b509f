"""Words to be sorted and meetings: their shape, their words, and how a cause's own list is found."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from runner.declarations.materials import Library, MissingMaterialError
from runner.declarations.structure import read_yaml
from stimuli.kinds import Banned, WordLists

Filled = Callable[[str, str], Library]

ENGLISH = Path(__file__).parents[2] / "stimuli" / "en"
LISTS = sorted((ENGLISH / "wordlists").glob("*.yaml"))
MEETINGS = sorted((ENGLISH / "meetings").glob("*.yaml"))
PACKS = sorted(path.stem for path in (ENGLISH / "packs").glob("*.yaml"))


@pytest.mark.parametrize("path", LISTS, ids=lambda path: path.stem)
def test_every_list_has_a_label_and_five_or_six_different_words(path: Path) -> None:
    assert path.stem == "common" or path.stem in PACKS
    for name, each in read_yaml(path, WordLists).lists.items():
        assert each.label, name
        assert each.named, name
        assert len(set(each.words)) == len(each.words), name
        assert 5 <= len(each.words) <= 6, name


@pytest.mark.parametrize("path", LISTS, ids=lambda path: path.stem)
def test_a_cause_names_the_same_categories_as_the_others(path: Path) -> None:
    wanted = {"pleasant", "unpleasant", "self"} if path.stem == "common" else {"politicised", "disadvantaged"}
    assert wanted | (set() if path.stem == "common" else {"advantaged"}) == set(read_yaml(path, WordLists).lists)


@pytest.mark.parametrize("path", [*LISTS, *MEETINGS], ids=lambda path: path.stem)
def test_nothing_banned_is_read(path: Path) -> None:
    banned = read_yaml(ENGLISH / "banned.yaml", Banned)
    text = re.sub(r"(?m)^ *(#.*|[a-z_]+:)", "", path.read_text(encoding="utf-8"))
    shown = re.sub(r"\{?(value|behaviour|accomplice|takeover): *\w+,?|\{\w+\}", "", text)
    words = "|".join([*banned.everywhere, *banned.instructions])
    assert not re.findall(rf"\b({words})\b", shown, re.IGNORECASE)


@pytest.mark.parametrize("pack", PACKS)
@pytest.mark.parametrize("path", MEETINGS, ids=lambda path: path.stem)
def test_a_meeting_is_filled_by_every_cause(path: Path, pack: str, library: Filled) -> None:
    assert not re.search(r"\{\w+\}", str(library("en", pack).meeting(path.stem)))


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
