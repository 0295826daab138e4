"""RFC 7946 as a JSON Schema, and the rules that a schema can't say: no `crs`, right-hand rings, closed rings."""

from __future__ import annotations

import itertools
from typing import Any

from jsonschema import Draft202012Validator

POSITION = {
    "type": "array",
    "prefixItems": [
        {"type": "number", "minimum": -180, "maximum": 180},
        {"type": "number", "minimum": -90, "maximum": 90},
    ],
    "minItems": 2,
    "maxItems": 3,
    "items": {"type": "number"},
}
RING = {"type": "array", "minItems": 4, "items": {"$ref": "#/$defs/position"}}
POLYGON = {"type": "array", "items": {"$ref": "#/$defs/ring"}}


def _geometry(kind: str, coordinates: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["type", "coordinates"],
        "properties": {"type": {"const": kind}, "coordinates": coordinates},
        "not": {"required": ["crs"]},
    }


SCHEMA = {
    "$defs": {
        "position": POSITION,
        "ring": RING,
        "geometry": {
            "oneOf": [
                {"type": "null"},
                _geometry("Point", {"$ref": "#/$defs/position"}),
                _geometry("Polygon", POLYGON),
                _geometry("MultiPolygon", {"type": "array", "items": POLYGON}),
            ]
        },
        "feature": {
            "type": "object",
            "required": ["type", "geometry", "properties"],
            "properties": {
                "type": {"const": "Feature"},
                "id": {"type": ["string", "number"]},
                "geometry": {"$ref": "#/$defs/geometry"},
                "properties": {"type": ["object", "null"]},
            },
            "not": {"anyOf": [{"required": ["coordinates"]}, {"required": ["features"]}]},
        },
    },
    "type": "object",
    "required": ["type", "features"],
    "properties": {
        "type": {"const": "FeatureCollection"},
        "features": {"type": "array", "items": {"$ref": "#/$defs/feature"}},
    },
    "not": {"anyOf": [{"required": [name]} for name in ("crs", "coordinates", "geometry", "properties")]},
}
VALIDATOR = Draft202012Validator(SCHEMA)


def faults(collection: Any) -> list[str]:
    """Everything that breaks RFC 7946 in a feature collection, in words."""
    found = [error.message[:200] for error in VALIDATOR.iter_errors(collection)]
    for feature in collection["features"]:
        for polygon in _polygons(feature["geometry"]):
            for number, ring in enumerate(polygon):
                if ring[0] != ring[-1]:
                    found.append(f"{feature.get('id')}: ring {number} is not closed")
                if (_signed_area(ring) > 0) != (number == 0):
                    found.append(f"{feature.get('id')}: ring {number} breaks the right-hand rule")
    return found


def _polygons(geometry: dict[str, Any] | None) -> list[Any]:
    if geometry is None or geometry["type"] == "Point":
        return []
    return [geometry["coordinates"]] if geometry["type"] == "Polygon" else list(geometry["coordinates"])


def _signed_area(ring: list[list[float]]) -> float:
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in itertools.pairwise(ring)) / 2
