"""Stage find: places named in a text, and whether something may have happened there.

Names come from the gazetteer through an Aho-Corasick automaton; "the Kirdgab area" gives a local name that the
gazetteer needn't know. The words around a name say whether it is a site, a destination, an institution's name, ...
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

import ahocorasick

from geo.extract.lexicon import fold_case
from geo.extract.model import PlaceMention
from geo.extract.place_roles import CLOSING, WINDOW, is_state_seat, role_of, stands_for_state
from geo.gazetteer import Gazetteer, Reading, load_gazetteer
from geo.place_entries import Entry
from geo.place_names import name_key, sound_key

_NAME = r"[A-Z][\w'’-]*"
LOCAL_WORDS = (
    *("area", "locality", "village", "tehsil", "neighbourhood", "neighborhood", "bazaar", "Bazaar", "Colony"),
    *("mountains", "hills", "subdivision", "sub-division", "town", "region", "Road", "Chowk", "Street", "road"),
    *("mountain", "station", "bypass", "interchange", "dam", "Dam", "post", "bridge"),
)
_LOCAL = re.compile(
    rf"\b((?:{_NAME} ){{1,3}})(?:{'|'.join(LOCAL_WORDS)})\b|\bareas? of (?P<after>{_NAME}(?: {_NAME}){{0,2}})"
)
SHORTEST_JOINED = 6
SHORTEST_HEARD = 5
_AFTER_PLACE_WORD = re.compile(
    rf"\b(?:in|at|near|of|around|outside|from|[Ii]n|[Nn]ear) (?:the )?(?P<name>{_NAME}(?:[ -]{_NAME}){{0,2}})"
)
_BORDER_CLASH = re.compile(r"^[^.;]{0,60}\bborder (?:clash|skirmish|fight|battle)")
# "The Shah Mardan area" is no place in Mardan.
_NAMED_BEFORE = re.compile(
    r"\b(?!North|South|East|West|Upper|Lower|District|Tehsil|The\b|In\b|At\b|Near\b)[A-Z][a-z]+\s$"
)
_STREET_AFTER = re.compile(r"\s(?:Chowk|Street|Colony|Bus (?:Stand|Terminal))\b")  # named after a town, in another
_AREA_AFTER = re.compile(r"\s(?:area|areas|locality|village|neighbou?rhood|mohallah?)\b")
_LISTED = re.compile(r",? and |, ")
LONGEST_JOINT = len(", and ")
LEAD_REACH = 20  # a word or two before a name
# Reports on the whole province are sent from here.
BUREAUS = (
    *("quetta", "islamabad", "rawalpindi", "karachi", "peshawar", "lahore"),
    *("کوئٹہ", "اسلام آباد", "راولپنڈی", "کراچی", "پشاور", "لاہور"),
)
_PLACE_WORD_AFTER = re.compile(
    r"\s*(?:area|district|tehsil|town|city|village|road|highway|region|locality|"
    r"میں|کے (?:علاقے|قریب|نواح|نزدیک|مقام)|شہر|روڈ|بازار)\b",  # Urdu: in; the area of, near; town, road, bazaar
    re.I,
)
_LEADS_TO_PLACE = re.compile(r"\b(?:in|at|near|of|from|area of|town of|outside|around|to)\s+(?:the\s+)?$")
_IN_BEFORE = re.compile(r"\b(?:in|at|near|of)\s+(?:the\s+)?$")
_STYLE = "Mr|Dr|Mir|Sardar|Nawab|Malik|Haji|Syed|Mullah|Maulana|Mufti"
_STYLE_BEFORE = re.compile(rf"\b(?:{_STYLE})\.?\s+$")
_STYLE_OR_NAME_BEFORE = re.compile(
    rf"\b(?:{_STYLE}|Muhammad|Abdul|Ghulam|Captain|Major|Naik|Sepoy|Lt|Col|General|Inspector|Constable)\.?\s+$"
)
_SURNAME_AFTER = re.compile(
    r"\s(?:Khan|Baloch|Bugti|Marri|Mengal|Ahmed|Ahmad|Ali|Shah|Muhammad|Rind|Raisani|Achakzai|Zehri|Langove)\b"
)


@dataclass(frozen=True, slots=True, eq=False)
class NameIndex:
    """An automaton over the gazetteer's spellings and words like "area", and the names of countries by their codes."""

    automaton: Any
    gazetteer: Gazetteer
    countries: dict[str, str]


@lru_cache(maxsize=1)
def default_names() -> NameIndex:
    return build_names(load_gazetteer())


def build_names(gazetteer: Gazetteer) -> NameIndex:
    """Index every spelling, and its variants with spaces for hyphens and the other way round."""
    automaton = ahocorasick.Automaton()
    phrases: dict[str, bool] = {}
    for spelling in gazetteer.names():
        forms = {spelling.text, spelling.text.replace("-", " "), spelling.text.replace(" ", "-")}
        if len(joined := spelling.text.replace(" ", "")) >= SHORTEST_JOINED and spelling.kind in ("place", "tehsil"):
            forms.add(joined)  # Nok Kundi, Nokkundi
        for form in forms:
            key = fold_case(form)
            risky = spelling.risky and spelling.kind in ("place", "tehsil", "linear")
            known = phrases.get(key)
            phrases[key] = risky and known is not False
    local = {fold_case(word) for word in (*LOCAL_WORDS, "area of", "areas of")}
    for key in local | phrases.keys():
        if len(key) > 2:
            automaton.add_word(key, (len(key), phrases.get(key), key in local))
    automaton.make_automaton()
    entries = [reading.entry for readings in gazetteer.by_key.values() for reading in readings]
    countries = {entry.country: entry.name for entry in entries if entry.kind == "country" and entry.country}
    return NameIndex(automaton, gazetteer, countries)


LONGEST_APPOSITION = 40
_LIES_IN = re.compile(
    r"(?: (?:area|district|city|town|tehsil|agency|region|neighbou?rhood|locality|suburb|quarter|section))?"
    r"(?:,| of| in|, in|,? an? [\w-]+(?: [\w-]+)? (?:of|in))(?: the)?(?: \w+ province of)? ",
    re.I,
)


class _Found(NamedTuple):
    start: int
    end: int
    risky: bool


def find_places(text: str, names: NameIndex | None = None) -> list[PlaceMention]:
    """Every place of a text, left to right, with its role in its sentence."""
    index = names or default_names()
    raw, words = _raw(text, index)
    mentions = [m for m in [_mention(text, f, index) for f in _longest(raw)] if m is not None]
    if unlisted := _unlisted(text, mentions, index):
        mentions = sorted([*mentions, *unlisted], key=lambda m: m.start)
    mentions = _listed_alike(text, _within_next(text, mentions, index))
    local = _locals(text, mentions, words) if words else []
    return sorted([*mentions, *local], key=lambda m: (m.start, m.end)) if local else mentions


def _within_next(text: str, mentions: list[PlaceMention], index: NameIndex) -> list[PlaceMention]:
    """Names of which the next one says where they lie: "Tank District of Khyber Pakhtunkhwa", "Nasirabad, in Kech"."""
    settled = list(mentions)
    for number, (mention, following) in enumerate(pairwise(mentions)):
        gap = text[mention.end : following.start]
        if len(gap) > LONGEST_APPOSITION or not mention.districts or not _LIES_IN.fullmatch(gap):
            continue
        entries = [reading.entry for reading in index.gazetteer.by_key.get(name_key(mention.text), ())]
        if following.kind in ("province", "country") and following.outside:
            wider = (following.text, following.outside)
            if any(not entry.inside and {entry.province, entry.name} & set(wider) for entry in entries):
                settled[number] = replace(mention, districts=(), outside=following.outside, country=following.country)
        elif following.kind == "outside" and following.outside and gap.strip() != ",":
            settled[number] = replace(mention, districts=(), outside=following.outside, country=following.country)
        elif mention.kind == "district" and gap.strip() != "," and _has_town_in(entries, following, mention):
            settled[number] = replace(mention, kind="place", districts=following.districts)
    return settled


def _has_town_in(entries: Sequence[Entry], district: PlaceMention, namesake: PlaceMention) -> bool:
    """Whether a name that is a district's is a town's in another one, too."""
    if len(district.districts) != 1 or set(namesake.districts) & set(district.districts):
        return False
    return any(entry.kind != "district" and set(entry.districts) == set(district.districts) for entry in entries)


def _listed_alike(text: str, mentions: list[PlaceMention]) -> list[PlaceMention]:
    """Names whose role another gives: "shifted to Machh, Sibi and Quetta", "in Kech's Tump"."""
    alike: list[PlaceMention] = []
    for mention in mentions:
        role = _lent_role(text, alike[-1], mention) if alike else None
        alike.append(replace(mention, role=role) if role else mention)
    return alike


def _lent_role(text: str, previous: PlaceMention, mention: PlaceMention) -> str | None:
    if mention.start - previous.end > LONGEST_JOINT:
        return None
    between = text[previous.end : mention.start]
    if previous.role == "other" and previous.kind != "seat" and mention.role == "site" and _LISTED.fullmatch(between):
        return "other"
    if between != "'s " or previous.role != "site":
        return None
    return None if set(previous.districts).isdisjoint(mention.districts) else "site"


def _raw(text: str, index: NameIndex) -> tuple[list[_Found], list[int]]:
    """Every spelling that stands as a word with a capital, and where words like "area" stand."""
    hits: list[_Found] = []
    words: list[int] = []
    framed = f" {text} "  # so that every character has a neighbour
    for last, (length, risky, local) in index.automaton.iter(fold_case(text)):
        start = last + 1 - length
        if framed[last + 2].isalnum() or framed[start].isalnum():
            continue
        if local:
            words.append(start)
        if risky is not None and ((first := text[start]).isupper() or first.isdigit() or first > "\u0600"):
            hits.append(_Found(start, last + 1, risky))
    return hits, words


def _longest(hits: list[_Found]) -> list[_Found]:
    kept: list[_Found] = []
    hits.sort(key=lambda h: (h.start, -h.end))
    for hit in hits:
        if kept and hit.start < kept[-1].end:
            continue
        kept.append(hit)
    return kept


class _Meaning(NamedTuple):
    """What a name may mean: its likeliest entry, the districts, and what it lies in outside the province."""

    best: Entry
    districts: tuple[str, ...]
    outside: str | None
    state_seat: bool


@lru_cache(maxsize=4096)
def _meaning_of(name: str, index: NameIndex) -> _Meaning | None:
    readings = index.gazetteer.by_key.get(name_key(name), ()) or _heard(name, index)
    if not readings:
        return None
    best = readings[0].entry
    outside = None if best.inside else best.province or best.country or best.name
    if best.kind == "province" and best.inside:
        districts: set[str] = set()
    elif best.kind in ("linear", "division", "district"):
        districts = set(best.districts)
    else:
        likely = [r.entry for r in readings if r.entry.inside and r.score > readings[0].score - 0.2]
        districts = {district for entry in likely for district in entry.districts}
    return _Meaning(best, tuple(sorted(districts)), outside, is_state_seat(name))


def _heard(name: str, index: NameIndex) -> tuple[Reading, ...]:
    """Another way to write a name in Latin letters, where it means one district only: "Paroom" for Parom."""
    key = name_key(name)
    if len(key) < SHORTEST_HEARD or any(word in index.gazetteer.common_words for word in key.split()):
        return ()
    readings = index.gazetteer.by_sound.get(sound_key(key), ())
    certain = readings and all(r.entry.inside and r.entry.districts == readings[0].entry.districts for r in readings)
    return readings if certain and readings[0].entry.kind in ("place", "tehsil", "district") else ()


def _unlisted(text: str, known: Sequence[PlaceMention], index: NameIndex) -> list[PlaceMention]:
    """Names after words of place, or before ones, that are spelt in a way which the gazetteer doesn't list."""
    starts = [m.start for m in known]
    found: list[PlaceMention] = []
    for match in _AFTER_PLACE_WORD.finditer(text):
        start, end = match.span("name")
        before = bisect_left(starts, end)
        if before and known[before - 1].end > start:
            continue
        while end > start and not _heard(text[start:end], index):
            end = max(text.rfind(" ", start, end), start)
        if end > start and (mention := _mention(text, _Found(start, end, False), index)):
            found.append(mention)
    return found


def _mention(text: str, found: _Found, index: NameIndex) -> PlaceMention | None:
    name = text[found.start : found.end]
    meaning = _meaning_of(name, index)
    if meaning is None:
        return None
    best, districts, outside, state_seat = meaning
    before, after = text[max(0, found.start - WINDOW) : found.start], text[found.end : found.end + 40]
    if "\n" in before:
        before = before.rpartition("\n")[2]
    if after[:1] not in CLOSING and _STREET_AFTER.match(after):
        return None
    if state_seat and stands_for_state(before):
        return _state(found, name, after, best, index)
    if (found.risky and not _risk_taken(before, after)) or _part_of_name(before, after, best.kind):
        return None
    role = role_of(before, after, best.kind, several=len(districts) > 1)
    return PlaceMention(found.start, found.end, name, role, best.kind, districts, outside, best.country)


def _state(found: _Found, name: str, after: str, seat: Entry, index: NameIndex) -> PlaceMention:
    """A state by its seat of government: the site of a clash on its border, else no place of what happened."""
    abroad = seat.country != "PK" and bool(_BORDER_CLASH.search(after))
    state = index.countries.get(seat.country or "", name)
    return PlaceMention(
        found.start, found.end, name, "site" if abroad else "other", "seat", (), outside=state, country=seat.country
    )


def _risk_taken(before: str, after: str) -> bool:
    """A name that is also a word or a person's name counts only beside words of place."""
    return bool(_PLACE_WORD_AFTER.match(after) or _LEADS_TO_PLACE.search(before, max(0, len(before) - LEAD_REACH)))


def _part_of_name(before: str, after: str, kind: str) -> bool:
    """Whether it stands within a longer name: "Kalat Khan", "Mir Chakar Rind"."""
    if kind in ("district", "province", "country", "outside", "linear", "division", "sea"):
        if kind == "outside" and _NAMED_BEFORE.search(before) and _AREA_AFTER.match(after):
            return True
        return _follows_name(before) and _STYLE_BEFORE.search(before, max(0, len(before) - LEAD_REACH)) is not None
    if _follows_name(before) and _STYLE_OR_NAME_BEFORE.search(before, max(0, len(before) - LEAD_REACH)):
        return True
    return bool(_SURNAME_AFTER.match(after)) and not _IN_BEFORE.search(before, max(0, len(before) - LEAD_REACH))


def _follows_name(before: str) -> bool:
    """Whether the word before isn't all in small letters, as words of place are and no style or name is."""
    if not before[-1:].isspace():
        return False
    words = before.rsplit(None, 1)
    return bool(words) and not words[-1].islower()


def _local_matches(text: str, words: Sequence[int]) -> Iterator[re.Match[str]]:
    """Names beside words of place, tried only in the lines that have such a word: a name stands in one line."""
    end = 0
    for at in words:
        if at < end:
            continue
        start = text.rfind("\n", 0, at) + 1
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        yield from _LOCAL.finditer(text, start, end)


def _locals(text: str, known: list[PlaceMention], near: Sequence[int]) -> list[PlaceMention]:
    """Local names that the gazetteer lacks: "the Bdal Karez area", "Gurmakan area of Panjgur"."""
    starts = [m.start for m in known]
    found: list[PlaceMention] = []
    for match in _local_matches(text, near):
        group = "after" if match["after"] else 1
        start, end = match.span(group)
        end = start + len(text[start:end].rstrip())
        words = text[start:end]
        first = words.split()[0] if words.split() else ""
        if first in ("The", "In", "A", "An", "This", "That", "Security", "Police", "Levies", "Officials"):
            start += len(first) + 1
        before = bisect_left(starts, end)  # known places lie apart: only the last that begins earlier may overlap
        if start >= end or (before and known[before - 1].end > start):
            continue
        found.append(PlaceMention(start, end, text[start:end], "local", "local", ()))
    return found
