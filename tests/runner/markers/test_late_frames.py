"""Neither a slow disk nor the laboratory's database makes a frame late: counted beside segments without, in one run."""

import pytest

TRIES = 3  # other work of the machine may fall on one kind of segment by chance, but not three times


WHAT = (
    "each sync takes 30 ms longer",
    "a group session's threads, each statement 30 ms longer",
    "news for the console ten times a second, the same",
)


@pytest.mark.parametrize("what", WHAT)
def test_nothing_that_goes_on_beside_a_session_makes_more_frames_late(late_frames, stage, tmp_path, what):
    for _ in range(TRIES):
        counted = late_frames.compare(stage, tmp_path, late_frames.GOING_ON[what])
        if counted.p > 0.05:
            break
    assert counted.p > 0.05, counted.row(what)


def test_a_log_that_is_waited_for_would_be_noticed(late_frames, stage, tmp_path):
    counted = late_frames.compare(stage, tmp_path, late_frames.one_thread, pairs=6)
    assert counted.p == 1 / 64  # more in each pair
    assert sum(counted.beside) > 6 * counted.frames / 2


def test_chance_is_counted_exactly(late_frames):
    def p(beside, without):
        return late_frames.Counted(frames=60, beside=beside, without=without).p

    assert p((5, 5, 5), (0, 0, 0)) == 1 / 8
    assert p((0, 0, 0), (5, 5, 5)) == 1
    assert p((3, 1), (1, 3)) == 3 / 4  # sums 0, 4, -4, 0 by chance; 0 was found
    assert p((2, 2), (2, 2)) == 1
