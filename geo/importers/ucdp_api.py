"""UCDP's web service: all pages of a query into a folder, from which the rows are read like those of a file.

A pull that was broken off goes on with the page after the last one that was kept whole. The pages are removed when
their rows are stored; the store then holds nothing twice, whatever is pulled again.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, partial
from http import HTTPStatus
from itertools import chain
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import orjson
import requests

from geo.datasets import known_datasets
from geo.errors import InputError
from geo.files import write_pieces
from geo.importers.rows import WHOLE, BadRow, Item, Share
from geo.importers.source import Source
from geo.importers.tables import columns_of, find_columns, missing_columns
from geo.importers.ucdp import READER, Reader, dataset_of

ADDRESS = "https://ucdpapi.pcr.uu.se/api/gedevents"
TOKEN_HEADER = "x-ucdp-access-token"
AGENT = "balochistan-incident-map (pull ucdp)"
PAGE_SIZE = 1000
TRIES = 3
BY_HAND = "or download the CSV from https://ucdp.uu.se/downloads/ and run `python -m geo import ucdp FILE`"

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked of the service.

    Attributes:
        version: Release of the data set: `25.1`, or `25.0.10` for candidate events of a month.
        countries: Gleditsch-Ward numbers (Pakistan: 770); none for all.
        start, end: Days between which an event must lie.
    """

    version: str
    countries: tuple[int, ...] = ()
    start: str | None = None
    end: str | None = None

    def parameters(self) -> dict[str, str]:
        """The parameters of the first page."""
        found = {"pagesize": str(PAGE_SIZE), "page": "0"}
        if self.countries:
            found["Country"] = ",".join(map(str, self.countries))
        given = {"StartDate": self.start, "EndDate": self.end}
        return found | {name: value for name, value in given.items() if value}


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a pull may take: seconds to connect, between two pieces and for one page, and bytes."""

    connect: float = 10.0
    read: float = 60.0
    page: float = 300.0
    page_bytes: int = 50_000_000
    all_bytes: int = 4_000_000_000
    pages: int = 20_000
    pause: float = 1.0


@dataclass(slots=True)
class Pull:
    """One pull, with the folder that keeps its pages."""

    query: Query
    folder: Path
    address: str = ADDRESS
    token: str | None = None
    limits: Limits = field(default_factory=Limits)

    @classmethod
    def of(cls, query: Query, data_dir: Path, address: str = ADDRESS, token: str | None = None) -> Pull:
        """A pull whose pages lie in the data folder, under a name of what is asked and of whom."""
        if urlsplit(address).scheme not in ("https", "http") or not urlsplit(address).hostname:
            raise InputError(f"{address!r} is no address of a web service; like {ADDRESS}")
        if not all(part.isdecimal() for part in query.version.split(".")):
            raise InputError(
                f"--version {query.version!r} is no release; like 25.1, or 25.0.10 for a month's candidates"
            )
        name = json.dumps([address, query.version, query.parameters()])
        folder = data_dir / "pulls" / f"ucdp-{query.version}-{hashlib.sha256(name.encode()).hexdigest()[:12]}"
        return cls(query, folder, address.rstrip("/"), token)

    def pages(self) -> list[Path]:
        """The pages that were kept, in order."""
        return sorted(self.folder.glob("page-*.json"))

    def fetch(self, progress: Progress = lambda _held, _all: None) -> Source:
        """Fetch all pages that aren't there yet.

        Args:
            progress: Called with the number of events that are there and of all.

        Raises:
            InputError: in one line, when the service can't be reached or answers something else; pages that were kept
                stay.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(f"{self.folder}: cannot be made ({error.strerror})") from error
        held, total = self._fetch_rest(progress)
        if held != total:
            self.remove()
            raise InputError(f"{self.address}: gave {held} events, but says that there are {total}; pull again")
        if not total:
            self.remove()
            raise InputError(f"{self.address}: has no events of release {self.query.version} for this query")
        known = known_datasets()[dataset_of(self.query.version)]
        part = bool(self.query.start or self.query.end)
        return Source(self.folder, known, self.query.version, partial(read_pages, self.folder), total, part)

    def remove(self) -> None:
        """Take the pages away: their rows are stored, or they are of no use."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _fetch_rest(self, progress: Progress) -> tuple[int, int]:
        held, size, following = 0, 0, self.query.parameters()
        total: int | None = None
        number = 0
        for path in self.pages():  # what an earlier run has kept
            page = _read_page(path, path.read_bytes())
            held, size, total, following = _after(page, held, size + path.stat().st_size)
            number += 1
        while total is None or (following and held <= total):
            if number >= self.limits.pages or size > self.limits.all_bytes:
                raise InputError(f"{self.address}: gives more than is sensible ({number} pages, {size:,} bytes)")
            body = self._page(following)
            page = _read_page(self.address, body)
            if total is not None and page["TotalCount"] != total:
                self.remove()
                raise InputError(f"{self.address}: its data changed while it was pulled; pull again")
            write_pieces(self.folder / f"page-{number:05}.json", [body])
            held, size, total, following = _after(page, held, size + len(body))
            number += 1
            progress(held, total)
        return held, total

    def _page(self, parameters: Mapping[str, str]) -> bytes:
        """One page, asked for again when the service stumbles."""
        for attempt in range(1, TRIES + 1):
            try:
                return self._ask(parameters)
            except _Stumbled as error:
                if attempt == TRIES:
                    raise InputError(
                        f"{self.address}: {error}; what was pulled is kept, run it again to go on, {BY_HAND}"
                    ) from error
                time.sleep(self.limits.pause * attempt)
        raise AssertionError("unreachable")

    def _ask(self, parameters: Mapping[str, str]) -> bytes:
        headers = {"User-Agent": AGENT, "Accept": "application/json"}
        if self.token:
            headers[TOKEN_HEADER] = self.token
        url = f"{self.address}/{self.query.version}?{urlencode(parameters)}"
        times = (self.limits.connect, self.limits.read)
        try:
            with requests.get(url, headers=headers, timeout=times, stream=True, allow_redirects=False) as answer:
                self._check(answer)
                return b"".join(self._pieces(answer))
        except requests.Timeout as error:
            raise _Stumbled("did not answer in time") from error
        except requests.RequestException as error:
            raise _Stumbled("cannot be reached; is this machine online?") from error

    def _check(self, answer: requests.Response) -> None:
        status = answer.status_code
        if status == HTTPStatus.OK:
            return
        if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            raise InputError(
                f"{self.address}: wants an access token ({status}); ask UCDP for one and set "
                f"INCIDENTS_UCDP_TOKEN, {BY_HAND}"
            )
        if status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise _Stumbled(f"is overloaded or out of order ({status})")
        raise InputError(f"{self.address}: answers {status} for release {self.query.version}; is there such a release?")

    def _pieces(self, answer: requests.Response) -> Iterator[bytes]:
        size, end = 0, time.monotonic() + self.limits.page
        for piece in answer.iter_content(1 << 16):
            size += len(piece)
            if size > self.limits.page_bytes:
                raise InputError(f"{self.address}: a page is larger than {self.limits.page_bytes >> 20} MB")
            if time.monotonic() > end:
                raise _Stumbled(f"took longer than {self.limits.page:g} seconds for a page")
            yield piece


class _Stumbled(Exception):
    """The service failed in a way that may pass."""


def _read_page(where: object, body: bytes) -> dict[str, Any]:
    """A page of the service.

    Raises:
        InputError: when it is something else.
    """
    try:
        page = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise InputError(f"{where}: gave no JSON, so it is no service of UCDP") from error
    events = page.get("Result") if isinstance(page, dict) else None
    if not isinstance(events, list) or not isinstance(page.get("TotalCount"), int):
        raise InputError(f"{where}: gave JSON without TotalCount and Result, so it is no service of UCDP")
    return dict(page)


def _after(page: Mapping[str, Any], held: int, size: int) -> tuple[int, int, int, dict[str, str]]:
    """How many events and bytes there are with this page, how many there will be, and what to ask for next.

    Only the query of the next page's address counts: the service itself stays the one that was named.
    """
    address = page.get("NextPageUrl")
    following = dict(parse_qsl(urlsplit(address).query)) if isinstance(address, str) and address else {}
    return held + len(page["Result"]), size, page["TotalCount"], following


def read_pages(folder: Path, share: Share = WHOLE) -> Iterator[Item]:
    """The rows of the pages in a folder; a row's line is its number."""
    pages = (_read_page(path, path.read_bytes())["Result"] for path in sorted(folder.glob("page-*.json")))
    for number, event in share.take(enumerate(chain.from_iterable(pages), start=1)):
        yield _item(number, event)


def _item(number: int, event: Any) -> Item:
    if not isinstance(event, dict):
        return BadRow(number, "is no object")
    reader = _reader(tuple(event))
    if isinstance(reader, str):
        return BadRow(number, reader)
    return reader.item(number, ["" if value is None else str(value) for value in event.values()])


@lru_cache(maxsize=64)
def _reader(names: tuple[str, ...]) -> Reader | str:
    """The reader of events with these names; the reason where some are missing."""
    columns = columns_of(READER)
    found = find_columns(names, columns)
    missing = missing_columns(found, columns)
    return f"lacks {', '.join(missing[:4])}" if missing else Reader((list(names), found))
