from pathlib import Path

import pytest

from runner.declarations.actors import HEAD, read_actors, text_of
from runner.errors import DeclarationError
from stimuli.others import Actor, ActorProfile, Actors, OwnMotives

NOBODY = OwnMotives(outgroup=None, ingroup=None, personal=None, moral=None)
KNOWN = {"autonomy": 1, "role": -1, "public": 1, "consistent": None, "cost": -1, "group": 1}
SOUND = text_of(
    Actors(
        name="p",
        origin="choices",
        actors=(
            Actor(id="1", block=1, profile=ActorProfile(**KNOWN), own=NOBODY),
            Actor(
                id="2",
                block=2,
                profile=ActorProfile(**{**KNOWN, "role": 1}),
                own=OwnMotives(outgroup=1, ingroup=0, personal=-1, moral=None),
            ),
        ),
    ),
    {"study": "some-study", "least": "5"},
)


def test_a_file_is_read_as_it_was_written(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text(SOUND, encoding="utf-8")
    read = read_actors(tmp_path / "p.csv", "p")
    assert text_of(read, {"study": "some-study", "least": "5"}) == SOUND
    assert read.actors[1].own == OwnMotives(outgroup=1, ingroup=0, personal=-1, moral=None)
    assert read.actors[0].profile.consistent is None
    assert (read.origin, read.actors[1].block) == ("choices", 2)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("# origin: choices", "# origin: heaven", "'# origin:' must be one of made_up, choices, but is 'heaven'"),
        ("# origin: choices", "# origin: made_up", "'# seed:' is missing"),
        ("# least: 5", "# least: 4", "each profile must stand for at least 5 people, but '# least:' is '4'"),
        ("# least: 5", "# least: many", "each profile must stand for at least 5 people"),
        ("# least: 5\n", "", "'# least:' is missing"),
        (",group,", ",name,", f"the columns must be {','.join(HEAD)}"),
        ("1,1,1,-1,1,,-1,1", "1,1,1,-1,1,,-1,3", "group can't be 3"),
        ("1,1,1,-1,1,,-1,1", "1,1,1,-1,1,,-1", "is no person"),
        ("1,1,1,-1,1,,-1,1", "Mary Smith,1,1,-1,1,,-1,1", "can't be an id"),
        ("1,1,1,-1,1,,-1,1", "2,1,1,-1,1,,-1,1", "an id stands there twice"),
        ("1,1,1,-1,1,,-1,1", "1,1,1,-1,1,1,-1,1", "'consistent' is known of some and not of others"),
        ("1,0,-1,", "2,0,-1,", "own_outgroup can't be 2"),
    ],
)
def test_what_is_wrong_is_told(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in SOUND
    (tmp_path / "p.csv").write_text(SOUND.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DeclarationError) as error:
        read_actors(tmp_path / "p.csv", "p")
    assert said in str(error.value)
    assert "p.csv" in str(error.value)


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("# origin: choices\n# least: 5\n" + ",".join(HEAD) + "\n", encoding="utf-8")
    with pytest.raises(DeclarationError, match="there is nobody in it"):
        read_actors(tmp_path / "p.csv", "p")
