"""Logs as the engine would write them, of made-up people whose choices follow known weights."""

import math
from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Any

import pytest

from runner.log import FileLog
from runner.protocol import Exclusions, Factor, Phase, Protocol
from runner.records import (
    Record,
    ScreenReplied,
    SessionEnded,
    SessionLeft,
    SessionStarted,
    TrialEnded,
    TrialStarted,
)

ATTRIBUTES = ("public", "normative", "autonomy", "statuscost", "selflead", "risk")
COLUMNS = ("a_public", "a_norm", "a_auton", "a_statuscost", "a_selflead", "a_risk")
MOTIVES = {"mO": "outgroup", "mI": "ingroup", "mP": "personal", "mM": "moral"}
LIKERT = {"anchors": ["no", "yes"], "low": 1, "high": 7, "stem": "", "instruction": ""}


class Person:
    """One made-up session, trial after trial."""

    def __init__(self, number: int, random: Random, **head: Any) -> None:
        self.random = random
        self.trials: list[dict[str, Any]] = []
        self.records: list[Record] = []
        self.clock = 1.0
        frame = ("privilege", "disadvantage", "neutral")[number % 3]
        self.assigned = {"frame": frame, "setting": ("private", "public")[number // 3 % 2]}
        self.head: dict[str, Any] = {
            "session": f"s{number:05d}",
            "participant": f"p{number:05d}",
            "store": "simulated",
            "study": "made-up",
            "protocol_sha256": "a" * 64,
            **head,
        }

    def do(
        self,
        phase: str,
        task: str,
        given: Mapping[str, Any],
        outcome: Mapping[str, Any] | None,
        *answers: Any,
        **reply: Any,
    ) -> None:
        """One trial with one screen per answer; an outcome of None leaves it open."""
        name = f"{phase}-{len(self.trials) + 1}"
        self.trials.append({"id": name, "phase": phase, "task": task, "given": dict(given), "reaches": "staying"})
        self.records.append(TrialStarted(trial=name, on_resume="continue"))
        for index, answer in enumerate(answers or (None,)):
            self.records.append(self._screen(name, index, answer, reply))
        if outcome is not None:
            self.records.append(TrialEnded(trial=name, outcome=dict(outcome)))

    def _screen(self, trial: str, index: int, answer: Any, reply: Mapping[str, Any]) -> ScreenReplied:
        onset = self.clock
        rt = round(self.random.lognormvariate(0.5, 0.4), 4)
        self.clock = onset + rt + 0.25
        fields: dict[str, Any] = {
            "trial": trial,
            "index": index,
            "screen": f"screen-{index}",
            "digest": "0" * 32,
            "onset": onset,
            "offset": onset + rt + 0.05,
            "status": "answered",
            "answer": answer,
            "answered": onset + rt,
            "changes": () if answer is None else ((onset + rt / 2, answer),),
            "late_frames": 0,
            "unfocused": 0.0,
            "device": "virtual",
        }
        return ScreenReplied(**{**fields, **reply})

    def scale(
        self, phase: str, scale: str, subscale: str, values: list[int | None], reversed_last: bool = True
    ) -> None:
        for place, value in enumerate(values, 1):
            turned = reversed_last and place == len(values)
            given = {"scale": scale, "subscale": subscale, "item": f"{scale}_{subscale}_{place}", "item_number": place}
            given |= {"text": "an item", "reversed": turned, "instructed": None, **LIKERT}
            answer = 8 - value if turned and value is not None else value
            self.do(phase, "scale", given, {"response": answer}, answer)

    def log(self, how: str = "completed") -> list[Record]:
        """All records; `how` may be "unfinished"."""
        plan = {
            "study": self.head["study"],
            "participant": self.head["participant"],
            "language": "en",
            "seed": "s",
            "slot": 1,
            "assigned": self.assigned,
            "trials": self.trials,
            "interface": {},
        }
        head = SessionStarted(
            **{
                "station": "a",
                "protocol": "",
                "plan_digest": "d",
                "plan": plan,
                "versions": {"vantage-lab": "0.1.0"},
                "stage": {"kind": "virtual"},
                "at": "2026-01-01T00:00:00+00:00",
                "utc_offset": 0,
                **self.head,
            }
        )
        end = [] if how == "unfinished" else [SessionEnded(how=how, at="2026-01-01T00:50:00+00:00")]
        return [head, *self.records, *end]


def profile(random: Random) -> dict[str, int]:
    """An act that the design allows: nobody leads in private, and breaking rules is a risk."""
    while True:
        drawn = {name: random.choice((-1, 1)) for name in ATTRIBUTES}
        allowed = not (drawn["public"] < 0 < drawn["selflead"]) and not (drawn["normative"] < 0 and drawn["risk"] < 0)
        if allowed:
            return {**drawn, "effort": random.randint(1, 3)}


def worth(act: Mapping[str, int], weights: Mapping[str, float], motives: Mapping[str, float]) -> float:
    """What an act is worth to a person, in logits."""
    codes = dict(zip(COLUMNS, (act[name] for name in ATTRIBUTES), strict=True)) | {"a_effort": act["effort"]}
    total = 0.0
    for term, weight in weights.items():
        attribute, _, motive = term.partition(":")
        total += weight * codes[attribute] * (motives[motive] if motive else 1.0)
    return total


def card(act: Mapping[str, int]) -> dict[str, Any]:
    return {"heading": "Sign a petition", "lines": ["it takes a while", "nobody knows"], "profile": dict(act)}


def ordinary(
    number: int,
    seed: str,
    *,
    weights: Mapping[str, float] = {},
    shift: Mapping[str, float] = {},
    pairs: int = 12,
    spread: float = 0.0,
    **head: Any,
) -> Person:
    """A whole session: consent, eligibility, motives, framing, choices, guilt. `shift` moves guilt by frame."""
    random = Random(f"{seed}/{number}")
    person = Person(number, random, **head)
    person.do("consent", "consent", {"question": "?"}, {"agreed": True}, None, "agree")
    found = {"category": "man", "advantaged": True, "acted_before": random.random() < 0.4, "willingness": 4}
    person.do("eligibility", "eligibility", {"question": "?"}, found, "man", "yes", 4)
    motives = {}
    common = random.gauss(0, 1)
    for motive, subscale in MOTIVES.items():
        latent = math.sqrt(0.3) * common + math.sqrt(0.7) * random.gauss(0, 1)
        values = [min(7, max(1, round(4 + 1.2 * latent + random.gauss(0, 0.5)))) for _ in range(4)]
        person.scale("trait", "motives", subscale, values)
        motives[motive] = (sum(values) / 4 - 4) / 1.27
    person.do("framing", "framing", {"frame": person.assigned["frame"], "fact": "pay"}, {"rating": 5}, 5)
    taste = {name: random.gauss(0, spread) for name in COLUMNS} if spread else {}
    for place in range(pairs):
        one, other = profile(random), profile(random)
        given = {"set": f"{place + 1}", "block": 1, "repeated": False, "first": card(one), "second": card(other)}
        gain = worth(one, weights, motives) - worth(other, weights, motives)
        gain += worth(one, taste, motives) - worth(other, taste, motives)
        side = "first" if random.random() < 1 / (1 + math.exp(-gain)) else "second"
        person.do("choices", "paired_choice", given, {"chosen": side, "would_do": "yes"}, side, "yes")
    again = {**given, "repeated": True, "first": given["second"], "second": given["first"]}
    turned = {"first": "second", "second": "first"}[side]
    person.do("choices", "paired_choice", again, {"chosen": turned, "would_do": "yes"}, turned, "yes")
    felt = 4 + shift.get(person.assigned["frame"], 0.0)
    person.scale("state", "guilt", "", [min(7, max(1, round(felt + random.gauss(0, 1)))) for _ in range(3)])
    words = {
        "question": "odd",
        "kind": "words",
        "text": "Anything odd?",
        "options": [],
        "anchors": [],
        "low": 1,
        "high": 7,
    }
    person.do(
        "probe", "question", words, {"response": random.choice(["None", "NA", "=1+1", "no"]), "number": None}, "None"
    )
    person.do("data-decision", "data_decision", {"question": "?"}, {"decision": "keep"}, "keep")
    return person


def phase(name: str, task: str, *, by: str = "", **more: Any) -> Phase:
    """A phase, `by` a factor or not; the analysis never looks at parameters."""
    levels = {"frame": ("privilege", "disadvantage", "neutral"), "setting": ("private", "public")}.get(by, ())
    variants = tuple(({by: level}, None) for level in levels) or (({}, None),)
    return Phase(name=name, task=task, variants=variants, **more)


@pytest.fixture(scope="session")
def protocol() -> Protocol:
    return Protocol(
        study="made-up",
        title={"en": "Views and choices"},
        purpose="Made up for tests.",
        minutes=5,
        languages=("en",),
        identity="coded",
        pack="gender",
        factors={
            "frame": Factor(levels=("privilege", "disadvantage", "neutral")),
            "setting": Factor(levels=("private", "public")),
        },
        phases=(
            phase("consent", "consent"),
            phase("eligibility", "eligibility"),
            phase("trait", "scale"),
            phase("framing", "framing", by="frame"),
            phase("choices", "paired_choice", by="setting"),
            phase("state", "scale"),
            phase("probe", "question"),
            phase("data-decision", "data_decision", reaches="consented"),
        ),
        hypotheses=("H9a", "H10_pool", "H10b", "H11_pool", "H11a", "H11b", "H13a", "H17", "H18b", "H11c", "H18c"),
        exclusions=Exclusions(advantaged="eligibility"),
        sha256="a" * 64,
    )


@pytest.fixture(scope="session")
def keep_in():
    """Writes a session's records as a log below a folder and gives its path."""

    def write(folder: Path, records: list[Record]) -> Path:
        head = records[0]
        assert isinstance(head, SessionStarted)
        path = folder / head.study / head.store / f"{head.session}.jsonl"
        log = FileLog.create(path, head, durable=False)
        for record in records[1:]:
            log.append(record)
        log.close()
        return path

    return write


@pytest.fixture
def keep(tmp_path, keep_in):
    """The same, below the test's own folder `data`."""
    return lambda records: keep_in(tmp_path / "data", records)


@pytest.fixture(scope="session")
def many():
    """Whole sessions in memory, as the analysis reads them."""
    from analysis.reading.logs import Logs, session_of

    def made(n: int, seed: str, **how: Any) -> Logs:
        return Logs(sessions=tuple(session_of(ordinary(i, seed, **how).log()) for i in range(n)), damaged=())

    return made


@pytest.fixture(scope="session")
def person():
    """`ordinary`, for tests that change one thing about it."""
    return ordinary


@pytest.fixture
def blank():
    """A session with nothing in it yet."""
    return lambda number=0, **head: Person(number, Random(f"blank/{number}"), **head)


@pytest.fixture
def leave():
    """Ends a made-up session early."""

    def left(person: Person, reason: str) -> list[Record]:
        person.records.append(SessionLeft(trial=person.trials[-1]["id"], reason=reason))
        return person.log("left")

    return left
