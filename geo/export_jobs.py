"""Step 12 for very many incidents: their parts of a file made by several processes, and joined in order.

The processes are copies of this one, so that all of them see the same state; a program with threads (the app) may not
be copied so, and writes alone.
"""

from __future__ import annotations

import gc
import multiprocessing
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import Any

from numpy.typing import NDArray

from geo.dataset import Dataset
from geo.export import CHUNK, ExportOptions, Form, with_incidents
from geo.restricted import open_ids

LEAST = 10_000  # incidents from which other processes are worth their start


@dataclass(frozen=True)
class Work:
    """What the processes write; a part is `CHUNK` incidents from a place in their order on."""

    form: Form
    dataset: Dataset
    ids: Sequence[str]
    numbers: NDArray[Any]
    options: ExportOptions

    def part(self, start: int) -> bytes:
        chosen = slice(start, start + CHUNK)
        found = with_incidents(self.dataset, self.ids[chosen], self.numbers[chosen])
        return self.form.items(self.dataset, found, self.options)


def pieces(
    form: Form, dataset: Dataset, ids: Sequence[str], options: ExportOptions, *, jobs: int = 1
) -> Iterator[bytes]:
    """The file in pieces, the same as `form` alone gives.

    Args:
        jobs: Processes to use; one where they cannot be copied safely, or would have too little to do.
    """
    if jobs == 1 or len(ids) < LEAST or sys.platform != "linux":
        yield from form(dataset, ids, options)
        return
    chosen = ids if options.restricted else open_ids(dataset, ids)
    work = Work(form, dataset, chosen or (), dataset.row_numbers(chosen or ()), options)
    yield form.head(dataset, options)
    before = b""
    for part in _parts(work, jobs):
        yield before + part
        before = form.between
    yield form.tail


def _parts(work: Work, jobs: int) -> Iterator[bytes]:
    """All parts in order; a few are made ahead."""
    starts = iter(range(0, len(work.ids), CHUNK))
    context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(jobs, context, initializer=_begin, initargs=(work,)) as pool:
        waiting: deque[Future[bytes]] = deque(pool.submit(_part, start) for start in islice(starts, 2 * jobs))
        while waiting:
            yield waiting.popleft().result()
            waiting.extend(pool.submit(_part, start) for start in islice(starts, 1))


_own: list[Work] = []  # of a process that makes parts


def _begin(work: Work) -> None:
    gc.freeze()
    gc.disable()  # what is written holds no circles: a look after each part is enough
    work.dataset.incidents.after_copy()
    _own.append(work)


def _part(start: int) -> bytes:
    made = _own[0].part(start)
    gc.collect(1)
    return made
