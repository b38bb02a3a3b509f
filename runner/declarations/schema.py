"""JSON Schema (2020-12) of protocols and materials, made from the attrs classes, for editors that complete and check.

A schema says what `vantage check` says of types and names; what belongs together, only the check knows.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from re import Pattern
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

import attrs

from runner.declarations import rules, soundness
from runner.declarations.protocols import FROM_THE_FILE
from runner.declarations.structure import hints
from runner.protocol import Phase, Protocol
from stimuli.causes import Commitment, Matched, Policies, Reports
from stimuli.kinds import Banned, Meeting, Pack, Pages, Puzzles, Questions, Scale, WordLists
from stimuli.others import Chat, Vignettes

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
ROOT = Path(__file__).parents[2]
FILES = {  # kind -> where its schema is kept
    "protocol": ROOT / "protocols" / "schema.json",
    "pages": ROOT / "stimuli" / "schemas" / "pages.json",
    "questions": ROOT / "stimuli" / "schemas" / "questions.json",
    "scale": ROOT / "stimuli" / "schemas" / "scale.json",
    "pack": ROOT / "stimuli" / "schemas" / "pack.json",
    "wordlists": ROOT / "stimuli" / "schemas" / "wordlists.json",
    "meeting": ROOT / "stimuli" / "schemas" / "meeting.json",
    "puzzles": ROOT / "stimuli" / "schemas" / "puzzles.json",
    "banned": ROOT / "stimuli" / "schemas" / "banned.json",
    "reports": ROOT / "stimuli" / "schemas" / "reports.json",
    "policies": ROOT / "stimuli" / "schemas" / "policies.json",
    "matched": ROOT / "stimuli" / "schemas" / "matched.json",
    "commitment": ROOT / "stimuli" / "schemas" / "commitment.json",
    "vignettes": ROOT / "stimuli" / "schemas" / "vignettes.json",
    "chat": ROOT / "stimuli" / "schemas" / "chat.json",
}
WORDS = {
    "pages": Pages,
    "questions": Questions,
    "scale": Scale,
    "pack": Pack,
    "wordlists": WordLists,
    "meeting": Meeting,
    "puzzles": Puzzles,
    "banned": Banned,
    "reports": Reports,
    "policies": Policies,
    "matched": Matched,
    "commitment": Commitment,
    "vignettes": Vignettes,
    "chat": Chat,
}
SIMPLE: Mapping[Any, Schema] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    NoneType: {"type": "null"},
    Any: {},
    object: {},
}
PATTERNS: Mapping[tuple[type, str], Pattern[str]] = {  # class and field -> what its text has to look like
    (Protocol, "study"): soundness.STUDY,
    (Protocol, "pack"): rules.NAME,
    (Protocol, "seed"): rules.NAME,
}


def schemas() -> dict[str, Schema]:
    """Every schema there is, by kind."""
    return {"protocol": protocol_schema(), **{kind: _document(cls, kind) for kind, cls in WORDS.items()}}


def text(schema: Schema) -> str:
    """A schema as it is kept in a file."""
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"


# ---------------------------------------------------------------- classes


def _document(cls: type, kind: str) -> Schema:
    definitions: dict[str, Schema] = {}
    whole = _object(cls, definitions)
    return {"$schema": DIALECT, "title": kind, **whole, "$defs": definitions}


def _object(cls: type, definitions: dict[str, Schema], leave_out: Iterable[str] = ()) -> Schema:
    """An attrs class as an object; its docstring and its fields' `doc` become descriptions."""
    fields = [field for field in attrs.fields(cls) if field.init and field.alias not in leave_out]
    properties = {f.alias: _property(cls, f, definitions) for f in fields}
    required = [f.alias for f in fields if f.default is attrs.NOTHING]
    schema: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    if required:
        schema["required"] = required
    if cls.__doc__ and not cls.__doc__.startswith("Method generated"):
        schema["description"] = " ".join(cls.__doc__.split())
    return schema


def _property(cls: type, field: "attrs.Attribute[Any]", definitions: dict[str, Schema]) -> Schema:
    schema = _schema(hints(cls)[field.name], definitions)
    if pattern := PATTERNS.get((cls, field.name)):
        schema = {**schema, "pattern": f"^{pattern.pattern}$"}
    if doc := field.metadata.get("doc"):
        schema = {**schema, "description": doc}
    if isinstance(field.default, str | int | float):
        schema = {**schema, "default": field.default}
    return schema


def _schema(hint: Any, definitions: dict[str, Schema]) -> Schema:
    if isinstance(hint, type) and attrs.has(hint):
        name = hint.__name__
        if name not in definitions:
            definitions[name] = {}  # named before it is made, in case it holds itself
            definitions[name] = _object(hint, definitions)
        return {"$ref": f"#/$defs/{name}"}
    origin, args = get_origin(hint), get_args(hint)
    if origin is Literal:
        return {"enum": list(args)}
    if origin in {Union, UnionType}:
        return {"anyOf": [_schema(arg, definitions) for arg in args]}
    if origin in {tuple, list}:
        return _array(origin, args, definitions)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {"type": "object", "additionalProperties": _schema(args[1], definitions)}
    return dict(SIMPLE[hint])


def _array(origin: Any, args: tuple[Any, ...], definitions: dict[str, Schema]) -> Schema:
    if origin is list or args[-1] is Ellipsis:
        return {"type": "array", "items": _schema(args[0], definitions)}
    each = [_schema(arg, definitions) for arg in args]
    return {"type": "array", "prefixItems": each, "minItems": len(each), "maxItems": len(each)}


# ---------------------------------------------------------------- protocols


def protocol_schema() -> Schema:
    """A protocol: its phases are one of the tasks, each with its own parameters."""
    from experiments import find, names

    definitions: dict[str, Schema] = {"ByFactor": _by_factor()}
    whole = _object(Protocol, definitions, leave_out=FROM_THE_FILE)
    definitions["Phase"] = _phase(names())
    for name in names():
        definitions[f"Params of {name}"] = _params(find(name).params, definitions)
    whole["properties"]["texts"] = _schema(Mapping[str, Mapping[str, Pages]], definitions)
    return {"$schema": DIALECT, "title": "protocol", **whole, "$defs": definitions}


def _phase(tasks: Iterable[str]) -> Schema:
    level = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]}
    properties: Schema = {
        "phase": {"type": "string", "pattern": f"^{rules.NAME.pattern}$", "description": "its name, only used once"},
        "task": {"enum": list(tasks), "description": "what is done in it"},
        "params": {"type": "object"},
        "when": {"type": "object", "additionalProperties": level, "description": "factor: level, or several levels"},
        "reaches": _schema(hints(Phase)["reaches"], {}),
        "shuffled": {"type": "string", "description": "neighbours with the same mark come in a random order"},
        "code": {
            "type": "integer",
            "minimum": 1,
            "maximum": soundness.MOST_CODE,
            "description": "marker of the first screen of each of its trials",
        },
        "unlinkable": {
            "anyOf": [{"type": "boolean"}, {"type": "object", "additionalProperties": level}],
            "description": "in the session's part apart: everywhere, or at these levels",
        },
    }
    return {
        "type": "object",
        "description": " ".join((Phase.__doc__ or "").split()),
        "properties": properties,
        "required": ["phase", "task"],
        "additionalProperties": False,
        "allOf": [_choice(task) for task in tasks],
    }


def _choice(task: str) -> Schema:
    chosen = {"properties": {"task": {"const": task}}, "required": ["task"]}
    return {"if": chosen, "then": {"properties": {"params": {"$ref": f"#/$defs/Params of {task}"}}}}


def _params(cls: type, definitions: dict[str, Schema]) -> Schema:
    """Parameters as a protocol may write them: each as it is, or by a factor."""
    schema = _object(cls, definitions)
    either = {key: _or_by(value) for key, value in schema["properties"].items()}
    return {**schema, "properties": either}


def _or_by(schema: Schema) -> Schema:
    said: Schema = {key: schema[key] for key in ("description", "default") if key in schema}
    rest: Schema = {key: value for key, value in schema.items() if key not in said}
    if "items" in rest:
        rest = {**rest, "items": {"anyOf": [rest["items"], {"$ref": "#/$defs/ByFactor"}]}}
    return {**said, "anyOf": [rest, {"$ref": "#/$defs/ByFactor"}]}


def _by_factor() -> Schema:
    what = "{by: factor} takes the assigned level itself; {by: factor, level: value, ...} one value for each level"
    return {
        "type": "object",
        "description": what,
        "properties": {"by": {"type": "string", "description": "a factor of this study"}},
        "required": ["by"],
    }


def main() -> None:
    """Writes every schema to its file: `python -m runner.declarations.schema`."""
    for kind, schema in schemas().items():
        FILES[kind].parent.mkdir(parents=True, exist_ok=True)
        FILES[kind].write_text(text(schema), encoding="utf-8", newline="\n")
        print(FILES[kind].relative_to(ROOT))


if __name__ == "__main__":
    main()
