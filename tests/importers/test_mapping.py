"""Mapping files: what may stand in them, faults by file, line and value, and the proposal that a table suggests."""

from __future__ import annotations

from pathlib import Path

import pytest

from geo.errors import DataFileError, InputError
from geo.importers.mapping import Field, load_mapping, parse_mapping
from geo.importers.mapping_text import mapping_text
from geo.importers.named import open_any
from geo.importers.propose import kind_of, propose
from tests.importers.tabled import BASE, DATASET, FIELDS, table_file

WHOLE = """\
dataset:
  id: my-table
  name: My Table
  speaker: Some Institute
  licence: CC BY 4.0
  licence_text: https://creativecommons.org/licenses/by/4.0/
  citation: Some Institute (2025)
  redistribute: yes
  releases: whole
  url: https://example.org/
  release: 2025-11
missing: [NA, -99, no]
fields:
  id: ID
  date: {column: Date, format: "%d.%m.%Y"}
  place: Location
  country: {value: Pakistan}
  where_prec: {column: Prec, codes: {01: 1, no: 3}}
  event_type: {column: Type, codes: {Firing: armed_attack}, else: other}
  perpetrator: {column: [Group, Group 2], split: ;}
  basis: {value: attributed_by_media}
  source: Source
"""


def test_what_a_file_says(tmp_path: Path) -> None:
    path = tmp_path / "mapping.yaml"
    path.write_text(WHOLE, encoding="utf-8")
    found = load_mapping(path)
    assert (found.dataset.id, found.dataset.redistribute, found.dataset.whole) == ("my-table", True, True)
    assert (found.release, found.missing) == ("2025-11", {"NA", "-99", "no"})
    assert found.fields["where_prec"] == Field(
        ("Prec",), codes={"01": "1", "no": "3"}
    )  # as written: no number, no truth
    assert found.fields["perpetrator"] == Field(("Group", "Group 2"), split=";")
    assert found.fields["event_type"].otherwise == "other"


def test_what_is_not_said_is_careful() -> None:
    dataset = parse_mapping(DATASET + FIELDS).dataset
    assert (dataset.id, dataset.speaker, dataset.licence) == ("test-table", "Test Table", "not stated")
    assert (dataset.redistribute, dataset.whole) == (False, False)


def test_written_and_read_again_it_is_the_same() -> None:
    for text in (WHOLE, DATASET + FIELDS):
        mapping = parse_mapping(text)
        assert parse_mapping(mapping_text(mapping, ["a remark\nof two lines: #"])) == mapping


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("  id: my-table", "  id: My Table", "m.yaml:2: id 'My Table' must be small letters, digits and hyphens,"),
        ("  id: my-table", "  id: acled", "m.yaml:2: id 'acled' is ACLED, which has a reader of its own"),
        ("Some Institute\n  licence:", "BLA\n  licence:", "m.yaml:4: speaker 'BLA' is a party or source itself"),
        ("licence: CC BY 4.0", "licence:", "m.yaml:8: redistribute is yes, but no licence is given"),
        ("redistribute: yes", "redistribute: maybe", "m.yaml:8: redistribute 'maybe' must be one of yes, true"),
        ("releases: whole", "releases: all", "m.yaml:9: releases 'all' must be one of whole, parts"),
        ("https://example.org/", "example.org", "m.yaml:10: url 'example.org' must begin with https://"),
        ("release: 2025", "relese: 2025", "m.yaml:11: 'relese' is unknown in dataset; known: id, name"),
        ("  place: Location", "  where: Location", "m.yaml:16: 'where' is unknown in fields; known: id, title"),
        ("  place: Location", "  date: Day", "m.yaml:16: 'date' stands twice"),
        ("  place: Location", "  place:", "m.yaml:16: place: give a column, or a value"),
        ("  place: Location", "  place: [A, B]", "m.yaml:16: place: takes one column, not A, B"),
        ('"%d.%m.%Y"', "mixed", "m.yaml:15: date: format 'mixed' is unknown; known: day first"),
        ('"%d.%m.%Y"', '"%d.%m"', "m.yaml:15: date: format '%d.%m' must have a day, a month and a year"),
        ('"%d.%m.%Y"', '"%Q"', "m.yaml:15: date: format '%Q'"),
        ("no: 3", "no: 9", "m.yaml:18: where_prec: '9' is unknown; known: 1, 2"),
        ("01: 1", "NO: 1", "m.yaml:18: code 'no' of where_prec stands twice"),
        ("armed_attack", "attack", "m.yaml:19: event_type: 'attack' is unknown; known: armed_clash"),
        ("else: other", "else: none", "m.yaml:19: event_type: 'none' is unknown"),
        ("  basis: {value: attributed_by_media}\n", "", "m.yaml:20: perpetrator: needs basis beside it; a column"),
        ("attributed_by_media", "denied", "m.yaml:21: basis: 'denied' is unknown"),
        ("  source: Source", "  latitude: Lat", "m.yaml:22: latitude: needs longitude beside it"),
        ("  source: Source", "  killed.total.low: Low", "m.yaml:22: killed.total.low: needs killed.total beside it"),
        ("  source: Source", "  source: [", "m.yaml:23: is no YAML"),
        ("  source: Source", "  source: &a Source", "m.yaml:22: anchors (&), aliases (*) and tags (!) are not read"),
        ("fields:", "colums:", "m.yaml:13: 'colums' is unknown in the file; known: dataset, missing, fields"),
    ],
)  # fmt: skip
def test_a_fault_is_named_by_line_and_value(old: str, new: str, told: str) -> None:
    assert old in WHOLE
    with pytest.raises(DataFileError) as error:
        parse_mapping(WHOLE.replace(old, new, 1), Path("m.yaml"))
    assert str(error.value).startswith(told)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("text", ["", "a", "[1, 2]", "a: b", "dataset: x\nfields: y", "[" * 5000, "? [a]\n: b", "\x00"])
def test_what_is_no_mapping_is_one_line(text: str) -> None:
    with pytest.raises(DataFileError) as error:
        parse_mapping(text)
    assert "\n" not in str(error.value)


def test_a_file_that_cannot_be_read_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"mapping\.yaml: cannot be read"):
        load_mapping(tmp_path / "mapping.yaml")
    (tmp_path / "mapping.yaml").write_bytes(b"\xff\xfe\xff")
    with pytest.raises(InputError, match="is not UTF-8"):
        load_mapping(tmp_path / "mapping.yaml")


# --- the proposal --------------------------------------------------------------------------------------------------


def test_a_table_suggests_its_mapping(tmp_path: Path) -> None:
    found = propose(
        open_any(table_file(tmp_path, {}, {"ID": "8", "Date": "24/11/2025", "Type": "Bomb blast", "Injured": "-99"}))
    )
    fields = found.mapping.fields
    assert fields["date"] == Field(("Date",), format="day first")
    assert fields["event_type"] == Field(("Type",), codes={"Firing": "armed_attack", "Bomb blast": "bombing"})
    assert fields["involved"] == Field(("Group",))
    assert fields["source"] == Field(("Source",), split=";")
    assert fields["country"] == Field(value="Pakistan")
    assert fields["province"] == Field(value="Balochistan")
    plain = {
        "id": "ID",
        "place": "Location",
        "district": "District",
        "killed.total": "Killed",
        "injured.total": "Injured",
    }
    assert {name: fields[name].columns for name in plain} == {name: (column,) for name, column in plain.items()}
    assert found.mapping.missing == {"-99"}
    assert not found.mapping.dataset.redistribute
    assert "date: day first, since '24/11/2025' can be read in no other way" in found.remarks


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ([{}], "date: nothing in Date tells whether '04/11/2025' is day first or month first; say which"),
        ([{"Date": "13/01/2025"}, {"Date": "01/13/2025"}], "date: cells of Date contradict each other"),
        ([{"Type": "Zzz"}, {"Type": "Zzz"}], "event_type: say what these cells of Type stand for (2 rows): 'Zzz'"),
        ([{"Location": "Paris", "District": "Île-de-France"}], "country: say which one"),
        ([{"Killed": "a few"}], "killed.total: the cells of Killed don't look like it"),
        ([{}], "perpetrator: Group is taken for sides of the fighting"),
        ([{}], "dataset: say whose table this is"),
    ],
)  # fmt: skip
def test_what_a_person_must_say_is_asked(tmp_path: Path, changes: list[dict[str, str]], told: str) -> None:
    found = propose(open_any(table_file(tmp_path, *changes)))
    assert any(line.startswith(told) for line in found.questions), found.questions
    assert found.mapping.fields["date"].format is None


def test_ids_that_repeat_are_none(tmp_path: Path) -> None:
    found = propose(open_any(table_file(tmp_path, {}, {"Killed": "9"})))
    assert "id" not in found.mapping.fields
    assert "ID: is no id of rows, since '7' stands in 2 rows; a row is known by all its cells" in found.remarks


def test_a_known_data_set_is_recognised(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(
        "event_id_cnty,event_date,event_type,actor1,country,location,latitude,longitude,fatalities\n"
        "PAK1,2025-01-01,Battles,BLA,Pakistan,Quetta,30.2,67.0,1\n"
    )
    found = propose(open_any(tmp_path / "t.csv"))
    assert "these are the columns of acled: `import acled` reads them, with their terms" in found.questions


def test_a_table_that_says_nothing_is_no_table(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(",".join(BASE) + "\n")
    with pytest.raises(InputError, match="has no rows below its header"):
        propose(open_any(tmp_path / "t.csv"))


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("Bombing", "bombing"),
        ("targeted_killing", "targeted_killing"),
        ("Air/drone strike", "air_strike"),
        ("Bombing/Explosion", "bombing"),
        ("Suicide attack on a bus", "suicide_attack"),
        ("IED blast", "bombing"),
        ("Mining", None),
        ("", None),
    ],
)
def test_kinds_by_their_names(words: str, code: str | None) -> None:
    assert kind_of(words) == code


def test_the_mapping_in_the_documentation_is_one() -> None:
    text = (Path(__file__).parents[2] / "docs" / "imports.md").read_text(encoding="utf-8")
    mapping = parse_mapping(text.split("```yaml\n")[1].split("```")[0])
    assert mapping.fields["basis"].codes == {"yes": "claimed_by_group", "no": "attributed_by_media"}
