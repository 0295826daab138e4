"""Nouns to rows and back: what a table holds of a document, mention, claim, link or decision."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from geo.models import (
    Cited,
    Claim,
    DataSet,
    Decision,
    DecisionKind,
    Document,
    Link,
    Mention,
    Publisher,
    Relation,
    Role,
    Span,
    Stance,
    stable_id,
    value_as_json,
    value_from_json,
)

Row = dict[str, Any]
_DOCUMENT = ("id", "publisher", "title", "url", "published", "language", "text", "archived_url", "retracted", "dataset")
_PUBLISHER = ("id", "name", "country", "language", "camp_source", "home_page")
_DATASET = ("id", "name", "speaker", "licence", "licence_text", "citation", "redistribute", "whole", "url")
_DECISION = ("id", "subject", "before", "after", "who", "reason", "undoes")


def family(origin: str) -> str:
    """Who made a row, without the version or name: `rules@2` and `rules@1` are of one family."""
    return origin.partition("@")[0].partition(":")[0]


def publisher_row(publisher: Publisher) -> Row:
    return {name: getattr(publisher, name) for name in _PUBLISHER} | {"camp": str(publisher.camp)}


def document_row(document: Document, origin: str) -> Row:
    cites = [cited.as_json() for cited in document.cites] or None
    return {name: getattr(document, name) for name in _DOCUMENT} | {"origin": origin, "cites": cites}


def document_of(row: Mapping[str, Any]) -> Document:
    cites = tuple(Cited.from_json(cited) for cited in row["cites"] or ())
    return Document(**{name: row[name] for name in _DOCUMENT}, cites=cites)


def dataset_row(dataset: DataSet) -> Row:
    return {name: getattr(dataset, name) for name in _DATASET}


def dataset_of(row: Mapping[str, Any]) -> DataSet:
    return DataSet(**{name: row[name] for name in _DATASET})


def mention_row(mention: Mention, origin: str) -> Row:
    return {
        "id": mention.id,
        "document_id": mention.document_id,
        "role": str(mention.role),
        **_ends("trigger", mention.trigger),
        "campaign": mention.campaign,
        "origin": origin,
    }


def mention_of(row: Mapping[str, Any]) -> Mention:
    return Mention(row["id"], row["document_id"], Role(row["role"]), _span(row, "trigger"), row["campaign"])


def claim_row(claim: Claim) -> Row:
    return {
        "id": claim.id,
        "document_id": claim.document_id,
        "mention_id": claim.mention_id,
        "field": claim.field,
        "value": value_as_json(claim.value),
        "original": claim.original,
        **_ends("span", claim.span),
        "speaker": claim.speaker,
        **_ends("speaker", claim.speaker_span),
        "stance": str(claim.stance),
        "origin": claim.origin,
        "said_on": claim.said_on,
    }


def claim_of(row: Mapping[str, Any]) -> Claim:
    return Claim(
        id=row["id"],
        document_id=row["document_id"],
        mention_id=row["mention_id"],
        field=row["field"],
        value=value_from_json(row["field"], row["value"]),
        speaker=row["speaker"],
        stance=Stance(row["stance"]),
        origin=row["origin"],
        original=row["original"],
        span=_span(row, "span"),
        speaker_span=_span(row, "speaker"),
        said_on=row["said_on"],
    )


def link_id(a: str, b: str, relation: Relation | str, origin: str) -> str:
    """A link's id, the same for every version of the rules that find it; `same` and `related` know no direction."""
    ends = (a, b) if str(relation) == Relation.PART_OF else tuple(sorted((a, b)))
    return stable_id("l", *ends, relation, family(origin))


def link_row(link: Link) -> Row:
    return {
        "id": link_id(link.a, link.b, link.relation, link.origin),
        "a": link.a,
        "b": link.b,
        "relation": str(link.relation),
        "score": link.score,
        "why": list(link.why),
        "origin": link.origin,
        "certain": link.certain,
    }


def link_of(row: Mapping[str, Any]) -> Link:
    why = tuple(row["why"] or ())
    return Link(row["a"], row["b"], Relation(row["relation"]), row["score"], why, row["origin"], row["certain"])


def decision_row(decision: Decision) -> Row:
    kept = {name: getattr(decision, name) for name in _DECISION}
    return kept | {"kind": str(decision.kind), "made": decision.when}


def decision_of(row: Mapping[str, Any]) -> Decision:
    return Decision(**{name: row[name] for name in _DECISION}, kind=DecisionKind(row["kind"]), when=row["made"])


def _ends(name: str, span: Span | None) -> Row:
    return {f"{name}_start": span.start if span else None, f"{name}_end": span.end if span else None}


def _span(row: Mapping[str, Any], name: str) -> Span | None:
    start, end = row[f"{name}_start"], row[f"{name}_end"]
    return Span(start, end) if start is not None and end is not None else None
