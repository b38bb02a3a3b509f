import csv
import json
import re
from html.parser import HTMLParser

import attrs
import pytest

from analysis.pipeline import analyze
from analysis.reading.cells import from_csv
from runner.errors import VantageError


@pytest.fixture(scope="module")
def analysed(protocol, person, keep_in, tmp_path_factory):
    """Results, and a folder with `data` and `out`."""
    folder = tmp_path_factory.mktemp("analysed")
    for i in range(48):
        keep_in(folder / "data", person(i, "pipeline", weights={"a_public:mI": 0.3, "a_public:mP": 0.3}).log())
    return analyze(protocol, folder / "data", folder / "out"), folder / "out"


class Addresses(HTMLParser):
    """Everything that a browser would fetch for a page."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attributes):
        self.found += [
            value for name, value in attributes if name in ("src", "href", "data", "srcset", "action", "poster")
        ]
        assert tag not in ("script", "link", "iframe", "object", "embed")


def test_everything_is_written(analysed):
    _, out = analysed
    assert sorted(p.name for p in out.iterdir()) == [
        "codebook.csv",
        "figures",
        "report.html",
        "report.pdf",
        "results.json",
        "tables",
    ]
    figures = {"arms", "flow", "hypotheses", "marginal-means", "motives", "motives-by-attribute", "timing"}
    assert {p.name for p in (out / "figures").iterdir()} == {f"{n}.{e}" for n in figures for e in ("svg", "csv")}
    tables = {p.stem for p in (out / "tables").iterdir()}
    assert {"sessions", "screens", "paired_choice", "scale", "exclusions", "flow", "scores", "people"} <= tables


def test_the_results_are_as_the_commands_promise(analysed):
    results, out = analysed
    written = json.loads((out / "results.json").read_text(encoding="utf-8"))
    assert list(written) == ["blind", "hypotheses", "n_sessions", "excluded", "damaged", "versions", "protocol_hash"]
    wanted = ["id", "verdict", "estimate", "se", "low", "high", "n", "method", "primary"]
    assert all(list(h) == wanted for h in written["hypotheses"])
    assert (written["n_sessions"], written["excluded"], written["protocol_hash"]) == (48, [], "a" * 64)
    pooled = next(h for h in results.hypotheses if h.id == "H11_pool")
    assert pooled.low < pooled.estimate < pooled.high
    assert next(h for h in written["hypotheses"] if h["id"] == "H18c")["verdict"] is None


def test_the_report_needs_nothing_from_outside(analysed):
    _, out = analysed
    text = (out / "report.html").read_text(encoding="utf-8")
    page = Addresses()
    page.feed(text)
    assert page.found
    assert all(
        address.startswith(("data:image/svg+xml;base64,", "data:text/csv;base64,", "#")) for address in page.found
    )
    assert not re.search(r"url\(|@import|https?://", text)


def test_the_report_says_loudly_that_nobody_took_part(analysed):
    _, out = analysed
    text = (out / "report.html").read_text(encoding="utf-8")
    assert '<div class="banner" role="note">Simulated data: nobody took part</div>' in text
    assert "48 people are analysed. With fewer than 150 the tests of motives are weak." in text


def test_a_real_study_has_no_banner_and_a_pilot_has_one(protocol, person, keep, tmp_path):
    for store in ("real", "pilot"):
        keep(person(1, "banner", store=store).log())
        analyze(protocol, tmp_path / "data" / "made-up" / store, tmp_path / store)
    assert 'class="banner"' not in (tmp_path / "real" / "report.html").read_text(encoding="utf-8")
    assert "Pilot data: not for conclusions" in (tmp_path / "pilot" / "report.html").read_text(encoding="utf-8")


def test_every_figure_is_described_for_who_can_not_see_it(analysed):
    _, out = analysed
    alts = re.findall(r'<img [^>]*alt="([^"]*)"', (out / "report.html").read_text(encoding="utf-8"))
    estimates = [alt for alt in alts if alt.startswith("Estimate ")]
    assert len(alts) == 7 + len(estimates)
    drawn = (out / "figures" / "hypotheses.csv").read_text(encoding="utf-8").splitlines()
    assert len(estimates) == len(drawn) - 1 > 0  # one for each part of a tested hypothesis
    assert all(len(alt) > 40 for alt in alts)


def test_what_participants_wrote_is_in_the_tables_and_can_not_be_run(analysed):
    _, out = analysed
    with (out / "codebook.csv").open(encoding="utf-8", newline="") as file:
        types = {r["column"]: r["type"] for r in csv.DictReader(file) if r["table"] == "question"}
    types = {name: "string" if kind == "JSON" else kind for name, kind in types.items()}
    raw = (out / "tables" / "question.csv").read_text(encoding="utf-8")
    assert '"\'=1+1"' in raw and '"=1+1"' not in raw
    answers = from_csv(out / "tables" / "question.csv", types)["response"]
    assert {"None", "NA", "=1+1"} <= set(answers)
    assert not answers.isna().any()


def test_free_text_is_not_in_the_report(protocol, blank, keep, tmp_path):
    one = blank(1)
    words = {"question": "odd", "kind": "words", "text": "Anything odd?", "options": [], "low": 1, "high": 7}
    one.do("probe", "question", words, {"response": "my neighbour Ada", "number": None}, "my neighbour Ada")
    keep(one.log())
    analyze(protocol, tmp_path / "data", tmp_path / "out")
    assert "Ada" not in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


def test_texts_of_a_protocol_can_not_become_markup(protocol, person, keep, tmp_path):
    keep(person(1, "markup").log())
    sly = attrs.evolve(protocol, purpose="<script>alert(1)</script>")
    analyze(sly, tmp_path / "data", tmp_path / "out")
    assert "<script>" not in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


def test_the_same_logs_give_the_same_bytes(analysed, protocol, tmp_path):
    _, out = analysed
    analyze(protocol, out.parent / "data", tmp_path / "again")
    for path in sorted(p for p in out.rglob("*") if p.is_file()):
        assert (tmp_path / "again" / path.relative_to(out)).read_bytes() == path.read_bytes(), path.name


def test_results_are_replaced_whole_and_other_files_left_alone(protocol, person, keep, tmp_path, monkeypatch):
    keep(person(1, "again").log())
    out = tmp_path / "out"
    analyze(protocol, tmp_path / "data", out)
    (out / "notes.txt").write_text("mine", encoding="utf-8")
    (out / "tables" / "old.csv").write_text("from before", encoding="utf-8")
    before = {p: p.read_bytes() for p in out.rglob("*") if p.is_file()}
    with monkeypatch.context() as broken, pytest.raises(OSError, match="no room"):
        broken.setattr("analysis.pipeline.render", _no_room)
        try:
            analyze(protocol, tmp_path / "data", out)
        except VantageError as error:
            raise error.__cause__ from None
    assert {p: p.read_bytes() for p in out.rglob("*") if p.is_file()} == before
    analyze(protocol, tmp_path / "data", out)
    assert not (out / "tables" / "old.csv").exists()
    assert (out / "notes.txt").read_text(encoding="utf-8") == "mine"


def _no_room(*args):
    raise OSError(28, "no room")


def test_a_folder_that_can_not_be_written_to_is_a_clear_error(protocol, person, keep, tmp_path):
    keep(person(1, "file").log())
    (tmp_path / "out").write_text("a file", encoding="utf-8")
    with pytest.raises(VantageError, match="can't be written here"):
        analyze(protocol, tmp_path / "data", tmp_path / "out")


def test_damaged_logs_and_versions_are_in_the_report(protocol, person, keep, tmp_path):
    keep(person(1, "report", protocol_sha256="b" * 64).log())
    keep(person(2, "report").log())
    keep(person(3, "report").log()).write_bytes(b"")
    analyze(protocol, tmp_path / "data", tmp_path / "out")
    text = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "s00003.jsonl" in text and "the log was cut before its head was complete" in text
    assert "The sessions ran with 2 versions of the protocol: " in text


def test_a_study_of_one_unfinished_session_still_gets_a_report(protocol, blank, keep, tmp_path):
    one = blank(1)
    one.do("consent", "consent", {}, None)
    keep(one.log("unfinished"))
    results = analyze(protocol, tmp_path / "data", tmp_path / "out")
    assert [row["rule"] for row in results.excluded] == ["E4"]
    assert (tmp_path / "out" / "report.html").exists()


def test_the_codebook_has_every_column_of_every_written_table(analysed):
    _, out = analysed
    with (out / "codebook.csv").open(encoding="utf-8", newline="") as file:
        book = list(csv.DictReader(file))
    for path in (out / "tables").glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            header = next(csv.reader(file))
        rows = [row for row in book if row["table"] == path.stem]
        assert [row["column"] for row in rows] == header, path.stem
        types = {row["column"]: "string" if row["type"] == "JSON" else row["type"] for row in rows}
        assert len(from_csv(path, types)) == int(rows[0]["n"])
    assert not [row for row in book if not row["doc"]]


def test_the_sessions_say_who_is_analysed(protocol, person, keep, tmp_path):
    keep(person(1, "who").log())
    keep(person(2, "who").log("unfinished"))
    analyze(protocol, tmp_path / "data", tmp_path / "out")
    with (tmp_path / "out" / "tables" / "sessions.csv").open(encoding="utf-8", newline="") as file:
        rows = [(row["session"], row["analysed"], row["rule"]) for row in csv.DictReader(file)]
    assert rows == [("s00001", "true", ""), ("s00002", "false", "E4")]


def test_the_ends_of_intervals_have_three_digits(analysed):
    _, out = analysed
    text = (out / "report.html").read_text(encoding="utf-8")
    assert re.search(r"95 % interval \u2212?\d\.\d{3} to \u2212?\d\.\d{3}, SE", text)
    assert not re.search(r"95 % interval \u2212?\d\.\d\d to", text)


def test_a_predictor_measured_after_the_treatment_is_noted(protocol, person, keep, tmp_path):
    for i in range(24):
        one = person(i, "late")
        one.scale("state", "privilege_awareness", "", [one.random.randint(1, 7) for _ in range(3)])
        for scale in ("prejudice", "stereotypes"):
            one.scale("trait", scale, "", [one.random.randint(1, 7) for _ in range(3)])
        keep(one.log())
    analyze(attrs.evolve(protocol, hypotheses=("H1f",)), tmp_path / "data", tmp_path / "out")
    text = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "Predictor measured after the treatment: awareness of privilege." in text
