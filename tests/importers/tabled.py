"""A small table of anybody's and its mapping, for tests."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from geo.importers.mapped import source_of
from geo.importers.mapping import parse_mapping
from geo.importers.rows import BadRow, Row

DATASET = "dataset: {name: Test Table}\n"
BASE = {
    "ID": "7",
    "Date": "04/11/2025",
    "Location": "Mangochar",
    "District": "Kalat",
    "Type": "Firing",
    "Killed": "2",
    "Injured": "",
    "Group": "BLA",
    "Source": "Dawn; The Balochistan Post",
}
FIELDS = """\
fields:
  id: ID
  date: {column: Date, format: day first}
  place: Location
  district: District
  country: {value: Pakistan}
  event_type: {column: Type, codes: {Firing: armed_attack, Bomb blast: bombing}}
  killed.total: Killed
  injured.total: Injured
  involved: Group
  source: {column: Source, split: ";"}
"""


def table_file(folder: Path, *changes: dict[str, str], name: str = "table.csv", **cells: str) -> Path:
    """A table with a row for each change of the base row."""
    rows = [BASE | change | cells for change in changes or ({},)]
    return written(folder / name, rows, list(dict.fromkeys(name for row in rows for name in row)))


def written(path: Path, rows: Sequence[dict[str, str]], header: Sequence[str]) -> Path:
    """A CSV of these rows."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, header)
        writer.writeheader()
        writer.writerows(rows)
    return path


def items(folder: Path, *changes: dict[str, str], fields: str = FIELDS, **more: Any) -> list[Row | BadRow]:
    """What a mapping makes of the table's rows."""
    mapping = parse_mapping(DATASET + more.pop("missing", "") + fields)
    return list(source_of(table_file(folder, *changes, **more), mapping).read())  # type: ignore[arg-type]


def row(folder: Path, fields: str = FIELDS, **cells: str) -> Row:
    (item,) = items(folder, fields=fields, **cells)
    assert isinstance(item, Row), item
    return item


def reason(folder: Path, fields: str = FIELDS, **cells: str) -> str:
    (item,) = items(folder, fields=fields, **cells)
    assert isinstance(item, BadRow), item
    return item.reason
