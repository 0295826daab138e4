"""`python -m geo districts list|check|install`: the districts by name, their shapes, and an official layer."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import shapely

from geo.datafiles import DATA_DIR
from geo.district_download import PUBLISHERS, Progress
from geo.district_files import Credit, ReadReport, coverage_faults, read_boundaries
from geo.district_install import install_file, install_from, remove_installed
from geo.district_layers import SCHEMATIC_FILE, DistrictLayer, active_layer, read_layer
from geo.districts import load_districts, read_districts
from geo.errors import InputError
from geo.models import District
from geo.settings import Settings

CLOSED_KM2 = 0.01  # gaps or overlaps up to this are the rounding of coordinates


@click.group()
def command() -> None:
    """List or check the districts, or install an official layer of their shapes."""


@command.command("list", epilog="Example: python -m geo districts list --format json")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
def list_command(form: str) -> None:
    """Print every district with its life span, parents, p-code and what stands for it on the map."""
    layer = active_layer()
    if form == "json":
        rows = [_row(district, layer) for district in layer.table.all()]
        body = {"district_set": layer.name, "schematic": layer.schematic, "warning": layer.warning, "districts": rows}
        click.echo(json.dumps(body, ensure_ascii=False, indent=1))
        return
    click.echo(_line("district", "p-code", "life span", "parents", "division", "shown as"))
    for row in layer.table.all():
        names = layer.drawn(row.name).names
        life = f"{row.created_on or '...'} to {row.ended_on or 'now'}"
        shown = "itself" if names == (row.name,) else ", ".join(names) or "-"
        click.echo(_line(row.name, row.pcode or "-", life, ", ".join(row.parents), row.division or "-", shown))
    click.echo(f"\nShown: {layer.name}. Source: {layer.source}. To be credited: {layer.attribution}.")
    if layer.warning:
        click.echo(f"warning: {layer.warning}", err=True)


def _line(name: str, pcode: str, life: str, parents: str, division: str, shown: str) -> str:
    return f"{name:18} {pcode:7} {life:24} {parents:15} {division:10} {shown}"


def _row(district: District, layer: DistrictLayer) -> dict[str, object]:
    drawn = layer.drawn(district.name)
    return {
        "id": district.id,
        "name": district.name,
        "status": district.status,
        "created": district.created_on,
        "ended": district.ended_on,
        "parents": list(district.parents),
        "division": district.division,
        "division_2026": district.division_2026,
        "headquarters": district.headquarters,
        "pcode": district.pcode,
        "aliases": list(district.aliases),
        "urdu": list(district.urdu),
        "source": district.source,
        "note": district.note,
        "shown_as": list(drawn.names),
        "shown_note": drawn.note,
    }


@command.command("check", epilog="Example: python -m geo districts check my-districts.gpkg")
@click.argument("file", type=click.Path(path_type=Path), required=False)
def check_command(file: Path | None) -> None:
    """Check FILE, or the program's own district files and what is installed. FILE may be any that `install` takes."""
    if file is None:
        table = read_districts(DATA_DIR / "districts.csv")
        click.echo(f"districts.csv: {len(table.all())} districts, {len(table.current())} of them in the set of 36")
        _check_layer(read_layer(SCHEMATIC_FILE, table))
        installed = Settings.load().district_file
        if installed.exists():
            click.echo(f"installed at {installed}:")
            _check_layer(read_layer(installed, table))
    elif file.suffix.lower() == ".csv":
        table = read_districts(file)
        click.echo(f"{file.name}: {len(table.all())} districts, {len(table.current())} of them in the set of 36")
    else:
        report = read_boundaries(file, load_districts())
        _say(report)
        _check_layer(report.layer)


def _check_layer(layer: DistrictLayer) -> None:
    """Names and the fit of neighbours; a fault is an error."""
    shapes = layer.frame.geometry
    overlap, gaps = coverage_faults(shapes)
    corners = int(shapely.get_num_coordinates(shapes.to_numpy()).sum())
    click.echo(
        f"{layer.name}: {len(layer.frame)} shapes, {corners} corners, "
        f"overlaps {overlap:.2f} km², closed gaps {gaps:.2f} km²; {layer.licence}"
    )
    unknown = [name for name in layer.frame["name"] if layer.table.find(name) is None]
    if unknown:
        raise InputError(f"{layer.name}: {', '.join(unknown)} not in data/districts.csv")
    lost = [row.name for row in layer.table.current() if not layer.drawn(row.name).names]
    if lost:
        raise InputError(f"{layer.name}: no shape stands for {', '.join(lost)}")
    if not shapely.coverage_is_valid(shapes.to_numpy()) or overlap > CLOSED_KM2:
        raise InputError(f"{layer.name}: neighbours don't meet exactly (overlaps of {overlap:.2f} km²)")


@command.command("install", epilog="Example: python -m geo districts install pak_adm2.zip --license 'CC BY 3.0 IGO'")
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--from", "publisher", type=click.Choice(sorted(PUBLISHERS)), help="fetch the publisher's present file")
@click.option("--url", help="the address of the publisher's file, instead of asking its catalogue")
@click.option("--sha256", metavar="HEX", help="the checksum that the fetched file must have")
@click.option("--accept", is_flag=True, help="take what is fetched without a checksum")
@click.option("--name", help="what to call the layer")
@click.option("--license", "licence", help="what may be done with it, if the file doesn't say so")
@click.option("--attribution", help="who must be credited, if the file doesn't say so")
@click.option("--remove", is_flag=True, help="go back to the schematic districts")
def install_command(
    file: Path | None,
    publisher: str | None,
    url: str | None,
    sha256: str | None,
    accept: bool,
    name: str | None,
    licence: str | None,
    attribution: str | None,
    remove: bool,
) -> None:
    """Show the districts of FILE (GeoJSON, GeoPackage, shapefile; also zipped) from now on, or a publisher's."""
    settings = Settings.load()
    if sum([file is not None, publisher is not None, remove]) != 1:
        raise InputError("districts install needs one of: a FILE, --from cod-ab or geoboundaries, --remove")
    if publisher is None and (url or sha256 or accept):
        raise InputError("--url, --sha256 and --accept go with --from")
    if remove:
        was = remove_installed(settings)
        click.echo("the schematic districts are shown again" if was else "no layer was installed")
        return
    table, credit = load_districts(), Credit(name, None, licence, attribution)
    if publisher:
        with _progress() as progress:
            report = install_from(
                publisher, table, settings, url=url, sha256=sha256, accept=accept, credit=credit, progress=progress
            )
    else:
        assert file is not None
        report = install_file(file, table, settings, credit)
    _say(report)
    click.echo(f"installed at {settings.district_file}; shown from the next start of the app on")


@contextmanager
def _progress() -> Iterator[Progress]:
    """Bytes fetched so far, on a terminal only."""

    def show(size: int, total: int | None) -> None:
        if sys.stderr.isatty():
            of = f" of {total / 1e6:.1f}" if total else ""
            click.echo(f"\r{size / 1e6:.1f}{of} MB", nl=False, err=True)

    try:
        yield show
    finally:
        if sys.stderr.isatty():
            click.echo(err=True)


def _say(report: ReadReport) -> None:
    """What became of a file's rows."""
    layer = report.layer
    click.echo(f"{layer.name}: {report.rows} rows read, {report.outside} outside Balochistan left out")
    for note in report.notes:
        click.echo(f"  {note}")
    for name, likely in report.unknown:
        hint = f"; is {likely} meant?" if likely else ""
        click.echo(f"  unknown name {name!r}: drawn, but no incident can be in it{hint} Add it to data/districts.csv")
    for name, standing_in in report.missing:
        click.echo(f"  {name} has no shape: " + (f"shown as {', '.join(standing_in)}" if standing_in else "not shown"))
    click.echo(f"  licence: {layer.licence}; to be credited: {layer.attribution}")
