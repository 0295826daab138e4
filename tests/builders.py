"""Small makers of records for tests: documents, mentions and claims with only what a test is about."""

from __future__ import annotations

from datetime import date

from geo.models import (
    ActorRef,
    Basis,
    Claim,
    CountRange,
    DateRange,
    Document,
    Link,
    Mention,
    Place,
    Relation,
    Role,
    Stance,
    Value,
    make_claim,
)


def day(text: str) -> date:
    return date.fromisoformat(text)


def document(key: str, publisher: str = "dawn", published: str | None = "2025-03-01", **more: object) -> Document:
    return Document(
        f"d-{key}",
        publisher,
        f"Title {key}",
        f"https://example.org/{key}",
        day(published) if published else None,
        **more,
    )  # type: ignore[arg-type]


def mention(key: str, document_key: str, **more: object) -> Mention:
    return Mention(f"m-{key}", f"d-{document_key}", Role.MAIN, **more)  # type: ignore[arg-type]


def claim(
    mention_key: str,
    document_key: str,
    field: str,
    value: Value,
    speaker: str = "police",
    stance: Stance = Stance.OFFICIAL_STATEMENT,
    said_on: str | None = None,
    origin: str = "curated",
) -> Claim:
    return make_claim(
        f"d-{document_key}",
        f"m-{mention_key}",
        field,
        value,
        speaker=speaker,
        stance=stance,
        origin=origin,
        said_on=day(said_on) if said_on else None,
    )


def same(a: str, b: str, relation: Relation = Relation.SAME, certain: bool = True) -> Link:
    return Link(f"m-{a}", f"m-{b}", relation, 1.0, ("test",), "curated", certain)


def count(number: int) -> CountRange:
    return CountRange.exactly(number)


def at_least(number: int) -> CountRange:
    return CountRange(number, number, None)


def on(text: str) -> DateRange:
    return DateRange.on(day(text))


def in_district(name: str) -> Place:
    return Place(f"{name} district", name, f"district:{name.lower()}", 3, (name,), "Balochistan", "PK")


def at_point(name: str, district: str, lat: float, lon: float, where_prec: int = 1) -> Place:
    return Place(name, name, name.lower(), where_prec, (district,), "Balochistan", "PK", lat, lon, 2.0)


def by(actor: str, basis: Basis, name: str | None = None) -> ActorRef:
    return ActorRef(actor, name or actor, basis)
