"""Where a point falls on the web map: Morton codes, of which every map square at every zoom is one unbroken range.

Rows sorted by this code let a viewport be read as a few slices, and squares be counted by where the code's first bits
change. Pure arithmetic on arrays; knows nothing of incidents.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

LEVELS = 24  # bits per axis: squares of about 2 m
TILE = 256
MAX_LATITUDE = 85.05112878
COVER_SIDE = 6  # a viewport is covered by at most so many squares across

Codes = NDArray[np.uint64]
Floats = NDArray[np.floating[Any]]


def mercator(lon: Floats, lat: Floats) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Web Mercator columns and rows at the finest level (row 0 in the north)."""
    size = float(1 << LEVELS)
    sine = np.sin(np.radians(np.clip(np.asarray(lat, dtype=np.float64), -MAX_LATITUDE, MAX_LATITUDE)))
    x = (np.asarray(lon, dtype=np.float64) / 360 + 0.5) * size
    y = (0.5 - np.log((1 + sine) / (1 - sine)) / (4 * np.pi)) * size
    limit = size - 1
    return np.clip(x, 0, limit).astype(np.uint64), np.clip(y, 0, limit).astype(np.uint64)


def interleave(x: NDArray[np.uint64], y: NDArray[np.uint64]) -> Codes:
    """Morton codes: the bits of x and y in turn, y's above x's."""
    return _spread(x) | (_spread(y) << np.uint64(1))


def _spread(value: NDArray[np.uint64]) -> NDArray[np.uint64]:
    spread = value.astype(np.uint64)
    for shift, mask in ((16, 0x0000FFFF0000FFFF), (8, 0x00FF00FF00FF00FF), (4, 0x0F0F0F0F0F0F0F0F)):
        spread = (spread | (spread << np.uint64(shift))) & np.uint64(mask)
    spread = (spread | (spread << np.uint64(2))) & np.uint64(0x3333333333333333)
    return (spread | (spread << np.uint64(1))) & np.uint64(0x5555555555555555)


def squeeze(code: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Every second bit of a code: x; of the code shifted right by one, y."""
    value = code.astype(np.uint64) & np.uint64(0x5555555555555555)
    for shift, mask in ((1, 0x3333333333333333), (2, 0x0F0F0F0F0F0F0F0F), (4, 0x00FF00FF00FF00FF)):
        value = (value | (value >> np.uint64(shift))) & np.uint64(mask)
    value = (value | (value >> np.uint64(8))) & np.uint64(0x0000FFFF0000FFFF)
    return (value | (value >> np.uint64(16))) & np.uint64(0x00000000FFFFFFFF)


def shift_for(level: int) -> np.uint64:
    """By how many bits a code is shifted to become the number of its square at a level."""
    return np.uint64(2 * (LEVELS - level))


def box_corners(bbox: tuple[float, float, float, float]) -> tuple[int, int, int, int]:
    """The finest columns and rows of a west, south, east, north box: x0, y0, x1, y1."""
    west, south, east, north = bbox
    x, y = mercator(np.array([west, east]), np.array([north, south]))
    return int(x[0]), int(y[0]), int(x[1]), int(y[1])


def snap_box(corners: tuple[int, int, int, int], level: int) -> tuple[int, int, int, int]:
    """The box widened to whole squares of a level, so that near viewports share one answer."""
    step = 1 << max(LEVELS - level, 0)
    x0, y0, x1, y1 = corners
    return x0 // step * step, y0 // step * step, x1 // step * step + step - 1, y1 // step * step + step - 1


def code_ranges(corners: tuple[int, int, int, int]) -> list[tuple[int, int]]:
    """Ranges of codes (end exclusive), sorted and joined, that cover a box; a little more may be inside."""
    x0, y0, x1, y1 = corners
    level = LEVELS
    side = max(x1 - x0, y1 - y0) + 1
    while level > 0 and side >> (LEVELS - level) >= COVER_SIDE:
        level -= 1
    step = LEVELS - level
    columns = np.arange(x0 >> step, (x1 >> step) + 1, dtype=np.uint64)
    rows = np.arange(y0 >> step, (y1 >> step) + 1, dtype=np.uint64)
    squares = np.sort(interleave(np.repeat(columns, len(rows)), np.tile(rows, len(columns))))
    return _joined([int(square) for square in squares], 2 * step)


def _joined(squares: list[int], shift: int) -> list[tuple[int, int]]:
    ranges: list[tuple[int, int]] = []
    for square in squares:
        start, end = square << shift, (square + 1) << shift
        if ranges and ranges[-1][1] == start:
            ranges[-1] = (ranges[-1][0], end)
        else:
            ranges.append((start, end))
    return ranges


def split_levels(first: Codes, last: Codes) -> NDArray[np.int64]:
    """The first level at which two codes lie in different squares; `LEVELS + 1` for equal codes."""
    difference = (first ^ last).astype(np.float64)
    bits = np.frexp(difference)[1]  # position of the highest differing bit, counted from 1; 0 for none
    return np.where(bits == 0, LEVELS + 1, LEVELS - (bits - 1) // 2).astype(np.int64)
