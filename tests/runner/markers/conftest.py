"""The sessions that the benchmarks of markers and of late frames use too."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


def _module(name: str) -> ModuleType:
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, BENCHMARKS / f"{name}.py")
        assert spec and spec.loader
        sys.modules[name] = module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    return sys.modules[name]


@pytest.fixture(scope="session")
def marked() -> ModuleType:
    return _module("marked")


@pytest.fixture(scope="session")
def late_frames(marked: ModuleType) -> ModuleType:
    _module("beside")
    return _module("late_frames")


@pytest.fixture(scope="module")
def stage(marked: ModuleType):
    with marked.window() as window:
        yield window
