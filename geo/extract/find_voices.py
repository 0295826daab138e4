"""Stage find: who speaks in a sentence, and whom the sentence names as having done it.

A speaker is an actor of the vocabulary beside a reporting verb or after "according to"; "he said" and quotations go on
with the last speaker. Claims, denials and accusations need a word of their own (`data/speech_words.csv`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from geo.extract.lexicon import Hit
from geo.extract.model import Attribution, Voice
from geo.models import Span
from geo.vocab import Vocabulary

SPEAKING_KINDS = (
    "state_forces",
    "government",
    "armed_group",
    "hospital",
    "civilians",
    "organisation",
    "foreign_state",
)
PARTY_KINDS = ("armed_group", "state_label", "foreign_state")
LONGEST_REACH = 140
SUBJECT_REACH = 12
_A_SPOKESPERSON = re.compile(r"\ba (?:\w+ )?spokes\w+ (?:said|told|added)", re.I)
_HE_BLAMES = re.compile(r"(?:he|she|they|it)\s(?:\w+\s)?(?:held|hold|blamed|accused|suspected|named)\b", re.I)
_HOLDS = re.compile(r"(?: [\w.]+){0,3}? (?:blame[ds]?|(?:held|holds?)\b[^.;]{0,60}\bresponsible)\b")
_SUSPECTS = ("attributed", "suspect", "suspects", "blames", "blame", "blamed", "accused")
_PRONOUN = re.compile(
    r"\b(?:he|she|it|they|(?:a|its|their|his) spokes\w+|the (?:statement|spokes\w+|group|official|officials|officer|"
    r"minister|outfit|organisation|report|source|sources|ministry|department|committee|"
    r"company))(?:\s+(?:also|further|then|later|has|had|too|earlier))*\s*$",
    re.I,
)
_STATEMENT_AFTER = re.compile(r"^\s*(?:the|a|its|his|their) (?:statement|spokes\w+|report|group|source)\b", re.I)
_PRONOUN_AFTER = re.compile(r"^\s*(?:he|she|it|they|the statement)\b", re.I)
_CLAUSE_END = re.compile(r"[;]|\.\s|[\"“”]\s*[A-Z]")
_OBJECT_OF_FORCE = re.compile(
    r"^[ -](?:camps?|posts?|check-?posts?|convoys?|vehicles?|stations?|vans?|men|man|bomb|bases?|"
    r"headquarters|lines|patrol|party|mobile|pickets?|custody|operation|bus|buses|constables?|"
    r"trucks?|barracks|garrison|installations?|court|service)\b",
    re.I,
)
_OPENS_QUOTE = re.compile(r"^[\"'“‘]")
_GOT_BY = re.compile(r"\bby\s+(?:the\s+)?(?:[\w'-]+\s+){0,5}$", re.I)
_MEMBERS = re.compile(
    r"^[\s,]*(?:\([A-Z-]+\)\s*)?(?:-?linked|-?affiliated|group|'s)?\s*(?:militants?|terrorists?|fighters?|gunmen|insurgents?|men|members?|network|attackers?|sarmachars|operatives|commanders?)\b",
    re.I,
)
_OF_GROUP = re.compile(
    r"\b(?:militants?|terrorists?|fighters?|gunmen|insurgents?|members?|cell|network|khwarij|suspects?|men|commanders?|hideouts?|elements?|group|outfit|organi[sz]ation|proxy|proxies|those|belong\w*|linked|affiliated|associated)\b[^.;]{0,45}$",
    re.I,
)
_OWN_ACT = re.compile(
    r"\b(?:its|their|our|his) (?:\w+ ){0,2}(?:fighters?|men|members?|brigade|squad|unit|"
    r"sarmachars|cadres|commandos)\b|\b(?:had|has|have) (?:\w+ )?(?:blown up|killed|attacked|"
    r"targeted|carried out|executed|fired|planted|struck|captured|seized)\b|"
    r"\bblew up|\bblown up|\bit (?:shot|killed|fired|attacked)\b|\bresponsib",
    re.I,
)
_AIMED_AT = re.compile(
    r"\b(?:base|hideouts?|camps?|aim\w*|targeting|against|fighting|including the|labels?|"
    r"designat\w+|known as|term(?:ed|s)?)\b[^.;]{0,40}$",
    re.I,
)
_STATE_FIRES = re.compile(
    r"^\s(?:had |has |have )?(?:fired|struck|hit|shelled|attacked|carried out|launched|opened fire)\b", re.I
)
_FIRED_BY = re.compile(r"\b(?:fired|launched|carried out|struck|fire|shelling|shells) (?:by|from)\s+(?:the\s+)?$", re.I)
_SAME_GROUP = re.compile(
    r"\b(?:the same (?:alliance|group|outfit|organi[sz]ation)|it also claimed|(?:the|"
    r"this) (?:group|outfit|organi[sz]ation) (?:also |later )?claimed)\b",
    re.I,
)
_SEVERAL = re.compile(r"\b(?:attacks|offensive|both|raids|blasts|killings|operations|string of|bombings)\b")
_AND = re.compile(r",? and (?:the )?")
_NEGATIVE_OBJECT = re.compile(r"\b(?:not|never|n't|no)\b[^.;]{0,20}$", re.I)


def find_voice(
    text: str,
    offset: int,
    actors: Sequence[Hit],
    speech: Sequence[Hit],
    vocabulary: Vocabulary,
    last: Voice | None,
    publisher: Voice,
) -> Voice:
    """The speaker of a sentence: named in it, carried on from the sentence before, or the publisher."""
    speaking = [
        hit
        for hit in actors
        if vocabulary.actors[hit.code].kind in SPEAKING_KINDS and not _OBJECT_OF_FORCE.match(text[hit.end - offset :])
    ]
    named = _blaming(text, offset, speaking, vocabulary) or _named(text, offset, speaking, speech, vocabulary)
    if named:
        return named
    subject = next((a for a in speaking if a.start - offset < SUBJECT_REACH), None)
    if subject and _A_SPOKESPERSON.search(text):
        return _voice(subject, vocabulary)
    if last and _HE_BLAMES.match(text):
        return last
    verbs = [hit for hit in speech if hit.code == "verb"]
    carried = any(
        _PRONOUN.search(text[: v.start - offset]) or _PRONOUN_AFTER.match(text[v.end - offset :]) for v in verbs
    )
    carried = carried or any(h.code == "before" and _STATEMENT_AFTER.match(text[h.end - offset :]) for h in speech)
    if last and (carried or _OPENS_QUOTE.match(text)):
        return last
    if carried and subject and "they" in text:
        return _voice(subject, vocabulary)
    return publisher


def _blaming(text: str, offset: int, speaking: Sequence[Hit], vocabulary: Vocabulary) -> Voice | None:
    """ "The chief minister held the group responsible", "police have blamed the BLA"."""
    if " held " not in text and "blame" not in text:
        return None
    hit = next((a for a in speaking if _HOLDS.match(text, a.end - offset)), None)
    return _voice(hit, vocabulary) if hit else None


def _named(
    text: str, offset: int, actors: Sequence[Hit], speech: Sequence[Hit], vocabulary: Vocabulary
) -> Voice | None:
    for hit in speech:
        if hit.code == "before" and _STATEMENT_AFTER.match(text[hit.end - offset :]):
            return None
        if hit.code == "before" and (after := _first_after(hit, actors, 70)):
            return _voice(after, vocabulary)
    for hit in speech:
        if hit.code not in ("verb", "claim") and hit.word.phrase not in _SUSPECTS:
            continue
        if _PRONOUN.search(text[: hit.start - offset]):
            return None
        subject = _subject_of(text, offset, hit, actors)
        if subject:
            return _voice(subject, vocabulary)
    return None


def _subject_of(text: str, offset: int, verb: Hit, actors: Sequence[Hit]) -> Hit | None:
    before = [a for a in actors if a.end <= verb.start and verb.start - a.end <= LONGEST_REACH]
    while before:
        nearest = before.pop()
        gap = text[nearest.end - offset : verb.start - offset]
        if (
            _CLAUSE_END.search(gap)
            or (not gap.startswith(" who") and _GOT_BY.search(text[: nearest.start - offset]))
            or _is_object(gap)
        ):
            return None if not before else _after_verb(text, offset, verb, actors)
        if not _PRONOUN.search(gap):
            return _whole(text, offset, nearest, before)
        return None
    return _after_verb(text, offset, verb, actors)


def _whole(text: str, offset: int, hit: Hit, before: Sequence[Hit]) -> Hit:
    """ "CTD sources": the more telling word goes before the general one."""
    if (
        before
        and text[before[-1].end - offset : hit.start - offset].strip("' s") == ""
        and hit.start - before[-1].end <= 3
    ):
        return before[-1]
    return hit


def _is_object(gap: str) -> bool:
    """Whether another verb lies between: "police arrested ..., who said"."""
    return bool(re.search(r"\b(?:were|was|had been|have been|killed|attacked|arrested|opened|exploded)\b", gap))


def _after_verb(text: str, offset: int, verb: Hit, actors: Sequence[Hit]) -> Hit | None:
    """ "Said Zhob Assistant Commissioner ..."."""
    if verb.word.phrase not in ("said", "says", "told", "added", "confirmed", "quoted"):
        return None
    found = _first_after(verb, actors, 60)
    return found if found and not re.search(r"\bthat\b|[.;]", text[verb.end - offset : found.start - offset]) else None


def _first_after(hit: Hit, actors: Sequence[Hit], reach: int) -> Hit | None:
    return next((a for a in actors if hit.end <= a.start <= hit.end + reach), None)


def _voice(hit: Hit, vocabulary: Vocabulary) -> Voice:
    actor = vocabulary.actors[hit.code]
    return Voice(actor.name, actor.id, actor.kind, Span(hit.start, hit.end))


def find_attributions(
    text: str,
    offset: int,
    actors: Sequence[Hit],
    speech: Sequence[Hit],
    vocabulary: Vocabulary,
    voice: Voice,
    last_group: str | None = None,
) -> list[Attribution]:
    """Whom the sentence names, or says that nobody has been named; `last_group` is meant by "the same group"."""
    parties = [hit for hit in actors if vocabulary.actors[hit.code].kind in PARTY_KINDS]
    claims = [hit for hit in speech if hit.code == "claim"]
    nobody = [hit for hit in speech if hit.code == "no_claim"]
    if nobody and (claims or re.search(r"claim|responsib|behind", text, re.I)):
        first = nobody[0]
        unclaimed = Attribution(first.start, first.end, "unknown", "no_claim")
        return [unclaimed, *_blames(text, offset, parties, speech, vocabulary)]
    groups = [hit for hit in parties if vocabulary.actors[hit.code].kind == "armed_group"]
    found = list(_claims(text, offset, groups, claims, voice))
    if not found and last_group and not groups and (same := _SAME_GROUP.search(text)):
        relation = "claim" if claims else "blame"
        found = [Attribution(offset + same.start(), offset + same.end(), last_group, relation)]
    denials = [hit for hit in speech if hit.code == "denial"]
    if not found and not denials:
        found = _own_act(text, offset, voice)
    if not found and denials:
        found = _denial(denials[0], groups, actors, vocabulary, voice)
    return found or list(_blames(text, offset, parties, speech, vocabulary))


def _own_act(text: str, offset: int, voice: Voice) -> list[Attribution]:
    """An armed group that tells of its own act claims it, without the word."""
    if voice.kind != "armed_group" or not voice.actor or not _OWN_ACT.search(text):
        return []
    here = voice.span if voice.span and voice.span.start >= offset else None
    start, end = (here.start, here.end) if here else (offset, offset + len(text))
    return [Attribution(start, end, voice.actor, "claim")]


def _denial(
    denial: Hit, groups: Sequence[Hit], actors: Sequence[Hit], vocabulary: Vocabulary, voice: Voice
) -> list[Attribution]:
    """Who denies: a group that stands before the word, or the state's forces for themselves."""
    state = [hit for hit in actors if vocabulary.actors[hit.code].kind == "state_forces"]
    if state and voice.kind in ("state_forces", "government") and not groups:
        return [Attribution(denial.start, denial.end, state[-1].code, "denial")]
    if groups and groups[0].start < denial.start:
        return [Attribution(groups[0].start, denial.end, groups[0].code, "denial")]
    return []


def _claims(
    text: str, offset: int, groups: Sequence[Hit], claims: Sequence[Hit], voice: Voice
) -> Iterator[Attribution]:
    if not claims:
        return
    scope = "all" if _SEVERAL.search(text) else "this"
    seen: set[str] = set()
    for claim in claims:
        if "behind" in claim.word.phrase and voice.kind != "armed_group":
            continue
        claimants = _claimants(text, offset, groups, claim)
        for group in (g for g in claimants if g.code not in seen):
            seen.add(group.code)
            yield Attribution(min(group.start, claim.start), max(group.end, claim.end), group.code, "claim", scope)
        if not claimants and voice.kind == "armed_group" and voice.actor and voice.actor not in seen:
            seen.add(voice.actor)
            yield Attribution(claim.start, claim.end, voice.actor, "claim", scope)


def _claimants(text: str, offset: int, groups: Sequence[Hit], claim: Hit) -> list[Hit]:
    """The group before the word of claim, or two joined by "and"; after it where "by" stands between."""
    before = [g for g in groups if g.end <= claim.start]
    after = [g for g in groups if g.start >= claim.end]
    if after and (claim.word.phrase.endswith(" by") or (not before and _claimed_by(text, offset, claim, after[0]))):
        return after[:1]
    if len(before) > 1 and _AND.fullmatch(text[before[-2].end - offset : before[-1].start - offset]):
        return before[-2:]
    return before[-1:]


def _claimed_by(text: str, offset: int, claim: Hit, group: Hit) -> bool:
    between = text[claim.end - offset : group.start - offset]
    return "claim" in claim.word.phrase and bool(re.search(r"\bby\b", between))


def _blames(
    text: str, offset: int, parties: Sequence[Hit], speech: Sequence[Hit], vocabulary: Vocabulary
) -> Iterator[Attribution]:
    for hit in parties:
        before, after = text[: hit.start - offset], text[hit.end - offset :]
        if _NEGATIVE_OBJECT.search(before) or _AIMED_AT.search(before):
            continue
        if vocabulary.actors[hit.code].kind == "foreign_state":
            if _STATE_FIRES.match(after) or _FIRED_BY.search(before):
                yield Attribution(hit.start, hit.end, hit.code, "blame")
            continue
        words = [s for s in speech if s.code == "blame" and abs(s.start - hit.start) < LONGEST_REACH]
        if _OF_GROUP.search(before[-70:]) or _MEMBERS.match(after) or words or _is_label(hit, vocabulary):
            yield Attribution(hit.start, hit.end, hit.code, "blame")


def _is_label(hit: Hit, vocabulary: Vocabulary) -> bool:
    return vocabulary.actors[hit.code].kind == "state_label"
