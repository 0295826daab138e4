"""`python -m geo import READER FILE`: a data set's rows into the store, one incident each."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from geo.errors import InputError
from geo.importers.exported import is_export, load_export
from geo.importers.load import Loaded, load
from geo.importers.source import READERS, UNSTATED, Source, open_source
from geo.pipeline import load_reference, sync_curated
from geo.relink import LARGEST, MOST_CHANGED, relink_few
from geo.settings import Settings
from geo.store.engine import Store, open_store
from geo.store.write import local_user
from geo.vocab import default_vocabulary

MAPPED = ("csv", "geojson")
MOST_SHOWN = 20  # bad rows that are printed; --strict or not


@click.command(name="import")
@click.argument("reader", type=click.Choice(list(READERS)))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--mapping", type=click.Path(path_type=Path), help="What the columns of a csv mean.")
@click.option("--propose", is_flag=True, help="Print the mapping that a csv or geojson suggests; store nothing.")
@click.option("--release", help="Release of the data set (25.1), where the file's name doesn't say it.")
@click.option("--db", help="Address of the store; else INCIDENTS_DB, else a file in the user's data folder.")
@click.option("--strict", is_flag=True, help="Exit with 1 when a row could not be used.")
def command(
    reader: str, file: Path, mapping: Path | None, propose: bool, release: str | None, db: str | None, strict: bool
) -> None:
    """Read FILE, one incident a row, and store what it says, all of it or nothing.

    Doing it again duplicates nothing; a newer release of a data set supersedes the older one. Rows that cannot be used
    are listed with line and reason. A table of anybody's (csv: also TSV, Excel, JSON; geojson) needs a mapping:

    python -m geo import csv table.csv --propose > mapping.yaml

    Look through it, then import with --mapping mapping.yaml.
    """
    if propose:
        print_proposal(reader, file)
        return
    if reader == "geojson" and mapping is None and is_export(file):
        take_export(file, db, strict=strict)
        return
    source = open_source(reader, file, mapping, release)
    store = open_store(db or Settings.load().db)
    try:
        sync_curated(store, load_reference())
        loaded = load_with_progress(store, source)
        suggested = suggest_links(store, loaded)
    finally:
        store.close()
    tell(store, source, loaded, suggested)
    if loaded.left_out and strict:
        sys.exit(1)


def print_proposal(reader: str, file: Path) -> None:
    """Print the mapping that a table suggests, with what was found and what a person must say above it.

    Raises:
        InputError: in one line, when the table can't be read.
    """
    from geo.importers.mapping_text import mapping_text  # noqa: PLC0415  (only here)
    from geo.importers.named import open_any  # noqa: PLC0415
    from geo.importers.propose import propose  # noqa: PLC0415

    if reader not in MAPPED:
        raise InputError(f"--propose goes with {' and '.join(MAPPED)}; the columns of {reader} are known")
    found = propose(open_any(file))
    told = [f"A proposal for {file.name}; look through it, then import it with --mapping.", *found.remarks]
    click.echo(mapping_text(found.mapping, [*told, *(f"TO DO: {line}" for line in found.questions)]), nl=False)
    for line in found.questions:
        click.echo(f"to do: {line}", err=True)


def take_export(file: Path, db: str | None, *, strict: bool) -> None:
    """Take the incidents of a file that this program exported, as they were there."""
    store = open_store(db or Settings.load().db)
    try:
        sync_curated(store, load_reference())
        taken = load_export(store, file, local_user())
    finally:
        store.close()
    for fault in taken.bad[:MOST_SHOWN]:
        click.echo(f"left out: {file.name}, {fault.reason}", err=True)
    left = f"; {len(taken.bad)} left out" if taken.bad else ""
    counts = ", ".join(f"{number} {what}" for what, number in sorted(taken.counts.items()))
    click.echo(f"{file.name}: {counts} incidents in {store.label}{left}", err=True)
    if taken.bad and strict:
        sys.exit(1)


def load_with_progress(store: Store, source: Source) -> Loaded:
    """Store a source, with a bar on a terminal."""
    quiet = not sys.stderr.isatty()
    label = f"importing {source.dataset.name}"
    with click.progressbar(length=max(source.lines, 1), label=label, file=sys.stderr, hidden=quiet) as bar:
        loaded = load(store, source, local_user(), lambda line: bar.update(max(line - bar.pos, 0)))
        bar.update(max(source.lines - bar.pos, 0))
    return loaded


def suggest_links(store: Store, loaded: Loaded) -> bool:
    """Look for reports of the same incidents, where few rows came; gives whether."""
    came = loaded.counts["new"] + loaded.counts["changed"]
    return relink_few(store, default_vocabulary(), local_user(), came)


def tell(store: Store, source: Source, loaded: Loaded, suggested: bool) -> None:
    """Say what became of the rows, and what may be done with them."""
    for fault in loaded.bad[:MOST_SHOWN]:
        click.echo(f"left out: {source.path.name}, {fault}", err=True)
    if loaded.left_out > MOST_SHOWN:
        click.echo(f"left out: and {loaded.left_out - MOST_SHOWN} more rows", err=True)
    for remark, number in sorted(loaded.remarks.items()):
        click.echo(f"{number} rows: {remark}", err=True)
    told = ", ".join(f"{number} {what}" for what, number in sorted(loaded.counts.items()) if number)
    left = f"; {loaded.left_out} left out" if loaded.left_out else ""
    release = "" if source.release == UNSTATED else f" {source.release}"
    click.echo(f"{source.dataset.name}{release}: {told} in {store.label}{left}", err=True)
    click.echo(f"Licence: {source.dataset.licence}. Cite: {source.dataset.citation}", err=True)
    if not source.dataset.redistribute:
        click.echo(
            "These rows may not be passed on: exports leave them out unless --include-restricted is given", err=True
        )
    if not suggested:
        click.echo(f"Reports of the same incidents were not looked for: {_why_not(source)}", err=True)


def _why_not(source: Source) -> str:
    if source.lines > LARGEST:
        return f"{source.dataset.name} has more than {LARGEST} rows"
    return f"more than {MOST_CHANGED} rows came; the next `ingest` does, or `store rebuild`"
