"""Pages that only those see who leave are in the storyboard, too, and both pages of the control for leaving."""

from pathlib import Path

from runner.commands import common
from runner.commands.storyboard import picture_cells
from runner.leaving import WAYS_OUT

STUDY = Path(__file__).parents[3] / "protocols" / "over-time.yaml"


def test_phases_for_those_who_leave_are_pictured():
    protocol = common.read(STUDY)
    leaving = {phase.name for phase in protocol.phases if phase.reaches == "leaving"}
    only = {name: factor.levels[0] for name, factor in protocol.between.items()}
    chapters = {each.phase: each for each in picture_cells(protocol, "en", only, lambda screen: b"", {})}
    assert leaving and all(shown.screens for name in leaving for shown in chapters[name].shown)
    assert all(chapters[name].shown for name in leaving)
    ((shown,),) = ([s for s in each.shown] for name, each in chapters.items() if name.startswith("the control"))
    assert tuple(screen.name for screen in shown.screens) == WAYS_OUT
