"""`python -m geo data check`: every file that people may extend, checked; each fault with file, line and value."""

from __future__ import annotations

from pathlib import Path

import click

from geo.curated import INCIDENTS_DIR, read_curated
from geo.datasets import known_datasets
from geo.errors import InputError
from geo.importers.tables import check_tables
from geo.pipeline import load_reference


@click.group()
def command() -> None:
    """Check the files in data/."""


@command.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path), default=INCIDENTS_DIR)
def check(folder: Path) -> None:
    """Check vocabularies, gazetteer, districts, data sets and the incidents of FOLDER (default: data/incidents)."""
    known_datasets()
    check_tables()
    records, faults = read_curated(load_reference(), folder)
    for fault in faults:
        click.echo(str(fault), err=True)
    counts = (
        f"{len(records.documents)} documents, {len(records.mentions)} mentions, {len(records.claims)} claims, "
        f"{len(records.links)} links"
    )
    if faults:
        raise InputError(f"{len(faults)} faults in {folder}; sound: {counts}")
    click.echo(f"sound: {counts}")
