"""Stage find, figures: numbers of victims that need no word of harm beside a noun of people: tolls, bodies, lives.

Everything here reads a sentence in lower case, and looks for a plain word before it tries an expression.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from geo.extract.model import CountMention
from geo.extract.people import ONE, People, numbers_in, patterns
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
_TAKES = re.compile(r"\b(?:took|taken|taking|takes|held|holding|kept|keeping)\s+(?:the |away )?$")
_HOSTAGE = re.compile(
    r"\s+(?:[^.;,]{0,60} )?(?:(?P<held>into (?:\w+ )?custody)|"
    r"(?:as )?(?:hostages?|captives?|with them|along with them))\b"
)
_FATE = re.compile(
    r"\b(?:the |all (?:of )?(?:the )?)?(?:\w+ )?(?:hostages|captives|abductees|victims|kidnapped \w+|abducted \w+) "
    r"(?:were|had been|have been) (?:all |later |subsequently |reportedly )*"
    r"(?:killed|executed|shot dead|murdered|found dead|slaughtered)\b|"
    r"\b(?:their|the victims'|the hostages') (?:[\w-]+ )?bodies\b[^.;]{0,40}\b(?:found|recovered|dumped|discovered)\b|"
    r"\b(?:found|recovered|discovered) (?:their|the victims'|the hostages') (?:[\w-]+ )?bodies\b"
)
_FATE_OF_SOME = re.compile(
    r" of (?:the |those |these )?(?:them|whom|hostages|captives|abductees|victims|(?:abducted|kidnapped|"
    r"missing|captured) "
    r"\w+(?: \w+)?|men|workers|labou?rers|miners|passengers|employees|drivers|boys|youths) (?:were|was|"
    r"had been|have been) "
    r"(?:all |later |subsequently |reportedly |also )*(?:found )?"
    r"(?:killed|executed|shot dead|shot and killed|murdered|dead|slain|slaughtered|gunned down|beheaded)\b"
)
_FOUND = re.compile(
    r"\b(?:bod(?:y|ies)\b.{0,140}\b(?:found|recovered|dumped|turned up|discovered|brought|received)|(?:found|"
    r"recovered|discovered|came upon)\b.{0,30}\bbod(?:y|ies))\b"
)
_BODIES_OF_THEM = re.compile(
    r"\bbod(?:y|ies) of (?:\w+ )?(?:of )?(?:them|the (?:men|victims|captives|hostages|others))\b"
)
_LIVES_TAKEN = re.compile(r"\b(?:claim\w*|took|taking|taken|cost\w*)\s*$")
_LIVES_LOST = re.compile(r"\s+(?:were |have been |had been )?lost\b")
_OF_AT_END = re.compile(r"\s+of$")
# "Arrested in an injured state", "captured alive with bullet injuries".
_HURT_WHEN_TAKEN = re.compile(
    r"(?: alive)?(?: but| while| when)?,? (?:in (?:an? )?(?:\w+ )?(?:injured|wounded|critical) (?:state|condition)|"
    r"(?:badly |seriously |critically )?(?:injured|wounded)\b|"
    r"with (?:\w+ )?(?:\w+ )?(?:injuries|wounds)\b|after (?:being|getting|sustaining) (?:\w+ )?(?:injur|wound)\w*)"
)
_OF_THE_DEAD = re.compile(
    r"\bof (?:the (?:dead|deceased|slain|victims|fatalities|those killed)|those (?:killed|who died)|them|whom) "
    r"(?:were|was|are|is|belonged|had been|have been identified as|being|turned out to be)\b"
)
_THE_DEAD_INCLUDED = re.compile(
    r"\b(?:the (?:dead|deceased|slain|victims|fatalities)|those (?:killed|who died|who lost their lives)|"
    r"the death toll) (?:also )?(?:include[sd]?|comprised?)\b|"
    r"\bamong (?:the (?:dead|deceased|slain|victims|fatalities)|those (?:killed|who died))\b"
)
_OFF = re.compile(
    r"(?: \w+){0,3}? (?:off|out of|from|down from|aside)\b(?: (?:the|an?|their|its|several|two|three|various|passing))?"
    r"(?: [\w-]+){0,2} (?:bus(?:es)?|coach(?:es)?|vans?|wagons?|vehicles?|trains?|trucks?|cars?|pick-?ups?|"
    r"taxi|jeeps?)\b"
    r"|(?: \w+){0,3}? aside\b"
)
_OFFLOADED = re.compile(r"\b(?:off-?loaded|off-?loading|singled out|pulled out|dragged out|forced out|took off) $")
_LOST = re.compile(
    r"\b(?:(?P<force>forces|army|military|troops|fc|frontier corps|levies|police|convoy|unit|side)|militants|"
    r"insurgents|group|"
    r"attackers|rebels|outfit|bla|blf|ttp) (?:also )?(?:had |have |has )?lost (?=[\w\d])"
)
LISTED_REACH = 60
_ADJECTIVES = re.compile(r" (?:(?!(?:on|in|at|by|while|killed|injured|shot|found|from|to|when)\b)[\w'-]+ ){0,3}")
_SENTENCE_GOES_ON = re.compile(r"[.;]|\b(?:while|when|said|who|but|as)\b")
SIGNS_OF_CARE = ("under treatment", "being treated", "bullet", "gunshot", "shrapnel")
FATE = "fate of those taken"
OF_THE_DEAD = "of the dead"
SIGNS_OF_THE_DEAD = ("the dead", "deceased", "slain", "victims", "fatalities", "those ", "of them ", "of whom", "toll")
SIGNS_OF_TAKING_OFF = (" off ", "offload", "off-load", "singled", "out of ", " aside", "dragged", "pulled", "down from")
SIGNS = ("bod", "deaths", "fatalities", *SIGNS_OF_CARE)  # of bodies, deaths and care
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


def find_bodies(text: str, offset: int, taken: CountMention | None = None) -> list[CountMention]:
    """ "Four bullet-riddled bodies were found": as many killed, of those taken before where it says "of them"."""
    if "bod" not in text or not _FOUND.search(text):
        return []
    group = taken.group if taken and _BODIES_OF_THEM.search(text) else "people"
    return [
        CountMention(offset + m.start(), offset + m.end(), "killed", group, value, False, True, "bodies found")
        for m in patterns().bodies.finditer(text)
        if (value := parse_count(m["n"] or m["of"] or "one"))
    ]


def deaths(text: str, offset: int) -> Iterator[CountMention]:
    """ "Dozens of civilian deaths"."""
    if "deaths" not in text and "fatalities" not in text:
        return
    for match in patterns().deaths.finditer(text):
        value = parse_count(_OF_AT_END.sub("", match["n"]))
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
    if not any(sign in text for sign in SIGNS_OF_CARE):
        return
    for match in patterns().cared_for.finditer(text):
        value = parse_count(match["n"])
        if value and ("with" in match["how"] or match["left"]):
            start, end = offset + match.start("n"), offset + match.end()
            update = bool(match["left"])
            yield CountMention(start, end, "injured", "people", value, False, False, "cared for", update=update)


def hurt_when_taken(text: str, offset: int, found: Sequence[CountMention]) -> Iterator[CountMention]:
    """ "Two terrorists were killed and one was apprehended in an injured state": one is injured, too."""
    if "injur" not in text and "wound" not in text and "critical" not in text:
        return
    for count in found:
        if count.harm != "arrested":
            continue
        if match := _HURT_WHEN_TAKEN.match(text, count.end - offset):
            end = offset + match.end()
            yield CountMention(count.start, end, "injured", count.group, count.value, False, False, "hurt when taken")


def of_the_dead(
    text: str, offset: int, people: Sequence[People], found: Sequence[CountMention]
) -> Iterator[CountMention]:
    """ "Nine of the dead were soldiers", "the dead included two constables": parts of the toll told before."""
    if not any(sign in text for sign in SIGNS_OF_THE_DEAD):
        return
    for match in _OF_THE_DEAD.finditer(text):
        number = next((n for n in reversed(numbers_in(text[: match.start()])) if n.end + 1 == match.start()), None)
        noun = next((p for p in people if p.start - offset > match.end()), None)
        if noun and not _ADJECTIVES.fullmatch(text, match.end(), noun.start - offset):
            continue
        value = parse_count(number.text) if number else None
        if number and noun and value and noun.group and (noun.value is None or noun.value == value):
            yield CountMention(
                offset + number.start, noun.end, "killed", noun.group, value, True, False, OF_THE_DEAD, noun=noun.start
            )
    for match in _THE_DEAD_INCLUDED.finditer(text):
        at = offset + match.end()
        for phrase in people:
            if phrase.start < at or phrase.value is None:
                continue
            if any(c.start <= phrase.start < c.end for c in found):
                break
            if phrase.start - at > LISTED_REACH or _SENTENCE_GOES_ON.search(text, at - offset, phrase.start - offset):
                break
            group = phrase.group or "people"
            if phrase.value == ONE:
                break  # one alone is as often told apart from the toll
            yield CountMention(phrase.start, phrase.end, "killed", group, phrase.value, True, False, OF_THE_DEAD)
            at = phrase.end


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


def men_lost(text: str, offset: int, people: Sequence[People]) -> Iterator[CountMention]:
    """ "The forces lost four men": killed, of the side that lost them."""
    if " lost " not in text:
        return
    for match in _LOST.finditer(text):
        phrase = next((p for p in people if p.start == offset + match.end() and p.value is not None), None)
        if phrase and phrase.group and not text.startswith("contact", phrase.end - offset):
            group = "security" if match["force"] else "militants"
            group = group if phrase.group in ("people", group) else phrase.group
            yield CountMention(
                offset + match.start(), phrase.end, "killed", group, phrase.value or ONE, False, False, "lost"
            )


def later_deaths(text: str, offset: int) -> Iterator[CountMention]:
    """ "Two of the injured succumbed": so many more than before."""
    if " of " not in text or not ("injured" in text or "wounded" in text):
        return
    for match in patterns().later_deaths.finditer(text):
        if value := parse_count(match["n"]):
            start, end = offset + match.start(), offset + match.end()
            yield CountMention(start, end, "killed", "people", value, False, False, "another succumbed")


def taken_hostage(text: str, offset: int, people: Sequence[People]) -> Iterator[CountMention]:
    """ "Took 11 personnel hostage"."""
    if not any(word in text for word in ("hostage", "captive", "with them", "along with", "custody")):
        return
    for phrase in people:
        taken = _TAKES.search(text[: phrase.start - offset])
        away = _HOSTAGE.match(text, phrase.end - offset)
        if phrase.value and taken and away:
            start, end = offset + taken.start(), offset + away.end()
            group = phrase.group or "people"
            harm = "arrested" if away["held"] else "abducted"
            yield CountMention(start, end, harm, group, phrase.value, False, False, "taken along")


def fate_of_taken(text: str, offset: int, taken: CountMention | None) -> Iterator[CountMention]:
    """ "The hostages were killed", "their bodies were found": as many as were taken in the sentences before."""
    if taken is None or taken.value.best is None:
        return
    if " of " in text and (partial := next(_fate_of_some(text, offset, taken), None)):
        yield partial
    elif match := _FATE.search(text):
        start, end = offset + match.start(), offset + match.end()
        yield CountMention(start, end, "killed", taken.group, taken.value, False, False, FATE)


def _fate_of_some(text: str, offset: int, taken: CountMention) -> Iterator[CountMention]:
    """ "Three of the hostages were found shot dead": as many of those taken in the sentences before."""
    for number in numbers_in(text):
        value, match = parse_count(number.text), _FATE_OF_SOME.match(text, number.end)
        if match and value and value.best and value.best <= (taken.value.best or 0):
            yield CountMention(
                offset + number.start, offset + match.end(), "killed", taken.group, value, False, False, FATE
            )


def offloaded(text: str, offset: int, people: Sequence[People]) -> CountMention | None:
    """ "Took six passengers off a coach": of whom the next sentences may tell, though no abduction as yet."""
    for phrase in people:
        if phrase.value is None or not phrase.group or phrase.group == "militants":
            continue
        if _OFF.match(text, phrase.end - offset) or _OFFLOADED.search(text, 0, phrase.start - offset):
            end = phrase.end
            return CountMention(phrase.start, end, "abducted", phrase.group, phrase.value, False, False, "taken off")
    return None


def said_before(text: str, offset: int, people: Sequence[People]) -> Iterator[CountMention]:
    """ "Took seven passengers off a bus and shot them dead", "two policemen were killed and as many injured"."""
    if "as many" not in text and "them" not in text:
        return
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
