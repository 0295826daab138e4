"""Made-up rows in the form of UCDP GED, as many as wanted, for tests and for measuring an import.

    python -m tools.make_ged 350000 made.csv [--like GEDEvent.csv]

With `--like` every row is one of that file with an id, day and toll of its own, so that places, parties, sources and
their lengths are distributed as there. Without it they are drawn from the shares below (of GED's Pakistan, 1990-2024,
rounded) and from the gazetteer.
"""

from __future__ import annotations

import argparse
import csv
import random
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

from geo.datafiles import DATA_DIR, read_rows

COLUMNS = (
    *("id", "relid", "year", "active_year", "code_status", "type_of_violence"),
    *("conflict_dset_id", "conflict_new_id", "conflict_name", "dyad_dset_id", "dyad_new_id", "dyad_name"),
    *("side_a_dset_id", "side_a_new_id", "side_a", "side_b_dset_id", "side_b_new_id", "side_b"),
    *("number_of_sources", "source_article", "source_office", "source_date", "source_headline", "source_original"),
    *("where_prec", "where_coordinates", "where_description", "adm_1", "adm_2", "latitude", "longitude", "geom_wkt"),
    *("priogrid_gid", "country", "country_id", "region", "event_clarity", "date_prec", "date_start", "date_end"),
    *("deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown", "best", "high", "low", "gwnoa", "gwnob"),
)
FIRST_DAY = date(1990, 1, 1)
DAYS = 12_700
DATE_PRECS = {1: 6068, 2: 285, 3: 12, 4: 41, 5: 10}
WHERE_PRECS = {1: 2345, 2: 2633, 3: 1124, 4: 60, 5: 245, 6: 9}
LENGTHS = {1: 0, 2: 4, 3: 6, 4: 28, 5: 80}  # days after the first, by date_prec
# type_of_violence, side_a, side_b, its numbers of states, and how many of 6,416 rows.
PARTIES = (
    ((1, "Government of Pakistan", "TTP", "770", ""), 3834),
    ((1, "Government of Pakistan", "BLA", "770", ""), 197),
    ((1, "Government of Pakistan", "BRA", "770", ""), 148),
    ((1, "Government of India", "Government of Pakistan", "750", "770"), 429),
    ((1, "Government of United States of America", "al-Qaida", "2", ""), 411),
    ((2, "Mohajir", "Sindhi", "", ""), 235),
    ((2, "Lashkar-e-Islam", "Ansaar ul-Islam", "", ""), 234),
    ((3, "TTP", "Civilians", "", ""), 380),
    ((3, "LeJ", "Civilians", "", ""), 66),
    ((3, "BLA", "Civilians", "", ""), 62),
)
PROVINCES = {  # elsewhere: name, its districts, and a corner
    "Federally Administered Tribal Areas": (("North Waziristan", "South Waziristan", "Khyber", "Orakzai"), 32.5, 69.8),
    "Khyber Pakhtunkhwa province": (("Peshawar district", "Swat district", "Tank district"), 34.0, 71.5),
    "Sindh province": (("Karachi city district", "Sukkur district"), 24.9, 67.0),
    "Azad Jammu & Kashmir": (("Neelam district", "Poonch district"), 34.4, 73.6),
}
OFFICES = ("Reuters News", "Agence France Presse", "Associated Press", "BBC Monitoring", "Dawn")
AT_HOME = 0.12  # share of rows in Balochistan


@lru_cache(maxsize=1)
def _home_places() -> tuple[tuple[str, str, float, float], ...]:
    rows = (row for _, row in read_rows(DATA_DIR / "gazetteer.csv", ("name", "district", "lat", "lon")))
    return tuple(
        (row["name"], row["district"], float(row["lat"]), float(row["lon"]))
        for row in rows
        if row["lat"] and row["district"]
    )


def made_rows(number: int, seed: int = 1) -> Iterator[dict[str, str]]:
    """Rows drawn from the shares above."""
    chance = random.Random(seed)
    parties, weights = zip(*PARTIES, strict=True)
    for key in range(1, number + 1):
        violence, side_a, side_b, gwno_a, gwno_b = chance.choices(parties, weights)[0]
        place = _made_place(chance)
        row = dict.fromkeys(COLUMNS, "")
        row |= {"type_of_violence": str(violence), "side_a": side_a, "side_b": side_b, "gwnoa": gwno_a, "gwnob": gwno_b}
        row |= place | {"country": "Pakistan", "country_id": "770", "region": "Asia", "code_status": "Clear"}
        row |= {"where_prec": str(chance.choices(list(WHERE_PRECS), list(WHERE_PRECS.values()))[0])}
        row |= {"date_prec": str(chance.choices(list(DATE_PRECS), list(DATE_PRECS.values()))[0])}
        row |= {"event_clarity": "1", "conflict_name": "Pakistan: Government", "dyad_name": f"{side_a} - {side_b}"}
        row |= _made_source(chance)
        yield _as_new(row, key, chance)


def rows_like(path: Path, number: int, seed: int = 1) -> Iterator[dict[str, str]]:
    """Rows of a GED file drawn at random, each with an id, day and toll of its own."""
    chance = random.Random(seed)
    with path.open(encoding="utf-8-sig", newline="") as file:
        held = [row for row in csv.DictReader(file) if not row["id"].startswith("#") and row["id"]]
    for key in range(1, number + 1):
        yield _as_new(dict(chance.choice(held)), key, chance)


def _as_new(row: dict[str, str], key: int, chance: random.Random) -> dict[str, str]:
    first = FIRST_DAY + timedelta(days=chance.randrange(DAYS))
    last = first + timedelta(days=LENGTHS[int(row["date_prec"])])
    row |= {"id": str(key), "relid": f"PAK-{first.year}-{row['type_of_violence']}-{key}", "year": str(first.year)}
    row |= {"date_start": f"{first} 00:00:00.000", "date_end": f"{last} 00:00:00.000"}
    return row | _toll(row["type_of_violence"], chance)


def _toll(violence: str, chance: random.Random) -> dict[str, str]:
    """Most tolls are small, a few are very large; the parts add up to the best figure."""
    best = min(int(chance.paretovariate(1.1)), 500)
    parts = [0, 0, 0, 0]
    for _ in range(best if best < 20 else 1):
        parts[chance.choices((0, 1, 2, 3), (0, 0, 1, 0) if violence == "3" else (3, 5, 2, 1))[0]] += (
            1 if best < 20 else best
        )
    names = ("deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown")
    low, high = max(best - chance.choice((0, 0, 0, 1)), 0), best + chance.choice((0, 0, 0, 1, 2))
    return dict(zip(names, map(str, parts), strict=True)) | {"best": str(best), "low": str(low), "high": str(high)}


def _made_place(chance: random.Random) -> dict[str, str]:
    if chance.random() < AT_HOME:
        name, district, lat, lon = chance.choice(_home_places())
        adm_1, adm_2 = "Balochistan province", f"{district} district"
    else:
        adm_1 = chance.choice(list(PROVINCES))
        districts, lat, lon = PROVINCES[adm_1]
        adm_2, name = chance.choice(districts), f"Village {chance.randrange(250)}"
        own = random.Random(f"{name} {adm_2}")  # as GED has it, a place stands at the same point in every row
        lat, lon = lat + own.randrange(1000) / 1000, lon + own.randrange(1000) / 1000
    return {
        "where_coordinates": f"{name} town",
        "where_description": chance.choice(("near {}, {}", "{}, {}", "outskirts of {}, {}", "")).format(name, adm_2),
        "adm_1": adm_1,
        "adm_2": adm_2,
        "latitude": f"{lat:.6f}",
        "longitude": f"{lon:.6f}",
        "geom_wkt": f"POINT ({lon:.6f} {lat:.6f})",
    }


def _made_source(chance: random.Random) -> dict[str, str]:
    if chance.random() < 0.66:
        return {
            "number_of_sources": "-1",
            "source_article": f"R {chance.randrange(1, 29)}/4",
            "source_original": "officials",
        }
    office = chance.choice(OFFICES)
    day = FIRST_DAY + timedelta(days=chance.randrange(DAYS))
    title = f"Report number {chance.randrange(100_000)} of clashes in the region"
    return {
        "number_of_sources": "1",
        "source_article": f'"{office},{day},{title}"',
        "source_office": office,
        "source_date": str(day),
        "source_headline": title,
        "source_original": chance.choice(("police", "officials", "a spokesman")),
    }


def write(path: Path, rows: Iterator[dict[str, str]]) -> int:
    """Write rows as GED writes them; gives how many."""
    number = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, extrasaction="ignore", restval="")
        writer.writeheader()
        for row in rows:
            writer.writerow(row)
            number += 1
    return number


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("number", type=int)
    parser.add_argument("output", type=Path)
    parser.add_argument("--like", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    rows = rows_like(given.like, given.number, given.seed) if given.like else made_rows(given.number, given.seed)
    print(f"{write(given.output, rows)} rows written to {given.output}")


if __name__ == "__main__":
    main()
