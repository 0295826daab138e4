"""The rules by which one value is shown where several were said (step 8); `geo.assemble` calls them per incident.

The voting unit is the speaker, not the outlet: ten outlets that carry one military statement are one voice. Each
function takes the voices on one field (ordered by date, then id, so that ties fall the same way on every machine)
and gives an `Estimate` that names its rule and its claims. Rules: codebook, "Estimates".
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import TypeVar

from geo.errors import InputError
from geo.models import (
    GROUPS,
    UNKNOWN_ACTOR,
    ActorRef,
    Basis,
    Claim,
    CountRange,
    DateRange,
    Estimate,
    Place,
    Stance,
    Value,
)
from geo.vocab import Vocabulary
from geo.wording import count_text, date_text

RULE_SET = "speakers-vote@1"  # the rules of this module as a whole; each estimate names its own
RULE_COUNT = "most-speakers-latest@1"
RULE_GROUPS = "sum-of-stated-groups@1"
RULE_MOST = "most-speakers@1"
RULE_CLAIMED = "single-claim-of-responsibility@1"
RULE_NAMED = "most-speakers-name@1"
RULE_RIVALS = "rivals-left-open@1"
RULE_UNKNOWN = "nobody-named@1"

GENERIC_EVENT_TYPES = ("other", "armed_clash", "armed_attack")
NAMED_KINDS = ("state_forces", "government", "armed_group", "militia", "civilians", "organisation", "foreign_state")


@dataclass(frozen=True, slots=True)
class Voice:
    """A claim with who counts as its speaker, where it stands, and when it was said (`date.min`: not known)."""

    claim: Claim
    speaker: str
    document: str
    said: date


@dataclass(frozen=True, slots=True)
class _Figure:
    """One speaker's current number: a claim's, or the sum of the groups it states in one mention."""

    count: CountRange
    speaker: str
    document: str
    said: date
    claim_ids: tuple[str, ...]
    groups: frozenset[str]


Item = TypeVar("Item")


def _rivals(
    items: Sequence[Item],
    clash: Callable[[Item, Item], bool],
    words: Callable[[Item], str],
    speaker: Callable[[Item], str],
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The versions that clash with another one, in words, each with its speakers; empty without a clash."""
    clashing: set[int] = set()
    for (i, a), (j, b) in combinations(enumerate(items), 2):
        if clash(a, b):
            clashing |= {i, j}
    versions: dict[str, set[str]] = defaultdict(set)
    for index in clashing:
        versions[words(items[index])].add(speaker(items[index]))
    return tuple((text, tuple(sorted(versions[text]))) for text in sorted(versions))


# --- counts ---------------------------------------------------------------------------------------------------


def estimate_counts(by_field: Mapping[str, Sequence[Voice]]) -> dict[str, Estimate]:
    """Estimates of all count fields; a total that nobody states is the sum of one speaker's stated groups."""
    found: dict[str, Estimate] = {}
    for field, voices in by_field.items():
        figures = [_figure(voice, frozenset({field})) for voice in voices]
        found[field] = _estimate_figures(field, figures, RULE_COUNT)
    for kind in ("killed", "injured"):
        summed = _sums(kind, by_field)
        if f"{kind}.total" not in found and summed:
            found[f"{kind}.total"] = _estimate_sums(f"{kind}.total", summed)
    return found


def _figure(voice: Voice, groups: frozenset[str]) -> _Figure:
    assert isinstance(voice.claim.value, CountRange)
    return _Figure(voice.claim.value, voice.speaker, voice.document, voice.said, (voice.claim.id,), groups)


def _estimate_figures(field: str, figures: Sequence[_Figure], rule: str) -> Estimate:
    current, revised = _latest(figures)
    return Estimate(
        field,
        _combine(current),
        rule,
        tuple(sorted(key for figure in current for key in figure.claim_ids)),
        tuple(sorted(key for figure in revised for key in figure.claim_ids)),
        _rivals(current, _counts_clash, lambda figure: count_text(figure.count), lambda figure: figure.speaker),
    )


def _counts_clash(a: _Figure, b: _Figure) -> bool:
    return (a.speaker, a.document) != (b.speaker, b.document) and not a.count.overlaps(b.count)


def _latest(figures: Iterable[_Figure]) -> tuple[list[_Figure], list[_Figure]]:
    """Each speaker's latest figures, and its earlier ones, which are revised."""
    by_speaker: dict[str, list[_Figure]] = defaultdict(list)
    for figure in figures:
        by_speaker[figure.speaker].append(figure)
    current: list[_Figure] = []
    revised: list[_Figure] = []
    for speaker in sorted(by_speaker):
        last = max(figure.said for figure in by_speaker[speaker])
        for figure in by_speaker[speaker]:
            (current if figure.said == last else revised).append(figure)
    return current, revised


def _combine(figures: Sequence[_Figure]) -> CountRange | None:
    """low and high are the extremes (open if one is), best what most speakers give; a tie: the later, the lower."""
    lows = [figure.count.low for figure in figures]
    highs = [figure.count.high for figure in figures]
    low = None if None in lows else min(value for value in lows if value is not None)
    high = None if None in highs else max(value for value in highs if value is not None)
    try:
        return CountRange(low, _most_given(figures), high)
    except InputError:
        return None


def _most_given(figures: Sequence[_Figure]) -> int | None:
    speakers: dict[int, set[str]] = defaultdict(set)
    latest: dict[int, date] = {}
    for figure in figures:
        best = figure.count.best
        if best is not None:
            speakers[best].add(figure.speaker)
            latest[best] = max(latest.get(best, date.min), figure.said)
    return max(speakers, key=lambda best: (len(speakers[best]), latest[best], -best), default=None)


def _sums(kind: str, by_field: Mapping[str, Sequence[Voice]]) -> list[_Figure]:
    """Per speaker and mention, the sum of its latest stated groups; none where the bounds leave nothing to add."""
    stated: dict[tuple[str, str], dict[str, Voice]] = defaultdict(dict)
    for group in GROUPS[1:]:
        for voice in by_field.get(f"{kind}.{group}", ()):
            held = stated[voice.speaker, voice.claim.mention_id].get(group)
            if held is None or (voice.said, voice.claim.id) >= (held.said, held.claim.id):
                stated[voice.speaker, voice.claim.mention_id][group] = voice
    summed = (_sum(voices) for _, voices in sorted(stated.items()))
    return [figure for figure in summed if figure is not None]


def _sum(voices: Mapping[str, Voice]) -> _Figure | None:
    counts = [voice.claim.value for voice in voices.values() if isinstance(voice.claim.value, CountRange)]
    first = next(iter(voices.values()))
    low, best, high = _add(c.low for c in counts), _add(c.best for c in counts), _add(c.high for c in counts)
    if low is best is high is None:
        return None
    total = CountRange(low, best, high)
    ids = tuple(sorted(voice.claim.id for voice in voices.values()))
    return _Figure(total, first.speaker, first.document, first.said, ids, frozenset(voices))


def _add(values: Iterable[int | None]) -> int | None:
    known = list(values)
    return None if None in known else sum(value for value in known if value is not None)


def _estimate_sums(field: str, figures: Sequence[_Figure]) -> Estimate:
    """Sums count only over the same groups: militants by one speaker and civilians by another are no rivals."""
    widest = max(len(figure.groups) for figure in figures)
    full = [figure for figure in figures if len(figure.groups) == widest]
    if len({figure.groups for figure in full}) == 1:
        return _estimate_figures(field, full, RULE_GROUPS)
    lows = [figure.count.low for figure in full if figure.count.low is not None]
    value = CountRange(max(lows), None, None) if lows else None
    return Estimate(field, value, RULE_GROUPS, tuple(sorted(key for figure in full for key in figure.claim_ids)))


# --- event type, date, target -----------------------------------------------------------------------------------


def estimate_plain(field: str, voices: Sequence[Voice], vocabulary: Vocabulary) -> Estimate:
    """The value that most speakers give; a tie goes to the more precise, else null (a date: the span of the tied).

    A speaker of a broader value ("in March") supports every precise one that it contains.
    """
    clash, precision, contains = _PLAIN[field]
    votes = _group_votes(voices, lambda voice: voice.claim.value)
    support = {
        value: {speaker for other, said in votes.items() if contains(other, value, vocabulary) for speaker in said}
        for value in votes
    }
    top = max(len(speakers) for speakers in support.values())
    tied = [value for value, speakers in support.items() if len(speakers) == top]
    finest = min(precision(value, vocabulary) for value in tied)
    best = [value for value in tied if precision(value, vocabulary) == finest]
    value = best[0] if len(best) == 1 else _span(best)
    rivals = _rivals(
        voices,
        lambda a, b: _different_source(a, b) and clash(a.claim.value, b.claim.value, vocabulary),
        lambda voice: _words(voice.claim.value, vocabulary),
        lambda voice: voice.speaker,
    )
    return Estimate(field, value, RULE_MOST, tuple(sorted(voice.claim.id for voice in voices)), (), rivals)


def _different_source(a: Voice, b: Voice) -> bool:
    return (a.speaker, a.document) != (b.speaker, b.document)


Key = TypeVar("Key", bound=Hashable)


def _group_votes(voices: Iterable[Voice], key: Callable[[Voice], Key]) -> dict[Key, set[str]]:
    """Who speaks for each value; a speaker carried differently by its outlets votes for what most of them carry."""
    carried: dict[str, Counter[Key]] = defaultdict(Counter)
    for voice in voices:
        carried[voice.speaker][key(voice)] += 1
    votes: dict[Key, set[str]] = {key(voice): set() for voice in voices}
    for speaker, counts in carried.items():
        most = max(counts.values())
        for value, count in counts.items():
            if count == most:
                votes[value].add(speaker)
    return votes


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


def _event_precision(value: Value | None, _: Vocabulary) -> tuple[int, ...]:
    return (0,) if value not in GENERIC_EVENT_TYPES else (2,) if value == "other" else (1,)


def _date_precision(value: Value | None, _: Vocabulary) -> tuple[int, ...]:
    assert isinstance(value, DateRange)
    length = (value.last - value.first).days if value.first and value.last else 0
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


def _event_type_contains(a: Value | None, b: Value | None, _: Vocabulary) -> bool:
    return a in (b, "other")


def _date_contains(a: Value | None, b: Value | None, _: Vocabulary) -> bool:
    assert isinstance(a, DateRange)
    assert isinstance(b, DateRange)
    return a.contains(b)


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
    districted = [voice for voice, place in places if place.districts]
    ids = tuple(sorted(voice.claim.id for voice, _ in places))
    if not districted:
        return Estimate("place", _finest(place for _, place in places), RULE_MOST, ids)
    votes = _group_votes(districted, _districts)
    support = {key: _supporters(key, votes) for key in votes}
    top = max(len(speakers) for speakers in support.values())
    narrowest = min(len(key) for key in support if len(support[key]) == top)
    best = [key for key in support if len(support[key]) == top and len(key) == narrowest]
    value = _finest(p for v, p in places if p.districts == best[0]) if len(best) == 1 else None
    rivals = _rivals(districted, _places_clash, lambda voice: ", ".join(_districts(voice)), lambda voice: voice.speaker)
    return Estimate("place", value, RULE_MOST, ids, (), rivals)


def _districts(voice: Voice) -> tuple[str, ...]:
    assert isinstance(voice.claim.value, Place)
    return voice.claim.value.districts


def _supporters(key: tuple[str, ...], votes: Mapping[tuple[str, ...], set[str]]) -> set[str]:
    """Speakers of these districts, or of a wider set that includes them."""
    return {speaker for other, speakers in votes.items() if set(key) <= set(other) for speaker in speakers}


def _places_clash(a: Voice, b: Voice) -> bool:
    return _different_source(a, b) and not set(_districts(a)) & set(_districts(b))


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
    votes = _group_votes(voices, lambda voice: _ref(voice).actor)
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


def _perpetrator_rivals(voices: Sequence[Voice], vocabulary: Vocabulary) -> tuple[tuple[str, tuple[str, ...]], ...]:
    def clash(a: Voice, b: Voice) -> bool:
        one, other = _ref(a).actor, _ref(b).actor
        denied = (a.claim.stance is Stance.DENIAL) != (b.claim.stance is Stance.DENIAL)
        if denied:
            return one == other and _vagueness(one, vocabulary) < 3
        if a.claim.stance is Stance.DENIAL:
            return False
        return _different_source(a, b) and actors_are_rivals(one, other, vocabulary)

    def words(voice: Voice) -> str:
        return f"{_ref(voice).name} (denied)" if voice.claim.stance is Stance.DENIAL else _ref(voice).name

    return _rivals(voices, clash, words, lambda voice: voice.speaker)
