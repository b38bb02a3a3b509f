"""What tests of the whole tree share."""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def tracked() -> list[Path]:
    """Every file that is in the repository, or would be with the next commit."""
    # A checkout made by another user, as in a container, is still this one.
    listing = ("git", "-c", "safe.directory=*", "ls-files", "--cached", "--others", "--exclude-standard", "-z")
    names = subprocess.run(listing, cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\0")
    return [ROOT / name for name in names if name and (ROOT / name).exists()]
