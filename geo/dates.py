"""Step 4, dates: expressions of time in running text -> date ranges, seen from the day of publication.

An expression that leans on another day ("a day earlier", "the same night") keeps its distance from it; the attach
stage knows which day is meant. Nothing here falls back on the publication date.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import ahocorasick

from geo.models import DateRange
from geo.normalize import parse_count

MONTHS = {name.casefold(): number for number, name in enumerate(calendar.month_name) if name}
MONTHS |= {name[:3]: number for name, number in MONTHS.items()} | {"sept": 9}
WEEKDAYS = {name.casefold(): number for number, name in enumerate(calendar.day_name)}
DAY = timedelta(days=1)
SLACK = 3 * DAY  # a day named without a year lies before the publication, but for time zones


@dataclass(frozen=True, slots=True)
class DateHit:
    """An expression of time.

    Attributes:
        start, end: Its characters.
        value: The days it means; None for one that leans on another day, or can't be resolved.
        offset: Days from the day that it leans on; None for one that stands alone.
        rule: Name of the rule that read it.
    """

    start: int
    end: int
    value: DateRange | None
    offset: int | None
    rule: str


_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_WEEKDAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_ORDINAL = r"(?:st|nd|rd|th)?"
_YEAR = r"(?:19[4-9]\d|20\d\d)"
_NUMBER = r"(?:two|three|four|five|six|seven|eight|nine|ten|a|one|\d{1,2})"
_JOIN = r"\s*(?:/|-|–|and|to)\s*"

RULES: tuple[tuple[str, str], ...] = (
    ("iso", rf"{_YEAR}-\d\d-\d\d"),
    ("slashes", rf"(?P<sd>\d\d?)/(?P<sm>\d\d?)/(?P<sy>{_YEAR})"),
    (
        "two_days_month_first",
        rf"(?P<a_month>{_MONTH}) (?P<a1>\d\d?){_ORDINAL}{_JOIN}(?P<a2>\d\d?){_ORDINAL}\b(?:,? (?P<a_year>{_YEAR}))?",
    ),
    (
        "two_days_month_last",
        rf"(?P<b1>\d\d?){_ORDINAL}{_JOIN}(?P<b2>\d\d?){_ORDINAL} (?P<b_month>{_MONTH})(?:,? (?P<b_year>{_YEAR}))?",
    ),
    (
        "month_day",
        rf"(?P<c_month>{_MONTH}) (?P<c_day>\d\d?){_ORDINAL}\b(?!:\d)(?:,? (?P<c_year>{_YEAR})|"
        rf",? (?P<c_last>last year))?",
    ),
    (
        "day_month",
        rf"(?P<d_day>\d\d?){_ORDINAL}(?: of)? (?P<d_month>{_MONTH})(?:,? (?P<d_year>{_YEAR})|"
        rf",? (?P<d_last>last year))?",
    ),
    ("month_year", rf"(?P<e_month>{_MONTH}),?(?: of)? (?P<e_year>{_YEAR})"),
    ("last_month_name", rf"(?P<f_which>last|this) (?P<f_month>{_MONTH})"),
    ("in_month", rf"(?<=\bin )(?P<g_month>{_MONTH})(?! \d)(?P<g_last> last year)?"),
    ("two_weekdays", rf"(?P<h1>{_WEEKDAY})(?: night)?{_JOIN}(?P<h2>{_WEEKDAY})"),
    ("weekday", rf"(?:(?P<i_last>last|next) )?(?:late |early )?(?P<i_day>{_WEEKDAY})"),
    ("yesterday", r"yesterday|last night"),
    ("today", r"today|tonight|this morning|this evening|this afternoon"),
    ("week", r"(?P<j>earlier this|last|late last|earlier last|this|previous) week"),
    ("month", r"(?P<k>earlier this|later this|late last|early last|last|this|previous) month"),
    ("year", r"(?P<l>earlier this|last|late last|previous) year"),
    ("hours", r"(?:past|last) (?:24|twenty-four|48) hours"),
    ("ago", rf"(?P<m_number>{_NUMBER}) (?P<m_unit>day|week|month|year)s? ago"),
    (
        "day_before",
        r"(?:a|one|the) (?:day|night) (?:before|earlier)|(?:the )?(?:previous|preceding) (?:day|night|evening)",
    ),
    ("day_after", r"(?:a|one|the) day (?:after|later)|(?:the )?(?:next|following) (?:day|morning)"),
    ("days_before", rf"(?P<n_number>{_NUMBER}) days (?:before|earlier)"),
    ("days_after", rf"(?P<o_number>{_NUMBER}) days (?:after|later)"),
    (
        "hours_apart",
        r"(?:(?:an?|half an|two|three|four|five|six|several|few|some) )?hours? (?:before|after|earlier|later)",
    ),
    ("same_day", r"(?:the |that )?same (?:day|night|evening|morning|afternoon)|that (?:day|night|evening)"),
    ("in_year", rf"(?<=\bin )(?P<p_year>{_YEAR})\b"),
)
# What an expression may begin with, asked before the long pattern is tried at a word: its first letter, then a few.
_BEGINNING = (
    r"(?=[\dadefhjlmnopstwy])\b(?=\d|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mon|tue|wed|thu|fri|sat|"
    r"sun|last|late|this|that|the|next|"
    r"earl|yest|toda|toni|prev|prec|past|same|foll|two|thre|four|five|six|seve|eigh|nine|ten|one|a |an |half|"
    r"seve|some|few|hour)"
)
PATTERN = re.compile(rf"{_BEGINNING}(?:{'|'.join(rf'(?P<{name}>{rule})' for name, rule in RULES)})\b")
# No expression of time is without one of these, nor much longer than REACH on either side of it; looking only there
# spares the long pattern most of a text.
ANCHORS = (
    *(name for name in MONTHS if len(name) == 3),
    *("onday", "uesday", "ednesday", "hursday", "riday", "aturday", "unday", "yesterday", "today", "tonight"),
    *(" week", " month", " year", " day", " night", " evening", " morning", " afternoon", "hour"),
)
_NUMERIC_ANCHOR = re.compile(r"\d(?:/\d|(?:(?<=in 1)9|(?<=in 2)0)\d\d|\d{3}-\d\d)")
REACH = 36


def find_dates(text: str, published: date | None) -> Iterator[DateHit]:
    """Every expression of time in a text, left to right.

    Args:
        text: Running text.
        published: The day from which "on Monday" or "last month" is seen; None leaves such ones unresolved.
    """
    lowered = text.lower()
    if len(lowered) != len(text):  # a letter whose small form is longer: positions would move
        lowered = "".join(char.lower() if len(char.lower()) == 1 else char for char in text)
    for start, end in _windows(lowered):
        for match in PATTERN.finditer(lowered, start, end):
            rule = match.lastgroup or ""  # the rule's group closes last
            hit = _READERS[rule](match, published)
            if hit is not None:
                value, offset = hit
                yield DateHit(match.start(), match.end(), value, offset, rule)


@lru_cache(maxsize=1)
def _anchors() -> Any:
    """An automaton over the words that expressions of time have."""
    automaton = ahocorasick.Automaton()
    for word in ANCHORS:
        automaton.add_word(word, len(word))
    automaton.make_automaton()
    return automaton


def _windows(lowered: str) -> list[tuple[int, int]]:
    """The stretches of a text that may hold an expression of time, left to right and apart."""
    anchors = [
        (last + 1 - length, last + 1)
        for last, length in _anchors().iter(lowered)
        if length > 3 or not lowered[max(0, last - 3) : last - 2].isalpha()  # a month's three letters begin a word
    ]
    anchors += [anchor.span() for anchor in _NUMERIC_ANCHOR.finditer(lowered)]
    windows: list[tuple[int, int]] = []
    for first, last in sorted(anchors):
        start, end = max(0, first - REACH), last + REACH
        if windows and start <= windows[-1][1]:
            windows[-1] = (windows[-1][0], max(end, windows[-1][1]))
        else:
            windows.append((start, end))
    return windows


Reading = tuple[DateRange | None, int | None] | None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def nearest_year(month: int, day: int, published: date | None) -> int | None:
    """The year of a day without one: the latest that isn't after the publication."""
    if published is None:
        return None
    year = published.year
    found = _day(year, month, min(day, 28))
    return year if found and found <= published + SLACK else year - 1


def _month_number(name: str) -> int:
    return MONTHS[name.casefold().rstrip(".")]


def month_range(year: int, month: int) -> DateRange:
    return DateRange(date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]), 4)


def _year_of(year: str | None, last_year: str | None, month: int, day: int, published: date | None) -> int | None:
    if year:
        return int(year)
    if last_year:
        return published.year - 1 if published else None
    return nearest_year(month, day, published)


def _one_day(month_name: str, day: str, year: str | None, last: str | None, published: date | None) -> Reading:
    month = _month_number(month_name)
    chosen = _year_of(year, last, month, int(day), published)
    if chosen is None:
        return None, None
    found = _day(chosen, month, int(day))
    return (DateRange.on(found), None) if found else None


def _two_days(month_name: str, first: str, second: str, year: str | None, published: date | None) -> Reading:
    month = _month_number(month_name)
    chosen = _year_of(year, None, month, int(second), published)
    if chosen is None:
        return None, None
    start, end = _day(chosen, month, int(first)), _day(chosen, month, int(second))
    if start is None and end is not None and int(first) > int(second):
        start = end - DAY
    if start is not None and end is not None and start > end:
        start = end - DAY if end.day == 1 else None
    return (DateRange(start, end, 2 if start != end else 1), None) if start and end else None


def _iso(match: re.Match[str], _: date | None) -> Reading:
    try:
        return DateRange.on(date.fromisoformat(match["iso"])), None
    except ValueError:
        return None


def _slashes(match: re.Match[str], published: date | None) -> Reading:
    """Day first, as Pakistan writes; month first where "01/10/2021:" opens a line, as GTD's summaries do.

    A reading that lies after the publication gives way to the other.
    """
    first, second, year = int(match["sd"]), int(match["sm"]), int(match["sy"])
    readings = [_day(year, second, first), _day(year, first, second)]
    opens_line = match.string[: match.start()].rpartition("\n")[2].strip() == ""
    if opens_line and match.string[match.end() : match.end() + 1] == ":":
        readings.reverse()
    possible = [day for day in readings if day and (published is None or day <= published)]
    chosen = next(iter(possible), None) or next(filter(None, readings), None)
    return (DateRange.on(chosen), None) if chosen else None


def _month_year(match: re.Match[str], _: date | None) -> Reading:
    return month_range(int(match["e_year"]), _month_number(match["e_month"])), None


def _named_month(match: re.Match[str], published: date | None) -> Reading:
    """ "Last November" is the latest November that is over; "this March" the one of this year."""
    month = _month_number(match["f_month"])
    if published is None:
        return None, None
    past = month < published.month or match["f_which"].casefold() == "this"
    return month_range(published.year if past else published.year - 1, month), None


def _in_month(match: re.Match[str], published: date | None) -> Reading:
    month = _month_number(match["g_month"])
    if published is None:
        return None, None
    year = published.year - 1 if match["g_last"] or month > published.month else published.year
    return month_range(year, month), None


def latest_weekday(name: str, published: date, *, strictly_before: bool = False) -> date:
    back = (published.weekday() - WEEKDAYS[name.casefold()]) % 7
    return published - (7 if strictly_before and back == 0 else back) * DAY


def _two_weekdays(match: re.Match[str], published: date | None) -> Reading:
    if published is None:
        return None, None
    last = latest_weekday(match["h2"], published)
    first = latest_weekday(match["h1"], last)
    return DateRange(first, last, 2 if first != last else 1), None


def _weekday(match: re.Match[str], published: date | None) -> Reading:
    which = (match["i_last"] or "").casefold()
    if published is None or which == "next":
        return None, None
    return DateRange.on(latest_weekday(match["i_day"], published, strictly_before=which == "last")), None


def _yesterday(_: re.Match[str], published: date | None) -> Reading:
    return (DateRange.on(published - DAY) if published else None), None


def _today(_: re.Match[str], published: date | None) -> Reading:
    return (DateRange.on(published) if published else None), None


def _week(match: re.Match[str], published: date | None) -> Reading:
    if published is None:
        return None, None
    monday = published - published.weekday() * DAY
    if match["j"].casefold() in ("earlier this", "this"):
        return DateRange(monday, published, 3), None
    return DateRange(monday - 7 * DAY, monday - DAY, 3), None


def _month(match: re.Match[str], published: date | None) -> Reading:
    if published is None:
        return None, None
    which = match["k"].casefold()
    if which in ("earlier this", "this", "later this"):
        return month_range(published.year, published.month), None
    before = published.replace(day=1) - DAY
    whole = month_range(before.year, before.month)
    return (DateRange(before.replace(day=21), before, 4) if which == "late last" else whole), None


def _year(match: re.Match[str], published: date | None) -> Reading:
    if published is None:
        return None, None
    if match["l"].casefold() == "earlier this":
        return DateRange(date(published.year, 1, 1), published, 5), None
    return DateRange(date(published.year - 1, 1, 1), date(published.year - 1, 12, 31), 5), None


def _hours(_: re.Match[str], published: date | None) -> Reading:
    return (DateRange(published - DAY, published, 2) if published else None), None


def _small_number(text: str) -> int:
    count = parse_count(text)
    return count.best if count and count.best is not None else 1


def _ago(match: re.Match[str], published: date | None) -> Reading:
    if published is None:
        return None, None
    number, unit = _small_number(match["m_number"]), match["m_unit"].casefold()
    if unit == "day":
        return DateRange.on(published - number * DAY), None
    days, prec = {"week": (7, 3), "month": (30, 4), "year": (365, 5)}[unit]
    middle, slack = published - number * days * DAY, days // 2 * DAY
    return DateRange(middle - slack, middle + slack, prec), None


def _in_year(match: re.Match[str], _: date | None) -> Reading:
    year = int(match["p_year"])
    return DateRange(date(year, 1, 1), date(year, 12, 31), 5), None


_READERS: dict[str, Callable[[re.Match[str], date | None], Reading]] = {
    "iso": _iso,
    "slashes": _slashes,
    "two_days_month_first": lambda m, p: _two_days(m["a_month"], m["a1"], m["a2"], m["a_year"], p),
    "two_days_month_last": lambda m, p: _two_days(m["b_month"], m["b1"], m["b2"], m["b_year"], p),
    "month_day": lambda m, p: _one_day(m["c_month"], m["c_day"], m["c_year"], m["c_last"], p),
    "day_month": lambda m, p: _one_day(m["d_month"], m["d_day"], m["d_year"], m["d_last"], p),
    "month_year": _month_year,
    "last_month_name": _named_month,
    "in_month": _in_month,
    "two_weekdays": _two_weekdays,
    "weekday": _weekday,
    "yesterday": _yesterday,
    "today": _today,
    "week": _week,
    "month": _month,
    "year": _year,
    "hours": _hours,
    "ago": _ago,
    "day_before": lambda _m, _p: (None, -1),
    "day_after": lambda _m, _p: (None, 1),
    "days_before": lambda m, _: (None, -_small_number(m["n_number"])),
    "days_after": lambda m, _: (None, _small_number(m["o_number"])),
    "hours_apart": lambda _m, _p: (None, 0),
    "same_day": lambda _m, _p: (None, 0),
    "in_year": _in_year,
}
