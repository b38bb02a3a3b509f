"""A preregistration as people read it; everything in it is told from the content that is hashed."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from analysis.hypotheses import SOURCES


def written(entries: Mapping[str, Any], text: str, sha256: str) -> str:
    """What people read of a content, whose canonical form is `text`, in Markdown."""
    return "\n".join(_lines(entries, text, sha256)) + "\n\n"


def _lines(entries: Mapping[str, Any], text: str, sha256: str) -> Iterator[str]:
    title = entries["title"].get(entries["languages"][0], entries["study"])
    yield from (f"# Preregistration: {entries['study']}", "", f"SHA-256 of its content: `{sha256}`", "")
    yield "Publish this hash, with a date that others can check, before anybody looks at data. Change nothing here:"
    yield "what is done otherwise is appended under Deviations with `vantage preregister --deviation`."
    yield from ("", "## Study", "", f"- Title that participants see: {title}")
    yield f"- Purpose: {' '.join(entries['purpose'].split()) or 'not stated in the protocol'}"
    yield f"- Protocol (SHA-256): `{entries['protocol_sha256'] or 'unknown'}`"
    yield f"- Cause: {entries['pack']}; languages: {', '.join(entries['languages'])}; identity: {entries['identity']}"
    yield from (f"- What participants see in {name} (SHA-256): `{hash_}`" for name, hash_ in entries["texts"].items())
    yield from ("", "## Hypotheses", "")
    for each in entries["hypotheses"]:
        yield from _hypothesis(each)
    if not entries["hypotheses"]:
        yield from ("The protocol names none: nothing of this study is confirmatory.", "")
    yield from ("## Design", "")
    yield from (_factor(name, factor) for name, factor in entries["factors"].items())
    yield f"- People to be analysed: {entries['n'] if entries['n'] is not None else 'not fixed'}"
    yield f"- Stopping rule: {entries['stop'] or 'not stated'}"
    yield from _allocation(entries["allocation"])
    yield from (
        f"- Design of paired choices `{name}` (SHA-256): `{h}`" for name, h in entries["choice_designs"].items()
    )
    yield "- Opaque codes for conditions, whose key is given out after registration, are not part of Vantage: logs name"
    yield "  the levels. To decide blindly, look at reports with scrambled labels (`vantage analyze --blind`)."
    yield from ("", "## Exclusions", "", entries["exclusions"]["how"], "")
    yield from (f"- {rule}: {meaning}" for rule, meaning in entries["exclusions"]["rules"].items())
    phase = entries["exclusions"]["advantaged"]
    yield f"- E2 is asked in the phase `{phase}`." if phase else "- E2 is not asked in this study."
    yield f"- E3 excludes from {entries['exclusions']['attention_failures']} failed checks on."
    if bound := entries["exclusions"].get("suspicion_in_multiverse"):
        yield f"- Suspicion excludes nobody; one axis of the multiverse leaves out a coders' mean from {bound:g} on."
    yield from ("", "## Scores", "")
    least = entries["scoring"]["answered_at_least"]
    yield f"Scales: {entries['scoring']['scales']}, when at least {least:g} of the items were answered."
    yield ""
    yield from (f"- `{name}`: {what}" for name, what in entries["scoring"]["variables"].items())
    yield from ("", "## Verdicts", "", f"{entries['verdicts']}.", "")
    bound = f"{entries['sesoi']:g} logit per SD of a motive"
    yield f"Smallest effect of interest for choices: {bound}; others stand with their tests."
    yield from (
        "",
        "## Multiverse",
        "",
        "The primary tests are repeated over all combinations of these, where they apply:",
        "",
    )
    yield from (f"- {line}" for line in entries["multiverse"])
    yield from ("", "## Deception and debriefing", "")
    yield from (f"- {d['what']} (debriefed in the phase `{d['debriefed_in']}`)" for d in entries["deception"])
    if not entries["deception"]:
        yield "None is declared."
    yield from ("", "## Versions", "")
    yield ", ".join(f"{name} {version or 'unknown'}" for name, version in entries["versions"].items())
    yield from ("", "## Content", "", "```json", text, "```")


def _hypothesis(each: Mapping[str, Any]) -> Iterator[str]:
    tests = [each["test"]] if isinstance(each["test"], str) else each["test"]
    signs = [each["sign"]] * len(tests) if isinstance(each["sign"], int) else each["sign"]
    primary = ", primary" if each["primary"] else ""
    yield from (f"### {each['id']}{primary}", "", f"{each['says']}.", "")
    yield f"- Class {each['source']}: {SOURCES[each['source']]}"
    outcome = f", outcome {_listed(each['outcome'])}" if each["outcome"] else ""
    yield f"- Model {each['model']}{outcome}; family (Holm): {each['block']}"
    for test, sign in zip(tests, signs, strict=True):
        predicted = "no difference" if each["kind"] == "equal" else f"{'above' if sign > 0 else 'below'} 0"
        yield f"- Test: `{test}`, predicted: {predicted}; smallest effect of interest ±{each['sesoi']:g}"
    if len(tests) > 1:
        yield f"- Tests: {'every one must hold' if each['combine'] == 'all' else 'a verdict for each'}"
    if each["given"]:
        yield f"- Held constant: {_listed(each['given'])}"
    if each["filter"]:
        yield f"- Only where {each['filter']}"
    if each["note"]:
        yield f"- Note: {each['note']}"
    yield ""


def _factor(name: str, factor: Mapping[str, Any]) -> str:
    days = f", {factor['days'][0]} to {factor['days'][1]} days apart" if factor["days"] else ""
    return f"- Factor {name}: {', '.join(factor['levels'])} ({factor['role']}, by {factor['unit']}{days})"


def _allocation(allocation: Mapping[str, Any]) -> Iterator[str]:
    times = f"every cell {allocation['blocks']} time(s) in each"
    yield f"- Allocation: permuted blocks, {times}, from the seed `{allocation['seed']}`"
    for stratum, hash_ in allocation["lists_sha256"].items():
        of = f", stratum {stratum}" if stratum else ""
        yield f"- Allocation list{of}, first {allocation['slots']} places (SHA-256): `{hash_}`"


def _listed(names: str | Sequence[str]) -> str:
    return names if isinstance(names, str) else ", ".join(names)
