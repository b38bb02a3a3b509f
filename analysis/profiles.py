"""Profiles of people who act, made of what they chose in a study, for observers to read about (P80 of paradigms.md).

A profile keeps coarse levels only: no id, no free text, no count. People with the same levels are one profile, and one
that stands for fewer than five people is dropped. Before showing profiles to anyone, see that what people consented
to allows it.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from analysis.choices import once
from analysis.reading.logs import read_logs
from analysis.study import Study, examine
from runner.declarations.actors import ATTRIBUTES, LEAST, text_of
from runner.declarations.protocols import read_protocol
from runner.errors import MachineError, VantageError
from stimuli.others import Actor, ActorProfile, Actors, OwnMotives

CHOSEN: Mapping[str, str] = {"autonomy": "a_auton", "role": "a_selflead", "public": "a_public", "cost": "a_risk"}
OWN: Mapping[str, str] = {"mO": "outgroup", "mI": "ingroup", "mP": "personal", "mM": "moral"}
FEWEST = 3  # choices, sessions' worth of decisions: below this a person has no level
LOW, HIGH = 3.0, 5.0  # of motives from 1 to 7: below is low, above is high


def profiles(
    pairs: pd.DataFrame, people: pd.DataFrame, chain: pd.DataFrame, *, name: str = "", least: int = LEAST
) -> Actors:
    """The profiles that at least `least` people share, in the order of their levels.

    `pairs` as of `choice_pairs`; `people` by session (index): participant, group (-1 or 1), and any of mO, mI, mP,
    mM from 1 to 7; `chain`, the table of `redecision_chain`: session and decision. What is known of fewer than `least`
    people is left empty for all; who lacks a level that others have is left out.
    """
    if least < LEAST:
        raise ValueError(f"a profile must stand for at least {LEAST} people, but 'least' is {least}")
    levels = person_levels(pairs, people, chain)
    known = [attribute for attribute in ATTRIBUTES if levels[attribute].notna().sum() >= least]
    own = people.groupby("participant")[[m for m in OWN if m in people]].mean()
    actors: list[Actor] = []
    complete = levels.dropna(subset=known)
    for _, alike in complete.astype("Int64").groupby(known, sort=True) if known else ():
        if len(alike) >= least:
            shared: dict[str, int | None] = dict.fromkeys(ATTRIBUTES)
            shared |= {attribute: int(alike[attribute].iloc[0]) for attribute in known}
            motives = own_motives(own.reindex(alike.index), least)
            actors.append(
                Actor(id=str(len(actors) + 1), block=1, profile=ActorProfile(**shared), own=OwnMotives(**motives))
            )
    return Actors(name=name, origin="choices", actors=tuple(actors))


def person_levels(pairs: pd.DataFrame, people: pd.DataFrame, chain: pd.DataFrame) -> pd.DataFrame:
    """Each participant's (index) level of every attribute, missing where it isn't known.

    Of what is chosen: 1 for whoever picked the higher level in more than half of the sets that differ in it, -1 for all
    others; only picks that the person would really do count. Cost is risk.
    """
    who = people["participant"]
    there = pd.Index(who.unique(), name="participant")
    mine = once(pairs).assign(participant=lambda rows: rows["session"].map(who)).dropna(subset=["participant"])
    levels = pd.DataFrame(index=there, columns=list(ATTRIBUTES), dtype="Int64")
    done = mine[mine["would_do"] == "yes"]
    turned = done["first"].astype(bool).map({True: 1, False: -1}).astype("Int64")
    for attribute, column in CHOSEN.items():
        picked = done[column].astype("Int64") * turned
        higher = (picked[picked != 0] > 0).groupby(done["participant"]).agg(["mean", "size"])
        enough = higher[higher["size"] >= FEWEST]["mean"]
        levels[attribute] = (enough > 0.5).map({True: 1, False: -1}).reindex(there).astype("Int64")
    levels["consistent"] = consistency_over_time(mine, who, chain).reindex(there).astype("Int64")
    levels["group"] = people.groupby("participant")["group"].first().reindex(there).astype("Int64")
    return levels


def consistency_over_time(mine: pd.DataFrame, who: pd.Series, chain: pd.DataFrame) -> pd.Series:
    """1 for who stays, -1 for who wavers, by participant; who never would act is not told of.

    Over several sessions: staying is to really do at least half of the picks in each of them. Where nobody came twice,
    over the steps of a commitment whose costs change: staying is never to call it off.
    """
    acts = (mine["would_do"] == "yes").groupby([mine["participant"], mine["session"]]).mean() >= 0.5
    waves = acts.groupby(level="participant").agg(["size", "sum"])
    again = waves[(waves["size"] > 1) & (waves["sum"] > 0)]
    if len(waves[waves["size"] > 1]):
        return (again["size"] == again["sum"]).map({True: 1, False: -1})
    if "decision" not in chain:
        return pd.Series(dtype="Int64")
    answered = chain.dropna(subset=["decision"])
    stays = (answered["decision"] == "stay").groupby(answered["session"].map(who)).agg(["mean", "size"])
    enough = stays[(stays["size"] >= FEWEST) & (stays["mean"] > 0)]["mean"]
    return (enough == 1).map({True: 1, False: -1})


def own_motives(scores: pd.DataFrame, least: int) -> dict[str, int | None]:
    """What people said of their reasons, together and coarsely: low, medium or high; empty with too few of them.

    >>> own_motives(pd.DataFrame({"mO": [6.0, 5.5, 6.5, 5.0, 7.0], "mM": [4.0] * 4 + [None]}), 5)
    {'outgroup': 1, 'ingroup': None, 'personal': None, 'moral': None}
    """
    said: dict[str, int | None] = dict.fromkeys(OWN.values())
    for score, motive in OWN.items():
        if score in scores and scores[score].notna().sum() >= least:
            mean = float(scores[score].mean())
            said[motive] = -1 if mean < LOW else 1 if mean > HIGH else 0
    return said


# ---------------------------------------------------------------- a study's logs


def of_study(study: Study, name: str) -> Actors:
    """The profiles of a study's analysed people."""
    people = study.people.assign(group=groups(study))
    chain = study.of_analysed("redecision_chain")
    return profiles(study.pairs, people, chain, name=name)


def groups(study: Study) -> pd.Series:
    """1 for members of the advantaged group, -1 for those of the disadvantaged one, by session."""
    found = pd.Series(pd.NA, index=study.people.index, dtype="Int64")
    for task in ("eligibility", "own_group"):
        table = study.of_analysed(task)
        for column, level in (("advantaged", 1), ("disadvantaged", -1)):
            if column in table:
                found[found.index.isin(table.loc[table[column].fillna(False), "session"])] = level
    return found


def main(arguments: Sequence[str]) -> int:
    """Makes a file of profiles from the real logs of a study."""
    parser = argparse.ArgumentParser(prog="python -m analysis.profiles", description=main.__doc__)
    parser.add_argument("protocol", type=Path)
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path, required=True, help="such as actors/chosen.csv among your own materials")
    given = parser.parse_args(arguments)
    try:
        protocol = read_protocol(given.protocol)
        made = _made(examine(protocol, read_logs(given.data, protocol.study)), given.data, given.out.stem)
        _write(given.out, text_of(made, {"study": protocol.study, "least": str(LEAST)}))
    except VantageError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{given.out}: profiles of at least {LEAST} people each: {len(made.actors)}")
    return 0


def _made(study: Study, data: Path, name: str) -> Actors:
    if study.logs.stores != ("real",):
        stores = " and ".join(study.logs.stores) or "no"
        what = f"{data}: observers are told that real people chose so, but there are {stores} logs here"
        raise VantageError(f"{what}; name a folder of real ones, or show made-up people (stimuli/actors)")
    made = of_study(study, name)
    if not made.actors:
        what = f"{data}: no profile is shared by {LEAST} people, of {len(study.people)} analysed"
        raise VantageError(f"{what}, so none can be told of; wait until more have taken part")
    return made


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise MachineError(f"{path}: the file can't be written ({error.strerror}); name another place") from error


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
