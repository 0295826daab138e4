"""Stage find, figures: which noun phrases of people a word of harm befalls, before it or after it, and which are parts.

Everything here reads a sentence in lower case.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from geo.extract.lexicon import Hit
from geo.extract.people import ONE, People

_AMONG_THEM = re.compile(r",? (?:among|amongst) (?:them|the (?:dead|victims|deceased|injured|wounded))\b")
POSSESSIVES = ("his ", "her ", "their ")
LONGEST_GAP = 90
OBJECT_GAP = 45
_NOT_OBJECT = re.compile(r"\b(?:in|by|at|near|on|during|from)\b|,")
_ANOTHER_CLAUSE = re.compile(r"\b(?:in|by|at|near|when|who|from|on)\b")
_LISTED = re.compile(r",|\band\b|\bwith\b|\bincluding\b|\bof\b")
_AND_BESIDES = re.compile(r",\s*(?:and|as well as|along with)\b")
_ESCORTING = re.compile(
    r" (?:guarding|escorting|accompanying|protecting|carrying|transporting|guiding|driving) (?:[\w-]+ ){0,2}$"
)
_BREAK = re.compile(
    r"[;:.!?]\s|\b(?:said|told|added|while|whereas|when|after|who|which|that|before|because|left|leaving)\b|\u2014| -- "
)
_HARD_BREAK = re.compile(r"[;:.!?]\s|\b(?:said|told|added|while|whereas|left|leaving)\b")
_INCLUDING = re.compile(
    r"\b(?:includ\w+|among (?:them|whom|the)|of whom|of them|two of|one of|most of|some of|comprising|besides)\b"
)
_CHAINED = re.compile(r"\s*(?:,|and\b|as well as|along with|including|\(|\u2014|-|while)")
_ALL_OF = re.compile(r",\s*(?:all|both|most|mostly|some) (?:of (?:them|whom) )?(?:\w+ )?$")
_WHO_WERE = re.compile(
    r"(?:(?: of [\w' -]{1,30}?)?,? (?:who|that|which) (?:was|were|had been|have been|had|got)(?: \w+ly)?)?"
)
_PARENTHESES = re.compile(r"\([^)]{0,200}\)")


def objects_of(
    text: str, offset: int, harm: Hit, people: Sequence[People], harms: Sequence[Hit]
) -> list[tuple[People, bool]]:
    """Those named after the word of harm, as (phrase, part of another figure)."""
    chosen: list[tuple[People, bool]] = []
    at, part = harm.end, False
    for phrase in people:
        if phrase.start < harm.end:
            continue
        gap = text[at - offset : phrase.start - offset]
        limit = OBJECT_GAP if not chosen else LONGEST_GAP
        if len(gap) > limit or any(at <= h.start < phrase.start for h in harms):
            break
        if not chosen and (_BREAK.search(gap) or _NOT_OBJECT.search(gap) or (phrase.definite and gap.strip())):
            break
        if chosen:
            if (
                "\u2014" in gap
                or _HARD_BREAK.search(gap)
                or (_ANOTHER_CLAUSE.search(gap) and not _INCLUDING.search(gap))
            ):
                break
            if _INCLUDING.search(gap) or (phrase.definite and not chosen[-1][0].definite):
                part = True
        if (chosen or "and" in gap.split()) and _harm_follows(text, offset, phrase, harms):
            break
        chosen.append((phrase, part))
        at = phrase.end
    return chosen


def listed_after(
    text: str, offset: int, harm: Hit, people: Sequence[People], harms: Sequence[Hit]
) -> Iterator[tuple[People, bool]]:
    """ "Twelve people were hurt, including eight passers-by and a constable": the parts of the twelve."""
    at = harm.end
    for phrase in people:
        if phrase.start < harm.end:
            continue
        gap = text[at - offset : phrase.start - offset]
        if len(gap) > OBJECT_GAP or _BREAK.search(gap) or any(at <= h.start < phrase.start for h in harms):
            return
        if (at > harm.end and not _CHAINED.match(gap)) or _harm_follows(text, offset, phrase, harms):
            return
        yield phrase, True
        at = phrase.end


def _harm_follows(text: str, offset: int, phrase: People, harms: Sequence[Hit]) -> bool:
    """Whether a word of harm stands right after a phrase: it is that word's."""
    return any(
        h.start >= phrase.end and h.word.voice != "object" and not text[phrase.end - offset : h.start - offset].strip()
        for h in harms
    )


def subjects_of(
    text: str, offset: int, harm: Hit, people: Sequence[People], harms: Sequence[Hit]
) -> list[tuple[People, bool]]:
    """Those named before the word of harm, back to the beginning of their list."""
    chosen: list[People] = []
    at = harm.start
    for phrase in reversed(people):
        if phrase.end > harm.start:
            continue
        gap = text[phrase.end - offset : at - offset]
        if "(" in gap:
            gap = _PARENTHESES.sub("", gap)
        if len(gap) > LONGEST_GAP:
            break
        between = [h for h in harms if phrase.end <= h.start < at]
        if between and not _shared_verb(text, offset, phrase, between, harm, chosen):
            break
        if chosen and (
            _HARD_BREAK.search(gap)
            or (len(gap) > 25 and not _CHAINED.match(gap) and not _ALL_OF.search(gap))
            or not _LISTED.search(gap)
        ):
            break
        if not chosen and _HARD_BREAK.search(gap):
            break
        if not chosen and phrase.value is None and _is_escorted(text, offset, phrase, people):
            at = phrase.start
            continue
        chosen.append(phrase)
        at = phrase.start
        if chosen[-1].elided:
            break
    return _mark_parts(text, offset, chosen[::-1]) if len(chosen) > 1 else [(phrase, False) for phrase in chosen]


def _is_escorted(text: str, offset: int, phrase: People, people: Sequence[People]) -> bool:
    """ "Two policemen guarding vaccinators were martyred": the policemen were."""
    before = next((p for p in reversed(people) if p.end <= phrase.start), None)
    if before is None or before.value is None:
        return False
    return _ESCORTING.match(text, before.end - offset, phrase.start - offset) is not None


def _shared_verb(text: str, offset: int, phrase: People, between: list[Hit], harm: Hit, chosen: list[People]) -> bool:
    """ "Were abducted and killed", "nine people abducted from a coach have been killed": one subject, two verbs."""
    if chosen or len(between) != 1:
        return False
    joined = text[between[0].end - offset : harm.start - offset].strip(" ,")
    attached = (
        between[0].word.voice == "any"
        and _WHO_WERE.fullmatch(text[phrase.end - offset : between[0].start - offset].rstrip()) is not None
    )
    return joined in ("and", "or", "and then", "and later") or attached


def _mark_parts(text: str, offset: int, phrases: list[People]) -> list[tuple[People, bool]]:
    """After "including", or in apposition to a counted group, a phrase is a part."""
    marked: list[tuple[People, bool]] = []
    part = False
    for number, phrase in enumerate(phrases):
        if number:
            gap = text[phrases[number - 1].end - offset : phrase.start - offset]
            if (
                _INCLUDING.search(gap)
                or _in_apposition(text, offset, phrases, phrase, gap)
                or (
                    phrases[0].group == "people"
                    and not _of_the_first(text, offset, phrases[0], phrase)
                    and gap.strip() in (",", "\u2014", "(")
                )
            ):
                part = True
            elif _AND_BESIDES.search(gap) and phrases[0].group != "people":
                part = False
        marked.append((phrase, part))
    if _AMONG_THEM.match(text, phrases[-1].end - offset):  # "five labourers, three women and a child among them"
        return [marked[0], *((phrase, True) for phrase, _ in marked[1:])]
    return marked


def _of_the_first(text: str, offset: int, first: People, phrase: People) -> bool:
    """ "A man, his wife and their son": three people."""
    return first.value == ONE and text.startswith(POSSESSIVES, phrase.start - offset)


def _in_apposition(text: str, offset: int, phrases: Sequence[People], phrase: People, gap: str) -> bool:
    """ "Two children, a girl of six and a boy, ...": one by one those just counted."""
    first = phrases[0]
    if text.startswith(POSSESSIVES, phrase.start - offset):
        return False
    alone = (first.value is not None and (first.value.best or 0) > 1) or len(phrases) == 2
    return alone and phrase.value == ONE and gap.strip() in (",", "\u2014", "(")
