"""The JSON of `python -m geo extract`: one object per document, after the contract in the project's design."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from geo.districts import load_districts
from geo.estimate import estimate_all
from geo.extract import Result
from geo.extract.blame import Party
from geo.extract.lexicon import HARM_FIELDS
from geo.extract.resolve import Reading
from geo.models import COUNT_FIELDS, GROUPS, Basis, CountRange, Document, Estimate, Place
from geo.vocab import Vocabulary, default_vocabulary
from geo.voices import voice_of
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
        "incidents": [_incident(r, document, part_of.get(r.mention.id), vocabulary, explain) for r in result.readings],
        "other_places": list(result.extraction.other_places),
        "warnings": list(result.extraction.warnings),
    }


def _incident(
    reading: Reading, document: Document, part_of: str | None, vocabulary: Vocabulary, explain: bool
) -> dict[str, Any]:
    when, place = reading.when.value, reading.place
    first = reading.parties[0]
    estimates = estimates_of(reading, document, vocabulary)
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
        "title": title_of(reading, estimates, vocabulary),
        "part_of": part_of,
        "date_start": when.first.isoformat() if when.first else None,
        "date_end": when.last.isoformat() if when.last else None,
        "date_prec": when.prec,
        "country": place.country,
        "province": place.province,
        "districts": list(place.districts),
        "where_prec": place.where_prec,
        "place": _place(place),
        "killed": _toll(estimates, "killed"),
        "injured": _toll(estimates, "injured"),
        "abducted": _count(count_of(estimates, "abducted.total")),
        "arrested": _count(count_of(estimates, "arrested.total")),
        "perpetrator": vocabulary.actors[first.actor].name,
        "perpetrator_basis": str(first.basis),
        "attributed_by": attributed_by(first),
        "perpetrators": [_party(party, vocabulary) for party in reading.parties],
        "target": reading.target,
        "disputed": any(estimate.disputed for estimate in estimates.values()),
        "claims": claims,
    }


def estimates_of(reading: Reading, document: Document, vocabulary: Vocabulary) -> dict[str, Estimate]:
    """What is shown of the counts and of all that is said twice, by the rules that hold for stored claims as well."""
    said = Counter([claim.field for claim in reading.claims])
    claims = [claim for claim in reading.claims if said[claim.field] > 1 or claim.field in COUNT_FIELDS]
    return estimate_all([voice_of(claim, document, vocabulary) for claim in claims], vocabulary)


def count_of(estimates: Mapping[str, Estimate], field: str) -> CountRange | None:
    """The figure that is shown of a field."""
    value = estimates[field].value if field in estimates else None
    return value if isinstance(value, CountRange) else None


def title_of(reading: Reading, estimates: Mapping[str, Estimate], vocabulary: Vocabulary) -> str:
    """A generated title: type, place, date, toll, and whose figure it is."""
    kind = vocabulary.event_types[reading.event_type].label
    for harm in HARM_FIELDS:
        total = count_of(estimates, f"{harm}.total")
        if total and total != NOBODY:
            speakers = [(c.stance == "media_report", c.speaker) for c in reading.claims if c.field.startswith(harm)]
            said = min(speakers, key=lambda pair: pair[0])[1] if speakers else None
            return incident_title(kind, reading.place, reading.when.value, f"{count_text(total)} {harm}", said)
    return incident_title(kind, reading.place, reading.when.value, None, attributed_by(reading.parties[0]))


def attributed_by(party: Party) -> str | None:
    """The speaker behind an attribution; nobody speaks for "unknown"."""
    return None if party.basis is Basis.UNKNOWN else party.voice.name


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


def _toll(estimates: Mapping[str, Estimate], harm: str) -> dict[str, Any]:
    return {group: _count(count_of(estimates, f"{harm}.{group}")) for group in GROUPS}
