"""What the tests of simulated studies share."""

from collections.abc import Callable
from types import ModuleType

import pytest


@pytest.fixture(scope="session")
def recovery(benchmark: Callable[[str], ModuleType]) -> ModuleType:
    """The benchmark that simulates studies, analyses them, and says how well that finds what was put in."""
    return benchmark("recovery")
