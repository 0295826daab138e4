"""Anybody's table (CSV, TSV, Excel, JSON, GeoJSON) -> rows, by a mapping (`geo.importers.mapping`).

One row is one incident, and its claims are the data set's. Names of actors make nobody a culprit unless the mapping
says on whose word; sources are listed with no figure in their mouth. A cell that can't be read makes its row a bad one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

from geo.datafiles import fold
from geo.errors import InputError
from geo.importers.days import read_days, read_year_month_day, with_precision
from geo.importers.features import GEOMETRY, LATITUDE, LONGITUDE, POINT, is_features
from geo.importers.mapping import (
    BOUNDS,
    Field,
    TableMapping,
    allowed_values,
    check_columns,
    fold_code,
    is_address,
    load_mapping,
)
from geo.importers.named import Cells, NamedTable, items_of, open_any, read_named
from geo.importers.rows import WHOLE, Item, Row, Share, Side, Where, read_degrees, read_number
from geo.importers.source import UNSTATED, Source
from geo.models import COUNT_FIELDS, UNKNOWN_ACTOR, Basis, Cited, CountRange, DateRange, stable_id

LONGEST = 1000  # characters of a name or title
NOT_LINKED = "what stands for its address is none, and was left out"
_RANGE = re.compile(r"(\d+)\s*(?:-|–|to)\s*(\d+)")
_AT_LEAST = re.compile(r"(\d+)\s*\+|(?:>=|≥|at least)\s*(\d+)", re.I)
_NOBODY = frozenset(("unknown", "unidentified", "not known", "unclaimed"))


def open_source(path: Path, mapping: Path | None = None, release: str | None = None) -> Source:
    """A table with the mapping that says what its columns mean.

    Raises:
        InputError: in one line, when either cannot be used.
    """
    if mapping is None:
        raise InputError(
            f"{path}: --mapping FILE says what its columns mean; `--propose > mapping.yaml` writes one to look through"
        )
    return source_of(path, load_mapping(mapping), release)


def source_of(path: Path, mapping: TableMapping, release: str | None = None) -> Source:
    """A table that is read by a mapping.

    Raises:
        InputError: in one line, when it can't be read or lacks a column.
    """
    table = open_any(path)
    fitting = with_points(mapping, table)
    check_columns(fitting, table.places, path.name)
    stated = release or mapping.release or UNSTATED
    return Source(path, mapping.dataset, stated, partial(read, table, fitting), table.lines)


def with_points(mapping: TableMapping, table: NamedTable) -> TableMapping:
    """The mapping of GeoJSON that says nothing of coordinates: they are those of its points."""
    if not is_features(table.path) or "latitude" in mapping.fields:
        return mapping
    points = {"latitude": Field((LATITUDE,)), "longitude": Field((LONGITUDE,))}
    return TableMapping(mapping.dataset, {**mapping.fields, **points}, mapping.missing, mapping.release, mapping.path)


def read(table: NamedTable, mapping: TableMapping, share: Share = WHOLE) -> Iterator[Item]:
    """The rows of a table."""
    yield from items_of(read_named(table, share), RowReader(mapping).row)


class RowReader:
    """Reads rows by one mapping; what codes stand for is looked up in tables made once."""

    def __init__(self, mapping: TableMapping) -> None:
        self._fields = mapping.fields
        self._missing = frozenset(fold_code(word) for word in mapping.missing)
        self._codes = {name: _code_table(name, found) for name, found in mapping.fields.items()}

    def row(self, line: int, cells: Cells) -> Row:
        """A row by its cells.

        Raises:
            InputError: for the first cell that cannot be read.
        """
        where, remark = self._where(cells)
        url = self._text("url", cells)
        if url and not is_address(url):
            url, remark = None, remark or NOT_LINKED
        return Row(
            line=line,
            key=self._key(cells),
            event_type=self._text("event_type", cells),
            when=self._when(cells),
            where=where,
            counts=tuple(self._counts(cells)),
            sides=tuple(dict.fromkeys(self._sides(cells))),
            cites=tuple(self._cites(cells)),
            title=self._text("title", cells),
            url=url,
            remark=remark,
        )

    def _key(self, cells: Cells) -> str:
        """The row's id; without a column of ids, what tells its cells from others'."""
        if "id" not in self._fields:
            return stable_id("row", *(part for name in sorted(cells) for part in (name, cells[name].strip())))
        key = self._text("id", cells)
        if not key:
            raise InputError(f"{self._fields['id'].columns[0]} is empty, but holds the rows' ids")
        return key

    def _text(self, name: str, cells: Cells) -> str | None:
        """What a field says in this row; None for nothing.

        Raises:
            InputError: for a code that the mapping doesn't have.
        """
        found = self._fields.get(name)
        if found is None:
            return None
        if not found.columns:
            return found.value or None
        return next(self._texts(name, cells), None)

    def _texts(self, name: str, cells: Cells) -> Iterator[str]:
        """All that the columns of a field say in this row."""
        found = self._fields.get(name)
        if found is None:
            return
        if not found.columns:
            if found.value:
                yield found.value
            return
        for column in found.columns:
            cell = cells[column]
            for part in cell.split(found.split) if found.split else (cell,):
                said = self._meant(name, column, part)
                if said:
                    yield said

    def _meant(self, name: str, column: str, cell: str) -> str:
        """What a cell stands for."""
        text = cell.strip()
        codes = self._codes[name]
        key = fold_code(text)
        if codes is not None and key in codes:
            return codes[key]
        if not text or key in self._missing:
            return ""
        if codes is None:
            if len(text) > LONGEST:
                raise InputError(f"{column} is longer than {LONGEST} characters")
            return text
        otherwise = self._fields[name].otherwise
        if otherwise is not None:
            return otherwise
        known = ", ".join(list(self._fields[name].codes)[:8] or allowed_values(name))
        raise InputError(f"{column} {text!r} is unknown as {name}; known: {known}")

    def _column(self, name: str) -> str:
        """What messages call a field."""
        found = self._fields.get(name)
        return found.columns[0] if found and found.columns else name

    # --- when and where ---

    def _when(self, cells: Cells) -> DateRange:
        if "year" in self._fields:
            year, month, day = (self._text(name, cells) or "" for name in ("year", "month", "day"))
            when = read_year_month_day(year, month, day) if year else DateRange.unknown()
        else:
            when = self._day("date", cells) or DateRange.unknown()
        last = self._day("date_end", cells)
        if last and last.last and when.first:
            if last.last < when.first:
                raise InputError(f"{self._column('date_end')} lies before {self._column('date')}")
            when = DateRange(when.first, last.last, max(when.prec, last.prec))
        code = self._text("date_prec", cells)
        return with_precision(when, int(code) if code else None)

    def _day(self, name: str, cells: Cells) -> DateRange | None:
        text = self._text(name, cells)
        return read_days(self._column(name), text, self._fields[name].format) if text else None

    def _where(self, cells: Cells) -> tuple[Where, str | None]:
        """The place; and what was not made of the shape of a feature."""
        place, district, province, country = (
            self._text(name, cells) for name in ("place", "district", "province", "country")
        )
        lat = read_degrees(self._column("latitude"), self._text("latitude", cells) or "", 90)
        lon = read_degrees(self._column("longitude"), self._text("longitude", cells) or "", 180)
        if (lat is None) != (lon is None):
            lacking = self._column("latitude" if lat is None else "longitude")
            raise InputError(f"{lacking} is empty, and a point needs both")
        shape = cells.get(GEOMETRY, "")
        shaped = shape not in ("", POINT) and lat is None
        words = place or district or province or country
        if words is None and lat is None:
            told = f"; it has a {shape}, and no point is made of one" if shaped else ""
            raise InputError(f"says nowhere where it was{told}")
        code = self._text("where_prec", cells)
        where = Where(
            text=words or f"{lat:g}, {lon:g}",
            where_prec=int(code) if code else None,
            country=country,
            admin1=province,
            admin2=district,
            lat=lat,
            lon=lon,
            radius_km=self._radius(cells),
        )
        return where, f"a {shape} was not made a point; the place is the one that is named" if shaped else None

    def _radius(self, cells: Cells) -> float | None:
        text = self._text("radius_km", cells)
        found = read_degrees(self._column("radius_km"), text or "", 1000)
        if found is not None and found <= 0:
            raise InputError(f"{self._column('radius_km')} {text!r} must be more than 0")
        return found

    # --- how many, who, and after whom ---

    def _counts(self, cells: Cells) -> Iterator[tuple[str, CountRange]]:
        for name in COUNT_FIELDS:
            if name in self._fields:
                found = self._count(name, cells)
                if found:
                    yield name, found

    def _count(self, name: str, cells: Cells) -> CountRange | None:
        said = self._text(name, cells)
        best = read_count(self._column(name), said) if said else None
        low, high = (self._bound(f"{name}.{bound}", cells) for bound in BOUNDS)
        if low is None and high is None:
            return best
        low = low if low is not None or best is None else best.low
        high = high if high is not None or best is None else best.high
        try:
            return CountRange(low, best.best if best else None, high)
        except InputError as error:
            raise InputError(f"{self._column(name)}: {error}") from error

    def _bound(self, name: str, cells: Cells) -> int | None:
        said = self._text(name, cells)
        return read_number(self._column(name), said) if said else None

    def _sides(self, cells: Cells) -> Iterator[Side]:
        basis = self._text("basis", cells)
        for name in self._texts("perpetrator", cells):
            if fold(name) in _NOBODY:
                yield Side("perpetrator", UNKNOWN_ACTOR, Basis.UNKNOWN)
            else:
                yield Side("perpetrator", name, Basis(basis) if basis else Basis.UNKNOWN)
        for field in ("target", "involved"):
            for name in self._texts(field, cells):
                if fold(name) not in _NOBODY:
                    yield Side(field, name)

    def _cites(self, cells: Cells) -> Iterator[Cited]:
        """The sources that a row names; title, day and address are said of one alone."""
        names = list(dict.fromkeys(self._texts("source", cells)))
        if len(names) != 1:
            yield from (Cited("source", name) for name in names)
            return
        url = self._text("source_url", cells)
        day = self._day("source_date", cells)
        title = self._text("source_title", cells)
        yield Cited("source", names[0], title, day.first if day else None, url if url and is_address(url) else None)


def read_count(column: str, cell: str) -> CountRange:
    """A figure: `4`, `3-5`, `10+`, `at least 10`.

    Raises:
        InputError: for anything else.
    """
    text = cell.strip()
    span, least = _RANGE.fullmatch(text), _AT_LEAST.fullmatch(text)
    if span:
        low, high = int(span[1]), int(span[2])
        if low > high:
            raise InputError(f"{column} {cell!r} begins above its end")
        return CountRange(low, None, high)
    if least:
        low = int(least[1] or least[2])
        return CountRange(low, low, None)
    return CountRange.exactly(read_number(column, text))


def _code_table(name: str, found: Field) -> Mapping[str, str] | None:
    """What the cells of a field stand for; None where they are taken as they are."""
    allowed = allowed_values(name)
    if not found.codes and not allowed:
        return None
    own = {fold_code(label): code for code, label in allowed.items()}
    return own | {code: code for code in allowed} | {fold_code(code): value for code, value in found.codes.items()}
