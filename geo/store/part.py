"""Reading a part of a store: the rows of some mentions at any change, and which mentions some changes touched.

What makes a large store quick to open and to follow: nobody reads all rows to show one incident or one change.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence

from sqlalchemy import ColumnElement, Connection, Table, distinct, func, or_, select

from geo.models import Decision, Mention, Records, Relation
from geo.store.engine import Store
from geo.store.read import MOST_IDS
from geo.store.rows import Row, claim_of, decision_of, document_of, link_of, mention_of
from geo.store.schema import KEPT, changes

Ids = Collection[str]


def held_at(table: Table, n: int) -> ColumnElement[bool]:
    """The condition that a row was live after change n. Sums, so that no index by change is preferred to one by id."""
    return (table.c.added_in + 0 <= n) & or_(table.c.withdrawn_in.is_(None), table.c.withdrawn_in + 0 > n)


def rows_of(connection: Connection, name: str, n: int, column: str, values: Iterable[str]) -> Iterator[Row]:
    """The rows live after change n whose column holds one of these values."""
    table = KEPT[name]
    for part in in_parts(sorted(set(values))):
        wanted = select(table).where(table.c[column].in_(part), held_at(table, n))
        yield from (row for row in connection.execute(wanted).mappings())  # type: ignore[misc]


def in_parts(values: Sequence[str], size: int = MOST_IDS) -> Iterator[Sequence[str]]:
    """Pieces of a sequence, each short enough for one statement."""
    return (values[start : start + size] for start in range(0, len(values), size))


def changed_at(connection: Connection, n: int) -> str | None:
    """When change n was made; None where there is no such change."""
    return connection.execute(select(changes.c.at).where(changes.c.n == n)).scalar()


def count_mentions(store: Store) -> int:
    """How many mentions are live."""
    table = KEPT["mentions"]
    with store.reading() as connection:
        return connection.execute(select(func.count(table.c.id)).where(table.c.withdrawn_in.is_(None))).scalar_one()


def mention_ids(connection: Connection, n: int) -> list[str]:
    """All mentions that were live after change n, in order."""
    table = KEPT["mentions"]
    return list(connection.execute(select(table.c.id).where(held_at(table, n)).order_by(table.c.id)).scalars())


def count_documents(connection: Connection, n: int) -> int:
    """How many documents have a mention that was live after change n."""
    table = KEPT["mentions"]
    wanted = select(func.count(distinct(table.c.document_id))).where(held_at(table, n))
    return connection.execute(wanted).scalar_one()


def mentions_beside(connection: Connection, n: int, mentions: Ids) -> dict[str, list[str]]:
    """By document, all mentions after change n of the documents that hold these."""
    documents = {row["document_id"] for row in rows_of(connection, "mentions", n, "id", mentions)}
    found: dict[str, list[str]] = defaultdict(list)
    for row in rows_of(connection, "mentions", n, "document_id", documents):
        found[row["document_id"]].append(row["id"])
    return found


def joined_pairs(connection: Connection, n: int, mentions: Ids | None = None) -> list[tuple[str, str]]:
    """The ends of the certain links between mentions of one happening after change n: of these mentions, or all."""
    table = KEPT["links"]
    wanted = select(table.c.a, table.c.b).where(_joining(table), held_at(table, n))
    if mentions is None:
        return [(row.a, row.b) for row in connection.execute(wanted)]
    parts = (wanted.where(table.c.a.in_(part)) for part in in_parts(sorted(mentions)))
    return [(row.a, row.b) for part in parts for row in connection.execute(part)]


def joined_with(connection: Connection, n: int, mentions: Ids) -> set[str]:
    """The mentions that a certain link joins with any of these, after change n."""
    table = KEPT["links"]
    found: set[str] = set()
    for part in in_parts(sorted(mentions)):
        for near, far in ((table.c.a, table.c.b), (table.c.b, table.c.a)):
            wanted = select(far).where(near.in_(part), _joining(table), held_at(table, n))
            found |= set(connection.execute(wanted).scalars())
    return found


def _joining(table: Table) -> ColumnElement[bool]:
    return (table.c.relation == str(Relation.SAME)) & table.c.certain


def read_records(connection: Connection, n: int, mentions: Ids) -> tuple[Records, tuple[Mention, ...]]:
    """The records of these mentions after change n, with all their links; and the mentions at the links' other ends."""
    own = tuple(mention_of(row) for row in rows_of(connection, "mentions", n, "id", mentions))
    keys = {mention.id for mention in own}
    ends = (row for end in ("a", "b") for row in rows_of(connection, "links", n, end, keys))
    links = {row["id"]: link_of(row) for row in ends}
    beyond = {end for link in links.values() for end in (link.a, link.b)} - keys
    documents = {mention.document_id for mention in own}
    records = Records(
        tuple(document_of(row) for row in rows_of(connection, "documents", n, "id", documents)),
        own,
        tuple(claim_of(row) for row in rows_of(connection, "claims", n, "mention_id", keys)),
        tuple(links.values()),
    )
    return records, tuple(mention_of(row) for row in rows_of(connection, "mentions", n, "id", beyond))


def decisions_at(connection: Connection, n: int, since: int = 0) -> tuple[Decision, ...]:
    """The decisions that were made after change `since` and up to change n."""
    table = KEPT["decisions"]
    wanted = select(table).where(table.c.added_in > since, held_at(table, n)).order_by(table.c.id)
    return tuple(decision_of(dict(row)) for row in connection.execute(wanted).mappings())


def mentions_meant(connection: Connection, ids: Ids) -> dict[str, frozenset[str]]:
    """The mentions that each id stands for: a link's ends, a claim's mention, or the id itself; of any change."""
    found = {key: {key} for key in ids}
    for part in in_parts(sorted(ids)):
        links, claims = KEPT["links"], KEPT["claims"]
        for row in connection.execute(select(links.c.id, links.c.a, links.c.b).where(links.c.id.in_(part))):
            found[row.id] |= {row.a, row.b}
        for said in connection.execute(select(claims.c.id, claims.c.mention_id).where(claims.c.id.in_(part))):
            found[said.id].add(said.mention_id)
    return {key: frozenset(meant) for key, meant in found.items()}


def touched_mentions(connection: Connection, first: int, last: int) -> set[str]:
    """The mentions about which rows differ between the states after two changes; decisions aside."""
    low, high = sorted((first, last))
    mentions, claims, links = KEPT["mentions"], KEPT["claims"], KEPT["links"]
    found: set[str] = set()
    for column in (mentions.c.id, claims.c.mention_id, links.c.a, links.c.b):
        for differs in _between(column.table, low, high):
            found |= set(connection.execute(select(column).where(differs)).scalars())
    for differs in _between(KEPT["documents"], low, high):
        documents = select(KEPT["documents"].c.id).where(differs)
        found |= set(connection.execute(select(mentions.c.id).where(mentions.c.document_id.in_(documents))).scalars())
    return found


def _between(table: Table, low: int, high: int) -> tuple[ColumnElement[bool], ...]:
    """The conditions that a row was added, or withdrawn, in the changes after `low` up to `high`."""
    return tuple((column > low) & (column <= high) for column in (table.c.added_in, table.c.withdrawn_in))
