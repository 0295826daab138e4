"""Step 8: claims and links -> incidents and their estimates. Pure: the same set in gives the same incidents out.

Mentions joined by certain `same` links are one incident. Every claim stays; what is shown is chosen by the rules
of `geo.estimate`, which the estimate names. Nothing here depends on the order of its input.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import TypeVar

from geo.estimate import estimate_all
from geo.models import (
    ActorRef,
    Claim,
    CountRange,
    DateRange,
    Document,
    Estimate,
    Incident,
    Link,
    Mention,
    Place,
    Records,
    Relation,
    Review,
    Stance,
)
from geo.vocab import Vocabulary
from geo.voices import Voice, voice_of
from geo.wording import count_text, incident_title

TOLL_WORDS = (
    ("killed.total", "killed"),
    ("injured.total", "injured"),
    ("abducted.total", "abducted"),
    ("arrested.total", "arrested"),
)


def nowhere(_mention: str) -> str | None:
    """The default of `elsewhere`: there are no other mentions."""
    return None


def assemble(
    documents: Iterable[Document],
    mentions: Iterable[Mention],
    claims: Iterable[Claim],
    links: Iterable[Link],
    vocabulary: Vocabulary,
    elsewhere: Callable[[str], str | None] = nowhere,
) -> tuple[Incident, ...]:
    """Incidents in the order of their ids; duplicates of a record count once.

    Args:
        documents, mentions, claims, links: What was stored; links that aren't `certain` are left aside.
        vocabulary: Tells whose voice a speaker's name is, and which actor is above which.
        elsewhere: A mention that isn't given to the id of the incident that holds it, where only a part is assembled.
    """
    document_of = {document.id: document for document in documents}
    mention_of = {mention.id: mention for mention in mentions}
    claims_of: dict[str, dict[str, Claim]] = defaultdict(dict)
    for claim in claims:
        held = claims_of[claim.mention_id].setdefault(claim.id, claim)
        if held != claim:  # one claim, read twice with another date or method: the choice must not hang on the order
            claims_of[claim.mention_id][claim.id] = max(held, claim, key=repr)
    certain = [link for link in set(links) if link.certain]
    groups = _components(mention_of, certain)
    incidents = []
    for group in groups:
        ordered = sorted((mention_of[key] for key in group), key=lambda m: _mention_order(m, document_of))
        own = [claim for mention in ordered for claim in claims_of[mention.id].values()]
        incidents.append(_incident(ordered, own, document_of, vocabulary))
    return _join(incidents, certain, elsewhere)


def components(records: Records) -> list[tuple[str, ...]]:
    """The mentions of each incident; the first gives it its id."""
    documents = {document.id: document for document in records.documents}
    mentions = {mention.id: mention for mention in records.mentions}
    groups = _components(mentions, (link for link in records.links if link.certain))
    return [tuple(sorted(keys, key=lambda key: _mention_order(mentions[key], documents))) for keys in groups]


def _mention_order(mention: Mention, documents: Mapping[str, Document]) -> tuple[date, str, int, str]:
    published = documents[mention.document_id].published or date.max
    start = mention.trigger.start if mention.trigger else 0
    return published, mention.document_id, start, mention.id


def _components(mentions: Collection[str], links: Iterable[Link]) -> list[list[str]]:
    """Sets of mentions that `same` links join, by union-find."""
    root = {key: key for key in mentions}

    def find(key: str) -> str:
        while root[key] != key:
            root[key] = root[root[key]]
            key = root[key]
        return key

    for link in links:
        if link.relation is Relation.SAME and link.a in root and link.b in root:
            low, high = sorted((find(link.a), find(link.b)))
            root[high] = low
    groups: dict[str, list[str]] = defaultdict(list)
    for key in sorted(root):
        groups[find(key)].append(key)
    return list(groups.values())


def _incident(
    mentions: list[Mention], claims: list[Claim], documents: Mapping[str, Document], vocabulary: Vocabulary
) -> Incident:
    own_documents = {mention.document_id: documents[mention.document_id] for mention in mentions}
    counted = [claim for claim in claims if not own_documents[claim.document_id].retracted]
    voices = [voice_of(claim, own_documents[claim.document_id], vocabulary) for claim in counted]
    estimates = estimate_all(voices, vocabulary)
    rival_places = _rival_places(voices, estimates.get("place"))
    return Incident(
        id=mentions[0].id,
        mentions=tuple(mentions),
        documents=tuple(own_documents.values()),
        claims=tuple(sorted(claims, key=lambda claim: claim.id)),
        estimates=estimates,
        perpetrators=_perpetrators(voices),
        rival_places=rival_places,
        campaign=any(mention.campaign for mention in mentions),
        review=_review(mentions, claims, own_documents),
        title=_title(estimates, voices, vocabulary),
    )


def _perpetrators(voices: Iterable[Voice]) -> tuple[tuple[ActorRef, str], ...]:
    """Everyone who is said to have done it, with who says so."""
    said = {
        (voice.claim.value, voice.claim.speaker)
        for voice in voices
        if voice.claim.field == "perpetrator" and isinstance(voice.claim.value, ActorRef)
    }
    return tuple(sorted(said, key=lambda pair: (pair[0].name, str(pair[0].basis), pair[1])))


def _rival_places(voices: Iterable[Voice], shown: Estimate | None) -> tuple[Place, ...]:
    """Places of other districts than the shown one, one per set of districts."""
    if shown is None or not shown.rivals:
        return ()
    chosen = shown.value.districts if isinstance(shown.value, Place) else ()
    rivals: dict[tuple[str, ...], Place] = {}
    for voice in voices:
        place = voice.claim.value
        if isinstance(place, Place) and place.districts and not set(place.districts) & set(chosen):
            kept = rivals.setdefault(place.districts, place)
            rivals[place.districts] = min(kept, place, key=lambda p: (p.where_prec, p.text))
    return tuple(rivals[key] for key in sorted(rivals))


def _review(mentions: Iterable[Mention], claims: Iterable[Claim], documents: Mapping[str, Document]) -> Review:
    """Who has looked at an incident: `reviewed` only when a person did at every mention that curators didn't write."""
    families: dict[str, set[str]] = defaultdict(set)
    for claim in claims:
        families[claim.mention_id].add(claim.origin.split(":")[0].split("@")[0])
    found = {_review_of(mention, families[mention.id], documents[mention.document_id]) for mention in mentions}
    if found <= {Review.REVIEWED, Review.CURATED} and Review.REVIEWED in found:
        return Review.REVIEWED
    return next((state for state in (Review.CURATED, Review.IMPORTED) if state in found), Review.UNREVIEWED)


def _review_of(mention: Mention, origins: Collection[str], document: Document) -> Review:
    if mention.reviewed or "review" in origins:
        return Review.REVIEWED
    if "curated" in origins:
        return Review.CURATED
    return Review.IMPORTED if "import" in origins or document.dataset else Review.UNREVIEWED


def _title(estimates: Mapping[str, Estimate], voices: Iterable[Voice], vocabulary: Vocabulary) -> str:
    code = _value(estimates, "event_type", str)
    event_type = vocabulary.event_types.get(code) if code else None
    toll, resting_on = _toll(estimates)
    return incident_title(
        event_type.label if event_type else "Incident",
        _value(estimates, "place", Place),
        _value(estimates, "date", DateRange),
        toll,
        _first_speaker(resting_on or estimates.get("event_type"), voices),
    )


def _toll(estimates: Mapping[str, Estimate]) -> tuple[str | None, Estimate | None]:
    """The gravest figure that is known, in words, and the estimate that it comes from."""
    for field, word in TOLL_WORDS:
        count = _value(estimates, field, CountRange)
        if count and count != CountRange.exactly(0):
            return f"{count_text(count)} {word}", estimates[field]
    return None, None


def _first_speaker(estimate: Estimate | None, voices: Iterable[Voice]) -> str | None:
    """Who gave the shown value first, as a figure or as the groups that add up to it; else who spoke first.

    Somebody who is quoted goes before an outlet's own voice, and an undated statement last.
    """
    if estimate is None:
        return None
    ids = set(estimate.claim_ids)
    said = sorted((voice for voice in voices if voice.claim.id in ids), key=_speaking_order)
    value = estimate.value
    if isinstance(value, CountRange):
        said = [voice for voice in said if value.best in (_best(voice), _sum_of(voice, said))] or said
    return said[0].claim.speaker if said else None


def _speaking_order(voice: Voice) -> tuple[bool, date, str]:
    own_voice = voice.claim.stance is Stance.MEDIA_REPORT
    return own_voice, voice.said if voice.said != date.min else date.max, voice.claim.id


def _best(voice: Voice) -> int | None:
    return voice.claim.value.best if isinstance(voice.claim.value, CountRange) else None


def _sum_of(voice: Voice, said: Iterable[Voice]) -> int:
    """What the speaker's figures in this mention add up to."""
    own = [v for v in said if (v.speaker, v.claim.mention_id) == (voice.speaker, voice.claim.mention_id)]
    return sum(_best(other) or 0 for other in own)


Kind = TypeVar("Kind")


def _value(estimates: Mapping[str, Estimate], field: str, kind: type[Kind]) -> Kind | None:
    estimate = estimates.get(field)
    return estimate.value if estimate and isinstance(estimate.value, kind) else None


def _join(
    incidents: list[Incident], links: Iterable[Link], elsewhere: Callable[[str], str | None]
) -> tuple[Incident, ...]:
    """Incidents with their campaign (one at most: the surest link, then the lowest id) and what is related."""
    holder = {mention.id: incident.id for incident in incidents for mention in incident.mentions}
    parents: dict[str, list[tuple[float, str]]] = defaultdict(list)
    related: dict[str, set[str]] = defaultdict(set)
    for link in links:
        a, b = holder.get(link.a) or elsewhere(link.a), holder.get(link.b) or elsewhere(link.b)
        if a is None or b is None or a == b:
            continue
        if link.relation is Relation.PART_OF:
            parents[a].append((-link.score, b))
        elif link.relation is Relation.RELATED:
            related[a].add(b)
            related[b].add(a)
    campaigns = {parent for found in parents.values() for _, parent in found}
    joined = (
        replace(
            incident,
            part_of=min(parents[incident.id])[1] if incident.id in parents else None,
            related=tuple(sorted(related[incident.id])),
            campaign=incident.campaign or incident.id in campaigns,
        )
        for incident in incidents
    )
    return tuple(sorted(joined, key=lambda incident: incident.id))
