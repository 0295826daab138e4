"""GeoJSON of others: properties are columns, a point gives coordinates, and no other shape is made a point."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from geo.errors import InputError
from geo.importers.features import feature_header
from geo.importers.load import load
from geo.importers.mapped import source_of
from geo.importers.mapping import Field, parse_mapping
from geo.importers.named import open_any
from geo.importers.propose import propose
from geo.importers.rows import BadRow, Row
from geo.importers.source import open_source
from geo.store.engine import Store
from geo.store.read import read_state
from tests.importers.tabled import DATASET

FIELDS = "fields: {id: id, date: day, place: name, country: {value: Pakistan}, killed.total: dead}\n"
POINT = {"type": "Point", "coordinates": [66.5, 29.3, 1200.0]}
AREA = {"type": "Polygon", "coordinates": [[[66, 29], [67, 29], [67, 30], [66, 29]]]}


def feature(key: object, geometry: Any = POINT, **properties: object) -> dict[str, Any]:
    told = {"day": "2025-11-04", "name": "Mangochar", "dead": 2} | properties
    return {"type": "Feature", "id": key, "geometry": geometry, "properties": told}


def geojson_file(folder: Path, *features: Any, name: str = "others.geojson", **members: object) -> Path:
    path = folder / name
    path.write_text(json.dumps({"type": "FeatureCollection", **members, "features": features}), encoding="utf-8")
    return path


def read(path: Path, fields: str = FIELDS) -> list[Any]:
    return list(source_of(path, parse_mapping(DATASET + fields)).read())


@pytest.mark.parametrize("name", ["others.geojson", "others.json"])
def test_a_point_gives_coordinates(tmp_path: Path, name: str) -> None:
    (found,) = read(geojson_file(tmp_path, feature(7), name=name))
    assert isinstance(found, Row)
    assert (found.key, found.line, found.when.prec) == ("7", 1, 1)
    assert (found.where.text, found.where.lat, found.where.lon) == ("Mangochar", 29.3, 66.5)
    assert dict(found.counts)["killed.total"].best == 2


@pytest.mark.parametrize("kind", ["Polygon", "LineString", "MultiPoint", "GeometryCollection"])
def test_another_shape_is_never_a_point(tmp_path: Path, kind: str) -> None:
    shape = AREA | {"type": kind}
    named, unnamed = read(
        geojson_file(tmp_path, feature(1, shape), feature(2, shape, name=None)),
        FIELDS.replace(", country: {value: Pakistan}", ""),
    )
    assert isinstance(named, Row)
    assert (named.where.lat, named.where.text) == (None, "Mangochar")
    assert named.remark == f"a {kind} was not made a point; the place is the one that is named"
    assert unnamed == BadRow(2, f"says nowhere where it was; it has a {kind}, and no point is made of one")


def test_stored_a_shape_is_no_pin(store: Store, tmp_path: Path) -> None:
    path = geojson_file(tmp_path, feature(1, AREA), feature(2))
    loaded = load(store, source_of(path, parse_mapping(DATASET + FIELDS)), "tester")
    assert sum(loaded.remarks.values()) == 1
    places = [claim.value for claim in read_state(store).records.claims if claim.field == "place"]
    own = {(getattr(place, "lat", None), getattr(place, "lon", None)) for place in places}
    assert (29.3, 66.5) in own
    assert not own & {(29.5, 66.5), (29.333333333333332, 66.66666666666667)}


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (3, "feature 1 is no GeoJSON feature"),
        ({"type": "Thing"}, "feature 1 is no GeoJSON feature"),
        (feature(1, {"type": "Point", "coordinates": []}), "feature 1 has a point without coordinates"),
        (feature(1, {"type": "Point", "coordinates": ["66", "29"]}), "feature 1 has a point without coordinates"),
        (feature(1, {"type": "Point", "coordinates": [7_000_000, 29]}), "must lie between -180 and 180"),
        (feature(1, []), "feature 1 has a geometry that is none"),
    ],
)
def test_a_bad_feature_says_why(tmp_path: Path, raw: object, told: str) -> None:
    bad, good = read(geojson_file(tmp_path, raw, feature(9)))
    assert isinstance(bad, BadRow)
    assert told in bad.reason
    assert isinstance(good, Row)


def test_properties_of_any_kind_are_cells(tmp_path: Path) -> None:
    path = geojson_file(tmp_path, feature(1, None, tags=["a", "b"], sure=True, size=4.0, more={"x": [1]}))
    header, number = feature_header(path)
    assert (header[:5], number) == (["id", "day", "name", "dead", "tags"], 1)
    look = open_any(path)
    fields = FIELDS.replace("name,", "name, involved: {column: tags, split: ;}, target: more,")
    (found,) = read(path, fields)
    assert [side.name for side in found.sides] == ["a", "b", '{"x": [1]}'] or [side.name for side in found.sides] == [
        '{"x": [1]}',
        "a",
        "b",
    ]
    assert "sure" in look.places


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ('{"type": "FeatureCollection", "features": [', "is broken JSON"),
        ('{"type": "FeatureCollection", "features": []}', "holds no features"),
        (
            '{"type": "FeatureCollection", "crs": {"properties": {"name": "EPSG:3857"}}, "features": [1]}',
            "not degrees of WGS 84",
        ),
        ("no json", "is broken JSON"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_line(tmp_path: Path, content: str, told: str) -> None:
    (tmp_path / "x.geojson").write_text(content)
    with pytest.raises(InputError) as error:
        open_any(tmp_path / "x.geojson")
    assert told in str(error.value)
    assert "\n" not in str(error.value)


def test_wgs84_by_its_older_name_is_fine(tmp_path: Path) -> None:
    path = geojson_file(
        tmp_path, feature(1), crs={"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}
    )
    assert len(read(path)) == 1


def test_without_a_mapping_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"--mapping FILE says .*--propose > mapping\.yaml"):
        open_source("geojson", geojson_file(tmp_path, feature(1)))
    (tmp_path / "t.csv").write_text("A,B\n1,2\n")
    with pytest.raises(InputError, match="is no GeoJSON FeatureCollection"):
        open_source("geojson", tmp_path / "t.csv")
    with pytest.raises(InputError, match="no such file"):
        open_source("geojson", tmp_path / "none.geojson")


def test_its_proposal_takes_the_points(tmp_path: Path) -> None:
    found = propose(open_any(geojson_file(tmp_path, feature(1, date="2025-11-04"), feature(2, date="2025-11-05"))))
    assert found.mapping.fields["latitude"] == Field(("geometry.latitude",))
    assert found.mapping.fields["longitude"] == Field(("geometry.longitude",))
    assert found.mapping.fields["date"].columns == ("date",)
