"""Opening a store of a million incidents: from the command to the first answer, the memory, and following a change.

The store is made (`tools.make_store`), and so is its table (`python -m geo store table`), once; then the app is started
as its user starts it, a few times. Making them takes longer than all else: `BENCH_STORE=FOLDER` keeps them there for
another run.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from tools.measuring import ROOT, Goal, Table, free_port, median, number, resident_mb, served

SIZE = 1_000_000
STARTS = 3
MADE = "made.txt"  # how many seconds store and table took; there once both are whole
PATIENCE = 120.0  # seconds until a stored report must be shown
SETTLED = 30.0  # seconds after which the words that are searched have been made too


def opened_table() -> Table:
    """A million incidents from a store on disk."""
    with _kept_or_temporary() as folder:
        db = f"sqlite:///{folder / 'incidents.sqlite'}"
        environ = {"INCIDENTS_DATA_DIR": str(folder), "INCIDENTS_DB": db}
        if not (folder / MADE).exists():
            filled = _seconds("-m", "tools.make_store", str(SIZE), db, environ=environ)
            tabled = _seconds("-m", "geo", "store", "table", environ=environ)
            (folder / MADE).write_text(f"{filled} {tabled}", encoding="ascii")
        filled, tabled = map(float, (folder / MADE).read_text(encoding="ascii").split())
        starts, memory = [], []
        for _ in range(STARTS):
            port = free_port()
            started = time.perf_counter()
            with served(_command(port), "/api/layers/counts", port, environ) as (url, pid):
                starts.append(time.perf_counter() - started)
                memory.append(resident_mb(pid))
                shown = _total(url)
                assert shown >= SIZE, f"only {shown} incidents are shown"
        port = free_port()
        with served(_command(port), "/api/layers/counts", port, environ) as (url, pid):
            time.sleep(SETTLED)
            settled = resident_mb(pid)
            followed = _followed(url, db, environ)
        size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e9
    rows = [
        ["the store made, once", f"{number(filled)} s"],
        ["its table made, once", f"{number(tabled)} s"],
        ["from the command to the first answer, median", f"{number(median(starts), 1)} s"],
        ["memory at the first answer", f"{number(max(memory))} MB"],
        ["memory with the index of words", f"{number(settled)} MB"],
        ["from a stored report to its being shown", f"{number(followed, 1)} s"],
        ["store and cache on disk", f"{number(size, 1)} GB"],
    ]
    goals = (
        Goal("1M: the app is open, the longest start", max(starts), 5, "s"),
        Goal("1M: memory of the opened app", settled, 1500, "MB"),
        Goal("1M: a stored report is shown", followed, 5, "s"),
    )
    about = (
        f"{SIZE:,} made incidents in SQLite, one in six told by two documents; the app is started by "
        f"`streamlit run app.py`, {STARTS} times, and asked for its counts until it answers."
    )
    return Table("Opening a million incidents", about, ("From a store on disk", "measured"), rows, goals)


@contextmanager
def _kept_or_temporary() -> Iterator[Path]:
    kept = os.environ.get("BENCH_STORE")
    if kept:
        Path(kept).mkdir(parents=True, exist_ok=True)
        yield Path(kept)
        return
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def _command(port: int) -> list[str]:
    return [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={port}", "--server.headless=true"]


def _seconds(*arguments: str, environ: dict[str, str]) -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, *arguments], cwd=ROOT, env={**os.environ, **environ}, check=True)
    return time.perf_counter() - started


def _total(url: str) -> int:
    return int(requests.get(f"{url}/api/layers/counts", timeout=60).json()["counts"]["total"])


def _version(url: str) -> str:
    return requests.get(f"{url}/api/layers/version", timeout=60).text


def _followed(url: str, db: str, environ: dict[str, str]) -> float:
    """Seconds after one more report was stored until what is shown is of its data version."""
    before, first = _version(url), SIZE + int(time.time())  # another one in every run
    _seconds("-m", "tools.make_store", "1", db, str(first), environ=environ)
    stored = time.perf_counter()
    while time.perf_counter() - stored < PATIENCE:
        if _version(url) != before:
            return time.perf_counter() - stored
        time.sleep(0.05)
    raise RuntimeError(f"the stored article was not shown within {PATIENCE:.0f} s")


PARTS = {"open": opened_table}
