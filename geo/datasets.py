"""The data sets that incidents are taken over from, by id: who speaks in them, and what may be done with their rows.

`data/datasets.csv` lists the known ones; a data set that a user brings along is kept in the store.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from geo.datafiles import DATA_DIR, read_rows, slug
from geo.errors import DataFileError
from geo.models import DataSet

COLUMNS = (
    *("id", "name", "speaker", "licence", "licence_text", "citation"),
    *("redistribute", "releases", "url", "source"),
)
YES_NO = {"yes": True, "no": False}
RELEASES = {"whole": True, "parts": False}


@lru_cache(maxsize=1)
def known_datasets() -> dict[str, DataSet]:
    """The data sets of `data/datasets.csv`, read once.

    Raises:
        DataFileError: naming file, line and value of the first fault.
    """
    return read_datasets(DATA_DIR / "datasets.csv")


def read_datasets(path: Path) -> dict[str, DataSet]:
    """The data sets of a file in the form of `data/datasets.csv`.

    Raises:
        DataFileError: naming file, line and value of the first fault.
    """
    found: dict[str, DataSet] = {}
    for line, row in read_rows(path, COLUMNS):
        for column in ("id", "name", "speaker", "licence", "licence_text", "citation", "source"):
            if not row[column]:
                raise DataFileError(path, line, f"{column} must not be empty")
        key = row["id"]
        if key != slug(key) or key in found:
            raise DataFileError(path, line, f"id {key!r} must be a slug (small letters and hyphens) that stands once")
        for column, words in (("redistribute", YES_NO), ("releases", RELEASES)):
            if row[column] not in words:
                raise DataFileError(path, line, f"{column} {row[column]!r} must be one of {', '.join(words)}")
        found[key] = DataSet(
            key,
            row["name"],
            row["speaker"],
            row["licence"],
            row["licence_text"],
            row["citation"],
            YES_NO[row["redistribute"]],
            RELEASES[row["releases"]],
            row["url"] or None,
        )
    return found
