"""From a place's wording to one `Place` or to an ambiguity kept open; the step between extraction and incidents.

A wording is looked up whole; failing that its outermost layer is taken off (`geo.geocode_forms`), what is inside is
looked up and the layer applied to the answer. Choosing between readings (`geo.place_choice`): one that leads clearly
wins, several of one district give the district, else the name stays ambiguous with all its candidates.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from types import ModuleType

from geo.gazetteer import Gazetteer, Reading, load_gazetteer
from geo.geocode_forms import Form, Wanted, is_generic, read_forms, tidy
from geo.models import Place
from geo.place_choice import Scope, choose, scope_of, unknown
from geo.place_entries import COUNTRY, PROVINCE, REGION_CODES
from geo.place_names import name_key
from geo.place_search import PlaceSearch

LONGEST_TEXT = 160
MOST_LOOKUPS = 40  # for one wording and its contexts; a real one needs fewer than ten
NEAR_KM = 10.0
WITHIN_KM = 25.0  # farther from a place, where_prec 2 says too much


@dataclass(slots=True)
class Budget:
    """How many look-ups one wording may still take: a hostile one can be read in very many ways."""

    left: int

    def spend(self) -> bool:
        self.left -= 1
        return self.left >= 0


@dataclass(frozen=True)
class Geocoder:
    """Answers from one gazetteer."""

    search: PlaceSearch

    @classmethod
    def of(cls, gazetteer: Gazetteer) -> Geocoder:
        return cls(PlaceSearch(gazetteer))

    @classmethod
    def default(cls) -> Geocoder:
        """The geocoder of `data/`, made once."""
        return _default_geocoder()

    def geocode(self, name: str, context: Sequence[str] = ()) -> Place:
        """What a wording says of a place.

        Args:
            name: As written: "Turbat", "ضلع کیچ", "7 km from Mangochar", "Satellite Town area of Turbat".
            context: Districts, places, provinces or countries named nearby; readings that lie there are preferred,
                and where all of them lie outside Balochistan, no place of Balochistan is given.
        """
        if len(name) > LONGEST_TEXT:
            return unknown(name, "too long for the name of a place")
        scope = self._scope(context) if context else None
        key = name_key(name)
        readings = self.search.exact(key)
        if readings:
            return choose(name, key, readings, scope, self.search)
        return replace(self._place(tidy(name), scope, "any", Budget(MOST_LOOKUPS)), text=name)

    def _scope(self, context: Sequence[str]) -> Scope | None:
        known = [text for text in context if len(text) <= LONGEST_TEXT]
        return scope_of([self._place(tidy(text), None, "any", Budget(MOST_LOOKUPS)) for text in known])

    def _place(self, text: str, scope: Scope | None, wanted: Wanted, budget: Budget) -> Place:
        if not budget.spend():
            return unknown(text, "too involved for the wording of a place")
        key = name_key(text)
        readings = self.search.exact(key)
        if readings and (wanted == "any" or any(_is_wanted(reading, wanted) for reading in readings)):
            return self._chosen(text, key, readings, scope, wanted)
        if is_generic(key):
            return unknown(text)
        for form in read_forms(text):
            layered = self._layer(text, form, scope, wanted, budget)
            if _says_something(layered, form):
                return layered
        return self._chosen(text, key, readings or self.search.similar(key), scope, wanted)

    def _chosen(self, text: str, key: str, readings: Sequence[Reading], scope: Scope | None, wanted: Wanted) -> Place:
        fitting = [reading for reading in readings if _is_wanted(reading, wanted)]
        if not fitting and wanted in ("division", "province"):
            return unknown(text)
        place = choose(text, key, fitting or readings, scope, self.search)
        return _as_wanted(place, wanted, bool(fitting))

    def _layer(self, text: str, form: Form, scope: Scope | None, wanted: Wanted, budget: Budget) -> Place:
        if form.relation == "within":
            return self._within(text, form, scope, wanted, budget)
        inner_wanted = form.wanted if form.wanted != "any" else wanted
        inner = [self._place(part, scope, inner_wanted, budget) for part in form.names]
        if form.relation == "plain":
            return replace(inner[0], text=text)
        if form.relation == "near":
            return replace(near(inner[0], NEAR_KM), text=text)
        if form.relation == "away":
            return replace(away(inner[0], form.distance_km or 0.0), text=text)
        if form.relation == "sea":
            return replace(at_sea(inner[0]), text=text)
        return along(text, inner, needs_all=form.relation != "several")

    def _within(self, text: str, form: Form, scope: Scope | None, wanted: Wanted, budget: Budget) -> Place:
        """A name said to lie in something else: both are looked up, and what contradicts stays open."""
        wholes = [self._place(part, scope, "any", budget) for part in form.context]
        said = scope_of(wholes)
        whole = next((place for place in wholes if place.candidates), None)
        if said is None or whole is None:
            return replace(self._place(form.names[0], scope, wanted, budget), text=text)
        if is_generic(name_key(form.names[0])):
            return replace(near(whole, NEAR_KM), text=text)
        part = self._place(form.names[0], said, wanted, budget)
        if not part.candidates:
            return _only_whole(text, whole)
        if said.districts and part.districts and not said.districts & set(part.districts):
            two_districts = part.where_prec == whole.where_prec == 3
            return along(text, [part, *wholes], needs_all=False) if two_districts else _contradiction(text, part, whole)
        return replace(part, text=text)


@lru_cache(maxsize=1)
def _default_geocoder() -> Geocoder:
    return Geocoder.of(load_gazetteer())


def geocode(name: str, context: Sequence[str] = ()) -> Place:
    """`Geocoder.geocode` on the project's own data."""
    return _default_geocoder().geocode(name, context)


def _says_something(place: Place, form: Form) -> bool:
    """Whether a layer was read rightly; a hyphen or "to" joins two places only if both are known."""
    if form.relation in ("pair", "road"):
        return place.name is not None
    return bool(place.candidates or place.province or place.country)


def _is_wanted(reading: Reading, wanted: Wanted) -> bool:
    kind = reading.entry.kind
    if wanted in ("district", "division", "province"):
        return kind == wanted or (kind == "outside" and wanted == "district")
    if wanted == "tehsil":
        return kind in ("tehsil", "place")
    if wanted == "town":
        return kind == "outside" or (kind == "place" and reading.entry.code not in REGION_CODES)
    return True


def _as_wanted(place: Place, wanted: Wanted, fitting: bool) -> Place:
    """The answer made as wide as the word after the name says."""
    if wanted == "area":
        return near(place, NEAR_KM)
    if wanted == "line" and place.districts and place.where_prec < 5:
        return replace(place, where_prec=5, lat=None, lon=None, radius_km=None)
    if wanted not in ("district", "tehsil") or place.where_prec not in (1, 2):
        return place
    note = None if fitting else f"no district is called {place.name}, which lies in {place.district}"
    return _wider(place, note)


def _wider(place: Place, note: str | None) -> Place:
    """A place that only its district is said of (where_prec 3)."""
    return replace(place, where_prec=3, lat=None, lon=None, radius_km=None, note=_join(place.note, note))


def near(place: Place, radius_km: float) -> Place:
    """Near a place: its point with a larger radius; a district, road or ambiguity stays what it is."""
    if place.where_prec not in (1, 2) or place.lat is None:
        return place
    return replace(place, where_prec=2, radius_km=max(radius_km, place.radius_km or 0.0))


def away(place: Place, distance_km: float) -> Place:
    """So many kilometres from a place: within that radius of it, or too far to name a district."""
    if not place.districts:
        return place
    if distance_km > WITHIN_KM:
        note = f"{distance_km:g} km from {place.name or place.text} may lie in another district"
        return replace(
            place, name=None, place_id=None, where_prec=4, districts=(), lat=None, lon=None, radius_km=None, note=note
        )
    return near(place, max(distance_km, 1.0))


def at_sea(place: Place) -> Place:
    """Off a coast: where_prec 7, in no district."""
    if not place.name:
        return place
    return replace(place, where_prec=7, districts=(), lat=None, lon=None, radius_km=None)


def along(text: str, places: Sequence[Place], *, needs_all: bool) -> Place:
    """Between places, on the road joining them, or in several at once: where_prec 5 with all their districts."""
    named = [place for place in places if place.name]
    districts = tuple(sorted({name for place in named for name in place.districts}))
    candidates = tuple({c.place_id: c for place in places for c in place.candidates}.values())
    incomplete = len(named) < len(places) and (needs_all or len(places) == 2)
    if incomplete or not named:
        missing = ", ".join(place.text for place in places if not place.name)
        return replace(unknown(text, f"{missing}: not known or ambiguous"), candidates=candidates)
    if not districts:
        return replace(named[0], text=text, candidates=candidates)
    note = _join(*(place.note for place in named), *(f"{p.text} not known" for p in places if not p.candidates))
    name = "–".join(place.name or "" for place in named)
    if len(districts) == 1 and not needs_all and all(place.where_prec <= 3 for place in named):
        return Place(text, name, None, 3, districts, PROVINCE, COUNTRY, candidates=candidates, note=note)
    return Place(text, name, None, 5, districts, PROVINCE, COUNTRY, candidates=candidates, note=note)


def _only_whole(text: str, whole: Place) -> Place:
    """Of an unknown place in a known one, the known one's district is all that can be said."""
    note = _join(whole.note, f"place not in the gazetteer; taken from {whole.text}")
    if whole.where_prec in (1, 2):
        return replace(_wider(whole, None), text=text, note=note)
    return replace(whole, text=text, note=note)


def _contradiction(text: str, part: Place, whole: Place) -> Place:
    candidates = tuple({c.place_id: c for c in (*part.candidates, *whole.candidates)}.values())
    note = f"{part.name} lies in {' and '.join(part.districts)}, the text says {' and '.join(whole.districts)}"
    return Place(text, None, None, 4, (), PROVINCE, COUNTRY, candidates=candidates, note=note)


def _join(*notes: str | None) -> str | None:
    return "; ".join(dict.fromkeys(note for note in notes if note)) or None


class _CallableModule(ModuleType):
    """Lets `geo.geocode("Turbat")` work, though `geo.geocode` is this module."""

    def __call__(self, name: str, context: Sequence[str] = ()) -> Place:
        return geocode(name, context)


sys.modules[__name__].__class__ = _CallableModule
