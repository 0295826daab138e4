"""Speed of importing a data set: rows a second, of GED's Pakistan and of a release 55 times as large, and the memory.

    python -m tools.bench_import [--like GEDEvent.csv]

The rows are made (`tools.make_ged`); with `--like` they are drawn from a GED file. Each import runs in a process of its
own, into a new SQLite store, and is timed as its user sees it: from the file to what is stored for good.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tools.make_ged import made_rows, rows_like, write

SMALL, SMALL_SECONDS = 6_416, 3
LARGE, LARGE_SECONDS = 350_000, 60
MOST_MB = 3_000
RUN = """
import json, resource, sys, time
from pathlib import Path
from geo.importers.convert import readers
from geo.importers.load import load
from geo.importers.source import open_source
from geo.store.engine import open_store
begin = time.perf_counter()
store = open_store(sys.argv[2])
loaded = load(store, open_source("ucdp", Path(sys.argv[1]), None, sys.argv[3]), "bench")
seconds = time.perf_counter() - begin
store.close()
own, largest = (resource.getrusage(who).ru_maxrss / 1000 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
print(json.dumps({"rows": loaded.used, "seconds": seconds, "mb": own + readers() * largest}))
"""


def run(path: Path, store: Path, release: str) -> dict[str, float]:
    """One import in a process of its own: rows, seconds, and the megabytes of it and those that read."""
    arguments = [sys.executable, "-c", RUN, str(path), f"sqlite:///{store}", release]
    found: dict[str, float] = json.loads(subprocess.run(arguments, check=True, capture_output=True).stdout)
    return found


def measure(like: Path | None = None) -> Iterator[tuple[str, float, float]]:
    """(what, figure, wanted); figures per second, and for memory what is left of the most."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number, seconds in ((SMALL, SMALL_SECONDS), (LARGE, LARGE_SECONDS)):
            path, store = folder / f"{number}.csv", folder / f"{number}.sqlite"
            write(path, rows_like(like, number) if like else made_rows(number))
            first = run(path, store, "25.1")
            yield f"import of {number:,} rows, rows a second", first["rows"] / first["seconds"], number / seconds
            again = run(path, store, "25.1")
            yield "the same again, rows a second", again["rows"] / again["seconds"], number / seconds
        yield f"import of {LARGE:,} rows, MB left of {MOST_MB:,}", MOST_MB - first["mb"], 0


def main() -> None:
    like = Path(sys.argv[sys.argv.index("--like") + 1]) if "--like" in sys.argv else None
    for what, figure, wanted in measure(like):
        print(f"{what:<55} {figure:>12,.0f}  wanted {wanted:>10,.0f}")


if __name__ == "__main__":
    main()
