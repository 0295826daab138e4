"""Makes `static/map/basemap.json`: land, sea and country lines around Balochistan, behind the districts.

Source: npm package `world-atlas` 2.0.2 (`countries-10m.json`: Natural Earth 1:10m, public domain; packaging ISC). Run
once, with the unpacked package: `python tools/build_basemap.py PACKAGE_FOLDER`. Lines are thinned to about half a
screen pixel at zoom 8 and cut to a box around the province.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import shapely

BOX = shapely.box(52.0, 20.0, 78.0, 37.0)
TOLERANCE = 0.006
NEAR_PROVINCE = 0.2  # degrees; our own district lines stand there, and two lines would contradict each other
DECIMALS = 3
ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "static" / "map" / "basemap.json"
LABELS = (  # words for orientation: lon, lat, text, kind
    (58.6, 29.5, "Iran", "country"),
    (65.2, 32.3, "Afghanistan", "country"),
    (64.0, 24.2, "Arabian Sea", "sea"),
    (69.1, 26.1, "Sindh", "province"),
    (71.6, 30.6, "Punjab", "province"),
    (70.55, 32.75, "Khyber Pakhtunkhwa", "province"),
)


def read_arcs(topology: dict[str, Any]) -> list[np.ndarray]:
    """The arcs of a quantized TopoJSON file in degrees."""
    scale, translate = (np.array(topology["transform"][name]) for name in ("scale", "translate"))
    return [np.cumsum(np.array(arc), axis=0) * scale + translate for arc in topology["arcs"]]


def ring(arcs: list[np.ndarray], numbers: list[int]) -> np.ndarray:
    """A ring from its arcs; ~n is arc n backwards, and neighbours share their end."""
    parts = [arcs[number] if number >= 0 else arcs[~number][::-1] for number in numbers]
    return np.concatenate([parts[0], *(part[1:] for part in parts[1:])])


def country_shape(arcs: list[np.ndarray], geometry: dict[str, Any]) -> Any:
    """One country as a valid shape."""
    polygons = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
    rings = [[ring(arcs, numbers) for numbers in polygon] for polygon in polygons]
    rings = [[line for line in polygon if len(line) >= 4] for polygon in rings]  # islets of a few points fall away
    made = [shapely.Polygon(polygon[0], polygon[1:]) for polygon in rings if polygon]
    return shapely.make_valid(shapely.MultiPolygon(made))


def polygonal(shape: Any) -> Any:
    """The polygons of a shape; lines and points that cutting leaves are dropped."""
    return shapely.MultiPolygon([part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"])


def rounded(shape: Any) -> list[list[list[float]]]:
    """Coordinates of every line of a shape."""
    lines = [line for part in shapely.get_parts(shape) for line in _lines(part)]
    return [np.round(shapely.get_coordinates(line), DECIMALS).tolist() for line in lines]


def _lines(part: Any) -> list[Any]:
    return [part.exterior, *part.interiors] if part.geom_type == "Polygon" else [part]


def province_outline() -> Any:
    """The outer line of all schematic districts."""
    body = orjson.loads((ROOT / "data" / "districts.geojson").read_bytes())
    shapes = [shapely.from_geojson(orjson.dumps(feature["geometry"])) for feature in body["features"]]
    return shapely.boundary(shapely.coverage_union_all(shapes))


def main(folder: Path) -> None:
    """Write the file."""
    topology = orjson.loads((folder / "countries-10m.json").read_bytes())
    arcs = read_arcs(topology)
    geometries = [geometry for geometry in topology["objects"]["countries"]["geometries"] if geometry.get("arcs")]
    shapes = [polygonal(shapely.intersection(country_shape(arcs, geometry), BOX)) for geometry in geometries]
    shapes = [shape for shape in shapes if not shapely.is_empty(shape)]
    thinned = shapely.coverage_simplify(shapes, TOLERANCE)
    land = shapely.union_all(thinned)
    coast = shapely.boundary(land)
    borders = shapely.union_all([shapely.boundary(shape) for shape in thinned])
    inner = shapely.difference(borders, shapely.buffer(coast, 1e-6))
    inner = shapely.difference(inner, shapely.buffer(province_outline(), NEAR_PROVINCE))
    merged = shapely.line_merge(inner)
    body = {
        "source": "Natural Earth 1:10m (public domain), by npm world-atlas 2.0.2",
        "land": rounded(land),
        "borders": rounded(merged),
        "labels": [list(label) for label in LABELS],
    }
    OUT.write_bytes(orjson.dumps(body) + b"\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
