"""A district file from its publisher's address: fetched whole, within limits, with a checksum, into a folder given.

Nothing is known beforehand of what a publisher serves today, so the caller decides about the checksum; see
`geo.district_install`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests

from geo.errors import InputError

TIMEOUT = (10.0, 60.0)  # seconds to connect, and between two pieces
MAX_BYTES = 200_000_000
PIECE = 1 << 16
AGENT = "balochistan-incident-map (districts install)"
BY_HAND = "or download the file yourself and run `python -m geo districts install FILE`"

Progress = Callable[[int, int | None], None]


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who offers districts of Pakistan: the address of their catalogue entry, and how to find the file in it."""

    label: str
    catalogue: str
    find_file: Callable[[Any], str | None]


@dataclass(frozen=True, slots=True)
class Download:
    """A fetched file."""

    path: Path
    url: str
    sha256: str
    size: int


def _geoboundaries_file(entry: Any) -> str | None:
    address = entry.get("gjDownloadURL") if isinstance(entry, dict) else None
    return str(address) if address else None


def _humdata_file(entry: Any) -> str | None:
    """The GeoJSON of a data set of the Humanitarian Data Exchange, else its shapefile or GeoPackage."""
    resources = entry.get("result", {}).get("resources", []) if isinstance(entry, dict) else []
    for wanted in ("GEOJSON", "SHP", "GEOPACKAGE", "ZIPPED SHAPEFILE"):
        for resource in resources:
            if str(resource.get("format", "")).upper() == wanted:
                address = resource.get("download_url") or resource.get("url")
                return str(address) if address else None
    return None


PUBLISHERS = {
    "cod-ab": Publisher(
        "OCHA COD-AB", "https://data.humdata.org/api/3/action/package_show?id=cod-ab-pak", _humdata_file
    ),
    "geoboundaries": Publisher(
        "geoBoundaries", "https://www.geoboundaries.org/api/current/gbOpen/PAK/ADM2/", _geoboundaries_file
    ),
}


def find_address(publisher: Publisher) -> str:
    """The address of a publisher's present file, from its catalogue.

    Raises:
        InputError: when the catalogue can't be reached or has no such file.
    """
    with _ask(publisher.catalogue) as answer:
        try:
            found = publisher.find_file(answer.json())
        except (requests.exceptions.JSONDecodeError, AttributeError):
            found = None
    if not found:
        raise InputError(
            f"{publisher.label}'s catalogue {publisher.catalogue} names no file; give its address with --url, {BY_HAND}"
        )
    return found


def download(url: str, folder: Path, progress: Progress | None = None) -> Download:
    """Fetch an address into a folder.

    Args:
        progress: Called with the bytes so far and the expected total, where the server says it.

    Raises:
        InputError: when it can't be reached, says no, is too large or breaks off.
    """
    digest, size = hashlib.sha256(), 0
    held = folder / "download"
    with _ask(url) as answer, held.open("wb") as file:
        stated = answer.headers.get("Content-Length", "")
        total = int(stated) if stated.isdecimal() and "Content-Encoding" not in answer.headers else None
        try:
            for piece in answer.iter_content(PIECE):
                size += len(piece)
                if size > MAX_BYTES:
                    raise InputError(f"{url} sends more than {MAX_BYTES // 1_000_000} MB; nothing was kept")
                digest.update(piece)
                file.write(piece)
                if progress:
                    progress(size, total)
        except requests.RequestException as error:
            raise InputError(f"{url} broke off after {size} bytes ({_reason(error)}); try again, {BY_HAND}") from error
    if size == 0 or (total is not None and size < total):
        raise InputError(f"{url} broke off after {size} of {total} bytes; try again, {BY_HAND}")
    path = held.rename(folder / f"{_stem(url)}{_ending(held)}")
    return Download(path, url, digest.hexdigest(), size)


def _ask(url: str) -> requests.Response:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise InputError(f"an address must begin with https:// or http://, not {url!r}")
    try:
        answer = requests.get(url, stream=True, timeout=TIMEOUT, headers={"User-Agent": AGENT})
    except requests.RequestException as error:
        raise InputError(
            f"cannot reach {url} ({_reason(error)}); is this machine online? Try again, {BY_HAND}"
        ) from error
    if not answer.ok:
        answer.close()
        raise InputError(
            f"{url} answers {answer.status_code} {answer.reason}; give the present address with --url, {BY_HAND}"
        )
    return answer


def _reason(error: Exception) -> str:
    """The kind of a network error in a few words; the whole chain is no help."""
    kinds = {
        requests.exceptions.Timeout: "no answer in time",
        requests.exceptions.SSLError: "its certificate cannot be verified",
        requests.exceptions.TooManyRedirects: "too many redirects",
        requests.exceptions.InvalidURL: "not a valid address",
        requests.exceptions.ConnectionError: "no connection",
    }
    return next((words for kind, words in kinds.items() if isinstance(error, kind)), type(error).__name__)


def _stem(url: str) -> str:
    """A plain file name from an address."""
    last = Path(urlsplit(url).path).name.split(".")[0]
    return "".join(char for char in last if char.isalnum() or char in "-_")[:60] or "districts"


def _ending(path: Path) -> str:
    """What the file is, by its first bytes: an address need not say it."""
    with path.open("rb") as file:
        start = file.read(16)
    if start.startswith(b"PK"):
        return ".zip"
    return ".gpkg" if start.startswith(b"SQLite format 3") else ".geojson"
