"""Stage find, figures: numbers of victims that need no word of harm beside a noun of people: tolls, bodies, lives."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from geo.extract.model import CountMention
from geo.extract.people import People, patterns
from geo.normalize import parse_count

_IN_ADDITION = re.compile(
    r"\bin addition to (?:the |an? )?(?:(?P<n>two|three|four|five|six|\d{1,2}) )?"
    r"(?:suicide )?(?:bomber|assailant|attacker|gunman|gunmen)s?\b"
)
_ATTACKER_AMONG = re.compile(
    r"\bincluding (?P<who>(?:the |an? |(?P<n>two|three|four|five|six) )(?:suicide )?"
    r"(?:bomber|assailant|attacker|gunman|gunmen|militant)s?)\b(?=[^.;]{0,60}\b(?:killed|died)\b)"
)
_SAID_BEFORE = re.compile(
    r"\bas many (?:others |more )?(?:were |sustained |suffered |received )?(?P<hurt>injured|wounded|hurt|injuries)\b|"
    r"\b(?:shot (?:and killed )?them(?: dead)?|(?:killed|killing|executed|executing|gunned) them|shooting them)\b"
)
_FOUND = re.compile(
    r"\b(?:bod(?:y|ies)\b.{0,140}\b(?:found|recovered|dumped|turned up|discovered)|(?:found|"
    r"recovered|discovered|came upon)\b.{0,30}\bbod(?:y|ies))\b",
    re.I,
)
_LIVES_TAKEN = re.compile(r"\b(?:claim\w*|took|taking|taken|cost\w*)\s*$", re.I)
_LIVES_LOST = re.compile(r"\s+(?:were |have been |had been )?lost\b", re.I)
NUMBER_OF_GROUPS = {
    "passenger": "civilians",
    "civilian": "civilians",
    "soldier": "security",
    "personnel": "security",
    "troops": "security",
    "militant": "militants",
    "terrorist": "militants",
    "hostages": "people",
}


def numbers_of(text: str, offset: int) -> Iterator[CountMention]:
    """ "The number of passengers murdered before the assault at 21"."""
    if "umber of" not in text:
        return
    for match in patterns().number_of.finditer(text):
        value = parse_count(match["n"])
        if value is None:
            continue
        harm = "injured" if match["harm"].casefold() in ("injured", "wounded", "hurt") else "killed"
        groups = [group for words, group in NUMBER_OF_GROUPS.items() if words in match["who"].casefold()]
        group = groups[0] if groups else "people"
        yield CountMention(
            offset + match.start(), offset + match.end(), harm, group, value, False, False, "number of", update=True
        )


def attackers_besides(text: str, offset: int) -> Iterator[CountMention]:
    """ "In addition to the bomber, eight people were killed": the bomber, too."""
    if "killed" not in text and "died" not in text:
        return
    if match := _ATTACKER_AMONG.search(text):
        start, end = offset + match.start("who"), offset + match.end()
        value = parse_count(match["n"] or "one")
        if value:
            yield CountMention(start, end, "killed", "militants", value, True, False, "the attacker among them")
        return
    if match := _IN_ADDITION.search(text):
        value = parse_count(match["n"] or "one")
        if value:
            start, end = offset + match.start(), offset + match.end()
            yield CountMention(start, end, "killed", "militants", value, False, False, "in addition to the attacker")


def find_bodies(text: str, offset: int) -> list[CountMention]:
    """ "Four bullet-riddled bodies were found": as many killed."""
    if "bod" not in text or not _FOUND.search(text):
        return []
    return [
        CountMention(offset + m.start(), offset + m.end(), "killed", "people", value, False, True, "bodies found")
        for m in patterns().bodies.finditer(text)
        if (value := parse_count(m["n"] or m["of"] or "one"))
    ]


def deaths(text: str, offset: int) -> Iterator[CountMention]:
    """ "Dozens of civilian deaths"."""
    if "deaths" not in text and "fatalities" not in text:
        return
    for match in patterns().deaths.finditer(text):
        value = parse_count(re.sub(r"\s+of$", "", match["n"]))
        if value:
            group = {
                "civilian": "civilians",
                "militant": "militants",
                "military": "security",
                "security": "security",
            }.get((match["who"] or "").strip().casefold(), "people")
            yield CountMention(
                offset + match.start(), offset + match.end(), "killed", group, value, False, False, "deaths"
            )


def cared_for(text: str, offset: int) -> Iterator[CountMention]:
    """ "One of them with a bullet wound"; "leaving four under treatment" replaces what was before."""
    if not any(sign in text for sign in ("under treatment", "being treated", "bullet", "gunshot", "shrapnel")):
        return
    for match in patterns().cared_for.finditer(text):
        value = parse_count(match["n"])
        if value and ("with" in match["how"] or match["left"]):
            start, end = offset + match.start("n"), offset + match.end()
            update = bool(match["left"])
            yield CountMention(start, end, "injured", "people", value, False, False, "cared for", update=update)


def lives_taken(text: str, offset: int, people: Sequence[People]) -> Iterator[CountMention]:
    """ "Claimed three innocent lives", "six lives lost"."""
    for phrase in people:
        if phrase.value is None or not text[: phrase.end - offset].endswith("lives"):
            continue
        taken = _LIVES_TAKEN.search(text[: phrase.start - offset])
        lost = _LIVES_LOST.match(text[phrase.end - offset :])
        if taken or lost:
            start = offset + taken.start() if taken else phrase.start
            end = phrase.end + (lost.end() if lost else 0)
            yield CountMention(start, end, "killed", "people", phrase.value, False, False, "lives")


def said_before(text: str, offset: int, people: Sequence[People]) -> Iterator[CountMention]:
    """ "Took seven passengers off a bus and shot them dead", "two policemen were killed and as many injured"."""
    for match in _SAID_BEFORE.finditer(text):
        counted = [p for p in people if p.value is not None and p.value.best and p.end <= offset + match.start()]
        if not counted:
            continue
        of, value = counted[-1], counted[-1].value
        harm = "injured" if match["hurt"] else "killed"
        group = "people" if match["hurt"] and "others" in match[0] else of.group or "people"
        start = offset + match.start() if match["hurt"] else of.start
        if value is not None:
            yield CountMention(start, offset + match.end(), harm, group, value, False, False, "said before", noun=start)
