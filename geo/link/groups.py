"""Certain pairs -> incidents (step 6): components that hold no contradiction, cut at the weakest link where one does.

The links are taken in the order of their strength, and one that would bring two contradicting mentions together is
left open for a person. That is the component cut at its weakest links, by a rule that no order of arrival changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

Edge = tuple[float, str, str]
Contradicts = Callable[[str, str], str | None]


@dataclass(frozen=True, slots=True)
class Grouping:
    """Which group (named by its lowest mention) each mention is in, the pairs that hold them, and those left open."""

    group: Mapping[str, str]
    held: tuple[tuple[str, str], ...]
    cut: Mapping[tuple[str, str], str]


def group(
    mentions: Iterable[str], fixed: Iterable[tuple[str, str]], edges: Iterable[Edge], contradicts: Contradicts
) -> Grouping:
    """Join mentions by the fixed pairs (curated, or a person's), then by certain pairs, strongest first."""
    members = {key: [key] for key in mentions}
    holder = {key: key for key in members}

    def join(a: str, b: str) -> None:
        low, high = sorted((holder[a], holder[b]))
        if low != high:
            for key in members[high]:
                holder[key] = low
            members[low] += members.pop(high)

    for a, b in fixed:
        if a in holder and b in holder:
            join(a, b)
    held: list[tuple[str, str]] = []
    cut: dict[tuple[str, str], str] = {}
    for _, a, b in sorted(edges, key=lambda edge: (-edge[0], edge[1:])):
        if holder[a] == holder[b]:
            continue
        reason = _contradiction(members[holder[a]], members[holder[b]], contradicts)
        if reason:
            cut[a, b] = reason
        else:
            join(a, b)
            held.append((a, b))
    return Grouping(holder, tuple(held), cut)


def _contradiction(one: Iterable[str], other: Iterable[str], contradicts: Contradicts) -> str | None:
    """The first contradiction between members of two groups, in the order of their ids."""
    second = sorted(other)
    for a in sorted(one):
        for b in second:
            if reason := contradicts(a, b):
                return reason
    return None
