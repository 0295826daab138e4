"""Which incident holds a mention, and which mentions an incident holds: a million of them in a few megabytes.

Most incidents hold one mention, whose id is theirs; only the other mentions are written down.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property

import pyarrow as pa
import pyarrow.compute as pc

from geo.models import Incident

MANY = 20  # incidents whose mentions are found sooner by one look at all
SCHEMA = pa.schema([("mention", pa.string()), ("incident", pa.string())])


class Owners(Mapping[str, str]):
    """Mention id to the id of the incident that holds it.

    Args:
        ids: Of all incidents, in order.
        others: The mentions that give no incident its id, in order, with their incidents (`SCHEMA`).
    """

    def __init__(self, ids: pa.Array, others: pa.Table) -> None:
        self.ids = ids
        self.others = others

    @classmethod
    def of(cls, incidents: Iterable[Incident]) -> Owners:
        """Those of assembled incidents."""
        held = list(incidents)
        ids = pa.array(sorted(incident.id for incident in held), pa.string())
        return cls(ids, sorted_others([other_mentions(held)]))

    def __getitem__(self, mention: str) -> str:
        if place(self.ids, mention) is not None:
            return mention
        row = place(self._mentions, mention)
        if row is None:
            raise KeyError(mention)
        return str(self._incidents[row])

    def __iter__(self) -> Iterator[str]:
        yield from self.ids.to_pylist()
        yield from self._mentions.to_pylist()

    def __len__(self) -> int:
        return len(self.ids) + len(self._mentions)

    def mentions_of(self, incident: str) -> tuple[str, ...]:
        """All mentions of an incident, the one that gives it its id first; none where there is no such incident."""
        if place(self.ids, incident) is None:
            return ()
        mentions, incidents = self._by_incident
        numbers = range(len(incidents))
        first = bisect_left(numbers, incident, key=lambda row: str(incidents[row]))
        last = bisect_right(numbers, incident, key=lambda row: str(incidents[row]))
        return (incident, *mentions[first:last].to_pylist())

    def mentions_in(self, incidents: Sequence[str]) -> frozenset[str]:
        """All mentions of several incidents; of many at once faster than one by one."""
        if len(incidents) < MANY:
            return frozenset(mention for incident in incidents for mention in self.mentions_of(incident))
        held = [incident for incident in incidents if place(self.ids, incident) is not None]
        theirs = pc.is_in(self._incidents, value_set=pa.array(held, pa.string()))
        return frozenset((*held, *self._mentions.filter(theirs).to_pylist()))

    def holders(self, mentions: Collection[str]) -> frozenset[str]:
        """The incidents that hold these mentions; of very many at once faster than one by one."""
        given = pa.array(mentions, pa.string())
        own = pc.is_in(given, value_set=self.ids)
        others = given.filter(pc.invert(own)).to_pylist()
        return frozenset(given.filter(own).to_pylist()) | {self[mention] for mention in others if mention in self}

    def beside(self, mention: str) -> tuple[str, ...]:
        """The mentions of the incident that holds this one, itself among them."""
        return self.mentions_of(self.get(mention, "")) or (mention,)

    def changed(self, ids: pa.Array, gone: Collection[str], made: Iterable[pa.Table]) -> Owners:
        """These, when incidents went and others came.

        Args:
            ids: Of all incidents after it.
            made: The other mentions of those that came.
        """
        kept = self.others.filter(
            pc.invert(pc.is_in(self.others["incident"], value_set=pa.array(sorted(gone), pa.string())))
        )
        return Owners(ids, sorted_others([kept, *made]))

    @cached_property
    def _mentions(self) -> pa.Array:
        return self.others["mention"].combine_chunks()

    @cached_property
    def _incidents(self) -> pa.Array:
        return self.others["incident"].combine_chunks()

    @cached_property
    def _by_incident(self) -> tuple[pa.Array, pa.Array]:
        ordered = self.others.take(pc.sort_indices(self.others["incident"]))
        return ordered["mention"].combine_chunks(), ordered["incident"].combine_chunks()


def place(ordered: pa.Array, key: str) -> int | None:
    """Where a text stands in an ordered column."""
    row = bisect_left(range(len(ordered)), key, key=lambda number: str(ordered[number]))
    return row if row < len(ordered) and str(ordered[row]) == key else None


def other_mentions(incidents: Iterable[Incident]) -> pa.Table:
    """The mentions that don't give their incident its id."""
    rows = [(mention.id, incident.id) for incident in incidents for mention in incident.mentions[1:]]
    columns = [pa.array([row[number] for row in rows], pa.string()) for number in (0, 1)]
    return pa.Table.from_arrays(columns, schema=SCHEMA)


def sorted_others(tables: Iterable[pa.Table]) -> pa.Table:
    """Several tables of other mentions as one, in order."""
    joined = pa.concat_tables([SCHEMA.empty_table(), *tables])
    return joined.take(pc.sort_indices(joined["mention"])).combine_chunks()
