"""`python -m geo ingest`: the same inputs as `extract`, read and stored."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable

import click

from geo.cli.extract import collect_articles, each_article
from geo.documents import parse_day
from geo.errors import InputError
from geo.models import Extraction
from geo.pipeline import load_reference, sync_curated
from geo.reading import Reading, Stated, read_here, read_on_cluster
from geo.settings import Settings
from geo.store.engine import Store, open_store
from geo.store.write import local_user

BATCH = 64  # documents of one change: all of them are stored, or none


@click.command(name="ingest")
@click.argument("inputs", nargs=-1, required=True)
@click.option("--published", help="Publication date (2025-11-04) of articles that state none.")
@click.option("--publisher", help="Publisher of articles that state none.")
@click.option("--jobs", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes to use.")
@click.option(
    "--dask", "cluster", metavar="ADDRESS", help="Read on the workers of this Dask scheduler (tcp://host:8786)."
)
@click.option("--db", help="Address of the store; else INCIDENTS_DB, else a file in the user's data folder.")
@click.option("--strict", is_flag=True, help="Exit with 1 when an article could not be read.")
def command(
    inputs: tuple[str, ...],
    published: str | None,
    publisher: str | None,
    jobs: int,
    cluster: str | None,
    db: str | None,
    strict: bool,
) -> None:
    """Read articles (.txt, .html, .json, .jsonl, folders, web addresses, "-" for standard input), store what they say.

    Prints a line for each document once it is stored for good. Doing it again duplicates nothing; what newer rules
    read otherwise supersedes what older ones read.
    """
    stated = Stated(parse_day(published, "--published") if published else None, publisher)
    faults: list[str] = []
    number: int | None = None
    if cluster:
        readings = read_on_cluster(each_article(inputs, faults), stated, cluster)
    else:
        articles, faults = collect_articles(inputs)
        if not articles and faults:
            raise InputError(faults[0])
        number, readings = len(articles), read_here(articles, stated, jobs)
    reference = load_reference()
    store = open_store(db or Settings.load().db)
    try:
        sync_curated(store, reference)
        outcomes = _store_all(store, readings, number, faults)
        if not outcomes and faults:
            raise InputError(faults[0])
        _derive(store)
    finally:
        store.close()
    for fault in faults:
        click.echo(f"left out: {fault}", err=True)
    told = ", ".join(f"{number} {what}" for what, number in sorted(outcomes.items())) or "nothing"
    click.echo(f"{told} in {store.label}" + (f"; {len(faults)} left out" if faults else ""), err=True)
    if faults and strict:
        sys.exit(1)


def _store_all(store: Store, readings: Iterable[Reading], number: int | None, faults: list[str]) -> Counter[str]:
    """Store batch by batch, so that a long run that is broken off keeps what it has said to be stored.

    Args:
        number: Of articles, where it is known before they are read.
        faults: Takes a line for each article that could not be read.
    """
    from geo.extract.resolve import ORIGIN  # noqa: PLC0415  (the rules are slow to load)
    from geo.store.ingest import ingest  # noqa: PLC0415

    outcomes: Counter[str] = Counter()
    batch: list[Extraction] = []

    def save() -> None:
        for outcome in ingest(store, batch, local_user(), ORIGIN) if batch else ():
            outcomes[outcome.what] += 1
            click.echo(f"{outcome.what}\t{outcome.document.id}\t{outcome.incidents} incidents")
        sys.stdout.flush()
        batch.clear()

    quiet = number == 1 or not sys.stderr.isatty()
    with click.progressbar(readings, length=number, label="ingesting", file=sys.stderr, hidden=quiet) as shown:
        for extraction, fault in shown:
            if extraction is None:
                faults.append(fault)
                continue
            batch.append(extraction)
            if len(batch) == BATCH:
                save()
    save()
    return outcomes


def _derive(store: Store) -> None:
    """Link what is new to what was known, and keep the estimates."""
    from geo.rebuild import refresh, relink  # noqa: PLC0415
    from geo.vocab import default_vocabulary  # noqa: PLC0415

    relink(store, default_vocabulary(), local_user())
    refresh(store, default_vocabulary())
