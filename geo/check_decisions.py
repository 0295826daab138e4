"""Step 8, proof: what `store check` proves of people's decisions beside that what they name is stored.

Every decision can be replayed: the claims that it keeps are whole, its parts fit each other, and it is taken back at
most once. That replaying gives the kept estimates is proved in `geo.rebuild`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from geo.decisions import claim_from_json, touched, undone_ids
from geo.errors import IncidentMapError
from geo.models import Decision, DecisionKind, Document, content_id
from geo.store.read import State


def faults_of_decisions(state: State) -> Iterator[str]:
    """Everything that is wrong with the decisions of a state, one line each."""
    documents = {document.id: document for document in state.records.documents}
    owners = {mention.id: mention.document_id for mention in state.records.mentions}
    known = {decision.id: decision for decision in state.decisions}
    in_force = [d for d in state.decisions if d.id not in undone_ids(state.decisions)]
    for key, number in Counter(d.undoes for d in in_force if d.undoes).items():
        if number > 1:
            yield f"decisions {key}: was undone {number} times"
    for decision in state.decisions:
        undone = known.get(decision.undoes or "")
        if undone is not None and undone.when >= decision.when:
            yield f"decisions {decision.id}: undoes {undone.id}, which was made later"
        try:
            yield from (f"decisions {decision.id}: {fault}" for fault in _faults(decision, documents, owners))
        except (IncidentMapError, ValueError, KeyError, TypeError, AttributeError) as error:
            yield f"decisions {decision.id}: cannot be replayed ({type(error).__name__}: {error})"


def notes_on_decisions(state: State) -> tuple[str, ...]:
    """A line on the decisions that are about what was withdrawn since: they are kept, and do nothing."""
    records = state.records
    there = {row.id for rows in (records.mentions, records.claims) for row in rows}
    there |= {d.after["id"] for d in state.decisions if isinstance(d.after, dict) and "id" in d.after}
    gone = sum(1 for d in state.decisions if not d.subject.startswith("l-") and not touched(d) & there)
    return (f"decisions: {gone} are about what was withdrawn since",) if gone else ()


def _faults(decision: Decision, documents: Mapping[str, Document], owners: Mapping[str, str]) -> Iterator[str]:
    before, after = decision.before, decision.after
    if decision.undoes:
        before, after = after, before
    if decision.kind is DecisionKind.CORRECT:
        if before is None and after is None:
            yield "corrects nothing"
        for side in (before, after):
            if side is not None:
                yield from _claim_faults(side, documents, owners)
        if after is not None and after["origin"] != f"review:{decision.who}" and not decision.undoes:
            yield f"its claim is not of {decision.who}"
    elif decision.kind is DecisionKind.MERGE and set(before["a"]) & set(before["b"]):
        yield "merges what was one incident"
    elif decision.kind is DecisionKind.SPLIT and (
        set(after["moved"]) & set(after["rest"]) or not after["moved"] or not after["rest"]
    ):
        yield "splits no incident"


def _claim_faults(
    raw: Mapping[str, Any], documents: Mapping[str, Document], owners: Mapping[str, str]
) -> Iterator[str]:
    """A claim that a decision keeps is as whole as a stored one."""
    claim = claim_from_json(raw)
    if (own := content_id(claim)) != claim.id:
        yield f"its claim {claim.id} was changed (its content has the id {own})"
    if owners.get(claim.mention_id, claim.document_id) != claim.document_id:
        yield f"its claim {claim.id} is of another document than its mention"
    document = documents.get(claim.document_id)
    if document is not None and claim.span is not None:
        said = (document.text or "")[claim.span.start : claim.span.end]
        if said != claim.original:
            yield f"the span of its claim {claim.id} holds {said!r}, not {claim.original!r}"
