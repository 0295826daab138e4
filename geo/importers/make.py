"""What a `Row` says, as rows of the store: a document, a mention, and a claim for each coded value.

The data set is the speaker of all of it. Made as tuples in the order of the tables' columns, because a release has
millions of claims; their ids and values are those that `geo.models.make_claim` and `geo.store.rows` give (a test holds
that).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from geo.datafiles import slug
from geo.importers.places import Places
from geo.importers.rows import Row, Side
from geo.models import ActorRef, DataSet, Records, Role, Stance, Value, sorted_json, stable_id, value_as_json
from geo.store.bulk import Rows, json_text, rows_of_records
from geo.vocab import Vocabulary

IMPORT = "import"
_quoted = json.encoder.encode_basestring  # as in `geo.models.stable_id`


def origin_of(dataset: DataSet, release: str) -> str:
    """The origin of what a release says: `import:ucdp@25.1`."""
    return f"{IMPORT}:{dataset.id}@{release}"


def document_id(dataset: DataSet, key: str) -> str:
    """The id of a row's document: the same in every release."""
    return stable_id("d", IMPORT, dataset.id, key)


@dataclass(frozen=True, slots=True)
class _Said:
    """One value of one field: its JSON, and the end of what its claim's id is a hash of."""

    field: str
    value: str
    stance: str
    tail: str


class Maker:
    """Makes the store's rows for one release of one data set."""

    def __init__(self, dataset: DataSet, release: str, vocabulary: Vocabulary, places: Places) -> None:
        self.dataset = dataset
        self.origin = origin_of(dataset, release)
        self._vocabulary = vocabulary
        self._places = places
        self._publisher = vocabulary.publisher(dataset.speaker).id
        self._said = lru_cache(maxsize=65_536)(self._say)
        self._side = lru_cache(maxsize=65_536)(self._ref)

    def records(self, given: Records) -> Rows:
        """The rows of records that a reader gives as they are."""
        return rows_of_records(given, self.origin)

    def rows(self, row: Row) -> Rows:
        """The rows of one incident."""
        document, mention = document_id(self.dataset, row.key), stable_id("m", IMPORT, self.dataset.id, row.key)
        title = row.title or f"{self.dataset.name} event {row.key}"
        published = row.published.isoformat() if row.published else None
        cites = json_text([cited.as_json() for cited in row.cites]) if row.cites else None
        head = (document, self._publisher, title, row.url, published, None, None, None, False, self.dataset.id)
        return Rows(
            documents=[(*head, self.origin, cites)],
            mentions=[(mention, document, str(Role.MAIN), None, None, False, self.origin)],
            claims=self._claims(document, mention, row),
        )

    def _claims(self, document: str, mention: str, row: Row) -> list[tuple[object, ...]]:
        start, speaker, origin = f'["{document}", "{mention}", ', self.dataset.speaker, self.origin
        sha256 = hashlib.sha256
        rows: dict[str, tuple[object, ...]] = {}
        for said in self._values(row):
            key = f"c-{sha256((start + said.tail).encode()).hexdigest()[:16]}"
            rows[key] = (
                *(key, document, mention, said.field, said.value, None, None, None),
                *(speaker, None, None, said.stance, origin, None),
            )
        return list(rows.values())

    def _values(self, row: Row) -> Iterator[_Said]:
        own = Stance.MEDIA_REPORT
        if row.event_type:
            yield self._said("event_type", row.event_type, own)
        yield self._said("date", row.when, own)
        yield self._said("place", self._places.place(row.where), own)
        for field, count in row.counts:
            yield self._said(field, count, own)
        for side in row.sides:
            yield self._said(side.field, self._side(side), side.stance)

    def _say(self, field: str, value: Value, stance: Stance) -> _Said:
        raw = value_as_json(value)
        tail = f'"{field}", {_quoted(sorted_json(raw))}, {_quoted(self.dataset.speaker)}, "{stance}", null]'
        return _Said(field, json_text(raw), str(stance), tail)

    def _ref(self, side: Side) -> ActorRef:
        actor = self._vocabulary.actor(side.name)
        basis = side.basis if side.field == "perpetrator" else None
        return ActorRef(actor.id, actor.name, basis) if actor else ActorRef(slug(side.name), side.name, basis)
