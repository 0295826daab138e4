"""Exports: exactly the selection, RFC 7946, every claim with its speaker, and nothing finer than asked for."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

import geopandas as gpd
import orjson
import pytest

from geo.export import CLAIM_COLUMNS, ExportOptions, write_claims_csv, write_csv, write_geojson
from geo.geofiles import FORMATS, write_geofile
from geo.pipeline import load_dataset
from geo.table import FLAT_COLUMNS
from tests.rfc7946 import faults

DATASET = load_dataset()


def joined(pieces: Iterable[bytes]) -> bytes:
    return b"".join(pieces)


COLLECTION = orjson.loads(joined(write_geojson(DATASET, options=ExportOptions("district=kech"))))
FEATURES = {feature["id"]: feature for feature in COLLECTION["features"]}


def test_geojson_keeps_rfc_7946() -> None:
    assert faults(COLLECTION) == []


def test_the_schema_finds_faults() -> None:
    ring = [[0, 0], [0, 1], [1, 1], [0, 0]]
    wrong = {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [ring]}, "properties": {}}
    assert faults({"type": "FeatureCollection", "features": [wrong]})
    assert faults({"type": "FeatureCollection", "features": [], "crs": {}})
    assert faults({"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": None}]})


def test_geojson_is_citable_and_complete() -> None:
    assert COLLECTION["data_version"] == DATASET.version
    assert COLLECTION["query"] == "district=kech"
    assert {"attribution", "license", "generated"} <= set(COLLECTION)
    assert set(FEATURES) == set(DATASET.incidents)
    for feature in FEATURES.values():
        assert list(feature["properties"])[: len(FLAT_COLUMNS)] == list(FLAT_COLUMNS)
        assert feature["properties"]["sources"]
        assert feature["properties"]["claims"]


def test_every_claim_stands_in_the_export_with_speaker_and_source() -> None:
    for key, incident in DATASET.incidents.items():
        claims = FEATURES[key]["properties"]["claims"]
        assert [made["id"] for made in claims] == [made.id for made in incident.claims]
        sources = {source["document_id"] for source in FEATURES[key]["properties"]["sources"]}
        assert all(made["speaker"] and made["document_id"] in sources for made in claims)


@pytest.mark.parametrize("key", sorted(FEATURES))
def test_geometry_follows_the_precision_of_the_place(key: str) -> None:
    feature = FEATURES[key]
    prec, districts = feature["properties"]["where_prec"], feature["properties"]["districts"]
    kind = feature["geometry"]["type"] if feature["geometry"] else None
    if prec in (1, 2):
        assert kind == ("Point" if districts else None)
    elif prec in (3, 5) and districts:
        assert kind in ("Polygon", "MultiPolygon")
    else:
        assert kind is None


def test_a_part_of_the_data_is_exactly_that_part() -> None:
    ids = sorted(FEATURES)[3:8]
    part = orjson.loads(joined(write_geojson(DATASET, ids, ExportOptions(polygons=False))))
    assert [feature["id"] for feature in part["features"]] == ids
    assert all(f["geometry"] is None or f["geometry"]["type"] == "Point" for f in part["features"])
    assert orjson.loads(joined(write_geojson(DATASET, [])))["features"] == []


def test_a_coarse_export_gives_nothing_finer_than_a_district() -> None:
    raw = joined(write_geojson(DATASET, options=ExportOptions(coarse=True)))
    names = {
        feature["properties"]["place"]
        for feature in FEATURES.values()
        if feature["properties"]["where_prec"] in (1, 2) and feature["properties"]["district"]
    }
    for feature in orjson.loads(raw)["features"]:
        properties = feature["properties"]
        assert feature["geometry"] is None or feature["geometry"]["type"] != "Point"
        assert properties["where_prec"] >= 3
        assert properties["place"] not in names or properties["place"] == properties["district"]
        for made in properties["claims"]:
            if made["field"] == "place" and made["value"]:
                assert made["value"]["lat"] is None
                assert made["value"]["where_prec"] >= 3


def test_csv_has_one_line_per_incident_and_no_formulas() -> None:
    rows = list(csv.DictReader(io.StringIO(joined(write_csv(DATASET)).decode())))
    assert {row["id"] for row in rows} == set(FEATURES)
    assert all(row["sources"] for row in rows)
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "@"))]


def test_claims_csv_has_one_line_per_claim() -> None:
    rows = list(csv.DictReader(io.StringIO(joined(write_claims_csv(DATASET)).decode())))
    assert list(rows[0]) == list(CLAIM_COLUMNS)
    assert len(rows) == sum(len(incident.claims) for incident in DATASET.incidents.values())
    killed = [row for row in rows if row["field"] == "killed.total"]
    assert all(row["low"] or row["best"] or row["high"] for row in killed)


@pytest.mark.parametrize("file_format", FORMATS)
def test_gis_files_open_in_geopandas_with_all_rows(tmp_path: object, file_format: str) -> None:
    path = tmp_path / f"incidents.{file_format}"  # type: ignore[operator]
    write_geofile(path, file_format, DATASET, None, ExportOptions())
    frame = gpd.read_parquet(path) if file_format == "geoparquet" else gpd.read_file(path)
    assert len(frame) == len(FEATURES)
    assert frame.crs.to_epsg() == 4326
