"""The command `vantage`: finds the command's own module, and turns what people can mend into one message and exit 2."""

import argparse
import gc
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import NoReturn

COMMANDS = {
    "check": "validate protocols and the materials that they name",
    "plan": "print what one session would do",
    "storyboard": "every screen of every cell as pictures in one HTML file",
    "bots": "scripted participants go through a study and say what was not as expected",
    "pilot": "try a study in a window; its data never mix with real ones",
    "run": "a real session",
    "resume": "continue an interrupted session",
    "station": "set a machine up: its name, its studies, and a symbol for the start window",
    "console": "a page that shows every station of the laboratory, live",
    "ledger": "balance and proof of the allocation; slots returned and reserved",
    "pool": "the parts of sessions that nobody can be traced in: held, open, and the rest at a study's end",
    "withdraw": "erase the data of a participant who asks for it",
    "contacts": "names and addresses, which a lab machine can write and not read; who is due for a wave",
    "payments": "open payment codes with their amounts, and the sums",
    "unlock": "the locked logs of a study in the clear, for whoever has a key",
    "purge": "destroy everything of a study on this machine",
    "simulate": "sessions of simulated participants, through the same engine",
    "power": "how often a study's own analysis would find what is there, by simulation",
    "preregister": "hypotheses, design, exclusions and analysis of a study as one hashed document",
    "coding": "blind forms for two coders of what people wrote when asked what they thought",
    "analyze": "from logs to tables, verdicts and a report",
    "export": "a study's data for others, as BIDS, Psych-DS or CSV",
    "doctor": "is this station fit for sessions?",
    "markers": "do this station's devices get their codes, and how soon?",
    "devices": "a device's summaries of blood pressure and heart, put beside the sessions",
    "design": "which acts meet in paired choices: an efficient design, stored and reported on",
    "schema": "JSON Schema of protocols and materials, for editors",
}

UNTOLD = (
    "run",
    "resume",
    "withdraw",
    "unlock",
    "payments",
    "contacts",
    "pool",
    "purge",
)  # whose faults may tell of people


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit code: 0 done, 2 something to mend, 1 a fault of Vantage's own."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    name = arguments[0] if arguments else ""
    if name not in COMMANDS:
        _overview().parse_args(arguments)
        _overview().print_help()
        return 0 if not arguments else 2
    return _command(name, arguments[1:])


def _overview() -> argparse.ArgumentParser:
    lines = "\n".join(f"  {name:<12}{what}" for name, what in COMMANDS.items())
    parser = argparse.ArgumentParser(
        prog="vantage",
        usage="vantage COMMAND ...",
        description="Laboratory studies of action across group lines.",
        epilog=f"commands:\n{lines}\n\nvantage COMMAND --help says more, with an example.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("command", choices=COMMANDS, help=argparse.SUPPRESS, metavar="COMMAND")
    return parser


class _Parser(argparse.ArgumentParser):
    """Says why a protocol that was named may not have been found."""

    def error(self, message: str) -> NoReturn:
        """Refuse the arguments with exit 2."""
        if message.endswith("required: PROTOCOL"):
            message += "; write it first, since an option that takes several values takes all that follow"
        super().error(message)


def _command(name: str, arguments: list[str]) -> int:
    module = import_module(f"runner.commands.{name}")
    parser = _Parser(
        prog=f"vantage {name}",
        description=COMMANDS[name][0].upper() + COMMANDS[name][1:] + ("" if COMMANDS[name].endswith("?") else "."),
        epilog=f"example:\n  {module.EXAMPLE}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    module.add_arguments(parser)
    args = parser.parse_args(arguments)
    args.arguments = arguments
    from runner.errors import DeclarationError, VantageError

    try:
        return int(module.run(args))
    except VantageError as error:
        if getattr(args, "json", False) and isinstance(error, DeclarationError):
            import json

            print(json.dumps({"mistakes": [_plain(m) for m in error.mistakes]}, ensure_ascii=False, indent=1))
        else:
            print(f"vantage {name}: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"vantage {name}: stopped from the keyboard; what was done is kept", file=sys.stderr)
        return 2
    except BrokenPipeError:  # the reader of a pipe went away: nothing to say to anyone
        sys.stderr.close()
        return 0
    except Exception as fault:
        return _report_fault(name, fault)


def _plain(mistake: object) -> object:
    from attrs import asdict

    return asdict(mistake)  # type: ignore[arg-type]


def _report_fault(name: str, fault: BaseException) -> int:
    """A fault of ours: the traceback goes to a file, a sentence to the person."""
    import traceback

    text = _where(fault) if name in UNTOLD else traceback.format_exc()
    report = Path(f"vantage-fault-{name}.txt")
    try:
        report.write_text(text, encoding="utf-8")
        where = f"the report is in {report.resolve()}"
    except OSError:
        where = f"its report could not be written, so here it is:\n{text}"
    print(f"vantage {name}: Vantage itself failed; data on disk are safe; {where}", file=sys.stderr)
    return 1


def _where(fault: BaseException | None) -> str:
    """A traceback without what faults say, in which an answer or a code may stand: no withdrawal finds it there."""
    import traceback

    told: list[str] = []
    while fault is not None:
        told.insert(0, "".join([*traceback.format_tb(fault.__traceback__), f"{type(fault).__qualname__}\n"]))
        fault = fault.__cause__ or (None if fault.__suppress_context__ else fault.__context__)
    return "\n".join(told)


def entry() -> int:
    """The installed command: `main`, and then out, without looking through all that was imported once more."""
    code = main()
    gc.freeze()  # a tenth of the time that `vantage check` takes
    return code


if __name__ == "__main__":
    sys.exit(entry())
