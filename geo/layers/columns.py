"""Columns of the map index: the table's values as small codes, and per value the rows that have it.

Built from the table through Arrow, which turns a million strings into codes in tens of milliseconds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Rows = NDArray[np.uint32]
NO_DAY = np.int32(-(2**31))


@dataclass(frozen=True)
class Codes:
    """One value per row; code 0 stands for none."""

    codes: NDArray[Any]
    values: tuple[str, ...]

    @cached_property
    def positions(self) -> dict[str, int]:
        """Value to code."""
        return {value: code for code, value in enumerate(self.values)}

    def mask(self, wanted: Iterable[str]) -> Mask:
        """The rows that have one of these values."""
        chosen = np.zeros(len(self.values), dtype=bool)
        chosen[[self.positions[value] for value in wanted if value in self.positions]] = True
        result: Mask = chosen[self.codes]
        return result

    def counts(self, mask: Mask) -> dict[str, int]:
        """How many of the masked rows have each value; values that none has are left out."""
        found = np.bincount(self.codes[mask], minlength=len(self.values))
        return {value: int(number) for value, number in zip(self.values, found, strict=True) if number and value}


@dataclass(frozen=True)
class Postings:
    """Any number of values per row: for each value, in order, the rows that have it."""

    values: tuple[str, ...]
    starts: NDArray[np.int64]
    rows: Rows
    n_rows: int

    @cached_property
    def positions(self) -> dict[str, int]:
        """Value to its place in `values`."""
        return {value: place for place, value in enumerate(self.values)}

    def of(self, value: str) -> Rows:
        """The rows that have a value."""
        place = self.positions.get(value)
        return self.rows[:0] if place is None else self.rows[self.starts[place] : self.starts[place + 1]]

    def mask(self, wanted: Iterable[str]) -> Mask:
        """The rows that have at least one of these values."""
        mask = np.zeros(self.n_rows, dtype=bool)
        for value in wanted:
            mask[self.of(value)] = True
        return mask

    def sums(self, weights: NDArray[Any]) -> NDArray[np.int64]:
        """Per value, the sum of the weights (one per row; a mask counts) over the rows that have it."""
        totals = np.zeros(len(self.values) + 1, dtype=np.int64)
        if len(self.rows):
            picked = weights[self.rows]
            held = np.flatnonzero(np.diff(self.starts))
            totals[held] = np.add.reduceat(picked, self.starts[held], dtype=np.int64)
        return totals[:-1]

    def counts(self, mask: Mask) -> dict[str, int]:
        """How many of the masked rows have each value; values that none has are left out."""
        found = self.sums(mask)
        return {value: int(number) for value, number in zip(self.values, found, strict=True) if number}


def encode(column: pa.Array, order: NDArray[np.int64]) -> Codes:
    """Codes of a column of strings, in the order of the index."""
    encoded = column if pa.types.is_dictionary(column.type) else column.cast(pa.string()).dictionary_encode()
    values = ["", *(value or "" for value in encoded.dictionary.to_pylist())]
    codes = np.asarray(pc.fill_null(encoded.indices, -1)) + 1
    if "" in values[1:]:
        empty = values.index("", 1)
        codes = np.where(codes == empty, 0, codes)
    kind = np.uint8 if len(values) < 2**8 else np.uint16 if len(values) < 2**16 else np.uint32
    return Codes(codes[order].astype(kind), tuple(values))


def post(column: pa.Array, order: NDArray[np.int64], rename: Callable[[str], Sequence[str]] | None = None) -> Postings:
    """Postings of a column of lists of strings.

    Args:
        column: The column; a missing list is an empty one.
        order: Index row to table row.
        rename: A value to the values that stand for it; given once per value.
    """
    lists = _lists(column)
    offsets = np.asarray(lists.offsets).astype(np.int64)
    encoded = lists.values.cast(pa.string()).dictionary_encode()
    codes, values = np.asarray(encoded.indices), encoded.dictionary.to_pylist()
    counts = np.diff(offsets)[order]
    owner = np.repeat(np.arange(len(order), dtype=np.uint32), counts)
    codes = codes[np.repeat(offsets[:-1][order] - (np.cumsum(counts) - counts), counts) + np.arange(len(owner))]
    if rename:
        codes, owner, values = _renamed(codes, owner, values, rename)
    return _postings(codes, owner, values, len(order))


def _renamed(
    codes: NDArray[Any], owner: Rows, values: list[str], rename: Callable[[str], Sequence[str]]
) -> tuple[NDArray[Any], Rows, list[str]]:
    targets = [rename(value) for value in values]
    names = list(dict.fromkeys(name for target in targets for name in target))
    place = {name: number for number, name in enumerate(names)}
    counts = np.array([len(target) for target in targets], dtype=np.int64)
    starts = np.concatenate([[0], np.cumsum(counts)])
    flat = np.array([place[name] for target in targets for name in target], dtype=np.int64)
    repeats = counts[codes] if len(codes) else np.zeros(0, dtype=np.int64)
    within = np.arange(repeats.sum()) - np.repeat(np.cumsum(repeats) - repeats, repeats)
    return flat[np.repeat(starts[codes], repeats) + within], np.repeat(owner, repeats), names


def _postings(codes: NDArray[Any], owner: Rows, values: list[str], n_rows: int) -> Postings:
    """Postings of values whose owners stand in order; a row that has a value twice stands once."""
    order = np.argsort(np.array(values, dtype=object)) if values else np.zeros(0, dtype=np.int64)
    place = np.empty(len(values), dtype=np.uint32)
    place[order] = np.arange(len(values), dtype=np.uint32)
    places = place[codes]
    grouped = stable_order(places, len(values))
    places, rows = places[grouped], owner[grouped]
    fresh = np.ones(len(rows), dtype=bool)
    fresh[1:] = (places[1:] != places[:-1]) | (rows[1:] != rows[:-1])
    if not fresh.all():
        places, rows = places[fresh], rows[fresh]
    starts = np.concatenate([[0], np.cumsum(np.bincount(places, minlength=len(values)))])
    return Postings(tuple(values[number] for number in order), starts.astype(np.int64), rows, n_rows)


def stable_order(codes: NDArray[np.uint32], n_values: int) -> NDArray[np.int64]:
    """The order that groups codes, each group as it stands; 16 bits at a time, which numpy sorts by counting."""
    order = np.argsort(codes.astype(np.uint16), kind="stable")
    if n_values > 2**16:
        order = order[np.argsort((codes[order] >> 16).astype(np.uint16), kind="stable")]
    return order


def day_numbers(column: pa.Array, order: NDArray[np.int64]) -> NDArray[np.int32]:
    """Days since 1970 in the order of the index; `NO_DAY` where none is known."""
    days = column.cast(pa.date32(), safe=False).cast(pa.int32())
    return np.asarray(pc.fill_null(days, int(NO_DAY)))[order]


def integers(column: pa.Array, order: NDArray[np.int64], missing: int = -1) -> NDArray[np.int32]:
    """A nullable column of whole numbers in the order of the index."""
    filled = pc.fill_null(column.cast(pa.int32()), missing)
    return np.asarray(filled)[order].astype(np.int32, copy=False)


def reals(column: pa.Array) -> NDArray[np.float64]:
    """A nullable column of real numbers in the table's order; a missing one is NaN."""
    return np.asarray(pc.fill_null(column.cast(pa.float64()), np.nan))


def flags(column: pa.Array, order: NDArray[np.int64]) -> Mask:
    """A column of truth values in the order of the index; a missing one is false."""
    mask: Mask = np.asarray(pc.fill_null(column.cast(pa.bool_()), False)).astype(bool)[order]
    return mask


def column_reader(table: pa.Table | pd.DataFrame) -> Callable[[str], pa.Array]:
    """Reads columns of a table as one Arrow array each."""
    if isinstance(table, pa.Table):
        return lambda name: _whole(table[name])
    return lambda name: _whole(pa.array(table[name], from_pandas=True))


def _whole(made: pa.Array | pa.ChunkedArray) -> pa.Array:
    whole = made
    if isinstance(made, pa.ChunkedArray):  # one piece is taken as it is: combining would copy it
        whole = made.chunk(0) if made.num_chunks == 1 else made.combine_chunks()
    if isinstance(whole, pa.ChunkedArray):
        whole = whole.chunk(0) if whole.num_chunks else pa.array([], type=whole.type)
    return whole.cast(pa.string()) if pa.types.is_null(whole.type) else whole


def _lists(column: pa.Array) -> pa.ListArray:
    """A column of lists; one of which no row has any is read as empty lists."""
    if pa.types.is_list(column.type):
        return column
    return pa.ListArray.from_arrays(pa.array(np.zeros(len(column) + 1, dtype=np.int32)), pa.array([], pa.string()))
