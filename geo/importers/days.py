"""A table's day -> a range of days. The order of day and month is stated by the mapping, never guessed.

A day that can be read in one way only needs no order: `2025-11-04`, `4 Nov 2025`, `13/02/2025`.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache

from geo.dates import MONTHS
from geo.errors import InputError
from geo.importers.rows import LAST_YEAR
from geo.models import DateRange

DAY_FIRST, MONTH_FIRST, YEAR_FIRST = "day first", "month first", "year first"
ORDERS = (DAY_FIRST, MONTH_FIRST, YEAR_FIRST)
SPLIT_YEAR = 69  # of two digits: from here on of the last century, as POSIX reads them
DAY, WEEK, MONTH, YEAR, UNKNOWN = 1, 3, 4, 5, 0  # date_prec
AROUND = {2: 3, WEEK: 3}  # days on either side of a coded one
WANTED = "write 2025-11-04 or 4 Nov 2025"

_TIME = re.compile(r"[T ]\s*\d{1,2}[:.]\d\d.*$|(?<=\d)T\d{4,6}\S*$")
_PART = re.compile(r"\d+|[^\W\d_]+")
_WEEKDAYS = frozenset(name[:3].casefold() for name in calendar.day_name)
_ORDINALS = frozenset(("st", "nd", "rd", "th", "of"))


@dataclass(frozen=True, slots=True)
class _Parts:
    """A cell taken apart: its numbers in their order, and a month that is named."""

    numbers: tuple[str, ...]
    month: int | None


@lru_cache(maxsize=65_536)
def read_days(column: str, cell: str, form: str | None) -> DateRange:
    """The day, month or year that a cell names.

    Args:
        form: One of `ORDERS`, or a pattern of `strptime`; None where nothing is stated.

    Raises:
        InputError: for anything else, and for what may mean two days.
    """
    text = cell.strip()
    try:
        if form and "%" in form:
            return DateRange.on(_checked(datetime.strptime(text, form).date()))
        return _days(_parts(_TIME.sub("", text)), form)
    except _Open as error:
        raise InputError(f"{column} {cell!r} {error}") from error
    except (ValueError, OverflowError) as error:
        wanted = f"like {datetime(2025, 11, 4):{form}}" if form and "%" in form else WANTED
        told = f" with the {form}" if form in ORDERS else ""
        raise InputError(f"{column} {cell!r} is no day{told}; {wanted}") from error


class _Open(Exception):
    """A cell that can be read in more than one way."""


def _parts(text: str) -> _Parts:
    numbers: list[str] = []
    month = None
    for part in _PART.findall(text):
        word = part.casefold()
        if part.isdecimal() and part.isascii():
            numbers.append(part)
        elif word in MONTHS and month is None:
            month = MONTHS[word]
        elif word[:3] not in _WEEKDAYS and word not in _ORDINALS:
            raise ValueError(word)
    return _Parts(tuple(numbers), month)


def _days(parts: _Parts, form: str | None) -> DateRange:
    numbers = [int(number) for number in parts.numbers]
    lengths = [len(number) for number in parts.numbers]
    if parts.month:
        return _with_named_month(numbers, lengths, parts.month)
    if lengths == [8]:
        whole = parts.numbers[0]
        return _on(int(whole[:4]), int(whole[4:6]), int(whole[6:]))
    if lengths == [4]:
        return _year(numbers[0])
    if len(numbers) == 2 and 4 in lengths:
        year, month = numbers if lengths[0] == 4 else reversed(numbers)
        return _month(year, month)
    if len(numbers) != 3:
        raise ValueError(parts.numbers)
    if lengths[0] == 4:
        return _on(*numbers)
    return _in_order(numbers, lengths, form)


def _with_named_month(numbers: list[int], lengths: list[int], month: int) -> DateRange:
    if lengths == [4]:
        return _month(numbers[0], month)
    if len(numbers) != 2:
        raise ValueError(numbers)
    if lengths[0] == 4:
        return _on(numbers[0], month, numbers[1])
    return _on(_full_year(numbers[1], lengths[1]), month, numbers[0])


def _in_order(numbers: list[int], lengths: list[int], form: str | None) -> DateRange:
    """Two numbers and a year: as stated, or as the only reading that there is."""
    if form == YEAR_FIRST:
        return _on(_full_year(numbers[0], lengths[0]), numbers[1], numbers[2])
    year = _full_year(numbers[2], lengths[2])
    if form == DAY_FIRST:
        return _on(year, numbers[1], numbers[0])
    if form == MONTH_FIRST:
        return _on(year, numbers[0], numbers[1])
    if lengths[2] != 4:
        raise _Open(f"may be read in several ways; state its format, like {DAY_FIRST!r}")
    one, two = numbers[:2]
    if one <= 12 and two <= 12 and one != two:
        raise _Open(f"may be read in two ways; state its format: {DAY_FIRST!r} or {MONTH_FIRST!r}")
    return _on(year, two, one) if one > 12 else _on(year, one, two)


def _full_year(number: int, length: int) -> int:
    if length == 4:
        return number
    if length != 2:
        raise ValueError(number)
    return number + (1900 if number >= SPLIT_YEAR else 2000)


def _checked(day: date) -> date:
    if day.year > LAST_YEAR:
        raise ValueError(day)
    return day


def _on(year: int, month: int, day: int) -> DateRange:
    return DateRange.on(_checked(date(year, month, day)))


def _month(year: int, month: int) -> DateRange:
    first = _checked(date(year, month, 1))
    return DateRange(first, first.replace(day=calendar.monthrange(year, month)[1]), MONTH)


def _year(year: int) -> DateRange:
    return DateRange(_checked(date(year, 1, 1)), date(year, 12, 31), YEAR)


def read_year_month_day(year: str, month: str, day: str) -> DateRange:
    """The days of cells that stand apart; an empty or 0 day or month is not known.

    Raises:
        InputError: for what is no day.
    """
    try:
        in_month = MONTHS.get(month.casefold()) or int(month or 0)
        in_day = int(day or 0)
        if not in_month:
            return _year(int(year))
        return _on(int(year), in_month, in_day) if in_day else _month(int(year), in_month)
    except (ValueError, OverflowError) as error:
        raise InputError(f"year, month, day {year!r}, {month!r}, {day!r} are no day") from error


def with_precision(when: DateRange, prec: int | None) -> DateRange:
    """The days that a coded day stands for, by its `date_prec`: the days around it, its month or its year."""
    if prec is None or when.first is None or when.last is None:
        return when
    if prec == UNKNOWN:
        return DateRange.unknown()
    if when.first != when.last:
        return DateRange(when.first, when.last, prec)
    day = when.first
    if prec == MONTH:
        return _month(day.year, day.month)
    if prec == YEAR:
        return _year(day.year)
    around = timedelta(days=AROUND.get(prec, 0))
    return DateRange(day - around, day + around, prec)


@dataclass(frozen=True, slots=True)
class Order:
    """What cells say of the order of day and month.

    Attributes:
        possible: The orders in which all of them can be read.
        needed: Whether any cell needs one.
        proof: The cell that leaves only one order.
        against: A cell that contradicts it.
    """

    possible: tuple[str, ...] = ORDERS
    needed: bool = False
    proof: str | None = None
    against: str | None = None

    @property
    def proved(self) -> str | None:
        """The only order; None where there are several, or none."""
        return self.possible[0] if len(self.possible) == 1 else None


def order_of(cells: Iterable[str]) -> Order:
    """The orders that cells leave open; a cell that is no day at all has no say."""
    found = Order()
    for cell in dict.fromkeys(cells):
        orders = _possible(cell)
        if not orders or set(orders) >= set(found.possible):
            found = found if not orders else replace(found, needed=True)
            continue
        left = tuple(order for order in found.possible if order in orders)
        if not left:
            return Order((), True, found.proof, cell)
        found = Order(left, True, cell if len(left) == 1 else found.proof)
    return found


def _possible(cell: str) -> tuple[str, ...]:
    """The orders in which a cell of three numbers is a day; none for one that needs no order."""
    try:
        parts = _parts(_TIME.sub("", cell.strip()))
    except ValueError:
        return ()
    numbers, lengths = [int(number) for number in parts.numbers], [len(number) for number in parts.numbers]
    if parts.month or len(numbers) != 3 or lengths[0] == 4:
        return ()
    days = {order: day for order in ORDERS if (day := _day_in(numbers, lengths, order))}
    return () if len(days) > 1 and len(set(days.values())) == 1 else tuple(days)


def _day_in(numbers: list[int], lengths: list[int], order: str) -> DateRange | None:
    try:
        return _in_order(numbers, lengths, order)
    except (ValueError, OverflowError, InputError):
        return None
