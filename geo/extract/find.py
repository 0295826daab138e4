"""Stage find: everything that a text says in words that the vocabularies know, sentence by sentence, as units.

One pass of each automaton and of the date pattern over the whole text; then each sentence takes what lies within it,
and is cut into clauses where it tells of several places. Expressions work on the sentence in lower case, from a
position on (see `find_voices`).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import Any, NamedTuple

from geo.dates import DateHit, find_dates
from geo.extract.find_counts import find_counts, offloaded_of
from geo.extract.find_places import find_places
from geo.extract.find_voices import find_attributions, find_voice
from geo.extract.judge import HINT
from geo.extract.lexicon import Hit, Lexicon
from geo.extract.model import RECALLED, CountMention, PlaceMention, Sentence, Unit, Voice
from geo.models import Span
from geo.vocab import Vocabulary

SEPARATISTS = "baloch-separatists"  # no group that "the group" may mean
NEW_ACT_REACH = 26
OWN_DAY_REACH = 14  # "while on September 9 ..."
DAY_REACH = 110
_SAID_BEFORE = re.compile(
    r"\b(?:announcement|said|says|told|announced|confirmed|stated|added|"
    r"(?<!were )(?<!was )reported|claimed|declared|disclosed|statement|conference|issued|"
    r"condemned|"
    r"regretted|spokesperson|report of|published|told \w+|told a news conference|"
    r"released|launched|unveiled|presented|inaugurated|"
    r"in a press release|media)(?: (?!that\b)\w+){0,3}?\s+(?:on |late on |early on |late |of )?$"
)
_NOT_THE_START = re.compile(
    r"\b(?:by|until|till|since|before|after|succumb\w*[^.;]{0,50}|(?:ended|ends|stopped|concluded|"
    r"completed|finished|lasted)(?: \w+){0,2}|died (?:of|in hospital)[^.;]{0,30}|"
    r"deadline[^.;]{0,20}|issued|(?:will|would|due to|scheduled to) [^.;]{0,60})\s+(?:on |late |"
    r"early |of )*$"
)
# "The governor on Tuesday condemned the killing", "the BLA on Friday claimed": the day of the statement.
_SAID_AFTER = re.compile(
    r",? (?:(?:strongly|also|again|further|vehemently|reportedly) )?(?:condemned|denounced|deplored|decried|"
    r"said|told|stated|"
    r"expressed|released a|issued a|paid (?:rich )?tribute|took notice|"
    r"visited|chaired|reported that|alleged|accused|blamed|offered condolences|directed|ordered)\b"
)
# "Sunday's bombing": the day of the act, whoever speaks of it.
_ITS_ACT = re.compile(r"['’]s (?!statement|announcement|press|news|report|briefing|meeting|conference|edition|paper)")
_RELATIVE = re.compile(r"\bwho (?:had|was|were|has|have|went)\b[^.;,]{0,70}$")
# "A station that had been attacked last year was reopened on Tuesday": what a report only recalls of a thing, and the
# words between that and its own time.
_HAD_BEEN = re.compile(r"\b(?:that|which|where) had (?:(?:also|once|earlier|already) )?(?:been )?(?:\w+ly )?$")
_NO_NEW_VERB = re.compile(r"(?!.*\b(?:was|were|is|are|has|have|will)\b)[^.;,]{0,40}$")
HAD_BEEN_REACH = 40
_SPLIT = re.compile(
    r";\s|,?\s(?:while|whereas)\s|,\s(?:and|but)\s|\sand\s(?=(?:an?|one|two|three|four|five|six|"
    r"\d+|the|in|at|unidentified|unknown|security)\s)|,\s(?=(?:a|an|two|three|four|unidentified|"
    r"another)\s)(?!an? (?:[\w-]+ ){0,3}(?:sub-tehsil|tehsil|town|village|district|suburb|area|city|port|locality|"
    r"neighbou?rhood|region|place|spot)\b)|,\s(?=which also\b)|\s(?=when\s)"
)
_NEW_ACT = re.compile(r"[\s,;]*(?:and|while|whereas)?\s*(?:an?|two|three)\s(?!others?\b|more\b)")
_PARTLESS = ("country", "province")


@dataclass(frozen=True, slots=True)
class Tools:
    """The collaborators of the find stage."""

    lexicon: Lexicon
    vocabulary: Vocabulary


def find_units(
    text: str, sentences: Sequence[Sentence], published: date | None, publisher: Voice, tools: Tools
) -> list[Unit]:
    """One unit for each sentence, or for each clause of one that tells of several places."""
    found: dict[str, list[Any]] = {**tools.lexicon.hits(text)}
    found["place"], found["date"] = find_places(text), list(find_dates(text, published))
    kinds = tools.vocabulary.actors
    units: list[Unit] = []
    last: Voice | None = None
    taken: CountMention | None = None
    told = ""
    group: str | None = None
    for sentence, own in zip(sentences, _by_sentence(found, sentences), strict=True):
        actors, speech = own.get("actor", ()), own.get("speech", ())
        if sentence.section_start:
            last = taken = None
        voice = find_voice(sentence, actors, speech, tools.vocabulary, last, publisher)
        last = voice if voice.span else last
        persons = own.get("person", ())
        people = _people(sentence, persons, actors)
        harms = own.get("harm", ())
        counts = find_counts(sentence.text, sentence.start, people, harms, told, sentence.lowered, taken)
        taken = (
            next((c for c in counts if c.harm == "abducted"), None) or offloaded_of(sentence, people, harms) or taken
        )
        days, said_on = _days(sentence, own.get("date", ()))
        contexts = tuple(own.get("context", ()))
        codes = [hit.code for hit in contexts]
        earlier = _recalled_day(sentence, own.get("event", ()), counts, own.get("date", ()))
        if earlier:
            days = (earlier,)
            if "background" in codes or (earlier.value and earlier.value.prec > 2):
                codes.append(RECALLED)
        unit = Unit(
            sentence,
            sentence.start,
            sentence.end,
            sentence.text,
            voice,
            events=tuple(own.get("event", ())),
            counts=_with_rivals(sentence, counts, actors, voice, tools.vocabulary),
            places=tuple(own.get("place", ())),
            dates=days,
            said_on=said_on,
            actors=tuple(actors),
            persons=tuple(people),
            attributions=tuple(find_attributions(sentence, actors, speech, tools.vocabulary, voice, group)),
            contexts=frozenset(codes) if codes else _NONE,
            context_hits=contexts,
        )
        if len(unit.places) < 2:
            units.append(unit)
        else:
            units.extend(_clauses(unit))
        told = "militants" if any(hit.code == "militants" for hit in persons) else ""
        for actor in actors:
            if kinds[actor.code].kind == "armed_group" and actor.code != SEPARATISTS:
                group = actor.code
    return units


_NONE: frozenset[str] = frozenset()
_RIVAL_SAYS = re.compile(r"[^;]{0,60}?\b(?:claim\w*|put|said|says)\b")
_CLAUSE_BREAK = re.compile(r";|\b(?:while|whereas|but|though|although)\b")


def _with_rivals(
    sentence: Sentence, counts: list[CountMention], actors: Sequence[Hit], voice: Voice, vocabulary: Vocabulary
) -> tuple[CountMention, ...]:
    """Mark the figures of an armed group that stand beside another speaker's in one sentence."""
    if len(counts) < 2 or voice.kind == "armed_group":
        return tuple(counts)
    for actor in actors:
        if vocabulary.actors[actor.code].kind != "armed_group":
            continue
        says = _RIVAL_SAYS.match(sentence.lowered, actor.end - sentence.start)
        if says and _CLAUSE_BREAK.search(sentence.lowered, 0, actor.start - sentence.start):
            begin = sentence.start + says.end()
            group = vocabulary.actors[actor.code]
            other = Voice(group.name, group.id, group.kind, Span(actor.start, actor.end))
            return tuple(replace(count, rival=other) if count.start >= begin else count for count in counts)
    return tuple(counts)


def _people(sentence: Sentence, persons: Sequence[Hit], actors: Sequence[Hit]) -> Sequence[Hit]:
    """Words for people that aren't part of a label ("Fitna al-Khawarij")."""
    if not persons or "fitna" not in sentence.lowered:
        return persons
    labels = [a for a in actors if "fitna" in a.word.phrase.casefold()]
    return [p for p in persons if not any(a.start <= p.start and p.end <= a.end for a in labels)]


def _by_sentence(found: dict[str, list[Any]], sentences: Sequence[Sentence]) -> list[dict[str, list[Any]]]:
    """For each sentence what lies within it, by kind, each kind in the order of the text."""
    owned: list[dict[str, list[Any]]] = [{} for _ in sentences]
    starts = [sentence.start for sentence in sentences]
    ends = [sentence.end for sentence in sentences]
    for kind, items in found.items():
        for item in items:
            number = bisect_right(starts, item.start) - 1
            if number >= 0 and item.end <= ends[number]:
                own = owned[number]
                if kind in own:
                    own[kind].append(item)
                else:
                    own[kind] = [item]
    return owned


def _days(sentence: Sentence, dates: Sequence[DateHit]) -> tuple[tuple[DateHit, ...], DateHit | None]:
    """The days of the event, and the day on which somebody spoke of it."""
    told: list[DateHit] = []
    said_on: DateHit | None = None
    for day in dates:
        end = day.start - sentence.start
        begin = max(0, end - DAY_REACH)
        after = day.end - sentence.start
        if _ITS_ACT.match(sentence.lowered, after):
            told.append(day)
        elif _SAID_BEFORE.search(sentence.lowered, begin, end) or _SAID_AFTER.match(sentence.lowered, after):
            said_on = said_on or day
        elif not _NOT_THE_START.search(sentence.lowered, begin, end):
            told.append(day)
    if (
        len(told) > 1
    ):  # "a student who had been abducted on Monday was found dead on Tuesday": the day of the main clause
        lowered, offset = sentence.lowered, sentence.start
        told.sort(key=lambda d: bool(_RELATIVE.search(lowered, max(0, d.start - offset - 80), d.start - offset)))
    return tuple(told), said_on


def _recalled_day(
    sentence: Sentence, events: Sequence[Hit], counts: Sequence[CountMention], dates: Sequence[DateHit]
) -> DateHit | None:
    """When that happened which a sentence only recalls of a thing it has other news of; None where it recalls none."""
    if not events or not dates or "had " not in sentence.lowered:
        return None
    first = min((hit for hit in events if hit.word.weight > HINT), key=lambda hit: hit.start, default=events[0])
    begin, end = first.start - sentence.start, first.end - sentence.start
    if any(count.start < first.start for count in counts):
        return None
    if not _HAD_BEEN.search(sentence.lowered, max(0, begin - HAD_BEEN_REACH), begin):
        return None
    own = next((day for day in dates if day.start >= first.end), None)
    return own if own and _NO_NEW_VERB.match(sentence.lowered[end : own.start - sentence.start]) else None


class _Part(NamedTuple):
    """A stretch of a sentence, for deciding where to cut it."""

    start: int
    text: str
    events: list[Hit]
    counts: list[CountMention]
    places: list[PlaceMention]
    dates: list[DateHit]


def _clauses(unit: Unit) -> list[Unit]:
    """The clauses of a sentence that tell of different places; the sentence itself where it tells of one."""
    if len(_sites(unit.places)) < 2 or len(unit.events) + len(unit.counts) < 2:
        return [unit]
    bounds = [unit.start]
    cuts = list(_SPLIT.finditer(unit.sentence.lowered))
    for number, cut in enumerate(cuts):
        at = unit.start + cut.start()
        left = _part(unit, bounds[-1], at)
        if not _tells(left):
            continue
        right = _part(unit, at, unit.end)
        if not _tells(right):
            continue  # nor does any stretch of it
        near = right if number + 1 == len(cuts) else _part(unit, at, unit.start + cuts[number + 1].start())
        if (_tells(near) or near.events) and _apart(left, near if _sites(near.places) else right):
            bounds.append(at)
    if len(bounds) == 1:
        return [_trimmed(unit)]
    bounds.append(unit.end)
    return [_trimmed(_cut(unit, start, end)) for start, end in pairwise(bounds)]


def _sites(places: Iterable[PlaceMention]) -> list[PlaceMention]:
    return [p for p in places if p.role == "site" and (p.districts or p.outside) and p.kind not in _PARTLESS]


def _tells(part: _Part) -> bool:
    return bool(part.events or part.counts) and bool(_sites(part.places))


def _apart(left: _Part, right: _Part) -> bool:
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
    own_day = any(d.start - right.start < OWN_DAY_REACH for d in right.dates)
    if own_day and (right.events or right.counts) and names[1] - names[0]:
        return True
    starts_act = any(h.start - right.start < NEW_ACT_REACH for h in right.events)
    return (
        _NEW_ACT.match(right.text.lower()) is not None
        and len(names[0] - names[1]) > 0
        and len(names[1] - names[0]) > 0
        and (starts_act or not kinds[0] & kinds[1])
    )


def _keep(items: Sequence[Any], start: int, end: int) -> list[Any]:
    """Those that lie between two positions; a figure belongs where its last character is."""
    return [item for item in items if start <= item.start and item.end <= end] if items else []


def _part(unit: Unit, start: int, end: int) -> _Part:
    return _Part(
        start,
        unit.text[start - unit.start : end - unit.start],
        _keep(unit.events, start, end),
        _keep(unit.counts, start, end),
        _keep(unit.places, start, end),
        _keep(unit.dates, start, end),
    )


def _cut(unit: Unit, start: int, end: int) -> Unit:
    """The part of a unit between two positions."""
    contexts = tuple(_keep(unit.context_hits, start, end))
    return replace(
        unit,
        start=start,
        end=end,
        text=unit.text[start - unit.start : end - unit.start],
        events=tuple(_keep(unit.events, start, end)),
        counts=tuple(_keep(unit.counts, start, end)),
        places=tuple(_keep(unit.places, start, end)),
        dates=tuple(_keep(unit.dates, start, end)),
        said_on=unit.said_on if unit.said_on and start <= unit.said_on.start < end else None,
        actors=tuple(_keep(unit.actors, start, end)),
        persons=tuple(_keep(unit.persons, start, end)),
        attributions=tuple(_keep(unit.attributions, start, end)),
        context_hits=contexts,
        contexts=frozenset([hit.code for hit in contexts]),
    )


def _trimmed(unit: Unit) -> Unit:
    """Without the comma that the sentence was cut at."""
    lead = len(unit.text) - len(unit.text.lstrip(" ,;"))
    return replace(unit, start=unit.start + lead, text=unit.text[lead:]) if lead else unit
