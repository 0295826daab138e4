"""What all sessions share: the data set and its index, loaded once per process and never changed."""

from __future__ import annotations

from functools import lru_cache

from geo.api.state import AppState
from geo.pipeline import load_dataset
from geo.settings import Settings

State = AppState


@lru_cache(maxsize=1)
def load_state() -> State:
    """The state behind both the pages and the routes."""
    address = Settings.load().correction_address
    return AppState.of(load_dataset(), {"correction_address": address} if address else {})
