"""Who may have an answer: every route stands behind the same check, so that none can forget it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import orjson
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, Route
from starlette.types import Receive, Scope, Send

from geo.api.http import PROBLEM, SECURITY_HEADERS, problem
from geo.errors import NotFound

MayRead = Callable[[HTTPConnection], bool]
REFUSED = {
    "type": "about:blank",
    "title": "Reading needs a login",
    "status": 401,
    "detail": "sign in at the app's start page, or send a token: Authorization: Bearer TOKEN",
}


def everybody(_asked: HTTPConnection) -> bool:
    """Open reading."""
    return True


class Guarded(BaseRoute):
    """A route that answers only who may read, whatever the method."""

    def __init__(self, route: Route, may_read: MayRead) -> None:
        self.route = route
        self.path = route.path  # as Streamlit looks at it
        self._may_read = may_read

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        match, child = self.route.matches(scope)
        return (Match.FULL if match is Match.PARTIAL else match), child  # of any method, lest another route takes it

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._may_read(HTTPConnection(scope)):
            await self.route.handle(scope, receive, send)
        else:
            await _refusal()(scope, receive, send)


def guarded(routes: Iterable[Route], may_read: MayRead) -> list[BaseRoute]:
    """These routes behind the check, and below `/api/` nothing else."""
    return [Guarded(route, may_read) for route in (*routes, Route("/api/{rest:path}", _unknown))]


def _refusal() -> Response:
    headers = {"WWW-Authenticate": "Bearer", "Cache-Control": "no-store", **SECURITY_HEADERS}
    return Response(orjson.dumps(REFUSED), 401, headers, PROBLEM)


async def _unknown(request: Request) -> Response:
    """What no route answers; else Streamlit would send its own page for it."""
    return problem(NotFound(f"there is nothing at {request.url.path}; /api/ tells what there is"))
