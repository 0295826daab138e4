"""Opening a store: connections, transactions, and every fault of the database as one clear `StoreError`.

SQLite: one file in WAL mode; a writer takes the lock at once and waits for others, so that nobody sees "database is
locked". PostgreSQL: writers queue on one advisory lock. Readers never wait.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from geo.errors import EmptyStore, InputError, StoreError
from geo.store.schema import HEAD, REVISIONS

BUSY_SECONDS = 60
CONNECT_SECONDS = 10
WRITE_LOCK = 0x1C1D_E275  # the advisory lock of this program's writers
EXAMPLE = "sqlite:////folder/incidents.sqlite or postgresql+psycopg://user@host/database"
DISK_FULL = "the disk is full; nothing of this change was stored: free some space and run it again"
DISK_FULL_STATE = "53100"  # PostgreSQL's code for it, whatever the words
# What the database says -> what the reader is told; the first that fits.
FAULTS = (
    ("database or disk is full", DISK_FULL),
    ("no space left", DISK_FULL),
    ("could not extend file", DISK_FULL),
    ("readonly database", "cannot be written: the file or its folder is read-only"),
    ("attempt to write", "cannot be written: the file or its folder is read-only"),
    ("unable to open database", "cannot be opened: the folder is missing or may not be written"),
    ("permission denied", "cannot be used: permission denied"),
    ("not a database", "is no SQLite database, or damaged; it was left as it is: `store restore` a backup"),
    ("malformed", "is damaged; it was left as it is: `store restore` a backup"),
    ("disk i/o error", "cannot be read or written (disk error, or no space); nothing of this change was stored"),
    ("is locked", f"is busy: another program has been writing for {BUSY_SECONDS} s; try again"),
    ("connection refused", "cannot be reached: is the server running?"),
    ("timeout expired", "cannot be reached: the server does not answer"),
    ("password authentication failed", "cannot be used: wrong user or password"),
    ("does not exist", "cannot be used: no such database or role"),
    ("terminating connection", "the server ended the connection; nothing of this change was stored: run it again"),
    ("closed the connection", "the server ended the connection; nothing of this change was stored: run it again"),
)


@dataclass(frozen=True, slots=True)
class Store:
    """An open store of this version. `label` names it for people, without a password."""

    engine: Engine
    label: str
    path: Path | None

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection to read from."""
        with told_as(self.label), self.engine.connect() as connection:
            if self.path is None:
                connection.execution_options(isolation_level="REPEATABLE READ")  # one state throughout, as in SQLite
            yield connection

    @contextmanager
    def writing(self, *, bulk: bool = False) -> Iterator[Connection]:
        """A connection that alone may write, until it is committed at the end or rolled back by an error.

        Args:
            bulk: Very many rows come; SQLite need not look up for each that their change is there.
        """
        with told_as(self.label), self.engine.connect() as connection:
            connection.execution_options(immediate=True, bulk=bulk)
            with connection.begin():
                if self.path is None:
                    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": WRITE_LOCK})
                yield connection

    def close(self) -> None:
        self.engine.dispose()


@contextmanager
def told_as(label: str) -> Iterator[None]:
    """Errors of the database as one line about the store."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error) as error:
        raise StoreError(f"store {label} {_reason(error)}") from error


def _reason(error: Exception) -> str:
    cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
    said = str(cause)
    if getattr(cause, "sqlstate", None) == DISK_FULL_STATE:
        return DISK_FULL
    folded = said.casefold()
    told = next((words for pattern, words in FAULTS if pattern in folded), None)
    return told or f"cannot be used ({' '.join(said.split())[:200]})"


def open_store(db: str, *, create: bool = True, upgrade: bool = True) -> Store:
    """Open the store at an address; a missing one is made, an older one brought up to date after a copy was kept.

    Args:
        create: Whether to make a store where there is none.
        upgrade: Whether to bring an older store up to date; else it is refused.

    Raises:
        EmptyStore: when there is nothing in it and none is to be made.
        StoreError: in one line: what is wrong with the store and what to do.
    """
    store = connect(db, create=create)
    try:
        _make_ready(store, create=create, upgrade=upgrade)
    except BaseException:
        store.close()
        raise
    return store


def connect(db: str, *, create: bool) -> Store:
    """A store that has not been looked at yet."""
    try:
        url = make_url(db)
        backend = url.get_backend_name()
    except (ArgumentError, NoSuchModuleError, ValueError) as error:
        raise InputError(f"{db!r} is no address of a store; like {EXAMPLE}") from error
    if backend not in ("sqlite", "postgresql"):
        raise InputError(f"a store is an SQLite file or a PostgreSQL database, not {backend!r}; like {EXAMPLE}")
    label = url.render_as_string(hide_password=True)
    if backend == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
        options: Any = {"connect_timeout": CONNECT_SECONDS}
        return Store(create_engine(url, connect_args=options, poolclass=NullPool), label, None)
    if not url.database or url.database == ":memory:":
        raise InputError(f"{db!r} names no file; like {EXAMPLE}")
    path = Path(url.database).expanduser()
    _check_file(path, create)
    return Store(_sqlite_engine(path), str(path), path)


def _check_file(path: Path, create: bool) -> None:
    if path.is_dir():
        raise StoreError(f"store {path} is a folder; a file is needed")
    if path.exists():
        return
    if not create:
        raise StoreError(f"there is no store at {path}: `ingest` makes one")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"store {path} cannot be made: {error.strerror}") from error


def _sqlite_engine(path: Path) -> Engine:
    address = f"sqlite:///{path}"
    closed = path.exists() and not path.with_name(f"{path.name}-wal").exists()
    if closed and not os.access(path.parent, os.W_OK):  # WAL files can't be made there, so nobody writes either
        address = f"sqlite:///file:{quote(str(path))}?immutable=1&mode=ro&uri=true"
    engine = create_engine(address, connect_args={"timeout": BUSY_SECONDS}, poolclass=NullPool)

    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, record: object) -> None:  # noqa: ARG001
        connection.isolation_level = None  # transactions begin where we say
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA synchronous=FULL")  # what was acknowledged outlives a power cut

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        if options.get("bulk", False):  # SQLite takes it before a transaction only; the next connection has it on
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("immediate", False) else "BEGIN")

    return engine


def revision_of(connection: Connection) -> str | None:
    """The newest migration that the store has; None for an empty database.

    Raises:
        StoreError: for a database that is something else.
    """
    names = inspect(connection).get_table_names()
    if "alembic_version" in names:
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        if found is not None:
            return str(found)
    if set(names) - {"alembic_version"}:
        raise StoreError("is a database of something else; give another file or database")
    return None


def _make_ready(store: Store, *, create: bool, upgrade: bool) -> None:
    found = check_revision(store)
    if found == HEAD:
        return
    if found is None and not create:
        raise EmptyStore(f"store {store.label} is empty: `ingest` fills it")
    if found is not None and not upgrade:
        raise StoreError(f"store {store.label} is of an older version; `store info` brings it up to date")
    from geo.store.migrate import bring_up_to_date  # noqa: PLC0415  (Alembic, which few starts need)

    if found is None and store.path is not None:
        _use_wal(store)
    bring_up_to_date(store)


def check_revision(store: Store) -> str | None:
    """The store's revision.

    Raises:
        StoreError: when it is newer than this program, or no store at all.
    """
    with store.reading() as connection:
        try:
            found = revision_of(connection)
        except StoreError as error:
            raise StoreError(f"store {store.label} {error}") from error
    if found is not None and found not in REVISIONS:
        raise StoreError(
            f"store {store.label} was written by a newer version of this program (revision {found}, known up to "
            f"{HEAD}); it was left as it is: update the program"
        )
    return found


def _use_wal(store: Store) -> None:
    """Switch the file to WAL; SQLite doesn't wait for others here, so we do."""
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            with store.engine.connect() as connection:
                raw: Any = connection.connection.driver_connection
                raw.execute("PRAGMA journal_mode=WAL")
            return
        except (SQLAlchemyError, sqlite3.Error) as error:
            if "is locked" not in str(error) or time.monotonic() > deadline:
                raise StoreError(f"store {store.label} {_reason(error)}") from error
            time.sleep(0.05)
