"""`/api/layers/...` and `/api/incidents/{id}`: what the map page fetches, a few kilobytes an answer.

These read the query leniently: what cannot be used is left out and said in `problems`, so that the rest of the page
works.
"""

from __future__ import annotations

from typing import Any

from starlette.routing import Route

from geo.api.chips import chip_words
from geo.api.http import GEOJSON, Answer, Asked, Provide, endpoint
from geo.api.state import AppState
from geo.api.towns import towns_json
from geo.errors import InputError
from geo.layers import (
    Cells,
    ListRequest,
    build_histogram,
    count_selection,
    district_numbers,
    facet_counts,
    find_cells,
    list_incidents,
)
from geo.layers.cells import single_flags, snapped_key
from geo.layers.counts import FACETS
from geo.layers.select import Lru
from geo.query import PARAMETERS, BBox, Query, read_bbox

CELL_ANSWERS = 512
DECIMALS = 5


def layer_routes(provide: Provide) -> list[Route]:
    """The routes of the layers."""
    cells: Lru[tuple[Any, ...], dict[str, Any]] = Lru(CELL_ANSWERS)
    handlers = {
        "/api/layers/meta": _meta,
        "/api/layers/version": _version,
        "/api/layers/cells": lambda asked: _cells(asked, cells),
        "/api/layers/frame": lambda asked: _frame(asked, cells),
        "/api/layers/districts": _districts,
        "/api/layers/districts.geojson": _district_shapes,
        "/api/layers/towns": _towns,
        "/api/layers/histogram": _histogram,
        "/api/layers/counts": _counts,
        "/api/layers/facets": _facets,
        "/api/layers/list": _list,
        "/api/incidents/{id}": _incident,
    }
    return [Route(path, endpoint(provide, handler)) for path, handler in handlers.items()]


def read_query(asked: Asked) -> tuple[Query, list[str]]:
    """The query among a request's parameters, and what of it could not be used."""
    pairs = [(name, value) for name, value in asked.pairs if name in PARAMETERS]
    query, problems = Query.parse_lenient(pairs, asked.state.names)
    return query, list(problems)


def _meta(asked: Asked) -> Answer:
    return Answer("meta", lambda: meta(asked.state))


def _version(asked: Asked) -> Answer:
    """The newest data version: an open map asks for it every second."""
    return Answer("version", lambda: {"data_version": asked.state.version})


def meta(state: AppState) -> dict[str, Any]:
    """What is the same for every selection: words and letters of types, colours of parties, what the data covers."""
    index = state.selector.index
    types = state.dataset.vocabulary.event_types
    return {
        "data_version": state.version,
        "data_to": index.data_to,
        "n_incidents": index.n_rows,
        "n_publishers": state.n_publishers,
        "event_types": {
            code: {"label": entry.label, "letter": entry.letter, "group": entry.colour_group}
            for code, entry in types.items()
        },
        "type_order": list(index.event_type.values),
        "perpetrator_order": list(index.perpetrator.values),
        "perpetrators": [
            {"id": value, "label": state.names.label("perpetrator", value)} for value in index.top_perpetrators
        ],
        "districts": dict(state.shapes.labels),
        "bounds": state.shapes.bounds,
        "boundaries": state.shapes.caption,
        "correction_address": state.settings.get("correction_address", ""),
        "problems": list(state.dataset.problems),
    }


def _cells(asked: Asked, held: Lru[tuple[Any, ...], dict[str, Any]]) -> Answer:
    query, _ = read_query(asked)
    zoom, view = _whole(asked, "z", 6), _box(asked, "view")
    key = (asked.state.version, query.canonical(), *snapped_key(zoom, view))
    return Answer(f"cells {key}", lambda: held.get(key, lambda: cells_json(asked.state, query, zoom, view)))


def _frame(asked: Asked, held: Lru[tuple[Any, ...], dict[str, Any]]) -> Answer:
    """All that one picture of a playback shows, in one answer."""
    cells = _cells(asked, held)
    query, _ = read_query(asked)

    def body() -> dict[str, Any]:
        selector = asked.state.selector
        return {
            "cells": cells.body(),
            "counts": count_selection(selector, query).as_json(),
            "districts": district_numbers(selector, query),
        }

    return Answer(f"frame {cells.key}", body)


def cells_json(state: AppState, query: Query, zoom: int, box: BBox | None) -> dict[str, Any]:
    """Clusters and single incidents, in lists rather than objects to keep the answer small."""
    index = state.selector.index
    cells = find_cells(index, state.selector.mask(query), zoom, box)
    return {
        "box": [round(number, DECIMALS) for number in cells.box],
        "clusters": cells.clusters,
        "points": _points(state, cells),
    }


def _points(state: AppState, cells: Cells) -> list[list[Any]]:
    """(lon, lat, id, event type code, perpetrator code, flags, radius in km) of each single incident."""
    index, rows = state.selector.index, cells.singles
    ids = index.text["id"].take(index.row[rows]).to_pylist()
    columns = (
        index.lon[rows].astype(float).round(DECIMALS).tolist(),
        index.lat[rows].astype(float).round(DECIMALS).tolist(),
        ids,
        index.event_type.codes[rows].tolist(),
        index.perpetrator.codes[rows].tolist(),
        single_flags(index, rows).tolist(),
        index.radius[rows].astype(float).round(1).tolist(),
    )
    return [list(point) for point in zip(*columns, strict=True)]


def _districts(asked: Asked) -> Answer:
    query, _ = read_query(asked)
    return Answer(
        f"districts {query.canonical()}", lambda: {"districts": district_numbers(asked.state.selector, query)}
    )


def _district_shapes(asked: Asked) -> Answer:
    return Answer("shapes", lambda: asked.state.shapes.geojson, GEOJSON)


def _towns(_asked: Asked) -> Answer:
    return Answer("towns", towns_json)


def _histogram(asked: Asked) -> Answer:
    query, _ = read_query(asked)
    plain = query.without("from", "to", "undated")
    return Answer(
        f"histogram {plain.canonical()}",
        lambda: build_histogram(asked.state.selector, plain, asked.state.colour_groups).as_json(),
    )


def _counts(asked: Asked) -> Answer:
    query, problems = read_query(asked)
    return Answer(f"counts {query.canonical()} {problems}", lambda: counts_json(asked.state, query, problems))


def counts_json(state: AppState, query: Query, problems: list[str]) -> dict[str, Any]:
    """The counts that partition the selection, the query as chips, and what of it could not be used."""
    return {
        "query": query.canonical(),
        "problems": problems,
        "counts": count_selection(state.selector, query).as_json(),
        "chips": [
            {"parameter": parameter, "value": value, "words": chip_words(state.names, parameter, value)}
            for parameter, value in query.pairs()
        ],
        "from": query.date_from.isoformat() if query.date_from else None,
        "to": query.date_to.isoformat() if query.date_to else None,
    }


def _facets(asked: Asked) -> Answer:
    query, _ = read_query(asked)
    return Answer(f"facets {query.canonical()}", lambda: _facet_lists(asked.state, query))


def _facet_lists(state: AppState, query: Query) -> dict[str, Any]:
    found = {name: facet_counts(state.selector, query, name) for name in FACETS}
    return {
        name: [
            {"value": value, "label": state.names.label(name, value), "count": number}
            for value, number in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        ]
        for name, counts in found.items()
    }


def _list(asked: Asked) -> Answer:
    query, _ = read_query(asked)
    request = ListRequest(
        part=asked.one("part") or "all",
        district=asked.one("in_district"),
        box=_box(asked, "box"),
        offset=_whole(asked, "offset", 0),
        limit=_whole(asked, "limit", 50),
    )
    return Answer(f"list {query.canonical()} {request}", lambda: list_incidents(asked.state.selector, query, request))


def _incident(asked: Asked) -> Answer:
    details = asked.state.details(asked.path["id"])
    return Answer(f"incident {details['id']}", lambda: details)


def _whole(asked: Asked, name: str, default: int) -> int:
    text = asked.one(name)
    if text is None:
        return default
    if not text.isdigit() or len(text) > 9:
        raise InputError(f"{name}: {text!r} is no whole number")
    return int(text)


def _box(asked: Asked, name: str) -> BBox | None:
    text = asked.one(name)
    return read_bbox(name, text) if text else None
