"""Blind forms: each session's free answers under a random row id, in an order of chance, and nothing else of it."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random

import pandas as pd

from analysis.reading.cells import to_csv
from analysis.reading.tables import Tables
from runner.errors import MachineError, VantageError

CODE = "suspicion"
ROW, CODER = "row", "coder"
_LETTERS = "bcdfghjkmnpqrstvwxz"  # no vowel makes a word, no digit makes a number of it in a spreadsheet
_LENGTH = 5


def written(tables: Tables, sessions: Sequence[str], phase: str) -> pd.DataFrame:
    """What these sessions (rows) wrote to each question (columns, in the order of asking) of a phase.

    Whoever wrote nothing at all is left out. A VantageError when the phase asked nobody in words.
    """
    asked = tables.task("question")
    own = asked[(asked["phase"] == phase) & (asked["kind"] == "words")] if "kind" in asked else asked.iloc[:0]
    if own.empty:
        there = sorted(asked.loc[asked["kind"] == "words", "phase"].unique()) if "kind" in asked else []
        known = f"such phases are {', '.join(there)}" if there else "no phase did in these logs"
        raise VantageError(f"--phase: {phase!r} has no questions that are answered in words; {known}")
    own = own[own["session"].isin(list(sessions))]
    answers = own.pivot_table(index="session", columns="question", values="response", aggfunc="first", sort=False)
    answers = answers.reindex(columns=list(dict.fromkeys(asked.loc[asked["phase"] == phase, "question"])))
    said = answers.notna() & (answers.fillna("").apply(lambda column: column.str.strip()) != "")
    found: pd.DataFrame = answers.dropna(axis=1, how="all")[said.any(axis=1)]
    return found


def forms(answers: pd.DataFrame, coders: Sequence[str], seed: str) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """A form for each coder, and the key: row and session.

    Row ids are five letters, drawn by chance; each form has an order of its own. The same seed gives the same.
    """
    names = sorted(map(str, answers.index))
    random = Random(f"coding/{seed}")
    rows: dict[str, None] = {}
    while len(rows) < len(names):
        rows["".join(random.choice(_LETTERS) for _ in range(_LENGTH))] = None
    row_of = dict(zip(names, rows, strict=True))
    key = pd.DataFrame({ROW: row_of.values(), "session": row_of.keys()}).sort_values(ROW, ignore_index=True)
    return {coder: _form(answers, row_of, coder, Random(f"coding/{seed}/{coder}")) for coder in coders}, key


def _form(answers: pd.DataFrame, row_of: Mapping[str, str], coder: str, random: Random) -> pd.DataFrame:
    order = sorted(row_of)
    random.shuffle(order)
    texts = answers.loc[order].reset_index(drop=True)
    texts.columns = [f"answer: {question}" for question in texts]
    head = pd.DataFrame({ROW: [row_of[name] for name in order], CODER: coder})
    return pd.concat([head, texts, pd.DataFrame({CODE: [None] * len(order)})], axis=1)


def write(folder: Path, made: Mapping[str, pd.DataFrame], key_file: Path, key: pd.DataFrame) -> None:
    """The forms as CSV that no spreadsheet runs, and the key elsewhere; what is there already is never overwritten."""
    files = {folder / f"{coder}.csv": form for coder, form in made.items()} | {key_file: key}
    if key_file.parent.resolve() == folder.resolve():
        raise VantageError(
            f"--key {key_file}: the key may not lie beside the forms, which coders get; name another folder"
        )
    for path in files:
        if path.exists():
            raise VantageError(f"{path}: is there already, and somebody may have filled it in; name another place")
    try:
        for path, frame in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            # The mark says that it is UTF-8 to spreadsheets that would take it for something else.
            path.write_text("\ufeff" + to_csv(frame), encoding="utf-8", newline="\n")
    except OSError as error:
        raise MachineError(f"{path}: can't be written here ({error.strerror}); name another place") from error
