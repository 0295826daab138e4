"""A person's corrections as replacement claims: a field, a place, a count, an incident that the machine missed."""

from __future__ import annotations

from dataclasses import replace

from geo.errors import InputError
from geo.extract.model import STANCES
from geo.gazetteer import load_gazetteer
from geo.geocode import geocode
from geo.models import (
    UNKNOWN_ACTOR,
    ActorRef,
    Basis,
    Claim,
    CountRange,
    DateRange,
    Document,
    Mention,
    Place,
    Span,
    Stance,
    Value,
    make_claim,
    stable_id,
)
from geo.review.proposal import Proposal, Said
from geo.vocab import Vocabulary

ORIGIN = "review:you"
STATE_KINDS = ("state_forces", "government")


def correct(
    proposal: Proposal, document: Document, name: str, value: Value | None, speaker: str, vocabulary: Vocabulary
) -> Proposal:
    """The proposal with a field corrected; a correction back to the machine's reading undoes it.

    Args:
        name: The claim field.
        value: None where the text doesn't give it.
        speaker: Who says it.
    """
    machine = proposal.main.get(name)
    same = Said(value, speaker) == machine if value is not None else machine is None
    if same and proposal.stands(name):
        return _without(proposal, name)
    stance = stance_of(name, value, speaker, vocabulary)
    return _with(proposal, _claim(proposal, document, name, value, speaker, stance))


def undo(proposal: Proposal, name: str) -> Proposal:
    """A field as it was before its last correction: as corrected earlier, else as the machine read it."""
    earlier = proposal.earlier.get(name, ())
    if not earlier:
        return _without(proposal, name)
    return replace(
        proposal,
        corrections={**proposal.corrections, name: earlier[-1]},
        earlier=_with_earlier(proposal, name, earlier[:-1]),
    )


def _without(proposal: Proposal, name: str) -> Proposal:
    """The machine's reading of a field again."""
    return replace(
        proposal,
        corrections={key: claim for key, claim in proposal.corrections.items() if key != name},
        earlier=_with_earlier(proposal, name, ()),
    )


def _with_earlier(proposal: Proposal, name: str, claims: tuple[Claim, ...]) -> dict[str, tuple[Claim, ...]]:
    others = {key: held for key, held in proposal.earlier.items() if key != name}
    return others | {name: claims} if claims else others


def leave_out(proposal: Proposal, claim_id: str, out: bool) -> Proposal:
    """A claim marked as misread, or taken in again."""
    kept = proposal.left_out - {claim_id}
    return replace(proposal, left_out=kept | {claim_id} if out else kept)


def add_incident(document: Document, speaker: str, words: str, key: object) -> Proposal:
    """An incident that the machine missed, of which nothing is known yet.

    Args:
        speaker: Who tells of it: the outlet, until the person says otherwise.
        words: The article's words that tell of it, or empty.
        key: Tells incidents apart that people add to one article.

    Raises:
        InputError: when the article doesn't hold these words.
    """
    mention_id = stable_id("m", document.id, ORIGIN, key)
    trigger = _find(document.text or "", words) if words.strip() else None
    proposal = Proposal(Mention(mention_id, document.id, trigger=trigger))
    values: dict[str, Value] = {
        "event_type": "other",
        "date": DateRange.unknown(),
        "place": Place("place not stated"),
        "perpetrator": ActorRef(UNKNOWN_ACTOR, UNKNOWN_ACTOR, Basis.UNKNOWN),
    }
    for name, value in values.items():
        proposal = _with(proposal, _claim(proposal, document, name, value, speaker, Stance.MEDIA_REPORT))
    return proposal


def _find(text: str, words: str) -> Span:
    wanted = " ".join(words.split())
    start = text.find(wanted)
    if start < 0:
        raise InputError("The article doesn't hold these words; copy them as they stand in it, or leave them out.")
    return Span(start, start + len(wanted))


def _with(proposal: Proposal, claim: Claim) -> Proposal:
    held = proposal.corrections.get(claim.field)
    if held == claim:
        return proposal
    before = (*proposal.earlier.get(claim.field, ()), *([held] if held else ()))
    return replace(
        proposal,
        corrections={**proposal.corrections, claim.field: claim},
        earlier=_with_earlier(proposal, claim.field, before),
    )


def _claim(
    proposal: Proposal, document: Document, name: str, value: Value | None, speaker: str, stance: Stance
) -> Claim:
    """A replacement claim, resting on the words that the replaced one rests on."""
    replaced = next(iter(replaced_claims(proposal, name)), None)
    same_speaker = replaced is not None and replaced.speaker == speaker
    span = replaced.span if replaced else proposal.mention.trigger
    return make_claim(
        document.id,
        proposal.id,
        name,
        value,
        speaker=speaker,
        stance=replaced.stance if replaced and same_speaker and name != "perpetrator" else stance,
        origin=ORIGIN,
        original=(document.text or "")[span.start : span.end] if span else None,
        span=span,
        speaker_span=replaced.speaker_span if replaced and same_speaker else None,
    )


def replaced_claims(proposal: Proposal, name: str) -> tuple[Claim, ...]:
    """The machine's claims that a correction of a field replaces: those of the speaker whose value was shown."""
    machine = proposal.main.get(name)
    if machine is None:
        return ()
    own = [claim for claim in proposal.claims if claim.field == name and claim.speaker == machine.speaker]
    return tuple(sorted(own, key=lambda claim: (claim.value != machine.value, claim.id)))


def stance_of(name: str, value: Value | None, speaker: str, vocabulary: Vocabulary) -> Stance:
    """How a speaker stands to a corrected value; a perpetrator's basis tells most."""
    if name != "perpetrator" or not isinstance(value, ActorRef):
        actor = vocabulary.actor(speaker)
        return STANCES.get(actor.kind, Stance.MEDIA_REPORT) if actor else Stance.MEDIA_REPORT
    if value.basis is Basis.CLAIMED_BY_GROUP:
        return Stance.SELF_CLAIM
    if value.basis is Basis.ATTRIBUTED_BY_AUTHORITIES and vocabulary.kind(value.actor) in STATE_KINDS:
        return Stance.OFFICIAL_STATEMENT
    accusing = (Basis.ATTRIBUTED_BY_AUTHORITIES, Basis.ATTRIBUTED_BY_OTHERS, Basis.DENIED)
    return Stance.ACCUSATION if value.basis in accusing else Stance.MEDIA_REPORT


def change_count(count: CountRange | None, part: str, number: int | None) -> CountRange | None:
    """A count with its `low`, `best` or `high` changed; the others give way where they would contradict it.

    An exact number stays exact, and "4 or more" becomes "5 or more" when its best number is changed.

    >>> change_count(CountRange.exactly(4), "best", 5)
    CountRange(low=5, best=5, high=5)
    """
    bounds: dict[str, int | None]
    if count is None:
        bounds = dict.fromkeys(("low", "best", "high"), number if part == "best" else None)
        moved = [part]
    else:
        bounds = count.as_json()
        tied = [key for key, value in bounds.items() if value is not None and value == count.best]
        moved = tied if part == "best" and tied else [part]
    for key in moved:
        bounds[key] = number
    if number is not None:
        _give_way(bounds, part, number)
    low, best, high = bounds["low"], bounds["best"], bounds["high"]
    return None if low is best is high is None else CountRange(low, best, high)


def _give_way(bounds: dict[str, int | None], part: str, number: int) -> None:
    order = ("low", "best", "high")
    for key in order[: order.index(part)]:
        bounds[key] = min(value, number) if (value := bounds[key]) is not None else None
    for key in order[order.index(part) + 1 :]:
        bounds[key] = max(value, number) if (value := bounds[key]) is not None else None


# --- places -------------------------------------------------------------------------------------------------------


def is_open(place: Place | None) -> bool:
    """Whether a name may mean several places, none of which was chosen."""
    return place is not None and place.name is None and place.where_prec == 4 and len(place.candidates) > 1


def choose_candidate(place: Place, place_id: str) -> Place:
    """The place that an ambiguous name means, as a person chose it; the machine's claim keeps the others.

    Raises:
        InputError: when the name can't mean it.
    """
    entry = load_gazetteer().entries.get(place_id)
    if entry is None or place_id not in {candidate.place_id for candidate in place.candidates}:
        raise InputError(f"{place.text!r} cannot mean {place_id!r}")
    return Place(
        place.text,
        entry.name,
        entry.id,
        entry.where_prec,
        entry.districts,
        entry.province,
        entry.country,
        entry.lat,
        entry.lon,
        entry.radius_km,
        tuple(candidate for candidate in place.candidates if candidate.place_id == place_id),
        "chosen among several places of this name",
    )


def place_in_words(text: str, districts: tuple[str, ...] = ()) -> Place:
    """A place read anew from words, preferring these districts."""
    return geocode(" ".join(text.split()), districts)


def place_in_districts(text: str, districts: tuple[str, ...]) -> Place:
    """A place that is known to its districts only; to the province where there are none."""
    if not districts:
        return replace(geocode("Balochistan"), text=text or "Balochistan")
    found = [geocode(f"{name} district") for name in sorted(districts)]
    if len(found) == 1:
        return replace(found[0], text=text or found[0].text)
    names = tuple(name for place in found for name in place.districts)
    joined = ", ".join(names)
    return replace(
        found[0], text=text or joined, name=joined, place_id=None, where_prec=5, districts=names, candidates=()
    )
