"""How a route answers: JSON with an ETag, 304 where nothing changed, and one clear line where something is wrong."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import orjson
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from geo.api.state import AppState
from geo.errors import IncidentMapError

JSON = "application/json"
GEOJSON = "application/geo+json"
PROBLEM = "application/problem+json"
SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
CLIENT_GONE = 499

Provide = Callable[[], AppState]
Endpoint = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: the state to answer from, its query parameters and the parts of its path."""

    state: AppState
    pairs: tuple[tuple[str, str], ...]
    path: Mapping[str, str]
    url: str
    base: str

    def one(self, name: str) -> str | None:
        """The value of a parameter; of several, the last."""
        return next((value for key, value in reversed(self.pairs) if key == name and value), None)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a route gives: `key` distinguishes it from other answers of the same data version; `body` is made late.

    A body that isn't bytes is written as JSON.
    """

    key: str
    body: Callable[[], Any]
    media_type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)


def endpoint(provide: Provide, handler: Callable[[Asked], Answer]) -> Endpoint:
    """A Starlette endpoint that answers a GET from the current state, in a worker thread."""

    async def respond(request: Request) -> Response:
        if await request.is_disconnected():  # superseded while it waited for its turn: costs nothing
            return Response(status_code=CLIENT_GONE)
        return await run_in_threadpool(_respond, provide, handler, request)

    return respond


def _respond(provide: Provide, handler: Callable[[Asked], Answer], request: Request) -> Response:
    try:
        state = provide()
        pairs = tuple(parse_qsl(request.url.query, keep_blank_values=True))
        base = str(request.base_url).rstrip("/")
        answer = handler(Asked(state, pairs, request.path_params, str(request.url), base))
        tag = entity_tag(state.version, state.shapes.digest, answer.key)
        if tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers={"ETag": tag, "Cache-Control": "no-cache"})
        body = answer.body()
    except IncidentMapError as error:
        return problem(error)
    headers = {"ETag": tag, "Cache-Control": "no-cache", **SECURITY_HEADERS, **answer.headers}
    content = body if isinstance(body, bytes) else orjson.dumps(body)
    return Response(content, media_type=answer.media_type, headers=headers)


def entity_tag(*parts: str) -> str:
    """A weak ETag: the same parts name the same answer, however it is compressed."""
    digest = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:20]
    return f'W/"{digest}"'


def problem(error: IncidentMapError) -> Response:
    """An error as RFC 9457 problem details: its one line, and the status it stands for."""
    status = error.http_status
    titles = {400: "The request cannot be used", 404: "Not found", 503: "The data cannot be read"}
    body = {"type": "about:blank", "title": titles.get(status, "Error"), "status": status, "detail": str(error)}
    return Response(orjson.dumps(body), status_code=status, media_type=PROBLEM, headers=SECURITY_HEADERS)
