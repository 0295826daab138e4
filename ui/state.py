"""What all sessions share: the data set and its index, of the newest data version, made anew when the store changed."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from geo.api.state import AppState
from geo.errors import EmptyStore, IncidentMapError
from geo.pipeline import load_dataset, load_from_store, load_reference, sync_curated
from geo.restricted import without_restricted
from geo.settings import Settings
from geo.store import has_store, sqlite_path
from ui.access import listens_to_this_machine_alone

if TYPE_CHECKING:  # the database library is loaded only where there is a store
    from geo.curated import Reference
    from geo.dataset import Dataset
    from geo.store.engine import Store
    from geo.store.read import Stamp

State = AppState

ROOT = Path(__file__).resolve().parent.parent
ASK_SECONDS = 1.0  # the store is asked at most so often
BACK_OFF_SECONDS = 15.0  # after it could not be read
KEEP_SECONDS = 5.0  # after a change until the table is written for the next start


class Live:
    """The state of the newest data version. One thread makes a new one while the others go on with the old."""

    def __init__(
        self, db: str, shown: Mapping[str, str], cache: Path | None = None, *, restricted: bool = True
    ) -> None:
        self._db = db
        self._restricted = restricted  # whether rows that may not be passed on are shown at all
        self._dataset: Dataset | None = None  # with them, to make the next one from
        self._cache = cache
        self._keeping: threading.Thread | None = None
        self._shown = dict(shown)
        self._lock = threading.Lock()
        self._asked = 0.0
        self._store: Store | None = None
        self._stamp: Stamp | None = None
        self._state: AppState | None = None
        self._sound: AppState | None = None  # the state without the warning that the store can't be read now

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

    def store(self) -> Store:
        """The store to write to; where there is none yet it is made, with what comes with the app.

        Raises:
            StoreError: when it can't be opened or made.
        """
        held = self._store
        if held is not None and has_store(self._db):  # at once, though another thread may just make a new state
            return held
        with self._lock:
            if self._store is None or not has_store(self._db):
                self._open(create=True)
            assert self._store is not None
            return self._store

    def refresh(self) -> None:
        """Look at the store now: who has just written must not see the state before."""
        with self._lock:
            self._asked = 0.0
            self._look()

    def _look(self) -> None:
        if self._state is not None and time.monotonic() < self._asked:
            return  # another thread has just looked
        wait = ASK_SECONDS
        shown = self._state
        try:
            if not self._follow_store() and (self._state is None or self._store is not None):
                self._store, self._stamp, self._dataset = None, None, None
                self._state = AppState.of(load_dataset(), self._shown)
        except IncidentMapError as error:
            wait = BACK_OFF_SECONDS
            if self._state is None:  # without the store the curated data can still be shown
                self._state = AppState.of(
                    load_dataset(problems=[f"{error}; shown is only what comes with the app"]), self._shown
                )
            else:
                self._warn(f"{error}; shown is what was read before")
        else:
            if self._sound is not None and self._state is shown:  # it can be read again, and nothing is new
                self._state = self._sound
            self._sound = None
        self._asked = time.monotonic() + wait

    def _warn(self, line: str) -> None:
        """Show what was read last, with a line that says why it may be old."""
        self._sound = self._sound or self._state
        assert self._sound is not None
        dataset = self._sound.dataset
        self._state = replace(self._sound, dataset=replace(dataset, problems=(*dataset.problems, line)))

    def _follow_store(self) -> bool:
        """Make a new state where the store has another newest change than the shown one; False without a store.

        A file that another process is just making is none yet: it is looked at again as soon as any.
        """
        if not has_store(self._db):
            return False
        from geo.store.read import stamp  # noqa: PLC0415

        problems: list[object] = []
        reference = None
        if self._store is None:
            try:
                reference, problems = self._open(create=sqlite_path(self._db) is None)  # a named server is meant
            except EmptyStore:
                return False
        assert self._store is not None
        newest = stamp(self._store)
        if newest != self._stamp:
            known = self._dataset
            if known is None:
                self._make_ready()
            dataset = load_from_store(
                self._store,
                reference or load_reference(),
                problems=problems,
                folder=self._cache,
                known=known,
                write=False,
            )
            shown = dataset if self._restricted else without_restricted(dataset)
            self._state, self._stamp, self._dataset = AppState.of(shown, self._shown), newest, dataset
            if self._cache is not None:
                self._keep_later()
        return True

    def _make_ready(self) -> None:
        """Let another process make the first table of a large store: it may use all memory and processors it needs.

        Where that fails this process makes it.
        """
        from geo.from_store import is_ready  # noqa: PLC0415
        from geo.store.part import count_mentions  # noqa: PLC0415
        from geo.table_build import MANY  # noqa: PLC0415

        assert self._store is not None
        if self._cache is None or is_ready(self._store, self._cache) or count_mentions(self._store) < MANY:
            return
        environment = os.environ | {"INCIDENTS_DB": self._db, "INCIDENTS_DATA_DIR": str(self._cache.parent)}
        subprocess.run([sys.executable, "-m", "geo", "store", "table"], env=environment, cwd=ROOT, check=False)

    def _keep_later(self) -> None:
        """Write the table for the next start, in the background and not for each of many changes."""
        if self._keeping is None or not self._keeping.is_alive():
            self._keeping = threading.Thread(target=self._keep, daemon=True, name="keep the incident table")
            self._keeping.start()

    def _keep(self) -> None:
        from geo.from_store import keep  # noqa: PLC0415

        time.sleep(KEEP_SECONDS)
        state, dataset = self._state, self._dataset
        if state is not None and dataset is not None and self._cache is not None:
            state.warm()
            keep(dataset, self._cache)

    def _open(self, *, create: bool) -> tuple[Reference, list[object]]:
        """Open the store and bring its curated rows up to date; gives what went wrong with these."""
        from geo.store.engine import open_store  # noqa: PLC0415

        store = open_store(self._db, create=create)
        reference = load_reference()
        problems: list[object] = []
        try:
            problems += sync_curated(store, reference)
        except IncidentMapError as error:
            problems.append(f"curated data was not brought up to date: {error}")
        self._store, self._stamp = store, None
        return reference, problems


def load_state() -> State:
    """The state behind both the pages and the routes: cheap, so ask for it at each request."""
    state = _live().current()
    _spare(state.version)
    return state


@lru_cache(maxsize=1)
def _spare(_version: str) -> None:
    """Let garbage collection pass over a newly made state: Streamlit collects after every run, 80 ms of such a heap."""
    spare_heap()


def spare_heap() -> None:
    """What is in memory now is there to stay: it isn't looked through again until the next time."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def live() -> Live:
    """The one of this process, for those who write."""
    return _live()


@lru_cache(maxsize=1)
def _live() -> Live:
    settings = Settings.load()
    address = settings.correction_address
    shown = {"correction_address": address} if address else {}
    return Live(settings.db, shown, settings.cache_dir, restricted=listens_to_this_machine_alone())
