"""A source's rows made ready for the store, some thousands at a time.

A large source is read by other processes (`main`: a pickled source and share in, pickled batches out), each of every
other block of lines, while this one stores.
"""

from __future__ import annotations

import gc
import hashlib
import os
import pickle
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import cycle, islice
from pathlib import Path
from typing import IO, NamedTuple

from geo.districts import load_districts
from geo.errors import IncidentMapError, InputError
from geo.geocode import geocode
from geo.importers.make import Maker
from geo.importers.places import Places
from geo.importers.rows import BLOCK, WHOLE, BadRow, Item, Share
from geo.importers.source import Source
from geo.importers.tables import country_code
from geo.store.bulk import Rows
from geo.vocab import Vocabulary, default_vocabulary

LARGE = 20_000  # rows from which other processes read
MOST_READERS = 3  # more would wait for the one that stores
ROOT = Path(__file__).resolve().parents[2]
START = "from geo.importers.convert import main; main()"


class Said(NamedTuple):
    """What is kept of a row that was made ready, to know it again: where it stands, and a digest of what it says."""

    line: int
    key: str
    content: bytes
    country: str | None
    remark: str | None


@dataclass(slots=True)
class Batch:
    """Rows made ready for the store, by the id of their document, and how far the file was read.

    Attributes:
        again: What further rows with these ids say.
        repeated: How many of them say the same; the others are bad.
    """

    rows: Rows = field(default_factory=Rows)
    said: dict[str, Said] = field(default_factory=dict)
    again: list[tuple[str, Said]] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)
    repeated: int = 0
    line: int = 0


def batches_of(source: Source, share: Share = WHOLE) -> Iterator[Batch]:
    """The rows of a share of a source, made ready for the store some thousands at a time."""
    maker = Maker(source.dataset, source.release, *_reference())
    items = source.read(share)
    while block := list(islice(items, BLOCK)):
        batch = Batch(line=block[-1].line)
        for item in block:
            _take(batch, item, maker)
        yield batch


@lru_cache(maxsize=1)
def _reference() -> tuple[Vocabulary, Places]:
    return default_vocabulary(), Places(geocode, load_districts())


def _take(batch: Batch, item: Item, maker: Maker) -> None:
    """Add one item; the first row of an id counts."""
    if isinstance(item, BadRow):
        batch.bad.append(item)
        return
    try:
        rows = maker.rows(item)
    except IncidentMapError as error:
        batch.bad.append(BadRow(item.line, str(error)))
        return
    ((document, *_),) = rows.documents
    said = Said(item.line, item.key, _content(rows), country_code(item.where.country), item.remark)
    if batch.said.setdefault(document, said) is said:
        batch.rows.add(rows)
    else:
        batch.again.append((document, said))


def _content(rows: Rows) -> bytes:
    """A digest of what a row says: its claims' ids, which are made from their values, its title and its sources."""
    ((_, _, title, *_, cites),) = rows.documents
    words = [claim[0] for claim in rows.claims]
    return hashlib.sha256("\n".join((*words, cites or "", title)).encode()).digest()


def _once(batches: Iterator[Batch]) -> Iterator[Batch]:
    """Without the rows whose ids an earlier batch has; what came again is told."""
    known: dict[str, Said] = {}
    for batch in batches:
        late = batch.said.keys() & known.keys()
        if late:
            batch.again += [(document, batch.said.pop(document)) for document in late]
            batch.rows = batch.rows.of(batch.said.keys())
        known |= batch.said
        for document, said in batch.again:
            _tell_again(batch, known[document], said)
        batch.bad.sort(key=lambda bad: bad.line)
        yield batch


def _tell_again(batch: Batch, first: Said, again: Said) -> None:
    if first.content == again.content:
        batch.repeated += 1
    else:
        reason = f"its id {again.key} stands in line {first.line} already, with other values"
        batch.bad.append(BadRow(again.line, reason))


@contextmanager
def batches(source: Source) -> Iterator[Iterator[Batch]]:
    """The batches of a source; those of a large one are made by other processes."""
    if source.lines < LARGE:
        yield _once(batches_of(source))
        return
    shares = [Share(number, readers()) for number in range(readers())]
    with ExitStack() as stack:
        pipes = [stack.enter_context(_reader(source, share)) for share in shares]
        yield _once(_received(pipes))


def readers() -> int:
    """How many processes read a large source."""
    return min(os.cpu_count() or 1, MOST_READERS)


@contextmanager
def _reader(source: Source, share: Share) -> Iterator[IO[bytes]]:
    """Another process that makes the batches of a share; gives the pipe that they come through."""
    known = os.environ.get("PYTHONPATH")
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *([known] if known else [])])}
    command = [sys.executable, "-c", START]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            pickle.dump((source, share), process.stdin)
            process.stdin.close()
            yield process.stdout
        finally:
            process.kill()


def _received(pipes: list[IO[bytes]]) -> Iterator[Batch]:
    """Batches in the order of the file: a block of each reader in turn, until one has no more."""
    for pipe in cycle(pipes):
        try:
            found = pickle.load(pipe)  # written by a process that we started
        except (EOFError, pickle.UnpicklingError) as error:
            raise InputError("the process that reads the file has ended; nothing was stored: try again") from error
        if found is None:
            return
        if isinstance(found, str):
            raise InputError(found)
        yield found


def main() -> None:
    """In another process: every batch of the share, then None; or the line that says why the reading ended."""
    gc.disable()  # rows hold no circles, and looking for them among very many takes a while
    source, share = pickle.load(sys.stdin.buffer)
    try:
        for batch in batches_of(source, share):
            pickle.dump(batch, sys.stdout.buffer, pickle.HIGHEST_PROTOCOL)
        pickle.dump(None, sys.stdout.buffer)
    except IncidentMapError as error:
        pickle.dump(str(error), sys.stdout.buffer)
    sys.stdout.buffer.flush()
