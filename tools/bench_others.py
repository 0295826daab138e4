"""Beside it: what one would do without this project, folium's clusters and GeoJson through st_folium, and deck.gl.

Each method runs on a Streamlit page of its own (`tools/others_app.py`) in the same browser and the same run. What the
libraries would load from other hosts is answered from this machine; folium's plug-ins come from the npm registry into
a temporary folder.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Error, Page, Route

from tools.bench_map import figures
from tools.measuring import ROOT, Goal, Table, chromium, free_port, median, number, served

PACKAGES = ("leaflet.markercluster@1.5.3", "leaflet.awesome-markers@2.0.5", "jquery@3.7.1")  # folium can't do without
RENAMED = {"jquery.min.js": "jquery-3.7.1.min.js"}
LEAFLET = ROOT / "static" / "vendor" / "leaflet"
PATIENCE = 90.0  # seconds for one change
CHANGES = 3
WAYS: Mapping[str, tuple[str, tuple[int, ...]]] = {
    "cluster": ("MarkerCluster through st_folium", (1_000, 10_000)),
    "geojson": ("GeoJson with popups through st_folium", (1_000, 10_000, 100_000)),
    "fast": ("FastMarkerCluster through st_folium (no popups)", (1_000, 10_000, 100_000)),
    "deck": ("st.pydeck_chart", (1_000, 10_000, 100_000)),
}
SIZES = (1_000, 10_000, 100_000)
WATCH = """
const now = () => performance.timeOrigin + performance.now();
window.addEventListener("click", (event) => {
  if (event.isTrusted) window.clicked = performance.timeOrigin + event.timeStamp;
}, true);
const drawn = (count) => {
  const words = /turn (\\d+): (\\d+) points/.exec(document.body?.textContent ?? "");
  if (!words || count !== Number(words[2]) || window.painted?.turn === Number(words[1])) return;
  const turn = Number(words[1]);
  requestAnimationFrame(() => setTimeout(() => (window.painted = { turn, at: now() })));
};
for (const kind of [window.WebGL2RenderingContext]) {
  for (const name of ["drawArraysInstanced", "drawElementsInstanced"]) {
    const original = kind.prototype[name];
    kind.prototype[name] = function (...given) {
      drawn(given.at(-1));
      return original.apply(this, given);
    };
  }
}
"""


@contextmanager
def plug_ins() -> Iterator[dict[str, Path]]:
    """The files that folium's pages load, by name."""
    found = {path.name: path for path in LEAFLET.iterdir()}
    with tempfile.TemporaryDirectory() as folder:
        for package in PACKAGES:
            target = Path(folder) / package.split("@")[0]
            target.mkdir()
            subprocess.run(["npm", "pack", "--silent", package], cwd=target, check=True, stdout=subprocess.DEVNULL)
            subprocess.run(["tar", "-xzf", next(target.glob("*.tgz")).name], cwd=target, check=True)
            files = (target / "package" / "dist").rglob("*")
            found |= {RENAMED.get(path.name, path.name): path for path in files if path.is_file()}
        yield found


def answer(route: Route, files: Mapping[str, Path]) -> None:
    """What a library wants from another host: our copy, or an empty file where it does nothing for the map."""
    name = Path(urlsplit(route.request.url).path).name
    if name in files:
        route.fulfill(path=files[name])
    else:
        route.fulfill(body="", content_type="text/css" if name.endswith(".css") else "text/javascript")


def changes(browser: Browser, url: str, way: str, size: int, files: Mapping[str, Path]) -> list[float]:
    """Milliseconds from the click to the painted map; fewer than `CHANGES` where one took too long."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.route(re.compile(r"^https?://(?!127\.0\.0\.1)"), lambda route: answer(route, files))
    page.add_init_script(WATCH)
    found = []
    try:
        page.goto(f"{url}/?way={way}&size={size}")
        _wait(page, 0)
        for turn in range(1, CHANGES + 1):
            page.wait_for_timeout(800)
            page.get_by_role("button", name="Next").click()
            _wait(page, turn)
            found.append(page.evaluate("window.painted.at - window.clicked"))
    except (TimeoutError, Error):
        pass  # the table says that it took too long
    finally:
        page.close()
    return found


def _wait(page: Page, turn: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while page.evaluate("window.painted?.turn ?? -1") != turn:
        if time.monotonic() > deadline:
            raise TimeoutError
        page.wait_for_timeout(25)


def _cell(found: list[float] | None) -> str:
    if found is None:
        return "not tried"
    return number(median(found)) if found else f"more than {PATIENCE:.0f} s"


def others_table() -> Table:
    """All of them, and ours, at the same sizes."""
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", "tools/others_app.py", f"--server.port={port}"]
    command += ["--server.headless=true", "--server.maxMessageSize=1000"]
    found: dict[str, dict[int, list[float]]] = {way: {} for way in WAYS}
    app = served(command, "/_stcore/health", port, {"PYTHONPATH": str(ROOT)})
    with plug_ins() as files, chromium() as browser, app as (url, _):
        for way, (_, sizes) in WAYS.items():
            for size in sizes:
                found[way][size] = changes(browser, url, way, size, files)
    own = {size: figures(size, 1).filters for size in SIZES}
    rows = [[name, *(_cell(found[way].get(size)) for size in SIZES)] for way, (name, _) in WAYS.items()]
    rows.append(["**this app**, all its filters open", *(number(median(own[size])) for size in SIZES)])
    about = (
        "Milliseconds from a click to the painted map, the median of "
        f"{CHANGES} clicks, each of which leaves out another tenth of the incidents; for this app of its own filters. "
        f"More than {PATIENCE:.0f} s for one click ended a measurement. The others ask nothing of other hosts here: "
        "their scripts are served from this machine."
    )
    goals = []
    clusters = found["cluster"].get(10_000) or [PATIENCE * 1000]
    goals.append(Goal("10k: times as fast as MarkerCluster", median(clusters) / median(own[10_000]), 70, "times", True))
    head = ("Filter to paint", *(f"{size:,}" for size in SIZES))
    return Table("Beside what one would do otherwise", about, head, rows, goals)


PARTS = {"others": others_table}
