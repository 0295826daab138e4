"""The selection as features: routes shaped after OGC API Features Part 1, and downloads that stream.

GDAL and QGIS open `/api/` as it stands. Unlike the map's layers these read the query strictly: what cannot be used is
an error, since nobody would see a remark.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlencode

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from starlette.concurrency import iterate_in_threadpool, run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from geo.api.description import conformance, describe_collection, describe_interface, landing
from geo.api.http import GEOJSON, SECURITY_HEADERS, Answer, Asked, Endpoint, Provide, endpoint, problem
from geo.api.state import AppState
from geo.errors import IncidentMapError, InputError, NotFound
from geo.export import (
    ExportOptions,
    Found,
    collection_members,
    feature,
    with_incidents,
    write_claims_csv,
    write_csv,
    write_geojson,
)
from geo.query import Query

ITEMS = "/api/collections/incidents/items"
DEFAULT_LIMIT, MAX_LIMIT = 100, 2000
OWN_PARAMETERS = frozenset({"limit", "offset", "datetime", "f"})
Writer = Callable[..., Iterator[bytes]]
EXPORTS: dict[str, tuple[Writer, str]] = {
    "geojson": (write_geojson, GEOJSON),
    "csv": (write_csv, "text/csv; charset=utf-8"),
    "claims.csv": (write_claims_csv, "text/csv; charset=utf-8"),
}


def feature_routes(provide: Provide) -> list[Route]:
    """The routes of features and downloads."""
    handlers = {
        "/api": _landing,
        "/api/": _landing,
        "/api/openapi.json": _interface,
        "/api/conformance": _conformance,
        "/api/collections": _collections,
        "/api/collections/incidents": _collection,
        ITEMS: _items,
        ITEMS + "/{id}": _item,
    }
    answers = [Route(path, endpoint(provide, handler)) for path, handler in handlers.items()]
    return [*answers, Route("/api/export.{format:path}", _export(provide))]


def _landing(asked: Asked) -> Answer:
    return Answer(f"landing {asked.base}", lambda: landing(asked.base))


def _interface(asked: Asked) -> Answer:
    media_type = "application/vnd.oai.openapi+json;version=3.0"
    return Answer(f"openapi {asked.base}", lambda: describe_interface(asked.base), media_type)


def _conformance(_asked: Asked) -> Answer:
    return Answer("conformance", conformance)


def _collections(asked: Asked) -> Answer:
    links = [{"rel": "self", "type": "application/json", "href": f"{asked.base}/api/collections"}]
    return Answer(
        f"collections {asked.base}",
        lambda: {"links": links, "collections": [describe_collection(asked.state, asked.base)]},
    )


def _collection(asked: Asked) -> Answer:
    return Answer(f"collection {asked.base}", lambda: describe_collection(asked.state, asked.base))


def _items(asked: Asked) -> Answer:
    query = read_strictly(asked)
    offset, limit = _page(asked)
    key = f"items {asked.base} {query.canonical()} {offset} {limit}"
    return Answer(key, lambda: _item_page(asked, query, offset, limit), GEOJSON)


def _item_page(asked: Asked, query: Query, offset: int, limit: int) -> dict[str, Any]:
    state = asked.state
    rows = state.selector.table_rows(query)
    page = rows[offset : offset + limit]
    options = ExportOptions(query=query.canonical(), restricted=True)  # all that this server shows
    features = [feature(state.dataset, *found, options) for found in rows_of(state, page)]
    return {
        "type": "FeatureCollection",
        **collection_members(state.dataset, options),
        "timeStamp": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "numberMatched": len(rows),
        "numberReturned": len(features),
        "links": _page_links(asked.base, query, offset, limit, len(rows)),
        "features": features,
    }


def rows_of(state: AppState, numbers: NDArray[Any]) -> Iterator[Found]:
    """The table's rows of these numbers, each with its incident."""
    ids = state.dataset.columns["id"].take(pa.array(numbers)).to_pylist()
    return with_incidents(state.dataset, ids, numbers)


def _page_links(base: str, query: Query, offset: int, limit: int, total: int) -> list[dict[str, str]]:
    def link(rel: str, start: int) -> dict[str, str]:
        asked = urlencode([*query.pairs(), ("limit", limit), ("offset", start)])
        return {"rel": rel, "type": GEOJSON, "href": f"{base}{ITEMS}?{asked}"}

    links = [link("self", offset)]
    if offset + limit < total:
        links.append(link("next", offset + limit))
    if offset:
        links.append(link("prev", max(offset - limit, 0)))
    return links


def _item(asked: Asked) -> Answer:
    state = asked.state
    incident = state.dataset.incident(asked.path["id"])
    row = state.selector.index.table_row(incident.id)
    if row is None:
        raise NotFound(f"no incident has the id {incident.id!r} in data version {state.version}")
    return Answer(f"item {asked.base} {incident.id}", lambda: _feature(asked, row), GEOJSON)


def _feature(asked: Asked, row: int) -> dict[str, Any]:
    state = asked.state
    made = feature(state.dataset, *next(rows_of(state, np.array([row]))))
    here = f"{asked.base}{ITEMS}/{quote(made['id'])}"
    collection = f"{asked.base}/api/collections/incidents"
    links = [
        {"rel": "self", "type": GEOJSON, "href": here},
        {"rel": "collection", "type": "application/json", "href": collection},
    ]
    return {**made, "links": links}


def read_strictly(asked: Asked) -> Query:
    """The query of a request to the features; `datetime` (OGC) may stand for `from` and `to`.

    Raises:
        InputError: for an unknown parameter or a value that cannot be used.
    """
    pairs = [pair for pair in asked.pairs if pair[0] not in OWN_PARAMETERS]
    period = asked.one("datetime")
    return Query.parse([*pairs, *(_read_datetime(period) if period else [])], asked.state.names)


def _read_datetime(text: str) -> list[tuple[str, str]]:
    """`2025-11-01`, `2025-11-01T00:00:00Z/2025-12-01` or with `..` for an open end."""
    first, slash, last = text.partition("/")
    ends = (first, last if slash else first)
    pairs = [(name, end.split("T")[0]) for name, end in zip(("from", "to"), ends, strict=True) if end not in ("", "..")]
    if not pairs or "/" in last:
        raise InputError(f"datetime: {text!r} is no date or interval; write 2025-11-01/2025-11-30 or 2025-11-01/..")
    return pairs


def _page(asked: Asked) -> tuple[int, int]:
    numbers = []
    for name, default, least in (("offset", 0, 0), ("limit", DEFAULT_LIMIT, 1)):
        text = asked.one(name)
        if text is not None and not (text.isdigit() and len(text) < 10 and int(text) >= least):
            raise InputError(f"{name}: {text!r} is no whole number of at least {least}")
        numbers.append(int(text) if text is not None else default)
    return numbers[0], min(numbers[1], MAX_LIMIT)


def _export(provide: Provide) -> Endpoint:
    """Streams exactly the selection, a piece at a time."""

    async def respond(request: Request) -> Response:
        try:
            return await run_in_threadpool(_start_export, provide(), request)
        except IncidentMapError as error:
            return problem(error)

    return respond


def _start_export(state: AppState, request: Request) -> Response:
    ending = request.path_params["format"]
    if ending not in EXPORTS:
        raise NotFound(f"no export is called {ending!r}; use one of {', '.join(EXPORTS)}")
    options = frozenset({"coarse", "polygons", "data_version", "include_restricted"})
    query = Query.parse(request.url.query, state.names, ignore=options)
    write, media_type = EXPORTS[ending]
    pieces = write(state.dataset, _ids(state, query), _export_options(request, query))
    name = f"incidents-{state.version}.{ending}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store", **SECURITY_HEADERS}
    return StreamingResponse(iterate_in_threadpool(pieces), media_type=media_type, headers=headers)


def _export_options(request: Request, query: Query) -> ExportOptions:
    asked = request.query_params
    restricted = asked.get("include_restricted") == "true"  # none are there where others can reach the server
    return ExportOptions(query.canonical(), asked.get("polygons") != "false", asked.get("coarse") == "true", restricted)


def _ids(state: AppState, query: Query) -> list[str] | None:
    """Ids of the selection in the table's order; None for all of them."""
    if query.is_all:
        return None
    rows = state.selector.table_rows(query)
    ids: list[str] = state.selector.index.text["id"].take(rows).to_pylist()
    return ids
