"""Stage resolve, parties: who is said to have done it, on whose word, and against whom."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from geo.extract.judge import strong_counts
from geo.extract.model import STANCES, Attribution, Draft, Unit, Voice
from geo.models import Basis, Span, Stance
from geo.vocab import Vocabulary

RESIDENTS = "residents"
SEPARATISTS = "baloch-separatists"
_WHO = r"\b(?P<who>(?:local )?(?:residents|locals|villagers|people|tribesmen|inhabitants))\b"
_FOES = r"(?:militants|terrorists|attackers|gunmen|assailants|armed men|insurgents|khwarij)"
_RESISTED = re.compile(
    rf"{_WHO}[^.;]{{0,90}}?\b(?:took up arms|overpower\w*|fought (?:back|off)|repuls\w+|drove (?:back|off|out)|"
    rf"beat(?:en)? back)\b"
)
_FOUGHT = re.compile(
    rf"{_WHO}[^.;]{{0,90}}?\b(?:took up arms|confront\w*|overpower\w*|fought|resist\w*|repuls\w+|"
    rf"retaliat\w+)\b[^.;]{{0,40}}\b{_FOES}\b"
)
STATE = "pakistan-security-forces"
STATE_KINDS = ("state_forces", "government")
STATE_ACTS = frozenset(["security_operation", "arrest"])
_FORCES = (
    r"(?:pakistani (?:forces|drones|troops|army)|security forces|forces|troops|soldiers|army|fc|"
    r"frontier corps|police|ctd|counter[- ]terrorism department|military|rangers|levies|constabulary|state forces|"
    r"law[- ]enforcement (?:agencies|personnel)|intelligence (?:agencies|agents|personnel|officials)|state agencies|"
    r"security personnel|men in (?:plain ?clothes|uniform)|plain-?clothes\w* men|plain-?clothed men|uniformed men)"
)
_STATE_DID = re.compile(
    rf"\b{_FORCES}\b(?: [\w-]+){{0,6}} (?:shot|fired|opened fire|opened direct fire|killed|detained|took|taken|"
    rf"picked up|raided|bombed|struck|stopped|whisked|disappeared|abducted|bundled|baton-charged|operation|led|hauled|"
    rf"beat|tortured|used|resorted|"
    rf"check-post|checkpost|tried)\b"
    rf"|\b(?:accus\w+|blam\w+|held) (?:the |pakistani |local )?{_FORCES}\b"
    rf"|\b(?:by|from|stop) (?:the |an? |men of the |personnel of the |members of the )?(?:\w+ )?{_FORCES}\b"
)
# "Men who came with two FC vehicles": whose men took somebody away, by the vehicles that they came in.
_CAME_WITH_STATE = re.compile(
    rf"\b(?:with|in|aboard|on|from|by|using) (?:an? |the |two |three |four |five |six |several |some |official |\w+ )?"
    rf"{_FORCES}(?:'s)? (?:\w+ )?(?:vehicles?|pick-?ups?|vans?|jeeps?|cars?|convoy|trucks?)\b"
)
_TAKEN_BY_STATE = re.compile(
    rf"\b{_FORCES}\b(?: [\w-]+){{0,4}} (?:forcibly disappeared|forcefully disappeared|abducted|whisked|took away|"
    rf"disappeared|taken\b[^.;]{{0,60}}\binto custody)\b"
    rf"|\b(?:disappeared|abducted|picked up|taken away|whisked away|taken into custody|detained)(?: [\w-]+){{0,3}} by "
    rf"(?:the |alleged(?:ly)? )?(?:\w+ )?{_FORCES}\b"
)
_BROKE_UP = re.compile(
    rf"\b{_FORCES}\b[^.;]{{0,60}}?\b(?:used|fired|opened|resorted|lobbed|baton-?charged|charged|dispersed|"
    rf"broke up|shelled|"
    rf"shot|swooped|moved (?:in|on)|cracked down|beat|unleashed|tear-?gassed)\b"
    rf"|\b(?:baton charge|tear-?gas(?:sed)?|shelling|firing|fire|fired (?:at|on|upon)|dispersed|"
    rf"baton-?charged) (?:by|from) "
    rf"(?:the )?{_FORCES}\b"
)
_CROWD_ATTACKED = re.compile(
    r"\b(?:protest(?:e|o)rs|demonstrators|crowd|mob|rioters)\b[^.;]{0,50}?\b(?:attacked|torched|set (?:fire|"
    r"ablaze|alight)|"
    r"pelted|stormed|ransacked|hurled|threw|lynched|beat|opened fire|snatched|vandali[sz]ed)\b"
)
_ACCUSED_IT = re.compile(
    r"\b(?:blam\w+|accus\w+|suspect\w*|implicat\w+) (?:it|them|the (?:group|outfit|organi[sz]ation))\b"
)
GENERAL_VOICES = ("officials", "security-officials", "balochistan-government", "government-of-pakistan")
UNNAMED_FORCES = ("pakistan-security-forces", "security-officials")
TELLING_UNITS = 4
CROWDS = {"mob_violence": "mob", "protest": "mob", "armed_clash": "tribal-groups"}
RANK = {
    Basis.CLAIMED_BY_GROUP: 0,
    Basis.DENIED: 1,
    Basis.ATTRIBUTED_BY_AUTHORITIES: 2,
    Basis.ATTRIBUTED_BY_OTHERS: 3,
    Basis.ATTRIBUTED_BY_MEDIA: 4,
    Basis.UNKNOWN: 5,
}


@dataclass(frozen=True, slots=True)
class Party:
    """One reading of who did it: actor, basis, speaker, the words, and the stance of the speaker."""

    actor: str
    basis: Basis
    voice: Voice
    span: Span | None
    stance: Stance


def parties_of(
    draft: Draft,
    event_type: str,
    vocabulary: Vocabulary,
    publisher: Voice,
    shared: Sequence[Party],
    accuser: Voice | None = None,
    official: Voice | None = None,
) -> list[Party]:
    """Every reading of who did it, best founded first; "unknown" by the publisher where nobody is named.

    Args:
        draft, event_type: The incident and its type.
        vocabulary: Tells the kinds of actors.
        publisher: Speaks where nobody else does.
        shared: Readings for all incidents of the text ("the group claimed the attacks").
        accuser: Relatives, residents or a rights group who speak in the text's lead.
        official: The authority that speaks in the text's lead.
    """
    if event_type in STATE_ACTS:
        return [_state_party(draft, official or publisher, vocabulary)]
    if resisted := _resisting(draft, event_type, publisher):
        return [resisted]
    found = list(_named(draft, vocabulary))
    if found and all(party.actor == SEPARATISTS for party in found):
        found += [party for party in shared if party.basis is Basis.CLAIMED_BY_GROUP]
    found = _with_denials(found, draft) or list(_state_accused(draft, event_type, accuser)) or list(shared)
    if not found and event_type == "protest":
        found = list(_force_used(draft, publisher))
    found = found or list(_crowd_or_tribes(draft, event_type, vocabulary, official or publisher))
    if not found:
        return [Party("unknown", Basis.UNKNOWN, publisher, None, Stance.MEDIA_REPORT)]
    found = distinct(found) if len(found) > 1 else found
    return sorted(found, key=lambda party: (RANK[party.basis], _is_general(party.actor, vocabulary)))


def resists(draft: Draft, event_type: str) -> tuple[Unit, re.Match[str]] | None:
    """Where residents are said to have fought militants: they acted, and any label is that of their foes."""
    if event_type != "armed_clash":
        return None
    for unit in draft.units[:TELLING_UNITS]:
        match = _RESISTED.search(unit.lowered) if "militants" in {a.code for a in unit.actors} or unit.counts else None
        match = match or _FOUGHT.search(unit.lowered)
        if match:
            return unit, match
    return None


def _resisting(draft: Draft, event_type: str, publisher: Voice) -> Party | None:
    found = resists(draft, event_type)
    if found is None:
        return None
    unit, match = found
    span = Span(unit.start + match.start("who"), unit.start + match.end("who"))
    voice = next(
        (u.voice for u in draft.units if u.voice.kind in (*STATE_KINDS, "civilians", "organisation")), publisher
    )
    basis = (
        Basis.ATTRIBUTED_BY_AUTHORITIES
        if voice.kind in STATE_KINDS
        else Basis.ATTRIBUTED_BY_MEDIA
        if voice.kind == "publisher"
        else Basis.ATTRIBUTED_BY_OTHERS
    )
    return Party(RESIDENTS, basis, voice, span, STANCES.get(voice.kind, Stance.MEDIA_REPORT))


def _is_general(actor: str, vocabulary: Vocabulary) -> bool:
    """A state label or "separatists": no rival of a group with a name."""
    return actor == SEPARATISTS or vocabulary.kind(actor) == "state_label"


def _force_named(draft: Draft, vocabulary: Vocabulary) -> Voice | None:
    """The force that an operation is told of in the publisher's words: what is known of it comes from that force."""
    for unit in draft.units[:2]:
        for hit in unit.actors:
            if vocabulary.kind(hit.code) == "state_forces" and hit.code not in UNNAMED_FORCES:
                actor = vocabulary.actors[hit.code]
                return Voice(actor.name, actor.id, actor.kind, Span(hit.start, hit.end))
    return None


def _state_party(draft: Draft, publisher: Voice, vocabulary: Vocabulary) -> Party:
    voices = [u.voice for u in draft.units if u.voice.kind in STATE_KINDS]
    voice = next((v for v in voices if v.actor not in GENERAL_VOICES), voices[0] if voices else None)
    if voice is None:
        voice = _force_named(draft, vocabulary)
    if voice is None and publisher.kind in STATE_KINDS:
        return Party(STATE, Basis.ATTRIBUTED_BY_AUTHORITIES, publisher, None, Stance.OFFICIAL_STATEMENT)
    if voice is None:
        return Party(STATE, Basis.ATTRIBUTED_BY_AUTHORITIES, publisher, None, Stance.MEDIA_REPORT)
    return Party(STATE, Basis.ATTRIBUTED_BY_AUTHORITIES, voice, None, Stance.OFFICIAL_STATEMENT)


def _named(draft: Draft, vocabulary: Vocabulary) -> Iterator[Party]:
    for unit in draft.units:
        for said in unit.attributions:
            party = _party(said, unit, vocabulary)
            if party:
                yield party
        own = unit.voice.kind == "armed_group" and bool(unit.voice.actor) and not unit.attributions
        if own and unit.voice.actor and (unit.events or strong_counts(unit)):
            yield Party(unit.voice.actor, Basis.CLAIMED_BY_GROUP, unit.voice, unit.voice.span, Stance.SELF_CLAIM)


def _party(said: Attribution, unit: Unit, vocabulary: Vocabulary) -> Party | None:
    span = Span(said.start, said.end)
    if said.relation == "claim":
        name = vocabulary.actors[said.actor].name
        voice = Voice(name, said.actor, "armed_group", span)
        return Party(said.actor, Basis.CLAIMED_BY_GROUP, voice, span, Stance.SELF_CLAIM)
    if said.relation != "blame":
        return None
    if unit.voice.kind in STATE_KINDS:
        return Party(said.actor, Basis.ATTRIBUTED_BY_AUTHORITIES, unit.voice, span, Stance.ACCUSATION)
    if unit.voice.kind == "publisher":
        return Party(said.actor, Basis.ATTRIBUTED_BY_MEDIA, unit.voice, span, Stance.MEDIA_REPORT)
    if unit.voice.actor == said.actor:
        return Party(said.actor, Basis.CLAIMED_BY_GROUP, unit.voice, span, Stance.SELF_CLAIM)
    return Party(said.actor, Basis.ATTRIBUTED_BY_OTHERS, unit.voice, span, Stance.ACCUSATION)


def _with_denials(found: list[Party], draft: Draft) -> list[Party]:
    """An accused group that denies it: the accusation stays, its basis is `denied`."""
    denying = {said.actor for unit in draft.units for said in unit.attributions if said.relation == "denial"}
    if not denying:
        return found
    if not found and (accused := next((u for u in draft.units if _ACCUSED_IT.search(u.lowered)), None)):
        said = next(a for u in draft.units for a in u.attributions if a.relation == "denial")
        return [Party(said.actor, Basis.DENIED, accused.voice, Span(said.start, said.end), Stance.ACCUSATION)]
    return [
        Party(p.actor, Basis.DENIED, p.voice, p.span, p.stance)
        if p.actor in denying and p.basis is not Basis.CLAIMED_BY_GROUP
        else p
        for p in found
    ]


def denials_of(
    draft: Draft, parties: Sequence[Party], vocabulary: Vocabulary
) -> Iterator[tuple[str, Attribution, Voice]]:
    """Who is said not to have done it, the words, and who says so: a party under the name by which it is accused."""
    for unit in draft.units:
        for said in unit.attributions:
            if said.relation != "denial":
                continue
            accused = next((p.actor for p in parties if _same_side(p.actor, said.actor, vocabulary)), said.actor)
            name = vocabulary.actors[said.actor].name
            own = Voice(name, said.actor, vocabulary.kind(said.actor), Span(said.start, said.end))
            yield accused, said, unit.voice if unit.voice.actor == said.actor else own


def _same_side(a: str, b: str, vocabulary: Vocabulary) -> bool:
    return a in vocabulary.lineage(b) or b in vocabulary.lineage(a)


def _crowd_or_tribes(draft: Draft, event_type: str, vocabulary: Vocabulary, publisher: Voice) -> Iterator[Party]:
    """A mob, or tribes that fight each other: named by what they are."""
    wanted = CROWDS.get(event_type)
    if wanted is None:
        return
    for unit in draft.units:
        for hit in unit.actors:
            if hit.code == wanted:
                voice = next((u.voice for u in draft.units if u.voice.kind in STATE_KINDS), publisher)
                official = voice.kind in STATE_KINDS
                basis = Basis.ATTRIBUTED_BY_AUTHORITIES if official else Basis.ATTRIBUTED_BY_MEDIA
                stance = Stance.ACCUSATION if official else Stance.MEDIA_REPORT
                yield Party(vocabulary.actors[hit.code].id, basis, voice, Span(hit.start, hit.end), stance)
                return


def _state_accused(draft: Draft, event_type: str, accuser: Voice | None) -> Iterator[Party]:
    """Relatives, residents or a rights group say that the state's forces did it."""
    if event_type in ("bombing", "suicide_attack", "sabotage", "takeover", "mob_violence"):
        return
    accusers = [u.voice for u in draft.units[:TELLING_UNITS] if u.voice.kind in ("civilians", "organisation")]
    if accuser and event_type in ("abduction", "air_strike", "other"):
        accusers.append(accuser)
    telling = [u for u in draft.units if (u.events or u.counts) and u.voice.kind not in STATE_KINDS][:2]
    if any(a.code in ("unknown", "militants") for u in telling[:1] for a in u.actors):
        return
    if any(a.code == "militants" for u in telling for a in u.actors):
        return
    if not accusers:
        yield from _told_of_state(draft, event_type)
        return
    if event_type == "air_strike" and accusers[0].kind != "publisher":
        yield Party(STATE, Basis.ATTRIBUTED_BY_OTHERS, accusers[0], None, Stance.ACCUSATION)
        return
    for unit in draft.units:
        match = _STATE_DID.search(unit.lowered) or (
            _CAME_WITH_STATE.search(unit.lowered) if event_type == "abduction" else None
        )
        kin = unit.voice.kind in ("civilians", "organisation")
        if match and (unit.events or unit.counts or kin or unit is draft.units[0]):
            denied = any(a.relation == "denial" for u in draft.units for a in u.attributions)
            span = Span(unit.start + match.start(), unit.start + match.end())
            yield Party(
                STATE, Basis.DENIED if denied else Basis.ATTRIBUTED_BY_OTHERS, accusers[0], span, Stance.ACCUSATION
            )
            return


def _told_of_state(draft: Draft, event_type: str) -> Iterator[Party]:
    """The report itself says that the state's forces made somebody disappear."""
    first = draft.units[0]
    if event_type != "abduction" or first.voice.kind != "publisher":
        return
    if match := _TAKEN_BY_STATE.search(first.lowered):
        span = Span(first.start + match.start(), first.start + match.end())
        yield Party(STATE, Basis.ATTRIBUTED_BY_MEDIA, first.voice, span, Stance.MEDIA_REPORT)


def _force_used(draft: Draft, publisher: Voice) -> Iterator[Party]:
    """The police break up a gathering: their act, unless the crowd is said to have attacked."""
    telling = draft.units[:TELLING_UNITS]
    if any(_CROWD_ATTACKED.search(unit.lowered) for unit in telling):
        return
    for unit in telling:
        match = _BROKE_UP.search(unit.lowered)
        if match is None:
            continue
        accuser = next((u.voice for u in telling if u.voice.kind in ("civilians", "organisation")), None)
        denied = accuser and any(a.relation == "denial" for u in draft.units for a in u.attributions)
        span = Span(unit.start + match.start(), unit.start + match.end())
        if accuser:
            basis = Basis.DENIED if denied else Basis.ATTRIBUTED_BY_OTHERS
            yield Party(STATE, basis, accuser, span, Stance.ACCUSATION)
        else:
            yield Party(STATE, Basis.ATTRIBUTED_BY_MEDIA, publisher, span, Stance.MEDIA_REPORT)
        return


def distinct(parties: Sequence[Party]) -> list[Party]:
    """Each reading of a voice once."""
    kept: dict[tuple[str, Basis, str], Party] = {}
    for party in parties:
        kept.setdefault((party.actor, party.basis, party.voice.name), party)
    return list(kept.values())


def targets_of(draft: Draft, vocabulary: Vocabulary) -> list[tuple[str, Unit, Attribution]]:
    """The groups that those killed or arrested in an operation are said to belong to, each speaker's once."""
    found: dict[tuple[str, str], tuple[str, Unit, Attribution]] = {}
    for unit in draft.units:
        for said in unit.attributions:
            if said.relation in ("blame", "claim") and vocabulary.kind(said.actor) in ("armed_group", "state_label"):
                found.setdefault((said.actor, unit.voice.name), (said.actor, unit, said))
    return list(found.values())
