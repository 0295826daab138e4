"""While a page leaves its map time to draw, a newer wish of the reader ends the run at once."""

from __future__ import annotations

from typing import Any

import pytest
import streamlit as st

from geo.query import Query
from ui.filters import leave_time_for_map

SOON = 4  # touches of the session's state until the newer wish is there


class Ended(Exception):
    """What Streamlit raises in a run that is to end."""


class Session(dict[str, Any]):
    """A session's state that ends the run at the last of some touches."""

    touches = 0

    def get(self, key: str, default: Any = None) -> Any:
        self.touches += 1
        if self.touches == SOON:
            raise Ended
        return super().get(key, default)


@pytest.mark.timeout(30)
def test_a_newer_wish_ends_the_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(st, "session_state", Session())
    monkeypatch.setattr("ui.filters.FIRST_MAP_SECONDS", 60.0)
    with pytest.raises(Ended):
        leave_time_for_map(Query(min_killed=3))


@pytest.mark.timeout(30)
def test_what_is_shown_already_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(st, "session_state", Session(map_shows=Query(min_killed=3).canonical()))
    monkeypatch.setattr("ui.filters.MAP_SECONDS", 60.0)
    leave_time_for_map(Query(min_killed=3))
