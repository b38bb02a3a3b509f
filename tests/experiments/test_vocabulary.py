"""What holds for every task: its file, its classes, its imports, its promises to the runner."""

import ast
import re
import sys
from pathlib import Path

import pytest
from attrs import fields, has

import experiments
from experiments import find, names

FOLDER = Path(experiments.__file__).parent
TASKS = names()


def test_names_are_the_files_without_an_underscore():
    assert set(TASKS) == {file.stem for file in FOLDER.glob("*.py") if not file.stem.startswith("_")}
    assert "paired_choice" in TASKS
    assert list(TASKS) == sorted(TASKS)


def test_an_unknown_task_is_told_with_those_that_exist():
    with pytest.raises(LookupError, match=r"no task 'pears'; there are .*paired_choice"):
        find("pears")


def test_a_helper_module_is_no_task():
    with pytest.raises(LookupError):
        find("_screens")


@pytest.mark.parametrize("name", TASKS)
def test_file_and_task_have_one_name(name):
    assert find(name).name == name


@pytest.mark.parametrize("name", TASKS)
def test_every_field_is_described(name):
    task = find(name)
    for cls in (task.params, task.given, task.outcome):
        assert has(cls)
        for each in fields(cls):
            assert each.metadata.get("doc"), f"{name}.{cls.__name__}.{each.name}"
            assert each.kw_only


@pytest.mark.parametrize("name", TASKS)
def test_given_and_outcome_meet_in_one_row_without_a_clash(name):
    task = find(name)
    assert not {f.name for f in fields(task.given)} & {f.name for f in fields(task.outcome)}


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.py")), ids=lambda file: file.stem)
def test_a_task_imports_no_stage_no_clock_and_no_chance(file):
    allowed = re.compile(
        r"(runner\.(screens|tasks)|stimuli\.(kinds|causes|others)|experiments(\..*)?|attrs|typing|collections\.abc|random)$"
    )
    tree = ast.parse(file.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        modules = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        modules += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        for module in modules:
            assert allowed.match(module) or file.stem == "__init__", f"{file.name} imports {module}"
        if isinstance(node, ast.ImportFrom) and node.module == "random":
            assert [alias.name for alias in node.names] == ["Random"]


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.py")), ids=lambda file: file.stem)
def test_nothing_says_what_participants_must_never_read(file):
    assert not re.search(r"\b(ally|allies|activis[mt]s?)\b", file.read_text(encoding="utf-8"), re.IGNORECASE)


@pytest.mark.parametrize("name", TASKS)
def test_a_task_that_says_what_is_not_so_says_that_it_deceives(name):
    about = " ".join((sys.modules[f"experiments.{find(name).name}"].__doc__ or "").split())
    owes = "debrief must tell" in about or "partners are simulated" in about
    assert find(name).deceives or not owes, "what the debrief must tell is a deception: say so with `deceives`"
