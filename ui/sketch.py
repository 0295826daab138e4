"""A small map of an article's incidents: districts shaded where only they are known, dots for places; drawn offline."""

from __future__ import annotations

import html
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import orjson

from geo.api.state import AppState
from geo.datafiles import slug
from geo.models import Place

WIDTH = 640
PAD = 8
DOT = 21
FONT = 27


@dataclass(frozen=True, slots=True)
class Pin:
    """One incident on the sketch: its number on the page, and whether it is the one looked at."""

    number: int
    place: Place
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Colours:
    """The sketch's colours; it is a picture, so the page's own don't reach it."""

    land: str
    line: str
    shade: str
    chosen: str
    ink: str
    halo: str
    dot: str
    dot_ink: str


LIGHT = Colours("#f4f2ec", "#a9a498", "#a9cfe8", "#5b9fcc", "#24292e", "#ffffff", "#b14e00", "#ffffff")
DARK = Colours("#23282e", "#5b646c", "#2d516a", "#3f7fa8", "#e6e4df", "#16191d", "#f0924a", "#16191d")


@dataclass(frozen=True, slots=True)
class Outline:
    """A district's drawing: its SVG path, and where its name goes."""

    name: str
    path: str
    label: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Base:
    """All districts drawn to scale, and how degrees become pixels."""

    outlines: dict[str, Outline]
    west: float
    north: float
    scale: float
    squeeze: float
    height: int

    def at(self, lon: float, lat: float) -> tuple[float, float]:
        x = PAD + (lon - self.west) * self.squeeze * self.scale
        return round(x, 1), round(PAD + (self.north - lat) * self.scale, 1)


def draw_sketch(state: AppState, pins: Sequence[Pin], *, dark: bool = False) -> str:
    """The sketch as SVG; every text in it is escaped."""
    base = _base(state)
    colours = DARK if dark else LIGHT
    shaded = _shaded(state, pins)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {base.height}" '
        f'font-family="Source Sans 3, Source Sans Pro, sans-serif" font-size="{FONT}" text-anchor="middle">'
    ]
    parts += [_district(outline, colours, shaded.get(key)) for key, outline in base.outlines.items()]
    parts += [_name(base.outlines[key], pin, colours) for key, pin in shaded.items()]
    parts += _dots(base, pins, colours)
    return "".join((*parts, "</svg>"))


def describe(pins: Sequence[Pin]) -> str:
    """What the sketch shows, in words."""
    placed = [f"{pin.number} {pin.place.name or pin.place.text}" for pin in pins if pin.place.districts]
    others = [str(pin.number) for pin in pins if not pin.place.districts]
    words = [", ".join(placed)] if placed else []
    if others:
        words.append(f"not placed in a district: {', '.join(others)}")
    return "; ".join(words)


def _base(state: AppState) -> Base:
    return _draw_base(state.shapes.geojson, state.shapes.bounds)


@lru_cache(maxsize=2)
def _draw_base(geojson: bytes, bounds: tuple[float, float, float, float]) -> Base:
    west, south, east, north = bounds
    squeeze = math.cos(math.radians((south + north) / 2))
    scale = (WIDTH - 2 * PAD) / ((east - west) * squeeze)
    base = Base({}, west, north, scale, squeeze, math.ceil((north - south) * scale + 2 * PAD))
    for feature in orjson.loads(geojson)["features"]:
        geometry = feature["geometry"]
        polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
        path = "".join(_ring(base, ring) for polygon in polygons for ring in polygon)
        label = base.at(*feature["properties"]["label"])
        base.outlines[feature["id"]] = Outline(feature["properties"]["name"], path, label)
    return base


def _ring(base: Base, ring: Iterable[Sequence[float]]) -> str:
    points = " ".join("{},{}".format(*base.at(lon, lat)) for lon, lat, *_ in ring)
    return f"M{points}Z"


def _shaded(state: AppState, pins: Sequence[Pin]) -> dict[str, Pin]:
    """Drawn districts that stand for a place that has no point; the incident looked at goes first."""
    found: dict[str, Pin] = {}
    for pin in sorted(pins, key=lambda pin: not pin.chosen):
        if pin.place.lat is None:
            for name in pin.place.districts:
                for drawn in state.shapes.shown_for(name):
                    found.setdefault(slug(drawn), pin)
    return found


def _district(outline: Outline, colours: Colours, pin: Pin | None) -> str:
    fill = colours.land if pin is None else colours.chosen if pin.chosen else colours.shade
    return f'<path d="{outline.path}" fill="{fill}" stroke="{colours.line}" stroke-width="1.2"/>'


def _name(outline: Outline, pin: Pin, colours: Colours) -> str:
    x, y = outline.label
    words = html.escape(f"{pin.number} {outline.name}")
    x = min(max(x, 7 * len(words)), WIDTH - 7 * len(words))  # a long name near the edge stays inside
    return (
        f'<text x="{x}" y="{y + 9}" fill="{colours.ink}" stroke="{colours.halo}" stroke-width="6" '
        f'paint-order="stroke" font-weight="600">{words}</text>'
    )


def _dots(base: Base, pins: Sequence[Pin], colours: Colours) -> list[str]:
    """One numbered dot for each point; incidents of one spot share it."""
    spots: dict[tuple[float, float], list[Pin]] = {}
    for pin in pins:
        if pin.place.lat is not None and pin.place.lon is not None:
            spots.setdefault(base.at(pin.place.lon, pin.place.lat), []).append(pin)
    ordered = sorted(spots.items(), key=lambda spot: any(pin.chosen for pin in spot[1]))
    return [_dot(at, here, colours) for at, here in ordered]


def _dot(at: tuple[float, float], pins: Sequence[Pin], colours: Colours) -> str:
    x, y = at
    numbers = ", ".join(str(pin.number) for pin in pins)
    chosen = any(pin.chosen for pin in pins)
    radius = DOT + 6 * max(len(numbers) - 2, 0)
    ring = f'<circle cx="{x}" cy="{y}" r="{radius + 8}" fill="none" stroke="{colours.ink}" stroke-width="4"/>'
    return (
        f"{ring if chosen else ''}"
        f'<circle cx="{x}" cy="{y}" r="{radius}" fill="{colours.dot}" stroke="{colours.halo}" stroke-width="4"/>'
        f'<text x="{x}" y="{y + 9}" fill="{colours.dot_ink}" font-weight="700">{numbers}</text>'
    )
