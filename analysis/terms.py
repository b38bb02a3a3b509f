"""Reads what a hypothesis tests: a linear combination of model terms, such as "0.5*a_norm:mI - mean(a_norm:mO, ...)".

combination := ["-"] part (("+" | "-") part)*
part        := [number "*"] (term | "mean(" combination ("," combination)* ")")
term        := factor (":" factor)* ["@" factor]        a_public:mI    id_in@mO    mM@content[equality]
factor      := name ["[" level "]"]                     frame[privilege]
"""

import re
from collections.abc import Mapping
from typing import NoReturn

from attrs import define, frozen

_TOKEN = re.compile(r"\s*(?:(?P<number>\d+(?:\.\d*)?|\.\d+)|(?P<name>[A-Za-z_]\w*)|(?P<mark>[-+*:@,()\[\]]))", re.ASCII)


class TermError(ValueError):
    """A combination that can't be read; `at` is the place of the mistake, from 0."""

    def __init__(self, text: str, at: int, what: str) -> None:
        self.text, self.at = text, at
        super().__init__(f"{what} at character {at + 1} of {text!r}")


@frozen
class Factor:
    """A variable, or one level of it."""

    name: str
    level: str = ""

    def __str__(self) -> str:
        return f"{self.name}[{self.level}]" if self.level else self.name


@frozen
class Term:
    """A product of variables; `at` names the equation of a stacked model (a motive) or the level of a slope."""

    factors: tuple[Factor, ...]
    at: Factor | None = None

    def __str__(self) -> str:
        product = ":".join(map(str, self.factors))
        return f"{product}@{self.at}" if self.at else product

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(f.name for f in self.factors)


def parse(text: str) -> Mapping[Term, float]:
    """The weight of each term of a combination; a TermError says where it can't be read.

    >>> {str(term): weight for term, weight in parse("a_norm:mI - mean(a_norm:mO, a_norm:mM)").items()}
    {'a_norm:mI': 1.0, 'a_norm:mO': -0.5, 'a_norm:mM': -0.5}
    """
    reader = _Reader(text)
    weights = reader.combination()
    if reader.kind != "end":
        reader.refuse("expected + or - or the end")
    return weights


def written(weights: Mapping[Term, float]) -> str:
    """A combination in words that `parse` reads."""
    parts = []
    for term, weight in weights.items():
        amount = "" if abs(weight) == 1 else f"{abs(weight):g}*"
        parts.append(f"{'-' if weight < 0 else '+'} {amount}{term}")
    return " ".join(parts).removeprefix("+ ")


@define
class _Reader:
    """Goes through a text token by token."""

    text: str
    at: int = 0
    kind: str = ""
    token: str = ""
    _next: int = 0

    def __attrs_post_init__(self) -> None:
        self.advance()

    def refuse(self, what: str) -> NoReturn:
        got = "the end" if self.kind == "end" else repr(self.token)
        raise TermError(self.text, self.at, f"{what}, got {got}")

    def advance(self) -> str:
        """Takes the present token and goes to the next one."""
        taken = self.token
        found = _TOKEN.match(self.text, self._next)
        if found:
            self.kind, self.token = str(found.lastgroup), found.group(str(found.lastgroup))
            self.at, self._next = found.end() - len(self.token), found.end()
            return taken
        rest = self.text[self._next :]
        self.at = self._next + len(rest) - len(rest.lstrip())
        self.kind, self.token = "end", rest.strip()[:1]
        if self.token:
            self.kind = "?"
            self.refuse("this can't stand here")
        return taken

    def take(self, mark: str) -> None:
        if self.token != mark:
            self.refuse(f"expected {mark!r}")
        self.advance()

    def combination(self) -> dict[Term, float]:
        weights: dict[Term, float] = {}
        sign = 1.0
        if self.token == "-":
            self.advance()
            sign = -1.0
        while True:
            for term, weight in self.part().items():
                weights[term] = weights.get(term, 0.0) + sign * weight
            if self.token not in ("+", "-"):
                return weights
            sign = 1.0 if self.advance() == "+" else -1.0

    def part(self) -> dict[Term, float]:
        factor = 1.0
        if self.kind == "number":
            factor = float(self.advance())
            self.take("*")
        if self.kind != "name":
            self.refuse("expected a term")
        if self.token == "mean":
            return {term: factor * weight for term, weight in self.mean().items()}
        return {self.term(): factor}

    def mean(self) -> dict[Term, float]:
        self.advance()
        self.take("(")
        listed = [self.combination()]
        while self.token == ",":
            self.advance()
            listed.append(self.combination())
        self.take(")")
        weights: dict[Term, float] = {}
        for combination in listed:
            for term, weight in combination.items():
                weights[term] = weights.get(term, 0.0) + weight / len(listed)
        return weights

    def term(self) -> Term:
        factors = [self.factor()]
        while self.token == ":":
            self.advance()
            factors.append(self.factor())
        if self.token != "@":
            return Term(tuple(factors))
        self.advance()
        return Term(tuple(factors), self.factor())

    def factor(self) -> Factor:
        if self.kind != "name":
            self.refuse("expected a name")
        name = self.advance()
        if self.token != "[":
            return Factor(name)
        self.advance()
        if self.kind != "name":
            self.refuse("expected a level")
        level = self.advance()
        self.take("]")
        return Factor(name, level)
