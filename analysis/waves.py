"""One row per person and session of a study in which people come several times."""

from collections.abc import Mapping, Sequence

import pandas as pd

from analysis.hypotheses import Variable
from analysis.scoring import Score
from runner.protocol import Protocol


def wave_rows(
    protocol: Protocol, people: pd.DataFrame, scores: Sequence[Score], variables: Mapping[str, Variable]
) -> pd.DataFrame:
    """The analysed sessions as person, wave and session, with every variable as it was in that session.

    `people` is the frame of analysed sessions (index session), where what counts as measured before the treatment is
    that of the first session throughout; here it is each session's own. A construct that one session measured several
    times is the first of them for a variable of "before" or "early", else the last. Waves are an ordered category.
    Empty where the protocol has no waves.
    """
    column = protocol.wave if protocol.wave in people else f"assigned_{protocol.wave}"
    if not protocol.wave or column not in people:
        return pd.DataFrame(columns=["person", "wave", "session"])
    rows = people.rename(columns={"participant": "person"})
    for name, variable in variables.items():
        found = [s for s in scores if s.construct == variable.construct] if variable.construct else []
        if not found:
            continue
        if variable.when in ("after", "late"):
            found = found[::-1]
        values = found[0].means
        for later in found[1:]:
            values = values.combine_first(later.means)
        rows[name] = values.reindex(rows.index).astype("Float64")
    wave = pd.Categorical(rows[column].astype(object), categories=list(protocol.waves), ordered=True)
    return rows.assign(wave=wave).rename_axis("session").reset_index()
