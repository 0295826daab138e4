"""The nouns of the project, frozen: what every stage takes and gives. Imports nothing of ours but `errors`.

A *document* holds *mentions* (its account of one incident); a mention holds *claims* (one field, one value, said by
one speaker). *Links* join mentions of one happening into an *incident*, whose *estimates* are derived by a stated
rule. Terms and codes follow the project's codebook (UCDP GED for `where_prec` and `date_prec`).
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from geo.errors import InputError

GROUPS = ("total", "militants", "security", "civilians")
COUNT_FIELDS = (
    *(f"killed.{group}" for group in GROUPS),
    *(f"injured.{group}" for group in GROUPS),
    "abducted.total",
    "arrested.total",
)
ACTOR_FIELDS = ("perpetrator", "target", "involved")  # involved: a side of the fighting, no culprit
CLAIM_FIELDS = ("event_type", "date", "place", *COUNT_FIELDS, *ACTOR_FIELDS)
UNKNOWN_ACTOR = "unknown"


class Stance(StrEnum):
    """How a speaker stands to what is said."""

    SELF_CLAIM = "self_claim"
    OFFICIAL_STATEMENT = "official_statement"
    ACCUSATION = "accusation"
    DENIAL = "denial"
    WITNESS = "witness"
    MEDIA_REPORT = "media_report"
    INFERENCE = "inference"


class Basis(StrEnum):
    """On whose word an actor is named as the perpetrator (`perpetrator_basis`)."""

    CLAIMED_BY_GROUP = "claimed_by_group"
    ATTRIBUTED_BY_AUTHORITIES = "attributed_by_authorities"
    ATTRIBUTED_BY_OTHERS = "attributed_by_others"
    ATTRIBUTED_BY_MEDIA = "attributed_by_media"
    DENIED = "denied"
    UNKNOWN = "unknown"


class Camp(StrEnum):
    """The side from which a speaker or publisher speaks."""

    STATE = "state"
    ARMED_GROUP = "armed_group"
    NATIONAL_PRESS = "national_press"
    INTERNATIONAL = "international"
    LOCAL_CIVIL = "local_civil"
    DATA_SET = "data_set"
    UNKNOWN = "unknown"


class Role(StrEnum):
    """Whether a document is about the incident or recalls it."""

    MAIN = "main"
    BACKGROUND = "background"


class Relation(StrEnum):
    """What a link says of its two mentions (`part_of`: the first is part of the second, a campaign)."""

    SAME = "same"
    PART_OF = "part_of"
    RELATED = "related"


class DecisionKind(StrEnum):
    """What a person decided."""

    ACCEPT = "accept"
    CORRECT = "correct"
    MERGE = "merge"
    SPLIT = "split"
    REJECT = "reject"
    LINK = "link"
    UNLINK = "unlink"


class Review(StrEnum):
    """Who has looked at an incident."""

    CURATED = "curated"
    REVIEWED = "reviewed"
    UNREVIEWED = "unreviewed"
    IMPORTED = "imported"


_quoted = json.encoder.encode_basestring
# Of a value that no words give, for its claim's id.
sorted_json = json.JSONEncoder(ensure_ascii=False, sort_keys=True).encode


def stable_id(prefix: str, *parts: object) -> str:
    """An id that the same parts give on every machine: `prefix-` and 16 hexadecimal digits of a SHA-256."""
    # A JSON list of strings, written out: the encoder's set-up costs more than the list.
    raw = f"[{', '.join(['null' if part is None else _quoted(str(part)) for part in parts])}]"
    return f"{prefix}-{hashlib.sha256(raw.encode()).hexdigest()[:16]}"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Characters `start` to `end` (exclusive) of a document's text."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise InputError(f"a span must have 0 <= start < end, not {self.start}, {self.end}")

    def as_json(self) -> list[int]:
        return [self.start, self.end]


@dataclass(frozen=True, slots=True)
class CountRange:
    """A number of people as it was told; None is an open bound, or for `best` no number at all.

    Raises:
        InputError: unless low <= best <= high holds among the given values, and none is negative.
    """

    low: int | None
    best: int | None
    high: int | None

    def __post_init__(self) -> None:
        given = [value for value in (self.low, self.best, self.high) if value is not None]
        if not given or given != sorted(given) or given[0] < 0:
            raise InputError(f"a count needs 0 <= low <= best <= high, not {self.low}, {self.best}, {self.high}")

    @classmethod
    def exactly(cls, number: int) -> CountRange:
        return cls(number, number, number)

    def overlaps(self, other: CountRange) -> bool:
        """Whether one number could satisfy both; an open bound excludes nothing."""
        return _not_above(self.low, other.high) and _not_above(other.low, self.high)

    def as_json(self) -> dict[str, int | None]:
        return {"low": self.low, "best": self.best, "high": self.high}

    @classmethod
    def from_json(cls, raw: dict[str, Any]) -> CountRange:
        return cls(raw.get("low"), raw.get("best"), raw.get("high"))


def _not_above(low: int | None, high: int | None) -> bool:
    return low is None or high is None or low <= high


@dataclass(frozen=True, slots=True)
class DateRange:
    """First and last possible or actual day, and how well they are known (UCDP `date_prec`, 0 = unknown).

    Precision is uncertainty, not length: a siege known to last three days has precision 1.
    """

    first: date | None
    last: date | None
    prec: int

    def __post_init__(self) -> None:
        if self.prec not in range(6):
            raise InputError(f"date_prec must be 0 to 5, not {self.prec}")
        if (self.first is None) != (self.last is None) or (self.first is None and self.prec != 0):
            raise InputError("a date range has both ends, or none and precision 0")
        if self.first is not None and self.last is not None and self.first > self.last:
            raise InputError(f"a date range must not end before it starts: {self.first}, {self.last}")

    @classmethod
    def on(cls, day: date) -> DateRange:
        return cls(day, day, 1)

    @classmethod
    def unknown(cls) -> DateRange:
        return cls(None, None, 0)

    def contains(self, other: DateRange) -> bool:
        """Whether the other range lies within this one; an unknown date contains every date."""
        if self.first is None or self.last is None:
            return True
        if other.first is None or other.last is None:
            return False
        return self.first <= other.first and other.last <= self.last

    def as_json(self) -> dict[str, Any]:
        return {
            "first": self.first.isoformat() if self.first else None,
            "last": self.last.isoformat() if self.last else None,
            "prec": self.prec,
        }

    @classmethod
    def from_json(cls, raw: dict[str, Any]) -> DateRange:
        first, last = raw.get("first"), raw.get("last")
        return cls(
            date.fromisoformat(first) if first else None,
            date.fromisoformat(last) if last else None,
            int(raw.get("prec", 0)),
        )


@dataclass(frozen=True, slots=True)
class Candidate:
    """One place that a name may mean; `score` is 0 to 1, `district` a canonical name or None."""

    place_id: str
    name: str
    district: str | None
    score: float

    def as_json(self) -> dict[str, Any]:
        return {"place_id": self.place_id, "name": self.name, "district": self.district, "score": self.score}


@dataclass(frozen=True, slots=True)
class Place:
    """Where something happened, as far as it is known.

    Attributes:
        text: The words that were read.
        name: Canonical name of what they mean; None when unknown or ambiguous.
        place_id: Slug in the gazetteer (`district:kalat` for a district); None when unknown or ambiguous.
        where_prec: 1 exact, 2 within about 25 km, 3 district, 4 province or ambiguous, 5 linear or several
            districts, 6 country, 7 sea or air.
        districts: Canonical district names, sorted; empty when ambiguous, unknown or outside.
        province, country: Name, and ISO 3166-1 alpha-2 code; None when unknown.
        lat, lon, radius_km: WGS84 degrees and kilometres, for where_prec 1 and 2 only.
        candidates: What an ambiguous name may mean, best first; one for a clear one.
        note: A remark for the reader ("unusual spelling of Kech; Kachhi is near in spelling").
    """

    text: str
    name: str | None = None
    place_id: str | None = None
    where_prec: int = 4
    districts: tuple[str, ...] = ()
    province: str | None = None
    country: str | None = None
    lat: float | None = None
    lon: float | None = None
    radius_km: float | None = None
    candidates: tuple[Candidate, ...] = ()
    note: str | None = None

    def __post_init__(self) -> None:
        if self.where_prec not in range(1, 8):
            raise InputError(f"where_prec must be 1 to 7, not {self.where_prec}")
        if (self.lat is None) != (self.lon is None):
            raise InputError("a point needs both lat and lon")

    @property
    def district(self) -> str | None:
        """The one district, or None where there is none or several."""
        return self.districts[0] if len(self.districts) == 1 else None

    def as_json(self) -> dict[str, Any]:
        return {
            "text": self.text,
            "name": self.name,
            "place_id": self.place_id,
            "where_prec": self.where_prec,
            "district": self.district,
            "districts": list(self.districts),
            "province": self.province,
            "country": self.country,
            "lat": self.lat,
            "lon": self.lon,
            "radius_km": self.radius_km,
            "candidates": [candidate.as_json() for candidate in self.candidates] if self.candidates else [],
            "note": self.note,
        }

    @classmethod
    def from_json(cls, raw: dict[str, Any]) -> Place:
        known = {key: raw[key] for key in cls.__slots__ if key in raw}
        known["districts"] = tuple(raw.get("districts") or ())
        known["candidates"] = tuple(Candidate(**candidate) for candidate in raw.get("candidates") or ())
        return cls(**known)


@dataclass(frozen=True, slots=True)
class ActorRef:
    """The value of a perpetrator or target claim: an actor's id, its name, and for a perpetrator the basis."""

    actor: str
    name: str
    basis: Basis | None = None

    def as_json(self) -> dict[str, Any]:
        return {"actor": self.actor, "name": self.name, "basis": str(self.basis) if self.basis else None}

    @classmethod
    def from_json(cls, raw: dict[str, Any]) -> ActorRef:
        basis = raw.get("basis")
        return cls(raw["actor"], raw["name"], Basis(basis) if basis else None)


Value = CountRange | DateRange | Place | ActorRef | str


def value_as_json(value: Value | None) -> Any:
    """A claim's value as JSON holds it; an event type is its code."""
    return value if value is None or isinstance(value, str) else value.as_json()


def value_from_json(claim_field: str, raw: Any) -> Value | None:
    """The value of a claim on `claim_field` from its JSON form.

    Raises:
        InputError: for an unknown field or a value of the wrong form.
    """
    if raw is None:
        return None
    try:
        if claim_field == "event_type":
            return str(raw)
        if claim_field == "date":
            return DateRange.from_json(raw)
        if claim_field == "place":
            return Place.from_json(raw)
        if claim_field in ACTOR_FIELDS:
            return ActorRef.from_json(raw)
        if claim_field in COUNT_FIELDS:
            return CountRange.from_json(raw)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputError(f"value of {claim_field!r} cannot be read ({error}): {raw!r}") from error
    raise InputError(f"unknown claim field {claim_field!r}; known: {', '.join(CLAIM_FIELDS)}")


@dataclass(frozen=True, slots=True)
class Actor:
    """One row of `data/actors.csv`: a party to the conflict, or a kind of speaker.

    `voice` is the id of the actor as whom it counts where speakers vote (the military speaks through ISPR).
    """

    id: str
    name: str
    kind: str
    camp: Camp
    parent: str | None
    voice: str
    aliases: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Publisher:
    """One row of `data/publishers.csv`; an unlisted publisher is recorded as given, with camp unknown."""

    id: str
    name: str
    country: str | None
    language: str | None
    camp: Camp
    camp_source: str | None
    home_page: str | None
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who says something: an actor, a publisher in its own voice, or somebody no vocabulary lists (camp unknown)."""

    id: str
    name: str
    camp: Camp


@dataclass(frozen=True, slots=True)
class EventType:
    """One row of `data/event_types.csv`: a code, its wording, the code that includes it, and what others call it."""

    code: str
    label: str
    broader: str | None
    letter: str
    colour_group: str
    acled_event_type: str
    acled_sub_event_type: str


@dataclass(frozen=True, slots=True)
class District:
    """One row of `data/districts.csv`: its life span, its parents, and how it is spelt.

    Attributes:
        division, division_2026: Until and since July 2026; None where it didn't exist or isn't known.
        created, ended: Years; None = before the record, or still there.
        created_on, ended_on: The same as it is known: `2017-08-01`, `2013-05`, `1896`.
        parents: Canonical names of the districts that it was cut from.
        status: One of `geo.districts.STATUSES`.
    """

    id: str
    name: str
    division: str | None
    headquarters: str | None
    pcode: str | None
    created: int | None
    ended: int | None
    parents: tuple[str, ...]
    aliases: tuple[str, ...]
    urdu: tuple[str, ...]
    source: str
    note: str | None = None
    division_2026: str | None = None
    status: str = "current"
    created_on: str | None = None
    ended_on: str | None = None


@dataclass(frozen=True, slots=True)
class Cited:
    """A source that a data set names for one of its rows; no figure is put in its mouth.

    Attributes:
        role: `source` (what the data set's coders read) or `original` (whom that names as its own source).
        publisher, title: As the data set gives them.
    """

    role: str
    publisher: str | None
    title: str | None = None
    published: date | None = None
    url: str | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "role": self.role,
            "publisher": self.publisher,
            "title": self.title,
            "published": self.published.isoformat() if self.published else None,
            "url": self.url,
        }

    @classmethod
    def from_json(cls, raw: dict[str, Any]) -> Cited:
        published = raw.get("published")
        day = date.fromisoformat(published) if published else None
        return cls(raw["role"], raw.get("publisher"), raw.get("title"), day, raw.get("url"))


@dataclass(frozen=True, slots=True)
class DataSet:
    """A data set that incidents are taken over from, and what may be done with it.

    Attributes:
        speaker: Name under which it speaks; its coded values are its own.
        redistribute: Whether its rows may be passed on to others.
        whole: Whether a newer release replaces an older one as a whole; else rows are only added and refreshed.
    """

    id: str
    name: str
    speaker: str
    licence: str
    licence_text: str
    citation: str
    redistribute: bool
    whole: bool
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """One article or data set row.

    `text` is the cleaned text that spans index, None where the words aren't held (curated and imported rows).
    `publisher` is a publisher's id, or the name as given when it isn't listed. `cites` are the sources that a data set
    names for its row.
    """

    id: str
    publisher: str
    title: str | None
    url: str | None
    published: date | None
    language: str | None = "en"
    text: str | None = None
    archived_url: str | None = None
    retracted: bool = False
    dataset: str | None = None
    cites: tuple[Cited, ...] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """One field, one value, said by one speaker. `id` is `claim_id` of the parts, never of the method."""

    id: str
    document_id: str
    mention_id: str
    field: str
    value: Value | None
    speaker: str
    stance: Stance
    origin: str
    original: str | None = None
    span: Span | None = None
    speaker_span: Span | None = None
    said_on: date | None = None

    def as_json(self) -> dict[str, Any]:
        """The claim as `extract` prints it."""
        return {
            "id": self.id,
            "field": self.field,
            "original": self.original,
            "span": self.span.as_json() if self.span else None,
            "value": value_as_json(self.value),
            "speaker": self.speaker,
            "speaker_span": self.speaker_span.as_json() if self.speaker_span else None,
            "stance": str(self.stance),
            "origin": self.origin,
            "said_on": self.said_on.isoformat() if self.said_on else None,
        }


def make_claim(
    document_id: str,
    mention_id: str,
    claim_field: str,
    value: Value | None,
    *,
    speaker: str,
    stance: Stance,
    origin: str,
    original: str | None = None,
    span: Span | None = None,
    speaker_span: Span | None = None,
    said_on: date | None = None,
) -> Claim:
    """A claim with its id: a hash of what was said, where and by whom, so that reading again duplicates nothing."""
    if claim_field not in CLAIM_FIELDS:
        raise InputError(f"unknown claim field {claim_field!r}; known: {', '.join(CLAIM_FIELDS)}")
    said = original
    if said is None:
        said = sorted_json(value_as_json(value))
    where = f"{span.start}-{span.end}" if span else None
    key = stable_id("c", document_id, mention_id, claim_field, said, speaker, stance, where)
    return Claim(
        key, document_id, mention_id, claim_field, value, speaker, stance, origin, original, span, speaker_span, said_on
    )


def content_id(claim: Claim) -> str:
    """The id that a claim's content gives: another one than its own, if what it says was changed."""
    return make_claim(
        claim.document_id,
        claim.mention_id,
        claim.field,
        claim.value,
        speaker=claim.speaker,
        stance=claim.stance,
        origin=claim.origin,
        original=claim.original,
        span=claim.span,
    ).id


@dataclass(frozen=True, slots=True)
class Mention:
    """A document's account of one incident; `trigger` are the words that show it, where the text is held.

    `reviewed` says that a person accepted or corrected it; it isn't stored, `geo.decisions` tells it.
    """

    id: str
    document_id: str
    role: Role = Role.MAIN
    trigger: Span | None = None
    campaign: bool = False
    reviewed: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """Two mentions and what they are to each other, with the reasons."""

    a: str
    b: str
    relation: Relation
    score: float
    why: tuple[str, ...]
    origin: str
    certain: bool = True


Apart = frozenset[tuple[str, str, Relation]]  # what people keep apart: no link of this relation may join the two


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided, never changed; undoing it is another decision that names it.

    Attributes:
        subject: Id of the link, mention or claim that it is about; of a merged or split incident, a mention of it.
        before, after: What held and what holds now, as JSON: a claim with its `mention_id`, a link with `a`, `b` and
            `relation`, the mentions of merged incidents (`a`, `b`) or of a split one (`moved`, `rest`).
        when: Moment in UTC, ISO 8601.
        undoes: Id of the decision that this one takes back.
    """

    id: str
    kind: DecisionKind
    subject: str
    who: str
    when: str
    before: Any = None
    after: Any = None
    reason: str | None = None
    undoes: str | None = None


@dataclass(frozen=True, slots=True)
class Rival:
    """One of several versions that can't all be true: in words, with who gives it and in which documents."""

    text: str
    speakers: tuple[str, ...]
    documents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Estimate:
    """What is shown for one field of an incident.

    Attributes:
        value: The shown value; None where the rule gives none.
        rule: Name of the rule that chose it (see `geo.assemble`).
        claim_ids: The current claims that it rests on.
        revised_ids: Earlier figures of a speaker who has given a later one: history, no dispute.
        rivals: The versions of speakers or documents that are incompatible; else empty.
    """

    field: str
    value: Value | None
    rule: str
    claim_ids: tuple[str, ...]
    revised_ids: tuple[str, ...] = ()
    rivals: tuple[Rival, ...] = ()

    @property
    def disputed(self) -> bool:
        return bool(self.rivals)


@dataclass(frozen=True, slots=True)
class Incident:
    """Linked mentions and what can be said of the happening they tell.

    `claims` holds every claim of every mention; `estimates` maps a claim field to its `Estimate`.
    """

    id: str
    mentions: tuple[Mention, ...]
    documents: tuple[Document, ...]
    claims: tuple[Claim, ...]
    estimates: dict[str, Estimate]
    perpetrators: tuple[tuple[ActorRef, str], ...] = ()
    rival_places: tuple[Place, ...] = ()
    part_of: str | None = None
    related: tuple[str, ...] = ()
    campaign: bool = False
    review: Review = Review.UNREVIEWED
    title: str = ""

    @property
    def disputed(self) -> bool:
        return any(estimate.disputed for estimate in self.estimates.values())


@dataclass(frozen=True, slots=True)
class Extraction:
    """What `geo.extract` gives for one document: nothing stored, everything with its span."""

    document: Document
    mentions: tuple[Mention, ...]
    claims: tuple[Claim, ...]
    part_of: dict[str, str] = field(default_factory=dict)
    other_places: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Records:
    """What is stored of any source: documents, mentions, claims and links."""

    documents: tuple[Document, ...] = ()
    mentions: tuple[Mention, ...] = ()
    claims: tuple[Claim, ...] = ()
    links: tuple[Link, ...] = ()

    def plus(self, other: Records) -> Records:
        return Records(
            self.documents + other.documents,
            self.mentions + other.mentions,
            self.claims + other.claims,
            self.links + other.links,
        )
