"""`/map` and its files: the page that folium made, under a strict policy, and everything it loads from here."""

from __future__ import annotations

import mimetypes

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from geo.api.http import SECURITY_HEADERS, entity_tag
from geo.render import BASE_MAPS, STATIC_DIR, STATIC_ROUTE, build_page, static_version

FOR_EVER = "public, max-age=31536000, immutable"
SERVED = frozenset({".js", ".css", ".json", ".png", ".woff2"})
mimetypes.add_type("text/javascript", ".js")
mimetypes.add_type("font/woff2", ".woff2")


def page_routes() -> list[Route]:
    """The routes of the page itself."""
    return [Route("/map", map_page), Route(STATIC_ROUTE + "/{version}/{path:path}", static_file)]


def map_page(request: Request) -> Response:
    """The map page; `?basemap=` switches a web base map on, and only then may images come from its host."""
    chosen = request.query_params.get("basemap")
    page = build_page(chosen if chosen in BASE_MAPS else None)
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
