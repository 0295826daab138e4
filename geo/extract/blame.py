"""Stage resolve, parties: who is said to have done it, on whose word, and against whom."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from geo.extract.model import STANCES, Attribution, Draft, Unit, Voice
from geo.models import Basis, Span, Stance
from geo.vocab import Vocabulary

RESIDENTS = "residents"
_WHO = r"\b(?P<who>(?:local )?(?:residents|locals|villagers|people|tribesmen|inhabitants))\b"
_FOES = r"(?:militants|terrorists|attackers|gunmen|assailants|armed men|insurgents|khwarij)"
_RESISTED = re.compile(
    rf"{_WHO}[^.;]{{0,90}}?\b(?:took up arms|overpower\w*|fought (?:back|off)|repuls\w+|drove (?:back|off|out)|"
    rf"beat(?:en)? back)\b",
    re.I,
)
_FOUGHT = re.compile(
    rf"{_WHO}[^.;]{{0,90}}?\b(?:took up arms|confront\w*|overpower\w*|fought|resist\w*|repuls\w+|"
    rf"retaliat\w+)\b[^.;]{{0,40}}\b{_FOES}\b",
    re.I,
)
STATE = "pakistan-security-forces"
STATE_KINDS = ("state_forces", "government")
STATE_ACTS = frozenset(["security_operation", "arrest"])
_FORCES = (
    r"(?:Pakistani (?:forces|drones|troops|army)|security forces|forces|troops|soldiers|army|FC|"
    r"Frontier Corps|police|CTD|Counter Terrorism Department|military)"
)
_STATE_DID = re.compile(
    rf"\b{_FORCES}\b(?: [\w-]+){{0,4}} (?:shot|fired|opened fire|killed|detained|took|picked up|"
    rf"raided|bombed|struck|stopped|whisked|disappeared|operation|check-post|checkpost|tried)\b"
    rf"|\b(?:by|from|stop) (?:the |an? |men of the |personnel of the |members of the )?(?:\w+ )?{_FORCES}\b",
    re.I,
)
GENERAL_VOICES = ("officials", "security-officials", "balochistan-government", "government-of-pakistan")
TELLING_UNITS = 4
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
        return [_state_party(draft, official or publisher)]
    if resisted := _resisting(draft, event_type, publisher):
        return [resisted]
    found = list(_named(draft, vocabulary))
    found = _with_denials(found, draft) or list(_state_accused(draft, event_type, accuser)) or list(shared)
    found = found or list(_crowd_or_tribes(draft, event_type, vocabulary, official or publisher))
    if not found:
        return [Party("unknown", Basis.UNKNOWN, publisher, None, Stance.MEDIA_REPORT)]
    return sorted(_distinct(found), key=lambda party: (RANK[party.basis], _is_general(party.actor, vocabulary)))


def resists(draft: Draft, event_type: str) -> tuple[Unit, re.Match[str]] | None:
    """Where residents are said to have fought militants: they acted, and any label is that of their foes."""
    if event_type != "armed_clash":
        return None
    for unit in draft.units[:TELLING_UNITS]:
        match = _RESISTED.search(unit.text) if "militants" in {a.code for a in unit.actors} or unit.counts else None
        match = match or _FOUGHT.search(unit.text)
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
    return actor == "baloch-separatists" or vocabulary.kind(actor) == "state_label"


def _state_party(draft: Draft, publisher: Voice) -> Party:
    voices = [u.voice for u in draft.units if u.voice.kind in STATE_KINDS]
    voice = next((v for v in voices if v.actor not in GENERAL_VOICES), voices[0] if voices else None)
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
        if unit.voice.kind == "armed_group" and unit.voice.actor and unit.events and not unit.attributions:
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
    return [
        Party(p.actor, Basis.DENIED, p.voice, p.span, p.stance)
        if p.actor in denying and p.basis is not Basis.CLAIMED_BY_GROUP
        else p
        for p in found
    ]


def _crowd_or_tribes(draft: Draft, event_type: str, vocabulary: Vocabulary, publisher: Voice) -> Iterator[Party]:
    """A mob, or tribes that fight each other: named by what they are."""
    wanted = {"mob_violence": "mob", "protest": "mob", "armed_clash": "tribal-groups"}.get(event_type)
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
    telling = [u for u in draft.units if u.events or u.counts][:2]
    if not accusers or any(a.code in ("unknown", "militants") for u in telling for a in u.actors):
        return
    if event_type == "air_strike" and accusers[0].kind != "publisher":
        yield Party(STATE, Basis.ATTRIBUTED_BY_OTHERS, accusers[0], None, Stance.ACCUSATION)
        return
    for unit in draft.units:
        match = _STATE_DID.search(unit.text)
        if match and (unit.events or unit.counts or unit is draft.units[0]):
            denied = any(a.relation == "denial" for u in draft.units for a in u.attributions)
            span = Span(unit.start + match.start(), unit.start + match.end())
            yield Party(
                STATE, Basis.DENIED if denied else Basis.ATTRIBUTED_BY_OTHERS, accusers[0], span, Stance.ACCUSATION
            )
            return


def _distinct(parties: Sequence[Party]) -> list[Party]:
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
