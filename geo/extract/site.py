"""Stage resolve, places: the sites named in a draft's units -> one `Place` through the geocoder."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from geo.extract.model import Draft, PlaceMention
from geo.extract.where import region, site_mentions
from geo.models import Place, Span
from geo.normalize import parse_count

Geocode = Callable[[str, Sequence[str]], Place]
PROVINCE = "Balochistan"
FINE = ("place", "tehsil")
REFINING_UNITS = 5
_FROM_TOWN = re.compile(r"(?P<n>\d+|\w+)[ -]?(?:km|kilomet\w+) from (?:the )?(?:city|town)", re.I)


def place_of(draft: Draft, fallback: Sequence[PlaceMention], geocode: Geocode) -> tuple[Place, Span | None]:
    """The place of a draft with the words that name it.

    Args:
        fallback: Places of the title and the dateline, for a draft that names none.
    """
    mentions = _mentions(draft)
    districts = sorted(d for d in draft.districts if not d.startswith("outside:"))
    outside = [d for d in draft.districts if d.startswith("outside:")]
    if not districts and not outside:
        found = None if _names_province(draft) else _fallback(draft, fallback)
        if found is None:
            return _province(draft)
        districts, outside, mentions = sorted(found.districts), [], [found]
        if found.outside and not found.districts:
            outside = [f"outside:{found.outside}"]
    inside = [m for m in mentions if set(m.districts) & set(districts)]
    if districts and inside:
        return _inside(inside, districts, draft, geocode)
    abroad = next((m for m in mentions if m.outside and f"outside:{m.outside}" in outside), None)
    if abroad:
        return geocode(abroad.outside or "" if abroad.kind == "seat" else abroad.text, ()), Span(
            abroad.start, abroad.end
        )
    return _several(districts, mentions)


def _mentions(draft: Draft) -> list[PlaceMention]:
    eventful = [u for u in draft.units if u.events or u.counts][:REFINING_UNITS] or draft.units[:1]
    own = [m for unit in eventful for m in site_mentions(unit, ("site", "near", "line", "weak"))]
    if not own and draft.inherits is not None:
        return _mentions(draft.inherits)
    if draft.districts and not any(region(m) & draft.districts for m in own):
        eventful = draft.units
    return [m for unit in eventful for m in site_mentions(unit, ("site", "near", "line", "weak"))]


def _inside(
    mentions: list[PlaceMention], districts: list[str], draft: Draft, geocode: Geocode
) -> tuple[Place, Span | None]:
    chosen = _finest(mentions)
    span = Span(chosen.start, chosen.end)
    if len(districts) > 1:
        place = geocode(chosen.text, ())
        if set(place.districts) == set(districts) or (place.candidates and not place.districts and chosen.kind in FINE):
            return place, span
        return _several(districts, mentions)
    place = geocode(_distance(draft) or chosen.text, districts)
    if place.where_prec == 2 and set(place.districts) == set(districts):
        return place, span
    if chosen.kind == "district" or set(place.districts) != set(districts):
        place = replace(geocode(f"{districts[0]} district", ()), text=chosen.text)
    if chosen.role == "near" and place.where_prec == 1:
        place = replace(place, where_prec=2, radius_km=max(place.radius_km or 0.0, 10.0))
    return _with_local(place, draft, districts), span


def _distance(draft: Draft) -> str | None:
    """ "Ambushed seven kilometers from the city": a distance from the place named with it."""
    for unit in draft.units[:REFINING_UNITS]:
        match = _FROM_TOWN.search(unit.text) if "km" in unit.text or "kilom" in unit.text else None
        towns = [p for p in unit.places if p.kind in FINE and set(p.districts) & draft.districts]
        count = parse_count(match["n"]) if match else None
        if match and towns and count and count.best:
            return f"{count.best} km from {towns[-1].text}"
    return None


def _with_local(place: Place, draft: Draft, districts: list[str]) -> Place:
    """Keep an unlisted local name in the words of a place that is only known by its district."""
    if place.where_prec != 3:
        return place
    local = next((m for u in draft.units[:2] for m in u.places if m.role == "local"), None)
    return replace(place, text=f"{local.text}, {districts[0]}") if local else place


def _finest(mentions: Sequence[PlaceMention]) -> PlaceMention:
    fine = [m for m in mentions if m.kind in FINE and m.role in ("site", "near")]
    sites = [m for m in mentions if m.role in ("site", "near")]
    return (fine or sites or list(mentions))[0]


def _several(districts: Sequence[str], mentions: Sequence[PlaceMention]) -> tuple[Place, Span | None]:
    named = [m for m in mentions if set(m.districts) & set(districts)]
    span = Span(named[0].start, named[0].end) if named else None
    words = ", ".join(districts) or PROVINCE
    prec = 5 if len(districts) > 1 else 3
    return Place(words, None, None, prec, tuple(sorted(districts)), PROVINCE, "PK"), span


def _province(draft: Draft) -> tuple[Place, Span | None]:
    named = next((p for u in draft.units for p in u.places if p.kind == "province"), None)
    if named and named.outside:
        return Place(named.text, named.text, None, 4, (), named.outside, named.country), Span(named.start, named.end)
    span = Span(named.start, named.end) if named else None
    return Place(named.text if named else PROVINCE, PROVINCE, "province:balochistan", 4, (), PROVINCE, "PK"), span


def _names_province(draft: Draft) -> bool:
    """Whether a recalled incident is said to have happened "in Balochistan", and no more."""
    first = draft.units[0]
    recalled = first.has("background") or any(d.value and d.value.prec > 3 for d in first.dates)
    return recalled and any(p.kind == "province" and p.role == "site" for p in first.places)


def _fallback(draft: Draft, fallback: Sequence[PlaceMention]) -> PlaceMention | None:
    own = [p for u in draft.units for p in u.places if p.role in ("weak", "near", "line") and len(p.districts) == 1]
    usable = own or [p for p in fallback if region(p)]
    return usable[0] if usable else None
