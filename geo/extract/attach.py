"""Stage attach: units -> drafts of incidents, each the list of units that tell it.

Read once from top to bottom with one draft in focus. A unit goes to a draft of its district, day and kind of act if
there is one; words like "separately" and a place of its own open another. Sums over several incidents stay apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from geo.extract.compare import (
    dates_apart,
    earlier_act,
    elsewhere,
    event_days,
    figures_clash,
    goes_on,
    is_separate,
    kinds,
    kinds_agree,
    leans,
    named_things,
    new_act,
    other_side,
    same_figure,
    side,
    tells_fate,
    tells_of,
    told_of,
)
from geo.extract.judge import is_armed, kind_of, opens, strong_counts, triggers
from geo.extract.model import Draft, Unit
from geo.extract.where import NOWHERE, districts_of_unit, is_list, referred, tally

LEAD_PARAGRAPHS = 2
NEAR_UNITS = 5
REMEMBERED = 200  # incidents that a text may come back to: time stays linear in its length
_OF_ALL = re.compile(
    r"\b(?:any|either|both|all|these|none) (?:of )?(?:the |these )?(?:\w+ )?(?:incidents|attacks|blasts|explosions)"
)
_ALL_OF_THEM = re.compile(
    r"(?:both|all|the two|the three|these) (?:\w+ )?(?:camps|attacks|posts|incidents|operations|"
    r"places|blasts|sites|raids)\b"
)


@dataclass(slots=True)
class Story:
    """What attach found: drafts in the order of the text, the title's units, and sums over several incidents."""

    drafts: list[Draft] = field(default_factory=list)
    roundups: list[Draft] = field(default_factory=list)
    titles: list[Unit] = field(default_factory=list)
    loose: list[Unit] = field(default_factory=list)


def attach(units: Iterable[Unit]) -> Story:
    """The drafts of a text."""
    ordered = list(units)
    reader = _Reader(Story(), frozenset(tally(ordered)))
    for unit in ordered:
        reader.read(unit)
    return reader.story


@dataclass(slots=True)
class _Reader:
    """The state of reading: the draft in focus, and whether a new section was just opened."""

    story: Story
    context: frozenset[str]
    focus: Draft | None = None
    fresh: bool = False
    first_paragraph: int | None = None
    body_seen: bool = False
    frame: Unit | None = None
    last_paragraph: int | None = None
    last_site: Unit | None = None
    resume: Draft | None = None

    def read(self, unit: Unit) -> None:
        kind = unit.sentence.kind
        if kind == "headline" or (kind == "bullet" and not self.body_seen):
            self.story.titles.append(unit)
            return
        if kind == "crosshead":
            self._read_crosshead(unit)
            return
        self.body_seen = True
        if self.first_paragraph is None:
            self.first_paragraph = unit.sentence.paragraph
        if self.resume is not None and self.last_paragraph != unit.sentence.paragraph:
            self.focus, self.resume = self.resume, None
        if self._counts_all(unit):
            unit = replace(unit, counts=())
        what = kind_of(unit)
        self._turn_to(unit)
        self._note_day(unit)
        self._read_body(unit, what)
        if _districts(unit, self.context):
            self.last_site = unit

    def _read_body(self, unit: Unit, what: str) -> None:
        """Put a unit of the running text where it belongs."""
        if unit.has("no_harm") and _OF_ALL.search(unit.lowered):
            for draft in self.story.drafts[-REMEMBERED:]:
                if draft is not self.focus and draft.units[-1].sentence.paragraph == unit.sentence.paragraph:
                    draft.units.append(unit)
        if what in ("event", "nonevent"):
            about_other = bool(self.story.drafts) and self.story.drafts[0].dead and not is_armed(unit)
            self._place(unit, dead=what == "nonevent" or about_other)
        elif what == "roundup":
            self._sum_up(unit)
        elif what == "general":
            self.story.loose.append(unit)
        elif self.focus is not None:
            self._go_on(unit)
        else:
            self.story.loose.append(unit)

    def _counts_all(self, unit: Unit) -> bool:
        """ "The group said it was behind the attacks and that 21 soldiers were killed in them": no toll of the last."""
        if not unit.counts or unit.places or len(self.story.drafts) < 2:
            return False
        return any(said.scope == "all" and said.relation == "claim" for said in unit.attributions)

    def _note_day(self, unit: Unit) -> None:
        """ "The raids followed a restless Saturday": the day of what the paragraph goes on to tell."""
        if self.frame is None or self.frame.sentence.paragraph != unit.sentence.paragraph:
            opens_paragraph = self.last_paragraph != unit.sentence.paragraph
            bare = opens_paragraph and unit.dates and not unit.places and event_days(unit)
            self.frame = unit if bare and not strong_counts(unit) and not triggers(unit) else None
        self.last_paragraph = unit.sentence.paragraph

    def _turn_to(self, unit: Unit) -> None:
        """Look at the incident that the unit refers to by its place, where it names no site of its own."""
        if self.focus is None or not unit.places:
            return
        meant = referred(unit)
        if not meant or self.focus.districts & meant or districts_of_unit(unit, self.context):
            return
        told = [draft for draft in self.story.drafts[-REMEMBERED:] if draft.districts & meant]
        if len(told) == 1:
            self.focus = told[0]

    def _meant(self, unit: Unit) -> Draft | None:
        """The incident that a claim of responsibility names by what befell whom, where the one in focus isn't it."""
        if not unit.attributions or len(self.story.drafts) < 2 or unit.places:
            return None
        words = named_things(unit)
        if not words or self.focus is None or tells_of(self.focus, words):
            return None
        told = [draft for draft in self.story.drafts[-REMEMBERED:] if tells_of(draft, words)]
        return told[0] if len(told) == 1 else None

    def _go_on(self, unit: Unit) -> None:
        """Add what belongs to the incident in focus; the first place told after it may be its place."""
        assert self.focus is not None
        self.focus = self._meant(unit) or self._before_recalled(unit) or self.focus
        self.focus.units.append(unit)
        if self.focus.districts or len(self.focus.units) > NEAR_UNITS or len(districts_of_unit(unit)) != 1:
            return
        places = _districts(unit, self.context)
        if not any(place.startswith("outside:") for place in places):
            self.focus.districts = places

    def _before_recalled(self, unit: Unit) -> Draft | None:
        """What a claim in a new paragraph is of, where the paragraph before only recalled another incident."""
        assert self.focus is not None
        last = self.focus.units[-1].sentence.paragraph
        if not unit.attributions or unit.sentence.paragraph == last or not self.focus.units[0].has("background"):
            return None
        return next((d for d in self.story.drafts[:3] if d.lead and not d.units[0].has("background")), None)

    def _read_crosshead(self, unit: Unit) -> None:
        """A cross-head may name the incident that follows; else the next event opens one or goes on."""
        places = _districts(unit, self.context)
        named = [d for d in self.story.drafts[-REMEMBERED:] if places & d.districts]
        self.fresh = bool(unit.events or unit.counts or places)
        if len(named) == 1:
            self.focus = named[0]

    def _sum_up(self, unit: Unit) -> None:
        known = self._sum_like(unit)
        if known is not None:
            known.units.append(unit)
            known.districts = known.districts or _districts(unit, self.context)
            known.campaign = known.campaign or unit.has("wave")
            self.focus = known
            return
        draft = Draft([unit], lead=self._is_lead(unit), campaign=unit.has("wave"), is_sum=True)
        draft.districts = _districts(unit, self.context)
        self.story.roundups.append(draft)
        if not (draft.lead or draft.campaign) and self.focus is not None and not self.focus.is_sum:
            self.resume = self.focus
        self.focus = draft

    def _sum_like(self, unit: Unit) -> Draft | None:
        """The sum that the unit goes on with: the one in focus, or a campaign of the same side."""
        for draft in reversed(self.story.roundups[-REMEMBERED:]):
            near = draft is self.focus and not (draft.districts and _districts(unit, self.context))
            if not (near or (draft.campaign and not _districts(unit, self.context))):
                continue
            if (
                side(unit) in (None, side(draft.units[0]))
                and not dates_apart(draft, unit)
                and not figures_clash(draft, unit)
            ):
                return draft
        return None

    def _is_lead(self, unit: Unit) -> bool:
        first = self.first_paragraph or 0
        return unit.sentence.paragraph - first < LEAD_PARAGRAPHS

    def _place(self, unit: Unit, *, dead: bool) -> None:
        chosen = None if self.focus is None else self._choose(unit, dead=dead)
        if chosen is None:
            if not opens(unit) and self.focus is not None:
                self._go_on(unit)
                return
            chosen = Draft(lead=self._is_lead(unit), dead=dead)
            if self.focus is not None and self.focus.is_sum:
                chosen.parent = self.focus
            elif self.focus is not None and self.focus.parent and self._same_paragraph(unit):
                chosen.parent = self.focus.parent
            if (
                self.focus is not None
                and not self.focus.is_sum
                and not _districts(unit, self.context)
                and not _names_province(unit)
            ):
                self._inherit(chosen, unit)
            elif self.focus is not None and self.focus.is_sum and self._is_first_of(self.focus, unit):
                chosen.inherits, chosen.districts = self.focus, self.focus.districts
            elif self.focus is None and not _districts(unit, self.context):
                chosen.units += self._scene(unit)
                chosen.districts = frozenset(d for own in chosen.units for d in _districts(own, self.context))
            self.story.drafts.append(chosen)
            if self.frame is not None and self.frame is not unit:
                chosen.frame = self.frame
        chosen.units.append(unit)
        chosen.districts = _joined(chosen.districts, _districts(unit, self.context))
        self.focus, self.fresh = chosen, False

    def _same_paragraph(self, unit: Unit) -> bool:
        """Whether the unit goes on with the paragraph of the sum and its first part."""
        assert self.focus is not None
        return all(u.sentence.paragraph == unit.sentence.paragraph for u in self.focus.units[:1])

    def _scene(self, unit: Unit) -> list[Unit]:
        """The sentence before the first act that says where: "Gunmen stopped buses near Ormara. They killed two"."""
        before = [u for u in self.story.loose[-REMEMBERED:] if u.sentence.paragraph == unit.sentence.paragraph]
        placed = [u for u in before if u is self.last_site]
        return placed or [u for u in before if u.dates][-1:]

    def _inherit(self, chosen: Draft, unit: Unit) -> None:
        """An incident without a place of its own happened where the text was last."""
        assert self.focus is not None
        last = self.last_site
        if last is not None and last.sentence.paragraph == unit.sentence.paragraph and last not in self.focus.units[:1]:
            chosen.inherits, chosen.districts = Draft([last]), _districts(last, self.context)
        else:
            chosen.inherits, chosen.districts = self.focus, self.focus.districts

    def _choose(self, unit: Unit, *, dead: bool) -> Draft | None:
        """The draft that the unit goes on with, or None for a new one."""
        places = _districts(unit, self.context)
        apart = is_separate(unit)
        focus = self.focus
        if focus is None:
            return None
        near = not focus.is_sum and not (places and focus.districts - places)
        if near and (tells_fate(unit) or (leans(unit) and not apart)):
            return focus
        if not places:
            return self._without_place(unit, focus, apart=apart, dead=dead)
        fitting = [d for d in self.story.drafts[-REMEMBERED:] if d.districts & places and self._agrees(d, unit)]
        if apart or self.fresh:
            fitting = [
                d
                for d in fitting
                if (d is not focus or self.fresh) and (same_figure(d, unit) or (d.lead and len(d.units) <= 2))
            ]
        if fitting:
            return focus if focus in fitting else fitting[-1]
        bare = not (focus.districts or apart or dead or focus.is_sum)
        return focus if bare and self._agrees(focus, unit) else None

    def _without_place(self, unit: Unit, focus: Draft, *, apart: bool, dead: bool) -> Draft | None:
        if self.story.roundups and _ALL_OF_THEM.match(unit.lowered):
            return self.story.roundups[0]
        if meant := self._meant(unit):
            return meant
        if focus.is_sum:
            return self._of_sums(unit, focus, apart=apart)
        if (dead and not focus.dead and self.fresh) or earlier_act(unit):
            return None
        if apart and opens(unit) and (strong_counts(unit) or len(triggers(unit)) > 0):
            return None
        return None if dates_apart(focus, unit) and opens(unit) and not goes_on(unit) else focus

    def _of_sums(self, unit: Unit, focus: Draft, *, apart: bool) -> Draft | None:
        """Which sum a unit without a place goes on with: that of its side; a campaign's other side opens another."""
        if apart and opens(unit):
            return None
        if self._is_first_of(focus, unit):
            return None
        if side(unit) in (None, side(focus.units[0])) or not focus.campaign:
            return focus
        others = [d for d in self.story.roundups[-REMEMBERED:] if d.campaign and side(d.units[0]) == side(unit)]
        if others:
            return others[-1]
        if not event_days(unit):
            return focus
        self.story.roundups.append(Draft(lead=self._is_lead(unit), campaign=True, is_sum=True))
        return self.story.roundups[-1]

    def _is_first_of(self, sum_: Draft, unit: Unit) -> bool:
        """Whether, after a sum of one district, a new paragraph tells the first of its incidents."""
        if sum_.campaign or len(sum_.districts) != 1 or not triggers(unit) or _districts(unit, self.context):
            return False
        return unit.sentence.paragraph != sum_.units[-1].sentence.paragraph and bool(unit.places)

    def _agrees(self, draft: Draft, unit: Unit) -> bool:
        """Whether day, kind of act and figures let the unit tell of the draft's incident."""
        if dates_apart(draft, unit):
            return False
        if draft is self.focus and not is_separate(unit):
            return not (new_act(draft, unit) or other_side(draft, unit))
        if figures_clash(draft, unit) or not kinds_agree(draft, unit):
            return False
        if not triggers(unit) or same_figure(draft, unit):
            return True
        return (draft.lead or bool(told_of(draft).kinds & kinds(unit))) and not elsewhere(draft, unit)


def _names_province(unit: Unit) -> bool:
    return any(p.kind == "province" and p.role == "site" for p in unit.places)


def _districts(unit: Unit, context: frozenset[str]) -> frozenset[str]:
    """The districts of a unit's sites; of a district and a name in another, the one named as such."""
    if not unit.places:
        return NOWHERE
    sites = districts_of_unit(unit, context)
    if len(sites) < 2:
        return sites[0] if sites else NOWHERE
    if not is_list(unit):
        named = {d for p in unit.places if p.kind == "district" and p.role == "site" for d in p.districts}
        sites = tuple(site for site in sites if site & named) or sites
    return frozenset([d for site in sites for d in site])


def _joined(known: frozenset[str], new: frozenset[str]) -> frozenset[str]:
    both = known & new
    return both or known or new
