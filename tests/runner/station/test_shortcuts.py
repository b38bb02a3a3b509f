"""The symbol for the start window: tried on Linux, and on Windows and macOS as the text that would be written."""

import os
import plistlib
import re
import shlex
import subprocess
import sys
import time
from pathlib import Path

import pytest
from Xlib import X, display

from runner.cli import main
from runner.station import settings, shortcuts

AWKWARD = 'a "b" $HOME `id` \\ 100% ünï'  # in a folder's name


@pytest.fixture
def home(tmp_path, monkeypatch):
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def entries(text):
    """Key -> value of a desktop entry, by the Desktop Entry Specification: groups, keys, escapes."""
    lines = text.splitlines()
    assert lines[0] == "[Desktop Entry]" and text.endswith("\n")
    found = {}
    for line in lines[1:]:
        key, equals, value = line.partition("=")
        assert equals and re.fullmatch(r"[A-Za-z0-9-]+(\[[a-z]+\])?", key) and key not in found, line
        assert not re.search(r"\\[^sntr\\]", value.replace("\\\\", "")), line
        found[key] = re.sub(r"\\(.)", lambda m: {"s": " ", "n": "\n", "t": "\t", "r": "\r"}.get(m[1], m[1]), value)
    return found


def arguments(line):
    """The Exec key's arguments: blanks part them, quoted ones are unquoted, %% is one percent sign."""
    found = []
    for quoted, plain in re.findall(r'"((?:[^"\\`$]|\\.)*)"|([^\s"]+)', line):
        assert quoted or not set("\"'\\><~|&;$*?#()`\t\n") & set(plain), plain
        text = re.sub(r"\\(.)", r"\1", quoted) if quoted else plain
        assert not re.search(r"%[^%]", text.replace("%%", "")), text
        found.append(text.replace("%%", "%"))
    return found


@pytest.mark.parametrize("name", ["data", AWKWARD])
def test_a_desktop_entry_follows_the_specification(home, name):
    data = home / name
    found = entries(shortcuts.desktop_entry(shortcuts.command(data), data))
    assert {"Type", "Name", "Exec"} <= set(found)  # required
    assert (found["Type"], found["Name"], found["Terminal"], found["Path"]) == (
        "Application",
        "Vantage",
        "false",
        str(data),
    )
    assert found["Categories"].endswith(";") and found["Comment"] and found["Comment[de]"]
    assert arguments(found["Exec"]) == [sys.executable, "-m", "runner.cli", "run", "--data", str(data)]


def test_installing_makes_the_data_folder_the_settings_and_the_symbols(home, capsys):
    (home / "Desktop").mkdir()
    (home / "studies").mkdir()
    data = home / "lab" / "data"
    code = main(["station", "install", "--data", str(data), "--name", "lab-3", "--studies", str(home / "studies")])
    assert code == 0
    assert settings.read(data) == settings.Settings(station="lab-3", studies=(str(home / "studies"),))
    places = [home / ".local/share/applications/vantage.desktop", home / "Desktop/vantage.desktop"]
    assert all(path.is_file() and os.access(path, os.X_OK) for path in places)
    said = capsys.readouterr().out
    assert all(str(path) in said for path in (*places, data / "station.toml"))
    assert main(["station", "remove", "--data", str(data)]) == 0
    assert not [path for path in places if path.exists()] and data.is_dir()
    assert main(["station", "remove"]) == 0 and "no symbol was there" in capsys.readouterr().out


def test_a_desktop_with_another_name_is_found_and_one_that_is_not_there_is_not_made(home):
    assert len(shortcuts.install(home / "data", home)) == 1 and not (home / "Desktop").exists()
    (home / ".config").mkdir()
    (home / ".config/user-dirs.dirs").write_text('XDG_DESKTOP_DIR="$HOME/Schreibtisch"\n', encoding="utf-8")
    (home / "Schreibtisch").mkdir()
    assert home / "Schreibtisch/vantage.desktop" in shortcuts.install(home / "data", home)


def test_the_symbol_opens_the_window(home, tmp_path):
    data = tmp_path / AWKWARD
    assert main(["station", "install", "--data", str(data)]) == 0
    text = (home / ".local/share/applications/vantage.desktop").read_text(encoding="utf-8")
    found = entries(text)
    process = subprocess.Popen(arguments(found["Exec"]), cwd=found["Path"])
    server = display.Display()
    try:
        end = time.monotonic() + 60
        while "Vantage" not in titles(server):
            assert process.poll() is None and time.monotonic() < end
    finally:
        process.kill()
        process.wait()
        server.close()


def titles(server):
    """The titles of the windows that can be seen."""
    windows = server.screen().root.query_tree().children
    return [window.get_wm_name() for window in windows if window.get_attributes().map_state == X.IsViewable]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (("--name", "../x"), "--name: wants letters, digits, blanks"),
        (("--language", "fr"), "--language: wants en or de, got 'fr'"),
        (("--studies", "/nowhere/at/all"), "--studies: wants folders with protocols, but /nowhere/at/all is none"),
    ],
)
def test_what_can_not_be_installed_is_refused_before_anything_is_written(home, capsys, given, message):
    assert main(["station", "install", "--data", str(home / "data"), *given]) == 2
    assert message in capsys.readouterr().err
    assert not (home / "data").exists() and not (home / ".local").exists()


def test_a_broken_settings_file_is_told_at_the_installation(home, capsys):
    (home / "station.toml").write_text("station = 3\n", encoding="utf-8")
    assert main(["station", "install", "--data", str(home)]) == 2
    assert "'station' wants a text in quotes" in capsys.readouterr().err


# ---------------------------------------------------------------- as text


def test_on_macos_a_small_application_runs_a_script(home):
    data = home / AWKWARD
    script, about = shortcuts.files(shortcuts.command(data), data, home, "darwin")
    assert script.path == home / "Desktop/Vantage.app/Contents/MacOS/Vantage" and script.runs
    said = plistlib.loads(about.content)
    assert said["CFBundleExecutable"] == script.path.name
    assert about.path == home / "Desktop/Vantage.app/Contents/Info.plist"
    first, line = script.content.decode().splitlines()
    assert first == "#!/bin/sh"
    words = shlex.split(line)
    assert words[:2] == ["cd", str(data)] and words[4:] == shortcuts.command(data)


def test_removing_on_macos_takes_the_whole_bundle_away(home):
    shortcuts.install(home / "data", home, "darwin")
    assert len(shortcuts.remove(home, "darwin")) == 2
    assert not (home / "Desktop/Vantage.app").exists() and (home / "Desktop").is_dir()


def test_on_windows_a_link_is_asked_for_in_quotes_that_hold(home):
    data = Path("C:/Lab o'Neill/data")
    script = shortcuts.link_script(["C:\\py thon\\pythonw.exe", "-m", "runner.cli", "run", "--data", str(data)], data)
    assert "$link.TargetPath = 'C:\\py thon\\pythonw.exe'" in script
    assert f"$link.Arguments = '-m runner.cli run --data \"{data}\"'".replace("o'N", "o''N") in script
    assert "GetFolderPath('Desktop')" in script and "GetFolderPath('Programs')" in script
    assert script.count("'") % 2 == 0


def test_on_windows_without_powershell_a_batch_file_does(home, monkeypatch):
    monkeypatch.setenv("PATH", str(home))
    (path,) = shortcuts.install(home / "100% data", home, "win32")
    assert path == home / "Desktop/Vantage.cmd"
    text = path.read_bytes().decode()
    assert text.startswith("@echo off\r\n") and "100%% data" in text and "runner.cli" in text
    assert shortcuts.remove(home, "win32") == [path]


def test_a_windowless_python_is_not_asked_to_talk():
    assert shortcuts.talking("/x/pythonw.exe") == "/x/python.exe"
    assert shortcuts.talking("/x/python3") == "/x/python3"
