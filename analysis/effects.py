"""What choices must weigh so that hypotheses have stated effects; light, since a simulation begins with it."""

from collections.abc import Mapping

from analysis.hypotheses import load
from runner.errors import VantageError


def choice_weights(stated: Mapping[str, float]) -> Mapping[str, float]:
    """The smallest weights, "a_public:mI" -> logit per SD, that give each named hypothesis its stated value.

    They are the least-norm solution of the hypotheses' own combinations, so every combination that is not bound up
    with a stated one stays zero; each part of a hypothesis with several gets the value.

    >>> choice_weights({"H11_pool": 0.30})["a_public:mI"]
    0.15
    """
    import numpy as np

    rows: list[tuple[Mapping[str, float], float]] = []
    for name, value in stated.items():
        (hypothesis,) = load().named((name,))
        if hypothesis.model != "CH":
            raise VantageError(
                f"--effect {name}: simulated participants know effects on choices (model CH) so far; "
                f"{name} is of the model {hypothesis.model}"
            )
        for combination in hypothesis.combinations():
            rows.append(({str(term): weight for term, weight in combination.items()}, value))
    terms = list(dict.fromkeys(term for weights, _ in rows for term in weights))
    matrix = np.array([[weights.get(term, 0.0) for term in terms] for weights, _ in rows])
    wanted = np.array([value for _, value in rows])
    solution = np.linalg.lstsq(matrix, wanted, rcond=None)[0]
    if not np.allclose(matrix @ solution, wanted, atol=1e-9):
        raise VantageError(f"--effect: {', '.join(stated)} can't have these values together; state fewer of them")
    return {term: round(float(weight), 12) for term, weight in zip(terms, solution, strict=True)}
