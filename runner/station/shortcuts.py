"""A symbol on the desktop that opens the start window: the lines that differ between operating systems.

Linux is tried by tests. What would be written on Windows and macOS is tested as text only.
"""

import base64
import os
import plistlib
import re
import shlex
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from attrs import frozen

from runner import disk
from runner.errors import MachineError

NAME = "Vantage"  # participants may see the desktop
COMMENT = {"": "Start a session", "de": "Eine Sitzung beginnen"}


@frozen(kw_only=True)
class File:
    """One file to write."""

    path: Path
    content: bytes
    runs: bool = False  # may it be executed?


def command(data: Path) -> list[str]:
    """What the symbol runs: this Python, without a console window, and the start window on this data folder."""
    here = Path(sys.executable)
    silent = here.with_name("pythonw.exe")
    python = silent if sys.platform == "win32" and silent.is_file() else here
    return [str(python), "-m", "runner.cli", "run", "--data", str(data.absolute())]


def talking(python: str = sys.executable) -> str:
    """The Python for a child whose words are listened to: on Windows a windowless one has no voice."""
    path = Path(python)
    return str(path.with_name("python.exe")) if path.name.lower() == "pythonw.exe" else python


def install(data: Path, home: Path | None = None, system: str = sys.platform) -> list[Path]:
    """Make the symbol on the desktop and among the programs; the files that were made."""
    home = home or Path.home()
    try:
        if system == "win32":
            return _make_links(command(data), data.absolute(), home)
        made = files(command(data), data.absolute(), home, system)
        for file in made:
            file.path.parent.mkdir(parents=True, exist_ok=True)
            disk.replace_file(file.path, file.content)
            file.path.chmod(0o755 if file.runs else 0o644)
    except OSError as error:
        raise MachineError(f"shortcut: can't be made ({error}); ask whoever looks after this machine") from None
    return [file.path for file in made]


def remove(home: Path | None = None, system: str = sys.platform) -> list[Path]:
    """Take the symbols away; those that were there. Nothing else is touched."""
    home = home or Path.home()
    try:
        places = _places(home, system)
        if system == "win32":
            places += [Path(folder) / f"{NAME}.lnk" for folder in _run_power(_FOLDERS)]  # wherever they were moved to
        there = [path for path in dict.fromkeys(places) if path.is_file()]
        for path in there:
            path.unlink()
            for folder in path.parents:  # of a macOS bundle
                if f"{NAME}.app" in folder.parts and not any(folder.iterdir()):
                    folder.rmdir()
    except OSError as error:
        raise MachineError(f"shortcut: can't be removed ({error}); delete it by hand") from None
    return there


def files(command: Sequence[str], data: Path, home: Path, system: str) -> list[File]:
    """What is written on Linux and macOS."""
    if system != "darwin":
        content = desktop_entry(command, data).encode()
        return [File(path=path, content=content, runs=True) for path in _places(home, system)]
    script, about = _places(home, system)
    run = f"#!/bin/sh\ncd {shlex.quote(str(data))} && exec {shlex.join(command)}\n"
    return [File(path=script, content=run.encode(), runs=True), File(path=about, content=bundle())]


def _places(home: Path, system: str) -> list[Path]:
    if system == "win32":
        menu = Path(os.environ.get("APPDATA", home / "AppData" / "Roaming"), "Microsoft/Windows/Start Menu/Programs")
        return [home / "Desktop" / f"{NAME}.lnk", menu / f"{NAME}.lnk", home / "Desktop" / f"{NAME}.cmd"]
    if system == "darwin":
        inside = home / "Desktop" / f"{NAME}.app" / "Contents"
        return [inside / "MacOS" / NAME, inside / "Info.plist"]
    shared = Path(os.environ.get("XDG_DATA_HOME") or home / ".local" / "share")
    desktop = _desktop(home)
    menu = shared / "applications" / "vantage.desktop"
    return [menu, *([desktop / "vantage.desktop"] if desktop.is_dir() else [])]


# ---------------------------------------------------------------- Linux


def desktop_entry(command: Sequence[str], data: Path) -> str:
    """The text of a .desktop file, by the Desktop Entry Specification 1.5."""
    words = [("Comment" if not lang else f"Comment[{lang}]", text) for lang, text in COMMENT.items()]
    entries = [
        ("Type", "Application"),
        ("Version", "1.5"),
        ("Name", NAME),
        *words,
        ("Exec", " ".join(_exec_argument(argument) for argument in command)),
        ("Path", str(data)),
        ("Terminal", "false"),
        ("Categories", "Education;Science;"),
        ("StartupNotify", "true"),
    ]
    return "[Desktop Entry]\n" + "".join(f"{key}={_value(text)}\n" for key, text in entries)


def _exec_argument(argument: str) -> str:
    """As Exec wants it: quoted where a character is reserved, and no field codes."""
    plain = argument.replace("%", "%%")
    if re.fullmatch(r"[\w@%+=:,./-]+", plain, re.ASCII):
        return plain
    return '"' + re.sub(r'(["`$\\])', r"\\\1", plain) + '"'


def _value(text: str) -> str:
    """As any value: these characters are written by their escapes."""
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")


def _desktop(home: Path) -> Path:
    """The desktop's folder, whatever it is called in the user's language."""
    try:
        config = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config")
        said = (config / "user-dirs.dirs").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return home / "Desktop"
    found = re.search(r'^XDG_DESKTOP_DIR="(.*)"$', said, re.MULTILINE)
    return Path(found[1].replace("$HOME", str(home))) if found else home / "Desktop"


# ---------------------------------------------------------------- macOS


def bundle() -> bytes:
    """The Info.plist of an application that is a script."""
    said = {
        "CFBundleName": NAME,
        "CFBundleIdentifier": "lab.vantage.desk",
        "CFBundleExecutable": NAME,
        "CFBundlePackageType": "APPL",
        "CFBundleVersion": "1",
        "NSHighResolutionCapable": True,
    }
    return plistlib.dumps(said)


# ---------------------------------------------------------------- Windows


_FOLDERS = "[Environment]::GetFolderPath('Desktop'); [Environment]::GetFolderPath('Programs')"


def _make_links(command: Sequence[str], data: Path, home: Path) -> list[Path]:
    """By Windows' own scripting; where that is forbidden, a file that opens the window with a console beside it."""
    made = _run_power(link_script(command, data))
    if made:
        return [Path(line) for line in made]
    path = home / "Desktop" / f"{NAME}.cmd"
    path.parent.mkdir(parents=True, exist_ok=True)
    disk.replace_file(path, batch(command, data).encode())
    return [path]


def _run_power(script: str) -> list[str]:
    """The lines that a PowerShell script prints; none where it can't be run, or fails."""
    coded = base64.b64encode(script.encode("utf-16-le")).decode()
    asked = ["powershell", "-NoProfile", "-NonInteractive", "-EncodedCommand", coded]
    try:
        done = subprocess.run(asked, capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return []
    return [line for line in done.stdout.splitlines() if line.strip()] if done.returncode == 0 else []


def link_script(command: Sequence[str], data: Path) -> str:
    """PowerShell that makes the links and prints where they are."""
    program, *arguments = command
    return "\n".join(
        (
            "$ErrorActionPreference = 'Stop'",
            "$shell = New-Object -ComObject WScript.Shell",
            f"foreach ($folder in @({_FOLDERS})) {{",
            f"  $link = $shell.CreateShortcut((Join-Path $folder '{NAME}.lnk'))",
            f"  $link.TargetPath = {_power(program)}",
            f"  $link.Arguments = {_power(subprocess.list2cmdline(arguments))}",
            f"  $link.WorkingDirectory = {_power(str(data))}",
            f"  $link.Description = {_power(COMMENT[''])}",
            "  $link.Save()",
            "  $link.FullName",
            "}",
        )
    )


def batch(command: Sequence[str], data: Path) -> str:
    """The text of a .cmd file that does the same."""
    run = subprocess.list2cmdline(command).replace("%", "%%")
    folder = str(data).replace("%", "%%")
    return f'@echo off\r\nchcp 65001 >nul\r\ncd /d "{folder}"\r\nstart "" {run}\r\n'


def _power(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
