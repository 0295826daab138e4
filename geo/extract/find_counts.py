"""Stage find: numbers of people killed, injured, abducted and arrested in one sentence.

A figure is a noun phrase of people ("at least six passengers") tied to a word of harm ("were killed", "killing").
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from geo.extract.figures import attackers_besides, cared_for, deaths, find_bodies, lives_taken, numbers_of, said_before
from geo.extract.lexicon import Hit, fold_case
from geo.extract.model import CountMention
from geo.extract.people import People, find_people, is_plural, patterns
from geo.models import CountRange
from geo.normalize import parse_count

LONGEST_GAP = 90
OBJECT_GAP = 45
NAMES_FOLLOW = (
    "shot dead",
    "gunned down",
    "killed",
    "assassinated",
    "murdered",
    "injured",
    "wounded",
    "kidnapped",
    "abducted",
)
_NAME_AFTER = re.compile(r" (?:[A-Z][a-z'-]+ ){1,3}(?=in\b|on\b|at\b|near\b|when\b|while\b|outside\b|from\b|and\b)")
# State wording that is used of militants alone.
ONLY_MILITANTS = ("sent to hell", "neutralised", "neutralized", "eliminated", "hunted down", "eliminating")
_BE = re.compile(r"\b(?:was|were|been|being|be|are|is|got|reportedly|later)\s+(?:\w+ly\s+)?$")
_HE = re.compile(r"\b(?:he|she)\b[^.;]{0,60}$", re.I)
_WAS = re.compile(r"\b(?:was|been|is|being)\s+(?:\w+ly\s+)?$")
_BREAK = re.compile(
    r"[;:.!?]\s|\b(?:said|told|added|while|whereas|when|after|who|which|that|before|because|left|leaving)\b|\u2014| -- "
)
_HARD_BREAK = re.compile(r"[;:.!?]\s|\b(?:said|told|added|while|whereas|left|leaving)\b")
_INCLUDING = re.compile(
    r"\b(?:includ\w+|among (?:them|whom|the)|of whom|of them|two of|one of|most of|some of|comprising|besides)\b", re.I
)
_OF_THE = re.compile(r"\bof (?:the|them|those|whom|these|its|his|their)\b", re.I)
_AMONG_AFTER = re.compile(r"^[^.;]{0,30}\bamong (?:the|those|them)\b", re.I)
_RISES = re.compile(r"\b(?:ris\w+|rose|climb\w*|jump\w*|increas\w*|stood|stands|reach\w*|went up|gone up|put)\b", re.I)
_CHAINED = re.compile(r"^\s*(?:,|and\b|as well as|along with|including|\(|\u2014|-|while)", re.I)
_THE = re.compile(r"\b(?:the|these|those)\s+$", re.I)
_PARENTHESES = re.compile(r"\([^)]{0,200}\)")


def find_counts(
    text: str, offset: int, persons: Sequence[Hit], harms: Sequence[Hit], told: str = ""
) -> list[CountMention]:
    """The figures of a sentence.

    Args:
        text: The sentence.
        offset: Where it starts in the document; the hits' positions are the document's.
        persons, harms: The lexicon's hits of these kinds within the sentence.
        told: Group of the people named last before the sentence, for "several were killed".
    """
    written, text = text, fold_case(text)
    if not harms and "lives" not in text:
        return [*find_bodies(text, offset), *deaths(text, offset), *cared_for(text, offset)]
    people = [_with_name(phrase, written, offset) for phrase in find_people(text, offset, persons, harms)]
    found = [*lives_taken(text, offset, people), *numbers_of(text, offset)]
    found.extend(find_bodies(text, offset))
    found.extend(attackers_besides(text, offset))
    found.extend(deaths(text, offset))
    found.extend(cared_for(text, offset))
    people = [phrase for phrase in people if not text[: phrase.end - offset].endswith("lives")]
    found.extend(said_before(text, offset, people))
    people = [p for p in people if text[max(0, p.start - offset - 3) : p.start - offset + 4] != "as many"]
    for harm in harms:
        found.extend(_of_harm(text, offset, harm, people, harms))
    found.extend(_names_after(written, offset, harms, people))
    if told:
        nouns = [p for p in people if not text[: p.end - offset].endswith((" others", " other"))]
        found = [replace(c, group=told) if _is_bare(c, nouns) else c for c in found]
    return _without_repeats(found)


def _with_name(phrase: People, written: str, offset: int) -> People:
    following = written[phrase.end - offset : phrase.end - offset + 2]
    return replace(phrase, named=True) if following[:1] == " " and following[1:].isupper() else phrase


def _names_after(written: str, offset: int, harms: Sequence[Hit], people: Sequence[People]) -> Iterator[CountMention]:
    """ "Shot dead" and a name, with no noun for the person: one."""
    for harm in harms:
        if harm.word.phrase not in NAMES_FOLLOW or any(harm.end <= p.start < harm.end + OBJECT_GAP for p in people):
            continue
        if name := _NAME_AFTER.match(written, harm.end - offset):
            yield CountMention(
                harm.start, offset + name.end(), harm.code, "people", CountRange.exactly(1), False, True, "a name"
            )


def _is_bare(count: CountMention, people: Sequence[People]) -> bool:
    """Whether a figure has no noun, and none of people stands before it."""
    named = any(phrase.group and phrase.start < count.end for phrase in people)
    return count.group == "people" and count.rule.startswith("people") and not count.weak and not named


def _of_harm(
    text: str, offset: int, harm: Hit, people: Sequence[People], harms: Sequence[Hit]
) -> Iterator[CountMention]:
    if harm.word.voice == "toll":
        yield from _toll(text, offset, harm)
        return
    before, after = text[: harm.start - offset], text[harm.end - offset :]
    counted_before = next(
        (
            p
            for p in people
            if p.elided and p.end <= harm.start and not text[p.end - offset : harm.start - offset].strip()
        ),
        None,
    )
    objects = _objects(text, offset, harm, people, harms)
    if counted_before and objects and objects[0][0].value is None:
        noun = objects[0][0]
        start, group = counted_before.start, noun.group
        if counted_before.value is not None:
            yield CountMention(
                start, noun.end, harm.code, group, counted_before.value, False, False, "number of harmed people"
            )
        return
    subjects = _subjects(text, offset, harm, people, harms)
    passive = bool(_BE.search(before))
    if harm.word.voice == "object" or (harm.word.voice == "any" and objects and not passive):
        chosen = objects or (subjects if harm.word.voice == "object" and _takes_subject(harm, before) else [])
    elif harm.word.voice == "any":
        chosen = subjects
    else:
        chosen = subjects
    yield from _figures(text, offset, harm, chosen, people, after)
    if harm.word.voice == "subject" and not chosen and (he := _HE.search(before)):
        yield CountMention(
            harm.start - len(before) + he.start(),
            harm.end,
            harm.code,
            "people",
            CountRange.exactly(1),
            False,
            True,
            "he died",
        )
    elif (
        harm.code in ("killed", "injured")
        and not chosen
        and _WAS.search(before)
        and harm.word.voice in ("any", "subject", "object")
        and not _negated(before)
    ):
        begin = harm.start - len(_WAS.search(before)[0])  # type: ignore[index]
        yield CountMention(begin, harm.end, harm.code, "people", CountRange.exactly(1), False, True, "was harmed")


def _takes_subject(harm: Hit, before: str) -> bool:
    """ "Shot dead" and "gunned down" may follow those whom they befell."""
    return harm.word.phrase in ("shot dead", "gunned down", "beheaded") or bool(_BE.search(before))


def _negated(before: str) -> bool:
    return bool(
        re.search(r"\b(?:not|no one|no|nobody|anyone|none|neither|without|never|n't)\b[^,;.]{0,30}$", before, re.I)
    )


def _objects(
    text: str, offset: int, harm: Hit, people: Sequence[People], harms: Sequence[Hit]
) -> list[tuple[People, bool]]:
    """Those named after the word of harm, as (phrase, part of another figure)."""
    chosen: list[tuple[People, bool]] = []
    at, part = harm.end, False
    for phrase in (p for p in people if p.start >= harm.end):
        gap = text[at - offset : phrase.start - offset]
        limit = OBJECT_GAP if not chosen else LONGEST_GAP
        if len(gap) > limit or any(at <= h.start < phrase.start for h in harms):
            break
        if not chosen and (
            _BREAK.search(gap)
            or re.search(r"\b(?:in|by|at|near|on|during|from)\b|,", gap)
            or (phrase.definite and gap.strip())
        ):
            break
        if chosen:
            if (
                "\u2014" in gap
                or _HARD_BREAK.search(gap)
                or (
                    re.search(r"\b(?:in|by|at|near|when|who|from|on)\b", _INCLUDING.sub("", gap))
                    and not _INCLUDING.search(gap)
                )
            ):
                break
            if _INCLUDING.search(gap) or (phrase.definite and not chosen[-1][0].definite):
                part = True
        follows = any(
            h.start - offset >= phrase.end - offset
            and not text[phrase.end - offset : h.start - offset].strip()
            and h.word.voice != "object"
            for h in harms
        )
        if follows and chosen:
            break
        chosen.append((phrase, part))
        at = phrase.end
    return chosen


def _subjects(
    text: str, offset: int, harm: Hit, people: Sequence[People], harms: Sequence[Hit]
) -> list[tuple[People, bool]]:
    """Those named before the word of harm, back to the beginning of their list."""
    chosen: list[People] = []
    at = harm.start
    for phrase in reversed([p for p in people if p.end <= harm.start]):
        gap = _PARENTHESES.sub("", text[phrase.end - offset : at - offset])
        between = [h for h in harms if phrase.end <= h.start < at]
        if len(gap) > LONGEST_GAP or (between and not _shared_verb(text, offset, phrase, between, harm, chosen)):
            break
        if chosen and (
            _HARD_BREAK.search(gap)
            or (len(gap) > 25 and not _CHAINED.match(gap))
            or not re.search(r",|\band\b|\bwith\b|\bincluding\b|\bof\b", gap)
        ):
            break
        if not chosen and _HARD_BREAK.search(gap):
            break
        chosen.append(phrase)
        at = phrase.start
        if chosen[-1].elided:
            break
    return _mark_parts(text, offset, list(reversed(chosen)))


def _shared_verb(text: str, offset: int, phrase: People, between: list[Hit], harm: Hit, chosen: list[People]) -> bool:
    """ "Were abducted and killed", "nine people abducted from a coach have been killed": one subject, two verbs."""
    if chosen or len(between) != 1:
        return False
    joined = text[between[0].end - offset : harm.start - offset].strip(" ,")
    attached = not text[phrase.end - offset : between[0].start - offset].strip()
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
                or _in_apposition(phrases, phrase, gap)
                or (phrases[0].group == "people" and gap.strip() in (",", "\u2014", "("))
            ):
                part = True
            elif re.search(r",\s*(?:and|as well as|along with)\b", gap) and phrases[0].group != "people":
                part = False
        marked.append((phrase, part))
    return marked


def _in_apposition(phrases: Sequence[People], phrase: People, gap: str) -> bool:
    """ "Two children, a girl of six and a boy, ...": one by one those just counted."""
    first = phrases[0]
    alone = (first.value is not None and (first.value.best or 0) > 1) or len(phrases) == 2
    return alone and phrase.value == CountRange.exactly(1) and gap.strip() in (",", "\u2014", "(")


def _figures(
    text: str, offset: int, harm: Hit, chosen: list[tuple[People, bool]], people: Sequence[People], after: str
) -> Iterator[CountMention]:
    counted = [pair for pair in chosen if pair[0].value is not None]
    if not counted and chosen and harm.word.voice == "subject":
        same = [
            p for p in people if p.value is not None and p.end <= chosen[0][0].start and p.group == chosen[0][0].group
        ]
        counted = [(same[-1], False)] if same else []
    singular = [p for p in chosen if p[0].named and not is_plural(text[p[0].start - offset : p[0].end - offset])]
    if not counted and len(singular) > 1:
        counted = [(replace(phrase, value=CountRange.exactly(1)), part) for phrase, part in singular]
    if not counted and chosen:
        counted = [pair for pair in chosen if pair[0].definite][-1:]
    for phrase, part in counted:
        group = phrase.group or _inherited(phrase, people)
        if group == "people" and phrase.elided and harm.word.phrase in ONLY_MILITANTS:
            group = "militants"
        value = phrase.value or CountRange.exactly(1)
        weak = phrase.value is None or harm.word.phrase == "shot"
        if phrase.value is None and is_plural(text[phrase.start - offset : phrase.end - offset]):
            continue
        certain = phrase.named or text[phrase.start - offset : phrase.end - offset].startswith(("the ", "his ", "her "))
        if weak and harm.word.phrase.endswith("ing") and not certain:
            continue
        among = bool(_AMONG_AFTER.match(after)) or (phrase.of_the and group in ("people", "kin"))
        start, end = min(phrase.start, harm.start), max(phrase.end, harm.end)
        rule = (
            "another" if text[phrase.start - offset :].casefold().startswith("another") and phrase.elided else "people"
        )
        known = bool(_THE.search(text[max(0, phrase.start - offset - 12) : phrase.start - offset]))
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


def _inherited(phrase: People, people: Sequence[People]) -> str:
    """The group of a number without a noun is that of the people counted before it."""
    earlier = [p.group for p in people if p.end <= phrase.start and p.group and p.value is not None]
    if not earlier or earlier[0] == "people":
        return "people"
    return earlier[0] if len(set(earlier)) == 1 else "people"


def _toll(text: str, offset: int, harm: Hit) -> Iterator[CountMention]:
    """ "Raising the death toll to six": the last number of the next words ("from 19 to 22")."""
    after = text[harm.end - offset : harm.end - offset + 160]
    window = re.split(r"[;.]\s|\bwhen\b|\bwith\b|\bafter\b|,", after)[0]
    rising = _RISES.search(window)
    window = window if rising else window[:40]
    from_here = rising.end() if rising else 0
    numbers = [
        number
        for number in patterns().single.finditer(window, from_here)
        if number.group().casefold() not in ("a", "an")
    ]
    numbers = [
        n for n in numbers if not re.match(r"\s*(?:months?|years?|weeks?|days?|attacks?|incidents?)", window[n.end() :])
    ]
    if not numbers:
        return
    chosen = numbers[-1] if re.search(r"\bto\b", window) else numbers[0]
    value = parse_count(chosen.group())
    if value is None:
        return
    group = "security" if "soldier" in harm.word.phrase else "militants" if "militant" in harm.word.phrase else "people"
    yield CountMention(harm.start, harm.end + chosen.end(), harm.code, group, value, False, False, "toll", update=True)


def _without_repeats(found: list[CountMention]) -> list[CountMention]:
    """One figure per noun phrase and harm; two words of harm may share a noun phrase."""
    kept: dict[tuple[str, str, int, bool], CountMention] = {}
    for mention in found:
        noun = mention.start if mention.noun is None else mention.noun
        key = (mention.harm, mention.group, noun, mention.part)
        kept.setdefault(key, mention)
    return sorted(kept.values(), key=lambda mention: (mention.start, mention.end))
