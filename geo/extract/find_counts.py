"""Stage find: numbers of people killed, injured, abducted and arrested in one sentence.

A figure is a noun phrase of people ("at least six passengers") tied to a word of harm ("were killed", "killing").
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from geo.extract.befallen import OBJECT_GAP, listed_after, objects_of, subjects_of
from geo.extract.count_mentions import figures_of_harm
from geo.extract.figures import (
    SIGNS,
    SIGNS_OF_TAKING_OFF,
    attackers_besides,
    cared_for,
    deaths,
    fate_of_taken,
    find_bodies,
    hurt_when_taken,
    later_deaths,
    lives_taken,
    men_lost,
    numbers_of,
    of_the_dead,
    offloaded,
    said_before,
    taken_hostage,
)
from geo.extract.lexicon import Hit, fold_case
from geo.extract.model import CountMention, Sentence
from geo.extract.people import ONE, People, find_people, patterns
from geo.models import CountRange
from geo.normalize import parse_count

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
_A_NAME = r"[A-Z][a-z'-]+(?: [A-Z][a-z'-]+){0,2}"
_TWO_NAMES_WERE = re.compile(rf"\b{_A_NAME}(?:, \d\d,)? and {_A_NAME}(?:, \d\d,)? were (?:\w+ly )?")
_NAME_AFTER = re.compile(
    r" (?:[A-Z][a-z'-]+ ){1,3}(?:and (?:[A-Z][a-z'-]+ ){1,3})?(?=in\b|on\b|at\b|near\b|when\b|while\b|"
    r"outside\b|from\b|and\b)"
)
_BE = re.compile(r"\b(?:was|were|been|being|be|are|is|got|reportedly|later)\s+(?:\w+ly\s+)?$")
_HE = re.compile(r"\b(?:he|she)\b[^.;]{0,60}$")
_NOT = re.compile(r"\b(?:not|no one|no|nobody|anyone|none|neither|without|never|n't)\b[^,;.]{0,30}$")
_TOLL_ENDS = re.compile(r"[;.]\s|\bwhen\b|\bwith\b|\bafter\b|,")
_NO_PEOPLE = re.compile(r"\s*(?:months?|years?|weeks?|days?|attacks?|incidents?)")
_TO = re.compile(r"\bto\b")
INCLUDED = re.compile(
    r",? (?:including|among them|amongst them|most of them|all of them|of whom|two of them|one of them) "
)
_NEGATED = re.compile(r"\b(?:not|never|n't|neither)\s+(?:been |be |being |\w+ly )?$")
_NUMBER_OF_THE = re.compile(r"\bnumber of (?:the )?$")
ADVERB_REACH = 48  # "were also critically " before the word of harm
_WAS = re.compile(r"\b(?:was|been|is|being)\s+(?:\w+ly\s+)?$")
_HE_WAS = re.compile(r"\b(?:he|she|who) (?:was|had been|has been|is) (?:\w+ly |then |later )?$")
_RISES = re.compile(r"\b(?:ris\w+|rose|climb\w*|jump\w*|increas\w*|stood|stands|reach\w*|went up|gone up|put)\b")


def find_counts(
    text: str,
    offset: int,
    persons: Sequence[Hit],
    harms: Sequence[Hit],
    told: str = "",
    lowered: str | None = None,
    taken: CountMention | None = None,
) -> list[CountMention]:
    """The figures of a sentence.

    Args:
        text: The sentence.
        offset: Where it starts in the document; the hits' positions are the document's.
        persons, harms: The lexicon's hits of these kinds within the sentence.
        told: Group of the people named last before the sentence, for "several were killed".
        lowered: The sentence in lower case, where the caller has it.
        taken: Those abducted in the sentences before, for "the hostages were killed".
    """
    written, text = text, fold_case(text) if lowered is None else lowered
    if not harms and "lives" not in text:
        return _without_harm(text, offset, taken)
    people = [_with_name(phrase, written, offset) for phrase in find_people(text, offset, persons, harms)]
    lives = "lives" in text
    found = [*(lives_taken(text, offset, people) if lives else ()), *numbers_of(text, offset)]
    found.extend(attackers_besides(text, offset))
    found.extend(_without_harm(text, offset, None))
    if lives:
        people = [phrase for phrase in people if not text.endswith("lives", 0, phrase.end - offset)]
    found.extend(said_before(text, offset, people))
    found.extend(later_deaths(text, offset))
    found.extend(men_lost(text, offset, people))
    found.extend(taken_hostage(text, offset, people))
    if "as many" in text:
        people = _as_many(text, offset, people)
    if "number of" in text:
        harms = [h for h in harms if not _NUMBER_OF_THE.search(text, max(0, h.start - offset - 16), h.start - offset)]
    for harm in harms:
        found.extend(_of_harm(text, offset, harm, people, harms))
    found.extend(_names_after(written, offset, harms, people))
    taken = next((count for count in reversed(found) if count.harm == "abducted"), taken)
    found.extend(hurt_when_taken(text, offset, found))
    found.extend(of_the_dead(text, offset, people, found))
    if fate := list(fate_of_taken(text, offset, taken)):
        found = [count for count in found if count.harm != "killed"] + fate
    if told:
        nouns = [p for p in people if not text.endswith((" others", " other"), 0, p.end - offset)]
        found = [replace(c, group=told) if _is_bare(c, nouns) else c for c in found]
    return _without_repeats(found)


def offloaded_of(sentence: Sentence, persons: Sequence[Hit], harms: Sequence[Hit]) -> CountMention | None:
    """Those whom a sentence tells to be taken off a bus or the like, for what the next ones tell of them."""
    if not persons or not any(word in sentence.lowered for word in SIGNS_OF_TAKING_OFF):
        return None
    people = find_people(sentence.lowered, sentence.start, persons, harms)
    return offloaded(sentence.lowered, sentence.start, people)


def _without_harm(text: str, offset: int, taken: CountMention | None) -> list[CountMention]:
    """Bodies, deaths and people under treatment: figures that need no word of harm beside them."""
    for sign in SIGNS:
        if sign in text:
            fate = list(fate_of_taken(text, offset, taken))
            return [*(fate or find_bodies(text, offset, taken)), *deaths(text, offset), *cared_for(text, offset)]
    return []


def _as_many(text: str, offset: int, people: Sequence[People]) -> list[People]:
    """ "Three soldiers were martyred and as many terrorists killed": the number before."""
    found: list[People] = []
    for phrase in people:
        if text[max(0, phrase.start - offset - 3) : phrase.start - offset + 4] != "as many":
            found.append(phrase)
        elif not phrase.elided and (before := next((p.value for p in reversed(found) if p.value), None)):
            found.append(replace(phrase, value=before))
    return found


def _with_name(phrase: People, written: str, offset: int) -> People:
    following = written[phrase.end - offset : phrase.end - offset + 2]
    return replace(phrase, named=True) if following[:1] == " " and following[1:].isupper() else phrase


def _names_after(written: str, offset: int, harms: Sequence[Hit], people: Sequence[People]) -> Iterator[CountMention]:
    """ "Shot dead" and a name, with no noun for the person: one."""
    for harm in harms:
        if harm.word.phrase not in NAMES_FOLLOW:
            continue
        name = _NAME_AFTER.match(written, harm.end - offset)
        if name and not any(harm.end <= p.start < harm.end + OBJECT_GAP for p in people):
            several = " and " in name[0]
            value = CountRange.exactly(2) if several else ONE
            yield CountMention(
                harm.start, offset + name.end(), harm.code, "people", value, False, not several, "a name"
            )
    for match in _TWO_NAMES_WERE.finditer(written) if " were " in written and " and " in written else ():
        were = next((h for h in harms if h.start == offset + match.end()), None)
        if were and not any(p.end <= were.start and (p.value or p.start >= offset + match.start()) for p in people):
            two = CountRange.exactly(2)
            yield CountMention(offset + match.start(), were.end, were.code, "people", two, False, False, "two names")


def _is_bare(count: CountMention, people: Sequence[People]) -> bool:
    """Whether a figure has no noun, and none of people stands before it."""
    named = any(phrase.group and phrase.start < count.end for phrase in people)
    return count.group == "people" and count.rule.startswith(("people", "others")) and not count.weak and not named


def _of_harm(
    text: str, offset: int, harm: Hit, people: Sequence[People], harms: Sequence[Hit]
) -> Iterator[CountMention]:
    if harm.word.voice == "toll":
        yield from _toll(text, offset, harm)
        return
    at, voice = harm.start - offset, harm.word.voice
    if _NEGATED.search(text, max(0, at - 24), at):
        return  # "the minister was not injured"
    objects = objects_of(text, offset, harm, people, harms)
    if objects and objects[0][0].value is None and (counted_before := _counted_before(text, offset, harm, people)):
        noun = objects[0][0]
        start, group = counted_before.start, noun.group
        if counted_before.value is not None:
            yield CountMention(
                start, noun.end, harm.code, group, counted_before.value, False, False, "number of harmed people"
            )
        return
    if objects and (voice == "object" or (voice == "any" and not _is_passive(text, at))):
        chosen = objects
    elif voice == "object" and not _takes_subject(text, at, harm):
        chosen = []
    else:
        chosen = subjects_of(text, offset, harm, people, harms)
        if chosen and INCLUDED.match(text, harm.end - offset):
            chosen += [(phrase, True) for phrase, _ in listed_after(text, offset, harm, people, harms)]
    if chosen:
        yield from figures_of_harm(text, offset, harm, chosen, people)
    elif voice == "subject" and (he := _HE.search(text, 0, at)):
        yield CountMention(offset + he.start(), harm.end, harm.code, "people", ONE, False, True, "he died")
    elif harm.code in ("abducted", "arrested") and (
        who := _HE_WAS.search(text, max(0, at - ADVERB_REACH), at)
    ):  # "his family said that he was taken into custody"
        yield CountMention(offset + who.start(), harm.end, harm.code, "people", ONE, False, True, "he was taken")
    elif (
        harm.code in ("killed", "injured")
        and (was := _WAS.search(text, max(0, at - ADVERB_REACH), at))
        and not _NOT.search(text, 0, at)
    ):
        yield CountMention(offset + was.start(), harm.end, harm.code, "people", ONE, False, True, "was harmed")


def _counted_before(text: str, offset: int, harm: Hit, people: Sequence[People]) -> People | None:
    """The number right before the word of harm: "20 injured passengers"."""
    for phrase in people:
        if phrase.elided and phrase.end <= harm.start and not text[phrase.end - offset : harm.start - offset].strip():
            return phrase
    return None


def _is_passive(text: str, at: int) -> bool:
    """Whether "were" or the like stands before the word of harm."""
    return _BE.search(text, max(0, at - ADVERB_REACH), at) is not None


def _takes_subject(text: str, at: int, harm: Hit) -> bool:
    """ "Shot dead" and "gunned down" may follow those whom they befell."""
    return harm.word.phrase in ("shot dead", "gunned down", "beheaded") or _is_passive(text, at)


def _toll(text: str, offset: int, harm: Hit) -> Iterator[CountMention]:
    """ "Raising the death toll to six": the last number of the next words ("from 19 to 22")."""
    after = text[harm.end - offset : harm.end - offset + 160]
    window = _TOLL_ENDS.split(after, 1)[0]
    rising = _RISES.search(window)
    window = window if rising else window[:40]
    from_here = rising.end() if rising else 0
    numbers = [
        number
        for number in patterns().single.finditer(window, from_here)
        if number.group().casefold() not in ("a", "an")
    ]
    numbers = [n for n in numbers if not _NO_PEOPLE.match(window, n.end())]
    if not numbers:
        return
    chosen = numbers[-1] if _TO.search(window) else numbers[0]
    value = parse_count(chosen.group())
    if value is None:
        return
    group = "security" if "soldier" in harm.word.phrase else "militants" if "militant" in harm.word.phrase else "people"
    yield CountMention(harm.start, harm.end + chosen.end(), harm.code, group, value, False, False, "toll", update=True)


def _without_repeats(found: list[CountMention]) -> list[CountMention]:
    """One figure per noun phrase and harm; two words of harm may share a noun phrase."""
    if len(found) < 2:
        return found
    kept: dict[tuple[str, str, int, bool], CountMention] = {}
    for mention in found:
        noun = mention.start if mention.noun is None else mention.noun
        key = (mention.harm, mention.group, noun, mention.part)
        kept.setdefault(key, mention)
    return sorted(kept.values(), key=lambda mention: (mention.start, mention.end))
