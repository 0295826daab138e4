"""Step 8 for a part of a store: the incidents of some mentions, exactly as a build of everything would give them.

A part is closed: with a mention it holds all that a certain link or a person's decision brings together with it. What
lies beyond is touched only by links that join no incidents (`part_of`, `related`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from geo.assemble import assemble, nowhere
from geo.decisions import apply_decisions, touched
from geo.models import Decision, Incident, Link, Records, Relation
from geo.store.part import (
    decisions_at,
    joined_pairs,
    joined_with,
    mentions_meant,
    read_records,
    touched_mentions,
)
from geo.vocab import Vocabulary

Holder = Callable[[str], str | None]
FEW = 20_000  # mentions whose links are found one by one rather than by reading all


@dataclass(frozen=True, slots=True)
class Book:
    """The decisions of one state, found by the mentions that they are about."""

    decisions: tuple[Decision, ...]
    mentions: Mapping[str, frozenset[str]]
    about: Mapping[str, tuple[int, ...]]

    def of(self, mentions: Iterable[str]) -> tuple[Decision, ...]:
        """The decisions about any of these mentions."""
        numbers = {number for key in mentions for number in self.about.get(key, ())}
        return tuple(self.decisions[number] for number in sorted(numbers))

    def together(self, mentions: Iterable[str]) -> set[str]:
        """All mentions that stand in one decision with any of these."""
        return {key for decision in self.of(mentions) for key in self.mentions[decision.id]}


def read_book(connection: Connection, n: int) -> Book:
    """The decisions that were made up to change n."""
    decisions = decisions_at(connection, n)
    ids = {key for decision in decisions for key in touched(decision)}
    meant = mentions_meant(connection, ids)
    subjects = {d.id: frozenset().union(*(meant[key] for key in touched(d))) for d in decisions}
    for decision in decisions:  # who takes a decision back speaks of the same mentions
        if decision.undoes in subjects:
            subjects[decision.id] |= subjects[decision.undoes]
    about: dict[str, list[int]] = defaultdict(list)
    for number, decision in enumerate(decisions):
        for key in subjects[decision.id]:
            about[key].append(number)
    return Book(decisions, subjects, {key: tuple(numbers) for key, numbers in about.items()})


@dataclass(frozen=True, slots=True)
class Part:
    """The incidents of a part, and the links by which they may be parts of campaigns beyond it."""

    incidents: tuple[Incident, ...]
    part_of: tuple[Link, ...]


def read_part(
    connection: Connection,
    n: int,
    mentions: Collection[str],
    book: Book,
    vocabulary: Vocabulary,
    elsewhere: Holder = nowhere,
) -> Part:
    """The incidents of a closed set of mentions after change n.

    Args:
        elsewhere: A mention beyond the part to the id of the incident that holds it.
    """
    records, beyond = read_records(connection, n, mentions)
    around = Records(records.documents, (*records.mentions, *beyond), records.claims, records.links)
    outside = {mention.id for mention in beyond}
    decided = apply_decisions(around, book.of({*mentions, *outside})).records
    inside = tuple(mention for mention in decided.mentions if mention.id not in outside)
    claims = tuple(claim for claim in decided.claims if claim.mention_id not in outside)
    there = {mention.id for mention in decided.mentions}
    links = tuple(link for link in decided.links if link.a in there and link.b in there)
    incidents = assemble(decided.documents, inside, claims, links, vocabulary, elsewhere)
    return Part(incidents, tuple(link for link in links if link.certain and link.relation is Relation.PART_OF))


def closure(
    connection: Connection, n: int, seeds: Collection[str], book: Book, beside: Callable[[str], Collection[str]]
) -> set[str]:
    """All mentions that are or were brought together with these.

    Args:
        beside: A mention to those of the incident that held it before.
    """
    found: set[str] = set()
    waiting = set(seeds)
    while waiting:
        found |= waiting
        near = joined_with(connection, n, waiting) | book.together(waiting)
        near.update(*(beside(key) for key in waiting))
        waiting = near - found
    return found


def alone(mention: str) -> tuple[str, ...]:
    """No incident is known from before."""
    return (mention,)


def changed_part(
    connection: Connection,
    versions: tuple[int, int],
    book: Book,
    beside: Callable[[str], Collection[str]],
) -> set[str]:
    """A closed set of the mentions whose incidents may differ between the states after two changes.

    Args:
        versions: The state that is known and the one that is wanted.
        book: The decisions of the wanted one.
    """
    known, wanted = versions
    book = book if wanted >= known else read_book(connection, known)
    seeds = touched_mentions(connection, known, wanted)
    fresh = decisions_at(connection, max(versions), min(versions))
    seeds.update(*(book.mentions[decision.id] for decision in fresh))
    part = closure(connection, wanted, seeds, book, beside)
    records, beyond = read_records(connection, wanted, part)
    held = {mention.id for mention in beyond}
    campaigns = {end for link in records.links if link.relation is Relation.PART_OF for end in (link.a, link.b)}
    return closure(connection, wanted, part | (campaigns & held), book, beside)


def closed_sets(connection: Connection, n: int, mentions: Sequence[str], book: Book, size: int) -> Iterator[list[str]]:
    """These mentions, themselves closed, in closed sets that are each about so large."""
    own = set(mentions)
    joined = joined_pairs(connection, n, mentions if len(mentions) <= FEW else None)
    pairs = ((a, b) for a, b in (*joined, *_decided_pairs(book)) if a in own and b in own)
    together = _groups(pairs)
    held: list[str] = []
    done: set[str] = set()
    for key in mentions:
        group = together.get(key, (key,))
        if group[0] not in done:
            held += group
        if len(group) > 1:
            done.add(group[0])
        if len(held) >= size:
            yield held
            held = []
    if held:
        yield held


def _decided_pairs(book: Book) -> Iterator[tuple[str, str]]:
    for keys in book.mentions.values():
        ordered = sorted(keys)
        yield from ((ordered[0], key) for key in ordered[1:])


def _groups(pairs: Iterable[tuple[str, str]]) -> dict[str, Sequence[str]]:
    """Each mention of a pair to all that pairs bring together with it."""
    root: dict[str, str] = {}

    def find(key: str) -> str:
        root.setdefault(key, key)
        while root[key] != key:
            root[key] = root[root[key]]
            key = root[key]
        return key

    for a, b in pairs:
        root[find(a)] = find(b)
    members: dict[str, list[str]] = defaultdict(list)
    for key in list(root):
        members[find(key)].append(key)
    return {key: group for group in members.values() for key in group}
