"""`make bench`: every speed that the project promises, measured on this machine and written to `docs/benchmarks.md`.

Each `tools/bench_*.py` has `PARTS`, a name to what measures that part and gives a `Table`; or `measure()`, which yields
(what, figure, wanted) with figures per second. `--only map,export` measures these parts anew and leaves the others of
the document as they are; `--list` names them.
"""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import re
import sys
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import tools
from tools.measuring import ROOT, Goal, Table, load, machine, number

DOCUMENT = ROOT / "docs" / "benchmarks.md"
HEAD = """# How fast it is

Written by `make bench`; no figure here is typed by hand. Each part says when, where, by which command and under which
load it was measured: ratios within a part compare, since all of it ran in one go; parts may be of different days. The
incidents are made up with realistic skew (`tests/make_table.py`): a few places draw most of them, time has waves, and
one in five is known to a district only. A p95 of fewer than 20 measurements is the longest of them. The browser is the
one that `tools/find_chromium.sh` finds: Debian's `chromium-headless-shell`, where it is installed.
"""
MARK = "<!-- part: {name} -->"
Part = Callable[[], Table]


def parts() -> dict[str, Part]:
    """All parts by name, in the order of their modules."""
    found: dict[str, Part] = {}
    for name in sorted(module.name for module in pkgutil.iter_modules(tools.__path__)):
        if not name.startswith("bench_"):
            continue
        module = importlib.import_module(f"tools.{name}")
        if hasattr(module, "PARTS"):
            found |= module.PARTS
        elif hasattr(module, "measure"):
            found[name.removeprefix("bench_")] = lambda module=module: _rates(module)
    return found


def _rates(module: object) -> Table:
    """The table of a module that only counts how much is done a second."""
    title = (module.__doc__ or "").strip().splitlines()[0].rstrip(".")
    goals = [Goal(what, figure, wanted, "a second", True) for what, figure, wanted in module.measure()]  # type: ignore[attr-defined]
    return Table(title, "", (), (), goals)


def section(name: str, table: Table, command: str, began: float, seconds: float) -> str:
    """One part of the document."""
    when = datetime.now(UTC).strftime("%-d %B %Y, %H:%M UTC")
    lines = [MARK.format(name=name), f"## {table.title}", ""]
    if table.about:
        lines += [table.about, ""]
    if table.rows:
        lines += [_row(table.head), _row(["---"] + ["---:"] * (len(table.head) - 1)), *map(_row, table.rows), ""]
    if table.goals:
        lines += [
            _row(("Goal", "wanted", "measured", "")),
            _row(("---", "---:", "---:", "---")),
            *map(_goal, table.goals),
            "",
        ]
    lines.append(f"`{command}`, {when}, {machine()}; load {began:.1f} before it began; it took {seconds:.0f} s.")
    return "\n".join(lines) + "\n"


def _row(cells: object) -> str:
    return "| " + " | ".join(cells) + " |"  # type: ignore[arg-type]


def _goal(goal: Goal) -> str:
    decimals = 1 if goal.limit < 20 else 0
    bound = "at least" if goal.at_least else "at most"
    figures = [f"{bound} {number(goal.limit, decimals)} {goal.unit}", f"{number(goal.figure, decimals)} {goal.unit}"]
    return _row([goal.what, *figures, "met" if goal.met else "**short**"])


def held_sections(text: str) -> dict[str, str]:
    """The parts of a document that was written before."""
    pieces = re.split(r"^<!-- part: (\S+) -->$", text, flags=re.MULTILINE)
    marked = zip(pieces[1::2], pieces[2::2], strict=True)
    return {name: f"{MARK.format(name=name)}\n{body.strip()}\n" for name, body in marked}


def write(path: Path, names: list[str], sections: Mapping[str, str]) -> None:
    """The document with all parts in their order."""
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join([HEAD, *(sections[name] for name in names if name in sections)]), encoding="utf-8")


def main() -> None:
    """Measure, print and write; exit with 1 where a goal is not met."""
    known = parts()
    parser = argparse.ArgumentParser(prog="python -m tools.bench", description=__doc__)
    parser.add_argument("--only", default="", help="parts to measure, with commas between")
    parser.add_argument("--list", action="store_true", help="name the parts")
    parser.add_argument("-o", "--output", type=Path, default=DOCUMENT, help="where to write (docs/benchmarks.md)")
    asked = parser.parse_args()
    if asked.list:
        sys.exit("\n".join(known))
    chosen = asked.only.split(",") if asked.only else list(known)
    if unknown := [name for name in chosen if name not in known]:
        parser.error(f"no part is called {unknown[0]}; there are {', '.join(known)}")
    sections = held_sections(asked.output.read_text(encoding="utf-8")) if asked.output.exists() else {}
    short = 0
    for name in chosen:
        began, started = load(), time.monotonic()
        table = known[name]()
        command = f"python -m tools.bench --only {name}" if asked.only else "make bench"
        sections[name] = section(name, table, command, began, time.monotonic() - started)
        write(asked.output, list(known), sections)
        sys.stdout.write(sections[name] + "\n")
        sys.stdout.flush()
        short += sum(not goal.met for goal in table.goals)
    sys.exit(1 if short else 0)


if __name__ == "__main__":
    main()
