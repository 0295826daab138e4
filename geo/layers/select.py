"""Query -> the rows of the map index that it selects, remembered per canonical query (step 10 to 11 of the flow)."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from datetime import date
from functools import reduce
from threading import Lock
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from geo.layers.columns import Mask, Rows
from geo.layers.index import SHADED, MapIndex
from geo.query import BBox, Query

CACHE_BYTES = 128 * 2**20
MIN_CACHED = 8
ORDINAL_1970 = date(1970, 1, 1).toordinal()

Key = TypeVar("Key", bound=Hashable)
Held = TypeVar("Held")


class Lru(Generic[Key, Held]):
    """The values asked for last, by key; safe for threads, which may at worst make a value twice."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._held: OrderedDict[Key, Held] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Key, make: Callable[[], Held]) -> Held:
        """The value of a key, made when it isn't held."""
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
                return self._held[key]
        value = make()
        with self._lock:
            self._held[key] = value
            while len(self._held) > self._capacity:
                self._held.popitem(last=False)
        return value


def no_districts(_bbox: BBox) -> frozenset[str]:
    """The shapes of nothing: only points can lie in a box."""
    return frozenset()


class Selector:
    """Turns queries into masks over one index.

    Args:
        index: The map index.
        touching: Ids of the drawn districts that a box touches, for incidents known to a district only.
    """

    def __init__(self, index: MapIndex, touching: Callable[[BBox], frozenset[str]] = no_districts) -> None:
        self.index = index
        self._touching = touching
        capacity = max(MIN_CACHED, CACHE_BYTES // max(index.n_rows, 1))
        self._masks: Lru[tuple[Any, ...], Mask] = Lru(min(capacity, 4096))

    def mask(self, query: Query) -> Mask:
        """The rows that the query selects; the array is shared, so it must not be written to."""
        return self._masks.get(("all", query.canonical()), lambda: self._combine(query))

    def count(self, query: Query) -> int:
        """How many incidents the query selects."""
        return int(np.count_nonzero(self.mask(query)))

    def table_rows(self, query: Query) -> NDArray[np.uint32]:
        """The table's rows that the query selects, in the table's order."""
        return np.sort(self.index.row[self.mask(query)])

    def listed(self, mask: Mask) -> Rows:
        """The masked rows, newest first."""
        order = self.index.by_date
        chosen: Rows = order[mask[order]]
        return chosen

    def _combine(self, query: Query) -> Mask:
        parts = [self._part(name, asked) for name in _PARTS if (asked := _asked(name, query))]
        if not parts:
            return np.ones(self.index.n_rows, dtype=bool)
        combined = reduce(np.logical_and, parts) if len(parts) > 1 else parts[0]
        combined.setflags(write=False)
        return combined

    def _part(self, name: str, query: Query) -> Mask:
        """The mask of one part of a query, which other queries are likely to share."""
        return self._masks.get((name, query), lambda: self._made(name, query))

    def _made(self, name: str, query: Query) -> Mask:
        mask = _PARTS[name][1](self, query)
        mask.setflags(write=False)
        return mask

    def _dates(self, query: Query) -> Mask:
        index = self.index
        rule = query.undated_rule
        if rule == "only":
            return ~index.dated
        within = index.dated.copy()
        if query.date_from:
            within &= index.end >= query.date_from.toordinal() - ORDINAL_1970
        if query.date_to:
            within &= index.start <= query.date_to.toordinal() - ORDINAL_1970
        return within | ~index.dated if rule == "include" else within

    def _perpetrators(self, query: Query) -> Mask:
        """Actor and basis on one claim that isn't a denial; asking for an actor includes those below it."""
        actors = self._with_children(query.perpetrator)
        bases = frozenset(query.basis)
        wanted = []
        for pair in self.index.pairs.values:
            actor, _, basis = pair.partition("|")
            if (not actors or actor in actors) and (not bases or basis in bases):
                wanted.append(pair)
        return self.index.pairs.mask(wanted)

    def _with_children(self, actors: tuple[str, ...]) -> frozenset[str]:
        return frozenset().union(*(self.index.children(actor) for actor in actors))

    def _box(self, query: Query) -> Mask:
        """Points inside the box, and incidents known to a district that the box touches."""
        index = self.index
        mask = np.zeros(index.n_rows, dtype=bool)
        if query.bbox is None:
            return ~mask
        west, south, east, north = query.bbox
        inside = (index.lon >= west) & (index.lon <= east) & (index.lat >= south) & (index.lat <= north)
        mask[: index.n_points] = inside
        mask |= index.shown.mask(self._touching(query.bbox)) & (index.part == SHADED)
        return mask


def _min_killed(selector: Selector, query: Query) -> Mask:
    mask: Mask = selector.index.killed >= (query.min_killed or 0)
    return mask


def _where_prec(selector: Selector, query: Query) -> Mask:
    mask: Mask = selector.index.where_prec <= (query.where_prec_max or 7)
    return mask


def _disputed(selector: Selector, query: Query) -> Mask:
    return selector.index.disputed.copy() if query.disputed else ~selector.index.disputed


_PARTS: dict[str, tuple[tuple[str, ...], Callable[[Selector, Query], Mask]]] = {
    "dates": (("date_from", "date_to", "undated"), Selector._dates),
    "perpetrators": (("perpetrator", "basis"), Selector._perpetrators),
    "group": (("group",), lambda s, q: s.index.groups.mask(s._with_children(q.group))),
    "event_type": (("event_type",), lambda s, q: s.index.event_type.mask(q.event_type)),
    "district": (("district",), lambda s, q: s.index.districts.mask(q.district) | s.index.shown.mask(q.district)),
    "publisher": (("publisher",), lambda s, q: s.index.publishers.mask(q.publisher)),
    "camp": (("camp",), lambda s, q: s.index.camps.mask(q.camp)),
    "speaker": (("speaker",), lambda s, q: s.index.speakers.mask(q.speaker)),
    "min_killed": (("min_killed",), _min_killed),
    "where_prec_max": (("where_prec_max",), _where_prec),
    "disputed": (("disputed",), _disputed),
    "review": (("review",), lambda s, q: s.index.review.mask(q.review)),
    "q": (("q",), lambda s, q: s.index.words.mask(q.q or "")),
    "bbox": (("bbox",), Selector._box),
    "dataset": (("dataset",), lambda s, q: s.index.dataset.mask(q.dataset)),
}


def _asked(name: str, query: Query) -> Query | None:
    """The query reduced to one part; None when it asks nothing of that part."""
    values = {attribute: getattr(query, attribute) for attribute in _PARTS[name][0]}
    return Query(**values) if any(value not in (None, ()) for value in values.values()) else None


def day_of(number: Any) -> date:
    """The date of a day number of the index."""
    return date.fromordinal(int(number) + ORDINAL_1970)
