"""What lets the machine link and estimate only what a change touches: blocks of mentions, and what was derived."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "blocks",
        sa.Column("mention_id", sa.Text, primary_key=True),
        sa.Column("block", sa.Text, primary_key=True, index=True),
    )
    derived = op.create_table(
        "derived",
        sa.Column("what", sa.Text, primary_key=True),
        sa.Column("n", sa.Integer, nullable=False),
        sa.Column("rules", sa.Text, nullable=False),
    )
    estimates = sa.table("estimates", sa.column("derived_at"), sa.column("derived_with"))
    kept = sa.select(estimates.c.derived_at, estimates.c.derived_with).distinct()
    found = op.get_bind().execute(kept).all()
    if len(found) == 1:
        op.bulk_insert(derived, [{"what": "estimates", "n": found[0][0], "rules": found[0][1]}])
