"""The data set that pages, exports and routes share: the incident table, single incidents on demand, and what both are
read with.

Frozen: a newer state of the data is another `Dataset` with another version. Nobody asks for all incidents at once:
`each` gives them one after another, however many there are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice, pairwise
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from geo.district_layers import DistrictLayer
from geo.districts import DistrictTable
from geo.errors import NotFound
from geo.models import DataSet, Incident
from geo.owners import place
from geo.table import as_frame, as_series
from geo.table_cache import About
from geo.vocab import Vocabulary

BATCH = 500  # incidents or rows that are read together


class Incidents(Mapping[str, Incident]):
    """Incidents by id, each made when it is asked for."""

    def many(self, keys: Sequence[str]) -> list[Incident]:
        """Several at once, in the order asked for.

        Raises:
            KeyError: for an id that no incident has.
        """
        return [self[key] for key in keys]

    def after_copy(self) -> None:
        """In a process that is a copy of another: let go of what belongs to that one."""

    def count_documents(self) -> int:
        """How many documents they rest on."""
        return len({document.id for incident in self.values() for document in incident.documents})


class HeldIncidents(Incidents):
    """Incidents that are held in memory: the few that come with the program."""

    def __init__(self, incidents: Iterable[Incident]) -> None:
        self._held = {incident.id: incident for incident in incidents}

    def __getitem__(self, key: str) -> Incident:
        return self._held[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._held)

    def __len__(self) -> int:
        return len(self._held)


@dataclass(frozen=True)
class Dataset:
    """All incidents of one data version.

    Attributes:
        version: `<n>-<hash8>`; a figure is cited with it.
        incidents: By incident id, made on demand.
        columns: The incident table (`geo.table`), in the order of ids.
        problems: What could not be loaded, one line each, for the reader.
        owners: Mention id to the id of the incident that holds it now.
        about: Of which state of a store it is; None without a store.
        sets: The data sets that some of the rows are of, by id.
        restricted: Ids of the incidents that hold rows of data sets that may not be passed on (`geo.restricted`).
        left_out: How many such incidents were taken out.
    """

    version: str
    incidents: Incidents
    columns: pa.Table
    vocabulary: Vocabulary
    districts: DistrictTable
    layer: DistrictLayer
    problems: tuple[str, ...] = ()
    owners: Mapping[str, str] = field(default_factory=dict)
    about: About | None = None
    sets: Mapping[str, DataSet] = field(default_factory=dict)
    restricted: frozenset[str] = frozenset()
    left_out: int = 0

    def __len__(self) -> int:
        return len(self.columns)

    def incident(self, key: str) -> Incident:
        """The incident of this id, or the one that now holds the mention of this id.

        Raises:
            NotFound: when no incident has it.
        """
        found = self.incidents.get(key) or self.incidents.get(self.owners.get(key, ""))
        if found is None:
            raise NotFound(f"no incident has the id {key!r} in data version {self.version}")
        return found

    def each(self, ids: Iterable[str] | None = None) -> Iterator[Incident]:
        """The incidents of these ids in their order, or all of them; a few are held at a time."""
        keys = self._ids() if ids is None else ids
        waiting = iter(keys)
        while part := list(islice(waiting, BATCH)):
            yield from self.incidents.many(part)

    def _ids(self) -> Iterator[str]:
        column = self.columns["id"]
        for start in range(0, len(column), BATCH):
            yield from column[start : start + BATCH].to_pylist()

    @property
    def table(self) -> gpd.GeoDataFrame:
        """The whole table as a frame; of a large one take what is needed with `frame` or `rows`."""
        return self._whole_table

    @cached_property
    def _whole_table(self) -> gpd.GeoDataFrame:
        return as_frame(self.columns)

    def frame(self, numbers: Sequence[int] | NDArray[Any]) -> gpd.GeoDataFrame:
        """The table's rows of these numbers, in their order."""
        return as_frame(self.columns.take(pa.array(np.asarray(numbers, dtype=np.int64))))

    def values(self, column: str, numbers: NDArray[Any]) -> pd.Series[Any]:
        """One column of the table's rows of these numbers."""
        taken = self.columns.select([column]).take(pa.array(np.asarray(numbers, dtype=np.int64)))
        return as_series(column, taken[column].combine_chunks())

    def rows(
        self, numbers: Sequence[int] | NDArray[Any] | None = None, columns: Sequence[str] | None = None
    ) -> Iterator[dict[str, Any]]:
        """The table's rows of these numbers as mappings of plain values, or all of them; a few are held at a time."""
        wanted = self.columns if columns is None else self.columns.select(list(columns))
        total = len(wanted) if numbers is None else len(numbers)
        for start in range(0, total, BATCH):
            stop = min(start + BATCH, total)
            if numbers is None:
                part = wanted.slice(start, stop - start)
            else:
                part = wanted.take(pa.array(np.asarray(numbers[start:stop], dtype=np.int64)))
            names = part.column_names
            for values in zip(*(_plain(column) for column in part.columns), strict=True):
                yield dict(zip(names, values, strict=True))

    @cached_property
    def camps(self) -> Mapping[str, str]:
        """The camp of a speaker, by name, whoever it is."""
        return _Camps(self.vocabulary)

    def row_numbers(self, ids: Sequence[str]) -> NDArray[np.int64]:
        """Where the incidents of these ids stand in the table.

        Raises:
            NotFound: when no incident has one of them.
        """
        found = pc.index_in(pa.array(ids, pa.string()), value_set=self.columns["id"])
        if found.null_count:
            missing = next(key for key, row in zip(ids, found.to_pylist(), strict=True) if row is None)
            raise NotFound(f"no incident has the id {missing!r} in data version {self.version}")
        return np.asarray(found).astype(np.int64)

    def title(self, key: str) -> str | None:
        """An incident's title; None where there is no such incident."""
        row = place(self._id_column, key)
        return None if row is None else str(self.columns["title"][row])

    @cached_property
    def _id_column(self) -> pa.Array:
        return self.columns["id"].combine_chunks()

    @cached_property
    def children(self) -> Mapping[str, tuple[str, ...]]:
        """Campaign id to the ids of its parts."""
        parts = self.columns.select(["part_of", "id"]).filter(pc.is_valid(self.columns["part_of"]))
        found: dict[str, list[str]] = defaultdict(list)
        for campaign, part in zip(parts["part_of"].to_pylist(), parts["id"].to_pylist(), strict=True):
            found[campaign].append(part)
        return {campaign: tuple(held) for campaign, held in found.items()}

    @property
    def n_claims(self) -> int:
        """How many claims the incidents hold."""
        return int(pc.sum(self.columns["n_claims"]).as_py() or 0)


class _Camps(dict[str, str]):
    """Camps by speaker, each looked up when it is first asked for."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        super().__init__()
        self._vocabulary = vocabulary

    def __missing__(self, speaker: str) -> str:
        camp = self[speaker] = str(self._vocabulary.speaker(speaker).camp)
        return camp


def _lists(chunk: pa.ListArray) -> Iterator[list[Any]]:
    """The lists of a column without nulls, cut out of their words."""
    bounds = chunk.offsets.to_numpy()
    words = chunk.values.slice(bounds[0], bounds[-1] - bounds[0]).to_numpy(zero_copy_only=False).tolist()
    ends = (bounds - bounds[0]).tolist()
    return (words[start:end] for start, end in pairwise(ends))


def _plain(column: pa.ChunkedArray) -> list[Any]:
    """A column as plain values; by way of numpy, which takes a fifth of the time of `to_pylist`."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        column, kind = column.cast(kind.value_type), kind.value_type
    if pa.types.is_string(kind) or (not column.null_count and not pa.types.is_nested(kind)):
        return list(column.to_numpy().tolist())
    if pa.types.is_list(kind) and not column.null_count:
        return [words for chunk in column.chunks for words in _lists(chunk)]
    if pa.types.is_integer(kind) or pa.types.is_date(kind):
        return list(column.to_pandas(integer_object_nulls=True, date_as_object=True).tolist())
    return list(column.to_pylist())
