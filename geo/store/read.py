"""Reading a store: the records and decisions as they stood at any change, and which change is the newest."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, or_, select

from geo.errors import NotFound
from geo.models import Decision, Records
from geo.store.engine import Store
from geo.store.rows import Row, claim_of, decision_of, document_of, link_of, mention_of
from geo.store.schema import KEPT, changes

MOST_IDS = 500  # of one statement


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


def read_state(store: Store, n: int | None = None, without: Collection[str] = ()) -> State:
    """What is stored, or was at change n.

    Args:
        without: Data sets whose rows are left out, with the links that lead to them.

    Raises:
        NotFound: when there is no such change.
    """
    with store.reading() as connection:
        last = newest(connection).n
        if n is not None and not 0 <= n <= last:
            raise NotFound(f"store {store.label} has no change {n}; the newest is {last}")
        wanted = last if n is None else n
        mentions = tuple(mention_of(row) for row in rows_at(connection, "mentions", wanted, without))
        links = (link_of(row) for row in rows_at(connection, "links", wanted))
        there = {mention.id for mention in mentions} if without else set()
        records = Records(
            tuple(document_of(row) for row in rows_at(connection, "documents", wanted, without)),
            mentions,
            tuple(claim_of(row) for row in rows_at(connection, "claims", wanted, without)),
            tuple(link for link in links if not without or (link.a in there and link.b in there)),
        )
        decisions = tuple(decision_of(row) for row in rows_at(connection, "decisions", wanted))
    return State(wanted, records, decisions)


def rows_at(connection: Connection, name: str, n: int, without: Collection[str] = ()) -> Iterator[Row]:
    """The rows of a table that were live after change n, by id. As n only grows, no later writer disturbs this.

    Args:
        without: Data sets whose documents, mentions and claims are left out.
    """
    table, documents = KEPT[name], KEPT["documents"]
    held = (table.c.added_in <= n) & or_(table.c.withdrawn_in.is_(None), table.c.withdrawn_in > n)
    if without:
        document = table.c.id if name == "documents" else table.c.document_id
        held &= document.not_in(select(documents.c.id).where(documents.c.dataset.in_(sorted(without))))
    for row in connection.execute(select(table).where(held).order_by(table.c.id)).mappings():
        yield dict(row)


def live_rows(connection: Connection, name: str, column: str, values: Iterable[str]) -> list[Row]:
    """The live rows of a table whose column holds one of these values."""
    table, wanted = KEPT[name], sorted(set(values))
    found: list[Row] = []
    for start in range(0, len(wanted), MOST_IDS):
        part = table.c[column].in_(wanted[start : start + MOST_IDS])
        held = select(table).where(part, table.c.withdrawn_in.is_(None))
        found += [dict(row) for row in connection.execute(held).mappings()]
    return found


def last_change_by(store: Store, who: str) -> str | None:
    """What somebody's newest change was."""
    wanted = select(changes.c.what).where(changes.c.who == who).order_by(changes.c.n.desc()).limit(1)
    with store.reading() as connection:
        return connection.execute(wanted).scalar()


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
