"""Step 12 for GIS programs: selected incidents -> GeoPackage, KML or GeoParquet, with the same columns as GeoJSON.

The nested members (perpetrators, rival_places, sources, claims) stand as JSON text, since these formats have no
nesting that every reader knows.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import orjson
import pandas as pd
import pyogrio
import shapely

from geo.dataset import Dataset
from geo.export import LICENCE_COLUMN, ExportOptions, collection_members, feature, licence_of, select_rows
from geo.files import write_atomically
from geo.table import COUNT_COLUMNS, DATE_COLUMNS

FORMATS = ("gpkg", "kml", "geoparquet")
LAYER = "incidents"


def features_frame(dataset: Dataset, ids: Sequence[str] | None, options: ExportOptions) -> gpd.GeoDataFrame:
    """The selection as flat columns and a geometry, WGS84."""
    found = list(select_rows(dataset, ids, options))
    items = [feature(dataset, *each, options) for each in found]
    rows = [{name: _flat(value) for name, value in item["properties"].items()} for item in items]
    if options.restricted:
        rows = [row | {LICENCE_COLUMN: licence_of(dataset, each[1])} for row, each in zip(rows, found, strict=True)]
    frame = pd.DataFrame(rows)
    for column in COUNT_COLUMNS:
        frame[column] = frame[column].astype("Int32")
    for column in DATE_COLUMNS:
        frame[column] = pd.to_datetime(frame[column]).astype("datetime64[ms]")
    shapes = [shapely.from_geojson(orjson.dumps(item["geometry"])) if item["geometry"] else None for item in items]
    return gpd.GeoDataFrame(frame, geometry=shapes, crs="EPSG:4326")


def _flat(value: Any) -> Any:
    return orjson.dumps(value).decode() if isinstance(value, list | dict) else value


def write_geofile(
    path: Path, file_format: str, dataset: Dataset, ids: Sequence[str] | None, options: ExportOptions
) -> None:
    """Write the selection in one of `FORMATS`, whole or not at all."""
    frame = features_frame(dataset, ids, options)
    members = {key: str(value) for key, value in collection_members(dataset, options).items()}

    def fill(held: Path) -> None:
        if file_format == "geoparquet":
            frame.to_parquet(held, compression="zstd")
            return
        held.unlink()
        if file_format == "gpkg":
            pyogrio.write_dataframe(frame, held, layer=LAYER, driver="GPKG", dataset_metadata=members)
        else:
            named = frame.assign(Name=frame["title"], Description=frame["claims"])
            pyogrio.write_dataframe(named, held, layer=LAYER, driver="LIBKML")

    write_atomically(path, fill)
