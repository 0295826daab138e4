"""Data sets of any size around `make_table`, for tests and benchmarks: each incident is made when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from geo.assemble import assemble
from geo.dataset import Dataset, Incidents
from geo.district_layers import active_layer
from geo.districts import load_districts
from geo.layers.columns import column_reader
from geo.models import Basis, Incident, Stance
from geo.table import SCHEMA
from geo.vocab import Vocabulary, default_vocabulary
from tests.builders import at_point, by, claim, count, document, mention, on, same
from tests.make_table import make_table, scattered


class MadeIncidents(Incidents):
    """Every id of the table leads to an incident with two rival versions."""

    def __init__(self, ids: list[str], vocabulary: Vocabulary) -> None:
        self._ids = ids
        self._vocabulary = vocabulary

    def __len__(self) -> int:
        return len(self._ids)

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids)

    def __getitem__(self, key: str) -> Incident:
        if not key.startswith("m-"):
            raise KeyError(key)
        made = made_incident(self._vocabulary)
        return replace(made, id=key, title=f"Bombing, Turbat, 1 March 2025: 4 (3\u20136) killed ({key})")


def made_incident(vocabulary: Vocabulary) -> Incident:
    """A bombing that the police and a group tell differently, in two papers."""
    place = at_point("Turbat", "Kech", 26.0012, 63.0485)
    claims = [
        claim("a", "a", "event_type", "bombing"),
        claim("a", "a", "date", on("2025-03-01")),
        claim("a", "a", "place", place),
        claim("a", "a", "killed.total", count(4)),
        claim("b", "b", "event_type", "bombing", "BLA", Stance.SELF_CLAIM),
        claim("b", "b", "date", on("2025-03-01"), "BLA", Stance.SELF_CLAIM),
        claim("b", "b", "place", place, "BLA", Stance.SELF_CLAIM),
        claim("b", "b", "killed.total", count(12), "BLA", Stance.SELF_CLAIM),
        claim("b", "b", "perpetrator", by("bla", Basis.CLAIMED_BY_GROUP, "BLA"), "BLA", Stance.SELF_CLAIM),
    ]
    documents = [document("a", "dawn", "2025-03-02"), document("b", "balochistan-post", "2025-03-03")]
    mentions = [mention("a", "a"), mention("b", "b")]
    return assemble(documents, mentions, claims, [same("a", "b")], vocabulary)[0]


def made_columns(table: pd.DataFrame) -> pa.Table:
    """A made table as Arrow columns."""
    read = column_reader(table)
    return pa.table({field.name: _typed(read, field) for field in SCHEMA}, SCHEMA)


def _typed(read: Callable[[str], pa.Array], field: pa.Field) -> pa.Array:
    column = read(field.name)
    if pa.types.is_dictionary(field.type):
        return column.cast(pa.string()).dictionary_encode()
    if pa.types.is_list(field.type) and not pa.types.is_list(column.type):
        return pa.nulls(len(column), field.type)
    return column.cast(field.type, safe=False)


def make_dataset(size: int) -> Dataset:
    """A data set whose table is made up and whose incidents all tell the same story."""
    table, vocabulary = make_table(size), default_vocabulary()
    incidents = MadeIncidents(table["id"].tolist(), vocabulary)
    return Dataset("1-0badcafe", incidents, made_columns(table), vocabulary, load_districts(), active_layer())


def make_coordinates(size: int, seed: int = 7) -> Dataset:
    """A data set of which nothing but place, date and kind of each incident is known; ten million fit into memory."""
    random, vocabulary = np.random.default_rng(seed), default_vocabulary()
    known = {
        "id": pc.binary_join_element_wise("m-", pc.utf8_lpad(pa.array(np.arange(size)).cast(pa.string()), 16, "0"), ""),
        **scattered(random, size),
    }
    columns = pa.table([_known(known, field, size) for field in SCHEMA], schema=SCHEMA)
    return Dataset("1-0badcafe", MadeIncidents([], vocabulary), columns, vocabulary, load_districts(), active_layer())


def _known(known: dict[str, Any], field: pa.Field, size: int) -> pa.Array:
    if field.name not in known:
        return pa.nulls(size, field.type)
    column = pa.array(known[field.name])
    return column if column.type == field.type else column.cast(field.type, safe=False)
