"""The shapes of the districts that maps and exports show: an installed layer, else the schematic one of `data/`.

A layer is one GeoJSON file whose collection-level members say what it is and who must be credited. Its names are
reconciled with `data/districts.csv`; `DistrictLayer.drawn` says which of its shapes stand for a district.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import orjson
import shapely

from geo.datafiles import DATA_DIR, slug
from geo.districts import DistrictTable, load_districts
from geo.errors import DataFileError
from geo.settings import Settings

SCHEMATIC_FILE = DATA_DIR / "districts.geojson"
MEMBERS = ("name", "source", "license", "attribution")


@dataclass(frozen=True, slots=True)
class Drawn:
    """The districts of a layer that stand for a district, and why they aren't itself."""

    names: tuple[str, ...]
    note: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class DistrictLayer:
    """A set of district shapes; each is equal to itself only.

    Attributes:
        frame: One row for each district: id, name (both canonical), pcode, geometry in WGS84.
        name: Of the set, as shown on the map ("36 districts, schematic").
        schematic: Whether the lines are good for an overview only.
        warning: One line for the reader where a better layer was meant to be shown and can't be.
    """

    frame: gpd.GeoDataFrame
    table: DistrictTable
    name: str
    source: str
    licence: str
    attribution: str
    schematic: bool
    note: str | None = None
    warning: str | None = None

    def drawn(self, name: str) -> Drawn:
        """Which drawn districts stand for a district: itself, what it was divided into, or what it was cut from."""
        return district_in_set(name, self.frame["name"], self.table)

    def shape_of(self, name: str) -> Any | None:
        """The shape that stands for a district in this layer, None for a name that leads to no drawn district."""
        shapes = self.frame.geometry[self.frame["name"].isin(self.drawn(name).names)]
        if len(shapes) == 0:
            return None
        return shapes.iloc[0] if len(shapes) == 1 else shapely.coverage_union_all(shapes.to_numpy())


def district_in_set(name: str, shown: Any, table: DistrictTable) -> Drawn:
    """The districts of the shown set that stand for a district.

    What is known to a district only may lie in any part that is drawn apart from it (Tump of Kech since 2026, Lehri of
    Sibi in older files); a district that isn't drawn lies within its parents.

    Args:
        name: Any name of a district.
        shown: The names of the shown set.
    """
    here = set(shown)
    district = table.find(name)
    if district is None:
        return Drawn((name,)) if name in here else Drawn((), f"{name} is no known district")
    reference = {row.name for row in table.current()}
    newer = [child for child in table.children_of(district.name) if child in here - reference]
    if district.name in here and not newer:
        return Drawn((district.name,))
    if newer:
        kept = (district.name,) if district.name in here else ()
        names = (*kept, *newer)
        return Drawn(names, f"{district.name} is divided into {_and(names)} in the districts shown")
    parents = tuple(
        dict.fromkeys(up for parent in district.parents for up in district_in_set(parent, here, table).names)
    )
    if not parents:
        return Drawn((), f"{district.name} has no shape in the districts shown")
    return Drawn(parents, f"{district.name} is shown as part of {_and(parents)}")


def _and(names: tuple[str, ...]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def active_layer(settings: Settings | None = None, table: DistrictTable | None = None) -> DistrictLayer:
    """The installed layer, else the schematic one; with a warning where the installed one can't be used."""
    table = table or load_districts()
    path = (settings or Settings.load()).district_file
    if not path.exists():
        return read_layer(SCHEMATIC_FILE, table)
    try:
        return read_layer(path, table)
    except DataFileError as error:
        warning = (
            f"The installed district layer cannot be used, so the schematic one is shown: {error}. Run `python -m geo "
            "districts install` again, or with --remove."
        )
        return replace(read_layer(SCHEMATIC_FILE, table), warning=warning)


def read_layer(path: Path, table: DistrictTable) -> DistrictLayer:
    """A layer from its file.

    Raises:
        DataFileError: when it isn't a FeatureCollection of polygons with names and the members that credit it.
    """
    body = _read_collection(path)
    rows = [_read_feature(path, number, feature, table) for number, feature in enumerate(body["features"], 1)]
    names = [row["name"] for row in rows]
    for name in names:
        if names.count(name) > 1:
            raise DataFileError(path, None, f"has {names.count(name)} features for district {name!r}; one is right")
    frame = gpd.GeoDataFrame(rows, geometry="geometry", crs="EPSG:4326").sort_values("id", ignore_index=True)
    return DistrictLayer(
        frame,
        table,
        name=str(body["name"]),
        source=str(body["source"]),
        licence=str(body["license"]),
        attribution=str(body["attribution"]),
        schematic=bool(body.get("schematic", False)),
        note=body.get("note"),
    )


def _read_collection(path: Path) -> dict[str, Any]:
    try:
        body = orjson.loads(path.read_bytes())
    except FileNotFoundError as error:
        raise DataFileError(path, None, f"file is missing; expected at {path}") from error
    except OSError as error:
        raise DataFileError(path, None, f"cannot be read ({error.strerror})") from error
    except orjson.JSONDecodeError as error:
        raise DataFileError(path, error.lineno, f"is no JSON ({error.msg})") from error
    if not isinstance(body, dict) or body.get("type") != "FeatureCollection":
        raise DataFileError(path, None, "is no GeoJSON FeatureCollection")
    if not isinstance(body.get("features"), list) or not body["features"]:
        raise DataFileError(path, None, "has no features")
    missing = [member for member in MEMBERS if not body.get(member)]
    if missing:
        raise DataFileError(path, None, f"lacks the member {', '.join(map(repr, missing))} beside its features")
    return body


def _read_feature(path: Path, number: int, feature: Any, table: DistrictTable) -> dict[str, Any]:
    where = f"feature {number}"
    properties = feature.get("properties") if isinstance(feature, Mapping) else None
    name = str((properties or {}).get("name") or "").strip()
    if not name:
        raise DataFileError(path, None, f"{where} has no property 'name'")
    try:
        shape = shapely.from_geojson(orjson.dumps(feature["geometry"])) if feature.get("geometry") else None
    except shapely.errors.GEOSException as error:
        raise DataFileError(path, None, f"{where} ({name}) has a geometry that cannot be read ({error})") from error
    if shape is None or shape.is_empty or shape.geom_type not in ("Polygon", "MultiPolygon"):
        raise DataFileError(path, None, f"{where} ({name}) must have a Polygon or MultiPolygon as geometry")
    if not shape.is_valid:
        raise DataFileError(path, None, f"{where} ({name}) is no valid shape ({shapely.is_valid_reason(shape)})")
    district = table.find(name)
    canonical = district.name if district else name
    pcode = (properties or {}).get("pcode") or (district.pcode if district else None)
    return {"id": slug(canonical), "name": canonical, "pcode": pcode, "geometry": shape}


def layer_json(layer: DistrictLayer, **members: object) -> bytes:
    """A layer as its file: RFC 7946, one feature a line, so that a change shows as a change of a line."""
    head = {
        "type": "FeatureCollection",
        "name": layer.name,
        "source": layer.source,
        "license": layer.licence,
        "attribution": layer.attribution,
        "schematic": layer.schematic,
        **({"note": layer.note} if layer.note else {}),
        **members,
    }
    features = [_feature_json(row, layer.schematic) for row in layer.frame.itertuples()]
    lines = b",\n".join(orjson.dumps(feature) for feature in features)
    return orjson.dumps(head)[:-1] + b',"features":[\n' + lines + b"\n]}\n"


def _feature_json(row: Any, schematic: bool) -> dict[str, Any]:
    geometry = orjson.loads(shapely.to_geojson(shapely.orient_polygons(row.geometry)))
    properties = {"id": row.id, "name": row.name, "pcode": row.pcode, "schematic": schematic}
    return {"type": "Feature", "id": row.id, "properties": properties, "geometry": geometry}
