"""What hypotheses need to be put to the test, by name."""

from analysis.composed import SEEN
from analysis.hypotheses import Hypothesis, load
from analysis.paths import is_path, names_of, parse_path
from analysis.rated import ROWS, scale_of
from runner.theory import Asked


def needed(hypothesis: Hypothesis) -> list[str]:
    """Every name that a hypothesis's model needs, if the study has it, or that its test names."""
    own: set[str] = set()
    for text, test in zip(hypothesis.tests, hypothesis.combinations(), strict=True):
        own |= {*names_of(parse_path(text))} if is_path(text) else {name for term in test for name in term.names}
        own |= {term.at.name for term in test if term.at}
    outcome = hypothesis.outcome
    own |= {o for o in ((outcome,) if isinstance(outcome, str) else outcome) if o}
    return [*sorted(own), *hypothesis.given]


def scored(asked: Asked) -> list[str]:
    """The variables that are one number a person."""
    return [name for name in load().variables if name not in ROWS and name not in SEEN and scale_of(name, asked)]
