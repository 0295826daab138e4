"""The script that Streamlit runs for each session: page set-up, navigation, and who may see what."""

from __future__ import annotations

import streamlit as st

from pages import about, account, add_articles, import_table, map_page, review, table
from ui.access import access, login_is_set_up
from ui.style import apply_style

PAGES = (
    (map_page.page, "Map", "map"),
    (table.page, "Table", "table"),
    (add_articles.page, "Add articles", "add"),
    (import_table.page, "Import", "import"),
    (review.page, "Review", "review"),
    (about.page, "About", "about"),
)


def navigation() -> dict[str, list[st.Page]]:
    """The pages that this session may open; where reading is closed, every address leads to the sign-in first."""
    held = access()
    pages = [
        st.Page(page if held.may_read else account.closed_page, title=title, url_path=path, default=path == "map")
        for page, title, path in PAGES
    ]
    if held.person:
        return {"": pages, f"Signed in as {held.editor or held.person}": [account.sign_out_page()]}
    return {"": [*pages, account.sign_in_page()] if login_is_set_up() else pages}


st.set_page_config(page_title="Balochistan incident map", layout="wide", initial_sidebar_state=340)
apply_style()
st.navigation(navigation(), position="top" if access().may_read else "hidden").run()
