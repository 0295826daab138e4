"""An article with a person's corrections goes into the store: all of it in one change, or nothing.

What the machine read is stored as it read it; each correction is a decision beside it, as if it were made on the
review page. Doing it again stores nothing twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from geo.decisions import claim_as_json, origin_by
from geo.models import Claim, DecisionKind, Extraction
from geo.rebuild import refresh, relink
from geo.review.decide import correct_at, judge_at
from geo.review.desk import Desk, deciding
from geo.review.proposal import Proposal
from geo.review.stored import Step, steps
from geo.store.engine import Store
from geo.store.ingest import save
from geo.store.rows import claim_row, mention_row
from geo.store.write import put_publishers
from geo.vocab import Vocabulary

ON_ADDING = "on adding the article"


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of an article: as `geo.store.ingest.Outcome` says it, and how much a person decided."""

    what: str
    incidents: int
    decisions: int


def keep(
    store: Store,
    extraction: Extraction,
    proposals: Sequence[Proposal],
    who: str,
    rules: str,
    vocabulary: Vocabulary,
    *,
    checked: bool = False,
) -> Kept:
    """Store an article as it was read and as a person corrected it.

    Args:
        rules: Origin of the claims that the rules make now.
        checked: Whether the person stands by every incident, so that none waits to be looked at.

    Raises:
        InputError: in one line, when somebody else decided meanwhile about what is corrected here.
        StoreError: in one line, when nothing could be stored.
    """
    with deciding(store, who, ON_ADDING, "an article with its corrections") as desk:
        put_publishers(desk.made, [extraction.document], vocabulary)
        outcome = save(desk.made, extraction, rules)
        for proposal in proposals:
            _keep_one(desk, proposal, checked)
    kept = sum(proposal.kept for proposal in proposals)
    return Kept(outcome.what, kept, len(desk.decided))


def link_kept(store: Store, who: str, vocabulary: Vocabulary) -> None:
    """Link what was stored to what was known, and keep the estimates."""
    relink(store, vocabulary, who)
    refresh(store, vocabulary)


def _keep_one(desk: Desk, proposal: Proposal, checked: bool) -> None:
    if not proposal.kept:
        if not proposal.added:
            _judge(desk, proposal.id, DecisionKind.REJECT)
        return
    if proposal.added:
        _add(desk, proposal)
    else:
        _correct(desk, proposal)
    if proposal.added or checked:
        _judge(desk, proposal.id, DecisionKind.ACCEPT)


def _judge(desk: Desk, mention_id: str, kind: DecisionKind) -> None:
    """Accept or reject, unless somebody has already."""
    told = desk.standing_about([mention_id])
    if not any(decision.kind is kind and decision.subject == mention_id for decision in told):
        judge_at(desk, kind, [mention_id])


def _correct(desk: Desk, proposal: Proposal) -> None:
    """The corrections that aren't there yet, from the machine's reading on."""
    plain = replace(proposal, corrections={}, left_out=frozenset())
    wanted = list(steps(plain, proposal, ()))
    if not wanted:
        return
    _, held = desk.claims_with(proposal.id)
    seen = {claim.id: claim_as_json(claim) for claim in proposal.claims}
    for step in wanted:
        if not _is_there(step, held):
            correct_at(desk, step.subject, step.after, seen.get(step.subject))


def _is_there(step: Step, held: Mapping[str, Claim]) -> bool:
    """Whether a correction was stored before; it may have the id of the claim that it replaces."""
    if step.after is None:
        return step.subject not in held
    found = held.get(step.after["id"])
    return found is not None and claim_as_json(found)["value"] == step.after["value"]


def _add(desk: Desk, proposal: Proposal) -> None:
    """An incident that the machine missed: a person's own mention and claims."""
    origin = origin_by(desk.who)
    desk.made.put("mentions", [mention_row(proposal.mention, origin)])
    said = [claim for claim in proposal.corrections.values() if claim.value is not None]
    desk.made.put("claims", [claim_row(replace(claim, origin=origin)) for claim in said])
