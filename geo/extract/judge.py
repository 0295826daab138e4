"""Stage attach: what a sentence is: an event, a round-up of several, an attribution, or context that is no incident."""

from __future__ import annotations

import re
from functools import lru_cache

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
        "motorcyclists",
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
    r"\b(?:the|this|that|these|those|his|her|their|its|such|same|any|no|[\w-]+'s)\s+(?:[\w'-]+\s+){0,2}$"
)
DEFINITE_REACH = 40
_MEANT = cue(
    r"\b(?:plan|plot|threat|vow|prepar|intend|conspir|may|might|could|if|mock|drill|exercise)",
    *("plan", "plot", "threat", "vow", "prepar", "intend", "conspir", "may ", "might ", "could ", "if "),
    *("mock", "drill", "exercise"),
)
_LEADS_TO_MEANT = re.compile(
    r"(?:\b(?:plan(?:s|ned|ning)?|plot(?:s|ted|ting)?|threat(?:s|en|ens|ened|ening)?|vow(?:s|ed|ing)?|"
    r"prepar(?:e|es|ed|ing|ations)|intend(?:s|ed|ing)?|conspir(?:ed|ing|acy))\s+(?:to|of|for)\s+(?:\w+\s+){0,2}|"
    r"\b(?:may|might|could)\s+(?:be\s+|have\s+been\s+)?|^\W*if\s+(?:[\w-]+\s+){1,5}|"
    r"\b(?:mock|drill|exercise)\b[^.;]{0,40})$"
)
_SEVERAL_ACTS = re.compile(
    r"\b(?:separate|different|various|several|multiple|two|three|four|five|"
    r"six) (?:\w+ )?(?:attacks|incidents|blasts|explosions|operations|raids|engagements|bombings|"
    r"shootings|encounters)\b"
)
# "Rockets landed in different parts of the city": one act.
_PARTS_OF_ONE = re.compile(
    r"\b(?:different|various|several|many) (?:parts|areas|places|localities|neighbou?rhoods) of (?:the )?(?:\w+ )?"
    r"(?:capital|city|town|district|tehsil|bazaar|port)\b"
)
_MANY_ACTS = re.compile(
    r"\b(?:\d{2,}|dozens of|hundreds of|scores of) (?:[\w-]+ ){0,2}"
    r"(?:attacks|incidents|operations|bombings|blasts|assaults)\b"
)
# "Two engagements", "four separate gun attacks": so many acts, of which the text may tell each.
_COUNTED_ACTS = cue(
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|several|multiple|different|various|separate|numerous|\d{1,2}) "
    r"(?:[\w-]+ ){0,2}?(?:engagements|encounters|operations|ibos|raids|attacks|ambushes|assaults|incidents|clashes|"
    r"bombings|shootings|explosions|blasts|firefights|gun ?battles|skirmishes|actions)\b(?! (?:on|at|"
    r"against) (?:an?|the)\b)",
    *("engagements", "encounters", "operations", "ibos", "raids", "attacks", "ambushes", "assaults", "incidents"),
    *("clashes", "bombings", "shootings", "explosions", "blasts", "firefights", "battles", "skirmishes", "actions"),
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
    known: list[Hit] | None = unit.memo.get("triggers")
    if known is None:
        known = unit.memo["triggers"] = _triggers(unit)
    return known


def _triggers(unit: Unit) -> list[Hit]:
    return [
        hit
        for hit in unit.events
        if hit.word.weight > HINT
        and not (_is_noun(hit.word.phrase) and _is_definite(unit, hit.start))
        and not _is_only_meant(unit, hit.start)
    ]


def _is_only_meant(unit: Unit, at: int) -> bool:
    """Whether an act is planned, threatened or supposed: "threatened to attack buses", "if militants attack"."""
    lowered = unit.lowered
    if not _MEANT.search(lowered):
        return False
    return _LEADS_TO_MEANT.search(lowered[: at - unit.start]) is not None


@lru_cache(maxsize=1024)
def _is_noun(phrase: str) -> bool:
    """Whether a phrase of the word file names an act ("bomb attack"), and doesn't tell it ("attacked with bombs")."""
    first = phrase.partition(" ")[0]
    return _NOUN.search(phrase) is not None and not (first.endswith("ed") or first in ("taken", "took", "placed"))


def _is_definite(unit: Unit, at: int) -> bool:
    begin = unit.sentence.start
    lowered = unit.sentence.lowered
    return _DEFINITE.search(lowered[max(unit.start, at - DEFINITE_REACH) - begin : at - begin]) is not None


def strong_counts(unit: Unit) -> bool:
    return bool(unit.counts) and any(not count.part for count in unit.counts)


def is_armed(unit: Unit) -> bool:
    """Whether the words show an armed party or a weapon, beyond what an accident report may have."""
    for hit in unit.context_hits if "armed" in unit.contexts else ():
        if hit.code == "armed" and hit.word.phrase not in WEAK_EVIDENCE:
            return True
    return any(hit.code in SURE_EVENTS or hit.word.phrase in SURE_WORDS for hit in unit.events)


def kind_of(unit: Unit) -> str:
    """`event`, `roundup`, `nonevent`, `attribution`, `context`, or `general` (statistics, habits, threats)."""
    known: str | None = unit.memo.get("kind")
    if known is None:
        known = unit.memo["kind"] = _kind_of(unit)
    return known


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
    return unit.text.startswith("Th") and _ONE_OF.match(unit.text) is not None


def _only_speaks_of_it(unit: Unit) -> bool:
    """A condemnation, a claim of responsibility, or the record of those killed: no act is told anew."""
    if unit.has("condemn") or _RECORD.search(unit.lowered):
        return True
    return bool(unit.attributions) and not districts_of_unit(unit) and not triggers(unit)


def is_of_other_world(unit: Unit) -> bool:
    """An accident, a feud, or the figures of speech of sport, courts and budgets."""
    if not unit.has("accident", "crime", "sport", "court", "budget") or is_armed(unit):
        return False
    if unit.has("crime") and any(hit.word.phrase in TRIBAL for hit in unit.context_hits):
        return False
    if unit.has("accident", "crime"):
        return True
    if not (unit.events or unit.counts):
        return False  # "the men will be produced in court" tells no other act
    spheres = [hit.code for hit in unit.context_hits if hit.code in ("sport", "court", "budget")]
    if unit.has("armed") and strong_counts(unit):
        return len(set(spheres)) > 1  # "four soldiers, including a captain, were killed"
    return len(spheres) > 1 or (len(spheres) == 1 and not any(hit.word.weight > 3 for hit in unit.events))


def _is_general(unit: Unit) -> bool:
    """Statistics, habits, plans and threats: no act at one place and time."""
    lowered = unit.lowered
    if _CASES.search(lowered):
        return True
    if unit.dates and any((d.value and 1 <= d.value.prec <= 2) or d.offset is not None for d in unit.dates):
        return False
    if unit.has("statistic") or _GENERAL.search(lowered) or _MANY_ACTS.search(lowered):
        return True
    return not strong_counts(unit) and not districts_of_unit(unit) and _QUESTION_OF_FUTURE.search(lowered) is not None


def _is_roundup(unit: Unit) -> bool:
    """A sum over several incidents: several sites in a list, or "separate attacks" without one."""
    if unit.contexts:
        sites = len(districts_of_unit(unit))
        if unit.has("wave") and not sites:
            return True
        counted = not sites and strong_counts(unit) and _COUNTED_ACTS.search(unit.lowered) is not None
        if counted or (unit.has("plural") and (sites != 1 or _SEVERAL_ACTS.search(unit.lowered))):
            return not _PARTS_OF_ONE.search(unit.lowered) or is_list(unit)
    return is_list(unit)


def opens(unit: Unit) -> bool:
    """Whether the unit may begin an incident of its own."""
    if triggers(unit) or any(not count.part and not count.known for count in unit.counts):
        return True
    return claims_anew(unit)


def claims_anew(unit: Unit) -> bool:
    """ "The group said it was behind Monday's shooting of two men in Quetta": an act with its own day and place."""
    if not (unit.attributions and unit.events and unit.places) or not any(d.value for d in unit.dates):
        return False
    return bool(districts_of_unit(unit)) and any(said.relation in ("claim", "blame") for said in unit.attributions)
