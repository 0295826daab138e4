"""Step 8 for a store: incidents of its state, and the proof that their estimates can be rebuilt to the same value.

The estimates kept in the store are derived: they name the change and the rules that they come from, and are compared
with what the rows give now.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, insert, select

from geo.assemble import assemble
from geo.datafiles import vocabulary_bytes
from geo.decisions import apply_decisions
from geo.estimate import RULE_SET
from geo.link import FAMILY, link_all
from geo.models import Incident, Records, value_as_json
from geo.store.check import check_rows
from geo.store.engine import Store
from geo.store.read import State, newest, read_state
from geo.store.rows import link_row
from geo.store.schema import KEPT, estimates
from geo.store.write import change
from geo.vocab import Vocabulary

MOST_FAULTS = 100

Derived = dict[tuple[str, str], tuple[Any, str]]


def derived_with() -> str:
    """The estimate rules and vocabularies, in short."""
    return hashlib.sha256(RULE_SET.encode() + vocabulary_bytes()).hexdigest()[:16]


def decided(state: State) -> Records:
    """The records of a state with what people decided about its links."""
    records = state.records
    links = apply_decisions(records.links, state.decisions)
    return Records(records.documents, records.mentions, records.claims, links)


def incidents_of(records: Records, vocabulary: Vocabulary) -> tuple[Incident, ...]:
    return assemble(records.documents, records.mentions, records.claims, records.links, vocabulary)


def derive(records: Records, vocabulary: Vocabulary) -> Derived:
    """Every estimate's value and rule by incident and field."""
    return {
        (incident.id, name): (value_as_json(estimate.value), estimate.rule)
        for incident in incidents_of(records, vocabulary)
        for name, estimate in incident.estimates.items()
    }


def relink(store: Store, vocabulary: Vocabulary, who: str) -> int | None:
    """Let the machine's links be those of all that is stored now; gives the change, None where nothing changed.

    Links that people or curated files made are kept to. Linking takes a while, so it is done before the writers' lock
    is taken, and again when others have written meanwhile.
    """
    while True:
        state = read_state(store)
        wanted = [link_row(link) for link in link_all(decided(state), vocabulary)]
        with change(store, who, "links between reports") as made:
            if newest(made.connection).n != state.n:
                continue
            table = KEPT["links"]
            live = select(table.c.id).where(table.c.withdrawn_in.is_(None), table.c.origin.startswith(FAMILY))
            held = set(made.connection.execute(live).scalars())
            made.put("links", wanted)
            made.withdraw("links", held - {row["id"] for row in wanted})
            return made.n


def rebuild(store: Store, vocabulary: Vocabulary) -> int:
    """Derive all estimates anew from what is stored and keep them; gives how many there are."""
    state = read_state(store)
    derived, rules = derive(decided(state), vocabulary), derived_with()
    with store.writing() as connection:
        held = connection.execute(select(func.max(estimates.c.derived_at))).scalar() or 0
        if held > state.n:  # another process was quicker, with more
            return len(derived)
        connection.execute(delete(estimates))
        if derived:
            rows = [
                {"incident_id": key, "field": name, "value": value, "rule": rule}
                | {"derived_at": state.n, "derived_with": rules}
                for (key, name), (value, rule) in sorted(derived.items())
            ]
            connection.execute(insert(estimates), rows)
    return len(derived)


@dataclass(frozen=True, slots=True)
class Proof:
    """What was proved of the estimates: faults, and what a reader should know beside them."""

    proved: int
    faults: tuple[str, ...]
    notes: tuple[str, ...]


def check(store: Store, vocabulary: Vocabulary) -> Proof:
    """Prove the rows, and then the estimates; these can't be derived from unsound rows."""
    faults = check_rows(store)
    return Proof(0, faults, ()) if faults else check_estimates(store, vocabulary)


def check_estimates(store: Store, vocabulary: Vocabulary) -> Proof:
    """Rebuild the kept estimates from the state that they name, in another order of rows, and compare."""
    with store.reading() as connection:
        rows = [dict(row) for row in connection.execute(select(estimates)).mappings()]
    kept: Derived = {(row["incident_id"], row["field"]): (row["value"], row["rule"]) for row in rows}
    state_now = read_state(store)
    at = {row["derived_at"] for row in rows}
    faults = _order_faults(state_now, vocabulary)
    if len(at) > 1:
        return Proof(0, (*faults, "estimates: they come from several changes: run `store rebuild`"), ())
    since = at.pop() if at else None
    if since is None:
        notes = ("estimates: none kept yet: run `store rebuild`",) if state_now.records.mentions else ()
        return Proof(0, faults, notes)
    if {row["derived_with"] for row in rows} != {derived_with()}:
        return Proof(0, faults, ("estimates: kept under other rules or vocabularies: run `store rebuild`",))
    state = state_now if since == state_now.n else read_state(store, since)
    faults += _differences(kept, derive(decided(state), vocabulary))
    behind = (f"estimates: kept at change {since}, the newest is {state_now.n}",) if since != state_now.n else ()
    return Proof(len(kept), faults[:MOST_FAULTS], behind)


def _order_faults(state: State, vocabulary: Vocabulary) -> tuple[str, ...]:
    """The estimates must not hang on the order in which rows are read."""
    records = decided(state)
    turned = Records(records.documents[::-1], records.mentions[::-1], records.claims[::-1], records.links[::-1])
    return _differences(derive(records, vocabulary), derive(turned, vocabulary))


def _differences(kept: Derived, rebuilt: Derived) -> tuple[str, ...]:
    return tuple(
        f"estimates {key[0]} {key[1]}: kept as {kept.get(key)}, rebuilt as {rebuilt.get(key)}"
        for key in sorted(kept.keys() | rebuilt.keys())
        if kept.get(key) != rebuilt.get(key)
    )
