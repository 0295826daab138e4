"""What holds after the corrections: the claims, and the incident that they make with its title."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from geo.assemble import assemble
from geo.models import (
    CLAIM_FIELDS,
    UNKNOWN_ACTOR,
    ActorRef,
    Claim,
    CountRange,
    DateRange,
    Document,
    Estimate,
    Incident,
    Place,
    Value,
)
from geo.review.correct import replaced_claims
from geo.review.proposal import Proposal
from geo.vocab import Vocabulary
from geo.wording import count_text, incident_title

RULE_REVIEWED = "reviewer's-reading@1"
RULE_MAIN = "main-account-of-the-text@1"
HARMS = ("killed", "injured", "abducted", "arrested")


@dataclass(frozen=True, slots=True)
class Change:
    """A correction beside what the machine read, and earlier corrections; None: the text doesn't give it."""

    field: str
    machine: Value | None
    machine_speaker: str | None
    value: Value | None
    speaker: str
    earlier: tuple[Value | None, ...] = ()


def changes(proposal: Proposal) -> tuple[Change, ...]:
    """Every correction of an incident that the machine read, in the order of fields."""
    if proposal.added:
        return ()
    found = []
    for name in CLAIM_FIELDS:
        claim, said = proposal.corrections.get(name), proposal.main.get(name)
        if claim:
            value, speaker = (said.value, said.speaker) if said else (None, None)
            earlier = tuple(one.value for one in proposal.earlier.get(name, ()))
            found.append(Change(name, value, speaker, claim.value, claim.speaker, earlier))
    return tuple(found)


def effective_claims(proposal: Proposal) -> tuple[Claim, ...]:
    """The machine's claims without the replaced and misread ones, and the person's."""
    gone = {claim.id for name in proposal.corrections for claim in replaced_claims(proposal, name)}
    kept = [claim for claim in proposal.claims if claim.id not in gone | proposal.left_out]
    return (*kept, *(claim for claim in proposal.corrections.values() if claim.value is not None))


def incident_of(proposal: Proposal, document: Document, vocabulary: Vocabulary) -> Incident:
    """The incident of a proposal: assembled, with the text's main account and the corrections as its values."""
    claims = effective_claims(proposal)
    (incident,) = assemble([document], [proposal.mention], claims, [], vocabulary)
    estimates = dict(incident.estimates)
    for name in proposal.main:
        if said := proposal.said(name):
            estimates[name] = _estimate(name, said.value, RULE_MAIN, claims, incident)
    for name, claim in proposal.corrections.items():
        estimates.pop(name, None)
        if claim.value is not None:
            estimates[name] = _estimate(name, claim.value, RULE_REVIEWED, (claim,), incident)
    title = _title(proposal, estimates, claims, vocabulary)
    return replace(incident, estimates=estimates, title=title)


def _estimate(name: str, value: Value, rule: str, claims: Collection[Claim], found: Incident) -> Estimate:
    held = found.estimates.get(name)
    ids = tuple(sorted(claim.id for claim in claims if claim.field == name))
    return Estimate(name, value, rule, ids, held.revised_ids if held else (), held.rivals if held else ())


def _title(
    proposal: Proposal, estimates: Mapping[str, Estimate], claims: Collection[Claim], vocabulary: Vocabulary
) -> str:
    """Type, place, date, toll, and whose figure it is."""
    values = {name: estimate.value for name, estimate in estimates.items()}
    event_type = vocabulary.event_types.get(str(values.get("event_type")))
    label = event_type.label if event_type else "Incident"
    place, when = values.get("place"), values.get("date")
    head = (label, place if isinstance(place, Place) else None, when if isinstance(when, DateRange) else None)
    for harm in HARMS:
        name = f"{harm}.total"
        count = values.get(name)
        if isinstance(count, CountRange) and count != CountRange.exactly(0):
            return incident_title(*head, f"{count_text(count)} {harm}", _speaker(proposal, name, estimates, claims))
    party = values.get("perpetrator")
    named = isinstance(party, ActorRef) and party.actor != UNKNOWN_ACTOR
    return incident_title(*head, None, _speaker(proposal, "perpetrator", estimates, claims) if named else None)


def _speaker(proposal: Proposal, name: str, estimates: Mapping[str, Estimate], claims: Collection[Claim]) -> str | None:
    said = proposal.said(name)
    if said:
        return said.speaker
    ids = set(estimates[name].claim_ids)
    return next((claim.speaker for claim in claims if claim.id in ids), None)
