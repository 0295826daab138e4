"""Step 6: mentions and known mentions -> explained `Link`s; those that are certain make the incidents.

`link_all` links everything anew. `link_new` gives the same links when mentions are added to linked ones, by looking
only at what they touch: every score hangs on two documents alone, and groups on their own component.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import permutations

from geo.link import weights as w
from geo.link.compare import Verdict
from geo.link.groups import Contradicts, Edge, Grouping, group
from geo.link.parts import part_of
from geo.link.pool import Pool
from geo.link.weights import ORIGIN
from geo.models import Apart, Link, Records, Relation
from geo.vocab import Vocabulary, default_vocabulary

__all__ = ["FAMILY", "ORIGIN", "Pool", "link_all", "link_new", "link_touched"]
FAMILY = "link@"

Matches = Mapping[str, Mapping[str, tuple[Verdict, bool]]]
Pair = frozenset[str]
NONE_APART: Apart = frozenset()


def link_all(records: Records, vocabulary: Vocabulary | None = None, apart: Apart = NONE_APART) -> tuple[Link, ...]:
    """All links of these records, in the order of their ends.

    Certain `same` links of another origin (curated, a person's) are kept to and not repeated; `related` and `part_of`
    ones keep their ends apart. Earlier links of this module are left aside.

    Args:
        apart: What people keep apart: it is neither linked, by whatever path, nor suggested again.
    """
    pool = Pool(records, vocabulary or default_vocabulary())
    return _sorted(_links(pool, records.links, set(pool.mentions), {}, apart))


def link_new(
    new: Records, known: Records, vocabulary: Vocabulary | None = None, apart: Apart = NONE_APART
) -> tuple[Link, ...]:
    """The links of known and new records together: the same as `link_all(known.plus(new))`.

    `known.links` must hold what this module gave for the known records; a link of it that isn't in the answer no longer
    holds.
    """
    both = known.plus(new)
    pool = Pool(both, vocabulary or default_vocabulary())
    seeds = {mention.id for mention in new.mentions}
    seeds |= {end for link in both.links if not pool.holds(link) for end in (link.a, link.b)}
    touched, links = link_touched(pool, seeds, both.links, apart)
    earlier = [link for link in both.links if link.origin.startswith(FAMILY)]
    kept = [link for link in earlier if not touched & {link.a, link.b} and pool.holds(link)]
    return _sorted([*kept, *links])


def link_touched(
    pool: Pool, seeds: Collection[str] | None, links: Collection[Link], apart: Apart = NONE_APART
) -> tuple[set[str], tuple[Link, ...]]:
    """The mentions whose groups may change with the seeds, and all links that have an end among these.

    Args:
        seeds: Mentions that are new, of which something changed, or that were linked to something that is gone; None
            for all.
        links: The links that were held before.
    """
    touched = set(pool.mentions) if seeds is None else _touched(pool, seeds, links)
    outside = _groups_by_links(set(pool.mentions) - touched, links)
    return touched, _sorted(_links(pool, links, touched, outside, apart))


def _sorted(links: Iterable[Link]) -> tuple[Link, ...]:
    return tuple(sorted(set(links), key=lambda link: (link.a, link.b, link.relation)))


def _fixed(links: Iterable[Link], *relations: Relation) -> list[tuple[str, str]]:
    """Ends of certain links that others have made."""
    return [
        (link.a, link.b)
        for link in links
        if link.certain and link.relation in relations and not link.origin.startswith(FAMILY)
    ]


def _touched(pool: Pool, seeds: Iterable[str], links: Iterable[Link]) -> set[str]:
    """All mentions whose group may change: the components, old and new, that the documents of the seeds reach."""
    joined: dict[str, set[str]] = defaultdict(set)
    for link in links:
        if link.relation is Relation.SAME:
            joined[link.a].add(link.b)
            joined[link.b].add(link.a)
    found: set[str] = set()
    documents = {pool.mentions[key].document_id for key in seeds if key in pool.mentions}
    waiting = [other for key in documents for other in pool.of_document[key]]
    while waiting:
        key = waiting.pop()
        if key not in found:
            found.add(key)
            certain = {other for other, (_, sure) in pool.matches(key).items() if sure}
            waiting += [other for other in certain | joined[key] if other in pool.mentions]
    return found


def _groups_by_links(mentions: Collection[str], links: Iterable[Link]) -> dict[str, str]:
    """The groups of mentions that nothing touched, by the links that made them."""
    pairs = [(link.a, link.b) for link in links if link.certain and link.relation is Relation.SAME]
    return dict(group(mentions, pairs, (), lambda _a, _b: None).group)


def _links(
    pool: Pool, links: Collection[Link], touched: Collection[str], outside: dict[str, str], parted: Apart
) -> Iterator[Link]:
    """Links with an end among the touched mentions; `outside` gives the groups of the others."""
    matches = {key: pool.matches(key) for key in sorted(touched)}
    edges: set[Edge] = {
        (verdict.points, min(key, other), max(key, other))
        for key, found in matches.items()
        for other, (verdict, certain) in found.items()
        if certain
    }
    related = {frozenset(pair) for pair in _fixed(links, Relation.RELATED, Relation.PART_OF)}
    apart = related | {frozenset((a, b)) for a, b, relation in parted if relation is Relation.SAME}

    def contradicts(a: str, b: str) -> str | None:
        if frozenset((a, b)) in apart:
            return "kept apart by a person"
        return pool.verdict(a, b).against

    made = group(matches, _fixed(links, Relation.SAME), edges, contradicts)
    for a, b in made.held:
        yield _link(a, b, Relation.SAME, pool.verdict(a, b), certain=True)
    held = {**outside, **made.group}
    settled = {(relation, held.get(a), held.get(b)) for a, b, relation in parted}
    for link in _suggestions(pool, matches, held, made, contradicts):
        if not {(link.relation, *ends) for ends in permutations((held[link.a], held[link.b]))} & settled:
            yield link
    for link in _parts(pool, touched, held, related):
        if (link.relation, held[link.a], held[link.b]) not in settled:
            yield link


def _suggestions(
    pool: Pool,
    matches: Matches,
    held: Mapping[str, str],
    made: Grouping,
    contradicts: Contradicts,
) -> Iterator[Link]:
    """The best pair of two groups that may be one; what was cut says why, other contradicting groups don't wait."""
    members: dict[str, list[str]] = defaultdict(list)
    for key, name in held.items():
        members[name].append(key)
    best: dict[tuple[str, str], tuple[float, str, str]] = {}
    for key, found in matches.items():
        for other, (verdict, _) in found.items():
            a, b = sorted((key, other))
            names = (min(held[a], held[b]), max(held[a], held[b]))
            if names[0] != names[1]:
                best[names] = min(best.get(names, (math.inf, "", "")), (-verdict.points, a, b))
    for (one, two), (_, a, b) in best.items():
        reason = made.cut.get((a, b)) or pool.verdict(a, b).against
        if reason or not any(contradicts(x, y) for x in members[one] for y in members[two]):
            yield _link(a, b, Relation.SAME, pool.verdict(a, b), certain=False, but=reason)


def _parts(pool: Pool, touched: Collection[str], held: Mapping[str, str], apart: Collection[Pair]) -> Iterator[Link]:
    """One link for a group and each campaign that it is a part of, by the pair that shows it best."""
    best: dict[tuple[str, str], tuple[float, str, str, Verdict]] = {}
    for part, campaign in pool.campaigns(touched):
        verdict = part_of(pool.facts(part), pool.facts(campaign))
        if verdict and held[part] != held[campaign] and frozenset((part, campaign)) not in apart:
            names = (held[part], held[campaign])
            entry = (-verdict.points, part, campaign, verdict)
            best[names] = min(best.get(names, entry), entry, key=lambda found: found[:3])
    for _, part, campaign, verdict in best.values():
        certain = verdict.points >= w.CERTAIN and not pool.of_dataset(part, campaign)
        yield _link(part, campaign, Relation.PART_OF, verdict, certain=certain)


def _link(a: str, b: str, relation: Relation, verdict: Verdict, *, certain: bool, but: str | None = None) -> Link:
    why = (*verdict.why, f"but: {but}") if but else verdict.why
    return Link(a, b, relation, verdict.score, why, ORIGIN, certain)
