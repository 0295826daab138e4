"""Makes incident tables of any size with realistic skew, for tests and for `tools/bench_map.py`.

Places come from the project's gazetteer, a few of them drawing most incidents (Zipf); time has waves; one incident in
five is known to a district only. Nothing in it happened.
"""

from __future__ import annotations

import csv
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa

from geo.datafiles import DATA_DIR, slug
from geo.table import SCHEMA

EVENTS = {
    "bombing": 24,
    "armed_attack": 22,
    "targeted_killing": 13,
    "armed_clash": 11,
    "security_operation": 10,
    "abduction": 8,
    "sabotage": 6,
    "suicide_attack": 2,
    "takeover": 2,
    "protest": 2,
}
PARTIES = {"unknown": 45, "bla": 22, "pakistan-security-forces": 12, "blf": 9, "ttp": 6, "bra": 3, "iskp": 3}
BASES = {"claimed_by_group": 4, "attributed_by_authorities": 3, "attributed_by_others": 1, "attributed_by_media": 2}
PUBLISHERS = {"dawn": 30, "balochistan-post": 20, "express-tribune": 15, "app": 10, "aaj": 8, "samaa": 5, "nukta": 3}
SPEAKERS = {"police": 20, "ispr": 15, "bla": 15, "levies": 10, "dawn": 10, "residents": 6, "hospital-officials": 4}
CAMPS = {"state": 6, "armed_group": 3, "national_press": 5, "local_civil": 2}
REVIEWS = {"curated": 2, "unreviewed": 6, "imported": 1, "reviewed": 1}
FIRST_DAY = np.datetime64("2000-01-01")
N_DAYS = 9400


def make_table(size: int, seed: int = 7) -> gpd.GeoDataFrame:
    """A table of the shape that `geo.table.as_frame` gives, `size` rows long."""
    random = np.random.default_rng(seed)
    columns = {**_where(random, size), **_when(random, size), **_what(random, size), **_who_says(random, size)}
    frame = pd.DataFrame(columns)
    frame["id"] = _texts(pa.array([f"m-{number:016x}" for number in range(size)]))
    frame["title"] = _titles(frame)
    frame["search"] = frame["title"].str.lower()
    frame["data_version"] = "1-00000000"
    for name in SCHEMA.names:
        if name not in frame:
            frame[name] = None
    points = gpd.points_from_xy(frame["lon"], frame["lat"]) if size <= 20_000 else [None] * size
    return gpd.GeoDataFrame(frame, geometry=points, crs="EPSG:4326")


def _where(random: np.random.Generator, size: int) -> dict[str, Any]:
    names, lats, lons, districts = _places()
    rank = random.permutation(len(names)) + 1
    place = _pick_numbers(random, 1.0 / rank**0.9, size)
    where_prec = _pick_numbers(random, np.array([0, 52, 22, 16, 5, 4, 1]), size).astype(np.int32)
    scattered = random.random(size) < 0.3
    jitter = random.normal(0, 0.08, (2, size)) * scattered
    pointed = where_prec <= 2
    near = random.integers(0, len(names), size)
    second = (where_prec == 5) & (districts[near] != districts[place])
    placed = ~np.isin(where_prec, (4, 6, 7))
    counts = np.where(placed, 1 + second, 0)
    listed = np.empty(counts.sum(), dtype=object)
    starts = np.cumsum(counts) - counts
    listed[starts[placed]] = districts[place[placed]]
    listed[starts[second] + 1] = districts[near[second]]
    return {
        "place": _texts(pa.array(names[place].tolist())),
        "where_prec": where_prec,
        "lat": np.where(pointed, lats[place] + jitter[0], np.nan),
        "lon": np.where(pointed, lons[place] + jitter[1], np.nan),
        "radius_km": np.where(where_prec == 2, random.choice([7.0, 12.0, 25.0], size), np.nan),
        "districts": _lists(counts, listed.tolist()),
        "province": "Balochistan",
        "country": "PK",
    }


def scattered(random: np.random.Generator, size: int) -> dict[str, Any]:
    """Only place, date and kind, as columns of plain numbers and codes."""
    _, lats, lons, _ = _places()
    place = _pick_numbers(random, 1.0 / (random.permutation(len(lats)) + 1) ** 0.9, size)
    jitter = random.normal(0, 0.08, (2, size)) * (random.random(size) < 0.3)
    when = _when(random, size)
    kinds = pa.array(_pick_numbers(random, np.array(list(EVENTS.values())), size).astype(np.int32))
    return {
        "lat": lats[place] + jitter[0],
        "lon": lons[place] + jitter[1],
        "where_prec": np.ones(size, dtype=np.int32),
        "event_type": pa.DictionaryArray.from_arrays(kinds, pa.array(list(EVENTS))),
        **{name: when[name] for name in ("date_start", "date_end", "date_prec")},
    }


def _places() -> tuple[Any, Any, Any, Any]:
    with (DATA_DIR / "gazetteer.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["lat"] and row["district"]]
    columns = ([row[name] for row in rows] for name in ("name", "lat", "lon", "district"))
    name, lat, lon, district = columns
    return (np.array(name, object), np.array(lat, float), np.array(lon, float), np.array(district, object))


def _when(random: np.random.Generator, size: int) -> dict[str, Any]:
    days = np.arange(N_DAYS)
    waves = 1 + 0.8 * np.sin(days / 700) ** 4 + 4 * (days / N_DAYS) ** 3 + 6 * random.random(N_DAYS) ** 30
    start = FIRST_DAY + _pick_numbers(random, waves, size)
    prec = _pick_numbers(random, np.array([3, 80, 8, 4, 3, 2]), size)
    length = np.array([0, 0, 3, 7, 30, 120])[prec]
    first, last = start.astype("datetime64[s]"), (start + length).astype("datetime64[s]")
    first[prec == 0] = last[prec == 0] = np.datetime64("NaT")
    reported = (start + length + 1).astype("datetime64[s]")
    return {"date_start": first, "date_end": last, "date_prec": prec.astype(np.int32), "first_reported": reported}


def _what(random: np.random.Generator, size: int) -> dict[str, Any]:
    best = np.minimum(random.pareto(1.3, size), 150).astype(np.int32)
    known = random.random(size) < 0.8
    spread = random.integers(0, 3, size)
    disputed = random.random(size) < 0.06
    return {
        "event_type": _texts(_pick(random, EVENTS, size)),
        "killed_low": _counts(np.maximum(best - spread * disputed, 0), known),
        "killed_best": _counts(best, known),
        "killed_high": _counts(best + spread * disputed, known),
        "disputed": disputed,
        "campaign": random.random(size) < 0.01,
        "review": _texts(_pick(random, REVIEWS, size)),
        "dataset": "reports",
    }


def _who_says(random: np.random.Generator, size: int) -> dict[str, Any]:
    party = np.asarray(_pick(random, PARTIES, size).to_pylist(), dtype=object)
    basis = np.asarray(_pick(random, BASES, size).to_pylist(), dtype=object)
    basis = np.where(party == "unknown", "unknown", basis)
    pairs = [f"{actor}|{ground}" for actor, ground in zip(party, basis, strict=True)]
    one = np.ones(size, dtype=np.int64)
    named = party != "unknown"
    publisher_counts = random.integers(1, 4, size)
    publishers = _pick(random, PUBLISHERS, int(publisher_counts.sum()))
    speaker_counts = random.integers(1, 4, size)
    return {
        "perpetrator": _texts(pa.array([actor.upper() for actor in party])),
        "perpetrator_id": _texts(pa.array(party.tolist())),
        "perpetrator_basis": _texts(pa.array(basis.tolist())),
        "perpetrator_pairs": _lists(one, pairs),
        "groups": _lists(named.astype(np.int64), party[named].tolist()),
        "publisher_ids": _lists(publisher_counts, publishers),
        "publishers": _lists(publisher_counts, publishers),
        "speakers": _lists(speaker_counts, _pick(random, SPEAKERS, int(speaker_counts.sum()))),
        "camps": _lists(speaker_counts, _pick(random, CAMPS, int(speaker_counts.sum()))),
        "n_sources": publisher_counts,
    }


def _titles(frame: pd.DataFrame) -> pd.Series[Any]:
    kinds = frame["event_type"].str.replace("_", " ").str.capitalize()
    days = frame["date_start"].astype("datetime64[s]").astype("str").str.slice(0, 10).fillna("undated")
    tolls = frame["killed_best"].astype("string").fillna("unknown number")
    return kinds + ", " + frame["place"] + ", " + days + ": " + tolls + " killed, according to police"


def _pick(random: np.random.Generator, weights: dict[str, int], size: int) -> pa.Array:
    numbers = _pick_numbers(random, np.array(list(weights.values())), size)
    return pa.array(list(weights)).take(pa.array(numbers))


def _pick_numbers(random: np.random.Generator, weights: Any, size: int) -> Any:
    edges = np.cumsum(weights / np.sum(weights))
    return np.minimum(np.searchsorted(edges, random.random(size), side="right"), len(edges) - 1)


def _texts(values: pa.Array) -> pd.Series[Any]:
    return pd.Series(values.to_pandas(), dtype="str")


def _lists(counts: Any, items: Any) -> pd.Series[Any]:
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    values = items if isinstance(items, pa.Array) else pa.array(items, type=pa.string())
    made = pa.ListArray.from_arrays(pa.array(offsets), values)
    return pd.Series(made, dtype=pd.ArrowDtype(made.type))


def _counts(values: Any, known: Any) -> pd.Series[Any]:
    return pd.Series(pd.array(values, dtype="Int32")).where(known)


def district_ids() -> list[str]:
    """Ids of the districts that the made places lie in."""
    return sorted({slug(name) for name in _places()[3]})
