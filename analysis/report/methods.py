"""How a study's results came about, as paragraphs that can stand in a manuscript (JARS-Quant)."""

from collections.abc import Iterator

from analysis.hypotheses import BOUNDS
from analysis.study import Study
from runner.protocol import Factor, Protocol

_TASKS = {"sc_iat": ("karpinski",), "iat": ("greenwald",)}


def methods(study: Study) -> list[tuple[str, str]]:
    """Heading and paragraph, in the order of the reporting standards."""
    protocol = study.protocol
    parts = [
        ("Design", design(protocol)),
        ("Assignment", assignment(protocol)),
        ("Concealment and masking", concealment(study)),
        ("Deception", deception(protocol)),
        ("Exclusions and missing answers", EXCLUSIONS),
        ("Scores", _scores(study)),
        ("Models", " ".join(_models(study))),
        ("Verdicts", _verdicts(study)),
    ]
    return [(heading, text) for heading, text in parts if text]


EXCLUSIONS = (
    "Exclusions were applied in a fixed order (E1 to E6). People were analysed in the arm to which they were assigned; "
    "nobody was excluded for a failed manipulation check, suspicion or fast answers, since that would bias the "
    "comparison of the arms. What was declined is missing. A model takes the people who have all of its values, and "
    "says how many they are."
)


def design(protocol: Protocol) -> str:
    """The factors, by what they differ between."""
    if not protocol.factors:
        return "Every session was the same: nothing was varied."
    kinds = {
        "Varied between participants": [n for n, f in protocol.factors.items() if f.treats and f.unit != "within"],
        "Varied within a session": [n for n, f in protocol.factors.items() if f.treats and f.unit == "within"],
        "Counterbalanced, as form only": [n for n, f in protocol.factors.items() if f.role == "counterbalance"],
        "Sessions of each participant": [protocol.wave] if protocol.wave else [],
    }
    said = [
        f"{kind}: {'; '.join(_factor(name, protocol.factors[name]) for name in names)}."
        for kind, names in kinds.items()
        if names
    ]
    return " ".join(said)


def _factor(name: str, factor: Factor) -> str:
    unit = ", one level for a whole session" if factor.unit == "session" else ""
    days = f", {factor.days[0]} to {factor.days[1]} days apart" if factor.days else ""
    return f"{name.replace('_', ' ')} ({', '.join(level.replace('_', ' ') for level in factor.levels)}{unit}{days})"


def assignment(protocol: Protocol) -> str:
    """Unit and method of assignment."""
    cells = 1
    for factor in protocol.drawn.values():
        cells *= len(factor.levels)
    if cells == 1:
        return "Nobody was assigned to anything." if not protocol.factors else ""
    strata = f", separately in each stratum ({', '.join(protocol.strata)})" if protocol.strata else ""
    times = "once" if protocol.blocks == 1 else f"{protocol.blocks} times"
    together = [name.replace("_", " ") for name, factor in protocol.factors.items() if factor.unit == "session"]
    shared = f", of {', '.join(together)} the group session, in which all had the same level" if together else ""
    text = (
        f"The unit of assignment was the participant{shared}. The {cells} combinations of levels were assigned by "
        f"permuted blocks of {cells * protocol.blocks}, in which each comes {times}{strata}. The list follows from the "
        f"seed “{protocol.study}/{protocol.seed}” and the protocol alone."
    )
    if protocol.wave:
        text += " Each participant kept the levels of the first session in all later ones."
    if any(factor.unit == "within" for factor in protocol.factors.values()):
        text += " The order of levels within a session came from a Latin square (Williams, 1949)."
    return text


def concealment(study: Study) -> str:
    """Who could know of the assignment, as far as the software knows."""
    protocol = study.protocol
    if not any(f.treats for f in protocol.factors.values()):
        return ""
    treated = next((p.name for p in protocol.phases if p.name not in study.before), "")
    where = f" No phase before “{treated}” depends on a treatment." if treated else ""
    return (
        "A session took the next place of the list when it began, and the software showed the assignment to nobody."
        f"{where} Whether participants, or those who ran the sessions, could tell what other conditions there were is "
        "for the laboratory to add: the logs can't know it."
    )


def deception(protocol: Protocol) -> str:
    """What people were told that was not so."""
    told = [f"{d.what.rstrip('.')} (debriefed in the phase “{d.debriefed_in}”)" for d in protocol.deception]
    return f"Participants were told what was not so: {'; '.join(told)}." if told else "None is declared."


def _scores(study: Study) -> str:
    if not study.scores:
        return ""
    return (
        "Scale scores are means of the keyed items, reversed ones turned round, when at least two thirds of the items "
        "were answered. Reliability is Cronbach's alpha with Feldt's interval over people who answered every item, the "
        "Spearman-Brown coefficient for two items, and omega by a factor model fitted with maximum likelihood. Scores "
        "are standardised over the analysed people."
    )


def _models(study: Study) -> Iterator[str]:
    tested = [f for f in study.findings if f.verdict]
    if any(f.hypothesis.model == "CH" for f in tested):
        yield (
            "Paired choices were analysed on the differences of the two acts' attributes (coded -1 and +1; effort 1 to "
            "3): all attributes, and their products with the four motives, entered together, with a term for the left "
            "position. The model is a mixed logit, slopes of attributes differing between people; where fewer than 150 "
            "were analysed, or it found no maximum or no such differences, a conditional logit. The repeated set "
            "serves for consistency alone."
        )
    if any(f.hypothesis.model in ("CH", "BIN", "HUR", "CNT", "COX", "STK") for f in tested):
        yield (
            "Standard errors that are clustered have the factor G/(G-1) · (N-1)/(N-k), and tests use a t distribution "
            "with G-1 degrees of freedom (G clusters, N rows, k coefficients)."
        )
    if any(f.hypothesis.model != "MIX" for f in tested):
        yield (
            "Estimates per SD are meant per SD of all people: that the SDs of the analysed people are estimated too is "
            "in standard errors and intervals (delta method, Yuan & Chan, 2011; of indirect paths each resample has "
            "SDs of its own)."
        )
    if any(f.hypothesis.model == "MED" for f in tested):
        yield (
            "Indirect paths rest on the assumption that nothing unmeasured moves both mediator and outcome; assignment "
            "at random makes the first step of a path causal, never the second (Bullock, Green & Ha, 2010)."
        )
    methods = dict.fromkeys(f.method.partition(";")[0] for f in tested if f.method)
    if methods:
        yield f"Models fitted: {'; '.join(methods)}."


def _verdicts(study: Study) -> str:
    if not study.protocol.hypotheses:
        return ""
    own = {f.hypothesis.model for f in study.findings} & set(BOUNDS)
    units = {f.hypothesis.model: f.unit for f in study.findings}
    others = ", ".join(f"{BOUNDS[model]:g} {units[model]} for {_MODELS.get(model, model)}" for model in sorted(own))
    choices = [f"{study.protocol.sesoi:g} logit per SD of a motive for choices"] if _choices(study) else []
    bounds = ", ".join([*choices, *([others] if others else [])])
    return (
        f"The smallest effect of interest is {bounds}, unless a hypothesis has its own. "
        "A verdict comes from the estimate and its intervals: supported or opposite (95 % interval excludes 0), "
        "equivalent (90 % interval within the smallest effect of interest), trivial (both), inconclusive (neither). "
        "What is not significant is not thereby equal. Verdicts are of each test by itself; Holm's correction over the "
        "primary tests of a block is given beside them."
    )


def _choices(study: Study) -> bool:
    """Is a bound of the protocol's own used, which stands for models without one by their kind?"""
    return any(f.hypothesis.model not in BOUNDS for f in study.findings)


_MODELS = {
    "LIN": "scores",
    "STK": "differences between motives",
    "BIN": "one act or none",
    "HUR": "giving, and how much",
    "CNT": "counts",
    "COX": "giving up",
    "MED": "indirect paths",
    "XL": "effects over time",
}


def used(study: Study) -> set[str]:
    """Keys of the references that these methods name or use."""
    keys = {"williams"} if any(f.unit == "within" for f in study.protocol.factors.values()) else set()
    models = {f.hypothesis.model for f in study.findings if f.verdict}
    keys |= {"feldt", "flora", "mcdonald"} if study.scores else set()
    keys |= {"mcfadden"} if "CH" in models else set()
    keys |= {"leeper"} if not study.pairs.empty else set()
    keys |= {"cameron"} if models & {"CH", "BIN", "STK", "HUR", "CNT", "COX"} else set()
    keys |= {"yuan"} if models - {"MIX"} else set()
    keys |= {"bullock"} if "MED" in models else set()
    keys |= {"holm"} if any(f.p_holm is not None for f in study.findings) else set()
    return keys.union(*(keys_ for task, keys_ in _TASKS.items() if task in study.tables.tasks))
