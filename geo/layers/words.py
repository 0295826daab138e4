"""Full-text search of the map index: sorted words, and per word the rows whose text has it."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from geo.layers.columns import Mask


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
        split = pc.split_pattern(pc.fill_null(texts, ""), " ")
        offsets = np.asarray(split.offsets)
        owner = np.repeat(rank, np.diff(offsets))
        encoded = split.values.slice(offsets[0], offsets[-1] - offsets[0]).dictionary_encode()
        words = encoded.dictionary.to_pylist()
        order = sorted(range(len(words)), key=words.__getitem__)
        place = np.empty(len(words), dtype=np.uint64)
        place[order] = np.arange(len(words), dtype=np.uint64)
        keys = (place[np.asarray(encoded.indices)] << np.uint64(32)) | owner.astype(np.uint64)
        keys.sort()
        starts = np.searchsorted(keys, np.arange(len(words) + 1, dtype=np.uint64) << np.uint64(32))
        rows = (keys & np.uint64(0xFFFFFFFF)).astype(np.uint32)
        return cls(tuple(words[number] for number in order), starts.astype(np.int64), rows, len(rank))

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
