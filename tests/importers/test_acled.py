"""ACLED as it is exported: sides are no culprits, its toll has no groups, its notes are not taken over."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from geo.errors import InputError
from geo.importers.load import load
from geo.importers.rows import BadRow, Row, Side
from geo.importers.source import open_source
from geo.models import Cited, CountRange, DateRange
from geo.store.engine import Store
from geo.store.read import read_state
from tests.importers.tabled import written

BASE = {
    "event_id_cnty": "PAK1",
    "event_date": "2025-01-31",
    "year": "2025",
    "time_precision": "1",
    "event_type": "Battles",
    "sub_event_type": "Armed clash",
    "actor1": "BLA: Baloch Liberation Army",
    "assoc_actor_1": "",
    "actor2": "Military Forces of Pakistan (2024-)",
    "assoc_actor_2": "",
    "country": "Pakistan",
    "admin1": "Balochistan",
    "admin2": "Kech",
    "location": "Turbat",
    "latitude": "26.0012",
    "longitude": "63.0485",
    "geo_precision": "1",
    "source": "Dawn (Pakistan); Balochistan Post",
    "notes": "Words that may not be passed on.",
    "fatalities": "3",
    "timestamp": "1738630000",
}


def acled_file(folder: Path, *changes: dict[str, str], name: str = "acled.csv") -> Path:
    return written(folder / name, [BASE | change for change in changes], list(BASE))


def read_one(folder: Path, **cells: str) -> Row | BadRow:
    (item,) = open_source("acled", acled_file(folder, cells)).read()
    assert isinstance(item, Row | BadRow)
    return item


def row(folder: Path, **cells: str) -> Row:
    item = read_one(folder, **cells)
    assert isinstance(item, Row), item
    return item


def test_a_row(tmp_path: Path) -> None:
    found = row(tmp_path)
    assert (found.key, found.event_type) == ("PAK1", "armed_clash")
    assert found.when == DateRange(date(2025, 1, 31), date(2025, 1, 31), 1)
    assert found.counts == (("killed.total", CountRange.exactly(3)),)
    assert found.cites == (Cited("source", "Dawn (Pakistan)"), Cited("source", "Balochistan Post"))
    assert (found.where.text, found.where.admin2, found.where.where_prec) == ("Turbat", "Kech", 1)


def test_both_actors_are_involved_and_neither_did_it(tmp_path: Path) -> None:
    found = row(tmp_path, assoc_actor_1="Civilians (Pakistan); BLF: Balochistan Liberation Front")
    assert found.sides == (
        Side("involved", "BLA"),
        Side("involved", "Pakistan military"),
        Side("involved", "civilians"),
        Side("involved", "BLF"),
    )


@pytest.mark.parametrize(
    ("kind", "sub", "event_type"),
    [
        ("Explosions/Remote violence", "Suicide bomb", "suicide_attack"),
        ("Explosions/Remote violence", "Remote explosive/landmine/IED", "bombing"),
        ("Violence against civilians", "Abduction/forced disappearance", "abduction"),
        ("Strategic developments", "Arrests", "arrest"),
        ("Protests", "Peaceful protest", "other"),
        ("Battle-Non-state actor overtakes territory", "", "takeover"),
    ],
)
def test_kinds_become_ours_by_table(tmp_path: Path, kind: str, sub: str, event_type: str) -> None:
    assert row(tmp_path, event_type=kind, sub_event_type=sub).event_type == event_type


@pytest.mark.parametrize(
    ("cell", "precision", "first", "last", "prec"),
    [
        ("31 January 2025", "1", date(2025, 1, 31), date(2025, 1, 31), 1),
        ("31-Jan-2025", "1", date(2025, 1, 31), date(2025, 1, 31), 1),
        ("2025-01-15", "2", date(2025, 1, 12), date(2025, 1, 18), 3),
        ("2024-02-15", "3", date(2024, 2, 1), date(2024, 2, 29), 4),
    ],
)
def test_a_day_stands_for_its_week_or_month(
    tmp_path: Path, cell: str, precision: str, first: date, last: date, prec: int
) -> None:
    assert row(tmp_path, event_date=cell, time_precision=precision).when == DateRange(first, last, prec)


@pytest.mark.parametrize(("code", "prec"), [("1", 1), ("2", 2), ("3", 4)])
def test_precision_by_table(tmp_path: Path, code: str, prec: int) -> None:
    assert row(tmp_path, geo_precision=code).where.where_prec == prec


def test_nobody_is_named_an_unidentified_groups_own_name(tmp_path: Path) -> None:
    found = row(tmp_path, actor1="Unidentified Armed Group (Pakistan)", actor2="Rioters (Pakistan)")
    assert [side.name for side in found.sides] == ["unknown", "mob"]


def test_no_reported_number_is_no_claim(tmp_path: Path) -> None:
    assert row(tmp_path, fatalities="0").counts == ()


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ({"event_id_cnty": " "}, "event_id_cnty is empty"),
        ({"event_date": "soon"}, "event_date 'soon' is no day"),
        ({"event_type": "Weather", "sub_event_type": ""}, "event_type 'Weather' is unknown"),
        ({"fatalities": "many"}, "fatalities 'many' is no whole number"),
        ({"latitude": "260"}, "latitude '260' must lie between"),
    ],
)
def test_a_bad_row_says_why(tmp_path: Path, cells: dict[str, str], told: str) -> None:
    found = read_one(tmp_path, **cells)
    assert isinstance(found, BadRow)
    assert told in found.reason


def test_another_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    path.write_text("a,b\n1,2\n")
    with pytest.raises(InputError, match="is no ACLED export: column event_id_cnty, event_date"):
        open_source("acled", path)


def test_the_answer_of_the_web_service_and_older_column_names_give_the_same_rows(tmp_path: Path) -> None:
    path = acled_file(tmp_path, {}, {"event_id_cnty": "PAK2", "fatalities": "0"})
    wanted = [
        (item.key, item.counts, item.sides) for item in open_source("acled", path).read() if isinstance(item, Row)
    ]
    answer = tmp_path / "answer.json"
    rows = [BASE | {"fatalities": 3}, BASE | {"event_id_cnty": "PAK2", "fatalities": 0}]
    answer.write_text(json.dumps({"status": 200, "data": rows}))
    older = tmp_path / "older.csv"
    older.write_text(path.read_text().replace("event_id_cnty", "EVENT_ID_CNTY").replace("assoc_actor", "ALLY_ACTOR"))
    for other in (answer, older):
        items = [item for item in open_source("acled", other).read() if isinstance(item, Row)]
        assert [(item.key, item.counts, item.sides) for item in items] == wanted


def test_the_newest_row_is_the_release(tmp_path: Path) -> None:
    path = acled_file(tmp_path, {"timestamp": "1738630000"}, {"timestamp": "1700000000"})
    assert open_source("acled", path).release == "2025-02-04"


def test_imported_it_is_acleds_word_in_its_district_and_its_notes_stay_out(store: Store, tmp_path: Path) -> None:
    load(store, open_source("acled", acled_file(tmp_path, {})), "tester")
    state = read_state(store)
    assert {claim.speaker for claim in state.records.claims} == {"ACLED"}
    (place,) = (claim.value for claim in state.records.claims if claim.field == "place")
    assert getattr(place, "districts", None) == ("Kech",)
    assert "perpetrator" not in {claim.field for claim in state.records.claims}
    assert "passed on" not in repr(state.records)
