"""The tables of the store, as the newest migration leaves them; a test holds the two together.

Every kept row has an id that says what it is (a hash of its content, see `geo.models`), `added_in` and
`withdrawn_in`: the changes that brought and ended it. At most one row of an id is live.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, Boolean, Column, Date, Float, ForeignKey, Index, Integer, MetaData, Table, Text, text

REVISIONS = ("0001", "0002", "0003", "0004", "0005")  # of `migrations/versions`, oldest first
HEAD = REVISIONS[-1]

metadata = MetaData()

changes = Table(
    "changes",
    metadata,
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("who", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("digest", Text),  # of the rows that are live after it, see `geo.store.digest`
)


def _kept(name: str, *columns: Column[Any] | Index) -> Table:
    live, ended = text("withdrawn_in IS NULL"), text("withdrawn_in IS NOT NULL")
    return Table(
        name,
        metadata,
        Column("id", Text, primary_key=True),
        Column("added_in", Integer, ForeignKey("changes.n"), primary_key=True, autoincrement=False),
        Column("withdrawn_in", Integer, ForeignKey("changes.n")),
        *columns,
        Index(f"{name}_live", "id", unique=True, sqlite_where=live, postgresql_where=live),
        Index(f"{name}_added", "added_in"),
        Index(f"{name}_ended", "withdrawn_in", sqlite_where=ended, postgresql_where=ended),
    )


def _json(name: str) -> Column[Any]:
    return Column(name, JSON(none_as_null=True))


publishers = _kept(
    "publishers",
    Column("name", Text, nullable=False),
    Column("country", Text),
    Column("language", Text),
    Column("camp", Text, nullable=False),
    Column("camp_source", Text),
    Column("home_page", Text),
)
documents = _kept(
    "documents",
    Column("publisher", Text, nullable=False),
    Column("title", Text),
    Column("url", Text),
    Column("published", Date),
    Column("language", Text),
    Column("text", Text),
    Column("archived_url", Text),
    Column("retracted", Boolean, nullable=False),
    Column("dataset", Text),
    Column("origin", Text, nullable=False),
    _json("cites"),
    Index(
        "documents_dataset",
        "dataset",
        sqlite_where=text("dataset IS NOT NULL"),
        postgresql_where=text("dataset IS NOT NULL"),
    ),
)
mentions = _kept(
    "mentions",
    Column("document_id", Text, nullable=False, index=True),
    Column("role", Text, nullable=False),
    Column("trigger_start", Integer),
    Column("trigger_end", Integer),
    Column("campaign", Boolean, nullable=False),
    Column("origin", Text, nullable=False),
)
claims = _kept(
    "claims",
    Column("document_id", Text, nullable=False, index=True),
    Column("mention_id", Text, nullable=False, index=True),
    Column("field", Text, nullable=False),
    _json("value"),
    Column("original", Text),
    Column("span_start", Integer),
    Column("span_end", Integer),
    Column("speaker", Text, nullable=False),
    Column("speaker_start", Integer),
    Column("speaker_end", Integer),
    Column("stance", Text, nullable=False),
    Column("origin", Text, nullable=False),
    Column("said_on", Date),
)
links = _kept(
    "links",
    Column("a", Text, nullable=False, index=True),
    Column("b", Text, nullable=False, index=True),
    Column("relation", Text, nullable=False),
    Column("score", Float, nullable=False),
    _json("why"),
    Column("origin", Text, nullable=False),
    Column("certain", Boolean, nullable=False),
)
decisions = _kept(
    "decisions",
    Column("kind", Text, nullable=False),
    Column("subject", Text, nullable=False, index=True),
    _json("before"),
    _json("after"),
    Column("who", Text, nullable=False),
    Column("made", Text, nullable=False),
    Column("reason", Text),
    Column("undoes", Text),
)
datasets = _kept(
    "datasets",
    Column("name", Text, nullable=False),
    Column("speaker", Text, nullable=False),
    Column("licence", Text, nullable=False),
    Column("licence_text", Text, nullable=False),
    Column("citation", Text, nullable=False),
    Column("redistribute", Boolean, nullable=False),
    Column("whole", Boolean, nullable=False),
    Column("url", Text),
)
KEPT = {table.name: table for table in (publishers, documents, mentions, claims, links, decisions, datasets)}

# Derived, to be rebuilt at any time: what the estimates were at a change, so that a check can prove them.
estimates = Table(
    "estimates",
    metadata,
    Column("incident_id", Text, primary_key=True),
    Column("field", Text, primary_key=True),
    _json("value"),
    Column("rule", Text, nullable=False),
    Column("derived_at", Integer, ForeignKey("changes.n"), nullable=False),
    Column("derived_with", Text, nullable=False),
)
# Derived too: in which blocks the linker finds a mention, and up to which change something was derived.
blocks = Table(
    "blocks",
    metadata,
    Column("mention_id", Text, primary_key=True),
    Column("block", Text, primary_key=True, index=True),
)
derived = Table(
    "derived",
    metadata,
    Column("what", Text, primary_key=True),
    Column("n", Integer, nullable=False),
    Column("rules", Text, nullable=False),
)
