"""Who says what about one field, and whether they contradict each other (step 8): shared by the rules of estimating.

The voting unit is the speaker, not the outlet: ten outlets that carry one military statement are one voice.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Protocol, TypeVar

from geo.models import Claim, Document, Rival
from geo.vocab import Vocabulary


@dataclass(frozen=True, slots=True)
class Voice:
    """A claim with who counts as its speaker, where it stands, and when it was said (`date.min`: not known)."""

    claim: Claim
    speaker: str
    document: str
    said: date


def voice_of(claim: Claim, document: Document, vocabulary: Vocabulary) -> Voice:
    """A claim as a voice; what doesn't say when it was said was said when the document was published."""
    said = claim.said_on or document.published
    return Voice(claim, vocabulary.speaker(claim.speaker).id, document.id, said or date.min)


class Said(Protocol):
    """Something that a speaker says in a document."""

    @property
    def speaker(self) -> str: ...
    @property
    def document(self) -> str: ...


Item = TypeVar("Item", bound=Said)


def find_rivals(
    items: Sequence[Item],
    clash: Callable[[Item, Item], bool],
    words: Callable[[Item], str],
) -> tuple[Rival, ...]:
    """The versions that clash with another one, each with who gives it and where; empty without a clash."""
    if len(items) < 2:
        return ()
    clashing: set[int] = set()
    for (i, a), (j, b) in combinations(enumerate(items), 2):
        if clash(a, b):
            clashing |= {i, j}
    versions: dict[str, list[Item]] = defaultdict(list)
    for index in clashing:
        versions[words(items[index])].append(items[index])
    return tuple(_rival(text, versions[text]) for text in sorted(versions))


def _rival(text: str, items: Iterable[Said]) -> Rival:
    given = {(item.speaker, item.document) for item in items}
    return Rival(text, tuple(sorted({s for s, _ in given})), tuple(sorted({d for _, d in given})))


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
