"""ACLED (CSV or Excel export, JSON of its web service; columns old and new) -> rows.

`actor1` and `actor2` are sides, never culprits: ACLED's order of them says nothing about guilt. Its fatalities are a
toll without groups; 0 there means that no report gave a number, so it is no claim. Its notes are not taken over: they
are ACLED's words, which may not be passed on. Codes and columns: `data/import_codes.csv`, `data/import_columns.csv`.

Source: ACLED codebook (event types, time_precision, geo_precision, fatalities, source).
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache, partial
from pathlib import Path

from geo.datasets import known_datasets
from geo.errors import InputError
from geo.importers.named import Cells, NamedTable, items_of, open_named, read_named
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
    read_number,
    read_text,
)
from geo.importers.source import UNSTATED, Source
from geo.importers.tables import codes_of
from geo.models import Cited, CountRange, DateRange
from geo.vocab import default_vocabulary

READER = "acled"
_CODES = codes_of(READER)
ACTORS = ("actor1", "actor2")
ALLIES = ("assoc_actor_1", "assoc_actor_2")
WRITTEN_DAYS = ("%d %B %Y", "%d-%B-%Y", "%d %b %Y", "%d-%b-%Y")
_YEARS = re.compile(r"\s*\(\d{4}-(\d{4})?\)\s*")


def open_source(path: Path, mapping: Path | None = None, release: str | None = None) -> Source:
    """A file of ACLED; its release is the day of its newest row where none is given.

    Raises:
        InputError: in one line, when it is no such file.
    """
    if mapping is not None:
        raise InputError("--mapping goes with csv; the columns of acled are known")
    table = open_named(path, READER, "ACLED export")
    stated = release or _newest(table)
    return Source(path, known_datasets()[READER], stated, partial(read, table), table.lines)


def read(table: NamedTable, share: Share = WHOLE) -> Iterator[Item]:
    """The rows of a file."""
    yield from items_of(read_named(table, share), row_of)


def row_of(line: int, cells: Cells) -> Row:
    """A row by its cells.

    Raises:
        InputError: for the first cell that cannot be read.
    """
    key = cells["event_id_cnty"].strip()
    if not key:
        raise InputError("event_id_cnty is empty")
    toll = read_number("fatalities", cells.get("fatalities") or "0")
    return Row(
        line=line,
        key=key,
        event_type=_event_type(cells["event_type"].strip(), cells.get("sub_event_type", "").strip()),
        when=_when(cells["event_date"], cells.get("time_precision", "").strip() or "1"),
        where=_where(cells),
        counts=(("killed.total", CountRange.exactly(toll)),) if toll else (),
        sides=_sides(*(cells.get(name, "") for name in (*ACTORS, *ALLIES))),
        cites=tuple(Cited("source", name.strip()) for name in cells.get("source", "").split(";") if name.strip()),
    )


def _event_type(kind: str, sub: str) -> str:
    found = _CODES.get("sub_event_type", sub, "event_type") if sub else None
    return found or _CODES.value("event_type", kind, "event_type")


@lru_cache(maxsize=65_536)
def _when(cell: str, precision: str) -> DateRange:
    """The days that a coded day stands for: itself, the week around it, or its month."""
    day = _day(cell)
    prec = int(_CODES.value("time_precision", precision, "date_prec"))
    span = _CODES.value("time_precision", precision, "span")
    if span == "month":
        last = calendar.monthrange(day.year, day.month)[1]
        return DateRange(day.replace(day=1), day.replace(day=last), prec)
    around = timedelta(days=int(span))
    return DateRange(day - around, day + around, prec)


def _day(cell: str) -> date:
    """A day in numbers, or as ACLED's exports write it: `31 January 2025`."""
    text = cell.strip()
    for form in WRITTEN_DAYS:
        try:
            return datetime.strptime(text, form).replace(tzinfo=UTC).date()
        except ValueError:
            continue
    return read_day("event_date", text)


def _where(cells: Cells) -> Where:
    admin1, admin2 = read_text(cells.get("admin1", "")), read_text(cells.get("admin2", ""))
    precision = cells.get("geo_precision", "").strip() or "1"
    return Where(
        text=read_text(cells["location"]) or admin2 or admin1 or cells["country"].strip(),
        where_prec=int(_CODES.value("geo_precision", precision, "where_prec")),
        country=read_text(cells["country"]),
        admin1=admin1,
        admin2=admin2,
        lat=read_degrees("latitude", cells.get("latitude", ""), 90),
        lon=read_degrees("longitude", cells.get("longitude", ""), 180),
    )


@lru_cache(maxsize=65_536)
def _sides(*cells: str) -> tuple[Side, ...]:
    """Everybody who took part; associated actors stand in one cell, apart by semicolons."""
    names = [name.strip() for cell in cells for name in cell.split(";")]
    return tuple(Side("involved", known_name(name)) for name in dict.fromkeys(names) if name)


def known_name(name: str) -> str:
    """An actor's name as the vocabulary has it; else without the years that ACLED adds to governments and armies."""
    bare = _YEARS.sub(" ", name).strip()
    short, _, long = bare.partition(":")
    outside = bare.partition(" (")[0]
    vocabulary = default_vocabulary()
    for form in (bare, long.strip(), short.strip(), outside):
        actor = vocabulary.actor(form) if form else None
        if actor:
            return actor.name
    return bare


def _newest(table: NamedTable) -> str:
    """The day on which the newest row was uploaded (`timestamp`, seconds since 1970)."""
    if "timestamp" not in table.places:
        return UNSTATED
    stamps = [
        int(cells["timestamp"].strip())
        for found in read_named(table)
        if not isinstance(found, BadRow) and (cells := found[1])["timestamp"].strip().isdecimal()
    ]
    return datetime.fromtimestamp(max(stamps), UTC).date().isoformat() if stamps else UNSTATED
