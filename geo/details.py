"""Step 11 for one incident: everything that its popup and panel show, as JSON of plain texts.

The browser puts each text in as text; nothing here is markup. One card ("version") per speaker, newest first, with
the outlets that carry it; evidence words only where a document's text is held.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from geo.dataset import Dataset
from geo.models import (
    ActorRef,
    Basis,
    Cited,
    Claim,
    CountRange,
    DateRange,
    Document,
    Estimate,
    Incident,
    Place,
    Stance,
    Value,
)
from geo.table import attributed_by, estimate_value
from geo.wording import (
    BASIS_WORDS,
    DATE_PRECISION_WORDS,
    FIELD_LABELS,
    STANCE_WORDS,
    count_text,
    date_text,
    day_text,
    place_precision_text,
    place_text,
)

REVIEW_WORDS = {
    "curated": "read and checked by people of this project",
    "reviewed": "reviewed by a person",
    "unreviewed": "machine reading, not reviewed",
    "imported": "taken over from a data set",
}
TOLL_GROUPS = (
    ("killed", "killed"),
    ("injured", "injured"),
    ("abducted", "abducted"),
    ("arrested", "arrested"),
)
GROUP_WORDS = {
    "militants": ("militant", "militants"),
    "security": ("member of the security forces", "security personnel"),
    "civilians": ("civilian", "civilians"),
}


def incident_details(dataset: Dataset, incident: Incident) -> dict[str, Any]:
    """The panel's content.

    Returns:
        JSON: id, title, event_type {code, label}, date {text, precision}, place {text, precision, where_prec, lat,
        lon, radius_km, districts, note, candidates}, tolls [{label, text, groups, rule}], perpetrators
        [{actor, actor_id, basis, basis_text, speaker}], perpetrator (the shown one) or null, target, disagreements
        [{field, label, versions [{text, speakers}]}], versions [{speaker, camp, dates, claims, documents}],
        rival_places, review {code, text}, part_of, children, related, n_sources, n_speakers, data_version.
    """
    return {
        "id": incident.id,
        "title": incident.title,
        "event_type": _event_type(dataset, incident),
        "date": _date(incident),
        "place": _place(incident),
        "tolls": _tolls(incident),
        "perpetrator": _perpetrator(incident),
        "perpetrators": _parties(dataset, incident),
        "target": _name(estimate_value(incident, "target", ActorRef)),
        "disagreements": [_disagreement(dataset, incident, e) for e in incident.estimates.values() if e.disputed],
        "versions": _versions(dataset, incident),
        "rival_places": [_rival(place) for place in incident.rival_places],
        "review": {"code": str(incident.review), "text": REVIEW_WORDS[str(incident.review)]},
        "campaign": incident.campaign,
        "part_of": _reference(dataset, incident.part_of),
        "children": [_reference(dataset, key) for key in dataset.children.get(incident.id, ())],
        "related": [found for key in incident.related if (found := _reference(dataset, key))],
        "n_sources": len([document for document in incident.documents if not document.retracted]),
        "n_speakers": len({dataset.vocabulary.speaker(claim.speaker).id for claim in incident.claims}),
        "data_version": dataset.version,
    }


def _event_type(dataset: Dataset, incident: Incident) -> dict[str, Any]:
    code = estimate_value(incident, "event_type", str)
    event_type = dataset.vocabulary.event_types.get(code or "")
    return {"code": code, "label": event_type.label if event_type else "Not agreed what happened"}


def _date(incident: Incident) -> dict[str, Any]:
    when = estimate_value(incident, "date", DateRange) or DateRange.unknown()
    return {"text": date_text(when), "precision": DATE_PRECISION_WORDS[when.prec], "date_prec": when.prec}


def _place(incident: Incident) -> dict[str, Any]:
    place = estimate_value(incident, "place", Place)
    if place is None:
        return {"text": "place not agreed between sources", "precision": "", "where_prec": 4, "districts": []}
    return {
        "text": place_text(place),
        "precision": place_precision_text(place),
        "where_prec": place.where_prec,
        "lat": place.lat,
        "lon": place.lon,
        "radius_km": place.radius_km,
        "districts": list(place.districts),
        "province": place.province,
        "note": place.note,
        "candidates": [candidate.as_json() for candidate in place.candidates],
    }


def _rival(place: Place) -> dict[str, Any]:
    return {"text": place_text(place), "districts": list(place.districts), "lat": place.lat, "lon": place.lon}


def _tolls(incident: Incident) -> list[dict[str, Any]]:
    """`4 (3–6) killed`, with its groups and the rule that chose it; a field that nobody gives is left out."""
    tolls = []
    for kind, word in TOLL_GROUPS:
        estimate = incident.estimates.get(f"{kind}.total")
        groups = [_group_text(text, group) for group in GROUP_WORDS if (text := _count(incident, kind, group))]
        text = _count(incident, kind, "total")
        if text or groups:
            rule = estimate.rule if estimate else None
            tolls.append({"label": word, "text": text or "not agreed", "groups": groups, "rule": rule})
    return tolls


def _group_text(text: str, group: str) -> str:
    return f"{text} {GROUP_WORDS[group][text != '1']}"


def _count(incident: Incident, kind: str, group: str) -> str | None:
    count = estimate_value(incident, f"{kind}.{group}", CountRange)
    return count_text(count) if count else None


def _perpetrator(incident: Incident) -> dict[str, Any] | None:
    ref = estimate_value(incident, "perpetrator", ActorRef)
    return _party(ref, attributed_by(incident)) if ref else None


def _parties(dataset: Dataset, incident: Incident) -> list[dict[str, Any]]:
    """Everyone named, once for each voice that names them."""
    parties = (_party(ref, dataset.vocabulary.speaker(speaker).name) for ref, speaker in incident.perpetrators)
    return list({tuple(party.items()): party for party in parties}.values())


def _party(ref: ActorRef, speaker: str | None) -> dict[str, Any]:
    basis = ref.basis or Basis.UNKNOWN
    known = {"actor": ref.name, "actor_id": ref.actor, "basis": str(basis), "basis_text": BASIS_WORDS[basis]}
    return {**known, "speaker": speaker}


def _name(ref: ActorRef | None) -> str | None:
    return ref.name if ref else None


def _disagreement(dataset: Dataset, incident: Incident, estimate: Estimate) -> dict[str, Any]:
    """The versions with their speakers; with the outlets too where one speaker is carried with several."""
    given = Counter(speaker for rival in estimate.rivals for speaker in rival.speakers)
    publishers = {document.id: document.publisher for document in incident.documents}
    voices = (dataset.vocabulary.speaker(claim.speaker) for claim in incident.claims)
    names = {voice.id: voice.name for voice in voices}
    versions = []
    for rival in estimate.rivals:
        who = [names[key] for key in rival.speakers]
        if any(given[key] > 1 for key in rival.speakers):
            carrying = {publishers[key] for key in rival.documents}
            outlets = ", ".join(sorted(dataset.vocabulary.publisher(key).name for key in carrying))
            who = [f"{', '.join(who)} as reported by {outlets}"]
        versions.append({"text": rival.text, "speakers": who})
    return {"field": estimate.field, "label": FIELD_LABELS[estimate.field], "versions": versions}


def _versions(dataset: Dataset, incident: Incident) -> list[dict[str, Any]]:
    """One card per speaker, the one who spoke last first."""
    by_speaker: dict[str, list[Claim]] = defaultdict(list)
    for claim in incident.claims:
        by_speaker[dataset.vocabulary.speaker(claim.speaker).id].append(claim)
    documents = {document.id: document for document in incident.documents}
    cards = [(_last_said(claims, documents), key, claims) for key, claims in by_speaker.items()]
    cards.sort(key=lambda card: card[1])
    cards.sort(key=lambda card: card[0], reverse=True)
    return [_card(dataset, incident, claims, documents) for _, _, claims in cards]


def _last_said(claims: Iterable[Claim], documents: Mapping[str, Document]) -> date:
    return max((_said(claim, documents) or date.min for claim in claims), default=date.min)


def _said(claim: Claim, documents: Mapping[str, Document]) -> date | None:
    return claim.said_on or documents[claim.document_id].published


def _card(
    dataset: Dataset, incident: Incident, claims: list[Claim], documents: Mapping[str, Document]
) -> dict[str, Any]:
    speaker = dataset.vocabulary.speaker(claims[0].speaker)
    carrying = sorted({claim.document_id for claim in claims})
    revised = {key for estimate in incident.estimates.values() for key in estimate.revised_ids}
    order = {field: position for position, field in enumerate(FIELD_LABELS)}
    claims = sorted(claims, key=lambda claim: (order[claim.field], _said(claim, documents) or date.min, claim.id))
    return {
        "speaker": speaker.name,
        "speaker_id": speaker.id,
        "camp": str(speaker.camp),
        "stances": list(dict.fromkeys(STANCE_WORDS[str(claim.stance)] for claim in claims)),
        "claims": _merged(_claim(dataset, claim, documents, claim.id in revised) for claim in claims),
        "documents": [_document(dataset, documents[key]) for key in carrying],
    }


def _claim(dataset: Dataset, claim: Claim, documents: Mapping[str, Document], revised: bool) -> dict[str, Any]:
    said = _said(claim, documents)
    return {
        "field": claim.field,
        "label": FIELD_LABELS[claim.field],
        "text": claim_text(dataset, claim),
        "original": claim.original,
        "said_on": day_text(said) if said else None,
        "revised": revised,
        "document_ids": [claim.document_id],
    }


def _merged(claims: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """What several outlets carry in the same words of one speaker stands once, with all of them."""
    merged: dict[tuple[Any, ...], dict[str, Any]] = {}
    for claim in claims:
        key = (claim["field"], claim["text"], claim["original"], claim["revised"])
        if key in merged:
            merged[key]["document_ids"] += claim["document_ids"]
        else:
            merged[key] = claim
    return list(merged.values())


def claim_text(dataset: Dataset, claim: Claim) -> str:
    """A claim's value in words; a value that could not be read says so."""
    if claim.value is None:
        return "could not be read"
    if claim.stance is Stance.DENIAL and isinstance(claim.value, ActorRef):
        return f"denies that it was {claim.value.name}"
    return value_text(dataset, claim.value)


def value_text(dataset: Dataset, value: Value) -> str:
    """Any value in words."""
    if isinstance(value, CountRange):
        return count_text(value)
    if isinstance(value, DateRange):
        return date_text(value)
    if isinstance(value, Place):
        return f"{place_text(value)} ({place_precision_text(value)})"
    if isinstance(value, ActorRef):
        return value.name
    event_type = dataset.vocabulary.event_types.get(value)
    return event_type.label if event_type else value


def _document(dataset: Dataset, document: Document) -> dict[str, Any]:
    publisher = dataset.vocabulary.publisher(document.publisher)
    return {
        "id": document.id,
        "publisher": publisher.name,
        "camp": str(publisher.camp),
        "title": document.title,
        "url": document.url,
        "archived_url": document.archived_url,
        "published": day_text(document.published) if document.published else None,
        "retracted": document.retracted,
        "words_held": document.text is not None,
        **(_of_data_set(dataset, document) if document.dataset else {}),
    }


def _of_data_set(dataset: Dataset, document: Document) -> dict[str, Any]:
    """The licence of a data set's row, and the sources that the row names, in words and with their address."""
    found = dataset.sets.get(document.dataset or "")
    licence = {"licence": f"{found.name}, {found.licence}", "citation": found.citation} if found else {}
    return licence | {"cites": [{"text": _cited_text(cited), "url": cited.url} for cited in document.cites]}


def _cited_text(cited: Cited) -> str:
    """`Reuters News, 30 Jan 2024, “Headline”`, or whom such a source names as its own."""
    day = day_text(cited.published) if cited.published else None
    title = f"“{cited.title}”" if cited.title and cited.publisher else cited.title
    words = ", ".join(part for part in (cited.publisher, day, title) if part)
    return f"original source: {words}" if cited.role == "original" else words


def _reference(dataset: Dataset, key: str | None) -> dict[str, str] | None:
    title = dataset.title(key) if key else None
    return {"id": key, "title": title} if key and title else None
