"""Making a store and bringing an older one up to date: one transaction, after a copy was kept."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from geo.settings import Settings
from geo.store.backup import copy_to
from geo.store.engine import Store, revision_of
from geo.store.schema import HEAD

FOLDER = Path(__file__).parent / "migrations"


def bring_up_to_date(store: Store) -> Path | None:
    """Apply the missing steps; gives the copy that was kept of an older store, None for a new one.

    All steps are one transaction under the writers' lock: another process finds the old store or the new one.
    """
    with store.writing() as connection:
        found = revision_of(connection)
        if found == HEAD:
            return None
        copy = _keep_copy(store, found) if found else None
        upgrade(connection, HEAD)
    return copy


def upgrade(connection: Connection, revision: str) -> None:
    """Apply the steps up to a revision, in the transaction of the connection."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def _keep_copy(store: Store, revision: str) -> Path:
    return copy_to(store, copy_path(store, f"before-migration-from-{revision}"))


def copy_path(store: Store, why: str) -> Path:
    """Where a copy is kept: beside an SQLite file, in the data folder for a server's."""
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
    beside = store.path or Settings.load().data_dir / "incidents.sqlite"
    return beside.with_name(f"{beside.stem}.{why}-{moment}.sqlite")
