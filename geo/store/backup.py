"""Copies of a store: a backup is always one SQLite file, whatever the store is, and can be restored into either."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, MetaData, Table, create_engine, delete, insert, select
from sqlalchemy.pool import NullPool

from geo.errors import InputError, StoreError
from geo.store.engine import Store, connect, open_store, told_as
from geo.store.schema import metadata

CHUNK = 1000


def copy_to(store: Store, target: Path) -> Path:
    """Copy a store, of whatever version, into a new file; it appears whole or not at all."""
    with _new_file(target) as partial, told_as(store.label):
        if store.path is not None:
            _copy_sqlite(store.path, partial)
        else:
            _copy_server(store, partial)
    return target


@contextlib.contextmanager
def _new_file(target: Path) -> Iterator[Path]:
    if target.exists():
        raise InputError(f"{target} exists already; name a new file")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)  # a server's user may have no data folder yet
        handle, name = tempfile.mkstemp(prefix=f".{target.stem}-", suffix=".part", dir=target.parent)
    except OSError as error:
        raise StoreError(f"no copy can be written to {target}: {error.strerror}") from error
    os.close(handle)
    partial = Path(name)
    try:
        yield partial
        _to_disk(partial)
        partial.replace(target)
    except OSError as error:
        raise StoreError(f"no copy can be written to {target}: {error.strerror}") from error
    finally:
        partial.unlink(missing_ok=True)


def _to_disk(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _copy_sqlite(source: Path, target: Path) -> None:
    with (
        contextlib.closing(sqlite3.connect(source, timeout=60)) as held,
        contextlib.closing(sqlite3.connect(target)) as copy,
    ):
        held.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, with nothing beside it


def _copy_server(store: Store, target: Path) -> None:
    """All tables as they are found, so that a store of an older version can be copied too."""
    found = MetaData()
    engine = create_engine(f"sqlite:///{target}", poolclass=NullPool)
    isolated = store.engine.execution_options(isolation_level="REPEATABLE READ")
    with isolated.connect() as source, engine.begin() as copy:
        found.reflect(source)
        for table in found.tables.values():
            for column in table.columns:
                column.server_default = None
            table.indexes.clear()
        found.create_all(copy)
        for table in found.sorted_tables:
            _copy_rows(source, copy, table)
    engine.dispose()


def _copy_rows(source: Connection, target: Connection, table: Table) -> None:
    rows = source.execution_options(yield_per=CHUNK).execute(select(table)).mappings()
    for part in rows.partitions(CHUNK):
        target.execute(insert(table), [dict(row) for row in part])


def restore(db: str, backup: Path) -> Path | None:
    """Let a store be what a backup holds; gives the copy that was kept of what it was.

    The backup is read into a working copy first: nothing is touched unless it is a sound store.
    """
    if not backup.is_file():
        raise InputError(f"{backup}: no such file")
    with tempfile.TemporaryDirectory() as folder:
        working = Path(folder) / "restored.sqlite"
        with told_as(str(backup)):
            _copy_sqlite(backup, working)
        source = open_store(f"sqlite:///{working}", create=False)
        try:
            _check_sound(source, backup)
            kept = _set_aside(db)
            _fill(db, source)
        finally:
            source.close()
    return kept


def _check_sound(source: Store, backup: Path) -> None:
    with source.reading() as connection:
        said = connection.exec_driver_sql("PRAGMA integrity_check").scalar()
    if said != "ok":
        raise StoreError(f"backup {backup} is damaged ({said}); nothing was restored")


def _set_aside(db: str) -> Path | None:
    """Keep a copy of what is there; a damaged file is moved out of the way, with what SQLite keeps beside it."""
    from geo.store.migrate import copy_path  # noqa: PLC0415  (which copies before it migrates)

    store = connect(db, create=True)
    if store.path is not None and not store.path.exists():
        return None
    kept = copy_path(store, "before-restore")
    try:
        opened = open_store(db)
        opened.close()
        return copy_to(store, kept)
    except StoreError:
        if store.path is None:
            raise
        for ending in ("", "-wal", "-shm"):
            part = store.path.with_name(store.path.name + ending)
            if part.exists():
                part.replace(kept.with_name(kept.name + ending))
        return kept
    finally:
        store.close()


def _fill(db: str, source: Store) -> None:
    """Replace all rows in one change-over: others see the old state or the new one."""
    target = open_store(db)
    try:
        with source.reading() as held, target.writing() as connection:
            for table in reversed(metadata.sorted_tables):
                connection.execute(delete(table))
            for table in metadata.sorted_tables:
                _copy_rows(held, connection, table)
    finally:
        target.close()
