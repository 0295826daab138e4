"""Reading the CSV files of `data/`: rows with their line numbers, and one clear error for what breaks the rules.

Used by every module that loads a vocabulary; knows nothing of what the rows mean.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Collection, Iterator
from functools import lru_cache
from pathlib import Path

from geo.errors import DataFileError

DATA_DIR = Path(__file__).resolve().parent.parent / "data"
VOCABULARY_FILES = ("actors.csv", "publishers.csv", "event_types.csv", "districts.csv", "gazetteer.csv")


_NO_WORD = re.compile(r"[^\w]+")


def read_rows(path: Path, required: Collection[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield (line, row) of a CSV file with a header; cells are stripped, a missing one is empty.

    Raises:
        DataFileError: when the file is missing, isn't UTF-8, lacks a required column, or a row has too many cells.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise DataFileError(path, None, f"file is missing; expected at {path}") from error
    except UnicodeDecodeError as error:
        raise DataFileError(path, None, f"is not UTF-8 ({error.reason} at byte {error.start})") from error
    reader = csv.DictReader(text.splitlines())
    missing = [column for column in required if column not in (reader.fieldnames or ())]
    if missing:
        raise DataFileError(path, 1, f"column {', '.join(map(repr, missing))} is missing")
    for row in reader:
        if None in row:
            raise DataFileError(path, reader.line_num, f"has more cells than the header: {row[None]!r}")
        yield reader.line_num, {key: (value or "").strip() for key, value in row.items()}


def split_list(cell: str) -> tuple[str, ...]:
    """The values of a `|`-separated cell."""
    return tuple(part.strip() for part in cell.split("|") if part.strip())


@lru_cache(maxsize=8192)  # the same names of speakers, outlets and places are compared again and again
def fold(name: str) -> str:
    """A name for comparing: no case, no diacritics, hyphens and punctuation as spaces."""
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join([char for char in decomposed if not unicodedata.combining(char)])
    return " ".join(_NO_WORD.sub(" ", plain).split())


def slug(name: str) -> str:
    """An id from a name: folded, with hyphens; `unknown` where nothing is left."""
    return fold(name).replace(" ", "-").replace("_", "-") or "unknown"


def vocabulary_bytes(folder: Path = DATA_DIR) -> bytes:
    """What the vocabularies hold that figures depend on: part of the data version."""
    return b"".join((folder / name).read_bytes() for name in VOCABULARY_FILES)
