"""How many people, where several figures were said (step 8). Rules: codebook, "Estimates"."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from geo.errors import InputError
from geo.models import GROUPS, CountRange, Estimate
from geo.voices import Voice, find_rivals
from geo.wording import count_text

RULE_COUNT = "most-speakers-latest@1"
RULE_GROUPS = "sum-of-stated-groups@1"


@dataclass(frozen=True, slots=True)
class _Figure:
    """One speaker's current number: a claim's, or the sum of the groups it states in one mention."""

    count: CountRange
    speaker: str
    document: str
    said: date
    claim_ids: tuple[str, ...]
    groups: frozenset[str]


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
        find_rivals(current, _counts_clash, lambda figure: count_text(figure.count), lambda figure: figure.speaker),
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
