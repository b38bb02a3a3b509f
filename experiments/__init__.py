"""The tasks that protocols are made of: one module per task, found by looking into this folder."""

from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runner.tasks import Task


def names() -> tuple[str, ...]:
    """Every task there is, in alphabetical order; nothing is imported."""
    files = Path(__file__).parent.glob("*.py")
    return tuple(sorted(file.stem for file in files if not file.stem.startswith("_")))


@cache
def find(name: str) -> "Task":
    """The task of that name, imported now; a LookupError lists the names that exist."""
    if name not in names():
        raise LookupError(f"there is no task {name!r}; there are {', '.join(names())}")
    task: Task = import_module(f"experiments.{name}").task
    if task.name != name:
        raise LookupError(f"experiments/{name}.py holds the task {task.name!r}; give file and task the same name")
    return task
