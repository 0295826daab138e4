"""Two mentions -> points for one happening, with the reasons (step 6).

Symmetric and pure: what two mentions get depends on nothing but the two, so order of arrival can't matter.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz

from geo.link import weights as w
from geo.link.facts import Days, Facts, most_days_apart
from geo.link.places import place_points
from geo.link.tolls import same_statement, toll_points
from geo.vocab import Vocabulary

Points = tuple[float, str]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What two mentions are to each other: points, and reasons where it is at least likely that they are one.

    Attributes:
        against: What rules out that they are one.
    """

    points: float
    why: tuple[str, ...]
    against: str | None = None

    @property
    def score(self) -> float:
        """The points as a number between 0 and 1."""
        return round(1 / (1 + math.exp(-self.points)), 4)


def compare(one: Facts, other: Facts, vocabulary: Vocabulary) -> Verdict:
    """Points for the two telling one happening; what contradicts is named and leaves no points."""
    a, b = (one, other) if one.id < other.id else (other, one)
    against = _excluded(a, b)
    if against:
        return Verdict(-math.inf, (), against)
    statement = same_statement(a, b)
    place = place_points(a, b, statement=statement is not None)
    if place is None:
        return Verdict(-math.inf, (), f"districts differ: {_names(a.districts)} / {_names(b.districts)}")
    found = [
        _prior(a, b),
        _day_points(a, b),
        place,
        _kind_points(a, b, vocabulary),
        *toll_points(a, b),
        statement,
        _actor_points(a, b, vocabulary),
        _locals_points(a, b),
        _word_points(a, b),
        _title_points(a, b),
    ]
    told = [entry for entry in found if entry is not None]
    total = round(sum(points for points, _ in told), 2)
    reasons = tuple(f"{why} ({points:+.1f})" for points, why in told) if total >= w.LIKELY else ()
    return Verdict(total, reasons, _rival_claims(a, b, vocabulary))


def days_apart(a: Days | None, b: Days | None) -> int:
    """Days between two ranges; 0 where they overlap or one isn't known."""
    if a is None or b is None:
        return 0
    return max(0, (a[0] - b[1]).days, (b[0] - a[1]).days)


def _excluded(a: Facts, b: Facts) -> str | None:
    """What rules two mentions out at once, the cheapest first."""
    if a.document == b.document:
        return "told apart in one document"
    if a.campaign != b.campaign:
        return "a campaign and a single incident"
    if a.area != b.area:
        return "inside and outside the province"
    if days_apart(a.window, b.window) > most_days_apart(campaign=a.campaign):
        return f"days apart: {_range(a)} / {_range(b)}"
    return None


def _names(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))


def _range(facts: Facts) -> str:
    return " to ".join(dict.fromkeys(day.isoformat() for day in facts.window)) if facts.window else "unknown"


def same_article(a: Facts, b: Facts) -> bool:
    return a.article is not None and a.article == b.article


def _prior(a: Facts, b: Facts) -> Points:
    if same_article(a, b):
        return w.PRIOR_SAME_ARTICLE + w.PRIOR, "the same article"
    return (w.PRIOR_CAMPAIGN, "both tell a campaign") if a.campaign else (w.PRIOR, "chance")


def _day_points(a: Facts, b: Facts) -> Points:
    if a.window is None or b.window is None:
        return w.DAYLESS, "day unknown"
    if not a.days or not b.days:
        return _undated(a, b)
    if not any(days_apart(x, y) == 0 for x in a.days for y in b.days):
        return w.NEXT_DAY, "days next to each other"
    length = max(a.length, b.length)
    points = next((points for most, points in w.DAY_POINTS if length <= most), w.DAYLESS)
    return points, "same day" if length == 1 else f"days overlap within {length}"


def _undated(a: Facts, b: Facts) -> Points:
    """An undated report was most likely made just after the day that the other one tells."""
    undated, other = (a, b) if not a.days else (b, a)
    if undated.window and other.days and 0 <= (undated.window[1] - other.days[0][1]).days <= w.FRESH:
        return w.UNDATED_FRESH, "an undated one, published just after the day"
    return w.UNDATED, "an undated one within the days before its publication"


def _kind_points(a: Facts, b: Facts, vocabulary: Vocabulary) -> Points | None:
    pairs = [(x, y) for x in sorted(a.kinds) for y in sorted(b.kinds)]
    if not pairs:
        return None
    return max((_kinds(x, y, vocabulary), f"{x} / {y}" if x != y else x) for x, y in pairs)


def _kinds(x: str, y: str, vocabulary: Vocabulary) -> float:
    if x == y:
        return w.KIND_RARE if x in w.RARE_KINDS else w.KIND_SAME
    if "other" not in (x, y) and (x in vocabulary.event_lineage(y) or y in vocabulary.event_lineage(x)):
        return w.KIND_BROADER
    if _sides_differ(x, y):
        return w.KIND_SIDES
    return w.KIND_AKIN if any(x in akin and y in akin for akin in w.AKIN) else w.KIND_OTHER


def _sides_differ(x: str, y: str) -> bool:
    return (x in w.STATE_KINDS and y in w.ATTACK_KINDS) or (y in w.STATE_KINDS and x in w.ATTACK_KINDS)


def of_one_side(a: Facts, b: Facts) -> bool:
    """Whether no act of the state stands against an attack."""
    return not a.kinds or not b.kinds or any(not _sides_differ(x, y) for x in a.kinds for y in b.kinds)


def _related(x: str, y: str, vocabulary: Vocabulary) -> bool:
    return x in vocabulary.lineage(y) or y in vocabulary.lineage(x)


def _named(actors: Iterable[str], vocabulary: Vocabulary) -> set[str]:
    """Organisations; labels and "militants" say too little to agree or differ on."""
    return {actor for actor in actors if vocabulary.kind(actor) in ("armed_group", "foreign_state")}


def _actor_points(a: Facts, b: Facts, vocabulary: Vocabulary) -> Points | None:
    one, other = _named(a.perpetrators | a.targets, vocabulary), _named(b.perpetrators | b.targets, vocabulary)
    if one and other:
        if any(_related(x, y, vocabulary) for x in a.claimed for y in b.claimed):
            return w.ACTOR_CLAIMS, "the same group claims it"
        if any(_related(x, y, vocabulary) for x in one for y in other):
            return w.ACTOR_SAME, "the same group named"
        return w.ACTOR_RIVAL, f"other groups named: {_names(one)} / {_names(other)}"
    if a.targets & b.targets:
        return w.TARGET_SAME, "the same target"
    if any(vocabulary.kind(label) == "state_label" for label in a.perpetrators & b.perpetrators):
        return w.LABEL_SAME, "the same label"
    return None


def _locals_points(a: Facts, b: Facts) -> Points | None:
    fight = all(facts.locals and "armed_clash" in facts.kinds for facts in (a, b))
    return (w.LOCALS_FIGHT, "residents or a tribe fight in both") if fight else None


def _rival_claims(a: Facts, b: Facts, vocabulary: Vocabulary) -> str | None:
    """Groups of different lineages that both claim the act: a person must say whether it is one."""
    if not a.claimed or not b.claimed:
        return None
    if any(_related(x, y, vocabulary) for x in a.claimed for y in b.claimed):
        return None
    return f"rival claims: {_names(a.claimed)} / {_names(b.claimed)}"


def _word_points(a: Facts, b: Facts) -> Points | None:
    shared = a.things & b.things
    if shared:
        return min(w.WORDS_MOST, w.WORD_SHARED * len(shared)), f"both tell of: {_names(shared)}"
    return (w.WORDS_OTHER, "other things were hit") if a.things and b.things else None


def _title_points(a: Facts, b: Facts) -> Points | None:
    if not a.title or not b.title or same_article(a, b):
        return None
    ratio = fuzz.token_set_ratio(a.title, b.title)
    return (w.TITLE_ALIKE, f"titles alike ({ratio:.0f} %)") if ratio >= w.TITLE_RATIO else None
