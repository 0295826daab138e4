"""Step 12: selected incidents -> GeoJSON, CSV and geodata files, each row with who said what.

GeoJSON is RFC 7946: WGS84, no `crs`, right-hand rings; a Point for where_prec 1-2, the district polygons for 3 and
5, null otherwise. Writers are generators of bytes, so that a large selection never stands in memory as a whole.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import orjson
import pandas as pd
import shapely

from geo.dataset import Dataset
from geo.models import Claim, Document, Incident
from geo.table import FLAT_COLUMNS
from geo.wording import day_text

LICENSE = "CC BY 4.0"
ATTRIBUTION = (
    "Balochistan incident map; every figure is a claim of the speaker and source named with it. Place coordinates: "
    "GeoNames and UCDP GED (CC BY 4.0). {layer}. Boundaries and names shown imply no endorsement; schematic unless an "
    "official layer is named."
)
SHADED = (3, 5)
POINTED = (1, 2)
CHUNK = 500
CLAIM_COLUMNS = (
    "incident_id",
    "claim_id",
    "field",
    "low",
    "best",
    "high",
    "value",
    "speaker",
    "speaker_camp",
    "stance",
    "said_on",
    "original",
    "origin",
    "document_id",
    "mention_id",
    "publisher",
    "title",
    "url",
    "published",
    "retracted",
)


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """How a selection is written.

    Attributes:
        query: The canonical query string that selected the rows, for citing.
        polygons: District shapes for incidents known to a district only; else null.
        coarse: Points are given as their district, for readers who must not pinpoint a place.
    """

    query: str = ""
    polygons: bool = True
    coarse: bool = False


def select_rows(dataset: Dataset, ids: Sequence[str] | None) -> pd.DataFrame:
    """The table's rows of these ids in their order; all rows for None."""
    return dataset.table if ids is None else dataset.table.set_index("id", drop=False).loc[list(ids)]


def flat_properties(row: Mapping[str, Any]) -> dict[str, Any]:
    """The flat GeoJSON properties of a table row, as JSON types."""
    return {name: _json_value(row[name]) for name in FLAT_COLUMNS}


def _json_value(value: Any) -> Any:
    if isinstance(value, list):
        return value
    if pd.isna(value):
        return None
    if isinstance(value, datetime):
        return value.date().isoformat()
    return value.item() if hasattr(value, "item") else value


def nested_properties(dataset: Dataset, incident: Incident) -> dict[str, Any]:
    """Who is said to have done it, rival places, sources and every claim."""
    return {
        "perpetrators": [
            {"actor": ref.name, "basis": str(ref.basis) if ref.basis else None, "speaker": speaker}
            for ref, speaker in incident.perpetrators
        ],
        "rival_places": [place.as_json() for place in incident.rival_places],
        "sources": [source_json(dataset, document) for document in incident.documents],
        "claims": [claim_json(dataset, claim) for claim in incident.claims],
    }


def source_json(dataset: Dataset, document: Document) -> dict[str, Any]:
    return {
        "document_id": document.id,
        "publisher": dataset.vocabulary.publisher(document.publisher).name,
        "title": document.title,
        "url": document.url,
        "archived_url": document.archived_url,
        "published": document.published.isoformat() if document.published else None,
        "retracted": document.retracted,
    }


def claim_json(dataset: Dataset, claim: Claim) -> dict[str, Any]:
    return {
        **claim.as_json(),
        "document_id": claim.document_id,
        "mention_id": claim.mention_id,
        "speaker_camp": str(dataset.vocabulary.speaker(claim.speaker).camp),
    }


def feature(dataset: Dataset, row: Mapping[str, Any], options: ExportOptions = ExportOptions()) -> dict[str, Any]:
    """One incident as a GeoJSON feature with all its claims."""
    flat = flat_properties(row)
    geometry = _geometry(dataset, row, options)
    nested = nested_properties(dataset, dataset.incident(row["id"]))
    if options.coarse:
        flat, nested = _coarsened(flat, nested)
    return {"type": "Feature", "id": flat["id"], "geometry": geometry, "properties": flat | nested}


def _geometry(dataset: Dataset, row: Mapping[str, Any], options: ExportOptions) -> dict[str, Any] | None:
    pointed = row["where_prec"] in POINTED and not math.isnan(row["lat"])
    if pointed and not options.coarse:
        return {"type": "Point", "coordinates": [round(float(row["lon"]), 5), round(float(row["lat"]), 5)]}
    shaded = row["where_prec"] in SHADED or (options.coarse and row["where_prec"] in POINTED)
    if not (shaded and options.polygons):
        return None
    return _districts_geometry(dataset, tuple(row["districts"]))


def _districts_geometry(dataset: Dataset, names: tuple[str, ...]) -> dict[str, Any] | None:
    shapes = [dataset.layer.shape_of(name) for name in names]
    polygons = [part for shape in shapes if shape is not None for part in shapely.get_parts(shape)]
    if not polygons:
        return None
    oriented = shapely.orient_polygons(polygons)
    shape = oriented[0] if len(oriented) == 1 else shapely.MultiPolygon(list(oriented))
    geometry: dict[str, Any] = orjson.loads(shapely.to_geojson(shape))
    return geometry


def _coarsened(flat: dict[str, Any], nested: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Without anything finer than a district: place names, radius and the words of place claims."""
    if flat["where_prec"] in POINTED:
        flat = flat | {"where_prec": 3, "place": flat["district"], "radius_km": None}
    claims = [claim | _coarse_claim(claim) if claim["field"] == "place" else claim for claim in nested["claims"]]
    rivals = [_coarse_place(place) for place in nested["rival_places"]]
    return flat, nested | {"claims": claims, "rival_places": rivals}


def _coarse_claim(claim: Mapping[str, Any]) -> dict[str, Any]:
    value = _coarse_place(claim["value"]) if claim["value"] else None
    return {"value": value, "original": None, "span": None}


def _coarse_place(place: Mapping[str, Any]) -> dict[str, Any]:
    where = ", ".join(place["districts"]) or place["province"]
    hidden = {"text": where, "name": where, "place_id": None, "lat": None, "lon": None, "radius_km": None}
    return {**place, **hidden, "candidates": [], "where_prec": max(place["where_prec"], 3)}


def collection_members(dataset: Dataset, options: ExportOptions) -> dict[str, Any]:
    """The collection-level members that make an export citable."""
    return {
        "data_version": dataset.version,
        "query": options.query,
        "attribution": ATTRIBUTION.format(layer=dataset.layer.attribution),
        "license": LICENSE,
        "generated": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def write_geojson(
    dataset: Dataset, ids: Sequence[str] | None = None, options: ExportOptions = ExportOptions()
) -> Iterator[bytes]:
    """A FeatureCollection of the incidents, in pieces."""
    head = orjson.dumps({"type": "FeatureCollection", **collection_members(dataset, options)})
    yield head[:-1] + b',"features":[\n'
    pieces = (orjson.dumps(feature(dataset, row, options)) for row in iterate_rows(select_rows(dataset, ids)))
    yield from _joined(pieces, b",\n")
    yield b"\n]}\n"


def iterate_rows(frame: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Rows as mappings, a part of the table at a time."""
    for start in range(0, len(frame), CHUNK):
        yield from frame.iloc[start : start + CHUNK].to_dict("records")


def _joined(pieces: Iterable[bytes], separator: bytes) -> Iterator[bytes]:
    held: list[bytes] = []
    first = True
    for piece in pieces:
        held.append(piece if first else separator + piece)
        first = False
        if len(held) == CHUNK:
            yield b"".join(held)
            held = []
    yield b"".join(held)


def write_csv(
    dataset: Dataset, ids: Sequence[str] | None = None, options: ExportOptions = ExportOptions()
) -> Iterator[bytes]:
    """One line per incident: the flat columns, coordinates, and its sources as `publisher url` pairs."""
    header = (*FLAT_COLUMNS, "lat", "lon", "sources")
    yield _csv_lines([header]).encode("utf-8")
    for row in iterate_rows(select_rows(dataset, ids)):
        item = feature(dataset, row, ExportOptions(options.query, polygons=False, coarse=options.coarse))
        flat = item["properties"]
        lon, lat = item["geometry"]["coordinates"] if item["geometry"] else (None, None)
        sources = " | ".join(" ".join(filter(None, (s["publisher"], s["url"]))) for s in flat["sources"])
        cells = [_csv_cell(flat[name]) for name in FLAT_COLUMNS]
        yield _csv_lines([[*cells, lat, lon, _safe_text(sources)]]).encode("utf-8")


def write_claims_csv(
    dataset: Dataset, ids: Sequence[str] | None = None, options: ExportOptions = ExportOptions()
) -> Iterator[bytes]:
    """One line per claim, with its speaker and source."""
    yield _csv_lines([CLAIM_COLUMNS]).encode("utf-8")
    for row in iterate_rows(select_rows(dataset, ids)):
        item = feature(dataset, row, ExportOptions(options.query, polygons=False, coarse=options.coarse))["properties"]
        sources = {source["document_id"]: source for source in item["sources"]}
        lines = [_claim_cells(item["id"], claim, sources[claim["document_id"]]) for claim in item["claims"]]
        yield _csv_lines(lines).encode("utf-8")


def _claim_cells(incident_id: str, claim: Mapping[str, Any], source: Mapping[str, Any]) -> list[Any]:
    value = claim["value"]
    bounds = value if isinstance(value, dict) and "best" in value else {}
    words = "" if bounds or value is None else value if isinstance(value, str) else orjson.dumps(value).decode()
    parts = {
        **claim,
        **source,
        "incident_id": incident_id,
        "claim_id": claim["id"],
        "value": words,
        **{bound: bounds.get(bound) for bound in ("low", "best", "high")},
    }
    return [_csv_cell(parts[name]) for name in CLAIM_COLUMNS]


def _csv_cell(value: Any) -> Any:
    if isinstance(value, list):
        return _safe_text(" | ".join(map(str, value)))
    return _safe_text(value) if isinstance(value, str) else value


def _safe_text(text: str) -> str:
    """Text that no spreadsheet takes for a formula (CSV injection): a leading = + - @ gets an apostrophe."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _csv_lines(rows: Iterable[Sequence[Any]]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerows(rows)
    return buffer.getvalue()


def citation(dataset: Dataset, url: str, accessed: date) -> str:
    """How a selection is cited: what, which version, where, when."""
    return f"Balochistan incident map, data version {dataset.version}, {url} (accessed {day_text(accessed)})."
