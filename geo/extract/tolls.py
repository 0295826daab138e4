"""Stage resolve, figures: the counts of a draft's units -> one range per harm and group, and who gave which.

Within one list figures of a group add up ("one lance naik, two sepoys"); across sentences they tell of the same
people, so the largest stands; "raising the toll to six" replaces what was before. A party's figure for its enemy's
losses, and a figure that the text calls superseded, are claims but not the main account.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from geo.datafiles import split_list
from geo.extract.cues import cue
from geo.extract.lexicon import HARM_FIELDS
from geo.extract.model import CountMention, Draft, Unit
from geo.models import CountRange

GROUPS = ("militants", "security", "civilians")
_SUPERSEDED = cue(
    r"\b(?:initial(?:ly)?|at first|first statement|earlier (?:said|put|reported|stated|given)|first spoke)\b",
    *("initial", "at first", "first s", "earlier "),
)
_VICTIMS_WERE = cue(
    r"\b(?:victims?|deceased|dead|slain)(?: men| persons| people)?,? "
    r"(?:\w+ )?(?:were|was|are|is|identified|belonged)\b",
    *("victim", "deceased", "dead", "slain"),
)
# Roles of those whom attacks befall; "officials", "leaders" or "residents" as often only speak.
VICTIMS = frozenset(
    split_list(
        "passengers|passenger|labourers|laborers|labourer|laborer|workers|worker|miners|pilgrims|"
        "devotees|worshippers|barber|barbers|hairdressers|shopkeeper|shopkeepers|students|student|"
        "teacher|teachers|travellers|commuters|tourists|shepherds|farmers|vendors|vendor|tailor|"
        "mechanic|doctor|journalist|traders|trader|musicians|qawwals|singer|fishermen|settlers|"
        "civilians|civilian|villagers|coal miners|mine workers|truck drivers|truck driver|bus driver|"
        "family members|polio worker"
    )
)
_TARGETS_FOES = ("killed", "injured")


@dataclass(frozen=True, slots=True)
class Toll:
    """The main account of one harm: ranges by group, `people` for figures without a group."""

    total: CountRange | None = None
    militants: CountRange | None = None
    security: CountRange | None = None
    civilians: CountRange | None = None
    stated_total: bool = False


def toll_of(draft: Draft, harm: str) -> Toll:
    """The main account of a finished draft for `killed`, `injured`, `abducted` or `arrested`."""
    if harm not in draft.memo:
        draft.memo[harm] = _toll_of(draft, harm)
    toll = draft.memo[harm]
    assert isinstance(toll, Toll)
    return toll


def _toll_of(draft: Draft, harm: str) -> Toll:
    counts = list(main_counts(draft, harm))
    if not counts:
        unharmed = harm in _TARGETS_FOES and _nobody(draft, harm)
        return Toll(CountRange.exactly(0) if unharmed else None)
    if not any(not c.part for c in counts):
        counts = [replace(c, part=False) for c in counts]
    counts = _kin_beside_people(counts)
    by_group = {group: _figure(counts, group) for group in (*GROUPS, "tribal", "kin", "people")}
    if by_group["kin"] and not by_group["civilians"] and not by_group["people"]:
        by_group["civilians"] = by_group["kin"]
    if by_group["security"] is None and by_group["people"] is None:
        by_group["security"] = next(
            (c.value for c in counts if c.weak and c.group == "security" and "people" in c.rule), None
        )
    people = by_group["people"]
    whole = [by_group[group] for group in (*GROUPS, "tribal")]
    added = _sum([value for value in whole if value])
    if (
        harm == "injured"
        and people
        and added
        and (first := next((c for c in counts if not c.part and c.value.best), None))
    ):
        people, added = (people, None) if first.group == "people" else (None, added)
    total = _total(people, added, by_group["militants"], _attackers_within(counts))
    parts = {group: by_group[group] or _figure(counts, group, parts=True) for group in GROUPS}
    if total is None:
        total = _sum([v for v in (_weak(counts),) if v])
        group = _weak_group(counts)
        if total is not None and group in parts:
            parts[group] = parts[group] or total
    if harm == "killed":
        parts["civilians"] = _all_civil(draft, total, parts)
    if total is None and not any(parts.values()) and harm in _TARGETS_FOES and _nobody(draft, harm):
        total = CountRange.exactly(0)
    return Toll(total, parts["militants"], parts["security"], parts["civilians"], people is not None)


def _kin_beside_people(counts: Sequence[CountMention]) -> list[CountMention]:
    """ "A man and a teenage girl were shot dead": two people."""
    beside = {
        id(c)
        for listed in _lists([c for c in counts if not c.part])
        if len({c.group for c in listed} & {"people", "kin"}) == 2
        for c in listed
    }
    return [replace(c, group="people") if id(c) in beside and c.group == "kin" else c for c in counts]


def main_counts(draft: Draft, harm: str) -> Iterable[CountMention]:
    """The counts of the main account: no rival party's, no superseded ones."""
    if "counts" not in draft.memo:
        draft.memo["counts"] = list(_main_counts(draft))
    return [count for count in draft.memo["counts"] if count.harm == harm]


def _main_counts(draft: Draft) -> Iterable[CountMention]:
    told = {
        count.harm
        for unit in draft.units
        for count in unit.counts
        if unit.voice.kind != "armed_group" and not count.part and not count.rival
    }
    unharmed = any(unit.has("no_harm") and unit.voice.kind != "armed_group" for unit in draft.units)
    for unit in draft.units:
        if not unit.counts or _SUPERSEDED.search(unit.text, unit.lowered):
            continue
        for count in unit.counts:
            rival = unit.voice.kind == "armed_group" and (count.harm in told or unharmed)
            if not count.rival and not rival:
                yield count


def _figure(counts: Sequence[CountMention], group: str, *, parts: bool = False) -> CountRange | None:
    own = [c for c in counts if c.group == group and not c.weak and (parts or not c.part)]
    if len(own) < 2 and not any(c.rule.startswith("another") for c in own):
        return own[0].value if own else None
    more = [c.value for c in own if c.rule.startswith("another")]
    if more and (first := _figure([c for c in counts if not c.rule.startswith("another")], group, parts=parts)):
        return _sum([first, *more])
    updates = [c for c in own if c.update]
    if updates:
        last = updates[-1].value
        return next((c.value for c in own if c.value.best == last.best and c.value.high is None), last)
    figures = [_sum([c.value for c in listed]) for listed in _lists(own)]
    if own and own[0].harm == "injured":  # the first account: doctors' later figures differ, and are claims of theirs
        return next((f for f in figures if f and f.best), figures[0] if figures else None)
    return max((f for f in figures if f), key=_size, default=None)


def _lists(counts: Sequence[CountMention]) -> Iterable[list[CountMention]]:
    """Counts that share their word of harm form one list."""
    lists: list[list[CountMention]] = []
    for count in counts:
        for listed in lists:
            if count.start != count.end and (count.start == listed[0].start or count.end == listed[0].end):
                listed.append(count)
                break
        else:
            lists.append([count])
    return lists


def _size(value: CountRange) -> tuple[int, int]:
    number = value.best if value.best is not None else value.low or 0
    return (1 if value.best is not None else 0, number)


def _sum(values: Sequence[CountRange]) -> CountRange | None:
    if not values:
        return None
    low = None if any(v.low is None for v in values) else sum(v.low or 0 for v in values)
    best = None if any(v.best is None for v in values) else sum(v.best or 0 for v in values)
    high = None if any(v.high is None for v in values) else sum(v.high or 0 for v in values)
    if low is None and best is None and high is None:
        return CountRange(sum(v.low or v.best or 0 for v in values), None, None)
    return CountRange(low, best, high)


def _total(
    people: CountRange | None, added: CountRange | None, militants: CountRange | None, attackers_within: bool
) -> CountRange | None:
    """The stated total, with the attackers' dead added where the text counts them apart."""
    if people is None or added is None:
        return people or added
    if militants and not attackers_within and people not in (militants, added):
        with_attackers = _sum([people, militants])
        return max((v for v in (with_attackers, added) if v), key=_size)
    return max(people, added, key=_size)


def _attackers_within(counts: Sequence[CountMention]) -> bool:
    return any(c.group == "militants" and c.part for c in counts)


def _weak(counts: Sequence[CountMention]) -> CountRange | None:
    weak = [c for c in counts if c.weak]
    return weak[0].value if weak else None


def _weak_group(counts: Sequence[CountMention]) -> str | None:
    return next((c.group for c in counts if c.weak), None)


def _all_civil(draft: Draft, total: CountRange | None, parts: dict[str, CountRange | None]) -> CountRange | None:
    """The stated dead are civilians where the words beside the figure name civil victims and nobody else.

    "Nine people were killed when gunmen stopped a coach and took passengers off it". Women and children alone don't
    make them civilians.
    """
    told = parts["civilians"]
    if total is None or not total.best:
        return told
    if parts["security"] or parts["militants"]:
        return None if told == total else told  # "14 passengers, including ten soldiers"
    if told and told.best is not None and told.best >= total.best:
        return told
    beside = [
        u
        for u in draft.units
        if u.persons
        and (any(c.harm == "killed" and not c.part for c in u.counts) or _VICTIMS_WERE.search(u.text, u.lowered))
    ]
    persons = [hit for unit in beside for hit in unit.persons]
    civil = any(hit.word.phrase in VICTIMS for hit in persons)
    return total if civil and not any(hit.code == "security" for hit in persons) else told


def _nobody(draft: Draft, harm: str) -> bool:
    """ "No casualties"; "no loss of life" says nothing of the injured."""
    for unit in draft.units:
        for hit in unit.context_hits:
            if hit.code == "no_harm" and (
                harm == "killed" or "li" not in hit.word.phrase or "casualt" in hit.word.phrase
            ):
                return True
    return False


def harms_of(draft: Draft) -> list[tuple[str, CountMention, Unit]]:
    """Every figure of a draft with its unit, for the claims."""
    order = {harm: number for number, harm in enumerate(HARM_FIELDS)}
    found = [(count.harm, count, unit) for unit in draft.units for count in unit.counts]
    return sorted(found, key=lambda item: (order[item[0]], item[1].start))
