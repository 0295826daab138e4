"""Step 7 for the data set that comes with the project: `data/incidents/*.jsonl` -> documents, mentions, claims, links.

One flat JSON object a line, told apart by `kind` (document, mention, claim, link) and joined by keys that a person
can read. Every fault names file, line and value; a faulty line is left out with all that hangs on it, and the rest
is used.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import orjson

from geo.datafiles import DATA_DIR, slug
from geo.districts import DistrictTable
from geo.errors import DataFileError, InputError
from geo.models import (
    ACTOR_FIELDS,
    ActorRef,
    Basis,
    Claim,
    Document,
    Link,
    Mention,
    Place,
    Records,
    Relation,
    Role,
    Stance,
    Value,
    make_claim,
    stable_id,
    value_from_json,
)
from geo.vocab import Vocabulary

INCIDENTS_DIR = DATA_DIR / "incidents"
ORIGIN = "curated"
NEAR_KM = 10.0  # radius of "near X" where a report gives no distance
REQUIRED_FIELDS = ("event_type", "date", "place")
MEMBERS = {
    "document": {"key", "publisher", "title", "url", "published", "language", "archived_url", "retracted"},
    "mention": {"key", "document", "role", "campaign"},
    "claim": {"mention", "field", "value", "speaker", "stance", "said_on"},
    "link": {"a", "b", "relation", "why"},
}

Geocode = Callable[[str, Sequence[str]], Place]


@dataclass(frozen=True, slots=True)
class Reference:
    """What curated values are checked against."""

    vocabulary: Vocabulary
    districts: DistrictTable
    geocode: Geocode


@dataclass(slots=True)
class _Reading:
    """State of reading one folder: records by key, and the faults so far."""

    reference: Reference
    documents: dict[str, Document] = field(default_factory=dict)
    mentions: dict[str, Mention] = field(default_factory=dict)
    claims: dict[str, list[Claim]] = field(default_factory=lambda: defaultdict(list))
    links: list[Link] = field(default_factory=list)
    lines: dict[str, tuple[Path, int]] = field(default_factory=dict)
    faults: list[DataFileError] = field(default_factory=list)


def read_curated(reference: Reference, folder: Path = INCIDENTS_DIR) -> tuple[Records, tuple[DataFileError, ...]]:
    """The sound records of all `*.jsonl` files of a folder, and what is wrong with the others."""
    reading = _Reading(reference)
    rows = [row for path in sorted(folder.glob("*.jsonl")) for row in _rows(path, reading.faults)]
    for kind, add in (
        ("document", _add_document),
        ("mention", _add_mention),
        ("claim", _add_claim),
        ("link", _add_link),
    ):
        for path, line, raw in rows:
            if raw["kind"] == kind:
                _guarded(add, reading, path, line, raw)
    complete = _complete_mentions(reading)
    records = Records(
        tuple(reading.documents.values()),
        tuple(reading.mentions[key] for key in complete),
        tuple(claim for key in complete for claim in reading.claims[key]),
        tuple(reading.links),
    )
    return records, tuple(sorted(reading.faults, key=lambda fault: (str(fault.path), fault.line or 0)))


def _rows(path: Path, faults: list[DataFileError]) -> Iterable[tuple[Path, int, dict[str, Any]]]:
    for line, raw in enumerate(path.read_bytes().splitlines(), start=1):
        if not raw.strip():
            continue
        try:
            row = orjson.loads(raw)
        except orjson.JSONDecodeError as error:
            faults.append(DataFileError(path, line, f"is not JSON ({error})"))
            continue
        kind = row.get("kind") if isinstance(row, dict) else None
        if kind not in MEMBERS:
            faults.append(DataFileError(path, line, f"kind {kind!r} is unknown; known: {', '.join(MEMBERS)}"))
            continue
        strange = set(row) - MEMBERS[kind] - {"kind"}
        if strange:
            faults.append(DataFileError(path, line, f"unknown member {', '.join(sorted(strange))!r} of a {kind}"))
            continue
        yield path, line, row


def _guarded(
    add: Callable[[_Reading, Path, int, dict[str, Any]], None],
    reading: _Reading,
    path: Path,
    line: int,
    raw: dict[str, Any],
) -> None:
    try:
        add(reading, path, line, raw)
    except DataFileError as fault:
        reading.faults.append(fault)
    except KeyError as error:
        reading.faults.append(DataFileError(path, line, f"member {error} is missing"))
    except (InputError, ValueError, TypeError) as error:
        reading.faults.append(DataFileError(path, line, str(error)))


def _new_key(reading: _Reading, path: Path, line: int, kind: str, key: str) -> None:
    held = reading.lines.setdefault(f"{kind} {key}", (path, line))
    if held != (path, line):
        raise DataFileError(path, line, f"{kind} {key!r} already stands in {held[0].name}:{held[1]}")


def _add_document(reading: _Reading, path: Path, line: int, raw: dict[str, Any]) -> None:
    key, url = str(raw["key"]), raw.get("url")
    _new_key(reading, path, line, "document", key)
    for address in (url, raw.get("archived_url")):
        if address is not None and not str(address).startswith(("https://", "http://")):
            raise InputError(f"address {address!r} must start with https:// or http://")
    reading.documents[key] = Document(
        id=stable_id("d", ORIGIN, key, url),
        publisher=reading.reference.vocabulary.publisher(str(raw["publisher"])).id,
        title=raw.get("title"),
        url=url,
        published=_day(raw.get("published")),
        language=raw.get("language", "en"),
        archived_url=raw.get("archived_url"),
        retracted=bool(raw.get("retracted", False)),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _held(records: Mapping[str, Any], kind: str, key: Any) -> Any:
    if key not in records:
        raise InputError(f"{kind} {key!r} doesn't exist, or has a fault of its own")
    return records[key]


def _add_mention(reading: _Reading, path: Path, line: int, raw: dict[str, Any]) -> None:
    key = str(raw["key"])
    _new_key(reading, path, line, "mention", key)
    document = _held(reading.documents, "document", raw["document"])
    reading.mentions[key] = Mention(
        id=stable_id("m", document.id, key),
        document_id=document.id,
        role=Role(raw["role"]),
        campaign=bool(raw.get("campaign", False)),
    )


def _add_claim(reading: _Reading, path: Path, line: int, raw: dict[str, Any]) -> None:  # noqa: ARG001
    mention = _held(reading.mentions, "mention", raw["mention"])
    if not raw["speaker"]:
        raise InputError("a claim needs a speaker")
    claim = make_claim(
        mention.document_id,
        mention.id,
        raw["field"],
        _value(raw["field"], raw["value"], reading.reference),
        speaker=_speaker_name(str(raw["speaker"]), reading.reference.vocabulary),
        stance=Stance(raw["stance"]),
        origin=ORIGIN,
        said_on=_day(raw.get("said_on")),
    )
    if any(other.id == claim.id for other in reading.claims[raw["mention"]]):
        raise InputError(f"the same claim on {claim.field!r} by {claim.speaker!r} stands twice")
    reading.claims[raw["mention"]].append(claim)


def _speaker_name(name: str, vocabulary: Vocabulary) -> str:
    """The display name of a listed actor or publisher; any other as given."""
    actor = vocabulary.actor(name)
    return actor.name if actor else vocabulary.publisher(name).name


def _value(claim_field: str, raw: Any, reference: Reference) -> Value:
    if claim_field in ACTOR_FIELDS:
        return _actor_value(claim_field, raw, reference.vocabulary)
    if claim_field == "event_type" and raw not in reference.vocabulary.event_types:
        raise InputError(f"event type {raw!r} is unknown; known: {', '.join(reference.vocabulary.event_types)}")
    if claim_field == "place":
        return _place_value(raw, reference)
    value = value_from_json(claim_field, raw)
    if value is None:
        raise InputError(f"a curated claim on {claim_field!r} needs a value")
    return value


def _actor_value(claim_field: str, raw: Mapping[str, str], vocabulary: Vocabulary) -> ActorRef:
    actor = vocabulary.actors.get(raw["actor"])
    if actor is None:
        raise InputError(f"actor {raw['actor']!r} is no id in actors.csv")
    return ActorRef(actor.id, actor.name, Basis(raw["basis"]) if claim_field == "perpetrator" else None)


def _place_value(raw: Mapping[str, Any], reference: Reference) -> Place:
    """A stated place, with the point of its name from the gazetteer where it is known so well.

    The curator states what the report says (districts, precision); the gazetteer must agree.
    """
    districts = tuple(sorted(str(name) for name in raw.get("districts") or ()))
    stated = Place(
        text=raw["text"],
        name=raw.get("name"),
        where_prec=int(raw["where_prec"]),
        districts=districts,
        province=raw.get("province", "Balochistan"),
        country=raw.get("country", "PK"),
    )
    if stated.country == "PK" and stated.province == "Balochistan":
        _check_districts(stated, reference.districts)
    if stated.where_prec > 2:
        return _as_area(stated)
    return _with_point(stated, raw.get("radius_km"), reference.geocode)


def _check_districts(place: Place, districts: DistrictTable) -> None:
    current = {district.name for district in districts.current()}
    for name in place.districts:
        if name not in current:
            raise InputError(f"district {name!r} is no current district of districts.csv")
    if place.where_prec in (1, 2, 3) and len(place.districts) == 0:
        raise InputError(f"where_prec {place.where_prec} needs a district")
    if place.where_prec in (4, 6, 7) and place.districts:
        raise InputError(f"where_prec {place.where_prec} has no district, but {', '.join(place.districts)} is given")


def _as_area(place: Place) -> Place:
    if place.where_prec == 3 and place.district and place.name is None:
        return replace(place, name=place.district, place_id=f"district:{slug(place.district)}")
    return place


def _with_point(stated: Place, radius_km: float | None, geocode: Geocode) -> Place:
    if stated.province != "Balochistan" or stated.country != "PK":
        return stated
    if not stated.name:
        raise InputError(f"where_prec {stated.where_prec} needs a `name` that the gazetteer can place")
    found = geocode(stated.name, stated.districts)
    if found.where_prec == 3:  # a name that the district shares with its town: a point was stated, so the town is meant
        found = geocode(f"{stated.name} town", stated.districts)
    if found.lat is None:
        raise InputError(f"the gazetteer has no point for {stated.name!r}; give where_prec 3, or add the place")
    if found.districts != stated.districts:
        raise InputError(f"{stated.name!r} is in {', '.join(found.districts)}, not in {', '.join(stated.districts)}")
    own = max(found.radius_km or 0.0, NEAR_KM) if stated.where_prec == 2 else found.radius_km
    return replace(
        stated,
        name=found.name,
        place_id=found.place_id,
        lat=found.lat,
        lon=found.lon,
        radius_km=radius_km if radius_km is not None else own,
    )


def _add_link(reading: _Reading, path: Path, line: int, raw: dict[str, Any]) -> None:  # noqa: ARG001
    a, b = (_held(reading.mentions, "mention", raw[end]) for end in ("a", "b"))
    if a == b:
        raise InputError(f"mention {raw['a']!r} is linked to itself")
    reading.links.append(Link(a.id, b.id, Relation(raw["relation"]), 1.0, (str(raw["why"]),), ORIGIN))


def _complete_mentions(reading: _Reading) -> list[str]:
    """Keys of the mentions that say what, when and where; the others are faults."""
    complete = []
    for key in reading.mentions:
        missing = [name for name in REQUIRED_FIELDS if name not in {claim.field for claim in reading.claims[key]}]
        if missing:
            path, line = reading.lines[f"mention {key}"]
            reading.faults.append(DataFileError(path, line, f"mention {key!r} has no claim on {', '.join(missing)}"))
        else:
            complete.append(key)
    return complete
