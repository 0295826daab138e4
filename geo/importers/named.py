"""Rows by the names of their columns, from a table of text, an Excel sheet or the JSON of a web service.

For readers whose columns change from release to release (`data/import_columns.csv` has their names). A cell is text;
a missing one is empty.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from geo.errors import InputError
from geo.importers.cells import TableFile, is_hxl, read_lines, survey
from geo.importers.features import ENDINGS, cell_text, feature_header, feature_lines, is_features
from geo.importers.rows import WHOLE, BadRow, Item, Row, Share
from geo.importers.tables import columns_of, find_columns, missing_columns

EXCEL = (".xlsx", ".xlsm")
OLD_SHEETS = (".xls", ".xlsb", ".ods")
MOST_JSON = 1 << 30  # bytes

Cells = Mapping[str, str]
Line = tuple[int, Sequence[str]] | BadRow
Named = tuple[int, Cells] | BadRow


@dataclass(frozen=True, slots=True)
class NamedTable:
    """A file whose columns are known to a reader.

    Attributes:
        width: Number of columns.
        places: Where each known column stands.
        needed: How many cells a row must have.
        text: How a table of text is written; None for Excel and JSON.
        lines: About how many rows there are.
    """

    path: Path
    width: int
    places: Mapping[str, int]
    needed: int
    text: TableFile | None
    lines: int


def open_named(path: Path, reader: str, what: str) -> NamedTable:
    """Look at a file.

    Args:
        reader: Name in `data/import_columns.csv`.
        what: What the file should be, for messages: "a file of ACLED".

    Raises:
        InputError: in one line, when it cannot be read or lacks a column.
    """
    text, header, lines = _look(path)
    columns = columns_of(reader)
    places = find_columns(header, columns)
    missing = missing_columns(places, columns)
    if missing:
        more = f" and {len(missing) - 4} more" if len(missing) > 4 else ""
        raise InputError(f"{path}: is no {what}: column {', '.join(missing[:4])}{more} is missing")
    needed = max(places[column.name] for column in columns if column.required) + 1
    return NamedTable(path, len(header), places, needed, text, lines)


def open_any(path: Path) -> NamedTable:
    """Look at a file whose columns nobody knows: each under its own name, a repeated one with a number.

    Raises:
        InputError: in one line, when it cannot be read or has no header.
    """
    if path.suffix.casefold() in OLD_SHEETS:
        raise InputError(f"{path}: sheets of this kind are not read; save it as .xlsx or .csv")
    text, header, lines = _look(path)
    places: dict[str, int] = {}
    for index, cell in enumerate(header):
        name = cell.strip() or f"column {index + 1}"
        places[name if name not in places else f"{name} ({index + 1})"] = index
    if not any(cell.strip() for cell in header):
        raise InputError(f"{path}: has no header; its first row must name the columns")
    return NamedTable(path, len(header), places, 0, text, lines)


def read_named(table: NamedTable, share: Share = WHOLE) -> Iterator[Named]:
    """The rows, each with its line and its cells by the name of their column; a row of tags is passed over."""
    for found in share.take(line for line in _lines(table) if isinstance(line, BadRow) or not is_hxl(line[1])):
        if isinstance(found, BadRow):
            yield found
            continue
        line, cells = found
        if len(cells) < table.needed or any(cell.strip() for cell in cells[table.width :]):
            yield BadRow(line, f"has {len(cells)} cells, the header has {table.width}")
            continue
        yield line, {name: cells[place] if place < len(cells) else "" for name, place in table.places.items()}


def items_of(lines: Iterator[Named], row_of: Callable[[int, Cells], Row]) -> Iterator[Item]:
    """What a reader makes of each row, or why it can't."""
    for found in lines:
        if isinstance(found, BadRow):
            yield found
            continue
        try:
            yield row_of(*found)
        except InputError as error:
            yield BadRow(found[0], str(error))


def _look(path: Path) -> tuple[TableFile | None, list[str], int]:
    """How a table of text is written, the header, and about how many rows there are."""
    if _is_text(path):
        table = survey(path)
        return table, _first(read_lines(table)), table.lines
    if not path.is_file():
        raise InputError(f"{path}: no such file")
    if is_features(path):
        return None, *feature_header(path)
    return None, *(_json_header(path) if _is_json(path) else _excel_header(path))


def _lines(table: NamedTable) -> Iterator[Line]:
    if table.text is not None:
        lines: Iterator[Line] = read_lines(table.text)
    elif is_features(table.path):
        known = len(table.places) == table.width  # then all of its columns are
        lines = feature_lines(table.path, list(table.places) if known else feature_header(table.path)[0])
    else:
        lines = _json_lines(table.path) if _is_json(table.path) else _excel_lines(table.path)
    next(lines, None)
    return lines


def _first(lines: Iterator[Line]) -> list[str]:
    found = next(lines, None)
    return [] if found is None or isinstance(found, BadRow) else list(found[1])


def _is_json(path: Path) -> bool:
    return path.suffix.casefold() in (".json", *ENDINGS)


def _is_text(path: Path) -> bool:
    return not _is_json(path) and path.suffix.casefold() not in EXCEL


def _text_of(value: object) -> str:
    """A cell of Excel as a table of text would have it."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, (date, datetime)):
        return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
    return str(value)


def _excel_header(path: Path) -> tuple[list[str], int]:
    with _sheet(path) as opened:
        return _first(opened.lines()), max((opened.sheet.max_row or 1) - 1, 0)


def _excel_lines(path: Path) -> Iterator[Line]:
    with _sheet(path) as opened:
        yield from opened.lines()


@dataclass(slots=True)
class _Sheet:
    """The first sheet of a workbook, open for reading row by row."""

    book: Any
    sheet: Any

    def __enter__(self) -> _Sheet:
        return self

    def __exit__(self, *_: object) -> None:
        self.book.close()

    def lines(self) -> Iterator[Line]:
        for line, values in enumerate(self.sheet.iter_rows(values_only=True), start=1):
            if any(value is not None for value in values):
                yield line, [_text_of(value) for value in values]


def _sheet(path: Path) -> _Sheet:
    """Open a workbook.

    Raises:
        InputError: in one line, when it is none.
    """
    from openpyxl import load_workbook  # noqa: PLC0415  (slow to load)
    from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415

    if not path.is_file():
        raise InputError(f"{path}: no such file")
    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (OSError, InvalidFileException, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise InputError(f"{path}: is no Excel workbook that can be read ({error})") from error
    if not book.worksheets:
        book.close()
        raise InputError(f"{path}: has no sheet with rows")
    return _Sheet(book, book.worksheets[0])


def _json_header(path: Path) -> tuple[list[str], int]:
    rows = _json_rows(path)
    return list(dict.fromkeys(name for row in rows for name in row)), len(rows)


def _json_lines(path: Path) -> Iterator[Line]:
    """The header, and then each row under it; its "line" is its number in the list."""
    rows = _json_rows(path)
    header = list(dict.fromkeys(name for row in rows for name in row))
    yield 0, header
    for number, row in enumerate(rows, start=1):
        yield number, [cell_text(row.get(name)) for name in header]


def _json_rows(path: Path) -> list[dict[str, Any]]:
    """The rows of a web service's answer: a list, or an object with one in `data`.

    Raises:
        InputError: in one line, when it is something else.
    """
    try:
        if path.stat().st_size > MOST_JSON:
            raise InputError(f"{path}: is larger than {MOST_JSON >> 20} MB; ask for the table as CSV")
        found = json.loads(path.read_bytes())
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
    except ValueError as error:
        raise InputError(f"{path}: is not JSON ({error})") from error
    rows = found.get("data") if isinstance(found, dict) else found
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows) or not rows:
        raise InputError(f'{path}: holds no list of rows; expected [...] or {{"data": [...]}}')
    return rows
