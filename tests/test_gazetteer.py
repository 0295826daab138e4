"""The place files and their loader, the forms of a name, and the names handed to the text matcher."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.datafiles import DATA_DIR, read_rows
from geo.districts import load_districts
from geo.errors import DataFileError
from geo.gazetteer import Gazetteer, load_gazetteer
from geo.geocode import geocode
from geo.place_names import compact, name_key, skeleton, sound_key

PLACE_FILES = ("gazetteer.csv", "linear_features.csv", "wider_places.csv", "risky_names.csv", "common_words.csv")
HEADER = "id,name,alternates,lat,lon,district,feature_class,feature_code,radius_km,source,note"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in PLACE_FILES:
        shutil.copy(DATA_DIR / name, tmp_path / name)
    return tmp_path


def test_the_gazetteer_is_as_large_as_promised_and_reaches_every_district() -> None:
    rows = [row for _, row in read_rows(DATA_DIR / "gazetteer.csv", ("district",))]
    assert len(rows) >= 600
    assert sum(bool(row["lat"]) for row in rows) >= 400
    assert {row["district"] for row in rows} == {district.name for district in load_districts().current()}


def test_no_row_rests_on_an_unverified_estimate_or_a_label_point() -> None:
    for line, row in read_rows(DATA_DIR / "gazetteer.csv", ("source",)):
        assert "unverified" not in row["source"], line
        assert not (row["feature_code"] == "ADM3" and row["lat"]), f"line {line}: a tehsil has no point"


def test_alternates_are_names_and_said_once() -> None:
    for line, row in read_rows(DATA_DIR / "gazetteer.csv", ("alternates",)):
        keys = [name_key(name) for name in (row["name"], *filter(None, row["alternates"].split("|")))]
        assert len(set(keys)) == len(keys), f"line {line}: {row['name']} has a spelling twice"
        codes = [name for name in row["alternates"].split("|") if name.isascii() and name.isupper() and len(name) == 3]
        assert not codes or codes == ["APS"], f"line {line}: {codes} are airport codes, no names"


def test_each_place_named_with_its_district_is_in_it() -> None:
    for entry in load_gazetteer().entries.values():
        if entry.kind in ("place", "tehsil", "linear"):
            found = geocode(entry.name, entry.districts)
            assert found.districts, entry.id
            assert set(found.districts) <= set(entry.districts), (entry.id, found)


def test_every_district_is_known_by_each_of_its_names() -> None:
    for district in load_districts().current():
        for name in (district.name, *district.urdu, f"{district.name} district", f"ضلع {district.urdu[0]}"):
            assert geocode(name).district == district.name, name


@pytest.mark.parametrize(
    ("file", "row", "said"),
    [
        ("gazetteer.csv", "quetta,Other,,,,Quetta,P,PPL,,x,", "'quetta' stands in line"),
        ("gazetteer.csv", "Bad Id,Name,,,,Quetta,P,PPL,,x,", "'Bad Id' must be a slug"),
        ("gazetteer.csv", "a-b,!!,,,,Quetta,P,PPL,,x,", "'!!' has no letters"),
        ("gazetteer.csv", "a-b,Name,Ok|--,,,Quetta,P,PPL,,x,", "'--' has no letters"),
        ("gazetteer.csv", "a-b,Name,,,,Karachi,P,PPL,,x,", "'Karachi' is none of"),
        ("gazetteer.csv", "a-b,Name,,,,Lehri,P,PPL,,x,", "'Lehri' is none of"),
        ("gazetteer.csv", "a-b,Name,,30.1,,Quetta,P,PPL,2,x,", "go together"),
        ("gazetteer.csv", "a-b,Name,,30.1,67.0,Quetta,P,PPL,,x,", "go together"),
        ("gazetteer.csv", "a-b,Name,,67.0,30.1,Quetta,P,PPL,2,x,", "67.0, 30.1 lies outside"),
        ("gazetteer.csv", "a-b,Name,,north,67.0,Quetta,P,PPL,2,x,", "'north'"),
        ("gazetteer.csv", "a-b,Name,,30.1,67.0,Quetta,P,PPL,900,x,", "'900'"),
        ("gazetteer.csv", "a-b,Name,,nan,67.0,Quetta,P,PPL,2,x,", "lies outside"),
        ("gazetteer.csv", "a-b,Name,,,,Quetta,Q,PPL,,x,", "'Q'"),
        ("gazetteer.csv", "a-b,Name,,,,Quetta,P,PPL,,,", "source of 'Name' is missing"),
        ("gazetteer.csv", "a-b,Name,,,,Quetta,P,PPL,,x,,more", "more cells"),
        ("linear_features.csv", "a-b,Name,,Quetta|Kabul,RD,x,", "'Quetta|Kabul'"),
        ("linear_features.csv", "a-b,Name,,,RD,x,", "districts ''"),
        ("wider_places.csv", "a-b,Name,,planet,,PK,x,", "'planet'"),
        ("wider_places.csv", "a-b,Name,,city,,Pakistan,x,", "'Pakistan'"),
    ],
)
def test_a_fault_is_one_line_with_file_line_and_value(folder: Path, file: str, row: str, said: str) -> None:
    path = folder / file
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*lines, row]) + "\n", encoding="utf-8")
    with pytest.raises(DataFileError) as caught:
        Gazetteer.load(folder)
    assert caught.value.line == len(lines) + 1
    assert str(caught.value).startswith(f"{file}:{len(lines) + 1}: ")
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_column_and_a_missing_file_are_named(folder: Path) -> None:
    (folder / "gazetteer.csv").write_text(HEADER.replace(",radius_km", "") + "\n", encoding="utf-8")
    with pytest.raises(DataFileError, match="radius_km"):
        Gazetteer.load(folder)
    (folder / "gazetteer.csv").unlink()
    with pytest.raises(DataFileError, match="missing"):
        Gazetteer.load(folder)


def test_names_for_the_matcher_are_unique_and_mark_common_words() -> None:
    names = list(load_gazetteer().names())
    assert len({(name_key(name.text), name.kind) for name in names}) == len(names)
    risky = {name.text for name in names if name.risky}
    assert {"Hub", "Sui", "Nal", "Mach", "Tank", "Bit", "Drug"} <= risky
    assert risky.isdisjoint({"Turbat", "Mangochar", "Balochistan", "Makran Coastal Highway", "Karachi"})
    assert {name.kind for name in names} >= {
        "district",
        "division",
        "province",
        "country",
        "outside",
        "linear",
        "place",
    }


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("QUETTA", "quetta"),
        ("Shādo Khān", "Shado Khan"),
        ("Ab-i-Gum", "ab i  gum"),
        ("Gwādar’s", "gwadars"),
        ("كوئتہ", "کوئتہ"),
        ("چاغي", "چاغى"),
        ("تُربت", "تربت"),
        ("ڈیرہ‌بگٹی", "ڈیرہبگٹی"),
        ("Panj\u00adgur", "Panjgur"),
        ("N-25", "n 25"),
        ("این ۲۵", "این 25"),
    ],
)
def test_one_key_for_what_case_marks_and_keyboards_change(one: str, other: str) -> None:
    assert name_key(one) == name_key(other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Kalat", "Qalat"),
        ("Nushki", "Noshki"),
        ("Nushki", "Naushki"),
        ("Panjgur", "Panjgoor"),
        ("Killa Saifullah", "Qila Saifulla"),
        ("Khad Kocha", "Khadkoocha"),
        ("Ab-i-Gum", "Aab-e-Gum"),
        ("Gandava", "Gandawah"),
        ("Mashkay", "Mashkai"),
        ("Jaffarabad", "Jafarabad"),
    ],
)
def test_transliterations_sound_alike(one: str, other: str) -> None:
    assert sound_key(name_key(one)) == sound_key(name_key(other))


@pytest.mark.parametrize(("one", "other"), [("Kech", "Kachhi"), ("Mand", "Much"), ("Hub", "Hab"), ("Zhob", "Sibi")])
def test_different_places_sound_different(one: str, other: str) -> None:
    assert sound_key(name_key(one)) != sound_key(name_key(other))


def test_kech_and_kachhi_have_one_skeleton() -> None:
    assert skeleton(name_key("Kech")) == skeleton(name_key("Ketch")) == skeleton(name_key("Kachhi"))


@given(st.text(max_size=60))
def test_keys_are_idempotent_and_survive_anything(text: str) -> None:
    key = name_key(text)
    assert name_key(key) == key
    assert key == " ".join(key.split())
    assert not any(" " in form for form in (compact(key), sound_key(key), skeleton(key)))


@given(st.sampled_from(sorted(name.text for name in load_gazetteer().names())), st.data())
def test_case_and_marks_do_not_change_a_known_name(name: str, data: st.DataObject) -> None:
    marked = "".join(char + data.draw(st.sampled_from(["", "\u0301", "\u0304", "\u200c", "\u00ad"])) for char in name)
    assert name_key(marked) == name_key(name)
    assert name_key(name.upper()) == name_key(name)
