"""Stored mentions as proposals, and a person's corrections of them as the steps that store them. Pure.

A correction that is stored is a decision about a claim; the machine's claims stay as they were. So the same editor
serves an article that was just read and one that was stored long ago.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from geo.assemble import assemble
from geo.decisions import claim_as_json, claim_from_json, standing
from geo.models import Claim, Decision, DecisionKind, Document, Estimate, Mention, Records, Stance
from geo.review.correct import replaced_claims
from geo.review.proposal import Proposal, Said
from geo.store.rows import family
from geo.vocab import Vocabulary

OF_PERSONS = "review"


@dataclass(frozen=True, slots=True)
class Step:
    """One correction to store, as `geo.review.decide.correct` takes it; or, with `undoes`, one to take back.

    Attributes:
        subject: Id of the claim that is replaced or dropped, or of the mention that a claim is added to.
        after: The replacement or added claim; None drops the claim.
        undoes: Id of the decision to take back.
        seen: The replaced or dropped claim as the person saw it: if it is another by now, the step must fail.
    """

    subject: str
    after: dict[str, Any] | None = None
    undoes: str | None = None
    seen: dict[str, Any] | None = None


def stored_proposals(
    document: Document,
    stored: Records,
    effective: Records,
    vocabulary: Vocabulary,
    decisions: Iterable[Decision] = (),
) -> tuple[Proposal, ...]:
    """The incidents of a stored text in its order, rejected ones among them as not kept.

    Args:
        stored: As the machine read it.
        effective: As people left it.
        decisions: What people decided about it: they tell how a field was corrected before its last correction.
    """
    corrected = _chains(decisions)
    own = [mention for mention in stored.mentions if mention.document_id == document.id]
    own.sort(key=lambda mention: (mention.trigger.start if mention.trigger else 0, mention.id))
    kept = {mention.id for mention in effective.mentions}
    wholes = {link.a: link.b for link in effective.links if link.certain and link.relation == "part_of"}
    return tuple(
        replace(
            _proposal(document, mention, stored.claims, effective.claims, mention.id in kept, vocabulary),
            part_of=wholes.get(mention.id),
            earlier={name: chain[:-1] for (key, name), chain in corrected.items() if key == mention.id and chain[1:]},
        )
        for mention in own
    )


def _proposal(
    document: Document,
    mention: Mention,
    stored: Iterable[Claim],
    effective: Iterable[Claim],
    kept: bool,
    vocabulary: Vocabulary,
) -> Proposal:
    machine = tuple(sorted((c for c in stored if c.mention_id == mention.id), key=_reading_order))
    plain = Proposal(mention, _main(document, mention, machine, vocabulary), machine, kept=kept)
    if not kept:
        return plain
    now = {claim.id: claim for claim in effective if claim.mention_id == mention.id}
    corrections = {claim.field: claim for claim in now.values() if family(claim.origin) == OF_PERSONS}
    corrected = replace(plain, corrections=corrections)
    replaced = {claim.id for name in corrections for claim in replaced_claims(corrected, name)}
    missing = {claim.id for claim in machine if claim.id not in now}
    return replace(corrected, left_out=frozenset(missing - replaced))


def _chains(decisions: Iterable[Decision]) -> dict[tuple[str, str], tuple[Claim, ...]]:
    """By mention and field, the corrections that stand, each of which took the place of the one before."""
    found: dict[tuple[str, str], tuple[Claim, ...]] = {}
    for decision in standing(decisions):
        if decision.kind is not DecisionKind.CORRECT or not isinstance(decision.after, dict):
            continue
        claim = claim_from_json(decision.after)
        key = (claim.mention_id, claim.field)
        held = found.get(key, ())
        follows = bool(held) and decision.before == claim_as_json(held[-1])
        found[key] = (*held, claim) if follows else (claim,)
    return found


def _reading_order(claim: Claim) -> tuple[int, str]:
    return claim.span.start if claim.span else 0, claim.id


def _main(document: Document, mention: Mention, claims: tuple[Claim, ...], vocabulary: Vocabulary) -> dict[str, Said]:
    """What the machine's claims alone say, by the rules that hold for every incident."""
    if not claims:
        return {}
    counted = replace(document, retracted=False)
    (incident,) = assemble([counted], [mention], claims, [], vocabulary)
    said = ((name, estimate, _speaker(estimate, claims)) for name, estimate in incident.estimates.items())
    return {name: Said(estimate.value, who) for name, estimate, who in said if estimate.value is not None and who}


def _speaker(estimate: Estimate, claims: Iterable[Claim]) -> str | None:
    """Who says what is shown: somebody whose very words give the value, before those that it was made from."""
    resting = [claim for claim in claims if claim.id in set(estimate.claim_ids)]
    exact = [claim for claim in resting if claim.value == estimate.value]
    named = sorted(exact or resting, key=lambda claim: (claim.stance is Stance.MEDIA_REPORT, _reading_order(claim)))
    return named[0].speaker if named else None


def steps(before: Proposal, after: Proposal, decisions: Iterable[Decision]) -> Iterator[Step]:
    """What to store so that a mention is as a person corrected it.

    Args:
        before: As it is stored.
        after: As the person wants it.
        decisions: Those about this mention, to find the one that is to be taken back.
    """
    made = _corrections_of(before, decisions)
    for name in dict.fromkeys((*before.corrections, *after.corrections)):
        if before.corrections.get(name) != after.corrections.get(name):
            yield from _field_steps(before, after, name, made)
    machine = {claim.id: claim for claim in after.claims}
    for claim_id in sorted(after.left_out - before.left_out):
        yield Step(claim_id, seen=claim_as_json(machine[claim_id]))
    for claim_id in sorted(before.left_out - after.left_out):
        if claim_id in made:
            yield Step(claim_id, undoes=made[claim_id])


def _field_steps(before: Proposal, after: Proposal, name: str, made: Mapping[str, str]) -> Iterator[Step]:
    held, wanted = before.corrections.get(name), after.corrections.get(name)
    earlier = before.earlier.get(name, ())
    back_to = earlier[-1] if earlier else None
    replaced = replaced_claims(after, name)
    if held is not None and wanted == back_to and held.id in made:  # one step back
        yield Step(held.id, undoes=made[held.id])
    elif held is not None:
        new = wanted or (replaced[0] if replaced else None)  # without one: the machine's reading again
        yield Step(held.id, _as_after(new), seen=claim_as_json(held))
    elif wanted is not None:
        for number, claim in enumerate(replaced):
            yield Step(claim.id, _as_after(wanted) if number == 0 else None, seen=claim_as_json(claim))
        if not replaced and wanted.value is not None:
            yield Step(after.id, _as_after(wanted))


def _as_after(claim: Claim | None) -> dict[str, Any] | None:
    return claim_as_json(claim) if claim is not None and claim.value is not None else None


def _corrections_of(proposal: Proposal, decisions: Iterable[Decision]) -> dict[str, str]:
    """Id of a claim to the standing correction that brought it, or that dropped it."""
    found: dict[str, str] = {}
    for decision in standing(decisions):
        if decision.kind is DecisionKind.CORRECT:
            claim = decision.after or decision.before
            if isinstance(claim, dict) and claim.get("mention_id") == proposal.id:
                found[claim["id"]] = decision.id
    return found
