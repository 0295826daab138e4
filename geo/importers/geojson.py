"""GeoJSON of others -> rows, by a mapping of its properties; our own exports are read by `geo.importers.exported`."""

from __future__ import annotations

from pathlib import Path

from geo.errors import InputError
from geo.importers import mapped
from geo.importers.features import is_features
from geo.importers.source import Source


def open_source(path: Path, mapping: Path | None = None, release: str | None = None) -> Source:
    """A file of features with the mapping that says what their properties mean.

    Raises:
        InputError: in one line, when either cannot be used.
    """
    if not path.is_file():
        raise InputError(f"{path}: no such file")
    if not is_features(path):
        raise InputError(f"{path}: is no GeoJSON FeatureCollection (.geojson or .json); `import csv` reads tables")
    if mapping is None:
        raise InputError(
            f"{path}: is no GeoJSON that this program exported; --mapping FILE says what its properties mean, "
            "and `--propose > mapping.yaml` writes one to look through"
        )
    return mapped.open_source(path, mapping, release)
