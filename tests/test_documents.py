"""The documents: they are short, complete, and say of the program what is so."""

import argparse
import re
from importlib import import_module
from pathlib import Path

import pytest
from attrs import fields

import experiments
from runner.cli import COMMANDS
from runner.records import KINDS

ROOT = Path(__file__).parents[1]


def headings(path: Path) -> list[str]:
    return re.findall(r"^#+ +(.+?) *$", path.read_text(encoding="utf-8"), re.MULTILINE)


def section(path: Path, heading: str) -> str:
    """What stands between a heading and the next one of its level or above."""
    text = path.read_text(encoding="utf-8")
    found = re.search(rf"^(#+) +{re.escape(heading)} *$(.*?)(?=^#{{1,2}} |\Z)", text, re.MULTILINE | re.DOTALL)
    assert found, f"{path.name} has no heading {heading!r}"
    return found[2]


def test_readme_is_short_and_has_what_a_newcomer_needs() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert len(readme.split()) <= 600
    assert re.search(r"!\[[^]]+\]\(docs/storyboard\.png\)", readme)
    assert "make demo" in readme and "make test" in readme
    assert re.search(r"[Nn]ot tried.*Windows.*macOS", readme, re.DOTALL)


def test_links_between_documents_lead_somewhere(tracked: list[Path]) -> None:
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in tracked
        if page.suffix == ".md"
        for target in re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8"))
        if "://" not in target and not (page.parent / target).exists()
    ]
    assert not broken


def test_commands_in_documents_exist_with_the_options_that_they_show(tracked: list[Path]) -> None:
    unknown = []
    for page in tracked:
        if page.suffix != ".md" or "decisions" in page.parts:
            continue
        for line in re.findall(r"^(?:\$ )?vantage (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE):
            name, *rest = line.split("#")[0].split()
            known = options(name) if name in COMMANDS else None
            if known is None or not {word for word in rest if len(word) > 1 and word.startswith("-")} <= known:
                unknown.append(f"{page.relative_to(ROOT)}: vantage {line}")
    assert not unknown


def options(command: str) -> set[str]:
    """The options of a command that its help shows, each by its longest name."""
    parser = argparse.ArgumentParser(add_help=False)
    import_module(f"runner.commands.{command}").add_arguments(parser)
    shown = [action for action in parser._actions if action.help is not argparse.SUPPRESS]
    return {max(action.option_strings, key=len) for action in shown if action.option_strings}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_and_option_is_documented_and_nothing_else(command: str) -> None:
    page = ROOT / "docs/commands.md"
    told = section(page, f"vantage {command}")
    assert f"vantage {command} " in told, "an example"
    assert set(re.findall(r"^\| `(--?[a-z-]+)", told, re.MULTILINE)) == options(command)


def test_the_commands_page_describes_no_command_that_is_not_there() -> None:
    described = {h.removeprefix("vantage ") for h in headings(ROOT / "docs/commands.md") if h.startswith("vantage ")}
    assert described == set(COMMANDS)


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_of_every_kind_of_record_is_documented(kind: str) -> None:
    told = re.findall(r"^\| `(\w+)` \|", section(ROOT / "docs/log.md", kind), re.MULTILINE)
    assert told == [field.name for field in fields(KINDS[kind])]


@pytest.mark.parametrize("name", experiments.names())
def test_every_task_says_what_it_is_for(name: str) -> None:
    module = import_module(f"experiments.{name}")
    assert module.__doc__ and len(module.__doc__.split()) >= 5


@pytest.mark.parametrize("name", experiments.names())
def test_every_field_of_every_task_is_described_for_the_codebook(name: str) -> None:
    task = experiments.find(name)
    silent = [
        f"{cls.__name__}.{field.name}"
        for cls in (task.params, task.given, task.outcome)
        for field in fields(cls)
        if not field.metadata.get("doc")
    ]
    assert not silent


@pytest.mark.parametrize("page", sorted((ROOT / "docs/decisions").glob("*.md")), ids=lambda page: page.stem)
def test_a_decision_is_short_and_complete(page: Path) -> None:
    assert re.match(r"\d{4}-[a-z0-9-]+$", page.stem)
    assert {"Context", "Decision", "Consequences"} <= set(headings(page))
    assert len(page.read_text(encoding="utf-8").split()) <= 400


def test_decisions_are_numbered_without_a_gap() -> None:
    numbers = sorted(int(page.name[:4]) for page in (ROOT / "docs/decisions").glob("*.md"))
    assert numbers == list(range(1, len(numbers) + 1))
