"""Stage find, people: noun phrases that count people ("at least six passengers", "20 injured") in a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest
from typing import NamedTuple

from geo.extract.lexicon import Hit
from geo.models import CountRange
from geo.normalize import number_words, parse_count

_HOME = re.compile(r"(?:residents?|natives?) of\b", re.I)
# "A separatist group", "militant violence": no person is meant.
_ADJECTIVE = re.compile(
    r" (?:groups?|outfits?|organi[sz]ations?|violence|attacks?|activit\w+|networks?|hideouts?|acts?|threats?|"
    r"movements?|"
    r"stations?|posts?|vans?|vehicles?|factions?|fatalit\w+|deaths|casualties|offensives?|strongholds?|camps?)\b"
)
_STOP_WORDS = re.compile(
    r"\b(?:of|in|on|at|by|from|for|with|were|was|is|are|had|has|have|and|or|but|who|that|which|said|told|km|years?|"
    r"months?|weeks?|days?|hours?|minutes?|kilomet\w+|million|billion|per|rs|rupees|vehicles?|trucks?|kg|after|when|to|"
    r"metres?|rounds|houses?|bodies of|killed|injured|wounded|posts?|stations?|districts?|incidents?|attacks?|"
    r"operations?|died|opened|shot|attacked|targeted|carrying|killing|injuring|claimed|against|as|into|near|also)\b|[,;:()\"]",
    re.I,
)
_AGE = re.compile(r"\d+-(?:year|month|day|week)s?-(?:old|long)", re.I)
_POSSESSIVE = re.compile(r"\b(?:his|her|their|its)\s+(?:[\w'-]+\s+){0,2}$", re.I)
_OF_THEM = re.compile(r"\s+of (?:the|them|those|these|its|his|their)\b", re.I)
_BESIDE_HARM = re.compile(
    r"\s+(?:(?:of them|were|was|reportedly|others|more|have been|are|got|been|of whom|seriously|critically)\s+)*"
)
_ANOTHER = re.compile(r"\banother\s+(?:\w+ly\s+)?$", re.I)


@dataclass(frozen=True, slots=True)
class People:
    """A noun phrase that counts people; `named` when a name follows the noun ("Constable Ali")."""

    start: int
    end: int
    group: str
    value: CountRange | None
    definite: bool
    of_the: bool
    elided: bool = False
    named: bool = False


class Number(NamedTuple):
    """A number in words or digits, with the words that open its bounds."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Patterns:
    """Expressions with numbers, for text in lower case."""

    number: re.Pattern[str]
    at_start: re.Pattern[str]
    single: re.Pattern[str]
    number_of: re.Pattern[str]
    bodies: re.Pattern[str]
    deaths: re.Pattern[str]
    cared_for: re.Pattern[str]


@lru_cache(maxsize=1)
def patterns() -> Patterns:
    words = number_words()
    number = (
        rf"{words.beginning}(?:{words.modifier_pattern}\s+)*(?:between\s+)?{words.number_pattern}(?:\s+(?:to|"
        rf"or)\s+{words.number_pattern})?"
    )
    return Patterns(
        re.compile(number),
        re.compile(rf"\s*(?:of\s+)?(?P<n>{number})"),
        re.compile(rf"(?:{words.modifier_pattern}\s+)*{words.number_pattern}"),
        re.compile(
            rf"\bnumber of (?:the )?(?P<who>[\w' -]{{0,40}}?)\b(?P<harm>killed|murdered|dead|martyred|"
            rf"injured|wounded|hurt|who died)\b"
            rf"[^.;,]{{0,90}}?\b(?:at|rose to|risen to|climbed to|increased to|to|as|was|remains|reached|"
            rf"is)\s+(?P<n>{number})",
        ),
        re.compile(
            rf"(?:(?P<n>{number})\s+(?:[\w-]+\s+){{0,3}}|\b(?:the|his|her)\s+(?:[\w-]+\s+){{0,2}}(?=body\b))(?:bodies|body)\b"
            rf"|\bbodies of (?P<of>{number})(?! of\b(?! them\b))",
        ),
        re.compile(
            rf"(?P<n>{number}(?: of)?)\s+(?P<who>civilian |militant |military |security )?(?:deaths|fatalities)\b"
        ),
        re.compile(
            rf"(?P<left>\bleaving )?(?P<n>{number})(?: of them)?(?: (?:are|were|is|was))?"
            rf"(?P<how> under treatment| being treated| with (?:a )?(?:bullet|gunshot|shrapnel) (?:wounds?|injur\w+))\b"
        ),
    )


def numbers_in(text: str) -> list[Number]:
    """Every number of a sentence in lower case; the years of an age count nobody."""
    plain = _AGE.sub(lambda age: " " * len(age[0]), text) if "-old" in text or " old" in text else text
    return [Number(found.start(), found.end(), found.group()) for found in patterns().number.finditer(plain)]


def find_people(text: str, offset: int, persons: Sequence[Hit], harms: Sequence[Hit]) -> Iterator[People]:
    """Noun phrases of people, and bare numbers beside a word of harm, left to right."""
    phrases: list[People] = []
    floor = 0
    numbers = numbers_in(text)
    for person, following in zip_longest(persons, persons[1:]):
        start, end = person.start - offset, person.end - offset
        if _in_parentheses(text, start) or _HOME.match(text, start) or _ADJECTIVE.match(text, end):
            continue
        if following and following.start - person.end == 1:
            continue  # "civilian driver": the last noun is the head
        if start < floor or any(
            h.start - offset < end and start < h.end - offset for h in harms if h.end - h.start > end - start
        ):
            continue
        phrases.append(_noun_phrase(text, numbers, max(floor, start - 75), start, end, person.code, offset))
        floor = end
    taken = [(phrase.start - offset, phrase.end - offset) for phrase in phrases]
    for bare in _bare_numbers(text, numbers, harms, offset):
        if not any(start < bare.end - offset and bare.start - offset < end for start, end in taken):
            phrases.append(bare)
    yield from sorted(phrases, key=lambda phrase: phrase.start)


def _in_parentheses(text: str, at: int) -> bool:
    """ "(Age 39 years; resident of Tank)" tells of somebody already counted."""
    opened = text.rfind("(", max(0, at - 80), at)
    return opened >= 0 and ")" not in text[opened:at]


def _noun_phrase(
    text: str, numbers: Sequence[Number], floor: int, start: int, end: int, group: str, offset: int
) -> People:
    window = text[floor:start]
    best: Number | None = None
    for number in numbers:
        if number.start < floor or number.end > start:
            continue
        between = text[number.end : start]
        of_the = re.match(r"\s+of\b", between)
        rest = between[of_the.end() :] if of_the else between
        if len(rest.split()) <= 6 and not _STOP_WORDS.search(rest) and (not rest or not rest[0].isalnum()):
            best = number
            break
    if best is None:
        possessive = _POSSESSIVE.search(window)
        if possessive and not is_plural(text[start:end]):
            return People(offset + floor + possessive.start(), offset + end, group, CountRange.exactly(1), False, False)
        definite = re.search(r"\b(?:the|his|her|their)\s+(?:[\w'-]+\s+){0,4}$", window, re.I)
        begin = floor + definite.start() if definite else start
        return People(offset + begin, offset + end, group, None, True, False)
    value = parse_count(best.text)
    part = bool(_OF_THEM.match(text, best.end, start))
    return People(offset + best.start, offset + end, group, value, False, part)


def _bare_numbers(text: str, numbers: Sequence[Number], harms: Sequence[Hit], offset: int) -> Iterator[People]:
    """ "20 injured", "left 11 dead", "killing 12", "toll to 15": numbers whose noun is left out."""
    for harm in harms:
        before = text[max(0, harm.start - offset - 40) : harm.start - offset]
        at = harm.start - offset
        for number in numbers:
            if number.start < at - len(before) or number.end > at or number.text in ("a", "an", "another"):
                continue
            gap = text[number.end : at]
            if _BESIDE_HARM.fullmatch(gap):
                yield _elided(number.text, offset + number.start, offset + number.end, gap)
        if another := _ANOTHER.search(before):
            begin = harm.start - len(before) + another.start()
            yield People(begin, begin + len("another"), "", CountRange.exactly(1), False, False, elided=True)
        after = text[harm.end - offset : harm.end - offset + 30]
        number2 = patterns().at_start.match(after)
        if harm.word.voice in ("object", "any") and number2 and number2["n"].casefold() not in ("a", "an"):
            begin = harm.end + number2.start("n")
            yield _elided(number2["n"], begin, begin + len(number2["n"]), "")


def _elided(number: str, start: int, end: int, gap: str) -> People:
    return People(start, end, "", parse_count(number), False, "of" in gap.split(), elided=True)


def is_plural(words: str) -> bool:
    last = words.rsplit(maxsplit=1)[-1].casefold() if words.split() else ""
    return last.endswith("s") or last in ("men", "people", "troops", "personnel", "women", "children", "dead", "police")
