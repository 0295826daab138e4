"""What is to be imported: the file, the data set that it is of, and the function that reads it.

Every reader's module has `open_source(path, mapping, release) -> Source`, which looks at the file and refuses a wrong
one in one line before anything is stored.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

from geo.errors import InputError
from geo.importers.rows import WHOLE, Item, Share
from geo.models import DataSet

UNSTATED = "unstated"  # the release of a file that names none
READERS = {
    "ucdp": "geo.importers.ucdp",
    "acled": "geo.importers.acled",
    "gtd": "geo.importers.gtd",
    "csv": "geo.importers.mapped",
    "geojson": "geo.importers.geojson",
}


class Read(Protocol):
    """Gives the rows of a file, or those of a share of it."""

    def __call__(self, share: Share = WHOLE) -> Iterator[Item]: ...


@dataclass(frozen=True, slots=True)
class Source:
    """A file that can be imported.

    Attributes:
        read: Gives its rows; a function of a module or a `functools.partial` of one, so that other processes can call
            it.
        lines: About how many rows there are, for the progress bar.
        part: Whether these are known to be some rows of a release only, so that none is missed.
    """

    path: Path
    dataset: DataSet
    release: str
    read: Read
    lines: int
    part: bool = False


def open_source(reader: str, path: Path, mapping: Path | None = None, release: str | None = None) -> Source:
    """The source of a file, by the name of its reader.

    Raises:
        InputError: in one line, for a file that isn't of this kind.
    """
    if reader not in READERS:
        raise InputError(f"no reader is called {reader!r}; use one of {', '.join(READERS)}")
    module: Any = importlib.import_module(READERS[reader])
    found: Source = module.open_source(path, mapping, release)
    return found


@lru_cache(maxsize=4096)
def release_order(release: str) -> tuple[int, ...]:
    """What releases are compared by: the numbers in them; one that is not stated is the oldest."""
    return tuple(int(part) for part in "".join(c if c.isdecimal() else " " for c in release).split())
