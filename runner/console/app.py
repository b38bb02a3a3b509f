"""The console as an application: a page, a stream of what changes, and a few things that can be asked for."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from time import time
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from runner.console import asking, pages
from runner.console.asking import RefusedError
from runner.console.board import Board, Part
from runner.console.doors import ENTRANCE, REFUSED, Keys, cookie_of
from runner.console.looking import Looking
from runner.console.words import Words, language, languages
from runner.errors import VantageError

LOOK = 1.0  # seconds between looks at the database
BEAT = 10.0  # seconds between signs of life on a stream
LARGEST = 16 * 1024  # bytes of what a page may send


class Console:
    """The routes, with what they share."""

    def __init__(self, looking: Looking, keys: Keys, entered: Callable[[str], None]) -> None:
        self.board = Board()
        self._looking, self._keys, self._entered = looking, keys, entered
        self.app = Starlette(
            routes=[
                Route("/", self.page),
                Route(ENTRANCE + "{token:path}", self.enter),
                Route("/events", self.events),
                Route("/static/{name}", self.static),
                Route("/groups/{id}/{action}", self.turn, methods=["POST"]),
                Route("/groups/{id}/{action}/{seat:int}", self.turn, methods=["POST"]),
                Route("/incidents", self.keep, methods=["POST"]),
            ],
            exception_handlers={RefusedError: _refused, HTTPException: _not_there, VantageError: _away},
            lifespan=self._life,
        )

    # ---------------------------------------------------------------- pages

    async def page(self, request: Request) -> Response:
        """The page as things stand; the stream brings what follows."""
        cookie = cookie_of(request.headers, self._keys.cookie)
        study = self._looking.protocol.study
        return HTMLResponse(pages.page(study, _language(request), self._keys.proof(cookie), self.board.now()))

    async def enter(self, request: Request) -> Response:
        """The token for a cookie. A page leads on: from elsewhere's link, a strict cookie would not come along."""
        address = request.client.host if request.client else ""
        cookie = self._keys.exchange(request.path_params["token"], address)
        if cookie is None:
            return PlainTextResponse(REFUSED, 403)
        self._entered(address)
        response = HTMLResponse(pages.entrance(_language(request)))
        response.set_cookie(self._keys.cookie, cookie, httponly=True, samesite="strict", path="/")
        return response

    async def static(self, request: Request) -> Response:
        """A file that belongs to the page."""
        name = request.path_params["name"]
        if name not in pages.STATIC:
            raise HTTPException(404)
        return Response(pages.static(name), media_type=pages.STATIC[name])

    async def events(self, request: Request) -> Response:
        """The stream. A page that comes back says which event it got last."""
        last = self.board.number(request.headers.get("last-event-id", ""))
        return StreamingResponse(self._stream(last, _language(request)), media_type="text/event-stream")

    async def _stream(self, last: int, language: str) -> AsyncIterator[str]:
        yield "retry: 2000\n\n"
        while not self.board.closed:
            for part in self.board.after(last):
                yield self._event(part, language)
                last = part.number
            await self.board.wait(last, BEAT)
            yield ":\n\n"

    def _event(self, part: Part, language: str) -> str:
        lines = pages.part(part.name, part.value, language).splitlines() or [""]
        data = "".join(f"data: {line}\n" for line in lines)
        return f"id: {self.board.id(part.number)}\nevent: {part.name}\n{data}\n"

    # ---------------------------------------------------------------- changes

    async def turn(self, request: Request) -> Response:
        """Start, pause, go on, close; or wait for a station no longer."""
        to, body = request.path_params, await _body(request)
        await asyncio.to_thread(asking.turn, self._looking, to["id"], to["action"], to.get("seat"), body)
        return await self._done(request, "changed")

    async def keep(self, request: Request) -> Response:
        """Keep a note."""
        await asyncio.to_thread(asking.keep, self._looking, await _body(request))
        return await self._done(request, "saved")

    async def _done(self, request: Request, key: str) -> Response:
        await self._look()
        return PlainTextResponse(_words(request)[key])

    # ---------------------------------------------------------------- looking

    @asynccontextmanager
    async def _life(self, app: Starlette) -> AsyncIterator[None]:
        await self._look()
        looks = asyncio.create_task(self._keep_looking())
        yield
        looks.cancel()
        with suppress(asyncio.CancelledError):
            await looks

    async def _keep_looking(self) -> None:
        while True:
            await asyncio.sleep(LOOK)
            await self._look()

    async def _look(self) -> None:
        try:
            found: dict[str, Any] = await asyncio.to_thread(self._looking.look)
            await self.board.put({"trouble": 0.0, **found})
            self._fresh = time()
        except VantageError:
            await self.board.put({"trouble": self._fresh})

    _fresh = 0.0  # when the last look succeeded


# ---------------------------------------------------------------- requests and refusals


def _language(request: Request) -> str:
    return language(request.query_params.get("lang", ""), request.headers.get("accept-language", ""))


def _words(request: Request) -> Words:
    return languages()[_language(request)]


async def _body(request: Request) -> bytes:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST:
            raise RefusedError("too_large", 413)
    return body


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, RefusedError)
    return PlainTextResponse(error.said(_words(request)), error.status)


async def _not_there(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return PlainTextResponse(_words(request)["not_there"], error.status_code, error.headers)


async def _away(request: Request, error: Exception) -> Response:
    return PlainTextResponse(_words(request)["away"], 503)
