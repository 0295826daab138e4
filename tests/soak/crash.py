"""The crash test: a process that writes to a store is killed (SIGKILL) at a random moment, and nothing is lost.

`python -m tests.soak.crash --rounds 200 --seed 1` (`make soak`); `make test` does 20 rounds.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from sqlalchemy import MetaData, insert

from geo.rebuild import check
from geo.store.engine import Store, connect, open_store
from geo.store.migrate import upgrade
from geo.store.read import read_state
from geo.store.rows import Row, claim_row, document_row, link_row, mention_row
from geo.store.schema import HEAD, REVISIONS
from geo.store.write import now
from geo.vocab import default_vocabulary
from tests.soak import work
from tests.store_servers import KINDS, fresh_db

OPERATIONS = tuple(work.WORK)
TRIES = 4  # processes of a round, until one is killed before its end


def context() -> Any:
    """Processes that start with everything loaded and no database open."""
    found = multiprocessing.get_context("forkserver")
    found.set_forkserver_preload(["tests.soak.work", "tests.store_servers", "geo.store.migrate"])
    return found


@contextmanager
def memory_folder() -> Iterator[Path]:
    """A folder in memory where there is one: what a killed process wrote is seen there too, and disks are slow."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as folder:
        yield Path(folder)


def start(target: Callable[..., None], *arguments: object) -> BaseProcess:
    process: BaseProcess = context().Process(target=target, args=arguments)
    process.start()
    return process


def old_store(db: str) -> None:
    """A store as the first version left it, with the curated data."""
    store = connect(db, create=True)
    if store.path is not None:
        with store.engine.connect() as connection:
            connection.connection.driver_connection.execute("PRAGMA journal_mode=WAL")  # type: ignore[union-attr]
    with store.writing() as connection:
        upgrade(connection, REVISIONS[0])
        tables = MetaData()
        tables.reflect(connection)
        connection.execute(insert(tables.tables["changes"]), {"n": 1, "who": "curated files", "at": now(), "what": "x"})
        for name, rows in _rows_of(work.curated()).items():
            table = tables.tables[name]
            known = [{key: row[key] for key in row.keys() & table.c.keys()} | {"added_in": 1} for row in rows]
            connection.execute(insert(table), known)
    store.close()


def _rows_of(records: work.Records) -> dict[str, list[Row]]:
    return {
        "documents": [document_row(document, "curated") for document in records.documents],
        "mentions": [mention_row(mention, "curated") for mention in records.mentions],
        "claims": [claim_row(claim) for claim in records.claims],
        "links": [link_row(link) for link in records.links],
    }


@dataclass(slots=True)
class Crashes:
    """Rounds of killing, and how many processes died before their end, by operation."""

    seed: int
    killed: Counter[str] = field(default_factory=Counter)
    lasted: dict[tuple[str, str], float] = field(default_factory=dict)

    def round(self, number: int, kind: str, folder: Path) -> str:
        """One process, killed; then everything that must hold is asserted. Gives the operation.

        Where the process was done before its moment came, the machine is faster than it was, and another one is begun.
        """
        chance = random.Random(self.seed * 100_003 + number)
        operation = OPERATIONS[number % len(OPERATIONS)]
        for again in range(TRIES):
            if self._kill_one(operation, kind, _new(folder, f"{kind}-{number}-{again}"), chance):
                self.killed[operation] += 1
                break
        return operation

    def _kill_one(self, operation: str, kind: str, place: Path, chance: random.Random) -> bool:
        """Whether a process died of being killed at a random moment of its work; the store is sound in any case."""
        whole = self._time_of(operation, kind, place.parent)
        db, said = fresh_db(kind, place), place / "said"
        if operation == "migration":
            old_store(db)
        began = time.monotonic()
        process = start(work.WORK[operation], db, str(said))
        process.join(chance.uniform(0, whole * 1.05))
        if process.exitcode is not None:
            self.lasted[operation, kind] = min(whole, time.monotonic() - began)
        process.kill()
        process.join()
        acknowledged = said.read_text().split("\n")[:-1] if said.exists() else []
        verify(operation, db, acknowledged)
        return process.exitcode == -signal.SIGKILL

    def _time_of(self, operation: str, kind: str, folder: Path) -> float:
        """How long the work lasts when nobody kills it: the moments to choose from."""
        if (operation, kind) not in self.lasted:
            place = _new(folder, f"{kind}-{operation}")
            db = fresh_db(kind, place)
            if operation == "migration":
                old_store(db)
            for target, arguments in (
                (work.claims_by_document, (work.Records(),)),
                (work.WORK[operation], (db, str(place / "said"))),
            ):
                began = time.monotonic()
                process = start(target, *arguments)
                process.join()
                assert process.exitcode == 0, f"{operation} on {kind} fails when nobody kills it"
            self.lasted[operation, kind] = time.monotonic() - began
        return self.lasted[operation, kind]


def _new(folder: Path, name: str) -> Path:
    made = folder / name
    made.mkdir()
    return made


def verify(operation: str, db: str, acknowledged: list[str]) -> None:
    """The store is sound, what was acknowledged is there, nothing is half there, and going on finishes the job."""
    if operation == "migration":
        _verify_old_or_new(db)
    store = open_store(db)
    _sound(db)
    records, decisions = read_state(store).records, {decision.id for decision in read_state(store).decisions}
    if operation == "ingest":
        assert set(acknowledged) <= {document.id for document in records.documents}
        _whole(records)
    elif operation == "import":
        _one_of_the_imports(records, acknowledged)
    elif operation == "dataset":
        _one_of_the_releases(records, acknowledged)
    elif operation == "review":
        assert {key for line in acknowledged for key in line.split()} <= decisions
        _whole_decisions(store)
    store.close()
    again = start(work.WORK[operation], db, os.devnull)
    again.join()
    assert again.exitcode == 0, f"{operation} does not finish when it is run again"
    _finished(operation, db)


def _sound(db: str) -> None:
    store = open_store(db)
    faults = check(store, default_vocabulary()).faults
    store.close()
    assert not faults, faults


def _whole(records: work.Records) -> None:
    whole = {extraction.document.id: extraction for extraction in work.extractions()}
    for document_id, claims in work.claims_by_document(records).items():
        assert claims == {claim.id for claim in whole[document_id].claims}, f"{document_id} is half there"


def _one_of_the_imports(records: work.Records, acknowledged: list[str]) -> None:
    held = {document.id for document in records.documents}
    states = [set(), *({d.id for d in work.part_of_curated(kept).documents} for kept in (20, 5, 54))]
    assert held in states[len(acknowledged) : len(acknowledged) + 2], "neither the acknowledged import nor the next"


def _one_of_the_releases(records: work.Records, acknowledged: list[str]) -> None:
    held = {document.id for document in records.documents}
    states = [set(), *work.documents_of_releases()]
    assert held in states[len(acknowledged) : len(acknowledged) + 2], "neither the acknowledged release nor the next"


def _whole_decisions(store: Store) -> None:
    """A change that decides about several things holds a decision on each of them."""
    with store.reading() as connection:
        rows = connection.exec_driver_sql(
            "SELECT c.n, c.what, count(*) FROM changes c JOIN decisions d ON d.added_in = c.n GROUP BY c.n, c.what"
        ).all()
    for n, what, number in rows:
        wanted = int(what.split()[0]) if what.split()[0].isdigit() else 1
        assert number == wanted, f"change {n} ({what}) holds {number} decisions"


def _verify_old_or_new(db: str) -> None:
    """Before anything repairs it, the store is of the old version or of the new one, with all its rows."""
    from geo.store.engine import revision_of  # noqa: PLC0415

    store = connect(db, create=False)
    with store.reading() as connection:
        assert revision_of(connection) in (REVISIONS[0], HEAD)
    store.close()


def _finished(operation: str, db: str) -> None:
    _sound(db)
    store = open_store(db)
    state = read_state(store)
    held = [document.id for document in state.records.documents]
    if operation == "ingest":
        assert sorted(held) == sorted(extraction.document.id for extraction in work.extractions())
    elif operation in ("import", "migration"):
        assert sorted(held) == sorted(document.id for document in work.curated().documents)
    elif operation == "dataset":
        assert set(held) == work.documents_of_releases()[-1]
    else:
        assert work.decided_changes(store) == work.DECISIONS
    with store.reading() as connection:
        for table in ("documents", "claims"):
            found = connection.exec_driver_sql(
                f"SELECT count(*) - count(DISTINCT id) FROM {table} WHERE withdrawn_in IS NULL"
            ).scalar()
            assert found == 0, f"{table} hold duplicates"
    store.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--db", choices=[*KINDS, "both"], default="both")
    options = parser.parse_args()
    kinds = KINDS if options.db == "both" else (options.db,)
    crashes = Crashes(options.seed)
    with memory_folder() as folder:
        os.environ["INCIDENTS_DATA_DIR"] = str(folder / "data")  # nobody's own store is touched
        for number in range(options.rounds):
            kind = kinds[number // len(OPERATIONS) % len(kinds)]
            operation = crashes.round(number, kind, folder)
            sys.stdout.write(f"round {number + 1}: {operation} on {kind} killed, store sound\n")
            sys.stdout.flush()
    died = ", ".join(f"{count} of {name}" for name, count in crashes.killed.items())
    sys.stdout.write(f"{options.rounds} rounds, seed {options.seed}: died before their end: {died}\n")


if __name__ == "__main__":
    main()
