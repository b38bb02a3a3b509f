"""The older BIDS validator (npm, bids-validator 1.15) on an export of every study, beside the one that is required.

Needs npm. `python tests/benchmarks/bids_legacy.py` installs the validator into a temporary folder.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from runner import cli

ROOT = Path(__file__).parents[2]
VERSION = "1.15.0"


def problems(told: str) -> tuple[list[str], list[str]]:
    """The codes of errors and of warnings in the older validator's JSON."""
    issues = json.loads(told)["issues"]
    return tuple(sorted({issue["key"] for issue in issues[kind]}) for kind in ("errors", "warnings"))  # type: ignore[return-value]


def main() -> int:
    """Export, validate, print; 1 where an error was found."""
    found = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        install = ["npm", "install", "--silent", "--prefix", str(folder / "npm"), f"bids-validator@{VERSION}"]
        subprocess.run(install, check=True)
        older = folder / "npm/node_modules/.bin/bids-validator"
        newer = Path(sys.executable).with_name("bids-validator-deno")
        print("| study | errors, older | errors, newer | warnings, older |\n|---|---|---|---|")
        for path in sorted((ROOT / "protocols").glob("*.yaml")):
            data, out = folder / "data", folder / "bids" / path.stem
            out.parent.mkdir(exist_ok=True)
            arguments = ["export", str(path), "--data", str(data), "--out", str(out), "--format", "bids"]
            if cli.main(["simulate", str(path), "-n", "2", "--out", str(data)]) or cli.main(arguments):
                raise SystemExit(f"{path.stem} could not be exported")
            errors, warnings = problems(subprocess.run([older, out, "--json"], capture_output=True, text=True).stdout)
            told = json.loads(subprocess.run([newer, out, "--json"], capture_output=True, text=True).stdout)
            new = sorted({i["code"] for i in told["issues"]["issues"] if i["severity"] == "error"})
            print(f"| {path.stem} | {', '.join(errors) or 0} | {', '.join(new) or 0} | {', '.join(warnings) or 0} |")
            found += len(errors)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
