"""What `store check` proves of the rows: changes without a gap, spans that match their text, no dangling reference.

Estimates are proved in `geo.rebuild`, which comes later in the flow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from sqlalchemy import Connection, select

from geo.errors import IncidentMapError
from geo.models import content_id
from geo.store.digest import digests
from geo.store.engine import Store
from geo.store.rows import Row, claim_of, link_id
from geo.store.schema import KEPT, changes

MOST_FAULTS = 100  # are listed; one more line says how many others there are


def check_rows(store: Store) -> tuple[str, ...]:
    """Everything that is wrong with the rows, one line each; empty when all is proved."""
    faults: list[str] = []
    with store.reading() as connection:
        if store.path is not None:
            said = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
            faults += [f"file: {line}" for line in said if line != "ok"]
        for check in CHECKS:
            faults += check(connection)  # to its end, so that no cursor stays open
    more = len(faults) - MOST_FAULTS
    return (*faults[:MOST_FAULTS], *([f"and {more} more faults"] if more > 0 else ()))


def _all(connection: Connection, name: str) -> Iterator[Row]:
    for row in connection.execution_options(yield_per=1000).execute(select(KEPT[name])).mappings():
        yield dict(row)


def _live_ids(connection: Connection, name: str) -> set[str]:
    table = KEPT[name]
    return set(connection.execute(select(table.c.id).where(table.c.withdrawn_in.is_(None))).scalars())


def _numbers(connection: Connection) -> Iterator[str]:
    """Changes are numbered without a gap, and every row's are among them, in order."""
    known = list(connection.execute(select(changes.c.n).order_by(changes.c.n)).scalars())
    if known != list(range(1, len(known) + 1)):
        yield f"changes: numbers are not 1 to {len(known)} without a gap"
    numbers = set(known)
    for name, table in KEPT.items():
        for key, added, ended in connection.execute(select(table.c.id, table.c.added_in, table.c.withdrawn_in)):
            if added not in numbers or (ended is not None and (ended not in numbers or ended <= added)):
                yield f"{name} {key}: added in change {added}, withdrawn in {ended}: no such order of changes"


def _digests(connection: Connection) -> Iterator[str]:
    """Every change's digest is that of the rows that were live after it."""
    found = digests(connection)
    for n, kept in connection.execute(select(changes.c.n, changes.c.digest).order_by(changes.c.n)):
        if kept != found.get(n):
            yield f"changes {n}: its digest is not that of the rows: rows were added, changed or removed unseen"


def _spans(connection: Connection) -> Iterator[str]:
    """Every span, of withdrawn rows too, lies in its document's text and holds the words that are quoted."""
    texts: dict[str, str | None] = {}
    for row in _all(connection, "documents"):
        if texts.setdefault(row["id"], row["text"]) != row["text"]:
            yield f"documents {row['id']}: its text was changed"
    for row in _all(connection, "mentions"):
        if row["trigger_start"] is not None and _cut(texts, row, "trigger") is None:
            yield f"mentions {row['id']}: its trigger words lie outside the text"
    for row in _all(connection, "claims"):
        if row["span_start"] is not None and (said := _cut(texts, row, "span")) != row["original"]:
            yield f"claims {row['id']}: its span holds {said!r}, not {row['original']!r}"
        if row["speaker_start"] is not None and _cut(texts, row, "speaker") is None:
            yield f"claims {row['id']}: the words of its speaker lie outside the text"


def _cut(texts: Mapping[str, str | None], row: Row, name: str) -> str | None:
    """The words of a span; None where it lies outside the text."""
    document = row["document_id"]
    text, start, end = texts.get(document) or "", row[f"{name}_start"], row[f"{name}_end"]
    return text[start:end] if end is not None and 0 <= start < end <= len(text) else None


def _claims(connection: Connection) -> Iterator[str]:
    """Every claim can be read, and its id is the one of what was said: it was never changed."""
    for row in _all(connection, "claims"):
        try:
            claim = claim_of(row)
            own = content_id(claim)
        except (IncidentMapError, ValueError, KeyError, TypeError) as error:
            yield f"claims {row['id']}: cannot be read ({error})"
            continue
        if own != claim.id:
            yield f"claims {row['id']}: what it says was changed (its content has the id {own})"


def _references(connection: Connection) -> Iterator[str]:
    """Every live row points at live rows."""
    live = {name: _live_ids(connection, name) for name in KEPT}
    owner = {row["id"]: row["document_id"] for row in _all(connection, "mentions")}
    for row in _all(connection, "mentions"):
        if row["withdrawn_in"] is None and row["document_id"] not in live["documents"]:
            yield f"mentions {row['id']}: its document {row['document_id']} is not there"
    for row in _all(connection, "claims"):
        if row["withdrawn_in"] is None and row["mention_id"] not in live["mentions"]:
            yield f"claims {row['id']}: its mention {row['mention_id']} is not there"
        elif owner.get(row["mention_id"]) != row["document_id"]:
            yield f"claims {row['id']}: its mention {row['mention_id']} is of another document"
    yield from _links(connection, live["mentions"])
    yield from _decisions(connection)


def _links(connection: Connection, mentions: set[str]) -> Iterator[str]:
    for row in _all(connection, "links"):
        if row["withdrawn_in"] is None:
            for end in (row["a"], row["b"]):
                if end not in mentions:
                    yield f"links {row['id']}: its mention {end} is not there"
        if link_id(row["a"], row["b"], row["relation"], row["origin"]) != row["id"]:
            yield f"links {row['id']}: its ends were changed"


def _decisions(connection: Connection) -> Iterator[str]:
    """A decision is about something that is or was stored: people's decisions outlive what they were about."""
    held = {row for name in KEPT for row in connection.execute(select(KEPT[name].c.id)).scalars()}
    rows = list(_all(connection, "decisions"))
    held |= {row["after"]["id"] for row in rows if isinstance(row["after"], dict) and "id" in row["after"]}
    for row in rows:
        for what, key in _pointed(row):
            if key not in held:
                yield f"decisions {row['id']}: its {what} {key} is not there"
        if row["withdrawn_in"] is not None:
            yield f"decisions {row['id']}: was withdrawn; decisions are undone by another decision"


def _pointed(row: Row) -> Iterator[tuple[str, str]]:
    """What a decision names; a link of a person's own is told by its ends."""
    if row["undoes"] is not None:
        yield "undone decision", row["undoes"]
    if row["kind"] != "link":
        yield "subject", row["subject"]
    for side in (row["before"], row["after"]):
        for name in ("mention_id", "a", "b", "moved", "rest"):
            value = side.get(name) if isinstance(side, dict) else None
            yield from ((name, key) for key in ([value] if isinstance(value, str) else value or ()))


CHECKS: tuple[Callable[[Connection], Iterator[str]], ...] = (_numbers, _digests, _spans, _claims, _references)
