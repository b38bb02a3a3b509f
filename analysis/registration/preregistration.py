"""What a study will test and how, fixed before its data: one document whose content is hashed, to which deviations are
appended and in which nothing is edited (paradigms.md E5).

The document is Markdown. Its last section holds the content as JSON in canonical form (sorted keys, no spaces); the
hash printed at the top is the SHA-256 of that. All else in it is told from the content; a second hash, over the text
itself, shows whether it was edited. Each appended deviation carries a hash over all before it.
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs

from analysis.exclusions import RULES
from analysis.hypotheses import Hypothesis, load
from analysis.multiverse import AXES
from analysis.registration.deviations import Compared, deviations, notes
from analysis.registration.text import written
from analysis.report.methods import EXCLUSIONS
from analysis.results import versions
from analysis.scoring.scales import AT_LEAST
from runner.errors import VantageError
from runner.protocol import Protocol

SUFFIX = ".preregistration.md"  # of a document beside its protocol
_CONTENT = re.compile(r"^```json\n(.*)\n```$", re.MULTILINE)
_HASH = re.compile(r"SHA-256 of its content: `([0-9a-f]{64})`")
_APPENDED = "\n## Deviations\n\nAppended after registration, oldest first; each carries a hash over all before it.\n\n"
_ABOVE = re.compile(rf"^SHA-256 of all above: `([0-9a-f]{{64}})`\n{re.escape(_APPENDED)}", re.MULTILINE)
_DEVIATION = re.compile(r"^- (\d{4}-\d{2}-\d{2}): (.*) \(chain `([0-9a-f]{64})`\)$", re.MULTILINE)


@attrs.frozen(kw_only=True)
class Planned:
    """What only the runner knows of a study: its allocation, and what participants would see."""

    n: int | None  # people to be analysed
    stop: str  # the stopping rule
    slots: int  # places of the allocation list that are hashed
    allocation: Mapping[str, str]  # stratum ("" for none) -> SHA-256 of its first places
    designs: Mapping[str, str]  # design of paired choices -> SHA-256 of its file
    texts: Mapping[str, str]  # language -> SHA-256 over the plans of all cells


@attrs.frozen(kw_only=True)
class Registered:
    """A preregistration as it was read, and what the same protocol would give today."""

    content: Mapping[str, Any]
    sha256: str
    told: tuple[str, ...]  # the deviations that were appended
    now: Mapping[str, Any]


def content(protocol: Protocol, planned: Planned) -> dict[str, Any]:
    """Everything that is fixed, as JSON types."""
    listed = load().named(protocol.hypotheses)
    return {
        "format": 1,
        "study": protocol.study,
        "title": dict(protocol.title),
        "purpose": protocol.purpose,
        "protocol_sha256": protocol.sha256,
        "languages": list(protocol.languages),
        "identity": protocol.identity,
        "pack": protocol.pack,
        "hypotheses": [_hypothesis(h, protocol.sesoi) for h in listed],
        "factors": {
            name: {"levels": list(f.levels), "unit": f.unit, "role": f.role, "days": list(f.days) if f.days else None}
            for name, f in protocol.factors.items()
        },
        "n": planned.n,
        "stop": planned.stop,
        "allocation": {
            "seed": f"{protocol.study}/{protocol.seed}",
            "blocks": protocol.blocks,
            "strata": list(protocol.strata),
            "slots": planned.slots,
            "lists_sha256": dict(planned.allocation),
        },
        "choice_designs": dict(planned.designs),
        "exclusions": {
            "rules": dict(RULES),
            "advantaged": protocol.exclusions.advantaged,
            "attention_failures": protocol.exclusions.attention_failures,
            "suspicion_in_multiverse": protocol.exclusions.suspicion,
            "how": EXCLUSIONS,
        },
        "scoring": {
            "scales": "mean of the keyed items, reversed ones turned round",
            "answered_at_least": round(AT_LEAST, 4),
            "variables": _variables(listed),
        },
        "sesoi": protocol.sesoi,
        "verdicts": "supported or opposite: 95 % interval excludes 0; equivalent: 90 % interval within the smallest "
        "effect of interest; trivial: both; inconclusive: neither; Holm over the primary tests of a block",
        "multiverse": [axis.label for axis in AXES.values()],
        "deception": [
            {"what": d.what, "told_in": list(d.told_in), "debriefed_in": d.debriefed_in} for d in protocol.deception
        ],
        "texts": dict(planned.texts),
        "versions": versions(),
    }


def canonical(entries: Mapping[str, Any]) -> str:
    """The one form in which a content is hashed.

    >>> canonical({"b": 1, "a": [True, "ä"]})
    '{"a":[true,"ä"],"b":1}'
    """
    return json.dumps(entries, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(text: str) -> str:
    """SHA-256 of a text, as hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def document(entries: Mapping[str, Any]) -> str:
    """The preregistration of a content; the same content gives the same bytes."""
    text = canonical(entries)
    above = written(json.loads(text), text, digest(text))
    return f"{above}SHA-256 of all above: `{digest(above)}`\n{_APPENDED}"


def read(path: Path) -> tuple[dict[str, Any], str, tuple[str, ...]]:
    """Content, hash and appended deviations of a document; one that was edited is refused."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise VantageError(f"{path}: this preregistration can't be read ({error}); name another") from None
    held, printed = _CONTENT.search(text), _HASH.search(text)
    if not held or not printed:
        raise VantageError(f"{path}: this is no preregistration that `vantage preregister` wrote; name one")
    try:
        entries = json.loads(held[1])
    except ValueError:
        entries = None
    # Not held against what today's Vantage would write: the document stays sound under later versions.
    whole = _ABOVE.search(text)
    sound = whole is not None and digest(text[: whole.start()]) == whole[1]
    if not sound or not isinstance(entries, dict) or digest(canonical(entries)) != printed[1]:
        raise VantageError(
            f"{path}: it was edited since it was written: its text and the hash {printed[1][:12]} don't agree; "
            "take the original, and append deviations with --deviation"
        )
    return entries, printed[1], _told(path, text, printed[1])


def appended(path: Path, told: str, day: str) -> str:
    """The document with one more deviation at its end, chained to all before it."""
    _, sha256, _ = read(path)
    text = path.read_text(encoding="utf-8")
    chain = [sha256, *(found[3] for found in _DEVIATION.finditer(_tail(text)))]
    line = " ".join(told.split())
    return f"{text}- {day}: {line} (chain `{digest(f'{chain[-1]} {day} {line}')}`)\n"


def compared(registered: Registered, ran_with: Counter[str], n: int) -> Compared:
    """How an analysis of `n` people stands to its preregistration; `ran_with`: sessions by hash of their protocol."""
    return Compared(
        sha256=registered.sha256,
        deviations=deviations(registered.content, registered.now, ran_with, n),
        told=registered.told,
        notes=notes(registered.content, registered.now),
    )


def _told(path: Path, text: str, sha256: str) -> tuple[str, ...]:
    before, said = sha256, []
    for number, found in enumerate(_DEVIATION.finditer(_tail(text)), 1):
        day, line, chain = found.groups()
        if digest(f"{before} {day} {line}") != chain:
            raise VantageError(f"{path}: deviation {number} was edited since it was appended; take the original")
        before = chain
        said.append(f"{day}: {line}")
    if len(said) != sum(line.startswith("- ") for line in _tail(text).splitlines()):
        raise VantageError(f"{path}: a deviation was written by hand; append each with --deviation")
    return tuple(said)


def _tail(text: str) -> str:
    """What was appended."""
    return text[found.end() :] if (found := _ABOVE.search(text)) else ""


def _hypothesis(hypothesis: Hypothesis, sesoi: float) -> dict[str, Any]:
    fields = attrs.asdict(hypothesis, filter=lambda field, _: field.name not in ("protocols", "sesoi"))
    plain: dict[str, Any] = json.loads(json.dumps(fields))
    return plain | {"sesoi": hypothesis.bound(sesoi)}


def _variables(listed: tuple[Hypothesis, ...]) -> dict[str, str]:
    """What each name in the tests stands for."""
    known = load().variables
    texts = [
        t
        for h in listed
        for t in (*h.tests, *((h.outcome,) if isinstance(h.outcome, str) else h.outcome), *h.given, h.filter)
    ]
    named = {word for text in texts for word in re.findall(r"[A-Za-z_][A-Za-z0-9_]*", text)}
    return {
        name: f"{v.construct}, {v.when}" if v.construct else f"measure {v.measure}"
        for name, v in sorted(known.items())
        if name in named
    }
