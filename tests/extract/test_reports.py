"""Whole reports, written and labelled for these tests before they were read: a, c tuned with; b, d only counted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.extract.reading import REPORTS, read_report
from tests.extract.scoring import score
from tools.accuracy import REPORT_FLOORS

FILES = sorted(REPORTS.glob("[abcd]/*.txt"))


@pytest.mark.parametrize("half", sorted(REPORT_FLOORS))
def test_reports_are_read_as_well_as_the_project_accepts(half: str) -> None:
    reached = score(REPORTS / half)
    short = {field: (reached[field], least) for field, least in REPORT_FLOORS[half].items() if reached[field] < least}
    assert not short, f"reports {half}: reached and wanted {short}"


@pytest.mark.parametrize("half", sorted(REPORT_FLOORS))
def test_every_report_has_its_labels(half: str) -> None:
    labelled = [json.loads(line)["file"] for line in (REPORTS / half / "gold.jsonl").read_text().splitlines()]
    assert labelled == [path.name for path in FILES if path.parent.name == half]


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_claim_stands_where_it_says(path: Path) -> None:
    _, printed = read_report(path)
    text = printed["document"]["text"]
    for incident in printed["incidents"]:
        for claim in incident["claims"]:
            start, end = claim["span"]
            assert text[start:end] == claim["original"]
