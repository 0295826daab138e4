"""Selected rows -> pages of a list, newest first: what a count stands for, a stack of one spot, a district."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from geo.errors import InputError
from geo.layers.columns import Mask
from geo.layers.index import POINT, SHADED, UNPLACED, MapIndex
from geo.layers.select import Selector
from geo.query import BBox, Query

PARTS = ("all", "points", "shaded", "unplaced", "undated", "campaigns")
MAX_PAGE = 200


@dataclass(frozen=True, slots=True)
class ListRequest:
    """Which of a selection's incidents to list.

    Attributes:
        part: One of `PARTS`.
        district: Id of a drawn district that the incident touches.
        box: Only points inside it (a stack or a cluster that was clicked).
        offset, limit: The page.
    """

    part: str = "all"
    district: str | None = None
    box: BBox | None = None
    offset: int = 0
    limit: int = 50

    def __post_init__(self) -> None:
        if self.part not in PARTS:
            raise InputError(f"part: {self.part!r} is unknown; use one of {', '.join(PARTS)}")
        if self.offset < 0 or not 0 < self.limit <= MAX_PAGE:
            raise InputError(f"limit: use 1 to {MAX_PAGE}, and an offset of 0 or more")


def list_incidents(selector: Selector, query: Query, request: ListRequest) -> dict[str, Any]:
    """A page of the list: `total`, `offset`, and `items` of flat values by name."""
    mask = selector.mask(query) & _part_mask(selector.index, request.part)
    if request.district:
        mask &= selector.index.shown.mask([request.district])
    if request.box:
        mask &= _inside(selector.index, request.box)
    rows = selector.listed(mask)
    page = rows[request.offset : request.offset + request.limit]
    return {"total": len(rows), "offset": request.offset, "items": [list_item(selector.index, row) for row in page]}


def _part_mask(index: MapIndex, part: str) -> Mask:
    masks: dict[str, Any] = {
        "all": lambda: np.ones(index.n_rows, dtype=bool),
        "points": lambda: index.part == POINT,
        "shaded": lambda: index.part == SHADED,
        "unplaced": lambda: index.part == UNPLACED,
        "undated": lambda: ~index.dated,
        "campaigns": lambda: index.campaign,
    }
    mask: Mask = masks[part]()
    return mask


def _inside(index: MapIndex, box: BBox) -> Mask:
    west, south, east, north = box
    mask = np.zeros(index.n_rows, dtype=bool)
    inside = (index.lon >= west) & (index.lon <= east) & (index.lat >= south) & (index.lat <= north)
    mask[: index.n_points] = inside
    return mask


def list_item(index: MapIndex, row: int) -> dict[str, Any]:
    """One line of a list."""
    table_row = int(index.row[row])
    values = {name: _plain(column[table_row].as_py()) for name, column in index.text.items()}
    return {
        **values,
        "date_prec": int(index.date_prec[row]),
        "where_prec": int(index.where_prec[row]),
        "event_type": index.event_type.values[index.event_type.codes[row]],
        "review": index.review.values[index.review.codes[row]],
        "disputed": bool(index.disputed[row]),
        "campaign": bool(index.campaign[row]),
    }


def _plain(value: Any) -> Any:
    return pd.Timestamp(value).date().isoformat() if hasattr(value, "isoformat") else value
