"""Tolls of two mentions -> points (step 6): the same figure, ranges that fit, a toll that rises, or a contradiction."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date

from geo.link import weights as w
from geo.link.facts import Facts, Figure
from geo.models import GROUPS

Points = tuple[float, str]
MEASURES = (
    ("killed", tuple(f"killed.{group}" for group in GROUPS)),
    ("injured", tuple(f"injured.{group}" for group in GROUPS)),
    ("abducted", ("abducted.total",)),
    ("arrested", ("arrested.total",)),
)


def toll_points(a: Facts, b: Facts) -> list[Points]:
    """Of killed, injured, abducted and arrested the best agreement, together within bounds."""
    found = [points for name, fields in MEASURES if (points := _measure(name, fields, a, b))]
    total = sum(points for points, _ in found)
    if total > w.TOLLS_MOST:
        found.append((w.TOLLS_MOST - total, "tolls count so much at most"))
    elif total < w.TOLLS_LEAST:
        found.append((w.TOLLS_LEAST - total, "tolls count so much at least"))
    return found


def same_statement(a: Facts, b: Facts) -> Points | None:
    """One speaker gives one figure, high enough to be known again by."""
    for field in sorted(set(a.figures) & set(b.figures)):
        for x in a.figures[field]:
            for y in b.figures[field]:
                same = x.count.best is not None and x.count.best == y.count.best
                if same and x.speaker and x.speaker == y.speaker and (x.count.best or 0) >= w.RIVAL_TOLL:
                    return w.STATEMENT, f"one statement: {x.count.best} {field} by {x.speaker}"
    return None


def _measure(name: str, fields: Sequence[str], a: Facts, b: Facts) -> Points | None:
    """The best agreement of any group counts; a contradiction only where nothing agrees."""
    pairs = [(x, y) for field in fields for x in a.figures.get(field, ()) for y in b.figures.get(field, ())]
    if not pairs:
        return None
    equal = [x.count.best for x, y in pairs if x.count.best is not None and x.count.best == y.count.best]
    if equal and (best := max(equal)):
        return min(w.TOLL_MOST, w.TOLL_BASE + w.TOLL_DOUBLING * math.log2(best)), f"{best} {name} in both"
    if equal and all(x.count.best == y.count.best for x, y in pairs):
        return w.TOLL_NOBODY, f"nobody {name} in both"
    return max(_unequal(name, x, y, campaign=a.campaign) for x, y in pairs)


def _unequal(name: str, x: Figure, y: Figure, *, campaign: bool) -> Points:
    words = f"{name}: {_number(x)} / {_number(y)}"
    if x.count.overlaps(y.count):
        return w.TOLL_FITS, words
    low, high = sorted((x, y), key=_number)
    if not _number(low):
        return w.TOLL_NONE_AGAINST_SOME, words
    share = _number(low) / _number(high)
    if share >= w.NEAR_SHARE and _number(high) >= w.NEAR_FROM:
        return w.TOLL_NEAR, f"{words}, nearly the same"
    least = w.RISES_FROM_CAMPAIGN if campaign else w.RISES_FROM
    if share >= least and _not_after(low.said, high.said):
        return w.TOLL_RISING, f"{words}, rising"
    return (w.TOLL_APART if share >= w.FAR_APART else w.TOLL_FAR_APART), words


def _number(figure: Figure) -> int:
    count = figure.count
    return next(value for value in (count.best, count.low, count.high, 0) if value is not None)


def _not_after(low: date | None, high: date | None) -> bool:
    """Whether the lower figure is the earlier one, as far as the days of the statements are known."""
    return low is not None and high is not None and low < high
