"""A person's decisions, stored: each call is one change of the store, whole and acknowledged when it returns.

What a decision needs to know is looked up under the writers' lock (see `desk`). `geo.decisions` says what decisions do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from geo.decisions import claim_as_json, link_as_json, undone_ids
from geo.errors import InputError
from geo.models import Decision, DecisionKind, Link, Relation
from geo.review.desk import JUDGED, WORDS, Desk, deciding, gone
from geo.review.replacement import replacement, says
from geo.store.engine import Store
from geo.store.read import live_rows
from geo.store.rows import decision_of, link_of
from geo.store.schema import KEPT

ACCEPTED, REJECTED, WAITING = {"state": "accepted"}, {"state": "rejected"}, {"state": "waiting"}


def accept(
    store: Store, subjects: Iterable[str], who: str, reason: str | None = None, *, whole: bool = False
) -> tuple[Decision, ...]:
    """Say that mentions were read right, or that suggested links hold: all of these, or none.

    Args:
        subjects: Ids of mentions and links.
        whole: Take a mention's id for the incident that holds it: all its mentions that nobody has accepted yet.

    Raises:
        InputError: in one line, when one of them is not there any more or was decided meanwhile.
    """
    return _judge(store, DecisionKind.ACCEPT, subjects, who, reason, whole=whole)


def reject(
    store: Store, subjects: Iterable[str], who: str, reason: str | None = None, *, whole: bool = False
) -> tuple[Decision, ...]:
    """Say that mentions tell no incident, or that links don't hold: all of these, or none. See `accept`."""
    return _judge(store, DecisionKind.REJECT, subjects, who, reason, whole=whole)


def correct(
    store: Store,
    subject: str,
    after: Mapping[str, Any] | None,
    who: str,
    reason: str | None = None,
    *,
    seen: Mapping[str, Any] | None = None,
) -> tuple[Decision, ...]:
    """Replace, drop or add a claim.

    Args:
        subject: Id of a claim to replace or drop, or of a mention to which a claim is added.
        after: The claim as JSON; what it leaves out is as in the replaced claim. None drops the claim.
        seen: The claim as the person saw it; if somebody corrected it meanwhile, nothing is stored.

    Raises:
        InputError: in one line, when the claim can't be read or the subject is not there any more.
    """
    with deciding(store, who, reason, "correction") as desk:
        correct_at(desk, subject, after, seen)
    return desk.decided


def merge(store: Store, a: str, b: str, who: str, reason: str | None = None) -> tuple[Decision, ...]:
    """Make the incidents that hold these two mentions one.

    Raises:
        InputError: in one line, when one of them is in no incident, or both are in one.
    """
    with deciding(store, who, reason, "merge of two incidents") as desk:
        _, members = desk.near([a, b])
        if b in members[a]:
            raise InputError(f"{a} and {b} are in one incident already")
        desk.decide(
            DecisionKind.MERGE,
            members[a][0],
            {"a": list(members[a]), "b": list(members[b])},
            {"a": a, "b": b, "relation": str(Relation.SAME)},
        )
    return desk.decided


def split(store: Store, mention_ids: Iterable[str], who: str, reason: str | None = None) -> tuple[Decision, ...]:
    """Let these mentions leave their incident together; they and the rest stay two until somebody decides otherwise.

    Raises:
        InputError: in one line, unless they are some, but not all, of one incident's mentions.
    """
    moved = _distinct(mention_ids)
    with deciding(store, who, reason, "split of an incident") as desk:
        _, members = desk.near(moved)
        group = members[moved[0]]
        strangers = [key for key in moved if key not in group]
        if strangers:
            raise InputError(f"{strangers[0]} is in another incident than {moved[0]}: split them one by one")
        rest = [key for key in group if key not in moved]
        if not rest:
            raise InputError(f"incident {group[0]} holds no other reports: nothing would stay in it")
        desk.decide(
            DecisionKind.SPLIT, group[0], {"incident": list(group)}, {"moved": sorted(moved), "rest": sorted(rest)}
        )
    return desk.decided


def undo(store: Store, decision_id: str, who: str, reason: str | None = None) -> tuple[Decision, ...]:
    """Take a decision back, as another decision; taking that one back brings the first back.

    Raises:
        InputError: in one line, when there is none, or it was undone, or a later decision builds on it.
    """
    with deciding(store, who, reason, "undoing of a decision") as desk:
        undo_at(desk, decision_id)
    return desk.decided


def history(store: Store) -> tuple[tuple[Decision, bool], ...]:
    """Every decision, the newest first, and whether it stands."""
    table = KEPT["decisions"]
    with store.reading() as connection:
        decisions = [decision_of(dict(row)) for row in connection.execute(select(table)).mappings()]
    undone = undone_ids(decisions)
    ordered = sorted(decisions, key=lambda decision: (decision.when, decision.id), reverse=True)
    return tuple((decision, decision.id not in undone) for decision in ordered)


# --- what each does, also as a part of a larger change ------------------------------------------------------------


def _distinct(keys: Iterable[str]) -> list[str]:
    found = list(dict.fromkeys(keys))
    if not found:
        raise InputError("nothing was chosen to decide about")
    return found


def _judge(
    store: Store, kind: DecisionKind, subjects: Iterable[str], who: str, reason: str | None, *, whole: bool
) -> tuple[Decision, ...]:
    keys = _distinct(subjects)
    with deciding(store, who, reason, f"{len(keys)} {WORDS[kind]}") as desk:
        judge_at(desk, kind, keys, whole=whole)
    return desk.decided


def judge_at(desk: Desk, kind: DecisionKind, keys: Sequence[str], *, whole: bool = False) -> None:
    """`accept` or `reject` as a part of a larger change."""
    links = {row["id"]: link_of(row) for row in live_rows(desk.connection, "links", "id", keys)}
    wanted = [key for key in keys if key not in links]
    wanted = _of_whole_incidents(desk, wanted, kind) if whole and wanted else wanted
    mentions = {row["id"] for row in live_rows(desk.connection, "mentions", "id", wanted)}
    lost = [key for key in wanted if key not in mentions]
    if lost:
        raise InputError(gone(lost[0]))
    desk.refuse_decided([*wanted, *links], JUDGED)
    if links:
        _check_links(desk, links, kind)
    for key in wanted:
        desk.decide(kind, key, WAITING, ACCEPTED if kind is DecisionKind.ACCEPT else REJECTED)
    for key, link in links.items():
        before = link_as_json(link)
        desk.decide(kind, key, before, before | {"certain": True} if kind is DecisionKind.ACCEPT else None)


def _of_whole_incidents(desk: Desk, keys: Sequence[str], kind: DecisionKind) -> list[str]:
    """All mentions of the incidents that hold these, without those that were judged alike."""
    _, members = desk.near(keys)
    every = list(dict.fromkeys(other for key in keys for other in members[key]))
    done = {d.subject for d in desk.standing_about(every) if d.kind is kind}
    left = [key for key in every if key not in done]
    if not left:
        raise InputError(f"incident {members[keys[0]][0]} was {WORDS[kind]} already")
    return left


def _check_links(desk: Desk, links: Mapping[str, Link], kind: DecisionKind) -> None:
    effect, members = desk.near({end for link in links.values() for end in (link.a, link.b)})
    if kind is not DecisionKind.ACCEPT:
        return
    for key, link in links.items():
        apart = any(
            relation is Relation.SAME and {a, b} <= {*members[link.a], *members[link.b]}
            for a, b, relation in effect.apart
        )
        if link.relation is Relation.SAME and apart and link.b not in members[link.a]:
            raise InputError(f"link {key} would join what a person keeps apart: merge the incidents instead")


def correct_at(
    desk: Desk, subject: str, after: Mapping[str, Any] | None, seen: Mapping[str, Any] | None = None
) -> None:
    """`correct` as a part of a larger change."""
    mention_id, claims = desk.claims_with(subject)
    document = desk.document_of(mention_id)
    before = None if subject == mention_id else claims.get(subject)
    if before is not None and seen is not None and dict(seen).get("value") != claim_as_json(before)["value"]:
        raise InputError(f"claim {subject} was corrected meanwhile: look at it again")
    if after is None and before is None:
        raise InputError(f"{subject} is a mention: give the claim to add, or the id of a claim to drop")
    made = replacement(before, document, mention_id, after, desk.who) if after is not None else None
    if made is not None and says(made) == (says(before) if before else None):
        raise InputError(f"claim {subject} says that already")
    if made is not None and made.id in claims.keys() - {subject}:
        raise InputError(f"the mention has this claim already: {made.id}")
    desk.decide(
        DecisionKind.CORRECT,
        subject,
        claim_as_json(before) if before else None,
        claim_as_json(made) if made else None,
    )


def undo_at(desk: Desk, decision_id: str) -> None:
    """`undo` as a part of a larger change."""
    rows = live_rows(desk.connection, "decisions", "id", [decision_id])
    if not rows:
        raise InputError(f"there is no decision {decision_id}")
    decision = decision_of(rows[0])
    desk.check_undo(decision)
    desk.decide(decision.kind, decision.subject, decision.after, decision.before, undoes=decision.id)
