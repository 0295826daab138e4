"""Step 8 for a few mentions: what a store holds about them and all that decides which incident holds each.

Reads by index, so that a decision in a store of a hundred thousand mentions takes no longer than in a small one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, or_, select

from geo.assemble import components
from geo.decisions import Effect, apply_decisions, touched
from geo.link import FAMILY
from geo.models import Decision, DecisionKind, Records, Relation
from geo.store.read import State, live_rows, newest
from geo.store.rows import Row, claim_of, decision_of, document_of, link_of, mention_of
from geo.store.schema import KEPT

OTHER_IDS = ("l-", "c-", "x-")  # of links, claims and decisions: what else a decision may name is a mention
OF_MEMBERSHIP = (DecisionKind.MERGE, DecisionKind.SPLIT, DecisionKind.LINK, DecisionKind.UNLINK)


def state_near(connection: Connection, mentions: Iterable[str], *, mates: bool = False) -> State:
    """The live rows and decisions that say what becomes of these mentions: their incidents as the whole store's.

    Args:
        mates: Whether to read the other mentions of their documents too, without what is linked to those.
    """
    shaping = membership_decisions(connection)
    found, links = _closure(connection, mentions, shaping)
    rows = live_rows(connection, "mentions", "id", found)
    documents = live_rows(connection, "documents", "id", {row["document_id"] for row in rows})
    if mates:
        rows = live_rows(connection, "mentions", "document_id", {row["id"] for row in documents})
        found |= {row["id"] for row in rows}
    claims = live_rows(connection, "claims", "mention_id", found)
    subjects = found | {row["id"] for row in claims} | links.keys()
    decisions = {decision.id: decision for decision in (*shaping, *decisions_about(connection, subjects))}
    records = Records(
        tuple(document_of(row) for row in documents),
        tuple(mention_of(row) for row in rows),
        tuple(claim_of(row) for row in claims),
        tuple(link_of(row) for row in links.values()),
    )
    return State(newest(connection).n, records, tuple(decisions.values()))


def changed_mentions(connection: Connection, since: int, *, machine_links: bool = True) -> set[str]:
    """The mentions, live or gone, of which anything changed after a change: rows, claims, links or decisions.

    Args:
        machine_links: Whether links that the machine found count, and that a report was accepted; not for linking anew.
    """
    found = {row.id for row in _changed(connection, "mentions", since, "id")}
    found |= {row.mention_id for row in _changed(connection, "claims", since, "mention_id")}
    documents = {row.id for row in _changed(connection, "documents", since, "id")}
    found |= {row["id"] for row in live_rows(connection, "mentions", "document_id", documents)}
    for row in _changed(connection, "links", since, "a", "b", "origin"):
        if machine_links or not row.origin.startswith(FAMILY):
            found |= {row.a, row.b}
    decided = _decisions(connection, KEPT["decisions"].c.added_in > since)
    if not machine_links:
        decided = [decision for decision in decided if not changes_no_link(decision)]
    about = {key for decision in decided for key in touched(decision)}
    links = live_rows(connection, "links", "id", (key for key in about if key.startswith("l-")))
    found |= {end for row in links for end in (row["a"], row["b"])}
    return found | {key for key in about if not key.startswith(OTHER_IDS)}


def changes_no_link(decision: Decision) -> bool:
    """Whether a decision changes nothing that linking looks at: a report was accepted, which nobody had rejected."""
    return decision.kind is DecisionKind.ACCEPT and not decision.subject.startswith("l-")


def _changed(connection: Connection, name: str, since: int, *columns: str) -> list[Any]:
    """Some columns of the rows that a later change added or withdrew."""
    table = KEPT[name]
    wanted = select(*(table.c[column] for column in columns))
    rows: list[Any] = []
    for column in (table.c.added_in, table.c.withdrawn_in):  # one by one: each has its index
        rows += connection.execute(wanted.where(column > since)).all()
    return rows


def membership_decisions(connection: Connection) -> list[Decision]:
    """What people ever decided about links and incidents, and every undoing: few, for each was made by hand."""
    table = KEPT["decisions"]
    kinds = [str(kind) for kind in OF_MEMBERSHIP]
    wanted = or_(table.c.kind.in_(kinds), table.c.subject.startswith("l-"), table.c.undoes.is_not(None))
    return _decisions(connection, wanted)


def decisions_about(connection: Connection, subjects: Iterable[str]) -> list[Decision]:
    """The decisions whose subject is one of these, or a claim that such a decision made; no undoings of others."""
    found: dict[str, Decision] = {}
    waiting, seen = set(subjects), set()
    while waiting:
        seen |= waiting
        rows = [decision_of(row) for row in live_rows(connection, "decisions", "subject", waiting)]
        found |= {decision.id: decision for decision in rows}
        made = {d.after["id"] for d in rows if isinstance(d.after, dict) and "id" in d.after}
        waiting = made - seen
    return list(found.values())


def corrections(connection: Connection) -> list[Decision]:
    """Every correction that people ever made."""
    return _decisions(connection, KEPT["decisions"].c.kind == str(DecisionKind.CORRECT))


def undoings(connection: Connection) -> list[Decision]:
    """Every decision that took another back."""
    return _decisions(connection, KEPT["decisions"].c.undoes.is_not(None))


def _decisions(connection: Connection, wanted: ColumnElement[bool]) -> list[Decision]:
    rows = connection.execute(select(KEPT["decisions"]).where(wanted)).mappings()
    return [decision_of(dict(row)) for row in rows]


def _closure(
    connection: Connection, mentions: Iterable[str], shaping: Sequence[Decision]
) -> tuple[set[str], dict[str, Row]]:
    """All mentions that certain links or decisions join with these, by however long a path, and the links of these."""
    by_id: dict[str, list[Decision]] = defaultdict(list)
    for decision in shaping:
        for key in touched(decision):
            by_id[key].append(decision)
    found: set[str] = set()
    links: dict[str, Row] = {}
    waiting = set(mentions)
    while waiting:
        found |= waiting
        fresh = {row["id"]: row for end in ("a", "b") for row in live_rows(connection, "links", end, waiting)}
        links |= fresh
        reached = {key for row in fresh.values() if _joins(row, by_id) for key in (row["a"], row["b"])}
        for key in waiting:
            for decision in by_id.get(key, ()):
                reached |= {other for other in touched(decision) if not other.startswith(OTHER_IDS)}
        waiting = reached - found
    return found, links


def _joins(row: Row, decided: Collection[str]) -> bool:
    return row["relation"] == Relation.SAME and (row["certain"] or row["id"] in decided)


def effect_near(connection: Connection, mentions: Iterable[str]) -> tuple[State, Effect, dict[str, tuple[str, ...]]]:
    """The state near these mentions, what decisions make of it, and the members of each mention's incident.

    The first of the members gives the incident its id.
    """
    state = state_near(connection, mentions)
    effect = apply_decisions(state.records, state.decisions)
    return state, effect, {key: group for group in components(effect.records) for key in group}
