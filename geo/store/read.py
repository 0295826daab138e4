"""Reading a store: the records and decisions as they stood at any change, and which change is the newest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, or_, select

from geo.errors import NotFound
from geo.models import Decision, Records
from geo.store.engine import Store
from geo.store.rows import Row, claim_of, decision_of, document_of, link_of, mention_of
from geo.store.schema import KEPT, changes


@dataclass(frozen=True, slots=True)
class Stamp:
    """The newest change: two stamps differ when what is stored differs, a restored backup included."""

    n: int
    at: str


@dataclass(frozen=True, slots=True)
class State:
    """What is stored at change `n`."""

    n: int
    records: Records
    decisions: tuple[Decision, ...]


def stamp(store: Store) -> Stamp:
    """The newest change; cheap enough to ask once a second."""
    with store.reading() as connection:
        return newest(connection)


def newest(connection: Connection) -> Stamp:
    """The newest change that this connection sees."""
    row = connection.execute(select(changes.c.n, changes.c.at).order_by(changes.c.n.desc()).limit(1)).first()
    return Stamp(row.n, row.at) if row else Stamp(0, "")


def read_state(store: Store, n: int | None = None) -> State:
    """What is stored, or was at change n.

    Raises:
        NotFound: when there is no such change.
    """
    with store.reading() as connection:
        last = newest(connection).n
        if n is not None and not 0 <= n <= last:
            raise NotFound(f"store {store.label} has no change {n}; the newest is {last}")
        wanted = last if n is None else n
        records = Records(
            tuple(document_of(row) for row in rows_at(connection, "documents", wanted)),
            tuple(mention_of(row) for row in rows_at(connection, "mentions", wanted)),
            tuple(claim_of(row) for row in rows_at(connection, "claims", wanted)),
            tuple(link_of(row) for row in rows_at(connection, "links", wanted)),
        )
        decisions = tuple(decision_of(row) for row in rows_at(connection, "decisions", wanted))
    return State(wanted, records, decisions)


def rows_at(connection: Connection, name: str, n: int) -> Iterator[Row]:
    """The rows of a table that were live after change n, by id. As n only grows, no later writer disturbs this."""
    table = KEPT[name]
    held = (table.c.added_in <= n) & or_(table.c.withdrawn_in.is_(None), table.c.withdrawn_in > n)
    for row in connection.execute(select(table).where(held).order_by(table.c.id)).mappings():
        yield dict(row)


def counts(store: Store) -> dict[str, dict[str, int]]:
    """By table, how many rows are live and how many were ever stored."""
    found: dict[str, dict[str, int]] = {}
    with store.reading() as connection:
        for name, table in KEPT.items():
            live = select(func.count()).select_from(table).where(table.c.withdrawn_in.is_(None))
            every = select(func.count()).select_from(table)
            found[name] = {
                "live": connection.execute(live).scalar_one(),
                "ever": connection.execute(every).scalar_one(),
            }
    return found


def history(store: Store, most: int = 10) -> list[dict[str, Any]]:
    """The newest changes: number, who, when and what."""
    with store.reading() as connection:
        rows = connection.execute(select(changes).order_by(changes.c.n.desc()).limit(most)).mappings()
        return [dict(row) for row in rows]
