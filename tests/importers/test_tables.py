"""The files that readers go by: every fault names file, line and value."""

from __future__ import annotations

from pathlib import Path

import pytest

from geo.datasets import known_datasets, read_datasets
from geo.errors import DataFileError, InputError
from geo.importers.tables import codes_of, columns_of, country_code, find_columns, missing_columns, read_countries
from geo.models import Basis
from geo.vocab import ACTOR_KINDS, default_vocabulary

DATASETS = "id,name,speaker,licence,licence_text,citation,redistribute,releases,url,source\n"
COLUMNS = "reader,column,aliases,required,source\n"
CODES = "reader,column,code,field,value,source\n"
COUNTRIES = "code,name,aliases,source\n"


def written(folder: Path, text: str) -> Path:
    path = folder / "table.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_known_data_sets_and_who_may_pass_them_on() -> None:
    found = known_datasets()
    free = {"ucdp": True, "ucdp-candidate": True, "acled": False, "gtd": False}
    assert {key: dataset.redistribute for key, dataset in found.items()}.items() >= free.items()
    vocabulary = default_vocabulary()
    assert {str(vocabulary.speaker(dataset.speaker).camp) for dataset in found.values()} == {"data_set"}


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("A b,A,A,CC,text,cite,yes,whole,,src", "table.csv:2: id 'A b' must be a slug"),
        ("a,A,A,CC,text,cite,perhaps,whole,,src", "table.csv:2: redistribute 'perhaps' must be one of yes, no"),
        ("a,A,A,CC,text,cite,yes,monthly,,src", "table.csv:2: releases 'monthly' must be one of whole, parts"),
        ("a,A,A,CC,,cite,yes,whole,,src", "table.csv:2: licence_text must not be empty"),
    ],
)
def test_a_faulty_data_set_is_named(tmp_path: Path, row: str, told: str) -> None:
    with pytest.raises(DataFileError) as error:
        read_datasets(written(tmp_path, DATASETS + row + "\n"))
    assert str(error.value).startswith(told)


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("x,id,,sometimes,src", "table.csv:2: required 'sometimes' must be yes or no"),
        ("x,id,key,yes,src\nx,other,id,no,src", "table.csv:3: column name 'id' of x stands twice"),
    ],
)
def test_a_faulty_column_is_named(tmp_path: Path, row: str, told: str) -> None:
    with pytest.raises(DataFileError) as error:
        columns_of("x", written(tmp_path, COLUMNS + row + "\n"))
    assert str(error.value).startswith(told)


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("x,prec,1,where_prec,,src", "table.csv:2: column, field, value and source must not be empty"),
        ("x,prec,1,where_prec,1,src\nx,prec,1,where_prec,2,src", "table.csv:3: code '1' of prec stands twice"),
    ],
)
def test_a_faulty_code_is_named(tmp_path: Path, row: str, told: str) -> None:
    with pytest.raises(DataFileError) as error:
        codes_of("x", written(tmp_path, CODES + row + "\n"))
    assert str(error.value).startswith(told)


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("pk,Pakistan,,src", "table.csv:2: code 'pk' must be two capital letters"),
        ("PK,Pakistan,,src\nIN,India,pakistan,src", "table.csv:3: name 'pakistan' of IN already belongs to PK"),
    ],
)
def test_a_faulty_country_is_named(tmp_path: Path, row: str, told: str) -> None:
    with pytest.raises(DataFileError) as error:
        read_countries(written(tmp_path, COUNTRIES + row + "\n"))
    assert str(error.value).startswith(told)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Pakistan", "PK"),
        ("Myanmar (Burma)", "MM"),
        ("DR Congo (Zaire)", "CD"),
        ("United States of America", "US"),
        ("AF", "AF"),
        ("Atlantis", None),
        (None, None),
    ],
)
def test_countries_as_data_sets_write_them(name: str | None, code: str | None) -> None:
    assert country_code(name) == code


def test_columns_are_found_by_any_of_their_names() -> None:
    header = ["ID", "Best_Est", "where_coor", "best"]
    found = find_columns(header, columns_of("ucdp"))
    assert (found["id"], found["best"], found["where_coordinates"]) == (0, 3, 2)
    assert "deaths_a" in missing_columns(found, columns_of("ucdp"))


def test_every_code_leads_to_something_that_is_known() -> None:
    codes, vocabulary = codes_of("ucdp"), default_vocabulary()
    for (column, code, field), value in codes.table.items():
        known: object = {
            "event_type": vocabulary.event_types,
            "where_prec": set("1234567"),
            "date_prec": set("12345"),
            "group": {"security", "militants", "civilians"},
            "side_a": {"involved", "perpetrator"},
            "side_b": {"involved", "target"},
            "basis": set(map(str, Basis)),
        }[field]
        assert value in known, (column, code)  # type: ignore[operator]
        if column == "side_kind":
            assert code in (*ACTOR_KINDS, "unlisted", "unlisted_government")
    with pytest.raises(InputError, match="type_of_violence '9' is unknown; known: 1, 2, 3"):
        codes.value("type_of_violence", "9", "event_type")
