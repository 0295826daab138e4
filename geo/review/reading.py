"""Reading what the review needs from a store: everything that may wait, and all that bears on one thing that does.

A list needs few columns of many rows; one item needs all of few rows. Neither reads the texts of the whole store.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from geo.models import Decision, Link, Records
from geo.near import effect_near
from geo.review.queue import Report
from geo.store.engine import Store
from geo.store.ingest import ORIGIN
from geo.store.read import MOST_IDS, State, live_rows, newest
from geo.store.rows import decision_of, link_of
from geo.store.schema import decisions, documents, links, mentions


@dataclass(frozen=True, slots=True)
class Shown:
    """What bears on something that waits.

    Attributes:
        state: What is stored, the machine's reading as it is, and the decisions.
        records: The same as people left it.
        members: Mention to the mentions of its incident; the first gives the incident its id.
    """

    state: State
    records: Records
    members: Mapping[str, tuple[str, ...]]


_REPORT = (
    mentions.c.id,
    mentions.c.document_id,
    documents.c.publisher,
    documents.c.published,
    documents.c.title,
    mentions.c.trigger_start,
)


def read_reports(store: Store, ids: Collection[str] | None = None) -> list[Report]:
    """The mentions that the machine read in articles; or these few, whoever wrote them."""
    joined = select(*_REPORT).join_from(mentions, documents, mentions.c.document_id == documents.c.id)
    live = joined.where(mentions.c.withdrawn_in.is_(None), documents.c.withdrawn_in.is_(None))
    if ids is None:
        wanted = [live.where(mentions.c.origin == ORIGIN)]
    else:
        keys = sorted(ids)
        parts = (keys[start : start + MOST_IDS] for start in range(0, len(keys), MOST_IDS))
        wanted = [live.where(mentions.c.id.in_(part)) for part in parts]
    with store.reading() as connection:
        return [Report(*row[:5], row[5] or 0) for one in wanted for row in connection.execute(one)]


def read_open_links(store: Store) -> list[Link]:
    """All links that are not certain."""
    wanted = select(links).where(links.c.withdrawn_in.is_(None), links.c.certain.is_(False))
    with store.reading() as connection:
        return [link_of(dict(row)) for row in connection.execute(wanted).mappings()]


def read_decisions(store: Store, after: int = 0) -> tuple[list[Decision], int]:
    """The decisions that came after a change, and the newest change.

    Where the store's newest change is an earlier one (a backup was restored), all decisions from the first on.
    """
    with store.reading() as connection:
        n = newest(connection).n
        wanted = select(decisions).where(decisions.c.added_in > (after if n >= after else 0))
        return [decision_of(dict(row)) for row in connection.execute(wanted).mappings()], n


def read_shown(store: Store, mentions_shown: Collection[str]) -> Shown:
    """All that bears on these mentions as it is stored now: their incidents, and all else that their texts tell."""
    with store.reading() as connection:
        rows = live_rows(connection, "mentions", "id", mentions_shown)
        told = live_rows(connection, "mentions", "document_id", {row["document_id"] for row in rows})
        state, effect, members = effect_near(connection, {row["id"] for row in told})
    return Shown(state, effect.records, members)
