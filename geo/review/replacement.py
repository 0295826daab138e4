"""A claim as a person gives it, as JSON -> the `Claim` that replaces a read one; what can't be read is named. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from geo.decisions import claim_as_json, origin_by
from geo.districts import load_districts
from geo.errors import InputError
from geo.models import (
    CLAIM_FIELDS,
    COUNT_FIELDS,
    Claim,
    Document,
    Place,
    Span,
    Stance,
    Value,
    make_claim,
    value_from_json,
)
from geo.review.correct import stance_of
from geo.vocab import default_vocabulary

CLAIM_KEYS = ("field", "value", "speaker", "stance", "original", "span", "speaker_span", "said_on")
IGNORED_KEYS = ("id", "document_id", "mention_id", "origin")  # they follow from what is said, where and by whom


def says(claim: Claim) -> tuple[object, ...]:
    """A claim without who brought it."""
    return (*(getattr(claim, name) for name in ("field", "value", "speaker", "stance", "span")), claim.said_on)


def replacement(before: Claim | None, document: Document, mention_id: str, given: Mapping[str, Any], who: str) -> Claim:
    """The claim that a person gives; where it is silent it is as the replaced one.

    Raises:
        InputError: naming what can't be read.
    """
    unknown = sorted(given.keys() - set(CLAIM_KEYS) - set(IGNORED_KEYS))
    if unknown:
        raise InputError(f"a claim has no {unknown[0]!r}; known: {', '.join(CLAIM_KEYS)}")
    raw: dict[str, Any] = (claim_as_json(before) if before else {}) | dict(given)
    name, speaker = raw.get("field"), " ".join(str(raw.get("speaker") or "").split())
    if name not in CLAIM_FIELDS:
        raise InputError(f"unknown claim field {name!r}; known: {', '.join(CLAIM_FIELDS)}")
    if not speaker:
        raise InputError("a claim needs its speaker: who says it")
    value = _value(name, raw.get("value"))
    same_speaker = before is not None and before.speaker == speaker
    span = _span(raw.get("span"), document, "span")
    return make_claim(
        document.id,
        mention_id,
        name,
        value,
        speaker=speaker,
        stance=_stance(raw if same_speaker or "stance" in given else given, name, value, speaker),
        origin=origin_by(who),
        original=_original(raw.get("original"), span, document),
        span=span,
        speaker_span=_span(
            raw.get("speaker_span") if same_speaker or "speaker_span" in given else None, document, "speaker_span"
        ),
        said_on=_day(raw.get("said_on")),
    )


def _value(name: str, raw: Any) -> Value:
    try:
        value = value_from_json(name, raw)
    except InputError:
        raise
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise InputError(f"value of {name!r} cannot be read ({error}): {raw!r}") from error
    if value is None:
        raise InputError("a claim needs a value; to drop a claim give none at all")
    if name in COUNT_FIELDS and not all(n is None or type(n) is int for n in value.as_json().values()):  # type: ignore[union-attr]
        raise InputError(f"value of {name!r} must be whole numbers, not {raw!r}")
    if name == "event_type" and value not in default_vocabulary().event_types:
        raise InputError(f"unknown event type {value!r}; known: {', '.join(default_vocabulary().event_types)}")
    if isinstance(value, Place):
        known = {district.name for district in load_districts().all()}
        strange = [district for district in value.districts if district not in known]
        if strange:
            raise InputError(f"unknown district {strange[0]!r}: give the name as the list of districts has it")
    return value


def _stance(raw: Mapping[str, Any], name: str, value: Value, speaker: str) -> Stance:
    given = raw.get("stance")
    if given is None:
        return stance_of(name, value, speaker, default_vocabulary())
    try:
        return Stance(given)
    except ValueError as error:
        raise InputError(f"unknown stance {given!r}; known: {', '.join(Stance)}") from error


def _span(raw: Any, document: Document, what: str) -> Span | None:
    if raw is None:
        return None
    try:
        start, end = (int(number) for number in raw)
    except (TypeError, ValueError) as error:
        raise InputError(f"{what} must be two numbers, not {raw!r}") from error
    if end > len(document.text or ""):
        raise InputError(f"{what} {start}, {end} lies outside the text of document {document.id}")
    return Span(start, end)


def _original(given: Any, span: Span | None, document: Document) -> str | None:
    """The words that a claim rests on: those of its span."""
    return (document.text or "")[span.start : span.end] if span else str(given) if given else None


def _day(raw: Any) -> date | None:
    try:
        return date.fromisoformat(raw) if raw else None
    except (TypeError, ValueError) as error:
        raise InputError(f"said_on must be a date like 2025-11-04, not {raw!r}") from error
