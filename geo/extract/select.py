"""Between attach and resolve: which drafts are incidents, and which sums over several stand for themselves."""

from __future__ import annotations

from dataclasses import replace

from geo.extract.attach import Story
from geo.extract.compare import event_days
from geo.extract.judge import claims_anew, is_armed, is_of_other_world, strong_counts, triggers
from geo.extract.model import Draft, Unit
from geo.extract.where import referred

PARTS_THAT_REPLACE_A_SUM = 2


def chosen_drafts(story: Story, *, sent_from: bool = False) -> list[Draft]:
    """The incidents of a story in the order of the text.

    Args:
        story: What attach found.
        sent_from: Whether the report's dateline names the town that it tells of.
    """
    titled = any(place.districts for unit in story.titles for place in unit.places if place.role in ("site", "weak"))
    kept = [
        draft
        for draft in story.drafts
        if is_incident(
            draft, titled=titled and draft is story.drafts[0], sent_from=sent_from and draft is story.drafts[0]
        )
    ]
    sums = [draft for draft in story.roundups if _stands_alone(draft, kept)]
    told = {district for part in kept for district in part.districts}
    alone = set(sums)
    sums += [part for draft in story.roundups if draft not in alone for part in _left_over(draft, told)]
    return sorted([*kept, *sums], key=lambda draft: draft.units[0].start)


def is_incident(draft: Draft, *, titled: bool = False, sent_from: bool = False) -> bool:
    """Whether a draft tells of an act of political violence at a place or time, not of an accident or a feud.

    Args:
        draft: A finished draft.
        titled: Whether it is the text's first, and the title names a place for it.
        sent_from: Whether it is the text's first, and the report was sent from a town that it may tell of.
    """
    if draft.dead:
        return False
    opening = draft.units[:3]
    if any(is_of_other_world(unit) for unit in opening) and not any(is_armed(unit) for unit in opening):
        return False
    told = any(triggers(unit) or _harmed(unit) for unit in draft.units) or claims_anew(draft.units[0])
    placed = bool(draft.districts or draft.inherits or any(referred(unit) for unit in draft.units[:3]))
    dated = any(event_days(unit) or (draft.lead and unit.said_on and triggers(unit)) for unit in draft.units)
    counted = any(strong_counts(unit) for unit in draft.units)
    return told and (
        placed or (dated and (counted or (titled and draft.lead))) or (sent_from and draft.lead and counted)
    )


def _harmed(unit: Unit) -> bool:
    """Whether a unit counts somebody harmed: "nobody was killed" tells of no act by itself."""
    return strong_counts(unit) and any(count.value.high != 0 for count in unit.counts if not count.part)


def _left_over(draft: Draft, told: set[str]) -> list[Draft]:
    """Sites of a list that the text tells nothing more of, where it tells of the others: attacks of their own."""
    rest = sorted(d for d in draft.districts - told if not d.startswith("outside:"))
    if draft.lead or not draft.districts & told or not any(unit.attributions for unit in draft.units):
        return []
    first = replace(draft.units[0], counts=())
    return [Draft([_about(first, district)], frozenset({district})) for district in rest]


def _about(unit: Unit, district: str) -> Unit:
    return replace(unit, places=tuple(p for p in unit.places if district in p.districts))


def _stands_alone(draft: Draft, parts: list[Draft]) -> bool:
    """A wave of attacks is an incident of its own; another sum only where no part of it is told."""
    if draft.campaign:
        return is_incident(draft) or len(draft.districts) > 1 or any(strong_counts(u) for u in draft.units)
    first = draft.units[0]
    provinces = [p for p in first.places if p.kind == "province" and p.role == "site"]
    if strong_counts(first) and not draft.districts and provinces and all(p.outside for p in provinces):
        return True
    if any(not draft.districts or part.districts & draft.districts for part in parts):
        return False
    return is_incident(draft)
