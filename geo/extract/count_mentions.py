"""Stage find, figures: the noun phrases that a word of harm befalls -> figures with their group and kind.

Everything here reads a sentence in lower case.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from geo.extract.lexicon import Hit
from geo.extract.model import CountMention
from geo.extract.people import ONE, People, is_plural

# State wording that is used of militants alone.
ONLY_MILITANTS = ("sent to hell", "neutralised", "neutralized", "eliminated", "hunted down", "eliminating")
ADDED = ("security", "civilians", "militants", "kin")  # "two soldiers were also killed": they, too
_ALSO = re.compile(r"\balso\b")
_ONE_MORE = re.compile(r"another\b|an? (?:second|third|fourth|fifth)\b")
_SOME_MORE = re.compile(r"(?!once|some)[\w-]+ more\b(?! than)")
SUBJECT_REACH = 16
_AND_HARMED = re.compile(r"(?: [\w-]+)? (?:and|or) (?:injur|wound|hurt|kill|maim|martyr|abduct|kidnapp)\w* ")
_BEFALLEN = re.compile(r"(?: [\w-]+){0,6}? (?:was|were|had been|have been|has been)\b")
OTHERS = (" others", " other people", " other persons")
_OF_THEM = re.compile(r" of (?:them|whom|those)\b")
_AMONG_AFTER = re.compile(r"[^.;,]{0,30}\bamong (?:the|those|them)\b")
# "The driver of a bus and a passenger", "the owner of the hotel, his son and two guests".
_BESIDE = re.compile(r"(?:(?:of|at|in|from) (?:an?|the|his|her|their) (?:[\w'-]+ ){0,3}[\w'-]+,? )?(?:and)?")
_NAME_AND = re.compile(r"(?:[\w'.-]+ ){1,4}and|,(?: [\w'.-]+){1,4}, and")
_THE = re.compile(r"\b(?:the|these|those)\s+$")


def figures_of_harm(
    text: str, offset: int, harm: Hit, chosen: list[tuple[People, bool]], people: Sequence[People]
) -> Iterator[CountMention]:
    counted = [pair for pair in chosen if pair[0].value is not None]
    if not counted and chosen and harm.word.voice == "subject":
        same = [
            p for p in people if p.value is not None and p.end <= chosen[0][0].start and p.group == chosen[0][0].group
        ]
        counted = [(same[-1], False)] if same else []
    if not counted:
        singular = [p for p in chosen if p[0].named and not is_plural(text[p[0].start - offset : p[0].end - offset])]
        if len(singular) > 1:
            counted = [(replace(phrase, value=ONE), part) for phrase, part in singular]
        else:
            counted = [pair for pair in chosen if pair[0].definite][-1:]
    elif lone := _beside_counted(text, offset, chosen):
        counted = [pair if pair[0].value else (replace(pair[0], value=ONE), pair[1]) for pair in lone]
    attacker_first = _attacker_first(text, offset, people)
    among_after = bool(_AMONG_AFTER.match(text, harm.end - offset)) if "among" in text else False
    for phrase, part in counted:
        of_them = _OF_THEM.match(text, phrase.end - offset) is not None
        group = phrase.group or _inherited(phrase, people, of_them=of_them) or _shared_noun(text, offset, harm, people)
        if group == "militants" and not phrase.group and harm.word.voice == "object" and attacker_first:
            group = "people"
        if group == "people" and phrase.elided and harm.word.phrase in ONLY_MILITANTS:
            group = "militants"
        value = phrase.value or ONE
        weak = phrase.value is None or harm.word.phrase == "shot"
        if phrase.value is None and is_plural(text[phrase.start - offset : phrase.end - offset]):
            continue
        certain = phrase.named or text.startswith(("the ", "his ", "her "), phrase.start - offset, phrase.end - offset)
        if weak and harm.word.phrase.endswith("ing") and not certain:
            continue
        among = among_after or (phrase.of_the and group in ("people", "kin"))
        start, end = min(phrase.start, harm.start), max(phrase.end, harm.end)
        more = harm.code == "killed" and _SOME_MORE.match(text, phrase.start - offset, harm.start - offset)
        more = more or _ONE_MORE.match(text, phrase.start - offset, phrase.end - offset)
        rule = "another" if more else "people"
        if text.endswith(OTHERS, phrase.start - offset, phrase.end - offset) and not part:
            rule = "others" if rule == "people" else rule
        if rule == "people" and group in ADDED and _ALSO.search(text, phrase.end - offset, harm.start - offset):
            rule = "also"
        known = bool(_THE.search(text, max(0, phrase.start - offset - 12), phrase.start - offset))
        yield CountMention(
            start,
            end,
            harm.code,
            group,
            value,
            part or among,
            weak,
            f"{rule} {harm.word.phrase}",
            known=known,
            noun=phrase.start,
        )


def _beside_counted(text: str, offset: int, chosen: list[tuple[People, bool]]) -> list[tuple[People, bool]]:
    """ "The tribal leader and his guard", "the owner and two customers": one and those counted beside him."""
    if len(chosen) < 2 or any(part for _, part in chosen):
        return []
    several = False
    with_others = text.endswith((" others", " other people"), 0, chosen[-1][0].end - offset)
    gaps = (text[a.end - offset : b.start - offset].strip(" ,") for (a, _), (b, _) in pairwise(chosen))
    if any(not (_BESIDE.fullmatch(gap) or _NAME_AND.fullmatch(gap)) for gap in gaps):
        return []
    for phrase, _ in chosen:
        words = text[phrase.start - offset : phrase.end - offset]
        named = phrase.named and (with_others or phrase is chosen[0][0])
        lone = not is_plural(words) and (named or words.startswith(("the ", "his ", "her ")))
        if phrase.value is None and (several or not lone):
            return []  # after a number, one by one those just counted
        several = several or phrase.value not in (None, ONE)
    return chosen if any(phrase.value is None for phrase, _ in chosen) else []


def _inherited(phrase: People, people: Sequence[People], *, of_them: bool = False) -> str:
    """The group of a number without a noun is that of the people counted before it."""
    if of_them:
        named = [p.group for p in people if p.end <= phrase.start and p.group]
        if named and named[-1] not in ("kin", "people"):
            return named[-1]
    earlier = [p.group for p in people if p.end <= phrase.start and p.value is not None]
    if earlier and not earlier[0]:
        return "people"  # "four dead, including a child, and 17 wounded"
    if not earlier:
        return ""
    if earlier[0] == "people":
        return "people"
    return earlier[0] if len(set(earlier)) == 1 else "people"


def _shared_noun(text: str, offset: int, harm: Hit, people: Sequence[People]) -> str:
    """ "Killed two and hurt six soldiers": two soldiers, too."""
    following = next((p for p in people if p.start > harm.end and p.group), None)
    if following is None:
        return "people"
    return following.group if _AND_HARMED.fullmatch(text, harm.end - offset, following.start - offset) else "people"


def _attacker_first(text: str, offset: int, people: Sequence[People]) -> bool:
    """ "A bomber on foot blew himself up beside a queue, killing four of them": those killed are others."""
    first = next((p for p in people if p.group == "militants"), None)
    if first is None or first.start - offset > SUBJECT_REACH:
        return False
    return _BEFALLEN.match(text, first.end - offset) is None
