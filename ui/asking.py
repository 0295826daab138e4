"""What the components share that ask for another selection: the map hears of a wish at once, Python a moment later.

A wish is a set of changes to the query, as Python foresees it. The browser numbers wishes, `turn`, and tells them to
everything on the page that shows the selection; Python gives back which one it has come to. So nothing that was drawn
before the newest wish undoes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from geo.query import PARAMETERS, Query

TURN = "turn"


def current_turn() -> int:
    """The newest wish that this session has come to."""
    turn: int = st.session_state.get(TURN, 0)
    return turn


def take_turn(given: Mapping[str, Any]) -> None:
    """Note that the session has come to what the browser numbered so."""
    st.session_state[TURN] = max(current_turn(), int(given.get(TURN) or 0))


def changes(before: Query, after: Query) -> dict[str, list[str]]:
    """Each parameter that differs, with its values in the later query."""
    held = [_listed(query) for query in (before, after)]
    return {name: held[1][name] for name in PARAMETERS if held[0][name] != held[1][name]}


def _listed(query: Query) -> dict[str, list[str]]:
    return {name: [text for asked, text in query.pairs() if asked == name] for name in PARAMETERS}
