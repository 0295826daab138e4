"""Storing what was read from articles: again is no duplicate, and newer rules supersede what older ones read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import and_, or_, select

from geo.documents import UNKNOWN_PUBLISHER
from geo.extract import extract
from geo.models import Document, Extraction, Link, Relation
from geo.store.engine import Store
from geo.store.rows import claim_row, document_of, document_row, family, link_row, mention_row
from geo.store.schema import KEPT
from geo.store.write import Change, change, put_publishers, version_of
from geo.vocab import default_vocabulary

ORIGIN = "ingest"
RULES = "rules"
SAME_TEXT = "told as part of it in the same article"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one document: `new`, `refreshed`, `unchanged`, or `kept` (read by newer rules before)."""

    document: Document
    what: str
    incidents: int


def ingest(store: Store, extractions: Sequence[Extraction], who: str, rules: str) -> list[Outcome]:
    """Store documents with what was read from them, as one change; stored for good when this returns.

    Args:
        rules: Origin of the claims that the rules make now: `rules@1`.
    """
    with change(store, who, f"ingest of {len(extractions)} documents") as made:
        put_publishers(made, (extraction.document for extraction in extractions), default_vocabulary())
        fresh = _fresh(made, extractions)
        _add(made, [extractions[number] for number in sorted(fresh)], rules)
        return [
            Outcome(extraction.document, "new", len(extraction.mentions))
            if number in fresh
            else save(made, extraction, rules)
            for number, extraction in enumerate(extractions)
        ]


def _fresh(made: Change, extractions: Sequence[Extraction]) -> set[int]:
    """Which of them are of documents that aren't stored; one that comes twice is so once."""
    numbers: dict[str, int] = {}
    for number, extraction in enumerate(extractions):
        numbers.setdefault(extraction.document.id, number)
    held = {row["id"] for row in made.live("documents", "id", numbers)}
    return {number for key, number in numbers.items() if key not in held}


def _add(made: Change, extractions: Sequence[Extraction], rules: str) -> None:
    """Store new documents together: a question to the store for each table, not for each document."""
    made.put("documents", [document_row(extraction.document, ORIGIN) for extraction in extractions])
    made.put("mentions", [mention_row(mention, ORIGIN) for each in extractions for mention in each.mentions])
    made.put("claims", [claim_row(claim) for each in extractions for claim in each.claims])
    made.put("links", [link_row(link) for each in extractions for link in _parts(each, rules)])


def merge_documents(stored: Document, given: Document) -> Document:
    """A document given again: newly known publisher, day and address are taken; a text that is held never changes.

    One that came without its text (from an export) gets it.
    """
    known = given.publisher != UNKNOWN_PUBLISHER
    return replace(
        stored,
        publisher=given.publisher if known else stored.publisher,
        published=given.published or stored.published,
        url=given.url or stored.url,
        text=stored.text or given.text,
    )


def save(made: Change, extraction: Extraction, rules: str) -> Outcome:
    """Store one document with what was read from it, as a part of a larger change."""
    held = made.live("documents", "id", [extraction.document.id])
    extraction = _agreed(document_of(held[0]), extraction) if held else extraction
    document, number = extraction.document, len(extraction.mentions)
    claims = [row for row in made.live("claims", "document_id", [document.id]) if family(row["origin"]) == RULES]
    if any(version_of(row["origin"]) > version_of(rules) for row in claims):
        return Outcome(document, "kept", number)
    before = _changed(made)
    made.put("documents", [document_row(document, held[0]["origin"] if held else ORIGIN)])
    made.put("mentions", [mention_row(mention, ORIGIN) for mention in extraction.mentions])
    made.put("claims", [claim_row(claim) for claim in extraction.claims])
    links = [link_row(link) for link in _parts(extraction, rules)]
    made.put("links", links)
    _withdraw_unread(made, extraction, {row["id"] for row in claims}, {row["id"] for row in links})
    what = "new" if not held else "refreshed" if _changed(made) > before else "unchanged"
    return Outcome(document, what, number)


def _agreed(stored: Document, given: Extraction) -> Extraction:
    """The reading of the document as stored: its text stays, and what was known of it isn't forgotten."""
    agreed = merge_documents(stored, given.document)
    return given if agreed == given.document else extract(agreed)


def _changed(made: Change) -> int:
    return sum(made.total(what) for what in ("added", "superseded", "withdrawn"))


def _parts(extraction: Extraction, rules: str) -> list[Link]:
    pairs = sorted(extraction.part_of.items())
    return [Link(part, whole, Relation.PART_OF, 1.0, (SAME_TEXT,), rules) for part, whole in pairs]


def _withdraw_unread(made: Change, extraction: Extraction, claims: set[str], links: set[str]) -> None:
    """End what the rules read earlier and don't read now; a mention that somebody else speaks of stays."""
    document_id = extraction.document.id
    made.withdraw("claims", claims - {claim.id for claim in extraction.claims})
    mentions = {row["id"]: row for row in made.live("mentions", "document_id", [document_id])}
    within = [row for row in made.live("links", "a", mentions) if family(row["origin"]) == RULES]
    own = {row["id"] for row in within if row["b"] in mentions and row["why"] == [SAME_TEXT]}
    made.withdraw("links", own - links)
    gone = {key for key, row in mentions.items() if row["origin"] == ORIGIN}
    gone -= {mention.id for mention in extraction.mentions}
    gone -= _spoken_of(made, gone)
    others = [row["id"] for end in ("a", "b") for row in made.live("links", end, gone)]
    made.withdraw("links", set(others))
    made.withdraw("mentions", gone)


def _spoken_of(made: Change, mentions: set[str]) -> set[str]:
    """Mentions that a person's claim, link or decision is about."""
    claims = {row["mention_id"] for row in made.live("claims", "mention_id", mentions)}
    links = [row for end in ("a", "b") for row in made.live("links", end, mentions)]
    ends = {row[end] for row in links if family(row["origin"]) not in (RULES, "link") for end in ("a", "b")}
    return (claims | ends | _decided_about(made, mentions)) & mentions


def _decided_about(made: Change, mentions: set[str]) -> set[str]:
    """Mentions that a decision names, or a claim of which it is about; an accepted link names both its ends."""
    if not mentions:
        return set()
    claims, decisions = KEPT["claims"], KEPT["decisions"]
    owners = {
        row.id: row.mention_id
        for row in made.connection.execute(
            select(claims.c.id, claims.c.mention_id).where(claims.c.mention_id.in_(sorted(mentions)))
        )
    }
    subjects = {row["subject"] for row in made.live("decisions", "subject", mentions | owners.keys())}
    named = {owners.get(key, key) for key in subjects}
    joining = decisions.c.kind.in_(["merge", "split", "link"])
    accepted = and_(decisions.c.kind == "accept", decisions.c.subject.startswith("l-"))
    joined = select(decisions.c.after).where(or_(joining, accepted))
    for after in made.connection.execute(joined).scalars():
        if isinstance(after, dict):
            named |= {after[end] for end in ("a", "b") if isinstance(after.get(end), str)}
            named |= set(after.get("moved") or ())
    return named
