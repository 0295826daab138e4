"""Fills a store with made incidents, for the benchmarks: `python -m tools.make_store INCIDENTS DB [FIRST]`.

Places, days, tolls and parties are drawn as in `tests.make_table`; one incident in six is told by two documents, which
a link joins. They are numbered from FIRST on, so that more can be added later. Nothing in it happened.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import Any

import pandas as pd

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
    Records,
    Relation,
    Stance,
    Value,
    make_claim,
    stable_id,
)
from geo.store.bulk import insert_new, loading, rows_of_records
from geo.store.engine import Store, open_store
from geo.store.write import change, put_records
from tests.make_table import make_table

PART = 20_000  # incidents that are put together
SPEAKERS = ("police", "ISPR", "BLA", "levies", "officials", "residents")
TWICE = 6  # one incident in so many is told by two documents


def fill(store: Store, incidents: int, first: int = 0) -> None:
    """Store so many made incidents as one change."""
    table = make_table(incidents)
    with change(store, "made up", f"{incidents} made incidents") as made, loading(store, made, incidents):
        for start in range(0, incidents, PART):
            rows = table.iloc[start : start + PART].to_dict("records")
            records = records_of(rows, first)
            insert_new(made, rows_of_records(records, "made"))
            put_records(made, Records(links=records.links), "made")


def records_of(rows: list[dict[str, Any]], first: int = 0) -> Records:
    """Documents, mentions, claims and links of rows of a made table."""
    told = [telling for row in rows for telling in _tellings(row, first)]
    links = (
        Link(a[1].id, b[1].id, Relation.SAME, 0.9, ("same day and place",), "link@1")
        for a, b in pairwise(told)
        if b[0].publisher == "aaj" and b[0].title == a[0].title
    )
    documents, mentions, claims = zip(*told, strict=True)
    return Records(documents, mentions, tuple(claim for part in claims for claim in part), tuple(links))


def _tellings(row: dict[str, Any], first: int) -> Iterator[tuple[Document, Mention, tuple[Claim, ...]]]:
    number = first + int(row["id"].removeprefix("m-"), 16)
    for publisher in ("dawn", "aaj") if number % TWICE == 0 else ("dawn",):
        reported = row["first_reported"]
        published = None if pd.isna(reported) else reported.date()
        key = stable_id("d", publisher, number)
        document = Document(key, publisher, row["title"], f"https://example.org/{publisher}/{number}", published)
        mention = Mention(stable_id("m", key), key, campaign=bool(row["campaign"]))
        yield document, mention, tuple(_claims(row, document.id, mention.id, number))


def _claims(row: dict[str, Any], document: str, mention: str, number: int) -> Iterator[Claim]:
    speaker = SPEAKERS[number % len(SPEAKERS)]
    for field, value in _values(row):
        yield make_claim(
            document,
            mention,
            field,
            value,
            speaker=speaker,
            stance=Stance.OFFICIAL_STATEMENT,
            origin="rules@1",
        )


def _values(row: dict[str, Any]) -> Iterator[tuple[str, Value]]:
    yield "event_type", row["event_type"]
    yield "date", _days(row)
    yield "place", _place(row)
    if not pd.isna(row["killed_best"]):
        counts = (int(row[f"killed_{bound}"]) for bound in ("low", "best", "high"))
        yield "killed.total", CountRange(*counts)
    yield "perpetrator", ActorRef(row["perpetrator_id"], row["perpetrator"], Basis(row["perpetrator_basis"]))


def _days(row: dict[str, Any]) -> DateRange:
    if pd.isna(row["date_start"]):
        return DateRange.unknown()
    first: date = row["date_start"].date()
    return DateRange(first, row["date_end"].date(), max(1, int(row["date_prec"])))


def _place(row: dict[str, Any]) -> Place:
    known = not pd.isna(row["lat"])
    return Place(
        row["place"],
        row["place"],
        None,
        int(row["where_prec"]),
        tuple(sorted(row["districts"])),
        "Balochistan",
        "PK",
        float(row["lat"]) if known else None,
        float(row["lon"]) if known else None,
        None if pd.isna(row["radius_km"]) else float(row["radius_km"]),
    )


def main(incidents: int, db: str, first: int = 0) -> None:
    """Make the store."""
    store = open_store(db)
    try:
        fill(store, incidents, first)
    finally:
        store.close()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], *map(int, sys.argv[3:]))
