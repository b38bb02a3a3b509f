import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from runner.declarations.materials import STIMULI
from runner.declarations.schema import FILES, schemas, text

PROTOCOLS = Path(__file__).parents[3] / "protocols"
FOLDERS = {"texts": "pages", "questions": "questions", "scales": "scale", "packs": "pack"}


def load(path: Path) -> Any:
    return YAML(typ="safe", pure=True).load(path)


def wrong(kind: str, document: Any) -> list[str]:
    return [
        f"{error.json_path}: {error.message}" for error in Draft202012Validator(schemas()[kind]).iter_errors(document)
    ]


@pytest.mark.parametrize("kind", FILES)
def test_the_stored_schema_is_the_one_that_the_classes_give(kind: str) -> None:
    stored = FILES[kind].read_text(encoding="utf-8")
    assert stored == text(schemas()[kind]), "run: python -m runner.declarations.schema"
    Draft202012Validator.check_schema(json.loads(stored))


@pytest.mark.parametrize("path", sorted(PROTOCOLS.glob("*.yaml")), ids=lambda path: path.stem)
def test_shipped_protocols_are_valid(path: Path) -> None:
    assert wrong("protocol", load(path)) == []


@pytest.mark.parametrize("folder", FOLDERS)
def test_shipped_materials_are_valid(folder: str) -> None:
    validator = Draft202012Validator(schemas()[FOLDERS[folder]])
    paths = sorted(STIMULI.glob(f"*/{folder}/**/*.yaml"))
    assert paths and {path.name: list(validator.iter_errors(load(path))) for path in paths} == {
        p.name: [] for p in paths
    }


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"minutes": "five"}, "$.minutes"),
        ({"study": "../evil"}, "$.study"),
        ({"tilte": {}}, "$"),
        ({"phases": [{"phase": "a", "task": "pagse"}]}, "$.phases[0].task"),
        ({"phases": [{"phase": "a", "task": "pages", "params": {"txet": "a"}}]}, "$.phases[0].params"),
        ({"phases": [{"phase": "a", "task": "pages", "params": {"text": 5}}]}, "$.phases[0].params.text"),
        (
            {"phases": [{"phase": "a", "task": "pages", "reaches": "nobody", "params": {"text": "a"}}]},
            "$.phases[0].reaches",
        ),
        ({"identity": "anonymous"}, "$.identity"),
    ],
)
def test_what_the_check_refuses_for_its_type_the_schema_refuses_too(change: dict[str, Any], where: str) -> None:
    found = wrong("protocol", {**load(PROTOCOLS / "taste.yaml"), **change})
    assert any(line.startswith(f"{where}: ") for line in found), found


def test_every_parameter_is_described() -> None:
    definitions = schemas()["protocol"]["$defs"]
    params = {name: d for name, d in definitions.items() if name.startswith("Params of ")}
    assert params and all("description" in p for d in params.values() for p in d["properties"].values())
