"""`python -m geo pull ucdp`: a data set's rows from its publisher's web service into the store."""

from __future__ import annotations

import sys

import click

from geo.cli.import_ import load_with_progress, suggest_links, tell
from geo.importers.source import Source
from geo.importers.ucdp_api import ADDRESS, Pull, Query
from geo.pipeline import load_reference, sync_curated
from geo.settings import Settings
from geo.store.engine import open_store


@click.group()
def command() -> None:
    """Take incidents over from a web service."""


@command.command()
@click.option("--country", type=int, multiple=True, help="Gleditsch-Ward number (Pakistan: 770); repeats. Else all.")
@click.option("--version", "release", required=True, help="Release: 25.1, or 25.0.10 for a month's candidate events.")
@click.option("--from", "start", help="First day (2025-01-31).")
@click.option("--to", "end", help="Last day.")
@click.option("--token", help="Access token; else INCIDENTS_UCDP_TOKEN.")
@click.option("--address", default=ADDRESS, show_default=True, help="The web service.")
@click.option("--db", help="Address of the store; else INCIDENTS_DB, else a file in the user's data folder.")
@click.option("--strict", is_flag=True, help="Exit with 1 when a row could not be used.")
def ucdp(
    country: tuple[int, ...],
    release: str,
    start: str | None,
    end: str | None,
    token: str | None,
    address: str,
    db: str | None,
    strict: bool,
) -> None:
    """Fetch events of UCDP GED page by page and store them.

    A pull that was broken off goes on where it was when it is run again.
    """
    settings = Settings.load()
    pull = Pull.of(Query(release, country, start, end), settings.data_dir, address, token or settings.ucdp_token)
    source = _fetch(pull)
    store = open_store(db or settings.db)
    try:
        sync_curated(store, load_reference())
        loaded = load_with_progress(store, source)
        suggested = suggest_links(store, loaded)
    finally:
        store.close()
    pull.remove()
    tell(store, source, loaded, suggested)
    if loaded.left_out and strict:
        sys.exit(1)


def _fetch(pull: Pull) -> Source:
    """Fetch with a bar on a terminal."""
    kept = len(pull.pages())
    if kept:
        click.echo(f"going on after {kept} pages that an earlier run kept", err=True)
    with click.progressbar(length=1000, label="fetching", file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
        return pull.fetch(lambda held, total: bar.update(1000 * held // max(total, 1) - bar.pos))
