"""Stage attach: what a sentence is: an event, a round-up of several, an attribution, or context that is no incident."""

from __future__ import annotations

import re

from geo.extract.cues import cue
from geo.extract.lexicon import Hit
from geo.extract.model import Unit
from geo.extract.where import districts_of_unit, is_list

NON_CONFLICT = ("accident", "sport", "court", "budget", "crime")
# Words of force and weapons that an accident report has, too.
WEAK_EVIDENCE = frozenset(
    [
        "blast",
        "explosion",
        "security forces",
        "troops",
        "FC",
        "Frontier Corps",
        "army",
        "soldiers",
        "Levies",
        "firing",
        "explosives",
        "explosive",
        "clash",
        "tribal",
        "tribe",
        "tribes",
        "drone",
        "CTD",
        "bomb",
        "rocket",
        "banned",
        "separatist",
    ]
)
HINT = 2  # the weight of words that colour an event but don't show one ("pipeline", "hideout")
TRIBAL = ("tribe", "tribes", "tribal", "clan", "clans", "tribesmen")
SURE_EVENTS = ("abduction", "suicide_attack", "targeted_killing")
SURE_WORDS = (
    "shot at",
    "fired at",
    "fired on",
    "opened fire",
    "open fire",
    "ambushed",
    "gun attack",
    "fired upon",
    "came under fire",
    "gun battle",
    "exchange of fire",
)
_NOUN = re.compile(
    r"(?:attacks?|blasts?|bombings?|explosions?|operations?|raids?|shootings?|firing|assaults?|"
    r"clash(?:es)?|ambush|abductions?|killings?|siege|violence|encounter|offensive|bombs?|"
    r"grenades?|IED|rockets?|bridge|pipeline|railway (?:track|line)|explosives|device|kidnapping|"
    r"arrests?|killing of|custody|mob|hostage|hideout|engagements?|assassination|gun battle|"
    r"suicide (?:attack|bombing|bomber))$",
    re.I,
)
_DEFINITE = re.compile(
    r"\b(?:the|this|that|these|those|his|her|their|its|such|same|any|no|[\w-]+'s)\s+(?:[\w'-]+\s+){0,2}$", re.I
)
_SEVERAL_ACTS = re.compile(
    r"\b(?:separate|different|various|several|multiple|two|three|four|five|"
    r"six) (?:\w+ )?(?:attacks|incidents|blasts|explosions|operations|raids|engagements|bombings|"
    r"shootings|encounters)\b",
    re.I,
)
_ONE_OF = re.compile(
    r"(?:This|The (?:attack|incident|blast|assault)) (?:was|is) (?:the \w+ )?(?:one )?of (?:\w+ ){1,3}?\w+s\b"
)
_CASES = cue(
    r"\b(?:new cases of|cases of|incidents of) (?:enforced|missing|militan|terror|violence)", "cases of", "incidents of"
)
_RECORD = cue(
    r"\b(?:involved in|wanted (?:for|in)|notorious for)\b[^.;]{0,60}\b(?:attacks|activities|acts|killings?)\b",
    *("involved in", "wanted ", "notorious"),
)
_GENERAL = cue(
    r"\b(?:have long|has long|long been|often|frequently|for decades|for years|routinely|"
    r"regularly|typically|usually|common|in the past|over the years|repeatedly|continue to|"
    r"continues to)\b",
    *(" long", "often", "frequently", "for decades", "for years", "routinely", "regularly", "typically", "usually"),
    *("common", "in the past", "over the years", "repeatedly", "continue"),
)
_QUESTION_OF_FUTURE = cue(
    r"\b(?:will be brought|would be brought|plan(?:ned|s)? to|vow\w*|threat\w*|warn\w*|fear\w*|if)\b",
    *("be brought", "plan", "vow", "threat", "warn", "fear", "if"),
)


def triggers(unit: Unit) -> list[Hit]:
    """Words of an event that open one: not "the attack", which leans on one already told."""
    if not unit.events:
        return []
    if "triggers" not in unit.memo:
        unit.memo["triggers"] = _triggers(unit)
    return unit.memo["triggers"]  # type: ignore[no-any-return]


def _triggers(unit: Unit) -> list[Hit]:
    return [
        hit
        for hit in unit.events
        if hit.word.weight > HINT
        and not (
            _NOUN.search(hit.word.phrase)
            and not hit.word.phrase.partition(" ")[0].endswith("ed")
            and _DEFINITE.search(unit.text[: hit.start - unit.start][-40:])
        )
    ]


def strong_counts(unit: Unit) -> bool:
    return any(not count.part for count in unit.counts)


def is_armed(unit: Unit) -> bool:
    """Whether the words show an armed party or a weapon, beyond what an accident report may have."""
    if any(hit.code == "armed" and hit.word.phrase not in WEAK_EVIDENCE for hit in unit.context_hits):
        return True
    return any(hit.code in SURE_EVENTS or hit.word.phrase in SURE_WORDS for hit in unit.events)


def kind_of(unit: Unit) -> str:
    """`event`, `roundup`, `nonevent`, `attribution`, `context`, or `general` (statistics, habits, threats)."""
    if "kind" not in unit.memo:
        unit.memo["kind"] = _kind_of(unit)
    return str(unit.memo["kind"])


def _kind_of(unit: Unit) -> str:
    if _only_places_it(unit):
        return "context"
    eventful = any(hit.word.weight > HINT for hit in unit.events) or strong_counts(unit)
    if (eventful or unit.attributions) and _is_general(unit):
        return "general"
    if not eventful:
        return "attribution" if unit.attributions else "context"
    if is_of_other_world(unit):
        return "nonevent"
    if not strong_counts(unit) and _only_speaks_of_it(unit):
        return "attribution" if unit.attributions and not unit.has("condemn") else "context"
    return "roundup" if _is_roundup(unit) else "event"


def _only_places_it(unit: Unit) -> bool:
    """ "This was one of two attacks in the area that day": another act is mentioned, and none told."""
    return bool(_ONE_OF.match(unit.text))


def _only_speaks_of_it(unit: Unit) -> bool:
    """A condemnation, a claim of responsibility, or the record of those killed: no act is told anew."""
    if unit.has("condemn") or _RECORD.search(unit.text, unit.lowered):
        return True
    return bool(unit.attributions) and not districts_of_unit(unit) and not triggers(unit)


def is_of_other_world(unit: Unit) -> bool:
    """An accident, a feud, or the figures of speech of sport, courts and budgets."""
    if is_armed(unit):
        return False
    if unit.has("crime") and any(hit.word.phrase in TRIBAL for hit in unit.context_hits):
        return False
    if unit.has("accident", "crime"):
        return True
    spheres = [hit.code for hit in unit.context_hits if hit.code in ("sport", "court", "budget")]
    return len(spheres) > 1 or (len(spheres) == 1 and not any(hit.word.weight > 3 for hit in unit.events))


def _is_general(unit: Unit) -> bool:
    """Statistics, habits, plans and threats: no act at one place and time."""
    dated = any((d.value is not None and 1 <= d.value.prec <= 2) or d.offset is not None for d in unit.dates)
    if unit.has("statistic") and not dated:
        return True
    if _CASES.search(unit.text, unit.lowered):
        return True
    if not dated and _GENERAL.search(unit.text, unit.lowered):
        return True
    return (
        not dated
        and not strong_counts(unit)
        and bool(_QUESTION_OF_FUTURE.search(unit.text, unit.lowered))
        and not districts_of_unit(unit)
    )


def _is_roundup(unit: Unit) -> bool:
    """A sum over several incidents: several sites in a list, or "separate attacks" without one."""
    sites = len(districts_of_unit(unit))
    if unit.has("wave") and not sites:
        return True
    return is_list(unit) or (unit.has("plural") and (sites != 1 or bool(_SEVERAL_ACTS.search(unit.text))))


def opens(unit: Unit) -> bool:
    """Whether the unit may begin an incident of its own."""
    return bool(triggers(unit)) or any(not count.part and not count.known for count in unit.counts)
