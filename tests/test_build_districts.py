"""The schematic districts: the committed file, and each step of making it on small shapes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pytest
import shapely

from geo.datafiles import read_rows
from geo.district_layers import SCHEMATIC_FILE, layer_json, read_layer
from geo.districts import load_districts
from geo.errors import InputError
from tools import build_districts as tool
from tools.build_districts import Towns

TABLE = load_districts()
BODY = orjson.loads(SCHEMATIC_FILE.read_bytes())
LAYER = read_layer(SCHEMATIC_FILE, TABLE)
SHAPES = dict(zip(LAYER.frame["name"], LAYER.frame.geometry, strict=True))
OFFICIAL = (
    Path(__file__).resolve().parents[2] / "shared" / "reference" / "official" / "balochistan_districts_cod36.geojson"
)


def positions(coordinates: list[Any]) -> list[list[float]]:
    if isinstance(coordinates[0], (int, float)):
        return [coordinates]
    return [position for part in coordinates for position in positions(part)]


# --- the committed file ------------------------------------------------------------------------------------------


def test_the_file_has_the_36_districts_under_their_names() -> None:
    assert {feature["properties"]["name"] for feature in BODY["features"]} == {row.name for row in TABLE.current()}
    for feature in BODY["features"]:
        row = TABLE.find(feature["properties"]["name"])
        assert row is not None
        assert feature["properties"] == {"id": row.id, "name": row.name, "pcode": row.pcode, "schematic": True}
        assert feature["id"] == row.id


def test_neighbours_meet_without_gaps_or_overlaps() -> None:
    shapes = list(SHAPES.values())
    assert shapely.is_valid(shapes).all()
    assert shapely.coverage_is_valid(shapes)
    province = shapely.union_all(shapes)
    assert province.geom_type == "Polygon"
    assert len(province.interiors) == 0
    assert sum(shape.area for shape in shapes) == pytest.approx(province.area)


def test_the_file_follows_rfc_7946() -> None:
    assert BODY["type"] == "FeatureCollection"
    assert "crs" not in BODY
    for feature in BODY["features"]:
        geometry = feature["geometry"]
        assert geometry["type"] in ("Polygon", "MultiPolygon")
        for lon, lat in positions(geometry["coordinates"]):
            assert 60 < lon < 71
            assert 24 < lat < 33
            assert (lon, lat) == (round(lon, 5), round(lat, 5))
        for part in shapely.get_parts(shapely.from_geojson(orjson.dumps(geometry))):
            assert part.exterior.is_ccw
            assert not any(ring.is_ccw for ring in part.interiors)


def test_the_file_says_that_it_is_schematic_and_whose_it_is() -> None:
    assert BODY["schematic"] is True
    assert BODY["note"].startswith("Schematic")
    assert "Unlicense" in BODY["license"]
    assert "GeoNames" in BODY["attribution"]
    assert "@svg-maps/pakistan.districts 2.0.0" in BODY["source"]


def test_the_gazetteers_towns_lie_in_their_own_district() -> None:
    points, names = [], []
    for _, row in read_rows(tool.GAZETTEER, ("lat", "lon", "radius_km", "district", "feature_class", "source")):
        if row["lat"] and row["feature_class"] == "P" and float(row["radius_km"]) <= 5:
            points.append(shapely.Point(float(row["lon"]), float(row["lat"])))
            names.append(row["district"])
    inside = shapely.covers([SHAPES[name] for name in names], points)
    outside = [name for name, there in zip(names, inside, strict=True) if not there]
    assert len(points) > 300
    assert inside.mean() >= 0.99, f"run `python -m tools.build_districts`; outside are towns of {outside}"


@pytest.mark.skipif(not OFFICIAL.is_file(), reason="the official file isn't part of the project")
def test_the_districts_agree_with_the_official_ones() -> None:
    assert np.mean(list(tool.agreement(LAYER, OFFICIAL).values())) >= 0.75


@pytest.mark.skipif(not (tool.BUILD_DIR / tool.TARBALL).is_file(), reason="the npm package hasn't been fetched")
def test_the_file_is_what_the_tool_makes() -> None:
    towns = tool.read_towns(tool.GAZETTEER, TABLE)
    made = tool.as_layer(tool.build(tool.fetch_package(), towns, TABLE), towns, TABLE)
    assert tool.share_inside(made, towns) >= 0.99
    if BODY["towns_sha256"] == towns.digest:
        assert layer_json(made, towns_sha256=towns.digest) == SCHEMATIC_FILE.read_bytes()


# --- the steps ---------------------------------------------------------------------------------------------------


def towns_of(*places: tuple[float, float, str]) -> Towns:
    return Towns(np.array([place[:2] for place in places]).reshape(-1, 2), np.array([place[2] for place in places]))


def test_a_path_of_relative_steps_becomes_corners() -> None:
    assert tool.parse_path("m 670.8,807.1 -3.6,13 2.2,7.8 z ").tolist() == [
        [670.8, 807.1],
        [667.2, 820.1],
        [669.4, 827.9],
    ]


@pytest.mark.parametrize("path", ["M 1,2 3,4 z", "m 1,2 3,4 z m 5,6 z", "m 1,2 l 3,4 L 5,6 z", ""])
def test_a_path_of_another_kind_is_refused(path: str) -> None:
    with pytest.raises(InputError, match="one ring of relative steps"):
        tool.parse_path(path)


def test_svg_units_become_degrees() -> None:
    assert tool.to_degrees(np.array([[0.0, 0.0], [669.8, 811.3]])) == pytest.approx(
        np.array([[60.6055, 37.3539], [67.3035, 30.299117]]), abs=1e-6
    )


def test_a_missing_corner_goes_into_the_nearest_edge() -> None:
    square = np.array([[0.0, 0], [4, 0], [4, 4], [0, 4]])
    assert tool.insert_corner(square, (4.1, 1)).tolist() == [[0, 0], [4, 0], [4.1, 1], [4, 4], [0, 4]]
    assert tool.insert_corner(square, (0, 2)).tolist() == [[0, 0], [4, 0], [4, 4], [0, 4], [0, 2]]


def package_of(folder: Path, *names: str) -> Path:
    """A package whose districts are squares of ten units side by side."""
    locations = [
        {"name": name, "id": name.lower(), "path": f"m {10 * place},0 10,0 0,10 -10,0 z "}
        for place, name in enumerate(names)
    ]
    text = b"export default " + orjson.dumps({"label": "x", "locations": locations}) + b";\n"
    (folder / "index.js").write_bytes(text)
    return folder


def test_the_drawings_districts_get_the_programs_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tool, "OLD_DISTRICTS", 2)
    drawn = tool.read_drawing(package_of(tmp_path, "Bolan", "Lahore", "Haranai"), TABLE)
    assert sorted(drawn) == ["Harnai", "Kachhi"]
    with pytest.raises(InputError, match="has 1 districts of Balochistan"):
        tool.read_drawing(package_of(tmp_path, "Bolan", "Lahore"), TABLE)


def test_only_trustworthy_points_are_used_in_any_order(tmp_path: Path) -> None:
    rows = [
        "A,26.0,63.0,2.0,Kech,P,GeoNames 1 (CC BY 4.0)",
        "B,27.0,64.0,2.0,Panjgur,S,airportsdata (MIT)",
        "C,27.0,64.0,9.0,Panjgur,P,GeoNames 2 (CC BY 4.0)",
        "D,27.0,64.0,2.0,Panjgur,T,GeoNames 3 (CC BY 4.0)",
        "E,27.0,64.0,2.0,Panjgur,P,UCDP GED (CC BY 4.0)",
        "F,,,,Panjgur,P,GeoNames 4 (CC BY 4.0)",
        "G,27.0,64.0,2.0,Tump,P,GeoNames 5 (CC BY 4.0)",
    ]
    digests = set()
    for order in (rows, rows[::-1]):
        path = tmp_path / "gazetteer.csv"
        path.write_text("\n".join(["name,lat,lon,radius_km,district,feature_class,source", *order]), encoding="utf-8")
        towns = tool.read_towns(path, TABLE)
        assert sorted(towns.districts) == ["Kech", "Panjgur"]
        digests.add(towns.digest)
    assert len(digests) == 1


def test_a_point_is_of_the_district_of_the_towns_around_it() -> None:
    towns = towns_of((66.1, 29.0, "Kalat"), (66.9, 29.0, "Surab"))
    points = np.array([[66.05, 29.0], [66.4, 29.0], [66.6, 29.0], [66.95, 29.0]])
    assert tool.label_points(points, ["Kalat", "Surab"], towns).tolist() == ["Kalat", "Kalat", "Surab", "Surab"]


def test_the_old_name_holds_where_no_town_says_otherwise() -> None:
    towns = towns_of((66.1, 29.0, "Sibi"))
    points = np.array([[66.12, 29.0], [69.0, 29.0]])
    assert tool.label_points(points, ["Kohlu"], towns).tolist() == ["Sibi", "Kohlu"]


def test_a_district_without_strangers_stays_as_it_is_drawn() -> None:
    shape = shapely.box(66, 29, 67, 30)
    assert tool.split("Kohlu", shape, ["Kohlu"], towns_of((66.5, 29.5, "Kohlu"))) == [("Kohlu", shape)]
    assert tool.split("Kohlu", shape, ["Kohlu"], towns_of()) == [("Kohlu", shape)]


def test_a_split_district_is_filled_without_gaps_or_overlaps() -> None:
    shape = shapely.Polygon([(66, 29), (67.003, 29.101), (67.2, 30.05), (65.9, 29.9)])
    towns = towns_of((66.2, 29.3, "Kalat"), (66.9, 29.8, "Surab"), (66.9, 29.2, "Khuzdar"))
    merged = tool.merge(tool.node(tool.split("Kalat", shape, ["Kalat", "Surab"], towns)))
    assert sorted(merged) == ["Kalat", "Khuzdar", "Surab"]
    assert shapely.coverage_is_valid(list(merged.values()))
    assert shapely.union_all(list(merged.values())).symmetric_difference(shape).area < 1e-3
    assert all(merged[name].covers(shapely.Point(at)) for at, name in zip(towns.points, towns.districts, strict=True))


def test_an_outline_is_pulled_out_to_a_town_just_outside() -> None:
    shapes = {"Kech": shapely.box(63, 26, 64, 27), "Panjgur": shapely.box(63, 27, 64, 28)}
    towns = towns_of((62.98, 26.5, "Kech"), (64.01, 26.999, "Kech"), (65, 26.5, "Kech"))
    pulled = tool.pull_out(shapes, towns)
    near, corner, far = shapely.points(towns.points)
    assert pulled["Kech"].covers(near)
    assert pulled["Kech"].covers(corner)
    assert not pulled["Kech"].covers(far)
    assert pulled["Kech"].intersection(pulled["Panjgur"]).area == pytest.approx(0)
    assert pulled["Kech"].area < 1.02
    assert tool.pull_out(shapes, towns_of((63.5, 26.5, "Kech")))["Kech"] == shapes["Kech"]


def test_fragments_without_a_town_go_to_the_neighbour_with_most_border() -> None:
    shapes = {
        "Kalat": shapely.MultiPolygon([shapely.box(0, 0, 4, 4), shapely.box(6, 0, 7, 1), shapely.box(6, 3, 7, 4)]),
        "Surab": shapely.unary_union([shapely.box(4, 0, 8, 4) - shapely.box(6, 0, 7, 1) - shapely.box(6, 3, 7, 4)]),
    }
    kept = tool.give_away_fragments(shapes, towns_of((1, 1, "Kalat"), (6.5, 3.5, "Kalat"), (5, 2, "Surab")))
    assert kept["Kalat"].area == pytest.approx(17)
    assert kept["Surab"].area == pytest.approx(15)
    assert kept["Surab"].covers(shapely.Point(6.5, 0.5))


def test_the_whole_way_on_a_small_drawing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tool, "OLD_DISTRICTS", 2)
    monkeypatch.setattr(tool, "REPAIRS", {})
    monkeypatch.setattr(tool, "UNIT", np.array([0.1, -0.1]))
    package = package_of(tmp_path, "Kalat", "Kharan")
    towns = towns_of((60.8, 37.0, "Kalat"), (61.4, 36.6, "Surab"), (61.75, 37.0, "Kalat"), (62.4, 36.8, "Kharan"))
    shapes = tool.build(package, towns, TABLE)
    assert sorted(shapes) == ["Kalat", "Kharan", "Surab"]
    assert shapely.coverage_is_valid(list(shapes.values()))
    assert shapely.union_all(list(shapes.values())).area == pytest.approx(2, abs=0.01)
    for point, name in zip(shapely.points(towns.points), towns.districts, strict=True):
        assert shapes[name].covers(point)
    with pytest.raises(InputError, match="no area is left for Awaran, Barkhan"):
        tool.as_layer(shapes, towns, TABLE)


def test_a_package_with_another_checksum_is_refused(tmp_path: Path) -> None:
    (tmp_path / tool.TARBALL).write_bytes(b"something else")
    with pytest.raises(InputError, match="has the SHA-256"):
        tool.fetch_package(tmp_path)
