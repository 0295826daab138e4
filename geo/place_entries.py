"""What a place name may mean: entries read from `data/` and the districts, validated; `geo.gazetteer` indexes them.

Places of Balochistan stand in `gazetteer.csv`, roads and other features that run through several districts in
`linear_features.csv`, the province itself and what lies outside it (provinces, countries, cities, districts, seas) in
`wider_places.csv`. Each fault is an error that names file, line and value.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from geo.datafiles import read_rows, split_list
from geo.districts import DistrictTable
from geo.errors import DataFileError
from geo.models import District
from geo.place_names import name_key

Kind = Literal["district", "division", "province", "country", "outside", "sea", "linear", "tehsil", "place"]
WiderKind = Literal["country", "province", "region", "district", "city", "sea"]

PROVINCE = "Balochistan"
COUNTRY = "PK"
BOUNDS = (60.8, 24.6, 70.4, 32.2)  # west, south, east, north of Balochistan, with its islands
MAX_RADIUS_KM = 60.0
EXACT_RADIUS_KM = 5.0  # a point known less well than this is "near" its place (where_prec 2)

FEATURE_CLASSES = "AHLPRSTUV"  # of GeoNames
LINEAR_CODES = frozenset({"PASS", "RD", "RR", "CNL", "STM", "BDRY", "CST"})
REGION_CODES = frozenset({"RGN", "AREA", "VAL", "MT", "MTS", "HLLS", "LCTY"})  # no settlements
# Quarters, streets and buildings: known in one town, their name says nothing of another town.
URBAN_CODES = frozenset({"PPLX", "ST", "RRX", "HSP", "HTL", "BLDG", "STDM", "UNIV", "SCH", "BDG", "PRN"})
SEAT_CODES = frozenset({"PPLA2", "PPLA3"})  # of a district, of a tehsil

# How likely a bare name means the thing: Kalat is first the district, then its town; Quetta first the city, which is
# what reports mean. A town leads a village of its name elsewhere by more than the geocoder asks for; two villages, or a
# tehsil and a village, stay ambiguous.
CAPITAL_PROMINENCE = 1.01
DISTRICT_PROMINENCE = 1.0
SEAT_PROMINENCE = 0.99
WIDER_PROMINENCE = {"country": 1.0, "province": 1.0, "city": 0.99, "district": 0.97, "region": 0.97, "sea": 0.96}
TEHSIL_PROMINENCE = 0.96
LINEAR_PROMINENCE = 0.96
PLACE_PROMINENCE = 0.92
OTHER_SET_PROMINENCE = 0.9  # a district of other years: its town is meant, unless "district" is said

_PLACE_COLUMNS = (
    *("id", "name", "alternates", "lat", "lon", "district"),
    *("feature_class", "feature_code", "radius_km", "source", "note"),
)
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that a name may mean.

    Attributes:
        id: Slug of a place, or `district:kalat`, `division:kalat`, `province:sindh`, `country:ir`.
        districts: Canonical names, sorted; empty outside Balochistan and for the province.
        where_prec: Precision that the bare name gives.
        prominence: 1 for districts, less for what a bare name means less likely (a village).
        spellings: The name and its alternates, the name first.
        code: GeoNames feature code of a place.
    """

    id: str
    name: str
    kind: Kind
    districts: tuple[str, ...]
    where_prec: int
    prominence: float
    spellings: tuple[str, ...]
    province: str | None = PROVINCE
    country: str | None = COUNTRY
    lat: float | None = None
    lon: float | None = None
    radius_km: float | None = None
    code: str = ""
    source: str = ""
    note: str | None = None

    @property
    def inside(self) -> bool:
        """Whether it is a part of Balochistan, or Balochistan itself."""
        return self.province == PROVINCE


def read_entries(folder: Path, table: DistrictTable) -> Iterator[Entry]:
    """Every entry of a folder's place files and of the districts.

    Raises:
        DataFileError: naming file, line and value of the first fault.
    """
    current = {district.name for district in table.current()}
    yield from _district_entries(table)
    yield from _read_places(folder / "gazetteer.csv", current)
    yield from _read_linear(folder / "linear_features.csv", current)
    yield from _read_wider(folder / "wider_places.csv")


def _district_entries(table: DistrictTable) -> Iterator[Entry]:
    current = {district.name for district in table.current()}
    divisions: dict[str, list[str]] = {}
    for district in table.all():
        yield _district_entry(district, current, table)
        if district.division and district.name in current:
            divisions.setdefault(district.division, []).append(district.name)
    for name, members in divisions.items():
        yield Entry(
            f"division:{name_key(name).replace(' ', '-')}",
            f"{name} Division",
            "division",
            tuple(sorted(members)),
            5,
            DISTRICT_PROMINENCE,
            (f"{name} Division", f"{name} ڈویژن"),
        )


def _district_entry(district: District, current: Collection[str], table: DistrictTable) -> Entry:
    """A district; one outside the set of 36 stands for what it was cut from, or what it was given back to."""
    spellings = tuple(dict.fromkeys((district.name, *district.aliases, *district.urdu)))
    if district.name in current:
        return Entry(
            f"district:{district.id}", district.name, "district", (district.name,), 3, DISTRICT_PROMINENCE, spellings
        )
    parents = tuple(sorted(parent for parent in table.parents_of(district.name) if parent in current))
    return Entry(
        f"district:{district.id}",
        district.name,
        "district",
        parents,
        3 if len(parents) == 1 else 5 if parents else 4,
        OTHER_SET_PROMINENCE,
        spellings,
        note=f"{district.name} is no district of the set of 36; given as {' and '.join(parents) or 'unknown'}",
    )


def _read_places(path: Path, districts: Collection[str]) -> Iterator[Entry]:
    seen: dict[str, int] = {}
    for line, row in read_rows(path, _PLACE_COLUMNS):
        _check_common(path, line, row, seen)
        if row["district"] not in districts:
            raise DataFileError(path, line, f"district {row['district']!r} is none of districts.csv's current ones")
        if row["feature_class"] not in tuple(FEATURE_CLASSES):
            raise DataFileError(path, line, f"feature_class {row['feature_class']!r} must be one of {FEATURE_CLASSES}")
        yield _place_entry(row, _read_point(path, line, row))


def _check_common(path: Path, line: int, row: dict[str, str], seen: dict[str, int]) -> None:
    if not _SLUG.fullmatch(row["id"]):
        raise DataFileError(path, line, f"id {row['id']!r} must be a slug (a-z, 0-9, hyphens)")
    if row["id"] in seen:
        raise DataFileError(path, line, f"id {row['id']!r} stands in line {seen[row['id']]} already")
    seen[row["id"]] = line
    if not name_key(row["name"]):
        raise DataFileError(path, line, f"name {row['name']!r} has no letters")
    for alternate in split_list(row["alternates"]):
        if not name_key(alternate):
            raise DataFileError(path, line, f"alternate name {alternate!r} has no letters")
    if not row["source"]:
        raise DataFileError(path, line, f"source of {row['name']!r} is missing")


def _read_point(path: Path, line: int, row: dict[str, str]) -> tuple[float, float, float] | None:
    """(lat, lon, radius) of a row, or None where all three are empty."""
    cells = [row["lat"], row["lon"], row["radius_km"]]
    if not any(cells):
        return None
    if not all(cells):
        raise DataFileError(path, line, f"lat, lon and radius_km go together; given are {cells}")
    try:
        lat, lon, radius = map(float, cells)
    except ValueError as error:
        raise DataFileError(path, line, f"lat, lon and radius_km must be numbers, not {cells}") from error
    west, south, east, north = BOUNDS
    if not (west <= lon <= east and south <= lat <= north):
        raise DataFileError(path, line, f"point {lat}, {lon} lies outside Balochistan ({BOUNDS})")
    if not 0 < radius <= MAX_RADIUS_KM:
        raise DataFileError(path, line, f"radius_km {row['radius_km']!r} must be above 0 and at most {MAX_RADIUS_KM}")
    return lat, lon, radius


def _place_entry(row: dict[str, str], point: tuple[float, float, float] | None) -> Entry:
    code = row["feature_code"]
    tehsil = code == "ADM3"
    linear = code in LINEAR_CODES
    lat, lon, radius = (None, None, None) if point is None or linear else point
    return Entry(
        row["id"],
        row["name"],
        "tehsil" if tehsil else "linear" if linear else "place",
        (row["district"],),
        5 if linear else 3 if radius is None else 1 if radius < EXACT_RADIUS_KM else 2,
        _prominence(code),
        (row["name"], *split_list(row["alternates"])),
        lat=lat,
        lon=lon,
        radius_km=radius,
        code=code,
        source=row["source"],
        note=row["note"] or None,
    )


def _prominence(code: str) -> float:
    if code in SEAT_CODES:
        return SEAT_PROMINENCE
    return {"PPLA": CAPITAL_PROMINENCE, "ADM3": TEHSIL_PROMINENCE}.get(code, PLACE_PROMINENCE)


def _read_linear(path: Path, districts: Collection[str]) -> Iterator[Entry]:
    seen: dict[str, int] = {}
    for line, row in read_rows(path, ("id", "name", "alternates", "districts", "feature_code", "source", "note")):
        _check_common(path, line, row, seen)
        crossed = split_list(row["districts"])
        unknown = [name for name in crossed if name not in districts]
        if unknown or not crossed:
            raise DataFileError(path, line, f"districts {row['districts']!r}: {unknown or 'none'} not in districts.csv")
        spellings = (row["name"], *split_list(row["alternates"]))
        yield Entry(
            row["id"],
            row["name"],
            "linear",
            tuple(sorted(crossed)),
            5,
            LINEAR_PROMINENCE,
            spellings,
            code=row["feature_code"],
            source=row["source"],
            note=row["note"] or None,
        )


def _read_wider(path: Path) -> Iterator[Entry]:
    seen: dict[str, int] = {}
    for line, row in read_rows(path, ("id", "name", "alternates", "kind", "province", "country", "source", "note")):
        _check_common(path, line, row, seen)
        if row["kind"] not in get_args(WiderKind):
            raise DataFileError(path, line, f"kind {row['kind']!r} must be one of {', '.join(get_args(WiderKind))}")
        if row["kind"] != "sea" and not re.fullmatch("[A-Z]{2}", row["country"]):
            raise DataFileError(path, line, f"country {row['country']!r} must be an ISO 3166-1 code of two letters")
        yield _wider_entry(row)


def _wider_entry(row: dict[str, str]) -> Entry:
    kinds: dict[str, Kind] = {"country": "country", "province": "province", "sea": "sea"}
    precision = {"country": 6, "sea": 7}.get(row["kind"], 4)
    prefix = row["kind"] if row["kind"] in ("country", "province", "sea") else "outside"
    return Entry(
        f"{prefix}:{row['id']}",
        row["name"],
        kinds.get(row["kind"], "outside"),
        (),
        precision,
        WIDER_PROMINENCE[row["kind"]],
        (row["name"], *split_list(row["alternates"])),
        province=(row["province"] or None) if row["kind"] != "province" else row["name"],
        country=row["country"] or None,
        source=row["source"],
        note=row["note"] or None,
    )
