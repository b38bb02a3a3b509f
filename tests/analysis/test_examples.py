import doctest
from importlib import import_module
from pathlib import Path

import pytest

import analysis

MODULES = sorted(path.stem for path in Path(analysis.__file__).parent.glob("*.py") if path.stem != "__init__")


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_in_the_documentation_are_true(name):
    failed, _ = doctest.testmod(import_module(f"analysis.{name}"))
    assert failed == 0


def test_every_public_statistic_has_an_example():
    for module, function in (
        ("models", "conditional_logit"),
        ("models", "linear"),
        ("scoring", "cronbach_alpha"),
        ("scoring", "scale_means"),
        ("equivalence", "tost"),
        ("verdicts", "judge"),
        ("verdicts", "holm"),
    ):
        assert ">>>" in getattr(import_module(f"analysis.{module}"), function).__doc__
