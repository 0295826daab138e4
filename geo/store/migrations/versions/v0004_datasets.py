"""The data sets that rows come from, with their licences, and the sources that a data set names for its row."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("documents", sa.Column("cites", sa.JSON(none_as_null=True)))
    imported = sa.text("dataset IS NOT NULL")
    op.create_index("documents_dataset", "documents", ["dataset"], sqlite_where=imported, postgresql_where=imported)
    op.create_table(
        "datasets",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("added_in", sa.Integer, sa.ForeignKey("changes.n"), primary_key=True, autoincrement=False),
        sa.Column("withdrawn_in", sa.Integer, sa.ForeignKey("changes.n")),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("name", "speaker", "licence", "licence_text")),
        sa.Column("citation", sa.Text, nullable=False),
        sa.Column("redistribute", sa.Boolean, nullable=False),
        sa.Column("whole", sa.Boolean, nullable=False),
        sa.Column("url", sa.Text),
    )
    live, ended = sa.text("withdrawn_in IS NULL"), sa.text("withdrawn_in IS NOT NULL")
    op.create_index("datasets_live", "datasets", ["id"], unique=True, sqlite_where=live, postgresql_where=live)
    op.create_index("datasets_added", "datasets", ["added_in"])
    op.create_index("datasets_ended", "datasets", ["withdrawn_in"], sqlite_where=ended, postgresql_where=ended)
