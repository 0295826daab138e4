"""One measured browser beside ten other readers of the same server, who change filters all the time.

Each of them holds a session of the page through a WebSocket, as a browser does, changes its filters every other second
and fetches what the map then fetches. They run on the same machine, so their own work counts too.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count

import requests
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tools.bench_filter import QUERIES
from tools.bench_map import CHOICES, Opened
from tools.measuring import Goal, Table, chromium, made_app, median, number, p95

SIZE = 100_000
READERS = 10
THINK_SECONDS = 2.0
ROUNDS = 3
VIEW = "z=6&view=60.5,24.5,71,32.3"
LAYERS = ("cells", "counts", "districts", "histogram")


@dataclass
class Crowd:
    """Readers in threads, until `ended` is set."""

    url: str
    ended: threading.Event = field(default_factory=threading.Event)
    changes: list[int] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def read(self, number: int) -> None:
        """One reader: filters changed, the page's script run, the map's layers fetched."""
        chosen = random.Random(number)
        session = requests.Session()
        stream = self.url.replace("http", "ws") + "/_stcore/stream"
        with suppress(ConnectionClosed), connect(stream, subprotocols=["streamlit"], max_size=None) as socket:
            listener = threading.Thread(target=_drain, args=(socket,), daemon=True)
            listener.start()
            for turn in count():
                if self.ended.wait(chosen.uniform(0.5, 1.5) * THINK_SECONDS):
                    return
                query = f"{chosen.choice(QUERIES)}&min_killed={1 + turn % 9}"
                self._change(socket, session, query)
                self.changes.append(number)

    def _change(self, socket: ClientConnection, session: requests.Session, query: str) -> None:
        asked = BackMsg()
        asked.rerun_script.query_string = query
        socket.send(asked.SerializeToString())
        for layer in LAYERS:
            answer = session.get(f"{self.url}/api/layers/{layer}?{query}&{VIEW}", timeout=60)
            if not answer.ok:
                self.faults.append(f"{layer}: {answer.status_code}")


def _drain(socket: ClientConnection) -> None:
    with suppress(ConnectionClosed):
        for _ in socket:
            pass


@contextmanager
def crowd(url: str) -> Iterator[Crowd]:
    """Ten readers while the block runs."""
    made = Crowd(url)
    threads = [threading.Thread(target=made.read, args=(number,)) for number in range(READERS)]
    for thread in threads:
        thread.start()
    try:
        yield made
    finally:
        made.ended.set()
        for thread in threads:
            thread.join(70)


def _round(opened: Opened, turn: int) -> None:
    for label in CHOICES:
        opened.choose(label, turn)
        opened.click(opened.page.get_by_role("button", name="Reset all filters"))
    opened.periods()


def crowd_table() -> Table:
    """The same clicks alone and among others."""
    with made_app(SIZE) as (url, _), chromium() as browser:
        opened = Opened.at(browser.new_page(viewport={"width": 1440, "height": 900}), url)
        opened.open_sections()
        _round(opened, 0)
        alone = list(opened.filters)
        opened.filters.clear()
        opened.counts.clear()
        with crowd(url) as others:
            for turn in range(ROUNDS):
                _round(opened, turn)
    if others.faults:
        raise RuntimeError(f"{len(others.faults)} requests failed: {others.faults[0]}")
    among = opened.filters
    rows = [
        ["alone", number(len(alone)), number(median(alone)), number(p95(alone)), "0"],
        [
            f"beside {READERS}",
            number(len(among)),
            number(median(among)),
            number(p95(among)),
            number(len(others.changes)),
        ],
    ]
    about = (
        f"{SIZE:,} incidents, all filters open, milliseconds from click to paint. The {READERS} others change their "
        f"filters every {THINK_SECONDS:.0f} s on average, over a WebSocket to the page's script and HTTP to the layers."
    )
    goals = (Goal(f"100k beside {READERS} others, p95", p95(among), 600),)
    head = ("One browser", "changes", "median", "p95", "changes by others")
    return Table("Among other readers", about, head, rows, goals)


PARTS = {"crowd": crowd_table}
