"""The drawn districts: outlines light enough for a browser, which box touches which, and who stands for whom."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import orjson
import shapely

from geo.datafiles import slug
from geo.district_layers import DistrictLayer
from geo.query import BBox

DISCLAIMER = "Boundaries and names shown imply no endorsement; schematic unless an official layer is named."
TOLERANCE = 0.003  # degrees; half a screen pixel at zoom 8
DECIMALS = 4


@dataclass(frozen=True)
class DistrictShapes:
    """Polygons by district id, and the words that belong to them."""

    shapes: Mapping[str, Any]
    labels: Mapping[str, str]
    layer: DistrictLayer

    @classmethod
    def of(cls, layer: DistrictLayer) -> DistrictShapes:
        """The shapes of the layer in use."""
        rows = list(zip(layer.frame["name"], layer.frame.geometry, strict=True))
        return cls({slug(name): shape for name, shape in rows}, {slug(name): name for name, _ in rows}, layer)

    def shown_for(self, name: str) -> tuple[str, ...]:
        """The names of the drawn districts that stand for a district: itself, its parents, or its children."""
        return self.layer.drawn(name).names

    def touching(self, bbox: BBox) -> frozenset[str]:
        """Ids of the districts that a box touches."""
        box = shapely.box(*bbox)
        return frozenset(key for key, shape in self.shapes.items() if shapely.intersects(shape, box))

    @cached_property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north of all districts."""
        west, south, east, north = shapely.total_bounds(list(self.shapes.values())).tolist()
        return west, south, east, north

    @cached_property
    def geojson(self) -> bytes:
        """The districts as a FeatureCollection for drawing: thinned together, so that neighbours still meet."""
        thinned = shapely.coverage_simplify(list(self.shapes.values()), TOLERANCE)
        features = [_feature(key, self.labels[key], shape) for key, shape in zip(self.shapes, thinned, strict=True)]
        return orjson.dumps({"type": "FeatureCollection", **self.caption, "features": features})

    @cached_property
    def caption(self) -> dict[str, Any]:
        """What must be said of the shapes wherever they are shown."""
        layer = self.layer
        return {
            "district_set": layer.name,
            "attribution": layer.attribution,
            "license": layer.licence,
            "schematic": layer.schematic,
            "disclaimer": DISCLAIMER,
        }

    @cached_property
    def digest(self) -> str:
        """Changes when the drawing changes."""
        return hashlib.sha256(self.geojson).hexdigest()[:12]


def _feature(key: str, name: str, shape: Any) -> dict[str, Any]:
    largest = max(shapely.get_parts(shape).tolist(), key=shapely.area)
    middle = shapely.maximum_inscribed_circle(largest, tolerance=0.02)
    lon, lat = shapely.get_coordinates(middle)[0].tolist()
    geometry = orjson.loads(shapely.to_geojson(shapely.set_precision(shape, 10**-DECIMALS, mode="pointwise")))
    properties = {"name": name, "label": [round(lon, DECIMALS), round(lat, DECIMALS)]}
    return {"type": "Feature", "id": key, "properties": properties, "geometry": _rounded(geometry)}


def _rounded(geometry: dict[str, Any]) -> dict[str, Any]:
    return {**geometry, "coordinates": _round_all(geometry["coordinates"])}


def _round_all(coordinates: Sequence[Any]) -> list[Any]:
    if isinstance(coordinates[0], (int, float)):
        return [round(number, DECIMALS) for number in coordinates]
    return [_round_all(part) for part in coordinates]
