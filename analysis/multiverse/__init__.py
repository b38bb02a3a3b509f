"""Each analysis that might have been declared, run complete (Steegen, Tuerlinckx, Gelman & Vanpaemel, 2016)."""

from analysis.multiverse.axes import AXES, Axis, axes_of
from analysis.multiverse.cells import multiverse, shares, specifications

__all__ = ["AXES", "Axis", "axes_of", "multiverse", "shares", "specifications"]
