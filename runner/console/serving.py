"""The console on the network: one socket, taken before anything else, and an orderly end."""

import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import BinaryIO

import uvicorn

from runner.console.app import Console
from runner.console.doors import ENTRANCE, Guard, Keys, as_address
from runner.console.looking import Looking
from runner.errors import DeclarationError, MachineError, Mistake


def listen(host: str, port: int) -> socket.socket:
    """The console's place on the network, taken; one message says why it can't be had."""
    if not 0 <= port <= 65535:
        raise _refusal("--port", f"wants a number from 0 (any that is free) to 65535, got {port}")
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (OSError, UnicodeError):
        raise _refusal(
            "--host", f"wants an address of this machine, got {host!r}; leave it out for 127.0.0.1"
        ) from None
    try:
        return socket.create_server((str(address[0]), port), family=family)
    except OverflowError:
        raise _refusal("--port", f"wants a number from 0 to 65535, got {port}") from None
    except OSError as error:
        why = error.strerror or str(error)
        what = "is another console running? Name another --port, or 0 for any that is free"
        raise MachineError(f"{host}:{port} can't be listened at ({why}); {what}") from None


def address(host: str, port: int, keys: Keys) -> str:
    """What is to be opened, once."""
    found = as_address(host)
    if found and found.is_unspecified:
        host = _own_address(found.version)
    name = f"[{host}]" if ":" in host else host
    return f"http://{name}:{port}{ENTRANCE}{keys.token}"


def _own_address(version: int) -> str:
    """This machine's address on its network; nothing is sent to find it."""
    family, elsewhere = (socket.AF_INET, "192.0.2.1") if version == 4 else (socket.AF_INET6, "2001:db8::1")
    with socket.socket(family, socket.SOCK_DGRAM) as asked:
        try:
            asked.connect((elsewhere, 9))
            return str(asked.getsockname()[0])
        except OSError:  # no network
            return "127.0.0.1" if version == 4 else "::1"


def serve(
    place: socket.socket,
    host: str,
    looking: Looking,
    keys: Keys,
    entered: Callable[[str], None],
    attended: BinaryIO | None = None,
) -> None:
    """Serve until somebody stops it from the keyboard, or until whoever attends to it closes or loses the other end of
    a pipe, which is the same on every system; sessions notice nothing of it.
    """
    port = place.getsockname()[1]
    console = Console(looking, keys, entered)
    config = uvicorn.Config(
        Guard(console.app, keys, host.lower(), port),
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # nobody may say that they are somebody else
        ws="none",
        lifespan="on",
        limit_concurrency=200,
        timeout_graceful_shutdown=3,
    )
    server = _Server(config, console)
    if attended:
        threading.Thread(target=server.end_with, args=(attended,), daemon=True).start()
    server.run([place])


class _Server(uvicorn.Server):
    """Ends when it is told to, without raising the signal anew: notes are still to be written."""

    def __init__(self, config: uvicorn.Config, console: Console) -> None:
        super().__init__(config)
        self._console = console

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        known = {name: signal.signal(name, self.handle_exit) for name in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for name, handler in known.items():
                signal.signal(name, handler)

    def end_with(self, attended: BinaryIO) -> None:
        """Wait until there is nothing more to read."""
        while attended.read(1):
            pass
        self.handle_exit(signal.SIGTERM, None)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._console.board.closed = True  # streams end at their next look, a second at most
        super().handle_exit(sig, frame)


def _refusal(where: str, what: str) -> DeclarationError:
    return DeclarationError(Mistake(where, 0, 0, what))
