"""Selected rows -> incidents over time: bins of a day, week, month or year, one series per colour group of types.

An incident stands at its first day; those whose date is known to a month or less (date_prec 4 and 5) are a series of
their own, so that a bar of vague dates never looks like an event. The query's own dates are left out, so that the
chart keeps its frame while a range of it is chosen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo.layers.index import VAGUE_DATES, MapIndex
from geo.layers.select import Selector, day_of
from geo.query import Query

UNITS = (("day", 100), ("week", 7 * 120), ("month", 31 * 372))  # up to so many days each; beyond them years
VAGUE = "vague"
THURSDAY_1970 = 3  # 1 January 1970 was a Thursday; weeks begin on Monday


@dataclass(frozen=True)
class Histogram:
    """Counts over time: `starts` are the first days of the bins (ISO), `series` a name to one count per bin.

    `end` is the last day of the last bin; `undated` counts what has no place on the axis.
    """

    unit: str
    starts: list[str]
    end: str | None
    series: dict[str, list[int]]
    undated: int

    def as_json(self) -> dict[str, Any]:
        """By name."""
        return {
            "unit": self.unit,
            "starts": self.starts,
            "end": self.end,
            "series": self.series,
            "undated": self.undated,
        }


def build_histogram(selector: Selector, query: Query, colour_groups: Mapping[str, str]) -> Histogram:
    """The histogram of a query without its dates.

    Args:
        selector: Of the index.
        query: What is selected.
        colour_groups: Event type to the colour group that it is drawn in; an unlisted one is `other`.
    """
    index = selector.index
    mask = selector.mask(query.without("from", "to", "undated"))
    rows = np.flatnonzero(mask & index.dated)
    undated = int(np.count_nonzero(mask)) - len(rows)
    span = _span(index)
    if span is None:
        return Histogram("day", [], None, {}, undated)
    edges, unit = _edges(*span)
    days = np.clip(index.start[rows] - span[0], 0, span[1] - span[0])
    bins = _bin_of_day(edges, *span)[days]
    names, groups = _group_codes(index, colour_groups)
    group = groups[index.event_type.codes[rows]]
    group = np.where(np.isin(index.date_prec[rows], VAGUE_DATES), len(names) - 1, group)
    counts = np.bincount(bins * len(names) + group, minlength=len(names) * (len(edges) - 1))
    table = counts.reshape(-1, len(names)).T
    series = {name: table[place].tolist() for place, name in enumerate(names) if table[place].any()}
    starts = [day_of(edge).isoformat() for edge in edges[:-1]]
    return Histogram(unit, starts, day_of(edges[-1] - 1).isoformat(), series, undated)


def _span(index: MapIndex) -> tuple[int, int] | None:
    """First and last day of all the data, so that the axis stays while filters change."""
    known = index.start[index.dated]
    return (int(known.min()), int(known.max())) if len(known) else None


def _edges(first: int, last: int) -> tuple[NDArray[np.int64], str]:
    """First days of the bins and, at the end, the day after the last one; and the unit that fits the span."""
    unit = next((name for name, limit in UNITS if last - first < limit), "year")
    if unit == "day":
        return np.arange(first, last + 2, dtype=np.int64), unit
    if unit == "week":
        monday = (first + THURSDAY_1970) // 7 * 7 - THURSDAY_1970
        return np.arange(monday, last + 8, 7, dtype=np.int64), unit
    code = "M" if unit == "month" else "Y"
    lower, upper = np.array([first, last], dtype="datetime64[D]").astype(f"datetime64[{code}]")
    return np.arange(lower, upper + 2).astype("datetime64[D]").astype(np.int64), unit


def _bin_of_day(edges: NDArray[np.int64], first: int, last: int) -> NDArray[np.int64]:
    """For each day of the span, the number of its bin."""
    return np.searchsorted(edges, np.arange(first, last + 1), side="right") - 1


def _group_codes(index: MapIndex, colour_groups: Mapping[str, str]) -> tuple[list[str], NDArray[np.int64]]:
    """Names of the series (the vague one last), and per event type code the number of its series."""
    names = list(dict.fromkeys([*colour_groups.values(), "other", VAGUE]))
    names.append(names.pop(names.index(VAGUE)))
    place = {name: number for number, name in enumerate(names)}
    codes = [place[colour_groups.get(value, "other")] for value in index.event_type.values]
    return names, np.array(codes, dtype=np.int64)


def bin_range(histogram: Histogram, first: int, last: int) -> tuple[date, date]:
    """The days that bins `first` to `last` span, as a brush chooses them."""
    start = date.fromisoformat(histogram.starts[first])
    after = histogram.starts[last + 1] if last + 1 < len(histogram.starts) else None
    if after:
        return start, date.fromordinal(date.fromisoformat(after).toordinal() - 1)
    return start, date.fromisoformat(histogram.end or histogram.starts[-1])
