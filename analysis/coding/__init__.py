"""What people wrote, for two coders who know of no condition, and their codes back again (paradigms.md E1, F6).

Free answers are coded by people, never by a program. `forms` writes a form for each coder and the key; `codes` reads
filled-in forms, and refuses what a coder could not have meant.
"""

from analysis.coding.codes import CODERS, Coded, read_codes, with_codes
from analysis.coding.forms import forms, written

__all__ = ["CODERS", "Coded", "forms", "read_codes", "with_codes", "written"]
