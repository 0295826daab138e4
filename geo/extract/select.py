"""Between attach and resolve: which drafts are incidents, and which sums over several stand for themselves."""

from __future__ import annotations

from dataclasses import replace

from geo.extract.attach import Story
from geo.extract.compare import event_days
from geo.extract.judge import is_armed, is_of_other_world, strong_counts, triggers
from geo.extract.model import Draft, Unit
from geo.extract.where import referred

PARTS_THAT_REPLACE_A_SUM = 2


def chosen_drafts(story: Story) -> list[Draft]:
    """The incidents of a story in the order of the text."""
    kept = [draft for draft in story.drafts if is_incident(draft)]
    sums = [draft for draft in story.roundups if _stands_alone(draft, kept)]
    sums += [part for draft in story.roundups if draft not in sums for part in _left_over(draft, kept)]
    return sorted([*kept, *sums], key=lambda draft: draft.units[0].start)


def is_incident(draft: Draft) -> bool:
    """Whether a draft tells of an act of political violence at a place or time, not of an accident or a feud."""
    if draft.dead:
        return False
    opening = draft.units[:3]
    if any(is_of_other_world(unit) for unit in opening) and not any(is_armed(unit) for unit in opening):
        return False
    told = any(triggers(unit) or strong_counts(unit) for unit in draft.units)
    placed = bool(draft.districts or draft.inherits or any(referred(unit) for unit in draft.units[:3]))
    dated = any(event_days(unit) for unit in draft.units)
    counted = any(strong_counts(unit) for unit in draft.units)
    return told and (placed or (counted and dated))


def _left_over(draft: Draft, parts: list[Draft]) -> list[Draft]:
    """Sites of a list that the text tells nothing more of, where it tells of the others: attacks of their own."""
    told = {district for part in parts for district in part.districts}
    rest = sorted(d for d in draft.districts - told if not d.startswith("outside:"))
    if draft.lead or not draft.districts & told or not any(unit.attributions for unit in draft.units):
        return []
    first = replace(draft.units[0], counts=())
    return [Draft([_about(first, district)], frozenset({district})) for district in rest]


def _about(unit: Unit, district: str) -> Unit:
    return replace(unit, places=tuple(p for p in unit.places if district in p.districts))


def _stands_alone(draft: Draft, parts: list[Draft]) -> bool:
    """A wave of attacks is an incident of its own; another sum only where no part of it is told."""
    covered = [part for part in parts if not draft.districts or part.districts & draft.districts]
    if draft.campaign:
        return is_incident(draft) or len(draft.districts) > 1 or any(strong_counts(u) for u in draft.units)
    first = draft.units[0]
    provinces = [p for p in first.places if p.kind == "province" and p.role == "site"]
    if strong_counts(first) and not draft.districts and provinces and all(p.outside for p in provinces):
        return True
    if covered and (draft.districts or len(parts) >= 1):
        return False
    return is_incident(draft)
