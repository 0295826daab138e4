"""Anybody's table by a mapping: what cells become, which rows are bad and why, and that doing it again adds nothing."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from geo.cli.import_ import command
from geo.errors import InputError
from geo.importers.days import order_of, read_days, with_precision
from geo.importers.load import load
from geo.importers.mapped import open_source, source_of
from geo.importers.mapping import Field, TableMapping, checked, parse_mapping
from geo.importers.named import open_any
from geo.importers.propose import propose
from geo.importers.rows import BadRow, Row, Side
from geo.models import Basis, Cited, CountRange, DateRange
from geo.store.engine import Store, open_store
from geo.store.read import counts, read_state
from tests.importers.tabled import BASE, DATASET, FIELDS, items, reason, row, table_file

DAY = date(2025, 11, 4)


def test_a_row(tmp_path: Path) -> None:
    found = row(tmp_path)
    assert (found.key, found.line, found.event_type) == ("7", 2, "armed_attack")
    assert found.when == DateRange.on(DAY)
    assert (found.where.text, found.where.admin2, found.where.country) == ("Mangochar", "Kalat", "Pakistan")
    assert (found.where.where_prec, found.where.lat) == (None, None)
    assert found.counts == (("killed.total", CountRange.exactly(2)),)
    assert found.sides == (Side("involved", "BLA"),)
    assert found.cites == (Cited("source", "Dawn"), Cited("source", "The Balochistan Post"))


@pytest.mark.parametrize(
    ("cell", "form", "wanted"),
    [
        ("2025-11-04", None, DateRange.on(DAY)),
        ("2025-11-04 13:05:00", None, DateRange.on(DAY)),
        ("2025-11-04T13:05:00Z", None, DateRange.on(DAY)),
        ("20251104", None, DateRange.on(DAY)),
        ("4 Nov 2025", None, DateRange.on(DAY)),
        ("Tuesday, November 4th, 2025", None, DateRange.on(DAY)),
        ("04-Nov-25", None, DateRange.on(DAY)),
        ("04/11/2025", "day first", DateRange.on(DAY)),
        ("4.11.25", "day first", DateRange.on(DAY)),
        ("11/04/2025", "month first", DateRange.on(DAY)),
        ("25/11/04", "year first", DateRange.on(DAY)),
        ("04.11.2025", "%d.%m.%Y", DateRange.on(DAY)),
        ("24/11/2025", None, DateRange.on(date(2025, 11, 24))),  # can be nothing else
        ("11/11/2025", None, DateRange.on(date(2025, 11, 11))),
        ("Nov 2025", None, DateRange(date(2025, 11, 1), date(2025, 11, 30), 4)),
        ("2025-11", None, DateRange(date(2025, 11, 1), date(2025, 11, 30), 4)),
        ("2025", None, DateRange(date(2025, 1, 1), date(2025, 12, 31), 5)),
    ],
)
def test_days(cell: str, form: str | None, wanted: DateRange) -> None:
    assert read_days("Date", cell, form) == wanted


@pytest.mark.parametrize(
    ("cell", "form", "told"),
    [
        ("01/02/2025", None, "Date '01/02/2025' may be read in two ways; state its format: 'day first' or"),
        ("01/02/25", None, "may be read in several ways"),
        ("31/02/2025", "day first", "is no day with the day first; write 2025-11-04"),
        ("24/11/2025", "month first", "is no day with the month first"),
        ("45965", None, "is no day"),
        ("soon", None, "is no day"),
        ("4 Nov 2999", None, "is no day"),
        ("4-11-2025", "%d.%m.%Y", "is no day; like 04.11.2025"),
        ("99999999999999999999", None, "is no day"),
    ],
)
def test_what_is_no_day_or_may_be_two(cell: str, form: str | None, told: str) -> None:
    with pytest.raises(InputError) as error:
        read_days("Date", cell, form)
    assert told in str(error.value)


@pytest.mark.parametrize(
    ("cells", "possible", "needed"),
    [
        (["01/02/2025", "13/02/2025"], ("day first",), True),
        (["01/02/2025", "02/13/2025"], ("month first",), True),
        (["01/02/2025", "03/04/2025"], ("day first", "month first"), True),
        (["13/02/2025", "02/13/2025"], (), True),
        (["2025-02-01", "4 Nov 2025", "11/11/2025"], ("day first", "month first", "year first"), False),
        (["32/01/02", "01/02/03"], ("year first",), True),
        (["no day", ""], ("day first", "month first", "year first"), False),
    ],
)
def test_the_order_is_proved_by_cells_never_guessed(cells: list[str], possible: tuple[str, ...], needed: bool) -> None:
    for order in (order_of(cells), order_of(list(reversed(cells)))):
        assert (order.possible, order.needed) == (possible, needed)


@pytest.mark.parametrize(
    ("prec", "first", "last"),
    [
        (0, None, None),
        (1, DAY, DAY),
        (3, date(2025, 11, 1), date(2025, 11, 7)),
        (4, date(2025, 11, 1), date(2025, 11, 30)),
        (5, date(2025, 1, 1), date(2025, 12, 31)),
    ],
)
def test_a_coded_day_stands_for_the_days_of_its_precision(prec: int, first: date | None, last: date | None) -> None:
    assert with_precision(DateRange.on(DAY), prec) == DateRange(first, last, prec)


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        ("0", CountRange.exactly(0)),
        ("1,200", CountRange.exactly(1200)),
        ("4.0", CountRange.exactly(4)),
        ("3-5", CountRange(3, None, 5)),
        ("10+", CountRange(10, 10, None)),
        ("at least 10", CountRange(10, 10, None)),
    ],
)
def test_figures(tmp_path: Path, cell: str, wanted: CountRange) -> None:
    assert dict(row(tmp_path, Killed=cell).counts)["killed.total"] == wanted


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ({"Date": "31/02/2025"}, "Date '31/02/2025' is no day with the day first; write 2025-11-04 or 4 Nov 2025"),
        ({"Type": "Prank"}, "Type 'Prank' is unknown as event_type; known: Firing, Bomb blast"),
        ({"Killed": "some"}, "Killed 'some' is no whole number"),
        ({"Killed": "-1"}, "Killed '-1' is no whole number"),
        ({"Killed": "5-3"}, "Killed '5-3' begins above its end"),
        ({"ID": " "}, "ID is empty, but holds the rows' ids"),
        ({"Location": "x" * 1001}, "Location is longer than 1000 characters"),
    ],
)
def test_a_bad_row_says_why(tmp_path: Path, cells: dict[str, str], told: str) -> None:
    assert reason(tmp_path, **cells) == told


def test_nothing_known_is_no_fault(tmp_path: Path) -> None:
    (found,) = items(
        tmp_path, {"Date": "n/a", "Type": "", "Killed": "-99", "Group": "N/A"}, missing="missing: [N/A, -99]\n"
    )
    assert isinstance(found, Row)
    assert (found.when, found.event_type, found.counts, found.sides) == (DateRange.unknown(), None, (), ())


def test_other_kinds_where_the_mapping_says_so(tmp_path: Path) -> None:
    fields = FIELDS.replace("bombing}}", "bombing}, else: other}")
    assert row(tmp_path, fields, Type="Prank").event_type == "other"
    assert row(tmp_path, fields, Type="bomb  BLAST").event_type == "bombing"


@pytest.mark.parametrize(
    ("basis", "cells", "side"),
    [
        ("basis: {value: attributed_by_media}", {}, Side("perpetrator", "BLA", Basis.ATTRIBUTED_BY_MEDIA)),
        (
            "basis: {column: Said, codes: {'yes': claimed_by_group}}",
            {"Said": "yes"},
            Side("perpetrator", "BLA", Basis.CLAIMED_BY_GROUP),
        ),
        (
            "basis: {column: Said, codes: {'yes': claimed_by_group}}",
            {"Said": ""},
            Side("perpetrator", "BLA", Basis.UNKNOWN),
        ),
        ("basis: {value: attributed_by_media}", {"Group": "Unknown"}, Side("perpetrator", "unknown", Basis.UNKNOWN)),
    ],
)
def test_a_culprit_only_on_the_word_that_the_mapping_names(
    tmp_path: Path, basis: str, cells: dict[str, str], side: Side
) -> None:
    fields = FIELDS.replace("involved: Group", f"perpetrator: Group\n  {basis}")
    assert row(tmp_path, fields, **cells).sides == (side,)


def test_bounds_and_several_columns(tmp_path: Path) -> None:
    fields = FIELDS.replace(
        "involved: Group", "involved: [Group, Other]\n  killed.total.low: Low\n  killed.total.high: High"
    )
    found = row(tmp_path, fields, Low="1", High="9", Other="Frontier Corps")
    assert dict(found.counts)["killed.total"] == CountRange(1, 2, 9)
    assert [side.name for side in found.sides] == ["BLA", "Frontier Corps"]
    assert "needs 0 <= low <= best <= high" in reason(tmp_path, fields, Low="3", High="9", Other="")


def test_coordinates_alone_and_half_a_point(tmp_path: Path) -> None:
    fields = FIELDS + "  latitude: Lat\n  longitude: Lon\n  where_prec: Prec\n"
    found = row(tmp_path, fields, Lat="29.3", Lon="66.5", Prec="1")
    assert (found.where.lat, found.where.lon, found.where.where_prec) == (29.3, 66.5, 1)
    assert reason(tmp_path, fields, Lat="29.3", Lon="", Prec="") == "Lon is empty, and a point needs both"
    assert reason(tmp_path, fields, Lat="129.3", Lon="1", Prec="") == "Lat '129.3' must lie between -90 and 90"
    assert "unknown as where_prec; known: 1, 2" in reason(tmp_path, fields, Lat="1", Lon="1", Prec="8")


def test_year_month_and_day_that_stand_apart(tmp_path: Path) -> None:
    fields = FIELDS.replace("date: {column: Date, format: day first}", "year: Y\n  month: M\n  day: D")
    assert row(tmp_path, fields, Y="2025", M="Nov", D="4").when == DateRange.on(DAY)
    assert row(tmp_path, fields, Y="2025", M="11", D="0").when.prec == 4
    assert row(tmp_path, fields, Y="2025", M="", D="").when.prec == 5
    assert "are no day" in reason(tmp_path, fields, Y="2025", M="13", D="1")


def test_an_address_that_is_none_is_left_out_and_told(tmp_path: Path) -> None:
    fields = FIELDS + "  url: Link\n"
    assert row(tmp_path, fields, Link="https://example.org/1").url == "https://example.org/1"
    found = row(tmp_path, fields, Link="javascript:alert(1)")
    assert (found.url, found.remark) == (None, "what stands for its address is none, and was left out")


def test_without_ids_a_row_is_known_by_all_its_cells(tmp_path: Path) -> None:
    fields = FIELDS.replace("  id: ID\n", "")
    keys = [
        found.key
        for found in items(tmp_path, {}, {}, {"Killed": "3"}, {"Injured": "2"}, fields=fields)
        if isinstance(found, Row)
    ]
    assert keys[0] == keys[1]
    assert len(set(keys)) == 3


def written_as(folder: Path, ending: str) -> Path:
    """The same three rows in another kind of file."""
    rows = [BASE, BASE | {"ID": "8", "Killed": "0"}, BASE | {"ID": "9", "Location": "Turbat", "District": "Kech"}]
    path = folder / f"table.{ending}"
    if ending == "json":
        path.write_text(
            json.dumps([row | {"Killed": int(row["Killed"]), "Source": row["Source"].split("; ")} for row in rows])
        )
    elif ending == "xlsx":
        book = Workbook()
        sheet = book.active
        assert sheet is not None
        sheet.append(list(BASE))
        for one in rows:
            sheet.append([int(cell) if cell.isdecimal() else cell or None for cell in one.values()])
        book.save(path)
    else:
        mark = {"csv": ",", "tsv": "\t"}[ending]
        path.write_text("\n".join(mark.join(cells) for cells in (BASE, *(one.values() for one in rows))))
    return path


@pytest.mark.parametrize("ending", ["tsv", "xlsx", "json"])
def test_every_kind_of_file_gives_the_same_rows(tmp_path: Path, ending: str) -> None:
    mapping = parse_mapping(DATASET + FIELDS)
    found, wanted = (
        [
            (item.key, item.when, item.where, item.counts, item.cites)
            for item in source_of(path, mapping).read()
            if isinstance(item, Row)
        ]
        for path in (written_as(tmp_path, ending), written_as(tmp_path, "csv"))
    )
    assert len(found) == 3
    assert found == wanted


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("table.ods", b"x", "sheets of this kind are not read; save it as .xlsx or .csv"),
        ("table.csv", b"", "is empty"),
        ("table.csv", b" , ,\n1,2,3\n", "has no header"),
        ("table.json", b"{}", "holds no list of rows"),
        ("table.xlsx", b"x", "is no Excel workbook"),
        ("table.csv", b"A,B\n1,2\n", "column 'ID' is not in table.csv; it has A, B"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_line(tmp_path: Path, name: str, content: bytes, told: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError) as error:
        source_of(tmp_path / name, parse_mapping(DATASET + FIELDS))
    assert told in str(error.value)
    assert "\n" not in str(error.value)


def test_stored_it_is_the_data_sets_word_and_twice_is_once(store: Store, tmp_path: Path) -> None:
    source = source_of(
        table_file(tmp_path, {}, {"ID": "8", "Location": "Turbat", "District": "Kech"}), parse_mapping(DATASET + FIELDS)
    )
    first = load(store, source, "tester")
    before = counts(store)
    again = load(store, source, "tester")
    assert (first.counts["new"], again.counts["unchanged"], again.change) == (2, 2, None)
    assert counts(store) == before
    records = read_state(store).records
    assert {claim.speaker for claim in records.claims} == {"Test Table"}
    assert not [claim for claim in records.claims if claim.field == "perpetrator"]
    places = {claim.value.districts: claim.value.where_prec for claim in records.claims if claim.field == "place"}  # type: ignore[union-attr]
    assert places.keys() == {("Kalat",), ("Kech",)}


def test_a_newer_release_takes_the_place_of_the_older(store: Store, tmp_path: Path) -> None:
    text = DATASET.replace("}", ", releases: whole, release: '{}'}}") + FIELDS.replace("{", "{{").replace("}", "}}")
    old, new = (parse_mapping(text.replace("{name", "{{name", 1).format(release)) for release in ("1", "2"))
    load(store, source_of(table_file(tmp_path, {"ID": "1"}, {"ID": "2"}), old), "tester")
    loaded = load(store, source_of(table_file(tmp_path, {"ID": "2"}, {"ID": "3"}), new), "tester")
    assert (loaded.counts["new"], loaded.counts["unchanged"], loaded.counts["withdrawn"]) == (1, 1, 1)
    with pytest.raises(InputError, match="holds the newer 2"):
        load(store, source_of(tmp_path / "table.csv", old), "tester")


def test_the_command_proposes_then_imports(tmp_path: Path) -> None:
    path = table_file(tmp_path, {}, {"ID": "8", "Date": "24/11/2025"}, {"ID": "9", "Killed": "some"})
    run = CliRunner()
    proposed = run.invoke(command, ["csv", str(path), "--propose"])
    assert proposed.exit_code == 0
    assert "to do: perpetrator: Group is taken for sides" in proposed.stderr
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text(proposed.stdout, encoding="utf-8")
    options = [str(path), "--mapping", str(mapping), "--db", f"sqlite:///{tmp_path / 's.sqlite'}"]
    done = run.invoke(command, ["csv", *options, "--strict"])
    assert "left out: table.csv, line 4: Killed 'some' is no whole number" in done.stderr
    assert "table: 2 new" in done.stderr
    assert "may not be passed on" in done.stderr
    assert done.exit_code == 1
    with pytest.raises(InputError, match="--mapping FILE says what its columns mean"):
        open_source(path)


TEXTS = st.text(st.characters(codec="utf-8"), max_size=12)
CELLS = st.one_of(
    TEXTS,
    st.sampled_from(["", "1", "-99", "01/02/2025", "2025-11-04", "Kalat", "66.5", "BLA;FC", "n/a", "3-5", "Bombing"]),
)
HEADERS = st.lists(
    st.one_of(
        TEXTS,
        st.sampled_from(["id", "Date", "place", "District", "lat", "lon", "type", "killed", "group", "source", "url"]),
    ),
    min_size=1,
    max_size=7,
)


def everything(columns: list[str]) -> TableMapping:
    """A mapping that asks most of any columns."""
    names = ("date", "place", "latitude", "longitude", "event_type", "killed.total", "date_prec", "where_prec", "url")
    fields = {name: Field((columns[number % len(columns)],)) for number, name in enumerate(names)}
    fields |= {"source": Field(tuple(columns), split=";"), "involved": Field(tuple(columns))}
    return checked(TableMapping(parse_mapping(DATASET + FIELDS).dataset, fields))


@settings(max_examples=150, deadline=None)
@given(HEADERS, st.lists(st.lists(CELLS, max_size=8), max_size=6))
def test_any_table_of_text_gives_rows_or_bad_rows(header: list[str], lines: list[list[str]]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            file.writelines(
                ",".join('"' + cell.replace('"', '""') + '"' for cell in line) + "\r\n" for line in (header, *lines)
            )
        try:
            table = open_any(path)
            proposed = propose(table).mapping
        except InputError:
            return
        for mapping in (everything(list(table.places)), proposed):
            for item in source_of(path, mapping).read():
                assert isinstance(item, (Row, BadRow))


@settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.fixed_dictionaries({"Date": CELLS, "Killed": CELLS, "Location": CELLS, "Type": CELLS}),
        min_size=1,
        max_size=6,
    )
)
def test_whatever_rows_come_twice_is_once(rows: list[dict[str, str]]) -> None:
    mapping = parse_mapping(DATASET + FIELDS.replace("  id: ID\n", "").replace("bombing}}", "bombing}, else: other}"))
    with TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{folder}/s.sqlite")
        try:
            source = source_of(table_file(Path(folder), BASE, *rows), mapping)
            load(store, source, "tester")
            before = read_state(store).records
            again = load(store, source, "tester")
            assert again.change is None
            assert read_state(store).records == before
        finally:
            store.close()
