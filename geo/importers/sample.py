"""What the first rows of a source would become, and how many can be used: for looking before anything is stored."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from geo.districts import load_districts
from geo.errors import IncidentMapError
from geo.geocode import geocode
from geo.importers.make import Maker
from geo.importers.places import Places
from geo.importers.rows import BadRow, Row
from geo.importers.source import Source
from geo.models import Records
from geo.store.bulk import Rows, Values, columns
from geo.store.rows import claim_of, document_of, mention_of
from geo.vocab import default_vocabulary

MOST_CHECKED = 5000  # rows that are read to say how many can be used
MOST_LISTED = 20
_JSON = ("value", "cites")


@dataclass(frozen=True, slots=True)
class Sampled:
    """A row with what would be stored of it, or why it can't be."""

    line: int
    found: Records | str


@dataclass(frozen=True, slots=True)
class Checked:
    """How many rows can be used, of those that were read.

    Attributes:
        bad: How many can't be.
        listed: The first of these with their reasons.
        whole: Whether all rows were read.
    """

    good: int
    bad: int
    listed: tuple[BadRow, ...]
    whole: bool


def sample(source: Source, most: int) -> tuple[Sampled, ...]:
    """What the first rows would become."""
    maker = Maker(source.dataset, source.release, default_vocabulary(), Places(geocode, load_districts()))
    return tuple(_sampled(maker, item) for item in islice(source.read(), most))


def check(source: Source, most: int = MOST_CHECKED) -> Checked:
    """Read rows without storing them."""
    good, bad = 0, 0
    listed: list[BadRow] = []
    for item in islice(source.read(), most):
        if isinstance(item, Row):
            good += 1
        else:
            bad += 1
            listed += [item] if len(listed) < MOST_LISTED else []
    return Checked(good, bad, tuple(listed), good + bad < most)


def _sampled(maker: Maker, item: Row | BadRow) -> Sampled:
    if isinstance(item, BadRow):
        return Sampled(item.line, item.reason)
    try:
        return Sampled(item.line, _records(maker.rows(item)))
    except IncidentMapError as error:
        return Sampled(item.line, str(error))


def _records(rows: Rows) -> Records:
    return Records(
        tuple(document_of(_named("documents", row)) for row in rows.documents),
        tuple(mention_of(_named("mentions", row)) for row in rows.mentions),
        tuple(claim_of(_named("claims", row)) for row in rows.claims),
    )


def _named(name: str, values: Values) -> Mapping[str, Any]:
    """A row of the store by the names of its columns."""
    row = dict(zip(columns(name), values, strict=True))
    return row | {column: json.loads(row[column]) for column in _JSON if isinstance(row.get(column), str)}
