"""Neither a slow disk nor the laboratory's database costs frames as waiting for it would; told in one run.

How many frames come late, and whether a few more do, the benchmark `late_frames.py` measures on a quiet machine.
"""

import pytest

WHAT = (
    "each sync takes 30 ms longer",
    "a group session's threads, each statement 30 ms longer",
    "news for the console ten times a second, the same",
)
SHARE = 0.5  # of the frames that a log without a thread of its own makes late


@pytest.fixture(scope="module")
def waited_for(late_frames, stage, tmp_path_factory):
    """What it costs when every line is waited for."""
    return late_frames.compare(stage, tmp_path_factory.mktemp("late"), late_frames.one_thread, pairs=4)


def more(counted):
    """Frames that were late beside the thing and not without it, of a hundred."""
    return 100 * (sum(counted.beside) - sum(counted.without)) / (counted.frames * len(counted.beside))


@pytest.mark.parametrize("what", WHAT)
def test_nothing_that_goes_on_beside_a_session_is_waited_for_by_a_frame(late_frames, waited_for, stage, tmp_path, what):
    counted = late_frames.compare(stage, tmp_path, late_frames.GOING_ON[what], pairs=4)
    assert more(counted) < SHARE * more(waited_for), counted.row(what)


def test_a_log_that_is_waited_for_would_be_noticed(waited_for):
    assert waited_for.p == 1 / 16  # more in each pair
    assert sum(waited_for.beside) > 4 * waited_for.frames / 2


def test_chance_is_counted_exactly(late_frames):
    def p(beside, without):
        return late_frames.Counted(frames=60, beside=beside, without=without).p

    assert p((5, 5, 5), (0, 0, 0)) == 1 / 8
    assert p((0, 0, 0), (5, 5, 5)) == 1
    assert p((3, 1), (1, 3)) == 3 / 4  # sums 0, 4, -4, 0 by chance; 0 was found
    assert p((2, 2), (2, 2)) == 1
