"""The running app and the store: without one it makes none, with one it shows what is stored, newest within seconds."""

from __future__ import annotations

from pathlib import Path

import pytest

from geo.pipeline import load_dataset
from geo.store.engine import open_store
from geo.store.ingest import ingest
from tests.soak import work
from tests.store_servers import KINDS, fresh_db
from ui import state
from ui.state import Live

RULES = "rules@1"


@pytest.fixture(params=KINDS)
def db(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return fresh_db(request.param, tmp_path)


@pytest.fixture(autouse=True)
def _ask_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state, "ASK_SECONDS", 0.0)
    monkeypatch.setattr(state, "BACK_OFF_SECONDS", 0.0)


def write(db: str, first: int, last: int) -> set[str]:
    """Ingest as another process would; gives the ids of the mentions."""
    store = open_store(db)
    chosen = work.extractions()[first:last]
    ingest(store, chosen, "another", RULES)
    store.close()
    return {mention.id for extraction in chosen for mention in extraction.mentions}


def test_without_a_store_the_app_shows_the_files_and_makes_none(tmp_path: Path) -> None:
    live = Live(f"sqlite:///{tmp_path / 'deep' / 'incidents.sqlite'}", {})
    shown = live.current()
    assert shown.version == load_dataset().version
    assert live.current() is shown
    assert list(tmp_path.iterdir()) == []


def test_what_another_process_stores_is_shown_without_a_restart(db: str) -> None:
    write(db, 0, 1)
    live = Live(db, {})
    before = live.current()
    assert len(before.dataset.incidents) > len(load_dataset().incidents), "curated and ingested rows"
    assert live.current() is before, "no work where nothing changed"
    added = write(db, 1, 3)
    after = live.current()
    assert after.version != before.version
    assert added <= after.dataset.owners.keys()
    assert not added & before.dataset.owners.keys(), "what was handed out never changes"


def test_a_store_made_while_the_app_runs_is_found(tmp_path: Path) -> None:
    db = fresh_db("sqlite", tmp_path)
    live = Live(db, {})
    assert live.current().version.startswith("0-")
    added = write(db, 0, 1)
    assert added <= live.current().dataset.owners.keys()


def test_the_store_is_asked_at_most_once_a_second(db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [1000.0]
    monkeypatch.setattr(state, "ASK_SECONDS", 1.0)
    monkeypatch.setattr(state.time, "monotonic", lambda: clock[0])
    write(db, 0, 1)
    live = Live(db, {})
    before = live.current()
    write(db, 1, 2)
    clock[0] += 0.9
    assert live.current() is before
    clock[0] += 0.2
    assert live.current() is not before


def test_a_store_that_cannot_be_read_is_one_warning_and_the_files_are_shown(tmp_path: Path) -> None:
    path = tmp_path / "incidents.sqlite"
    path.write_bytes(b"no database at all " * 400)
    shown = Live(f"sqlite:///{path}", {}).current()
    assert len(shown.dataset.incidents) == len(load_dataset().incidents)
    told = [line for line in shown.dataset.problems if "store" in line]
    assert len(told) == 1
    assert "damaged" in told[0]
    assert path.read_bytes() == b"no database at all " * 400


def test_a_store_that_goes_away_for_a_while_leaves_the_last_state(tmp_path: Path) -> None:
    db = fresh_db("sqlite", tmp_path)
    write(db, 0, 1)
    live = Live(db, {})
    before = live.current()
    path = tmp_path / "incidents.sqlite"
    held = path.read_bytes()
    path.write_bytes(b"X" * len(held))
    assert live.current() is before
    path.write_bytes(held)
    added = write(db, 1, 2)
    assert added <= live.current().dataset.owners.keys()
