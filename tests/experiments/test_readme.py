"""The example in the README of the tasks is a task."""

import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

import experiments

README = Path(experiments.__file__).with_name("README.md")


@pytest.fixture
def mood(monkeypatch):
    """The example as a module."""
    (code,) = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    module = ModuleType("mood")
    monkeypatch.setitem(sys.modules, "mood", module)
    exec(compile(code, "mood.py", "exec"), module.__dict__)
    return module


def test_the_example_draws_and_performs(mood, draw, act):
    givens = draw(mood.task, times=3)
    assert [given.moment for given in givens] == [1, 2, 3]
    assert act(mood.task, givens[0], (5,))[0].mood == 5
    assert act(mood.task, givens[0], ("!declined",))[0].mood is None


def test_it_is_short():
    assert len(README.read_text(encoding="utf-8").split()) < 400
