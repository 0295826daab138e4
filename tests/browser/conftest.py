"""A real server on a free port and a headless Chromium, which may ask no host but the app's own."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from playwright.sync_api import Browser, FrameLocator, Page, Playwright, expect, sync_playwright

from tests.find_browser import FLAGS, find_browser

ROOT = Path(__file__).resolve().parent.parent.parent
START_SECONDS = 60

expect.set_options(timeout=20_000)  # a loaded machine may be slow; no test is about speed


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start_app(port: int, data_dir: Path, root: Path = ROOT, **environ: str) -> subprocess.Popen[bytes]:
    """Start the app of a checkout as the README does, with a data folder of its own, and wait until it answers."""
    command = [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={port}", "--server.headless=true"]
    log = (data_dir / "server.log").open("wb")
    server = subprocess.Popen(
        command, cwd=root, env={**os.environ, "INCIDENTS_DATA_DIR": str(data_dir), **environ}, stdout=log, stderr=log
    )
    log.close()
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            answer = requests.get(f"http://127.0.0.1:{port}/api/layers/counts", timeout=2)
            if answer.status_code in (200, 401):  # 401 where reading is closed
                return server
        except requests.RequestException:
            time.sleep(0.2)
        if server.poll() is not None:
            break
    stop_app(server)
    raise AssertionError(f"the app did not start:\n{(data_dir / 'server.log').read_text()[-3000:]}")


def total(url: str) -> int:
    """Incidents that an app serves now."""
    return int(requests.get(f"{url}/api/layers/counts", timeout=20).json()["counts"]["total"])


def wait_for_total(url: str, number: int, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while (found := total(url)) != number:
        assert time.monotonic() < deadline, f"{found} incidents, not {number}, after {seconds} s"
        time.sleep(0.1)


def stop_app(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    try:
        server.wait(10)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


@contextmanager
def running_app(data_dir: Path, **environ: str) -> Iterator[str]:
    """The address of an app with a data folder of its own, for as long as it is needed."""
    port = free_port()
    server = start_app(port, data_dir, **environ)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        stop_app(server)


@pytest.fixture(scope="session")
def app_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the app with its own data set."""
    data = tmp_path_factory.mktemp("data")
    with running_app(data, INCIDENTS_CORRECTIONS="mailto:corrections@example.org") as url:
        yield url


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of the browser."""
    return find_browser()


@pytest.fixture(scope="session")
def playwright_session() -> Iterator[Playwright]:
    with sync_playwright() as session:
        yield session


@pytest.fixture(scope="session")
def browser(playwright_session: Playwright, chromium: str) -> Iterator[Browser]:
    opened = playwright_session.chromium.launch(executable_path=chromium, args=FLAGS)
    yield opened
    opened.close()


@pytest.fixture(params=[(1440, 900)], ids=["desktop"])
def page(request: pytest.FixtureRequest, browser: Browser, app_url: str) -> Iterator[Page]:
    """A page of its own session; afterwards: it asked no other host, and no script failed."""
    width, height = request.param
    context = browser.new_context(viewport={"width": width, "height": height}, accept_downloads=True)
    opened = context.new_page()
    asked: set[str] = set()
    failed: list[str] = []
    opened.on("request", lambda sent: asked.add(sent.url))
    opened.on("pageerror", lambda error: failed.append(str(error)))
    yield opened
    context.close()
    own = urlsplit(app_url).netloc
    strangers = {
        url for url in asked if urlsplit(url).scheme in ("http", "https", "ws") and urlsplit(url).netloc != own
    }
    assert not strangers, f"another host was asked: {sorted(strangers)[:3]}"
    assert not failed, f"a script failed: {failed[:3]}"


def open_app(page: Page, address: str) -> FrameLocator:
    """Open the page of the map and wait for the map's counts."""
    page.goto(address)
    frame = page.frame_locator("iframe[title='Map of incidents']")
    expect(frame.locator("#counts")).to_contain_text("incident", timeout=30_000)
    return frame


def asked(page: Page) -> dict[str, list[str]]:
    """What the address asks for."""
    return parse_qs(urlsplit(page.url).query)


def expect_asked(page: Page, parameter: str, values: list[str]) -> None:
    """Wait until the address asks for these values: the map is ahead of the script that writes it."""
    page.wait_for_url(lambda url: parse_qs(urlsplit(url).query).get(parameter, []) == values)


def settled(page: Page) -> None:
    """Wait until the script has run: what it draws anew closes an open list or section, and a click would miss it."""
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")


def pick(page: Page, label: str, option: str) -> None:
    """Click a value of a multiple-choice filter, which may have to be unfolded and found by name first."""
    values = page.get_by_role("listbox", name=label)
    opener = page.get_by_role("button", name=re.compile(f"^{label}"))
    if opener.get_attribute("aria-expanded") == "false":
        opener.click()
    find = page.get_by_role("searchbox", name=f"Find in {label}")
    if find.is_visible():
        find.fill(option)
    values.get_by_role("option", name=re.compile(re.escape(option))).first.click()
