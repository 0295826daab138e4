"""A digest of the live rows with each change, and what finds the rows that a change touched without reading all."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from geo.store.digest import digests

revision = "0003"
down_revision = "0002"
KEPT = ("publishers", "documents", "mentions", "claims", "links", "decisions")


def upgrade() -> None:
    op.add_column("changes", sa.Column("digest", sa.Text))
    ended = sa.text("withdrawn_in IS NOT NULL")
    for name in KEPT:
        op.create_index(f"{name}_added", name, ["added_in"])
        op.create_index(f"{name}_ended", name, ["withdrawn_in"], sqlite_where=ended, postgresql_where=ended)
    connection = op.get_bind()
    rows = [{"number": n, "found": digest} for n, digest in digests(connection, KEPT).items()]
    if rows:
        changes = sa.table("changes", sa.column("n", sa.Integer), sa.column("digest", sa.Text))
        kept = sa.update(changes).where(changes.c.n == sa.bindparam("number")).values(digest=sa.bindparam("found"))
        connection.execute(kept, rows)
