"""The map at 1k, 10k, 100k and 1M incidents, in a real browser: filter to paint, pan, popup, bytes, memory, first view.

`make bench` calls `measure` (1M only); alone: `python -m tools.bench_map [SIZE ...]` prints a table in milliseconds.
The page is the shipped one, with all filters live; the data set is made up with realistic skew (`tests.make_table`).
"""

from __future__ import annotations

import os
import shutil
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
SIZES = (1_000, 10_000, 100_000, 1_000_000)
START_SECONDS = 180
FLAGS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update"]
FILTERS = (
    "event_type=bombing",
    "perpetrator=bla",
    "from=2015-01-01&to=2020-12-31",
    "district=kech&district=quetta",
    "publisher=dawn&camp=state",
    "min_killed=3",
    "disputed=true",
    "perpetrator=bla&basis=claimed_by_group&from=2018-01-01",
    "event_type=armed_attack&event_type=bombing&review=unreviewed",
    "q=turbat",
    "where_prec_max=1&speaker=police",
    "group=bla",
)
ROUNDS = 3
PAINTED = """
async (change) => {
  const root = document.documentElement;
  const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  const drawn = new Promise((done) => {
    const watch = new MutationObserver(() => {
      if (root.dataset.drawn !== change.query) return;
      watch.disconnect();
      done();
    });
    watch.observe(root, { attributes: true });
  });
  const started = performance.now();
  window.postMessage({ source: "incident-app", query: change.query }, location.origin);
  await drawn;
  await frame();
  return performance.now() - started;
}
"""
PANNED = """
async ([x, y]) => {
  const map = window.map_incidents;
  const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  const began = performance.now();
  map.panBy([x, y], { animate: false });
  const limit = performance.now() + 3000;
  while (document.documentElement.dataset.settled !== "yes" && performance.now() < limit) await frame();
  await frame();
  return performance.now() - began;
}
"""


SINGLE = """
async (number) => {
  const map = window.map_incidents;
  const answer = await (await fetch("/api/layers/cells?z=15&view=62.9,25.9,63.3,26.2")).json();
  const [lon, lat] = answer.points[number];
  map.setView([lat, lon], 15, { animate: false });
  while (document.documentElement.dataset.settled !== "yes") await new Promise((done) => setTimeout(done, 20));
  const at = map.latLngToContainerPoint([lat, lon]);
  const box = map.getContainer().getBoundingClientRect();
  window.popupShown = new Promise((done) => {
    let started = null;
    document.addEventListener("pointerdown", () => (started = performance.now()), { once: true, capture: true });
    const watch = new MutationObserver(() => {
      watch.disconnect();
      requestAnimationFrame(() => setTimeout(() => done(performance.now() - started)));
    });
    watch.observe(document.documentElement, { attributes: true, attributeFilter: ["data-popup"] });
  });
  return [at.x + box.x, at.y + box.y];
}
"""


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured at one size, in milliseconds, bytes and megabytes."""

    size: int
    first_view: float
    filters: tuple[float, ...]
    pans: tuple[float, ...]
    popups: tuple[float, ...]
    view_bytes: int
    memory_mb: float

    def row(self) -> str:
        """A line of the table."""
        cells = (
            f"{self.size:>9,}",
            f"{self.first_view:>7.0f}",
            f"{statistics.median(self.filters):>7.0f}",
            f"{p95(self.filters):>7.0f}",
            f"{statistics.median(self.pans):>7.0f}",
            f"{statistics.median(self.popups):>7.0f}",
            f"{self.view_bytes:>8,}",
            f"{self.memory_mb:>8,.0f}",
        )
        return " | ".join(cells)


HEAD = " | ".join(("size", "first", "filter", "p95", "pan", "popup", "bytes", "MB"))


def p95(values: tuple[float, ...]) -> float:
    """The value that 95 of 100 stay under."""
    return sorted(values)[min(len(values) - 1, int(0.95 * len(values)))]


@contextmanager
def server(size: int) -> Iterator[tuple[str, int]]:
    """A server on a made data set: its address and process id."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    process = subprocess.Popen([sys.executable, "-m", "tools.serve_made", str(size), str(port)], cwd=ROOT)
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_for(url, process)
        yield url, process.pid
    finally:
        process.terminate()
        process.wait(20)


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if requests.get(f"{url}/api/conformance", timeout=2).ok:
                return
        except requests.RequestException:
            time.sleep(0.3)
    raise RuntimeError("the server did not start")


def bench(size: int) -> Figures:
    """Measure one size."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with server(size) as (url, pid), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        first_view = _open(page, f"{url}/map")
        filters = tuple(page.evaluate(PAINTED, {"query": query}) for turn in range(ROUNDS) for query in _queries(turn))
        page.evaluate(PAINTED, {"query": "min_killed=1"})
        pans = tuple(_pans(page))
        popups = tuple(_popups(page))
        browser.close()
        packed = requests.get(f"{url}/api/layers/cells?z=7&view=60.5,24.5,71,32.3", stream=True, timeout=10)
        view_bytes = len(packed.raw.read(decode_content=False))
        return Figures(size, first_view, filters, pans, popups, view_bytes, _memory(pid))


def _queries(turn: int) -> list[str]:
    """Each round asks for something new, so that nothing comes from a cache."""
    return [
        f"{query}&to=2025-0{turn + 1}-15" if "to=" not in query else f"{query}&min_killed={turn}" for query in FILTERS
    ]


def _open(page: Page, url: str) -> float:
    started = time.perf_counter()
    page.goto(url, wait_until="commit")
    page.locator("html[data-drawn]").wait_for(state="attached", timeout=60_000)
    return (time.perf_counter() - started) * 1000


def _pans(page: Page) -> Iterator[float]:
    page.evaluate("window.map_incidents.setZoom(9, { animate: false })")
    page.wait_for_timeout(1500)
    for x, y in ((500, 0), (0, 300), (500, 0), (-300, 250), (-700, 0), (0, -300), (600, 100), (0, 400)) * 2:
        yield page.evaluate(PANNED, [x, y])
        page.wait_for_timeout(150)


def _popups(page: Page) -> Iterator[float]:
    page.evaluate(PAINTED, {"query": ""})
    for number in range(10):
        x, y = page.evaluate(SINGLE, number)
        page.mouse.move(x, y)
        page.mouse.click(x, y)
        yield page.evaluate("window.popupShown")
        page.keyboard.press("Escape")


def _memory(pid: int) -> float:
    """Resident memory in MB."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS"))


def measure() -> Iterator[tuple[str, float, float]]:
    """What `make bench` prints: at 1M, how often a second each could be done."""
    found = bench(1_000_000)
    yield "map, 1M: filter to paint, median, a second", 1000 / statistics.median(found.filters), 1000 / 150
    yield "map, 1M: filter to paint, p95, a second", 1000 / p95(found.filters), 1000 / 250
    yield "map, 1M: pan, median, a second", 1000 / statistics.median(found.pans), 1000 / 60
    yield "map, 1M: popup, median, a second", 1000 / statistics.median(found.popups), 1000 / 60


def main(sizes: tuple[int, ...]) -> None:
    """Print the table."""
    sys.stdout.write(HEAD + "\n")
    for size in sizes:
        sys.stdout.write(bench(size).row() + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(tuple(int(text) for text in sys.argv[1:]) or SIZES)
