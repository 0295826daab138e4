"""The running app and the store: without one it makes none, with one it shows what is stored, newest within seconds."""

from __future__ import annotations

from pathlib import Path

import pytest

from geo.pipeline import load_dataset
from geo.review.decide import correct, merge, reject, split, undo
from geo.store.engine import connect, open_store
from geo.store.ingest import ingest
from geo.store.read import read_state
from geo.table_cache import cached_versions
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


def rows(live: Live, held: set[str]) -> list[dict[str, object]]:
    """The rows of the incident table that hold these mentions, as the map shows them, without their data version."""
    dataset = live.current().dataset
    ids = sorted({dataset.owners[key] for key in held if key in dataset.owners})
    return [
        {name: value for name, value in row.items() if name != "data_version"}
        for row in dataset.rows(dataset.row_numbers(ids))
    ]


@pytest.mark.parametrize("kind", ["correct", "merge", "split", "reject"])
def test_what_a_person_decides_is_shown_and_undoing_shows_what_was_before(db: str, kind: str) -> None:
    held = write(db, 0, 2)
    store = open_store(db)
    live = Live(db, {})
    one, two = sorted(held)[:2]
    if kind == "split":
        merge(store, one, two, "Amna")
    before = rows(live, held)
    match kind:
        case "correct":
            claims = read_state(store).records.claims
            claim = next(c for c in claims if (c.mention_id, c.field) == (one, "killed.total"))
            (made,) = correct(store, claim.id, {"value": {"low": 77, "best": 77, "high": 77}}, "Amna")
        case "merge":
            (made,) = merge(store, one, two, "Amna")
        case "split":
            (made,) = split(store, [two], "Amna")
        case _:
            (made,) = reject(store, [one], "Amna")
    after = rows(live, held)
    assert len(after) - len(before) == {"correct": 0, "merge": -1, "split": 1, "reject": -1}[kind]
    assert (77 in [row["killed_best"] for row in after]) == (kind == "correct")
    undo(store, made.id, "Bilal")
    assert rows(live, held) == before
    store.close()


def test_a_store_made_while_the_app_runs_is_found(tmp_path: Path) -> None:
    db = fresh_db("sqlite", tmp_path)
    live = Live(db, {})
    assert live.current().version.startswith("0-")
    added = write(db, 0, 1)
    assert added <= live.current().dataset.owners.keys()


@pytest.mark.parametrize("content", [b"", None], ids=["no header yet", "no tables yet"])
def test_a_store_that_another_process_is_just_making_is_followed_as_soon_as_it_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None
) -> None:
    """Between the file and its first rows there is no fault to back off from, nor one to warn of."""
    monkeypatch.setattr(state, "BACK_OFF_SECONDS", 1000.0)
    db, path = fresh_db("sqlite", tmp_path), tmp_path / "incidents.sqlite"
    live = Live(db, {})
    before = live.current()
    if content is None:
        empty = connect(db, create=True)
        with empty.engine.connect() as connection:
            connection.connection.driver_connection.execute("PRAGMA journal_mode=WAL")  # type: ignore[union-attr]
        empty.close()
    else:
        path.write_bytes(content)
    assert live.current() is before
    assert before.dataset.problems == load_dataset().problems
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
    while_away = live.current()
    assert while_away.dataset.incidents is before.dataset.incidents
    (line,) = set(while_away.dataset.problems) - set(before.dataset.problems)
    assert "damaged" in line
    assert line.endswith("shown is what was read before")
    assert live.current().dataset.problems == while_away.dataset.problems, "said once"
    path.write_bytes(held)
    assert live.current() is before, "and no longer when it can be read again"
    added = write(db, 1, 2)
    assert added <= live.current().dataset.owners.keys()


def test_what_was_read_at_the_start_is_kept_for_the_next_a_moment_later(
    db: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(state, "KEEP_SECONDS", 0.0)
    cache = tmp_path / "cache"
    for last in (1, 3):  # nothing is kept yet; then a table of another state is
        write(db, 0, last)
        live = Live(db, {}, cache)
        version = live.current().version
        assert live._keeping is not None
        live._keeping.join(60)
        assert version in dict(cached_versions(cache))
        written = (cache / version / "incidents.parquet").stat().st_mtime_ns
    live = Live(db, {}, cache)
    assert live.current().version == version
    assert live._keeping is not None
    live._keeping.join(60)
    assert (cache / version / "incidents.parquet").stat().st_mtime_ns == written, "what is kept is not written anew"
