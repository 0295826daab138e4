"""UCDP GED and Candidate Events (CSV, current and older releases) -> rows.

Sides are no culprits: they are involved, and only one-sided violence names who carried it out. Deaths of a side go to
the group that its kind belongs to (`data/actors.csv`); a figure of 0 for a group is none that anybody gave, and is left
out. Codes and columns: `data/import_codes.csv`, `data/import_columns.csv`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache, partial
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

from geo.datasets import known_datasets
from geo.errors import InputError
from geo.importers.cells import TableFile, is_hxl, read_lines, survey
from geo.importers.rows import (
    WHOLE,
    BadRow,
    Item,
    Row,
    Share,
    Side,
    Where,
    read_day,
    read_degrees,
    read_exact,
    read_number,
    read_range,
    read_text,
)
from geo.importers.source import UNSTATED, Source
from geo.importers.tables import Column, codes_of, columns_of, find_columns, missing_columns
from geo.models import Basis, Cited, CountRange, DateRange
from geo.vocab import default_vocabulary

READER = "ucdp"
_CODES = codes_of(READER)


class Cells(NamedTuple):
    """What is read of a row; a column that a release lacks is empty."""

    id: str
    type_of_violence: str
    side_a: str
    side_b: str
    gwnoa: str
    gwnob: str
    source_article: str
    source_office: str
    source_date: str
    source_headline: str
    source_original: str
    where_prec: str
    where_coordinates: str
    where_description: str
    adm_1: str
    adm_2: str
    country: str
    latitude: str
    longitude: str
    date_prec: str
    date_start: str
    date_end: str
    deaths_a: str
    deaths_b: str
    deaths_civilians: str
    deaths_unknown: str
    best: str
    high: str
    low: str


# Columns of free text, in which a delimiter may stand without quotation marks; the likeliest first.
FREE_TEXT = (
    *("source_article", "source_headline", "where_description", "source_original", "where_coordinates"),
    *("source_office", "adm_2", "adm_1", "conflict_name", "dyad_name", "side_a", "side_b"),
)
# Columns of numbers that are read for nothing else than to see whether a mended row stands right.
_NUMBER = re.compile(r"(year|.*_id|.*_gid|number_of_sources|event_clarity|gwno[ab])")
_CITED = re.compile(r'"([^",]+),\s*(\d{4}-\d{2}-\d{2})\s*,(.*?)"(?=\s*;|\s*$)')
_RELEASES = (re.compile(r"(?<!\d)v?(\d{2})[._](\d)(?:[._](\d{1,2}))?(?!\d)"), re.compile(r"ged(\d{2})(\d)(?!\d)"))


def open_source(path: Path, mapping: Path | None = None, release: str | None = None) -> Source:
    """A file of UCDP GED or Candidate Events; the release is that of its name where none is given.

    Raises:
        InputError: in one line, when it is no such file.
    """
    if mapping is not None:
        raise InputError("--mapping goes with csv; the columns of ucdp are known")
    table = survey(path)
    _places(table)
    stated = release or release_of(path.name) or UNSTATED
    return Source(path, known_datasets()[dataset_of(stated)], stated, partial(read, table), table.lines)


def release_of(name: str) -> str | None:
    """The release that a file's name states: `GEDEvent_v25_1.csv` and `ged251-csv.zip` are 25.1."""
    for pattern in _RELEASES:
        match = pattern.search(name.casefold())
        if match:
            return ".".join(part for part in match.groups() if part)
    return None


def dataset_of(release: str) -> str:
    """Which data set a release is of: 25.1 is GED, 25.0.10 (a month) the candidate events."""
    return "ucdp-candidate" if re.fullmatch(r"\d+\.0\.\d+", release) else "ucdp"


def read(table: TableFile, share: Share = WHOLE) -> Iterator[Item]:
    """The rows of a file."""
    reader = Reader(_places(table))
    lines = islice(read_lines(table), 1, None)
    for found in share.take(line for line in lines if isinstance(line, BadRow) or not is_hxl(line[1])):
        yield found if isinstance(found, BadRow) else reader.item(*found)


def _places(table: TableFile) -> tuple[list[str], dict[str, int]]:
    """The header and where each known column stands.

    Raises:
        InputError: when it isn't UCDP's.
    """
    header = next(read_lines(table), None)
    names = header[1] if header and not isinstance(header, BadRow) else []
    columns: Sequence[Column] = columns_of(READER)
    found = find_columns(names, columns)
    missing = missing_columns(found, columns)
    if missing:
        more = f" and {len(missing) - 4} more" if len(missing) > 4 else ""
        raise InputError(f"{table.path}: is no UCDP GED file: column {', '.join(missing[:4])}{more} is missing")
    return names, found


def _is_number(cell: str) -> bool:
    return not cell.strip() or cell.strip().lstrip("-").replace(".", "", 1).isdecimal()


class Reader:
    """Reads rows under one header."""

    def __init__(self, header: tuple[list[str], dict[str, int]]) -> None:
        names, found = header
        self.width = len(names)
        self._needed = max(found[column.name] for column in columns_of(READER) if column.required) + 1
        self._free = [found[name] for name in FREE_TEXT if name in found]
        self._numbers = [place for place, name in enumerate(names) if _NUMBER.fullmatch(name.strip().casefold())]
        self._get = itemgetter(*(found.get(name, self.width) for name in Cells._fields))

    def item(self, line: int, cells: list[str]) -> Item:
        """A row, mended where a cell too many shows what is meant."""
        if len(cells) < self._needed:
            return BadRow(line, f"has {len(cells)} cells, the header has {self.width}")
        if len(cells) <= self.width:
            cells = cells + [""] * (self.width - len(cells))
            return self._read(line, cells)
        reason = f"has {len(cells)} cells, the header has {self.width}"
        for mended in self._mended(cells):
            item = self._read(line, mended)
            if isinstance(item, Row) and self._stands_right(mended):
                return item
        return BadRow(line, reason)

    def _mended(self, cells: list[str]) -> Iterator[list[str]]:
        """The row without what is too much: empty cells at its end, a comma in a text, a row number at its start."""
        extra = len(cells) - self.width
        if not any(cell.strip() for cell in cells[self.width :]):
            yield cells[: self.width]
        for place in self._free:
            yield [*cells[:place], ",".join(cells[place : place + extra + 1]), *cells[place + extra + 1 :]]
        if extra == 1:
            yield cells[1:]

    def _stands_right(self, cells: Sequence[str]) -> bool:
        return all(_is_number(cells[place]) for place in self._numbers)

    def _read(self, line: int, cells: list[str]) -> Item:
        try:
            return row_of(line, Cells(*self._get([*cells, ""])))
        except InputError as error:
            return BadRow(line, str(error))


def row_of(line: int, cells: Cells) -> Row:
    """A row by its cells.

    Raises:
        InputError: for the first cell that cannot be read.
    """
    key, violence = cells.id.strip(), cells.type_of_violence.strip()
    side_a, side_b = cells.side_a.strip(), cells.side_b.strip()
    if not key.isdecimal():
        raise InputError(f"id {key!r} is no number")
    counts, remark = _counts(cells, _group(side_a, cells.gwnoa), _group(side_b, cells.gwnob))
    return Row(
        line=line,
        key=key,
        event_type=_CODES.value("type_of_violence", violence, "event_type"),
        when=_when(cells.date_start, cells.date_end, cells.date_prec.strip()),
        where=_where(cells),
        counts=counts,
        sides=_sides(violence, side_a, side_b),
        cites=_cites(cells),
        remark=remark,
    )


def _where(cells: Cells) -> Where:
    place = cells.where_coordinates.strip()
    description = cells.where_description.strip()
    return Where(
        text=place or description or cells.adm_2.strip() or cells.country.strip(),
        where_prec=int(_CODES.value("where_prec", cells.where_prec.strip(), "where_prec")),
        country=read_text(cells.country),
        admin1=read_text(cells.adm_1),
        admin2=read_text(cells.adm_2),
        lat=read_degrees("latitude", cells.latitude, 90),
        lon=read_degrees("longitude", cells.longitude, 180),
        note=f"UCDP: {description}" if description not in ("", place) else None,
    )


@lru_cache(maxsize=4096)
def _group(side: str, gwno: str) -> str:
    """The group that a side's dead belong to, by its kind; only states have a Gleditsch-Ward number."""
    actor = default_vocabulary().actor(side)
    listed = _CODES.get("side_kind", actor.kind, "group") if actor else None
    state = bool(gwno.strip()) or side.startswith("Government of ")
    return listed or _CODES.value("side_kind", "unlisted_government" if state else "unlisted", "group")


def _counts(cells: Cells, group_a: str, group_b: str) -> tuple[tuple[tuple[str, CountRange], ...], str | None]:
    """The toll with its bounds, and a figure for each group that lost anybody; two sides of one group are added."""
    read_number("deaths_unknown", cells.deaths_unknown)  # belongs to the toll alone
    total, remark = read_range(
        read_number("low", cells.low), read_number("best", cells.best), read_number("high", cells.high)
    )
    groups: dict[str, int] = {}
    for group, column, cell in (
        (group_a, "deaths_a", cells.deaths_a),
        (group_b, "deaths_b", cells.deaths_b),
        ("civilians", "deaths_civilians", cells.deaths_civilians),
    ):
        if number := read_number(column, cell):
            groups[group] = groups.get(group, 0) + number
    stated = [(f"killed.{group}", read_exact(number)) for group, number in groups.items()]
    return (("killed.total", total), *stated), remark


@lru_cache(maxsize=65_536)
def _sides(violence: str, side_a: str, side_b: str) -> tuple[Side, ...]:
    """Both sides with the part that this kind of violence gives them."""
    found = []
    for column, name in (("side_a", side_a), ("side_b", side_b)):
        if name:
            field = _CODES.value("type_of_violence", violence, column)
            basis = Basis(_CODES.value("type_of_violence", violence, "basis")) if field == "perpetrator" else None
            found.append(Side(field, name, basis))
    return tuple(found)


@lru_cache(maxsize=65_536)
def _when(first: str, last: str, prec: str) -> DateRange:
    code = int(_CODES.value("date_prec", prec, "date_prec"))
    start, end = read_day("date_start", first), read_day("date_end", last)
    if start > end:
        raise InputError(f"date_end {last!r} lies before date_start {first!r}")
    return DateRange(start, end, code)


def _cites(cells: Cells) -> tuple[Cited, ...]:
    """The sources that a row names: outlets, each with day and headline where they stand apart, and whom they quote."""
    article, office = read_text(cells.source_article), read_text(cells.source_office)
    quoted = _CITED.findall(article) if article and '"' in article else ()
    sources = [Cited("source", who.strip(), title.strip() or None, _day(day)) for who, day, title in quoted]
    if not sources and (article or office):
        title = read_text(cells.source_headline) or article
        sources = [Cited("source", office, title, _day(cells.source_date))]
    said = read_text(cells.source_original)
    return (*sources, *([Cited("original", said)] if said else []))


def _day(text: str) -> date | None:
    """A source's day; what isn't one is left out, since no figure hangs on it."""
    try:
        return read_day("source_date", text) if text.strip() else None
    except InputError:
        return None
