"""Stage resolve, figures as claims: who gives which number, so that estimating the claims gives the main account.

`geo.extract.tolls` says what a text's account of a toll is; here every figure becomes a claim of its speaker with one
span. Parts of a figure ("two of them women") are no figure of the whole and become none. What a text adds to, or
replaces by a later figure, bounds that one and doesn't vote against it. What nobody says in one figure, as the parts
were said by several, is the publisher's own sum, marked as inferred.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from geo.extract.lexicon import count_field
from geo.extract.model import CountMention, Draft, Unit, Voice
from geo.extract.tolls import GROUPS, MORE, Toll, harms_of, lists_of, main_counts, sum_of, toll_of
from geo.models import CountRange

GROUPED = ("killed", "injured")
COUNTS_OWN = ("hospital", "organisation")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that somebody gives, and the words that give it."""

    field: str
    value: CountRange
    start: int
    end: int
    voice: Voice
    rule: str
    inferred: bool = False


Told = tuple[CountMention, Unit]


@dataclass(slots=True)
class _Account:
    """The figures of one harm in the making."""

    harm: str
    toll: Toll
    told: list[Told]
    main: list[Told]
    publisher: Voice
    used: set[int] = field(default_factory=set)


def figures_of(draft: Draft, harm: str, publisher: Voice) -> list[Figure]:
    """The figures of a finished draft for one harm, in the order of the text."""
    told = [(count, unit) for own, count, unit in harms_of(draft) if own == harm]
    if not told:
        return []
    kept = {id(count) for count in main_counts(draft, harm)}
    main = [(count, unit) for count, unit in told if id(count) in kept]
    account = _Account(harm, toll_of(draft, harm), told, main, publisher)
    groups = list(_group_figures(account)) if harm in GROUPED else []
    stated = _stated_total(account)
    known = {figure.field: figure for figure in (*groups, *stated)}
    others = list(_other_figures(account, known))
    total = [*stated, *_summed_total(account, groups, stated, others)]
    return sorted((*groups, *total, *others), key=lambda figure: (figure.start, figure.end, figure.field))


def _group_figures(account: _Account) -> Iterator[Figure]:
    """The main figure of each group, by those who give it; else read off the victims that the total names."""
    for group in GROUPS:
        value = getattr(account.toll, group)
        if value is None:
            continue
        fitting = (group, "kin") if group == "civilians" else (group,)
        anchor = _anchor(account, value, fitting)
        if anchor is None and (whole := _anchor(account, value, ("people", "kin", "tribal"), keep=True)):
            anchor = replace(whole, inferred=True, rule=f"{whole.rule}, victims named beside it")
        if anchor is None and account.main:
            anchor = replace(_sum_figure(account, value), rule="the text's figures together")
        if anchor:
            yield replace(anchor, field=f"{account.harm}.{group}")


def _stated_total(account: _Account) -> list[Figure]:
    """The total, where one speaker gives it in one figure or list."""
    value = account.toll.total
    if value is None:
        return []
    fitting = ("people", "kin", "tribal") if account.harm in GROUPED else ("people", "kin", "tribal", *GROUPS)
    anchor = _anchor(account, value, fitting)
    return [replace(anchor, field=f"{account.harm}.total")] if anchor else []


def _summed_total(
    account: _Account, groups: Sequence[Figure], stated: Sequence[Figure], others: Sequence[Figure]
) -> Iterator[Figure]:
    """The total that the groups add up to; told only where it doesn't follow from one speaker's groups alone."""
    value = account.toll.total
    if value is None or not account.main or account.harm not in GROUPED:
        return
    speakers = {figure.voice.name for figure in groups}
    alone = len(speakers) == 1 and value == sum_of([figure.value for figure in groups])
    follows = alone and not stated and not _hides_sum(account.harm, groups, others)
    if follows or (stated and not (alone and groups[0].voice.name != stated[0].voice.name)):
        return
    voice = groups[0].voice if alone else account.publisher
    yield replace(_sum_figure(account, value), field=f"{account.harm}.total", voice=voice)


def _hides_sum(harm: str, groups: Sequence[Figure], others: Sequence[Figure]) -> bool:
    """Whether somebody else states a total, or as many groups and other ones: then the sum has to be told."""
    main = {figure.field for figure in groups}
    rivals: dict[str, set[str]] = {}
    for figure in others:
        if figure.field == f"{harm}.total":
            return True
        if figure.voice.name != groups[0].voice.name:
            rivals.setdefault(figure.voice.name, set()).add(figure.field)
    return any(fields != main and len(fields) >= len(main) for fields in rivals.values())


def _sum_figure(account: _Account, value: CountRange) -> Figure:
    """A figure that is read off several: at the words of the first of them, by the publisher."""
    strong = [pair for pair in account.main if not pair[0].weak and not pair[0].part] or account.main
    count = strong[0][0]
    rule = "the text's figures together"
    return Figure(count_field(account.harm, "people"), value, count.start, count.end, account.publisher, rule, True)


def _anchor(account: _Account, value: CountRange, fitting: Sequence[str], *, keep: bool = False) -> Figure | None:
    """The words that give a main figure: one count, a list that adds up to it, or the last that was added."""
    own = [pair for pair in account.main if pair[0].group in fitting]
    own = sorted(own, key=lambda pair: (pair[0].weak, pair[0].part))
    for count, unit in own:
        if count.value == value:
            if not keep:
                account.used.add(id(count))
            return _figure(count, unit, value)
    for listed in lists_of([count for count, _ in own if not count.weak]):
        if len(listed) > 1 and sum_of([count.value for count in listed]) == value:
            if not keep:
                account.used |= {id(count) for count in listed}
            unit = next(unit for count, unit in own if count is listed[0])
            whole = _figure(listed[0], unit, value)
            return replace(whole, start=min(c.start for c in listed), end=max(c.end for c in listed))
    more = [pair for pair in own if pair[0].rule.startswith(MORE)]
    if more:
        count, unit = more[-1]
        account.used.add(id(count))
        return replace(_figure(count, unit, value), rule=f"{count.rule}, added to the figure before")
    return None


def _figure(count: CountMention, unit: Unit, value: CountRange) -> Figure:
    voice = count.rival or unit.voice
    return Figure(count_field(count.harm, count.group), value, count.start, count.end, voice, count.rule)


def _other_figures(account: _Account, known: dict[str, Figure]) -> Iterator[Figure]:
    """Figures beside the main ones: a rival's as it stands, earlier and partial ones as bounds of the main one."""
    main = {id(count) for count, _ in account.main}
    risen = any(count.update for count, _ in account.main)
    for count, unit in account.told:
        if id(count) in account.used or count.weak or count.part:
            continue
        name = count_field(account.harm, count.group)
        figure = _figure(count, unit, count.value)
        shown = known.get(name)
        value = shown.value if shown else account.toll.total if name.endswith(".total") else None
        rival = count.rival or (id(count) not in main and unit.voice.kind == "armed_group")
        agrees = value is None or count.value == value or (count.update and count.value.best == value.best)
        other = shown and id(count) in main and _disagrees(count, unit, shown, risen=risen)
        if value is None or rival or agrees or other:
            yield figure
        else:
            rule = f"{count.rule}, not the whole or not the last figure"
            yield replace(figure, value=_bound(count.value, value), rule=rule)


def _disagrees(count: CountMention, unit: Unit, shown: Figure, *, risen: bool) -> bool:
    """Whether another named speaker gives another figure.

    A hospital's lower one counts those brought to it, a company's its own people; "no passenger was hurt" says nothing
    of those whom others counted; and what was said before the toll rose is no other account.
    """
    if unit.voice.kind == "publisher" or unit.voice.name == shown.voice.name:
        return False
    partial = risen or unit.voice.kind in COUNTS_OWN or count.value.best == 0
    return not (partial and _number(count.value) < _number(shown.value))


def _number(value: CountRange) -> int:
    return value.best if value.best is not None else value.low or value.high or 0


def _bound(value: CountRange, whole: CountRange) -> CountRange:
    number = _number(value)
    return CountRange(number, None, None) if number <= _number(whole) else CountRange(None, None, number)
