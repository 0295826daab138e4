"""How many people, where several figures were said (step 8). Rules: codebook, "Estimates"."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from geo.errors import InputError
from geo.models import GROUPS, CountRange, Estimate
from geo.voices import Voice, find_rivals
from geo.wording import count_text

RULE_COUNT = "most-speakers-latest@1"
RULE_GROUPS = "sum-of-stated-groups@1"


class _Figure(NamedTuple):
    """One speaker's current number: a claim's, or the sum of the groups it states in one mention."""

    given: CountRange
    speaker: str
    document: str
    said: date
    claim_ids: tuple[str, ...]
    groups: frozenset[str]


def estimate_counts(by_field: Mapping[str, Sequence[Voice]]) -> dict[str, Estimate]:
    """Estimates of all count fields; a total that nobody states is the sum of one speaker's stated groups."""
    found: dict[str, Estimate] = {}
    sums = {f"{kind}.total": _sums(kind, by_field) for kind in ("killed", "injured")}
    for field, voices in by_field.items():
        figures = [_figure(voice) for voice in voices]
        found[field] = _estimate_figures(field, figures, RULE_COUNT, parts=sums.get(field, ()))
    for field, summed in sums.items():
        if field not in found and summed:
            found[field] = _estimate_sums(field, summed)
    return found


def _figure(voice: Voice) -> _Figure:
    assert isinstance(voice.claim.value, CountRange)
    return _Figure(voice.claim.value, voice.speaker, voice.document, voice.said, (voice.claim.id,), frozenset())


def _estimate_figures(field: str, figures: Sequence[_Figure], rule: str, parts: Sequence[_Figure] = ()) -> Estimate:
    """The estimate of figures; of `parts`, sums of stated groups, those above a stated total contradict it."""
    current, revised = _latest(figures)
    beside = [part for part in _latest(parts)[0] if any(_counts_clash(part, figure) for figure in current)]
    return Estimate(
        field,
        _combine(current),
        rule,
        tuple(sorted(key for figure in current for key in figure.claim_ids)),
        tuple(sorted(key for figure in revised for key in figure.claim_ids)),
        find_rivals([*current, *beside], _counts_clash, lambda figure: count_text(figure.given)),
    )


def _counts_clash(a: _Figure, b: _Figure) -> bool:
    """No number fits both; a sum of some groups may lie below a total, never above it."""
    if (a.speaker, a.document) == (b.speaker, b.document):
        return False
    if a.groups != b.groups:
        part, whole = (a, b) if a.groups else (b, a)
        low, high = part.given.low, whole.given.high
        return not whole.groups and low is not None and high is not None and low > high
    return not a.given.overlaps(b.given)


def _latest(figures: Sequence[_Figure]) -> tuple[list[_Figure], list[_Figure]]:
    """Each speaker's latest figures, and its earlier ones, which are revised."""
    if len(figures) < 2:
        return list(figures), []
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
    """low and high are the extremes (open if one is), best what most speakers give; a tie: the later, the lower.

    Words without a number ("dozens") bound nothing where somebody gives a number that fits them.
    """
    if len(figures) == 1 and not _is_outbid(figures[0], figures):
        return figures[0].given
    numbers = [figure for figure in figures if figure.given.best is not None]
    fitting = [f for f in figures if f.given.best is None and any(f.given.overlaps(n.given) for n in numbers)]
    bounding = [figure for figure in figures if figure not in fitting]
    lows = [figure.given.low for figure in bounding]
    highs = [figure.given.high for figure in bounding]
    low = None if None in lows else min(value for value in lows if value is not None)
    high = None if None in highs else max(value for value in highs if value is not None)
    try:
        return CountRange(low, _most_given(numbers), high)
    except InputError:
        return None


def _most_given(figures: Sequence[_Figure]) -> int | None:
    speakers: dict[int, set[str]] = defaultdict(set)
    latest: dict[int, date] = {}
    for figure in figures:
        best = figure.given.best
        if best is not None and not _is_outbid(figure, figures):
            speakers[best].add(figure.speaker)
            latest[best] = max(latest.get(best, date.min), figure.said)
    return max(speakers, key=lambda best: (len(speakers[best]), latest[best], -best), default=None)


def _is_outbid(figure: _Figure, figures: Iterable[_Figure]) -> bool:
    """A speaker's "over 30" gives way to its own "about 40"."""
    low, high = figure.given.low, figure.given.high
    if low is None or high is not None:
        return False
    own = (other.given.best for other in figures if other.speaker == figure.speaker)
    return any(best is not None and best > low for best in own)


def _sums(kind: str, by_field: Mapping[str, Sequence[Voice]]) -> list[_Figure]:
    """Per speaker and mention, the sum of its latest stated groups; none where the bounds leave nothing to add."""
    stated: dict[tuple[str, str], dict[str, list[_Figure]]] = defaultdict(lambda: defaultdict(list))
    for group in GROUPS[1:]:
        for voice in by_field.get(f"{kind}.{group}", ()):
            stated[voice.speaker, voice.claim.mention_id][group].append(_figure(voice))
    summed = (_sum(groups) for _, groups in sorted(stated.items()))
    return [figure for figure in summed if figure is not None]


def _sum(groups: Mapping[str, Sequence[_Figure]]) -> _Figure | None:
    """What one speaker's groups add up to; of a group given twice, its range."""
    latest = [_latest(figures)[0] for figures in groups.values()]
    counts = [count for figures in latest if (count := _combine(figures))]
    low, best, high = _add(c.low for c in counts), _add(c.best for c in counts), _add(c.high for c in counts)
    if low is best is high is None or len(counts) < len(groups):
        return None
    first = latest[0][0]
    ids = tuple(sorted(key for figures in latest for figure in figures for key in figure.claim_ids))
    return _Figure(CountRange(low, best, high), first.speaker, first.document, first.said, ids, frozenset(groups))


def _add(values: Iterable[int | None]) -> int | None:
    known = list(values)
    return None if None in known else sum(value for value in known if value is not None)


def _estimate_sums(field: str, figures: Sequence[_Figure]) -> Estimate:
    """Sums count only over the same groups: militants by one speaker and civilians by another are no rivals."""
    widest = max(len(figure.groups) for figure in figures)
    full = [figure for figure in figures if len(figure.groups) == widest]
    if len({figure.groups for figure in full}) == 1:
        return _estimate_figures(field, full, RULE_GROUPS)
    lows = [figure.given.low for figure in full if figure.given.low is not None]
    value = CountRange(max(lows), None, None) if lows else None
    return Estimate(field, value, RULE_GROUPS, tuple(sorted(key for figure in full for key in figure.claim_ids)))
