"""The house: what the documents say is so, nothing private is in the tree, contracts hold, the wheel is whole."""

import ast
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from importlib.metadata import metadata, packages_distributions, version
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

from runner.cli import COMMANDS

ROOT = Path(__file__).parents[1]
PACKAGES = ("runner", "experiments", "analysis", "stimuli")
FOLDERS = {"protocols", "stimuli", "experiments", "runner", "analysis", "tests", "docs"}
FILES = {"pyproject.toml", "constraints.txt", "Makefile", "LICENSE", "README.md", "CONTRIBUTING.md", "CHANGELOG.md"}


def text_of(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None  # a font or a picture


def modules(*folders: str) -> list[Path]:
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


def imports(path: Path) -> Iterator[str]:
    """Full names of everything that a module imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


# ---------------------------------------------------------------- the tree


def test_the_top_level_holds_the_agreed_entries_and_no_others(tracked: list[Path]) -> None:
    top = {path.relative_to(ROOT).parts[0] for path in tracked}
    assert {name for name in top if not name.startswith(".")} == FOLDERS | FILES


@pytest.mark.parametrize("folder", sorted(FOLDERS))
def test_every_folder_says_what_it_is_and_how_to_add_to_it(folder: str) -> None:
    readme = (ROOT / folder / "README.md").read_text(encoding="utf-8")
    assert re.search(r"^## .*\b(add|write)\b", readme, re.IGNORECASE | re.MULTILINE)


def test_no_package_hides_behind_a_test_folder(tracked: list[Path]) -> None:
    assert not [path for path in tracked if path.name == "__init__.py" and "tests" in path.relative_to(ROOT).parts]


def test_no_module_has_grown_into_two() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in modules(*PACKAGES)
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 300
    }
    assert not long, f"modules over 300 lines: {long}"


# Put together from pieces, so that this file does not hold what it looks for.
PRIVATE = {
    "the address of a package registry": "|".join(
        re.escape("".join(pieces))
        for pieces in (
            ("pypi", ".org"),
            ("pythonhosted", ".org"),
            ("npmjs", ".org"),
            ("npmjs", ".com"),
            ("/sim", "ple/"),
            ("index", "-url"),
            ("arti", "factory"),
        )
    ),
    "a path of somebody's machine": "|".join(
        (r"(?<![\w.])/(ro" + r"ot|wo" + r"rk|Us" + r"ers|ho" + r"me/(?!lab/))/?\w", re.escape(f"{ROOT}/"))
    ),
    "a key or a password": r"BEGIN [A-Z ]*PRIVATE " + "KEY|pass" + r"word\s*[=:]\s*\S",
}


@pytest.mark.parametrize("what", PRIVATE)
def test_no_file_holds(what: str, tracked: list[Path]) -> None:
    pattern = re.compile(PRIVATE[what])
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}"
        for path in tracked
        if path.name != "LICENSE"
        for number, line in enumerate((text_of(path) or "").splitlines(), 1)
        if pattern.search(line)
    ]
    assert not found, f"{what} in " + "\n".join(found)


# ---------------------------------------------------------------- imports


def test_only_the_window_imports_psychopy() -> None:
    guilty = {
        str(path.relative_to(ROOT))
        for path in modules(*PACKAGES)
        if any(name.split(".")[0] in ("psychopy", "pyglet") for name in imports(path))
    }
    assert guilty <= {"runner/stages/window.py"}


def test_tasks_have_no_clock_and_no_chance_of_their_own() -> None:
    guilty = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in modules("experiments")
        for name in imports(path)
        if name.split(".")[0] in ("time", "datetime", "secrets", "os")
        or (name.split(".")[0] == "random" and name != "random.Random")
    ]
    assert not guilty


@pytest.mark.parametrize("module", ["runner.cli", *(f"runner.commands.{name}" for name in COMMANDS)])
def test_a_command_that_is_only_asked_for_help_loads_nothing_heavy(module: str) -> None:
    heavy = "{'psychopy', 'pandas', 'numpy', 'matplotlib', 'scipy', 'PIL', 'pyglet', 'sqlalchemy', 'PyQt6'}"
    code = f"import sys, {module}; print(*sorted({heavy} & {{name.split('.')[0] for name in sys.modules}}))"
    loaded = subprocess.run((sys.executable, "-c", code), cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert loaded.split() == []


def test_import_contracts_hold() -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run((lint, "--no-cache"), cwd=ROOT, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stdout + done.stderr


def test_dependencies_are_what_is_imported_and_each_has_its_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {re.split(r"[<>=;\[ ]", wanted)[0].lower() for wanted in project["dependencies"]}
    sold_as = packages_distributions()
    names = {name.split(".")[0] for path in modules(*PACKAGES) for name in imports(path)}
    foreign = {name for name in names if name not in sys.stdlib_module_names and name not in PACKAGES}
    sellers = [{seller.lower() for seller in sold_as.get(name, [name])} for name in foreign]
    # Several may fill one namespace, as ruamel's do; PsychoPy pins the window's own libraries.
    imported = {min(found & declared or found) for found in sellers} - {"pyglet", "psychtoolbox"}
    assert imported == declared
    records = sorted((ROOT / "docs/decisions").glob("*.md"))
    decision = "".join(record.read_text(encoding="utf-8") for record in records)
    unexplained = {name for name in declared if not re.search(rf"\b{re.escape(name)}\b", decision)}
    assert not unexplained, f"no decision record gives a reason for {unexplained}"


def test_constraints_pin_what_is_declared_and_nothing_from_elsewhere() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if not line.startswith("#")]
    assert all(re.fullmatch(r"[a-z0-9.-]+==[A-Za-z0-9.+!]+", pin) for pin in pins)
    pinned = {pin.partition("==")[0] for pin in pins}
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    assert {re.split(r"[<>=;\[ ]", name)[0].lower().replace(".", "-") for name in wanted} <= {
        name.replace(".", "-") for name in pinned
    }


def test_what_is_tested_is_what_is_pinned_and_takes_the_python_of_debian_12() -> None:
    pins = dict(re.findall(r"^([^#=]+)==(.+)$", (ROOT / "constraints.txt").read_text(encoding="utf-8"), re.MULTILINE))
    assert {name: version(name) for name in pins} == pins
    wanted = {name: metadata(name).get("Requires-Python") or "" for name in pins}
    assert not {name: versions for name, versions in wanted.items() if "3.11.2" not in SpecifierSet(versions)}


def test_the_benchmark_of_simulated_sessions_still_runs() -> None:
    script = (sys.executable, "tests/benchmarks/sessions.py", "--sessions", "10", "--rounds", "1", "--alone")
    table = subprocess.run(script, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert re.search(r"^\| Vantage, logs written \| \d+ \| - \| 5 \|$", table, re.MULTILINE)


# ---------------------------------------------------------------- the wheel


def test_the_wheel_holds_the_code_and_every_stimulus_and_no_more(tmp_path: Path, tracked: list[Path]) -> None:
    build = (sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path))
    done = subprocess.run(build, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
        entry = next(name for name in archive.namelist() if name.endswith("entry_points.txt"))
        assert "vantage = runner.cli:entry" in archive.read(entry).decode()
        assert any(name.endswith("licenses/LICENSE") for name in archive.namelist())
    ours = {path.relative_to(ROOT).as_posix() for path in tracked}
    assert held == {name for name in ours if name.split("/")[0] in PACKAGES}


def test_nobody_can_upload_it_by_mistake() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert "Private :: Do Not Upload" in project["classifiers"]
    assert project["license"] == "GPL-3.0-or-later"
