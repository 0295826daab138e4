"""Stage find: who speaks in a sentence, and whom the sentence names as having done it.

A speaker is an actor of the vocabulary beside a reporting verb or after "according to"; "he said" and quotations go on
with the last speaker. Claims, denials and accusations need a word of their own (`data/speech_words.csv`).

Expressions work on the sentence in lower case, from a position on: no copies, and an engine that skips alternatives by
their first letter, which it can't when it has to ignore case.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from geo.extract.lexicon import Hit
from geo.extract.model import Attribution, Sentence, Voice
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
ONLY_BY_GROUP = ("behind", "behind it", "behind the", "carried out the")  # else others say so of a group
LONGEST_REACH = 140
SUBJECT_REACH = 12
OBJECT_REACH = 70
PRONOUN_REACH = 90  # "the ministry has further also" before the verb
_A_SPOKESPERSON = re.compile(r"\ba (?:\w+ )?spokes\w+ (?:said|told|added)")
_HE_BLAMES = re.compile(r"(?:he|she|they|it)\s(?:\w+\s)?(?:held|hold|blamed|accused|suspected|named)\b")
_HOLDS = re.compile(r"(?: [\w.]+){0,3}? (?:blame[ds]?|(?:held|holds?)\b[^.;]{0,60}\bresponsible)\b")
_SUSPECTS = ("attributed", "suspect", "suspects", "blames", "blame", "blamed", "accused")
_PRONOUN = re.compile(
    r"\b(?:he|she|it|they|(?:a|its|their|his) spokes\w+|the (?:statement|spokes\w+|group|official|officials|officer|"
    r"minister|outfit|organisation|report|source|sources|ministry|department|committee|"
    r"company))(?:\s+(?:also|further|then|later|has|had|too|earlier))*\s*$"
)
_STATEMENT_AFTER = re.compile(r"\s*(?:the|a|its|his|their) (?:statement|spokes\w+|report|group|source)\b")
_PRONOUN_AFTER = re.compile(r"\s*(?:he|she|it|they|the statement)\b")
_CLAUSE_END = re.compile(r"[;]|\.\s|[\"“”]\s*[A-Z]")
_OBJECT_OF_FORCE = re.compile(
    r"[ -](?:camps?|posts?|check-?posts?|convoys?|vehicles?|stations?|vans?|men|man|bomb|bases?|"
    r"headquarters|lines|patrol|party|mobile|pickets?|custody|operation|bus|buses|constables?|"
    r"trucks?|barracks|garrison|installations?|court|service)\b"
)
# "According to the group's spokesman, BLF fighters captured a post".
_GROUPS_SPOKESMAN = re.compile(
    r"\b(?:the (?:group|outfit|organi[sz]ation|alliance)'s|its|their) (?:purported |self-styled |alleged |"
    r"media |chief )?"
    r"(?:spokes\w+|media (?:wing|cell|arm|channel)|commander|statement|communique|channel)\b"
)
_QUOTES = ('"', "'", "“", "‘")
_GOT_BY = re.compile(r"\bby\s+(?:the\s+)?(?:[\w'-]+\s+){0,5}$")
_MEMBERS = re.compile(
    r"[\s,]*(?:\([a-z-]+\)\s*)?(?:-?linked|-?affiliated|group|'s)?\s*(?:militants?|terrorists?|fighters?|"
    r"gunmen|insurgents?|men|members?|network|attackers?|sarmachars|operatives|commanders?)\b"
)
_OF_GROUP = re.compile(
    r"\b(?:militants?|terrorists?|fighters?|gunmen|insurgents?|members?|cell|network|khwarij|suspects?|men|"
    r"commanders?|hideouts?|elements?|group|outfit|organi[sz]ation|proxy|proxies|those|belong\w*|linked|"
    r"affiliated|associated)\b[^.;]{0,45}$"
)
_OWN_ACT = re.compile(
    r"\b(?:its|their|our|his) (?:\w+ ){0,2}(?:fighters?|men|members?|brigade|squad|unit|"
    r"sarmachars|cadres|commandos)\b|\b(?:had|has|have) (?:\w+ )?(?:blown up|killed|attacked|"
    r"targeted|carried out|executed|fired|planted|struck|captured|seized)\b|"
    r"\bblew up|\bblown up|\bresponsib|"
    r"\b(?:it|they) (?:had |have |has )?(?:shot|killed|fired|attacked|sent|targeted|hit|struck|planted|"
    r"carried|ambushed|"
    r"bombed|executed|abducted|seized|captured|detained|detonated|set|torched|blew|destroyed|eliminated|"
    r"dispatched|stormed|"
    r"raided|punished|took|overran|disarmed|used)\b"
)
_AIMED_AT = re.compile(
    r"\b(?:base|hideouts?|camps?|aim\w*|targeting|against|fighting|including the|labels?|"
    r"designat\w+|known as|term(?:ed|s)?)\b[^.;]{0,40}$"
)
_STATE_FIRES = re.compile(
    r"\s(?:had |has |have )?(?:fired|struck|hit|shelled|attacked|carried out|launched|opened (?:\w+ )?fire)\b"
)
_FIRED_BY = re.compile(r"\b(?:fired|launched|carried out|struck|fire|shelling|shells) (?:by|from)\s+(?:the\s+)?$")
_THE_BODY = re.compile(r"\bthe (?:committee|group|organi[sz]ation|outfit|ministry|department|party|alliance)\s+$")
BODIES = ("organisation", "armed_group", "government")
_SAME_GROUP = re.compile(
    r"\b(?:the same (?:alliance|group|outfit|organi[sz]ation)|it also claimed|(?:the|"
    r"this) (?:group|outfit|organi[sz]ation) (?:also |later )?claimed|"
    r"(?:assault|attack|bombing|raid|operation)s? by the (?:group|outfit|organi[sz]ation)|"
    r"the (?:group|outfit|organi[sz]ation|alliance) (?:had |has |have )?(?:also |later |earlier )?"
    r"(?:said (?:that )?(?:it|its|they|their)|admitted|accepted|owned|took (?:responsibility|credit)|claims))\b"
)
_GROUP_AGAIN = ("same", "claimed", "by the", "the group", "the outfit", "the organi", "the alliance")
_SEVERAL = re.compile(
    r"\b(?:this (?:incident |attack )?and (?:an?|another|the other|two|three|several)|attacks|offensive|both|"
    r"raids|blasts|killings|operations|string of|bombings)\b"
)
# Between a group and the word of an act of which it is the subject.
_ACTS = re.compile(
    r"(?:\s*\([a-z -]+\))?,?\s+(?:(?:militants|fighters|gunmen|insurgents|separatists|men|had|has|have|also|then|later|"
    r"again|allegedly|reportedly|claims to have|claimed to have)\s+)*"
)
_AND = re.compile(r",? and (?:the )?")
_NEGATIVE_OBJECT = re.compile(r"\b(?:not|never|n't|no)\b[^.;]{0,20}$")
_OTHER_VERB = re.compile(r"\b(?:were|was|had been|have been|killed|attacked|arrested|opened|exploded)\b")
_THAT = re.compile(r"\bthat\b|[.;]")
_BY = re.compile(r"\bby\b")


def find_voice(
    sentence: Sentence,
    actors: Sequence[Hit],
    speech: Sequence[Hit],
    vocabulary: Vocabulary,
    last: Voice | None,
    publisher: Voice,
) -> Voice:
    """The speaker of a sentence: named in it, carried on from the sentence before, or the publisher."""
    lowered, offset = sentence.lowered, sentence.start
    kinds = vocabulary.actors
    speaking = [
        hit
        for hit in actors
        if kinds[hit.code].kind in SPEAKING_KINDS and not _OBJECT_OF_FORCE.match(lowered, hit.end - offset)
    ]
    if speaking and (named := _blaming(sentence, speaking) or _named(sentence, speaking, speech)):
        return _voice(named, vocabulary)
    if speaking and (" its " in lowered or "'s " in lowered) and _GROUPS_SPOKESMAN.search(lowered):
        group = next((a for a in speaking if kinds[a.code].kind == "armed_group"), None)
        if group and any(hit.code in ("verb", "before", "claim") for hit in speech):
            return _voice(group, vocabulary)
    subject = next((a for a in speaking if a.start - offset < SUBJECT_REACH), None)
    if subject and "spokes" in lowered and _A_SPOKESPERSON.search(lowered):
        return _voice(subject, vocabulary)
    if speaking and (body := _body_named(sentence, speaking, speech, vocabulary)):
        return _voice(body, vocabulary)
    return _carried_on(sentence, speech, last) or (
        _voice(subject, vocabulary) if subject and _tells_of_them(sentence, speech) else publisher
    )


def _carried_on(sentence: Sentence, speech: Sequence[Hit], last: Voice | None) -> Voice | None:
    """The last speaker, where "he said", "the statement said" or a quotation goes on with him."""
    if last is None:
        return None
    if sentence.text.startswith(_QUOTES) or _HE_BLAMES.match(sentence.lowered):
        return last
    return last if any(_is_carried(sentence, hit) for hit in speech) else None


def _body_named(
    sentence: Sentence, speaking: Sequence[Hit], speech: Sequence[Hit], vocabulary: Vocabulary
) -> Hit | None:
    """ "Five activists of the Baloch Yakjehti Committee were taken away, the committee said"."""
    for verb in speech:
        at = verb.start - sentence.start
        if verb.code != "verb" or not _THE_BODY.search(sentence.lowered, max(0, at - PRONOUN_REACH), at):
            continue
        before = [a for a in speaking if a.end < verb.start and vocabulary.actors[a.code].kind in BODIES]
        if before:
            return before[-1]
    return None


def _tells_of_them(sentence: Sentence, speech: Sequence[Hit]) -> bool:
    """ "Residents fled, they said"."""
    return "they" in sentence.text and any(_is_carried(sentence, hit) for hit in speech)


def _is_carried(sentence: Sentence, said: Hit) -> bool:
    """Whether a word of speech goes with "he" or "the statement", who was named before."""
    if said.code == "verb":
        after = said.end - sentence.start
        return _by_pronoun(sentence, said) or _PRONOUN_AFTER.match(sentence.lowered, after) is not None
    return said.code == "before" and _STATEMENT_AFTER.match(sentence.lowered, said.end - sentence.start) is not None


def _by_pronoun(sentence: Sentence, verb: Hit) -> bool:
    at = verb.start - sentence.start
    return _PRONOUN.search(sentence.lowered, max(0, at - PRONOUN_REACH), at) is not None


def _blaming(sentence: Sentence, speaking: Sequence[Hit]) -> Hit | None:
    """ "The chief minister held the group responsible", "police have blamed the BLA"."""
    text = sentence.text
    if " held " not in text and "blame" not in text:
        return None
    return next((a for a in speaking if _HOLDS.match(text, a.end - sentence.start)), None)


def _named(sentence: Sentence, actors: Sequence[Hit], speech: Sequence[Hit]) -> Hit | None:
    """The actor that a word of speech goes with: after "according to", else before a verb or after it."""
    for hit in speech:
        if hit.code != "before":
            continue
        if _STATEMENT_AFTER.match(sentence.lowered, hit.end - sentence.start):
            return None
        if after := _first_after(hit, actors, 70):
            return after
    for hit in speech:
        if hit.code not in ("verb", "claim") and hit.word.phrase not in _SUSPECTS:
            continue
        if _by_pronoun(sentence, hit):
            return None
        subject = _subject_of(sentence, hit, actors)
        if subject:
            return subject
    return None


def _subject_of(sentence: Sentence, verb: Hit, actors: Sequence[Hit]) -> Hit | None:
    text, offset = sentence.text, sentence.start
    before = [a for a in actors if a.end <= verb.start and verb.start - a.end <= LONGEST_REACH]
    while before:
        nearest = before.pop()
        gap = text[nearest.end - offset : verb.start - offset]
        if (
            _CLAUSE_END.search(gap)
            or (not gap.startswith(" who") and _got_by(sentence, nearest))
            or _OTHER_VERB.search(gap)  # "police arrested ..., who said"
        ):
            return None if not before else _after_verb(sentence, verb, actors)
        if not _PRONOUN.search(sentence.lowered, nearest.end - offset, verb.start - offset):
            return _whole(text, offset, nearest, before)
        return None
    return _after_verb(sentence, verb, actors)


def _got_by(sentence: Sentence, hit: Hit) -> bool:
    """ "... by the deputy commissioner's office": whom something was done by."""
    at = hit.start - sentence.start
    begin = max(0, at - LONGEST_REACH)
    return sentence.lowered.find("by", begin, at) >= 0 and _GOT_BY.search(sentence.lowered, begin, at) is not None


def _whole(text: str, offset: int, hit: Hit, before: Sequence[Hit]) -> Hit:
    """ "CTD sources": the more telling word goes before the general one."""
    if (
        before
        and hit.start - before[-1].end <= 3
        and text[before[-1].end - offset : hit.start - offset].strip("' s") == ""
    ):
        return before[-1]
    return hit


def _after_verb(sentence: Sentence, verb: Hit, actors: Sequence[Hit]) -> Hit | None:
    """ "Said Zhob Assistant Commissioner ..."."""
    if verb.word.phrase not in ("said", "says", "told", "added", "confirmed", "quoted"):
        return None
    found = _first_after(verb, actors, 60)
    offset = sentence.start
    return found if found and not _THAT.search(sentence.text, verb.end - offset, found.start - offset) else None


def _first_after(hit: Hit, actors: Sequence[Hit], reach: int) -> Hit | None:
    return next((a for a in actors if hit.end <= a.start <= hit.end + reach), None)


def _voice(hit: Hit, vocabulary: Vocabulary) -> Voice:
    actor = vocabulary.actors[hit.code]
    return Voice(actor.name, actor.id, actor.kind, Span(hit.start, hit.end))


def find_attributions(
    sentence: Sentence,
    actors: Sequence[Hit],
    speech: Sequence[Hit],
    vocabulary: Vocabulary,
    voice: Voice,
    last_group: str | None = None,
) -> list[Attribution]:
    """Whom the sentence names, or says that nobody has been named; `last_group` is meant by "the same group"."""
    lowered, offset = sentence.lowered, sentence.start
    kinds = vocabulary.actors
    parties = [hit for hit in actors if kinds[hit.code].kind in PARTY_KINDS] if actors else []
    said = {hit.code for hit in speech}
    claims = [hit for hit in speech if hit.code == "claim"] if "claim" in said else []
    if "no_claim" in said and (claims or any(word in lowered for word in ("claim", "responsib", "behind"))):
        first = next(hit for hit in speech if hit.code == "no_claim")
        unclaimed = Attribution(first.start, first.end, "unknown", "no_claim")
        return [unclaimed, *_blames(sentence, parties, speech, vocabulary)]
    groups = [hit for hit in parties if kinds[hit.code].kind == "armed_group"]
    found = _claims(sentence, groups, claims, voice) if claims else []
    if not found and last_group and not groups and (same := _same_group(lowered)):
        relation = "claim" if claims else "blame"
        found = [Attribution(offset + same.start(), offset + same.end(), last_group, relation)]
    if not found:
        denial = next((hit for hit in speech if hit.code == "denial"), None) if "denial" in said else None
        found = _denial(denial, groups, actors, vocabulary, voice) if denial else _own_act(sentence, voice)
    return found or (_blames(sentence, parties, speech, vocabulary) if parties else [])


def _same_group(lowered: str) -> re.Match[str] | None:
    if not any(word in lowered for word in _GROUP_AGAIN):
        return None
    return _SAME_GROUP.search(lowered)


def _own_act(sentence: Sentence, voice: Voice) -> list[Attribution]:
    """An armed group that tells of its own act claims it, without the word."""
    if voice.kind != "armed_group" or not voice.actor or not _OWN_ACT.search(sentence.lowered):
        return []
    here = voice.span if voice.span and voice.span.start >= sentence.start else None
    start, end = (here.start, here.end) if here else (sentence.start, sentence.end)
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


def _claims(sentence: Sentence, groups: Sequence[Hit], claims: Sequence[Hit], voice: Voice) -> list[Attribution]:
    found: list[Attribution] = []
    scope = "all" if _SEVERAL.search(sentence.text) else "this"
    seen: set[str] = set()
    for claim in claims:
        if claim.word.phrase.endswith(ONLY_BY_GROUP) and voice.kind != "armed_group":
            continue
        claimants = _claimants(sentence, groups, claim)
        for group in (g for g in claimants if g.code not in seen):
            seen.add(group.code)
            start, end = min(group.start, claim.start), max(group.end, claim.end)
            found.append(Attribution(start, end, group.code, "claim", scope))
        if not claimants and voice.kind == "armed_group" and voice.actor and voice.actor not in seen:
            seen.add(voice.actor)
            found.append(Attribution(claim.start, claim.end, voice.actor, "claim", scope))
    return found


def _claimants(sentence: Sentence, groups: Sequence[Hit], claim: Hit) -> list[Hit]:
    """The group before the word of claim, or two joined by "and"; after it where "by" stands between."""
    text, offset = sentence.text, sentence.start
    before = [g for g in groups if g.end <= claim.start]
    after = [g for g in groups if g.start >= claim.end]
    if after and (claim.word.phrase.endswith(" by") or (not before and _claimed_by(sentence, claim, after[0]))):
        return after[:1]
    if len(before) > 1 and _AND.fullmatch(text, before[-2].end - offset, before[-1].start - offset):
        return before[-2:]
    return before[-1:]


def _claimed_by(sentence: Sentence, claim: Hit, group: Hit) -> bool:
    start, end = claim.end - sentence.start, group.start - sentence.start
    return "claim" in claim.word.phrase and _BY.search(sentence.text, start, end) is not None


def _blames(
    sentence: Sentence, parties: Sequence[Hit], speech: Sequence[Hit], vocabulary: Vocabulary
) -> list[Attribution]:
    lowered, offset = sentence.lowered, sentence.start
    found: list[Attribution] = []
    for hit in parties:
        start, end = hit.start - offset, hit.end - offset
        near = max(0, start - OBJECT_REACH)
        if _NEGATIVE_OBJECT.search(lowered, near, start) or _AIMED_AT.search(lowered, near, start):
            continue
        kind = vocabulary.actors[hit.code].kind
        if kind == "foreign_state":
            blamed = bool(_STATE_FIRES.match(lowered, end) or _FIRED_BY.search(lowered, near, start))
        else:
            blamed = bool(
                kind == "state_label"
                or _MEMBERS.match(lowered, end)
                or _OF_GROUP.search(lowered, near, start)
                or any(s.code == "blame" and abs(s.start - hit.start) < LONGEST_REACH for s in speech)
                or any(s.code == "act" and _ACTS.fullmatch(lowered, end, s.start - offset) for s in speech)
            )
        if blamed:
            found.append(Attribution(hit.start, hit.end, hit.code, "blame"))
    return found
