"""The one module that knows the order of the stages: from the files of `data/` to a `Dataset` to show."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from geo.assemble import assemble
from geo.curated import INCIDENTS_DIR, ORIGIN, Reference, read_curated
from geo.datafiles import DATA_DIR, vocabulary_bytes
from geo.dataset import Dataset
from geo.district_layers import active_layer
from geo.districts import load_districts
from geo.errors import DataFileError, StoreError
from geo.estimate import RULE_SET
from geo.geocode import geocode
from geo.models import Incident, Records
from geo.store import has_store
from geo.table import build_table
from geo.vocab import Vocabulary

if TYPE_CHECKING:  # the database library is loaded only where there is a store
    from geo.store.engine import Store


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
        return load_from_store(store, load_reference())
    finally:
        store.close()


def sync_curated(store: Store, reference: Reference, folder: Path = INCIDENTS_DIR) -> tuple[DataFileError, ...]:
    """Let the store's curated rows be those of the files: missing ones are added, removed ones withdrawn.

    Decisions stay. Gives the faults of the files; a store that has them all is not written to.

    Raises:
        StoreError: when the store can't be written.
    """
    from geo.store.write import change, put_publishers, replace_origin  # noqa: PLC0415

    records, faults = read_curated(reference, folder)
    with change(store, "curated files", f"curated data of {folder.name}/") as made:
        put_publishers(made, records.documents, reference.vocabulary)
        replace_origin(made, records, ORIGIN)
    return faults


def load_from_store(
    store: Store, reference: Reference, n: int | None = None, problems: Iterable[object] = ()
) -> Dataset:
    """The data set of what is stored, or was stored after change n.

    Raises:
        NotFound: when there is no such change.
        StoreError: when the store can't be read.
    """
    from geo.rebuild import decided  # noqa: PLC0415
    from geo.store.read import read_state  # noqa: PLC0415

    state = read_state(store, n)
    try:
        return dataset_of(decided(state), reference, problems, committed=state.n)
    except KeyError as error:
        raise StoreError(f"store {store.label} points at {error}, which is not there: run `store check`") from error


def dataset_of(records: Records, reference: Reference, problems: Iterable[object] = (), committed: int = 0) -> Dataset:
    """The data set of these records under the shown district layer."""
    layer = active_layer()
    incidents = assemble(records.documents, records.mentions, records.claims, records.links, reference.vocabulary)
    version = data_version(records, layer.name, committed)
    table = build_table(
        incidents, reference.vocabulary, reference.districts, district_set=layer.name, data_version=version
    )
    return Dataset(
        version=version,
        incidents={incident.id: incident for incident in incidents},
        table=table,
        vocabulary=reference.vocabulary,
        districts=reference.districts,
        layer=layer,
        problems=(*(str(fault) for fault in problems), *([layer.warning] if layer.warning else [])),
        owners={mention.id: incident.id for incident in incidents for mention in incident.mentions},
        children=_children(incidents),
    )


def _children(incidents: Iterable[Incident]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for incident in incidents:
        if incident.part_of:
            found[incident.part_of].append(incident.id)
    return {key: tuple(sorted(parts)) for key, parts in found.items()}


def data_version(records: Records, district_set: str, committed: int = 0, folder: Path = DATA_DIR) -> str:
    """`<n>-<hash8>`: n changes were committed; the hash covers live rows, vocabularies, district set and rules.

    The curated files alone, with no store, are the state before the first change.
    """
    digest = hashlib.sha256(f"{RULE_SET} {district_set}".encode())
    links = (f"{link.a} {link.relation} {link.b} {link.certain}" for link in records.links)
    documents = (repr(document) for document in records.documents)
    mentions = (repr(mention) for mention in records.mentions)
    claims = (repr(claim) for claim in records.claims)
    for row in sorted([*documents, *mentions, *claims, *links]):
        digest.update(row.encode())
    digest.update(vocabulary_bytes(folder))
    return f"{committed}-{digest.hexdigest()[:8]}"
