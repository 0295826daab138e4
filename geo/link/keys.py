"""Which blocks a mention stands in (step 6): read from its claims at one go, so that many mentions are indexed fast.

A block is a week and a district (a week alone for what has no district), a week and a high toll (one statement may be
carried with two districts), a place for what has no day at all, or one article read twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from geo.link import weights as w
from geo.link.facts import Days, area_of, article_of, date_window, most_days_apart
from geo.models import Claim, CountRange, DateRange, Document, Mention, Place, Role

Block = tuple[object, ...]
WEEK = 7
POINT = 2  # where_prec up to which a place is more than a district


@dataclass(frozen=True, slots=True)
class Keys:
    """The blocks that a mention is found in, and those in which it looks for others.

    Attributes:
        days: The first and the last day that its claims give, as ordinals; None for an undated mention.
    """

    found_in: tuple[Block, ...]
    looks_in: tuple[Block, ...]
    days: tuple[int, int] | None


def block_text(block: Block) -> str:
    """A block as a store keeps it."""
    return "|".join(str(part) for part in block)


def keys_of(mention: Mention, document: Document, claims: Iterable[Claim]) -> Keys:
    """The blocks of one mention, by all its claims."""
    days: list[Days] = []
    places: list[Place] = []
    tolls: set[tuple[str, int]] = set()
    said = []
    for claim in claims:
        value = claim.value
        said.append(claim.said_on)
        if isinstance(value, DateRange):
            days += [(value.first, value.last)] if value.first and value.last else []
        elif isinstance(value, Place):
            places.append(value)
        elif isinstance(value, CountRange) and value.best and claim.field.startswith("killed."):
            tolls |= {(claim.field, value.best)} if value.best >= w.RIVAL_TOLL else set()
    window = date_window(tuple(days), mention.role is Role.BACKGROUND, document.published, said)
    article = article_of(document)
    shared: list[Block] = [("article", article)] if article else []
    sites = {place.place_id for place in places if place.place_id and place.where_prec <= POINT}
    if window is None:
        at = [("at", site) for site in sorted(sites)]
        return Keys((*shared, *at, *(("undated", site) for site in sorted(sites))), (*shared, *at), None)
    shared += _weekly(window, places, tolls, campaign=mention.campaign)
    return Keys(
        (*shared, *(("at", site) for site in sorted(sites))),
        (*shared, *(("undated", site) for site in sorted(sites))),
        (window[0].toordinal(), window[1].toordinal()) if days else None,
    )


def _weekly(window: Days, places: list[Place], tolls: Iterable[tuple[str, int]], *, campaign: bool) -> Iterator[Block]:
    """Blocks of the weeks that a mention may lie in; none where its date says too little to link by."""
    first, last = window
    if (last - first).days > w.VAGUEST:
        return
    districts = {name for place in places for name in place.districts}
    districts |= {c.district for place in places if not place.districts for c in place.candidates if c.district}
    areas: list[object] = [*sorted(districts)] or [area_of(places)]
    slack = timedelta(days=most_days_apart(campaign=campaign))
    for week in range((first - slack).toordinal() // WEEK, last.toordinal() // WEEK + 1):
        if campaign:
            yield "campaign", week
        for area in areas:
            yield week, area
        for toll in tolls:
            yield "toll", week, toll
