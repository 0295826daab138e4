"""What a `Row` says, as rows of the store: a document, a mention, and a claim for each coded value.

The data set is the speaker of all of it. Made as tuples in the order of the tables' columns, because a release has
millions of claims; their ids and values are those that `geo.models.make_claim` and `geo.store.rows` give (a test holds
that).
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache

from geo.datafiles import slug
from geo.importers.places import Places
from geo.importers.rows import Row, Side, Where
from geo.models import ActorRef, DataSet, Role, Stance, Value, sorted_json, stable_id, value_as_json
from geo.store.bulk import Rows, json_text
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
    """One value of one field: the end of what its claim's id is a hash of, and the claim's columns from `field` on."""

    tail: str
    columns: tuple[object, ...]


class Maker:
    """Makes the store's rows for one release of one data set."""

    def __init__(self, dataset: DataSet, release: str, vocabulary: Vocabulary, places: Places) -> None:
        self.dataset = dataset
        self.origin = origin_of(dataset, release)
        self._vocabulary = vocabulary
        self._places = places
        self._publisher = vocabulary.publisher(dataset.speaker).id
        # A value stands in many rows: it is looked up by what the row says, not by what that becomes.
        self._said = lru_cache(maxsize=65_536)(self._say)
        self._said_place = lru_cache(maxsize=65_536)(self._say_place)
        self._said_side = lru_cache(maxsize=65_536)(self._say_side)

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
        start, sha256 = f'["{document}", "{mention}", ', hashlib.sha256
        rows: dict[str, tuple[object, ...]] = {}
        for said in self._values(row):
            key = f"c-{sha256((start + said.tail).encode()).hexdigest()[:16]}"
            rows[key] = (key, document, mention, *said.columns)
        return list(rows.values())

    def _values(self, row: Row) -> list[_Said]:
        said = self._said
        return [
            *([said("event_type", row.event_type)] if row.event_type else ()),
            said("date", row.when),
            self._said_place(row.where),
            *[said(field, count) for field, count in row.counts],
            *map(self._said_side, row.sides),
        ]

    def _say(self, field: str, value: Value, stance: Stance = Stance.MEDIA_REPORT) -> _Said:
        raw, speaker = value_as_json(value), self.dataset.speaker
        tail = f'"{field}", {_quoted(sorted_json(raw))}, {_quoted(speaker)}, "{stance}", null]'
        said = (field, json_text(raw), None, None, None, speaker, None, None, str(stance), self.origin, None)
        return _Said(tail, said)

    def _say_place(self, where: Where) -> _Said:
        return self._say("place", self._places.place(where))

    def _say_side(self, side: Side) -> _Said:
        return self._say(side.field, self._ref(side), side.stance)

    def _ref(self, side: Side) -> ActorRef:
        actor = self._vocabulary.actor(side.name)
        basis = side.basis if side.field == "perpetrator" else None
        return ActorRef(actor.id, actor.name, basis) if actor else ActorRef(slug(side.name), side.name, basis)
