"""The incident table where some rows are replaced: put together of slices, or sorted anew, it is the same."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo import table_cache
from geo.table import SCHEMA, sort_columns
from geo.table_cache import replace_rows

IDS = st.sets(st.sampled_from([f"i-{number:02}" for number in range(30)]))


def table(ids: set[str], words: str) -> pa.Table:
    rows: list[dict[str, Any]] = [
        {
            "id": key,
            "title": f"{words} {key}",
            "district": f"{words[0]}{key[-1]}",
            "districts": [key, words],
            "lat": float(key[-2:]) if key.endswith("3") else None,
        }
        for key in ids
    ]
    return sort_columns(pa.Table.from_pylist(rows, SCHEMA))


@given(held=IDS, gone=IDS, made=IDS)
@pytest.mark.parametrize("few", [0, 1000])
def test_rows_are_replaced_in_the_order_of_their_ids(few: int, held: set[str], gone: set[str], made: set[str]) -> None:
    made -= held - gone  # what stays isn't made again
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(table_cache, "FEW", few)
        found = replace_rows(table(held, "old"), pa.array(sorted(gone), pa.string()), table(made, "new"))
    by_id = {row["id"]: row for row in table(held, "old").to_pylist() if row["id"] not in gone}
    by_id |= {row["id"]: row for row in table(made, "new").to_pylist()}
    assert found.to_pylist() == [by_id[key] for key in sorted(by_id)]
    assert found.schema == SCHEMA
    assert {column.num_chunks for column in found.columns} <= {1, 0}
    found.validate(full=True)
