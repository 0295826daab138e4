"""Faults: killed processes, many at once, a full disk, read-only folders, stores of other versions, damaged files.

Each is one clear line, and no damage.
"""

from __future__ import annotations

import os
import resource
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import event, text

from geo.errors import InputError, StoreError
from geo.rebuild import check, rebuild
from geo.review.decide import history
from geo.store.backup import restore
from geo.store.check import check_rows
from geo.store.engine import Store, check_revision, connect, open_store
from geo.store.ingest import ingest
from geo.store.read import read_state, stamp
from geo.store.schema import HEAD, REVISIONS
from geo.vocab import default_vocabulary
from tests.soak import work
from tests.soak.crash import OPERATIONS, Crashes, memory_folder, old_store, start
from tests.store_servers import KINDS, fresh_db

SEED = 20261120
RULES = "rules@1"


@pytest.fixture(params=KINDS)
def db(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return fresh_db(request.param, tmp_path)


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    """A file with a sound store of a few documents, closed."""
    return fill(tmp_path / "incidents.sqlite")


def fill(path: Path) -> Path:
    store = open_store(f"sqlite:///{path}")
    ingest(store, work.extractions()[:4], "tester", RULES)
    rebuild(store, default_vocabulary())
    store.close()
    return path


def told(action: Callable[[], object]) -> str:
    """The one line that an action fails with."""
    with pytest.raises((StoreError, InputError)) as caught:
        action()
    line = str(caught.value)
    assert "\n" not in line
    assert "Traceback" not in line
    return line


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


# --- killed -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_processes_killed_at_random_moments_lose_nothing(kind: str, tmp_path: Path) -> None:
    fresh_db(kind, tmp_path)  # or say that there is no server
    crashes = Crashes(SEED)
    rounds = 20 if kind == "sqlite" else len(OPERATIONS)
    with memory_folder() as folder:
        for number in range(rounds):
            crashes.round(number, kind, folder)
    if kind == "sqlite":
        assert sum(crashes.killed.values()) >= rounds // 3, "most processes were not killed in their work"


# --- many at once -------------------------------------------------------------------------------------------------


def together(db: str, folder: Path, writers: list[list[int]], readers: int) -> None:
    """Let writers, readers and the app work at once; nobody may fail, and everything must be there afterwards."""
    open_store(db).close()
    ended, seen, shown = folder / "ended", folder / "seen", folder / "shown"
    app = start(work.show_on, db, str(ended), str(shown))
    reading = [start(work.read_on, db, str(ended), str(seen)) for _ in range(readers)]
    said = [folder / f"said-{number}" for number in range(len(writers))]
    writing = [start(work.do_ingest, db, str(path), part) for path, part in zip(said, writers, strict=True)]
    for process in writing:
        process.join()
    ended.touch()
    for process in (*reading, app):
        process.join()
    assert [process.exitcode for process in (*writing, *reading, app)] == [0] * (len(writers) + readers + 1)
    assert not readers or len(seen.read_text().split()) == readers
    store = open_store(db)
    wanted = {work.extractions()[number].document.id for part in writers for number in part}
    acknowledged = {line for path in said for line in path.read_text().split()}
    held = [document.id for document in read_state(store).records.documents]
    brought = {document.id for document in work.curated().documents}  # by the app
    assert set(held) == wanted | brought
    assert wanted == acknowledged
    assert len(held) == len(wanted) + len(brought)
    assert set(shown.read_text().split()) >= {mention.id for mention in read_state(store).records.mentions}
    assert check(store, default_vocabulary()).faults == ()
    store.close()


def test_two_ingests_readers_and_the_app_at_once_on_sqlite(tmp_path: Path) -> None:
    db = fresh_db("sqlite", tmp_path)
    together(db, tmp_path, [list(range(20)), list(range(12, 32))], readers=2)


def test_eight_writers_and_the_app_at_once_on_postgresql(tmp_path: Path) -> None:
    db = fresh_db("postgresql", tmp_path)
    parts = [list(range(first, first + 11)) for first in range(0, 24, 3)]
    together(db, tmp_path, parts, readers=1)
    store = open_store(db)
    with store.reading() as connection:
        numbers = list(connection.execute(text("SELECT n FROM changes ORDER BY n")).scalars())
    store.close()
    assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize("writers", [2, 8])
def test_people_who_decide_at_once_lose_nothing_and_only_the_first_wins(db: str, tmp_path: Path, writers: int) -> None:
    store = open_store(db)
    ingest(store, work.extractions()[:12], "tester", RULES)
    subjects = sorted(mention.id for mention in read_state(store).records.mentions)
    store.close()
    names = [f"editor {number}" for number in range(writers)]
    turned = [subjects[number:] + subjects[:number] for number in range(writers)]
    said = [tmp_path / f"said-{number}" for number in range(writers)]
    processes = [
        start(work.decide_on, db, str(path), name, own) for path, name, own in zip(said, names, turned, strict=True)
    ]
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * writers
    lines = [line for path in said for line in path.read_text().splitlines()]
    done = dict(line.split() for line in lines if not line.startswith("refused"))
    refused = [line for line in lines if line.startswith("refused")]
    assert sorted(done.values()) == subjects, "one and only one decided about each"
    assert len(refused) == len(subjects) * (writers - 1)
    assert all(" was accepted by editor " in line or " was rejected by editor " in line for line in refused)
    store = open_store(db)
    assert {decision.id for decision, _ in history(store)} == set(done), "none is lost"
    assert check(store, default_vocabulary()).faults == ()
    store.close()


def test_processes_that_make_a_store_at_the_same_time_make_one(db: str, tmp_path: Path) -> None:
    processes = [start(work.do_open, db, str(tmp_path / f"said-{number}")) for number in range(4)]
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * 4
    store = open_store(db)
    assert check_revision(store) == HEAD
    store.close()


def test_a_writer_that_waits_too_long_is_told_so(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("geo.store.engine.BUSY_SECONDS", 0.2)
    store, other = open_store(f"sqlite:///{filled}"), open_store(f"sqlite:///{filled}")
    with store.writing():
        line = told(lambda: ingest(other, work.extractions()[4:5], "tester", RULES))
    assert "is busy" in line
    assert "locked" not in line


# --- disk full ----------------------------------------------------------------------------------------------------


def test_a_full_disk_stores_nothing_of_the_change(filled: Path) -> None:
    store = open_store(f"sqlite:///{filled}")
    before = stamp(store)

    @event.listens_for(store.engine, "connect")
    def _no_room(connection: sqlite3.Connection, record: object) -> None:  # noqa: ARG001
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages}")

    line = told(lambda: ingest(store, work.extractions()[4:], "tester", RULES))
    assert "disk is full" in line
    assert "run it again" in line
    store.close()
    again = open_store(f"sqlite:///{filled}")
    assert stamp(again) == before
    ingest(again, work.extractions()[4:], "tester", RULES)
    assert check_rows(again) == ()
    again.close()


def within_a_small_file_limit(db: str, size: int, said: str) -> None:
    """Ingest where the system refuses to let files grow."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    try:
        work.do_ingest(db, os.devnull)
    except StoreError as error:
        handle = os.open(said, os.O_WRONLY | os.O_CREAT)
        os.write(handle, str(error).encode()[:500])
        os.close(handle)


def test_files_that_cannot_grow_do_no_damage(filled: Path, tmp_path: Path) -> None:
    size = filled.stat().st_size + 20_000
    process = start(within_a_small_file_limit, f"sqlite:///{filled}", size, str(tmp_path / "said"))
    process.join()
    assert process.exitcode == 0
    assert "nothing of this change was stored" in (tmp_path / "said").read_text()
    store = open_store(f"sqlite:///{filled}")
    assert check_rows(store) == ()
    assert len(read_state(store).records.documents) >= 4
    store.close()


FULL = """
CREATE FUNCTION full_disk() RETURNS trigger AS $$
BEGIN
    IF (SELECT count(*) FROM claims) > 30 THEN
        RAISE EXCEPTION 'could not write block 7 of relation base/1/2' USING ERRCODE = 'disk_full';
    END IF;
    RETURN NEW;
END $$ LANGUAGE plpgsql;
CREATE TRIGGER full_disk BEFORE INSERT ON claims FOR EACH ROW EXECUTE FUNCTION full_disk();
"""


def test_a_server_with_a_full_disk_stores_nothing_of_the_change(tmp_path: Path) -> None:
    """The server says so in the middle of the change, with the error that PostgreSQL gives for a full disk."""
    store = open_store(fresh_db("postgresql", tmp_path))
    ingest(store, work.extractions()[:2], "tester", RULES)
    before = stamp(store)
    with store.writing() as connection:
        connection.exec_driver_sql(FULL)
    line = told(lambda: ingest(store, work.extractions()[2:], "tester", RULES))
    assert "the disk is full; nothing of this change was stored" in line
    assert stamp(store) == before
    with store.writing() as connection:
        connection.exec_driver_sql("DROP TRIGGER full_disk ON claims")
    ingest(store, work.extractions()[2:], "tester", RULES)
    assert check(store, default_vocabulary()).faults == ()
    store.close()


# --- read-only ----------------------------------------------------------------------------------------------------


def as_reader(db: str, said: str, write: bool) -> None:
    """Open a store as a user who may not write; root may everywhere, so it becomes nobody."""
    handle = os.open(said, os.O_WRONLY | os.O_CREAT)
    if os.geteuid() == 0:
        os.setgid(65534)
        os.setuid(65534)
    try:
        store = open_store(db)
        if write:
            ingest(store, work.extractions()[4:5], "tester", RULES)
        os.write(handle, f"{len(read_state(store).records.documents)} documents read".encode())
        store.close()
    except StoreError as error:
        os.write(handle, str(error).encode())
    os.close(handle)


@pytest.fixture
def read_only(filled: Path) -> Iterator[Path]:
    """The folder of a store that may be read but not written, reachable by everybody."""
    folder = Path("/tmp") / f"incidents-read-only-{os.getpid()}"
    folder.mkdir()
    shutil.copy(filled, folder / "incidents.sqlite")
    (folder / "incidents.sqlite").chmod(0o444)
    folder.chmod(0o555)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


def run_as_reader(db: str, folder: Path, write: bool) -> str:
    process = start(as_reader, db, str(folder / "said"), write)
    process.join()
    assert process.exitcode == 0
    return (folder / "said").read_text()


def test_a_store_in_a_read_only_folder_can_be_read(read_only: Path, tmp_path: Path) -> None:
    before = contents(read_only)
    assert run_as_reader(f"sqlite:///{read_only}/incidents.sqlite", tmp_path, False) == "4 documents read"
    assert contents(read_only) == before


def test_writing_in_a_read_only_folder_is_refused_in_one_line(read_only: Path, tmp_path: Path) -> None:
    before = contents(read_only)
    line = run_as_reader(f"sqlite:///{read_only}/incidents.sqlite", tmp_path, True)
    assert line.endswith("cannot be written: the file or its folder is read-only")
    assert contents(read_only) == before
    line = run_as_reader(f"sqlite:///{read_only}/new.sqlite", tmp_path, True)
    assert "cannot be opened: the folder is missing or may not be written" in line
    assert contents(read_only) == before


# --- other versions -----------------------------------------------------------------------------------------------


def test_a_store_of_a_newer_version_is_left_as_it_is(db: str) -> None:
    store = open_store(db)
    with store.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    before = store.path.read_bytes() if store.path else b""
    line = told(lambda: open_store(db))
    assert "newer version" in line
    assert "update the program" in line
    assert store.path is None or store.path.read_bytes() == before
    store.close()


def test_an_older_store_is_brought_up_to_date_and_a_copy_kept(
    db: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INCIDENTS_DATA_DIR", str(tmp_path / "not there yet"))
    old_store(db)
    store = open_store(db)
    assert check_revision(store) == HEAD
    assert set(read_state(store).records.claims) == set(work.curated().claims)
    rebuild(store, default_vocabulary())
    assert check(store, default_vocabulary()).faults == ()
    store.close()
    (copy,) = tmp_path.rglob("incidents.before-migration-from-0001-*.sqlite")
    kept = connect(f"sqlite:///{copy}", create=False)
    assert check_revision(kept) == REVISIONS[0]
    kept.close()
    restored = open_store(f"sqlite:///{copy}")
    assert set(read_state(restored).records.claims) == set(work.curated().claims)
    restored.close()


def test_without_room_for_the_copy_nothing_is_migrated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    db = f"sqlite:///{tmp_path / 'incidents.sqlite'}"
    old_store(db)

    def full(store: Store, target: Path) -> Path:  # noqa: ARG001
        raise StoreError("no copy can be written: No space left on device")

    monkeypatch.setattr("geo.store.migrate.copy_to", full)
    assert "no copy" in told(lambda: open_store(db))
    store = connect(db, create=False)
    assert check_revision(store) == REVISIONS[0]
    store.close()


# --- damaged ------------------------------------------------------------------------------------------------------


def damage_head(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(b"X" * 100)


def damage_middle(path: Path) -> None:
    size = path.stat().st_size
    with path.open("r+b") as file:
        for page in range(1, size // 4096):
            file.seek(page * 4096)
            file.write(b"\xff" * 200)


def cut_off(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 3)


@pytest.mark.parametrize("damage", [damage_head, damage_middle, cut_off])
def test_a_damaged_file_is_said_and_left_as_it_is(filled: Path, damage: Callable[[Path], None]) -> None:
    damage(filled)
    before = filled.read_bytes()

    def use() -> None:
        store = open_store(f"sqlite:///{filled}")
        try:
            ingest(store, work.extractions(), "tester", RULES)
        finally:
            store.close()

    line = told(use)
    assert "damaged" in line
    assert "restore" in line
    assert filled.read_bytes() == before


def test_a_backup_restores_over_a_damaged_file_and_keeps_it(filled: Path, tmp_path: Path) -> None:
    backup = tmp_path / "backup.sqlite"
    shutil.copy(filled, backup)
    damage_head(filled)
    damaged = filled.read_bytes()
    kept = restore(f"sqlite:///{filled}", backup)
    assert kept is not None
    assert kept.read_bytes() == damaged
    store = open_store(f"sqlite:///{filled}")
    assert check(store, default_vocabulary()).faults == ()
    assert len(read_state(store).records.documents) == 4
    store.close()


@pytest.mark.parametrize("damage", [damage_head, damage_middle, cut_off])
def test_a_damaged_backup_is_refused_and_the_store_stays(
    filled: Path, tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    backup = tmp_path / "backup.sqlite"
    shutil.copy(filled, backup)
    damage(backup)
    before = filled.read_bytes()
    told(lambda: restore(f"sqlite:///{filled}", backup))
    assert filled.read_bytes() == before


def test_a_database_of_something_else_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE mine (x)")
    connection.close()
    before = path.read_bytes()
    assert "something else" in told(lambda: open_store(f"sqlite:///{path}"))
    assert path.read_bytes() == before


# --- addresses ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("incidents.sqlite", "no address of a store"),
        ("mysql://user@host/db", "not 'mysql'|no address"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("postgresql+psycopg://someone:secret@127.0.0.1:1/none", "cannot be reached: is the server running"),
    ],
)
def test_an_address_that_cannot_be_used_is_one_line_without_password(address: str, words: str) -> None:
    line = told(lambda: open_store(address))
    assert any(word in line for word in words.split("|")), line
    assert "secret" not in line


def test_a_missing_database_is_one_line(tmp_path: Path) -> None:
    db = fresh_db("postgresql", tmp_path)
    assert "no such database or role" in told(lambda: open_store(f"{db}_missing"))


def test_a_folder_is_no_store(tmp_path: Path) -> None:
    assert "is a folder" in told(lambda: open_store(f"sqlite:///{tmp_path}"))
