"""How often a keyboard is asked, by the times of its presses: they then stand on a grid of that many milliseconds."""

from cmath import exp, pi
from collections.abc import Sequence

FEWEST = 20  # presses; with fewer, times at random stand on a grid too often
STEPS = (16, 10, 8, 4, 2, 1)  # ms; USB keyboards are asked every 1, 2, 4, 8 or 10
CLEAR = 0.8  # mean resultant length (0 to 1) from which times stand on a grid; of 20 at random it is 0.2


def grid(pressed: Sequence[float]) -> int | None:
    """The widest of the usual steps on which the times, in seconds, stand; 1: that or finer; None: too few to say.

    The mean resultant length of the times' phases, as in Rayleigh's test (Mardia and Jupp, Directional statistics).
    """
    if len(pressed) < FEWEST:
        return None
    for step in STEPS:
        phases = [exp(2j * pi * (at - pressed[0]) * 1000 / step) for at in pressed]
        if abs(sum(phases)) / len(phases) > CLEAR:
            return step
    return 1
