"""What all sessions share: the data set and its index, of the newest data version, made anew when the store changed."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from geo.api.state import AppState
from geo.errors import IncidentMapError
from geo.pipeline import load_dataset, load_from_store, load_reference, sync_curated
from geo.settings import Settings
from geo.store import has_store, sqlite_path

if TYPE_CHECKING:  # the database library is loaded only where there is a store
    from geo.store.engine import Store
    from geo.store.read import Stamp

State = AppState

ASK_SECONDS = 1.0  # the store is asked at most so often
BACK_OFF_SECONDS = 15.0  # after it could not be read


class Live:
    """The state of the newest data version. One thread makes a new one while the others go on with the old."""

    def __init__(self, db: str, shown: Mapping[str, str]) -> None:
        self._db = db
        self._shown = dict(shown)
        self._lock = threading.Lock()
        self._asked = 0.0
        self._store: Store | None = None
        self._stamp: Stamp | None = None
        self._state: AppState | None = None

    def current(self) -> AppState:
        """The state to answer from; the first call waits for it."""
        state = self._state
        if state is not None and time.monotonic() < self._asked:
            return state
        if self._lock.acquire(blocking=state is None):
            try:
                self._look()
            finally:
                self._lock.release()
        assert self._state is not None
        return self._state

    def _look(self) -> None:
        if self._state is not None and time.monotonic() < self._asked:
            return  # another thread has just looked
        wait = ASK_SECONDS
        try:
            if has_store(self._db):
                self._follow_store()
            elif self._state is None or self._store is not None:
                self._store, self._stamp = None, None
                self._state = AppState.of(load_dataset(), self._shown)
        except IncidentMapError as error:
            wait = BACK_OFF_SECONDS
            if self._state is None:  # without the store the curated data can still be shown
                self._state = AppState.of(
                    load_dataset(problems=[f"{error}; shown is only what comes with the app"]), self._shown
                )
        self._asked = time.monotonic() + wait

    def _follow_store(self) -> None:
        """Make a new state where the store has another newest change than the shown one."""
        from geo.store.engine import open_store  # noqa: PLC0415
        from geo.store.read import stamp  # noqa: PLC0415

        problems: list[object] = []
        reference = None
        if self._store is None:
            store = open_store(self._db, create=sqlite_path(self._db) is None)  # a server that was named is meant
            reference = load_reference()
            try:
                problems += sync_curated(store, reference)
            except IncidentMapError as error:
                problems.append(f"curated data was not brought up to date: {error}")
            self._store = store
        newest = stamp(self._store)
        if newest != self._stamp:
            dataset = load_from_store(self._store, reference or load_reference(), problems=problems)
            self._state, self._stamp = AppState.of(dataset, self._shown), newest


def load_state() -> State:
    """The state behind both the pages and the routes: cheap, so ask for it at each request."""
    return _live().current()


@lru_cache(maxsize=1)
def _live() -> Live:
    settings = Settings.load()
    address = settings.correction_address
    return Live(settings.db, {"correction_address": address} if address else {})
