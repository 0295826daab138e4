"""The table page: the same selection as the map, sortable, a part at a time."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from geo.query import Query
from geo.wording import BASIS_WORDS, PLACE_PRECISION_WORDS, number_text
from ui.chips import draw_chips
from ui.filters import draw_sections, draw_words, read_query
from ui.problems import draw_problems
from ui.share import draw_share
from ui.state import State, load_state

ROWS_PER_PART = 500
ROW_PIXELS, MOST_PIXELS = 35, 640
SORTS = {
    "Newest first": ("date_start", False),
    "Oldest first": ("date_start", True),
    "Most killed first": ("killed_best", False),
    "District": ("district", True),
    "Most sources first": ("n_sources", False),
    "Last reported first": ("first_reported", False),
}
COLUMNS = {
    "date_start": st.column_config.DateColumn("From", format="D MMM YYYY"),
    "date_end": st.column_config.DateColumn("To", format="D MMM YYYY"),
    "event": st.column_config.TextColumn("What"),
    "place": st.column_config.TextColumn("Place"),
    "district": st.column_config.TextColumn("District"),
    "precision": st.column_config.TextColumn("Known to", help="How precisely the place is known"),
    "killed_best": st.column_config.NumberColumn("Killed", help="The figure most speakers give"),
    "killed_low": st.column_config.NumberColumn("At least"),
    "killed_high": st.column_config.NumberColumn("At most"),
    "injured_best": st.column_config.NumberColumn("Injured"),
    "perpetrator": st.column_config.TextColumn("Said to be by"),
    "basis": st.column_config.TextColumn("On whose word"),
    "attributed_by": st.column_config.TextColumn("Said by"),
    "disputed": st.column_config.CheckboxColumn("Sources disagree"),
    "n_sources": st.column_config.NumberColumn("Sources"),
    "n_speakers": st.column_config.NumberColumn("Speakers"),
    "publishers": st.column_config.ListColumn("Publishers"),
    "review": st.column_config.TextColumn("Checked"),
    "open": st.column_config.LinkColumn("On the map", display_text="open"),
}


def page() -> None:
    """Draw the page."""
    state = load_state()
    query = read_query(state)
    draw_words()
    draw_sections(state, query)
    top, share = st.columns([3, 2], vertical_alignment="center")
    with share:
        draw_share(state, query)
    with top:
        draw_chips(state, query)
    draw_problems(state)
    rows = state.selector.table_rows(query)
    if not len(rows):
        st.info("No incident in this selection. Remove a filter in the sidebar, or widen the dates.")
        return
    sort, part = _controls(len(rows))
    shown = shown_rows(state, rows, sort, part, query)
    height = min(ROW_PIXELS * (len(shown) + 1) + 3, MOST_PIXELS)
    st.dataframe(shown, column_config=COLUMNS, hide_index=True, height=height, width="stretch", placeholder="")


def _controls(total: int) -> tuple[str, int]:
    parts = -(-total // ROWS_PER_PART)
    left, right = st.columns([2, 3], vertical_alignment="bottom")
    sort = left.selectbox("Sort all by", list(SORTS), key="table_sort")
    part = 1
    if parts > 1:
        part = int(right.number_input(f"Part (1 to {number_text(parts)})", 1, parts, 1, key="table_part"))
    noun = "incident" if total == 1 else "incidents"
    st.caption(
        f"{number_text(total)} {noun}; rows {number_text((part - 1) * ROWS_PER_PART + 1)} to "
        f"{number_text(min(part * ROWS_PER_PART, total))}. A click on a column sorts the rows shown."
    )
    return sort, part


def shown_rows(state: State, rows: NDArray[Any], sort: str, part: int, query: Query) -> pd.DataFrame:
    """One part of the sorted selection, with the words that a reader needs."""
    column, ascending = SORTS[sort]
    keys = state.dataset.values(column, rows).set_axis(rows)
    chosen = keys.sort_values(ascending=ascending, kind="stable", na_position="last").index
    numbers = chosen[(part - 1) * ROWS_PER_PART : part * ROWS_PER_PART].to_numpy()
    frame = pd.DataFrame(state.dataset.frame(numbers).drop(columns="geometry"))
    labels = state.dataset.vocabulary.event_types
    frame["event"] = [labels[code].label if code in labels else "not agreed" for code in frame["event_type"]]
    frame["precision"] = frame["where_prec"].map(PLACE_PRECISION_WORDS)
    frame["basis"] = [BASIS_WORDS[code] for code in frame["perpetrator_basis"]]
    frame["district"] = [", ".join(names) for names in frame["districts"]]
    asked = query.canonical()
    frame["open"] = [f"/?{asked}&incident={key}" if asked else f"/?incident={key}" for key in frame["id"]]
    return frame[list(COLUMNS)]
