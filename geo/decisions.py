"""Step 8, first part: what people decided, applied to what was found. Pure.

A decision that another one undoes doesn't count; of several about one thing the latest does. What was found stays
stored beside it. Decisions act on mentions, claims and links, never on incidents: these follow from them.

- A rejected mention is left out with its claims and links; an accepted or corrected one is marked `reviewed`.
- A correction replaces, drops or adds a claim.
- Merged incidents are joined by a link of the person's own; split ones, and the ends of a rejected link, stay apart:
  the links that would join them are cut, the weakest first, whatever path they take.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import Any

from geo.link.groups import group
from geo.models import (
    Apart,
    Claim,
    Decision,
    DecisionKind,
    Link,
    Mention,
    Records,
    Relation,
    Span,
    Stance,
    value_from_json,
)
from geo.store.rows import link_id

JOINING = (DecisionKind.ACCEPT, DecisionKind.LINK, DecisionKind.MERGE)
PARTING = (DecisionKind.REJECT, DecisionKind.UNLINK)
OF_PERSONS, OF_OTHERS = 3.0, 2.0  # strength of a link when some must be cut; a score of the machine is at most 1


@dataclass(frozen=True, slots=True)
class Effect:
    """What holds after the decisions, and which pairs people keep apart."""

    records: Records
    apart: Apart


def standing(decisions: Iterable[Decision]) -> tuple[Decision, ...]:
    """The decisions that nobody has undone, oldest first. Undoing an undoing brings the first back."""
    ordered = sorted(decisions, key=lambda decision: (decision.when, decision.id))
    undone = undone_ids(ordered)
    return tuple(decision for decision in ordered if decision.id not in undone and not decision.undoes)


def undone_ids(decisions: Iterable[Decision]) -> frozenset[str]:
    """The decisions, undoings among them, that were taken back and weren't brought back."""
    undone: set[str] = set()
    for decision in sorted(decisions, key=lambda decision: (decision.when, decision.id), reverse=True):
        if decision.undoes and decision.id not in undone:
            undone.add(decision.undoes)
    return frozenset(undone)


def apply_decisions(records: Records, decisions: Iterable[Decision]) -> Effect:
    """The records as people left them. The order of rows and decisions changes nothing."""
    told = standing(decisions)
    if not told:
        return Effect(records, frozenset())
    rejected, looked_at = _verdicts(told)
    known = tuple(mention for mention in records.mentions if mention.id not in rejected)
    there = {mention.id for mention in known}
    claims, corrected = corrected_claims((claim for claim in records.claims if claim.mention_id in there), told, there)
    reviewed = looked_at | corrected
    mentions = tuple(_marked(mention, reviewed) for mention in known)
    links, apart = _links(records.links, told, there)
    return Effect(Records(records.documents, mentions, claims, links), apart)


def touched(decision: Decision) -> frozenset[str]:
    """The ids of mentions, links and claims that a decision is about: only their incidents can change by it."""
    return frozenset(_ids(decision))


def _ids(decision: Decision) -> Iterator[str]:
    yield decision.subject
    for side in (decision.before, decision.after):
        if isinstance(side, dict):
            for name in ("id", "mention_id", "a", "b", "moved", "rest"):
                value = side.get(name)
                yield from [value] if isinstance(value, str) else value or ()


def origin_by(who: str) -> str:
    """How rows that a person makes name their origin."""
    return f"review:{who}"


# --- mentions and claims ------------------------------------------------------------------------------------------


def _verdicts(told: Iterable[Decision]) -> tuple[set[str], set[str]]:
    """The subjects that were rejected, and those that were accepted; the latest word counts."""
    latest = {d.subject: d.kind for d in told if d.kind in (DecisionKind.ACCEPT, DecisionKind.REJECT)}
    rejected = {key for key, kind in latest.items() if kind is DecisionKind.REJECT}
    return rejected, set(latest) - rejected


def _marked(mention: Mention, reviewed: Collection[str]) -> Mention:
    return replace(mention, reviewed=True) if mention.id in reviewed else mention


def corrected_claims(
    claims: Iterable[Claim], told: Iterable[Decision], mentions: Collection[str]
) -> tuple[tuple[Claim, ...], set[str]]:
    """The claims after the corrections, and the mentions that were corrected.

    What a person said instead of a claim holds on when the machine doesn't read that claim any more.
    """
    held = {claim.id: claim for claim in claims}
    corrected: set[str] = set()
    for decision in told:
        before, after = decision.before, decision.after
        if decision.kind is not DecisionKind.CORRECT or (before or after or {}).get("mention_id") not in mentions:
            continue
        if before is not None and held.pop(decision.subject, None) is None and after is None:
            continue
        if after is not None:
            claim = claim_from_json(after)
            held[claim.id] = claim
        corrected.add((before or after)["mention_id"])
    return tuple(held.values()), corrected


def claim_as_json(claim: Claim) -> dict[str, Any]:
    """The claim as a decision keeps it: as `extract` prints it, with what it belongs to."""
    return claim.as_json() | {"document_id": claim.document_id, "mention_id": claim.mention_id}


def claim_from_json(raw: Mapping[str, Any]) -> Claim:
    """The claim that a decision keeps."""
    span, speaker_span, said_on = raw.get("span"), raw.get("speaker_span"), raw.get("said_on")
    return Claim(
        id=raw["id"],
        document_id=raw["document_id"],
        mention_id=raw["mention_id"],
        field=raw["field"],
        value=value_from_json(raw["field"], raw["value"]),
        speaker=raw["speaker"],
        stance=Stance(raw["stance"]),
        origin=raw["origin"],
        original=raw.get("original"),
        span=Span(*span) if span else None,
        speaker_span=Span(*speaker_span) if speaker_span else None,
        said_on=date.fromisoformat(said_on) if said_on else None,
    )


# --- links --------------------------------------------------------------------------------------------------------


def _links(found: Iterable[Link], told: Sequence[Decision], there: Collection[str]) -> tuple[tuple[Link, ...], Apart]:
    """The links that hold, in the order of their ids, and the pairs that are kept apart."""
    stored = {id_of(link): link for link in found if link.a in there and link.b in there}
    held = dict(stored)
    strength: dict[str, float] = {}
    parted: dict[tuple[str, str, Relation], bool] = {}
    for number, decision in enumerate(told):
        parted.update(_words(decision, stored))
        if decision.kind in PARTING:
            held.pop(decision.subject, None)
        for key, link in _own_links(decision, stored, there):
            held[key] = link
            strength[key] = OF_PERSONS + number
    apart = frozenset(pair for pair, is_apart in parted.items() if is_apart)
    kept = cut({key: held[key] for key in sorted(held)}, strength, apart)
    return tuple(kept), apart


def id_of(link: Link) -> str:
    return link_id(link.a, link.b, link.relation, link.origin)


def _pair(a: str, b: str, relation: Relation = Relation.SAME) -> tuple[str, str, Relation]:
    return (a, b, relation) if relation is Relation.PART_OF or a < b else (b, a, relation)


def _words(decision: Decision, stored: Mapping[str, Link]) -> Iterator[tuple[tuple[str, str, Relation], bool]]:
    """What a decision says of pairs: apart, or together."""
    after = decision.after if isinstance(decision.after, dict) else {}
    if decision.kind is DecisionKind.SPLIT:
        yield from ((_pair(a, b), True) for a in after["moved"] for b in after["rest"])
    elif decision.kind is DecisionKind.MERGE:
        yield from ((_pair(a, b), False) for a in decision.before["a"] for b in decision.before["b"])
    elif link := _link_meant(decision, stored):
        yield _pair(link.a, link.b, link.relation), decision.kind in PARTING


def _link_meant(decision: Decision, stored: Mapping[str, Link]) -> Link | None:
    """The link that a decision is about: as stored, or as the decision keeps it."""
    if decision.kind is DecisionKind.CORRECT:
        return None
    kept = decision.after if decision.kind in (DecisionKind.LINK, DecisionKind.MERGE) else decision.before
    if isinstance(kept, dict) and "relation" in kept:
        return link_from_json(kept)
    return stored.get(decision.subject)


def link_as_json(link: Link) -> dict[str, Any]:
    """The link as a decision keeps it."""
    return {
        "a": link.a,
        "b": link.b,
        "relation": str(link.relation),
        "score": link.score,
        "why": list(link.why),
        "origin": link.origin,
        "certain": link.certain,
    }


def link_from_json(raw: Mapping[str, Any]) -> Link:
    """The link that a decision keeps."""
    why, origin = tuple(raw.get("why") or ()), raw.get("origin") or "review"
    return Link(
        raw["a"], raw["b"], Relation(raw["relation"]), raw.get("score", 1.0), why, origin, raw.get("certain", True)
    )


def _own_links(decision: Decision, stored: Mapping[str, Link], there: Collection[str]) -> Iterator[tuple[str, Link]]:
    """The links that a decision makes certain, with the ids under which they are held.

    What a split leaves together on either side stays so, though the links that joined it may have led across.
    """
    if decision.kind is DecisionKind.SPLIT:
        for side in ("moved", "rest"):
            left = sorted(key for key in decision.after[side] if key in there)
            for a, b in pairwise(left):
                chain = Link(a, b, Relation.SAME, 1.0, ("left together by a person",), origin_by(decision.who))
                yield id_of(chain), chain
    elif decision.kind in JOINING and (link := _link_meant(decision, stored)) and link.a in there and link.b in there:
        why = link.why or ((decision.reason,) if decision.reason else ())
        made = replace(link, certain=True, why=why, origin=origin_by(decision.who))
        own = decision.kind is not DecisionKind.ACCEPT
        yield id_of(made) if own else decision.subject, made


def cut(links: Mapping[str, Link], strength: Mapping[str, float], apart: Apart) -> list[Link]:
    """The links without those that would bring together what is kept apart, by any path.

    The strongest are taken first: people's, the newest before older ones, then curated ones, then the machine's by
    score; each that would join a pair that is kept apart is left out. So the cut hangs on no order of input.
    """
    barred = {frozenset(pair[:2]) for pair in apart if pair[2] is Relation.SAME}
    parts = {pair for pair in apart if pair[2] is not Relation.SAME}
    kept = {key: link for key, link in links.items() if _pair(link.a, link.b, link.relation) not in parts}
    joining = {key: link for key, link in kept.items() if link.certain and link.relation is Relation.SAME}
    reached = _reached({key for pair in barred for key in pair}, joining.values())
    near = {key: link for key, link in joining.items() if link.a in reached}
    edges = [(_strength(key, x, strength), min(x.a, x.b), max(x.a, x.b)) for key, x in near.items()]
    ends = {key for link in near.values() for key in (link.a, link.b)}
    made = group(ends, (), edges, lambda a, b: "kept apart" if frozenset((a, b)) in barred else None).group
    lost = {key for key, link in near.items() if made[link.a] != made[link.b]}
    return [link for key, link in kept.items() if key not in lost]


def _strength(key: str, link: Link, strength: Mapping[str, float]) -> float:
    found = strength.get(key)
    if found is not None:
        return found
    return link.score if link.origin.startswith("link@") else OF_OTHERS


def _reached(seeds: Collection[str], links: Iterable[Link]) -> set[str]:
    """All mentions that links join with any of these."""
    if not seeds:
        return set()
    beside: dict[str, list[str]] = defaultdict(list)
    for link in links:
        beside[link.a].append(link.b)
        beside[link.b].append(link.a)
    found: set[str] = set()
    waiting = list(seeds)
    while waiting:
        key = waiting.pop()
        if key not in found:
            found.add(key)
            waiting += beside[key]
    return found
