"""The data set of a store: its table from the cache, brought up to date where the store went on, or made of everything.

Belongs to `geo.pipeline`, which loads it only where there is a store.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from geo.curated import Reference
from geo.dataset import Dataset
from geo.district_layers import active_layer
from geo.errors import NotFound, StoreError
from geo.owners import Owners
from geo.parts import read_book
from geo.rebuild import derived_with
from geo.store.datasets import datasets_at, restricted_mentions
from geo.store.digest import digest_at
from geo.store.engine import Store
from geo.store.part import changed_at
from geo.store.read import newest
from geo.stored import StoredIncidents
from geo.table import share
from geo.table_build import Built, Progress, Work, build_all, build_changed, silent
from geo.table_cache import About, Cached, cached_versions, read_cached, write_cached


def load(
    store: Store,
    reference: Reference,
    n: int | None = None,
    problems: Iterable[object] = (),
    *,
    folder: Path | None = None,
    known: Dataset | None = None,
    write: bool = True,
    jobs: int = 1,
    progress: Progress = silent,
) -> Dataset:
    """The data set of what is stored, or was stored after change n.

    The table comes from the cache, or from that of another state and what differs, or else is made of everything.

    Args:
        problems: What else the reader is told.
        folder: Of the cache; None keeps nothing.
        known: The data set of another state, to start from; what is made from it isn't kept (see `keep`).
        write: Whether a table that had to be made is kept at once; else it is left to `keep`.
        jobs: Processes that a large table is made with.
        progress: Told how many mentions of how many were read.

    Raises:
        NotFound: when there is no such change.
        StoreError: when the store can't be read.
    """
    known = known if known is not None and known.about is not None else None
    about = _state_of(store, n)
    layer = active_layer()
    version = version_of(about, layer.name)
    with store.reading() as connection:
        book = read_book(connection, about.n)
        sets = datasets_at(connection, about.n)
        restricted = restricted_mentions(connection, about.n, sets)
    reference = replace(reference, vocabulary=reference.vocabulary.with_data_sets(sets.values()))
    work = Work(about.n, book, reference.vocabulary, reference.districts)
    kept = read_cached(folder, version) if folder and known is None else None
    if kept is not None and kept.about == about:
        shown = _named(kept, layer.name, version)
    else:
        start = _of_dataset(store, known, about) or _nearest(store, folder, about)
        shown = _named(_made(store, work, about, start, jobs, progress), layer.name, version)
        if folder and known is None and write:
            write_cached(folder, version, shown)
    return Dataset(
        version=version,
        incidents=StoredIncidents(store, about.n, shown.owners, reference.vocabulary, book),
        columns=shown.columns,
        vocabulary=reference.vocabulary,
        districts=reference.districts,
        layer=layer,
        problems=(*(str(fault) for fault in problems), *([layer.warning] if layer.warning else [])),
        owners=shown.owners,
        about=about,
        sets=sets,
        restricted=shown.owners.holders(restricted) if restricted else frozenset(),
    )


def _state_of(store: Store, n: int | None) -> About:
    """What the store says of its newest change, or of change n."""
    with store.reading() as connection:
        last = newest(connection).n
        if n is not None and not 0 <= n <= last:
            raise NotFound(f"store {store.label} has no change {n}; the newest is {last}")
        wanted = last if n is None else n
        at = changed_at(connection, wanted)
        return About(wanted, at, digest_at(connection, wanted), derived_with())


def is_ready(store: Store, folder: Path) -> bool:
    """Whether there is a table in the cache to start from."""
    about = _state_of(store, None)
    return any(_of_store(store, other, about) for _, other in cached_versions(folder))


def stored_version(store: Store) -> str:
    """The data version of what is stored now; nothing is read for it."""
    return version_of(_state_of(store, None), active_layer().name)


def version_of(about: About, district_set: str) -> str:
    """`<n>-<hash8>`: the hash covers the live rows, vocabularies, district set and estimate rules."""
    digest = hashlib.sha256(f"{about.derived_with} {district_set} {about.digest}".encode())
    return f"{about.n}-{digest.hexdigest()[:8]}"


def keep(dataset: Dataset, folder: Path) -> None:
    """Write a data set's table to the cache, for the next start, where it isn't there."""
    if (dataset.version, dataset.about) in cached_versions(folder):
        return
    if dataset.about is not None and isinstance(dataset.owners, Owners):
        write_cached(folder, dataset.version, Cached(dataset.about, dataset.columns, dataset.owners))


def _made(store: Store, work: Work, about: About, start: Cached | None, jobs: int, progress: Progress) -> Cached:
    """The table of a state: from another one and what differs, or of everything."""
    try:
        if start is None:
            built = build_all(store, work, jobs, progress)
        else:
            built = build_changed(store, work, Built(start.columns, start.owners), start.about.n, jobs)
    except KeyError as error:
        raise StoreError(f"store {store.label} points at {error}, which is not there: run `store check`") from error
    return Cached(about, built.columns, built.owners)


def _of_dataset(store: Store, known: Dataset | None, about: About) -> Cached | None:
    """The table of a data set of another state of this very store."""
    if known is None or known.about is None or not isinstance(known.owners, Owners):
        return None
    return Cached(known.about, known.columns, known.owners) if _of_store(store, known.about, about) else None


def _nearest(store: Store, folder: Path | None, about: About) -> Cached | None:
    """The cached table of the nearest other state of this very store."""
    found = cached_versions(folder) if folder else []
    for version, other in sorted(found, key=lambda item: abs(item[1].n - about.n)):
        if folder and _of_store(store, other, about):
            held = read_cached(folder, version)
            if held is not None:
                return held
    return None


def _of_store(store: Store, other: About, about: About) -> bool:
    """Whether a table of another state was made by the same rules from what this store held then."""
    if other.derived_with != about.derived_with:
        return False
    with store.reading() as connection:
        at, digest = changed_at(connection, other.n), digest_at(connection, other.n)
    return (at, digest) == (other.at, other.digest)


def _named(held: Cached, district_set: str, version: str) -> Cached:
    return Cached(held.about, share(held.columns, district_set=district_set, data_version=version), held.owners)
