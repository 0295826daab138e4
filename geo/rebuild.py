"""Step 8 for a store: incidents of its state, and the proof that their estimates can be rebuilt to the same value.

The estimates kept in the store are derived: they name the change and the rules that they come from, and are compared
with what the rows give now.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import delete, insert, select

from geo.assemble import assemble
from geo.check_decisions import faults_of_decisions, notes_on_decisions
from geo.datafiles import vocabulary_bytes
from geo.decisions import apply_decisions
from geo.estimate import RULE_SET
from geo.models import Incident, Records, value_as_json
from geo.near import changed_mentions, state_near
from geo.relink import relink
from geo.store.check import check_rows
from geo.store.derived import Derived as Since
from geo.store.derived import derived_state, keep_derived
from geo.store.engine import Store
from geo.store.read import MOST_IDS, State, read_state
from geo.store.schema import estimates
from geo.vocab import Vocabulary

__all__ = ["check", "decided", "incidents_of", "rebuild", "refresh", "relink"]
MOST_FAULTS = 100

ESTIMATES = "estimates"
MOST_CHANGED = 2000  # mentions; of more, everything is derived anew

Derived = dict[tuple[str, str], tuple[Any, str]]


def derived_with() -> str:
    """The estimate rules and vocabularies, in short."""
    return hashlib.sha256(RULE_SET.encode() + vocabulary_bytes()).hexdigest()[:16]


def decided(state: State) -> Records:
    """The records of a state as people's decisions left them."""
    return apply_decisions(state.records, state.decisions).records


def incidents_of(records: Records, vocabulary: Vocabulary) -> tuple[Incident, ...]:
    return assemble(records.documents, records.mentions, records.claims, records.links, vocabulary)


def derive(records: Records, vocabulary: Vocabulary) -> Derived:
    """Every estimate's value and rule by incident and field."""
    return {
        (incident.id, name): (value_as_json(estimate.value), estimate.rule)
        for incident in incidents_of(records, vocabulary)
        for name, estimate in incident.estimates.items()
    }


def rebuild(store: Store, vocabulary: Vocabulary) -> int:
    """Derive all estimates anew from what is stored and keep them; gives how many there are."""
    state = read_state(store)
    derived = derive(decided(state), vocabulary)
    _keep(store, derived, state.n, None, None)
    return len(derived)


def refresh(store: Store, vocabulary: Vocabulary) -> None:
    """Let the kept estimates be those of what is stored now, by deriving anew those that a change may have touched."""
    rules = derived_with()
    while True:
        with store.reading() as connection:
            since = derived_state(connection, ESTIMATES)
            changed = changed_mentions(connection, since.n) if since and since.rules == rules else None
            state = state_near(connection, changed) if changed is not None and len(changed) <= MOST_CHANGED else None
        if since is None or changed is None or state is None:
            rebuild(store, vocabulary)
            return
        members = changed | {mention.id for mention in state.records.mentions}
        if _keep(store, derive(decided(state), vocabulary), state.n, members, since):
            return


def _keep(store: Store, found: Derived, n: int, members: Collection[str] | None, since: Since | None) -> bool:
    """Keep estimates; gives whether that was still the thing to do.

    Args:
        members: Whose incidents' estimates these are; None for all.
        since: Up to where the others were derived; if that is no longer so, nothing is kept.
    """
    rules = derived_with()
    with store.writing() as connection:
        held = derived_state(connection, ESTIMATES)
        if held is not None and held.rules == rules and held.n > n:  # another process was quicker, with more
            return True
        if members is None:
            connection.execute(delete(estimates))
        elif held != since:
            return False
        else:
            keys = sorted(members)
            for start in range(0, len(keys), MOST_IDS):
                part = estimates.c.incident_id.in_(keys[start : start + MOST_IDS])
                connection.execute(delete(estimates).where(part))
        rows = [
            {"incident_id": key, "field": name, "value": value, "rule": rule, "derived_at": n, "derived_with": rules}
            for (key, name), (value, rule) in sorted(found.items())
        ]
        if rows:
            connection.execute(insert(estimates), rows)
        keep_derived(connection, ESTIMATES, n, rules)
    return True


@dataclass(frozen=True, slots=True)
class Proof:
    """What was proved of the estimates: faults, and what a reader should know beside them."""

    proved: int
    faults: tuple[str, ...]
    notes: tuple[str, ...]


def check(store: Store, vocabulary: Vocabulary) -> Proof:
    """Prove the rows, then the decisions, and then the estimates; these can't be derived from unsound ones."""
    faults = check_rows(store)
    if faults:
        return Proof(0, faults, ())
    state = read_state(store)
    faults = tuple(islice(faults_of_decisions(state), MOST_FAULTS))
    if faults:
        return Proof(0, faults, ())
    proof = check_estimates(store, vocabulary)
    return Proof(proof.proved, proof.faults, (*proof.notes, *notes_on_decisions(state)))


def check_estimates(store: Store, vocabulary: Vocabulary) -> Proof:
    """Rebuild the kept estimates from the state that they name, in another order of rows, and compare."""
    with store.reading() as connection:
        rows = [dict(row) for row in connection.execute(select(estimates)).mappings()]
        since = derived_state(connection, ESTIMATES)
    kept: Derived = {(row["incident_id"], row["field"]): (row["value"], row["rule"]) for row in rows}
    state_now = read_state(store)
    faults = _order_faults(state_now, vocabulary)
    if since is None:
        notes = ("estimates: none kept yet: run `store rebuild`",) if state_now.records.mentions else ()
        return Proof(0, faults, notes)
    if since.rules != derived_with():
        return Proof(0, faults, ("estimates: kept under other rules or vocabularies: run `store rebuild`",))
    state = state_now if since.n == state_now.n else read_state(store, since.n)
    faults += _differences(kept, derive(decided(state), vocabulary))
    behind = (f"estimates: kept at change {since.n}, the newest is {state_now.n}",) if since.n != state_now.n else ()
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
