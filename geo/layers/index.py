"""The map index: the incident table as columns of small numbers, rows in Morton order, built once per data version.

Rows with a point come first, along the Morton curve; the rest follow in the table's order. `row` leads back to the
table. Nothing here changes after it is built, so any number of threads may read it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from geo.datafiles import slug
from geo.layers.columns import (
    NO_DAY,
    Codes,
    Mask,
    Postings,
    column_reader,
    day_numbers,
    encode,
    flags,
    integers,
    post,
    reals,
)
from geo.layers.grid import interleave, mercator
from geo.layers.words import WordIndex

POINT, SHADED, UNPLACED = 0, 1, 2
POINTED = (1, 2)
POSTING_THREADS = 2  # more would hold more arrays at once
LIST_COLUMNS = (
    "id",
    "title",
    "place",
    "districts",
    "date_start",
    "date_end",
    "killed_low",
    "killed_best",
    "killed_high",
    "perpetrator",
    "perpetrator_basis",
)
VAGUE_DATES = (4, 5)
TOP_PERPETRATORS = 7
UNNAMED = ("", "unknown")


@dataclass(frozen=True)
class MapIndex:
    """Columns of the incident table, in index order.

    Attributes:
        row: Index row to table row.
        n_points: The first so many rows have a point.
        morton, lon, lat: Of the rows with a point.
        part: `POINT`, `SHADED` by district, or `UNPLACED`: the three that counts partition.
        start, end: Days since 1970, or `NO_DAY`.
        killed: Best figure, else the lowest, else -1; deaths are its sum without campaigns.
        districts: By id of the incident's own districts; `shown` by id of the districts that the map draws.
        pairs: `actor|basis` of each claim that isn't a denial.
        children, lineage: An actor's id to itself and all below it, and all above it.
        by_date: All rows, newest first, undated last: the order of lists.
    """

    version: str
    row: NDArray[np.uint32]
    n_points: int
    morton: NDArray[np.uint64]
    lon: NDArray[np.float32]
    lat: NDArray[np.float32]
    radius: NDArray[np.float32]
    part: NDArray[np.uint8]
    start: NDArray[np.int32]
    end: NDArray[np.int32]
    date_prec: NDArray[np.uint8]
    where_prec: NDArray[np.uint8]
    killed: NDArray[np.int32]
    disputed: Mask
    campaign: Mask
    event_type: Codes
    perpetrator: Codes
    review: Codes
    dataset: Codes
    districts: Postings
    shown: Postings
    publishers: Postings
    camps: Postings
    speakers: Postings
    groups: Postings
    pairs: Postings
    actors: Postings
    children: Callable[[str], frozenset[str]]
    lineage: Callable[[str], Sequence[str]]
    text: Mapping[str, pa.Array]
    search: Callable[[], pa.Array]
    labels: Mapping[str, Mapping[str, str]]
    data_to: str | None

    @property
    def n_rows(self) -> int:
        return len(self.row)

    @cached_property
    def dated(self) -> Mask:
        """The rows whose date is known."""
        mask: Mask = self.start != NO_DAY
        return mask

    @cached_property
    def by_date(self) -> NDArray[np.uint32]:
        """All rows, newest first, undated last."""
        return np.argsort(-self.start.astype(np.int64), kind="stable").astype(np.uint32)

    def table_row(self, key: str) -> int | None:
        """The table row of an incident's id; the table is sorted by it."""
        ids = self.text["id"]
        row = bisect_left(range(len(ids)), key, key=lambda number: str(ids[number]))
        return row if row < len(ids) and str(ids[row]) == key else None

    @cached_property
    def date_range(self) -> tuple[str | None, str | None]:
        """First and last day (ISO) that the data tells of."""
        known = np.concatenate([self.start[self.dated], self.end[self.dated]])
        if not len(known):
            return None, None
        first, last = np.array([known.min(), known.max()]).astype("datetime64[D]").astype(str).tolist()
        return first, last

    @cached_property
    def bounds(self) -> tuple[float, float, float, float] | None:
        """West, south, east, north of the points; None where there is none."""
        if not self.n_points:
            return None
        corners = (self.lon.min(), self.lat.min(), self.lon.max(), self.lat.max())
        west, south, east, north = (round(float(number), 4) for number in corners)
        return west, south, east, north

    @cached_property
    def words(self) -> WordIndex:
        """Rows by the words of their text; made when first asked for."""
        rank = np.empty(self.n_rows, dtype=np.uint32)
        rank[self.row] = np.arange(self.n_rows, dtype=np.uint32)
        return WordIndex.build(self.search(), rank)

    @cached_property
    def top_perpetrators(self) -> tuple[str, ...]:
        """The parties most often named in all the data: those with a colour of their own, whatever is selected."""
        counts = self.perpetrator.counts(np.ones(self.n_rows, dtype=bool))
        named = [(number, value) for value, number in counts.items() if value not in UNNAMED]
        return tuple(value for _, value in sorted(named, key=lambda pair: (-pair[0], pair[1]))[:TOP_PERPETRATORS])


def itself(name: str) -> tuple[str, ...]:
    """The default of `shown_districts` and `lineage`: everything stands for itself."""
    return (name,)


def alone(actor: str) -> frozenset[str]:
    """The default of `children`: nobody stands below an actor."""
    return frozenset((actor,))


def build_index(
    table: pa.Table | pd.DataFrame,
    version: str,
    *,
    shown_districts: Callable[[str], Sequence[str]] = itself,
    children: Callable[[str], frozenset[str]] = alone,
    lineage: Callable[[str], Sequence[str]] = itself,
) -> MapIndex:
    """The index of an incident table.

    Args:
        table: As `geo.table.build_columns` gives it, sorted by id.
        version: The data version.
        shown_districts: A district's name to the names of the drawn districts that stand for it.
        children: An actor's id to its own and those of all below it.
        lineage: An actor's id to its own and those of all above it.
    """
    column = column_reader(table)
    order, n_points, morton = _order(column)
    start = day_numbers(column("date_start"), order)
    end = day_numbers(column("date_end"), order)
    killed_best, killed_low = integers(column("killed_best"), order), integers(column("killed_low"), order)
    where_prec = integers(column("where_prec"), order, 4).astype(np.uint8)
    posted = _post_all(column, order, shown_districts)
    points = order[:n_points]
    return MapIndex(
        version=version,
        row=order.astype(np.uint32),
        n_points=n_points,
        morton=morton,
        lon=reals(column("lon"))[points].astype(np.float32),
        lat=reals(column("lat"))[points].astype(np.float32),
        radius=np.nan_to_num(reals(column("radius_km"))[points]).astype(np.float32),
        part=_parts(n_points, where_prec, posted["shown"]),
        start=start,
        end=np.where(end == NO_DAY, start, end),
        date_prec=integers(column("date_prec"), order, 0).astype(np.uint8),
        where_prec=where_prec,
        killed=np.where(killed_best >= 0, killed_best, killed_low),
        disputed=flags(column("disputed"), order),
        campaign=flags(column("campaign"), order),
        event_type=encode(column("event_type"), order),
        perpetrator=encode(column("perpetrator_id"), order),
        review=encode(column("review"), order),
        dataset=encode(column("dataset"), order),
        **posted,
        children=children,
        lineage=lineage,
        text={name: column(name) for name in LIST_COLUMNS},
        search=lambda: column("search"),
        labels=_labels(column, posted["districts"]),
        data_to=_data_to(column),
    )


Read = Callable[[str], pa.Array]


def _post_all(
    column: Read, order: NDArray[np.int64], shown_districts: Callable[[str], Sequence[str]]
) -> dict[str, Postings]:
    """All postings of an index, several at once: most of their time is sorting, for which numpy needs no lock."""
    wanted: dict[str, tuple[str, Callable[[str], Sequence[str]] | None]] = {
        "districts": ("districts", lambda name: (slug(name),)),
        "shown": ("districts", lambda name: tuple(slug(drawn) for drawn in shown_districts(name))),
        "publishers": ("publisher_ids", None),
        "camps": ("camps", None),
        "speakers": ("speakers", None),
        "groups": ("groups", None),
        "pairs": ("perpetrator_pairs", None),
        "actors": ("perpetrator_pairs", lambda pair: (pair.split("|")[0],)),
    }
    with ThreadPoolExecutor(max_workers=POSTING_THREADS) as pool:
        made = pool.map(lambda given: post(column(given[0]), order, given[1]), wanted.values())
        return dict(zip(wanted, made, strict=True))


def _order(column: Read) -> tuple[NDArray[np.int64], int, NDArray[np.uint64]]:
    """Table rows in index order, how many of them have a point, and those points' Morton codes."""
    lon, lat = reals(column("lon")), reals(column("lat"))
    precise = np.isin(np.asarray(pc.fill_null(column("where_prec"), 0)), POINTED)
    has_point = precise & ~np.isnan(lon) & ~np.isnan(lat)
    pointed, rest = np.flatnonzero(has_point), np.flatnonzero(~has_point)
    codes = interleave(*mercator(lon[pointed], lat[pointed]))
    curve = np.argsort(codes, kind="stable")
    return np.concatenate([pointed[curve], rest]), len(pointed), codes[curve]


def _parts(n_points: int, where_prec: NDArray[np.uint8], shown: Postings) -> NDArray[np.uint8]:
    """Points; then what a drawn district can be shaded for (where_prec 3 and 5, or a point never given); the rest."""
    parts = np.full(len(where_prec), UNPLACED, dtype=np.uint8)
    placed = np.zeros(len(where_prec), dtype=bool)
    placed[shown.rows] = True
    parts[placed & np.isin(where_prec, (1, 2, 3, 5))] = SHADED
    parts[:n_points] = POINT
    return parts


def _labels(column: Read, districts: Postings) -> dict[str, dict[str, str]]:
    """Words for the ids that the data holds, as far as the table itself knows them."""
    names: set[str] = set(column("districts").flatten().unique().to_pylist()) if districts.values else set()
    return {
        "district": {slug(name): name for name in names},
        "publisher": _paired(column("publisher_ids"), column("publishers")),
    }


def _paired(keys: pa.Array, words: pa.Array) -> dict[str, str]:
    if not pa.types.is_list(keys.type) or not len(keys.values):
        return {}
    pairs = pa.table({"key": keys.flatten(), "word": words.flatten()}).group_by(["key", "word"]).aggregate([])
    return dict(zip(pairs["key"].to_pylist(), pairs["word"].to_pylist(), strict=True))


def _data_to(column: Read) -> str | None:
    """The newest day that the data tells of."""
    days = [pc.max(column(name).cast(pa.date32(), safe=False)).as_py() for name in ("date_end", "first_reported")]
    return max((day.isoformat() for day in days if day), default=None)
