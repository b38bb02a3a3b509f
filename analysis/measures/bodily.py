"""Changes of blood pressure and heart from rest to the news on status (P79), where a device's summary was added.

The summary is a table "cardiovascular" with one row per session and phase: session, phase, sbp, dbp (mmHg), and where
known hr, co (l/min) and map. Its phases are "baseline" (the last minute or minutes of rest) and "news" (from the marker
of the news on status, or of the second round, to the next phase).
"""

import pandas as pd

from analysis.measures._rows import nothing
from analysis.reading.tables import Tables
from analysis.scoring import reactivity

BASELINE, NEWS = "baseline", "news"


def d_sbp(tables: Tables) -> pd.Series:
    """Change of systolic pressure, mmHg."""
    return _change(tables, "d_sbp")


def d_pp(tables: Tables) -> pd.Series:
    """Change of pulse pressure, mmHg."""
    return _change(tables, "d_pp")


def d_tpr(tables: Tables) -> pd.Series:
    """Change of total peripheral resistance, dyn s cm^-5."""
    return _change(tables, "d_tpr")


def d_co(tables: Tables) -> pd.Series:
    """Change of cardiac output, l/min."""
    return _change(tables, "d_co")


def _change(tables: Tables, column: str) -> pd.Series:
    summary = tables.task("cardiovascular")
    if "sbp" not in summary or summary.empty:
        return nothing("Float64")
    found = reactivity(summary.rename(columns={"session": "person"}), baseline=BASELINE)
    return found[found["phase"] == NEWS].set_index("person")[column].rename_axis("session")
