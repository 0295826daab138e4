"""Stage resolve: drafts -> mentions and claims with their spans, speakers and stances."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from geo.extract.account import figures_of
from geo.extract.attach import Story
from geo.extract.blame import STATE_ACTS, Party, denials_of, distinct, parties_of, resists, targets_of
from geo.extract.find_places import BUREAUS, find_places
from geo.extract.kinds import event_type_of
from geo.extract.lexicon import HARM_FIELDS, Hit
from geo.extract.model import RECALLED, STANCES, Draft, PlaceMention, Unit, Voice
from geo.extract.select import chosen_drafts
from geo.extract.site import place_of
from geo.extract.tolls import NOBODY_HARMED, Toll, toll_of
from geo.extract.when import When, lead_date, when_of
from geo.models import (
    ActorRef,
    Basis,
    Claim,
    CountRange,
    DateRange,
    Document,
    Mention,
    Place,
    Role,
    Span,
    Stance,
    Value,
    make_claim,
    stable_id,
)
from geo.vocab import Vocabulary

ORIGIN = "rules@1"
RECALLED_DAYS = 3
SHARED_DAYS = 10


@dataclass(frozen=True, slots=True)
class Reading:
    """One incident as the rules read it: its main account beside the claims that it rests on."""

    mention: Mention
    event_type: str
    when: When
    place: Place
    tolls: dict[str, Toll]
    parties: tuple[Party, ...]
    target: str | None
    claims: tuple[Claim, ...]
    rules: dict[str, str]


def resolve(
    story: Story,
    units: Sequence[Unit],
    document: Document,
    vocabulary: Vocabulary,
    publisher: Voice,
    geocode: Callable[[str, Sequence[str]], Place],
) -> list[Reading]:
    """Every incident of a text, in the order of the text."""
    lead = lead_date(units)
    dateline = _dateline(document.text or "", units)
    drafts = chosen_drafts(story, sent_from=bool(dateline))
    shared = _shared(story, vocabulary, publisher)
    fallback = [p for u in story.titles for p in u.places if p.role in ("site", "weak")]
    accuser, official = (
        _lead_voice(units, ("civilians", "organisation")),
        _lead_voice(units, ("state_forces", "government")),
    )
    readings: list[Reading] = []
    before: When | None = None
    last: Draft | None = None
    for draft in drafts:
        when = when_of(draft, before, before if _same_sentence(last, draft) else lead)
        last = draft
        before = when if when.value.first and when.value.prec <= 2 else before
        maker = _Maker(
            draft, document, vocabulary, publisher, accuser, official, _trigger(draft, event_type_of(draft)[1])
        )
        place, span = place_of(draft, fallback, geocode)
        if draft.lead and place.where_prec == 4 and not (place.districts or place.candidates or span):
            place, span = _as_district(*place_of(draft, dateline, geocode)) if dateline else (place, span)
        role = _role(draft, when, readings)
        readings.append(maker.reading(when, place, span, role, () if _recalled(draft, lead, when) else shared))
    return readings


def _as_district(place: Place, span: Span | None) -> tuple[Place, Span | None]:
    """Where a report was sent from says the district, and no more."""
    coarse = place.where_prec in (1, 2)
    return (replace(place, where_prec=3, lat=None, lon=None, radius_km=None) if coarse else place), span


def _dateline(text: str, units: Sequence[Unit]) -> list[PlaceMention]:
    """The town that a report was sent from, for "the Shah Mardan area": seats of government send reports on all."""
    first = next((u for u in units if u.sentence.kind == "body"), None)
    if first is None:
        return []
    start = text.rfind("\n", 0, first.start) + 1
    found = _towns(text[start : first.start])
    return [replace(p, start=start + p.start, end=start + p.end, role="weak") for p in found]


@lru_cache(maxsize=1024)
def _towns(dateline: str) -> list[PlaceMention]:
    """The places of a dateline; reports are sent from the same towns again and again."""
    found = find_places(dateline) if dateline else []
    return [place for place in found if place.kind != "seat" and place.text.casefold() not in BUREAUS]


def _same_sentence(last: Draft | None, draft: Draft) -> bool:
    """Whether two drafts begin in clauses of one sentence: they share its day."""
    return last is not None and any(u.sentence is draft.units[0].sentence for u in last.units)


def _recalled(draft: Draft, lead: When | None, when: When) -> bool:
    """Whether the text's claims for "the attacks" leave this incident out."""
    if draft.units[0].has("background"):
        return True
    if lead is None or lead.value.first is None or when.value.first is None:
        return False
    return abs((lead.value.first - when.value.first).days) > SHARED_DAYS


def _lead_voice(units: Sequence[Unit], kinds: Sequence[str]) -> Voice | None:
    """Who of these kinds speaks in the first sentences; of the state, the military anywhere."""
    body = [u for u in units if u.sentence.kind == "body"][:3]
    lead = next((u.voice for u in body if u.voice.kind in kinds), None)
    if lead is None and "state_forces" in kinds:
        lead = next((u.voice for u in units if u.voice.actor in ("ispr", "pakistan-military", "ctd")), None)
    return lead


def _role(draft: Draft, when: When, told: Sequence[Reading]) -> Role:
    """Background: recalled in so many words, or days before what the text is about."""
    if draft.units[0].has(RECALLED):
        return Role.BACKGROUND
    if not told:
        return Role.MAIN
    first = told[0].when.value
    if when.value.first and first.first and (first.first - when.value.first).days >= RECALLED_DAYS:
        return Role.BACKGROUND
    return Role.BACKGROUND if draft.units[0].has("background") else Role.MAIN


def _shared(story: Story, vocabulary: Vocabulary, publisher: Voice) -> list[Party]:
    """Claims for all attacks of a text: "the group claimed the offensive", or told beside a sum."""
    found: list[Party] = []
    for draft in [*story.roundups, *story.drafts]:
        if draft in story.roundups or any(a.scope == "all" for u in draft.units for a in u.attributions):
            parties = parties_of(draft, "other", vocabulary, publisher, ())
            found.extend(p for p in parties if p.basis in (Basis.CLAIMED_BY_GROUP, Basis.ATTRIBUTED_BY_AUTHORITIES))
    return distinct(found)


@dataclass(slots=True)
class _Maker:
    """Makes the claims of one draft."""

    draft: Draft
    document: Document
    vocabulary: Vocabulary
    publisher: Voice
    accuser: Voice | None
    official: Voice | None
    trigger: Span

    def reading(
        self, when: When, place: Place, place_span: Span | None, role: Role, shared: Sequence[Party]
    ) -> Reading:
        event_type, shown = event_type_of(self.draft)
        trigger = self.trigger
        mention_id = stable_id("m", self.document.id, trigger.start, trigger.end)
        mention = Mention(mention_id, self.document.id, role, trigger, self.draft.campaign)
        tolls = {harm: toll_of(self.draft, harm) for harm in HARM_FIELDS}
        parties = parties_of(
            self.draft, event_type, self.vocabulary, self.publisher, shared, self.accuser, self.official
        )
        against = event_type in STATE_ACTS or resists(self.draft, event_type) is not None
        targets = targets_of(self.draft, self.vocabulary) if against else []
        if against and not targets and self.draft.parent:
            targets = targets_of(self.draft.parent, self.vocabulary)
        rules: dict[str, str] = {}
        claims: dict[str, Claim] = {}
        for claim, rule in self._claims(mention_id, event_type, shown, when, place, place_span, parties):
            claims.setdefault(claim.id, claim)
            rules.setdefault(claim.id, rule)
        for actor, unit, said in targets:
            claim = self._claim(mention_id, "target", self._ref(actor, None), unit.voice, Span(said.start, said.end))
            claims.setdefault(claim.id, claim)
            rules.setdefault(claim.id, "slain are said to belong to it")
        return Reading(
            mention,
            event_type,
            when,
            place,
            tolls,
            tuple(parties),
            self.vocabulary.actors[targets[0][0]].name if targets else None,
            tuple(claims.values()),
            rules,
        )

    def _claims(
        self,
        mention_id: str,
        event_type: str,
        shown: Hit | None,
        when: When,
        place: Place,
        place_span: Span | None,
        parties: Sequence[Party],
    ) -> Iterator[tuple[Claim, str]]:
        opening = self.draft.units[0]
        span = Span(shown.start, shown.end) if shown else None
        yield self._claim(mention_id, "event_type", event_type, opening.voice, span), "words of the event"
        yield self._date(mention_id, when)
        yield self._claim(mention_id, "place", place, opening.voice, place_span), "site named"
        for harm in HARM_FIELDS:
            for figure in figures_of(self.draft, harm, self.publisher):
                words = Span(figure.start, figure.end)
                stance = Stance.INFERENCE if figure.inferred else None
                claim = self._claim(mention_id, figure.field, figure.value, figure.voice, words, stance=stance)
                yield claim, f"count: {figure.rule}"
        for harm in HARM_FIELDS[:2]:
            if toll_of(self.draft, harm).total == NOBODY_HARMED.total:
                yield from self._nobody(mention_id, harm)
        for party in parties:
            value = self._ref(party.actor, party.basis)
            yield (
                self._claim(mention_id, "perpetrator", value, party.voice, party.span, stance=party.stance),
                f"party: {party.basis}",
            )

        for denier, said, voice in denials_of(self.draft, parties, self.vocabulary):
            value = self._ref(denier, Basis.DENIED)
            words = Span(said.start, said.end)
            yield self._claim(mention_id, "perpetrator", value, voice, words, stance=Stance.DENIAL), "denial"

    def _nobody(self, mention_id: str, harm: str) -> Iterator[tuple[Claim, str]]:
        for unit in self.draft.units:
            hit = next((h for h in unit.context_hits if h.code == "no_harm"), None)
            if hit:
                zero = CountRange.exactly(0)
                yield (
                    self._claim(mention_id, f"{harm}.total", zero, unit.voice, Span(hit.start, hit.end)),
                    "nobody harmed",
                )
                return

    def _date(self, mention_id: str, when: When) -> tuple[Claim, str]:
        voice = when.unit.voice if when.unit else self.publisher
        value: DateRange = when.value
        stance = Stance.INFERENCE if when.inferred or when.unit not in self.draft.units else None
        rule = f"date: {when.hit.rule}" if when.hit else "date: none stated"
        return self._claim(mention_id, "date", value, voice, when.span, stance=stance), rule

    def _ref(self, actor: str, basis: Basis | None) -> ActorRef:
        return ActorRef(actor, self.vocabulary.actors[actor].name, basis)

    def _claim(
        self,
        mention_id: str,
        field: str,
        value: Value,
        voice: Voice,
        span: Span | None,
        *,
        stance: Stance | None = None,
    ) -> Claim:
        text = self.document.text or ""
        span = span or self.trigger  # words that show the event, where none name the value itself
        return make_claim(
            self.document.id,
            mention_id,
            field,
            value,
            speaker=voice.name,
            stance=stance or STANCES.get(voice.kind, Stance.MEDIA_REPORT),
            origin=ORIGIN,
            original=text[span.start : span.end],
            span=span,
            speaker_span=voice.span,
        )


def _trigger(draft: Draft, shown: Hit | None) -> Span:
    first = draft.units[0]
    if shown and first.start <= shown.start < first.end:
        return Span(shown.start, shown.end)
    count = next(iter(first.counts), None)
    return Span(count.start, count.end) if count else Span(first.start, first.end)
