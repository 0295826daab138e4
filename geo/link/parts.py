"""A single incident and the campaign that it is a part of (step 6): linked as part-of, so that tolls aren't added."""

from __future__ import annotations

from geo.link import weights as w
from geo.link.compare import Verdict, days_apart, of_one_side
from geo.link.facts import Facts


def part_of(part: Facts, campaign: Facts) -> Verdict | None:
    """Points for the one being part of the other; None where day, district or kind of act speak against it.

    An attack is part of a wave, a raid of an operation; the operation that answers a wave is another campaign.
    """
    if not of_one_side(part, campaign) or part.area != campaign.area or not part.days or not campaign.days:
        return None
    if not any(days_apart(x, y) == 0 for x in part.days for y in campaign.days):
        return None
    named = part.districts & campaign.districts
    if campaign.districts and not named:
        return None
    if part.document == campaign.document:
        return Verdict(w.PART_TOLD, ("told beside the campaign in one document, on its days",))
    precise = max(campaign.length, part.length) <= w.PART_LONGEST
    if not precise or not named or len(campaign.districts) < w.PART_FEWEST_DISTRICTS:
        return None
    return Verdict(w.PART_NAMED, (f"the campaign names {', '.join(sorted(named))} on that day",))
