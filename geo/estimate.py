"""The rules by which one value is shown where several were said (step 8); `geo.assemble` calls them per incident.

Each function takes the voices on one field (ordered by date, then id, so that ties fall the same way on every
machine) and gives an `Estimate` that names its rule and its claims. Counts: `geo.estimate_counts`. Rules: codebook,
"Estimates".
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from geo.estimate_counts import estimate_counts
from geo.models import (
    COUNT_FIELDS,
    UNKNOWN_ACTOR,
    ActorRef,
    Basis,
    DateRange,
    Estimate,
    Place,
    Rival,
    Stance,
    Value,
)
from geo.vocab import Vocabulary
from geo.voices import Voice, different_source, find_rivals, group_votes
from geo.wording import date_text

RULE_SET = "speakers-vote@1"  # the rules of this module as a whole; each estimate names its own
RULE_MOST = "most-speakers@1"
RULE_CLAIMED = "single-claim-of-responsibility@1"
RULE_NAMED = "most-speakers-name@1"
RULE_RIVALS = "rivals-left-open@1"
RULE_UNKNOWN = "nobody-named@1"
NAMED_KINDS = ("state_forces", "government", "armed_group", "militia", "civilians", "organisation", "foreign_state")


def estimate_all(voices: Iterable[Voice], vocabulary: Vocabulary) -> dict[str, Estimate]:
    """The estimate of every field on which there is a readable claim."""
    by_field: dict[str, list[Voice]] = defaultdict(list)
    for voice in sorted(voices, key=lambda voice: (voice.said, voice.claim.id)):
        if voice.claim.value is not None:
            by_field[voice.claim.field].append(voice)
    found = estimate_counts({field: by_field[field] for field in COUNT_FIELDS if field in by_field})
    for field in ("event_type", "date", "target"):
        if field in by_field:
            found[field] = estimate_plain(field, by_field[field], vocabulary)
    if "place" in by_field:
        found["place"] = estimate_place(by_field["place"])
    if "perpetrator" in by_field:
        found["perpetrator"] = estimate_perpetrator(by_field["perpetrator"], vocabulary)
    return found


# --- event type, date, target -----------------------------------------------------------------------------------


def estimate_plain(field: str, voices: Sequence[Voice], vocabulary: Vocabulary) -> Estimate:
    """The value that most speakers give; a tie goes to the more precise, else null (a date: the span of the tied).

    A speaker of a broader value ("in March") supports every precise one that it contains.
    """
    if len(voices) == 1:  # most imported rows: nothing to weigh
        return Estimate(field, voices[0].claim.value, RULE_MOST, (voices[0].claim.id,))
    clash, precision, contains = _PLAIN[field]
    votes = group_votes(voices, lambda voice: voice.claim.value)
    support = {
        value: {speaker for other, said in votes.items() if contains(other, value, vocabulary) for speaker in said}
        for value in votes
    }
    top = max(len(speakers) for speakers in support.values())
    tied = [value for value, speakers in support.items() if len(speakers) == top]
    finest = min(precision(value, vocabulary) for value in tied)
    best = [value for value in tied if precision(value, vocabulary) == finest]
    value = best[0] if len(best) == 1 else _span(best)
    rivals = find_rivals(
        voices,
        lambda a, b: different_source(a, b) and clash(a.claim.value, b.claim.value, vocabulary),
        lambda voice: _words(voice.claim.value, vocabulary),
    )
    return Estimate(field, value, RULE_MOST, tuple(sorted(voice.claim.id for voice in voices)), (), rivals)


def _span(values: Sequence[Value | None]) -> Value | None:
    """Days told differently are shown as the span from the first to the last; other ties stay open."""
    dates = [value for value in values if isinstance(value, DateRange) and value.first and value.last]
    if len(dates) != len(values):
        return None
    first = min(value.first for value in dates if value.first)
    last = max(value.last for value in dates if value.last)
    return DateRange(first, last, max(date_precision((last - first).days + 1), *(value.prec for value in dates)))


def date_precision(days: int) -> int:
    """UCDP `date_prec` of an uncertainty of so many days."""
    return next((prec for prec, most in ((1, 1), (2, 6), (3, 7), (4, 31)) if days <= most), 5)


def _event_precision(value: Value | None, vocabulary: Vocabulary) -> tuple[int, ...]:
    return (-len(vocabulary.event_lineage(str(value))),)


def _date_precision(value: Value | None, _: Vocabulary) -> tuple[int, ...]:
    assert isinstance(value, DateRange)
    length = (value.last - value.first).days if value.first and value.last and value.prec > 1 else 0
    return (value.prec or 9, length)


def _actor_precision(value: Value | None, vocabulary: Vocabulary) -> tuple[int, ...]:
    assert isinstance(value, ActorRef)
    return (_vagueness(value.actor, vocabulary), -len(vocabulary.lineage(value.actor)))


def _vagueness(actor: str, vocabulary: Vocabulary) -> int:
    """0 a named party, 1 a state label, 2 "militants" and the like, 3 unknown."""
    if actor == UNKNOWN_ACTOR:
        return 3
    kind = vocabulary.kind(actor)
    return 0 if kind in NAMED_KINDS or actor not in vocabulary.actors else 1 if kind == "state_label" else 2


def _event_types_clash(_a: Value | None, _b: Value | None, _: Vocabulary) -> bool:
    """Outlets word one happening differently; a code for the kind of event is no assertion against another."""
    return False


def _dates_clash(a: Value | None, b: Value | None, _: Vocabulary) -> bool:
    assert isinstance(a, DateRange)
    assert isinstance(b, DateRange)
    if a.first is None or a.last is None or b.first is None or b.last is None:
        return False
    return a.first > b.last or b.first > a.last


def _actors_clash(a: Value | None, b: Value | None, vocabulary: Vocabulary) -> bool:
    assert isinstance(a, ActorRef)
    assert isinstance(b, ActorRef)
    return actors_are_rivals(a.actor, b.actor, vocabulary)


def actors_are_rivals(a: str, b: str, vocabulary: Vocabulary) -> bool:
    """Two named parties, neither of which is above the other; a label or an unnamed one rivals nobody."""
    if _vagueness(a, vocabulary) or _vagueness(b, vocabulary):
        return False
    return a not in vocabulary.lineage(b) and b not in vocabulary.lineage(a)


def _event_type_contains(a: Value | None, b: Value | None, vocabulary: Vocabulary) -> bool:
    return str(a) in vocabulary.event_lineage(str(b))


def _date_contains(a: Value | None, b: Value | None, _: Vocabulary) -> bool:
    """An uncertain range includes what lies in it; one of known length (precision 1) is another assertion."""
    assert isinstance(a, DateRange)
    assert isinstance(b, DateRange)
    return a == b or (a.prec != 1 and a.contains(b))


def _actor_contains(a: Value | None, b: Value | None, vocabulary: Vocabulary) -> bool:
    assert isinstance(a, ActorRef)
    assert isinstance(b, ActorRef)
    return a.actor in vocabulary.lineage(b.actor) or _vagueness(a.actor, vocabulary) > _vagueness(b.actor, vocabulary)


_PLAIN = {
    "event_type": (_event_types_clash, _event_precision, _event_type_contains),
    "date": (_dates_clash, _date_precision, _date_contains),
    "target": (_actors_clash, _actor_precision, _actor_contains),
}


def _words(value: Value | None, vocabulary: Vocabulary) -> str:
    if isinstance(value, DateRange):
        return date_text(value)
    if isinstance(value, ActorRef):
        return value.name
    event_type = vocabulary.event_types.get(str(value))
    return event_type.label if event_type else str(value)


# --- place ------------------------------------------------------------------------------------------------------


def estimate_place(voices: Sequence[Voice]) -> Estimate:
    """The districts that most speakers give, then the most precise place in them; a tie between districts is null.

    A vaguer place (province, or districts that include the precise one's) is no rival and outvotes nothing.
    """
    places = [(voice, voice.claim.value) for voice in voices if isinstance(voice.claim.value, Place)]
    if len(places) == 1:
        return Estimate("place", places[0][1], RULE_MOST, (places[0][0].claim.id,))
    districted = [voice for voice, place in places if place.districts]
    ids = tuple(sorted(voice.claim.id for voice, _ in places))
    if not districted:
        return Estimate("place", _finest(place for _, place in places), RULE_MOST, ids)
    votes = group_votes(districted, _districts)
    support = {key: _supporters(key, votes) for key in votes}
    top = max(len(speakers) for speakers in support.values())
    narrowest = min(len(key) for key in support if len(support[key]) == top)
    best = [key for key in support if len(support[key]) == top and len(key) == narrowest]
    value = _finest(p for v, p in places if p.districts == best[0]) if len(best) == 1 else None
    rivals = find_rivals(districted, _places_clash, _district_words)
    return Estimate("place", value, RULE_MOST, ids, (), rivals)


def _districts(voice: Voice) -> tuple[str, ...]:
    assert isinstance(voice.claim.value, Place)
    return voice.claim.value.districts


def _district_words(voice: Voice) -> str:
    return ", ".join(_districts(voice))


def _supporters(key: tuple[str, ...], votes: Mapping[tuple[str, ...], set[str]]) -> set[str]:
    """Speakers of these districts, or of a wider set that includes them."""
    return {speaker for other, speakers in votes.items() if set(key) <= set(other) for speaker in speakers}


def _places_clash(a: Voice, b: Voice) -> bool:
    return different_source(a, b) and not set(_districts(a)) & set(_districts(b))


def _finest(places: Iterable[Place]) -> Place:
    counted = Counter(places)
    return min(counted, key=lambda place: (place.where_prec, -counted[place], place.name or "", place.text))


# --- perpetrator ------------------------------------------------------------------------------------------------


def estimate_perpetrator(voices: Sequence[Voice], vocabulary: Vocabulary) -> Estimate:
    """The single group that claims it; else the single party that most speakers name; rivals leave it open."""
    said = [voice for voice in voices if voice.claim.stance is not Stance.DENIAL]
    rivals = _perpetrator_rivals(voices, vocabulary)
    ids = tuple(sorted(voice.claim.id for voice in voices))
    claimed = [voice for voice in said if _ref(voice).basis is Basis.CLAIMED_BY_GROUP]
    for rule, chosen in ((RULE_CLAIMED, claimed), (RULE_NAMED, _least_vague(said, vocabulary))):
        if not chosen:
            continue
        top = _top_actors(chosen, vocabulary)
        if len(top) > 1:
            return Estimate("perpetrator", None, RULE_RIVALS, ids, (), rivals)
        ref = _with_denial(_first_ref(chosen, top[0]), voices, vocabulary)
        return Estimate("perpetrator", ref, rule, ids, (), rivals)
    return Estimate("perpetrator", None, RULE_UNKNOWN, ids, (), rivals)


def _ref(voice: Voice) -> ActorRef:
    assert isinstance(voice.claim.value, ActorRef)
    return voice.claim.value


def _least_vague(voices: Sequence[Voice], vocabulary: Vocabulary) -> list[Voice]:
    """Only named parties where there are any; else only labels; else whoever is left."""
    if not voices:
        return []
    least = min(_vagueness(_ref(voice).actor, vocabulary) for voice in voices)
    return [voice for voice in voices if _vagueness(_ref(voice).actor, vocabulary) == least]


def _top_actors(voices: Sequence[Voice], vocabulary: Vocabulary) -> list[str]:
    """The actors that most speakers give; of a tie within one lineage only the most precise."""
    votes = group_votes(voices, lambda voice: _ref(voice).actor)
    support = {
        actor: {s for other, speakers in votes.items() if actor in vocabulary.lineage(other) for s in speakers}
        | {s for above in vocabulary.lineage(actor) for s in votes.get(above, ())}
        for actor in votes
    }
    most = max(len(speakers) for speakers in support.values())
    tied = [actor for actor in support if len(support[actor]) == most]
    return [a for a in tied if not any(a != b and a in vocabulary.lineage(b) for b in tied)]


def _first_ref(voices: Iterable[Voice], actor: str) -> ActorRef:
    """The actor with the strongest basis that is given for it, in the order of `Basis`."""
    order = list(Basis)
    refs = [_ref(voice) for voice in voices if _ref(voice).actor == actor]
    return min(refs, key=lambda ref: order.index(ref.basis or Basis.UNKNOWN))


def _with_denial(ref: ActorRef, voices: Sequence[Voice], vocabulary: Vocabulary) -> ActorRef:
    """Basis `denied` where the named party itself denies it, and nobody of it claims it."""
    if ref.basis is Basis.CLAIMED_BY_GROUP:
        return ref
    denies = any(
        voice.claim.stance is Stance.DENIAL and vocabulary.speaker(ref.actor).id == voice.speaker for voice in voices
    )
    return ActorRef(ref.actor, ref.name, Basis.DENIED) if denies else ref


def _perpetrator_rivals(voices: Sequence[Voice], vocabulary: Vocabulary) -> tuple[Rival, ...]:
    def clash(a: Voice, b: Voice) -> bool:
        one, other = _ref(a).actor, _ref(b).actor
        denied = (a.claim.stance is Stance.DENIAL) != (b.claim.stance is Stance.DENIAL)
        if denied:
            return one == other and _vagueness(one, vocabulary) < 3
        if a.claim.stance is Stance.DENIAL:
            return False
        return different_source(a, b) and actors_are_rivals(one, other, vocabulary)

    def words(voice: Voice) -> str:
        return f"{_ref(voice).name} (denied)" if voice.claim.stance is Stance.DENIAL else _ref(voice).name

    return find_rivals(voices, clash, words)
