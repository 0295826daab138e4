"""The features of anybody's GeoJSON as rows of a table: properties are the columns, and a point gives coordinates.

A line or an area is never made a point: its row has the kind of its shape and no coordinates. A feature's own `id` is
a column too, where no property is called so.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import ijson  # type: ignore[import-untyped]

from geo.errors import InputError
from geo.importers.rows import BadRow

ENDINGS = (".geojson",)
GEOMETRY, LATITUDE, LONGITUDE = "geometry", "geometry.latitude", "geometry.longitude"
POINT = "Point"
OWN = (GEOMETRY, LATITUDE, LONGITUDE)
SNIFFED = 65_536
WGS84 = ("CRS84", "4326")


def is_features(path: Path) -> bool:
    """Whether a file is GeoJSON by its name, or JSON that begins like it."""
    ending = path.suffix.casefold()
    if ending in ENDINGS:
        return True
    if ending != ".json":
        return False
    try:
        with path.open("rb") as file:
            head = file.read(SNIFFED)
    except OSError:
        return False
    return head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{") and b'"FeatureCollection"' in head


def feature_header(path: Path) -> tuple[list[str], int]:
    """The columns of all features, and how many features there are.

    Raises:
        InputError: in one line, when the file isn't such GeoJSON.
    """
    names: dict[str, None] = {}
    number = 0
    _check_crs(path)
    for _, raw in _features(path):
        number += 1
        if isinstance(raw, dict):
            names |= dict.fromkeys(_properties(raw))
    if not number:
        raise InputError(f"{path}: holds no features; is it a GeoJSON FeatureCollection?")
    return [*(name for name in names if name not in OWN), *OWN], number


def feature_lines(path: Path, header: Sequence[str]) -> Iterator[tuple[int, list[str]] | BadRow]:
    """The header, and then each feature under it; its "line" is its number."""
    yield 0, list(header)
    for number, raw in _features(path):
        try:
            cells = _cells(raw)
        except InputError as error:
            yield BadRow(number, f"feature {number} {error}")
            continue
        yield number, [cells.get(name, "") for name in header]


def cell_text(value: Any) -> str:
    """A value of JSON as a table of text would have it; several values stand apart by semicolons."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, list) and not any(isinstance(item, (list, dict)) for item in value):
        return "; ".join(cell_text(item) for item in value)
    if isinstance(value, (list, dict)):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


def _properties(raw: dict[str, Any]) -> dict[str, Any]:
    told = raw.get("properties")
    properties = {str(name).strip(): value for name, value in told.items()} if isinstance(told, dict) else {}
    return properties if "id" not in raw or "id" in properties else {"id": raw["id"], **properties}


def _cells(raw: Any) -> dict[str, str]:
    if not isinstance(raw, dict) or raw.get("type") != "Feature":
        raise InputError("is no GeoJSON feature")
    cells = {name: cell_text(value) for name, value in _properties(raw).items()}
    shape = raw.get("geometry")
    if shape is None:
        return cells
    if not isinstance(shape, dict) or not isinstance(shape.get("type"), str):
        raise InputError("has a geometry that is none")
    cells[GEOMETRY] = shape["type"]
    if shape["type"] == POINT:
        ends = shape.get("coordinates")
        if not isinstance(ends, list) or len(ends) < 2 or not all(_is_number(end) for end in ends[:2]):
            raise InputError(f"has a point without coordinates: {ends!r}")
        cells[LONGITUDE], cells[LATITUDE] = str(ends[0]), str(ends[1])
    return cells


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _features(path: Path) -> Iterator[tuple[int, Any]]:
    try:
        with path.open("rb") as file:
            yield from enumerate(ijson.items(file, "features.item", use_float=True), start=1)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
    except (ijson.JSONError, UnicodeDecodeError, ValueError) as error:
        raise InputError(f"{path}: is broken JSON ({str(error).splitlines()[0]})") from error


def _check_crs(path: Path) -> None:
    """Refuse coordinates that aren't degrees: older files may name another system before their features."""
    try:
        with path.open("rb") as file:
            for prefix, _, value in ijson.parse(file):
                if prefix == "features":
                    return
                if prefix == "crs.properties.name" and not str(value).upper().endswith(WGS84):
                    raise InputError(f"{path}: its coordinates are {value}, not degrees of WGS 84; convert it first")
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
    except (ijson.JSONError, UnicodeDecodeError, ValueError) as error:
        raise InputError(f"{path}: is broken JSON ({str(error).splitlines()[0]})") from error
