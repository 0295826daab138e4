"""`python -m geo ingest`: the same inputs as `extract`, read and stored."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor

import click

from geo.cli.extract import CHUNK, Options, collect_articles
from geo.documents import Article, parse_day, prepare
from geo.errors import IncidentMapError, InputError
from geo.models import Extraction
from geo.pipeline import load_reference, sync_curated
from geo.settings import Settings
from geo.store.engine import Store, open_store
from geo.store.write import local_user

BATCH = 16  # documents of one change: all of them are stored, or none


@click.command(name="ingest")
@click.argument("inputs", nargs=-1, required=True)
@click.option("--published", help="Publication date (2025-11-04) of articles that state none.")
@click.option("--publisher", help="Publisher of articles that state none.")
@click.option("--jobs", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes to use.")
@click.option("--db", help="Address of the store; else INCIDENTS_DB, else a file in the user's data folder.")
@click.option("--strict", is_flag=True, help="Exit with 1 when an article could not be read.")
def command(
    inputs: tuple[str, ...], published: str | None, publisher: str | None, jobs: int, db: str | None, strict: bool
) -> None:
    """Read articles (.txt, .html, .json, .jsonl, folders, "-" for standard input) and store what they say.

    Prints a line for each document once it is stored for good. Doing it again duplicates nothing; what newer rules
    read otherwise supersedes what older ones read.
    """
    options = Options(parse_day(published, "--published") if published else None, publisher, True, False)
    articles, faults = collect_articles(inputs)
    if not articles and faults:
        raise InputError(faults[0])
    reference = load_reference()
    store = open_store(db or Settings.load().db)
    try:
        sync_curated(store, reference)
        outcomes = _store_all(store, articles, options, jobs, faults)
        _derive(store)
    finally:
        store.close()
    for fault in faults:
        click.echo(f"left out: {fault}", err=True)
    told = ", ".join(f"{number} {what}" for what, number in sorted(outcomes.items())) or "nothing"
    click.echo(f"{told} in {store.label}" + (f"; {len(faults)} left out" if faults else ""), err=True)
    if faults and strict:
        sys.exit(1)


def _store_all(
    store: Store, articles: Sequence[Article], options: Options, jobs: int, faults: list[str]
) -> Counter[str]:
    """Store batch by batch, so that a long run that is broken off keeps what it has said to be stored."""
    from geo.extract.resolve import ORIGIN  # noqa: PLC0415  (the rules are slow to load)
    from geo.store.ingest import ingest  # noqa: PLC0415

    outcomes: Counter[str] = Counter()
    batch: list[Extraction] = []
    quiet = len(articles) < 2 or not sys.stderr.isatty()
    with click.progressbar(
        _readings(articles, options, jobs), length=len(articles), label="ingesting", file=sys.stderr, hidden=quiet
    ) as readings:
        for number, (extraction, fault) in enumerate(readings, start=1):
            if extraction is not None:
                batch.append(extraction)
            else:
                faults.append(fault)
            if batch and (len(batch) == BATCH or number == len(articles)):
                for outcome in ingest(store, batch, local_user(), ORIGIN):
                    outcomes[outcome.what] += 1
                    click.echo(f"{outcome.what}\t{outcome.document.id}\t{outcome.incidents} incidents")
                sys.stdout.flush()
                batch = []
    return outcomes


def _readings(articles: Sequence[Article], options: Options, jobs: int) -> Iterator[tuple[Extraction | None, str]]:
    if jobs == 1 or len(articles) < 2:
        yield from (_reading(article, options) for article in articles)
        return
    with ProcessPoolExecutor(jobs) as pool:
        yield from pool.map(_reading, articles, [options] * len(articles), chunksize=CHUNK)


def _reading(article: Article, options: Options) -> tuple[Extraction | None, str]:
    """What an article says, or why it can't be read."""
    from geo.extract import read  # noqa: PLC0415  (loads the vocabularies, in each process once)

    try:
        prepared = prepare(article, options.published, options.publisher)
        return read(prepared.document, prepared.warnings).extraction, ""
    except IncidentMapError as error:
        return None, str(error)


def _derive(store: Store) -> None:
    """Link what is new to what was known, and keep the estimates."""
    from geo.rebuild import rebuild, relink  # noqa: PLC0415
    from geo.vocab import default_vocabulary  # noqa: PLC0415

    relink(store, default_vocabulary(), local_user())
    rebuild(store, default_vocabulary())
