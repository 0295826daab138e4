"""What the interface says of itself: landing page, conformance, the collection, and its parameters (OpenAPI)."""

from __future__ import annotations

from typing import Any

from geo.api.http import GEOJSON, JSON
from geo.api.state import AppState
from geo.query import PARAMETERS

TITLE = "Balochistan incident map"
WORDS = (
    "Incidents of political violence in Balochistan as news reports tell them. Reported incidents, not all incidents; "
    "every figure is a claim of the speaker and source named with it."
)
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
CONFORMS_TO = (
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
)
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
PARAMETER_WORDS = {
    "from": "first day, as 2025-11-01, 2025-11 or 2025",
    "to": "last day",
    "undated": "exclude, include or only; exclude where a date is asked for",
    "bbox": "west,south,east,north in degrees",
    "q": "words that begin words of title, place or publisher",
    "min_killed": "at least so many killed",
    "where_prec_max": "1 exact place to 7 sea or air",
    "disputed": "true or false",
    "limit": "at most so many features",
    "offset": "leave out so many features",
    "datetime": "a day or an interval, as 2025-11-01/2025-11-30",
}


def landing(base: str) -> dict[str, Any]:
    """Where everything is."""
    links = [
        ("self", JSON, "/api/", "This page"),
        ("service-desc", OPENAPI, "/api/openapi.json", "The interface described"),
        ("conformance", JSON, "/api/conformance", "What it conforms to"),
        ("data", JSON, "/api/collections", "The collections"),
        ("alternate", GEOJSON, "/api/export.geojson", "A selection as GeoJSON, streamed"),
        ("alternate", "text/csv", "/api/export.csv", "A selection as CSV, streamed"),
    ]
    return {
        "title": TITLE,
        "description": WORDS,
        "links": [{"rel": rel, "type": kind, "href": base + path, "title": text} for rel, kind, path, text in links],
    }


def conformance() -> dict[str, Any]:
    """The classes of OGC API Features that it is shaped after."""
    return {"conformsTo": list(CONFORMS_TO)}


def describe_collection(state: AppState, base: str) -> dict[str, Any]:
    """The one collection."""
    here = f"{base}/api/collections/incidents"
    links = [("self", JSON, here), ("items", GEOJSON, f"{here}/items")]
    first, last = state.selector.index.date_range
    return {
        "id": "incidents",
        "title": TITLE,
        "description": WORDS,
        "itemType": "feature",
        "crs": [CRS84],
        "extent": {
            "spatial": {"bbox": [list(state.selector.index.bounds or state.shapes.bounds)], "crs": CRS84},
            "temporal": {"interval": [[first and f"{first}T00:00:00Z", last and f"{last}T00:00:00Z"]]},
        },
        "links": [{"rel": rel, "type": kind, "href": href, "title": TITLE} for rel, kind, href in links],
    }


def describe_interface(base: str) -> dict[str, Any]:
    """A small OpenAPI document: enough for a client to know paths and parameters."""
    names = (*PARAMETERS, "limit", "offset", "datetime")
    parameters = [_parameter(name) for name in names]
    key = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
    items = "/api/collections/incidents/items"
    paths = {
        "/api/": _get("The landing page", JSON),
        "/api/conformance": _get("What the interface conforms to", JSON),
        "/api/collections": _get("The collections", JSON),
        "/api/collections/incidents": _get("The collection of incidents", JSON),
        items: _get("Incidents, a page at a time", GEOJSON, parameters),
        items + "/{id}": _get("One incident with all its claims", GEOJSON, [key]),
    }
    info = {"title": TITLE, "version": "1.0", "description": WORDS}
    return {"openapi": "3.0.3", "info": info, "servers": [{"url": base or "/"}], "paths": paths}


def _parameter(name: str) -> dict[str, Any]:
    words = PARAMETER_WORDS.get(name, "an id, a name or an alias; may be repeated")
    return {"name": name, "in": "query", "description": words, "schema": {"type": "string"}}


def _get(words: str, media_type: str, parameters: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    answer = {"200": {"description": words, "content": {media_type: {"schema": {"type": "object"}}}}}
    return {"get": {"summary": words, "parameters": parameters or [], "responses": answer}}
