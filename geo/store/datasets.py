"""The data sets that rows of a store come from, and which mentions are of restricted or of very large ones."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import Connection, func, select

from geo.datasets import known_datasets
from geo.models import DataSet
from geo.store.part import held_at, in_parts
from geo.store.rows import dataset_of
from geo.store.schema import KEPT


def datasets_at(connection: Connection, n: int) -> dict[str, DataSet]:
    """The data sets that documents are of, as they were kept at change n, else as `data/` lists them.

    One that nobody says anything of is taken to be restricted.
    """
    documents, table = KEPT["documents"], KEPT["datasets"]
    present = select(documents.c.dataset).where(documents.c.dataset.is_not(None)).distinct()  # from an index alone
    rows = connection.execute(select(table).where(held_at(table, n))).mappings()
    kept = {row["id"]: dataset_of(dict(row)) for row in rows}
    known = known_datasets()
    return {
        key: kept.get(key) or known.get(key) or _unknown(key) for key in sorted(connection.execute(present).scalars())
    }


def large_datasets(connection: Connection, most: int) -> list[str]:
    """The data sets that more than so many live documents are of."""
    documents = KEPT["documents"]
    number = func.count()
    every = select(documents.c.dataset).where(documents.c.dataset.is_not(None)).group_by(documents.c.dataset)
    large = list(connection.execute(every.having(number > most)).scalars())  # quickly, from an index alone
    live = every.where(documents.c.dataset.in_(large), documents.c.withdrawn_in.is_(None)).having(number > most)
    return sorted(connection.execute(live).scalars()) if large else []


def mentions_in(connection: Connection, mentions: Collection[str], sets: Collection[str]) -> set[str]:
    """Those of the mentions that are in documents of these data sets."""
    documents, table = KEPT["documents"], KEPT["mentions"]
    found: set[str] = set()
    for part in in_parts(sorted(mentions) if sets else ()):
        joined = select(table.c.id).join(documents, documents.c.id == table.c.document_id)
        wanted = joined.where(table.c.id.in_(part), documents.c.dataset.in_(sorted(sets)))
        found |= set(connection.execute(wanted).scalars())
    return found


def _unknown(key: str) -> DataSet:
    words = "licence not known"
    return DataSet(key, key, key, words, f"The licence of {key} is not known.", key, redistribute=False, whole=False)


def restricted_mentions(connection: Connection, n: int, sets: Mapping[str, DataSet]) -> list[str]:
    """The mentions, live after change n, in documents of data sets that may not be passed on."""
    restricted = [key for key, dataset in sets.items() if not dataset.redistribute]
    if not restricted:
        return []
    documents, mentions = KEPT["documents"], KEPT["mentions"]
    wanted = (
        select(mentions.c.id)
        .join(documents, documents.c.id == mentions.c.document_id)
        .where(documents.c.dataset.in_(restricted), held_at(documents, n), held_at(mentions, n))
    )
    return list(connection.execute(wanted).scalars())
