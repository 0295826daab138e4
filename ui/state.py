"""What all sessions share: the data set and its index, loaded once per process and never changed."""

from __future__ import annotations

from functools import lru_cache

from geo.api import AppState, open_state

State = AppState


@lru_cache(maxsize=1)
def load_state() -> State:
    """The state behind both the pages and the routes."""
    return open_state()
