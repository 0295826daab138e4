"""`python -m geo store info|check|rebuild|backup|restore`: care for what is stored."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from geo.errors import StoreError
from geo.from_store import load, stored_version
from geo.pipeline import load_reference, sync_curated
from geo.rebuild import check as check_store
from geo.rebuild import rebuild, relink
from geo.settings import Settings
from geo.store.backup import copy_to
from geo.store.backup import restore as restore_store
from geo.store.engine import Store, open_store
from geo.store.read import counts, history
from geo.store.write import local_user
from geo.table_build import MANY, Progress
from geo.vocab import default_vocabulary


@click.group()
def command() -> None:
    """Inform about, check, rebuild, back up or restore what is stored."""


def _db_option(function: Callable[..., Any]) -> Callable[..., Any]:
    help_text = "Address of the store; else INCIDENTS_DB, else a file in the user's data folder."
    return click.option("--db", help=help_text, callback=lambda _c, _p, value: value or Settings.load().db)(function)


@contextmanager
def _opened(db: str) -> Iterator[Store]:
    store = open_store(db, create=False)
    try:
        yield store
    finally:
        store.close()


@command.command()
@_db_option
def info(db: str) -> None:
    """Say where the store is, its data version, how much it holds and what changed last."""
    with _opened(db) as store:
        click.echo(f"store {store.label}")
        click.echo(f"data version {stored_version(store)}")
        for name, number in counts(store).items():
            click.echo(f"{number['live']:>8,} {name}, {number['ever'] - number['live']:,} more superseded or withdrawn")
        for row in history(store):
            click.echo(f"change {row['n']} at {row['at'][:19]} by {row['who']}: {row['what']}")


@command.command()
@_db_option
def check(db: str) -> None:
    """Prove that every span matches its text, every link points at rows, every estimate can be rebuilt."""
    with _opened(db) as store:
        proof = check_store(store, default_vocabulary())
        held = counts(store)
    for line in proof.faults:
        click.echo(line, err=True)
    for note in proof.notes:
        click.echo(f"note: {note}", err=True)
    if proof.faults:
        raise StoreError(f"{len(proof.faults)} faults in store {store.label}")
    ever = ", ".join(f"{number['ever']} {name}" for name, number in held.items())
    click.echo(f"sound: {ever}; {proof.proved} estimates rebuilt to the same value")


@command.command(name="rebuild")
@_db_option
def rebuild_command(db: str) -> None:
    """Bring curated rows up to date, link all reports and derive all estimates anew from what is stored."""
    with _opened(db) as store:
        faults = sync_curated(store, load_reference())
        relink(store, default_vocabulary(), local_user(), anew=True)
        number = rebuild(store, default_vocabulary())
    for fault in faults:
        click.echo(f"left out: {fault}", err=True)
    click.echo(f"{number} estimates rebuilt")


@command.command()
@_db_option
@click.option("--jobs", type=click.IntRange(1, 64), default=os.cpu_count() or 1, help="Processes to use.")
def table(db: str, jobs: int) -> None:
    """Make the table of all incidents now, so that the app and exports open at once."""
    with _opened(db) as store, _told_progress() as progress:
        dataset = load(store, load_reference(), folder=Settings.load().cache_dir, jobs=jobs, progress=progress)
    click.echo(f"{len(dataset):,} incidents of data version {dataset.version}", err=True)


@contextmanager
def _told_progress() -> Iterator[Progress]:
    """A bar on a terminal; elsewhere, as in a log, a line now and then."""
    tenths: set[int] = set()
    quiet = not sys.stderr.isatty()
    with click.progressbar(length=1, label="assembling incidents", file=sys.stderr, hidden=quiet) as bar:

        def tell(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)
            tenth = done * 10 // max(total, 1)
            if quiet and total >= MANY and tenth not in tenths:
                tenths.add(tenth)
                click.echo(f"assembling incidents: {done:,} of {total:,} reports", err=True)

        yield tell


@command.command()
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path))
@_db_option
def backup(target: Path, db: str) -> None:
    """Copy the store into the new file TARGET, an SQLite file whatever the store is."""
    with _opened(db) as store:
        copy_to(store, target)
    click.echo(f"{target} holds a copy of store {store.label}")


@command.command()
@click.argument("source", type=click.Path(dir_okay=False, path_type=Path))
@_db_option
def restore(source: Path, db: str) -> None:
    """Let the store be what the backup SOURCE holds; a copy of what it was is kept."""
    kept = restore_store(db, source)
    click.echo(f"restored from {source}" + (f"; what was there before is kept in {kept}" if kept else ""))
