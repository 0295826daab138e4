"""`python -m geo geocode NAME...`: look place names up and print what they mean, with every candidate."""

from __future__ import annotations

import json

import click

from geo.geocode import Geocoder
from geo.models import Place


@click.command(epilog='Example: python -m geo geocode Dasht "7 km from Mangochar" --context Kech')
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@click.option("--context", multiple=True, metavar="NAME", help="a place, district, province or country named nearby")
@click.option("--format", "form", type=click.Choice(["json", "text"]), default="json", show_default=True)
def command(names: tuple[str, ...], context: tuple[str, ...], form: str) -> None:
    """Say where each NAME is: precision, districts, point, candidates. An ambiguous or unknown name stays open."""
    geocoder = Geocoder.default()
    places = [geocoder.geocode(name, context) for name in names]
    if form == "json":
        click.echo(json.dumps([place.as_json() for place in places], ensure_ascii=False, indent=1))
        return
    for place in places:
        click.echo("\n".join(_as_lines(place)))


def _as_lines(place: Place) -> list[str]:
    where = ", ".join(place.districts) or place.province or place.country or "-"
    point = "" if place.lat is None else f", {place.lat} {place.lon} (within {place.radius_km:g} km)"
    lines = [f"{place.text}: {place.name or '?'} [{where}], where_prec {place.where_prec}{point}"]
    if len(place.candidates) > 1 or not place.name:
        lines += [f"    {c.score:.2f} {c.name} ({c.district or '-'}) {c.place_id}" for c in place.candidates]
    return [*lines, *([f"    {place.note}"] if place.note else [])]
