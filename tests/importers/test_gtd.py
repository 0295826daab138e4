"""The GTD: whom it names, on what basis, how much of a day or place it knows; names of persons stay out."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook

from geo.errors import InputError
from geo.importers.load import load
from geo.importers.rows import BadRow, Row, Side
from geo.importers.source import open_source
from geo.models import Basis, Cited, CountRange, DateRange
from geo.store.engine import Store
from geo.store.read import read_state
from tests.importers.tabled import written

BASE = {
    "eventid": "202001290001",
    "iyear": "2020",
    "imonth": "1",
    "iday": "29",
    "extended": "0",
    "resolution": "",
    "country_txt": "Pakistan",
    "provstate": "Balochistan",
    "city": "Turbat",
    "latitude": "26.0012",
    "longitude": "63.0485",
    "specificity": "1",
    "vicinity": "0",
    "summary": "Words that may not be passed on.",
    "attacktype1_txt": "Bombing/Explosion",
    "suicide": "0",
    "targtype1_txt": "Police",
    "target1": "Inspector: Somebody",
    "gname": "Baloch Liberation Army (BLA)",
    "guncertain1": "0",
    "gname2": "",
    "claimed": "1",
    "claim2": "",
    "nkill": "3",
    "nkillter": "1",
    "nwound": "",
    "nwoundte": "0",
    "nhostkid": "-99",
    "scite1": '"A headline," An Agency, January 29, 2020.',
}


def gtd_file(folder: Path, *changes: dict[str, str], name: str = "globalterrorismdb_0522dist_2020.csv") -> Path:
    return written(folder / name, [BASE | change for change in changes], list(BASE))


def read_one(folder: Path, **cells: str) -> Row | BadRow:
    (item,) = open_source("gtd", gtd_file(folder, cells)).read()
    assert isinstance(item, Row | BadRow)
    return item


def row(folder: Path, **cells: str) -> Row:
    item = read_one(folder, **cells)
    assert isinstance(item, Row), item
    return item


def test_a_row(tmp_path: Path) -> None:
    found = row(tmp_path)
    assert (found.key, found.event_type) == ("202001290001", "bombing")
    assert found.when == DateRange(date(2020, 1, 29), date(2020, 1, 29), 1)
    assert found.counts == (
        ("killed.total", CountRange.exactly(3)),
        ("killed.militants", CountRange.exactly(1)),
        ("injured.militants", CountRange.exactly(0)),
    )
    assert found.cites == (Cited("source", None, '"A headline," An Agency, January 29, 2020.'),)


@pytest.mark.parametrize(
    ("claimed", "uncertain", "basis"),
    [
        ("1", "0", Basis.CLAIMED_BY_GROUP),
        ("0", "0", Basis.ATTRIBUTED_BY_MEDIA),
        ("-9", "", Basis.ATTRIBUTED_BY_MEDIA),
        ("0", "1", Basis.UNKNOWN),
        ("1", "1", Basis.UNKNOWN),
    ],
)
def test_whom_it_names_and_how_sure_that_is(tmp_path: Path, claimed: str, uncertain: str, basis: Basis) -> None:
    sides = row(tmp_path, claimed=claimed, guncertain1=uncertain).sides
    assert sides[0] == Side("perpetrator", "Baloch Liberation Army (BLA)", basis)


def test_rival_groups_are_kept_and_unknown_is_a_value(tmp_path: Path) -> None:
    sides = row(tmp_path, gname="Unknown", gname2="Lashkar-e-Jhangvi", claim2="0").sides
    assert sides == (
        Side("perpetrator", "unknown", Basis.UNKNOWN),
        Side("perpetrator", "Lashkar-e-Jhangvi", Basis.ATTRIBUTED_BY_MEDIA),
        Side("target", "police"),
    )


@pytest.mark.parametrize(
    ("cells", "first", "last", "prec"),
    [
        ({"iday": "0"}, date(2020, 1, 1), date(2020, 1, 31), 4),
        ({"imonth": "0", "iday": "0"}, date(2020, 1, 1), date(2020, 12, 31), 5),
        ({"extended": "1", "resolution": "2/1/2020"}, date(2020, 1, 29), date(2020, 2, 1), 1),
    ],
)
def test_what_is_known_of_the_day(tmp_path: Path, cells: dict[str, str], first: date, last: date, prec: int) -> None:
    assert row(tmp_path, **cells).when == DateRange(first, last, prec)


@pytest.mark.parametrize(
    ("specificity", "vicinity", "prec"),
    [("1", "0", 1), ("1", "1", 2), ("2", "0", 3), ("3", "1", 3), ("4", "0", 4), ("", "", 6)],
)
def test_precision_by_table(tmp_path: Path, specificity: str, vicinity: str, prec: int) -> None:
    assert row(tmp_path, specificity=specificity, vicinity=vicinity).where.where_prec == prec


def test_a_suicide_attack_and_a_share_of_a_toll(tmp_path: Path) -> None:
    found = row(tmp_path, suicide="1", nkill="2.5")
    assert found.event_type == "suicide_attack"
    assert dict(found.counts)["killed.total"] == CountRange(2, 2, 3)


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ({"eventid": "x"}, "eventid 'x' is no number"),
        ({"iday": "31", "imonth": "2"}, "are no day"),
        ({"attacktype1_txt": "Prank"}, "attacktype1_txt 'Prank' is unknown"),
        ({"nkill": "some"}, "nkill 'some' is no number"),
    ],
)
def test_a_bad_row_says_why(tmp_path: Path, cells: dict[str, str], told: str) -> None:
    found = read_one(tmp_path, **cells)
    assert isinstance(found, BadRow)
    assert told in found.reason


def test_the_workbook_gives_what_the_table_gives(tmp_path: Path) -> None:
    path = gtd_file(tmp_path, {}, {"eventid": "202001290002", "nkill": "0"})
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    with path.open(newline="") as file:
        for cells in csv.reader(file):
            sheet.append([int(cell) if cell.isdecimal() else cell or None for cell in cells])
    book.save(tmp_path / "gtd_2020.xlsx")
    items = list(open_source("gtd", tmp_path / "gtd_2020.xlsx").read())
    assert items == list(open_source("gtd", path).read())


def test_what_is_no_workbook_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "gtd.xlsx"
    path.write_text("no workbook")
    with pytest.raises(InputError, match="is no Excel workbook that can be read"):
        open_source("gtd", path)


def test_imported_it_names_no_person(store: Store, tmp_path: Path) -> None:
    load(store, open_source("gtd", gtd_file(tmp_path, {})), "tester")
    state = read_state(store)
    assert {claim.speaker for claim in state.records.claims} == {"GTD"}
    (perpetrator,) = (claim.value for claim in state.records.claims if claim.field == "perpetrator")
    assert getattr(perpetrator, "actor", None) == "bla"
    (place,) = (claim.value for claim in state.records.claims if claim.field == "place")
    assert getattr(place, "districts", None) == ("Kech",)
    assert "Somebody" not in repr(state.records)
    assert "passed on" not in repr(state.records)
