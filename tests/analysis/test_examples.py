import doctest
from importlib import import_module
from pathlib import Path

import pytest

import analysis
from analysis import models, scoring

HERE = Path(analysis.__file__).parent
MODULES = sorted(
    ".".join(path.relative_to(HERE).with_suffix("").parts) for path in HERE.rglob("*.py") if path.stem != "__init__"
)
PLAIN = {"fit", "products"}  # explained by what uses them
PUBLIC = sorted(
    {(package.__name__, name) for package in (models, scoring) for name in package.__all__ if name not in PLAIN}
)


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_in_the_documentation_are_true(name):
    failed, _ = doctest.testmod(import_module(f"analysis.{name}"))
    assert failed == 0


@pytest.mark.parametrize(("package", "name"), PUBLIC)
def test_every_public_function_is_explained(package, name):
    explained = getattr(import_module(package), name)
    if callable(explained):
        assert explained.__doc__ and not explained.__doc__.startswith(f"{name}(")


def test_every_public_statistic_has_an_example():
    for module, function in (
        ("models", "binary"),
        ("models", "conditional_logit"),
        ("models", "equivalence"),
        ("models", "linear"),
        ("scoring", "cronbach_alpha"),
        ("scoring", "item_rest"),
        ("scoring", "scale_means"),
        ("scoring", "spearman_brown"),
        ("verdicts", "judge"),
        ("verdicts", "holm"),
    ):
        assert ">>>" in getattr(import_module(f"analysis.{module}"), function).__doc__
