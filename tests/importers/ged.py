"""Small files in the form of UCDP GED, with only what a test is about."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

from tools.make_ged import COLUMNS

BASE = {
    "id": "1",
    "year": "2024",
    "type_of_violence": "1",
    "conflict_name": "Pakistan: Balochistan",
    "side_a": "Government of Pakistan",
    "side_b": "BLA",
    "gwnoa": "770",
    "where_prec": "1",
    "where_coordinates": "Machh town",
    "adm_1": "Balochistan province",
    "adm_2": "Bolan district",
    "latitude": "29.865",
    "longitude": "67.330",
    "country": "Pakistan",
    "country_id": "770",
    "date_prec": "1",
    "date_start": "2024-01-29 00:00:00.000",
    "date_end": "2024-01-29 00:00:00.000",
    "deaths_a": "4",
    "deaths_b": "9",
    "deaths_civilians": "2",
    "deaths_unknown": "0",
    "best": "15",
    "high": "20",
    "low": "15",
}


def event(key: int, **cells: str) -> dict[str, str]:
    """A row; what isn't given is as in `BASE`."""
    return dict.fromkeys(COLUMNS, "") | BASE | {"id": str(key)} | cells


def text_of(rows: Iterable[dict[str, str]], columns: Sequence[str] = COLUMNS, delimiter: str = ",") -> str:
    """A table of these rows."""
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, columns, extrasaction="ignore", restval="", delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue()


def ged_file(folder: Path, *rows: dict[str, str], name: str = "GEDEvent_v25_1.csv") -> Path:
    """A file of these rows."""
    path = folder / name
    path.write_text(text_of(rows), encoding="utf-8")
    return path
