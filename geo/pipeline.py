"""The one module that knows the order of the stages: from the files of `data/` to a `Dataset` to show."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo.assemble import assemble
from geo.curated import INCIDENTS_DIR, ORIGIN, Reference, read_curated
from geo.datafiles import DATA_DIR, vocabulary_bytes
from geo.districts import load_districts
from geo.errors import DataFileError
from geo.estimate import RULE_SET
from geo.geocode import geocode
from geo.models import Records
from geo.settings import Settings
from geo.store import has_store
from geo.vocab import Vocabulary

if TYPE_CHECKING:  # the database library is loaded only where there is a store, tables only where they are shown
    from geo.dataset import Dataset
    from geo.store.engine import Store


CURATED = "curated files"  # who changes the store when they differ


def load_reference() -> Reference:
    """The vocabularies, districts and geocoder that curated files are checked against."""
    return Reference(Vocabulary.load(), load_districts(), geocode)


def load_dataset(folder: Path = INCIDENTS_DIR, problems: Iterable[object] = ()) -> Dataset:
    """Read, assemble and tabulate the curated incidents; faulty lines are left out and listed in `problems`."""
    reference = load_reference()
    records, faults = read_curated(reference, folder)
    return dataset_of(records, reference, problems=(*problems, *faults))


def load_shown(db: str) -> Dataset:
    """What is stored, or where there is no store what comes with the program.

    Raises:
        StoreError: when there is a store that can't be read.
    """
    if not has_store(db):
        return load_dataset()
    from geo.store.engine import open_store  # noqa: PLC0415

    store = open_store(db, create=False)
    try:
        return load_from_store(store, load_reference(), folder=Settings.load().cache_dir)
    finally:
        store.close()


def sync_curated(store: Store, reference: Reference, folder: Path = INCIDENTS_DIR) -> tuple[DataFileError, ...]:
    """Let the store's curated rows be those of the files: missing ones are added, removed ones withdrawn.

    Decisions stay. Gives the faults of the files; a store that has them all is not written to.

    Raises:
        StoreError: when the store can't be written.
    """
    from geo.store.read import last_change_by  # noqa: PLC0415
    from geo.store.write import change, put_publishers, replace_origin  # noqa: PLC0415

    records, faults = read_curated(reference, folder)
    what = f"curated data of {folder.name}/ as of {data_version(records, '')[2:]}"
    if last_change_by(store, CURATED) == what:
        return faults
    with change(store, CURATED, what) as made:
        put_publishers(made, records.documents, reference.vocabulary)
        replace_origin(made, records, ORIGIN)
    return faults


def load_from_store(store: Store, reference: Reference, n: int | None = None, **how: Any) -> Dataset:
    """The data set of what is stored, or was stored after change n; `geo.from_store.load` says what else is taken.

    Raises:
        NotFound: when there is no such change.
        StoreError: when the store can't be read.
    """
    from geo.from_store import load  # noqa: PLC0415

    return load(store, reference, n, **how)


def dataset_of(records: Records, reference: Reference, problems: Iterable[object] = ()) -> Dataset:
    """The data set of these records under the shown district layer."""
    from geo.dataset import Dataset, HeldIncidents  # noqa: PLC0415
    from geo.district_layers import active_layer  # noqa: PLC0415
    from geo.owners import Owners  # noqa: PLC0415
    from geo.table import build_columns, share  # noqa: PLC0415

    layer = active_layer()
    incidents = assemble(records.documents, records.mentions, records.claims, records.links, reference.vocabulary)
    version = data_version(records, layer.name)
    columns = build_columns(incidents, reference.vocabulary, reference.districts)
    return Dataset(
        version=version,
        incidents=HeldIncidents(incidents),
        columns=share(columns, district_set=layer.name, data_version=version),
        vocabulary=reference.vocabulary,
        districts=reference.districts,
        layer=layer,
        problems=(*(str(fault) for fault in problems), *([layer.warning] if layer.warning else [])),
        owners=Owners.of(incidents),
    )


def data_version(records: Records, district_set: str, folder: Path = DATA_DIR) -> str:
    """`0-<hash8>`: the curated files alone, with no store, are the state before the first change.

    The hash covers the records, vocabularies, district set and estimate rules.
    """
    digest = hashlib.sha256(f"{RULE_SET} {district_set}".encode())
    links = (f"{link.a} {link.relation} {link.b} {link.certain}" for link in records.links)
    documents = (repr(document) for document in records.documents)
    mentions = (repr(mention) for mention in records.mentions)
    claims = (repr(claim) for claim in records.claims)
    for row in sorted([*documents, *mentions, *claims, *links]):
        digest.update(row.encode())
    digest.update(vocabulary_bytes(folder))
    return f"0-{digest.hexdigest()[:8]}"
