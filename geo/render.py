"""Step 11, the page: folium makes the map, our element adds what fetches and draws the layers.

The page's size does not depend on the data. Every script and style is the app's own, so opening it asks no other
host; folium's one inline script is allowed by its hash, nothing else inline is.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar

import folium
import orjson
from branca.element import Figure, MacroElement
from folium.template import Template

STATIC_DIR = Path(__file__).resolve().parent.parent / "static"
PAGE_TEMPLATE = STATIC_DIR / "map" / "page.html"
STATIC_ROUTE = "/map/static"
MODULES = (
    "main",
    "live",
    "dom",
    "words",
    "net",
    "query",
    "state",
    "theme",
    "base",
    "districts",
    "labels",
    "marks",
    "cells",
    "popup",
    "preview",
    "incident",
    "panel",
    "lists",
    "counts",
    "legend",
    "histogram",
    "periods",
    "frames",
    "playback",
    "keys",
)
CENTRE = (28.6, 65.6)
MIN_ZOOM, MAX_ZOOM = 5, 18
MAP_NAME = "incidents"
BASE_MAPS = {
    "osm": {
        "label": "OpenStreetMap",
        "url": "https://tile.openstreetmap.org/{z}/{x}/{y}.png",
        "host": "https://tile.openstreetmap.org",
        "attribution": "\u00a9 OpenStreetMap contributors",
    }
}


@dataclass(frozen=True, slots=True)
class Page:
    """A map page: its HTML and the content security policy that it runs under."""

    html: str
    policy: str


class IncidentMap(folium.Map):  # type: ignore[misc]
    """A folium map on vendored Leaflet whose styles live in our own sheet."""

    default_js: ClassVar[list[tuple[str, str]]] = []
    default_css: ClassVar[list[tuple[str, str]]] = []
    _template = Template(
        '{% macro html(this, kwargs) %}<div class="folium-map" id="{{ this.get_name() }}"></div>{% endmacro %}'
        "{% macro script(this, kwargs) %}"
        "var {{ this.get_name() }} = L.map({{ this.get_name()|tojson }}, "
        "{center: {{ this.location|tojson }}, crs: L.CRS.{{ this.crs }}, ...{{ this.options|tojavascript }} });"
        "{% endmacro %}"
    )


class IncidentLayers(MacroElement):  # type: ignore[misc]
    """Our element: hands the map and its settings to `static/map/main.js`, which fetches and draws the layers."""

    _template = Template(
        '{% macro html(this, kwargs) %}<script type="application/json" id="map-config">{{ this.config }}</script>'
        '{% for name in this.modules %}<link rel="modulepreload" href="{{ this.static }}/map/{{ name }}.js">'
        '{% endfor %}<script type="module" src="{{ this.static }}/map/main.js"></script>{% endmacro %}'
    )

    def __init__(self, static: str, config: dict[str, Any]) -> None:
        super().__init__()
        self._name = "IncidentLayers"
        self.static = static
        self.modules = MODULES
        # In a data block only "<" can end the script early.
        self.config = orjson.dumps(config).decode().replace("<", "\\u003c")


class PageFigure(Figure):  # type: ignore[misc]
    """The page around the map, from `static/map/page.html`."""

    def __init__(self, static: str) -> None:
        super().__init__()
        self.static = static
        self._template = Template(PAGE_TEMPLATE.read_text(encoding="utf-8"))


def build_page(meta: Mapping[str, Any], base_map: str | None = None) -> Page:
    """The map page.

    Args:
        meta: What is the same for every selection (`geo.api` gives it too); in the page, it saves a request.
        base_map: Key of a web base map in `BASE_MAPS` that the reader has switched on; None asks no other host.
    """
    static = f"{STATIC_ROUTE}/{static_version()}"
    figure = PageFigure(static)
    incidents = IncidentMap(
        location=CENTRE,
        tiles=None,
        zoom_start=6,
        zoom_control=False,
        prefer_canvas=True,
        zoom_snap=0.25,
        attribution_control=False,
        world_copy_jump=False,
    )
    incidents.options |= {"min_zoom": MIN_ZOOM, "max_zoom": MAX_ZOOM}  # folium drops them where there are no tiles
    incidents._id = MAP_NAME  # folium's random ids would make every page, and its policy, a different one
    figure.add_child(incidents)
    layers = IncidentLayers(static, {**_config(incidents, base_map, static), "meta": meta})
    layers._id = MAP_NAME
    incidents.add_child(layers)
    html = figure.render()
    return Page(html, _policy(html, base_map))


def _config(incidents: IncidentMap, base_map: str | None, static: str) -> dict[str, Any]:
    choices = [{"id": key, "label": entry["label"], "host": entry["host"]} for key, entry in BASE_MAPS.items()]
    chosen = {"id": base_map, **BASE_MAPS[base_map]} if base_map in BASE_MAPS else None
    return {"map": incidents.get_name(), "static": static, "baseMaps": choices, "baseMap": chosen}


def _policy(html: str, base_map: str | None) -> str:
    """Own scripts and folium's inline script by hash; images of another host only where the reader chose it."""
    inline = [script for script in re.findall(r"<script>(.*?)</script>", html, flags=re.DOTALL) if script.strip()]
    hashes = " ".join(f"'sha256-{_digest(script)}'" for script in inline)
    hosts = [BASE_MAPS[base_map]["host"]] if base_map in BASE_MAPS else []
    images = " ".join(["'self'", "data:", *hosts])
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' {hashes}",
            "style-src 'self'",
            f"img-src {images}",
            "font-src 'self'",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'self'",
        )
    )


def _digest(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


@lru_cache(maxsize=1)
def static_version() -> str:
    """A hash of everything under `static/`: addresses that contain it can be kept for ever."""
    digest = hashlib.sha256()
    for path in sorted(STATIC_DIR.rglob("*")):
        if path.is_file():
            digest.update(path.relative_to(STATIC_DIR).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
