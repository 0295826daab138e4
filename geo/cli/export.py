"""`python -m geo export`: exactly what a query selects, in a file that says what it is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from geo.api.state import AppState
from geo.export import ExportOptions, write_claims_csv, write_csv, write_geojson
from geo.files import write_pieces
from geo.geofiles import FORMATS as GEO_FORMATS
from geo.geofiles import write_geofile
from geo.pipeline import load_shown
from geo.query import PARAMETERS, Query
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
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), required=True)
@click.option("--db", help="address of the store; else INCIDENTS_DB, else a file in the user's data folder")
@query_options
def command(
    file_format: str, coarse: bool, no_polygons: bool, output: Path, db: str | None, **asked: tuple[str, ...]
) -> None:
    """Write the selected incidents to OUTPUT. Query options repeat; their names are those of the URL."""
    dataset = load_shown(db or Settings.load().db)
    state = AppState.of(dataset)
    given = [(name.removeprefix("query_"), value) for name, values in asked.items() for value in values]
    query = Query.parse(given, state.names)
    ids = list(dataset.table["id"].iloc[state.selector.table_rows(query)])
    options = ExportOptions(query.canonical(), polygons=not no_polygons, coarse=coarse)
    if file_format in WRITERS:
        write_pieces(output, WRITERS[file_format](dataset, ids, options))
    else:
        write_geofile(output, file_format, dataset, ids, options)
    click.echo(f"{len(ids)} incidents of data version {dataset.version} written to {output}")
