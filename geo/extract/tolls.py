"""Stage resolve, figures: the counts of a draft's units -> one range per harm and group, and who gave which.

Within one list figures of a group add up ("one lance naik, two sepoys"); across sentences they tell of the same
people, so the largest stands; "raising the toll to six" replaces what was before. A party's figure for its enemy's
losses, and a figure that the text calls superseded, are claims but not the main account.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from geo.datafiles import DATA_DIR, read_rows, split_list
from geo.errors import DataFileError
from geo.extract.cues import cue
from geo.extract.figures import OF_THE_DEAD
from geo.extract.lexicon import HARM_FIELDS
from geo.extract.model import CountMention, Draft, Unit
from geo.models import CountRange

GROUPS = ("militants", "security", "civilians")
ALL_GROUPS = (*GROUPS, "tribal", "kin", "people")
_SUPERSEDED = cue(
    r"\b(?:initial(?:ly)?|at first|first statement|earlier (?:said|put|reported|stated|given)|first spoke)\b",
    *("initial", "at first", "first s", "earlier "),
)
_VICTIMS_WERE = cue(
    r"\b(?:victims?|deceased|dead|slain)(?: men| persons| people)?,? "
    r"(?:(?:all|both|most) of (?:them|whom) |\w+ )?(?:were|was|are|is|identified|belonged|labou?rers|\w*workers|miners|"
    r"passengers|students|shepherds|farm\w+|fishermen|drivers|barbers|traders|teachers)\b",
    *("victim", "deceased", "dead", "slain"),
)
OF_SOMEBODY = ("unhurt", "unharmed", "unscathed", "not harm", "remained safe")
MORE = ("another", "also")  # rules that count people beside those told of before
LATER_DEATHS = "another succumbed"
_TARGETS_FOES = ("killed", "injured")
_ORDER = {harm: number for number, harm in enumerate(HARM_FIELDS)}


@lru_cache(maxsize=1)
def victim_words(folder: Path = DATA_DIR) -> frozenset[str]:
    """Roles of those whom attacks befall: `data/victim_words.csv`, a selection of the civilians of `person_words.csv`.

    Raises:
        DataFileError: for a word that no civilian is called by.
    """
    people = read_rows(folder / "person_words.csv", ("group", "words"))
    civilians = {word for _, row in people if row["group"] == "civilians" for word in split_list(row["words"])}
    path = folder / "victim_words.csv"
    found: set[str] = set()
    for line, row in read_rows(path, ("words", "source")):
        for word in split_list(row["words"]):
            if word not in civilians:
                raise DataFileError(path, line, f"{word!r} is no civilian of person_words.csv")
            found.add(word)
    return frozenset(found)


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
    toll: Toll | None = draft.memo.get(harm)
    if toll is None:
        counts = main_counts(draft, harm)
        if counts:
            toll = _toll_of(draft, harm, counts)
        else:
            toll = NOBODY_HARMED if harm in _TARGETS_FOES and _nobody(draft, harm) else NOTHING_TOLD
        draft.memo[harm] = toll
    return toll


def _toll_of(draft: Draft, harm: str, counts: list[CountMention]) -> Toll:
    """The toll of the first account, and those who died of their wounds after it."""
    later = [c for c in counts if c.rule == LATER_DEATHS]
    first = [c for c in counts if c.rule != LATER_DEATHS]
    if not later or not first or any(c.update for c in first):
        return _one_account(draft, harm, first or counts)
    return _with_later(_one_account(draft, harm, first), later[0].value, [c.value for c in first])


def _with_later(toll: Toll, later: CountRange, told: Sequence[CountRange]) -> Toll:
    """A toll with later deaths added, unless it is a sum of another figure and them."""
    sums = [sum_of([value, later]) for value in told]
    if toll.total is None or any(summed and summed.best == toll.total.best for summed in sums):
        return toll
    groups = {group: getattr(toll, group) for group in GROUPS}
    alone = [group for group, value in groups.items() if value]
    if len(alone) == 1 and groups[alone[0]] == toll.total:
        groups[alone[0]] = sum_of([toll.total, later])
    return Toll(sum_of([toll.total, later]), **groups, stated_total=toll.stated_total)


def _one_account(draft: Draft, harm: str, counts: list[CountMention]) -> Toll:
    if all(c.rule == OF_THE_DEAD for c in counts):
        return NOTHING_TOLD  # parts of a toll that the text doesn't tell
    if all(c.part for c in counts):
        counts = [c if c.rule == OF_THE_DEAD else replace(c, part=False) for c in counts]
    alone = _kin_beside_people(counts)
    counts = _with_others(alone)
    told = {c.group for c in counts}
    by_group = {group: _figure(counts, group) if group in told else None for group in ALL_GROUPS}
    if by_group["kin"] and not by_group["civilians"] and not by_group["people"]:
        by_group["civilians"] = by_group["kin"]
    if by_group["security"] is None and by_group["people"] is None:
        by_group["security"] = next(
            (c.value for c in counts if c.weak and c.group == "security" and "people" in c.rule), None
        )
    people = by_group["people"]
    whole = [by_group[group] for group in (*GROUPS, "tribal")]
    added = sum_of([value for value in whole if value])
    if (
        harm == "injured"
        and people
        and added
        and counts == alone
        and (first := next((c for c in counts if not c.part and c.value.best), None))
    ):
        people, added = (people, None) if first.group == "people" else (None, added)
    total = _total(people, added, by_group["militants"], _attackers_within(counts))
    parts = {
        group: by_group[group] or (_figure(counts, group, parts=True) if group in told else None) for group in GROUPS
    }
    if total is None:
        total = sum_of([v for v in (_weak(counts),) if v])
        group = _weak_group(counts)
        if total is not None and group in parts:
            parts[group] = parts[group] or total
    if harm == "killed":
        parts["civilians"] = _all_civil(draft, total, parts)
    if total is None and not any(parts.values()) and harm in _TARGETS_FOES and _nobody(draft, harm):
        total = NOBODY_HARMED.total
    return Toll(total, parts["militants"], parts["security"], parts["civilians"], people is not None)


def _kin_beside_people(counts: Sequence[CountMention]) -> list[CountMention]:
    """ "A man and a teenage girl were shot dead": two people; "a teacher and his son": two civilians."""
    if not any(c.group == "kin" for c in counts):
        return list(counts)
    whose: dict[int, str] = {}
    for listed in lists_of([c for c in counts if not c.part]):
        groups = {c.group for c in listed}
        if "kin" in groups and len(groups) > 1:
            whose |= {id(c): "people" if "people" in groups else "civilians" for c in listed if c.group == "kin"}
    if any(c.group == "civilians" for c in counts):
        whose |= {id(c): "civilians" for c in counts if c.group == "kin" and c.rule.startswith(MORE)}
    return [replace(c, group=whose[id(c)]) if id(c) in whose else c for c in counts]


def _with_others(counts: Sequence[CountMention]) -> list[CountMention]:
    """ "A lawyer and two others were killed": three people."""
    if not any(c.rule.startswith("others") for c in counts):
        return list(counts)
    whole: dict[int, CountMention] = {}
    for listed in lists_of([c for c in counts if not c.part]):
        for number, count in enumerate(listed):
            before = listed[:number]
            if count.rule.startswith("others") and count.group == "people" and before:
                total = sum_of([c.value for c in before] + [count.value])
                if total and all(c.group != "people" for c in before):
                    whole[id(count)] = replace(count, value=total)
    return [whole.get(id(c), c) for c in counts]


NOTHING_TOLD = Toll()
NOBODY_HARMED = Toll(CountRange.exactly(0))


def main_counts(draft: Draft, harm: str) -> list[CountMention]:
    """The counts of the main account: no rival party's, no superseded ones."""
    by_harm: dict[str, list[CountMention]] | None = draft.memo.get("counts")
    if by_harm is None:
        by_harm = draft.memo["counts"] = {}
        for count in _main_counts(draft):
            by_harm.setdefault(count.harm, []).append(count)
    return by_harm.get(harm, [])


def _main_counts(draft: Draft) -> Iterable[CountMention]:
    told = {
        count.harm
        for unit in draft.units
        for count in unit.counts
        if unit.voice.kind != "armed_group" and not count.part and not count.rival
    }
    unharmed = any(unit.has("no_harm") and unit.voice.kind != "armed_group" for unit in draft.units)
    foes = _other_account(draft)
    for unit in draft.units:
        if not unit.counts or _SUPERSEDED.search(unit.lowered):
            continue
        for count in unit.counts:
            if count.weak and unit.has("condemn"):
                continue  # "paid homage to the martyred man"
            rival = unit.voice.kind == "armed_group" and (count.harm in told or unharmed)
            if not count.rival and not rival and count not in foes:
                yield count


def _other_account(draft: Draft) -> list[CountMention]:
    """What the state says of those whom residents told of before: "seven militants" for "three of one family"."""
    told = [(unit, count) for unit in draft.units for count in unit.counts if count.harm == "killed" and not count.part]
    if not told or told[0][0].voice.kind not in ("civilians", "organisation") or told[0][1].group == "militants":
        return []
    return [c for unit, c in told if c.group == "militants" and unit.voice.kind in ("state_forces", "government")]


def _figure(counts: Sequence[CountMention], group: str, *, parts: bool = False) -> CountRange | None:
    own = [c for c in counts if c.group == group and not c.weak and (parts or not c.part)]
    if len(own) < 2 and not any(c.rule.startswith(MORE) for c in own):
        return own[0].value if own else None
    more = [c for c in own if c.rule.startswith(MORE)]
    if any(c.update for c in own) or _told_as_sum(own, more):
        more = []
    if more and (first := _figure([c for c in counts if not c.rule.startswith(MORE)], group, parts=parts)):
        return sum_of([first, *(c.value for c in more if c.rule.startswith("another") or c.value != first)])
    updates = [c for c in own if c.update]
    if updates:
        last = updates[-1].value
        return next((c.value for c in own if c.value.best == last.best and c.value.high is None), last)
    figures = [sum_of([c.value for c in listed]) for listed in lists_of(own)]
    if own and own[0].harm == "injured":  # the first account: doctors' later figures differ, and are claims of theirs
        return next((f for f in figures if f and f.best), figures[0] if figures else None)
    return max((f for f in figures if f), key=_size, default=None)


def _told_as_sum(own: Sequence[CountMention], more: Sequence[CountMention]) -> bool:
    """ "Five were killed. Three died on the spot and two more in hospital": the five are all of them."""
    plain = [c.value for c in own if c not in more]
    sums = [sum_of([a, b.value]) for a in plain for b in more]
    return any(total and total.best is not None and any(total.best == v.best for v in plain) for total in sums)


def lists_of(counts: Sequence[CountMention]) -> Iterable[list[CountMention]]:
    """Counts that share their word of harm form one list."""
    lists: list[list[CountMention]] = []
    by_start: dict[int, int] = {}  # number of the first list whose first count begins, or ends, there
    by_end: dict[int, int] = {}
    for count in counts:
        shared = min(by_start.get(count.start, len(lists)), by_end.get(count.end, len(lists)))
        if shared < len(lists):
            lists[shared].append(count)
        else:
            by_start.setdefault(count.start, shared)
            by_end.setdefault(count.end, shared)
            lists.append([count])
    return lists


def _size(value: CountRange) -> tuple[int, int]:
    number = value.best if value.best is not None else value.low or 0
    return (1 if value.best is not None else 0, number)


def sum_of(values: Sequence[CountRange]) -> CountRange | None:
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
    if militants and militants.best is not None and not attackers_within and people not in (militants, added):
        with_attackers = sum_of([people, militants])
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
    opening = [u for u in draft.units if u.events or u.counts][:2]
    beside = [
        u
        for u in draft.units
        if (u in opening and u.persons)
        or (u.persons and (any(c.harm == "killed" and not c.part for c in u.counts) or _VICTIMS_WERE.search(u.lowered)))
    ]
    persons = [hit for unit in beside for hit in unit.persons]
    civil = any(hit.word.phrase in victim_words() for hit in persons)
    return total if civil and not any(hit.code == "security" for hit in persons) else told


def _nobody(draft: Draft, harm: str) -> bool:
    """ "No casualties"; "no loss of life" says nothing of the injured, "the minister escaped unhurt" of others."""
    harmed = any(c.harm in _TARGETS_FOES and c.value.best != 0 for unit in draft.units for c in unit.counts)
    for unit in draft.units:
        for hit in unit.context_hits if "no_harm" in unit.contexts else ():
            if hit.code != "no_harm" or (harmed and hit.word.phrase.endswith(OF_SOMEBODY)):
                continue
            if harm == "killed" or "li" not in hit.word.phrase or "casualt" in hit.word.phrase:
                return True
    return False


def harms_of(draft: Draft) -> list[tuple[str, CountMention, Unit]]:
    """Every figure of a draft with its unit, for the claims."""
    found = [(count.harm, count, unit) for unit in draft.units for count in unit.counts]
    return sorted(found, key=lambda item: (_ORDER[item[0]], item[1].start))
