"""Opening a table of text: encoding, delimiter and size found out once, then its rows with their line numbers.

A .zip with one table in it is read as that table. Nothing is unpacked to the disk.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from geo.errors import InputError
from geo.importers.rows import BadRow

DELIMITERS = (",", ";", "\t", "|")
MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
FALLBACK = "cp1252"  # what older spreadsheets write
PIECE = 1 << 20
MOST_BYTES = 8 << 30  # of an unpacked table
TEXT_ENDINGS = (".csv", ".tsv", ".txt")
_TAG = re.compile(r"#[a-z]")


@dataclass(frozen=True, slots=True)
class TableFile:
    """A table of text that was looked at: how it is written, and about how many rows it has."""

    path: Path
    member: str | None
    encoding: str
    delimiter: str
    lines: int


def survey(path: Path) -> TableFile:
    """Find out how a table is written.

    Raises:
        InputError: in one line, when the file cannot be a table.
    """
    if not path.is_file():
        raise InputError(f"{path}: no such file")
    try:
        member = _member(path)
        encoding, lines = _encoding(path, member)
        with _bytes(path, member) as file, io.TextIOWrapper(file, encoding, errors="replace", newline="") as text:
            head = text.readline(PIECE)
    except (OSError, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError) as error:
        raise InputError(f"{path}: cannot be read ({error})") from error
    if not head.strip():
        raise InputError(f"{path}: is empty")
    delimiter = max(DELIMITERS, key=head.count)
    return TableFile(path, member, encoding, delimiter, max(lines - 1, 0))


def read_lines(table: TableFile) -> Iterator[tuple[int, list[str]] | BadRow]:
    """The rows with the line that each begins in; the first is the header. A line that is no row says why."""
    with (
        _bytes(table.path, table.member) as file,
        io.TextIOWrapper(file, table.encoding, errors="replace", newline="") as text,
    ):
        reader = csv.reader(text, delimiter=table.delimiter)
        begins = 1
        while True:
            try:
                cells = next(reader, None)
            except csv.Error as error:
                yield BadRow(begins, f"is no row of a table ({error}); is a quotation mark left open?")
                begins = reader.line_num + 1
                continue
            if cells is None:
                return
            if any(cells):
                yield begins, cells
            begins = reader.line_num + 1


def is_hxl(cells: Sequence[str]) -> bool:
    """Whether this is the row of tags that the Humanitarian Data Exchange adds below the header."""
    return all(_TAG.match(cell.strip()) for cell in cells if cell.strip())


def _member(path: Path) -> str | None:
    """The one table in a .zip; None for a file that is a table itself."""
    if not zipfile.is_zipfile(path):
        return None
    with zipfile.ZipFile(path) as archive:
        inside = [info for info in archive.infolist() if not info.is_dir() and "__MACOSX" not in info.filename]
    tables = [info for info in inside if info.filename.casefold().endswith(TEXT_ENDINGS)]
    if len(tables) != 1:
        held = ", ".join(info.filename for info in inside[:4]) or "nothing"
        raise InputError(f"{path}: must hold one .csv file, but holds {len(tables)} ({held}); unpack it and name one")
    if tables[0].file_size > MOST_BYTES:
        raise InputError(f"{path}: {tables[0].filename} is too large unpacked ({tables[0].file_size >> 30} GB)")
    return tables[0].filename


@contextmanager
def _bytes(path: Path, member: str | None) -> Iterator[BinaryIO]:
    if member is None:
        with path.open("rb") as file:
            yield file
        return
    with zipfile.ZipFile(path) as archive, archive.open(member) as packed:
        yield packed  # type: ignore[misc]


def _encoding(path: Path, member: str | None) -> tuple[str, int]:
    """How the text is written, proved to its end, and how many lines it has."""
    with _bytes(path, member) as file:
        piece = file.read(PIECE)
        marked = next((name for mark, name in MARKS.items() if piece.startswith(mark)), None)
        decoder = codecs.getincrementaldecoder("utf-8")()
        sound, lines, last = True, 0, b""
        while piece:
            lines, last = lines + piece.count(b"\n"), piece
            if sound and not marked:
                try:
                    decoder.decode(piece)
                except UnicodeDecodeError:
                    sound = False
            piece = file.read(PIECE)
    return marked or ("utf-8" if sound else FALLBACK), lines + (last[-1:] not in (b"\n", b""))
