"""Installing an official district layer: into the user's data folder, where `geo.district_layers` finds it.

The file is replaced in one step, so that a failure at any point leaves what was there.
"""

from __future__ import annotations

import hashlib
import re
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from geo.district_download import PUBLISHERS, Download, Progress, download, find_address
from geo.district_files import Credit, ReadReport, read_boundaries
from geo.district_layers import layer_json
from geo.districts import DistrictTable
from geo.errors import InputError
from geo.files import write_pieces
from geo.settings import Settings


def install_file(
    path: Path, table: DistrictTable, settings: Settings, credit: Credit | None = None, url: str | None = None
) -> ReadReport:
    """Make a layer of a file and show it from now on.

    Args:
        url: Where the file was fetched from.

    Raises:
        InputError: when the file holds no districts of Balochistan or the data folder can't be written.
    """
    report = read_boundaries(path, table, credit)
    target = settings.district_file
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"cannot make the data folder {target.parent}: {error.strerror}") from error
    installed = {
        "file": path.name,
        "url": url,
        "sha256": file_digest(path),
        "on": datetime.now(UTC).date().isoformat(),
        "notes": list(report.notes),
    }
    write_pieces(target, [layer_json(report.layer, installed=installed)])
    return report


def install_from(
    publisher: str,
    table: DistrictTable,
    settings: Settings,
    *,
    url: str | None = None,
    sha256: str | None = None,
    accept: bool = False,
    credit: Credit | None = None,
    progress: Progress | None = None,
) -> ReadReport:
    """Fetch a publisher's file, check it and install it.

    Args:
        publisher: A key of `PUBLISHERS`.
        url: The file's address; without it the publisher's catalogue is asked.
        sha256: The checksum that the file must have.
        accept: Take the file whatever its checksum.

    Raises:
        InputError: when the machine is offline, the checksum is another one or none was given, or the file is no
            good. Nothing is installed then.
    """
    if sha256 is not None and not re.fullmatch("[0-9a-fA-F]{64}", sha256.strip()):
        raise InputError(f"--sha256 needs 64 hexadecimal digits, not {sha256!r}")
    address = url or find_address(PUBLISHERS[publisher])
    with tempfile.TemporaryDirectory(prefix="districts-") as folder:
        got = download(address, Path(folder), progress)
        _check_sum(got, sha256, accept)
        return install_file(got.path, table, settings, credit, address)


def _check_sum(got: Download, sha256: str | None, accept: bool) -> None:
    if sha256 is not None and got.sha256 != sha256.strip().lower():
        raise InputError(f"{got.url} sent a file with SHA-256 {got.sha256}, not {sha256}: nothing was installed")
    if sha256 is None and not accept:
        raise InputError(
            f"{got.url} sent {got.size} bytes with SHA-256 {got.sha256}, and there is nothing to check them by: "
            "nothing was installed. Compare it with the publisher's or with what another machine gets, then run the "
            f"same with --sha256 {got.sha256} (or with --accept, to trust the connection)"
        )


def remove_installed(settings: Settings) -> bool:
    """Go back to the schematic layer; False when none was installed."""
    existed = settings.district_file.exists()
    settings.district_file.unlink(missing_ok=True)
    return existed


def file_digest(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
