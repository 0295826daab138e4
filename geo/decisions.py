"""Step 8, first part: what people decided about links, applied to the links that were found. Pure.

A decision that another one undoes doesn't count; of several about one link the latest does. The found links stay
stored beside it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from geo.models import Decision, DecisionKind, Link, Relation
from geo.store.rows import link_id

OF_LINKS = (DecisionKind.ACCEPT, DecisionKind.REJECT, DecisionKind.LINK, DecisionKind.UNLINK)


def standing(decisions: Iterable[Decision]) -> tuple[Decision, ...]:
    """The decisions that nobody has undone, oldest first. Undoing an undoing brings the first back."""
    ordered = sorted(decisions, key=lambda decision: (decision.when, decision.id))
    undone: set[str] = set()
    for decision in reversed(ordered):
        if decision.undoes and decision.id not in undone:
            undone.add(decision.undoes)
    return tuple(decision for decision in ordered if decision.id not in undone and not decision.undoes)


def apply_decisions(links: Iterable[Link], decisions: Iterable[Decision]) -> tuple[Link, ...]:
    """The links that hold: accepted ones are certain, rejected and unlinked ones gone, a person's own added."""
    latest: dict[str, Decision] = {}
    for decision in standing(decisions):
        if decision.kind in OF_LINKS:
            latest[_subject(decision)] = decision
    held = {link_id(link.a, link.b, link.relation, link.origin): link for link in links}
    for key, decision in latest.items():
        link = _own_link(decision) if decision.kind is DecisionKind.LINK else held.get(key)
        if decision.kind in (DecisionKind.REJECT, DecisionKind.UNLINK):
            held.pop(key, None)
        elif link is not None:
            held[key] = replace(link, certain=True)
    return tuple(held[key] for key in sorted(held))


def _subject(decision: Decision) -> str:
    """The id of the link that a decision is about; a new link's is that of its ends."""
    if decision.kind is DecisionKind.LINK and isinstance(decision.after, dict):
        return link_id(decision.after["a"], decision.after["b"], decision.after["relation"], origin_of(decision))
    return decision.subject


def origin_of(decision: Decision) -> str:
    """How rows that a person makes name their origin."""
    return f"review:{decision.who}"


def _own_link(decision: Decision) -> Link | None:
    ends = decision.after
    if not isinstance(ends, dict):
        return None
    why = (decision.reason,) if decision.reason else ()
    return Link(ends["a"], ends["b"], Relation(ends["relation"]), 1.0, why, origin_of(decision))
