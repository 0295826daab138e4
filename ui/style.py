"""The few style rules that Streamlit's theme has no setting for: the map fills the window, small print is legible."""

from __future__ import annotations

import streamlit as st

STYLE = """
<style>
[data-testid="stMainBlockContainer"] { padding: 4.1rem 1rem 0.5rem; max-width: none; }
[data-testid="stSidebarUserContent"] { padding: 0 1.1rem 1rem; }
[data-testid="stSidebarHeader"] { height: 2.6rem; }
[data-testid="stHeader"] { height: 3.25rem; }
/* What takes longer than a tenth of a second shows that it is under way; the map (where .st-key-share is) does so
   itself. Only `transform` moves, which costs the page no painting. */
[data-test-script-state="running"]:not(:has(.st-key-share)) [data-testid="stHeader"]::after { content: "";
  position: absolute; inset: auto 0 0 0; height: 3px; background: currentColor; opacity: 0; transform-origin: left;
  animation: under-way 1.2s ease-in-out 0.1s infinite alternate; }
@keyframes under-way {
  from { opacity: 0.5; transform: scaleX(0.05); }
  to { opacity: 0.5; transform: scaleX(1); }
}
/* Colours that fade from one to the other paint the page anew in every frame, just when a filter was clicked. */
*, *::before, *::after { transition-property: none !important; }
.st-key-share button { min-height: 2rem; padding: 0.2rem 0.8rem; }
[data-testid="stCaptionContainer"], [data-testid="stCaptionContainer"] p { color: inherit; }
[data-testid="stCaptionContainer"] { opacity: 0.8; }
[data-testid="stMarkdownContainer"] code { font-size: max(0.9em, 14px); }
[data-testid="stMain"] button kbd { color: inherit; opacity: 0.9; }
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

DARK = """
<style>
/* White on the light blue is too faint. */
[data-testid="stMain"] button[kind^="primary"], [data-tag] span, [data-tag] button { color: #101418; }
</style>
"""


def apply_style() -> None:
    """Put the rules into the page; they hold no text of anybody's."""
    st.html(STYLE + DARK if st.context.theme.type == "dark" else STYLE)
