"""Changing a store: one change is one transaction with its number, who made it, when and why.

Rows are added, superseded (withdrawn, with a newer one of the same id) or withdrawn. Nothing else is ever updated.
"""

from __future__ import annotations

import getpass
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import Connection, Table, delete, func, insert, select, update

from geo.models import Decision, Document, Records
from geo.store.digest import as_text, digest_at, weight
from geo.store.engine import Store
from geo.store.read import MOST_IDS, live_rows
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
    weight: int = 0  # what this change adds to the digest of the live rows
    gone: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))  # ids that it withdrew, by table

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
        self.gone[name] |= set(ids)
        self._count(name, withdrawn=len(ids))

    def live(self, name: str, column: str, values: Iterable[str]) -> list[Row]:
        """The live rows of a table whose column holds one of these values."""
        return live_rows(self.connection, name, column, values)

    def _end(self, table: Table, ids: Sequence[str]) -> None:
        for part in _parts(ids):
            alive = table.c.id.in_(part) & table.c.withdrawn_in.is_(None)
            ended = self.connection.execute(select(table.c.id, table.c.added_in).where(alive))
            self.weight -= weight(table.name, ((row.id, row.added_in) for row in ended))
            own = alive & (table.c.added_in == self.number())
            self.connection.execute(delete(table).where(own))  # of this very change: nobody has seen it
            self.connection.execute(update(table).where(alive).values(withdrawn_in=self.number()))

    def _insert(self, table: Table, rows: Sequence[Row]) -> None:
        if rows:
            number = self.number()
            self.connection.execute(insert(table), [row | {"added_in": number} for row in rows])
            self.weight += weight(table.name, ((row["id"], number) for row in rows))

    def seal(self) -> None:
        """Keep the digest of what is live now; the last step of a change."""
        if self.n is not None:
            before = int(digest_at(self.connection, self.n - 1), 16)
            kept = update(changes).where(changes.c.n == self.n).values(digest=as_text(before + self.weight))
            self.connection.execute(kept)

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
def change(store: Store, who: str, what: str, *, bulk: bool = False) -> Iterator[Change]:
    """One change, all of it or nothing; it is stored for good when the block has ended without an error."""
    with store.writing(bulk=bulk) as connection:
        made = Change(connection, who, what)
        yield made
        made.seal()


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
    mentions = {row["id"] for row in made.live("mentions", "origin", [origin])}
    put_records(made, records, origin)
    kept = {
        "documents": {document.id for document in records.documents},
        "mentions": {mention.id for mention in records.mentions},
        "claims": {claim.id for claim in records.claims},
        "links": {link_row(link)["id"] for link in records.links},
    }
    for name, ids in kept.items():
        live = made.live(name, "origin", [origin])
        # Another project's curated claims may have been imported: they are on mentions of another origin.
        own = live if name != "claims" else [row for row in live if row["mention_id"] in mentions]
        made.withdraw(name, {row["id"] for row in own} - ids)
    withdraw_unused(made)


def withdraw_unused(made: Change) -> None:
    """End live claims and links that rest on nothing live any more, so that every row points at rows.

    What this change withdrew or added is looked at; what others left is sound.
    """
    for name, column, target in (
        ("mentions", "document_id", "documents"),
        ("claims", "mention_id", "mentions"),
        ("links", "a", "mentions"),
        ("links", "b", "mentions"),
    ):
        rows = made.live(name, column, made.gone[target])
        if made.n is not None:
            table = KEPT[name]
            added = select(table).where(table.c.added_in == made.n, table.c.withdrawn_in.is_(None))
            rows += [dict(row) for row in made.connection.execute(added).mappings()]
        held = {row["id"] for row in made.live(target, "id", {row[column] for row in rows})}
        made.withdraw(name, {row["id"] for row in rows if row[column] not in held})


def put_decisions(made: Change, decisions: Iterable[Decision]) -> None:
    """Keep what people decided; a decision is never changed or withdrawn."""
    made.put("decisions", [decision_row(decision) for decision in decisions])


def version_of(origin: str) -> int:
    """The number of the rules that made a row: 2 of `rules@2`; 0 where there is none."""
    number = origin.partition("@")[2]
    return int(number) if number.isdigit() else 0
