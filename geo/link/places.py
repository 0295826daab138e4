"""Places of two mentions -> points, or None where they can't be one place (step 6)."""

from __future__ import annotations

import math
from functools import lru_cache

from rapidfuzz import fuzz

from geo.datafiles import fold
from geo.link import weights as w
from geo.link.facts import Facts, place_size
from geo.models import Place

Points = tuple[float, str]
EARTH_KM = 6371.0
LINEAR = 5


def place_points(a: Facts, b: Facts, *, statement: bool) -> Points | None:
    """Points for one place; None for districts that differ, unless one statement is carried with both."""
    if a.districts and b.districts and not a.districts & b.districts:
        return _rival(a, b) if statement else None
    if a.districts and b.districts:
        return max((_pair(x, y) for x in a.places for y in b.places if _share(x, y)), default=(w.PLACE_IN, "district"))
    shared = (a.maybe & (b.districts | b.maybe)) | (b.maybe & a.districts)
    if shared:
        return w.PLACE_PARTLY, f"an unclear name may mean {', '.join(sorted(shared))}"
    if a.campaign or a.districts or b.districts:
        return w.PLACE_WIDER, "one tells the province only"
    if a.area[0] == "outside":
        return max((_outside(x, y) for x in a.places for y in b.places), default=(w.PLACE_WIDER, "outside"))
    return w.PLACE_WIDER, "same province"


def _rival(a: Facts, b: Facts) -> Points:
    alike = any(fuzz.ratio(fold(x), fold(y)) >= w.NAMES_ALIKE for x in a.districts for y in b.districts)
    return w.PLACE_RIVAL_ALIKE if alike else w.PLACE_RIVAL, "one statement, disputed district"


def _share(x: Place, y: Place) -> bool:
    return bool(set(x.districts) & set(y.districts))


@lru_cache(maxsize=65536)
def _site(place: Place) -> tuple[str, str]:
    """A key of the place within its district and how much it says; an empty key where only the district is told."""
    size = place_size(place.place_id) if place.place_id else "wide"
    if size != "wide":
        return str(place.place_id), size
    name = fold(place.name or place.text)
    if not place.name or len(place.districts) != 1 or name == fold(place.districts[0]) or place.where_prec == LINEAR:
        return "", "wide"
    return name, "small"


@lru_cache(maxsize=65536)
def _pair(x: Place, y: Place) -> Points:
    one, size = _site(x)
    other, other_size = _site(y)
    if one and one == other:
        return w.PLACE_SAME[size], f"same place: {x.name}"
    if len(x.districts) > 1 or len(y.districts) > 1:
        return w.PLACE_PARTLY, "some districts in common"
    if _names_it(x, y) or _names_it(y, x) or _described_alike(x, y):
        return w.PLACE_WORDS, "the one's words name the other's place"
    if not one or not other or "town" in (size, other_size):
        return w.PLACE_IN, f"same district: {x.districts[0]}"
    return _distance(x, y)


def _names_it(x: Place, y: Place) -> bool:
    """Whether x's own name, if it isn't just the district's, stands in the words of y."""
    key, size = _site(x)
    name = fold(x.name or "")
    if not key or size == "town" or len(name) < 4:
        return False
    return fuzz.partial_ratio(name, fold(y.text)) >= w.WORDS_ALIKE and len(fold(y.text)) >= len(name)


@lru_cache(maxsize=65536)
def _telling(place: Place) -> frozenset[str]:
    """The words of a description beyond the district's name and what any place is described with."""
    districts = {word for name in place.districts for word in fold(name).split()}
    return frozenset(fold(place.text).split()) - districts - w.PLACE_STOP


def _described_alike(x: Place, y: Place) -> bool:
    one, other = _telling(x), _telling(y)
    if min(len(one), len(other)) < 2:
        return False
    return fuzz.token_set_ratio(" ".join(sorted(one)), " ".join(sorted(other))) >= w.WORDS_ALIKE


def _outside(x: Place, y: Place) -> Points:
    """Outside the province no district is known: the words must do."""
    one, other = _telling(x), _telling(y)
    if one & other:
        return w.PLACE_WORDS, f"both name {', '.join(sorted(one & other))}"
    return (w.PLACE_OTHER, "other places outside") if one and other else (w.PLACE_IN, "same province")


def _distance(x: Place, y: Place) -> Points:
    if x.lat is None or x.lon is None or y.lat is None or y.lon is None:
        return w.PLACE_OTHER, f"other places: {x.name} / {y.name}"
    km = _km((x.lat, x.lon), (y.lat, y.lon))
    if km <= w.NEAR_KM + (x.radius_km or 0) + (y.radius_km or 0):
        return w.PLACE_NEAR, f"places {km:.0f} km apart"
    return w.PLACE_FAR, f"places {km:.0f} km apart"


def _km(a: tuple[float, float], b: tuple[float, float]) -> float:
    lat_a, lat_b = math.radians(a[0]), math.radians(b[0])
    half = math.sin((lat_b - lat_a) / 2) ** 2
    half += math.cos(lat_a) * math.cos(lat_b) * math.sin(math.radians(b[1] - a[1]) / 2) ** 2
    return 2 * EARTH_KM * math.asin(math.sqrt(half))
