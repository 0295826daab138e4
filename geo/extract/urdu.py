"""Minimal reading of Urdu: counts, days and places of one incident per text, in its own words; no more is claimed.

Digits and number words, weekdays, the gazetteer's Urdu names, and the words for killed and injured.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache

from geo.datafiles import DATA_DIR, read_rows, split_list
from geo.dates import DateHit, latest_weekday
from geo.extract.find_places import find_places
from geo.extract.lexicon import Hit, Word
from geo.extract.model import CountMention, PlaceMention, Sentence, Unit, Voice
from geo.models import CountRange, DateRange

_DIGITS = str.maketrans("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩", "01234567890123456789")
DAY = timedelta(days=1)
DATELINE_REACH = 60


@dataclass(frozen=True, slots=True)
class UrduWords:
    """Numbers, weekdays (by English name), groups of people, words of harm and of events."""

    numbers: dict[str, int]
    weekdays: dict[str, str]
    groups: dict[str, str]
    harms: dict[str, str]
    events: dict[str, str]


@dataclass(frozen=True, slots=True)
class UrduFigure:
    start: int
    end: int
    harm: str
    group: str
    value: CountRange


@lru_cache(maxsize=1)
def urdu_words() -> UrduWords:
    """The vocabulary `data/urdu_words.csv`."""
    kinds: dict[str, dict[str, str]] = {kind: {} for kind in ("number", "weekday", "group", "harm", "event")}
    for _, row in read_rows(DATA_DIR / "urdu_words.csv", ("kind", "code", "words", "source")):
        for word in split_list(row["words"]):
            kinds[row["kind"]][word] = row["code"]
    numbers = {word: int(code) for word, code in kinds["number"].items()}
    return UrduWords(numbers, kinds["weekday"], kinds["group"], kinds["harm"], kinds["event"])


def find_figures(text: str) -> Iterator[UrduFigure]:
    """Numbers of people killed and injured, each with the words from the number to the harm."""
    words = urdu_words()
    pattern, clause = _patterns()
    for part in clause.finditer(text):
        numbers = [m for m in pattern.finditer(part.group()) if m["number"]]
        for harm in (m for m in pattern.finditer(part.group()) if m["harm"]):
            before = [m for m in numbers if m.end() <= harm.start() and harm.start() - m.end() < 60]
            if not before:
                continue
            number = before[-1]
            value = _number(number["number"], words)
            between = part.group()[number.end() : harm.start()]
            group = next(
                (code for word, code in words.groups.items() if re.search(rf"(?<!\w){word}(?!\w)", between)), "total"
            )
            at = part.start()
            yield UrduFigure(
                at + number.start(), at + harm.end(), words.harms[harm["harm"]], group, CountRange.exactly(value)
            )
            numbers = [m for m in numbers if m.start() > number.start()]


@lru_cache(maxsize=1)
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    words = urdu_words()

    def any_of(table: dict[str, str] | dict[str, int]) -> str:
        return "|".join(map(re.escape, sorted(table, key=len, reverse=True)))

    token = rf"(?<!\w)(?:(?P<number>[0-9۰-۹٠-٩]{{1,4}}|{any_of(words.numbers)})|(?P<harm>{any_of(words.harms)}))(?!\w)"
    return re.compile(token), re.compile(r"[^۔؟\n،]+")


def _number(text: str, words: UrduWords) -> int:
    plain = text.translate(_DIGITS)
    return int(plain) if plain.isdigit() else words.numbers[text]


def find_day(text: str, published: date | None) -> tuple[int, int, DateRange] | None:
    """The first weekday, "today" or "yesterday", seen from the day of publication."""
    if published is None:
        return None
    words = urdu_words().weekdays
    pattern = "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
    match = re.search(rf"(?<!\w)(?:{pattern})(?!\w)", text)
    if not match:
        return None
    code = words[match.group()]
    if code == "yesterday":
        return match.start(), match.end(), DateRange.on(published - DAY)
    if code == "today":
        return match.start(), match.end(), DateRange.on(published)
    return match.start(), match.end(), DateRange.on(latest_weekday(code, published))


def find_event(text: str) -> tuple[int, int, str] | None:
    """The first word of an event and its type."""
    words = urdu_words().events
    pattern = "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
    match = re.search(rf"(?<!\w)(?:{pattern})(?!\w)", text)
    return (match.start(), match.end(), words[match.group()]) if match else None


def urdu_units(text: str, published: date | None, publisher: Voice) -> list[Unit]:
    """The whole text as one unit with what could be read of it; none where no event or figure was found."""
    event = find_event(text)
    figures = list(find_figures(text))
    if event is None and not figures:
        return []
    day = find_day(text, published)
    sentence = Sentence(0, len(text), text, "body", 0, 0)
    hits = (Hit(event[0], event[1], Word("event", event[2], text[event[0] : event[1]], weight=4)),) if event else ()
    counts = tuple(
        CountMention(f.start, f.end, f.harm, "people" if f.group == "total" else f.group, f.value, False, False, "Urdu")
        for f in figures
    )
    dates = (DateHit(day[0], day[1], day[2], None, "weekday"),) if day else ()
    places = tuple(_sites(text))
    return [Unit(sentence, 0, len(text), text, publisher, events=hits, counts=counts, places=places, dates=dates)]


def _sites(text: str) -> Iterator[PlaceMention]:
    """The first place that lies in one district is taken for the site; others are only listed."""
    taken = False
    for place in find_places(text):
        dateline = place.end < DATELINE_REACH and text[place.end : place.end + 1] in (":", "(")
        site = not taken and not dateline and len(place.districts) == 1
        taken = taken or site
        yield replace(place, role="site" if site else "other")
