"""Selected rows -> what the map draws in a viewport: clusters, stacks of one spot, single incidents.

A grid of squares of about 64 screen pixels, counted along the Morton order, then squares whose marks would overlap
are joined. Never more than `MAX_FEATURES`; a coarser grid is taken where there would be.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo.layers.columns import Mask
from geo.layers.grid import LEVELS, box_corners, code_ranges, shift_for, snap_box, split_levels
from geo.layers.index import MapIndex
from geo.query import BBox

MAX_FEATURES = 2000
MAX_ZOOM = 18
SQUARE_LEVELS = 2  # a square's level above the zoom: 256 px tile / 2^2 = 64 px
SNAP_LEVELS = -1  # viewports widen to squares of 512 px, so that panning a little asks for nothing new
JOIN_PIXELS = 46
UNREVIEWED, DISPUTED = 1, 2


@dataclass(frozen=True)
class Cells:
    """What to draw: `clusters` as (lon, lat, count, zoom at which it falls apart; 0 for a stack of one spot), and
    index rows of `singles`; `box` is the area that they are complete for, in degrees."""

    level: int
    clusters: list[tuple[float, float, int, int]]
    singles: NDArray[np.int64]
    box: BBox


def find_cells(index: MapIndex, mask: Mask, zoom: int, bbox: BBox | None = None) -> Cells:
    """The cells of the masked rows for a zoom, in a box that is widened a little (or everywhere)."""
    zoom = max(0, min(zoom, MAX_ZOOM))
    corners = box_corners(bbox or (-180.0, -85.0, 180.0, 85.0))
    snapped = snap_box(corners, max(zoom + SNAP_LEVELS, 0))
    rows = _rows_in(index, mask, snapped)
    level = min(zoom + SQUARE_LEVELS, LEVELS)
    starts = _square_starts(index.morton[rows], level)
    while len(starts) > MAX_FEATURES and level > 0:
        level -= 1
        starts = _square_starts(index.morton[rows], level)
    squares = _aggregate(index, rows, starts)
    clusters, singles = _joined(squares, zoom)
    return Cells(level, clusters, singles, _degrees(snapped))


def snapped_key(zoom: int, bbox: BBox | None) -> tuple[int, tuple[int, int, int, int] | None]:
    """What distinguishes answers: viewports with the same key get the same cells."""
    zoom = max(0, min(zoom, MAX_ZOOM))
    return zoom, snap_box(box_corners(bbox), max(zoom + SNAP_LEVELS, 0)) if bbox else None


def _degrees(corners: tuple[int, int, int, int]) -> BBox:
    size = float(1 << LEVELS)
    x0, y0, x1, y1 = corners
    latitude = [float(np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * y / size))))) for y in (y1 + 1, y0)]
    return x0 / size * 360 - 180, latitude[0], (x1 + 1) / size * 360 - 180, latitude[1]


def _rows_in(index: MapIndex, mask: Mask, corners: tuple[int, int, int, int]) -> NDArray[np.int64]:
    """The masked rows with a point in the box, in Morton order."""
    ranges = np.array(code_ranges(corners), dtype=np.uint64)
    slices = np.searchsorted(index.morton, ranges)
    pieces = [np.flatnonzero(mask[start:end]) + start for start, end in slices if end > start]
    return np.concatenate(pieces) if pieces else np.zeros(0, dtype=np.int64)


def _square_starts(codes: NDArray[np.uint64], level: int) -> NDArray[np.int64]:
    """Where in sorted codes each new square begins."""
    if not len(codes):
        return np.zeros(0, dtype=np.int64)
    squares = codes >> shift_for(level)
    return np.concatenate([[0], np.flatnonzero(squares[1:] != squares[:-1]) + 1])


@dataclass(frozen=True)
class _Squares:
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    count: NDArray[np.int64]
    splits: NDArray[np.int64]
    first: NDArray[np.int64]
    x: NDArray[np.float64]
    y: NDArray[np.float64]


def _aggregate(index: MapIndex, rows: NDArray[np.int64], starts: NDArray[np.int64]) -> _Squares:
    if not len(starts):
        none: NDArray[Any] = np.zeros(0)
        whole = none.astype(np.int64)
        return _Squares(none, none, whole, whole, whole, none, none)
    ends = np.append(starts[1:], len(rows))
    count = ends - starts
    lon = np.add.reduceat(index.lon[rows], starts, dtype=np.float64) / count
    lat = np.add.reduceat(index.lat[rows], starts, dtype=np.float64) / count
    codes = index.morton[rows[starts]], index.morton[rows[ends - 1]]
    sine = np.sin(np.radians(lat))
    x, y = lon / 360 + 0.5, 0.5 - np.log((1 + sine) / (1 - sine)) / (4 * np.pi)
    return _Squares(lon, lat, count, split_levels(*codes), rows[starts], x, y)


def _joined(squares: _Squares, zoom: int) -> tuple[list[tuple[float, float, int, int]], NDArray[np.int64]]:
    """Squares whose marks would overlap become one cluster, at the place of the one with most incidents."""
    reach = JOIN_PIXELS / (256 * 2.0**zoom)
    kept: dict[tuple[int, int], list[int]] = {}
    members: dict[int, list[int]] = {}
    x, y = squares.x.tolist(), squares.y.tolist()
    for square in np.argsort(-squares.count, kind="stable").tolist():
        column, row = int(x[square] / reach), int(y[square] / reach)
        host = _near_host(kept, x, y, square, column, row, reach)
        if host is None:
            kept.setdefault((column, row), []).append(square)
            members[square] = [square]
        else:
            members[host].append(square)
    return _as_features(squares, members, zoom)


def _near_host(
    kept: dict[tuple[int, int], list[int]],
    x: list[float],
    y: list[float],
    square: int,
    column: int,
    row: int,
    reach: float,
) -> int | None:
    """The nearest cluster already kept within reach."""
    best, found = reach * reach, None
    for near_column in (column - 1, column, column + 1):
        for near_row in (row - 1, row, row + 1):
            for other in kept.get((near_column, near_row), ()):
                distance = (x[other] - x[square]) ** 2 + (y[other] - y[square]) ** 2
                if distance < best:
                    best, found = distance, other
    return found


def _as_features(
    squares: _Squares, members: dict[int, list[int]], zoom: int
) -> tuple[list[tuple[float, float, int, int]], NDArray[np.int64]]:
    clusters, singles = [], []
    for host, joined in members.items():
        count = int(squares.count[joined].sum())
        if count == 1:
            singles.append(int(squares.first[host]))
            continue
        split = zoom + 1 if len(joined) > 1 else int(squares.splits[host])
        stacked = split > LEVELS
        falls_apart = 0 if stacked else min(MAX_ZOOM, max(zoom + 1, split - 1))
        clusters.append((round(float(squares.lon[host]), 5), round(float(squares.lat[host]), 5), count, falls_apart))
    return clusters, np.array(sorted(singles), dtype=np.int64)


def single_flags(index: MapIndex, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Per row, `UNREVIEWED` (drawn hollow) and `DISPUTED` (half-ring) as bits."""
    unreviewed = index.review.mask(["unreviewed"])[rows]
    return unreviewed.astype(np.int64) * UNREVIEWED + index.disputed[rows].astype(np.int64) * DISPUTED
