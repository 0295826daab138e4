"""The incidents of a store, each assembled when it is asked for from the rows of its own mentions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

from geo.dataset import Incidents
from geo.errors import StoreError
from geo.models import Incident
from geo.owners import Owners
from geo.parts import Book, alone, closure, read_book, read_part
from geo.store.engine import Store
from geo.store.part import count_documents, mentions_beside
from geo.vocab import Vocabulary


class StoredIncidents(Incidents):
    """The incidents of a store after change n.

    Args:
        owners: Which incident holds which mention in that state.
        book: The decisions of that state, where they are known already.
    """

    def __init__(self, store: Store, n: int, owners: Owners, vocabulary: Vocabulary, book: Book | None = None) -> None:
        self._store = store
        self._n = n
        self._owners = owners
        self._vocabulary = vocabulary
        self._known = book

    def __getitem__(self, key: str) -> Incident:
        return self.many([key])[0]

    def __iter__(self) -> Iterator[str]:
        return iter(self._owners.ids.to_pylist())

    def __len__(self) -> int:
        return len(self._owners.ids)

    def many(self, keys: Sequence[str]) -> list[Incident]:
        """Several at once, in the order asked for."""
        wanted = self._owners.mentions_in(keys)
        if not wanted:
            return [_missing(key) for key in keys]
        book = self.book
        with self._store.reading() as connection:
            part = closure(connection, self._n, wanted, book, alone)
            try:
                made = read_part(connection, self._n, part, book, self._vocabulary, self._owners.get).incidents
            except KeyError as error:
                raise StoreError(f"store {self._store.label} points at {error}, which is not there") from error
        held = {incident.id: incident for incident in made}
        return [held[key] for key in keys]

    def after_copy(self) -> None:
        self._store.engine.dispose(close=False)

    def count_documents(self) -> int:
        """How many documents they rest on."""
        decided = [mention for mention in self.book.about if mention not in self._owners]  # rejected, or gone
        with self._store.reading() as connection:
            beside = mentions_beside(connection, self._n, decided)
            lost = sum(1 for mentions in beside.values() if not any(mention in self._owners for mention in mentions))
            return count_documents(connection, self._n) - lost

    @cached_property
    def book(self) -> Book:
        """The decisions of the state; read when first asked for."""
        if self._known is not None:
            return self._known
        with self._store.reading() as connection:
            return read_book(connection, self._n)


def _missing(key: str) -> Incident:
    raise KeyError(key)
