"""What several processes read of a file together is the file."""

from __future__ import annotations

from itertools import cycle, islice
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.importers import rows
from geo.importers.rows import Share
from geo.importers.source import open_source
from tests.importers.ged import event, ged_file


@given(st.integers(0, 60), st.integers(1, 5), st.integers(1, 9))
def test_shares_make_the_whole_block_by_block(number: int, of: int, block: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rows, "BLOCK", block)
        shares = [Share(one, of).take(iter(range(number))) for one in range(of)]
        joined: list[int] = []
        for share in cycle(shares):
            part = list(islice(share, block))
            joined += part
            if not part:
                break
        assert joined == list(range(number))
        assert not any(list(share) for share in shares)


def test_a_row_of_tags_belongs_to_no_share(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "BLOCK", 2)
    path = ged_file(tmp_path, event(1), event(2), event(3), event(4), event(5))
    header, *lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    tags = ",".join("#meta+id" for _ in header.split(",")) + "\n"
    path.write_text(header + tags + "".join(lines), encoding="utf-8")
    source = open_source("ucdp", path)
    assert [[row.key for row in source.read(Share(one, 2))] for one in (0, 1)] == [["1", "2", "5"], ["3", "4"]]
