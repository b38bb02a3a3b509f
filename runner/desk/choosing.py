"""What is chosen in the window: what is still missing before a session can start, and the order that it makes."""

from collections.abc import Sequence
from pathlib import Path

from attrs import evolve

from runner.desk import endings
from runner.desk.orders import Order
from runner.desk.people import Held
from runner.desk.person_panel import PersonPanel
from runner.desk.station_panel import StationPanel
from runner.desk.studies import Study


def halted(person: PersonPanel) -> Held | None:
    """The interrupted session of the code that stands there."""
    held = person.held
    return held if held and held.how == "interrupted" and not person.problem else None


def missing(study: Study | None, person: PersonPanel, station: StationPanel, *, pilot: bool, busy: bool) -> list[str]:
    """The keys of what is still to do, in the order of the window."""
    found = []
    if study is None:
        found.append("study")
    elif not (pilot or study.ready):
        found.append("unready")
    open_one = halted(person)
    if not pilot:
        if not (person.held and (person.held.startable or open_one)) or person.problem:
            found.append("code")
        if open_one and open_one.halt and open_one.halt.late() and not person.reason.text().strip():
            found.append("reason")
    if study and not open_one:
        chosen = person.chosen
        if study.protocol.strata and not pilot and not chosen["stratum"]:
            found.append("stratum")
        if study.protocol.waves and not chosen["wave"]:
            found.append("wave")
        if study.protocol.group and not pilot and not chosen["group"]:
            found.append("group")
    if not pilot:
        found += ["station"] * station.wrong
        found += {"": ["check"], "fail": ["mend"]}.get(station.verdict, [])
    return found or ["wait"] * busy


def order_of(study: Study, person: PersonPanel, data: Path, station: str, pilot: Sequence[str] | None) -> Order:
    """The session that stands there; `pilot`: the options of one, None for a real session."""
    protocol, chosen = study.protocol, person.chosen
    order = Order(protocol=study.path, data=data, study=protocol.study, language=chosen["language"])
    order = evolve(order, group=chosen["group"], seats=chosen["seats"])
    if pilot is None:
        return evolve(order, code=person.typed, station=station, stratum=chosen["stratum"], wave=chosen["wave"])
    order = evolve(order, pilot=True, options=tuple(pilot))
    if protocol.wave:
        order = evolve(order, levels=(f"{protocol.wave}={chosen['wave']}",))
    return evolve(order, slot=sum(name.endswith(".jsonl") for name in endings.standing(order.folder)))
