"""District boundaries from anyone's file -> a layer with the program's names; nothing is written here.

Reads GeoJSON, GeoPackage and shapefiles, also zipped, with the column names of OCHA COD-AB, of geoBoundaries, or plain
ones. Rows of other provinces are left out, several rows of one district are joined, and names that nobody knows are
reported.
"""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import orjson
import pyogrio
import shapely

from geo.datafiles import fold, slug
from geo.district_layers import SCHEMATIC_FILE, DistrictLayer, read_layer
from geo.districts import DistrictTable
from geo.errors import InputError

# Spelt in lower case; the first one that a file has is taken. Tehsil files have the district's name too.
NAME_COLUMNS = ("adm2_name", "adm2_en", "shapename", "district_name", "district", "name_2", "name_en", "name")
PROVINCE_COLUMNS = ("adm1_name", "adm1_en", "province_name", "province", "name_1")
PCODE_COLUMNS = ("adm2_pcode", "district_code", "pcode")
FINER_COLUMNS = ("adm3_name", "adm3_en", "tehsil_name", "name_3")
PROVINCE_NAMES = ("balochistan", "baluchistan")
MEMBER_ENDINGS = (".geojson", ".json", ".gpkg", ".shp")

SURROUNDINGS = 0.3  # degrees; a namesake whose middle lies further from the province isn't meant
LON_LAT = (60.0, 20.0, 80.0, 40.0)  # what coordinates without a named system must lie in to be degrees
MAX_ZIPPED_BYTES = 1_000_000_000
MAX_CORNERS = 100_000
THINNING = 0.0005  # degrees, about 50 m
DECIMALS = 6
EQUAL_AREA = "+proj=laea +lat_0=28.5 +lon_0=66"

COD_AB = (
    "OCHA COD-AB",
    "CC BY 3.0 IGO",
    "OCHA Field Information Services Section, World Food Programme SDI; CC BY 3.0 IGO; modified",
)
GEO_BOUNDARIES = ("geoBoundaries", "CC BY 4.0 unless its metadata says otherwise", "geoBoundaries (geoboundaries.org)")


@dataclass(frozen=True, slots=True)
class Credit:
    """Who made a file and what may be done with it, as far as it is known; None = find it out from the file."""

    name: str | None = None
    source: str | None = None
    licence: str | None = None
    attribution: str | None = None


@dataclass(frozen=True, slots=True)
class ReadReport:
    """A layer made from a file, and what was done to get it.

    Attributes:
        outside: Rows that were left out as not in Balochistan.
        unknown: Names inside Balochistan that `data/districts.csv` doesn't have, with the name that may be meant.
        missing: Districts of the reference set that the file doesn't draw, with those that stand for them.
        notes: What else a user should know, one line each.
    """

    layer: DistrictLayer
    rows: int
    outside: int
    unknown: tuple[tuple[str, str | None], ...]
    missing: tuple[tuple[str, tuple[str, ...]], ...]
    notes: tuple[str, ...]


def read_boundaries(path: Path, table: DistrictTable, credit: Credit | None = None) -> ReadReport:
    """The districts of Balochistan in a file.

    Raises:
        InputError: when the file can't be read, has no names of districts or no areas, or no known district.
    """
    frame, notes = _read_frame(path)
    columns = {str(column).lower(): column for column in frame.columns}
    name_column = _first(columns, NAME_COLUMNS)
    if name_column is None:
        had = ", ".join(str(column) for column in frame.columns if column != "geometry") or "none"
        raise InputError(
            f"{path.name} has no column with names of districts; its columns: {had}; known: {', '.join(NAME_COLUMNS)}"
        )
    placed, outside, unknown = _reconcile(path, frame, name_column, columns, table)
    shapes, mending = _clean(placed)
    pcodes = _pcodes(placed, _first(columns, PCODE_COLUMNS))
    layer = _layer(shapes, pcodes, table, _credit(path, columns, credit or Credit()))
    return ReadReport(layer, len(frame), outside, unknown, _missing(layer, table), (*notes, *mending))


def _first(columns: dict[str, Any], known: Sequence[str]) -> Any | None:
    return next((columns[name] for name in known if name in columns), None)


def _read_frame(path: Path) -> tuple[gpd.GeoDataFrame, tuple[str, ...]]:
    """All rows in WGS84."""
    if not path.is_file():
        raise InputError(f"there is no file {path}")
    address, layer = _best_source(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # GDAL's remarks; faulty shapes are mended below
            frame = pyogrio.read_dataframe(address, layer=layer, datetime_as_string=True)
    except (pyogrio.errors.DataSourceError, shapely.errors.GEOSException, ValueError) as error:
        raise _unreadable(path, error) from error
    if not isinstance(frame, gpd.GeoDataFrame) or frame.geometry.isna().all() or frame.geometry.is_empty.all():
        raise InputError(f"{path.name} has no areas (polygons): it is a table without shapes")
    return _to_degrees(path, frame)


def _to_degrees(path: Path, frame: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, tuple[str, ...]]:
    if frame.crs is not None:
        return frame.to_crs("EPSG:4326"), ()
    west, south, east, north = frame.total_bounds
    if not (LON_LAT[0] <= west and LON_LAT[1] <= south and east <= LON_LAT[2] and north <= LON_LAT[3]):
        raise InputError(f"{path.name} names no coordinate system (a .prj file is missing), and it isn't in degrees")
    return frame.set_crs("EPSG:4326"), ("the file names no coordinate system; taken as degrees (WGS84)",)


def _best_source(path: Path) -> tuple[str, str | None]:
    """Address and layer of what looks most like districts: not provinces, not tehsils."""
    sources = [(address, layer) for address in _addresses(path) for layer in _layers(path, address)]
    ranked: list[tuple[int, bool, int]] = []
    for address, layer in sources:
        fields = {str(field).lower() for field in pyogrio.read_info(address, layer=layer)["fields"]}
        named = next((rank for rank, name in enumerate(NAME_COLUMNS) if name in fields), len(NAME_COLUMNS))
        ranked.append((named, bool(fields & set(FINER_COLUMNS)), len(ranked)))
    return sources[min(ranked)[2]]


def _addresses(path: Path) -> list[str]:
    if not zipfile.is_zipfile(path):
        return [str(path)]
    with zipfile.ZipFile(path) as archive:
        if sum(member.file_size for member in archive.infolist()) > MAX_ZIPPED_BYTES:
            raise InputError(f"{path.name} would unpack to more than {MAX_ZIPPED_BYTES // 1_000_000} MB")
        members = sorted(name for name in archive.namelist() if name.lower().endswith(MEMBER_ENDINGS))
    if not members:
        raise InputError(f"{path.name} holds no {', '.join(MEMBER_ENDINGS)} file")
    return [f"/vsizip/{path.resolve()}/{member}" for member in members]


def _layers(path: Path, address: str) -> list[str]:
    try:
        return [str(name) for name in pyogrio.list_layers(address)[:, 0]]
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: Exception) -> InputError:
    reason = (str(error).splitlines() or [type(error).__name__])[0].split(";")[0].replace(str(path), path.name)
    return InputError(f"{path.name} cannot be read as GeoJSON, GeoPackage or shapefile: {reason}")


def _reconcile(
    path: Path, frame: gpd.GeoDataFrame, name_column: Any, columns: dict[str, Any], table: DistrictTable
) -> tuple[gpd.GeoDataFrame, int, tuple[tuple[str, str | None], ...]]:
    """The rows of Balochistan with a column `canonical`, how many others there were, and the unknown names."""
    given = frame[name_column].fillna("").astype(str).str.strip()
    canonical = given.map(lambda name: district.name if (district := table.find(name)) else "")
    known = canonical != ""
    inside = _inside(frame, _first(columns, PROVINCE_COLUMNS), known, table) & (given != "")
    if not (inside & known).any():
        some = ", ".join(repr(name) for name in given.unique()[:5])
        raise InputError(f"{path.name} has no district of Balochistan: its column {name_column!r} says {some} ...")
    placed = frame[inside].assign(canonical=canonical.where(known, given)[inside])
    strangers = sorted(set(given[inside & ~known]))
    return placed, int((~inside).sum()), tuple((name, table.similar(name)) for name in strangers)


def _inside(frame: gpd.GeoDataFrame, province: Any | None, known: Any, table: DistrictTable) -> Any:
    """Which rows lie in Balochistan: by their province where the file says it, else by their place."""
    if province is not None:
        return frame[province].fillna("").astype(str).map(lambda name: fold(name).startswith(PROVINCE_NAMES))
    outline = shapely.union_all(read_layer(SCHEMATIC_FILE, table).frame.geometry.to_numpy())
    middles = frame.geometry.representative_point()
    return middles.within(outline) | (middles.within(outline.buffer(SURROUNDINGS)) & known)


def _clean(placed: gpd.GeoDataFrame) -> tuple[gpd.GeoSeries, tuple[str, ...]]:
    """One valid shape for each name that meets its neighbours exactly, and what had to be mended for that."""
    notes: list[str] = []
    areas = [_areas(shape) for shape in placed.geometry]
    if not any(areas):
        raise InputError("the rows of Balochistan have no areas (polygons)")
    named = zip(placed["canonical"], areas, strict=True)
    parts: dict[str, list[Any]] = {}
    for name, polygons in named:
        parts.setdefault(name, []).extend(polygons)
    if len(parts) < len(placed):
        notes.append(f"{len(placed)} rows were joined to {len(parts)} districts")
    names = sorted(name for name, polygons in parts.items() if polygons)
    shapes = [shapely.union_all(parts[name]) for name in names]
    if not shapely.coverage_is_valid(shapes):
        overlap, _ = coverage_faults(gpd.GeoSeries(shapes, crs="EPSG:4326"))
        shapes = list(shapely.coverage_clean(shapes))
        notes.append(f"neighbours didn't meet exactly (overlaps of {overlap:.2f} km²); their lines were mended")
    corners = int(shapely.get_num_coordinates(shapes).sum())
    if corners > MAX_CORNERS:
        shapes = list(shapely.coverage_simplify(shapes, THINNING))
        notes.append(f"{corners} corners were thinned to {shapely.get_num_coordinates(shapes).sum()} (about 50 m)")
    return gpd.GeoSeries(_rounded(shapes), index=names, crs="EPSG:4326"), tuple(notes)


def _areas(shape: Any) -> list[Any]:
    """The polygons of a shape, made valid, without heights."""
    if shape is None or shape.is_empty:
        return []
    valid = shapely.force_2d(shape if shape.is_valid else shapely.make_valid(shape))
    return [part for part in shapely.get_parts(valid) if part.geom_type == "Polygon"]


def _rounded(shapes: list[Any]) -> list[Any]:
    """Fewer decimals, unless that would make a shape cross itself."""
    rounded = [shapely.transform(shape, lambda points: points.round(DECIMALS)) for shape in shapes]
    return rounded if shapely.is_valid(rounded).all() and shapely.coverage_is_valid(rounded) else shapes


def coverage_faults(shapes: gpd.GeoSeries) -> tuple[float, float]:
    """Square kilometres of overlaps, and of gaps that are closed in by districts."""
    flat = shapes.to_crs(EQUAL_AREA)
    union = shapely.union_all(flat.to_numpy())
    overlap = float(flat.area.sum() - union.area)
    holes = [shapely.Polygon(ring) for part in shapely.get_parts(union) for ring in part.interiors]
    return max(overlap, 0.0) / 1e6, float(shapely.area(holes).sum()) / 1e6


def _pcodes(placed: gpd.GeoDataFrame, column: Any | None) -> dict[str, str]:
    """The file's own p-codes, where a district has one row (a joined one's would be a part's)."""
    if column is None:
        return {}
    single = placed[placed[column].map(lambda code: isinstance(code, str))].drop_duplicates("canonical", keep=False)
    return dict(zip(single["canonical"], single[column].astype(str), strict=True))


def _credit(path: Path, columns: dict[str, Any], given: Credit) -> Credit:
    """What the user says of the file, else what the file says, else what its publisher's files are known for."""
    told = _members(path)
    source = given.source or told.get("source") or f"file {path.name}"
    told_licence = told.get("license") or told.get("licence")
    name, licence, attribution = path.stem, "not stated", f"{source}; {told_licence or 'licence not stated'}"
    if "adm2_pcode" in columns or "cod-ab" in source.lower():
        name, licence, attribution = COD_AB
    elif "shapename" in columns:
        name, licence, attribution = GEO_BOUNDARIES
    return Credit(
        given.name or name,
        source,
        given.licence or told_licence or licence,
        given.attribution or told.get("attribution") or attribution,
    )


def _members(path: Path) -> dict[str, str]:
    """What a GeoJSON file says of itself beside its features."""
    if path.suffix.lower() not in (".json", ".geojson"):
        return {}
    try:
        body = orjson.loads(path.read_bytes())
    except orjson.JSONDecodeError:
        return {}
    inner = body.get("metadata")
    members = {**(inner if isinstance(inner, dict) else {}), **body}
    return {key: value for key, value in members.items() if isinstance(value, str)}


def _layer(shapes: gpd.GeoSeries, pcodes: dict[str, str], table: DistrictTable, credit: Credit) -> DistrictLayer:
    known = {name: table.find(name) for name in shapes.index}
    columns = {
        "id": [slug(name) for name in shapes.index],
        "name": list(shapes.index),
        "pcode": [pcodes.get(name) or (district.pcode if district else None) for name, district in known.items()],
    }
    frame = gpd.GeoDataFrame(columns, geometry=shapes.to_numpy(), crs="EPSG:4326")
    reference = {row.name for row in table.current()}
    when = " (September 2022 to February 2026)" if set(shapes.index) == reference else ""
    return DistrictLayer(
        frame,
        table,
        f"{credit.name}, {len(frame)} districts{when}",
        str(credit.source),
        str(credit.licence),
        str(credit.attribution),
        schematic=False,
    )


def _missing(layer: DistrictLayer, table: DistrictTable) -> tuple[tuple[str, tuple[str, ...]], ...]:
    drawn = set(layer.frame["name"])
    return tuple((row.name, layer.drawn(row.name).names) for row in table.current() if row.name not in drawn)
