"""`make accuracy`: measure extraction on the labelled corpora beside the project and write `docs/accuracy.md`.

Without the corpora it says so and leaves the page as it is.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EVAL = ROOT.parent / "shared" / "eval"
PAGE = ROOT / "docs" / "accuracy.md"
CORPORA = {"dev": "44 texts written for development", "news": "34 reports of two outlets, measured only"}
FLOORS = {
    "f1": (0.90, 0.85),
    "strict_f1": (0.80, 0.70),
    "date": (0.95, 0.95),
    "killed": (0.93, 0.93),
    "injured": (0.90, 0.90),
    "perpetrator": (0.93, 0.93),
    "perpetrator_named": (0.85, 0.85),
    "perpetrator_basis": (0.88, 0.88),
    "attributed_by": (0.85, 0.85),
    "spans": (1.0, 1.0),
}
MEANINGS = {
    "precision": "found incidents that are labelled",
    "recall": "labelled incidents that are found",
    "f1": "both together",
    "strict_f1": "f1 where district, date, killed and perpetrator must all be right",
    "date": "day right, of matched incidents",
    "killed": "toll right",
    "killed_by_group": "toll of one group (militants, security, civilians) right",
    "injured": "number of injured right",
    "perpetrator": "perpetrator right",
    "perpetrator_named": "the same where the label names somebody",
    "attributed_by": "kind of speaker behind the attribution right",
    "perpetrator_basis": "basis of the attribution right",
    "event_type": "event type right or a near one",
    "role": "main or background right",
    "spans": "claims whose words stand at their span",
}


def measure(corpus: str) -> dict[str, float]:
    """The scorer's figures for a corpus."""
    with tempfile.TemporaryDirectory() as folder:
        found = Path(folder) / "found.jsonl"
        extract = ["-m", "geo", "extract", str(EVAL / corpus), "--format", "jsonl", "-o", str(found)]
        subprocess.run([sys.executable, *extract], check=True, cwd=ROOT)
        score = [str(EVAL / "score.py"), str(EVAL / corpus / "gold.jsonl"), str(found), "--json"]
        printed = subprocess.run([sys.executable, *score], check=True, capture_output=True, text=True).stdout
    figures: dict[str, float] = json.loads(printed)
    return figures


def page(figures: dict[str, dict[str, float]]) -> str:
    """The page in Markdown."""
    lines = [
        "# How well articles are read",
        "",
        "Made by `make accuracy` with the corpora's own scorer; every figure is a share between 0 and 1. "
        "In brackets: the least that the project accepts.",
        "",
        *(f"- `{name}`: {what}, {figures[name]['labelled']:g} labelled incidents" for name, what in CORPORA.items()),
        "",
        "| figure | meaning | dev | news |",
        "| --- | --- | --- | --- |",
    ]
    for field, meaning in MEANINGS.items():
        cells = [_cell(figures[name].get(field), FLOORS.get(field, (None, None))[n]) for n, name in enumerate(CORPORA)]
        lines.append(f"| {field} | {meaning} | {' | '.join(cells)} |")
    lines += [
        "",
        "The rules were tuned on `dev` and on one half of `news`; the other half was only counted. Reports of outlets "
        "that write differently will be read less well than these.",
        "",
    ]
    return "\n".join(lines)


def _cell(value: float | None, floor: float | None) -> str:
    if value is None:
        return ""
    return f"{value:.3f}" if floor is None else f"{value:.3f} ({floor:.2f})"


def main() -> None:
    """Write the page, or say why not."""
    if not (EVAL / "score.py").is_file():
        sys.stdout.write(f"no labelled corpora at {EVAL}: docs/accuracy.md stays as it is\n")
        return
    PAGE.write_text(page({corpus: measure(corpus) for corpus in CORPORA}), encoding="utf-8")
    sys.stdout.write(f"written: {PAGE.relative_to(ROOT)}\n")


if __name__ == "__main__":
    main()
