"""The script that Streamlit runs for each session: page set-up and navigation."""

from __future__ import annotations

import streamlit as st

from pages import about, add_articles, map_page, table
from ui.style import apply_style

st.set_page_config(page_title="Balochistan incident map", layout="wide", initial_sidebar_state=340)
apply_style()
st.navigation(
    [
        st.Page(map_page.page, title="Map", url_path="map", default=True),
        st.Page(table.page, title="Table", url_path="table"),
        st.Page(add_articles.page, title="Add articles", url_path="add"),
        st.Page(about.page, title="About", url_path="about"),
    ],
    position="top",
).run()
