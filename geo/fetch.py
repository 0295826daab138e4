"""Step 1 for a web address: one page fetched under limits, for `geo.intake` to make an `Article` of.

Only the public internet can be asked: every address of a host is checked, the connection goes to an address that was
checked (so a second answer of the name service changes nothing), and each redirect is checked again. Size, time and
kinds of content are bounded; whatever goes wrong is one clear `InputError`.
"""

from __future__ import annotations

import http.client
import ipaddress
import re
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import lru_cache
from http import HTTPStatus
from queue import Empty, Queue
from urllib.parse import SplitResult, quote, urljoin, urlsplit

import certifi

from geo.errors import InputError

MEDIA_TYPES = frozenset({"text/html", "application/xhtml+xml", "text/plain", "application/pdf"})
DEFAULT_PORTS = {"http": 80, "https": 443}
REDIRECTS = frozenset({301, 302, 303, 307, 308})
LONGEST_URL = 2000
PIECE = 65_536
USER_AGENT = "balochistan-incident-map (fetches one article when its reader asks)"
PASTE = "open it in a browser and paste its text instead"

_USER = re.compile(r"//[^/?#]*@")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_UNICAST = ipaddress.ip_network("2000::/3")
_NOT_PUBLIC = tuple(
    ipaddress.ip_network(text)
    for text in ("192.0.0.0/24", "192.88.99.0/24", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one fetch may take; times in seconds, `total` for all redirects together."""

    max_bytes: int = 5_000_000
    connect: float = 6.0
    total: float = 20.0
    max_redirects: int = 5
    ports: frozenset[int] = frozenset({80, 443, 8080, 8443})


@dataclass(frozen=True, slots=True)
class Network:
    """How a host's addresses are found, and which of them may be connected to."""

    resolve: Callable[[str, int], Sequence[str]]
    may_connect: Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an address gave: where it was found in the end, of what kind, and its bytes, decompressed."""

    url: str
    media_type: str
    charset: str | None
    body: bytes


@dataclass(slots=True)
class _Deadline:
    """When everything must be done."""

    seconds: float
    end: float = field(init=False)
    passed: bool = False

    def __post_init__(self) -> None:
        self.end = time.monotonic() + self.seconds

    def left(self) -> float:
        return max(self.end - time.monotonic(), 0.0)

    def error(self, url: str) -> InputError:
        return InputError(f"{_shown(url)}: took longer than {self.seconds:g} seconds; try again later, or {PASTE}")


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet's, also in the IPv4 address that an IPv6 one may carry."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        if ip in _NAT64:
            return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
        if ip not in _UNICAST or ip.scope_id is not None:
            return False
    special = ip.is_multicast or ip.is_reserved or ip.is_private or not ip.is_global
    return not special and not any(ip in network for network in _NOT_PUBLIC if network.version == ip.version)


def resolve_host(host: str, port: int) -> tuple[str, ...]:
    """Every address of a host."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


INTERNET = Network(resolve_host, is_public)
USUAL = Limits()


def fetch(url: str, limits: Limits = USUAL, network: Network = INTERNET) -> Fetched:
    """What a web address holds.

    Raises:
        InputError: for an address that must not or cannot be read, too much of it, too slow, of another kind,
            or an error that the site answers with.
    """
    deadline = _Deadline(limits.total)
    for _ in range(limits.max_redirects + 1):
        parts = check_url(url, limits)
        sock = _connect(url, parts, limits, network, deadline)
        found = _ask(url, parts, sock, limits, deadline)
        if isinstance(found, Fetched):
            return found
        url = found
    raise InputError(f"{_shown(url)}: more than {limits.max_redirects} redirects; {PASTE}")


def check_url(url: str, limits: Limits = USUAL) -> SplitResult:
    """The parts of an address that may be asked.

    Raises:
        InputError: unless it is an http or https address without user name, on a usual port.
    """
    shown = _shown(url)
    if len(url) > LONGEST_URL:
        raise InputError(f"{shown}: longer than {LONGEST_URL} characters")
    if any(char.isspace() or not char.isprintable() or char == "\\" for char in url):
        raise InputError(f"{shown}: has characters that no web address has")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise InputError(f"{shown}: is no web address ({error})") from error
    if parts.scheme not in DEFAULT_PORTS:
        raise InputError(f"{shown}: give an address that begins with https:// or http://")
    if not parts.hostname:
        raise InputError(f"{shown}: names no host")
    if parts.username is not None or parts.password is not None:
        raise InputError(f"{parts.hostname}: an address with a user name or password in it is not asked")
    if (port or DEFAULT_PORTS[parts.scheme]) not in limits.ports:
        raise InputError(f"{shown}: port {port} is not asked; known: {', '.join(map(str, sorted(limits.ports)))}")
    return parts


def _shown(url: str) -> str:
    """The address as messages quote it: on one line, not too long, without a password."""
    clean = _USER.sub("//...@", "".join(char if char.isprintable() else "?" for char in url))
    return clean if len(clean) <= 120 else f"{clean[:117]}..."


# --- connecting ---------------------------------------------------------------------------------------------------


def _connect(url: str, parts: SplitResult, limits: Limits, network: Network, deadline: _Deadline) -> socket.socket:
    """A connection to an address of the host that was checked."""
    host = _ascii_host(url, parts)
    port = parts.port or DEFAULT_PORTS[parts.scheme]
    addresses = _resolve(url, host, port, network, deadline)
    if not all(network.may_connect(address) for address in addresses):
        raise InputError(f"{host}: leads into this machine or its network; only pages of the public internet are read")
    for address in addresses:
        try:
            return socket.create_connection((address, port), timeout=min(limits.connect, deadline.left()) or 0.01)
        except OSError:
            continue
    if not deadline.left():
        raise deadline.error(url)
    raise InputError(f"{host}: does not answer; check the address, or whether this machine is online")


def _ascii_host(url: str, parts: SplitResult) -> str:
    try:
        return (parts.hostname or "").encode("idna").decode("ascii")
    except UnicodeError as error:
        raise InputError(f"{_shown(url)}: the host's name cannot be read") from error


def _resolve(url: str, host: str, port: int, network: Network, deadline: _Deadline) -> Sequence[str]:
    """The host's addresses; in a thread of its own, since asking for them has no time limit."""
    answer: Queue[Sequence[str] | OSError | UnicodeError] = Queue(1)

    def ask() -> None:
        try:
            answer.put(network.resolve(host, port))
        except (OSError, UnicodeError) as error:
            answer.put(error)

    threading.Thread(target=ask, daemon=True).start()
    try:
        found = answer.get(timeout=deadline.left())
    except Empty:
        raise deadline.error(url) from None
    if isinstance(found, Exception) or not found:
        raise InputError(f"{host}: no such host was found; check the address, or whether this machine is online")
    return found


@lru_cache(maxsize=1)
def tls_context() -> ssl.SSLContext:
    """Certificates are checked against the machine's own list and certifi's."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


# --- asking and reading -------------------------------------------------------------------------------------------


def _ask(url: str, parts: SplitResult, sock: socket.socket, limits: Limits, deadline: _Deadline) -> Fetched | str:
    """What the site answers: the page, or the address that it leads on to."""
    host = _ascii_host(url, parts)
    with _closing_in_time(sock, deadline):
        try:
            if parts.scheme == "https":
                sock = tls_context().wrap_socket(sock, server_hostname=host)
            with sock:
                return _exchange(url, parts, host, sock, limits)
        except ssl.SSLCertVerificationError as error:
            why = error.verify_message.rstrip(".")
            raise InputError(f"{host}: its certificate cannot be trusted ({why}); {PASTE}") from error
        except (InputError, OSError, http.client.HTTPException, zlib.error) as error:
            if deadline.passed:
                raise deadline.error(url) from error
            if isinstance(error, InputError):
                raise
            reason = "is too slow" if isinstance(error, TimeoutError) else "the connection broke off"
            raise InputError(f"{_shown(url)}: {reason}; try again later, or {PASTE}") from error


@contextmanager
def _closing_in_time(sock: socket.socket, deadline: _Deadline) -> Iterator[None]:
    """Ends the connection when time is up, however slowly bytes drip in; single reads have no other total limit."""

    def end() -> None:
        deadline.passed = True
        with suppress(OSError):  # it may be closed already
            raw.shutdown(socket.SHUT_RDWR)

    raw = sock.dup()
    timer = threading.Timer(deadline.left(), end)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        raw.close()
        sock.close()


def _exchange(url: str, parts: SplitResult, host: str, sock: socket.socket, limits: Limits) -> Fetched | str:
    connection = http.client.HTTPConnection(host)
    connection.sock = sock
    given_port = f":{parts.port}" if parts.port and parts.port != DEFAULT_PORTS[parts.scheme] else ""
    headers = {
        "Host": (f"[{host}]" if ":" in host else host) + given_port,
        "User-Agent": USER_AGENT,
        "Accept": "text/html,application/xhtml+xml,text/plain;q=0.8,application/pdf;q=0.5",
        "Accept-Encoding": "gzip",
        "Connection": "close",
    }
    connection.request("GET", _target(parts), headers=headers)
    with connection.getresponse() as response:
        if response.status in REDIRECTS and response.headers.get("Location"):
            return urljoin(url, str(response.headers["Location"]).strip())
        _check_status(url, response.status)
        media_type = response.headers.get_content_type() if response.headers.get("Content-Type") else "no kind given"
        if media_type not in MEDIA_TYPES:
            raise InputError(f"{_shown(url)}: is no article ({media_type}); text, HTML and PDF can be read")
        body = _read_body(url, response, limits.max_bytes)
        return Fetched(url, media_type, response.headers.get_content_charset(), body)


def _target(parts: SplitResult) -> str:
    safe = "/%:=&?~#+!$,;'@()*[]"
    path = quote(parts.path or "/", safe=safe)
    return f"{path}?{quote(parts.query, safe=safe)}" if parts.query else path


def _check_status(url: str, status: int) -> None:
    if status == HTTPStatus.OK:
        return
    try:
        words = f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        words = str(status)
    if status in (401, 402, 403, 407, 429, 451):
        raise InputError(f"{_shown(url)}: the site does not let programs read it ({words}); {PASTE}")
    raise InputError(f"{_shown(url)}: the site answers {words}; check the address")


def _read_body(url: str, response: http.client.HTTPResponse, most: int) -> bytes:
    """The decompressed body, of which no more than `most` bytes are ever held."""
    too_large = InputError(f"{_shown(url)}: larger than {most / 1_000_000:g} MB; {PASTE}")
    if (response.length or 0) > most:
        raise too_large
    expand = _expander(url, response.headers.get("Content-Encoding", "identity").strip().lower())
    body = bytearray()
    taken = 0
    while piece := response.read1(PIECE):
        taken += len(piece)
        body += expand(piece, most + 1 - len(body))
        if max(len(body), taken) > most:
            raise too_large
    if response.length:
        raise http.client.IncompleteRead(b"", response.length)
    return bytes(body)


def _expander(url: str, encoding: str) -> Callable[[bytes, int], bytes]:
    """Gives at most so many bytes of what a piece holds: a small body may expand into gigabytes."""
    if encoding in ("", "identity"):
        return lambda piece, most: piece[:most]
    if encoding not in ("gzip", "x-gzip"):
        raise InputError(f"{_shown(url)}: is compressed in a way that wasn't asked for ({encoding[:20]}); {PASTE}")
    unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS)
    return unpacker.decompress
