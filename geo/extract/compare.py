"""Stage attach, comparing: whether a unit and a draft can tell of one incident: days, acts, places, figures."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta

from geo.extract.judge import HINT, opens, strong_counts, triggers
from geo.extract.model import CountMention, Draft, Unit
from geo.models import DateRange

FAMILIES = (
    {"armed_attack", "armed_clash", "takeover", "targeted_killing", "suicide_attack", "bombing", "shelling"},
    {"armed_clash", "security_operation", "arrest"},
    {"bombing", "suicide_attack", "sabotage", "armed_attack"},
    {"abduction", "targeted_killing", "takeover", "armed_attack", "other"},
    {"sabotage", "armed_attack", "takeover"},
    {"air_strike", "shelling"},
    {"protest", "arrest", "mob_violence"},
)
MARKER_REACH = 45
_THEIR_BODIES = re.compile(r"\b(?:their|his|her) (?:[\w-]+ )?bod(?:y|ies)\b|\bbodies of \w+ of them\b", re.I)
_ALSO = re.compile(r"\balso\b", re.I)


def side(unit: Unit) -> str | None:
    """Whether a unit tells of an operation of the state or of an attack, by its first word of an event."""
    words = sorted((hit for hit in unit.events if hit.word.weight > HINT), key=lambda hit: hit.start)
    if not words:
        return None
    return "state" if words[0].code in ("security_operation", "arrest") else "other"


def is_separate(unit: Unit) -> bool:
    """Whether the unit begins with a word like "separately" or "in another incident", or recalls an older one."""
    return any(h.code in ("separate", "background") and h.start - unit.start <= MARKER_REACH for h in unit.context_hits)


def event_days(unit: Unit) -> list[DateRange]:
    return [d.value for d in unit.dates if d.value is not None and d.value.first is not None]


def dates_apart(draft: Draft, unit: Unit) -> bool:
    """Whether the unit tells of other days than the draft, by more than the length of a night."""
    told = [day for own in draft.units for day in event_days(own)]
    new = event_days(unit)
    relative = [d.offset for d in unit.dates if d.offset is not None and d.start - unit.start < MARKER_REACH]
    if new_day(draft, unit, told):
        return True
    if relative and relative[0] != 0 and told and opens(unit) and not new:
        return True
    if not told or not new:
        return False
    return not any(near(a, b) for a in told for b in new)


def new_day(draft: Draft, unit: Unit, told: list[DateRange]) -> bool:
    """Whether the unit begins with a day of its own after an incident dated by its distance from another."""
    first = next(iter(unit.dates), None)
    leans = any(d.offset for d in draft.units[0].dates)
    return bool(first and first.value and first.start - unit.start < 12 and leans and not told and opens(unit))


def goes_on(unit: Unit) -> bool:
    """Deaths in hospital and figures that rise go on with the incident, days later too."""
    if any(count.update or "succumb" in count.rule for count in unit.counts):
        return True
    return any("bodies" in count.rule for count in unit.counts) and bool(_THEIR_BODIES.search(unit.text))


def near(a: DateRange, b: DateRange) -> bool:
    if a.first is None or a.last is None or b.first is None or b.last is None:
        return True
    if max((b.first - a.last), (a.first - b.last)) > timedelta(days=0):
        return False
    return a.contains(b) or b.contains(a)


def kinds(unit: Unit) -> set[str]:
    return {hit.code for hit in unit.events}


def kinds_agree(draft: Draft, unit: Unit) -> bool:
    told = {kind for own in draft.units for kind in kinds(own)}
    new = kinds(unit)
    return not told or not new or bool(told & new) or any(told & family and new & family for family in FAMILIES)


def new_act(draft: Draft, unit: Unit) -> bool:
    """Whether, in the draft's own district, another place and another kind of act are told."""
    if _ALSO.search(unit.text) and strong_counts(unit) and not same_harms(draft, unit) and names_again(draft, unit):
        return True
    if not elsewhere(draft, unit) or not triggers(unit):
        return False
    if _ALSO.search(unit.text) and strong_counts(unit):
        return True
    clause = unit.start > unit.sentence.start
    return clause or not {k for own in draft.units for k in kinds(own)} & kinds(unit)


def other_side(draft: Draft, unit: Unit) -> bool:
    """Whether an attack with a day of its own follows an undated operation, or the other way round."""
    sides = {side(draft.units[0]), side(unit)}
    dated = any(event_days(own) for own in draft.units)
    return sides == {"state", "other"} and not dated and (bool(event_days(unit)) or _has_open_day(unit))


def _has_open_day(unit: Unit) -> bool:
    """Whether a day is named that can't be told, as no publication date is known ("on January 4")."""
    return any(d.value is None and d.offset is None for d in unit.dates)


def same_harms(draft: Draft, unit: Unit) -> bool:
    return bool({c.harm for own in draft.units for c in own.counts} & {c.harm for c in unit.counts})


def names_again(draft: Draft, unit: Unit) -> bool:
    """Whether the unit names the draft's place once more, as a new incident there would."""
    return any(p.role == "site" and set(p.districts) & draft.districts for p in unit.places)


def elsewhere(draft: Draft, unit: Unit) -> bool:
    """Whether both name sites below the district, and none in common."""
    here = {p.text for own in draft.units for p in own.places if p.role in ("site", "local") and p.kind != "district"}
    there = {p.text for p in unit.places if p.role in ("site", "local") and p.kind != "district"}
    return bool(here) and bool(there) and not here & there


def figures_clash(draft: Draft, unit: Unit) -> bool:
    """Whether both give plain figures of one harm and group, and different ones."""
    told = plain([count for own in draft.units for count in own.counts])
    new = plain(unit.counts)
    return any(key in told and not told[key] & values for key, values in new.items())


def same_figure(draft: Draft, unit: Unit) -> bool:
    told = plain([count for own in draft.units for count in own.counts])
    return any(told.get(key, set()) & values for key, values in plain(unit.counts).items())


def plain(counts: Iterable[CountMention]) -> dict[tuple[str, str], set[int | None]]:
    figures: dict[tuple[str, str], set[int | None]] = {}
    for count in counts:
        if not count.part and not count.weak and not count.update:
            figures.setdefault((count.harm, count.group), set()).add(count.value.best)
    return figures
