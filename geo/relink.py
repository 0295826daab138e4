"""Step 6 for a store: the machine's links follow what is stored and decided.

Only what a change may reach is linked anew: mentions find each other by the blocks that the store keeps of each (see
`geo.link.keys`), so one more article costs the same in a large store as in a small one. The links are those that
linking everything would give. Links that curators or people made are kept to; one about which a decision stands is
never taken away. After a decision this must be done too: two reports may have been held together by a third one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, delete, insert, select

from geo.datafiles import vocabulary_bytes
from geo.decisions import apply_decisions, standing
from geo.link import FAMILY, ORIGIN, Pool, link_touched, weights
from geo.link.keys import Keys, block_text
from geo.models import Decision, Link
from geo.near import changed_mentions, state_near
from geo.store.datasets import large_datasets, mentions_in
from geo.store.derived import derived_state, keep_derived
from geo.store.engine import Store
from geo.store.read import MOST_IDS, live_rows, newest, read_state
from geo.store.rows import link_row
from geo.store.schema import KEPT, blocks
from geo.store.write import Change, change
from geo.vocab import Vocabulary

LINKS = "links"
MOST_CHANGED = 2000  # mentions; more are linked faster all at once
LARGEST = 20_000  # documents of a data set; what larger ones have in common with reports is not looked for


@dataclass(frozen=True, slots=True)
class Linked:
    """What linking found at change `n`.

    Attributes:
        touched: The mentions whose links these are; None for all.
        changed: The mentions whose blocks are new or gone; None for all.
        keys: The blocks of mentions, at least of the changed ones that are there.
        decided: Ids of links about which a decision stands.
    """

    n: int
    links: tuple[Link, ...]
    touched: frozenset[str] | None
    changed: frozenset[str] | None
    keys: Mapping[str, Keys]
    decided: frozenset[str]


def relink(
    store: Store, vocabulary: Vocabulary, who: str, *, anew: bool = False, only_near: bool = False
) -> int | None:
    """Let the machine's links be those of all that is stored now; gives the change, None where nothing changed.

    Linking takes a while, so it is done before the writers' lock is taken, and again when others have written
    meanwhile.

    Args:
        anew: Link everything, whatever was linked before.
        only_near: Leave it to another time where everything would have to be linked.
    """
    rules = linked_with()
    while True:
        with store.reading() as connection:
            since = derived_state(connection, LINKS)
            large = large_datasets(connection, LARGEST)
            changed = None
            if since is not None and since.rules == rules and not anew:
                changed = changed_mentions(connection, since.n, machine_links=False)
                changed -= mentions_in(connection, changed, large)
            few = changed is not None and len(changed) <= MOST_CHANGED
            if only_near and not few:
                return None
            linked = _link_near(connection, changed, vocabulary) if changed is not None and few else None
        linked = linked or _link_everything(store, vocabulary, large)
        with change(store, who, "links between reports") as made:
            if newest(made.connection).n == linked.n:
                _keep(made, linked)
                keep_derived(made.connection, LINKS, made.n or linked.n, rules)
                return made.n


def relink_few(store: Store, vocabulary: Vocabulary, who: str, came: int) -> bool:
    """Look for reports of the same incidents, where few rows came; people confirm what is found. Gives whether."""
    if came > MOST_CHANGED:
        return False
    relink(store, vocabulary, who)
    return True


def linked_with() -> str:
    """The linker, its weights and the vocabularies, in short."""
    numbers = Path(weights.__file__).read_bytes()
    return f"{ORIGIN} {hashlib.sha256(numbers + vocabulary_bytes()).hexdigest()[:16]}"


def _link_everything(store: Store, vocabulary: Vocabulary, large: Collection[str]) -> Linked:
    state = read_state(store, without=large)
    effect = apply_decisions(state.records, state.decisions)
    pool = Pool(effect.records, vocabulary)
    _, links = link_touched(pool, None, effect.records.links, effect.apart)
    return Linked(state.n, links, None, None, pool.keys, _decided(state.decisions))


def _link_near(connection: Connection, changed: Collection[str], vocabulary: Vocabulary) -> Linked:
    """Link what the changed mentions may reach: read more until everything that has a say is there."""
    seeds = set(changed) | _mates(connection, changed) | _ends(connection, changed)
    core: set[str] = set(seeds)
    while True:
        state = state_near(connection, core, mates=True)
        effect = apply_decisions(state.records, state.decisions)
        pool = Pool(effect.records, vocabulary)
        touched, links = link_touched(pool, seeds, effect.records.links, effect.apart)
        beside = _in_blocks(connection, (block for key in touched for block in pool.keys[key].looks_in))
        mates = {other for key in touched for other in pool.of_document[pool.mentions[key].document_id]}
        wanted = touched | beside | mates
        if wanted <= core:
            reached, gone = frozenset(touched | seeds), frozenset(changed)
            return Linked(state.n, links, reached, gone, pool.keys, _decided(state.decisions))
        core |= wanted


def _mates(connection: Connection, mentions: Iterable[str]) -> set[str]:
    """The live mentions of the documents that these are or were in."""
    table, keys = KEPT["mentions"], sorted(mentions)
    documents: set[str] = set()
    for start in range(0, len(keys), MOST_IDS):
        part = table.c.id.in_(keys[start : start + MOST_IDS])
        documents |= set(connection.execute(select(table.c.document_id).where(part)).scalars())
    return {row["id"] for row in live_rows(connection, "mentions", "document_id", documents)}


def _ends(connection: Connection, mentions: Collection[str]) -> set[str]:
    """The mentions to which live links lead from these."""
    rows = [row for end in ("a", "b") for row in live_rows(connection, "links", end, mentions)]
    return {row[end] for row in rows for end in ("a", "b")}


def _in_blocks(connection: Connection, wanted: Iterable[tuple[object, ...]]) -> set[str]:
    texts = sorted({block_text(block) for block in wanted})
    found: set[str] = set()
    for start in range(0, len(texts), MOST_IDS):
        part = blocks.c.block.in_(texts[start : start + MOST_IDS])
        found |= set(connection.execute(select(blocks.c.mention_id).where(part)).scalars())
    return found


def _decided(decisions: Iterable[Decision]) -> frozenset[str]:
    return frozenset(decision.subject for decision in standing(decisions) if decision.subject.startswith("l-"))


def _keep(made: Change, linked: Linked) -> None:
    """Add the links that are new, end those that no longer hold, and keep the blocks."""
    table, wanted = KEPT["links"], [link_row(link) for link in linked.links]
    if linked.touched is None:
        live = select(table.c.id).where(table.c.withdrawn_in.is_(None), table.c.origin.startswith(FAMILY))
        held = set(made.connection.execute(live).scalars())
    else:
        rows = [row for end in ("a", "b") for row in made.live("links", end, linked.touched)]
        held = {row["id"] for row in rows if row["origin"].startswith(FAMILY)}
    made.put("links", wanted)
    made.withdraw("links", held - {row["id"] for row in wanted} - linked.decided)
    _keep_blocks(made.connection, linked)


def _keep_blocks(connection: Connection, linked: Linked) -> None:
    if linked.changed is None:
        connection.execute(delete(blocks))
    else:
        keys = sorted(linked.changed)
        for start in range(0, len(keys), MOST_IDS):
            connection.execute(delete(blocks).where(blocks.c.mention_id.in_(keys[start : start + MOST_IDS])))
    rows = [
        {"mention_id": key, "block": text}
        for key, found in linked.keys.items()
        if linked.changed is None or key in linked.changed
        for text in sorted({block_text(block) for block in found.found_in})
    ]
    if rows:
        connection.execute(insert(blocks), rows)
