"""Fetching over TLS: a site whose certificate a test authority made, and certificates that must not be trusted."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import trustme

from geo import fetch as fetching
from geo.errors import InputError
from geo.fetch import Limits, Network, fetch

OUTSIDE = "127.0.0.2"  # plays the outside
PAGE = b"<html><body><article><p>Six people died in Chaman.</p></article></body></html>"
NETWORK = Network(lambda _host, _port: (OUTSIDE,), lambda address: address == OUTSIDE)
NOW = datetime.now(UTC)
DAY = timedelta(days=1)
AUTHORITY, STRANGER = trustme.CA(), trustme.CA()


class Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(PAGE)))
        self.end_headers()
        self.wfile.write(PAGE)

    def log_message(self, format: str, *args: object) -> None:
        pass


class Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is what is tested."""


@contextmanager
def site(certificate: trustme.LeafCert, newest: ssl.TLSVersion | None = None) -> Iterator[int]:
    """A site with this certificate; gives its port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    if newest:
        context.maximum_version = newest
    server = Quiet((OUTSIDE, 0), Site)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield int(server.server_address[1])
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture(autouse=True)
def _trust(monkeypatch: pytest.MonkeyPatch) -> None:
    """The app's own checks, with one more authority on the list."""
    context = fetching.tls_context.__wrapped__()
    AUTHORITY.configure_trust(context)
    monkeypatch.setattr(fetching, "tls_context", lambda: context)


def ask(port: int, host: str = "news.example") -> bytes:
    limits = Limits(connect=5.0, total=10.0, ports=frozenset({port}))
    return fetch(f"https://{host}:{port}/story", limits, NETWORK).body


@pytest.mark.parametrize("names", [("www.news.example",), ("*.news.example",), ("other.example", "www.news.example")])
def test_a_trusted_certificate_of_the_host_is_enough(names: tuple[str, ...]) -> None:
    with site(AUTHORITY.issue_cert(*names)) as port:
        assert ask(port, "www.news.example") == PAGE


def test_a_certificate_of_an_authority_below_a_trusted_one_is_trusted() -> None:
    with site(AUTHORITY.create_child_ca().issue_cert("news.example")) as port:
        assert ask(port) == PAGE


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: STRANGER.issue_cert("news.example"), "unable to get local issuer certificate"),
        (lambda: AUTHORITY.issue_cert("other.example"), "certificate is not valid for 'news.example'"),
        (lambda: AUTHORITY.issue_cert("news.example.evil.example"), "certificate is not valid for 'news.example'"),
        (
            lambda: AUTHORITY.issue_cert("news.example", not_before=NOW - 9 * DAY, not_after=NOW - DAY),
            "certificate has expired",
        ),
        (
            lambda: AUTHORITY.issue_cert("news.example", not_before=NOW + DAY, not_after=NOW + 9 * DAY),
            "certificate is not yet valid",
        ),
    ],
    ids=["unknown authority", "another host", "a longer name", "expired", "of tomorrow"],
)
def test_a_certificate_that_cannot_be_trusted_is_one_clear_line(
    make: Callable[[], trustme.LeafCert], words: str
) -> None:
    with site(make()) as port, pytest.raises(InputError) as raised:
        ask(port)
    told = str(raised.value)
    assert told.startswith("news.example: its certificate cannot be trusted (")
    assert words in told
    assert told.endswith("open it in a browser and paste its text instead")
    assert "\n" not in told


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_an_outdated_encryption_is_refused() -> None:
    with (
        site(AUTHORITY.issue_cert("news.example"), ssl.TLSVersion.TLSv1_1) as port,
        pytest.raises(InputError, match=r"the connection broke off; try again later, or open it in a browser"),
    ):
        ask(port)
