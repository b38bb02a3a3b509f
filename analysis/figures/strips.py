"""One estimate as a strip: its intervals against 0 and the band of effects too small to matter."""

from collections.abc import Mapping

from analysis.figures.drawing import BAND, BLUE, OCHRE, PURPLE
from analysis.verdicts import Judged

WIDTH, HEIGHT = 480, 34
_COLOURS: Mapping[str, str] = {
    "supported": BLUE,
    "opposite": "#b84f00",
    "equivalent": PURPLE,
    "trivial": OCHRE,
    "inconclusive": "#6b6b6b",
}


def strip(judged: Judged, sesoi: float) -> str:
    """The estimate as an SVG: thin line 95 %, thick line 90 % interval, a point, the band, and 0 as a line."""
    reach = 1.12 * max(abs(judged.low), abs(judged.high), sesoi, 1e-9)
    colour = _COLOURS[judged.verdict]

    def at(value: float) -> float:
        return round(WIDTH / 2 * (1 + value / reach), 1)

    def line(low: float, high: float, thick: float) -> str:
        ends = f'x1="{at(low)}" x2="{at(high)}" y1="17" y2="17"'
        return f'<line {ends} stroke="{colour}" stroke-width="{thick}" stroke-linecap="round"/>'

    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}">'
        f'<rect x="{at(-sesoi)}" y="3" width="{round(at(sesoi) - at(-sesoi), 1)}" height="28" fill="{BAND}"/>'
        f'<line x1="{at(0)}" x2="{at(0)}" y1="1" y2="33" stroke="#5d5d5d"/>'
        f"{line(judged.low, judged.high, 2)}{line(judged.low90, judged.high90, 5)}"
        f'<circle cx="{at(judged.estimate)}" cy="17" r="6.5" fill="{colour}" stroke="#fff" stroke-width="1.5"/></svg>'
    )


def said(judged: Judged, sesoi: float) -> str:
    """The same for who can't see it.

    >>> from analysis.verdicts import judge
    >>> said(judge(0.3, 0.05, sesoi=0.15), 0.15)
    'Estimate 0.30, 95 % interval 0.202 to 0.398, against the band from -0.15 to 0.15.'
    """
    interval = f"{judged.low:.3f} to {judged.high:.3f}"
    return f"Estimate {judged.estimate:.2f}, 95 % interval {interval}, against the band from {-sesoi:g} to {sesoi:g}."
