"""What xlogit (0.2.7, MIT) says of mixed logits, beside R's numbers in models.json: mixed.json.

pip install xlogit && python tests/analysis/peers/mixed.py
"""

import json
from pathlib import Path

import numpy as np
import pandas as pd
from xlogit import MixedLogit

HERE = Path(__file__).parent
DRAWS = 4000


def fitted(rows: pd.DataFrame, names: list[str], random: list[str], panels: str | None) -> dict[str, object]:
    """Coefficients, standard errors from the inverse Hessian, and log likelihood."""
    model = MixedLogit()
    model.fit(
        X=rows[names].to_numpy(float),
        y=rows["chosen"].to_numpy(),
        varnames=names,
        ids=rows["set"].to_numpy(),
        alts=rows["alternative"].to_numpy(),
        randvars=dict.fromkeys(random, "n"),
        n_draws=DRAWS,
        verbose=0,
        panels=None if panels is None else rows[panels].to_numpy(),
        num_hess=True,
        avail=rows["there"].to_numpy(),
        tol_opts={"gtol": 1e-7},
    )
    terms = [
        str(name).replace("sd.", "sd(") + (")" if str(name).startswith("sd.") else "") for name in model.coeff_names
    ]
    return {
        "estimate": dict(zip(terms, map(float, model.coeff_), strict=True)),
        "se": dict(zip(terms, map(float, model.stderr), strict=True)),
        "loglik": float(model.loglikelihood),
        "draws": DRAWS,
    }


def verbagg() -> dict[str, object]:
    """Yes against no, as two alternatives, no having nothing of anything; 60 people, 24 situations each."""
    verb = pd.read_csv(HERE / "verbagg.csv")
    verb["set"] = range(len(verb))
    names = ["left", "do", "self", "scold", "shout"]
    yes = verb.assign(left=1, alternative=1, chosen=verb["y"], there=1)
    no = verb.assign(left=0, alternative=0, chosen=1 - verb["y"], there=1)
    no[names] = 0
    rows = pd.concat([yes, no]).sort_values(["set", "alternative"])
    return fitted(rows, names, ["do", "self"], "id")


def infert() -> dict[str, object]:
    """Sets of two or three women; the sets of a pooled stratum are one panel."""
    women = pd.read_csv(HERE / "infert.csv").sort_values(["pooled", "stratum", "case"], ascending=[True, True, False])
    women["alternative"] = women.groupby("stratum").cumcount()
    every = pd.MultiIndex.from_product([women["stratum"].unique(), range(3)], names=["stratum", "alternative"])
    rows = women.set_index(["stratum", "alternative"]).reindex(every).reset_index()
    rows["there"] = rows["case"].notna().astype(int)
    rows["pooled"] = rows.groupby("stratum")["pooled"].transform("max")
    rows = rows.fillna(0).rename(columns={"stratum": "set", "case": "chosen"})
    return fitted(rows, ["spontaneous", "induced"], ["induced"], "pooled")


if __name__ == "__main__":
    np.seterr(all="ignore")
    found = {"mixed_logit_two_slopes": verbagg(), "mixed_logit_sets": infert()}
    (HERE / "mixed.json").write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
