"""The pre-flight as lights: what `vantage doctor --json` found, in the assistant's words."""

import json
from collections.abc import Sequence
from typing import Literal

from attrs import frozen

from runner.desk.wording import Words

Verdict = Literal["ok", "warn", "fail"]


@frozen(kw_only=True)
class Light:
    """One thing that was looked at; `what` and `found` are the pre-flight's own words."""

    what: str
    verdict: Verdict
    found: str
    do: str = ""

    def name(self, words: Words) -> str:
        """What it is called in the window."""
        return words.get(f"what_{self.what}", self.what)

    def advice(self, words: Words) -> str:
        """What to do, and what was found; nothing where all is well."""
        if self.verdict == "ok":
            return ""
        do = words.get(f"do_{self.what}_{self.verdict}") or words.get(f"do_{self.what}", self.do)
        return f"{do} {words['light_details'].format(self.found)}"


def read(said: str) -> list[Light] | None:
    """The lights, what is worst first; None when that was no report."""
    try:
        lines = json.loads(said)["lines"]
        lights = [Light(**{key: line[key] for key in ("what", "verdict", "found", "do")}) for line in lines]
    except (ValueError, KeyError, TypeError):
        return None
    order = ("fail", "warn", "ok")
    return sorted(lights, key=lambda light: order.index(light.verdict) if light.verdict in order else 0) or None


def worst(lights: Sequence[Light]) -> Verdict:
    """The verdict on the station."""
    verdicts = {light.verdict for light in lights}
    return "fail" if "fail" in verdicts else "warn" if "warn" in verdicts else "ok"
