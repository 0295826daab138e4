"""A data set's place -> a `Place`: precision and coordinates as it codes them, district by name.

A district comes from the names that the row gives, read by the geocoder, never from a point in a shape. Outside
Balochistan the data set's own names of province and district are kept, and drawn where an installed layer has them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from geo.districts import DistrictTable
from geo.importers.rows import Where
from geo.importers.tables import country_code
from geo.models import Place

HOME_COUNTRY, HOME = "PK", "Balochistan"
NEAR_KM = 25.0  # where_prec 2: within about 25 km of the named place
NEAR = 2
SITED = (1, 2, 3, 5)  # where_prec that name a district
_KIND = re.compile(r"\s+(district|distrcit|province)$", re.I)

Geocode = Callable[[str, Sequence[str]], Place]


class Places:
    """Reads places; each wording is looked up once."""

    def __init__(self, geocode: Geocode, districts: DistrictTable) -> None:
        self._geocode = lru_cache(maxsize=65_536)(geocode)
        self._table = districts
        self.place = lru_cache(maxsize=65_536)(self._place)

    def _place(self, where: Where) -> Place:
        country = country_code(where.country)
        if country == HOME_COUNTRY and self._is_home(where):
            return self._home_place(where)
        return _settled(self._foreign_place(where, country), where)

    def _is_home(self, where: Where) -> bool:
        if where.admin1:
            return self._geocode(_bare(where.admin1), ()).province == HOME
        context = (where.admin2,) if where.admin2 else ()
        return self._geocode(where.admin2 or where.text, context).province == HOME

    def _home_place(self, where: Where) -> Place:
        stated = self._stated_districts(where.admin2)
        found = self._geocode(where.text, (*((where.admin2,) if where.admin2 else ()), HOME))
        prec = where.where_prec or _unstated_prec(where, found)
        districts = self._agreed(stated, found.districts) if prec in SITED else ()
        known = found.name is not None and (not districts or bool(set(found.districts) & set(districts)))
        open_name = where.where_prec is None and not districts and bool(found.candidates) and found.name is None
        place = Place(
            text=where.text,
            name=found.name if known else None if open_name else where.text,
            place_id=found.place_id if known else None,
            where_prec=prec,
            districts=districts,
            province=HOME,
            country=HOME_COUNTRY,
            lat=found.lat if known and where.lat is None else where.lat,
            lon=found.lon if known and where.lat is None else where.lon,
            radius_km=where.radius_km,
            candidates=found.candidates if open_name else (),
            note=where.note,
        )
        return _settled(place, where)

    def _stated_districts(self, name: str | None) -> tuple[str, ...]:
        """The current districts that a data set's name of one means."""
        return self._geocode(f"{_bare(name)} district", (HOME,)).districts if name else ()

    def _agreed(self, stated: tuple[str, ...], found: tuple[str, ...]) -> tuple[str, ...]:
        """The stated district; the one that was cut from it later, where the place's name leads there."""
        if not stated:
            return found
        later = bool(found) and all(self._within(name, set(stated)) for name in found)
        return found if later else stated

    def _within(self, name: str, wholes: set[str]) -> bool:
        seen, waiting = set[str](), [name]
        while waiting:
            own = waiting.pop()
            if own in wholes:
                return True
            seen.add(own)
            waiting += [parent for parent in self._table.parents_of(own) if parent not in seen]
        return False

    def _foreign_place(self, where: Where, country: str | None) -> Place:
        district = _bare(where.admin2) if where.admin2 else None
        # A namesake of one of Balochistan's districts must not be shaded there.
        prec = where.where_prec or _unstated_prec(where, None)
        kept = bool(district) and prec in SITED and self._table.find(district) is None
        words = where.text if country or not where.country else f"{where.text}, {where.country}"
        return Place(
            text=words,
            name=words,
            where_prec=prec,
            districts=(str(district),) if kept else (),
            province=_bare(where.admin1) if where.admin1 else None,
            country=country,
            lat=where.lat,
            lon=where.lon,
            radius_km=where.radius_km,
            note=where.note,
        )


def _settled(place: Place, where: Where) -> Place:
    """A point only where one is known and the precision bears it; without one the place is its district."""
    prec = place.where_prec
    if prec in (1, 2) and place.lat is None:
        prec = 3 if place.districts else 4
    pointed = prec in (1, 2)
    radius = (where.radius_km or (NEAR_KM if prec == 2 else None)) if pointed else None
    return Place(
        text=place.text,
        name=place.name,
        place_id=place.place_id,
        where_prec=prec,
        districts=place.districts,
        province=place.province,
        country=place.country,
        lat=place.lat if pointed else None,
        lon=place.lon if pointed else None,
        radius_km=radius,
        candidates=place.candidates,
        note=place.note,
    )


def _unstated_prec(where: Where, found: Place | None) -> int:
    """How well a place is known of which the data set doesn't say it: never better than its words."""
    if where.lat is not None:
        return NEAR
    if found is not None and found.name is not None and (found.districts or not where.admin2):
        return found.where_prec
    return 3 if where.admin2 else 6 if where.text == where.country else 4


def _bare(name: str) -> str:
    """A name of an area without the word for its kind, which a data set adds."""
    return _KIND.sub("", name.strip())
