"""Towns to label on the map, the most important first."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from geo.datafiles import DATA_DIR, read_rows

RANKS = {"PPLA": 0, "PPLA2": 1, "PPLA3": 2, "PPL": 3}
COLUMNS = ("name", "lat", "lon", "feature_class", "feature_code")


@lru_cache(maxsize=1)
def towns_json() -> dict[str, Any]:
    """(lon, lat, name, rank) per town: 0 the provincial capital, 1 a district's headquarters, 2 and 3 smaller."""
    towns = []
    for _, row in read_rows(DATA_DIR / "gazetteer.csv", COLUMNS):
        if row["feature_class"] == "P" and row["lat"] and row["feature_code"] in RANKS:
            place = (round(float(row["lon"]), 4), round(float(row["lat"]), 4))
            towns.append([*place, row["name"], RANKS[row["feature_code"]]])
    return {"towns": sorted(towns, key=lambda town: (town[3], town[2]))}
