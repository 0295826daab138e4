"""Reading many articles: here, in several processes, and by a Dask cluster that loses a worker in the middle."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from distributed import Client, LocalCluster

from geo.documents import Article
from geo.errors import InputError
from geo.reading import Reading, Stated, read_here, read_on_cluster

ROOT = Path(__file__).resolve().parent.parent
PLACES = ("Turbat", "Mastung", "Khuzdar", "Kalat", "Nushki", "Panjgur", "Gwadar", "Chaman")
NUMBER = 400
WAIT_SECONDS = 120


def article(number: int) -> Article:
    place = PLACES[number % len(PLACES)]
    text = f"{number % 7 + 2} policemen were shot dead in {place} on Thursday, police said. Report number {number}."
    return Article(f"{number}.txt", text, published="2025-08-08")


def broken(number: int) -> Article:
    return Article(f"{number}.txt", "No day.", published="some day")


def shown(readings: Iterator[Reading]) -> list[str]:
    return sorted(repr(reading) for reading in readings)


@pytest.fixture(scope="module")
def cluster() -> Iterator[LocalCluster]:
    with LocalCluster(  # type: ignore[no-untyped-call]
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1"
    ) as made:
        yield made


def test_processes_and_clusters_read_the_same(cluster: LocalCluster) -> None:
    articles = [*map(article, range(90)), broken(90)]
    here = list(read_here(articles, Stated(), jobs=1))
    assert [bool(extraction) for extraction, _ in here] == [True] * 90 + [False]
    assert list(read_here(articles, Stated(), jobs=2)) == here
    assert shown(read_on_cluster(articles, Stated(), cluster.scheduler_address)) == shown(iter(here))


def test_an_archive_is_never_read_far_ahead() -> None:
    taken = 0

    def endless() -> Iterator[Article]:
        nonlocal taken
        while True:
            taken += 1
            yield article(taken)

    readings = read_here(endless(), Stated(), jobs=2)
    next(readings)
    readings.close()  # type: ignore[attr-defined]
    assert taken < 1000


def test_no_scheduler_is_one_line() -> None:
    with pytest.raises(InputError, match="no Dask scheduler answers"):
        next(read_on_cluster([article(1)], Stated(), "not an address"))


def test_workers_with_other_rules_are_refused(cluster: LocalCluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("geo.reading._own_rules", lambda: "another version")
    with pytest.raises(InputError, match="install the same version everywhere"):
        list(read_on_cluster([article(1)], Stated(), cluster.scheduler_address))


def test_a_killed_worker_loses_and_doubles_nothing(cluster: LocalCluster, tmp_path: Path) -> None:
    rows = [{"text": made.body, "published": made.published, "id": made.file} for made in map(article, range(NUMBER))]
    (tmp_path / "archive.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    db = f"sqlite:///{tmp_path / 'store.sqlite'}"
    run = [sys.executable, "-m", "geo"]
    command = [*run, "ingest", str(tmp_path / "archive.jsonl"), "--dask", cluster.scheduler_address, "--db", db]
    with Client(cluster.scheduler_address, set_as_default=False) as client:  # type: ignore[no-untyped-call]
        pids = list(client.run(os.getpid).values())  # type: ignore[no-untyped-call]
    # Files, since what a pipe's reader has read ahead at the first line is lost to `communicate`.
    printed, log = tmp_path / "printed.txt", tmp_path / "log.txt"
    with (
        printed.open("w") as out,
        log.open("w") as errors,
        subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=errors) as ingest,
    ):
        deadline = time.monotonic() + WAIT_SECONDS
        while not printed.read_text() and ingest.poll() is None and time.monotonic() < deadline:
            time.sleep(0.01)
        assert ingest.poll() is None, "it ended before a worker could be killed"
        os.kill(pids[0], signal.SIGKILL)
        ingest.wait(WAIT_SECONDS)
    told = log.read_text()
    assert ingest.returncode == 0, told
    stored = Counter(line.split("\t")[1] for line in printed.read_text().splitlines())
    assert (len(stored), set(stored.values())) == (NUMBER, {1}), told
    assert f"{NUMBER} new" in told
    assert "left out" not in told
    check = subprocess.run([*run, "store", "check", "--db", db], cwd=ROOT, capture_output=True, text=True, check=False)
    assert check.returncode == 0, check.stdout + check.stderr
