"""Districts by name: `data/districts.csv` loaded and validated; read by every stage that has to know a district.

Their shapes are `geo.district_layers`'s. The canonical names of the program are those of the set of September 2022 to
February 2026 (status `current` or `split`); older and newer districts are known by name and lead to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from rapidfuzz import fuzz, process

from geo.datafiles import DATA_DIR, fold, read_rows, slug, split_list
from geo.errors import DataFileError
from geo.models import District

STATUSES = {
    "current": "district of the set of September 2022 to February 2026, and since",
    "split": "district of that set, divided in 2026",
    "new": "made in 2026",
    "abolished": "given back to its parents",
}
REFERENCE_STATUSES = frozenset({"current", "split"})
COLUMNS = (
    *("id", "name", "created", "ended", "parents", "division", "division_2026", "headquarters", "pcode"),
    *("aliases", "urdu", "status", "source", "note"),
)
SIMILAR = 75.0  # rapidfuzz ratio from which a name is worth suggesting

_URDU_LETTERS = str.maketrans("يىكهۃةھ", "ییکہہہہ")
_DISTRICT_WORDS = ("district", "distt", "zila", "ضلع")
_WHEN = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_PCODE = re.compile(r"PK2\d\d")


def district_key(name: str) -> str:
    """A district's name for comparing: no case, diacritics, spaces or word for district; one form of Urdu letters."""
    words = fold(name).translate(_URDU_LETTERS).split()
    kept = [word for word in words if word not in _DISTRICT_WORDS]
    return "".join(kept or words)


@dataclass(frozen=True, slots=True)
class DistrictTable:
    """All districts that are or were, with look-ups by any of their names.

    Attributes:
        rows: In the order of the file.
        names: `district_key` of each name, alias, Urdu name, id and p-code to the canonical name.
    """

    rows: Mapping[str, District]
    names: Mapping[str, str]

    @classmethod
    def of(cls, districts: Iterable[District]) -> DistrictTable:
        """A table of districts whose names are known to be unique."""
        rows = {district.name: district for district in districts}
        return cls(rows, {key: name for name, row in rows.items() for key in _keys(row)})

    def find(self, name: str | None) -> District | None:
        """The district of this name, alias, Urdu name, id or p-code, however it is written; None when unknown."""
        canonical = self.names.get(district_key(name or ""))
        return self.rows[canonical] if canonical else None

    def all(self) -> tuple[District, ...]:
        """Every district, also those of other times."""
        return tuple(self.rows.values())

    def current(self) -> tuple[District, ...]:
        """The 36 districts of September 2022 to February 2026, whose names claims and gazetteer hold."""
        return tuple(row for row in self.rows.values() if row.status in REFERENCE_STATUSES)

    def parents_of(self, name: str) -> tuple[str, ...]:
        """Canonical names of the districts that a district was cut from; none for an unknown one."""
        district = self.find(name)
        return district.parents if district else ()

    def children_of(self, name: str) -> tuple[str, ...]:
        """Canonical names of the districts that were cut from a district."""
        district = self.find(name)
        return tuple(row.name for row in self.rows.values() if district and district.name in row.parents)

    def similar(self, name: str) -> str | None:
        """The name of the district that an unknown name is most like, to ask whether it is meant."""
        match = process.extractOne(district_key(name), self.names.keys(), scorer=fuzz.ratio, score_cutoff=SIMILAR)
        return self.names[match[0]] if match else None


def _keys(district: District) -> set[str]:
    names = (district.name, district.id, district.pcode or "", *district.aliases, *district.urdu)
    return {district_key(name) for name in names if name}


@lru_cache(maxsize=1)
def load_districts() -> DistrictTable:
    """The districts of `data/districts.csv`, read once.

    Raises:
        DataFileError: naming file, line and value of the first fault.
    """
    return read_districts(DATA_DIR / "districts.csv")


def read_districts(path: Path) -> DistrictTable:
    """The districts of a file in the form of `data/districts.csv`.

    Raises:
        DataFileError: naming file, line and value of the first fault.
    """
    rows = [(line, _read_row(path, line, row)) for line, row in read_rows(path, COLUMNS)]
    if not rows:
        raise DataFileError(path, None, "has no districts")
    _check_unique(path, rows)
    known = {district.name for _, district in rows}
    for line, district in rows:
        for parent in district.parents:
            if parent not in known or parent == district.name:
                raise DataFileError(path, line, f"parent {parent!r} of {district.name!r} is no other district's name")
    return DistrictTable.of(district for _, district in rows)


def _read_row(path: Path, line: int, row: Mapping[str, str]) -> District:
    name = row["name"]
    if not name or row["id"] != slug(name):
        raise DataFileError(path, line, f"id {row['id']!r} of {name!r} must be {slug(name)!r}")
    if row["status"] not in STATUSES:
        raise DataFileError(path, line, f"status {row['status']!r} of {name!r} must be one of {', '.join(STATUSES)}")
    if not row["source"]:
        raise DataFileError(path, line, f"source of {name!r} is missing")
    if row["pcode"] and not _PCODE.fullmatch(row["pcode"]):
        raise DataFileError(path, line, f"pcode {row['pcode']!r} of {name!r} must look like PK201, or be empty")
    if row["status"] in REFERENCE_STATUSES and not row["division"]:
        raise DataFileError(path, line, f"division of {name!r} is missing")
    created, ended = (_year(path, line, column, row[column]) for column in ("created", "ended"))
    if created and ended and row["ended"] < row["created"][: len(row["ended"])]:
        raise DataFileError(path, line, f"{name!r} ended ({row['ended']}) before it was created ({row['created']})")
    if bool(ended) != (row["status"] in ("split", "abolished")):
        raise DataFileError(path, line, f"ended {row['ended']!r} of {name!r} doesn't go with status {row['status']!r}")
    return District(
        row["id"],
        name,
        row["division"] or None,
        row["headquarters"] or None,
        row["pcode"] or None,
        created,
        ended,
        split_list(row["parents"]),
        split_list(row["aliases"]),
        split_list(row["urdu"]),
        row["source"],
        row["note"] or None,
        row["division_2026"] or None,
        row["status"],
        row["created"] or None,
        row["ended"] or None,
    )


def _year(path: Path, line: int, column: str, cell: str) -> int | None:
    """The year of a cell such as 2017, 2017-08 or 2017-08-01."""
    if not cell:
        return None
    match = _WHEN.fullmatch(cell)
    if match:
        year, month, day = int(match[1]), int(match[2] or 1), int(match[3] or 1)
        if 1850 <= year <= 2100 and 1 <= month <= 12 and 1 <= day <= 31:
            return year
    raise DataFileError(path, line, f"{column} {cell!r} must be a year or a date like 2017-08-01 (or empty)")


def _check_unique(path: Path, rows: Iterable[tuple[int, District]]) -> None:
    owners: dict[str, tuple[int, str]] = {}
    for line, district in rows:
        for key in sorted(_keys(district)):
            if not key:
                raise DataFileError(path, line, f"a name of {district.name!r} has no letters")
            if key in owners:
                other, name = owners[key]
                raise DataFileError(path, line, f"a name of {district.name!r} is one of {name!r} too (line {other})")
            owners[key] = (line, district.name)
