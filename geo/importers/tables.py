"""The tables that readers go by: columns and their other names, codes and what they become, and countries.

All of them are files in `data/`, so that another release of a data set needs a line there and no code.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from geo.datafiles import DATA_DIR, fold, read_rows, split_list
from geo.errors import DataFileError, InputError


@dataclass(frozen=True, slots=True)
class Column:
    """A column that a reader knows, under any of its names."""

    name: str
    aliases: tuple[str, ...]
    required: bool


@dataclass(frozen=True, slots=True)
class Codes:
    """What one reader's codes become: `codes.value("where_prec", "1", "where_prec")`."""

    reader: str
    table: Mapping[tuple[str, str, str], str]

    def value(self, column: str, code: str, field: str) -> str:
        """What a code of a column says of a field.

        Raises:
            InputError: for a code that the table doesn't have.
        """
        found = self.table.get((column, code, field))
        if found is None:
            known = sorted(known for col, known, what in self.table if col == column and what == field)
            raise InputError(f"{column} {code!r} is unknown; known: {', '.join(known)}")
        return found

    def get(self, column: str, code: str, field: str) -> str | None:
        """What a code of a column says of a field, if anything."""
        return self.table.get((column, code, field))


@lru_cache(maxsize=8)
def columns_of(reader: str, path: Path = DATA_DIR / "import_columns.csv") -> tuple[Column, ...]:
    """The columns that a reader knows.

    Raises:
        DataFileError: naming file, line and value of the first fault.
    """
    found: list[Column] = []
    names: set[str] = set()
    for line, row in read_rows(path, ("reader", "column", "aliases", "required", "source")):
        if row["required"] not in ("yes", "no") or not row["source"]:
            raise DataFileError(path, line, f"required {row['required']!r} must be yes or no, and source be given")
        if row["reader"] != reader:
            continue
        column = Column(row["column"], split_list(row["aliases"]), row["required"] == "yes")
        for name in (column.name, *column.aliases):
            if name in names:
                raise DataFileError(path, line, f"column name {name!r} of {reader} stands twice")
            names.add(name)
        found.append(column)
    return tuple(found)


@lru_cache(maxsize=8)
def codes_of(reader: str, path: Path = DATA_DIR / "import_codes.csv") -> Codes:
    """The codes that a reader knows.

    Raises:
        DataFileError: naming file, line and value of the first fault.
    """
    table: dict[tuple[str, str, str], str] = {}
    for line, row in read_rows(path, ("reader", "column", "code", "field", "value", "source")):
        if not (row["column"] and row["field"] and row["value"] and row["source"]):
            raise DataFileError(path, line, "column, field, value and source must not be empty")
        if row["reader"] != reader:
            continue
        key = (row["column"], row["code"], row["field"])
        if key in table:
            raise DataFileError(path, line, f"code {row['code']!r} of {row['column']} stands twice for {row['field']}")
        table[key] = row["value"]
    return Codes(reader, table)


def find_columns(header: Iterable[str], columns: Iterable[Column]) -> dict[str, int]:
    """Where each known column stands in a header, by any of its names in any case; missing ones are left out."""
    places: dict[str, int] = {}
    for index, name in enumerate(header):
        places.setdefault(name.strip().casefold(), index)
    found: dict[str, int] = {}
    for column in columns:
        place = next(
            (places[name.casefold()] for name in (column.name, *column.aliases) if name.casefold() in places), None
        )
        if place is not None:
            found[column.name] = place
    return found


def missing_columns(found: Mapping[str, int], columns: Iterable[Column]) -> tuple[str, ...]:
    """The required columns that a header lacks."""
    return tuple(column.name for column in columns if column.required and column.name not in found)


@lru_cache(maxsize=1)
def _countries() -> Mapping[str, tuple[str, str]]:
    """Every folded name, alias and code to the country's code and name."""
    return read_countries(DATA_DIR / "countries.csv")


def read_countries(path: Path) -> dict[str, tuple[str, str]]:
    """The countries of a file in the form of `data/countries.csv`.

    Raises:
        DataFileError: naming file, line and value of the first fault.
    """
    found: dict[str, tuple[str, str]] = {}
    for line, row in read_rows(path, ("code", "name", "aliases", "source")):
        code, name = row["code"], row["name"]
        if len(code) != 2 or not code.isupper() or not name or not row["source"]:
            raise DataFileError(path, line, f"code {code!r} must be two capital letters, name and source be given")
        for key in {fold(word) for word in (code, name, *split_list(row["aliases"]))}:
            if found.setdefault(key, (code, name)) != (code, name):
                raise DataFileError(path, line, f"name {key!r} of {code} already belongs to {found[key][0]}")
    return found


@lru_cache(maxsize=4096)
def country_code(name: str | None) -> str | None:
    """The ISO 3166-1 alpha-2 code of a country's name or code; None for an unlisted one."""
    found = _countries().get(fold(name)) if name else None
    return found[0] if found else None


def country_name(code: str | None) -> str | None:
    """The name of a country's code."""
    found = _countries().get(code.casefold()) if code else None
    return found[1] if found else None


def check_tables() -> None:
    """Read all of them.

    Raises:
        DataFileError: naming file, line and value of the first fault.
    """
    _countries()
    for reader in {row["reader"] for _, row in read_rows(DATA_DIR / "import_columns.csv", ("reader",))}:
        columns_of(reader)
    for reader in {row["reader"] for _, row in read_rows(DATA_DIR / "import_codes.csv", ("reader",))}:
        codes_of(reader)
