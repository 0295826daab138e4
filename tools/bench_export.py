"""Downloads against GDAL: each format with all claims and sources, beside pyogrio writing the flat frame alone.

GeoJSON and CSV are what the routes stream; the others are what `python -m geo export` writes. The incidents all tell
one made story of nine claims in two papers, so that what is measured is the writing.
"""

from __future__ import annotations

import os
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio

from geo.dataset import Dataset, Incidents
from geo.export import ExportOptions, write_claims_csv, write_csv, write_geojson
from geo.export_jobs import pieces
from geo.files import write_pieces
from geo.geofiles import write_geofile
from geo.models import Incident
from geo.table import FLAT_COLUMNS
from tests.make_dataset import made_incident, make_dataset
from tools.measuring import Goal, Table, number

STREAMED = 1_000_000
SIZE = 100_000
SAMPLE = 60 * 1_000_000  # bytes after which memory is looked at first


class OneStory(Incidents):
    """Every id leads to the same incident, made once."""

    def __init__(self, ids: list[str], incident: Incident) -> None:
        self._ids, self._incident = ids, incident

    def __getitem__(self, key: str) -> Incident:
        return self._incident

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids)

    def __len__(self) -> int:
        return len(self._ids)


def told(size: int) -> Dataset:
    """A made data set whose incidents are at hand."""
    made = make_dataset(size)
    incidents = OneStory(made.columns["id"].to_pylist(), made_incident(made.vocabulary))
    return Dataset(made.version, incidents, made.columns, made.vocabulary, made.districts, made.layer)


def flat_frame(dataset: Dataset) -> gpd.GeoDataFrame:
    """The flat columns and points, as GDAL takes them."""
    table = dataset.table
    plain = {name: table[name] for name in FLAT_COLUMNS if table[name].map(type).ne(list).all()}
    points = np.array(gpd.points_from_xy(table["lon"], table["lat"]), dtype=object)
    points[table["lon"].isna()] = None  # KML takes no empty point
    frame = gpd.GeoDataFrame(plain, geometry=points, crs="EPSG:4326")
    categories = [name for name in frame.columns if str(frame[name].dtype) == "category"]
    return frame.astype(dict.fromkeys(categories, "str"))


def streamed(pieces: Iterator[bytes], path: Path) -> tuple[float, float]:
    """Seconds to write all pieces as the command line does, and by how many MB memory grew after the first of them."""
    early: list[float] = []

    def watched() -> Iterator[bytes]:
        given = 0
        for piece in pieces:
            yield piece
            given += len(piece)
            if not early and given > SAMPLE:
                early.append(_peak_mb())

    lasted = seconds(lambda: write_pieces(path, watched()))
    return lasted, _peak_mb() - (early[0] if early else _peak_mb())


def _peak_mb() -> float:
    """The most that this process, or one that it started and saw end, has had."""
    return max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024


def seconds(act: Callable[[], Any]) -> float:
    """How long something takes."""
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def formats_table() -> Table:
    """Every format at 100,000, GeoJSON at 1,000,000."""
    with tempfile.TemporaryDirectory() as folder:
        rows = list(_formats(Path(folder)))
        large, flat, grown, size = _streamed_geojson(Path(folder))
    rows.append([f"GeoJSON, {STREAMED:,}", number(large, 1), number(flat, 1), number(large / flat, 1), number(size)])
    about = (
        f"Seconds for {SIZE:,} incidents with nine claims and two sources each, beside GDAL (pyogrio, with Arrow where "
        "the format takes it) writing their flat columns without any claim; the file's size in MB. The last line is "
        f"written by {os.cpu_count()} processes, as `python -m geo export` does; its memory is the largest one's."
    )
    goals = (
        Goal(f"GeoJSON of {STREAMED:,} with claims against GDAL's flat one", large / flat, 2, "times"),
        Goal("its memory beyond the first pieces", grown, 100, "MB"),
    )
    return Table("Downloads", about, ("Format", "with claims", "GDAL, flat", "times", "MB"), rows, goals)


def _formats(folder: Path) -> Iterator[list[str]]:
    dataset, options = told(SIZE), ExportOptions()
    frame = flat_frame(dataset)
    plain_frame = pd.DataFrame(frame.drop(columns="geometry"))
    gdal = {
        "GeoJSON": lambda path: pyogrio.write_dataframe(frame, path, driver="GeoJSON", use_arrow=True),
        "CSV": lambda path: pyogrio.write_dataframe(plain_frame, path, driver="CSV", use_arrow=True),
        "CSV of claims": None,
        "GPKG": lambda path: pyogrio.write_dataframe(frame, path, driver="GPKG", use_arrow=True),
        "KML": lambda path: pyogrio.write_dataframe(frame, path, driver="LIBKML"),
        "GeoParquet": lambda path: frame.to_parquet(path, compression="zstd"),
    }
    own: dict[str, Callable[[Path], Any]] = {
        "GeoJSON": lambda path: streamed(write_geojson(dataset), path),
        "CSV": lambda path: streamed(write_csv(dataset), path),
        "CSV of claims": lambda path: streamed(write_claims_csv(dataset), path),
        "GPKG": lambda path: write_geofile(path, "gpkg", dataset, None, options),
        "KML": lambda path: write_geofile(path, "kml", dataset, None, options),
        "GeoParquet": lambda path: write_geofile(path, "geoparquet", dataset, None, options),
    }
    for name, write in own.items():
        ending = name.split()[0].lower()
        path, other = folder / f"own.{ending}", folder / f"gdal.{ending}"
        lasted = seconds(lambda write=write, path=path: write(path))
        plain = gdal[name]
        flat = seconds(lambda plain=plain, other=other: plain(other)) if plain else None
        times = number(lasted / flat, 1) if flat else "-"
        size = number(path.stat().st_size / 1e6)
        yield [name, number(lasted, 1), number(flat, 1) if flat else "-", times, size]


def _streamed_geojson(folder: Path) -> tuple[float, float, float, float]:
    """Ours and GDAL's seconds for a large GeoJSON, how much memory ours grew by, and its MB."""
    dataset, path = told(STREAMED), folder / "large.geojson"
    ids, jobs = dataset.columns["id"].to_pylist(), os.cpu_count() or 1  # as `python -m geo export` does
    lasted, grown = streamed(pieces(write_geojson, dataset, ids, ExportOptions(), jobs=jobs), path)
    size = path.stat().st_size / 1e6
    path.unlink()
    frame = flat_frame(dataset)
    flat = seconds(lambda: pyogrio.write_dataframe(frame, folder / "flat.geojson", driver="GeoJSON", use_arrow=True))
    return lasted, flat, grown, size


PARTS = {"export": formats_table}
