"""What the estimates were at a change, so that `store check` can prove that they can be rebuilt."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "estimates",
        sa.Column("incident_id", sa.Text, primary_key=True),
        sa.Column("field", sa.Text, primary_key=True),
        sa.Column("value", sa.JSON(none_as_null=True)),
        sa.Column("rule", sa.Text, nullable=False),
        sa.Column("derived_at", sa.Integer, sa.ForeignKey("changes.n"), nullable=False),
        sa.Column("derived_with", sa.Text, nullable=False),
    )
