"""Adding very many rows in one change: tuples straight to the database, with the indexes of a small table made anew.

Only rows that are known to be new go through here (`geo.store.write.Change.put` compares); they count in the change's
digest like any other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from itertools import chain
from operator import itemgetter
from typing import Any

import orjson
from sqlalchemy import JSON, Table, func, select
from sqlalchemy.schema import CreateIndex, DropIndex

from geo.models import Records
from geo.store.digest import weight
from geo.store.engine import Store
from geo.store.read import MOST_IDS
from geo.store.rows import Row, claim_row, document_row, mention_row
from geo.store.schema import KEPT
from geo.store.write import Change

Values = tuple[Any, ...]
BULK = ("documents", "mentions", "claims")
_key = itemgetter(0)
CACHE_KB = 400_000  # of a large load: the indexes that rows go into at random should stay in memory
IN_ORDER = ("_added", "_ended")  # indexes of a table that are not made anew
AT_ONCE = 100  # rows in a statement
SORT_KB = 20_000  # of an index being made: what is larger is sorted in pieces, by two threads


@lru_cache
def columns(name: str) -> tuple[str, ...]:
    """The columns of a table in the order in which rows are given here: all but the numbers of changes."""
    return tuple(column.name for column in KEPT[name].columns if column.name not in ("added_in", "withdrawn_in"))


@dataclass(slots=True)
class Rows:
    """Rows of the three tables, as tuples in the order of `columns`; the first value is the id. JSON is text."""

    documents: list[Values] = field(default_factory=list)
    mentions: list[Values] = field(default_factory=list)
    claims: list[Values] = field(default_factory=list)

    def add(self, other: Rows) -> None:
        """Take the rows of another."""
        self.documents += other.documents
        self.mentions += other.mentions
        self.claims += other.claims

    def of(self, documents: Collection[str]) -> Rows:
        """The rows of some documents."""
        return Rows(
            [row for row in self.documents if row[0] in documents],
            [row for row in self.mentions if row[1] in documents],
            [row for row in self.claims if row[1] in documents],
        )


def rows_of_records(records: Records, origin: str) -> Rows:
    """The rows of documents, mentions and claims; every claim keeps its own origin."""
    return Rows(
        [values_of("documents", document_row(document, origin)) for document in records.documents],
        [values_of("mentions", mention_row(mention, origin)) for mention in records.mentions],
        [values_of("claims", claim_row(claim)) for claim in records.claims],
    )


def values_of(name: str, row: Row) -> Values:
    """A row as its tuple."""
    return tuple([_plain(row[column], is_json) for column, is_json in _kinds(name)])


@lru_cache
def _kinds(name: str) -> tuple[tuple[str, bool], ...]:
    """The columns of a table, and whether each holds JSON."""
    return tuple((column, isinstance(KEPT[name].c[column].type, JSON)) for column in columns(name))


def json_text(value: Any) -> str:
    """JSON as it is stored."""
    return orjson.dumps(value).decode()


def _plain(value: Any, is_json: bool) -> Any:
    if value is not None and is_json:
        return json_text(value)
    return value.isoformat() if isinstance(value, date) else value


def insert_new(made: Change, rows: Rows) -> None:
    """Add rows that are not there yet."""
    for name in BULK:
        given: list[Values] = getattr(rows, name)
        if given:
            _insert(made, name, given)
            number = made.number()
            made.weight += weight(name, ((row[0], number) for row in given))
            made.counts[name, "added"] += len(given)


def _insert(made: Change, name: str, rows: Sequence[Values]) -> None:
    number = made.number()
    driver: Any = made.connection.connection.driver_connection
    if made.connection.dialect.name == "sqlite":
        _insert_sqlite(driver, name, number, rows)
        return
    names = ", ".join(("added_in", *columns(name)))
    with driver.cursor() as cursor, cursor.copy(f"COPY {name} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row((number, *row))


def _insert_sqlite(driver: Any, name: str, number: int, rows: Sequence[Values]) -> None:
    """Many rows by each statement: half of the time of one by one."""
    # Python's sqlite3 takes longer for a None than for a text, and half of a data set's values are none at all.
    wanted = _filled(name, rows)
    names = ", ".join(columns(name)[place] for place in wanted)
    marks = f"({number:d}, {', '.join('?' * len(wanted))})"
    head = f"INSERT INTO {name} (added_in, {names}) VALUES "
    # In the order of ids, so that neighbouring parts of the index are filled together.
    values = list(map(itemgetter(*wanted), sorted(rows, key=_key)))
    whole = len(values) - len(values) % AT_ONCE
    for start in range(0, whole, AT_ONCE):
        flat = list(chain.from_iterable(values[start : start + AT_ONCE]))
        driver.execute(head + ", ".join([marks] * AT_ONCE), flat)
    driver.executemany(head + marks, values[whole:])


def _filled(name: str, rows: Sequence[Values]) -> list[int]:
    """The places of those columns that any row has a value for; every table has some."""
    first = rows[0]
    return [
        place
        for place in range(len(columns(name)))
        if first[place] is not None or set(map(itemgetter(place), rows)) != {None}
    ]


def end_rows(made: Change, name: str, rows: Iterable[tuple[str, int]]) -> None:
    """End live rows, each an id and the earlier change that added it."""
    held = list(rows)
    if not held:
        return
    number = made.number()
    statement = f"UPDATE {name} SET withdrawn_in = {number:d} WHERE id = ? AND added_in = ?"
    driver: Any = made.connection.connection.driver_connection
    if made.connection.dialect.name == "sqlite":
        driver.executemany(statement, sorted(held))
    else:
        with driver.cursor() as cursor:
            cursor.executemany(statement.replace("?", "%s"), sorted(held))
    made.weight -= weight(name, held)
    made.counts[name, "withdrawn"] += len(held)


@contextmanager
def loading(store: Store, made: Change, expected: int) -> Iterator[None]:
    """While very many rows are added: memory for SQLite, and indexes made once at the end where that is less work.

    All of it is part of the change: when it fails, everything is as it was.

    Args:
        expected: About how many incidents come; the indexes are made anew only where there are fewer before.
    """
    if made.connection.dialect.name != "sqlite" or store.path is None:
        yield
        return
    made.connection.exec_driver_sql(f"PRAGMA cache_size=-{CACHE_KB}")
    small = [KEPT[name] for name in BULK if _size(made, KEPT[name]) < expected]
    # Those of numbers of changes grow at their end, which costs nothing.
    dropped = [index for table in small for index in table.indexes if not str(index.name).endswith(IN_ORDER)]
    for index in dropped:
        made.connection.execute(DropIndex(index))
    yield
    made.connection.exec_driver_sql("PRAGMA threads=2")
    made.connection.exec_driver_sql(f"PRAGMA cache_size=-{SORT_KB}")
    for index in sorted(dropped, key=lambda index: str(index.name)):
        made.connection.execute(CreateIndex(index))


def _size(made: Change, table: Table) -> int:
    return made.connection.execute(select(func.count()).select_from(table)).scalar_one()


def live_ids(made: Change, name: str, column: str, value: str) -> dict[str, str]:
    """Ids and origins of the live rows of a table whose column has a value."""
    table = KEPT[name]
    wanted = select(table.c.id, table.c.origin).where(table.c[column] == value, table.c.withdrawn_in.is_(None))
    return {row.id: row.origin for row in made.connection.execute(wanted)}


def live_of_documents(made: Change, name: str, documents: Iterable[str]) -> Iterator[Values]:
    """(id, document id, origin, added in) of the live rows of a table that belong to these documents."""
    driver: Any = made.connection.connection.driver_connection
    mark = "?" if made.connection.dialect.name == "sqlite" else "%s"
    ids = sorted(documents)
    for start in range(0, len(ids), MOST_IDS):
        part = ids[start : start + MOST_IDS]
        marks = ", ".join([mark] * len(part))
        # Straight from the driver: a release that comes again asks for millions of rows.
        yield from driver.execute(
            f"SELECT id, document_id, origin, added_in FROM {name} "
            f"WHERE document_id IN ({marks}) AND withdrawn_in IS NULL",
            part,
        ).fetchall()
