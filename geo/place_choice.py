"""Choosing between the readings of a name: one clear answer, one district, or an ambiguity with its candidates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from geo.gazetteer import Reading
from geo.models import Candidate, Place
from geo.place_entries import COUNTRY, PROVINCE, URBAN_CODES, Entry
from geo.place_names import compact
from geo.place_search import PlaceSearch

LEAD = 0.05  # a reading wins when no rival of another district comes nearer than this
LEAD_OF_GUESS = 0.08  # ... and when the spelling had to be guessed
ELSEWHERE = 0.6  # weight of a reading that lies elsewhere than the context
MOST_CANDIDATES = 10
UNKNOWN_NOTE = "not in the gazetteer"


@dataclass(frozen=True, slots=True)
class Scope:
    """Where the context says that a name lies.

    Attributes:
        inside: Whether any of the context lies in Balochistan (or is Balochistan or Pakistan itself).
        districts: The districts named, by the most precise context; empty = the whole province.
        outside: (province, country) of contexts that lie outside; the province is None for a whole country.
    """

    inside: bool
    districts: frozenset[str] = frozenset()
    outside: frozenset[tuple[str | None, str | None]] = frozenset()


def scope_of(context: Sequence[Place]) -> Scope | None:
    """The scope that resolved contexts give, or None where none of them says anything."""
    inside = [place for place in context if _is_inside(place)]
    outside = [place for place in context if place.country and not _is_inside(place) and not _is_pakistan(place)]
    if not inside and not outside:
        return None
    precise = [place for place in inside if place.districts and place.where_prec <= 3]
    wider = precise or [place for place in inside if place.districts]
    return Scope(
        bool(inside),
        frozenset(name for place in wider for name in place.districts),
        frozenset((place.province, place.country) for place in outside),
    )


def _is_inside(place: Place) -> bool:
    return place.province == PROVINCE


def _is_pakistan(place: Place) -> bool:
    return place.country == COUNTRY and place.province is None


def unknown(text: str, note: str = UNKNOWN_NOTE) -> Place:
    """An answer that says nothing but why."""
    return Place(text, note=note)


def choose(text: str, key: str, readings: Sequence[Reading], scope: Scope | None, search: PlaceSearch) -> Place:
    """The place that the readings (best first) of a text with this `name_key` give under a scope."""
    if scope is not None:
        readings = _in_scope(readings, scope)
    if not readings:
        return unknown(text)
    best = readings[0]
    guessed = key != best.key and compact(key) != compact(best.key)
    if len(readings) == 1:
        return _place(text, best, readings, scope, _spelling_note(key, best, guessed, search))
    lead = LEAD_OF_GUESS if guessed else LEAD
    rivals = [reading for reading in readings if reading.score > round(best.score - lead, 3)]
    if any(_whereabouts(reading.entry) != _whereabouts(best.entry) for reading in rivals):
        return _ambiguous(text, readings, rivals)
    if _are_namesakes(rivals):
        return _one_district(text, best, readings)
    return _place(text, best, readings, scope, _spelling_note(key, best, guessed, search))


def _in_scope(readings: Sequence[Reading], scope: Scope) -> Sequence[Reading]:
    """The readings weighed by where they lie; none of Balochistan where all the context lies outside."""
    if scope.outside and not scope.inside:
        return [reading for reading in readings if _lies_outside(reading.entry, scope)]
    if not any(_lies_inside(reading.entry, scope) for reading in readings):
        return [reading for reading in readings if not (scope.districts and reading.entry.code in URBAN_CODES)]
    weighed = [
        reading if _lies_inside(reading.entry, scope) else reading.scored(reading.score * ELSEWHERE)
        for reading in readings
    ]
    return sorted(weighed, key=lambda reading: (-reading.score, reading.entry.id))


def _lies_inside(entry: Entry, scope: Scope) -> bool:
    return entry.inside and (
        not scope.districts or not entry.districts or not scope.districts.isdisjoint(entry.districts)
    )


def _lies_outside(entry: Entry, scope: Scope) -> bool:
    if entry.inside:
        return False
    return any(
        entry.country == country and (province is None or entry.province in (None, province))
        for province, country in scope.outside
    )


def _whereabouts(entry: Entry) -> tuple[object, ...]:
    return entry.districts or (entry.province, entry.country, entry.id)


def _are_namesakes(rivals: Sequence[Reading]) -> bool:
    """Whether several places with points of their own share a name: the district is certain, the point isn't."""
    return sum(reading.entry.kind == "place" for reading in rivals) > 1 and rivals[0].entry.kind == "place"


def _candidates(readings: Sequence[Reading]) -> tuple[Candidate, ...]:
    if len(readings) == 1:
        return (readings[0].candidate,)
    return tuple([reading.candidate for reading in readings[:MOST_CANDIDATES]])


def _place(text: str, reading: Reading, readings: Sequence[Reading], scope: Scope | None, note: str | None) -> Place:
    entry = reading.entry
    districts = entry.districts
    if scope is not None and entry.kind == "linear" and not scope.districts.isdisjoint(districts):
        districts = tuple(name for name in districts if name in scope.districts)
    if entry.kind == "district" and entry.note:
        note = f"{note}; {entry.note}" if note else entry.note
    return Place(
        text,
        entry.name,
        entry.id,
        entry.where_prec,
        districts,
        entry.province,
        entry.country,
        entry.lat,
        entry.lon,
        entry.radius_km,
        _candidates(readings),
        note,
    )


def _ambiguous(text: str, readings: Sequence[Reading], rivals: Sequence[Reading]) -> Place:
    where = dict.fromkeys(" and ".join(r.entry.districts) or r.entry.province or r.entry.name for r in rivals)
    inside = all(reading.entry.inside for reading in rivals)
    countries = {reading.entry.country for reading in rivals}
    return Place(
        text,
        province=PROVINCE if inside else None,
        country=countries.pop() if len(countries) == 1 else None,
        candidates=_candidates(readings),
        note=f"ambiguous: may be in {', '.join(where)}; a district named nearby would decide",
    )


def _one_district(text: str, best: Reading, readings: Sequence[Reading]) -> Place:
    note = f"several places of this name in {best.entry.districts[0]}" if best.entry.districts else None
    return Place(
        text,
        best.entry.name,
        None,
        3 if best.entry.districts else best.entry.where_prec,
        best.entry.districts,
        best.entry.province,
        best.entry.country,
        candidates=_candidates(readings),
        note=note,
    )


def _spelling_note(key: str, reading: Reading, guessed: bool, search: PlaceSearch) -> str | None:
    """What to tell of a spelling that was guessed, or that stands between two districts (Ketch: Kech or Kachhi)."""
    entry = reading.entry
    if entry.kind == "district" and (guessed or reading.spelling != entry.name):
        near = search.lookalikes(key, entry)
        if near:
            return f"unusual spelling of {entry.name}; {' and '.join(near)} is near in spelling"
    return f"read as {reading.spelling}" if guessed else None
