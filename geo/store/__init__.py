"""Step 7: what is stored, in one SQLite file or a PostgreSQL database; rows are added, superseded or withdrawn.

What was said never changes: a newer reading is another row, and every row knows the change that added it and the one
that withdrew it, so the state at any change is a filter. This module only tells whether there is a store, without
loading the database library; `geo.store.engine` opens it.
"""

from __future__ import annotations

from pathlib import Path

SQLITE = "sqlite:///"


def sqlite_path(db: str) -> Path | None:
    """The file of an SQLite address; None for a server's."""
    return Path(db.removeprefix(SQLITE)).expanduser() if db.startswith(SQLITE) else None


def has_store(db: str) -> bool:
    """Whether there is a store to open: a server is always asked, a file must exist."""
    path = sqlite_path(db)
    return path is None or path.is_file()
