"""The Global Terrorism Database (Excel or CSV) -> rows.

GTD names who is said to have done it (`gname`), with its own words on how sure that is (`claimed`, `guncertain`): they
become the basis by table. `nkillter` and `nwoundte` are the attackers' own; the rest of the toll has no group. Kinds of
target are kept, targets' names are not: they may be those of private persons; nor is the summary, which may not be
passed on. Codes and columns: `data/import_codes.csv`, `data/import_columns.csv`.

Source: GTD codebook (specificity, vicinity, claimed, guncertain, nkillter, nhostkid, scite).
"""

from __future__ import annotations

import calendar
import math
import re
from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path

from geo.datasets import known_datasets
from geo.errors import InputError
from geo.importers.named import Cells, NamedTable, items_of, open_named, read_named
from geo.importers.rows import WHOLE, Item, Row, Share, Side, Where, read_day, read_degrees, read_text
from geo.importers.source import UNSTATED, Source
from geo.importers.tables import codes_of
from geo.models import UNKNOWN_ACTOR, Basis, Cited, CountRange, DateRange

READER = "gtd"
_CODES = codes_of(READER)
COUNTS = {
    "nkill": "killed.total",
    "nkillter": "killed.militants",
    "nwound": "injured.total",
    "nwoundte": "injured.militants",
    "nhostkid": "abducted.total",
}
GROUPS = (("gname", "claimed", "guncertain1"), ("gname2", "claim2", "guncertain2"), ("gname3", "claim3", "guncertain3"))
DAY, SPAN, MONTH, YEAR = 1, 1, 4, 5  # date_prec
_RELEASE = re.compile(r"(\d{4})")


def open_source(path: Path, mapping: Path | None = None, release: str | None = None) -> Source:
    """A file of the GTD; its release is the last year in its name where none is given.

    Raises:
        InputError: in one line, when it is no such file.
    """
    if mapping is not None:
        raise InputError("--mapping goes with csv; the columns of gtd are known")
    table = open_named(path, READER, "GTD file")
    years = _RELEASE.findall(path.name)
    return Source(
        path,
        known_datasets()[READER],
        release or (max(years) if years else UNSTATED),
        partial(read, table),
        table.lines,
    )


def read(table: NamedTable, share: Share = WHOLE) -> Iterator[Item]:
    """The rows of a file."""
    yield from items_of(read_named(table, share), row_of)


def row_of(line: int, cells: Cells) -> Row:
    """A row by its cells.

    Raises:
        InputError: for the first cell that cannot be read.
    """
    key = cells["eventid"].strip().removesuffix(".0")
    if not key.isdecimal():
        raise InputError(f"eventid {cells['eventid']!r} is no number")
    return Row(
        line=line,
        key=key,
        event_type=_event_type(cells),
        when=_when(cells),
        where=_where(cells),
        counts=tuple(
            (field, count) for column, field in COUNTS.items() if (count := _count(column, cells.get(column, "")))
        ),
        sides=(*_perpetrators(cells), *_targets(cells)),
        cites=tuple(
            Cited("source", None, text)
            for name in ("scite1", "scite2", "scite3")
            if (text := read_text(cells.get(name, "")))
        ),
    )


def _event_type(cells: Cells) -> str:
    if cells.get("suicide", "").strip() == "1":
        return _CODES.value("suicide", "1", "event_type")
    return _CODES.value("attacktype1_txt", cells["attacktype1_txt"].strip(), "event_type")


def _when(cells: Cells) -> DateRange:
    """The day; its month or year where GTD has 0 for what is unknown; to the day on which a longer one was resolved."""
    year, month, day = (_whole(name, cells[name]) for name in ("iyear", "imonth", "iday"))
    try:
        if not month:
            return DateRange(date(year, 1, 1), date(year, 12, 31), YEAR)
        if not day:
            return DateRange(date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]), MONTH)
        first = date(year, month, day)
    except ValueError as error:
        raise InputError(f"iyear, imonth, iday {year}, {month}, {day} are no day") from error
    ended = cells.get("resolution", "").strip() if cells.get("extended", "").strip() == "1" else ""
    last = read_day("resolution", ended) if ended else first
    return DateRange(first, last, SPAN) if last >= first else DateRange(first, first, DAY)


def _where(cells: Cells) -> Where:
    city, province = read_text(cells["city"]), read_text(cells.get("provstate", ""))
    city = None if city and city.casefold() == "unknown" else city
    precision = cells.get("specificity", "").strip().removesuffix(".0") or "5"
    prec = int(_CODES.value("specificity", precision, "where_prec"))
    near = prec == 1 and cells.get("vicinity", "").strip() == "1"
    return Where(
        text=city or province or cells["country_txt"].strip(),
        where_prec=int(_CODES.value("vicinity", "1", "where_prec")) if near else prec,
        country=read_text(cells["country_txt"]),
        admin1=province,
        lat=read_degrees("latitude", cells.get("latitude", ""), 90),
        lon=read_degrees("longitude", cells.get("longitude", ""), 180),
    )


def _perpetrators(cells: Cells) -> Iterator[Side]:
    for column, claimed, uncertain in GROUPS:
        name = cells.get(column, "").strip()
        if not name:
            continue
        if name.casefold() == "unknown":
            yield Side("perpetrator", UNKNOWN_ACTOR, Basis.UNKNOWN)
            continue
        code = f"{_flag(cells, claimed)}|{_flag(cells, uncertain)}"
        yield Side("perpetrator", name, Basis(_CODES.value("claimed|guncertain", code, "basis")))


def _flag(cells: Cells, column: str) -> str:
    """1 for yes; no and unknown (-9, empty) alike are 0."""
    return "1" if cells.get(column, "").strip().removesuffix(".0") == "1" else "0"


def _targets(cells: Cells) -> Iterator[Side]:
    kind = cells.get("targtype1_txt", "").strip()
    name = _CODES.get("targtype1_txt", kind, "target")
    if name:
        yield Side("target", name)


def _count(column: str, cell: str) -> CountRange | None:
    """A figure; -9 and -99 are unknown, and a share of a toll that was split over several rows is a range."""
    text = cell.strip()
    if not text:
        return None
    try:
        number = float(text)
    except ValueError as error:
        raise InputError(f"{column} {cell!r} is no number") from error
    if number < 0:
        return None
    if not math.isfinite(number):
        raise InputError(f"{column} {cell!r} is no number")
    return CountRange(math.floor(number), round(number), math.ceil(number))


def _whole(column: str, cell: str) -> int:
    text = cell.strip().removesuffix(".0")
    if not text.isdecimal():
        raise InputError(f"{column} {cell!r} is no whole number")
    return int(text)
