"""`vantage preregister` as people meet it, and what `vantage analyze` makes of its document."""

import hashlib
import re
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROTOCOLS = ROOT / "protocols"
G1 = PROTOCOLS / "frame-and-visibility.yaml"


@pytest.mark.parametrize("protocol", sorted(PROTOCOLS.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_study_can_be_preregistered_and_gives_the_same_bytes(vantage, protocol, tmp_path):
    for name in ("one.md", "other.md"):
        code, out, err = vantage("preregister", protocol, "--n", 200, "--out", tmp_path / name)
        assert (code, err) == (0, "")
    text = (tmp_path / "one.md").read_text(encoding="utf-8")
    assert text == (tmp_path / "other.md").read_text(encoding="utf-8")
    printed = out.splitlines()[-1].split()[0]
    held = re.search(r"^```json\n(.*)\n```$", text, re.MULTILINE)
    assert hashlib.sha256(held[1].encode()).hexdigest() == printed
    assert f"`{printed}`" in text


def test_the_designs_and_lists_are_those_that_a_session_gets(vantage, tmp_path):
    from runner.assignment import levels
    from runner.declarations.protocols import read_protocol

    vantage("preregister", G1, "--out", tmp_path / "p.md")
    text = (tmp_path / "p.md").read_text(encoding="utf-8")
    design = hashlib.sha256((ROOT / "stimuli" / "designs" / "pairs-24.csv").read_bytes()).hexdigest()
    assert f"- Design of paired choices `pairs-24` (SHA-256): `{design}`" in text
    protocol = read_protocol(G1)
    lines = (
        " ".join([str(slot), *(f"{n}={v}" for n, v in levels(protocol, slot).items())]) + "\n" for slot in range(1000)
    )
    listed = hashlib.sha256("".join(lines).encode()).hexdigest()
    assert f"- Allocation list, first 1000 places (SHA-256): `{listed}`" in text


def test_a_word_that_participants_read_changes_the_hash_of_what_they_see(vantage, tmp_path):
    told = []
    for whom in ("Ada", "Bea"):
        study = tmp_path / f"{len(told)}.yaml"
        text = G1.read_text(encoding="utf-8")
        assert "\ndetails: {}\n" in text
        details = f"details: {{contact: {{en: {whom}, de: Ada}}}}"
        study.write_text(text.replace("details: {}", details), encoding="utf-8")
        out = tmp_path / f"{len(told)}.md"
        assert vantage("preregister", study, "--out", out)[0] == 0
        found = re.findall(r"What participants see in (\w+) \(SHA-256\): `(\w+)`", out.read_text(encoding="utf-8"))
        told.append(dict(found))
    assert told[0]["en"] != told[1]["en"]
    assert told[0]["de"] == told[1]["de"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--out", "p.txt"], "--out: wants a file that ends in .md, got 'p.txt'"),
        (["--out", "p.md", "--n", "0"], "--n: wants 1 or more people, got 0"),
        (["--out", "there.md"], "is there already, and a preregistration is never written anew"),
        (["--out", "no/p.md"], "can't be written (No such file or directory); name another file"),
        (["--out", "none.md", "--deviation", "x"], "can't be read"),
        (["--out", "there.md", "--deviation", "x"], "no preregistration that `vantage preregister` wrote"),
        (["--out", "p.md", "--day", "2026-01-31"], "--day: is the day of a deviation"),
        (["--out", "there.md", "--deviation", "x", "--n", "3"], "--deviation: goes with no other option but --day"),
        (["--out", "there.md", "--deviation", "x", "--day", "today"], "--day: wants a date as 2026-01-31, got 'today'"),
    ],
)
def test_what_people_can_mend_is_one_message_and_exit_2(vantage, options, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("there.md").write_text("# Mine\n", encoding="utf-8")
    code, _, err = vantage("preregister", G1, *options)
    assert code == 2
    assert message in err
    assert Path("there.md").read_text(encoding="utf-8") == "# Mine\n"


def test_the_report_finds_the_document_beside_the_protocol_and_tells_each_deviation(vantage, tmp_path):
    study = tmp_path / "taste.yaml"
    shutil.copy(PROTOCOLS / "taste.yaml", study)
    assert vantage("simulate", study, "-n", 4, "--out", tmp_path / "data")[0] == 0

    def report(*options):
        code, _, err = vantage("analyze", study, "--data", tmp_path / "data", "--out", tmp_path / "out", *options)
        assert (code, err) == (0, "")
        return (tmp_path / "out" / "report.html").read_text(encoding="utf-8")

    assert "No preregistration was given" in report()
    beside = tmp_path / "taste.preregistration.md"
    vantage("preregister", study, "--n", 4, "--out", beside)
    assert "Data and analysis match it: nothing differs." in report()
    vantage("preregister", study, "--out", beside, "--deviation", "one question was reworded", "--day", "2026-11-21")
    assert "2026-11-21: one question was reworded" in report()
    other = tmp_path / "other.md"
    vantage("preregister", study, "--n", 9, "--stop", "at nine", "--out", other)
    assert "9 participants were preregistered (stopping rule: at nine); 4 are analysed." in report(
        "--preregistration", other
    )
    study.write_text(study.read_text(encoding="utf-8") + "# changed\n", encoding="utf-8")
    text = report()
    assert "The protocol file was changed: preregistered was " in text
    code, _, err = vantage("analyze", G1, "--data", tmp_path, "--out", tmp_path / "x", "--preregistration", beside)
    assert code == 2
    assert "is of the study 'taste', not of 'frame-and-visibility'; name its own" in err
