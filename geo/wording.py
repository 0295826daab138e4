"""Values in the words a reader sees: numbers, dates, tolls, places, titles. Plain text, never markup.

Used by every later stage that writes for people (assemble's titles, details, exports, pages), so that a figure
reads the same everywhere.
"""

from __future__ import annotations

from datetime import date

from geo.models import Basis, CountRange, DateRange, Place

THIN_SPACE = "\u2009"
EN_DASH = "\u2013"
PROVINCE = "Balochistan"

FIELD_LABELS = {
    "event_type": "What happened",
    "date": "Date",
    "place": "Place",
    "killed.total": "Killed",
    "killed.militants": "Militants killed",
    "killed.security": "Security personnel killed",
    "killed.civilians": "Civilians killed",
    "injured.total": "Injured",
    "injured.militants": "Militants injured",
    "injured.security": "Security personnel injured",
    "injured.civilians": "Civilians injured",
    "abducted.total": "Abducted",
    "arrested.total": "Arrested",
    "perpetrator": "Carried out by",
    "target": "Against",
    "involved": "Side involved",
}
BASIS_WORDS = {
    Basis.CLAIMED_BY_GROUP: "claimed by the group itself",
    Basis.ATTRIBUTED_BY_AUTHORITIES: "named by authorities",
    Basis.ATTRIBUTED_BY_OTHERS: "named by residents, relatives or others",
    Basis.ATTRIBUTED_BY_MEDIA: "named by the press",
    Basis.DENIED: "named, but denied",
    Basis.UNKNOWN: "not known",
}
STANCE_WORDS = {
    "self_claim": "claims its own act",
    "official_statement": "official statement",
    "accusation": "accuses another party",
    "denial": "denies it",
    "witness": "witness account",
    "media_report": "report in the outlet's own voice",
    "inference": "inferred",
}
DATE_PRECISION_WORDS = {
    0: "date not stated",
    1: "day known",
    2: "within two to six days",
    3: "within a week",
    4: "within a month",
    5: "longer than a month",
}
PLACE_PRECISION_WORDS = {
    1: "exact place",
    2: "within about 25 km",
    3: "district only",
    4: "province only, or an ambiguous name",
    5: "a road, pass or several districts",
    6: "country only",
    7: "at sea or in the air",
}
PLACE_PRECISION_OR_BETTER = {
    7: "Any precision",
    1: "Exact place",
    2: "Within about 25 km",
    3: "District or better",
    5: "District, road or pass",
}


def number_text(value: int) -> str:
    """A number with thin spaces between its thousands."""
    return f"{value:,}".replace(",", THIN_SPACE)


def count_text(count: CountRange) -> str:
    """A count in words: `4`, `4 (3–6)`, `27 or more`, `up to 9`, `several (3 or more)` as `3 or more`."""
    low, best, high = count.low, count.best, count.high
    if best is None:
        return _bounds_text(low, high)
    if low == best == high:
        return number_text(best)
    if low == best and high is None:
        return f"{number_text(best)} or more"
    if high == best and low is None:
        return f"up to {number_text(best)}"
    bounds = _bounds_text(low, high)
    return f"{number_text(best)} ({bounds})" if bounds else f"about {number_text(best)}"


def _bounds_text(low: int | None, high: int | None) -> str:
    if low is not None and high is not None:
        return number_text(low) if low == high else f"{number_text(low)}{EN_DASH}{number_text(high)}"
    if low is not None:
        return f"{number_text(low)} or more"
    return f"up to {number_text(high)}" if high is not None else ""


def day_text(day: date) -> str:
    """`1 Nov 2025`."""
    return f"{day.day} {day:%b %Y}"


def date_text(when: DateRange) -> str:
    """`1 Nov 2025`, `31 Jan – 2 Feb 2026`, `Nov 2024`, or `undated`."""
    if when.first is None or when.last is None:
        return "undated"
    return day_text(when.first) if when.first == when.last else _range_text(when.first, when.last)


def _range_text(first: date, last: date) -> str:
    if first.year != last.year:
        return f"{day_text(first)} {EN_DASH} {day_text(last)}"
    if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31):
        return str(first.year)
    if first.month != last.month:
        return f"{first.day} {first:%b} {EN_DASH} {day_text(last)}"
    if first.day == 1 and _is_month_end(last):
        return f"{first:%b %Y}"
    return f"{first.day}{EN_DASH}{day_text(last)}"


def _is_month_end(day: date) -> bool:
    return date.fromordinal(day.toordinal() + 1).month != day.month


def place_text(place: Place) -> str:
    """Name and district in one line, with another province's name; an unplaced one says its own words."""
    name = place.name or place.text
    where = ", ".join(place.districts)
    if place.province not in (None, PROVINCE) and str(place.province) not in name:
        return f"{name}, {place.province}"
    if where and name.casefold() not in (where.casefold(), f"{where} district".casefold()) and len(place.districts) < 3:
        return f"{name}, {where}"
    if place.where_prec == 3 and place.district:
        return f"{place.district} district"
    return name or where


def place_precision_text(place: Place) -> str:
    """The badge of a place: `exact place`, `within about 7 km`, `district only`."""
    if place.where_prec == 2 and place.radius_km:
        return f"within about {place.radius_km:g} km"
    if place.where_prec == 5 and len(place.districts) > 1:
        return f"several districts ({len(place.districts)})"
    if place.where_prec == 4 and len(place.candidates) > 1:
        return "ambiguous place name"
    return PLACE_PRECISION_WORDS[place.where_prec]


def incident_title(
    label: str, place: Place | None, when: DateRange | None, toll: str | None, speaker: str | None
) -> str:
    """A generated title, never an outlet's headline.

    >>> incident_title("Bombing", Place("Chaman", "Chaman", districts=("Chaman",)), None, "6 killed", "officials")
    'Bombing, Chaman: 6 killed, according to officials'
    """
    head = ", ".join(part for part in (label, place_text(place) if place else "", _dated(when)) if part)
    tail = ", ".join(part for part in (toll or "", f"according to {speaker}" if speaker else "") if part)
    return f"{head}: {tail}" if toll else f"{head}, {tail}" if tail else head


def _dated(when: DateRange | None) -> str:
    return date_text(when) if when and when.first else ""
