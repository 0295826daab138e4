"""The geocoder against another data set's reading of places: UCDP GED (CC BY 4.0), `where_coordinates` -> `adm_2`."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from geo.districts import load_districts
from geo.geocode import geocode

UCDP = Path(__file__).resolve().parents[2] / "shared" / "eval" / "ucdp" / "GEDEvent_pakistan.csv"
LEAST_RIGHT = 0.97
MOST_WRONG = 0.01


def ancestors(name: str) -> set[str]:
    """A district and all that it was once a part of."""
    table, found, todo = load_districts(), {name}, [name]
    while todo:
        parents = set(table.parents_of(todo.pop())) - found
        found |= parents
        todo += parents
    return found


def outcome(row: dict[str, str]) -> str:
    """right, wrong or unknown; the parent of a district that was split off later is right for an older event."""
    stated = load_districts().find(row["adm_2"].removesuffix(" district").removesuffix(" Distrcit"))
    assert stated is not None, row["adm_2"]
    found = geocode(row["where_coordinates"])
    if not found.districts:
        return "unknown"
    return "right" if found.district and stated.name in ancestors(found.district) else "wrong"


@pytest.mark.parametrize(
    ("where", "district"),
    [
        ("Ab-i-Gum Area", "Kachhi"),
        ("Ispelinji area", "Mastung"),
        ("Khad Koocha village", "Mastung"),
        ("Machh town", "Kachhi"),
        ("Nok Kundi town", "Chagai"),
        ("Parom Area", "Panjgur"),
        ("Pir Koh airfield", "Dera Bugti"),
        ("Jebri town", "Awaran"),
        ("Bambore hills", "Kohlu"),
        ("Dera Allah Yar town", "Jaffarabad"),
        ("Uch Power Plant", "Nasirabad"),
        ("Musa Khel district", "Musakhel"),
        ("Bolan district", "Kachhi"),
    ],
)
def test_names_as_ucdp_writes_them(where: str, district: str) -> None:
    assert geocode(where).district == district


@pytest.mark.skipif(not UCDP.exists(), reason="the UCDP file isn't part of the project")
def test_nearly_all_of_ucdp_in_the_right_district_and_hardly_any_in_a_wrong_one() -> None:
    with UCDP.open(encoding="utf-8", newline="") as file:
        rows = [
            row
            for row in csv.DictReader(file)
            if row["adm_1"].startswith("Balochistan") and row["where_prec"] in "123" and row["adm_2"]
        ]
    counts = Counter(outcome(row) for row in rows)
    assert len(rows) > 600
    assert counts["right"] >= LEAST_RIGHT * len(rows), counts
    assert counts["wrong"] <= MOST_WRONG * len(rows), counts
