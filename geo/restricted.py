"""Rows of data sets that may not be passed on: the one place where they are taken out of a `Dataset`.

A server that others can reach answers from what is left, so nothing of them is in any count, cell, popup or file. An
incident that holds one such row is left out as a whole, since its figures rest on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from geo.dataset import Dataset, Incidents
from geo.models import Incident


class OpenIncidents(Incidents):
    """The incidents that are not left out."""

    def __init__(self, every: Incidents, left_out: frozenset[str], documents: int) -> None:
        self._every = every
        self._left_out = left_out
        self._documents = documents

    def __getitem__(self, key: str) -> Incident:
        if key in self._left_out:
            raise KeyError(key)
        return self._every[key]

    def __iter__(self) -> Iterator[str]:
        return (key for key in self._every if key not in self._left_out)

    def __len__(self) -> int:
        return len(self._every) - len(self._left_out)

    def many(self, keys: Sequence[str]) -> list[Incident]:
        for key in keys:
            if key in self._left_out:
                raise KeyError(key)
        return self._every.many(keys)

    def after_copy(self) -> None:
        self._every.after_copy()

    def count_documents(self) -> int:
        return self._every.count_documents() - self._documents


def without_restricted(dataset: Dataset) -> Dataset:
    """A data set without the incidents that hold a row of a restricted data set; it knows how many these are."""
    if not dataset.restricted:
        return dataset
    is_restricted = pc.is_in(dataset.columns["id"], value_set=pa.array(sorted(dataset.restricted), pa.string()))
    documents = int(pc.sum(dataset.columns.filter(is_restricted)["n_sources"]).as_py() or 0)
    return replace(
        dataset,
        incidents=OpenIncidents(dataset.incidents, dataset.restricted, documents),
        columns=dataset.columns.filter(pc.invert(is_restricted)),
        sets={key: found for key, found in dataset.sets.items() if found.redistribute},
        restricted=frozenset(),
        left_out=len(dataset.restricted),
        about=None,  # so that no cache takes it for the whole state
    )


def open_ids(dataset: Dataset, ids: Sequence[str] | None) -> list[str] | None:
    """Those of the ids (None: of all) whose incidents hold no row of a restricted data set."""
    if not dataset.restricted:
        return None if ids is None else list(ids)
    keys = dataset.columns["id"].to_pylist() if ids is None else ids
    return [key for key in keys if key not in dataset.restricted]


def told(number: int) -> str:
    """How many incidents are left out, in words."""
    return f"{number} {'incident' if number == 1 else 'incidents'} of restricted data sets left out"
