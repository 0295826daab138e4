"""Full-text search of the map index: sorted words, and per word the rows whose text has it."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from geo.layers.columns import Mask, Rows, stable_order

BLOCK = 131_072  # texts that are split together, so that little memory is needed


@dataclass(frozen=True)
class WordIndex:
    """For each word, in order, the rows that have it; a row stands once per word."""

    words: tuple[str, ...]
    starts: NDArray[np.int64]
    rows: NDArray[np.uint32]
    n_rows: int

    @classmethod
    def build(cls, texts: pa.Array, rank: NDArray[np.uint32]) -> WordIndex:
        """Index lower-case texts whose words stand between spaces.

        Args:
            texts: One text per table row.
            rank: Table row to index row.
        """
        known: dict[str, int] = {}
        blocks = [_encoded(texts.slice(start, BLOCK), known) for start in range(0, len(texts), BLOCK)]
        words = sorted(known)
        place = np.empty(len(words), dtype=np.uint32)
        place[[known[word] for word in words]] = np.arange(len(words), dtype=np.uint32)
        counts = np.zeros(len(words), dtype=np.int64)
        for codes, _ in blocks:
            counts += np.bincount(place[codes], minlength=len(words))
        starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        rows, free = np.empty(starts[-1], dtype=np.uint32), starts[:-1].copy()
        for number, (codes, lengths) in enumerate(blocks):
            owner = np.repeat(rank[number * BLOCK : number * BLOCK + len(lengths)], lengths)
            _put(rows, free, place[codes], owner)
        return cls(tuple(words), starts, rows, len(rank))

    def mask(self, query: str) -> Mask:
        """The rows in which each word of the query begins some word."""
        mask = np.ones(self.n_rows, dtype=bool)
        for word in query.split():
            mask &= self._prefix(word)
        return mask

    def _prefix(self, prefix: str) -> Mask:
        first = bisect_left(self.words, prefix)
        last = bisect_left(self.words, prefix + "\U0010ffff")
        mask = np.zeros(self.n_rows, dtype=bool)
        mask[self.rows[self.starts[first] : self.starts[last]]] = True
        return mask


def _encoded(texts: pa.Array, known: dict[str, int]) -> tuple[NDArray[np.uint32], NDArray[np.int32]]:
    """The words of some texts as numbers, and how many words each text has; new words are added to the known."""
    split = pc.split_pattern(pc.fill_null(texts, ""), " ")
    encoded = split.flatten().dictionary_encode()
    numbers = [known.setdefault(word, len(known)) for word in encoded.dictionary.to_pylist()]
    return np.array(numbers, dtype=np.uint32)[np.asarray(encoded.indices)], np.diff(np.asarray(split.offsets))


def _put(rows: Rows, free: NDArray[np.int64], places: NDArray[np.uint32], owner: Rows) -> None:
    """Write the owners of some words where each word's next rows belong, and move those places on."""
    order = stable_order(places, len(free))
    counts = np.bincount(places, minlength=len(free))
    within = np.arange(len(order)) - np.repeat(np.cumsum(counts) - counts, counts)
    rows[free[places[order]] + within] = owner[order]
    free += counts
