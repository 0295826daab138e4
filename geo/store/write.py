"""Changing a store: one change is one transaction with its number, who made it, when and why.

Rows are added, superseded (withdrawn, with a newer one of the same id) or withdrawn. Nothing else is ever updated.
"""

from __future__ import annotations

import getpass
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import Connection, Table, delete, func, insert, select, update

from geo.models import Decision, Document, Records
from geo.store.engine import Store
from geo.store.rows import (
    Row,
    claim_row,
    decision_row,
    document_row,
    link_row,
    mention_row,
    publisher_row,
)
from geo.store.schema import KEPT, changes
from geo.vocab import Vocabulary

MOST_IDS = 500  # of one statement


def local_user() -> str:
    """Who works at this machine, as far as it says."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return "unknown"


def now() -> str:
    """This moment, as stored."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


@dataclass(slots=True)
class Change:
    """One change in the making. It gets its number with its first row, so one that changes nothing leaves no trace.

    Attributes:
        counts: `added`, `superseded`, `withdrawn`, `unchanged` by table: `counts["claims", "added"]`.
    """

    connection: Connection
    who: str
    what: str
    n: int | None = None
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)

    def number(self) -> int:
        """The number of this change."""
        if self.n is None:
            self.n = (self.connection.execute(select(func.max(changes.c.n))).scalar() or 0) + 1
            self.connection.execute(insert(changes), {"n": self.n, "who": self.who, "at": now(), "what": self.what})
        return self.n

    def put(self, name: str, rows: Iterable[Row]) -> None:
        """Let these rows be live: a new one is added, a changed one supersedes, an equal one stays."""
        table, wanted = KEPT[name], {row["id"]: row for row in rows}
        live = {row["id"]: row for row in self.live(name, "id", wanted)}
        fresh = [row for key, row in wanted.items() if key not in live]
        changed = [row for key, row in wanted.items() if key in live and not _equal(row, live[key])]
        self._end(table, [row["id"] for row in changed])
        self._insert(table, [*fresh, *changed])
        self._count(name, added=len(fresh), superseded=len(changed), unchanged=len(wanted) - len(fresh) - len(changed))

    def withdraw(self, name: str, ids: Collection[str]) -> None:
        """End live rows."""
        self._end(KEPT[name], sorted(ids))
        self._count(name, withdrawn=len(ids))

    def live(self, name: str, column: str, values: Iterable[str]) -> list[Row]:
        """The live rows of a table whose column holds one of these values."""
        table = KEPT[name]
        found: list[Row] = []
        for part in _parts(sorted(set(values))):
            wanted = select(table).where(table.c[column].in_(part), table.c.withdrawn_in.is_(None))
            found += [dict(row) for row in self.connection.execute(wanted).mappings()]
        return found

    def _end(self, table: Table, ids: Sequence[str]) -> None:
        for part in _parts(ids):
            alive = table.c.id.in_(part) & table.c.withdrawn_in.is_(None)
            own = alive & (table.c.added_in == self.number())
            self.connection.execute(delete(table).where(own))  # of this very change: nobody has seen it
            self.connection.execute(update(table).where(alive).values(withdrawn_in=self.number()))

    def _insert(self, table: Table, rows: Sequence[Row]) -> None:
        if rows:
            number = self.number()
            self.connection.execute(insert(table), [row | {"added_in": number} for row in rows])

    def _count(self, name: str, **numbers: int) -> None:
        for what, number in numbers.items():
            self.counts[name, what] += number

    def total(self, what: str) -> int:
        return sum(number for (_, kind), number in self.counts.items() if kind == what)


def _equal(row: Row, stored: Row) -> bool:
    return all(stored[key] == value for key, value in row.items())


def _parts(values: Sequence[str]) -> Iterator[Sequence[str]]:
    return (values[start : start + MOST_IDS] for start in range(0, len(values), MOST_IDS))


@contextmanager
def change(store: Store, who: str, what: str) -> Iterator[Change]:
    """One change, all of it or nothing; it is stored for good when the block has ended without an error."""
    with store.writing() as connection:
        yield Change(connection, who, what)


def put_publishers(made: Change, documents: Iterable[Document], vocabulary: Vocabulary) -> None:
    """Keep who the publishers of these documents are, so that a store says it without this program's files."""
    made.put("publishers", [publisher_row(vocabulary.publisher(d.publisher)) for d in documents])


def put_records(made: Change, records: Records, origin: str) -> None:
    """Let these records be live; nothing else changes."""
    made.put("documents", [document_row(document, origin) for document in records.documents])
    made.put("mentions", [mention_row(mention, origin) for mention in records.mentions])
    made.put("claims", [claim_row(claim) for claim in records.claims])
    made.put("links", [link_row(link) for link in records.links])


def replace_origin(made: Change, records: Records, origin: str) -> None:
    """Let these be all records of an origin: what is missing is added, what is gone is withdrawn.

    Decisions, and what others said of the same mentions, stay.
    """
    put_records(made, records, origin)
    kept = {
        "documents": {document.id for document in records.documents},
        "mentions": {mention.id for mention in records.mentions},
        "claims": {claim.id for claim in records.claims},
        "links": {link_row(link)["id"] for link in records.links},
    }
    for name, ids in kept.items():
        made.withdraw(name, {row["id"] for row in made.live(name, "origin", [origin])} - ids)
    withdraw_unused(made)


def withdraw_unused(made: Change) -> None:
    """End live claims and links that rest on nothing live any more, so that every row points at rows."""
    documents, mentions = KEPT["documents"], KEPT["mentions"]
    for name, column, target in (
        ("mentions", "document_id", documents),
        ("claims", "mention_id", mentions),
        ("links", "a", mentions),
        ("links", "b", mentions),
    ):
        table = KEPT[name]
        held = select(target.c.id).where(target.c.withdrawn_in.is_(None))
        lost = select(table.c.id).where(table.c.withdrawn_in.is_(None), table.c[column].not_in(held))
        made.withdraw(name, {row.id for row in made.connection.execute(lost)})


def put_decisions(made: Change, decisions: Iterable[Decision]) -> None:
    """Keep what people decided; a decision is never changed or withdrawn."""
    made.put("decisions", [decision_row(decision) for decision in decisions])


def version_of(origin: str) -> int:
    """The number of the rules that made a row: 2 of `rules@2`; 0 where there is none."""
    number = origin.partition("@")[2]
    return int(number) if number.isdigit() else 0
