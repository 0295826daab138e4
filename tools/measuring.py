"""What all benchmarks share: results as tables with goals, the machine they ran on, made servers, and a browser."""

from __future__ import annotations

import os
import platform
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests
from playwright.sync_api import Browser, sync_playwright

from tests.find_browser import FLAGS, find_browser

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 240
FEW = 20  # of fewer measurements no p95 can be told, only the longest


@dataclass(frozen=True, slots=True)
class Goal:
    """A figure and what is wanted of it: at most `limit`, or at least."""

    what: str
    figure: float
    limit: float
    unit: str = "ms"
    at_least: bool = False

    @property
    def met(self) -> bool:
        """Whether the figure is as wanted."""
        return self.figure >= self.limit if self.at_least else self.figure <= self.limit


@dataclass(frozen=True, slots=True)
class Table:
    """The result of one part: a table, the goals that it is held to, and what one has to know of how it was made."""

    title: str
    about: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    goals: Sequence[Goal] = ()


def median(values: Sequence[float]) -> float:
    """The middle value."""
    return statistics.median(values)


def p95(values: Sequence[float]) -> float:
    """The value that 95 of 100 stay under; of few values the largest."""
    ordered = sorted(values)
    return ordered[-1] if len(ordered) < FEW else ordered[min(len(ordered) - 1, round(0.95 * len(ordered)))]


def number(value: float, decimals: int = 0) -> str:
    """A figure for people."""
    return f"{value:,.{decimals}f}"


def machine() -> str:
    """The processor, its cores, the memory and the versions that matter."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        lines = cpuinfo.read_text(encoding="utf-8").splitlines()
        model = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), model)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{model}, {os.cpu_count()} cores, {memory:.0f} GB, Python {platform.python_version()}"


def load() -> float:
    """How many processes wanted a core during the last minute."""
    return os.getloadavg()[0]


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(command: Sequence[str], path: str, port: int, environ: Mapping[str, str] = {}) -> Iterator[tuple[str, int]]:
    """A server that a command starts: its address and process id, once a path answers."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        with log.open("wb") as out:
            env = {**os.environ, "INCIDENTS_DATA_DIR": folder, **environ}
            process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=out, stderr=out)
        url = f"http://127.0.0.1:{port}"
        try:
            _wait_for(url + path, process, log)
            yield url, process.pid
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextmanager
def made_app(size: int, *options: str) -> Iterator[tuple[str, int]]:
    """The app as it ships, on a made data set."""
    port = free_port()
    command = [sys.executable, "-m", "tools.serve_made", str(size), str(port), *options]
    with served(command, "/api/layers/version", port) as found:
        yield found


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if requests.get(url, timeout=2).ok:
                return
        except requests.RequestException:
            time.sleep(0.2)
    raise RuntimeError(f"the server did not start: {log.read_text(encoding='utf-8', errors='replace')[-2000:]}")


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=FLAGS)
        yield browser
        browser.close()


def resident_mb(pid: int) -> float:
    """Resident memory of a process in MB."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS"))
