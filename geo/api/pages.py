"""`/map` and its files: the page that folium made, under a strict policy, and everything it loads from here."""

from __future__ import annotations

import mimetypes

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from geo.api.http import SECURITY_HEADERS, Provide, entity_tag, problem
from geo.api.layer_routes import meta
from geo.errors import IncidentMapError
from geo.layers.select import Lru
from geo.render import BASE_MAPS, STATIC_DIR, STATIC_ROUTE, Page, build_page, static_version

PAGES_HELD = 4
FOR_EVER = "public, max-age=31536000, immutable"
SERVED = frozenset({".js", ".css", ".json", ".png", ".woff2"})
mimetypes.add_type("text/javascript", ".js")
mimetypes.add_type("font/woff2", ".woff2")


def page_routes(provide: Provide) -> list[Route]:
    """The routes of the page itself."""
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

    return [Route("/map", map_page), Route(STATIC_ROUTE + "/{version}/{path:path}", static_file)]


def _page_answer(request: Request, page: Page) -> Response:
    tag = entity_tag(static_version(), page.html, page.policy)
    headers = {"ETag": tag, "Cache-Control": "no-cache", "Content-Security-Policy": page.policy, **SECURITY_HEADERS}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(page.html, media_type="text/html", headers=headers)


def static_file(request: Request) -> Response:
    """A file of `static/`; its address holds the version, so a browser asks for it once."""
    path = (STATIC_DIR / request.path_params["path"]).resolve()
    inside = path.is_relative_to(STATIC_DIR) and path.suffix in SERVED and path.is_file()
    if not inside:
        return Response("no such file", status_code=404, media_type="text/plain", headers=SECURITY_HEADERS)
    current = request.path_params["version"] == static_version()
    return FileResponse(path, headers={"Cache-Control": FOR_EVER if current else "no-cache", **SECURITY_HEADERS})
