"""From lagged effects within people to the tendencies of each session, errors of measurement made good.

A score over several sessions is a stable part of each person and a part of its own that follows, by the lagged effects,
from the parts of one session before: the random-intercept cross-lagged panel (Hamaker, Kuiper & Grasman, 2015) holds
of the scores as measured. Tendencies are correlated as much more as scores are unreliable (Spearman, 1904).
"""

from collections.abc import Mapping

from analysis.rated import construct_of, reliability
from analysis.tendencies import Coefficients, alike
from runner.errors import VantageError
from runner.theory import AT, MOTIVES, STABLE, Asked

Mixed = Mapping[str, Mapping[str, float]]


def lagged(wanted: Coefficients, scores: Coefficients, mixed: Mixed, asked: Asked) -> dict[str, dict[str, float]]:
    """What each session's tendencies are mixed of, by "construct@session", for lagged effects (SD per SD).

    `wanted` is the later score <- the earlier one. Within a session scores go together as `mixed` has it, by `scores`
    upon scores; nothing carries over from one session to the next but the stable part (`runner.theory.STABLE` of a
    tendency's variance) and what is wanted.
    """
    import numpy as np

    names = {construct_of(n): n for y, terms in wanted.items() for n in (y, *terms)}
    if set(names) & set(mixed):
        names = {**{construct_of(n): n for y, terms in scores.items() for n in (y, *terms)}, **names}
    if set(names) & {*MOTIVES.values()} or set(mixed) & {*MOTIVES.values()}:
        names = {**{construct: name for name, construct in MOTIVES.items()}, **names}
    constructs, waves = list(names), list(asked.before)
    k = len(constructs)
    root = np.array([reliability(name, asked) ** 0.5 for name in names.values()])
    together = np.array([[alike(one, other, mixed) for other in constructs] for one in constructs])
    stable = STABLE * together * np.outer(root, root)
    within = together * np.outer(root, root) - stable
    np.fill_diagonal(within, 1 - np.diag(stable))
    effects = np.zeros((k, k))
    for score, terms in wanted.items():
        for earlier, value in terms.items():
            effects[constructs.index(construct_of(score)), constructs.index(construct_of(earlier))] = value
    whole = np.zeros((k * len(waves),) * 2)
    for now in range(len(waves)):
        for then in range(now + 1):
            block = stable + np.linalg.matrix_power(effects, now - then) @ within
            block = together if now == then else block / np.outer(root, root)
            rows, columns = slice(now * k, now * k + k), slice(then * k, then * k + k)
            whole[rows, columns], whole[columns, rows] = block, block.T
    try:
        parts = np.linalg.cholesky(whole)
    except np.linalg.LinAlgError:
        raise VantageError(
            f"--effect: lagged effects on {', '.join(wanted)} of this size can't be had; state smaller ones"
        ) from None
    called = [f"{construct}{AT}{wave}" for wave in waves for construct in constructs]
    return {
        name: {part: round(float(w), 12) for part, w in zip(called, row, strict=True) if abs(w) > 1e-12}
        for name, row in zip(called, parts, strict=True)
    }
