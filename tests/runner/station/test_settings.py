import tomllib

import pytest

from runner.errors import DeclarationError
from runner.station import settings
from runner.station.settings import Settings


def test_a_station_without_a_file_has_the_defaults(tmp_path):
    assert settings.read(tmp_path) == Settings()


def test_every_key_is_read_and_tables_are_left_to_others(tmp_path):
    (tmp_path / "station.toml").write_text(
        'ledger = "postgresql://lab"\nstation = "lab-3"\nstudies = ["a", "b"]\nlanguage = "de"\ncodes = "own"\n'
        '[markers]\nserial = "COM3"\n',
        encoding="utf-8",
    )
    wanted = {"ledger": "postgresql://lab", "station": "lab-3", "studies": ("a", "b"), "language": "de", "codes": "own"}
    assert settings.read(tmp_path) == Settings(**wanted)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("station", r"station\.toml: can't be read"),
        ('statoin = "x"', "unknown key 'statoin'; there are ledger, station"),
        ("station = 3", "'station' wants a text in quotes, got 3"),
        ('station = "../x"', "wants letters, digits, blanks"),
        ('station = "-x"', "beginning with a letter or digit"),
        (f'station = "{"x" * 33}"', "at most 32 characters"),
        ('studies = "a"', "'studies' wants folders in quotes"),
        ('studies = ["a", 3]', "'studies' wants folders in quotes"),
        ('codes = "mine"', 'wants "issued" or "own", got \'mine\''),
        ("ledger = 3", "'ledger' wants an address in quotes, got 3"),
    ],
)
def test_a_mistake_is_told_in_one_message(tmp_path, text, message):
    (tmp_path / "station.toml").write_text(text, encoding="utf-8")
    with pytest.raises(DeclarationError, match=message):
        settings.read(tmp_path)


def test_folders_are_absolute_in_the_data_folder_or_beside_it(tmp_path):
    data = tmp_path / "data"
    (data / "inside").mkdir(parents=True)
    found = Settings(studies=("inside", "beside", str(tmp_path / "there"))).folders(data)
    assert found == [data / "inside", tmp_path / "beside", tmp_path / "there"]
    assert Settings().folders(data) == [tmp_path / "protocols"]


def test_writing_changes_what_is_named_and_nothing_else(tmp_path):
    data = tmp_path / "new" / "data"
    settings.write(data, {"station": "lab-3"})
    file = data / "station.toml"
    file.write_text('# ours\nledger = "x"\nstation = "old"\n\n[markers]\nstation = "theirs"\n', encoding="utf-8")
    settings.write(data, {"station": "lab-4", "studies": ('C:\\stu"dies', "ünï")})
    text = file.read_text(encoding="utf-8")
    assert tomllib.loads(text) == {
        "station": "lab-4",
        "studies": ['C:\\stu"dies', "ünï"],
        "ledger": "x",
        "markers": {"station": "theirs"},
    }
    assert "# ours" in text and file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("old", ['studies = [\n "a",\n]\n', '"studies" = ["a"]\n'])
def test_what_can_not_be_changed_line_by_line_is_left_alone(tmp_path, old):
    (tmp_path / "station.toml").write_text(old, encoding="utf-8")
    with pytest.raises(DeclarationError, match="edit it by hand"):
        settings.write(tmp_path, {"studies": ("b",)})
    assert (tmp_path / "station.toml").read_text(encoding="utf-8") == old
