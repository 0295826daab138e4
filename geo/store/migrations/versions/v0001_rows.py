"""The first store: changes, and the rows that they add and withdraw."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def _text(name: str, null: bool = True) -> sa.Column[Any]:
    return sa.Column(name, sa.Text, nullable=null)


def _number(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer)


def _flag(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Boolean, nullable=False)


def _json(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.JSON(none_as_null=True))


def _kept(name: str, *columns: sa.Column[Any], indexed: tuple[str, ...] = ()) -> None:
    op.create_table(
        name,
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("added_in", sa.Integer, sa.ForeignKey("changes.n"), primary_key=True, autoincrement=False),
        sa.Column("withdrawn_in", sa.Integer, sa.ForeignKey("changes.n")),
        *columns,
    )
    live = sa.text("withdrawn_in IS NULL")
    op.create_index(f"{name}_live", name, ["id"], unique=True, sqlite_where=live, postgresql_where=live)
    for column in indexed:
        op.create_index(f"ix_{name}_{column}", name, [column])


def upgrade() -> None:
    op.create_table(
        "changes",
        sa.Column("n", sa.Integer, primary_key=True, autoincrement=False),
        _text("who", False),
        _text("at", False),
        _text("what", False),
    )
    _kept(
        "publishers",
        _text("name", False),
        _text("country"),
        _text("language"),
        _text("camp", False),
        _text("camp_source"),
        _text("home_page"),
    )
    _kept(
        "documents",
        _text("publisher", False),
        _text("title"),
        _text("url"),
        sa.Column("published", sa.Date),
        _text("language"),
        _text("text"),
        _text("archived_url"),
        _flag("retracted"),
        _text("dataset"),
        _text("origin", False),
    )
    _kept(
        "mentions",
        _text("document_id", False),
        _text("role", False),
        _number("trigger_start"),
        _number("trigger_end"),
        _flag("campaign"),
        _text("origin", False),
        indexed=("document_id",),
    )
    _claims()
    _kept(
        "links",
        _text("a", False),
        _text("b", False),
        _text("relation", False),
        sa.Column("score", sa.Float, nullable=False),
        _json("why"),
        _text("origin", False),
        _flag("certain"),
        indexed=("a", "b"),
    )
    _kept(
        "decisions",
        _text("kind", False),
        _text("subject", False),
        _json("before"),
        _json("after"),
        _text("who", False),
        _text("made", False),
        _text("reason"),
        _text("undoes"),
        indexed=("subject",),
    )


def _claims() -> None:
    _kept(
        "claims",
        _text("document_id", False),
        _text("mention_id", False),
        _text("field", False),
        _json("value"),
        _text("original"),
        _number("span_start"),
        _number("span_end"),
        _text("speaker", False),
        _number("speaker_start"),
        _number("speaker_end"),
        _text("stance", False),
        _text("origin", False),
        sa.Column("said_on", sa.Date),
        indexed=("document_id", "mention_id"),
    )
