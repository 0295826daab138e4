"""`make bench`: every speed that the project promises, measured in one run and printed beside what is wanted.

Each `tools/bench_*.py` has `measure()`, which yields (what, figure, wanted) with figures per second.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Iterator

import tools


def measurements() -> Iterator[tuple[str, float, float]]:
    """All of them, module by module."""
    for found in sorted(module.name for module in pkgutil.iter_modules(tools.__path__)):
        if found.startswith("bench_"):
            yield from importlib.import_module(f"tools.{found}").measure()


def main() -> None:
    """Print a table; exit with 1 where a figure falls short."""
    short = 0
    for what, figure, wanted in measurements():
        short += figure < wanted
        mark = "" if figure >= wanted else "  <- short"
        sys.stdout.write(f"{what:<55} {figure:>12,.0f}  wanted {wanted:>10,.0f}{mark}\n")
        sys.stdout.flush()
    sys.exit(1 if short else 0)


if __name__ == "__main__":
    main()
