"""Stage find: everything that a text says in words that the vocabularies know, sentence by sentence, as units.

One pass of each automaton and of the date pattern over the whole text; then each sentence takes what lies within it,
and is cut into clauses where it tells of several places.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from operator import attrgetter
from typing import Any

from geo.dates import DateHit, find_dates
from geo.extract.find_counts import find_counts
from geo.extract.find_places import find_places
from geo.extract.find_voices import find_attributions, find_voice
from geo.extract.lexicon import Hit, Lexicon
from geo.extract.model import CountMention, PlaceMention, Sentence, Unit, Voice
from geo.vocab import Vocabulary

NEW_ACT_REACH = 26
DAY_REACH = 110
_SAID_BEFORE = re.compile(
    r"\b(?:announcement|said|says|told|announced|confirmed|stated|added|"
    r"(?<!were )(?<!was )reported|claimed|declared|disclosed|statement|conference|issued|"
    r"condemned|"
    r"regretted|spokesperson|report of|published|told \w+|told a news conference|"
    r"in a press release|media)(?: \w+){0,3}?\s+(?:on |late on |early on |late |of )?$",
    re.I,
)
_NOT_THE_START = re.compile(
    r"\b(?:by|until|till|since|before|after|succumb\w*[^.;]{0,50}|(?:ended|ends|stopped|concluded|"
    r"completed|finished|lasted)(?: \w+){0,2}|died (?:of|in hospital)[^.;]{0,30}|"
    r"deadline[^.;]{0,20}|issued|(?:will|would|due to|scheduled to) [^.;]{0,60})\s+(?:on |late |"
    r"early |of )*$",
    re.I,
)
_SPLIT = re.compile(
    r";\s|,?\s(?:while|whereas)\s|,\s(?:and|but)\s|\sand\s(?=(?:an?|one|two|three|four|five|six|"
    r"\d+|the|in|at|unidentified|unknown|security)\s)|,\s(?=(?:a|an|two|three|four|unidentified|"
    r"another)\s)|,\s(?=which also\b)|\s(?=when\s)",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Tools:
    """The collaborators of the find stage."""

    lexicon: Lexicon
    vocabulary: Vocabulary


def find_units(
    text: str, sentences: Sequence[Sentence], published: date | None, publisher: Voice, tools: Tools
) -> list[Unit]:
    """One unit for each sentence, or for each clause of one that tells of several places."""
    hits = tools.lexicon.hits(text)
    places, dates = find_places(text), list(find_dates(text, published))
    within = {kind: _by_sentence(found, sentences) for kind, found in hits.items()}
    own_places, own_dates = _by_sentence(places, sentences), _by_sentence(dates, sentences)
    units: list[Unit] = []
    last: Voice | None = None
    told = ""
    group: str | None = None
    for number, sentence in enumerate(sentences):
        own = {kind: found[number] for kind, found in within.items() if number in found}
        actors, speech = own.get("actor", []), own.get("speech", [])
        if sentence.section_start:
            last = None
        voice = find_voice(sentence.text, sentence.start, actors, speech, tools.vocabulary, last, publisher)
        last = voice if voice.span else last
        people, harms = _people(own), own.get("harm", [])
        counts = find_counts(sentence.text, sentence.start, people, harms, told)
        days, said_on = _days(sentence, own_dates.get(number, []))
        named = find_attributions(sentence.text, sentence.start, actors, speech, tools.vocabulary, voice, group)
        contexts = tuple(own.get("context", ()))
        unit = Unit(
            sentence,
            sentence.start,
            sentence.end,
            sentence.text,
            voice,
            events=tuple(own.get("event", ())),
            counts=_with_rivals(sentence, counts, actors, voice, tools.vocabulary),
            places=tuple(own_places.get(number, ())),
            dates=days,
            said_on=said_on,
            actors=tuple(actors),
            persons=tuple(people),
            attributions=tuple(named),
            contexts=frozenset(hit.code for hit in contexts),
            context_hits=contexts,
        )
        units.extend(_clauses(unit))
        told = "militants" if any(hit.code == "militants" for hit in own.get("person", ())) else ""
        group = next((a.code for a in reversed(actors) if tools.vocabulary.kind(a.code) == "armed_group"), group)
    return units


_RIVAL_SAYS = re.compile(r"[^;]{0,60}?\b(?:claim\w*|put|said|says)\b", re.I)
_CLAUSE_BREAK = re.compile(r";|\b(?:while|whereas|but|though|although)\b", re.I)


def _with_rivals(
    sentence: Sentence, counts: list[CountMention], actors: Sequence[Hit], voice: Voice, vocabulary: Vocabulary
) -> tuple[CountMention, ...]:
    """Mark the figures of an armed group that stand beside another speaker's in one sentence."""
    if len(counts) < 2 or voice.kind == "armed_group":
        return tuple(counts)
    for actor in (a for a in actors if vocabulary.kind(a.code) == "armed_group"):
        says = _RIVAL_SAYS.match(sentence.text[actor.end - sentence.start :])
        before = sentence.text[: actor.start - sentence.start]
        if says and _CLAUSE_BREAK.search(before):
            begin = actor.end + says.end()
            return tuple(replace(count, rival=True) if count.start >= begin else count for count in counts)
    return tuple(counts)


def _people(own: dict[str, list[Hit]]) -> list[Hit]:
    """Words for people that aren't part of a label ("Fitna al-Khawarij")."""
    labels = [a for a in own.get("actor", ()) if "fitna" in a.word.phrase.casefold()]
    return [p for p in own.get("person", ()) if not any(a.start <= p.start and p.end <= a.end for a in labels)]


def _by_sentence(items: Sequence[Any], sentences: Sequence[Sentence]) -> dict[int, list[Any]]:
    """The items that lie within each sentence, by the sentence's number; both are in the order of the text."""
    taken: dict[int, list[Any]] = {}
    number, last = 0, len(sentences)
    for item in sorted(items, key=attrgetter("start")):
        while number < last and sentences[number].end <= item.start:
            number += 1
        if number == last:
            break
        if sentences[number].start <= item.start and item.end <= sentences[number].end:
            taken.setdefault(number, []).append(item)
    return taken


def _days(sentence: Sentence, dates: list[DateHit]) -> tuple[tuple[DateHit, ...], DateHit | None]:
    """The days of the event, and the day on which somebody spoke of it."""
    said = [d for d in dates if _SAID_BEFORE.search(sentence.text[: d.start - sentence.start][-DAY_REACH:])]
    own = (d for d in dates if d not in said)
    told = tuple(d for d in own if not _NOT_THE_START.search(sentence.text[: d.start - sentence.start][-DAY_REACH:]))
    return told, said[0] if said else None


def _clauses(unit: Unit) -> list[Unit]:
    """The clauses of a sentence that tell of different places; the sentence itself where it tells of one."""
    if len(_sites(unit.places)) < 2 or len(unit.events) + len(unit.counts) < 2:
        return [unit]
    bounds = [unit.start]
    for cut in _SPLIT.finditer(unit.text):
        at = unit.start + cut.start()
        left, right = _cut(unit, bounds[-1], at), _cut(unit, at, unit.end)
        following = _SPLIT.search(unit.text, cut.end())
        near = _cut(unit, at, unit.start + following.start()) if following else right
        if (
            _tells(left)
            and (_tells(near) or (_tells(right) and near.events))
            and _apart(left, near if _sites(near.places) else right)
        ):
            bounds.append(at)
    bounds.append(unit.end)
    return [_trimmed(_cut(unit, start, end)) for start, end in pairwise(bounds)]


def _sites(places: Sequence[PlaceMention]) -> list[PlaceMention]:
    return [
        p for p in places if p.role == "site" and (p.districts or p.outside) and p.kind not in ("country", "province")
    ]


def _tells(unit: Unit) -> bool:
    return bool(_sites(unit.places)) and bool(unit.events or unit.counts)


def _apart(left: Unit, right: Unit) -> bool:
    """Whether two clauses tell of different districts, or of different acts at different places of one."""
    here = {d for p in _sites(left.places) for d in (p.districts or (p.outside or "",))}
    there = {d for p in _sites(right.places) for d in (p.districts or (p.outside or "",))}
    if not here & there:
        return True
    names = (
        {p.text for p in left.places if p.role in ("site", "local")},
        {p.text for p in right.places if p.role in ("site", "local")},
    )
    kinds = {h.code for h in left.events}, {h.code for h in right.events}
    starts_act = any(h.start - right.start < NEW_ACT_REACH for h in right.events)
    new_act = re.match(r"[\s,;]*(?:and|while|whereas)?\s*(?:an?|two|three)\s", right.text, re.I)
    return (
        bool(new_act)
        and len(names[0] - names[1]) > 0
        and len(names[1] - names[0]) > 0
        and (starts_act or not kinds[0] & kinds[1])
    )


def _cut(unit: Unit, start: int, end: int) -> Unit:
    """The part of a unit between two positions; a figure belongs where its last character is."""

    def keep(items: Sequence[Any]) -> tuple[Any, ...]:
        return tuple(item for item in items if start <= item.start and item.end <= end)

    contexts = keep(unit.context_hits)
    said = unit.said_on if unit.said_on and start <= unit.said_on.start < end else None
    return replace(
        unit,
        start=start,
        end=end,
        text=unit.text[start - unit.start : end - unit.start],
        events=keep(unit.events),
        counts=keep(unit.counts),
        places=keep(unit.places),
        dates=keep(unit.dates),
        said_on=said,
        actors=keep(unit.actors),
        persons=keep(unit.persons),
        attributions=keep(unit.attributions),
        context_hits=contexts,
        contexts=frozenset(h.code for h in contexts),
    )


def _trimmed(unit: Unit) -> Unit:
    text = unit.text
    lead = len(text) - len(text.lstrip(" ,;"))
    return replace(unit, start=unit.start + lead, text=text[lead:])


def first_event(unit: Unit) -> Hit | None:
    return max(unit.events, key=lambda hit: hit.word.weight, default=None)
