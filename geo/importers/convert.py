"""A source's rows made ready for the store, some thousands at a time.

A large source is read by another process (`main`: a pickled source in, pickled batches out) while this one stores.
"""

from __future__ import annotations

import gc
import os
import pickle
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import IO

from geo.districts import load_districts
from geo.errors import IncidentMapError, InputError
from geo.geocode import geocode
from geo.importers.make import Maker
from geo.importers.places import Places
from geo.importers.rows import BadRow, Item, Row
from geo.importers.source import Source
from geo.importers.tables import country_code
from geo.models import Records
from geo.store.bulk import Rows
from geo.vocab import Vocabulary, default_vocabulary

BATCH = 4000  # rows that are stored together
LARGE = 20_000  # rows from which another process reads
ROOT = Path(__file__).resolve().parents[2]
START = "from geo.importers.convert import main; main()"


@dataclass(slots=True)
class Batch:
    """Rows made ready for the store, and how far the file was read."""

    rows: Rows = field(default_factory=Rows)
    bad: list[BadRow] = field(default_factory=list)
    remarks: Counter[str] = field(default_factory=Counter)
    countries: set[str | None] = field(default_factory=set)
    repeated: int = 0
    line: int = 0


def batches_of(source: Source) -> Iterator[Batch]:
    """The rows of a source, made ready for the store some thousands at a time."""
    maker = Maker(source.dataset, source.release, *_reference())
    said: dict[str, tuple[int, int]] = {}
    items = source.read()
    while True:
        batch = Batch()
        number = 0
        for number, item in enumerate(islice(items, BATCH), start=1):  # noqa: B007
            _take(batch, item, maker, said)
        if not number:
            return
        yield batch


@lru_cache(maxsize=1)
def _reference() -> tuple[Vocabulary, Places]:
    return default_vocabulary(), Places(geocode, load_districts())


def _take(batch: Batch, item: Item, maker: Maker, said: dict[str, tuple[int, int]]) -> None:
    """Add one item; a row's id counts once."""
    if isinstance(item, Records):
        batch.rows.add(maker.records(item))
        return
    batch.line = item.line
    if isinstance(item, BadRow):
        batch.bad.append(item)
        return
    content = hash((item.event_type, item.when, item.where, item.counts, item.sides, item.cites, item.title))
    line, before = said.setdefault(item.key, (item.line, content))
    if line == item.line:
        _add_row(batch, item, maker)
    elif before == content:
        batch.repeated += 1
    else:
        batch.bad.append(BadRow(item.line, f"its id {item.key} stands in line {line} already, with other values"))


def _add_row(batch: Batch, row: Row, maker: Maker) -> None:
    try:
        batch.rows.add(maker.rows(row))
        batch.countries.add(country_code(row.where.country))
        if row.remark:
            batch.remarks[row.remark] += 1
    except IncidentMapError as error:
        batch.bad.append(BadRow(row.line, str(error)))


@contextmanager
def batches(source: Source) -> Iterator[Iterator[Batch]]:
    """The batches of a source; those of a large one are made by another process."""
    if source.lines < LARGE:
        yield batches_of(source)
        return
    known = os.environ.get("PYTHONPATH")
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *([known] if known else [])])}
    command = [sys.executable, "-c", START]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            pickle.dump(source, process.stdin)
            process.stdin.close()
            yield _received(process.stdout)
        finally:
            process.kill()


def _received(pipe: IO[bytes]) -> Iterator[Batch]:
    while True:
        try:
            found = pickle.load(pipe)  # written by the process that we started
        except (EOFError, pickle.UnpicklingError) as error:
            raise InputError("the process that reads the file has ended; nothing was stored: try again") from error
        if found is None:
            return
        if isinstance(found, str):
            raise InputError(found)
        yield found


def main() -> None:
    """In the other process: every batch, then None; or the line that says why the reading ended."""
    gc.disable()  # rows hold no circles, and looking for them among very many takes a while
    source = pickle.load(sys.stdin.buffer)
    try:
        for batch in batches_of(source):
            pickle.dump(batch, sys.stdout.buffer, pickle.HIGHEST_PROTOCOL)
        pickle.dump(None, sys.stdout.buffer)
    except IncidentMapError as error:
        pickle.dump(str(error), sys.stdout.buffer)
    sys.stdout.buffer.flush()
