"""Step 12: selected incidents -> GeoJSON, CSV and geodata files, each row with who said what.

GeoJSON is RFC 7946: WGS84, no `crs`, right-hand rings; a Point for where_prec 1-2, the district polygons for 3 and
5, null otherwise. Writers are generators of bytes, so that a large selection never stands in memory as a whole.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import lru_cache
from itertools import islice
from typing import Any

import orjson
import shapely
from numpy.typing import NDArray

from geo.dataset import Dataset
from geo.district_layers import DistrictLayer
from geo.models import (
    ActorRef,
    Claim,
    CountRange,
    DataSet,
    DateRange,
    Document,
    Incident,
    Mention,
    Place,
    value_as_json,
)
from geo.restricted import open_ids, told
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
ROW_COLUMNS = (*FLAT_COLUMNS, "lat", "lon")  # what a feature takes of a row of the table
LICENCE_COLUMN = "licence"  # of files that hold rows of restricted data sets
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


Found = tuple[dict[str, Any], Incident]  # a row of the table and its incident


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """How a selection is written.

    Attributes:
        query: The canonical query string that selected the rows, for citing.
        polygons: District shapes for incidents known to a district only; else null.
        coarse: Points are given as their district, for readers who must not pinpoint a place.
        restricted: Whether rows of data sets that may not be passed on are written, with their licence.
    """

    query: str = ""
    polygons: bool = True
    coarse: bool = False
    restricted: bool = False


def select_rows(dataset: Dataset, ids: Sequence[str] | None, options: ExportOptions) -> Iterator[Found]:
    """The table's rows of these ids in their order, or all rows for None, each with its incident; a few at a time.

    What may not be passed on is left out unless it is asked for.
    """
    ids = ids if options.restricted else open_ids(dataset, ids)
    return with_incidents(dataset, ids, None if ids is None else dataset.row_numbers(ids))


def with_incidents(dataset: Dataset, ids: Sequence[str] | None, numbers: NDArray[Any] | None) -> Iterator[Found]:
    """The table's rows of these ids, which have these numbers, each with its incident; all of them for None."""
    return zip(dataset.rows(numbers, ROW_COLUMNS), dataset.each(ids), strict=True)


def nested_properties(dataset: Dataset, incident: Incident) -> dict[str, Any]:
    """Who is said to have done it, rival places, sources, every claim, and the reports that are of this incident.

    With them an import gives the same incidents again (`geo.importers.exported`).
    """
    camps = dataset.camps
    return {
        "perpetrators": [
            {"actor": ref.name, "basis": ref.basis, "speaker": speaker} for ref, speaker in incident.perpetrators
        ],
        "rival_places": [place.as_json() for place in incident.rival_places],
        "sources": [source_json(dataset, document) for document in incident.documents],
        "claims": [claim_json(claim, camps[claim.speaker]) for claim in incident.claims],
        "mentions": [mention_json(mention) for mention in incident.mentions],
        "related": list(incident.related),
    }


def mention_json(mention: Mention) -> dict[str, Any]:
    """A document's account of the incident: part of what was said, and no figure."""
    return {
        "id": mention.id,
        "document_id": mention.document_id,
        "role": mention.role,
        "trigger": mention.trigger.as_json() if mention.trigger else None,
        "campaign": mention.campaign,
        "reviewed": mention.reviewed,
    }


def source_json(dataset: Dataset, document: Document) -> dict[str, Any]:
    return {
        "document_id": document.id,
        "publisher": dataset.vocabulary.publisher(document.publisher).name,
        "title": document.title,
        "url": document.url,
        "archived_url": document.archived_url,
        "published": document.published,
        "language": document.language,
        "retracted": document.retracted,
        **(_of_data_set(dataset, document) if document.dataset else {}),
    }


def _of_data_set(dataset: Dataset, document: Document) -> dict[str, Any]:
    """What belongs to the row of a data set: its licence, how to cite it, and the sources that the row names."""
    found = dataset.sets.get(document.dataset or "")
    licence = {"licence": found.licence, "citation": found.citation} if found else {}
    return {"dataset": document.dataset, **licence, "cites": [cited.as_json() for cited in document.cites]}


def claim_json(claim: Claim, camp: str) -> dict[str, Any]:
    """A claim as an export has it: `Claim.as_json`, where it was said, and the speaker's camp; in one go, for speed.

    Days, codes and tuples are left to orjson, which writes them as text and lists.
    """
    span, named, value = claim.span, claim.speaker_span, claim.value
    plain: Callable[[Any], Any] = _JSON.get(type(value), value_as_json)
    return {
        "id": claim.id,
        "field": claim.field,
        "original": claim.original,
        "span": [span.start, span.end] if span else None,
        "value": plain(value),
        "speaker": claim.speaker,
        "speaker_span": [named.start, named.end] if named else None,
        "stance": claim.stance,
        "origin": claim.origin,
        "said_on": claim.said_on,
        "document_id": claim.document_id,
        "mention_id": claim.mention_id,
        "speaker_camp": camp,
    }


def _date_json(value: DateRange) -> dict[str, Any]:
    """`DateRange.as_json`, with days."""
    return {"first": value.first, "last": value.last, "prec": value.prec}


# What else there is, `value_as_json` does.
_JSON: Mapping[type, Callable[[Any], Any]] = {
    CountRange: CountRange.as_json,
    DateRange: _date_json,
    Place: Place.as_json,
    ActorRef: ActorRef.as_json,
}


def feature(
    dataset: Dataset, row: Mapping[str, Any], incident: Incident, options: ExportOptions = ExportOptions()
) -> dict[str, Any]:
    """One incident as a GeoJSON feature with all its claims; days are `date` and codes enums, as orjson takes them.

    Args:
        row: Its row of the table, the `ROW_COLUMNS` of it.
    """
    geometry = _geometry(dataset, row, options)
    flat = dict(row)
    del flat["lat"], flat["lon"]
    nested = nested_properties(dataset, incident)
    if options.coarse:
        flat, nested = _coarsened(flat, nested)
    flat.update(nested)
    return {"type": "Feature", "id": flat["id"], "geometry": geometry, "properties": flat}


def _geometry(
    dataset: Dataset, row: Mapping[str, Any], options: ExportOptions
) -> dict[str, Any] | orjson.Fragment | None:
    pointed = row["where_prec"] in POINTED and row["lat"] is not None
    if pointed and not options.coarse:
        return {"type": "Point", "coordinates": [round(float(row["lon"]), 5), round(float(row["lat"]), 5)]}
    shaded = row["where_prec"] in SHADED or (options.coarse and row["where_prec"] in POINTED)
    if not (shaded and options.polygons):
        return None
    return _districts_geometry(dataset.layer, tuple(row["districts"]))


@lru_cache(maxsize=2048)
def _districts_geometry(layer: DistrictLayer, names: tuple[str, ...]) -> orjson.Fragment | None:
    """Written out once for all incidents of the same districts."""
    shapes = [layer.shape_of(name) for name in names]
    polygons = [part for shape in shapes if shape is not None for part in shapely.get_parts(shape)]
    if not polygons:
        return None
    oriented = shapely.orient_polygons(polygons)
    shape = oriented[0] if len(oriented) == 1 else shapely.MultiPolygon(list(oriented))
    return orjson.Fragment(shapely.to_geojson(shape))


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
        **_data_set_members(dataset, options),
    }


def _data_set_members(dataset: Dataset, options: ExportOptions) -> dict[str, Any]:
    """The data sets that rows may be of, each under its own licence, and how many incidents were left out."""
    sets = [found for found in dataset.sets.values() if found.redistribute or options.restricted]
    left_out = dataset.left_out + (0 if options.restricted else len(dataset.restricted))
    members: dict[str, Any] = {"data_sets": [_data_set_json(found) for found in sets]} if sets else {}
    return members | ({"restricted_left_out": left_out, "note": told(left_out)} if left_out else {})


def _data_set_json(found: DataSet) -> dict[str, Any]:
    return {
        "id": found.id,
        "name": found.name,
        "speaker": found.speaker,
        "licence": found.licence,
        "licence_text": found.licence_text,
        "citation": found.citation,
        "redistribute": found.redistribute,
        "whole": found.whole,
        "url": found.url,
    }


def licence_of(dataset: Dataset, incident: Incident) -> str:
    """The licences of the data sets whose rows an incident holds, in their own words."""
    keys = sorted({document.dataset for document in incident.documents if document.dataset})
    found = (dataset.sets.get(key) for key in keys)
    return " | ".join(f"{each.name}: {each.licence_text}" for each in found if each)


@dataclass(frozen=True, slots=True)
class Form:
    """How a format is written: what stands before, between and after the incidents, and each of them.

    Called with a data set, ids (None for all) and options it gives the file in pieces.
    """

    head: Callable[[Dataset, ExportOptions], bytes]
    item: Callable[[Dataset, Found, ExportOptions], bytes]
    between: bytes = b""
    tail: bytes = b""

    def __call__(
        self, dataset: Dataset, ids: Sequence[str] | None = None, options: ExportOptions = ExportOptions()
    ) -> Iterator[bytes]:
        yield self.head(dataset, options)
        before = b""
        found = select_rows(dataset, ids, options)
        while part := list(islice(found, CHUNK)):
            yield before + self.items(dataset, part, options)
            before = self.between
        yield self.tail

    def items(self, dataset: Dataset, found: Iterable[Found], options: ExportOptions) -> bytes:
        """Some incidents, as they stand in the file."""
        return self.between.join([self.item(dataset, each, options) for each in found])


def _geojson_head(dataset: Dataset, options: ExportOptions) -> bytes:
    head = orjson.dumps({"type": "FeatureCollection", **collection_members(dataset, options)})
    return head[:-1] + b',"features":[\n'


def _geojson_item(dataset: Dataset, found: Found, options: ExportOptions) -> bytes:
    return orjson.dumps(feature(dataset, *found, options))


def _csv_head(_dataset: Dataset, options: ExportOptions) -> bytes:
    licence = [LICENCE_COLUMN] if options.restricted else []
    return _csv_lines([(*FLAT_COLUMNS, "lat", "lon", "sources", *licence)])


def _csv_item(dataset: Dataset, found: Found, options: ExportOptions) -> bytes:
    item = feature(dataset, *found, replace(options, polygons=False))
    flat = item["properties"]
    lon, lat = item["geometry"]["coordinates"] if item["geometry"] else (None, None)
    sources = " | ".join(" ".join(filter(None, (s["publisher"], s["url"]))) for s in flat["sources"])
    cells = [_csv_cell(flat[name]) for name in FLAT_COLUMNS]
    licence = [_safe_text(licence_of(dataset, found[1]))] if options.restricted else []
    return _csv_lines([[*cells, lat, lon, _safe_text(sources), *licence]])


def _claims_head(_dataset: Dataset, options: ExportOptions) -> bytes:
    return _csv_lines([[*CLAIM_COLUMNS, *([LICENCE_COLUMN] if options.restricted else [])]])


def _claims_item(dataset: Dataset, found: Found, options: ExportOptions) -> bytes:
    item = feature(dataset, *found, replace(options, polygons=False))["properties"]
    sources = {source["document_id"]: source for source in item["sources"]}
    licence = [_safe_text(licence_of(dataset, found[1]))] if options.restricted else []
    return _csv_lines([[*_claim_cells(item["id"], c, sources[c["document_id"]]), *licence] for c in item["claims"]])


# A FeatureCollection; a line for each incident (the flat columns, coordinates, and its sources as `publisher url`
# pairs); and a line for each claim, with its speaker and source.
write_geojson = Form(_geojson_head, _geojson_item, b",\n", b"\n]}\n")
write_csv = Form(_csv_head, _csv_item)
write_claims_csv = Form(_claims_head, _claims_item)


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


def _csv_lines(rows: Iterable[Sequence[Any]]) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerows(rows)
    return buffer.getvalue().encode()


def citation(dataset: Dataset, url: str, accessed: date) -> str:
    """How a selection is cited: what, which version, where, when."""
    return f"Balochistan incident map, data version {dataset.version}, {url} (accessed {day_text(accessed)})."
