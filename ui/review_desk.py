"""What all sessions share of the review: the queue, and what was decided, kept near the store's newest change.

A short queue is made anew whenever something changed. A long one is made beside the page while that goes on with the
older one, from which what was decided since is taken away.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache, partial

import pyarrow as pa
import pyarrow.compute as pc

from geo.decisions import undone_ids
from geo.errors import IncidentMapError
from geo.models import Decision
from geo.near import changes_no_link
from geo.relink import relink
from geo.review.queue import About, Decided, Queue, build_queue, decided
from geo.review.reading import read_decisions, read_open_links, read_reports
from geo.store.engine import Store
from geo.vocab import default_vocabulary
from ui.state import State
from ui.writing import refresh

QUICK_SECONDS = 0.15  # a queue that takes longer is made in the background
FEW = 200  # rows that are found one by one sooner than with an index of all
_linking = threading.Lock()  # one after another: the later one finds the links made


@dataclass(frozen=True, slots=True)
class Waiting:
    """The queue as it is now.

    Attributes:
        gone: Ids of items that were decided since the queue was made.
        known: What people have decided.
    """

    queue: Queue
    gone: frozenset[str]
    known: Decided


class Desk:
    """Keeps the queue of a store. Safe for threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._making = threading.Lock()
        self._decisions: list[Decision] = []
        self._n = 0
        self._known = Decided()
        self._undone: frozenset[str] = frozenset()
        self._queue: Queue | None = None
        self._version = ""
        self._took = 0.0

    def look(self, store: Store, state: State) -> Waiting:
        """What waits now.

        Raises:
            StoreError: when the store can't be read.
        """
        with self._lock:
            self._follow(store)
        queue = self._queue
        if queue is None or ((self._version != state.version or queue.known != self._known) and self._is_quick()):
            queue = self._make(store, state)
        elif self._version != state.version or queue.known != self._known:
            threading.Thread(target=self._make_if_free, args=(store, state), daemon=True).start()
        return Waiting(queue, self._known.since(queue.known), self._known)

    def history(self, store: Store) -> tuple[Sequence[Decision], frozenset[str]]:
        """All decisions, oldest first, and the ids of those that were undone."""
        with self._lock:
            self._follow(store)
            return tuple(self._decisions), self._undone

    def _is_quick(self) -> bool:
        return self._took < QUICK_SECONDS

    def _follow(self, store: Store) -> None:
        fresh, n = read_decisions(store, self._n)
        if n < self._n:  # a backup was restored
            self._decisions, self._queue, self._known, self._undone = [], None, Decided(), frozenset()
        self._n = n
        if not fresh:
            return
        fresh.sort(key=lambda decision: (decision.when, decision.id))
        self._decisions += fresh
        if any(decision.undoes for decision in fresh):
            self._known, self._undone = decided(self._decisions), undone_ids(self._decisions)
        else:
            self._known = decided(fresh, self._known)

    def _make_if_free(self, store: Store, state: State) -> None:
        if self._making.acquire(blocking=False):
            try:
                _quietly(lambda: self._make(store, state))
            finally:
                self._making.release()

    def _make(self, store: Store, state: State) -> Queue:
        began, known = time.perf_counter(), self._known
        reports = read_reports(store)
        links = read_open_links(store)
        machine = {report.id for report in reports}
        ends = {end for link in links for end in (link.a, link.b)} - machine
        vocabulary = state.dataset.vocabulary
        queue = build_queue(
            reports,
            links,
            about(state, machine | ends).get,
            known,
            lambda name: vocabulary.publisher(name).name,
            read_reports(store, ends),
        )
        self._queue, self._version, self._took = queue, state.version, time.perf_counter() - began
        return queue


def about(state: State, mentions: Collection[str]) -> Mapping[str, About]:
    """The incidents that hold these mentions, from the incident table."""
    keys = list(mentions)
    index = state.selector.index
    ids = index.text["id"]
    own: list[int | None] = [None] * len(keys)  # most mentions give their incident its id
    if len(keys) > FEW:
        own = pc.index_in(pa.array(keys, ids.type), value_set=ids).to_pylist()
    rows = {key: row if row is not None else _row_of(state, key) for key, row in zip(keys, own, strict=True)}
    known = {key: row for key, row in rows.items() if row is not None}
    wanted = pa.array(known.values(), pa.int64())
    columns = (index.text[name].take(wanted).to_pylist() for name in ("id", "title", "districts"))
    told = zip(known, *columns, strict=True)
    return {key: About(owner, title, tuple(districts or ())) for key, owner, title, districts in told}


def _row_of(state: State, mention: str) -> int | None:
    owner = state.dataset.owners.get(mention)
    return state.selector.index.table_row(owner) if owner else None


@lru_cache(maxsize=1)
def desk() -> Desk:
    """The one of this process."""
    return Desk()


def follow_beside(store: Store, made: Sequence[Decision], who: str) -> None:
    """Let the shared state, and the machine's links, follow what was just decided, while this page is drawn again."""
    linking = not all(changes_no_link(decision) for decision in made)
    target = partial(_follow, store, who) if linking else refresh
    threading.Thread(target=_quietly, args=(target,), daemon=True).start()


def _follow(store: Store, who: str) -> None:
    """Show the decision at once, then what it means for other reports: those that it leaves may still be one."""
    refresh()
    with _linking:
        changed = relink(store, default_vocabulary(), who, only_near=True)
    if changed:
        refresh()


def _quietly(do: Callable[[], object]) -> None:
    with suppress(IncidentMapError):  # the next reader of the state is told
        do()
