"""The sessions that the benchmarks of markers and of late frames use too."""

from collections.abc import Callable
from types import ModuleType

import pytest


@pytest.fixture(scope="session")
def marked(benchmark: Callable[[str], ModuleType]) -> ModuleType:
    return benchmark("marked")


@pytest.fixture(scope="session")
def late_frames(benchmark: Callable[[str], ModuleType], marked: ModuleType) -> ModuleType:
    benchmark("beside")
    return benchmark("late_frames")


@pytest.fixture(scope="module")
def stage(marked: ModuleType):
    with marked.window() as window:
        yield window
