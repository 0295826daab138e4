"""What every reader gives, whatever its data set: one `Row` for an incident, or a `BadRow` with the reason.

A reader is a generator `read(..., share) -> Iterator[Item]`; it never raises for a single row, and gives one item for
each line that its share leaves it, so that several processes can read a file. `read_cell` functions turn a cell's text
into a value or say what is wrong with it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from itertools import chain, count, islice
from typing import TypeVar

from geo.errors import InputError
from geo.models import Basis, Cited, CountRange, DateRange, Stance

BLOCK = 4000  # lines that are read and stored together
LAST_YEAR = 2200
OUT_OF_ORDER = "low, best and high are not in order; taken as the range that they span"
Line = TypeVar("Line")


@dataclass(frozen=True, slots=True)
class Where:
    """A row's place as its data set gives it.

    Attributes:
        text: The place's own words.
        where_prec: Of this project's codebook, from the data set's code by table; None where the data set doesn't say.
            Then it is that of the place's name, or 2 where there are coordinates.
        country: Name or code.
        admin1, admin2: Province and district in the data set's words.
        lat, lon: The data set's coordinates; they make a point for where_prec 1 and 2, and never a district.
        radius_km: How far around them the place may lie.
        note: Further words on the place.
    """

    text: str
    where_prec: int | None
    country: str | None = None
    admin1: str | None = None
    admin2: str | None = None
    lat: float | None = None
    lon: float | None = None
    radius_km: float | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Side:
    """A party of a row: `field` is `involved`, `perpetrator` (with its basis) or `target`."""

    field: str
    name: str
    basis: Basis | None = None
    stance: Stance = Stance.MEDIA_REPORT


@dataclass(frozen=True, slots=True)
class Row:
    """One incident of a data set.

    Attributes:
        line: Of the file, for messages.
        key: The data set's own id of the row.
        counts: Claim field (`killed.total`) and figure.
        cites: Sources that the row names; no figure is put in their mouth.
        title: Of the row, for its link; by default the data set's name and the row's id.
        url: Address of the row, where the data set has one.
        remark: What its user should know of a row that is used all the same; counted, and told once.
    """

    line: int
    key: str
    event_type: str | None
    when: DateRange
    where: Where
    counts: tuple[tuple[str, CountRange], ...] = ()
    sides: tuple[Side, ...] = ()
    cites: tuple[Cited, ...] = ()
    title: str | None = None
    url: str | None = None
    published: date | None = None
    remark: str | None = None


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be used, and why, in words for its user."""

    line: int
    reason: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}"


Item = Row | BadRow


@dataclass(frozen=True, slots=True)
class Share:
    """What one of several processes reads: every `of`-th block of lines, from block `number` on."""

    number: int = 0
    of: int = 1

    def take(self, lines: Iterator[Line]) -> Iterator[Line]:
        """The lines of this share. The others are passed over, as whatever the reader gives before it makes a row."""
        for block in count():
            first = next(lines, None)
            if first is None:
                return
            part = chain((first,), islice(lines, BLOCK - 1))
            if block % self.of == self.number:
                yield from part
            else:
                deque(part, maxlen=0)


WHOLE = Share()


def read_text(cell: str) -> str | None:
    """A cell's text without spaces around it; None for an empty one."""
    return cell.strip() or None


def read_number(column: str, cell: str) -> int:
    """A count: `4`, also as a spreadsheet writes it (`4.0`, `1,200`).

    Raises:
        InputError: for anything else.
    """
    if cell.isdecimal() and cell.isascii():
        return int(cell)
    text = cell.strip().replace(",", "").removesuffix(".0")
    if not (text.isdecimal() and text.isascii()):
        raise InputError(f"{column} {cell!r} is no whole number")
    return int(text)


def read_degrees(column: str, cell: str, most: float) -> float | None:
    """Degrees of latitude (at most 90) or longitude (180); None for an empty cell.

    Raises:
        InputError: for anything else.
    """
    if not cell.strip():
        return None
    try:
        found = float(cell)
    except ValueError as error:
        raise InputError(f"{column} {cell!r} is no number of degrees") from error
    if not -most <= found <= most:
        raise InputError(f"{column} {cell!r} must lie between -{most:g} and {most:g}")
    return found


@lru_cache(maxsize=65_536)
def read_day(column: str, cell: str) -> date:
    """A day: `2025-11-04`, with a time after it, or `11/4/2025` (month first, as the data sets write it).

    Raises:
        InputError: for anything else.
    """
    text = cell.strip()
    try:
        found = date.fromisoformat(text[:10]) if text[4:5] == "-" else _read_slashed(text)
    except ValueError as error:
        raise InputError(f"{column} {cell!r} is no day; write 2025-11-04 or 11/04/2025 (month first)") from error
    if found.year > LAST_YEAR:
        raise InputError(f"{column} {cell!r} lies too far in the future")
    return found


def _read_slashed(text: str) -> date:
    return datetime.strptime(text.split(" ", maxsplit=1)[0], "%m/%d/%Y").date()


@lru_cache(maxsize=65_536)
def read_exact(number: int) -> CountRange:
    """A figure without bounds."""
    return CountRange.exactly(number)


@lru_cache(maxsize=65_536)
def read_range(low: int, best: int, high: int) -> tuple[CountRange, str | None]:
    """A figure with its bounds, and a remark where they are not in order: then all three are kept as a range."""
    if low <= best <= high:
        return CountRange(low, best, high), None
    return CountRange(min(low, best, high), best, max(low, best, high)), OUT_OF_ORDER
