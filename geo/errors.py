"""The errors of the package; every other module may import this one, and it imports none of ours.

Each error is one clear line: what is wrong, where, and what to do about it. The command line turns the
`exit_code` into the process's, the HTTP layer turns `http_status` into the answer's.
"""

from __future__ import annotations

from pathlib import Path


class IncidentMapError(Exception):
    """Base of every error that a user can act on; `str(error)` is the one line shown."""

    exit_code = 2
    http_status = 400


class InputError(IncidentMapError):
    """What the user gave (an argument, a file, a URL, a query) cannot be used."""


class DataFileError(InputError):
    """A file in `data/` (or one in its format) breaks its rules.

    Args:
        path: The file.
        line: Its line, counted from 1; None where the file as a whole is at fault.
        message: What is wrong and what would be right, naming the value.
    """

    def __init__(self, path: Path | str, line: int | None, message: str) -> None:
        self.path = Path(path)
        self.line = line
        self.message = message
        where = self.path.name if line is None else f"{self.path.name}:{line}"
        super().__init__(f"{where}: {message}")


class StoreError(IncidentMapError):
    """What is stored cannot be read or written."""

    exit_code = 3
    http_status = 503


class EmptyStore(StoreError):
    """Nothing is stored yet where a store should be: it was just made, or is being made."""


class NotFound(IncidentMapError):
    """An id or a name that nothing has."""

    http_status = 404
