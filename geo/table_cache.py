"""The incident table on disk: GeoParquet under the data version, so that opening a large store reads no incident.

    <data folder>/cache/<data version>/incidents.parquet   the table, with points as geometry
                                      /mentions.parquet    which other mentions an incident holds
                                      /about.json          what state of which store it is of

Whatever is damaged, of another version of this program or of another store counts as not there: it is made anew.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from geo.owners import SCHEMA as MENTIONS
from geo.owners import Owners
from geo.table import SCHEMA, SHARED_COLUMNS, in_one_piece, sort_columns

FORMAT = 1
KEPT_VERSIONS = 3
FEW = 1000  # changed rows up to which a table is put together of slices
POINT = np.dtype([("order", "u1"), ("kind", "<u4"), ("x", "<f8"), ("y", "<f8")])  # well-known binary
TABLE, OTHERS, ABOUT = "incidents.parquet", "mentions.parquet", "about.json"
GEO = {
    "version": "1.1.0",
    "primary_column": "geometry",
    "columns": {"geometry": {"encoding": "WKB", "geometry_types": ["Point"]}},
}


@dataclass(frozen=True, slots=True)
class About:
    """Of which state a cached table is.

    Attributes:
        n, at, digest: The change, when it was made, and the digest of the rows that were live after it.
        derived_with: The estimate rules and vocabularies, in short.
    """

    n: int
    at: str | None
    digest: str
    derived_with: str
    format: int = FORMAT


@dataclass(frozen=True, slots=True)
class Cached:
    """A table with what stands beside it."""

    about: About
    columns: pa.Table
    owners: Owners


def read_cached(folder: Path, version: str) -> Cached | None:
    """The table of a data version; None where there is none that can be used."""
    place = folder / version
    try:
        about = _about(place)
        if about is None:
            return None
        table = _read(place / TABLE, SCHEMA, [name for name, kind in _kinds() if pa.types.is_dictionary(kind)])
        others = _read(place / OTHERS, MENTIONS, [])
        pa.default_memory_pool().release_unused()
    except (OSError, ValueError, KeyError, TypeError, pa.ArrowException):
        return None
    ids = table["id"].combine_chunks()
    in_order = len(ids) < 2 or pc.all(pc.less(ids[:-1], ids[1:])).as_py()
    if ids.null_count or not in_order:
        return None
    with contextlib.suppress(OSError):
        os.utime(place)  # was used: pruned last
    return Cached(about, table, Owners(ids, others))


def _kinds() -> Iterator[tuple[str, pa.DataType]]:
    return ((field.name, field.type) for field in SCHEMA)


def _read(path: Path, schema: pa.Schema, words: list[str]) -> pa.Table:
    """A file's columns as they were written, each in one piece."""
    names = [name for name in schema.names if name not in SHARED_COLUMNS]
    with pq.ParquetFile(path, read_dictionary=words, page_checksum_verification=True) as file:
        table = file.read(names)  # of one row group, so that each column comes in one piece and isn't copied
    for name in set(schema.names) - set(names):
        table = table.append_column(schema.field(name), pa.nulls(len(table), schema.field(name).type))
    return in_one_piece(table.select(schema.names).cast(schema))


def _about(place: Path) -> About | None:
    raw = json.loads((place / ABOUT).read_text(encoding="utf-8"))
    return About(**raw) if raw.get("format") == FORMAT else None


def cached_versions(folder: Path) -> list[tuple[str, About]]:
    """The versions that seem to be cached, the last used first."""
    found = []
    for place in folder.iterdir() if folder.is_dir() else ():
        with contextlib.suppress(OSError, ValueError, TypeError, AttributeError):
            about = _about(place)
            if about is not None:
                found.append((place.stat().st_mtime, place.name, about))
    return [(version, about) for _, version, about in sorted(found, key=lambda item: item[0], reverse=True)]


def write_cached(folder: Path, version: str, held: Cached) -> bool:
    """Keep a table; it appears whole or not at all. Gives whether it could be kept."""
    place = folder / version
    try:
        folder.mkdir(parents=True, exist_ok=True)
        partial = Path(tempfile.mkdtemp(prefix=".making-", dir=folder))
    except OSError:
        return False
    try:
        _write(partial / TABLE, _with_geometry(held.columns))
        _write(partial / OTHERS, held.owners.others)
        (partial / ABOUT).write_text(json.dumps(asdict(held.about)), encoding="utf-8")
        partial.chmod(0o755)
        if place.exists():  # damaged, or another process was quicker
            shutil.rmtree(place, ignore_errors=True)
        partial.rename(place)
    except (OSError, pa.ArrowException):
        return place.exists()
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    _prune(folder, version)
    return True


def _write(path: Path, table: pa.Table) -> None:
    pq.write_table(table, path, compression="lz4", row_group_size=max(len(table), 1), write_page_checksum=True)


def _with_geometry(columns: pa.Table) -> pa.Table:
    points = well_known_points(columns)
    table = columns.append_column(pa.field("geometry", pa.binary()), points)
    return table.replace_schema_metadata({b"geo": json.dumps(GEO).encode()})


def well_known_points(columns: pa.Table) -> pa.Array:
    """The rows' points as well-known binary; null where there is none."""
    lon, lat = (np.asarray(pc.fill_null(columns[name].combine_chunks(), np.nan)) for name in ("lon", "lat"))
    known = ~(np.isnan(lon) | np.isnan(lat))
    made: NDArray[Any] = np.zeros(int(known.sum()), dtype=POINT)
    made["order"], made["kind"], made["x"], made["y"] = 1, 1, lon[known], lat[known]
    offsets = np.concatenate([[0], np.cumsum(known * POINT.itemsize)]).astype(np.int32)
    valid = pa.array(known).buffers()[1]
    return pa.Array.from_buffers(pa.binary(), len(known), [valid, pa.py_buffer(offsets), pa.py_buffer(made.tobytes())])


def _prune(folder: Path, version: str) -> None:
    """Only the versions used last stay, and nothing half-made by a process that died."""
    for old, _ in [item for item in cached_versions(folder) if item[0] != version][KEPT_VERSIONS - 1 :]:
        shutil.rmtree(folder / old, ignore_errors=True)
    for left in folder.glob(".making-*"):
        with contextlib.suppress(OSError):
            if left.stat().st_mtime < (folder / version).stat().st_mtime - 3600:
                shutil.rmtree(left, ignore_errors=True)


def replace_rows(columns: pa.Table, gone: pa.Array, made: pa.Table) -> pa.Table:
    """The table, which is in the order of its ids, without the rows of some ids, and with others."""
    made = sort_columns(made.select(columns.column_names))
    if len(gone) + len(made) <= FEW:
        return in_one_piece(_with_rows(columns, gone.to_pylist(), made))
    kept = columns.filter(pc.invert(pc.is_in(columns["id"], value_set=gone)))
    return sort_columns(pa.concat_tables([kept, made]))


def _with_rows(columns: pa.Table, gone: list[str], made: pa.Table) -> pa.Table:
    """The same for few rows, put together of slices: nothing is sorted, and what stays isn't copied here."""
    size, ids = len(columns), columns["id"].combine_chunks()
    place_of = partial(bisect_left, range(size), key=lambda place: ids[place].as_py())
    out = {place for key in gone if (place := place_of(key)) < size and ids[place].as_py() == key}
    into = [place_of(key) for key in made["id"].to_pylist()]
    both = pa.concat_tables([columns, made]).unify_dictionaries()
    pieces, start = [], 0
    for place in sorted({*out, *into}):
        pieces.append(both.slice(start, place - start))
        pieces.append(both.slice(size + bisect_left(into, place), into.count(place)))
        start = place + (place in out)
    return pa.concat_tables([*pieces, both.slice(start, size - start)])
