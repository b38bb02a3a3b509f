"""What a study still lacks before a participant may sit down to it: asked by `vantage run` and by the start window."""

from collections.abc import Mapping

from attrs import frozen

from runner.checks.deceptions import undeclared
from runner.declarations.keeping import unkept
from runner.protocol import Protocol
from runner.tasks import Task


@frozen(kw_only=True)
class Lacking:
    """Why no real session starts; nothing is lacking when both are empty."""

    why: str  # for the researcher; it may say what participants are not told, so no participant may see it
    facts: tuple[str, ...] = ()  # keys to fill in, which anybody may see


def lacking(protocol: Protocol, tasks: Mapping[str, Task]) -> Lacking:
    """A real session has an approval, tells whom to turn to, and deceives nobody without telling the truth."""
    owed = next((what for _, what in undeclared(protocol, tasks)), "")
    if owed:
        return Lacking(why=f"{owed}; `vantage check` tells all that is missing")
    missing = [*protocol.unfilled, *(["ethics"] if not protocol.ethics.strip() else [])]
    told = "; ".join(each.what for each in protocol.deception)
    if told and not protocol.ethics.strip():
        what = f"participants are told what isn't so ({told}), which takes the approval of an ethics board"
        why = f"{what}; name it in 'ethics', and meanwhile try it with `vantage pilot`"
        return Lacking(why=why, facts=tuple(missing))
    if not protocol.details.get("support"):
        missing += [name for name in ("support",) if name not in missing]
    if owed := unkept(protocol):
        return Lacking(why=owed, facts=tuple(missing))
    if missing:
        why = f"fill in {', '.join(missing)} before a real session; try it with `vantage pilot`"
        return Lacking(why=why, facts=tuple(missing))
    return Lacking(why="")
