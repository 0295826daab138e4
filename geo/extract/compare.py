"""Stage attach, comparing: whether a unit and a draft can tell of one incident: days, acts, places, figures."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from geo.datafiles import split_list
from geo.extract.cues import cue
from geo.extract.figures import FATE
from geo.extract.judge import HINT, opens, strong_counts, triggers
from geo.extract.lexicon import Hit
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
CLAUSE_REACH = 16
WIDE = ("district", "division", "province", "country")  # kinds of places that hold many sites
# Words for any act or for those who did it: they tell no two incidents apart.
GENERAL_WORDS = frozenset(
    split_list(
        "attack|attacks|assault|assaults|raid|incident|operation|operations|fighters|militants|attackers|killing of|"
        "group|leaders|officials|victims|people|persons|others|men"
    )
)
_THEIR_BODIES = re.compile(
    r"\b(?:their|his|her|(?:the )?victims'|the hostages') (?:[\w-]+ )?bod(?:y|ies)\b|"
    r"\bbodies of \w+ of (?:them|the (?:\w+ )?(?:\w+))\b|"
    r"\bbodies of the (?:abducted|kidnapped|missing|hostages|victims|captives)\b"
)
# "An hour later gunmen killed ...": where another place is named, another act.
_LATER = re.compile(
    r"(?:around |about |some |barely |nearly )?(?:(?:an?|half an|one|two|three|four|five|six|a few|few|several|\d+) )?"
    r"(?:hours?|minutes?) (?:later|after)\b|later (?:in the|that) (?:day|night|evening)\b|shortly after(?:wards)?\b|"
    r"earlier (?:in the|that) (?:day|evening|morning)\b"
)
_EARLIER = re.compile(
    r"(?:around |about |some |barely |nearly |just )?(?:(?:an?|half an|one|two|three|four|five|six|a few|few|"
    r"several|\d+) )?"
    r"(?:hours?|minutes?) (?:earlier|before|prior)\b|earlier (?:in the|that|on the same) (?:day|evening|"
    r"morning|night)\b|"
    r"earlier on (?:mon|tues|wednes|thurs|fri|satur|sun)day\b"
)
# "The incident took place near ...": where the act just told happened.
_IT_HAPPENED = re.compile(
    r"\b(?:the|this) (?:\w+ )?(?:incident|attack|blast|explosion|shooting|firing|ambush|raid|assault|clash|encounter) "
    r"(?:took place|occurred|happened|was reported)\b"
)
_BUT = re.compile(r",? (?:but|while|though|although) ")
_ALSO = cue(r"\balso\b", "also")


@dataclass(slots=True)
class Told:
    """What the units of a draft tell together, each read once: a draft may grow to thousands of units."""

    read: int = 0
    days: dict[DateRange, None] = field(default_factory=dict)
    kinds: set[str] = field(default_factory=set)
    acts: set[str] = field(default_factory=set)
    harms: set[str] = field(default_factory=set)
    figures: dict[tuple[str, str], set[int | None]] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)


def told_of(draft: Draft) -> Told:
    """What a draft tells by now."""
    told: Told | None = draft.memo.get("told")
    if told is None:
        told = draft.memo["told"] = Told()
    for unit in draft.units[told.read :]:
        told.days.update(dict.fromkeys(event_days(unit)))
        told.kinds.update(kinds(unit))
        told.acts.update([hit.code for hit in triggers(unit)])
        told.harms.update([count.harm for count in unit.counts])
        for key, values in plain(unit.counts).items():
            told.figures.setdefault(key, set()).update(values)
        told.names.update(_names(unit))
    told.read = len(draft.units)
    return told


def side(unit: Unit) -> str | None:
    """Whether a unit tells of an operation of the state or of an attack, by its first word of an event."""
    words = sorted((hit for hit in unit.events if hit.word.weight > HINT), key=lambda hit: hit.start)
    if not words:
        return None
    return "state" if words[0].code in ("security_operation", "arrest") else "other"


def is_separate(unit: Unit) -> bool:
    """Whether the unit begins with a word like "separately" or "in another incident", or recalls an older one."""
    if not unit.has("separate", "background"):
        return False
    return any(h.code in ("separate", "background") and h.start - unit.start <= MARKER_REACH for h in unit.context_hits)


def event_days(unit: Unit) -> list[DateRange]:
    return [d.value for d in unit.dates if d.value is not None and d.value.first is not None] if unit.dates else []


def dates_apart(draft: Draft, unit: Unit) -> bool:
    """Whether the unit tells of other days than the draft, by more than the length of a night."""
    if not unit.dates:
        return False
    told = told_of(draft).days
    new = event_days(unit)
    relative = [d.offset for d in unit.dates if d.offset is not None and d.start - unit.start < MARKER_REACH]
    if new_day(draft, unit, told) or _clause_of_own_day(draft, unit):
        return True
    dated = bool(told) or any(u.said_on for u in draft.units)
    if relative and relative[0] != 0 and dated and opens(unit) and not new:
        return True
    if not told or not new:
        return False
    return not any(near(a, b) for a in told for b in new)


def _clause_of_own_day(draft: Draft, unit: Unit) -> bool:
    """ "Earlier this month two men were shot dead, while on September 9 a grenade was thrown": another act."""
    first = unit.dates[0]
    if unit.start == unit.sentence.start or first.value is None or first.start - unit.start > CLAUSE_REACH:
        return False
    return any(u.sentence is unit.sentence and u.dates and u.dates[0].value != first.value for u in draft.units)


def new_day(draft: Draft, unit: Unit, told: Iterable[DateRange]) -> bool:
    """Whether the unit begins with a day of its own after an incident dated by its distance from another."""
    first = next(iter(unit.dates), None)
    relative = any(d.offset for d in draft.units[0].dates)
    return bool(first and first.value and first.start - unit.start < 12 and relative and not told and opens(unit))


def goes_on(unit: Unit) -> bool:
    """Deaths in hospital and figures that rise go on with the incident, days later too."""
    if any(count.update or "succumb" in count.rule for count in unit.counts):
        return True
    if not triggers(unit) and any(count.rule.endswith(" died") for count in unit.counts):
        return True
    found = any("bodies" in count.rule for count in unit.counts) or (unit.events and kinds(unit) == {"other"})
    return bool(found) and _THEIR_BODIES.search(unit.lowered) is not None


def tells_fate(unit: Unit) -> bool:
    """Whether it says what became of those taken before."""
    return any(count.rule == FATE for count in unit.counts) and all(count.harm != "abducted" for count in unit.counts)


def leans(unit: Unit) -> bool:
    """ "The incident took place at ...", "the hostages were killed": it goes on with what was told last."""
    if tells_fate(unit):
        return True
    return _IT_HAPPENED.search(unit.lowered) is not None


def near(a: DateRange, b: DateRange) -> bool:
    if a.first is None or a.last is None or b.first is None or b.last is None:
        return True
    if max((b.first - a.last), (a.first - b.last)) > timedelta(days=0):
        return False
    return a.contains(b) or b.contains(a)


def kinds(unit: Unit) -> set[str]:
    return {hit.code for hit in unit.events}


def kinds_agree(draft: Draft, unit: Unit) -> bool:
    told, new = told_of(draft).kinds, kinds(unit)
    return not told or not new or bool(told & new) or any(told & family and new & family for family in FAMILIES)


def new_act(draft: Draft, unit: Unit) -> bool:
    """Whether, in the draft's own district, another place and another kind of act are told."""
    also = strong_counts(unit) and _ALSO.search(unit.lowered) is not None
    if earlier_act(unit) or (also and not same_harms(draft, unit) and names_again(draft, unit)):
        return True
    if not elsewhere(draft, unit):
        return False
    if opens(unit) and _LATER.match(unit.lowered):
        return True
    if not triggers(unit):
        return False
    if also:
        return True
    clause = unit.start > unit.sentence.start
    return clause or told_of(draft).acts.isdisjoint([hit.code for hit in triggers(unit)])


def earlier_act(unit: Unit) -> bool:
    """ "An hour earlier, armed men had entered an office": another act than the one just told."""
    return bool(triggers(unit)) and _EARLIER.match(unit.lowered) is not None


def other_side(draft: Draft, unit: Unit) -> bool:
    """Whether an attack with a day of its own follows an undated operation, or the other way round."""
    sides = {side(draft.units[0]), side(unit)}
    return sides == {"state", "other"} and not told_of(draft).days and (bool(event_days(unit)) or _has_open_day(unit))


def _has_open_day(unit: Unit) -> bool:
    """Whether a day is named that can't be told, as no publication date is known ("on January 4")."""
    return any(d.value is None and d.offset is None for d in unit.dates)


def same_harms(draft: Draft, unit: Unit) -> bool:
    return not told_of(draft).harms.isdisjoint([count.harm for count in unit.counts])


def names_again(draft: Draft, unit: Unit) -> bool:
    """Whether the unit names the draft's place once more, as a new incident there would."""
    return any(p.role == "site" and set(p.districts) & draft.districts for p in unit.places)


def elsewhere(draft: Draft, unit: Unit) -> bool:
    """Whether both name sites below the district, and none in common."""
    there = _names(unit)
    if not there:
        return False
    here = told_of(draft).names
    return bool(here) and here.isdisjoint(there)


def _names(unit: Unit) -> list[str]:
    return [p.text for p in unit.places if p.role in ("site", "local") and p.kind not in WIDE]


def figures_clash(draft: Draft, unit: Unit) -> bool:
    """Whether both give plain figures of one harm and group, and different ones."""
    if not unit.counts:
        return False
    told = told_of(draft).figures
    return any(key in told and not told[key] & values for key, values in plain(unit.counts).items())


def same_figure(draft: Draft, unit: Unit) -> bool:
    if not unit.counts:
        return False
    told = told_of(draft).figures
    return any(key in told and told[key] & values for key, values in plain(unit.counts).items())


def plain(counts: Iterable[CountMention]) -> dict[tuple[str, str], set[int | None]]:
    figures: dict[tuple[str, str], set[int | None]] = {}
    for count in counts:
        if not count.part and not count.weak and not count.update:
            figures.setdefault((count.harm, count.group), set()).add(count.value.best)
    return figures


def named_things(unit: Unit) -> list[Hit]:
    """What a unit says was hit or who was harmed, in words of the vocabularies: "pipeline", "policeman"."""
    but = _BUT.search(unit.lowered)
    end = unit.start + but.start() if but else unit.end
    hits = [hit for hit in (*unit.events, *unit.persons) if hit.start < end]
    return [hit for hit in hits if hit.word.phrase.casefold() not in GENERAL_WORDS]


def tells_of(draft: Draft, things: Sequence[Hit]) -> bool:
    """Whether the sentences that open a draft have one of the words, or count people of the same group."""
    opening = draft.units[:3]
    groups = {count.group for unit in opening for count in unit.counts}
    return any(
        (hit.word.kind == "person" and hit.code in groups)
        or any(hit.word.phrase.casefold() in unit.lowered for unit in opening)
        for hit in things
    )
