"""Fetching a web address: only the public internet, under limits. A server on 127.0.0.2 plays the outside."""

from __future__ import annotations

import gzip
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from geo.documents import decode_page, prepare
from geo.errors import InputError
from geo.fetch import INTERNET, Fetched, Limits, Network, check_url, fetch, is_public, tls_context
from geo.intake import article_of, take_address

OUTSIDE = "127.0.0.2"
PAGE = (
    b"<html><head><title>Blast in Chaman</title></head><body><article><p>Six people died.</p></article></body></html>"
)
FAST = {"connect": 1.0, "total": 1.5, "max_bytes": 100_000}


@dataclass
class Site:
    """What the server answers by path, and which paths it was asked for."""

    port: int = 0
    asked: list[str] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)

    def url(self, path: str, host: str = "news.example") -> str:
        return f"http://{host}:{self.port}{path}"


def make_handler(site: Site) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked.append(self.path)
            site.headers.update(self.headers)
            getattr(self, "answer_" + self.path.strip("/").split("?")[0].replace("-", "_"), self.answer_missing)()

        def send(self, body: bytes, status: int = 200, **headers: str) -> None:
            self.send_response(status)
            usual = {"Content_Type": "text/html", "Content_Length": str(len(body))}
            for name, value in {**usual, **headers}.items():
                if value:
                    self.send_header(name.replace("_", "-"), value)
            self.end_headers()
            self.wfile.write(body)

        def leads_to(self, place: str) -> None:
            self.send(b"", 302, Location=place)

        def answer_missing(self) -> None:
            self.send(b"no", 404)

        def answer_page(self) -> None:
            self.send(PAGE)

        def answer_zipped(self) -> None:
            self.send(gzip.compress(PAGE), Content_Encoding="gzip")

        def answer_bomb(self) -> None:
            self.send(gzip.compress(b"0" * 50_000_000), Content_Encoding="gzip")

        def answer_brotli(self) -> None:
            self.send(PAGE, Content_Encoding="br")

        def answer_not_gzip(self) -> None:
            self.send(PAGE, Content_Encoding="gzip")

        def answer_picture(self) -> None:
            self.send(b"GIF89a", Content_Type="image/gif")

        def answer_kindless(self) -> None:
            self.send(PAGE, Content_Type="")

        def answer_large(self) -> None:
            self.send(b"x" * 200_000)

        def answer_large_unsaid(self) -> None:
            self.send(b"x" * 200_000, Content_Length="")

        def answer_cut_short(self) -> None:
            self.send(PAGE, Content_Length=str(len(PAGE) + 500))

        def answer_refused(self) -> None:
            self.send(b"no", 403)

        def answer_drip(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", "1000")
            self.end_headers()
            self.drip()

        def answer_slow_head(self) -> None:
            self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
            self.drip()

        def drip(self) -> None:
            try:
                for _ in range(1000):
                    self.wfile.write(b"x")
                    self.wfile.flush()
                    time.sleep(0.1)
            except OSError:
                return

        def answer_moved(self) -> None:
            self.leads_to("/page")

        def answer_to_inside(self) -> None:
            self.leads_to(f"http://inside.example:{site.port}/page")

        def answer_to_loopback(self) -> None:
            self.leads_to(f"http://127.0.0.1:{site.port}/page")

        def answer_to_file(self) -> None:
            self.leads_to("file:///etc/passwd")

        def answer_to_user(self) -> None:
            self.leads_to(f"http://user:secret@news.example:{site.port}/page")

        def answer_round(self) -> None:
            self.leads_to("/round")

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler


@pytest.fixture(scope="module")
def server() -> Iterator[Site]:
    site = Site()
    running = ThreadingHTTPServer((OUTSIDE, 0), make_handler(site))
    running.daemon_threads = True
    site.port = running.server_address[1]
    thread = threading.Thread(target=running.serve_forever, daemon=True)
    thread.start()
    yield site
    running.shutdown()
    running.server_close()


@pytest.fixture
def site(server: Site) -> Site:
    server.asked.clear()
    server.headers.clear()
    return server


HOSTS = {
    "news.example": (OUTSIDE,),
    "inside.example": ("127.0.0.1",),
    "both.example": (OUTSIDE, "10.0.0.7"),
    "mapped.example": ("::ffff:127.0.0.1",),
}


def resolve(host: str, _port: int) -> tuple[str, ...]:
    if host in HOSTS:
        return HOSTS[host]
    if host.replace(".", "").isdigit():
        return (host,)
    raise socket.gaierror("no such host")


NETWORK = Network(resolve, lambda address: address == OUTSIDE or is_public(address))


def limits(site: Site, **given: float) -> Limits:
    return Limits(ports=frozenset({site.port}), **{**FAST, **given})  # type: ignore[arg-type]


def test_a_page_is_read_with_the_host_it_was_asked_by(site: Site) -> None:
    found = fetch(site.url("/page?a=b c".replace(" ", "%20")), limits(site), NETWORK)
    assert (found.media_type, found.body) == ("text/html", PAGE)
    assert site.headers["Host"] == f"news.example:{site.port}"
    assert site.asked == ["/page?a=b%20c"]
    assert "Cookie" not in site.headers


def test_a_compressed_page_is_unpacked(site: Site) -> None:
    assert fetch(site.url("/zipped"), limits(site), NETWORK).body == PAGE


def test_a_redirect_is_followed_and_its_end_is_the_address(site: Site) -> None:
    assert fetch(site.url("/moved"), limits(site), NETWORK).url == site.url("/page")


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/nothing", "404 Not Found"),
        ("/refused", "does not let programs read it"),
        ("/picture", "image/gif"),
        ("/kindless", "no kind given"),
        ("/large", "larger than 0.1 MB"),
        ("/large-unsaid", "larger than 0.1 MB"),
        ("/bomb", "larger than 0.1 MB"),
        ("/brotli", "wasn't asked for (br)"),
        ("/not-gzip", "broke off"),
        ("/cut-short", "broke off"),
        ("/round", "more than 5 redirects"),
        ("/to-inside", "inside.example: leads into this machine"),
        ("/to-loopback", "127.0.0.1: leads into this machine"),
        ("/to-file", "https:// or http://"),
        ("/to-user", "user name or password"),
    ],
)
def test_what_cannot_be_read_is_one_clear_line(site: Site, path: str, message: str) -> None:
    with pytest.raises(InputError) as raised:
        fetch(site.url(path), limits(site), NETWORK)
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize("path", ["/to-inside", "/to-loopback"])
def test_a_redirect_into_the_machine_asks_nothing_there(site: Site, path: str) -> None:
    inside = socket.socket()
    inside.bind(("127.0.0.1", site.port))  # the same port, as the redirect names it
    inside.listen()
    inside.settimeout(0.2)
    with inside, pytest.raises(InputError, match="leads into this machine"):
        fetch(site.url(path), limits(site), NETWORK)
    assert site.asked == [path]


@pytest.mark.parametrize("path", ["/drip", "/slow-head"])
@pytest.mark.timeout(60)  # of 100 s that the bytes would take
def test_bytes_that_drip_in_are_cut_off_when_time_is_up(site: Site, path: str) -> None:
    with pytest.raises(InputError, match=r"took longer than 1\.5 seconds"):
        fetch(site.url(path), limits(site), NETWORK)


def test_a_site_that_says_nothing_is_too_slow() -> None:
    silent = socket.create_server((OUTSIDE, 0))
    port = silent.getsockname()[1]
    with silent, pytest.raises(InputError, match="too slow"):
        fetch(f"http://news.example:{port}/", Limits(ports=frozenset({port}), connect=0.3, total=3), NETWORK)


def test_a_name_service_that_never_answers_is_cut_off(site: Site) -> None:
    waiting = threading.Event()

    def never(_host: str, _port: int) -> tuple[str, ...]:
        waiting.wait(5)
        return ()

    with pytest.raises(InputError, match="took longer than"):
        fetch(site.url("/page"), limits(site, total=0.3), Network(never, is_public))
    waiting.set()


@pytest.mark.parametrize("host", ["both.example", "mapped.example", "inside.example"])
def test_a_host_with_any_address_inside_is_not_asked(site: Site, host: str) -> None:
    with pytest.raises(InputError, match="leads into this machine"):
        fetch(site.url("/page", host), limits(site), NETWORK)
    assert not site.asked


def test_the_connection_goes_to_the_address_that_was_checked(site: Site) -> None:
    """A name service that answers differently the second time (rebinding) changes nothing: it is asked once."""
    answers = iter([(OUTSIDE,), ("127.0.0.1",)])
    fetch(site.url("/page"), limits(site), Network(lambda _host, _port: next(answers), NETWORK.may_connect))
    assert next(answers) == ("127.0.0.1",)


def test_without_internet_it_says_so(site: Site) -> None:
    with pytest.raises(InputError, match=r"elsewhere\.example: no such host was found; .* online"):
        fetch(site.url("/page", "elsewhere.example"), limits(site), NETWORK)


def test_a_closed_port_says_so() -> None:
    with socket.create_server((OUTSIDE, 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(InputError, match=r"news\.example: does not answer"):
        fetch(f"http://news.example:{port}/", Limits(ports=frozenset({port})), NETWORK)


def test_https_to_something_that_is_none_is_refused(site: Site) -> None:
    with pytest.raises(InputError, match="broke off"):
        fetch(site.url("/page").replace("http:", "https:"), limits(site), NETWORK)


def test_certificates_are_checked() -> None:
    context = tls_context()
    assert context.check_hostname
    assert context.verify_mode is ssl.CERT_REQUIRED


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://localhost/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://10.1.2.3:8080/",
        "http://169.254.169.254/latest/meta-data/",
        "https://192.168.0.1/",
    ],
)
def test_the_default_network_asks_nothing_inside(url: str) -> None:
    with pytest.raises(InputError, match="leads into this machine"):
        fetch(url, Limits(total=3), INTERNET)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("ftp://news.example/a", "https:// or http://"),
        ("javascript:alert(1)", "https:// or http://"),
        ("www.dawn.com/news/1", "https:// or http://"),
        ("https:///news", "names no host"),
        ("https://news.example:22/", "port 22 is not asked"),
        ("https://news.example:0x50/", "no web address"),
        ("https://me:pw@news.example/", "user name or password"),
        ("https://news.example\\@127.0.0.1/", "characters that no web address has"),
        ("https://news.example/a\r\nHost: x", "characters that no web address has"),
        ("https://[::1", "no web address"),
        ("https://news.example/" + "a" * 3000, "longer than"),
    ],
)
def test_an_address_is_checked_before_anything_is_asked(url: str, message: str) -> None:
    with pytest.raises(InputError) as raised:
        check_url(url)
    assert message in str(raised.value)
    assert "pw" not in str(raised.value)
    assert len(str(raised.value).splitlines()) == 1


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2606:4700:4700::1111", True),
        ("64:ff9b::808:808", True),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b::a00:1", False),
        ("2002:7f00:1::", False),
        ("::ffff:8.8.8.8", False),
        ("::7f00:1", False),
        ("::", False),
        ("fc00::1", False),
        ("fe80::1%eth0", False),
        ("ff0e::1", False),
        ("2001:0:1::", False),
        ("2001:db8::1", False),
        ("0.0.0.0", False),
        ("100.64.0.1", False),
        ("169.254.0.1", False),
        ("172.16.0.1", False),
        ("192.0.0.8", False),
        ("198.18.0.1", False),
        ("224.0.1.1", False),
        ("240.0.0.1", False),
        ("255.255.255.255", False),
        ("no address", False),
    ],
)
def test_what_counts_as_public(address: str, public: bool) -> None:
    assert is_public(address) is public


def test_a_fetched_page_is_an_article_with_its_address(site: Site) -> None:
    article = take_address(f"  {site.url('/moved')} ", limits(site), NETWORK)
    document = prepare(article).document
    assert (document.url, document.title, document.published) == (site.url("/page"), "Blast in Chaman", None)
    assert "Six people died." in (document.text or "")


@pytest.mark.parametrize(
    ("body", "charset", "text"),
    [
        ("ہلاک".encode(), None, "ہلاک"),
        (b"\xef\xbb\xbfplain", None, "plain"),
        ("‘four’".encode("cp1252"), "windows-1252", "‘four’"),
        (b'<meta charset="iso-8859-1">\xe9', None, '<meta charset="iso-8859-1">é'),
        (b"a-b", "punycode", "a-b"),
        (b"caf\xe9", "no-such-charset", "caf\ufffd"),
    ],
)
def test_bytes_become_text(body: bytes, charset: str | None, text: str) -> None:
    assert decode_page(body, charset) == text


def test_plain_text_is_no_html() -> None:
    article = article_of(Fetched("https://news.example/a.txt", "text/plain", None, b"TITLE: A\n\nB"))
    assert (article.is_html, article.title, article.body) == (False, "A", "B")
