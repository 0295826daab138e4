"""Stage find: places named in a text, and whether something may have happened there.

Names come from the gazetteer through an Aho-Corasick automaton; "the Kirdgab area" gives a local name that the
gazetteer needn't know. The words around a name say whether it is a site, a destination, an institution's name, ...
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import ahocorasick

from geo.extract.lexicon import fold_case
from geo.extract.model import PlaceMention
from geo.gazetteer import Gazetteer, load_gazetteer
from geo.place_names import name_key

_NAME = r"[A-Z][\w'’-]*"
_LOCAL = re.compile(
    rf"\b((?:{_NAME} ){{1,3}})(?:area|locality|village|tehsil|neighbourhood|neighborhood|bazaar|Bazaar|mountains|hills|"
    rf"sub-?division|town|region|locality|Road|Chowk|Street|road|mountain|station|bypass|interchange|dam|Dam|post|bridge)\b"
    rf"|\bareas? of (?P<after>{_NAME}(?: {_NAME}){{0,2}})"
)
_ORIGIN = re.compile(
    r"(?:(?<!close )(?<!next )(?<!adjacent )(?<!according )\b(?:to|towards?|via|bound for|leading to|linking|links?|connects?|connecting|residents? of|natives? of|hail\w* from|belong\w* to|came from|comes? from|"
    r"travell?ing from|coming from|driven from|driving from|going from|way from|en route from|originally from|arriving from|stopped at|halted at|trains? held at|stranded at|arrived (?:at|in)|vehicles? from|trucks? from|"
    r"(?:shifted|moved|taken|sent|transferred|airlifted|referred|rushed|brought|flown|dispatched|returned|returning|headed|heading|travell?ing|going|on way|en route|way|route|admitted|transported|evacuated)(?: \w+){0,6} (?:to|for)|(?:treated|hospitalised|treatment|admitted)(?: \w+){0,5} (?:at|in))"
    r"(?: the| a)?(?: [\w'-]+|(?: [\w'-]+){0,4} (?:hospitals?|centre|center|unit|facility|morgue)(?: in| at| of)?)?"
    r"|\bfrom)\s+(?:the\s+)?$",
    re.I,
)
_SITE_FROM = re.compile(
    r"\b(?:abducted|kidnapped|recovered|found|picked up|seized|taken|whisked away|taken away|arrested|disappeared|captured|detained|"
    r"reported|away|far|km|kilomet\w+|distance|miles|minutes|drive|metres)(?: \w+){0,5} from\s+(?:the\s+)?$",
    re.I,
)
_NEAR = re.compile(
    r"(?:\b(?:\d*km|kilomet\w+|miles|metres|drive|away|far|distance|short of)\b[^,.;]{0,30}\b(?:from|of|north|south|east|west)|"
    r"\b(?:north|south|east|west)(?:ern|-east|-west)? of|\b(?:near|close to|outskirts of|vicinity of|outside|edge of))\s+(?:the\s+)?$",
    re.I,
)
_NEAR_DISTANCE = re.compile(r"\b(?:\d*km|kilomet\w+|miles|drive|far|distance)\b[^,.;]{0,30}\b(?:from|of|north|south|east|west)(?: of)?\s+(?:the\s+)?$", re.I)
_SITE = re.compile(
    r"\b(?:in|at|near|of|around|outside|inside|on|along|between|across|within|close to|into|over|off|entered|hit|rocked|struck|under|beside|"
    r"where|overran|stormed|infiltrated|attacked|raided|bombed|shelled|captured|targeted|through|,|and|&|adjoining|including|areas?|district'?s?|Balochistan's|province's|from|as|—|:|both)\s*"
    r"(?:the\s+)?(?:(?:\w+ly|[\w-]+) (?:area|areas|town|city|district|village|tehsil|region|part|parts|outskirts|mountainous|remote)s?\s+(?:of\s+|in\s+)?)?(?:and around\s+|[\"'])?$",
    re.I,
)
_TITLE_BEFORE = re.compile(
    r"\b(?:commissioner|deputy commissioner|assistant commissioner|SSP|SP|SHO|DSP|DC|AC|DIG|police chief|superintendent|"
    r"government of|chief minister|university of|governor of|bishop of|khan of|nawab of|commandant|chamber of|bench of|people of|"
    r"Civil Hospital|hospital in|hospital at|courts? in|offices? in|press club|correspondent in|reporters in|journalists in|newsmen in|embassy in|"
    r"(?:was|been|is|were) posted (?:at|in))\s+$",
    re.I,
)
_INSTITUTION_AFTER = re.compile(
    r"^(?:'s)?\s*(?:-?\s*based\b|\s*-?\s*bound\b|-born\b|police\b(?! (?:station|post|check|picket|lines|van|mobile|party|training))|levies (?:officials?|sources|force)|"
    r"university|high court|district court|cantonment board|division commissioner|commissioner|deputy commissioner|assistant commissioner|assistant comm|"
    r"DC\b|SSP\b|SHO\b|DSP\b|AC\b|SP\b|DIG\b|gladiators|kings|zalmi|express\b|mail\b|gas company|southern gas|trauma|medical|hospital|chamber|press club|"
    r"airport authority|port authority|port officials|assembly|government|chief minister|governor|district administration|administration|civil hospital)",
    re.I,
)
_EVENT_AFTER = re.compile(r"^\s(?:attack|blast|bombing|operation|incident|killings?|explosion|massacre|raid|clash|tragedy|shooting|suicide)", re.I)
_SEAT_BEFORE = re.compile(r"\b(?:residence|house|home|office|convoy|vehicle|compound|building)s? of (?:the )?$", re.I)
_BOUND_AFTER = re.compile(r"^(?:-|\s)bound\b|^-(?:based|born|ruled|style)\b", re.I)
_ROAD_AFTER = re.compile(r"^[-–\s](?:[A-Z]\w+\s)?(?:[Hh]ighway|[Nn]ational [Hh]ighway|motorway)\b|^-[A-Z]\w+ (?:road|Road)\b")
_HYPHEN_PAIR = re.compile(r"[-–]$")
_LISTED = re.compile(r",? and |, ")
_TITLE_ROLE = re.compile(r"\b(?:embassy|govt)\b", re.I)


@dataclass(frozen=True, slots=True)
class NameIndex:
    """An automaton over the gazetteer's spellings and what each may mean."""

    automaton: Any
    gazetteer: Gazetteer


@lru_cache(maxsize=1)
def default_names() -> NameIndex:
    return build_names(load_gazetteer())


def build_names(gazetteer: Gazetteer) -> NameIndex:
    """Index every spelling, and its variants with spaces for hyphens and the other way round."""
    automaton = ahocorasick.Automaton()
    phrases: dict[str, tuple[str, bool]] = {}
    for spelling in gazetteer.names():
        for form in {spelling.text, spelling.text.replace("-", " "), spelling.text.replace(" ", "-")}:
            key = fold_case(form)
            risky = spelling.risky and spelling.kind in ("place", "tehsil", "linear")
            known = phrases.get(key)
            phrases[key] = (key, risky and (known is None or known[1]))
    for key, value in phrases.items():
        if len(key) > 2:
            automaton.add_word(key, value)
    automaton.make_automaton()
    return NameIndex(automaton, gazetteer)


@dataclass(frozen=True, slots=True)
class _Found:
    start: int
    end: int
    risky: bool


def find_places(text: str, names: NameIndex | None = None) -> list[PlaceMention]:
    """Every place of a text, left to right, with its role in its sentence."""
    index = names or default_names()
    found = _longest(_raw(text, index))
    mentions = [m for m in (_mention(text, f, found, index) for f in found) if m is not None]
    mentions = _listed_alike(text, mentions)
    known = {(m.start, m.end) for m in mentions}
    mentions.extend(m for m in _locals(text, mentions) if (m.start, m.end) not in known)
    return sorted(mentions, key=lambda m: (m.start, m.end))


def _listed_alike(text: str, mentions: list[PlaceMention]) -> list[PlaceMention]:
    """"Shifted to Machh, Sibi and Quetta": what follows a destination in a list is one, too."""
    alike: list[PlaceMention] = []
    for mention in mentions:
        previous = alike[-1] if alike else None
        if previous and previous.role == "other" and mention.role == "site" and _LISTED.fullmatch(text[previous.end : mention.start]):
            mention = replace(mention, role="other")  # noqa: PLW2901
        alike.append(mention)
    return alike


def _raw(text: str, index: NameIndex) -> list[_Found]:
    hits: list[_Found] = []
    for last, (key, risky) in index.automaton.iter(fold_case(text)):
        end = last + 1
        start = end - len(key)
        if (end < len(text) and text[end].isalnum()) or (start and text[start - 1].isalnum()):
            continue
        if text[start].isupper() or text[start].isdigit() or text[start] > "\u0600":
            hits.append(_Found(start, end, risky))
    return hits


def _longest(hits: list[_Found]) -> list[_Found]:
    kept: list[_Found] = []
    for hit in sorted(hits, key=lambda h: (h.start, -h.end)):
        if kept and hit.start < kept[-1].end:
            continue
        kept.append(hit)
    return kept


def _mention(text: str, found: _Found, others: list[_Found], index: NameIndex) -> PlaceMention | None:
    name = text[found.start : found.end]
    readings = index.gazetteer.by_key.get(name_key(name), ())
    if not readings:
        return None
    before, after = text[max(0, found.start - 60) : found.start], text[found.end : found.end + 40]
    before = before.rpartition("\n")[2]
    best = readings[0].entry
    if found.risky and not _risk_taken(before, after):
        return None
    if _part_of_name(before, after, best.kind):
        return None
    districts = sorted({d for r in readings if r.entry.inside and r.score > readings[0].score - 0.2 for d in r.entry.districts})
    outside = None if best.inside else best.province or best.country or best.name
    if best.kind == "province" and best.inside:
        districts = []
    if best.kind in ("linear", "division"):
        districts = sorted(best.districts)
    role = _role(before, after, best.kind, several=len(districts) > 1)
    return PlaceMention(found.start, found.end, name, role, best.kind, tuple(districts), outside, best.country)


def _risk_taken(before: str, after: str) -> bool:
    """A name that is also a word or a person's name counts only beside words of place."""
    if re.match(r"\s*(?:area|district|tehsil|town|city|village|road|highway|region|locality)\b", after, re.I):
        return True
    return bool(re.search(r"\b(?:in|at|near|of|from|area of|town of|outside|around|to)\s+(?:the\s+)?$", before))


def _part_of_name(before: str, after: str, kind: str) -> bool:
    """Whether it stands within a longer name: "Kalat Khan", "Mir Chakar Rind"."""
    if kind in ("district", "province", "country", "outside", "linear", "division", "sea"):
        return bool(re.search(r"\b(?:Mr|Dr|Mir|Sardar|Nawab|Malik|Haji|Syed|Mullah|Maulana|Mufti)\.?\s+$", before))
    if re.search(r"\b(?:Mr|Dr|Mir|Sardar|Nawab|Malik|Haji|Syed|Mullah|Maulana|Mufti|Muhammad|Abdul|Ghulam|Captain|Major|Naik|Sepoy|Lt|Col|General|Inspector|Constable)\.?\s+$", before):
        return True
    return bool(re.match(r"\s(?:Khan|Baloch|Bugti|Marri|Mengal|Ahmed|Ahmad|Ali|Shah|Muhammad|Rind|Raisani|Achakzai|Zehri|Langove)\b", after)) and not re.search(r"\b(?:in|at|near|of)\s+(?:the\s+)?$", before)


def _role(before: str, after: str, kind: str, *, several: bool) -> str:
    if _BOUND_AFTER.match(after) or (kind == "country" and not _SITE.search(before)):
        return "other"
    if _SEAT_BEFORE.search(before) and _INSTITUTION_AFTER.match(after):
        return "site"
    if _TITLE_BEFORE.search(before) or _INSTITUTION_AFTER.match(after):
        return "weak"
    if _EVENT_AFTER.match(after) and not re.search(r"\b(?:in|at|near)\s+(?:the\s+)?$", before):
        return "ref"
    if kind == "linear" and several:
        return "line"
    if _ROAD_AFTER.match(after) or _HYPHEN_PAIR.search(before):
        return "other"
    if _NEAR_DISTANCE.search(before):
        return "near"
    if _SITE_FROM.search(before):
        return "site"
    if _ORIGIN.search(before):
        return "other"
    if _SITE.search(before) or _NEAR.search(before) or not before.strip() or after.startswith((" district", "'s", " area")):
        return "site"
    return "weak" if re.search(r"[a-z\d]\s+$", before) and not re.match(r"\s+(?:district|area|town|city|tehsil)", after) else "site"


def _locals(text: str, known: list[PlaceMention]) -> list[PlaceMention]:
    """Local names that the gazetteer lacks: "the Bdal Karez area", "Gurmakan area of Panjgur"."""
    spans = [(m.start, m.end) for m in known]
    found: list[PlaceMention] = []
    for match in _LOCAL.finditer(text):
        group = "after" if match["after"] else 1
        start, end = match.span(group)
        end = start + len(text[start:end].rstrip())
        words = text[start:end]
        first = words.split()[0] if words.split() else ""
        if first in ("The", "In", "A", "An", "This", "That", "Security", "Police", "Levies", "Officials"):
            start += len(first) + 1
        if start >= end or any(a < end and start < b for a, b in spans):
            continue
        found.append(PlaceMention(start, end, text[start:end], "local", "local", ()))
    return found


def districts_of(mentions: list[PlaceMention]) -> dict[str, int]:
    """How often each district is meant, for weighing an ambiguous name."""
    tally: dict[str, int] = defaultdict(int)
    for mention in mentions:
        if len(mention.districts) == 1:
            tally[mention.districts[0]] += 1
    return tally
