"""Who says what about one field, and whether they contradict each other (step 8): shared by the rules of estimating.

The voting unit is the speaker, not the outlet: ten outlets that carry one military statement are one voice.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import TypeVar

from geo.models import Claim


@dataclass(frozen=True, slots=True)
class Voice:
    """A claim with who counts as its speaker, where it stands, and when it was said (`date.min`: not known)."""

    claim: Claim
    speaker: str
    document: str
    said: date


Item = TypeVar("Item")


def find_rivals(
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


def different_source(a: Voice, b: Voice) -> bool:
    return (a.speaker, a.document) != (b.speaker, b.document)


Key = TypeVar("Key", bound=Hashable)


def group_votes(voices: Iterable[Voice], key: Callable[[Voice], Key]) -> dict[Key, set[str]]:
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
