"""`/map` and its files: the page that folium made, under a strict policy, and everything it loads from here."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from geo.api.http import SECURITY_HEADERS, Provide, entity_tag, problem
from geo.api.layer_routes import meta
from geo.errors import IncidentMapError
from geo.layers.select import Lru
from geo.render import BASE_MAPS, STATIC_DIR, STATIC_ROUTE, Page, build_page, static_version

PAGES_HELD = 4
FOR_EVER = "public, max-age=31536000, immutable"
MEDIA_TYPES = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".json": "application/json",
    ".png": "image/png",
    ".woff2": "font/woff2",
}
PACKED = (".js", ".css", ".json")


def page_routes(provide: Provide) -> list[Route]:
    """The route of the page itself."""
    pages: Lru[tuple[str, ...], Page] = Lru(PAGES_HELD)

    def map_page(request: Request) -> Response:
        """The map page; `?basemap=` switches a web base map on, and only then may images come from its host."""
        try:
            state = provide()
        except IncidentMapError as error:
            return problem(error)
        asked = request.query_params.get("basemap") or ""
        chosen = asked if asked in BASE_MAPS else ""
        key = (state.version, state.shapes.digest, chosen)
        return _page_answer(request, pages.get(key, lambda: build_page(meta(state), chosen or None)))

    return [Route("/map", map_page)]


def static_route() -> Route:
    """The route of everything that the page loads and that holds no data."""
    return Route(STATIC_ROUTE + "/{version}/{path:path}", static_file)


def _page_answer(request: Request, page: Page) -> Response:
    tag = entity_tag(static_version(), page.html, page.policy)
    headers = {"ETag": tag, "Cache-Control": "no-cache", "Content-Security-Policy": page.policy, **SECURITY_HEADERS}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(page.html, media_type="text/html", headers=headers)


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file as it is sent: `packed` is its gzip form, None where that would save nothing."""

    body: bytes
    packed: bytes | None
    media_type: str


@lru_cache(maxsize=1)
def static_files() -> dict[str, StaticFile]:
    """Every file that a page may load, by path below `static/`; held in memory, so that a page of many is quick."""
    paths = [path for path in STATIC_DIR.rglob("*") if path.suffix in MEDIA_TYPES and path.is_file()]
    return {path.relative_to(STATIC_DIR).as_posix(): _read_static(path) for path in paths}


def _read_static(path: Path) -> StaticFile:
    body = path.read_bytes()
    text = path.suffix in PACKED
    return StaticFile(body, gzip.compress(body, 9, mtime=0) if text else None, MEDIA_TYPES[path.suffix])


async def static_file(request: Request) -> Response:
    """A file of `static/`; its address holds the version, so a browser asks for it once."""
    found = static_files().get(request.path_params["path"])
    if found is None:
        return Response("no such file", status_code=404, media_type="text/plain", headers=SECURITY_HEADERS)
    current = request.path_params["version"] == static_version()
    headers = {"Cache-Control": FOR_EVER if current else "no-cache", "Vary": "Accept-Encoding", **SECURITY_HEADERS}
    if found.packed and "gzip" in request.headers.get("accept-encoding", ""):
        return Response(found.packed, media_type=found.media_type, headers={**headers, "Content-Encoding": "gzip"})
    return Response(found.body, media_type=found.media_type, headers=headers)
