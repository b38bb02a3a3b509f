"""Who is let in: one address to open once, then one cookie; everybody else gets 403, whatever they ask for."""

import hmac
import ipaddress
import secrets
import time
from collections import deque
from collections.abc import Callable

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

ENTRANCE = "/enter/"
PROOF = "x-vantage-proof"  # the header by which our page shows that a change comes from itself
TRIES, WITHIN = 5, 60.0  # wrong tokens from one address, and the seconds after which they are forgotten
ADDRESSES = 1000  # of which wrong tokens are remembered
HEADERS = {
    "content-security-policy": "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
REFUSED = (
    "Open the address that the console printed when it started; it works once.\n"
    "Bitte die Adresse öffnen, die die Konsole beim Start ausgegeben hat; sie gilt einmal.\n"
)


class Keys:
    """The token that lets one browser in, and the cookies of those that are. All of 256 random bits."""

    def __init__(self, port: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.cookie = f"vantage_{port}"  # cookies of one machine's ports are in one jar
        self.token = secrets.token_urlsafe(32)
        self._secret = secrets.token_bytes(32)
        self._inside: list[bytes] = []
        self._wrong: dict[str, deque[float]] = {}
        self._clock = clock

    def exchange(self, token: str, address: str) -> str | None:
        """A cookie for the token, which is then used up; none for another one, or after too many wrong ones."""
        now = self._clock()
        wrong = self._wrong.setdefault(address, deque(maxlen=TRIES))
        if len(wrong) == TRIES and now - wrong[0] < WITHIN:
            return None
        if not _same(token, self.token):
            wrong.append(now)
            while len(self._wrong) > ADDRESSES:
                del self._wrong[next(iter(self._wrong))]
            return None
        self.token = secrets.token_urlsafe(32)
        cookie = secrets.token_urlsafe(32)
        self._inside.append(self._digest("cookie", cookie))
        return cookie

    def known(self, cookie: str) -> bool:
        """Was this one given out? Takes as long for one as for another."""
        digest = self._digest("cookie", cookie)
        found = [hmac.compare_digest(digest, inside) for inside in self._inside]
        return any(found)

    def proof(self, cookie: str) -> str:
        """What the page of a browser with this cookie shows with each change that it asks for."""
        return self._digest("proof", cookie).hex()

    def proves(self, cookie: str, shown: str) -> bool:
        """Is it that?"""
        return _same(shown, self.proof(cookie))

    def _digest(self, what: str, cookie: str) -> bytes:
        return hmac.digest(self._secret, f"{what}/{cookie}".encode("utf-8", "surrogatepass"), "sha256")


class Guard:
    """Stands before the whole application: host, cookie, and where a change comes from."""

    def __init__(self, app: ASGIApp, keys: Keys, host: str, port: int) -> None:
        self._app, self._keys, self._host, self._port = app, keys, host, port

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            return
        headers = Headers(scope=scope)

        async def shielded(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        if self._lets_in(scope, headers):
            await self._app(scope, receive, shielded)
        else:
            await PlainTextResponse(REFUSED, 403)(scope, receive, shielded)

    def _lets_in(self, scope: Scope, headers: Headers) -> bool:
        host = headers.get("host", "")
        if not is_ours(host, self._host, self._port):
            return False
        if scope["method"] == "GET" and scope["path"].startswith(ENTRANCE):
            return True  # the token is looked at there
        cookie = cookie_of(headers, self._keys.cookie)
        if not self._keys.known(cookie):
            return False
        if scope["method"] in ("GET", "HEAD"):
            return True
        here = (
            headers.get("origin") == f"http://{host}" and headers.get("sec-fetch-site", "same-origin") == "same-origin"
        )
        return here and self._keys.proves(cookie, headers.get(PROOF, ""))


def is_ours(said: str, host: str, port: int) -> bool:
    """Is a Host header one by which this console is reached? A name that somebody else gave this machine is not.

    Where it listens at every address, any address in figures will do: only a name can be made to lead here.
    """
    name, colon, number = said.rpartition(":")
    if not colon or number != str(port):
        return False
    name = name.strip("[]").lower()
    if name == host:
        return True
    address = as_address(name)
    if is_loopback(host):
        return name == "localhost" or bool(address and address.is_loopback)
    listens = as_address(host)
    return bool(listens and listens.is_unspecified and address)


def is_loopback(host: str) -> bool:
    """Can only programs of this machine reach it?"""
    address = as_address(host)
    return host == "localhost" or bool(address and address.is_loopback)


def as_address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """An address in figures; None for a name."""
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def cookie_of(headers: Headers, name: str) -> str:
    """A cookie's value, "" when it isn't there."""
    return cookie_parser(headers.get("cookie", "")).get(name, "")


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode("utf-8", "surrogatepass"), other.encode())
