"""The page "Review": what the machine read and suggests, decided by people, one by one or many at once."""

from __future__ import annotations

import streamlit as st

from geo.errors import IncidentMapError
from geo.settings import Settings
from geo.store import has_store
from ui.markup import literal
from ui.state import load_state

NO_STORE = (
    "Nothing is stored yet, so nothing waits for review. Store an article on the page Add articles, or a folder of "
    "them with `python -m geo ingest FOLDER`. What is read in them then waits here until somebody has looked at it."
)


def page() -> None:
    """Draw the page."""
    if not has_store(Settings.load().db):
        st.header("Review")
        st.info(NO_STORE)
        return
    from ui.review_page import draw_review  # noqa: PLC0415  (loads the database library)
    from ui.writing import store_for_writing  # noqa: PLC0415

    try:
        draw_review(load_state(), store_for_writing())
    except IncidentMapError as error:
        st.error(literal(str(error)))
