"""The few style rules that Streamlit's theme has no setting for: the map fills the window, chips are small."""

from __future__ import annotations

import streamlit as st

STYLE = """
<style>
[data-testid="stMainBlockContainer"] { padding: 4.1rem 1rem 0.5rem; max-width: none; }
[data-testid="stSidebarUserContent"] { padding: 0 1.1rem 1rem; }
[data-testid="stSidebarHeader"] { height: 2.6rem; }
[data-testid="stHeader"] { height: 3.25rem; }
.st-key-chips button { min-height: 1.9rem; padding: 0.1rem 0.6rem; border-radius: 1rem; }
.st-key-share button { min-height: 2rem; padding: 0.2rem 0.8rem; }
ul.downloads a { color: inherit; }
ul.downloads { margin: 0.2rem 0 0.4rem 1.1rem; padding: 0; line-height: 1.7; }
@media (max-width: 640px) {
  [data-testid="stMainBlockContainer"] { padding: 4rem 0.5rem 0.2rem; }
}
@media print {
  [data-testid="stSidebar"], [data-testid="stHeader"], .st-key-share { display: none; }
}
</style>
"""


def apply_style() -> None:
    """Put the rules into the page; they hold no text of anybody's."""
    st.html(STYLE)
