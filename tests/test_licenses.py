"""Every file of `data/` has an entry in `data/LICENSES.md`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from geo.datafiles import DATA_DIR

LICENCES = (DATA_DIR / "LICENSES.md").read_text(encoding="utf-8")
ROWS = [row for row in LICENCES.splitlines() if row.startswith("| `")]
PATTERNS = [pattern for row in ROWS for pattern in re.findall(r"`(\S+)`", row)]
FILES = sorted(p.relative_to(DATA_DIR) for p in DATA_DIR.rglob("*") if p.is_file() and p.name != "LICENSES.md")


@pytest.mark.parametrize("file", FILES, ids=str)
def test_a_data_file_has_a_licence_entry(file: Path) -> None:
    assert any(file.match(pattern) for pattern in PATTERNS), f"data/LICENSES.md has no row for {file}"


@pytest.mark.parametrize("pattern", PATTERNS)
def test_an_entry_belongs_to_a_file(pattern: str) -> None:
    assert any(file.match(pattern) for file in FILES), f"data/LICENSES.md has a row for {pattern}, which isn't there"
