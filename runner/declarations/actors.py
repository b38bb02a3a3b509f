"""Files of people who act (`stimuli/actors/<key>.csv`): read and written, the same for designs and real choices.

Comment lines `# key: value` tell where they come from; then a head line and one line for each person. Attributes are
-1 or 1 and known of everyone or of nobody, since a story with a sentence less would stand out.
"""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from attrs import astuple, fields_dict

from runner.declarations.nodes import shown
from runner.declarations.sources import read_source
from runner.errors import DeclarationError, Mistake
from stimuli.others import Actor, ActorProfile, Actors, OwnMotives

LEAST = 5  # people behind each profile made of real choices (paradigms.md E4)
ATTRIBUTES = tuple(fields_dict(ActorProfile))
MOTIVES = tuple(fields_dict(OwnMotives))
HEAD = ("id", "block", *ATTRIBUTES, *(f"own_{name}" for name in MOTIVES))
NEEDED = {"made_up": ("seed", "d_error"), "choices": ("least",)}  # what each origin has to tell


def read_actors(path: Path, name: str) -> Actors:
    """The people of a file; a DeclarationError holds every line that is wrong."""
    source, _ = read_source(path)
    notes: dict[str, str] = {}
    head: tuple[str, ...] = ()
    actors: list[Actor] = []
    mistakes: list[Mistake] = []
    for number, line in enumerate(source.lines, 1):
        if line.startswith("#"):
            key, _, value = line[1:].partition(":")
            notes[key.strip()] = value.strip()
        elif line.strip() and not head:
            head = tuple(line.strip().split(","))
            if head != HEAD:
                mistakes.append(source.at(number, 1, f"the columns must be {','.join(HEAD)}; make the file anew"))
                break
        elif line.strip():
            try:
                actors.append(_actor(dict(zip(HEAD, line.strip().split(","), strict=True))))
            except ValueError as error:
                mistakes.append(source.at(number, 1, f"is no person ({shown(str(error))}); make the file anew"))
    if not mistakes:
        mistakes += [source.mistake(what) for what in _wrong(notes, actors)]
    if mistakes:
        raise DeclarationError(*mistakes)
    origin = notes["origin"]
    return Actors(name=name, origin="choices" if origin == "choices" else "made_up", actors=tuple(actors))


def _wrong(notes: Mapping[str, str], actors: list[Actor]) -> Iterable[str]:
    origin = notes.get("origin", "")
    if origin not in NEEDED:
        yield f"'# origin:' must be one of {', '.join(NEEDED)}, but is {shown(origin)}; make the file anew"
    for key in NEEDED.get(origin, ()):
        if key not in notes:
            yield f"'# {key}:' is missing; make the file anew"
    least = notes.get("least", str(LEAST))
    if origin == "choices" and not (re.fullmatch(r"[0-9]{1,6}", least) and int(least) >= LEAST):
        yield f"each profile must stand for at least {LEAST} people, but '# least:' is {shown(least)}; make it anew"
    if not actors:
        yield "there is nobody in it; make the file anew"
    if len({actor.id for actor in actors}) < len(actors):
        yield "an id stands there twice; make the file anew"
    for attribute in ATTRIBUTES:
        known = {getattr(actor.profile, attribute) is not None for actor in actors}
        if len(known) > 1:
            yield f"{attribute!r} is known of some and not of others, which would show; leave it empty for all"


def _actor(row: Mapping[str, str]) -> Actor:
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", row["id"]):
        raise ValueError(f"{row['id']!r} can't be an id")
    return Actor(
        id=row["id"],
        block=int(row["block"]),
        profile=ActorProfile(**{name: _level(name, row[name], (-1, 1)) for name in ATTRIBUTES}),
        own=OwnMotives(**{name: _level(f"own_{name}", row[f"own_{name}"], (-1, 0, 1)) for name in MOTIVES}),
    )


def _level(name: str, text: str, allowed: tuple[int, ...]) -> int | None:
    if not text:
        return None
    if (level := int(text)) not in allowed:
        raise ValueError(f"{name} can't be {level}")
    return level


def text_of(actors: Actors, notes: Mapping[str, str]) -> str:
    """The file's text: origin and `notes` as comment lines, the head line, the people."""
    lines = [f"# origin: {actors.origin}", *(f"# {key}: {value}" for key, value in notes.items()), ",".join(HEAD)]
    for actor in actors.actors:
        levels = (*astuple(actor.profile), *astuple(actor.own))
        lines.append(",".join([actor.id, str(actor.block), *("" if level is None else str(level) for level in levels)]))
    return "\n".join(lines) + "\n"
