"""Writing files whole or not at all: every writer of the project goes through here."""

from __future__ import annotations

import gc
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from geo.errors import InputError


def write_atomically(path: Path, fill: Callable[[Path], None]) -> None:
    """Let `fill` write a temporary file beside `path`, then put it in its place in one step.

    The temporary file keeps the ending, because geodata drivers go by it.

    Raises:
        InputError: when the folder doesn't exist or can't be written; nothing is left behind.
    """
    if not path.parent.is_dir():
        raise InputError(f"cannot write {path}: the folder {path.parent} doesn't exist")
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.stem}-", suffix=path.suffix, dir=path.parent)
    except OSError as error:
        raise InputError(f"cannot write {path}: {error.strerror}") from error
    os.close(handle)
    held = Path(name)
    try:
        fill(held)
        held.chmod(0o644)
        held.replace(path)
    except OSError as error:
        raise InputError(f"cannot write {path}: {error.strerror or error}") from error
    finally:
        held.unlink(missing_ok=True)


@contextmanager
def _no_search_for_circles() -> Iterator[None]:
    """Rows hold none, and Python's search for them takes a tenth of the time; a look after each piece is enough."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def write_pieces(path: Path, pieces: Iterable[bytes]) -> None:
    """Write what a generator gives, whole or not at all; each piece is written while the next one is made."""

    def fill(held: Path) -> None:
        with held.open("wb") as file, ThreadPoolExecutor(1) as writer, _no_search_for_circles():
            written: Future[int] | None = None
            for piece in pieces:
                if written:
                    written.result()
                written = writer.submit(file.write, piece)
                gc.collect(1)
            if written:
                written.result()

    write_atomically(path, fill)
