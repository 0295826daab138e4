"""Stages attach and resolve: which districts a sentence or an incident is about, from the places named in it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

from geo.extract.model import PlaceMention, Unit

SITE_ROLES = ("site", "near", "line")
_JOINS_PLACES = re.compile(
    r"^\s*(?:districts?|areas?|towns?)?\s*(?:,|and|&|, and|as well as)\s*(?:in\s+|the\s+|around\s+)?$"
)
_BORDER = re.compile(r"\b(?:between|border|boundary|along|from|linking|bordering)\b", re.I)
_CHAIN = re.compile(
    r"^[\s,]*(?:(?:area|town|tehsil|locality|region|part|village|city|neighbou?rhood|"
    r"district)s?\b)?[\s,]*(?:of|in|,|in the|near)?\s*(?:the\s+)?(?:[\w-]+\s+){0,3}?(?:of\s+|"
    r"in\s+)?$",
    re.I,
)


def region(mention: PlaceMention) -> frozenset[str]:
    """The districts that a mention may mean; a place outside the province is a region of its own."""
    if mention.districts:
        return frozenset(mention.districts)
    return (
        frozenset({f"outside:{mention.outside}"})
        if mention.outside and mention.kind not in ("country", "province")
        else frozenset()
    )


def site_mentions(unit: Unit, roles: Sequence[str] = ("site", "near")) -> list[PlaceMention]:
    """Places of a unit where something may have happened, those named in the order of the text."""
    return [p for p in unit.places if p.role in roles and region(p)]


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
    sites = [p for p in site_mentions(unit) if p.role == "site"] or site_mentions(unit)
    return tuple(_chains(unit, sites, context)) if sites else ()


def referred(unit: Unit) -> frozenset[str]:
    """Districts of incidents that the unit only refers to: "the Chaman blast", "Chaman's assistant commissioner"."""
    return frozenset(d for p in unit.places if p.role in ("ref", "weak") and len(region(p)) == 1 for d in region(p))


def _chains(unit: Unit, sites: list[PlaceMention], context: frozenset[str]) -> Iterable[frozenset[str]]:
    certain = frozenset(d for p in sites if len(region(p)) == 1 for d in region(p))
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
    both = meant & context
    return both if len(meant) > 1 and both else meant


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
