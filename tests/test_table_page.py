"""The table page: a selection in the order that is asked for."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from geo.api.state import AppState
from geo.pipeline import load_dataset
from geo.query import Query
from pages.table import ROWS_PER_PART, SORTS, shown_rows

STATE = AppState.of(load_dataset())


def shown(query: Query, sort: str) -> pd.DataFrame:
    return shown_rows(STATE, STATE.selector.table_rows(query), sort, 1, query)


@pytest.mark.parametrize(
    "query", [Query(), Query(date_from=date(2025, 8, 1)), Query(min_killed=5)], ids=["all", "later", "deadly"]
)
@pytest.mark.parametrize("sort", [sort for sort, (column, _) in SORTS.items() if column in ("date_start", "n_sources")])
def test_a_selection_stands_in_the_order_that_is_asked_for(query: Query, sort: str) -> None:
    column, ascending = SORTS[sort]
    found = shown(query, sort)[column].dropna()
    assert 1 < len(found) <= ROWS_PER_PART
    assert found.is_monotonic_increasing if ascending else found.is_monotonic_decreasing
