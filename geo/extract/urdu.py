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
from geo.dates import DateHit, latest_weekday, nearest_year
from geo.extract.find_places import BUREAUS, find_places
from geo.extract.lexicon import Hit, Word
from geo.extract.model import CountMention, PlaceMention, Sentence, Unit, Voice
from geo.models import CountRange, DateRange
from geo.normalize import parse_count

_DIGITS = str.maketrans("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩", "01234567890123456789")
# Each letter as the vocabulary has it, whatever keyboard it came from; one for one, so that spans hold.
_FOLDED = str.maketrans("يكىۃ", "یکیہ")
DAY = timedelta(days=1)
DATELINE_REACH = 60
FIGURE_REACH = 60
NEXT_WORD = 30
HUNDRED = 100
DIGIT = "[0-9۰-۹٠-٩]"
KINDS = (
    *("number", "before", "after", "weekday", "month", "week"),
    *("group", "harm", "event", "unit", "accident", "negation"),
)


@dataclass(frozen=True, slots=True)
class UrduWords:
    """Words of each kind with their code: numbers, weekdays (by English name), groups of people, harm, events."""

    kinds: dict[str, dict[str, str]]

    def pattern(self, *kinds: str) -> str:
        """An expression for any word of these kinds, the longest first."""
        words = {word for kind in kinds for word in self.kinds[kind]}
        return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))

    def search(self, kind: str, text: str) -> re.Match[str] | None:
        """The first word of a kind."""
        return _whole(self.pattern(kind)).search(text)


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
    kinds: dict[str, dict[str, str]] = {kind: {} for kind in KINDS}
    for _, row in read_rows(DATA_DIR / "urdu_words.csv", ("kind", "code", "words", "source")):
        for word in split_list(row["words"]):
            kinds[row["kind"]][word] = row["code"]
    return UrduWords(kinds)


@lru_cache(maxsize=64)
def _whole(pattern: str) -> re.Pattern[str]:
    """A pattern that stands for whole words."""
    return re.compile(rf"(?<!\w)(?:{pattern})(?!\w)")


@lru_cache(maxsize=1)
def _figure() -> re.Pattern[str]:
    """A number with what opens its bounds, or a word of harm."""
    words = urdu_words()
    one = rf"{DIGIT}{{1,4}}|{words.pattern('number')}"
    number = rf"(?:(?P<before>{words.pattern('before')}) )?(?P<number>(?:{one})(?: (?:{one}))*)"
    return _whole(rf"{number}(?: (?P<after>{words.pattern('after')}))?|(?P<harm>{words.pattern('harm')})")


# No longer than any sentence is: a text without a full stop takes no longer to read than another.
_SENTENCE = re.compile(r"[^۔؟\n]{1,1500}")
_CLAUSE = re.compile(r"[^۔؟\n،]+")


def find_figures(text: str) -> Iterator[UrduFigure]:
    """Numbers of people killed and injured, each with the words from the number to the harm."""
    for part in _told(text):
        for clause in _CLAUSE.finditer(text, part.start(), part.end()):
            yield from _figures_of(clause.group(), clause.start())


def _told(text: str) -> Iterator[re.Match[str]]:
    """The sentences that tell of no accident."""
    words = urdu_words()
    return (part for part in _SENTENCE.finditer(text) if not words.search("accident", part.group()))


def _figures_of(clause: str, at: int) -> Iterator[UrduFigure]:
    words = urdu_words()
    found = list(_figure().finditer(clause))
    numbers = [m for m in found if m["number"]]
    for harm in (m for m in found if m["harm"]):
        before = [m for m in numbers if m.end() <= harm.start() and harm.start() - m.end() < FIGURE_REACH]
        if not before or words.search("negation", clause[harm.end() :]):
            continue
        number = before[-1]
        between = clause[number.end() : harm.start()]
        value = _value(number)
        if value is None or _whole(words.pattern("event", "unit")).match(between.lstrip()):
            continue  # two blasts, 25 years
        group = words.search("group", between)
        code = words.kinds["group"][group.group()] if group else "total"
        yield UrduFigure(at + number.start(), at + harm.end(), words.kinds["harm"][harm["harm"]], code, value)
        numbers = [m for m in numbers if m.start() > number.start()]


def _value(match: re.Match[str]) -> CountRange | None:
    """The range that a number means: "دو تین" is two to three, "ایک سو بیس" is 120."""
    words = urdu_words()
    whole = words.kinds["number"].get(match["number"])
    codes = [whole] if whole else [words.kinds["number"].get(p, p.translate(_DIGITS)) for p in match["number"].split()]
    if not all(map(str.isdigit, codes)):
        return parse_count(codes[-1])  # several, dozens
    values = list(map(int, codes))
    if len(values) == 2 and values[0] < values[1] < HUNDRED:
        return CountRange(values[0], None, values[1])
    total = 0
    for value in values:
        total = max(total, 1) * HUNDRED if value == HUNDRED else total + value
    opening = words.kinds["before"].get(match["before"] or "") or words.kinds["after"].get(match["after"] or "")
    return parse_count(f"{opening} {total}" if opening else str(total))


def find_day(text: str, published: date | None) -> tuple[int, int, DateRange] | None:
    """The first day, weekday, "today" or "yesterday", seen from the day of publication."""
    for match in _day_pattern().finditer(text):
        value = _month_day(match, published) if match["day"] else None
        if match["word"] and published and not _is_no_day(match, text):
            value = _named_day(urdu_words().kinds["weekday"][match["word"]], published)
        if value:
            return match.start(), match.end(), DateRange.on(value)
    return None


@lru_cache(maxsize=1)
def _day_pattern() -> re.Pattern[str]:
    words = urdu_words()
    day = rf"(?P<day>{DIGIT}{{1,2}}) (?P<month>{words.pattern('month')})(?:،? (?P<year>{DIGIT}{{4}}))?"
    return _whole(rf"{day}|(?P<word>{words.pattern('weekday')})")


def _is_no_day(match: re.Match[str], text: str) -> bool:
    """The word for Saturday also means a week ("last week", "two weeks"), and that for yesterday "in all"."""
    words = urdu_words()
    if words.kinds["weekday"][match["word"]] == "saturday":
        before = text[max(0, match.start() - NEXT_WORD) : match.start()].split()[-1:]
        return bool(before) and (before[0] in words.kinds["week"] or before[0] in words.kinds["number"])
    after = text[match.end() : match.end() + NEXT_WORD].split()[:1]
    return match["word"] == "کل" and bool(after) and (after[0].isdigit() or after[0] in words.kinds["number"])


def _named_day(code: str, published: date) -> date:
    if code in ("today", "yesterday"):
        return published - DAY if code == "yesterday" else published
    return latest_weekday(code, published)


def _month_day(match: re.Match[str], published: date | None) -> date | None:
    """A day with its month; without a year, the latest that isn't after the publication."""
    month, day = int(urdu_words().kinds["month"][match["month"]]), int(match["day"].translate(_DIGITS))
    given = int(match["year"].translate(_DIGITS)) if match["year"] else nearest_year(month, day, published)
    try:
        return date(given, month, day) if given else None
    except ValueError:
        return None


def find_event(text: str) -> tuple[int, int, str] | None:
    """The first word of an event and its type, in a sentence that tells of no accident."""
    words = urdu_words()
    for part in _told(text):
        if match := words.search("event", part.group()):
            return part.start() + match.start(), part.start() + match.end(), words.kinds["event"][match.group()]
    return None


def urdu_units(text: str, published: date | None, publisher: Voice) -> list[Unit]:
    """The whole text as one unit with what could be read of it; none where no event or figure was found."""
    text = text.translate(_FOLDED)
    event = find_event(text)
    figures = list(find_figures(text))
    if event is None and not figures:
        return []
    day = find_day(text, published)
    sentence = Sentence(0, len(text), text, text, "body", 0, 0)
    hits = (_event_hit(text, *event),) if event else ()
    counts = tuple(
        CountMention(f.start, f.end, f.harm, "people" if f.group == "total" else f.group, f.value, False, False, "Urdu")
        for f in figures
    )
    dates = (DateHit(day[0], day[1], day[2], None, "weekday"),) if day else ()
    places = tuple(_sites(text))
    return [Unit(sentence, 0, len(text), text, publisher, events=hits, counts=counts, places=places, dates=dates)]


def _event_hit(text: str, start: int, end: int, code: str) -> Hit:
    return Hit(start, end, Word("event", code, text[start:end], weight=4), code)


def _sites(text: str) -> Iterator[PlaceMention]:
    """The first place that lies in one district is taken for the site; others are only listed.

    The town that a report was sent from is the site where no other is named, unless it sends reports on all others.
    """
    places = find_places(text)
    sent_from = [p for p in places if p.end < DATELINE_REACH and text[p.end : p.end + 1] in (":", "(")]
    named = next((p for p in places if len(p.districts) == 1 and p not in sent_from), None)
    town = next((p for p in sent_from if len(p.districts) == 1 and p.text not in BUREAUS), None)
    site = named or town
    return (replace(place, role="site" if place is site else "other") for place in places)
