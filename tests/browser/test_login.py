"""Who may write, with a real server, a real sign-in service and a real browser."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import free_port, start_app, stop_app
from tests.browser.sign_in import provider, sign_in, write_secrets
from tests.browser.test_add_articles import open_page, read_text

PEOPLE = {
    "asma": {"email": "Asma@Example.org", "email_verified": True},
    "reader": {"email": "reader@example.org"},
    "stranger": {"email": "stranger@example.org", "email_verified": True},
    "unverified": {"email": "asma@example.org", "email_verified": False},
}
LISTS = {"INCIDENTS_EDITORS": "Asma B <asma@example.org>", "INCIDENTS_READERS": "reader@example.org"}
TOKEN = "an-agreed-token-of-a-program"
MAP = "iframe[title='Map of incidents']"


@pytest.fixture(scope="module")
def metadata(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with provider(tmp_path_factory.mktemp("provider"), PEOPLE) as address:
        yield address


@contextmanager
def app(folder: Path, metadata: str | None = None, **environ: str) -> Iterator[str]:
    """An app of its own; with a sign-in service where its address is given."""
    port = free_port()
    secrets = {"STREAMLIT_SECRETS_FILES": str(write_secrets(folder, port, metadata))} if metadata else {}
    server = start_app(port, folder, **secrets, **environ)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        stop_app(server)


@pytest.fixture(scope="module")
def open_app(tmp_path_factory: pytest.TempPathFactory, metadata: str) -> Iterator[str]:
    with app(tmp_path_factory.mktemp("open"), metadata, **LISTS) as url:
        yield url


@pytest.fixture(scope="module")
def closed_app(tmp_path_factory: pytest.TempPathFactory, metadata: str) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("closed")
    with app(folder, metadata, **LISTS, INCIDENTS_READING="closed", INCIDENTS_READ_TOKENS=TOKEN) as url:
        yield url


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport={"width": 1440, "height": 900})
    made.route("**/*", lambda route: route.abort() if "jsdelivr" in route.request.url else route.continue_())
    yield made
    made.close()


@pytest.fixture
def tab(context: BrowserContext) -> Page:
    return context.new_page()


def may_store(tab: Page, url: str) -> bool:
    """Whether the page that reads an article offers to store it."""
    open_page(tab, url)
    read_text(tab)
    expect(tab.get_by_role("button", name="map preview")).to_be_visible()
    return tab.get_by_role("button", name="Store (2 incidents)").count() == 1


def sign_out(tab: Page, url: str) -> None:
    tab.goto(f"{url}/sign-out")
    tab.get_by_test_id("stMain").get_by_role("button", name="Sign out", exact=True).click()
    tab.wait_for_url("**/oauth2/end_session**")
    tab.goto(url)


def api(url: str, context: BrowserContext | None = None, **headers: str) -> int:
    """The status of an answer, asked with the cookies of a browser."""
    cookies = {str(one["name"]): str(one["value"]) for one in context.cookies()} if context else {}
    return requests.get(f"{url}/api/layers/counts", cookies=cookies, headers=headers, timeout=20).status_code


def test_an_editor_signs_in_stores_and_signs_out(open_app: str, tab: Page) -> None:
    assert not may_store(tab, open_app)
    expect(tab.get_by_text("Sign in as an editor to write.")).to_be_visible()
    sign_in(tab, open_app, "asma")
    expect(tab.get_by_text("Signed in as Asma B")).to_be_visible(timeout=30_000)
    assert may_store(tab, open_app)
    tab.get_by_role("button", name="Store (2 incidents)").click()
    expect(tab.get_by_text("Stored: Three killed")).to_be_visible(timeout=60_000)
    sign_out(tab, open_app)
    expect(tab.get_by_role("link", name="Sign in")).to_be_visible(timeout=30_000)
    assert not may_store(tab, open_app)


@pytest.mark.parametrize(
    ("person", "told"),
    [
        ("reader", "reader@example.org may read, but is not listed as an editor"),
        ("unverified", "has not verified the address asma@example.org"),
    ],
)
def test_who_is_no_editor_reads_only_and_is_told_why(open_app: str, tab: Page, person: str, told: str) -> None:
    sign_in(tab, open_app, person)
    assert not may_store(tab, open_app)
    expect(tab.get_by_text(told)).to_be_visible()


def test_closed_reading_shows_nothing_but_the_way_in(closed_app: str, tab: Page, context: BrowserContext) -> None:
    for path in ("", "/table", "/add", "/import", "/about", "/sign-in", "/review"):
        tab.goto(closed_app + path)
        expect(tab.get_by_text("This map is for readers who sign in.")).to_be_visible(timeout=30_000)
        expect(tab.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
        expect(tab.locator("iframe")).to_have_count(0)
        expect(tab.get_by_role("link", name="Table")).to_have_count(0)
    assert api(closed_app) == api(closed_app, context) == 401
    for path in ("/map", "/api/", "/api/export.geojson", "/api/collections/incidents/items", "/api/nothing"):
        for method in ("GET", "HEAD", "OPTIONS", "POST"):
            answer = requests.request(method, closed_app + path, timeout=20)
            assert answer.status_code == 401, (method, path)
        assert requests.get(closed_app + path, timeout=20).json()["status"] == 401


def test_a_reader_of_a_closed_map_sees_it_until_signing_out(
    closed_app: str, tab: Page, context: BrowserContext
) -> None:
    sign_in(tab, closed_app, "reader")
    expect(tab.frame_locator(MAP).locator("#counts")).to_contain_text("incidents", timeout=30_000)
    assert api(closed_app, context) == 200
    held = {str(one["name"]): str(one["value"]) for one in context.cookies()}
    name = next(name for name in held if name == "_streamlit_user")
    forged = {**held, name: held[name][:-3] + ("AAA" if not held[name].endswith("AAA") else "BBB")}
    assert requests.get(f"{closed_app}/api/", cookies=forged, timeout=20).status_code == 401
    assert not may_store(tab, closed_app)
    other = context.new_page()
    other.goto(f"{closed_app}/about")
    expect(other.get_by_text("The data now")).to_be_visible(timeout=30_000)
    sign_out(tab, closed_app)
    expect(tab.get_by_text("This map is for readers who sign in.")).to_be_visible(timeout=30_000)
    assert api(closed_app, context) == 401
    assert requests.get(f"{closed_app}/api/", cookies=held, timeout=20).status_code == 401, "a copy of the cookie"
    other.get_by_role("link", name="Table").click()
    expect(other.get_by_text("may not read this map").or_(other.get_by_text("for readers who sign in"))).to_be_visible()


def test_who_is_on_no_list_may_sign_in_and_sees_nothing(closed_app: str, tab: Page, context: BrowserContext) -> None:
    sign_in(tab, closed_app, "stranger")
    expect(tab.get_by_text("stranger@example.org, who may not read this map")).to_be_visible(timeout=30_000)
    assert api(closed_app, context) == 401


def test_a_program_reads_a_closed_map_with_its_token(closed_app: str) -> None:
    assert api(closed_app, Authorization=f"Bearer {TOKEN}") == 200
    assert api(closed_app, Authorization=f"Bearer {TOKEN[:-1]}") == 401


def test_a_server_that_others_reach_lets_nobody_write_without_a_sign_in_service(tmp_path: Path, tab: Page) -> None:
    with app(tmp_path, STREAMLIT_SERVER_ADDRESS="0.0.0.0") as url:
        assert not may_store(tab, url)
        expect(tab.get_by_text("no sign-in service is set up")).to_be_visible()


def test_a_server_that_others_reach_stays_closed(tmp_path: Path, tab: Page) -> None:
    with app(tmp_path, STREAMLIT_SERVER_ADDRESS="0.0.0.0", INCIDENTS_READING="closed") as url:
        tab.goto(url)
        expect(tab.get_by_text("This map is closed to the public.")).to_be_visible(timeout=30_000)
        assert api(url) == 401
        assert "nobody can read" in (tmp_path / "server.log").read_text()


@contextmanager
def proxy(port: int, header: bytes) -> Iterator[int]:
    """A proxy on this machine that says for whom it asks, in the first request of each connection."""
    listener = socket.create_server(("127.0.0.1", 0))
    ends: list[socket.socket] = [listener]

    def pass_on(source: socket.socket, target: socket.socket, add: bytes = b"") -> None:
        with suppress(OSError):
            while piece := source.recv(65_536):
                if add:
                    line, _, rest = piece.partition(b"\r\n")
                    piece, add = line + b"\r\n" + add + b"\r\n" + rest, b""
                target.sendall(piece)
        with suppress(OSError):
            target.shutdown(socket.SHUT_WR)

    def serve() -> None:
        with suppress(OSError):
            while True:
                ends.append(asked := listener.accept()[0])
                ends.append(server := socket.create_connection(("127.0.0.1", port)))
                threading.Thread(target=pass_on, args=(asked, server, header), daemon=True).start()
                threading.Thread(target=pass_on, args=(server, asked), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    yield int(listener.getsockname()[1])
    for end in ends:
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
        end.close()


def test_behind_a_proxy_on_this_machine_nobody_is_taken_for_its_user(tmp_path: Path, tab: Page) -> None:
    with app(tmp_path) as url:
        assert may_store(tab, url)
        with proxy(int(url.rpartition(":")[2]), b"X-Forwarded-For: 203.0.113.7") as port:
            assert not may_store(tab, f"http://127.0.0.1:{port}")
            expect(tab.get_by_text("no sign-in service is set up")).to_be_visible()
