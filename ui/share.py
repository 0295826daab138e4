"""Download, cite and share: links to the app's own routes, so that a large export streams."""

from __future__ import annotations

import html
from datetime import UTC, datetime
from urllib.parse import urlencode, urlsplit, urlunsplit

import streamlit as st

from geo.export import citation
from geo.query import Query
from geo.wording import number_text
from ui.state import State

FORMATS = (
    ("geojson", "GeoJSON", "points and districts, with every claim and source"),
    ("csv", "CSV", "one line per incident, for spreadsheets"),
    ("claims.csv", "CSV of claims", "one line per claim, with who says it"),
)


def draw_share(state: State, query: Query) -> None:
    """The two buttons at the top right."""
    with st.container(horizontal=True, horizontal_alignment="right", gap="small", key="share"):
        for label, draw in (("Download", _downloads), ("Cite or share", _citation)):
            popover = st.popover(label, key=f"share_{label}", on_change="rerun")
            if popover.open:
                with popover:
                    draw(state, query)


def _downloads(state: State, query: Query) -> None:
    total = state.selector.count(query)
    st.markdown(f"**{number_text(total)} incidents**, exactly the selection shown.")
    items = "".join(
        f'<li><a href="{html.escape(_export_address(ending, query))}" download>{label}</a>: {words}</li>'
        for ending, label, words in FORMATS
    )
    st.html(f"<ul class='downloads'>{items}</ul>")
    st.caption(f"Data version {state.dataset.version}. Facts and their sources: CC BY 4.0; see the page About.")


def _export_address(ending: str, query: Query) -> str:
    asked = query.canonical()
    return f"/api/export.{ending}?{asked}" if asked else f"/api/export.{ending}"


def _citation(state: State, query: Query) -> None:
    link = permalink(state, query)
    st.markdown("Link to this selection")
    st.code(link, language=None, wrap_lines=True)
    st.markdown("Citation")
    st.code(citation(state.dataset, link, datetime.now(UTC).date()), language=None, wrap_lines=True)


def permalink(state: State, query: Query) -> str:
    """The page's address with the filters and the data version that the figures rest on."""
    page = urlsplit(st.context.url or "/")
    pairs = [*query.pairs(), ("data_version", state.dataset.version)]
    return urlunsplit((page.scheme, page.netloc, page.path, urlencode(pairs), ""))
