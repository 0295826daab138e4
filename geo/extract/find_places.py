"""Stage find: places named in a text, and whether something may have happened there.

Names come from the gazetteer through an Aho-Corasick automaton; "the Kirdgab area" gives a local name that the
gazetteer needn't know. The words around a name say whether it is a site, a destination, an institution's name, ...
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import ahocorasick

from geo.extract.lexicon import fold_case
from geo.extract.model import PlaceMention
from geo.extract.place_roles import WINDOW, role_of, stands_for_state
from geo.gazetteer import Gazetteer, load_gazetteer
from geo.place_entries import Entry
from geo.place_names import name_key

_NAME = r"[A-Z][\w'’-]*"
_LOCAL = re.compile(
    rf"\b((?:{_NAME} ){{1,3}})(?:area|locality|village|tehsil|neighbourhood|neighborhood|"
    rf"bazaar|Bazaar|Colony|mountains|hills|"
    rf"sub-?division|town|region|locality|Road|Chowk|Street|road|mountain|station|bypass|interchange|dam|Dam|post|bridge)\b"
    rf"|\bareas? of (?P<after>{_NAME}(?: {_NAME}){{0,2}})"
)
_BORDER_CLASH = re.compile(r"^[^.;]{0,60}\bborder (?:clash|skirmish|fight|battle)")
# "The Shah Mardan area" is no place in Mardan.
_NAMED_BEFORE = re.compile(
    r"\b(?!North|South|East|West|Upper|Lower|District|Tehsil|The\b|In\b|At\b|Near\b)[A-Z][a-z]+\s$"
)
_STREET_AFTER = re.compile(r"\s(?:Chowk|Street|Colony|Bus (?:Stand|Terminal))\b")  # named after a town, in another
_AREA_AFTER = re.compile(r"\s(?:area|areas|locality|village|neighbou?rhood|mohallah?)\b")
_LISTED = re.compile(r",? and |, ")


@dataclass(frozen=True, slots=True)
class NameIndex:
    """An automaton over the gazetteer's spellings, what each may mean, and the names of countries by their codes."""

    automaton: Any
    gazetteer: Gazetteer
    countries: dict[str, str]


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
    entries = [reading.entry for readings in gazetteer.by_key.values() for reading in readings]
    countries = {entry.country: entry.name for entry in entries if entry.kind == "country" and entry.country}
    return NameIndex(automaton, gazetteer, countries)


@dataclass(frozen=True, slots=True)
class _Found:
    start: int
    end: int
    risky: bool


def find_places(text: str, names: NameIndex | None = None) -> list[PlaceMention]:
    """Every place of a text, left to right, with its role in its sentence."""
    index = names or default_names()
    found = _longest(_raw(text, index))
    mentions = [m for m in (_mention(text, f, index) for f in found) if m is not None]
    mentions = _listed_alike(text, mentions)
    known = {(m.start, m.end) for m in mentions}
    mentions.extend(m for m in _locals(text, mentions) if (m.start, m.end) not in known)
    return sorted(mentions, key=lambda m: (m.start, m.end))


def _listed_alike(text: str, mentions: list[PlaceMention]) -> list[PlaceMention]:
    """Names whose role another gives: "shifted to Machh, Sibi and Quetta", "in Kech's Tump"."""
    alike: list[PlaceMention] = []
    for mention in mentions:
        role = _lent_role(text, alike[-1], mention) if alike else None
        alike.append(replace(mention, role=role) if role else mention)
    return alike


def _lent_role(text: str, previous: PlaceMention, mention: PlaceMention) -> str | None:
    between = text[previous.end : mention.start]
    if previous.role == "other" and previous.kind != "seat" and mention.role == "site" and _LISTED.fullmatch(between):
        return "other"
    within = set(previous.districts) & set(mention.districts)
    return "site" if between == "'s " and previous.role == "site" and within else None


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


_key_of = lru_cache(maxsize=4096)(name_key)


def _mention(text: str, found: _Found, index: NameIndex) -> PlaceMention | None:
    name = text[found.start : found.end]
    readings = index.gazetteer.by_key.get(_key_of(name), ())
    if not readings:
        return None
    before, after = text[max(0, found.start - WINDOW) : found.start], text[found.end : found.end + 40]
    before = before.rpartition("\n")[2]
    if _STREET_AFTER.match(after):
        return None
    best = readings[0].entry
    if stands_for_state(name, before):
        return _state(found, name, after, best, index)
    if found.risky and not _risk_taken(before, after):
        return None
    if _part_of_name(before, after, best.kind):
        return None
    districts = sorted(
        {d for r in readings if r.entry.inside and r.score > readings[0].score - 0.2 for d in r.entry.districts}
    )
    outside = None if best.inside else best.province or best.country or best.name
    if best.kind == "province" and best.inside:
        districts = []
    if best.kind in ("linear", "division", "district"):
        districts = sorted(best.districts)
    role = role_of(before, after, best.kind, several=len(districts) > 1)
    return PlaceMention(found.start, found.end, name, role, best.kind, tuple(districts), outside, best.country)


def _state(found: _Found, name: str, after: str, seat: Entry, index: NameIndex) -> PlaceMention:
    """A state by its seat of government: the site of a clash on its border, else no place of what happened."""
    abroad = seat.country != "PK" and bool(_BORDER_CLASH.search(after))
    state = index.countries.get(seat.country or "", name)
    return PlaceMention(
        found.start, found.end, name, "site" if abroad else "other", "seat", (), outside=state, country=seat.country
    )


def _risk_taken(before: str, after: str) -> bool:
    """A name that is also a word or a person's name counts only beside words of place."""
    if re.match(r"\s*(?:area|district|tehsil|town|city|village|road|highway|region|locality)\b", after, re.I):
        return True
    return bool(re.search(r"\b(?:in|at|near|of|from|area of|town of|outside|around|to)\s+(?:the\s+)?$", before))


def _part_of_name(before: str, after: str, kind: str) -> bool:
    """Whether it stands within a longer name: "Kalat Khan", "Mir Chakar Rind"."""
    if kind in ("district", "province", "country", "outside", "linear", "division", "sea"):
        if kind == "outside" and _NAMED_BEFORE.search(before) and _AREA_AFTER.match(after):
            return True
        return bool(re.search(r"\b(?:Mr|Dr|Mir|Sardar|Nawab|Malik|Haji|Syed|Mullah|Maulana|Mufti)\.?\s+$", before))
    if re.search(
        r"\b(?:Mr|Dr|Mir|Sardar|Nawab|Malik|Haji|Syed|Mullah|Maulana|Mufti|Muhammad|Abdul|Ghulam|Captain|Major|Naik|Sepoy|Lt|Col|General|Inspector|Constable)\.?\s+$",
        before,
    ):
        return True
    return bool(
        re.match(
            r"\s(?:Khan|Baloch|Bugti|Marri|Mengal|Ahmed|Ahmad|Ali|Shah|Muhammad|Rind|Raisani|Achakzai|Zehri|Langove)\b",
            after,
        )
    ) and not re.search(r"\b(?:in|at|near|of)\s+(?:the\s+)?$", before)


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
