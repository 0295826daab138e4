"""Two app processes with one PostgreSQL store behind one load balancer: they answer the same, and both follow it."""

from __future__ import annotations

import contextlib
import itertools
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser, expect

from tests.browser.conftest import ROOT, free_port, start_app, stop_app, total, wait_for_total
from tests.browser.test_live import ARTICLE, wait_for_another
from tests.store_servers import fresh_db

FOLLOW_SECONDS = 20.0
PATHS = (
    "/api/collections/incidents/items?limit=500",
    "/api/collections/incidents/items?district=kech&limit=50",
    "/api/layers/counts?perpetrator=bla",
    "/api/layers/cells?z=7&bbox=60,24,71,33",
    "/api/layers/histogram",
)


class Balancer:
    """Hands each new connection to the next of several servers, as the simplest load balancers do."""

    def __init__(self, ports: list[int]) -> None:
        self.used = dict.fromkeys(ports, 0)
        self._turn = itertools.cycle(ports)
        self._door = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._door.getsockname()[1]}"
        self._ends: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def close(self) -> None:
        """End all connections, and wait until their threads have."""
        for end in (self._door, *self._ends):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(10)
        for end in (self._door, *self._ends):
            end.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._door.accept()
                port = next(self._turn)
                self.used[port] += 1
                server = socket.create_connection(("127.0.0.1", port))
                self._ends += [client, server]
                for way in ((client, server), (server, client)):
                    self._threads.append(threading.Thread(target=_pump, args=way))
                    self._threads[-1].start()


def _pump(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(1 << 16):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> str:
    found = fresh_db("postgresql", tmp_path_factory.mktemp("pg"))
    ingest(found, tmp_path_factory.mktemp("first"), "Turbat", 3)
    return found


@pytest.fixture(scope="module")
def ports(db: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[int]]:
    found = [free_port(), free_port()]
    servers = [start_app(port, tmp_path_factory.mktemp("app"), INCIDENTS_DB=db) for port in found]
    yield found
    for server in servers:
        stop_app(server)


@pytest.fixture
def balancer(ports: list[int]) -> Iterator[Balancer]:
    made = Balancer(ports)
    yield made
    made.close()


def ingest(db: str, folder: Path, town: str, number: int) -> None:
    article = folder / f"{number}.txt"
    article.write_text(ARTICLE.format(number=number, town=town))
    subprocess.run([sys.executable, "-m", "geo", "ingest", str(article), "--db", db], cwd=ROOT, check=True)


def test_both_answer_the_same_under_load(balancer: Balancer) -> None:
    def ask(path: str) -> tuple[str, str | None, str]:
        answer = requests.get(f"{balancer.url}{path}", timeout=30)
        assert answer.status_code == 200, answer.text
        return path, answer.headers.get("ETag"), re.sub(r'"(timeStamp|generated)":"[^"]+"', "", answer.text)

    with ThreadPoolExecutor(8) as clients:
        answers = set(clients.map(ask, PATHS * 12))
    assert len(answers) == len(PATHS), "the two processes differ"
    assert min(balancer.used.values()) >= len(PATHS) * 5


def test_both_follow_the_store(balancer: Balancer, db: str, ports: list[int], tmp_path: Path) -> None:
    before = total(balancer.url)
    ingest(db, tmp_path, "Mastung", 4)
    for port in ports:
        wait_for_total(f"http://127.0.0.1:{port}", before + 1, FOLLOW_SECONDS)


def test_a_page_whose_requests_go_to_both_works_and_follows(
    balancer: Balancer, db: str, browser: Browser, tmp_path: Path
) -> None:
    context = browser.new_context()
    page = context.new_page()
    failed: list[str] = []
    page.on(
        "response", lambda answer: failed.append(answer.url) if answer.status >= 400 and "/api/" in answer.url else None
    )
    page.goto(f"{balancer.url}/map")
    held = wait_for_another(page, None, 60)
    ingest(db, tmp_path, "Gwadar", 5)
    page.bring_to_front()
    wait_for_another(page, held, FOLLOW_SECONDS)
    page.goto(f"{balancer.url}/table")
    expect(page.get_by_test_id("stDataFrame").first).to_be_visible(timeout=30_000)
    assert not failed
    assert min(balancer.used.values()) > 0
    context.close()
