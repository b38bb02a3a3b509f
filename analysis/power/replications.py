"""Many simulated studies, in parallel, each with a seed of its own; those that are done are kept and not done again."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import attrs
import msgspec

from analysis.findings import Finding
from runner.errors import MachineError, VantageError

CHUNK = 10  # studies that a worker does in one go
Progress = Callable[[int, int], None]


@attrs.frozen(kw_only=True)
class Study:
    """One simulated study among many: under which effects, how many people, which one of them."""

    scenario: str
    n: int
    number: int

    def seed(self, seed: str) -> str:
        """What all chance in it comes from."""
        return f"{seed}/{self.scenario}/{self.n}/{self.number}"


@attrs.frozen(kw_only=True)
class Outcome:
    """What one study found of one hypothesis; without a verdict it could not be tested."""

    id: str
    verdict: str | None
    borne_out: bool  # the verdict bears the prediction out, and outlasts Holm's correction where there is one
    estimate: float | None
    se: float | None
    low: float | None
    high: float | None


@attrs.frozen(kw_only=True)
class Replication:
    """One simulated study and all that it found."""

    scenario: str
    n: int
    number: int
    seed: str
    outcomes: tuple[Outcome, ...]


Simulate = Callable[[Study, str], Sequence[Finding]]  # a study and its seed


def outcomes(findings: Iterable[Finding]) -> tuple[Outcome, ...]:
    """What is kept of findings: the part that a verdict hangs on."""
    kept = []
    for finding in findings:
        judged = finding.deciding if finding.verdict else None
        kept.append(
            Outcome(
                id=finding.id,
                verdict=finding.verdict,
                borne_out=finding.borne_out,
                estimate=_rounded(judged.estimate) if judged else None,
                se=_rounded(judged.se) if judged else None,
                low=_rounded(judged.low) if judged else None,
                high=_rounded(judged.high) if judged else None,
            )
        )
    return tuple(kept)


def _rounded(value: float) -> float:
    """To ten digits: how many threads add up a sum changes the sixteenth."""
    return float(f"{value:.10g}")


def replicate(
    studies: Sequence[Study],
    simulate: Simulate,
    *,
    seed: str,
    about: Mapping[str, Any],
    keep: Path | None = None,
    jobs: int = 1,
    dask: str = "",
    chunk: int = CHUNK,
    progress: Progress = lambda done, total: None,
) -> list[Replication]:
    """All studies, in their order; those that the file `keep` holds are not done again.

    `about` says what they are studies of; a file that holds studies of something else is refused. `dask` is the address
    of a scheduler that does the work; else `jobs` processes do it.
    """
    done = _kept(keep, about)
    waiting = [study for study in studies if _key(study) not in done]
    progress(len(studies) - len(waiting), len(studies))
    chunks = [waiting[at : at + chunk] for at in range(0, len(waiting), chunk)]
    with open(keep, "ab") if keep else nullcontext() as file:
        for some in _performed(chunks, simulate, seed, jobs, dask):
            for replication in some:
                done[_key(replication)] = replication
                if file:
                    file.write(msgspec.json.encode(replication) + b"\n")
            if file:
                file.flush()
            progress(sum(_key(study) in done for study in studies), len(studies))
    return [done[_key(study)] for study in studies]


def _key(study: Study | Replication) -> tuple[str, int, int]:
    return study.scenario, study.n, study.number


def perform(chunk: Sequence[Study], simulate: Simulate, seed: str) -> list[Replication]:
    """Some studies, one after the other."""
    return [
        Replication(
            scenario=study.scenario,
            n=study.n,
            number=study.number,
            seed=study.seed(seed),
            outcomes=outcomes(simulate(study, study.seed(seed))),
        )
        for study in chunk
    ]


def _performed(
    chunks: Sequence[Sequence[Study]], simulate: Simulate, seed: str, jobs: int, dask: str
) -> Iterator[list[Replication]]:
    if not chunks:
        return
    if jobs == 1 and not dask:
        yield from (perform(chunk, simulate, seed) for chunk in chunks)
        return
    from joblib import Parallel, delayed

    with _cluster(dask):
        workers = Parallel(n_jobs=-1 if dask else jobs, return_as="generator_unordered", batch_size=1)
        yield from workers(delayed(perform)(chunk, simulate, seed) for chunk in chunks)


def _cluster(dask: str) -> Any:
    """Where joblib works: on a Dask cluster, where one is named."""
    from joblib import parallel_config

    if not dask:
        return parallel_config(backend="loky", inner_max_num_threads=1)
    from distributed import Client

    try:
        client = Client(dask, timeout="10s", set_as_default=True)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise MachineError(f"--dask: nothing answers at {dask!r} ({error}); start a scheduler there first") from None
    return _Connected(client, parallel_config(backend="dask"))


@attrs.define
class _Connected(AbstractContextManager[None]):
    """A connection to a cluster, and joblib's use of it."""

    client: Any
    use: Any

    def __enter__(self) -> None:
        self.use.__enter__()

    def __exit__(self, *raised: object) -> None:
        self.use.__exit__(*raised)
        self.client.close()


def _kept(keep: Path | None, about: Mapping[str, Any]) -> dict[tuple[str, int, int], Replication]:
    """The studies in a file; a last line that was cut off is taken away, and a new file gets its first line."""
    if keep is None:
        return {}
    first = msgspec.json.encode(dict(about), order="sorted")
    content = keep.read_bytes() if keep.exists() else b""
    whole = content[: content.rfind(b"\n") + 1]
    if not whole:
        keep.parent.mkdir(parents=True, exist_ok=True)
        keep.write_bytes(first + b"\n")
        return {}
    if len(whole) < len(content):
        keep.write_bytes(whole)
    lines = whole.splitlines()
    if lines[0] != first:
        raise VantageError(
            f"--out: {keep} holds studies of something else: {_parted(lines[0], about)}; name a new folder"
        )
    try:
        found = [msgspec.json.decode(line, type=Replication) for line in lines[1:]]
    except msgspec.MsgspecError as error:
        raise VantageError(f"--out: {keep} is damaged ({error}); name a new folder") from None
    return {_key(replication): replication for replication in found}


def _parted(line: bytes, about: Mapping[str, Any]) -> str:
    """Where two descriptions differ, in words."""
    try:
        there = msgspec.json.decode(line, type=dict[str, Any])
    except msgspec.MsgspecError:
        return "its first line can't be read"
    here = msgspec.json.decode(msgspec.json.encode(dict(about)))
    return "; ".join(f"{k} was {there.get(k)}, is {here.get(k)}" for k in here if there.get(k) != here[k]) or "another"
