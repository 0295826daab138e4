"""The JSON of `python -m geo extract`: one object per document, after the contract in the project's design."""

from __future__ import annotations

from typing import Any

from geo.districts import load_districts
from geo.extract import Result
from geo.extract.blame import Party
from geo.extract.resolve import Reading
from geo.extract.tolls import Toll
from geo.models import Basis, Claim, CountRange, Place
from geo.vocab import Vocabulary, default_vocabulary
from geo.wording import count_text, incident_title

NOBODY = CountRange.exactly(0)


def as_json(result: Result, file: str, *, with_text: bool = True, explain: bool = False) -> dict[str, Any]:
    """What is printed for one document."""
    document = result.extraction.document
    vocabulary = default_vocabulary()
    head: dict[str, Any] = {
        "file": file,
        "id": document.id,
        "title": document.title,
        "publisher": vocabulary.publisher(document.publisher).name,
        "url": document.url,
        "published": document.published.isoformat() if document.published else None,
        "language": document.language,
    }
    if with_text:
        head["text"] = document.text
    part_of = result.extraction.part_of
    return {
        "document": head,
        "incidents": [_incident(r, part_of.get(r.mention.id), vocabulary, explain) for r in result.readings],
        "other_places": list(result.extraction.other_places),
        "warnings": list(result.extraction.warnings),
    }


def _incident(reading: Reading, part_of: str | None, vocabulary: Vocabulary, explain: bool) -> dict[str, Any]:
    when, place = reading.when.value, reading.place
    first = reading.parties[0]
    killed, injured = reading.tolls["killed"], reading.tolls["injured"]
    claims = []
    for claim in reading.claims:
        shown = claim.as_json()
        if explain:
            shown["rule"] = reading.rules.get(claim.id)
        claims.append(shown)
    return {
        "mention_id": reading.mention.id,
        "role": str(reading.mention.role),
        "campaign": reading.mention.campaign,
        "event_type": reading.event_type,
        "title": title_of(reading, vocabulary),
        "part_of": part_of,
        "date_start": when.first.isoformat() if when.first else None,
        "date_end": when.last.isoformat() if when.last else None,
        "date_prec": when.prec,
        "country": place.country,
        "province": place.province,
        "districts": list(place.districts),
        "where_prec": place.where_prec,
        "place": _place(place),
        "killed": _toll(killed),
        "injured": _toll(injured),
        "abducted": _count(reading.tolls["abducted"].total),
        "arrested": _count(reading.tolls["arrested"].total),
        "perpetrator": vocabulary.actors[first.actor].name,
        "perpetrator_basis": str(first.basis),
        "attributed_by": attributed_by(first),
        "perpetrators": [_party(party, vocabulary) for party in reading.parties],
        "target": reading.target,
        "disputed": is_disputed(reading, vocabulary),
        "claims": claims,
    }


def title_of(reading: Reading, vocabulary: Vocabulary) -> str:
    """A generated title: type, place, date, toll, and whose figure it is."""
    kind = vocabulary.event_types[reading.event_type].label
    for harm in ("killed", "injured", "abducted", "arrested"):
        total = reading.tolls[harm].total
        if total and total != NOBODY:
            speakers = [(c.stance == "media_report", c.speaker) for c in reading.claims if c.field.startswith(harm)]
            said = min(speakers, key=lambda pair: pair[0])[1] if speakers else None
            return incident_title(kind, reading.place, reading.when.value, f"{count_text(total)} {harm}", said)
    return incident_title(kind, reading.place, reading.when.value, None, attributed_by(reading.parties[0]))


def attributed_by(party: Party) -> str | None:
    """The speaker behind an attribution; nobody speaks for "unknown"."""
    return None if party.basis is Basis.UNKNOWN else party.voice.name


def is_disputed(reading: Reading, vocabulary: Vocabulary) -> bool:
    """Rival organisations, a denial, or figures of two speakers that can't both hold."""
    groups = {p.actor for p in reading.parties if vocabulary.kind(p.actor) == "armed_group"}
    roots = {vocabulary.lineage(actor)[-1] for actor in groups}
    if len(roots) > 1 or any(p.basis is Basis.DENIED for p in reading.parties):
        return True
    return _figures_clash(reading, vocabulary)


def _figures_clash(reading: Reading, vocabulary: Vocabulary) -> bool:
    """Whether the last whole figures of two voices exclude each other, the publisher's own aside unless a group's."""
    latest: dict[tuple[str, str], tuple[Claim, CountRange]] = {}
    for claim in reading.claims:
        if isinstance(claim.value, CountRange) and "part of another" not in reading.rules.get(claim.id, ""):
            latest[claim.field, vocabulary.speaker(claim.speaker).id] = claim, claim.value
    for (field, voice), (claim, value) in latest.items():
        for (other_field, other_voice), (other, rival) in latest.items():
            reported = "media_report" in (claim.stance, other.stance)
            weighed = not reported or "self_claim" in (claim.stance, other.stance)
            if field == other_field and voice != other_voice and weighed and not value.overlaps(rival):
                return True
    return False


def _party(party: Party, vocabulary: Vocabulary) -> dict[str, Any]:
    return {"actor": vocabulary.actors[party.actor].name, "basis": str(party.basis), "speaker": attributed_by(party)}


def _place(place: Place) -> dict[str, Any]:
    return {
        "text": place.text,
        "name": place.name,
        "place_id": place.place_id,
        "lat": place.lat,
        "lon": place.lon,
        "radius_km": place.radius_km,
        "pcode": _pcode(place),
        "candidates": [candidate.as_json() for candidate in place.candidates],
        "note": place.note,
    }


def _pcode(place: Place) -> str | None:
    """The p-code of the one district."""
    district = load_districts().find(place.district) if place.district else None
    return district.pcode if district else None


def _count(count: CountRange | None) -> dict[str, int | None] | None:
    return count.as_json() if count else None


def _toll(toll: Toll) -> dict[str, Any]:
    return {
        "total": _count(toll.total),
        "militants": _count(toll.militants),
        "security": _count(toll.security),
        "civilians": _count(toll.civilians),
    }
