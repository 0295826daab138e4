"""Stages attach and resolve: which districts a sentence or an incident is about, from the places named in it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from itertools import pairwise

from geo.extract.model import PlaceMention, Unit

NOWHERE: frozenset[str] = frozenset()
SITE_ROLES = ("site", "near", "line")
_JOINS_PLACES = re.compile(
    r"^\s*(?:districts?|areas?|towns?)?\s*(?:,|and|&|, and|as well as)\s*(?:in\s+|the\s+|around\s+)?$"
)
_BORDER = re.compile(r"\b(?:between|border|boundary|along|from|linking|bordering)\b", re.I)


def region(mention: PlaceMention) -> frozenset[str]:
    """The districts that a mention may mean; a place outside the province is a region of its own."""
    if mention.districts:
        return _as_set(mention.districts)
    if mention.outside and mention.kind not in ("country", "province"):
        return _as_set((f"outside:{mention.outside}",))
    return NOWHERE


_as_set: Callable[[tuple[str, ...]], frozenset[str]] = lru_cache(maxsize=4096)(frozenset)  # the same few districts


def site_mentions(unit: Unit, roles: Sequence[str] = ("site", "near")) -> list[PlaceMention]:
    """Places of a unit where something may have happened, those named in the order of the text."""
    return [p for p in unit.places if p.role in roles and region(p)] if unit.places else []


def districts_of_unit(unit: Unit, context: frozenset[str] = frozenset()) -> tuple[frozenset[str], ...]:
    """The separate sites of a unit, each as its possible districts, ambiguous names narrowed by their neighbours.

    "Malikabad in Turbat, Kech district" is one site; "Chagai and Sibi districts" are two.
    """
    if not unit.places:
        return ()
    known = unit.memo.get(context)
    if known is None:
        known = unit.memo[context] = _districts_of(unit, context)
    return known


def _districts_of(unit: Unit, context: frozenset[str]) -> tuple[frozenset[str], ...]:
    sites = site_mentions(unit)
    sites = [p for p in sites if p.role == "site"] or sites
    return tuple(_chains(unit, sites, context)) if sites else ()


def referred(unit: Unit) -> frozenset[str]:
    """Districts of incidents that the unit only refers to: "the Chaman blast", "Chaman's assistant commissioner"."""
    if not unit.places:
        return NOWHERE
    return frozenset([d for p in unit.places if p.role in ("ref", "weak") and len(region(p)) == 1 for d in region(p)])


def _chains(unit: Unit, sites: list[PlaceMention], context: frozenset[str]) -> list[frozenset[str]]:
    if len(sites) == 1:
        return [narrowed(region(sites[0]), context)]
    certain = frozenset([d for p in sites if len(region(p)) == 1 for d in region(p)])
    groups: list[frozenset[str]] = []
    previous: PlaceMention | None = None
    for site in sites:
        meant = narrowed(region(site), certain) if len(region(site)) > 1 else region(site)
        meant = narrowed(meant, context)
        if groups and (groups[-1] & meant):
            groups[-1] = groups[-1] & meant
        elif previous is not None and _between_borders(unit, previous, site):
            groups[-1] = groups[-1] | meant
        else:
            groups.append(meant)
        previous = site
    return groups


def _between_borders(unit: Unit, previous: PlaceMention, site: PlaceMention) -> bool:
    """ "On the border between Zhob and Loralai": one site that may lie in either."""
    before = unit.text[max(0, previous.start - unit.start - 40) : previous.start - unit.start]
    between = unit.text[previous.end - unit.start : site.start - unit.start]
    return bool(_BORDER.search(before)) and len(between) < 25


def narrowed(meant: frozenset[str], context: frozenset[str]) -> frozenset[str]:
    """What is left of an ambiguous name's districts beside the districts around it."""
    return (meant & context or meant) if len(meant) > 1 else meant


def tally(units: Iterable[Unit]) -> Counter[str]:
    """How often the text names each district without ambiguity."""
    counted: Counter[str] = Counter()
    for unit in units:
        for place in unit.places:
            if len(place.districts) == 1 and place.role != "other":
                counted[place.districts[0]] += 1
    return counted


def is_list(unit: Unit) -> bool:
    """Whether a unit lists several sites: "in Turbat, Panjgur and Pasni"."""
    if len(unit.places) < 2:
        return False
    sites = [p for p in site_mentions(unit) if p.role == "site"]
    for left, right in pairwise(sites):
        between = unit.text[left.end - unit.start : right.start - unit.start]
        if (
            not region(left) & region(right)
            and _JOINS_PLACES.match(between)
            and not _between_borders(unit, left, right)
        ):
            return True
    return False
