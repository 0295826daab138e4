"""Numbers of a selection: counts that partition it, counts per filter value, and per district.

Every figure counts an incident once; a district's figures count it once in each district that it touches. Campaigns
are counted apart: their tolls are those of their parts, so sums leave them out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from geo.layers.columns import Codes, Mask, Postings, Rows
from geo.layers.index import POINT, SHADED, UNPLACED, MapIndex
from geo.layers.select import Selector
from geo.query import LIST_PARAMETERS, Query


@dataclass(frozen=True, slots=True)
class Counts:
    """A selection in numbers: total = points + shaded + unplaced.

    Attributes:
        undated: Of the total, those without a date.
        undated_left_out: Further ones that only their missing date keeps out.
        outside_dates: Further ones that only the dates keep out (dated and undated).
        campaigns: Of the total, those made of other incidents.
        killed: Sum of the best figures (lowest where there is no best) without campaigns.
        campaign_tolls: Campaigns with a toll, which isn't added.
    """

    total: int
    points: int
    shaded: int
    unplaced: int
    undated: int
    undated_left_out: int
    outside_dates: int
    campaigns: int
    killed: int
    campaign_tolls: int

    def as_json(self) -> dict[str, int]:
        """By name."""
        return {name: getattr(self, name) for name in self.__slots__}


def count_selection(selector: Selector, query: Query) -> Counts:
    """The numbers of a query's selection."""
    index, mask = selector.index, selector.mask(query)
    parts = np.bincount(index.part[mask], minlength=3)
    whole = int(parts.sum())
    any_date = selector.count(query.without("from", "to", "undated"))
    singular = mask & ~index.campaign
    known = index.killed >= 0
    return Counts(
        total=whole,
        points=int(parts[POINT]),
        shaded=int(parts[SHADED]),
        unplaced=int(parts[UNPLACED]),
        undated=int(np.count_nonzero(mask & ~index.dated)),
        undated_left_out=_undated_left_out(selector, query),
        outside_dates=any_date - whole,
        campaigns=int(np.count_nonzero(mask & index.campaign)),
        killed=int(index.killed[singular & known].sum()),
        campaign_tolls=int(np.count_nonzero(mask & index.campaign & known)),
    )


def _undated_left_out(selector: Selector, query: Query) -> int:
    if query.undated_rule != "exclude":
        return 0
    return int(np.count_nonzero(selector.mask(query.without("from", "to", "undated")) & ~selector.index.dated))


def district_numbers(selector: Selector, query: Query) -> dict[str, dict[str, int]]:
    """Per drawn district (id): incidents, of them known to the district only, deaths, and campaigns apart."""
    index, mask = selector.index, selector.mask(query)
    singular = mask & ~index.campaign
    columns: dict[str, Any] = {
        "count": singular,
        "district_only": singular & (index.part == SHADED),
        "killed": np.where(singular & (index.killed > 0), index.killed, 0),
        "campaigns": mask & index.campaign,
    }
    sums = {name: index.shown.sums(weights).tolist() for name, weights in columns.items()}
    return {
        district: {name: sums[name][place] for name in sums}
        for place, district in enumerate(index.shown.values)
        if sums["count"][place] or sums["campaigns"][place]
    }


FACETS = (*LIST_PARAMETERS, "disputed")


def facet_counts(selector: Selector, query: Query, parameter: str) -> dict[str, int]:
    """How many incidents each value of a parameter would select beside the query's other parameters.

    Values that would select none are left out. Asking for an actor includes those below it, and so do its counts.
    """
    mask = selector.mask(query.without(parameter))
    if parameter == "perpetrator":
        return _actor_counts(selector.index, mask, _pairs_of_actors(selector.index, query.basis))
    if parameter == "basis":
        return _basis_counts(selector.index, mask, query.perpetrator)
    if parameter == "group":
        groups = selector.index.groups
        return _actor_counts(selector.index, mask, {value: [groups.of(value)] for value in groups.values})
    if parameter == "disputed":
        disputed = int(np.count_nonzero(mask & selector.index.disputed))
        return {"true": disputed, "false": int(np.count_nonzero(mask)) - disputed}
    return _column(selector.index, parameter).counts(mask)


def _column(index: MapIndex, parameter: str) -> Codes | Postings:
    columns: dict[str, Codes | Postings] = {
        "event_type": index.event_type,
        "district": index.districts,
        "publisher": index.publishers,
        "camp": index.camps,
        "speaker": index.speakers,
        "review": index.review,
        "dataset": index.dataset,
    }
    return columns[parameter]


def _pairs_of_actors(index: MapIndex, bases: Iterable[str]) -> dict[str, list[Rows]]:
    """Per actor the rows that have a claim naming it, on one of these bases where any is asked for."""
    allowed = frozenset(bases)
    if not allowed:
        return {actor: [index.actors.of(actor)] for actor in index.actors.values}
    found: dict[str, list[Rows]] = {}
    for pair in index.pairs.values:
        actor, _, basis = pair.partition("|")
        if basis in allowed:
            found.setdefault(actor, []).append(index.pairs.of(pair))
    return found


def _actor_counts(index: MapIndex, mask: Mask, rows: dict[str, list[Rows]]) -> dict[str, int]:
    """Counts per actor with those below it; a parent that no claim names itself has a count too."""
    held: dict[str, list[Rows]] = {}
    for actor, own in rows.items():
        for above in index.lineage(actor):
            held.setdefault(above, []).extend(own)
    counts = {actor: _union_count(mask, parts) for actor, parts in held.items()}
    return {actor: number for actor, number in counts.items() if number}


def _basis_counts(index: MapIndex, mask: Mask, actors: tuple[str, ...]) -> dict[str, int]:
    wanted = frozenset().union(*(index.children(actor) for actor in actors))
    held: dict[str, list[Rows]] = {}
    for pair in index.pairs.values:
        actor, _, basis = pair.partition("|")
        if not wanted or actor in wanted:
            held.setdefault(basis, []).append(index.pairs.of(pair))
    counts = {basis: _union_count(mask, parts) for basis, parts in held.items()}
    return {basis: number for basis, number in counts.items() if number}


def _union_count(mask: Mask, parts: list[Rows]) -> int:
    """How many masked rows stand in at least one of the lists."""
    if len(parts) == 1:
        return int(np.count_nonzero(mask[parts[0]]))
    found = np.zeros(len(mask), dtype=bool)
    for rows in parts:
        found[rows] = True
    return int(np.count_nonzero(found & mask))
