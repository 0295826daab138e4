"""What could not be used, of the link or of the data: one line each; the rest works."""

from __future__ import annotations

import streamlit as st

from ui.state import State


def draw_problems(state: State) -> None:
    """Warnings, none where all is well."""
    for problem in st.session_state.get("url_problems", ()):
        st.warning(f"Left out of the link: {problem}")
    for problem in st.session_state.get("contradictions", ()):
        st.warning(f"Left out: {problem}")
    of_data = state.dataset.problems
    if of_data:
        more = f" ({len(of_data) - 1} more on the page About)" if len(of_data) > 1 else ""
        st.warning(f"Part of the data could not be loaded: {of_data[0]}{more}")
