"""`python -m geo export`: exactly what a query selects, in a file that says what it is."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from geo.api.state import AppState
from geo.export import ExportOptions, write_claims_csv, write_csv, write_geojson
from geo.export_jobs import pieces
from geo.files import write_pieces
from geo.geofiles import FORMATS as GEO_FORMATS
from geo.geofiles import write_geofile
from geo.pipeline import load_shown
from geo.query import PARAMETERS, Query
from geo.restricted import told, without_restricted
from geo.settings import Settings

WRITERS = {"geojson": write_geojson, "csv": write_csv, "claims-csv": write_claims_csv}


def query_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """One repeatable option per query parameter, under its own name."""
    for parameter in reversed(PARAMETERS):
        name = f"--{parameter.replace('_', '-')}"
        function = click.option(name, f"query_{parameter}", multiple=True, metavar="VALUE")(function)
    return function


@click.command()
@click.option(
    "--format", "file_format", type=click.Choice([*WRITERS, *GEO_FORMATS]), default="geojson", show_default=True
)
@click.option("--coarse", is_flag=True, help="nothing finer than a district")
@click.option("--no-polygons", is_flag=True, help="no district shapes for incidents known to a district only")
@click.option(
    "--include-restricted", is_flag=True, help="rows of data sets that may not be passed on too, with their licence"
)
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), required=True)
@click.option(
    "--jobs", type=click.IntRange(1, 64), default=os.cpu_count() or 1, help="Processes to use for GeoJSON and CSV."
)
@click.option("--db", help="address of the store; else INCIDENTS_DB, else a file in the user's data folder")
@query_options
def command(
    file_format: str,
    coarse: bool,
    no_polygons: bool,
    include_restricted: bool,
    output: Path,
    jobs: int,
    db: str | None,
    **asked: tuple[str, ...],
) -> None:
    """Write the selected incidents to OUTPUT. Query options repeat; their names are those of the URL."""
    shown = load_shown(db or Settings.load().db)
    dataset = shown if include_restricted else without_restricted(shown)
    state = AppState.of(dataset)
    given = [(name.removeprefix("query_"), value) for name, values in asked.items() for value in values]
    query = Query.parse(given, state.names)
    ids = dataset.columns["id"].take(state.selector.table_rows(query)).to_pylist()
    options = ExportOptions(query.canonical(), polygons=not no_polygons, coarse=coarse, restricted=include_restricted)
    if file_format in WRITERS:
        write_pieces(output, pieces(WRITERS[file_format], dataset, ids, options, jobs=jobs))
    else:
        write_geofile(output, file_format, dataset, ids, options)
    click.echo(f"{len(ids)} incidents of data version {dataset.version} written to {output}")
    if dataset.left_out:
        click.echo(f"{told(dataset.left_out)}; --include-restricted writes them, for your own use alone", err=True)
    for found in dataset.sets.values():
        if not found.redistribute:
            click.echo(f"{found.name} may not be passed on: {found.licence_text}", err=True)
