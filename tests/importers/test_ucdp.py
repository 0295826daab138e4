"""UCDP GED as it is published: what a row says becomes claims of UCDP's, and nobody else's."""

from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path

import pytest

from geo.errors import InputError
from geo.importers.rows import BadRow, Item, Row, Side
from geo.importers.source import Source, open_source
from geo.models import Basis, Cited, CountRange, DateRange
from tests.importers.ged import event, ged_file, text_of
from tools.make_ged import COLUMNS

SHARED = Path(__file__).resolve().parents[3] / "shared" / "eval" / "ucdp"


def rows_of(path: Path) -> list[Item]:
    return list(open_source("ucdp", path).read())


def only(items: list[Item]) -> Row:
    assert len(items) == 1
    assert isinstance(items[0], Row), items[0]
    return items[0]


def read_one(folder: Path, **cells: str) -> Row:
    return only(rows_of(ged_file(folder, event(1, **cells))))


def refused(folder: Path, **cells: str) -> str:
    items = rows_of(ged_file(folder, event(1, **cells)))
    assert isinstance(items[0], BadRow)
    return items[0].reason


# --- what a row says ----------------------------------------------------------------------------------------------


def test_sides_of_a_conflict_are_involved_and_no_culprits(tmp_path: Path) -> None:
    row = read_one(tmp_path)
    assert row.sides == (Side("involved", "Government of Pakistan"), Side("involved", "BLA"))


def test_only_one_sided_violence_names_who_carried_it_out(tmp_path: Path) -> None:
    row = read_one(tmp_path, type_of_violence="3", side_a="LeJ", side_b="Civilians", deaths_a="0", deaths_b="0")
    assert row.sides == (Side("perpetrator", "LeJ", Basis.ATTRIBUTED_BY_OTHERS), Side("target", "Civilians"))


def test_deaths_go_to_the_group_of_the_sides_kind(tmp_path: Path) -> None:
    counts = dict(read_one(tmp_path, deaths_unknown="3", best="18").counts)
    assert counts == {
        "killed.total": CountRange(15, 18, 20),
        "killed.security": CountRange.exactly(4),
        "killed.militants": CountRange.exactly(9),
        "killed.civilians": CountRange.exactly(2),
    }


def test_two_sides_of_one_group_are_added(tmp_path: Path) -> None:
    row = read_one(tmp_path, type_of_violence="2", side_a="Mohajir", side_b="Sindhi", gwnoa="")
    assert dict(row.counts)["killed.militants"] == CountRange.exactly(13)


def test_an_unlisted_side_with_a_states_number_is_a_state(tmp_path: Path) -> None:
    row = read_one(tmp_path, side_b="Government of Nowhere", gwnob="999")
    assert dict(row.counts)["killed.security"] == CountRange.exactly(13)


def test_deaths_that_nobody_assigned_and_zeros_belong_to_no_group(tmp_path: Path) -> None:
    row = read_one(tmp_path, deaths_a="0", deaths_b="0", deaths_civilians="0", deaths_unknown="5", best="5", low="5")
    assert row.counts == (("killed.total", CountRange(5, 5, 20)),)


def test_bounds_that_are_not_in_order_span_a_range_and_are_told(tmp_path: Path) -> None:
    row = read_one(tmp_path, low="16", best="15", high="15")
    assert dict(row.counts)["killed.total"] == CountRange(15, 15, 16)
    assert row.remark is not None


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2024-01-29", "2024-01-31"),
        ("2024-01-29 00:00:00.000", "2024-01-31 00:00:00.000"),
        ("2024-01-29T00:00:00", "2024-01-31T00:00:00"),
        ("1/29/2024", "01/31/2024"),
        ("1/29/2024 12:00:00 AM", "1/31/2024 0:00"),
    ],
)
def test_days_in_every_form_that_ucdp_has_used(tmp_path: Path, start: str, end: str) -> None:
    when = read_one(tmp_path, date_start=start, date_end=end, date_prec="2").when
    assert when == DateRange(date(2024, 1, 29), date(2024, 1, 31), 2)


def test_sources_are_listed_with_no_figure(tmp_path: Path) -> None:
    article = '"Reuters News,2024-01-30,Attack, in a town.";"Dawn,2024-01-31,More on it"'
    row = read_one(tmp_path, source_article=article, source_original="police")
    assert row.cites == (
        Cited("source", "Reuters News", "Attack, in a town.", date(2024, 1, 30)),
        Cited("source", "Dawn", "More on it", date(2024, 1, 31)),
        Cited("original", "police"),
    )


def test_an_older_rows_source_stands_as_it_was_written(tmp_path: Path) -> None:
    assert read_one(tmp_path, source_article="R 4/10 1990").cites == (Cited("source", None, "R 4/10 1990"),)


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ({"type_of_violence": "4"}, "type_of_violence '4' is unknown; known: 1, 2, 3"),
        ({"where_prec": "9"}, "where_prec '9' is unknown"),
        ({"date_prec": ""}, "date_prec '' is unknown"),
        ({"date_start": "someday"}, "date_start 'someday' is no day"),
        ({"date_end": "2023-01-01"}, "lies before"),
        ({"latitude": "129.9"}, "latitude '129.9' must lie between"),
        ({"best": "many"}, "best 'many' is no whole number"),
        ({"deaths_unknown": "-1"}, "deaths_unknown '-1' is no whole number"),
        ({"id": ""}, "id '' is no number"),
    ],
)
def test_a_bad_cell_is_named(tmp_path: Path, cells: dict[str, str], told: str) -> None:
    assert told in refused(tmp_path, **cells)


# --- how a file may be written ------------------------------------------------------------------------------------


def test_the_row_of_tags_below_the_header_is_no_event(tmp_path: Path) -> None:
    tags = dict.fromkeys(COLUMNS, "") | {"year": "#date+year", "latitude": "#geo+lat"}
    assert only(rows_of(ged_file(tmp_path, tags, event(7)))).key == "7"


def test_older_names_of_columns(tmp_path: Path) -> None:
    older = {"best": "best_est", "high": "high_est", "low": "low_est", "type_of_violence": "type_of_vi"}
    older |= {"where_coordinates": "where_coor", "deaths_civilians": "deaths_civ", "source_article": "SOURCE_ART"}
    columns = [older.get(name, name) for name in COLUMNS if name not in ("source_office", "source_headline")]
    row = {older.get(name, name): cell for name, cell in event(5, source_article="AP 4/11").items()}
    path = tmp_path / "ged50.csv"
    path.write_text(text_of([row], columns), encoding="utf-8")
    read = only(rows_of(path))
    assert (read.key, dict(read.counts)["killed.total"]) == ("5", CountRange(15, 15, 20))
    assert read.cites == (Cited("source", None, "AP 4/11"),)


@pytest.mark.parametrize(
    ("encoding", "delimiter"), [("utf-8-sig", ","), ("utf-16", ";"), ("cp1252", "\t"), ("utf-8", "|")]
)
def test_encodings_and_delimiters(tmp_path: Path, encoding: str, delimiter: str) -> None:
    path = tmp_path / "ged.csv"
    path.write_bytes(text_of([event(1, where_description="Café")], delimiter=delimiter).encode(encoding))
    assert only(rows_of(path)).where.note == "UCDP: Café"


def test_a_zip_with_one_table(tmp_path: Path) -> None:
    path = tmp_path / "ged251-csv.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("GEDEvent_v25_1.csv", text_of([event(3)]))
        archive.writestr("__MACOSX/._GEDEvent_v25_1.csv", b"\0")
    source = open_source("ucdp", path)
    assert (only(list(source.read())).key, source.release, source.dataset.id) == ("3", "25.1", "ucdp")


def with_extra(folder: Path, at: int, cell: str) -> Row:
    """A row with one more cell, put in without quotation marks."""
    header, line = text_of([event(1, source_article="AP 4/11", where_description="north of it")]).splitlines()
    cells = line.split(",")
    path = folder / "ged.csv"
    path.write_text("\n".join([header, ",".join([*cells[:at], cell, *cells[at:]])]), encoding="utf-8")
    return only(rows_of(path))


def test_one_cell_too_many_at_the_end(tmp_path: Path) -> None:
    assert with_extra(tmp_path, len(COLUMNS), "").when == DateRange.on(date(2024, 1, 29))


def test_one_cell_too_many_by_a_comma_in_a_text(tmp_path: Path) -> None:
    row = with_extra(tmp_path, COLUMNS.index("source_article") + 1, " page 2")
    assert row.cites[0].title == "AP 4/11, page 2"
    assert dict(row.counts)["killed.total"] == CountRange(15, 15, 20)


def test_one_cell_too_many_in_the_words_on_the_place(tmp_path: Path) -> None:
    row = with_extra(tmp_path, COLUMNS.index("where_description") + 1, " by the road")
    assert row.where.note == "UCDP: north of it, by the road"
    assert row.where.admin1 == "Balochistan province"


def test_a_row_that_is_too_short_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "ged.csv"
    path.write_text(text_of([event(1)]) + "2,PAK,2024\n" + text_of([event(3)]).splitlines()[1], encoding="utf-8")
    items = rows_of(path)
    assert [type(item) for item in items] == [Row, BadRow, Row]
    assert str(items[1]) == f"line 3: has 3 cells, the header has {len(COLUMNS)}"


@pytest.mark.parametrize(
    ("name", "release", "dataset"),
    [
        ("GEDEvent_v25_1.csv", "25.1", "ucdp"),
        ("ged251.csv", "25.1", "ucdp"),
        ("GEDEvent_v25_0_10.csv", "25.0.10", "ucdp-candidate"),
        ("GEDEvent_pakistan.csv", "unstated", "ucdp"),
    ],
)
def test_the_release_is_that_of_the_files_name(tmp_path: Path, name: str, release: str, dataset: str) -> None:
    source = open_source("ucdp", ged_file(tmp_path, event(1), name=name))
    assert (source.release, source.dataset.id) == (release, dataset)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is empty"),
        (b"a,b,c\n1,2,3\n", "is no UCDP GED file: column id,"),
        (b"%PDF-1.7\n\x00\x01", "is no UCDP GED file"),
        (b"PK\x05\x06" + b"\0" * 18, "must hold one .csv file"),
    ],
)
def test_a_wrong_file_is_one_clear_line(tmp_path: Path, content: bytes, told: str) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(content)
    with pytest.raises(InputError, match=told) as error:
        open_source("ucdp", path)
    assert "\n" not in str(error.value)
    assert str(path) in str(error.value)


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        open_source("ucdp", tmp_path / "none.csv")


def test_a_quotation_mark_left_open_loses_only_what_it_swallows(tmp_path: Path) -> None:
    path = tmp_path / "ged.csv"
    lines = text_of([event(1), event(2)]).splitlines()
    broken = lines[1].replace("Machh town", '"Machh town')
    path.write_text("\n".join([lines[0], broken, "x" * 200_000, lines[2]]), encoding="utf-8")
    items = rows_of(path)
    assert any(isinstance(item, BadRow) for item in items)


@pytest.mark.skipif(not SHARED.exists(), reason="the UCDP file isn't part of the project")
def test_every_row_of_ged_pakistan_can_be_used() -> None:
    items = rows_of(SHARED / "GEDEvent_pakistan.csv")
    assert len(items) == 6416
    assert [item for item in items if isinstance(item, BadRow)] == []


@pytest.mark.skipif(not SHARED.exists(), reason="the UCDP file isn't part of the project")
def test_the_row_of_tags_of_the_humanitarian_data_exchange() -> None:
    source: Source = open_source("ucdp", SHARED / "GEDEvent_pakistan_hxl_sample.csv")
    items = list(source.read())
    assert items
    assert all(isinstance(item, Row) for item in items)
