"""Stage find, people: noun phrases that count people ("at least six passengers", "20 injured") in a sentence.

Everything here reads a sentence in lower case.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest
from typing import NamedTuple

from geo.extract.lexicon import Hit
from geo.extract.model import record
from geo.models import CountRange
from geo.normalize import number_words, parse_count

_HOME = re.compile(r"(?:residents?|natives?) of\b")
# "A separatist group", "militant violence": no person is meant.
_ADJECTIVE = re.compile(
    r" (?:groups?|outfits?|organi[sz]ations?|violence|attacks?|activit\w+|networks?|hideouts?|acts?|threats?|"
    r"movements?|"
    r"stations?|posts?|vans?|vehicles?|factions?|fatalit\w+|deaths|casualties|offensives?|strongholds?|camps?|"
    r"(?:\w+ )?(?:rifles?|weapons?|guns?|pistols?|kalashnikovs?|ammunition|motorcycles?|motorbikes?|cars?|jeeps?|"
    r"pick-?ups?|trucks?|residences?|quarters|buildings?|equipment|documents?|statements?|wireless|radio))\b"
)
_OF_FORCE = re.compile(
    r" of (?:the |a |an |its |their )?(?:[\w'-]+ ){0,3}?(?:(?P<force>fc|frontier corps|frontier constabulary|"
    r"levies|police|"
    r"constabulary|army|armed forces|military|navy|air force|coast guards?|rangers|security forces?|paramilitary|"
    r"paramilitar(?:y|ies)|law[- ]enforcement agenc(?:y|ies)|ctd|counter[- ]terrorism department|anti-terrorist force|"
    r"eagle (?:force|squad)|customs|bomb disposal squad|atf|rapid response group|prison staff)|"
    r"(?P<outfit>bla|blf|bra|uba|brg|bras|ttp|iskp|daesh|lej|lashkar\S*|outfit|(?:militant|terrorist|separatist|"
    r"insurgent|armed|proscribed|banned|outlawed) (?:group|organi[sz]ation|outfit)|liberation (?:army|front)|"
    r"republican army|fitna\S*|taliban))\b"
)
# Who may be of a force or of an outfit, by words that say nothing of it.
MEMBERS = frozenset(
    ["members", "member", "men", "man", "persons", "person", "official", "officials", "employees", "employee"]
)
_STOP_WORDS = re.compile(
    r"\b(?:of|in|on|at|by|from|for|with|were|was|is|are|had|has|have|and|or|but|who|that|which|said|told|km|years?|"
    r"months?|weeks?|days?|hours?|minutes?|kilomet\w+|million|billion|per|rs|rupees|vehicles?|trucks?|kg|after|when|to|"
    r"metres?|rounds|houses?|bodies of|killed|injured|wounded|posts?|stations?|districts?|incidents?|attacks?|"
    r"operations?|died|opened|shot|attacked|targeted|carrying|killing|injuring|claimed|against|as|into|near|"
    r"also)\b|[,;:()\"]"
)
_AGE = re.compile(r"\d+-(?:year|month|day|week)s?-(?:old|long)")
_OF = re.compile(r"\s+of\b")
_POSSESSIVE = re.compile(r"\b(?:his|her|their|its)\s+(?:[\w'-]+\s+){0,2}$")
_DEFINITE = re.compile(r"\b(?:the|his|her|their)\s+(?:[\w'-]+\s+){0,4}$")
_OF_THEM = re.compile(r"\s+of (?:the|them|those|these|its|his|their)\b")
_OF_SOMEBODY = re.compile(r"\s+of (?:the|them|those|these)\b")  # "two of his sons" are no part of a figure
_OF_THE = re.compile(r" of (?:the|those|these) ")
_HARM_AFTER = re.compile(r" (?:who were )?(?:killed|injured|wounded|abducted|kidnapped|martyred|slain)\b")
_TIMES = re.compile(r"\s+(?:times|bullets|shots|rounds|hours?|days?|minutes?|metres?|km)\b")
_BESIDE_HARM = re.compile(
    r"\s+(?:(?:of them|were|was|reportedly|others|more|have been|are|got|been|of whom|seriously|critically)\s+)*"
)
_ANOTHER = re.compile(
    r"\b(?:another|a (?:second|third|fourth|fifth|sixth|seventh))\s+(?:(?:was|is|man|one)\s+)?(?:\w+ly\s+)?$"
)
NUMBER_REACH = 75
BARE_REACH = 40
AROUND_WORDS = ",.;:'\"()"
ORDINALS = ("a second", "a third", "a fourth", "a fifth", "a sixth", "a seventh")
PAIRS = ("couple", "duo", "pair")
_INCLUDING = re.compile(r",? (?:including|among them|both|all|most of them|two of them|one of them) [^;.]{1,50},")
PLURALS = ("men", "people", "troops", "personnel", "women", "children", "dead", "police")


ONE = CountRange.exactly(1)


@record()
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

    first_words: frozenset[str]
    start: re.Pattern[str]
    number: re.Pattern[str]
    at_start: re.Pattern[str]
    single: re.Pattern[str]
    number_of: re.Pattern[str]
    bodies: re.Pattern[str]
    deaths: re.Pattern[str]
    cared_for: re.Pattern[str]
    later_deaths: re.Pattern[str]


@lru_cache(maxsize=1)
def patterns() -> Patterns:
    words = number_words()
    number = (
        rf"{words.beginning}(?:{words.modifier_pattern}\s+)*(?:between\s+)?{words.number_pattern}(?:\s+(?:to|"
        rf"or)\s+{words.number_pattern})?"
    )
    return Patterns(
        words.first_words,
        re.compile(rf"\d+|\b(?:{'|'.join(sorted(words.first_words, key=len, reverse=True))})\b"),
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
            rf"(?:(?P<n>{number})\s+(?:[\w-]+\s+){{0,3}}|\b(?:the|his|"
            rf"her)\s+(?:[\w-]+\s+){{0,2}}(?=body\b))(?:bodies|body)\b"
            rf"|\bbodies of (?P<of>{number})(?! of\b(?! them\b))",
        ),
        re.compile(
            rf"(?P<n>{number}(?: of)?)\s+(?P<who>civilian |militant |military |security )?(?:deaths|fatalities)\b"
        ),
        re.compile(
            rf"(?P<left>\bleaving )?(?P<n>{number})(?: of them)?(?: (?:are|were|is|was))?"
            rf"(?P<how> under treatment| being treated| with (?:a )?(?:bullet|gunshot|shrapnel) (?:wounds?|injur\w+))\b"
        ),
        re.compile(
            rf"(?P<n>{number})(?: more)? of (?:the|those|them)(?: \w+){{0,2}} (?:injured|wounded)\b[^.;]{{0,80}}?"
            r"\b(?:died|succumbed|expired|breathed (?:his|their) last|lost (?:his|her|their) li\w+)\b"
        ),
    )


def numbers_in(text: str) -> list[Number]:
    """Every number of a sentence in lower case; the years of an age count nobody."""
    plain = _AGE.sub(lambda age: " " * len(age[0]), text) if "-old" in text or " old" in text else text
    match = patterns().number.match
    numbers: list[Number] = []
    end = 0
    for start in _number_starts(plain):
        if start >= end and (found := match(plain, start)):
            end = found.end()
            numbers.append(Number(start, end, found[0]))
    return numbers


def _number_starts(text: str) -> Iterator[int]:
    """Where a number may begin: word by word, as the long expression takes its time at every character."""
    known = patterns()
    at = 0
    for token in text.split(" "):
        bare = token if token.isalpha() else token.strip(AROUND_WORDS)
        if bare in known.first_words:
            yield at + token.index(bare)
        elif bare and not bare.isalpha():
            for start in known.start.finditer(text, at, at + len(token)):
                yield start.start()
        at += len(token) + 1


def find_people(text: str, offset: int, persons: Sequence[Hit], harms: Sequence[Hit]) -> list[People]:
    """Noun phrases of people, and bare numbers beside a word of harm, left to right."""
    phrases: list[People] = []
    floor = 0
    numbers = numbers_in(text)
    bracketed = "(" in text
    for person, following in zip_longest(persons, persons[1:]):
        start, end = person.start - offset, person.end - offset
        if start < floor or (following and following.start - person.end == 1):
            continue  # "civilian driver": the last noun is the head
        if (bracketed and _in_parentheses(text, start)) or _HOME.match(text, start) or _ADJECTIVE.match(text, end):
            continue
        if any(h.start < person.end and person.start < h.end and h.end - h.start > end - start for h in harms):
            continue
        group = _group_of(text, person, end)
        phrases.append(_noun_phrase(text, numbers, max(floor, start - NUMBER_REACH), start, end, group, offset))
        floor = end
    taken = len(phrases)
    for bare in _bare_numbers(text, numbers, harms, offset):
        if not any(noun.start < bare.end and bare.start < noun.end for noun in phrases[:taken]):
            phrases.append(bare)
    if len(phrases) > taken:
        phrases.sort(key=lambda phrase: phrase.start)
    return phrases


def _group_of(text: str, person: Hit, end: int) -> str:
    """The group of a word for people: "members of Pakistan's Levies force" are of the security forces."""
    if person.word.phrase not in MEMBERS or not text.startswith(" of ", end):
        return person.code
    force = _OF_FORCE.match(text, end)
    if force is None:
        return person.code
    return "security" if force["force"] else "militants"


def _in_parentheses(text: str, at: int) -> bool:
    """ "(Age 39 years; resident of Tank)" tells of somebody already counted."""
    opened = text.rfind("(", max(0, at - 80), at)
    return opened >= 0 and ")" not in text[opened:at]


def _noun_phrase(
    text: str, numbers: Sequence[Number], floor: int, start: int, end: int, group: str, offset: int
) -> People:
    best: Number | None = None
    for number in numbers:
        if number.start < floor or number.end > start:
            continue
        of_the = _OF.match(text, number.end, start)
        rest = text[of_the.end() if of_the else number.end : start]
        if len(rest.split()) <= 6 and not rest[:1].isalnum() and not _STOP_WORDS.search(rest):
            best = number
            break
    if best is None and text.endswith(PAIRS, start, end):
        return People(offset + start, offset + end, group, CountRange.exactly(2), False, False)
    if best is None:
        window = text[floor:start]
        possessive = _POSSESSIVE.search(window)
        if possessive and not is_plural(text[start:end]):
            return People(offset + floor + possessive.start(), offset + end, group, ONE, False, False)
        definite = _DEFINITE.search(window)
        begin = floor + definite.start() if definite else start
        return People(offset + begin, offset + end, group, None, True, False)
    inner = numbers_before_harm(text, numbers, best, start, end)
    best = inner or best
    value = parse_count(best.text)
    part = inner is None and bool((_OF_SOMEBODY if group == "kin" else _OF_THEM).match(text, best.end, start))
    return People(offset + best.start, offset + end, group, value, False, part)


def numbers_before_harm(text: str, numbers: Sequence[Number], outer: Number, start: int, end: int) -> Number | None:
    """The seven of "funerals of five of the seven miners killed in Harnai": the harm is that of all seven."""
    if not _HARM_AFTER.match(text, end):
        return None
    for number in numbers:
        if outer.end < number.start and number.end <= start and _OF_THE.fullmatch(text, outer.end, number.start):
            return number
    return None


def _bare_numbers(text: str, numbers: Sequence[Number], harms: Sequence[Hit], offset: int) -> Iterator[People]:
    """ "20 injured", "left 11 dead", "killing 12", "toll to 15": numbers whose noun is left out."""
    counted = [number for number in numbers if number.text not in ("a", "an", "another")]
    another_stands = "another" in text or any(ordinal in text for ordinal in ORDINALS)
    for harm in harms:
        at = harm.start - offset
        near = max(0, at - BARE_REACH)
        bracket = at > 0 and "," in text[near:at]
        for number in counted:
            if number.end > at or (number.start < near and not bracket):
                continue
            begin = number.end
            if bracket and (inside := _INCLUDING.match(text, begin, at)):
                begin = inside.end()  # "nine, including three women, suffered burns"
            if number.start >= near - (begin - number.end) and _BESIDE_HARM.fullmatch(text, begin, at):
                yield _elided(number.text, offset + number.start, offset + number.end, text[number.end : at])
        if another_stands and (another := _ANOTHER.search(text[near:at])):
            begin = offset + near + another.start()
            end = begin + len(another[0].split(None, 2)[0])
            yield People(begin, end, "", ONE, False, False, elided=True)
        if harm.word.voice in ("object", "any"):
            number2 = patterns().at_start.match(text[harm.end - offset : harm.end - offset + 30])
            times = number2 and _TIMES.match(text, harm.end - offset + number2.end())
            if number2 and not times and number2["n"] not in ("a", "an"):
                begin = harm.end + number2.start("n")
                yield _elided(number2["n"], begin, begin + len(number2["n"]), "")


def _elided(number: str, start: int, end: int, gap: str) -> People:
    return People(start, end, "", parse_count(number), False, "of" in gap.split(), elided=True)


def is_plural(words: str) -> bool:
    last = words.rsplit(maxsplit=1)[-1:]
    return bool(last) and (last[0].endswith("s") or last[0] in PLURALS)
