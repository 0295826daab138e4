"""The table that this browser tab is about to import: its file, in a folder of its own, and its mapping."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import streamlit as st

from geo.errors import IncidentMapError, InputError
from geo.importers.exported import is_export
from geo.importers.features import is_features
from geo.importers.mapping import TableMapping, load_mapping
from geo.importers.named import NamedTable, open_any
from geo.importers.propose import Look, look_at, propose

HELD, TURN, FAULT = "import_held", "import_turn", "import_fault"
SUFFIXES = ("csv", "tsv", "txt", "xlsx", "xlsm", "json", "geojson", "zip")
MOST_UNPACKED = 500 << 20  # bytes
_UNSAFE = re.compile(r"[^\w.\- ()]")


@dataclass(slots=True)
class Held:
    """A table that was uploaded.

    Attributes:
        file_id: Of the upload, so that the same one is taken once.
        draft: The mapping as its fields show it now; what they begin with when the page is opened again.
        export: Whether it is an export of this program, which needs no mapping.
    """

    file_id: str
    folder: TemporaryDirectory[str]
    path: Path
    table: NamedTable | None = None
    look: Look | None = None
    draft: TableMapping | None = None
    remarks: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    export: bool = False
    made: dict[object, object] = field(default_factory=dict)

    def words(self, error: Exception) -> str:
        """An error without the folder that nobody knows."""
        return str(error).replace(f"{self.folder.name}/", "")


def held() -> Held | None:
    """The table of this tab."""
    found: Held | None = st.session_state.get(HELD)
    return found


def forget() -> None:
    """Callback: another table may come."""
    st.session_state.pop(HELD, None)
    st.session_state[TURN] = turn() + 1


def turn() -> int:
    """How often the fields began anew: part of their keys."""
    return int(st.session_state.setdefault(TURN, 0))


def key(name: str) -> str:
    """The key of a widget of the table that is held."""
    return f"import_{turn()}_{name}"


def take(file_id: str, name: str, content: bytes) -> None:
    """Hold an uploaded table; one that can't be read is told of in one line."""
    folder = TemporaryDirectory(prefix="import-")
    path = Path(folder.name) / (_UNSAFE.sub("_", Path(name).name)[-100:].lstrip(".") or "table.csv")
    path.write_bytes(content)
    found = Held(file_id, folder, path)
    st.session_state.pop(FAULT, None)
    try:
        _check_size(path)
        if is_features(path) and is_export(path):
            found.export = True
        else:
            found.table = open_any(path)
            found.look = look_at(found.table)
            proposed = propose(found.table, found.look)
            found.draft, found.remarks, found.questions = proposed.mapping, proposed.remarks, proposed.questions
    except IncidentMapError as error:
        st.session_state[FAULT] = found.words(error)
        forget()
        return
    st.session_state[HELD] = found
    st.session_state[TURN] = turn() + 1


def _check_size(path: Path) -> None:
    """Refuse what is small only because it is packed; Excel's sheets are packed too.

    Raises:
        InputError: with what to do instead.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(info.file_size for info in archive.infolist())
    except (zipfile.BadZipFile, OSError, ValueError):
        return  # no archive, or one whose reader says what is wrong with it
    if size > MOST_UNPACKED:
        raise InputError(
            f"{path}: is larger than {MOST_UNPACKED >> 20} MB unpacked; import it with `python -m geo import csv`"
        )


def use_mapping(found: Held, name: str, content: bytes) -> None:
    """Let the fields be those of a mapping file.

    Raises:
        InputError: naming file, line and value of the first fault.
    """
    path = Path(found.folder.name) / "mapping.yaml"
    path.write_bytes(content)
    try:
        mapping = load_mapping(path)
    except InputError as error:
        raise InputError(str(error).replace("mapping.yaml", name, 1)) from error
    known = set(found.table.places) if found.table else set()
    lost = sorted({column for one in mapping.fields.values() for column in one.columns} - known)
    if lost:
        raise InputError(f"{name}: is for another table; this one has no column {', '.join(lost[:4])}")
    found.draft, found.remarks, found.questions = mapping, (), ()
    st.session_state[TURN] = turn() + 1
