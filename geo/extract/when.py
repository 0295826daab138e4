"""Stage resolve, dates: the day or days on which a draft's incident happened, and the words that say so."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from geo.dates import DateHit
from geo.extract.cues import cue
from geo.extract.judge import kind_of
from geo.extract.model import Draft, Unit
from geo.models import DateRange, Span
from geo.normalize import parse_count

DAY = timedelta(days=1)
TELLING_UNITS = 5
LONGEST_SIEGE = 15
_DAYS = r"(?:two|three|four|five|six|seven|eight|nine|ten|\d{1,2})"
_LATER_DEATH = cue(
    r"\b(?:injured|wounded|injuries|wounds)\b[^.;]{0,140}\b(?:died|succumbed)\b|"
    r"\b(?:died of|succumbed to) (?:\w+ )?(?:injuries|wounds)\b",
    *("died", "succumbed"),
)
_LENGTH = re.compile(
    rf"\b(?P<n>{_DAYS})-day(?:-long)? (?:[\w-]+ )?(?:stand-?off|siege|battle|occupation|gun ?battle|takeover|"
    rf"fighting)\b|"
    rf"\b(?:standoff|siege|battle|occupation|fighting)\b[^.;]{{0,30}}\blasted (?:for )?(?P<m>{_DAYS}) days\b"
)


@dataclass(frozen=True, slots=True)
class When:
    """A date with the words that it rests on; `inferred` when they only say when somebody spoke of it."""

    value: DateRange
    unit: Unit | None
    hit: DateHit | None
    inferred: bool = False

    @property
    def span(self) -> Span | None:
        return Span(self.hit.start, self.hit.end) if self.hit else None


def when_of(draft: Draft, before: When | None, lead: When | None) -> When:
    """The date of a draft.

    Args:
        before: The date of the incident told before, on which "a day earlier" leans.
        lead: The date of the text's lead, which incidents told without a date share.
    """
    found = _told(draft, before or lead) or _around(draft, lead)
    if found:
        return _lasting(draft, found)
    if lead and lead.value.first and not _is_recalled(draft):
        return When(lead.value, lead.unit, lead.hit, lead.inferred)
    return said_day(draft.units) or When(DateRange.unknown(), None, None)


def _lasting(draft: Draft, when: When) -> When:
    """ "A three-day siege" whose first day is known ends two days after it."""
    start = when.value.first
    if start is None or when.value != DateRange.on(start) or draft.campaign:
        return when
    for unit in draft.units[:TELLING_UNITS]:
        lowered = unit.lowered
        match = _LENGTH.search(lowered) if "-day" in lowered or "lasted" in lowered else None
        days = parse_count(match["n"] or match["m"]) if match else None
        if days and days.best and 1 < days.best <= LONGEST_SIEGE:
            return replace(when, value=DateRange(start, start + (days.best - 1) * DAY, 1))
    return when


def _told(draft: Draft, anchor: When | None) -> When | None:
    """The first day among the units that tell the event, or a wider time; else a day beside them."""
    eventful = [u for u in draft.units if kind_of(u) in ("event", "roundup", "nonevent")]
    eventful.sort(key=_tells_later_death)  # "a guard wounded last week died on Sunday": not the day of the attack
    told = set(eventful)
    wide: When | None = None
    for unit in eventful or draft.units[:1]:
        found = _of_unit(unit, anchor)
        if found and found.value.prec <= 2 and (wide is None or wide.value.contains(found.value)):
            return found
        wide = wide or found
    if wide:
        return wide
    near = draft.units[:TELLING_UNITS] if draft.parent else draft.units  # else the day of the sum is nearer
    rest = (_of_unit(unit, anchor) for unit in near if unit.dates and unit not in told)
    return next((found for found in rest if found and found.value.prec <= 2), None)


def _tells_later_death(unit: Unit) -> bool:
    return _LATER_DEATH.search(unit.lowered) is not None


def _around(draft: Draft, lead: When | None) -> When | None:
    """The day that the paragraph opens with, or that of the sum which the incident is told after."""
    framed = _of_unit(draft.frame, None) if draft.frame else None
    if framed or not draft.parent:
        return framed
    return next(filter(None, (_of_unit(unit, lead) for unit in draft.parent.units)), None)


def _of_unit(unit: Unit, anchor: When | None) -> When | None:
    days = [d for d in unit.dates if d.value is not None and d.value.first is not None]
    if days:
        best = min(days, key=lambda d: (d.value.prec if d.value else 9) > 2)
        return When(best.value or DateRange.unknown(), unit, best)
    for hit in unit.dates:
        if hit.offset is not None and anchor and anchor.value.first and anchor.value.last:
            shift = hit.offset * DAY
            return When(DateRange(anchor.value.first + shift, anchor.value.last + shift, anchor.value.prec), unit, hit)
    return None


def said_day(units: Sequence[Unit]) -> When | None:
    """The day of the statement and the day before it, where the day itself isn't told: inferred, never certain."""
    for unit in units:
        if unit.said_on and unit.said_on.value and unit.said_on.value.first and unit.said_on.value.prec <= 2:
            first, last = unit.said_on.value.first, unit.said_on.value.last
            return When(DateRange(first - DAY, last, 2), unit, unit.said_on, inferred=True)
    return None


def lead_date(units: Sequence[Unit]) -> When | None:
    """The first day that the opening paragraphs name for an event, or else for a statement."""
    body = [u for u in units if u.sentence.kind == "body"]
    opening = [u for u in body if body and u.sentence.paragraph - body[0].sentence.paragraph < 2]
    for unit in opening:
        if unit.events or unit.counts:
            found = _of_unit(unit, None)
            if found and found.value.prec <= 2:
                return found
    return said_day(opening)


def _is_recalled(draft: Draft) -> bool:
    return draft.units[0].has("background")
