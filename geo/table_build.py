"""Step 9 for a store: the incident table of everything, part by part in flat memory, or of what changes touched."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from geo.districts import DistrictTable
from geo.models import Link
from geo.owners import SCHEMA as MENTIONS
from geo.owners import Owners, other_mentions
from geo.parts import Book, changed_part, closed_sets, read_part
from geo.store.engine import Store, connect
from geo.store.part import mention_ids
from geo.table import SCHEMA, build_columns
from geo.table_cache import replace_rows
from geo.vocab import Vocabulary

Progress = Callable[[int, int], None]
PART = 2000  # mentions that are read together
MANY = 20_000  # mentions from which several processes are worth their start


def silent(_done: int, _total: int) -> None:
    """The default of `progress`: nobody is told."""


@dataclass(frozen=True, slots=True)
class Built:
    """The incident table of a state, and which incident holds which mention."""

    columns: pa.Table
    owners: Owners


EMPTY = Built(SCHEMA.empty_table(), Owners(pa.array([], pa.string()), MENTIONS.empty_table()))


@dataclass(frozen=True, slots=True)
class Work:
    """What a process needs to make the rows of any part of a state."""

    n: int
    book: Book
    vocabulary: Vocabulary
    districts: DistrictTable


@dataclass(frozen=True, slots=True)
class Made:
    """The rows of a part: the table, mentions that aren't their incident's first, and links to campaigns."""

    n_mentions: int
    columns: pa.Table
    others: pa.Table
    part_of: tuple[Link, ...]


def make_part(store: Store, work: Work, mentions: Collection[str]) -> Made:
    """The rows of a closed set of mentions."""
    with store.reading() as connection:
        part = read_part(connection, work.n, mentions, work.book, work.vocabulary)
    columns = build_columns(part.incidents, work.vocabulary, work.districts)
    return Made(len(mentions), columns, other_mentions(part.incidents), part.part_of)


def build_all(store: Store, work: Work, jobs: int = 1, progress: Progress = silent) -> Built:
    """The table of everything that is stored."""
    with store.reading() as connection:
        wanted = mention_ids(connection, work.n)
        sets = list(closed_sets(connection, work.n, wanted, work.book, PART))
    return _merged(EMPTY, (), _parts_made(store, work, sets, jobs, progress))


def build_changed(store: Store, work: Work, known: Built, known_n: int, jobs: int = 1) -> Built:
    """The table of a state, from that of another one and the rows that differ."""
    owners = known.owners
    with store.reading() as connection:
        part = changed_part(connection, (known_n, work.n), work.book, owners.beside)
        sets = list(closed_sets(connection, work.n, sorted(part), work.book, PART))
    if not part:
        return known
    gone = {owner for mention in part if (owner := owners.get(mention))}
    return _merged(known, gone, _parts_made(store, work, sets, jobs, silent))


def _parts_made(store: Store, work: Work, sets: list[list[str]], jobs: int, progress: Progress) -> Iterator[Made]:
    total, done = sum(map(len, sets)), 0
    for made in _run(store, work, sets, jobs if total >= MANY else 1):
        done += made.n_mentions
        progress(done, total)
        yield made


def _run(store: Store, work: Work, sets: list[list[str]], jobs: int) -> Iterator[Made]:
    if jobs == 1:
        yield from (make_part(store, work, mentions) for mentions in sets)
        return
    address = (
        store.engine.url.render_as_string(hide_password=False) if store.path is None else f"sqlite:///{store.path}"
    )
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, context, initializer=_start, initargs=(address, work)) as pool:
        yield from pool.map(_make, sets)


_own: dict[str, Any] = {}  # of a process that makes parts


def _start(address: str, work: Work) -> None:
    _own.update(store=connect(address, create=False), work=work)


def _make(mentions: list[str]) -> Made:
    return make_part(_own["store"], _own["work"], mentions)


def _merged(known: Built, gone: Collection[str], parts: Iterable[Made]) -> Built:
    """The known table without some incidents, with those of the parts, joined to their campaigns."""
    made = list(parts)
    fresh = pa.concat_tables([SCHEMA.empty_table(), *(part.columns for part in made)])
    columns = replace_rows(known.columns, pa.array(sorted(gone), pa.string()), fresh)
    ids = columns["id"].combine_chunks()
    owners = known.owners.changed(ids, gone, [part.others for part in made])
    links = {(link.a, link.b): link for part in made for link in part.part_of}
    return Built(_joined(columns, owners, links.values(), fresh["id"]), owners)


def _joined(columns: pa.Table, owners: Owners, links: Iterable[Link], fresh: pa.ChunkedArray) -> pa.Table:
    """The table with the campaigns that the fresh rows are part of: the surest link counts, then the lowest id."""
    parents: dict[str, list[tuple[float, str]]] = {}
    for link in links:
        part, whole = owners.get(link.a), owners.get(link.b)
        if part and whole and part != whole:
            parents.setdefault(part, []).append((-link.score, whole))
    if not parents:
        return columns
    own = set(fresh.to_pylist())
    part_of = {part: min(found)[1] for part, found in parents.items() if part in own}
    campaigns = {whole for found in parents.values() for _, whole in found}
    return _with_campaigns(columns, part_of, campaigns)


def _with_campaigns(columns: pa.Table, part_of: Mapping[str, str], campaigns: Collection[str]) -> pa.Table:
    ids = columns["id"].to_pylist()
    known = columns["part_of"].to_pylist()
    wholes = pa.array([part_of.get(key, was) for key, was in zip(ids, known, strict=True)], pa.string())
    flags = np.array([key in campaigns for key in ids]) | np.asarray(columns["campaign"])
    made = columns.set_column(columns.schema.get_field_index("part_of"), "part_of", wholes)
    return made.set_column(made.schema.get_field_index("campaign"), "campaign", pa.array(flags))
