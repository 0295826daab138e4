"""The one module that knows the order of the stages: from the files of `data/` to a `Dataset` to show."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from geo.assemble import assemble
from geo.curated import INCIDENTS_DIR, Reference, read_curated
from geo.datafiles import DATA_DIR
from geo.dataset import Dataset
from geo.district_layers import active_layer
from geo.districts import load_districts
from geo.errors import DataFileError
from geo.estimate import RULE_SET
from geo.geocode import geocode
from geo.models import Incident, Records
from geo.table import build_table
from geo.vocab import Vocabulary

VOCABULARY_FILES = ("actors.csv", "publishers.csv", "event_types.csv", "districts.csv", "gazetteer.csv")
COMMITTED = 0  # changes committed to a store; the curated files alone are the state before the first


def load_reference() -> Reference:
    """The vocabularies, districts and geocoder that curated files are checked against."""
    return Reference(Vocabulary.load(), load_districts(), geocode)


def load_dataset(folder: Path = INCIDENTS_DIR) -> Dataset:
    """Read, assemble and tabulate all incidents; faulty lines are left out and listed in `problems`."""
    reference = load_reference()
    records, faults = read_curated(reference, folder)
    return dataset_of(records, reference, problems=faults)


def dataset_of(records: Records, reference: Reference, problems: Iterable[DataFileError] = ()) -> Dataset:
    """The data set of these records under the shown district layer."""
    layer = active_layer()
    incidents = assemble(records.documents, records.mentions, records.claims, records.links, reference.vocabulary)
    version = data_version(records, layer.name)
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


def data_version(records: Records, district_set: str, folder: Path = DATA_DIR) -> str:
    """`<n>-<hash8>`: the hash covers live row ids, vocabularies, district set and estimate rules."""
    digest = hashlib.sha256(f"{RULE_SET} {district_set}".encode())
    links = (f"{link.a} {link.relation} {link.b} {link.certain}" for link in records.links)
    documents = (repr(document) for document in records.documents)
    mentions = (repr(mention) for mention in records.mentions)
    claims = (repr(claim) for claim in records.claims)
    for row in sorted([*documents, *mentions, *claims, *links]):
        digest.update(row.encode())
    for name in VOCABULARY_FILES:
        digest.update((folder / name).read_bytes())
    return f"{COMMITTED}-{digest.hexdigest()[:8]}"
